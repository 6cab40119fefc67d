package terraform

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/internal/truth"
	"github.com/wslint/wslint/parsers"
	"github.com/wslint/wslint/parsers/infra"
)

// files writes a tree of files, "main.tf: …" each, and reads the directories of all that are configurations.
func files(t *testing.T, tree map[string]string) (*Configuration, string) {
	t.Helper()
	dir := t.TempDir()
	dirs := map[string]bool{}
	for name, text := range tree {
		name = filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		if isConfiguration(filepath.Base(name)) {
			dirs[filepath.Dir(name)] = true
		}
	}
	var list []string
	for d := range dirs {
		list = append(list, d)
	}
	return Read(list, dir, parsers.Options{ReadFile: os.ReadFile}), dir
}

// all are the load balancers of a configuration.
func all(c *Configuration) (list []*infra.Source, unknown []hop.Note) {
	for _, root := range c.Roots {
		b := infra.Build(root.Resources)
		list, unknown = append(list, b.Sources...), append(unknown, append(b.Unknown, root.Unknown...)...)
	}
	return list, unknown
}

// TestIdle: an idle timeout is evaluated by whatever way it is written, and found where it is written.
func TestIdle(t *testing.T) {
	const lb = "resource \"aws_lb\" \"web\" {\n  idle_timeout = "
	one := func(expr, more string) map[string]string {
		return map[string]string{"main.tf": lb + expr + "\n}\n" + more}
	}
	const unknown = "unknown at main.tf:2:18: idle_timeout is not known: "
	for _, c := range []struct {
		name  string
		files map[string]string
		want  string
	}{
		{"number", one("90", ""), "1m30s at main.tf:2:18"},
		{"text", one(`"90"`, ""), "1m30s at main.tf:2:18"},
		{"nonsense", one(`"90s"`, ""),
			`unknown at main.tf:2:18: idle_timeout is "90s", and AWS takes whole seconds from 1 to 4000`},
		{"none", map[string]string{"main.tf": "resource \"aws_lb\" \"web\" {\n}\n"}, "default 1m0s at main.tf:1:1"},
		{"null", one("null", ""), "default 1m0s at main.tf:1:1"},
		{"alias", map[string]string{"main.tf": "resource \"aws_alb\" \"web\" {\n  idle_timeout = 90\n}\n"},
			"1m30s at main.tf:2:18"},
		{"classic", map[string]string{"main.tf": "resource \"aws_elb\" \"web\" {\n  idle_timeout = 90\n}\n"},
			"1m30s at main.tf:2:18"},
		{"variable", one("var.x", "variable \"x\" {\n  default = 90\n}\n"), "1m30s at main.tf:5:13"},
		{"of 0.11", one(`"${var.x}"`, "variable \"x\" {\n  type = \"string\"\n  default = \"90\"\n}\n"),
			"1m30s at main.tf:6:13"},
		{"typed variable", one("var.x", "variable \"x\" {\n  type = number\n  default = \"90\"\n}\n"),
			"1m30s at main.tf:6:13"},
		{"no default", one("var.x", "variable \"x\" {}\n"), unknown + "var.x has no default"},
		{"not declared", one("var.x", ""), unknown + "var.x is declared nowhere in these files"},
		{"not nullable", one("var.x", "variable \"x\" {\n  default = 90\n  nullable = false\n}\n"), "1m30s at main.tf:5:13"},
		{"local", one("local.x", "locals {\n  x = 90\n}\n"), "1m30s at main.tf:5:7"},
		{"local of a local", one("local.x", "locals {\n  x = local.y.z[0]\n  y = { z = [90] }\n}\n"),
			"1m30s at main.tf:6:14"},
		{"circle", one("local.x", "locals {\n  x = local.y\n  y = local.x\n}\n"), unknown + "local.x refers to itself"},
		{"conditional", one("var.e == \"p\" ? 60 : 90", "variable \"e\" {\n  default = \"t\"\n}\n"), "1m30s at main.tf:2:38"},
		{"conditional that hangs", one("var.e == \"p\" ? 60 : 90", "variable \"e\" {}\n"),
			unknown + "it hangs on a condition that is not known: var.e has no default"},
		{"parentheses", one("(90)", ""), "1m30s at main.tf:2:19"},
		{"sum", one("30 + 60", ""), "1m30s at main.tf:2:18"},
		{"try", one("try(var.o.idle, var.o.other, 60)", "variable \"o\" {\n  default = { other = 90 }\n}\n"),
			"1m30s at main.tf:5:23"},
		{"try of the unknown", one("try(var.o.idle, 60)", "variable \"o\" {}\n"), unknown + "var.o has no default"},
		{"coalesce", one("coalesce(null, \"\", var.n, 90)", "variable \"n\" {\n  default = null\n}\n"),
			"1m30s at main.tf:2:44"},
		{"lookup", one(`lookup({ a = 1, b = 90 }, "b", 60)`, ""), "1m30s at main.tf:2:38"},
		{"lookup of nothing", one(`lookup({ a = 1 }, "b", 90)`, ""), "1m30s at main.tf:2:41"},
		{"merge", one(`merge({ a = 60 }, { a = 90 }).a`, ""), "1m30s at main.tf:2:42"},
		{"tostring", one(`tostring(90)`, ""), "1m30s at main.tf:2:27"},
		{"tonumber", one(`tonumber("90")`, ""), "1m30s at main.tf:2:27"},
		{"for", one(`[for x in [1, 2, 90] : x if x > 2][0]`, ""), "1m30s at main.tf:2:35"},
		{"max", one(`max(90, 60)`, ""), "1m30s at main.tf:2:22"},
		{"element", one(`element([60, 90], 1)`, ""), "1m30s at main.tf:2:31"},
		{"heredoc", one("<<-X\n    90\n  X\n", ""),
			`unknown at main.tf:2:18: idle_timeout is "90\n", and AWS takes whole seconds from 1 to 4000`},
		{"data", one("data.external.x.result.idle", ""), unknown + "data.external.x.result is read from the account"},
		{"resource", one("aws_ssm_parameter.x.value", "resource \"aws_ssm_parameter\" \"x\" {\n  value = 90\n}\n"),
			"1m30s at main.tf:5:11"},
		{"later", one("random_integer.x.result", "resource \"random_integer\" \"x\" {}\n"),
			unknown + "random_integer.x.result is known after apply"},
		{"workspace", one("terraform.workspace == \"p\" ? 60 : 90", ""),
			unknown + "it hangs on a condition that is not known: terraform.workspace is chosen when it is run"},
		{"provider function", one("provider::x::y(1)", ""),
			unknown + `it is not evaluated: There are no functions in namespace "provider::x::"`},
		{"uuid", one("length(uuid())", ""), unknown + "the function uuid is not evaluated"},
		{"error", one("var.x.y.z", "variable \"x\" {\n  default = {}\n}\n"),
			unknown + `it is not evaluated: This object does not have an attribute named "y"`},
		{"tfvars", withFile(one("var.x", "variable \"x\" {\n  default = 60\n}\n"), "terraform.tfvars", "x = 90\n"),
			"1m30s at terraform.tfvars:1:5"},
		{"auto.tfvars", withFile(withFile(withFile(one("var.x", "variable \"x\" {}\n"), "terraform.tfvars", "x = 60\n"),
			"b.auto.tfvars.json", `{"x": 90}`), "a.auto.tfvars", "x = 61\n"), "1m30s at b.auto.tfvars.json:1:7"},
		{"other tfvars", withFile(one("var.x", "variable \"x\" {\n  default = 90\n}\n"), "prod.tfvars", "x = 60\n"),
			unknown + "var.x is 60 in prod.tfvars, and 90 by default"},
		{"other tfvars in a directory", withFile(one("var.x", "variable \"x\" {\n  default = 90\n}\n"),
			"envs/prod/a.tfvars.json", `{"x": 60}`), unknown + "var.x is 60 in envs/prod/a.tfvars.json, and 90 by default"},
		{"other tfvars of one mind", withFile(one("var.x", "variable \"x\" {\n  default = 90\n}\n"), "prod.tfvars",
			"x = \"90\"\ny = 1\n"), "1m30s at main.tf:5:13"},
		{"tfvars of a module below", withFile(withFile(one("var.x", "variable \"x\" {\n  default = 90\n}\n"),
			"other/prod.tfvars", "x = 60\n"), "other/main.tf", "locals {}\n"), "1m30s at main.tf:5:13"},
		{"override", withFile(one("60", ""), "main_override.tf", "resource \"aws_lb\" \"web\" {\n  idle_timeout = 90\n}\n"),
			"1m30s at main_override.tf:2:18"},
		{"JSON", map[string]string{"main.tf.json": `{"resource": {"aws_lb": {"web": {"idle_timeout": "${var.x}"}}}, ` +
			`"variable": {"x": {"default": 90}}}`}, "1m30s at main.tf.json:1:95"},
		{"JSON literal", map[string]string{"main.tf.json": `{"resource": {"aws_lb": {"web": {"idle_timeout": 90}}}}`},
			"1m30s at main.tf.json:1:50"},
		{"other file", withFile(map[string]string{"main.tf": lb + "local.x\n}\n"}, "locals.tf",
			"locals {\n  ä = 1\n  x = /* ö */ 90\n}\n"), "1m30s at locals.tf:3:16"},
		{"tofu", map[string]string{"main.tf": lb + "60\n}\n", "main.tofu": lb + "90\n}\n"}, "1m30s at main.tofu:2:18"},
		{"optional",
			one("var.o.idle", "variable \"o\" {\n  type = object({ idle = optional(number, 90) })\n  default = {}\n}\n"),
			"1m30s at main.tf:2:18"},
		{"jsondecode of a file", withFile(one(`jsondecode(file("${path.module}/x.json")).idle`, ""), "x.json",
			`{"idle": 90}`), "1m30s at main.tf:2:18"},
		{"templatefile", withFile(one(`templatefile("${path.module}/x.tpl", { n = 9 })`, ""), "x.tpl", "${n}0"),
			"1m30s at main.tf:2:18"},
		{"file outside", one(`length(file("/etc/hostname"))`, ""),
			unknown + "file is not read: the file is not in the repository"},
	} {
		conf, _ := files(t, c.files)
		list, _ := all(conf)
		if len(list) != 1 {
			t.Errorf("%s: %d load balancers, problems %v", c.name, len(list), conf.Problems)
			continue
		}
		if got := timer(list[0].Idle); got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.name, got, c.want)
		}
	}
}

func withFile(files map[string]string, name, text string) map[string]string {
	files[name] = text
	return files
}

// TestModules: what a module makes of its inputs is found where these are written; how often it is called and what it
// gives back counts.
func TestModules(t *testing.T) {
	const inner = `variable "idle" { default = 60 }
variable "name" {}
resource "aws_lb" "this" {
  name         = var.name
  idle_timeout = var.idle
}
output "arn" { value = aws_lb.this.arn }
output "lb" { value = aws_lb.this }
`
	for _, c := range []struct {
		name  string
		files map[string]string
		want  string
	}{
		{"input",
			map[string]string{"m/m.tf": inner,
				"main.tf": "module \"a\" {\n  source = \"./m\"\n  name = \"x\"\n  idle = 90\n}\n"},
			"application module.a.aws_lb.this idle 1m30s at main.tf:4:10; no listener of it is in these files"},
		{"no input", map[string]string{"m/m.tf": inner, "main.tf": "module \"a\" {\n  source = \"./m\"\n  name = \"x\"\n}\n"},
			"application module.a.aws_lb.this idle 1m0s at m.tf:1:29; no listener of it is in these files"},
		{"for_each", map[string]string{"m/m.tf": inner, "main.tf": "module \"a\" {\n  for_each = {\n    x = { " +
			"idle = 90 }\n    y = {}\n  }\n  source = \"./m\"\n  name = each.key\n  idle = try(each.value.idle, 120)\n}\n"},
			"application module.a[\"x\"].aws_lb.this idle 1m30s at main.tf:3:18; no listener of it is in these files\n" +
				"application module.a[\"y\"].aws_lb.this idle 2m0s at main.tf:8:31; no listener of it is in these files"},
		{"count",
			map[string]string{"m/m.tf": inner,
				"main.tf": "module \"a\" {\n  count = 0\n  source = \"./m\"\n  name = \"x\"\n}\n"}, ""},
		{"count unknown",
			map[string]string{"m/m.tf": inner,
				"main.tf": "variable \"n\" {}\nmodule \"a\" {\n  count = var.n\n  source = \"./m\"\n  name = \"x\"\n}\n"},
			"application module.a.aws_lb.this (maybe) idle 1m0s at m.tf:1:29; no listener of it is in these files"},
		{"output", map[string]string{"m/m.tf": inner, "main.tf": "module \"a\" {\n  source = \"./m\"\n  name = \"x\"\n}\n" +
			"resource \"aws_lb_listener\" \"l\" {\n  load_balancer_arn = module.a.arn\n  port = 80\n}\n"},
			"application module.a.aws_lb.this idle 1m0s at m.tf:1:29; HTTP 80"},
		{"outputs of several", map[string]string{"m/m.tf": inner, "main.tf": "module \"a\" {\n  for_each = toset([\"x\", " +
			"\"y\"])\n  source = \"./m\"\n  name = each.key\n}\nresource \"aws_lb_listener\" \"l\" {\n  for_each = module.a\n" +
			"  load_balancer_arn = each.value.lb.arn\n  port = each.key == \"x\" ? 80 : 81\n}\n"},
			"application module.a[\"x\"].aws_lb.this idle 1m0s at m.tf:1:29; HTTP 80\n" +
				"application module.a[\"y\"].aws_lb.this idle 1m0s at m.tf:1:29; HTTP 81"},
		{"called by an example",
			map[string]string{"main.tf": inner,
				"examples/x/main.tf": "module \"a\" {\n  source = \"../../\"\n  name = \"x\"\n  idle = 90\n}\n"},
			"application module.a.aws_lb.this idle 1m30s at main.tf:4:10; no listener of it is in these files"},
		{"calls itself", map[string]string{"main.tf": "module \"a\" {\n  source = \"./\"\n}\nresource \"aws_lb\" \"x\" {}\n"},
			"application aws_lb.x idle default 1m0s at main.tf:4:1; no listener of it is in these files"},
		{"outside", map[string]string{"main.tf": "module \"a\" {\n  source = \"../../../x\"\n  idle_timeout = 3\n}\n"},
			"? module.a takes idle_timeout, but what it makes of it is not known: its source ../../../x is not found in " +
				"the repository"},
		{"elsewhere",
			map[string]string{"main.tf": "module \"a\" {\n  source = \"git::https://example.com/alb.git\"\n" +
				"  idle_timeout = 3\n}\n"},
			"? module.a takes idle_timeout, but what it makes of it is not known: its source " +
				"git::https://example.com/alb.git is not in the repository"},
		{"count of a resource", map[string]string{"main.tf": "resource \"aws_lb\" \"w\" {\n  count = 2\n" +
			"  idle_timeout = 60 + count.index\n}\nresource \"aws_lb_listener\" \"l\" {\n  load_balancer_arn = " +
			"element(concat(aws_lb.w.*.arn, [\"\"]), 0)\n  port = 80\n}\nresource \"aws_lb_listener\" \"m\" {\n" +
			"  load_balancer_arn = aws_lb.w[1].arn\n  port = 443\n protocol = \"HTTPS\"\n}\n"},
			"application aws_lb.w[0] idle 1m0s at main.tf:3:18; HTTP 80\napplication aws_lb.w[1] idle 1m1s at " +
				"main.tf:3:18; HTTPS 443"},
		{"one", map[string]string{"main.tf": "resource \"aws_lb\" \"w\" {\n  count = 1\n}\nresource \"aws_lb_listener\" " +
			"\"l\" {\n  load_balancer_arn = one(aws_lb.w[*].arn)\n  port = 80\n}\nresource \"aws_lb_listener\" \"j\" {\n" +
			"  load_balancer_arn = join(\"\", aws_lb.w[*].arn)\n  port = 81\n}\n"},
			"application aws_lb.w[0] idle default 1m0s at main.tf:1:1; HTTP 80; HTTP 81"},
		{"dynamic", map[string]string{"main.tf": "locals {\n  ports = { a = 80, b = 81 }\n}\nresource \"aws_elb\" \"c\" " +
			"{\n  dynamic \"listener\" {\n    for_each = local.ports\n    iterator = it\n    content {\n" +
			"      lb_port = it.value\n      lb_protocol = \"http\"\n      instance_port = it.value\n      instance_protocol " +
			"= \"http\"\n    }\n  }\n}\n"},
			"classic aws_elb.c idle default 1m0s at main.tf:4:1; HTTP 80; HTTP 81"},
		{"dynamic unknown", map[string]string{"main.tf": "variable \"p\" {}\nresource \"aws_elb\" \"c\" {\n" +
			"  dynamic \"listener\" {\n    for_each = var.p\n    content {\n      lb_port = listener.value\n    }\n  }\n}\n"},
			"classic aws_elb.c idle default 1m0s at main.tf:2:1; how many blocks there are is not known: var.p has no default"},
		{"blocks as an argument", map[string]string{"main.tf": "resource \"aws_elb\" \"c\" {\n  listener = [{ " +
			"lb_port = 80, lb_protocol = \"http\", instance_port = 80, instance_protocol = \"http\" }]\n}\n"},
			"classic aws_elb.c idle default 1m0s at main.tf:1:1; HTTP 80"},
		{"nlb", map[string]string{"main.tf": "resource \"aws_lb\" \"n\" {\n  load_balancer_type = \"network\"\n" +
			"  idle_timeout = 3\n}\nresource \"aws_lb_target_group\" \"t\" {\n  port = 1\n  protocol = \"TCP\"\n}\n" +
			"resource \"aws_lb_listener\" \"l\" {\n  load_balancer_arn = aws_lb.n.id\n  port = 443\n  protocol = \"tcp\"\n" +
			"  tcp_idle_timeout_seconds = 400\n  default_action {\n    type = \"forward\"\n    forward {\n      target_group " +
			"{\n        arn = aws_lb_target_group.t.arn\n      }\n    }\n  }\n}\n"},
			"network aws_lb.n; TCP 443 idle 6m40s at main.tf:13:30 forward aws_lb_target_group.t(TCP )"},
	} {
		conf, _ := files(t, c.files)
		list, unknown := all(conf)
		var lines []string
		for _, s := range list {
			lines = append(lines, summary(s))
		}
		for _, n := range unknown {
			lines = append(lines, "? "+n.Text)
		}
		if got := strings.Join(lines, "\n"); got != c.want {
			t.Errorf("%s:\n got %s\nwant %s\nproblems %v", c.name, got, c.want, conf.Problems)
		}
	}
}

// TestFix: a fix changes what the value comes from, and reads back.
func TestFix(t *testing.T) {
	for _, c := range []struct {
		name  string
		files map[string]string
		file  string
		want  string
	}{
		{"literal", map[string]string{"main.tf": "resource \"aws_lb\" \"x\" {\n  idle_timeout = 60 # c\n}\n"}, "main.tf",
			"resource \"aws_lb\" \"x\" {\n  idle_timeout = 150 # c\n}\n"},
		{"text", map[string]string{"main.tf": "resource \"aws_lb\" \"x\" {\n  idle_timeout = \"60\"\n}\n"}, "main.tf",
			"resource \"aws_lb\" \"x\" {\n  idle_timeout = \"150\"\n}\n"},
		{"none", map[string]string{"main.tf": "resource \"aws_lb\" \"x\" {\n  name = \"x\"\n}\n"}, "main.tf",
			"resource \"aws_lb\" \"x\" {\n  idle_timeout = 150\n\n  name = \"x\"\n}\n"},
		{"empty", map[string]string{"main.tf": "  resource \"aws_lb\" \"x\" {}\n"}, "main.tf",
			"  resource \"aws_lb\" \"x\" {\n    idle_timeout = 150\n  }\n"},
		{"default",
			map[string]string{"main.tf": "variable \"i\" { default = 60 }\nresource \"aws_lb\" \"x\" {\n" +
				"  idle_timeout = var.i\n}\n"}, "main.tf",
			"variable \"i\" { default = 150 }\nresource \"aws_lb\" \"x\" {\n  idle_timeout = var.i\n}\n"},
		{"default null",
			map[string]string{"main.tf": "variable \"i\" { default = null }\nresource \"aws_lb\" \"x\" {\n" +
				"  idle_timeout = var.i\n}\n"}, "main.tf",
			"variable \"i\" { default = 150 }\nresource \"aws_lb\" \"x\" {\n  idle_timeout = var.i\n}\n"},
		{"tfvars",
			map[string]string{"main.tf": "variable \"i\" {}\nresource \"aws_lb\" \"x\" {\n  idle_timeout = var.i\n}\n",
				"terraform.tfvars": "i = 60\n"}, "terraform.tfvars", "i = 150\n"},
		{"registry", map[string]string{"main.tf": "module \"a\" {\n  source = \"terraform-aws-modules/alb/aws\"\n}\n"},
			"main.tf", "module \"a\" {\n  idle_timeout = 150\n\n  source = \"terraform-aws-modules/alb/aws\"\n}\n"},
		{"JSON", map[string]string{"main.tf.json": `{"resource": {"aws_lb": {"x": {"idle_timeout": 60}}}}`}, "main.tf.json",
			`{"resource": {"aws_lb": {"x": {"idle_timeout": 150}}}}`},
	} {
		conf, dir := files(t, c.files)
		list, _ := all(conf)
		if len(list) != 1 || list[0].Idle.Set == nil {
			t.Errorf("%s: nothing can be set in %v", c.name, list)
			continue
		}
		text := map[string]string{}
		for name, s := range c.files {
			text[filepath.Join(dir, name)] = s
		}
		for _, e := range list[0].Idle.Set("2m30s") {
			text[e.File] = text[e.File][:e.Start] + e.New + text[e.File][e.End:]
		}
		if got := text[filepath.Join(dir, c.file)]; got != c.want {
			t.Errorf("%s: got\n%s\nwant\n%s", c.name, got, c.want)
		}
		for name := range c.files {
			c.files[name] = text[filepath.Join(dir, name)]
		}
		conf, _ = files(t, c.files)
		list, _ = all(conf)
		if d, known := list[0].Idle.Get(); !known || d != 150*time.Second {
			t.Errorf("%s: %v is read back", c.name, d)
		}
	}
}

// TestCorpus evaluates every module of the corpus, as each repository has them, and counts how many idle timeouts
// have a value.
func TestCorpus(t *testing.T) {
	var counts struct{ files, dirs, balancers, timers, known, written, writtenKnown int }
	for _, repo := range repositoriesOf(t) {
		dirs := map[string]bool{}
		filepath.WalkDir(repo, func(path string, d os.DirEntry, err error) error {
			if err == nil && !d.IsDir() && isConfiguration(d.Name()) {
				counts.files++
				dirs[filepath.Dir(path)] = true
			}
			return nil
		})
		counts.dirs += len(dirs)
		var list []string
		for d := range dirs {
			list = append(list, d)
		}
		abs, err := filepath.Abs(repo)
		if err != nil {
			t.Fatal(err)
		}
		sources, unknown := all(Read(list, abs, parsers.Options{ReadFile: os.ReadFile}))
		for _, s := range sources {
			counts.balancers++
			settings := []hop.Setting[time.Duration]{s.Idle}
			for _, l := range s.Listeners {
				if s.Kind == "network" && l.Protocol == "TCP" {
					settings = append(settings, l.Idle)
				}
			}
			for _, i := range settings {
				if i.Name == "" {
					continue
				}
				counts.timers++
				_, known := i.Get()
				if known {
					counts.known++
				} else {
					t.Logf("%s: %s", i.Pos, i.Why())
				}
				if !i.IsDefault() {
					counts.written++
					if known {
						counts.writtenKnown++
					}
				}
			}
		}
		for _, n := range unknown {
			t.Log(n.Pos, n.Text)
		}
	}
	t.Logf("%+v", counts)
	if counts.balancers < 100 || counts.writtenKnown*100 < counts.written*80 {
		t.Error("that is too few")
	}
}

// repositoriesOf are the repositories of the corpus that hold Terraform.
func repositoriesOf(t *testing.T) (list []string) {
	corpus := truth.Corpus(t)
	for _, dir := range []string{filepath.Join(corpus, "iac/terraform"), filepath.Join(corpus, "terraform")} {
		entries, err := os.ReadDir(dir)
		if err != nil {
			continue
		}
		for _, e := range entries {
			list = append(list, filepath.Join(dir, e.Name()))
		}
	}
	if len(list) == 0 {
		t.Fatal("the corpus has no repository with Terraform")
	}
	return list
}

// TestRemovals: what is taken out leaves a file that Terraform takes: a setting goes as a block, and lines that others
// need stay.
func TestRemovals(t *testing.T) {
	const setting = `resource "aws_elastic_beanstalk_environment" "app" {
  setting {
    namespace = "aws:elasticbeanstalk:environment"
    name      = "LoadBalancerType"
    value     = "application"
  }
  # The old one.
  setting {
    namespace = "aws:elb:policies"
    name      = "ConnectionSettingIdleTimeout"
    value     = "900"
  }
}
`
	const many = `resource "aws_lb" "x" {
  for_each           = { a = "network", b = "application" }
  load_balancer_type = each.value
  idle_timeout       = 400
}
`
	for _, c := range []struct{ name, text, want string }{
		{"a block", setting, strings.Join(slices.Delete(strings.Split(setting, "\n"), 7, 12), "\n")},
		{"an argument", "resource \"aws_lb\" \"n\" {\n  load_balancer_type = \"network\"\n  idle_timeout = 400 # long\n}\n",
			"resource \"aws_lb\" \"n\" {\n  load_balancer_type = \"network\"\n}\n"},
		{"of several", many, many},
	} {
		dir := t.TempDir()
		file := filepath.Join(dir, "main.tf")
		if err := os.WriteFile(file, []byte(c.text), 0o644); err != nil {
			t.Fatal(err)
		}
		sources, _ := all(Read([]string{dir}, dir, parsers.Options{ReadFile: os.ReadFile}))
		got, found := c.text, 0
		for _, s := range sources {
			for _, e := range s.Endpoints() {
				for _, m := range s.Serve(e.Requests[0])[0].Hop.Misfits {
					if found++; m.Remove != nil {
						e := m.Remove()[0]
						got = got[:e.Start] + e.New + got[e.End:]
					}
				}
			}
		}
		_, diags := hclsyntax.ParseConfig([]byte(got), "main.tf", hcl.InitialPos)
		if got != c.want || found == 0 || diags.HasErrors() {
			t.Errorf("%s, %d misfits: %v\n%s", c.name, found, diags, got)
		}
	}
}
