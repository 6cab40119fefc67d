package awscheck

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/wslint/wslint/internal/awstest"
)

// TestFaults: one region is broken in some way. The other one is complete, and the broken one never looks clean.
func TestFaults(t *testing.T) {
	const v1, v2 = "DescribeLoadBalancers (classic)", "DescribeLoadBalancers"
	both := func(class Class) string { return fmt.Sprintf("unread 0/0 [%s %s 1] [%s %s 1]", v2, class, v1, class) }
	for _, tc := range []struct {
		name  string
		layer awstest.Layer
		want  string
	}{
		{"throttled", awstest.Error(400, "Throttling", "Rate exceeded"), both(ClassThrottled)},
		{"500", awstest.Error(500, "InternalFailure", ""), both(ClassServer)},
		{"502 from a proxy", awstest.Body(502, "text/html", "<html>bad gateway</html>"), both(ClassServer)},
		{"503 without a body", awstest.Body(503, "text/xml", ""), both(ClassServer)},
		{"reset", awstest.Reset, both(ClassConnection)},
		{"hang", awstest.Hang, both(ClassTimeout)},
		{"cut short", awstest.Truncate(false), both(ClassBody)},
		{"cut off", awstest.Truncate(true), both(ClassBody)},
		{"empty", awstest.Body(200, "text/xml", ""), both(ClassBody)},
		{"blank", awstest.Body(200, "text/xml", " \n"), both(ClassBody)},
		{"captive portal", awstest.Body(200, "text/html", "<!DOCTYPE html><html><body>Please log in</body></html>"), both(ClassForeign)},
		{"other XML", awstest.Body(200, "text/xml", "<FooResponse></FooResponse>"), both(ClassBody)},
		{"text", awstest.Body(200, "text/plain", "OK"), both(ClassForeign)},
		{"denied", awstest.Error(403, "AccessDenied", "User: me is not authorized"), both(ClassDenied)},
		{"403 of something else", awstest.Body(403, "text/html", "<html>blocked</html>"), both(ClassDenied)},
		{"not enabled", awstest.Error(403, "InvalidClientTokenId", "The security token is invalid"), both(ClassNotEnabled)},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			s := fetchFrom(t, small(), hasty(), awstest.When(awstest.InRegion("us-east-1"), tc.layer))
			if got, want := covered(s), "eu-west-1 complete 3/3\nus-east-1 "+tc.want; got != want || !s.Incomplete() {
				t.Errorf("got %s\nwant %s", got, want)
			}
		})
	}
}

// TestFlaky: what fails now and then is asked for again.
func TestFlaky(t *testing.T) {
	for name, layer := range map[string]awstest.Layer{
		"500": awstest.Error(500, "InternalFailure", ""), "reset": awstest.Reset, "empty": awstest.Body(200, "text/xml", ""),
		"cut": awstest.Truncate(true), "cut cleanly": awstest.Truncate(false), "portal": awstest.Body(200, "text/html", "<html></html>"), "throttle": awstest.Error(400, "Throttling", "Rate exceeded"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			scope := hasty()
			scope.Attempts = 8
			s := fetchFrom(t, small(), scope, awstest.When(awstest.Every(4, awstest.InRegion("")), layer))
			if got, want := covered(s), "eu-west-1 complete 3/3\nus-east-1 complete 3/3"; got != want {
				t.Errorf("got %s\nwant %s", got, want)
			}
		})
	}
}

// TestOneActionDenied: without one permission, exactly what hangs on it is missing.
func TestOneActionDenied(t *testing.T) {
	for action, want := range map[string]string{
		"DescribeLoadBalancers":                    "partial 1/1 [DescribeLoadBalancers access denied 1]",
		"DescribeLoadBalancers (classic)":          "partial 2/2 [DescribeLoadBalancers (classic) access denied 1]",
		"DescribeLoadBalancerAttributes":           "partial 2/3 [DescribeLoadBalancerAttributes access denied 1]",
		"DescribeLoadBalancerAttributes (classic)": "partial 2/3 [DescribeLoadBalancerAttributes (classic) access denied 1]",
		"DescribeListeners":                        "partial 1/3 [DescribeListeners access denied 2]",
		"DescribeRules":                            "partial 2/3 [DescribeRules access denied 2]",
		"DescribeListenerAttributes":               "partial 2/3 [DescribeListenerAttributes access denied 1]",
		"DescribeTargetGroups":                     "partial 1/3 [DescribeTargetGroups access denied 1]",
		"DescribeTargetGroupAttributes":            "partial 2/3 [DescribeTargetGroupAttributes access denied 1]",
	} {
		w := small()
		delete(w.Accounts[me].Regions, "us-east-1")
		s := fetchFrom(t, w, hasty(), awstest.When(awstest.Action(action), awstest.Error(403, "AccessDenied", "not authorized")))
		if got := covered(s); got != "eu-west-1 "+want {
			t.Errorf("without %s: got %s\nwant %s", action, got, want)
		}
		if n := w.Calls()[action]; n > 2 {
			t.Errorf("%s was called %d times though it is denied", action, n)
		}
	}
}

func TestRegionsWithoutPermission(t *testing.T) {
	denied := awstest.Error(403, "AccessDeniedException", "not authorized")
	s := fetchFrom(t, small(), hasty(), awstest.When(awstest.Action("ListRegions"), denied))
	if got, want := covered(s), "eu-west-1 complete 3/3\nus-east-1 complete 3/3"; got != want {
		t.Errorf("by EC2: got %s\nwant %s", got, want)
	}
	s = fetchFrom(t, small(), hasty(), awstest.When(awstest.Action("ListRegions"), denied), awstest.When(awstest.Action("DescribeRegions"), denied))
	if got := covered(s); !s.Incomplete() || !strings.Contains(got, "opt-in regions unread") || !strings.Contains(got, "us-east-1 complete 3/3") || !strings.Contains(got, "sa-east-1 complete 0/0") {
		t.Errorf("by the built-in list: got %s", got)
	}
	scope := hasty()
	scope.Regions = []string{"us-east-1"}
	w := small()
	if got, want := covered(fetchFrom(t, w, scope)), "us-east-1 complete 3/3"; got != want || w.Calls()["ListRegions"] != 0 {
		t.Errorf("named: got %s\nwant %s", got, want)
	}
}

func TestStuckMarker(t *testing.T) {
	w := small()
	s := fetchFrom(t, w, hasty(), awstest.When(awstest.Action("DescribeLoadBalancers"), awstest.StuckMarker))
	if got := covered(s); !strings.Contains(got, "eu-west-1 partial") || !strings.Contains(got, "[DescribeLoadBalancers pages do not end 1]") {
		t.Errorf("got %s", got)
	}
	if n := w.Calls()["DescribeLoadBalancers"]; n > 6 {
		t.Errorf("%d calls", n)
	}
}

func TestDeletedMeanwhile(t *testing.T) {
	s := fetchFrom(t, small(), hasty(),
		awstest.When(awstest.Action("DescribeLoadBalancerAttributes"), awstest.Error(400, "LoadBalancerNotFound", "gone")),
		awstest.When(awstest.Action("DescribeLoadBalancerAttributes (classic)"), awstest.Error(400, "LoadBalancerNotFound", "gone")))
	if got, want := covered(s), "eu-west-1 complete 1/1\nus-east-1 complete 1/1"; got != want || len(s.LoadBalancers) != 2 {
		t.Errorf("got %s, %d load balancers\nwant %s", got, len(s.LoadBalancers), want)
	}
}

func TestExpired(t *testing.T) {
	w := small()
	for i := range 20 {
		w.ALB(me, "us-east-1", fmt.Sprint("more", i), "60")
	}
	s := fetchFrom(t, w, hasty(), awstest.When(awstest.After(12, awstest.InRegion("")), awstest.Error(403, "ExpiredToken", "The security token included in the request is expired")))
	got := covered(s)
	if !s.Incomplete() || !strings.Contains(got, string(ClassExpired)) || strings.Contains(got, string(ClassCanceled)) || len(s.LoadBalancers) == 0 {
		t.Errorf("got %s, %d load balancers", got, len(s.LoadBalancers))
	}
}

func TestBreaker(t *testing.T) {
	w := awstest.New(me)
	for i := range 60 {
		w.ALB(me, "eu-west-1", fmt.Sprint("a", i), "60")
	}
	s := fetchFrom(t, w, hasty(), awstest.When(awstest.Action("DescribeLoadBalancerAttributes"), awstest.Error(500, "InternalFailure", "")),
		awstest.When(awstest.Action("DescribeListeners"), awstest.Error(500, "InternalFailure", "")))
	if got := covered(s); !strings.Contains(got, "eu-west-1 partial 0/60") || !strings.Contains(got, string(ClassGaveUp)) {
		t.Errorf("got %s", got)
	}
	if n := w.Calls()["DescribeLoadBalancerAttributes"]; n > 40 {
		t.Errorf("%d calls before it gave up", n)
	}
}

func TestDeadline(t *testing.T) {
	scope := hasty()
	scope.RegionTimeout, scope.Workers = 150*time.Millisecond, 1
	s := fetchFrom(t, small(), scope, awstest.When(awstest.InRegion("us-east-1"), awstest.Slow(100*time.Millisecond)))
	got := covered(s)
	if !strings.Contains(got, "eu-west-1 complete 3/3") || !strings.Contains(got, string(ClassDeadline)) {
		t.Errorf("got %s", got)
	}
}

func TestInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	stop := func(next awstest.Handler) awstest.Handler {
		return func(w http.ResponseWriter, r *awstest.Request) {
			cancel()
			awstest.Hang(next)(w, r)
		}
	}
	d := small().Start(t, awstest.When(awstest.Action("DescribeRules"), stop))
	s, err := Fetch(ctx, d.Config("eu-west-1"), hasty())
	if err != nil {
		t.Fatal(err)
	}
	if got := covered(s); !s.Incomplete() || !strings.Contains(got, string(ClassCanceled)) {
		t.Errorf("got %s", got)
	}
}

func TestPreflight(t *testing.T) {
	sts := awstest.Action("GetCallerIdentity")
	for name, tc := range map[string]struct {
		layer awstest.Layer
		want  string
	}{
		"expired": {awstest.When(sts, awstest.Error(403, "ExpiredToken", "old")), "the AWS credentials have expired"},
		"unknown": {awstest.When(sts, awstest.Error(403, "InvalidClientTokenId", "no")), "AWS does not know these credentials"},
		"portal":  {awstest.When(sts, awstest.Body(200, "text/html", "<html>log in</html>")), "a captive portal"},
	} {
		if _, err := Fetch(t.Context(), small().Start(t, tc.layer).Config("eu-west-1"), hasty()); err == nil || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := Fetch(t.Context(), small().Start(t).Config(""), hasty()); err == nil || !strings.Contains(err.Error(), "no region") {
		t.Errorf("no region: %v", err)
	}
}
