package awscheck

import (
	"strings"
	"testing"
)

// TestEmptyEntries: an entry that is null, empty, or not understood is a load balancer, or a part of one, that nobody
// has read: nothing beside it makes the whole clean.
func TestEmptyEntries(t *testing.T) {
	const (
		arn   = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:"
		whole = `"LoadBalancers": [{"LoadBalancerArn": "` + arn + `loadbalancer/net/a/1", "Type": "network"}]`
		taken = `{"Wslint": 1, "Coverage": [{"Account": "123456789012", "Region": "eu-west-1", "Status": "complete", ` +
			`"Listed": 1, "Read": 1}], `
		item = `{"resourceType": "AWS::ElasticLoadBalancingV2::LoadBalancer", "accountId": "123456789012", ` +
			`"awsRegion": "eu-west-1", "arn": "` + arn + `loadbalancer/app/web/1", "configuration": %}`
	)
	if s, err := ReadSnapshot([]byte(taken + whole + "}")); err != nil || s.Incomplete() {
		t.Fatalf("the whole one: %v, %+v", err, s)
	}
	for name, text := range map[string]string{
		"null":                 taken + `"LoadBalancers": [null]}`,
		"empty":                taken + `"LoadBalancers": [{}]}`,
		"without an ARN":       taken + `"LoadBalancers": [{"LoadBalancerName": "a", "Type": "application"}]}`,
		"an ARN that is empty": taken + `"LoadBalancers": [{"LoadBalancerArn": "", "Type": "application"}]}`,
		"null beside a whole":  taken + strings.Replace(whole, "[", "[null, ", 1) + "}",
		"a null Classic":       taken + whole + `, "LoadBalancerDescriptions": [null]}`,
		"a Classic of no name": taken + whole + `, "LoadBalancerDescriptions": [{"DNSName": "a"}]}`,
		"a null listener":      taken + whole + `, "Listeners": [null]}`,
		"a null rule":          taken + whole + `, "Rules": [null]}`,
		"a null group":         taken + whole + `, "TargetGroups": [null]}`,
		"a null of the CLI":    `{"LoadBalancers": [null]}`,
		"an empty of the CLI":  `{"LoadBalancerDescriptions": [{}]}`,
		"an item of null":      strings.ReplaceAll(item, "%", "null"),
		"an item of a number":  strings.ReplaceAll(item, "%", "5"),
		"an item of a text":    strings.ReplaceAll(item, "%", `"not JSON"`),
		"an item in the end":   `{"Results": ["no JSON"]}`,
		"a whole and no JSON":  `{"Results": ["{}", "no JSON"]}` + taken + whole + "}",
		"an item of a Classic": strings.ReplaceAll(strings.ReplaceAll(item, "%", "[]"), "BalancingV2", "Balancing"),
		"attributes of no form": strings.ReplaceAll(item, "%",
			`{}, "supplementaryConfiguration": {"LoadBalancerAttributes": 5}`),
	} {
		s, err := ReadSnapshot([]byte(text))
		if err == nil && !s.Incomplete() {
			t.Errorf("%s is clean: %s", name, s.Summary())
		}
	}
}
