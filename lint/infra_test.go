package lint

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/wslint/wslint/rules"
)

// TestSameInAllLanguages: one ALB with a redirect and a gRPC group, one NLB and one Classic ELB, as a live account
// has them and as each language of infrastructure code writes them, give the same findings, each at its own place. An
// environment of Elastic Beanstalk has one load balancer, and no redirects or gRPC groups.
func TestSameInAllLanguages(t *testing.T) {
	const arn = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:"
	faults := []string{
		"idle-timeout-below-ping error 75s", "redirect-on-websocket-path error", "handler-cannot-upgrade error",
		"idle-timeout-below-ping error 400s", "upgrade-not-forwarded error",
	}
	const none = ""
	for format, places := range map[string][5]string{
		"snapshot": {arn + "loadbalancer/app/web/1", arn + "listener/app/web/1/80", arn + "targetgroup/grpc/4",
			arn + "listener/net/net/2/443", arn + "loadbalancer/old"},
		"hcl":      {"variables.tf:4:13", "main.tf:6:1", "main.tf:56:1", "main.tf:74:1", "main.tf:85:1"},
		"module":   {"main.tf:5:18", "edge/main.tf:6:1", "edge/main.tf:56:1", "edge/main.tf:74:1", "edge/main.tf:85:1"},
		"registry": {"main.tf:6:18", "main.tf:1:1", "main.tf:1:1", "main.tf:39:1", "main.tf:49:1"},
		"plan":     {"plan.json:58:23", "plan.json:83:17", "plan.json:174:17", "plan.json:63:17", "plan.json:13:17"},
		"cloudformation": {"template.yaml:2:33", "template.yaml:14:3", "template.yaml:45:3", "template.yaml:57:3",
			"template.yaml:65:3"},
		"cdk": {"Edge.template.json:13:16", "Edge.template.json:24:3", "Edge.template.json:111:3",
			"Edge.template.json:144:3", "Edge.template.json:162:3"},
		"beanstalk": {"web/.ebextensions/lb.config:5:18", none, none, "net/.ebextensions/lb.config:5:15",
			"old/.ebextensions/lb.config:1:1"},
	} {
		t.Run(format, func(t *testing.T) {
			dir := filepath.Join("..", "testdata", "infra", format)
			got := findingsIn(t, dir)
			var want []string
			for i, place := range places {
				if place != none {
					want = append(want, fmt.Sprintf("%s at %s", faults[i], place))
				}
			}
			slices.Sort(want)
			if !slices.Equal(got, want) {
				t.Errorf("got\n%q\nwant\n%q", got, want)
			}
		})
	}
}

// findingsIn lints a directory with the paths that all languages share: the rule, its severity, what tells two of a
// rule apart, the place.
func findingsIn(t *testing.T, dir string) (list []string) {
	t.Helper()
	config := filepath.Join(dir, "..", "paths.yaml")
	src, err := os.ReadFile(config)
	if err != nil {
		t.Fatal(err)
	}
	c, err := ParseConfig(config, src)
	if err != nil {
		t.Fatal(err)
	}
	arg := dir
	if filepath.Base(dir) == "snapshot" {
		arg = filepath.Join(dir, "lbs.json")
	}
	result, err := Check(Input{Args: []string{arg}, Config: c, Rules: rules.All})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range result.Findings {
		pos := f.Pos
		if rel, err := filepath.Rel(dir, pos.File); err == nil && pos.Line > 0 {
			pos.File = filepath.ToSlash(rel)
		}
		every := ""
		if f.Rule == rules.IdleTimeoutBelowPing {
			d, _ := f.Trace.Pings[0].Every.Get()
			every = fmt.Sprintf(" %ds", int(d.Seconds()))
		}
		list = append(list, fmt.Sprintf("%s %s%s at %s", f.Rule.Name, f.Severity, every, pos))
	}
	slices.Sort(list)
	return list
}

// TestNothingSaid: where nobody says that there are WebSockets, a load balancer with AWS's defaults is an info at most,
// in every language; one whose timer somebody changed is possible; what changes nothing at all is a fault either way.
func TestNothingSaid(t *testing.T) {
	for name, files := range map[string]map[string]string{
		"hcl": {"main.tf": `
resource "aws_lb" "web" {}
resource "aws_lb_listener" "web" {
  load_balancer_arn = aws_lb.web.arn
  port              = 80
  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.app.arn
  }
}
resource "aws_lb_target_group" "app" {
  deregistration_delay = 0
}
resource "aws_elb" "old" {
  idle_timeout = 60
  listener {
    lb_port           = 80
    lb_protocol       = "http"
    instance_port     = 80
    instance_protocol = "http"
  }
}
resource "aws_elastic_beanstalk_environment" "app" {}
`},
		"module": {"main.tf": `
module "alb" {
  source  = "terraform-aws-modules/alb/aws"
  version = "~> 8.0"
}
`},
		"cloudformation": {"t.yaml": `
Resources:
  Web: {Type: AWS::ElasticLoadBalancingV2::LoadBalancer}
  App: {Type: AWS::ElasticBeanstalk::Environment}
`},
		"beanstalk": {".ebextensions/lb.config": "option_settings:\n  aws:elbv2:listener:443:\n    Protocol: HTTPS\n"},
	} {
		t.Run(name, func(t *testing.T) {
			for _, f := range checked(t, files, nil).Findings {
				said := f.Message
				for _, n := range f.Notes {
					said += "; " + n.Text
				}
				if f.Severity > rules.Info || !strings.Contains(said, "if WebSockets pass here") {
					t.Errorf("%s: %s", f.Severity, f.Message)
				}
			}
			every := 75 * time.Second
			if len(checked(t, files, &Keepalive{Every: every}).Findings) == 0 {
				t.Error("nothing is found with a keepalive of 75s")
			}
		})
	}
	for _, tc := range [][3]string{
		{"aws_lb", "idle_timeout = 120", "idle-timeout-without-ping warning possible"},
		{"aws_lb", "idle_timeout = 5000", "value-refused warning unlikely"},
		{"aws_lb", "load_balancer_type = \"network\"\n  idle_timeout = 400", "setting-without-effect warning unlikely"},
	} {
		text, want := fmt.Sprintf("resource %q \"x\" {\n  %s\n}\n", tc[0], tc[1]), tc[2]
		found := checked(t, map[string]string{"main.tf": text}, nil).Findings
		if len(found) != 1 {
			t.Errorf("%s: %d findings", text, len(found))
			continue
		}
		f := found[0]
		if got := fmt.Sprintf("%s %s %s", f.Rule.Name, f.Severity, f.Confidence); got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
}

// checked lints files.
func checked(t *testing.T, files map[string]string, ping *Keepalive) *Result {
	t.Helper()
	dir := t.TempDir()
	writeAll(t, dir, files)
	result, err := Check(Input{Args: []string{dir}, Rules: rules.All, Ping: ping})
	if err != nil {
		t.Fatal(err)
	}
	return result
}

// writeAll writes files below a directory.
func writeAll(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	for name, text := range files {
		name = filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
