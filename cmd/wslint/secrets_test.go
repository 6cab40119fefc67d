//go:build unix

package main

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"
)

// own is a secret of the project's own files.
const own = "S3CRETxyz"

// secretConf has a finding on the line after a secret and before one, a fix that copies a line with one, and messages
// about
// lines with one.
const secretConf = `events {}
http {
  map $http_upgrade $connection_upgrade { default upgrade; '' close; }
  server {
    listen 80;
    server_name chat.example.com;
    set $api_key S3CRETxyz;
    proxy_set_header Authorization "Bearer S3CRETxyz";
    proxy_set_header Upgrade $http_upgrade;
    proxy_set_header Connection "Upgrade";
    location /ws {
      proxy_set_header X-Api-Key S3CRETxyz;
      proxy_pass http://127.0.0.1:9/ws?token=S3CRETxyz;
      proxy_http_version 1.1;
      secure_link_md5 "$uri S3CRETxyz"; proxy_read_timeout 5s;
    }
    location /two {
      if ($http_x_api_key != "S3CRETxyz") { return 403; }
      proxy_set_header Authorization "Basic S3CRETxyz"; proxy_set_header Connection close;
      proxy_set_header Upgrade $http_upgrade;
      proxy_http_version 1.1; proxy_pass http://127.0.0.1:9;
    }
    location /S3CRETxyz { proxy_pass http://127.0.0.1:9; proxy_set_header Upgrade $http_upgrade; }
  }
}
`

var secretProjects = map[string]map[string]string{
	"nginx": {"nginx.conf": secretConf},
	"nginx that does not start": {
		"nginx.conf": "events {}\nhttp { server { listen 80;\n proxy_set_header Authorization \"Basic S3CRETxyz\" extra;\n" +
			"location ~ \"S3CRETxyz(\" { set $token S3CRETxyz; secure_link_secret S3CRETxyz foo; } } }\n",
	},
	"declared": {
		"nginx.conf": secretConf,
		".wslint.yaml": "keepalive: {every: 30s}\npaths:\n" +
			"  - url: ws://chat.example.com/ws?token=S3CRETxyz\n    through: [nginx: nginx.conf]\n" +
			"  - url: ws://bob:S3CRETxyz@chat.example.com/two\n    through: [nginx: nginx.conf]\n",
	},
	"bad declaration": {
		"nginx.conf":   secretConf,
		".wslint.yaml": "paths:\n  - url: ws://bob:S3CRETxyz@chat.example.com/two\n    password: S3CRETxyz\n    thruogh: 1\n",
	},
	"haproxy": {
		"haproxy.cfg": `global
  setenv API_TOKEN S3CRETxyz
defaults
  mode http
  timeout client 5s
  timeout server 5s
  timeout connect 5s
userlist u
  user bob insecure-password S3CRETxyz
frontend f
  bind :80
  stats auth admin:S3CRETxyz
  acl ok hdr(X-Api-Key) -m str S3CRETxyz
  http-request deny unless { req.hdr(authorization) -m str S3CRETxyz }
  http-request set-header Authorization Basic\ S3CRETxyz
  http-request frobnicate S3CRETxyz
  use_backend b if { path_beg /ws } ok
  default_backend b
backend b
  http-request set-header X-Auth-Token S3CRETxyz
  server s 127.0.0.1:9
`,
	},
	"terraform": {
		"main.tf": `variable "db_password" {
  default = "S3CRETxyz"
}
resource "aws_lb" "web" {
  load_balancer_type = "application"
  tags = { Password = "S3CRETxyz" }
  idle_timeout       = 5 # PASSWORD=S3CRETxyz
}
resource "aws_lb_listener" "web" {
  load_balancer_arn = aws_lb.web.arn
  port = 443
  protocol = "HTTPS"
  default_action {
    type = "authenticate-oidc"
    authenticate_oidc {
      client_secret = "S3CRETxyz"
    }
  }
  default_action {
    type = "forward"
    target_group_arn = aws_lb_target_group.web.arn
  }
}
resource "aws_lb_listener_rule" "ws" {
  listener_arn = aws_lb_listener.web.arn
  condition {
    http_header {
      http_header_name = "X-Origin-Verify"
      values = ["S3CRETxyz"]
    }
  }
  action {
    type = "forward"
    target_group_arn = aws_lb_target_group.web.arn
  }
}
resource "aws_lb_target_group" "web" {
  port = 80
  protocol = "HTTP"
  password = "S3CRETxyz"
  stickyness = 5
}
`,
		".wslint.yaml": "keepalive: {every: 30s}\n",
	},
	"cloudformation": {
		"template.yaml": `AWSTemplateFormatVersion: "2010-09-09"
Parameters:
  DBPassword:
    Type: String
    Default: S3CRETxyz
Resources:
  LB:
    Type: AWS::ElasticLoadBalancingV2::LoadBalancer
    Properties:
      Name: S3CRETxyz
      LoadBalancerAttributes:
        - {Key: idle_timeout.timeout_seconds, Value: "5"} # password: S3CRETxyz
      Tags:
        - Key: ApiToken
          Value: S3CRETxyz
  Listener:
    Type: AWS::ElasticLoadBalancingV2::Listener
    Properties:
      LoadBalancerArn: !Ref LB
      Port: 80
      Protocol: HTTP
      DefaultActions:
        - Type: authenticate-oidc
          Order: 1
          AuthenticateOidcConfig: {ClientSecret: S3CRETxyz}
        - Type: forward
          Order: 2
          TargetGroupArn: !Ref TG
  TG:
    Type: AWS::ElasticLoadBalancingV2::TargetGroup
    Properties: {Port: 80, Protocol: HTTP, VpcId: vpc-1}
`,
		".wslint.yaml": "keepalive: {every: 30s}\n",
	},
	"kubernetes": {
		"ingress.yaml": "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData:\n  password: S3CRETxyz\n" +
			"---\napiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  name: chat\n  annotations:\n" +
			"    nginx.ingress.kubernetes.io/proxy-read-timeout: \"5s\"\n" +
			"    nginx.ingress.kubernetes.io/configuration-snippet: |\n" +
			"      proxy_set_header Authorization \"Basic S3CRETxyz\";\n      proxy_read_timeout 5s; # password S3CRETxyz\n" +
			"spec:\n  ingressClassName: nginx\n  rules:\n  - host: chat.example.com\n    http:\n      paths:\n" +
			"      - {path: /ws, pathType: Prefix, backend: {service: {name: chat, port: {number: 80}}}}\n",
		".wslint.yaml": "keepalive: {every: 30s}\n",
	},
	"beanstalk": {
		".ebextensions/a.config": "option_settings:\n" +
			"  - namespace: aws:elasticbeanstalk:application:environment\n    option_name: DB_PASSWORD\n" +
			"    value: S3CRETxyz\n  - namespace: aws:elbv2:loadbalancer\n    option_name: IdleTimeout\n    value: 5\n" +
			"  - {namespace: \"aws:elasticbeanstalk:environment\", option_name: LoadBalancerType, value: application}\n" +
			"files:\n" +
			"  \"/etc/nginx/conf.d/x.conf\":\n    content: |\n      proxy_set_header Authorization \"Basic S3CRETxyz\" x;\n",
		".wslint.yaml": "keepalive: {every: 30s}\n",
	},
}

// TestOwnSecrets: the secrets that stand in the project's own files are in no report, in whatever form.
func TestOwnSecrets(t *testing.T) {
	for name, files := range secretProjects {
		t.Run(name, func(t *testing.T) {
			untrusted(t, files)
			found := false
			see := func(command, output string) {
				found = found || strings.Contains(output, "***")
				if i := strings.Index(output, own); i >= 0 {
					t.Errorf("wslint %s prints …%s", command, output[max(i-300, 0):min(i+100, len(output))])
				}
			}
			everyReport(t, see)
			for _, args := range [][]string{
				{"check", "--ping", "30s", "--format", "html", "--unsafe-fixes", "--diff", "-o", "html:out.html", "."},
				{"check", "--ping", "30s", "-o", "junit", "."}, {"check", "--ping", "30s", "-o", "checkstyle", "."},
				{"check", "--ping", "30s", "-o", "sarif", "."}, {"check", "--ping", "30s", "-o", "gitlab", "."},
				{"trace", "--format", "svg", "ws://chat.example.com/ws?token=" + own, "."},
				{"trace", "--effective", "ws://chat.example.com/ws", "."},
				{"trace", "ws://bob:" + own + "@chat.example.com/two", "."}, {"trace", "ws://chat.example.com/two", "."},
				{"trace", "--format", "json", "ws://chat.example.com/two", "."},
				{"why", "--after", "5s", "--url", "ws://chat.example.com/ws?token=" + own, "."},
				{"why", "--code", "1006", "--format", "json", "."}, {"why", "--status", "403", "."},
				{"baseline", "."}, {"config", "show"},
				{"check", "--url", "ws://bob:" + own + "@chat.example.com/ws", "."},
				{"check", "--url", "gopher://b:" + own + "@a/", "."},
			} {
				_, stdout, stderr := runMain("", args...)
				if len(args) > 2 && args[0] == "trace" || args[0] == "check" {
					// What the user typed is the head of reports, and no secret of the files.
					stdout, stderr = strings.ReplaceAll(
						stdout,
						strings.Join(args, " "),
						"",
					), strings.ReplaceAll(
						stderr,
						strings.Join(args, " "),
						"",
					)
				}
				see(strings.Join(args, " "), stdout+stderr)
			}
			if src, err := os.ReadFile("out.html"); err == nil {
				see("out.html", string(src))
			}
			if !found {
				t.Error("nothing is hidden: the secrets stand where no report goes")
			}
		})
	}
}

// TestSecretsAreFixed: --fix writes the lines as they are, with their secrets; a patch that would show one leaves the
// file out,
// and reports for programs have no edits that would write what stands for one.
func TestSecretsAreFixed(t *testing.T) {
	untrusted(t, map[string]string{"nginx.conf": secretConf})
	before := strings.Count(secretConf, own)
	_, patch, stderr := runMain("", "check", "--diff", "--unsafe-fixes", ".")
	if strings.Contains(patch, own) || strings.Contains(patch, "***") ||
		!strings.Contains(stderr, "secrets") && patch == "" {
		t.Errorf("the patch:\n%s%s", patch, stderr)
	}
	_, report, _ := runMain("", "check", "--format", "json", ".")
	var out struct {
		Findings []struct {
			Fix *struct{ Edits []struct{ New string } }
		}
	}
	if err := json.Unmarshal([]byte(report), &out); err != nil {
		t.Fatal(err)
	}
	for _, f := range out.Findings {
		if f.Fix != nil && strings.Contains(fmt.Sprint(f.Fix.Edits), "***") {
			t.Errorf("an edit writes a mark: %v", f.Fix.Edits)
		}
	}
	if _, stdout, stderr := runMain("", "check", "--fix", "--unsafe-fixes", "."); strings.Contains(stdout+stderr, own) {
		t.Errorf("--fix shows it:\n%s%s", stdout, stderr)
	}
	src, err := os.ReadFile("nginx.conf")
	if err != nil || string(src) == secretConf || strings.Contains(string(src), "***") ||
		strings.Count(string(src), own) < before {
		t.Errorf("%v: --fix wrote\n%s", err, src)
	}
}
