package live

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/wslint/wslint/awscheck"
	"github.com/wslint/wslint/internal/awstest"
)

// item is an ALB as an aggregator gives it; its attributes as written by attributes.
func item(account, region, kind, name, attributes string) string {
	arn := fmt.Sprintf(
		"arn:aws:elasticloadbalancing:%s:%s:loadbalancer/%s/%s/0000000000000001",
		region,
		account,
		kind,
		name,
	)
	long := map[string]string{"app": "application", "net": "network"}[kind]
	return fmt.Sprintf(
		`{"accountId": %q, "awsRegion": %q, "arn": %q, "resourceId": %q,
		"resourceType": "AWS::ElasticLoadBalancingV2::LoadBalancer", "resourceName": %q,
		"configuration": {"loadBalancerArn": %[3]q, "loadBalancerName": %[5]q, "type": %[6]q, "dNSName": "x.example"},
		 "configurationItemCaptureTime": "2026-11-0%[7]dT00:00:00.000Z",
		"tags": [{"tag": "team=%[5]s", "key": "team", "value": %[5]q}]%[8]s}`,
		account,
		region,
		arn,
		arn,
		name,
		long,
		1+len(name)%9,
		attributes,
	)
}

const idle90 = `, "supplementaryConfiguration": {"LoadBalancerAttributes": [{"key": "idle_timeout.timeout_seconds", ` +
	`"value": "90"}]}`

// aggregated is a world whose aggregator knows five load balancers of two accounts, one of them an NLB, and nothing
// of a third account.
func aggregated() (*awstest.World, Scope) {
	const theirs = "222222222222"
	w := awstest.New(me)
	w.NLB(theirs, "eu-west-1", "edge", "TCP", "400")
	w.Accounts["333333333333"] = &awstest.Account{Regions: map[string]*awstest.Region{}}
	w.Aggregators = map[string][]string{"org": {
		item(me, "eu-west-1", "app", "list", idle90),
		item(
			me,
			"eu-west-1",
			"app",
			"text",
			`, "supplementaryConfiguration": {"LoadBalancerAttributes": "[{\"key\":\"idle_timeout.timeout_seconds\",`+
				`\"value\":\"90\"}]"}`,
		),
		item(theirs, "eu-west-1", "app", "other", idle90),
		item(theirs, "eu-west-1", "net", "edge", ""),
		// Numbers came as 443.0 in 2019 and as 443 in 2025.
		`{"accountId": "111111111111", "awsRegion": "us-east-1", "resourceType": "AWS::ElasticLoadBalancing::LoadBalancer",
			"resourceId": "old", "resourceName": "old",
			"configuration": {"loadBalancerName": "old", "listenerDescriptions": [{"listener": {"protocol": "TCP",
			 "loadBalancerPort": 443.0, "instanceProtocol": "TCP", "instancePort": 8080.0}, "policyNames": []}]},
			"configurationItemCaptureTime": "2026-11-07T00:00:00.000Z",
			 "supplementaryConfiguration": {"LoadBalancerAttributes": {"connectionSettings": {"idleTimeout": 90.0}}}}`,
		`{"accountId": "111111111111", "awsRegion": "us-east-1", "resourceType": "AWS::S3::Bucket", "resourceId": "b", ` +
			`"configuration": {}}`,
	}, "empty": {}}
	scope := hasty()
	scope.Aggregator = "org"
	return w, scope
}

// TestAggregator: ALBs and awscheck.Classic ELBs come from AWS Config, in either of the two ways that it may give
// their attributes.
func TestAggregator(t *testing.T) {
	for _, withheld := range []bool{false, true} {
		w, scope := aggregated()
		w.Withheld, scope.Organization = withheld, true
		s := fetchFrom(t, w, scope)
		want := "eu-west-1 complete 2/2\nus-east-1 complete 1/1\neu-west-1 complete 2/2\n" +
			" unread 0/0 [SelectAggregateResourceConfig not in the file 1]"
		if got := covered(s); got != want || !strings.Contains(s.Summary(), "as AWS Config recorded them since 2026-11-05") {
			t.Errorf("got %s\nwant %s\n%s", got, want, s.Summary())
		}
		for i := range s.LoadBalancers {
			lb := &s.LoadBalancers[i]
			h := lb.Serve(handshake("wss://web/"))[0].Hop
			if d, known := h.Idle[0].Get(); !known ||
				d != map[awscheck.Kind]time.Duration{awscheck.Application: 90 * time.Second, awscheck.Network: 400 * time.Second,
					awscheck.Classic: 90 * time.Second}[lb.Kind] {
				t.Errorf("%s: %v %s", lb.Name, d, h.Idle[0].Why())
			}
		}
		calls, batches := w.Calls(), map[bool]int{true: 1}[withheld]
		if calls["DescribeLoadBalancers"] != 0 || calls["DescribeLoadBalancerAttributes"] != 0 ||
			calls["DescribeListeners"] != 1 ||
			calls["DescribeListenerAttributes"] != 1 ||
			calls["BatchGetAggregateResourceConfig"] != batches {
			t.Errorf("calls: %v", calls)
		}
	}
	w, scope := aggregated()
	scope.Filters = []awscheck.Filter{{Key: "team", Tag: "text"}}
	if s := fetchFrom(t, w, scope); len(s.LoadBalancers) != 1 || s.LoadBalancers[0].Name != "text" {
		t.Errorf("by tag: %+v", s.LoadBalancers)
	}
}

// TestAggregatorGaps: what an aggregator does not say is not clean.
func TestAggregatorGaps(t *testing.T) {
	w, scope := aggregated()
	scope.Aggregator = "empty"
	if s := fetchFrom(t, w, scope); !s.Incomplete() || !strings.Contains(covered(s), "unread") {
		t.Errorf("an empty aggregator: %s", covered(s))
	}
	scope.Aggregator = "gone"
	if _, err := Fetch(t.Context(), w.Start(t).Config("eu-west-1"), scope); err == nil ||
		!strings.Contains(err.Error(), "NoSuchConfigurationAggregator") {
		t.Errorf("an aggregator that does not exist: %v", err)
	}
	scope.Aggregator = "org"
	w.Aggregators["org"] = append(w.Aggregators["org"], item(me, "eu-west-1", "app", "bare", ""))
	if s := fetchFrom(t, w, scope); !s.Incomplete() ||
		!strings.Contains(covered(s), "eu-west-1 partial 2/3 [SelectAggregateResourceConfig not in the file 1]") {
		t.Errorf("attributes that Config does not have: %s", covered(s))
	}
	w, scope = aggregated()
	w.Withheld = true
	s := fetchFrom(
		t,
		w,
		scope,
		awstest.When(awstest.Action("BatchGetAggregateResourceConfig"), awstest.Error(400, "AccessDeniedException", "no")),
	)
	if got := covered(s); !s.Incomplete() ||
		!strings.Contains(got, "unread 0/0 [BatchGetAggregateResourceConfig access denied 1]") ||
		!strings.Contains(got, "us-east-1 partial 0/1") {
		t.Errorf("without BatchGetAggregateResourceConfig: %s", got)
	}
	for name, fault := range map[string]awstest.Layer{
		"500": awstest.Error(500, "InternalFailure", ""), "empty": awstest.Body(200, "", ""),
		"cut": awstest.Body(200, "", `{"Results": [`), "XML": awstest.Body(200, "", "<a/>"),
	} {
		w, scope := aggregated()
		second := awstest.After(1, awstest.Action("SelectAggregateResourceConfig"))
		s := fetchFrom(t, w, scope, awstest.When(second, fault))
		if got := covered(s); !s.Incomplete() || !strings.Contains(got, "unread 0/0 [SelectAggregateResourceConfig ") ||
			!strings.Contains(got, "eu-west-1 complete 2/2") {
			t.Errorf("%s on the second page: %s", name, got)
		}
		if _, err := Fetch(t.Context(), w.Start(t, awstest.When(awstest.Action("SelectAggregateResourceConfig"), fault)).
			Config("eu-west-1"), scope); err == nil {
			t.Errorf("%s on the first page is no error", name)
		}
	}
}
