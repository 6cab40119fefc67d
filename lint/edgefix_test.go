package lint

import (
	"os"
	"strings"
	"testing"

	"github.com/wslint/wslint/rules"
)

// TestCloudFrontFixes: in each language a fix lets the headers of handshakes through a behaviour of a distribution,
// where they are named, where a policy is, and where there is none. What it leaves has no finding any more.
func TestCloudFrontFixes(t *testing.T) {
	const (
		disabled  = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
		cors      = "59781a5b-3903-41f3-afcb-af62929ccde1"
		allViewer = "216adef6-5c7f-47e4-b989-5492eafa07d3"
		hcl       = `variable "policy" {
  default = "` + cors + `"
}
resource "aws_cloudfront_distribution" "web" {
  origin {
    origin_id   = "app"
    domain_name = "app.example.com"
    custom_origin_config {
      origin_protocol_policy = "https-only"
    }
  }
  default_cache_behavior {
    target_origin_id       = "app"
    viewer_protocol_policy = "https-only"
%s
  }
}
`
		yaml = `Resources:
  web:
    Type: AWS::CloudFront::Distribution
    Properties:
      DistributionConfig:
        Origins:
          - Id: app
            DomainName: app.example.com
            CustomOriginConfig: {OriginProtocolPolicy: https-only}
        DefaultCacheBehavior:
          TargetOriginId: app
          ViewerProtocolPolicy: https-only
%s
`
		json = `{"Parameters": {"Policy": {"Type": "String", "Default": "` + cors + `"}}, "Resources": {` +
			`"web": {"Type": "AWS::CloudFront::Distribution", "Properties": {"DistributionConfig": {"Origins": [` +
			`{"Id": "app", "DomainName": "app.example.com", "CustomOriginConfig": {"OriginProtocolPolicy": "https-only"}}], ` +
			`"DefaultCacheBehavior": {"TargetOriginId": "app", "ViewerProtocolPolicy": "https-only", %s}}}}}}`
	)
	for _, tc := range []struct{ name, file, form, inside, want string }{
		{"none", "main.tf", hcl, `    cache_policy_id = "` + disabled + `"`,
			"  default_cache_behavior {\n    origin_request_policy_id = \"" + allViewer + "\"\n"},
		{"another of AWS's", "main.tf", hcl, `    cache_policy_id = "` + disabled + `"
    origin_request_policy_id = "` + cors + `"`, `    origin_request_policy_id = "` + allViewer + `"`},
		{"by a variable", "main.tf", hcl, `    cache_policy_id = "` + disabled + `"
    origin_request_policy_id = var.policy`, "variable \"policy\" {\n  default = \"" + allViewer + `"`},
		{"named headers", "main.tf", hcl, `    forwarded_values {
      query_string = true
      headers      = ["Host", "Origin"]
    }`, `["Host", "Origin", "Sec-WebSocket-Key", "Sec-WebSocket-Version"]`},
		{"named headers on lines", "main.tf", hcl, `    forwarded_values {
      query_string = true
      headers = [
        "Host",
        "Origin", # who
      ]
    }`, `"Origin", "Sec-WebSocket-Key", "Sec-WebSocket-Version", # who`},
		{"a policy that names headers", "main.tf", hcl + `resource "aws_cloudfront_origin_request_policy" "own" {
  headers_config {
    header_behavior = "whitelist"
    headers {
      items = ["Host", "Origin", "Sec-WebSocket-Version"]
    }
  }
}
`, `    cache_policy_id = "` + disabled + `"
    origin_request_policy_id = aws_cloudfront_origin_request_policy.own.id`,
			`["Host", "Origin", "Sec-WebSocket-Version", "Sec-WebSocket-Key"]`},
		{"a policy of none", "main.tf", hcl + `resource "aws_cloudfront_origin_request_policy" "own" {
  headers_config {
    header_behavior = "none"
  }
}
`, `    cache_policy_id = "` + disabled + `"
    origin_request_policy_id = aws_cloudfront_origin_request_policy.own.id`, `header_behavior = "allViewer"`},
		{"none", "t.yaml", yaml, "          CachePolicyId: " + disabled,
			"        DefaultCacheBehavior:\n          OriginRequestPolicyId: \"" + allViewer + "\"\n          TargetOriginId"},
		{"another of AWS's", "t.yaml", yaml, "          CachePolicyId: " + disabled + "\n          OriginRequestPolicyId: '" +
			cors + "'", "OriginRequestPolicyId: '" + allViewer + "'"},
		{"named headers", "t.yaml", yaml, `          ForwardedValues:
            QueryString: true
            Headers: [Host, Origin]`, `Headers: [Host, Origin, "Sec-WebSocket-Key", "Sec-WebSocket-Version"]`},
		{"named headers on lines", "t.yaml", yaml, `          ForwardedValues:
            QueryString: true
            Headers:
              - Host
              - "Origin"`,
			"- \"Origin\"\n              - \"Sec-WebSocket-Key\"\n              - \"Sec-WebSocket-Version\"\n"},
		{"none", "t.json", json, `"CachePolicyId": "` + disabled + `"`,
			`"DefaultCacheBehavior": {"OriginRequestPolicyId": "` + allViewer + `", "TargetOriginId"`},
		{"by a parameter", "t.json", json, `"CachePolicyId": "` + disabled + `", "OriginRequestPolicyId": {"Ref": "Policy"}`,
			`"Default": "` + allViewer + `"`},
		{"named headers", "t.json", json, `"ForwardedValues": {"QueryString": true, "Headers": ["Host", "Origin"]}`,
			`["Host", "Origin", "Sec-WebSocket-Key", "Sec-WebSocket-Version"]`},
	} {
		t.Run(tc.file+"/"+tc.name, func(t *testing.T) {
			t.Chdir(t.TempDir())
			if err := os.WriteFile(tc.file, []byte(strings.Replace(tc.form, "%s", tc.inside, 1)), 0o600); err != nil {
				t.Fatal(err)
			}
			project, err := FindProject(".", nil)
			if err != nil {
				t.Fatal(err)
			}
			address := map[string]string{"main.tf": "aws_cloudfront_distribution.web"}[tc.file]
			if address == "" {
				address = "web"
			}
			config, err := ParseConfig(ConfigName, []byte(
				"keepalive: {every: 25s}\npaths: [{url: 'wss://a/x', through: [cloudfront: "+address+"]}]\n"))
			if err != nil {
				t.Fatal(err)
			}
			check := func() (r *Result, loud []string) {
				r, err := Check(Input{Args: []string{"."}, Config: config, Rules: rules.All})
				if err != nil {
					t.Fatal(err)
				}
				for _, f := range r.Findings {
					if f.Severity > rules.Info {
						loud = append(loud, f.Rule.Name+": "+f.Message)
					}
				}
				return r, loud
			}
			before, found := check()
			if len(found) != 1 || !strings.HasPrefix(found[0], "handshake-request-mangled") {
				t.Fatalf("found %q", found)
			}
			_, changed, left := NewPatch(before, true).Write(project)
			src, err := os.ReadFile(tc.file)
			if err != nil {
				t.Fatal(err)
			}
			if len(changed) != 1 || len(left) > 0 || !strings.Contains(string(src), tc.want) {
				t.Errorf("%q written, left %s, want %s:\n%s", changed, texts(left), tc.want, src)
			}
			if _, found := check(); len(found) > 0 {
				t.Errorf("afterwards: %q\n%s", found, src)
			}
		})
	}
}
