package audit

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/wslint/wslint/awscheck"
	"github.com/wslint/wslint/awscheck/records"
	"github.com/wslint/wslint/lint"
	"github.com/wslint/wslint/report"
	"github.com/wslint/wslint/rules"
)

// A builder makes random load balancers: those of one pattern differ in names, and now and then in more.
type builder struct {
	*rand.Rand
	own *rand.Rand // of the pattern

	name, id, region string
	account          int
	d                *records.Document
}

func (b *builder) arn(kind string) string {
	region := b.region
	if b.IntN(60) == 0 {
		region = "eu-west-3"
	}
	return fmt.Sprintf("arn:aws:elasticloadbalancing:%s:%d:%s", region, b.account, kind)
}

// one picks by the pattern.
func one[T any](b *builder, of ...T) T { return of[b.own.IntN(len(of))] }

// some reports whether something that happens once in so many times does.
func (b *builder) some(times int) bool { return b.own.IntN(times) == 0 }

func (b *builder) attributes(values map[string][]string) (list []records.Attribute) {
	keys := make([]string, 0, len(values))
	for key := range values {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	for _, key := range keys {
		if !b.some(3) {
			list = append(list, records.Attribute{Key: key, Value: records.Scalar(one(b, values[key]...))})
		}
	}
	return list
}

func (b *builder) group(n int) string {
	g := records.Group{
		TargetGroupArn: b.arn(fmt.Sprintf("targetgroup/%s-%d/%s", b.name, n, b.id)), Protocol: one(b, "HTTP", "HTTPS", "TCP"),
		ProtocolVersion: one(b, "HTTP1", "HTTP1", "HTTP1", "HTTP2", "GRPC", ""), Port: records.Int(one(b, 80, 8080)),
		TargetType: one(b, "instance", "instance", "ip", "lambda"), HealthCheckPath: one(b, "", "/", "/ws"),
	}
	if !b.some(5) {
		g.TargetGroupName = one(b, b.name, b.name, b.name, "localhost", "10.0.0.1")
	}
	if !b.some(3) {
		g.Attributes = b.attributes(map[string][]string{
			"stickiness.enabled": {"true", "false"}, "deregistration_delay.timeout_seconds": {"0", "300", "many"},
			"stickiness.type": {"lb_cookie", "source_ip"}, "stickiness.lb_cookie.duration_seconds": {"60", "86400"},
			"deregistration_delay.connection_termination.enabled": {"true", "false"}, "proxy_protocol_v2.enabled": {"true"},
		})
	}
	for range one(b, 0, 1, 2) {
		g.Health = append(g.Health, records.Health{TargetHealth: records.State{
			State: one(b, "healthy", "unhealthy"), Reason: "Target.ResponseCodeMismatch", Description: "codes: [426]",
		}})
	}
	b.d.TargetGroups = append(b.d.TargetGroups, g)
	return g.TargetGroupArn
}

func (b *builder) actions(n int) []records.Action {
	switch b.own.IntN(8) {
	case 0:
		return []records.Action{{Type: "redirect", RedirectConfig: &records.Redirect{
			StatusCode: "HTTP_301", Protocol: "HTTPS", Host: "#{host}", Port: "443",
		}}}
	case 1:
		return []records.Action{{Type: "fixed-response", FixedResponseConfig: &records.FixedResponse{StatusCode: "404"}}}
	case 2:
		weight := one(b, 0, 10)
		return []records.Action{{Type: "forward", ForwardConfig: &records.Forward{
			TargetGroups: []records.Weight{{TargetGroupArn: b.group(n), Weight: &weight}, {TargetGroupArn: b.group(n + 50)}},
		}}}
	case 3:
		log := &records.Auth{OnUnauthenticatedRequest: one(b, "deny", "allow", "authenticate")}
		return []records.Action{
			{Type: "authenticate-oidc", Order: 1, AuthenticateOidcConfig: log},
			{Type: "forward", Order: 2, TargetGroupArn: b.group(n)},
		}
	}
	return []records.Action{{Type: "forward", TargetGroupArn: b.group(n)}}
}

func (b *builder) condition() records.Condition {
	switch b.own.IntN(6) {
	case 0:
		host := one(b, "*.example.com", b.name+"*", "*.amazonaws.com")
		return records.Condition{Field: "host-header", HostHeaderConfig: &records.Values{Values: []string{host}}}
	case 1:
		header := one(b, "User-Agent", "Origin", "X-Origin-Verify")
		value := one(b, "*Firefox*", "*"+b.name+"*", "hunter2hunter2")
		return records.Condition{
			Field: "http-header", HttpHeaderConfig: &records.Values{HttpHeaderName: header, Values: []string{value}},
		}
	case 2:
		return records.Condition{Field: "source-ip", Values: []string{"10.0.0.0/8"}}
	}
	return records.Condition{Field: "path-pattern", Values: []string{one(b, "/ws", "/socket.io/*", "*", "/api/*")}}
}

func (b *builder) listener(kind string, n int, balancer string) {
	l := records.Listener{
		ListenerArn:     b.arn(fmt.Sprintf("listener/%s/%s/%s/%d", kind, b.name, b.id, n)),
		LoadBalancerArn: balancer, Port: records.Int(one(b, 80, 443, 8080, 5432)), DefaultActions: b.actions(10 * n),
		Protocol: one(b, "HTTP", "HTTPS"),
	}
	if kind == "net" {
		l.Protocol = one(b, "TCP", "TLS", "UDP")
		l.Attributes = b.attributes(map[string][]string{"tcp.idle_timeout.seconds": {"60", "350", "6000"}})
	}
	if b.some(9) {
		l.Unread = records.Missing{"rules": "access denied"}
	}
	for i := range one(b, 0, 0, 1, 2) {
		b.d.Rules = append(b.d.Rules, records.Rule{
			RuleArn:  strings.Replace(l.ListenerArn, ":listener/", ":listener-rule/", 1) + fmt.Sprintf("/%d", i),
			Priority: fmt.Sprint(i + 1), Conditions: []records.Condition{b.condition()}, Actions: b.actions(10*n + i + 1),
		})
	}
	b.d.Listeners = append(b.d.Listeners, l)
}

func (b *builder) balancer() {
	kind := one(b, "app", "app", "app", "net", "classic")
	if kind == "classic" {
		idle := records.Bare(one(b, "60", "3600"))
		c := records.Classic{
			LoadBalancerName: b.name, DNSName: b.name + ".elb.amazonaws.com", Account: "111111111111", Region: "eu-west-1",
			LoadBalancerAttributes: &records.ClassicAttributes{ConnectionSettings: &struct{ IdleTimeout *records.Bare }{&idle}},
		}
		c.ListenerDescriptions = make([]struct{ Listener records.ClassicListener }, one(b, 1, 2))
		for i := range c.ListenerDescriptions {
			c.ListenerDescriptions[i].Listener = records.ClassicListener{
				Protocol: one(b, "HTTP", "TCP", "SSL"), LoadBalancerPort: records.Int(one(b, 80, 443)),
				InstanceProtocol: one(b, "HTTP", "TCP"), InstancePort: 80,
			}
		}
		b.d.LoadBalancerDescriptions = append(b.d.LoadBalancerDescriptions, c)
		return
	}
	lb := records.Balancer{
		LoadBalancerArn:  b.arn(fmt.Sprintf("loadbalancer/%s/%s/%s", kind, b.name, b.id)),
		LoadBalancerName: b.name, Type: map[string]string{"app": "application", "net": "network"}[kind],
		Attributes: b.attributes(map[string][]string{
			"idle_timeout.timeout_seconds": {"60", "60", "3600", "sixty"}, "secret.token": {"hunter2hunter2"},
			"routing.http.desync_mitigation_mode":                {"defensive", "strictest"},
			"routing.http.drop_invalid_header_fields.enabled":    {"true", "false"},
			"routing.http.preserve_host_header.enabled":          {"true", "false"},
			"routing.http.xff_header_processing.mode":            {"append", "remove"},
			"load_balancing.cross_zone.enabled":                  {"true"},
			"routing.http.x_amzn_tls_version_and_cipher.enabled": {"false"},
		}),
	}
	if !b.some(4) {
		lb.DNSName = fmt.Sprintf("%s-%d.elb.amazonaws.com", b.name, 1000+b.IntN(9000))
	}
	if b.some(9) {
		lb.Unread = records.Missing{"listeners": "throttled"}
	}
	b.d.LoadBalancers = append(b.d.LoadBalancers, lb)
	for n := range one(b, 0, 1, 1, 2) {
		b.listener(kind, n, lb.LoadBalancerArn)
	}
}

// randomFleet is many load balancers of a few patterns.
func randomFleet(r *rand.Rand, most int) records.Document {
	d := records.Document{Wslint: r.IntN(2)}
	patterns := 1 + r.IntN(3)
	seed := r.Uint64()
	names := []string{"web", "chat-", "localhost", "secret-token", "a", "ApiGateway"}
	name := names[r.IntN(len(names))]
	for i := range most - r.IntN(most/2) {
		pattern := uint64(r.IntN(patterns))
		if r.IntN(9) == 0 {
			pattern = r.Uint64()
		}
		b := builder{r, rand.New(rand.NewPCG(seed, pattern)), name, fmt.Sprintf("%04x", i), "eu-west-1", 111111111111, &d}
		if r.IntN(30) == 0 {
			b.name = names[r.IntN(len(names))]
		}
		if r.IntN(9) > 0 {
			b.name += fmt.Sprint(10 + i)
		}
		if r.IntN(2) == 0 {
			b.region, b.account = "eu-west-2", b.account+r.IntN(3)
		}
		b.balancer()
	}
	return d
}

// TestFleet: what is said of load balancers that are alike is what is said of each of them by itself, in every format.
func TestFleet(t *testing.T) {
	runs := 200
	if testing.Short() {
		runs = 20
	}
	all, alike, found := 0, 0, 0
	for seed := range runs {
		r := rand.New(rand.NewPCG(uint64(seed), 23))
		most := 90
		if seed == 1 {
			most = 1000 // which are judged on all processors
		}
		d := randomFleet(r, most)
		in := lint.Input{Rules: rules.All, Args: []string{"-"}, Stdin: strings.NewReader("")}
		a := lint.Audit{Named: r.IntN(3) == 0, App: []string{"", "", "socket.io", "nothing"}[r.IntN(4)]}
		if every := []string{"", "20s", "75s", "400s"}[r.IntN(4)]; every != "" {
			ping, err := lint.ParseKeepalive(nil, every, "", "")
			if err != nil {
				t.Fatal(err)
			}
			in.Ping = ping
		}
		judged := func(each bool) (texts []string) {
			in.EachServer = each
			in.Args = nil
			a.Inventory = Of(awscheck.New(d), nil)
			result, err := lint.JudgeAudit(in, a)
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range report.AuditFormats() {
				var out bytes.Buffer
				if err := f.Write(&out, result, report.Options{Verbose: true}); err != nil {
					t.Fatal(err)
				}
				texts = append(texts, out.String())
			}
			found += len(result.Findings)
			return texts
		}
		short, whole := judged(false), judged(true)
		for i, f := range report.AuditFormats() {
			if short[i] != whole[i] {
				t.Fatalf("seed %d, %s:\n%s\ninstead of\n%s", seed, f.Name, short[i], whole[i])
			}
		}
		shapes := map[string]int{}
		s := awscheck.New(d)
		for i := range s.LoadBalancers {
			shape, _ := s.LoadBalancers[i].Shape()
			shapes[shape]++
		}
		for shape, n := range shapes {
			if all += n; shape != "" && n >= 5 {
				alike += n
			}
		}
	}
	if alike*4 < all || found == 0 {
		t.Errorf("of %d load balancers %d are alike, and there are %d findings", all, alike, found)
	}
	t.Logf("of %d load balancers %d are alike, %d findings", all, alike, found)
}
