package live

import (
	"encoding/xml"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	elb "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancing"
	classictypes "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancing/types"
	elbv2 "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"

	"github.com/wslint/wslint/awscheck"
	"github.com/wslint/wslint/internal/awstest"
)

const other = "222222222222"

// TestCreated: what is created through the SDK is what an audit reads, in two accounts and two regions of the double.
func TestCreated(t *testing.T) {
	w := awstest.New(me)
	for _, account := range []string{me, other} {
		w.Region(account, "eu-north-1")
	}
	auditOfCreated(t, w.Start(t).Config("eu-west-1"))
}

// TestCreatedOnMoto is TestCreated on moto, which is somebody else's idea of AWS. moto_server is a Python package
// (pip install "moto[server]"); this ran with 5.2.1. What is known to differ from AWS there is not compared: the
// attributes that a new load balancer has (an ALB comes without idle_timeout.timeout_seconds, so this also shows the
// assumed default), the ARNs of NLBs (they say app, so that the attributes of their target groups are not read),
// limits, validation and faults.
func TestCreatedOnMoto(t *testing.T) {
	auditOfCreated(t, awstest.Config(awstest.Moto(t), "eu-west-1", "AKIA"+me))
}

// auditOfCreated creates load balancers in two accounts and two regions, audits them and compares. Their idle
// timeouts tell them apart.
func auditOfCreated(t *testing.T, cfg aws.Config) {
	id, err := whoami(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	regions := []string{"eu-west-1", "us-east-1"}
	var want, tagged []string
	for i, account := range []string{id.account, other} {
		for j, region := range regions {
			in := cfg.Copy()
			if account != id.account {
				in = assume(in, "arn:aws:iam::"+account+":role/wslint-audit", "")
			}
			in.Region = region
			m := &maker{T: t, cfg: in, where: account + " " + region, idle: 100 + 20*i + 10*j}
			m.network()
			m.application()
			m.classic()
			want, tagged = append(want, m.want...), append(tagged, m.tagged...)
		}
	}
	scope := hasty()
	// The third region is empty.
	scope.Accounts, scope.Regions = []string{id.account, other}, append(regions, "eu-north-1")
	compare := func(want []string, inEach string) {
		t.Helper()
		s, err := Fetch(t.Context(), cfg, scope)
		if err != nil {
			t.Fatal(err)
		}
		if got := covered(s); s.Incomplete() || got != inEach+"\n"+inEach {
			t.Errorf("got %s\nwant, in both accounts, %s", got, inEach)
		}
		var got []string
		for _, lb := range s.LoadBalancers {
			got = append(got, described(lb))
		}
		if missing, extra := without(want, got), without(got, want); len(missing)+len(extra) > 0 {
			t.Errorf("not found:\n%s\nfound instead:\n%s", strings.Join(missing, "\n"), strings.Join(extra, "\n"))
		}
	}
	compare(want, "eu-north-1 complete 0/0\neu-west-1 complete 6/6\nus-east-1 complete 6/6")
	scope.Filters = []awscheck.Filter{{Key: "team", Tag: "chat"}}
	compare(tagged, "eu-north-1 complete 0/0\neu-west-1 complete 3/3\nus-east-1 complete 3/3")
}

// without is what of list is not in other.
func without(list, other []string) (rest []string) {
	have := map[string]bool{}
	for _, s := range other {
		have[s] = true
	}
	for _, s := range list {
		if !have[s] {
			rest = append(rest, s)
		}
	}
	return rest
}

// described is a load balancer in a line: whose it is, its timers, and what ALBs answer.
func described(lb awscheck.LoadBalancer) string {
	line := fmt.Sprintf("%s %s %s %s:", lb.Account, lb.Region, lb.Kind, lb.Name)
	if idle, known := lb.Idle.Get(); known && lb.Kind != awscheck.Network {
		line += " idle " + idle.String()
	}
	for _, l := range lb.Listeners {
		line += fmt.Sprintf(" %s %d", l.Protocol, l.Port)
		if idle, known := l.Idle.Get(); known && lb.Kind == awscheck.Network {
			line += " idle " + idle.String()
		}
	}
	if lb.Kind == awscheck.Application {
		for _, path := range []string{"/", "/ws", "/old"} {
			line += fmt.Sprintf(" [%s: %s]", path, answer(*lb.Serve(handshake("ws://chat.example.com" + path))[0].Hop))
		}
	}
	return line
}

// A maker creates load balancers in one account and region, and says what an audit has to find.
type maker struct {
	*testing.T
	cfg          aws.Config
	where        string
	idle         int // of what is not left as it comes
	want, tagged []string
}

// done makes a call whose failure ends the test.
func done[T any](m *maker, out T, err error) T {
	m.Helper()
	if err != nil {
		m.Fatalf("%s: %v", m.where, err)
	}
	return out
}

func (m *maker) expect(tagged bool, format string, args ...any) {
	line := m.where + " " + fmt.Sprintf(format, args...)
	m.want = append(m.want, line)
	if tagged {
		m.tagged = append(m.tagged, line)
	}
}

// place finds somewhere to put load balancers: the default network.
func (m *maker) place() (vpc string, subnets []string, zone string) {
	status, text, err := askEC2(
		m.Context(),
		prepare(m.cfg, hasty().complete()),
		"Action=DescribeSubnets&Version=2016-11-15",
	)
	var out struct {
		Subnets []struct {
			ID   string `xml:"subnetId"`
			VPC  string `xml:"vpcId"`
			Zone string `xml:"availabilityZone"`
		} `xml:"subnetSet>item"`
	}
	if err == nil {
		err = xml.Unmarshal(text, &out)
	}
	if err != nil || len(out.Subnets) < 2 {
		m.Fatalf("%s: %d %v: %s", m.where, status, err, text)
	}
	return out.Subnets[0].VPC, []string{out.Subnets[0].ID, out.Subnets[1].ID}, out.Subnets[0].Zone
}

func (m *maker) balancer(kind types.LoadBalancerTypeEnum, name string, tags ...types.Tag) *string {
	_, subnets, _ := m.place()
	in := &elbv2.CreateLoadBalancerInput{
		Name:    &name,
		Type:    kind,
		Subnets: subnets,
		Scheme:  types.LoadBalancerSchemeEnumInternetFacing,
		Tags:    tags,
	}
	out, err := elbv2.NewFromConfig(m.cfg).CreateLoadBalancer(m.Context(), in)
	return done(m, out, err).LoadBalancers[0].LoadBalancerArn
}

func (m *maker) group(name string, protocol types.ProtocolEnum) *string {
	vpc, _, _ := m.place()
	in := &elbv2.CreateTargetGroupInput{
		Name:       &name,
		Protocol:   protocol,
		Port:       aws.Int32(8080),
		VpcId:      &vpc,
		TargetType: types.TargetTypeEnumIp,
	}
	out, err := elbv2.NewFromConfig(m.cfg).CreateTargetGroup(m.Context(), in)
	return done(m, out, err).TargetGroups[0].TargetGroupArn
}

func (m *maker) listener(balancer *string, protocol types.ProtocolEnum, port int32, action types.Action) *string {
	in := &elbv2.CreateListenerInput{
		LoadBalancerArn: balancer,
		Protocol:        protocol,
		Port:            &port,
		DefaultActions:  []types.Action{action},
	}
	if protocol == types.ProtocolEnumTls {
		in.Certificates = []types.Certificate{
			{CertificateArn: aws.String("arn:aws:iam::" + me + ":server-certificate/chat")},
		}
	}
	out, err := elbv2.NewFromConfig(m.cfg).CreateListener(m.Context(), in)
	return done(m, out, err).Listeners[0].ListenerArn
}

func (m *maker) rule(listener *string, priority int32, path string, action types.Action) {
	in := &elbv2.CreateRuleInput{ListenerArn: listener, Priority: &priority, Actions: []types.Action{action},
		Conditions: []types.RuleCondition{
			{Field: aws.String("path-pattern"), PathPatternConfig: &types.PathPatternConditionConfig{Values: []string{path}}},
		}}
	out, err := elbv2.NewFromConfig(m.cfg).CreateRule(m.Context(), in)
	done(m, out, err)
}

func seconds(n int) time.Duration { return time.Duration(n) * time.Second }

func forward(group *string) types.Action {
	return types.Action{Type: types.ActionTypeEnumForward, TargetGroupArn: group}
}

// application creates an ALB with rules and an idle timeout, and one as it comes.
func (m *maker) application() {
	ctx, client := m.Context(), elbv2.NewFromConfig(m.cfg)
	chat := m.group("chat", types.ProtocolEnumHttp)
	web := m.balancer(
		types.LoadBalancerTypeEnumApplication,
		"web",
		types.Tag{Key: aws.String("team"), Value: aws.String("chat")},
	)
	listener := m.listener(
		web,
		types.ProtocolEnumHttp,
		80,
		types.Action{Type: types.ActionTypeEnumRedirect, RedirectConfig: &types.RedirectActionConfig{
			Protocol: aws.String("HTTPS"), Port: aws.String("443"), StatusCode: types.RedirectActionStatusCodeEnumHttp301}},
	)
	m.rule(listener, 20, "/ws", forward(chat))
	m.rule(
		listener,
		10,
		"/old",
		types.Action{
			Type:                types.ActionTypeEnumFixedResponse,
			FixedResponseConfig: &types.FixedResponseActionConfig{StatusCode: aws.String("410")},
		},
	)
	out, err := client.ModifyLoadBalancerAttributes(ctx, &elbv2.ModifyLoadBalancerAttributesInput{LoadBalancerArn: web,
		Attributes: []types.LoadBalancerAttribute{
			{Key: aws.String("idle_timeout.timeout_seconds"), Value: aws.String(fmt.Sprint(m.idle))},
		}})
	done(m, out, err)
	m.expect(
		true,
		"application web: idle %s HTTP 80 [/: 301 https://chat.example.com/] [/ws: to chat:8080, chat.example.com/ws] "+
			"[/old: 410]",
		seconds(m.idle),
	)

	plain := m.balancer(types.LoadBalancerTypeEnumApplication, "plain")
	m.listener(plain, types.ProtocolEnumHttp, 80, forward(m.group("app", types.ProtocolEnumHttp)))
	m.expect(
		false,
		"application plain: idle 1m0s HTTP 80 [/: to app:8080, chat.example.com/] [/ws: to app:8080, chat.example.com/ws] "+
			"[/old: to app:8080, chat.example.com/old]",
	)
}

// network creates an NLB with an idle timeout on one listener and a fixed one on the other, and one as it comes.
func (m *maker) network() {
	group := m.group("edge", types.ProtocolEnumTcp)
	edge := m.balancer(
		types.LoadBalancerTypeEnumNetwork,
		"edge",
		types.Tag{Key: aws.String("team"), Value: aws.String("chat")},
	)
	listener := m.listener(edge, types.ProtocolEnumTcp, 443, forward(group))
	out, err := elbv2.NewFromConfig(m.cfg).
		ModifyListenerAttributes(m.Context(), &elbv2.ModifyListenerAttributesInput{ListenerArn: listener,
			Attributes: []types.ListenerAttribute{
				{Key: aws.String("tcp.idle_timeout.seconds"), Value: aws.String(fmt.Sprint(1000 + m.idle))},
			}})
	done(m, out, err)
	m.listener(edge, types.ProtocolEnumTls, 8443, forward(group))
	m.expect(true, "network edge: TCP 443 idle %s TLS 8443 idle 5m50s", seconds(1000+m.idle))

	m.listener(
		m.balancer(types.LoadBalancerTypeEnumNetwork, "quiet"),
		types.ProtocolEnumTcp,
		443,
		forward(m.group("quiet", types.ProtocolEnumTcp)),
	)
	m.expect(false, "network quiet: TCP 443 idle 5m50s")
}

// classic creates a awscheck.Classic ELB with an idle timeout, and one as it comes.
func (m *maker) classic() {
	ctx, client := m.Context(), elb.NewFromConfig(m.cfg)
	_, _, zone := m.place()
	for _, name := range []string{"old", "older"} {
		in := &elb.CreateLoadBalancerInput{LoadBalancerName: &name, AvailabilityZones: []string{zone},
			Listeners: []classictypes.Listener{
				{
					Protocol:         aws.String("TCP"),
					LoadBalancerPort: 443,
					InstanceProtocol: aws.String("TCP"),
					InstancePort:     aws.Int32(8080),
				},
			}}
		if name == "old" {
			in.Tags = []classictypes.Tag{{Key: aws.String("team"), Value: aws.String("chat")}}
		}
		out, err := client.CreateLoadBalancer(ctx, in)
		done(m, out, err)
	}
	out, err := client.ModifyLoadBalancerAttributes(
		ctx,
		&elb.ModifyLoadBalancerAttributesInput{LoadBalancerName: aws.String("old"),
			LoadBalancerAttributes: &classictypes.LoadBalancerAttributes{
				ConnectionSettings: &classictypes.ConnectionSettings{IdleTimeout: aws.Int32(int32(2000 + m.idle))},
			}},
	)
	done(m, out, err)
	m.expect(true, "classic old: idle %s TCP 443", seconds(2000+m.idle))
	m.expect(false, "classic older: idle 1m0s TCP 443")
}
