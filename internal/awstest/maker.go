package awstest

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/xml"
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	elb "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancing"
	classic "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancing/types"
	elbv2 "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"
)

// A maker creates load balancers in one account and region, through the SDK.
type maker struct {
	testing.TB
	cfg     aws.Config
	v2      *elbv2.Client
	v1      *elb.Client
	vpc     string
	subnets []string
	zone    string
	front   *string // an ALB that an NLB leads to
}

func newMaker(t testing.TB, cfg aws.Config, region string) *maker {
	t.Helper()
	cfg = cfg.Copy()
	cfg.Region = region
	m := &maker{TB: t, cfg: cfg, v2: elbv2.NewFromConfig(cfg), v1: elb.NewFromConfig(cfg)}
	m.place()
	return m
}

// done ends the test when a call failed.
func done[T any](m *maker, out T, err error) T {
	m.Helper()
	if err != nil {
		m.Fatalf("%s: %v", m.cfg.Region, err)
	}
	return out
}

// place finds the default network. The SDK's module for EC2 would take a minute to compile.
func (m *maker) place() {
	m.Helper()
	body := []byte("Action=DescribeSubnets&Version=2016-11-15")
	url := "https://ec2." + m.cfg.Region + ".amazonaws.com/"
	if m.cfg.BaseEndpoint != nil {
		url = *m.cfg.BaseEndpoint
	}
	req, err := http.NewRequestWithContext(m.Context(), http.MethodPost, url, bytes.NewReader(body))
	done(m, req, err)
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")
	credentials, err := m.cfg.Credentials.Retrieve(m.Context())
	done(m, credentials, err)
	sum := sha256.Sum256(body)
	err = v4.NewSigner().
		SignHTTP(m.Context(), credentials, req, hex.EncodeToString(sum[:]), "ec2", m.cfg.Region, time.Now())
	done(m, req, err)
	resp, err := m.cfg.HTTPClient.Do(req)
	done(m, resp, err)
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	done(m, text, err)
	var out struct {
		Subnets []struct {
			ID   string `xml:"subnetId"`
			VPC  string `xml:"vpcId"`
			Zone string `xml:"availabilityZone"`
		} `xml:"subnetSet>item"`
	}
	if err := xml.Unmarshal(text, &out); err != nil || len(out.Subnets) < 2 {
		m.Fatalf("%s: no network: %v: %s", m.cfg.Region, err, text)
	}
	m.vpc, m.subnets, m.zone = out.Subnets[0].VPC, []string{out.Subnets[0].ID, out.Subnets[1].ID}, out.Subnets[0].Zone
}

func (m *maker) balancer(kind types.LoadBalancerTypeEnum, name string) *string {
	m.Helper()
	out, err := m.v2.CreateLoadBalancer(m.Context(), &elbv2.CreateLoadBalancerInput{
		Name: &name, Type: kind, Subnets: m.subnets, Scheme: types.LoadBalancerSchemeEnumInternetFacing,
	})
	return done(m, out, err).LoadBalancers[0].LoadBalancerArn
}

func (m *maker) set(balancer *string, key, value string) {
	m.Helper()
	out, err := m.v2.ModifyLoadBalancerAttributes(m.Context(), &elbv2.ModifyLoadBalancerAttributesInput{
		LoadBalancerArn: balancer, Attributes: []types.LoadBalancerAttribute{{Key: &key, Value: &value}},
	})
	done(m, out, err)
}

// target creates a target group.
func (m *maker) target(name string, protocol types.ProtocolEnum, port int32, kind types.TargetTypeEnum) *string {
	m.Helper()
	out, err := m.v2.CreateTargetGroup(
		m.Context(),
		&elbv2.CreateTargetGroupInput{Name: &name, Protocol: protocol, Port: &port, VpcId: &m.vpc, TargetType: kind},
	)
	return done(m, out, err).TargetGroups[0].TargetGroupArn
}

func (m *maker) group(name string, protocol types.ProtocolEnum, port int32) *string {
	m.Helper()
	return m.target(name, protocol, port, types.TargetTypeEnumIp)
}

// version creates an HTTP group of another protocol version.
func (m *maker) version(name, version string) *string {
	m.Helper()
	out, err := m.v2.CreateTargetGroup(m.Context(), &elbv2.CreateTargetGroupInput{
		Name: &name, Protocol: types.ProtocolEnumHttp, Port: aws.Int32(8080), VpcId: &m.vpc,
		TargetType: types.TargetTypeEnumIp, ProtocolVersion: &version,
	})
	return done(m, out, err).TargetGroups[0].TargetGroupArn
}

// function creates a group of a Lambda function.
func (m *maker) function(name string) *string {
	m.Helper()
	out, err := m.v2.CreateTargetGroup(
		m.Context(),
		&elbv2.CreateTargetGroupInput{Name: &name, TargetType: types.TargetTypeEnumLambda},
	)
	return done(m, out, err).TargetGroups[0].TargetGroupArn
}

// setGroup sets attributes of a target group: keys and values in turn.
func (m *maker) setGroup(group *string, pairs ...string) {
	m.Helper()
	in := &elbv2.ModifyTargetGroupAttributesInput{TargetGroupArn: group}
	for i := 0; i < len(pairs); i += 2 {
		in.Attributes = append(in.Attributes, types.TargetGroupAttribute{Key: &pairs[i], Value: &pairs[i+1]})
	}
	out, err := m.v2.ModifyTargetGroupAttributes(m.Context(), in)
	done(m, out, err)
}

func (m *maker) register(group *string, ids ...string) {
	m.Helper()
	in := &elbv2.RegisterTargetsInput{TargetGroupArn: group}
	for _, id := range ids {
		in.Targets = append(in.Targets, types.TargetDescription{Id: &id})
	}
	out, err := m.v2.RegisterTargets(m.Context(), in)
	done(m, out, err)
}

func (m *maker) listener(balancer *string, protocol types.ProtocolEnum, port int32, actions ...types.Action) *string {
	m.Helper()
	in := &elbv2.CreateListenerInput{LoadBalancerArn: balancer, Protocol: protocol, Port: &port, DefaultActions: actions}
	if protocol == types.ProtocolEnumTls || protocol == types.ProtocolEnumHttps {
		in.Certificates = []types.Certificate{
			{CertificateArn: aws.String("arn:aws:iam::111111111111:server-certificate/company")},
		}
	}
	out, err := m.v2.CreateListener(m.Context(), in)
	return done(m, out, err).Listeners[0].ListenerArn
}

func (m *maker) rule(listener *string, priority int32, field, value string, action types.Action) {
	m.Helper()
	out, err := m.v2.CreateRule(
		m.Context(),
		&elbv2.CreateRuleInput{ListenerArn: listener, Priority: &priority, Actions: []types.Action{action},
			Conditions: []types.RuleCondition{{Field: &field, Values: []string{value}}}},
	)
	done(m, out, err)
}

func to(group *string) types.Action {
	return types.Action{Type: types.ActionTypeEnumForward, TargetGroupArn: group}
}

func redirect() types.Action {
	return types.Action{Type: types.ActionTypeEnumRedirect, RedirectConfig: &types.RedirectActionConfig{
		Protocol: aws.String("HTTPS"), Port: aws.String("443"), StatusCode: types.RedirectActionStatusCodeEnumHttp301}}
}

func answer(status string) types.Action {
	return types.Action{
		Type:                types.ActionTypeEnumFixedResponse,
		FixedResponseConfig: &types.FixedResponseActionConfig{StatusCode: &status},
	}
}

// A port is a listener of a Classic ELB.
type port struct {
	protocol string
	number   int32
	inside   string
	behind   int32
}

func (m *maker) classic(name string, idle int32, drains bool, ports ...port) {
	m.Helper()
	in := &elb.CreateLoadBalancerInput{LoadBalancerName: &name, AvailabilityZones: []string{m.zone}}
	for _, p := range ports {
		l := classic.Listener{
			Protocol:         &p.protocol,
			LoadBalancerPort: p.number,
			InstanceProtocol: &p.inside,
			InstancePort:     &p.behind,
		}
		if p.protocol == "HTTPS" || p.protocol == "SSL" {
			l.SSLCertificateId = aws.String("arn:aws:iam::111111111111:server-certificate/company")
		}
		in.Listeners = append(in.Listeners, l)
	}
	created, err := m.v1.CreateLoadBalancer(m.Context(), in)
	done(m, created, err)
	changed, err := m.v1.ModifyLoadBalancerAttributes(
		m.Context(),
		&elb.ModifyLoadBalancerAttributesInput{LoadBalancerName: &name,
			LoadBalancerAttributes: &classic.LoadBalancerAttributes{
				ConnectionSettings: &classic.ConnectionSettings{IdleTimeout: &idle},
				ConnectionDraining: &classic.ConnectionDraining{Enabled: drains, Timeout: aws.Int32(300)},
			}},
	)
	done(m, changed, err)
}
