package lint

import (
	"os"
	"strings"
	"testing"

	"github.com/wslint/wslint/rules"
)

// TestTimersOfTheUnknown: nobody knows what becomes of the handshake, and the timer of the load balancer that a
// declared path goes through holds all the same, whether a snapshot or code describes it. That of an nginx does not:
// another location may have another.
func TestTimersOfTheUnknown(t *testing.T) {
	const arn = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:"
	snapshot := `{"LoadBalancers": [{"LoadBalancerArn": "` + arn + `loadbalancer/app/web/1", "Type": "application"}]}
{"LoadBalancerArn": "` + arn + `loadbalancer/app/web/1",
 "Attributes": [{"Key": "idle_timeout.timeout_seconds", "Value": "20"}]}
{"Listeners": [{"ListenerArn": "` + arn + `listener/app/web/1/1",
  "LoadBalancerArn": "` + arn + `loadbalancer/app/web/1",
  "Protocol": "HTTPS", "Port": 443}]}`
	code := "variable \"rule\" {}\n" +
		"resource \"aws_lb\" \"web\" {\n  load_balancer_type = \"application\"\n  idle_timeout = 20\n}\n" +
		"resource \"aws_lb_listener\" \"l\" {\n  load_balancer_arn = aws_lb.web.arn\n  port = 443\n  protocol = \"HTTPS\"\n" +
		"  default_action {\n    type = var.rule\n  }\n}\n"
	proxy := "events {}\n" +
		"http { server { listen 443 ssl; ssl_certificate a; ssl_certificate_key a; server_name a; location / {\n" +
		"proxy_pass http://127.0.0.1:9; proxy_read_timeout 20s; access_by_lua_block { ngx.exit(403) }\n" +
		"rewrite_by_lua_block { ngx.exec('/other') } } } }\n"
	for through, want := range map[string]bool{
		"{aws: lbs.json}": true, "{tf: aws_lb.web}": true, "{aws: lbs.json}, {nginx: nginx.conf}": true,
		"alb, {tf: aws_lb.web}": true, "{nginx: nginx.conf}, {aws: lbs.json}": false, "{nginx: nginx.conf}": false,
	} {
		t.Chdir(t.TempDir())
		for name, text := range map[string]string{"lbs.json": snapshot, "main.tf": code, "nginx.conf": proxy} {
			if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		c, err := ParseConfig(ConfigName,
			[]byte("keepalive: {every: 30s}\npaths:\n  - {url: \"wss://a/ws\", through: ["+through+"]}\n"))
		if err != nil {
			t.Fatal(err)
		}
		in := Input{Args: []string{"main.tf"}, Config: c, Rules: rules.All}
		result, err := Check(in)
		if err != nil {
			t.Fatal(err)
		}
		found := false
		for _, f := range result.Findings {
			if f.Path == "wss://a/ws" && f.Rule == rules.IdleTimeoutBelowPing {
				found = found || strings.Contains(f.Message, "after 20s") && f.Severity == rules.Error
			}
		}
		if found != want || len(result.Unknown) == 0 {
			t.Errorf("through %s: %v, %d unknown", through, found, len(result.Unknown))
			for _, f := range result.Findings {
				t.Log(f.Pos, f.Rule.Name, f.Path, f.Message)
			}
		}
	}
}
