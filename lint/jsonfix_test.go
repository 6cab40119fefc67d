package lint

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/wslint/wslint/rules"
)

// TestFixesInJSON: in Terraform's JSON, too, a fix changes what is written, adds what is not, takes out what has no
// effect, wherever the value stands, and what it leaves has no finding any more. A comment under "//" stays.
func TestFixesInJSON(t *testing.T) {
	const listener = `"aws_lb_listener": {"l": {"load_balancer_arn": "${aws_lb.web.arn}", "port": 443, ` +
		`"protocol": %PROTOCOL%, ` +
		`"default_action": [{"type": "forward", "target_group_arn": "${aws_lb_target_group.g.arn}"}]}}, ` +
		`"aws_lb_target_group": {"g": {"port": 80, "protocol": %TARGET%, "vpc_id": "v"}}`
	alb := strings.NewReplacer("%PROTOCOL%", `"HTTPS"`, "%TARGET%", `"HTTP"`).Replace(listener)
	nlb := strings.NewReplacer("%PROTOCOL%", `"TCP"`, "%TARGET%", `"TCP"`).Replace(listener)
	for name, tc := range map[string]struct {
		files map[string]string
		want  string // in some file, afterwards
		gone  string
	}{
		"a number": {map[string]string{"main.tf.json": `{"resource": {"aws_lb": {"web": {"load_balancer_type": ` +
			`"application", ` +
			`"idle_timeout": 5}}, ` + alb + `}}`}, `"idle_timeout": 810}`, ": 5"},
		"a text": {map[string]string{"main.tf.json": `{"resource": {"aws_lb": {"web": {"//": "why", "idle_timeout": "5", ` +
			`"load_balancer_type": "application"}}, ` + alb + `}}`}, `{"//": "why", "idle_timeout": "810", `, `"5"`},
		"nothing": {map[string]string{"main.tf.json": "{\n  \"resource\": {\n    \"aws_lb\": {\n      \"web\": {\n" +
			"        \"load_balancer_type\": \"application\"\n      }\n    },\n    " + alb + "\n  }\n}\n"},
			"      \"web\": {\n        \"idle_timeout\": 810,\n        \"load_balancer_type\": \"application\"\n", "none"},
		"a default": {map[string]string{"main.tf.json": `{"variable": {"idle": {"default": 5, "type": "number"}}, ` +
			`"resource": {"aws_lb": {"web": {"idle_timeout": "${var.idle}", "load_balancer_type": ` +
			`"application"}}, ` + alb + `}}`},
			`{"default": 810, "type": "number"}`, ": 5"},
		"a file of values": {map[string]string{"terraform.tfvars.json": `{"idle": 5}`,
			"main.tf.json": `{"variable": {"idle": ` +
				`{"default": 7}}, "resource": {"aws_lb": {"web": {"idle_timeout": "${var.idle}", ` +
				`"load_balancer_type": "application"}}, ` + alb + `}}`}, `{"idle": 810}`, `"idle": 5`},
		"a list of one": {map[string]string{"main.tf.json": `{"resource": {"aws_lb": {"web": ` +
			`[{"load_balancer_type": "network"}]}, ` +
			nlb + `}}`}, `"l": {"tcp_idle_timeout_seconds": 810, "load_balancer_arn"`, "none"},
		"without effect": {map[string]string{"main.tf.json": `{"resource": {"aws_lb": {"web": ` +
			`{"load_balancer_type": "network", ` +
			`"idle_timeout": 900}}, ` + nlb + `}}`}, `"tcp_idle_timeout_seconds": 810`, "900"},
		"an input of a module": {map[string]string{"main.tf.json": `{"module": {"alb": {"source": ` +
			`"terraform-aws-modules/alb/aws", "version": "~> 9.0", "listeners": {"https": {"port": 443, "protocol": "HTTPS", ` +
			`"certificate_arn": "c", "forward": {"target_group_key": "g"}}}, "target_groups": {"g": {"protocol": "HTTP", ` +
			`"port": 80, "target_type": "instance", "create_attachment": false}}}}}`}, `"alb": {"idle_timeout": 810, `, "none"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Chdir(t.TempDir())
			for file, text := range tc.files {
				if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			project, err := FindProject(".", nil)
			if err != nil {
				t.Fatal(err)
			}
			config, err := ParseConfig(ConfigName, []byte("keepalive: {every: 400s}\n"))
			if err != nil {
				t.Fatal(err)
			}
			check := func() *Result {
				r, err := Check(Input{Args: []string{"."}, Config: config, Rules: rules.All})
				if err != nil {
					t.Fatal(err)
				}
				return r
			}
			before := check()
			if len(before.Findings) == 0 {
				t.Fatal("nothing is found")
			}
			_, changed, left := NewPatch(before, true).Write(project)
			var all strings.Builder
			files, _ := filepath.Glob("*.json")
			for _, file := range files {
				src, err := os.ReadFile(file)
				if err != nil {
					t.Fatal(err)
				}
				all.Write(src)
			}
			if len(changed) != 1 || len(left) > 0 || !strings.Contains(all.String(), tc.want) ||
				strings.Contains(all.String(), tc.gone) {
				t.Errorf("%q written, left %s:\n%s", changed, texts(left), &all)
			}
			for _, f := range check().Findings {
				if f.Severity > rules.Info {
					t.Errorf("afterwards: %s %s: %s\n%s", f.Pos, f.Rule.Name, f.Message, &all)
				}
			}
		})
	}
}
