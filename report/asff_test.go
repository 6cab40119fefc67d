package report

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/lint"
	"github.com/wslint/wslint/rules"
)

// TestASFF: what BatchImportFindings requires is there and within its limits, whatever a finding says; what is about no
// resource of AWS is left out; the same fault has one name, and each its own.
func TestASFF(t *testing.T) {
	const lb = "arn:aws-cn:elasticloadbalancing:cn-north-1:111111111111:loadbalancer/"
	long := strings.Repeat("é", 3000)
	finding := func(file, path string, notes ...string) rules.Finding {
		f := rules.Finding{Rule: rules.IdleTimeoutBelowPing, Severity: rules.Error, Path: path, Pos: hop.Pos{File: file},
			Message: "closes\x1b " + long}
		for _, n := range notes {
			f.Notes = append(f.Notes, hop.Note{Text: n})
		}
		return f
	}
	r := &lint.Result{Extent: &lint.Extent{Taken: time.Date(2026, 11, 1, 2, 3, 4, 0, time.UTC)}, Findings: []rules.Finding{
		finding(lb+"app/web/1", "wss://a/"+long, long, "to fix this: ping more often", "aws elbv2 modify "+long),
		finding(lb+"app/web/1", "wss://b/"), finding(lb+"app/web/1", "wss://b/"), finding(lb+"old", ""),
		finding(strings.Replace(lb, "loadbalancer/", "targetgroup/x/1", 1), ""), finding("nginx.conf", ""),
		finding("arn:aws:x", ""),
	}}
	var b bytes.Buffer
	if err := ASFF(&b, r, Options{}); err != nil {
		t.Fatal(err)
	}
	var list []map[string]any
	if err := json.Unmarshal(b.Bytes(), &list); err != nil {
		t.Fatal(err)
	}
	ids, kinds := map[any]bool{}, ""
	limits := map[string]int{"Title": 256, "Description": 1024, "Id": 512, "GeneratorId": 512, "ProductArn": 512}
	for _, f := range list {
		ids[f["Id"]] = true
		for _, field := range []string{"SchemaVersion", "Id", "ProductArn", "GeneratorId", "AwsAccountId", "CreatedAt",
			"UpdatedAt", "Title", "Description"} {
			s, ok := f[field].(string)
			if !ok || s == "" || limits[field] > 0 && len(s) > limits[field] || !utf8.ValidString(s) ||
				strings.ContainsRune(s, '\x1b') {
				t.Errorf("%s is %.80q, of %d bytes", field, s, len(s))
			}
		}
		if f["ProductArn"] != "arn:aws-cn:securityhub:cn-north-1:111111111111:product/111111111111/default" ||
			f["AwsAccountId"] != "111111111111" || f["CreatedAt"] != "2026-11-01T02:03:04Z" ||
			f["SchemaVersion"] != "2018-10-08" {
			t.Errorf("%v", f)
		}
		advice := f["Remediation"].(map[string]any)["Recommendation"].(map[string]any)
		if text := advice["Text"].(string); text == "" || len(text) > 512 ||
			!strings.HasPrefix(advice["Url"].(string), "https://") {
			t.Errorf("the advice is %v", advice)
		}
		if f["Severity"].(map[string]any)["Label"] != "HIGH" || !strings.Contains(f["Types"].([]any)[0].(string), "/") {
			t.Errorf("%v, %v", f["Severity"], f["Types"])
		}
		resource := f["Resources"].([]any)[0].(map[string]any)
		kinds += resource["Type"].(string) + " "
		if resource["Partition"] != "aws-cn" || resource["Region"] != "cn-north-1" ||
			!strings.HasPrefix(resource["Id"].(string), "arn:") {
			t.Errorf("%v", resource)
		}
	}
	if len(list) != 4 || len(ids) != 4 ||
		kinds != "AwsElbv2LoadBalancer AwsElbv2LoadBalancer AwsElbLoadBalancer Other " {
		t.Errorf("%d findings, %d names, %s", len(list), len(ids), kinds)
	}
}
