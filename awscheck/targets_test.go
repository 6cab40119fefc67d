package awscheck

import (
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/internal/awstest"
)

// healthy makes a group of the given targets; sticky is its attribute, "" for one that was not read.
func healthy(sticky string, states ...string) func(*TargetGroup) {
	return func(g *TargetGroup) {
		g.Apply(Attributes{Values: map[string]string{keySticky: sticky}, Pos: g.Pos})
		if sticky == "" {
			g.Apply(Attributes{Unread: "no permission", Pos: g.Pos})
		}
		for _, s := range states {
			g.Health = append(g.Health, Health{State: s})
		}
	}
}

// spread is what a session meets, in a word.
func spread(u *hop.Upstream) string {
	switch {
	case u == nil:
		return "nothing known"
	case u.Open:
		return "open: " + u.Why
	case u.Sticky != "":
		return u.Sticky
	}
	return strings.Repeat("|", len(u.Peers)) + u.Are
}

func TestSessions(t *testing.T) {
	two := []string{"healthy", "healthy", "draining", "unhealthy", "initial"}
	forward := func(sticky bool, groups ...Weighted) *LoadBalancer {
		return alb(atPath("/ws", Action{Type: "forward", Sticky: sticky, Groups: groups}))
	}
	tcp := func(g *TargetGroup) { g.Protocol = "TCP" }
	toALB := func(g *TargetGroup) { g.Type = "alb" }
	listener := Listener{Protocol: "TCP", Port: 443}
	network := func(groups ...Weighted) *LoadBalancer {
		l := listener
		l.Default = forwardTo(groups...)
		return nlb(l, nil)
	}
	classic := &LoadBalancer{Kind: Classic, Name: "old", DNSName: "lb.example.com", Instances: 3, Listeners: []Listener{
		{Protocol: "SSL", Port: 443, InstanceProtocol: "TCP", InstancePort: 8000, ProxyProtocol: hop.Default("ProxyProtocol", false, hop.Pos{})}}}
	for name, tc := range map[string]struct {
		lb   *LoadBalancer
		want string
	}{
		"two":                 {forward(false, group("a", healthy("false", two...))), "||"},
		"one":                 {forward(false, group("a", healthy("false", "healthy", "draining"))), "|"},
		"sticky":              {forward(false, group("a", healthy("true", two...))), "stickiness.enabled"},
		"attributes not read": {forward(false, group("a", healthy("", two...))), "open: stickiness.enabled is not known: no permission"},
		"targets not read":    {forward(false, group("a", healthy("false"), func(g *TargetGroup) { g.Unread = "no permission" })), "open: how many targets the target group a has is not known: no permission"},
		"weights":             {forward(false, group("a", healthy("true")), group("b", healthy("true"))), "||target groups"},
		"sticky weights":      {forward(true, group("a", healthy("true")), group("b", healthy("true"))), "TargetGroupStickinessConfig"},
		"sticky weights over": {forward(true, group("a", healthy("true")), group("b", healthy("false", two...))), "||"},
		"weight of 0":         {forward(false, group("a", healthy("false", two...)), Weighted{Name: "b"}), "||"},
		"nlb":                 {network(group("a", tcp, healthy("false", two...))), "||"},
		"nlb to alb":          {network(group("a", tcp, toALB, healthy("false", two...))), "nothing known"},
		"nlb weights":         {network(group("a", tcp, healthy("false", two...)), group("b", tcp, healthy("false", two...))), "nothing known"},
		"classic":             {classic, "|||"},
	} {
		if got := spread(tc.lb.Serve(handshake("wss://a.example.com/ws"))[0].Hop.Upstream); got != tc.want {
			t.Errorf("%s: got %s, want %s", name, got, tc.want)
		}
	}
}

// TestWeightsThatMatterToTheNextHop: groups on different ports lead nobody knows to which listener.
func TestWeightsThatMatterToTheNextHop(t *testing.T) {
	lb := alb(atPath("/ws", forwardTo(group("a"), group("b", func(g *TargetGroup) { g.Port = 9090 }))...))
	if got := lb.Serve(handshake("wss://a.example.com/ws"))[0].Hop.Next.Addr; got != "" {
		t.Errorf("passed on to %s", got)
	}
}

func TestFailingHealthCheck(t *testing.T) {
	refused := Health{"unhealthy", "Target.ResponseCodeMismatch", "Health checks failed with these codes: [426]"}
	for name, tc := range map[string]struct {
		path   string
		health []Health
		want   int
	}{
		"refused":          {"/ws", []Health{refused, refused, {State: "draining"}}, 2},
		"some":             {"/ws", []Health{refused, {State: "healthy"}}, 1},
		"another path":     {"/health", []Health{refused}, 0},
		"no path":          {"", []Health{refused}, 0},
		"healthy":          {"/ws", []Health{{State: "healthy"}}, 0},
		"not read":         {"/ws", nil, 0},
		"another status":   {"/ws", []Health{{"unhealthy", "Target.ResponseCodeMismatch", "Health checks failed with these codes: [500]"}}, 0},
		"several statuses": {"/ws", []Health{{"unhealthy", "Target.ResponseCodeMismatch", "Health checks failed with these codes: [426,503]"}}, 0},
		"no answer":        {"/ws", []Health{{"unhealthy", "Target.Timeout", "Request timed out"}}, 0},
	} {
		lb := alb(atPath("/ws", forwardTo(group("a", func(g *TargetGroup) { g.HealthPath, g.Health = tc.path, tc.health }))...))
		c := lb.Serve(handshake("wss://a.example.com/ws?token=1"))[0].Hop.Failing
		switch {
		case c == nil && tc.want != 0, c != nil && c.Failed != tc.want:
			t.Errorf("%s: got %+v", name, c)
		case c != nil && (c.Got != "426" || c.Wants != "200" || c.Servers != 2):
			t.Errorf("%s: %+v", name, c)
		}
	}
}

// TestNotes: what nobody can decide from the configuration is said all the same.
func TestNotes(t *testing.T) {
	lb := alb()
	lb.Listeners[1].ClientCerts = "verify"
	lb.Apply(Attributes{Values: map[string]string{keyDropInvalid: "true"}})
	h := lb.Serve(handshake("wss://a.example.com/ws", "X_Auth: 1"))[0].Hop
	var text string
	for _, n := range h.Notes {
		text += n.Text + "\n"
	}
	for _, want := range []string{"mutual TLS: a client without a certificate", "routing.http.drop_invalid_header_fields.enabled removes the header X_Auth", "whether a WAF web ACL"} {
		if !strings.Contains(text, want) {
			t.Errorf("no note says %q:\n%s", want, text)
		}
	}
}

// TestCallsForSessions: the calls that sessions and health checks need are made for the load balancers that need them, and for no others.
func TestCallsForSessions(t *testing.T) {
	base := func() *awstest.World {
		w := awstest.New(me)
		w.ALB(me, "eu-west-1", "chat", "60")
		w.ALB(me, "eu-west-1", "other", "60")
		w.NLB(me, "eu-west-1", "edge", "TCP", "350")
		for _, g := range w.Region(me, "eu-west-1").Groups {
			g.Fields["HealthCheckPath"] = "/" + g.Fields["TargetGroupName"].(string)
			g.Targets = []string{"healthy", "healthy"}
		}
		return w
	}
	arn := base().Region(me, "eu-west-1").Balancers[0].ARN
	for name, tc := range map[string]struct {
		sessions           []Filter
		checked            []CheckedPath
		sticky             bool
		attributes, health int
	}{
		"nothing declared":    {nil, nil, false, 1, 0},
		"sessions":            {[]Filter{{Name: "chat"}}, nil, false, 2, 1},
		"sessions by ARN":     {[]Filter{{Name: arn}}, nil, false, 2, 1},
		"sessions of an NLB":  {[]Filter{{Name: "edge"}}, nil, false, 1, 1},
		"sticky":              {[]Filter{{Name: "chat"}}, nil, true, 2, 0},
		"health check":        {nil, []CheckedPath{{Filter{Name: "other"}, "/other"}, {Filter{Name: "chat"}, "/other"}, {Filter{Name: "edge"}, "/ws"}}, false, 1, 1},
		"health and sessions": {[]Filter{{Name: "chat"}}, []CheckedPath{{Filter{Name: arn}, "/chat"}}, true, 2, 1},
	} {
		w := base()
		if tc.sticky {
			w.Region(me, "eu-west-1").Groups[0].Attributes[keySticky] = "true"
		}
		scope := hasty()
		scope.Sessions, scope.Checked = tc.sessions, tc.checked
		s := fetchFrom(t, w, scope)
		calls := w.Calls()
		if calls["DescribeTargetGroupAttributes"] != tc.attributes || calls["DescribeTargetHealth"] != tc.health || s.Incomplete() {
			t.Errorf("%s: %d calls for attributes, %d for health, want %d and %d; %s", name, calls["DescribeTargetGroupAttributes"], calls["DescribeTargetHealth"], tc.attributes, tc.health, covered(s))
		}
	}
}

// TestHealthNotRead: a call that fails is a gap that costs the load balancer that needs it.
func TestHealthNotRead(t *testing.T) {
	w := small()
	scope := hasty()
	scope.Regions, scope.Sessions = []string{"eu-west-1"}, []Filter{{Name: "web"}}
	s := fetchFrom(t, w, scope, awstest.When(awstest.Action("DescribeTargetHealth"), awstest.Error(403, "AccessDenied", "not authorized")))
	if got, want := covered(s), "eu-west-1 partial 2/3 [DescribeTargetHealth access denied 1]"; got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
	i := slices.IndexFunc(s.LoadBalancers, func(lb LoadBalancer) bool { return lb.Name == "web" })
	r := handshake("wss://web/ws")
	r.Addr = ""
	if got := spread(s.LoadBalancers[i].Serve(r)[0].Hop.Upstream); !strings.HasPrefix(got, "open: how many targets the target group web has is not known: ") {
		t.Errorf("got %s", got)
	}
}

// TestRecordedTargetHealth reads a real answer about targets, with the ARN put beside it.
func TestRecordedTargetHealth(t *testing.T) {
	needRecorded(t)
	const dir = recordedDir + "/cloud-custodian/test_target_group_attributes_filter_action/elasticloadbalancing."
	const arn = `"TargetGroupArn": "arn:aws:elasticloadbalancing:eu-west-1:111111111111:targetgroup/app/9"`
	text := `{"LoadBalancers": [{"LoadBalancerArn": "arn:aws:elasticloadbalancing:eu-west-1:111111111111:loadbalancer/net/edge/1", "Type": "network"}]}
		{"Listeners": [{"ListenerArn": "arn:aws:elasticloadbalancing:eu-west-1:111111111111:listener/net/edge/1/2", "Port": 443, "Protocol": "TCP", "DefaultActions": [{"Type": "forward", ` + arn + `}]}]}
		{"TargetGroups": [{` + arn + `, "Protocol": "TCP", "Port": 80, "TargetType": "ip"}]}`
	for _, name := range []string{"DescribeTargetGroupAttributes_1.json", "DescribeTargetHealth_1.json"} {
		src, err := os.ReadFile(dir + name)
		if err != nil {
			t.Fatal(err)
		}
		_, data, _ := strings.Cut(string(src), `"data": {`)
		text += "{" + arn + "," + strings.TrimSuffix(strings.TrimSpace(data), "}")
	}
	s, err := ReadSnapshot([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	g := s.LoadBalancers[0].Listeners[0].Default[0].Groups[0].Group
	if on, known := g.Sticky.Get(); on || !known || !g.Sticky.IsWritten() || g.Unread != "" {
		t.Errorf("got %+v", g)
	}
}

// TestSnapshotKeepsTargets: what was read of targets is the same after it was written and read.
func TestSnapshotKeepsTargets(t *testing.T) {
	w := small()
	g := w.Region(me, "eu-west-1").Groups[0]
	g.Targets, g.Fields["HealthCheckPath"], g.Fields["Matcher"] = []string{"healthy", "unhealthy 426"}, "/ws", awstest.Any{"HttpCode": "200-299"}
	w.Region(me, "eu-west-1").Balancers[0].Listeners[1].Fields["MutualAuthentication"] = awstest.Any{"Mode": "verify"}
	w.Region(me, "eu-west-1").Balancers[0].Listeners[1].Fields["DefaultActions"] = []any{awstest.Any{"Type": "forward", "ForwardConfig": awstest.Any{
		"TargetGroups": []any{awstest.Any{"TargetGroupArn": g.ARN, "Weight": 1}}, "TargetGroupStickinessConfig": awstest.Any{"Enabled": true, "DurationSeconds": 60}}}}
	scope := hasty()
	scope.Sessions = []Filter{{Name: "web"}}
	a := fetchFrom(t, w, scope)
	var b strings.Builder
	if err := a.Write(&b); err != nil {
		t.Fatal(err)
	}
	again, err := ReadSnapshot([]byte(b.String()))
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range []*Snapshot{a, again} {
		l := s.LoadBalancers[0].Listeners[1]
		g := l.Default[0].Groups[0].Group
		states := map[string]int{}
		for _, h := range g.Health {
			states[h.State]++
		}
		if g.HealthPath != "/ws" || g.Matcher != "200-299" || !maps.Equal(states, map[string]int{"healthy": 1, "unhealthy": 1}) || l.ClientCerts != "verify" || !l.Default[0].Sticky {
			t.Errorf("got %+v of %+v", g, l)
		}
	}
}
