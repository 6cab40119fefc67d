package awscheck

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/wslint/wslint/internal/awstest"
)

// item is an ALB as an aggregator gives it; its attributes as written by attributes.
func item(account, region, kind, name, attributes string) string {
	arn := fmt.Sprintf("arn:aws:elasticloadbalancing:%s:%s:loadbalancer/%s/%s/0000000000000001", region, account, kind, name)
	long := map[string]string{"app": "application", "net": "network"}[kind]
	return fmt.Sprintf(`{"accountId": %q, "awsRegion": %q, "arn": %q, "resourceId": %q, "resourceType": "AWS::ElasticLoadBalancingV2::LoadBalancer", "resourceName": %q,
		"configuration": {"loadBalancerArn": %[3]q, "loadBalancerName": %[5]q, "type": %[6]q, "dNSName": "x.example"}, "configurationItemCaptureTime": "2026-11-0%[7]dT00:00:00.000Z",
		"tags": [{"key": "team", "value": %[5]q}]%[8]s}`, account, region, arn, arn, name, long, 1+len(name)%9, attributes)
}

const idle90 = `, "supplementaryConfiguration": {"LoadBalancerAttributes": [{"key": "idle_timeout.timeout_seconds", "value": "90"}]}`

func TestAggregator(t *testing.T) {
	const theirs = "222222222222"
	w := awstest.New(me)
	w.NLB(theirs, "eu-west-1", "edge", "TCP", "400")
	w.Accounts["333333333333"] = &awstest.Account{Regions: map[string]*awstest.Region{}}
	w.Aggregators = map[string][]string{"org": {
		item(me, "eu-west-1", "app", "list", idle90),
		item(me, "eu-west-1", "app", "text", `, "supplementaryConfiguration": {"LoadBalancerAttributes": "[{\"key\":\"idle_timeout.timeout_seconds\",\"value\":\"90\"}]"}`),
		item(theirs, "eu-west-1", "app", "bare", ""),
		item(theirs, "eu-west-1", "net", "edge", ""),
		`{"accountId": "111111111111", "awsRegion": "us-east-1", "resourceType": "AWS::ElasticLoadBalancing::LoadBalancer", "resourceName": "old", "configuration": {"loadBalancerName": "old", "listenerDescriptions": []},
			"supplementaryConfiguration": {"LoadBalancerAttributes": {"connectionSettings": {"idleTimeout": 90}}}}`,
	}, "empty": {}}
	bareARN := "arn:aws:elasticloadbalancing:eu-west-1:" + theirs + ":loadbalancer/app/bare/0000000000000001"
	w.Batch = []any{awstest.Any{"accountId": theirs, "awsRegion": "eu-west-1", "resourceId": bareARN, "supplementaryConfiguration": awstest.Any{"LoadBalancerAttributes": `[{"key":"idle_timeout.timeout_seconds","value":"90"}]`}}}
	scope := hasty()
	scope.Aggregator, scope.Organization = "org", true
	s := fetchFrom(t, w, scope)
	want := "eu-west-1 complete 2/2\nus-east-1 complete 1/1\neu-west-1 complete 2/2\n unread 0/0 [SelectAggregateResourceConfig not in the file 1]"
	if got := covered(s); got != want || !strings.Contains(s.Summary(), "as AWS Config recorded them since 2026-11-05") {
		t.Errorf("got %s\nwant %s\n%s", got, want, s.Summary())
	}
	for i := range s.LoadBalancers {
		lb := &s.LoadBalancers[i]
		e := lb.Entrances()
		if lb.Name == "old" && len(e) == 0 {
			continue // it has no listener
		}
		h := lb.Serve(dressed(e[0].Requests[0]))
		if d, known := h.Idle[0].Get(); !known || d != map[Kind]time.Duration{Application: 90 * time.Second, Network: 400 * time.Second}[lb.Kind] {
			t.Errorf("%s: %v %s", lb.Name, d, h.Idle[0].Why())
		}
	}
	calls := w.Calls()
	if calls["DescribeLoadBalancers"] != 0 || calls["DescribeLoadBalancerAttributes"] != 0 || calls["DescribeListeners"] != 1 || calls["DescribeListenerAttributes"] != 1 || calls["BatchGetAggregateResourceConfig"] != 1 {
		t.Errorf("calls: %v", calls)
	}

	scope.Organization, scope.Filters = false, []Filter{{Key: "team", Tag: "text"}}
	if s := fetchFrom(t, w, scope); len(s.LoadBalancers) != 1 || s.LoadBalancers[0].Name != "text" {
		t.Errorf("by tag: %+v", s.LoadBalancers)
	}
	scope.Filters, scope.Aggregator = nil, "empty"
	if s := fetchFrom(t, w, scope); !s.Incomplete() || !strings.Contains(covered(s), "unread") {
		t.Errorf("an empty aggregator: %s", covered(s))
	}
	scope.Aggregator = "gone"
	if _, err := Fetch(t.Context(), w.Start(t).Config("eu-west-1"), scope); err == nil || !strings.Contains(err.Error(), "NoSuchConfigurationAggregator") {
		t.Errorf("an aggregator that does not exist: %v", err)
	}
	w.Batch, scope.Aggregator = nil, "org"
	if s := fetchFrom(t, w, scope); !s.Incomplete() || !strings.Contains(covered(s), "eu-west-1 partial 1/2 [SelectAggregateResourceConfig") {
		t.Errorf("attributes that Config does not have: %s", covered(s))
	}
}
