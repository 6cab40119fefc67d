package main

import (
	"strings"
	"testing"

	"github.com/wslint/wslint/internal/awstest"
)

// TestFrontBeforeALB: an NLB whose target is an ALB, with both of them in the path, with one that nobody read, and by
// itself.
func TestFrontBeforeALB(t *testing.T) {
	w := awstest.New(account)
	alb := w.ALB(account, "eu-west-1", "web", "60")
	second := *alb.Listeners[1]
	second.ARN, second.Fields = second.ARN+"8", awstest.Any{"Port": 8443, "Protocol": "HTTPS", "DefaultActions": []any{
		awstest.Any{"Type": "fixed-response", "FixedResponseConfig": awstest.Any{"StatusCode": "404"}}}}
	alb.Listeners = append(alb.Listeners, &second) // the target group's port tells which one is meant
	w.NLB(account, "eu-west-1", "front", "TCP", "350")
	g := group(w, 1)
	g.Fields["TargetType"], g.Fields["Port"] = "alb", 443
	onDouble(t, w)
	const both = "aws: lbs.json#nlb/front, aws: lbs.json#alb/web"
	_, snapshot, _ := runMain("", "snapshot", "--region", "eu-west-1")
	put(t, "lbs.json", snapshot)
	for _, tc := range []struct {
		through, ping, headline string
		code                    int
		unknown                 bool
	}{
		{both, "75s", "error[idle-timeout-below-ping]: alb/web", exitFindings, false},
		{both, "20s", "no findings", exitClean, false},
		{both, "400s", "error[idle-timeout-below-ping]: alb/web", exitFindings, false},
		{"aws: lbs.json#nlb/front, alb/other", "75s", "warning[idle-timeout-below-ping]: alb/other", exitClean, false},
		{"aws: lbs.json#nlb/front, alb", "20s", "no findings", exitClean, false},
		{"aws: lbs.json#nlb/front", "75s", "no findings", exitClean, true},
		{"aws: lbs.json#nlb/front, heroku", "20s", "no findings", exitClean, true}, // an ALB is between them
	} {
		var elements []string
		for e := range strings.SplitSeq(tc.through, ", ") {
			if strings.Contains(e, ": ") {
				e = "{" + e + "}"
			}
			elements = append(elements, e)
		}
		put(t, ".wslint.yaml", `paths: [{url: "wss://chat.example.com/ws", through: [`+strings.Join(elements, ", ")+`]}]`)
		code, out, stderr := runMain("", "check", "--ping", tc.ping)
		if unknown := strings.Contains(out, "name both in through"); code != tc.code || stderr != "" ||
			!strings.Contains(out, tc.headline) || unknown != tc.unknown {
			t.Errorf("%s, ping %s: code %d, unknown %v\n%s%s", tc.through, tc.ping, code, unknown, out, stderr)
		}
	}
	put(t, ".wslint.yaml", `paths: [{url: "wss://chat.example.com/ws", through: [nlb/front, alb/web]}]`)
	for _, more := range []string{"--region eu-west-1", "--from lbs.json"} {
		code, out, stderr := runMain("", strings.Fields("audit --ping 75s "+more)...)
		if code != exitFindings || strings.Contains(out, "name both") || strings.Count(out, "error[") != 1 ||
			!strings.Contains(out, "error[idle-timeout-below-ping]: alb/web") {
			t.Errorf("audit %s: code %d\n%s%s", more, code, out, stderr)
		}
	}
}
