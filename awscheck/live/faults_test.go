package live

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/wslint/wslint/awscheck"
	"github.com/wslint/wslint/awscheck/records"
	"github.com/wslint/wslint/internal/awstest"
)

// TestFaults: one region is broken in some way. The other one is complete, and the broken one never looks clean.
func TestFaults(t *testing.T) {
	for _, tc := range []struct {
		name    string
		layer   awstest.Layer
		class   records.Class
		message string // part of the first one
	}{
		{"throttled", awstest.Error(400, "Throttling", "Rate exceeded"), records.ClassThrottled, "Throttling: Rate exceeded"},
		{"500", awstest.Error(500, "InternalFailure", "sorry"), records.ClassServer, "InternalFailure: sorry"},
		{"502 from a proxy", awstest.Body(502, "text/html", "<html>bad gateway</html>"), records.ClassServer, "UnknownError"},
		{"503 without a body", awstest.Body(503, "text/xml", ""), records.ClassServer, "UnknownError"},
		{"reset", awstest.Reset, records.ClassConnection, "EOF"},
		{"hang", awstest.Hang, records.ClassTimeout, "no whole answer within the time for one attempt"},
		{"drip", awstest.Drip(10 * time.Millisecond), records.ClassTimeout,
			"no whole answer within the time for one attempt"},
		{"cut short", awstest.Truncate(false), records.ClassBody, "cut short"},
		{"cut off", awstest.Truncate(true), records.ClassBody, "cut short"},
		{"empty", awstest.Body(200, "text/xml", ""), records.ClassBody, "200 and empty"},
		{"blank", awstest.Body(200, "text/xml", " \n"), records.ClassBody, "200 and empty"},
		{"XML declaration alone", awstest.Body(200, "text/xml", `<?xml version="1.0"?>`), records.ClassBody, "cut short"},
		{"captive portal", awstest.Body(200, "text/html", "<!DOCTYPE html><html><body>Please log in</body></html>"),
			records.ClassForeign, "captive portal"},
		{"captive portal's 204", awstest.Body(204, "", ""), records.ClassForeign, "(HTTP 204)"},
		{"202", awstest.Body(202, "text/xml", "<a>"), records.ClassForeign, "(HTTP 202)"},
		{"redirect", awstest.Redirect(302, "https://login.example.com/"), records.ClassForeign, "(HTTP 302)"},
		{"redirect that keeps the method", awstest.Redirect(307, "https://login.example.com/"), records.ClassForeign,
			"(HTTP 307)"},
		{"other XML", awstest.Body(200, "text/xml", "<FooResponse></FooResponse>"), records.ClassBody,
			"the answer cannot be decoded: failed to decode response body, DescribeLoadBalancersResult node not found"},
		{"the answer to something else", awstest.AnswerOf("DescribeTargetGroups"), records.ClassBody, "node not found"},
		{"an error that says 200",
			awstest.Body(200, "text/xml", "<ErrorResponse><Error><Code>Throttling</Code></Error></ErrorResponse>"),
			records.ClassBody, "node not found"},
		{"JSON", awstest.Body(200, "application/json", `{"status": "ok"}`), records.ClassForeign, "captive portal"},
		{"text", awstest.Body(200, "text/plain", "OK"), records.ClassForeign, "captive portal"},
		{"denied", awstest.Error(403, "AccessDenied", "User: me is not authorized"), records.ClassDenied,
			"AccessDenied: User: me is not authorized"},
		{"403 of something else", awstest.Body(403, "text/html", "<html>blocked</html>"), records.ClassDenied,
			"UnknownError"},
		{"not enabled", awstest.Error(403, "InvalidClientTokenId", "The security token is invalid"), records.ClassNotEnabled,
			"InvalidClientTokenId: The"},
		{"not enabled, as others say it", awstest.Error(403, "UnrecognizedClientException", "no"), records.ClassNotEnabled,
			"UnrecognizedClientException: no"},
		{"not opted in", awstest.Error(403, "OptInRequired", "You are not subscribed to this service"),
			records.ClassNotEnabled, "OptInRequired: You"},
		{"clock", awstest.Error(403, "SignatureDoesNotMatch",
			"Signature expired: 20260101T000000Z is now earlier than 20261122T000000Z"), records.ClassClock,
			"Signature expired"},
		{"wrong secret", awstest.Error(403, "SignatureDoesNotMatch", "The request signature we calculated does not match"),
			records.ClassDenied, "does not match"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			scope := hasty()
			if tc.class == records.ClassTimeout {
				scope.AttemptTimeout, scope.Attempts = 3*time.Second, 1
			}
			s := fetchFrom(t, small(), scope, awstest.When(awstest.InRegion("us-east-1"), tc.layer))
			want := fmt.Sprintf(
				"eu-west-1 complete 3/3\nus-east-1 unread 0/0 [DescribeLoadBalancers %s 1] [DescribeLoadBalancers "+
					"(classic) %[1]s 1]",
				tc.class,
			)
			if got := covered(s); got != want || !s.Incomplete() {
				t.Errorf("got %s\nwant %s", got, want)
			}
			for _, f := range s.Coverage[1].Faults {
				if !strings.Contains(f.Message, tc.message) {
					t.Errorf("%s: got %q, want %q", f.API, f.Message, tc.message)
				}
			}
		})
	}
}

// TestSecondPage: what is wrong with a later page of a list does not make the first one all there is.
func TestSecondPage(t *testing.T) {
	for name, tc := range map[string]struct {
		layer awstest.Layer
		class records.Class
	}{
		"denied": {awstest.Error(403, "AccessDenied", "no"), records.ClassDenied},
		"500":    {awstest.Error(500, "InternalFailure", ""), records.ClassServer},
		"empty":  {awstest.Body(200, "text/xml", ""), records.ClassBody},
		"portal": {awstest.Body(200, "text/html", "<html></html>"), records.ClassForeign},
	} {
		for action, want := range map[string]string{
			"DescribeLoadBalancers": "partial 3/3", "DescribeLoadBalancers (classic)": "partial 4/4",
			"DescribeTargetGroups": "partial 3/6",
		} {
			w := awstest.New(me)
			w.PageSize = 1
			for i := range 3 {
				w.ALB(me, "eu-west-1", fmt.Sprint("a", i), "60")
				w.CLB(me, "eu-west-1", fmt.Sprint("c", i), 60)
			}
			second := func(r *awstest.Request) bool { return r.Action == action && r.Params.Get("Marker") == "1" }
			if action == "DescribeLoadBalancers" {
				want = "partial 4/4"
			}
			s := fetchFrom(t, w, hasty(), awstest.When(second, tc.layer))
			if got, want := covered(s), fmt.Sprintf("eu-west-1 %s [%s %s 1]", want, action, tc.class); got != want ||
				!s.Incomplete() {
				t.Errorf("%s: got %s\nwant %s", name, got, want)
			}
		}
	}
}

// TestOneActionBroken: an empty answer to a single action is not an empty list.
func TestOneActionBroken(t *testing.T) {
	for action, want := range map[string]string{
		"DescribeLoadBalancerAttributes": "partial 2/3", "DescribeLoadBalancerAttributes (classic)": "partial 2/3",
		"DescribeListeners": "partial 1/3",
		"DescribeRules":     "partial 2/3", "DescribeListenerAttributes": "partial 2/3",
		"DescribeTargetGroups":          "partial 1/3",
		"DescribeTargetGroupAttributes": "partial 2/3",
	} {
		w := small()
		delete(w.Accounts[me].Regions, "us-east-1")
		s := fetchFrom(t, w, hasty(), awstest.When(awstest.Action(action), awstest.Body(200, "text/xml", "")))
		if got := covered(s); !strings.HasPrefix(got, "eu-west-1 "+want+" ["+action+" "+string(records.ClassBody)) ||
			!s.Incomplete() {
			t.Errorf("%s: got %s", action, got)
		}
	}
}

// TestShiftingPages: a load balancer that two pages hold is one, and is read once.
func TestShiftingPages(t *testing.T) {
	w := awstest.New(me)
	w.PageSize = 2
	for i := range 3 {
		w.ALB(me, "eu-west-1", fmt.Sprint("a", i), "60")
		w.CLB(me, "eu-west-1", fmt.Sprint("c", i), 60)
	}
	r := w.Region(me, "eu-west-1")
	r.Balancers = slices.Insert(r.Balancers, 1, r.Balancers[1])
	r.Classic = slices.Insert(r.Classic, 1, r.Classic[1])
	r.Groups = slices.Insert(r.Groups, 1, r.Groups[1])
	s := fetchFrom(t, w, hasty())
	if got, want := covered(s), "eu-west-1 complete 6/6"; got != want || len(s.LoadBalancers) != 6 ||
		w.Calls()["DescribeLoadBalancerAttributes"] != 3 {
		t.Errorf("got %s, %d load balancers, calls %v\nwant %s", got, len(s.LoadBalancers), w.Calls(), want)
	}
}

// TestFlaky: what fails now and then is asked for again.
func TestFlaky(t *testing.T) {
	for name, layer := range map[string]awstest.Layer{
		"500": awstest.Error(500, "InternalFailure", ""), "reset": awstest.Reset, "empty": awstest.Body(200, "text/xml", ""),
		"cut": awstest.Truncate(true), "cut cleanly": awstest.Truncate(false), "portal": awstest.Body(200, "text/html",
			"<html></html>"), "throttle": awstest.Error(400, "Throttling", "Rate exceeded"),
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
		"DescribeLoadBalancerPolicies (classic)":   "partial 2/3 [DescribeLoadBalancerPolicies (classic) access denied 1]",
		// Whose tags are not known is in no scope by tag.
		"DescribeTags":           "partial 1/1 [DescribeTags access denied 1]",
		"DescribeTags (classic)": "partial 1/1 [DescribeTags (classic) access denied 1]",
	} {
		w := small()
		delete(w.Accounts[me].Regions, "us-east-1")
		r := w.Region(me, "eu-west-1")
		r.Classic[0].Fields["BackendServerDescriptions"] = []any{
			awstest.Any{"InstancePort": 8080, "PolicyNames": []any{"proxy"}},
		}
		scope := hasty()
		if strings.HasPrefix(action, "DescribeTags") {
			team := map[string]string{"team": "chat"}
			r.Balancers[0].Tags, r.Classic[0].Tags = team, team
			scope.Filters = []awscheck.Filter{{Key: "team"}}
		}
		s := fetchFrom(
			t,
			w,
			scope,
			awstest.When(awstest.Action(action), awstest.Error(403, "AccessDenied", "not authorized")),
		)
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
	s = fetchFrom(
		t,
		small(),
		hasty(),
		awstest.When(awstest.Action("ListRegions"), denied),
		awstest.When(awstest.Action("DescribeRegions"), denied),
	)
	if got := covered(s); !s.Incomplete() || !strings.Contains(got, "opt-in regions unread") ||
		!strings.Contains(got, "us-east-1 complete 3/3") ||
		!strings.Contains(got, "sa-east-1 complete 0/0") {
		t.Errorf("by the built-in list: got %s", got)
	}
	scope := hasty()
	scope.Regions = []string{"us-east-1"}
	w := small()
	if got, want := covered(fetchFrom(t, w, scope)), "us-east-1 complete 3/3"; got != want ||
		w.Calls()["ListRegions"] != 0 {
		t.Errorf("named: got %s\nwant %s", got, want)
	}
}

// TestSlowListOfRegions: lists of regions that do not come, or fail again and again, cost seconds, the progress says
// what is waited for, and the report what is missing.
func TestSlowListOfRegions(t *testing.T) {
	again := awstest.Error(500, "Internal", "again")
	for name, layer := range map[string]awstest.Layer{"hangs": awstest.Hang, "fails": again} {
		scope := hasty()
		scope.ListTimeout, scope.Attempts, scope.MaxBackoff = 200*time.Millisecond, 1000, 10*time.Second
		scope.Progress = &Progress{}
		waited := make(chan string, 1)
		seen := func(next awstest.Handler) awstest.Handler {
			return func(w http.ResponseWriter, r *awstest.Request) {
				select {
				case waited <- scope.Progress.String():
				default:
				}
				next(w, r)
			}
		}
		lists := func(r *awstest.Request) bool { return r.Action == "ListRegions" || r.Action == "DescribeRegions" }
		begun := time.Now()
		s := fetchFrom(t, small(), scope, awstest.When(lists, seen), awstest.When(lists, layer))
		if took := time.Since(begun); took > 20*time.Second {
			t.Errorf("%s: it took %v", name, took)
		}
		if got := <-waited; !strings.Contains(got, "waiting for the regions of the account (account:ListRegions)") {
			t.Errorf("%s: the progress is %s", name, got)
		}
		if got := covered(s); !s.Incomplete() || !strings.Contains(got, "opt-in regions unread") ||
			!strings.Contains(got, "us-east-1 complete 3/3") || scope.Progress.Waiting() != "" {
			t.Errorf("%s: %s, waiting for %q", name, got, scope.Progress.Waiting())
		}
	}
	if d := (Scope{}).complete().ListTimeout; 2*d > 20*time.Second {
		t.Errorf("both sources have %v", d)
	}
}

// TestProgress says what holds an audit up.
func TestProgress(t *testing.T) {
	p := &Progress{}
	p.Accounts.Add(1)
	p.Calls.Add(12)
	end := p.turn("eu-west-1")
	for _, region := range []string{"a", "b", "c"} {
		p.throttled(region)
	}
	const want = "1 account, 0 of 0 regions, 0 load balancers, 12 calls, limited by --rps: eu-west-1, " +
		"throttled by AWS: a, b and 1 more"
	if got := p.String(); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if end(); strings.Contains(p.String(), "limited") {
		t.Error(p.String())
	}
}

// TestStuckPages: a list that does not end is ended, and is not taken for a whole one.
func TestStuckPages(t *testing.T) {
	for name, layer := range map[string]awstest.Layer{"the same marker": awstest.StuckMarker,
		"another marker each time": awstest.Endless} {
		for _, action := range []string{"DescribeLoadBalancers", "DescribeLoadBalancers (classic)", "DescribeListeners",
			"DescribeRules", "DescribeTargetGroups"} {
			w := small()
			s := fetchFrom(t, w, hasty(), awstest.When(awstest.Action(action), layer))
			if got := covered(s); !strings.Contains(got, "eu-west-1 partial") ||
				!strings.Contains(got, "["+action+" pages do not end ") {
				t.Errorf("%s, %s: got %s", action, name, got)
			}
			if n := w.Calls()[action]; n > 8 {
				t.Errorf("%s, %s: %d calls", action, name, n)
			}
		}
	}
}

func TestDeletedMeanwhile(t *testing.T) {
	s := fetchFrom(
		t,
		small(),
		hasty(),
		awstest.When(awstest.Action("DescribeLoadBalancerAttributes"), awstest.Error(400, "LoadBalancerNotFound", "gone")),
		awstest.When(
			awstest.Action("DescribeLoadBalancerAttributes (classic)"),
			awstest.Error(400, "LoadBalancerNotFound", "gone"),
		),
	)
	if got, want := covered(s), "eu-west-1 complete 1/1\nus-east-1 complete 1/1"; got != want ||
		len(s.LoadBalancers) != 2 {
		t.Errorf("got %s, %d load balancers\nwant %s", got, len(s.LoadBalancers), want)
	}
}

func TestExpired(t *testing.T) {
	w := small()
	for i := range 20 {
		w.ALB(me, "us-east-1", fmt.Sprint("more", i), "60")
	}
	s := fetchFrom(
		t,
		w,
		hasty(),
		awstest.When(
			awstest.After(12, awstest.InRegion("")),
			awstest.Error(403, "ExpiredToken", "The security token included in the request is expired"),
		),
	)
	got := covered(s)
	if !s.Incomplete() || !strings.Contains(got, string(records.ClassExpired)) ||
		strings.Contains(got, string(records.ClassCanceled)) ||
		len(s.LoadBalancers) == 0 {
		t.Errorf("got %s, %d load balancers", got, len(s.LoadBalancers))
	}
}

func TestBreaker(t *testing.T) {
	w := awstest.New(me)
	for i := range 60 {
		w.ALB(me, "eu-west-1", fmt.Sprint("a", i), "60")
	}
	s := fetchFrom(
		t,
		w,
		hasty(),
		awstest.When(awstest.Action("DescribeLoadBalancerAttributes"), awstest.Error(500, "InternalFailure", "")),
		awstest.When(awstest.Action("DescribeListeners"), awstest.Error(500, "InternalFailure", "")),
	)
	if got := covered(s); !strings.Contains(got, "eu-west-1 partial 0/60") ||
		!strings.Contains(got, string(records.ClassGaveUp)) {
		t.Errorf("got %s", got)
	}
	if n := w.Calls()["DescribeLoadBalancerAttributes"]; n > 40 {
		t.Errorf("%d calls before it gave up", n)
	}
}

func TestDeadline(t *testing.T) {
	t.Parallel()
	scope := hasty()
	scope.RegionTimeout = 3 * time.Second
	s := fetchFrom(
		t,
		small(),
		scope,
		awstest.When(awstest.InRegion("us-east-1"), awstest.When(awstest.Action("DescribeRules"), awstest.Hang)),
	)
	got := covered(s)
	if !strings.Contains(got, "eu-west-1 complete 3/3") ||
		!strings.Contains(got, "us-east-1 partial 2/3 [DescribeRules "+string(records.ClassDeadline)) {
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
	if got := covered(s); !s.Incomplete() || !strings.Contains(got, string(records.ClassCanceled)) {
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
		"unknown": {awstest.When(sts, awstest.Error(403, "InvalidClientTokenId", "no")),
			"AWS does not know these credentials"},
		"clock": {awstest.When(sts, awstest.Error(403, "SignatureDoesNotMatch",
			"Signature not yet current: 2030 is still later than 2026")), "the clock of this machine is not that of AWS"},
		"portal": {awstest.When(sts, awstest.Body(200, "text/html", "<html>log in</html>")), "a captive portal"},
	} {
		if _, err := Fetch(t.Context(), small().Start(t, tc.layer).Config("eu-west-1"), hasty()); err == nil ||
			!strings.Contains(err.Error(), tc.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := Fetch(t.Context(), small().Start(t).Config(""), hasty()); err == nil ||
		!strings.Contains(err.Error(), "no region") {
		t.Errorf("no region: %v", err)
	}
}
