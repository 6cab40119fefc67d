package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/wslint/wslint/internal/awstest"
)

// audited is what an audit says of itself in JSON.
type audited struct {
	Findings []struct{ Rule, File, Message string }
	Unknown  []struct{ Text string }
	Coverage []struct {
		Account, Region, Status string
		Listed, Read            int
		Faults                  []struct {
			Class, API, Message string
			Count               int
		}
	}
}

func (r audited) String() string {
	var lines []string
	for _, c := range r.Coverage {
		line := strings.TrimSpace(fmt.Sprintf("%s %s %s %d/%d", c.Account, c.Region, c.Status, c.Read, c.Listed))
		for _, f := range c.Faults {
			line += fmt.Sprintf(" [%s: %s, %d: %s]", f.API, f.Class, f.Count, f.Message)
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}

// auditJSON runs wslint audit with JSON as its report.
func auditJSON(t *testing.T, args ...string) (code int, r audited) {
	t.Helper()
	code, stdout, stderr := runMain("", append([]string{"audit", "--format", "json"}, args...)...)
	if err := json.Unmarshal([]byte(stdout), &r); err != nil {
		t.Fatalf("code %d, %v\n%s\n%s", code, err, stdout, stderr)
	}
	return code, r
}

// TestAuditFaults: each fault ends in exit code 3, and the report names the call, the class of the error, how often
// and its first message. Calls are made once: the waits between attempts are the SDK's affair.
func TestAuditFaults(t *testing.T) {
	const v1, v2 = "DescribeLoadBalancers (classic)", "DescribeLoadBalancers"
	usEast := awstest.InRegion("us-east-1")
	rules, attributes := awstest.Action("DescribeRules"), awstest.Action("DescribeLoadBalancerAttributes")
	unread := func(what string) string {
		return fmt.Sprintf("us-east-1 unread 0/0 [%s: %s] [%s: %[2]s]", v2, what, v1)
	}
	here := func(action func(*awstest.Request) bool) func(*awstest.Request) bool {
		return func(r *awstest.Request) bool { return usEast(r) && action(r) }
	}
	for _, tc := range []struct {
		name  string
		layer awstest.Layer
		want  string // the line of us-east-1
		args  string
	}{
		{"throttling", awstest.When(usEast, awstest.Error(400, "Throttling", "Rate exceeded")),
			unread("throttled, 1: Throttling: Rate exceeded"), ""},
		{"5xx", awstest.When(usEast, awstest.Error(503, "ServiceUnavailable", "later")),
			unread("server error, 1: ServiceUnavailable: later"), ""},
		{"reset", awstest.When(usEast, awstest.Reset), "unread 0/0 [" + v2 +
			": connection failed, 1: request send failed, Post ", ""},
		{"hang", awstest.When(usEast, awstest.Hang),
			unread("out of time, 1: the region's time is over: --timeout gives it more"), "--timeout 3s"},
		{"truncated", awstest.When(usEast, awstest.Truncate(true)),
			unread("answer cut short or empty, 1: the answer is cut short: unexpected EOF"), ""},
		{"empty", awstest.When(usEast, awstest.Body(200, "text/xml", "")),
			unread("answer cut short or empty, 1: the answer is 200 and empty"), ""},
		{"captive portal", awstest.When(usEast, awstest.Body(200, "text/html", "<html>log in</html>")),
			unread("answer is not from AWS, 1: the answer is not one of AWS: a captive portal or proxy may be in between"), ""},
		{"redirect", awstest.When(usEast, awstest.Redirect(302, "http://elsewhere.example/")),
			unread("answer is not from AWS, 1: the answer is not one of AWS: a captive portal or proxy may be in " +
				"between (HTTP 302)"), ""},
		{"not enabled after all", awstest.When(usEast, awstest.Error(403, "OptInRequired", "subscribe")),
			unread("region refuses the credentials, 1: OptInRequired: subscribe"), ""},
		{"one action denied",
			awstest.When(here(attributes), awstest.Error(403, "AccessDenied", "User: me is not authorized")),
			"partial 0/1 [DescribeLoadBalancerAttributes: access denied, 1: AccessDenied: User: me is not authorized]", ""},
		{"rules empty", awstest.When(here(rules), awstest.Body(200, "text/xml", "")),
			"partial 0/1 [DescribeRules: answer cut short or empty, 2: the answer is 200 and empty]", ""},
		{"rules of something else", awstest.When(here(rules), awstest.AnswerOf("DescribeTags")),
			"partial 0/1 [DescribeRules: answer cut short or empty, 2: the answer cannot be decoded: failed to decode " +
				"response body, DescribeRulesResult node not found]", ""},
		{"expired in the middle", awstest.When(awstest.After(1, here(rules)),
			awstest.Error(403, "ExpiredToken", "The security token is expired")),
			"[DescribeRules: credentials expired, 1: ExpiredToken: The security token is expired]", ""},
		{"stuck marker", awstest.When(here(awstest.Action(v2)), awstest.StuckMarker), "partial 1/1 [" + v2 +
			": pages do not end, 1: a page of the list came a second time]", ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			w := awstest.New(account)
			w.Region(account, "eu-west-1")
			w.ALB(account, "us-east-1", "web", "3600")
			onDouble(t, w, tc.layer)
			t.Setenv("AWS_MAX_ATTEMPTS", "1")
			args := strings.Fields("--ping 25s " + tc.args)
			code, r := auditJSON(t, args...)
			lines := strings.Split(r.String(), "\n")
			// Credentials that end are those of both regions.
			others := tc.name == "expired in the middle" || lines[0] == account+" eu-west-1 complete 0/0"
			if code != exitIncomplete || len(lines) != 2 || !others || !strings.Contains(lines[1], tc.want) ||
				len(r.Findings) != 0 {
				t.Errorf("code %d, %d findings\n got %s\nwant %s", code, len(r.Findings), r, tc.want)
			}
		})
	}
}
