package lint

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/wslint/wslint/rules"
)

// Distributions with a behaviour that forwards nothing of handshakes, one that forwards all, one that names headers and
// forgets one, and a bucket for the rest; an HTTP API, an API for WebSockets and an accelerator: in each language.
var edges = map[string]map[string]string{
	"hcl": {"main.tf": `
data "aws_cloudfront_origin_request_policy" "all" {
  name = "Managed-AllViewer"
}
resource "aws_cloudfront_distribution" "web" {
  origin {
    origin_id   = "app"
    domain_name = "app.example.com"
    custom_origin_config {
      origin_protocol_policy = "https-only"
      http_port              = 80
      https_port             = 443
    }
  }
  origin {
    origin_id   = "files"
    domain_name = "files.s3.eu-west-1.amazonaws.com"
  }
  default_cache_behavior {
    target_origin_id       = "files"
    viewer_protocol_policy = "redirect-to-https"
    cache_policy_id        = "658327ea-f89d-4fab-a63d-7e88639e58f6"
  }
  ordered_cache_behavior {
    path_pattern           = "/ws/*"
    target_origin_id       = "app"
    viewer_protocol_policy = "https-only"
    cache_policy_id        = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
  }
  ordered_cache_behavior {
    path_pattern             = "/live/*"
    target_origin_id         = "app"
    viewer_protocol_policy   = "https-only"
    origin_request_policy_id = data.aws_cloudfront_origin_request_policy.all.id
  }
  ordered_cache_behavior {
    path_pattern             = "/own/*"
    target_origin_id         = "app"
    viewer_protocol_policy   = "allow-all"
    origin_request_policy_id = aws_cloudfront_origin_request_policy.own.id
  }
  ordered_cache_behavior {
    path_pattern           = "/old/*"
    target_origin_id       = "app"
    viewer_protocol_policy = "allow-all"
    forwarded_values {
      query_string = true
      headers      = ["Host", "Origin", "Sec-WebSocket-Version"]
    }
  }
  ordered_cache_behavior {
    path_pattern             = "/later/*"
    target_origin_id         = "app"
    viewer_protocol_policy   = "allow-all"
    origin_request_policy_id = var.policy
  }
}
variable "policy" {}
resource "aws_cloudfront_origin_request_policy" "own" {
  headers_config {
    header_behavior = "allExcept"
    headers {
      items = ["Cookie"]
    }
  }
  query_strings_config {
    query_string_behavior = "all"
  }
}
resource "aws_apigatewayv2_api" "http" {
  name          = "http"
  protocol_type = "HTTP"
}
resource "aws_apigatewayv2_api" "sockets" {
  name          = "sockets"
  protocol_type = "WEBSOCKET"
}
resource "aws_globalaccelerator_accelerator" "ga" {
  name = "ga"
}
resource "aws_globalaccelerator_listener" "ga" {
  accelerator_arn = aws_globalaccelerator_accelerator.ga.id
  protocol        = "TCP"
  port_range {
    from_port = 400
    to_port   = 500
  }
}
`},
	"cloudformation": {"template.yaml": `
Parameters:
  Policy: {Type: String}
Resources:
  web:
    Type: AWS::CloudFront::Distribution
    Properties:
      DistributionConfig:
        Enabled: true
        Origins:
          - Id: app
            DomainName: app.example.com
            CustomOriginConfig: {OriginProtocolPolicy: https-only}
          - Id: files
            DomainName: files.s3.eu-west-1.amazonaws.com
            S3OriginConfig: {}
        DefaultCacheBehavior:
          TargetOriginId: files
          ViewerProtocolPolicy: redirect-to-https
          CachePolicyId: 658327ea-f89d-4fab-a63d-7e88639e58f6
        CacheBehaviors:
          - PathPattern: /ws/*
            TargetOriginId: app
            ViewerProtocolPolicy: https-only
            CachePolicyId: 4135ea2d-6df8-44a3-9df3-4b5a84be39ad
          - PathPattern: /live/*
            TargetOriginId: app
            ViewerProtocolPolicy: https-only
            OriginRequestPolicyId: 216adef6-5c7f-47e4-b989-5492eafa07d3
          - PathPattern: /own/*
            TargetOriginId: app
            ViewerProtocolPolicy: allow-all
            OriginRequestPolicyId: !Ref own
          - PathPattern: /old/*
            TargetOriginId: app
            ViewerProtocolPolicy: allow-all
            ForwardedValues:
              QueryString: true
              Headers: [Host, Origin, Sec-WebSocket-Version]
          - PathPattern: /later/*
            TargetOriginId: app
            ViewerProtocolPolicy: allow-all
            OriginRequestPolicyId: !Ref Policy
  own:
    Type: AWS::CloudFront::OriginRequestPolicy
    Properties:
      OriginRequestPolicyConfig:
        HeadersConfig: {HeaderBehavior: allExcept, Headers: [Cookie]}
        QueryStringsConfig: {QueryStringBehavior: all}
  http:
    Type: AWS::ApiGatewayV2::Api
    Properties: {Name: http, ProtocolType: HTTP}
  sockets:
    Type: AWS::ApiGatewayV2::Api
    Properties: {Name: sockets, ProtocolType: WEBSOCKET}
  ga:
    Type: AWS::GlobalAccelerator::Accelerator
    Properties: {Name: ga}
  gaListener:
    Type: AWS::GlobalAccelerator::Listener
    Properties:
      AcceleratorArn: !Ref ga
      Protocol: TCP
      PortRanges: [{FromPort: 400, ToPort: 500}]
`},
	"plan": {"plan.json": `{"format_version": "1.2", "terraform_version": "1.9.5", "planned_values": {"root_module": {"resources": [
 {"address": "aws_cloudfront_distribution.web", "mode": "managed", "type": "aws_cloudfront_distribution", "name": "web", "values": {
   "enabled": true,
   "origin": [
     {"origin_id": "app", "domain_name": "app.example.com", "custom_origin_config": [
       {"origin_protocol_policy": "https-only", "http_port": 80, "https_port": 443}]},
     {"origin_id": "files", "domain_name": "files.s3.eu-west-1.amazonaws.com", "custom_origin_config": []}],
   "default_cache_behavior": [{"target_origin_id": "files", "viewer_protocol_policy": "redirect-to-https",
     "cache_policy_id": "658327ea-f89d-4fab-a63d-7e88639e58f6", "forwarded_values": []}],
   "ordered_cache_behavior": [
     {"path_pattern": "/ws/*", "target_origin_id": "app", "viewer_protocol_policy": "https-only",
      "cache_policy_id": "4135ea2d-6df8-44a3-9df3-4b5a84be39ad", "forwarded_values": []},
     {"path_pattern": "/live/*", "target_origin_id": "app", "viewer_protocol_policy": "https-only",
      "origin_request_policy_id": "216adef6-5c7f-47e4-b989-5492eafa07d3", "forwarded_values": []},
     {"path_pattern": "/own/*", "target_origin_id": "app", "viewer_protocol_policy": "allow-all",
      "origin_request_policy_id": "own-id", "forwarded_values": []},
     {"path_pattern": "/old/*", "target_origin_id": "app", "viewer_protocol_policy": "allow-all",
      "forwarded_values": [{"query_string": true, "headers": ["Host", "Origin", "Sec-WebSocket-Version"]}]},
     {"path_pattern": "/later/*", "target_origin_id": "app", "viewer_protocol_policy": "allow-all",
      "origin_request_policy_id": "some-id", "forwarded_values": []}]}},
 {"address": "aws_cloudfront_origin_request_policy.own", "mode": "managed", "type": "aws_cloudfront_origin_request_policy", "name": "own",
  "values": {"id": "own-id", "headers_config": [{"header_behavior": "allExcept", "headers": [{"items": ["Cookie"]}]}],
   "query_strings_config": [{"query_string_behavior": "all"}]}},
 {"address": "aws_apigatewayv2_api.http", "mode": "managed", "type": "aws_apigatewayv2_api", "name": "http",
  "values": {"name": "http", "protocol_type": "HTTP"}},
 {"address": "aws_apigatewayv2_api.sockets", "mode": "managed", "type": "aws_apigatewayv2_api", "name": "sockets",
  "values": {"name": "sockets", "protocol_type": "WEBSOCKET"}},
 {"address": "aws_globalaccelerator_accelerator.ga", "mode": "managed", "type": "aws_globalaccelerator_accelerator", "name": "ga",
  "values": {"name": "ga", "id": "arn:ga"}},
 {"address": "aws_globalaccelerator_listener.ga", "mode": "managed", "type": "aws_globalaccelerator_listener", "name": "ga",
  "values": {"accelerator_arn": "arn:ga", "protocol": "TCP", "port_range": [{"from_port": 400, "to_port": 500}]}}]}}}`},
}

// TestEdges: the same paths through the same distributions, APIs and accelerators get the same findings in each language.
func TestEdges(t *testing.T) {
	want := []string{
		"wss://a/x: handler-cannot-upgrade error: answers the handshake with 403",
		"wss://a/ws/1: handshake-request-mangled warning: does not forward Sec-WebSocket-Key",
		"ws://a/live/1: handler-cannot-upgrade error: answers the handshake with 403: viewer protocol policy https-only",
		"ws://a/: redirect-on-websocket-path error: redirects the handshake to https://a/ (301)",
		"wss://a/old/1: handshake-request-mangled warning: does not forward Sec-WebSocket-Key",
		"wss://h/x: upgrade-not-forwarded error: does not forward the Upgrade header",
		"wss://g/x: idle-timeout-below-ping error: silently drops idle connections after 340s, but pings come only every 400s",
	}
	slices.Sort(want)
	for language, files := range edges {
		t.Run(language, func(t *testing.T) {
			result := alongPaths(t, files, map[string]string{
				"wss://a/x": "cloudfront/web", "wss://a/ws/1": "cloudfront/web", "wss://a/live/1?token=1": "cloudfront/web",
				"ws://a/live/1": "cloudfront/web", "ws://a/": "cloudfront/web", "wss://a/own/1?token=1": "cloudfront/web",
				"wss://a/old/1": "cloudfront/web", "wss://a/later/1": "cloudfront/web",
				"wss://h/x": "apigateway/http", "wss://s/x": "apigateway/sockets", "wss://g/x": "global-accelerator/ga",
			})
			var got []string
			for _, f := range result.Findings {
				_, message, _ := strings.Cut(f.Message, " ")
				// What has room in a headline is no note.
				message = strings.NewReplacer(" (not configurable)", "", ": nothing here passes it to an application", "").Replace(message)
				if f.Resource == "" || f.Pos.File == "" {
					t.Errorf("%s: resource %q, file %q", f.Message, f.Resource, f.Pos.File)
				}
				if f.Severity > rules.Info && f.Rule.Name != "lifetime-ends-busy-connection" {
					got = append(got, fmt.Sprintf("%s: %s %s: %s", f.Path, f.Rule.Name, f.Severity, message))
				}
			}
			slices.Sort(got)
			if !slices.Equal(got, want) {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
			}
			if !slices.ContainsFunc(result.Findings, func(f rules.Finding) bool {
				return f.Rule == rules.LifetimeEndsBusyConnection && f.Path == "wss://s/x"
			}) {
				t.Error("nothing says that API Gateway ends every connection after 2h")
			}
			if len(result.Unknown) == 0 || !strings.Contains(result.Unknown[0].Text, "wss://a/later/1") {
				t.Errorf("unknown: %v", result.Unknown)
			}
		})
	}
}

// alongPaths lints files with paths through what they describe, and a ping every 400s.
func alongPaths(t *testing.T, files, paths map[string]string) *Result {
	t.Helper()
	dir := t.TempDir()
	writeAll(t, dir, files)
	text := "keepalive: {every: 400s}\npaths:\n"
	for _, url := range sortedKeys(paths) {
		text += fmt.Sprintf("  - {url: %q, through: [%s]}\n", url, paths[url])
	}
	c, err := ParseConfig(filepath.Join(dir, ConfigName), []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	result, err := Check(Input{Args: []string{dir}, Config: c, Rules: rules.All})
	if err != nil {
		t.Fatal(err)
	}
	return result
}
