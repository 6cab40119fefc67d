package live

import (
	"bytes"
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/wslint/wslint/awscheck"
	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/internal/awstest"
)

const me = "111111111111"

// hasty is a scope whose faults cost a test no time.
func hasty() Scope {
	return Scope{
		Rate:           1e6,
		Burst:          1000,
		Attempts:       3,
		MaxBackoff:     time.Millisecond,
		AttemptTimeout: time.Minute,
		Now:            func() time.Time { return time.Unix(1e9, 0) },
	}
}

// small is a world with two regions of three load balancers each.
func small() *awstest.World {
	w := awstest.New(me)
	for _, region := range []string{"eu-west-1", "us-east-1"} {
		w.ALB(me, region, "web", "60")
		w.NLB(me, region, "edge", "TCP", "350")
		w.CLB(me, region, "old", 60)
	}
	return w
}

func fetchFrom(t *testing.T, w *awstest.World, s Scope, layers ...awstest.Layer) *awscheck.Snapshot {
	t.Helper()
	return fetchFromIn(t, w, "eu-west-1", s, layers...)
}

// fetchFromIn is fetchFrom with another region to begin in.
func fetchFromIn(t *testing.T, w *awstest.World, region string, s Scope, layers ...awstest.Layer) *awscheck.Snapshot {
	t.Helper()
	snap, err := Fetch(t.Context(), w.Start(t, layers...).Config(region), s)
	if err != nil {
		t.Fatal(err)
	}
	return snap
}

// covered is the coverage in a line for each region.
func covered(s *awscheck.Snapshot) string {
	var lines []string
	for _, c := range s.Coverage {
		line := fmt.Sprintf("%s %s %d/%d", c.Region, c.Status, c.Read, c.Listed)
		for _, f := range c.Faults {
			line += fmt.Sprintf(" [%s %s %d]", f.API, f.Class, f.Count)
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}

func TestFetch(t *testing.T) {
	w := small()
	w.Region(me, "af-south-1").Disabled = true
	s := fetchFrom(t, w, hasty())
	want := "af-south-1 skipped 0/0 [ListRegions error 1]\neu-west-1 complete 3/3\nus-east-1 complete 3/3"
	if got := covered(s); got != want || s.Incomplete() {
		t.Errorf("got %s\nwant %s", got, want)
	}
	const summary = "read 2 of 2 regions in 1 account, 6 of 6 load balancers, 1 region not enabled"
	if got, want := s.Summary(), summary; got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
	lb := s.LoadBalancers[0]
	if lb.Name != "web" || lb.Region != "eu-west-1" || lb.Account != me || lb.Kind != awscheck.Application ||
		len(lb.Listeners) != 2 {
		t.Errorf("got %+v", lb)
	}
	for i := range s.LoadBalancers {
		lb := &s.LoadBalancers[i]
		h := lb.Serve(handshake("wss://web/"))[0].Hop
		if d, known := h.Idle[0].Get(); !known ||
			d != map[awscheck.Kind]time.Duration{awscheck.Application: time.Minute, awscheck.Network: 350 * time.Second,
				awscheck.Classic: time.Minute}[lb.Kind] {
			t.Errorf("%s: idle timer %+v", lb.Name, h.Idle[0])
		}
		if a, known := h.Answer.Get(); !known || a.Kind != hop.PassedOn {
			t.Errorf("%s: %s", lb.Name, answer(*h))
		}
	}
}

// TestCalls: exactly the calls that are needed.
func TestCalls(t *testing.T) {
	w := small()
	w.NLB(me, "eu-west-1", "tls", "TLS", "")
	w.Region(me, "eu-west-1").Balancers[0].Tags = map[string]string{"team": "chat"}
	w.Region(me, "eu-north-1")
	fetchFrom(t, w, hasty())
	want := map[string]int{
		"GetCallerIdentity": 1, "ListRegions": 1,
		"DescribeLoadBalancers": 3, "DescribeLoadBalancers (classic)": 3, // an empty region costs these two
		"DescribeTargetGroups":           2,
		"DescribeLoadBalancerAttributes": 2, "DescribeLoadBalancerAttributes (classic)": 2, // ALBs and awscheck.Classic ELBs
		"DescribeListeners":             5, // ALBs and NLBs
		"DescribeRules":                 4, // the listeners of ALBs
		"DescribeListenerAttributes":    2, // TCP listeners of NLBs
		"DescribeTargetGroupAttributes": 3, // target groups of NLBs
	}
	if got := w.Calls(); !maps.Equal(got, want) {
		t.Errorf("got %v\nwant %v", got, want)
	}
}

func TestFilters(t *testing.T) {
	w := small()
	w.Region(me, "eu-west-1").Balancers[0].Tags = map[string]string{"team": "chat"}
	w.Region(me, "us-east-1").Classic[0].Tags = map[string]string{"team": "chat", "env": "prod"}
	arn := w.Region(me, "us-east-1").Balancers[1].ARN
	for filter, want := range map[string]string{
		"web": "web web", "w?b": "web web", arn: "edge", "tag:team=chat": "web old", "tag:env": "old", "tag:env=test": "",
		"nope": "",
	} {
		f, err := awscheck.ParseFilter(filter)
		if err != nil {
			t.Fatal(err)
		}
		scope := hasty()
		scope.Filters = []awscheck.Filter{f}
		s := fetchFrom(t, w, scope)
		var names []string
		for _, lb := range s.LoadBalancers {
			names = append(names, lb.Name)
		}
		if got := strings.Join(names, " "); got != want {
			t.Errorf("%s: got %q, want %q", filter, got, want)
		}
	}
	for _, bad := range []string{"", "tag:", "tag:=x"} {
		if _, err := awscheck.ParseFilter(bad); err == nil {
			t.Errorf("%q is taken for a filter", bad)
		}
	}
}

func TestPages(t *testing.T) {
	w := awstest.New(me)
	w.PageSize = 2
	for i := range 5 {
		w.ALB(me, "eu-west-1", fmt.Sprint("a", i), "60")
		w.CLB(me, "eu-west-1", fmt.Sprint("c", i), 60)
	}
	if got, want := covered(fetchFrom(t, w, hasty())), "eu-west-1 complete 10/10"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestOrganization(t *testing.T) {
	w := small()
	w.ALB("222222222222", "eu-west-1", "theirs", "60")
	w.ALB("333333333333", "eu-west-1", "closed", "60")
	w.Accounts["333333333333"].State = "SUSPENDED"
	scope := hasty()
	scope.Organization = true
	s := fetchFrom(t, w, scope)
	want := "eu-west-1 complete 3/3\nus-east-1 complete 3/3\neu-west-1 complete 1/1\n skipped 0/0 [ListAccounts error 1]"
	if got := covered(s); got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
	scope = hasty()
	scope.Accounts = []string{"222222222222", "999999999999"}
	s = fetchFrom(t, w, scope)
	want = "eu-west-1 complete 1/1\n unread 0/0 [AssumeRole access denied 1]"
	if got := covered(s); got != want || !s.Incomplete() {
		t.Errorf("got %s\nwant %s", got, want)
	}
}

func TestSnapshotRoundTrip(t *testing.T) {
	w := small()
	w.Region(me, "eu-west-1").Balancers[0].Listeners[1].Rules = []awstest.Any{
		{
			"Priority":   "5",
			"Conditions": []any{awstest.Any{"Field": "path-pattern", "PathPatternConfig": awstest.Any{"Values": []any{"/ws"}}}},
			"Actions":    []any{awstest.Any{"Type": "fixed-response", "FixedResponseConfig": awstest.Any{"StatusCode": "404"}}},
		},
	}
	a := fetchFrom(
		t,
		w,
		hasty(),
		awstest.When(
			awstest.InRegion("us-east-1"),
			awstest.When(awstest.Action("DescribeRules"), awstest.Error(403, "AccessDenied", "no")),
		),
	)
	var text bytes.Buffer
	if err := a.Write(&text); err != nil {
		t.Fatal(err)
	}
	b, err := awscheck.ReadSnapshot(text.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	var again bytes.Buffer
	if err := b.Write(&again); err != nil || again.String() != text.String() {
		t.Errorf("%v\nwritten: %s\nread and written: %s", err, &text, &again)
	}
	if covered(a) != covered(b) || !b.Incomplete() || len(a.LoadBalancers) != len(b.LoadBalancers) {
		t.Errorf("got %s\nwant %s", covered(b), covered(a))
	}
	r := handshake("wss://web/ws")
	for i := range a.LoadBalancers {
		if x, y := answer(*a.LoadBalancers[i].Serve(r)[0].Hop), answer(*b.LoadBalancers[i].Serve(r)[0].Hop); x != y {
			t.Errorf("%s: got %s, want %s", a.LoadBalancers[i].Name, y, x)
		}
	}
	if got := answer(*b.LoadBalancers[0].Serve(r)[0].Hop); got != "404" {
		t.Errorf("the rule answers %s", got)
	}
}
