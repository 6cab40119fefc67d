package live

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/wslint/wslint/awscheck"
	"github.com/wslint/wslint/internal/awstest"
)

// TestCallsForSessions: the calls that sessions and health checks need are made for the load balancers that need
// them, and for no others.
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
		sessions           []awscheck.Filter
		checked            []awscheck.CheckedPath
		sticky             bool
		attributes, health int
	}{
		"nothing declared":   {nil, nil, false, 1, 0},
		"sessions":           {[]awscheck.Filter{{Name: "chat"}}, nil, false, 2, 1},
		"sessions by ARN":    {[]awscheck.Filter{{Name: arn}}, nil, false, 2, 1},
		"sessions of an NLB": {[]awscheck.Filter{{Name: "edge"}}, nil, false, 1, 1},
		"sticky":             {[]awscheck.Filter{{Name: "chat"}}, nil, true, 2, 0},
		"health check": {nil, []awscheck.CheckedPath{{Filter: awscheck.Filter{Name: "other"}, Path: "/other"},
			{Filter: awscheck.Filter{Name: "chat"}, Path: "/other"}, {Filter: awscheck.Filter{Name: "edge"}, Path: "/ws"}},
			false, 1, 1},
		"health and sessions": {[]awscheck.Filter{{Name: "chat"}},
			[]awscheck.CheckedPath{{Filter: awscheck.Filter{Name: arn}, Path: "/chat"}}, true, 2, 1},
	} {
		w := base()
		if tc.sticky {
			w.Region(me, "eu-west-1").Groups[0].Attributes[awscheck.KeySticky] = "true"
		}
		scope := hasty()
		scope.Sessions, scope.Checked = tc.sessions, tc.checked
		s := fetchFrom(t, w, scope)
		calls := w.Calls()
		if calls["DescribeTargetGroupAttributes"] != tc.attributes || calls["DescribeTargetHealth"] != tc.health ||
			s.Incomplete() {
			t.Errorf(
				"%s: %d calls for attributes, %d for health, want %d and %d; %s",
				name,
				calls["DescribeTargetGroupAttributes"],
				calls["DescribeTargetHealth"],
				tc.attributes,
				tc.health,
				covered(s),
			)
		}
	}
}

// TestHealthNotRead: a call that fails is a gap that costs the load balancer that needs it.
func TestHealthNotRead(t *testing.T) {
	w := small()
	scope := hasty()
	scope.Regions, scope.Sessions = []string{"eu-west-1"}, []awscheck.Filter{{Name: "web"}}
	s := fetchFrom(
		t,
		w,
		scope,
		awstest.When(awstest.Action("DescribeTargetHealth"), awstest.Error(403, "AccessDenied", "not authorized")),
	)
	if got, want := covered(s), "eu-west-1 partial 2/3 [DescribeTargetHealth access denied 1]"; got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
	i := slices.IndexFunc(s.LoadBalancers, func(lb awscheck.LoadBalancer) bool { return lb.Name == "web" })
	r := handshake("wss://web/ws")
	if u := s.LoadBalancers[i].Serve(r)[0].Hop.Upstream; u == nil || !u.Open ||
		!strings.HasPrefix(u.Why, "how many targets the target group web has is not known: ") {
		t.Errorf("got %+v", u)
	}
}

// TestSnapshotKeepsTargets: what was read of targets is the same after it was written and read.
func TestSnapshotKeepsTargets(t *testing.T) {
	w := small()
	g := w.Region(me, "eu-west-1").Groups[0]
	g.Targets, g.Fields["HealthCheckPath"], g.Fields["Matcher"] = []string{
		"healthy",
		"unhealthy 426",
	}, "/ws", awstest.Any{
		"HttpCode": "200-299",
	}
	w.Region(me, "eu-west-1").Balancers[0].Listeners[1].Fields["MutualAuthentication"] = awstest.Any{"Mode": "verify"}
	w.Region(me, "eu-west-1").Balancers[0].Listeners[1].Fields["DefaultActions"] = []any{
		awstest.Any{"Type": "forward", "ForwardConfig": awstest.Any{
			"TargetGroups": []any{
				awstest.Any{"TargetGroupArn": g.ARN, "Weight": 1},
			}, "TargetGroupStickinessConfig": awstest.Any{"Enabled": true, "DurationSeconds": 60}}},
	}
	scope := hasty()
	scope.Sessions = []awscheck.Filter{{Name: "web"}}
	a := fetchFrom(t, w, scope)
	var b strings.Builder
	if err := a.Write(&b); err != nil {
		t.Fatal(err)
	}
	again, err := awscheck.ReadSnapshot([]byte(b.String()))
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range []*awscheck.Snapshot{a, again} {
		l := s.LoadBalancers[0].Listeners[1]
		g := l.Default[0].Groups[0].Group
		states := map[string]int{}
		for _, h := range g.Health {
			states[h.State]++
		}
		if g.HealthPath != "/ws" || g.Matcher != "200-299" ||
			!maps.Equal(states, map[string]int{"healthy": 1, "unhealthy": 1}) ||
			l.ClientCerts != "verify" ||
			!l.Default[0].Sticky {
			t.Errorf("got %+v of %+v", g, l)
		}
	}
}
