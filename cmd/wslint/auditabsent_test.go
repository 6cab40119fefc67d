package main

import (
	"strings"
	"testing"

	"github.com/wslint/wslint/internal/awstest"
)

// TestAbsent: a path through a load balancer that is not there is handled in one way, whatever says so. Where it is
// sure, it is an error; else the path is listed as not checked with the reason, and something that could not be read
// ends in 3.
func TestAbsent(t *testing.T) {
	denied := func(region, action string) awstest.Layer {
		return awstest.When(
			awstest.InRegion(region),
			awstest.When(awstest.Action(action), awstest.Error(403, "AccessDenied", "not authorized")),
		)
	}
	const arn = "arn:aws:elasticloadbalancing:"
	for name, tc := range map[string]struct {
		hop, args string
		layer     awstest.Layer
		code      int
		want      string // "" for the finding
	}{
		"renamed":             {"alb/chat", "", nil, exitFindings, ""},
		"renamed NLB":         {"nlb/chat", "", nil, exitFindings, ""},
		"renamed Classic ELB": {"clb/chat", "", nil, exitFindings, ""},
		"by ARN":              {arn + "eu-west-1:111111111111:loadbalancer/app/chat/9", "", nil, exitFindings, ""},
		"by ARN, in its region": {arn + "eu-west-1:111111111111:loadbalancer/app/chat/9", "--region eu-west-1", nil,
			exitFindings, ""},
		"by ARN, elsewhere": {arn + "us-east-1:111111111111:loadbalancer/app/chat/9", "--region eu-west-1", nil,
			exitClean, "--region leaves out"},
		"by ARN, in no region": {arn + "eu-south-1:111111111111:loadbalancer/app/chat/9", "", nil, exitFindings, ""},
		"by ARN, another account": {arn + "eu-west-1:222222222222:loadbalancer/app/chat/9", "", nil, exitClean,
			"account 222222222222 was not asked for"},
		"picked":              {"alb/chat", "--lb chat*", nil, exitFindings, ""},
		"left out":            {"alb/chat", "--lb web", nil, exitClean, "--lb leaves it out"},
		"left out by its tag": {"alb/chat", "--lb tag:team=web", nil, exitClean, "--lb leaves it out"},
		"perhaps elsewhere":   {"alb/chat", "--region eu-west-1", nil, exitClean, "--region leaves out"},
		"list denied": {"alb/chat", "", denied("us-east-1", "DescribeLoadBalancers"), exitIncomplete,
			"account 111111111111, us-east-1, which was not read: DescribeLoadBalancers: access denied"},
		"list denied elsewhere": {arn + "eu-west-1:111111111111:loadbalancer/app/chat/9", "",
			denied("us-east-1", "DescribeLoadBalancers"), exitIncomplete, ""},
		"other list denied": {"alb/chat", "", denied("", "DescribeLoadBalancers (classic)"), exitIncomplete, ""},
		"list denied, Classic": {"clb/chat", "", denied("", "DescribeLoadBalancers (classic)"), exitIncomplete,
			"DescribeLoadBalancers (classic): access denied"},
		"attributes denied": {"alb/chat", "", denied("", "DescribeLoadBalancerAttributes"), exitIncomplete, ""},
		"regions denied": {"alb/chat", "",
			awstest.When(func(r *awstest.Request) bool { return r.Action == "ListRegions" || r.Action == "DescribeRegions" },
				awstest.Error(403, "AccessDenied", "no")), exitIncomplete, "opt-in regions"},
		"list denied, partial is fine": {"alb/chat", "--allow-partial", denied("us-east-1", "DescribeLoadBalancers"),
			exitClean, "us-east-1, which was not read"},
	} {
		t.Run(name, func(t *testing.T) {
			w := awstest.New(account)
			for _, name := range []string{"web", "chat-v2"} {
				w.ALB(account, "eu-west-1", name, "3600").Tags = map[string]string{"team": "web"}
			}
			w.ALB(account, "us-east-1", "web", "3600")
			var layers []awstest.Layer
			if tc.layer != nil {
				layers = append(layers, tc.layer)
			}
			onDouble(t, w, layers...)
			put(
				t,
				".wslint.yaml",
				"keepalive: {every: 25s}\npaths:\n  - {url: \"wss://chat.example.com/ws\", through: [\""+tc.hop+"\"]}\n",
			)
			absentIs(t, tc.hop, tc.code, tc.want, strings.Fields("audit "+tc.args)...)
			// A snapshot says the same, and so does a check of a path through it.
			if strings.Contains(tc.args, "--lb") || strings.Contains(tc.args, "--allow") {
				return
			}
			code, snapshot, stderr := runMain("", strings.Fields("snapshot "+tc.args)...)
			if (code == exitIncomplete) != (tc.layer != nil) {
				t.Fatalf("snapshot: code %d, %s", code, stderr)
			}
			put(t, "lbs.json", snapshot)
			absentIs(t, tc.hop, tc.code, tc.want, "audit", "--from", "lbs.json")
			put(
				t,
				".wslint.yaml",
				"keepalive: {every: 25s}\npaths:\n  - {url: \"wss://chat.example.com/ws\", through: [\"aws\": \"lbs.json#"+tc.hop+
					"\"]}\n",
			)
			want := tc.code
			if tc.want == "" {
				want = exitFindings // what else could not be read does not matter to the path
			}
			absentIs(t, tc.hop, want, tc.want, "check")
		})
	}
}

// absentIs runs wslint: with a reason the path is listed as not checked, without one it is an error.
func absentIs(t *testing.T, hop string, code int, why string, args ...string) {
	t.Helper()
	got, stdout, stderr := runMain("", args...)
	finding := strings.Contains(stdout, "error[path-hop-missing]: there is no load balancer "+hop)
	listed := strings.Contains(stdout, "the path wss://chat.example.com/ws is not checked: "+hop+": ") && why != "" &&
		strings.Contains(stdout, why)
	if got != code || finding != (why == "") || listed != (why != "") {
		t.Errorf("%s: code %d, want %d\n%s%s", strings.Join(args, " "), got, code, stdout, stderr)
	}
}

// TestAbsentFromFile: what a file of another program leaves out nobody knows.
func TestAbsentFromFile(t *testing.T) {
	t.Chdir(t.TempDir())
	put(
		t,
		"lbs.json",
		`{"LoadBalancers": [{"LoadBalancerArn": "arn:aws:elasticloadbalancing:eu-west-1:111111111111:loadbalancer/app/web/`+
			`1", "Type": "application"}]}`,
	)
	put(
		t,
		".wslint.yaml",
		"keepalive: {every: 25s}\npaths:\n  - {url: \"wss://chat.example.com/ws\", through: [\"aws\": "+
			"\"lbs.json#alb/chat\"]}\n",
	)
	absentIs(t, "alb/chat", exitIncomplete, "what the file leaves out of the account is not known", "check")
}
