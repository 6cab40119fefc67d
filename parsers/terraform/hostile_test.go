package terraform

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/wslint/wslint/internal/truth"
	"github.com/wslint/wslint/parsers"
)

// TestHostile: files that are made to exhaust a reader are refused or come to an end within bounds, and what is sound
// in them is read.
func TestHostile(t *testing.T) {
	const lb = "resource \"aws_lb\" \"web\" {\n  idle_timeout = local.x\n}\n"
	doubling := func(kind string) string {
		text := "locals {\n  x0 = " + map[string]string{"text": `"aaaaaaaaaa"`, "list": "[1, 2, 3, 4]",
			"number": "1e99"}[kind] + "\n"
		for i := 1; i < 60; i++ {
			prev := fmt.Sprintf("local.x%d", i-1)
			switch kind {
			case "text":
				text += fmt.Sprintf("  x%d = \"${%s}${%s}\"\n", i, prev, prev)
			case "list":
				text += fmt.Sprintf("  x%d = concat(%s, %s)\n", i, prev, prev)
			case "number":
				text += fmt.Sprintf("  x%d = %s * %s\n", i, prev, prev)
			}
		}
		return text + "  x = local.x59\n}\n"
	}
	chain := "locals {\n"
	for i := range 20_000 {
		chain += fmt.Sprintf("  y%d = local.y%d\n", i, i+1)
	}
	chain += "  y20000 = 60\n  x = local.y0\n}\n"
	loops := "locals {\n  r = range(1000)\n  x = length(flatten([for a in local.r : [for b in local.r : [for c in " +
		"local.r : [for d in local.r : a]]]]))\n}\n"
	for name, c := range map[string]struct {
		files map[string]string
		want  string // of the idle timeout; "" when the file is refused
	}{
		"parentheses": {map[string]string{"main.tf": "locals {\n  x = " + strings.Repeat("(", 100_000) + "1" +
			strings.Repeat(")", 100_000) + "\n}\n" + lb}, ""},
		"brackets": {map[string]string{"main.tf": "locals {\n  x = " + strings.Repeat("[", 100_000) + "\n}\n"}, ""},
		"JSON":     {map[string]string{"main.tf.json": strings.Repeat(`{"a":`, 100_000)}, ""},
		"negations": {map[string]string{"main.tf": "locals {\n  x = " + strings.Repeat("!", 100_000) + "true\n}\n" + lb},
			""},
		"sums": {map[string]string{"main.tf": "locals {\n  x = 1" + strings.Repeat(" + 1", 100_000) + "\n}\n" + lb},
			""},
		"conditionals": {map[string]string{"main.tf": "locals {\n  x = " + strings.Repeat("true ? 1 : ", 100_000) +
			"1\n}\n" + lb}, ""},
		"number":  {map[string]string{"main.tf": "locals {\n  x = 1e999999999\n}\n" + lb}, ""},
		"texts":   {map[string]string{"main.tf": doubling("text") + lb}, "is too large"},
		"lists":   {map[string]string{"main.tf": doubling("list") + lb}, "is not known"},
		"numbers": {map[string]string{"main.tf": doubling("number") + lb}, "is too large"},
		"chain":   {map[string]string{"main.tf": chain + lb}, "leads to too many others"},
		"loops":   {map[string]string{"main.tf": loops + lb}, "loops of more than"},
		"width": {map[string]string{"main.tf": "locals {\n  x = length(format(\"%999999999d\", 1))\n}\n" + lb},
			"a width is too large"},
		"product": {map[string]string{"main.tf": "locals {\n  r = range(1000)\n  x = length(setproduct(local.r, " +
			"local.r, local.r))\n}\n" + lb}, "the result is too large"},
		"indent": {map[string]string{"main.tf": "locals {\n  x = length(indent(999999999, \"a\\nb\"))\n}\n" + lb},
			"a number is too large"},
		"pow": {map[string]string{"main.tf": "locals {\n  x = pow(10, 999999999)\n}\n" + lb}, "is not known"},
		"tries": {map[string]string{"main.tf": "locals {\n  x = " + strings.Repeat("try(", 150) + "null.a, 60" +
			strings.Repeat(")", 150) + "\n}\n" + lb}, "1m0s"},
		"count": {map[string]string{"main.tf": "locals {\n  x = 60\n}\nresource \"aws_lb\" \"many\" {\n" +
			"  count = 1000000000\n}\n" + lb}, "1m0s"},
		"modules": {map[string]string{"main.tf": "module \"a\" {\n  source = \"./a\"\n}\nlocals {\n  x = 60\n}\n" + lb,
			"a/m.tf": "module \"b\" {\n  count  = 60\n  source = \"../b\"\n}\n",
			"b/m.tf": "module \"c\" {\n  count  = 60\n  source = \"../c\"\n}\n",
			"c/m.tf": "resource \"aws_lb_listener\" \"x\" {\n  count = 10\n}\n"}, "1m0s"},
		"regular": {map[string]string{"main.tf": "locals {\n  x = length(regexall(\"(a*)*b\", join(\"\", [for i in " +
			"range(1000) : \"aaaaaaaaaa\"])))\n}\n" + lb}, "AWS takes"},
		"not UTF-8":     {map[string]string{"main.tf": "locals {\n  x = \"\xff\xfe\"\n}\n" + lb}, ""},
		"zero bytes":    {map[string]string{"main.tf": "\x00\x00\x00"}, ""},
		"a marked file": {map[string]string{"main.tf": "\xef\xbb\xbflocals {\n  x = 60\n}\n" + lb}, "1m0s"},
	} {
		t.Run(name, func(t *testing.T) {
			start := time.Now()
			conf, _ := files(t, c.files)
			list, _ := all(conf)
			if d := time.Since(start); d > 2*time.Minute { // on a busy machine; the slowest takes seconds
				t.Errorf("it took %v", d)
			}
			got := ""
			for _, s := range list {
				if s.Address == "aws_lb.web" {
					got = timer(s.Idle)
				}
			}
			if c.want == "" && len(conf.Problems) == 0 || !strings.Contains(got, c.want) {
				t.Errorf("idle %s, problems %v", got, conf.Problems)
			}
		})
	}
}

// TestOutside: nothing outside of the repository is read, through whatever symlink.
func TestOutside(t *testing.T) {
	dir, outside := t.TempDir(), t.TempDir()
	write := func(name, text string) {
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write(filepath.Join(outside, "m.tf"), "resource \"aws_lb\" \"secret\" {}\n")
	write(filepath.Join(outside, "x.json"), `{"x": 90}`)
	write(filepath.Join(outside, "terraform.tfvars"), "x = 90\n")
	write(
		filepath.Join(dir, "main.tf"),
		"module \"m\" {\n  source = \"./link\"\n}\nvariable \"x\" {\n  default = 60\n}\nresource \"aws_lb\" \"a\" {\n"+
			"  idle_timeout = var.x\n}\n"+
			"resource \"aws_lb\" \"b\" {\n  idle_timeout = jsondecode(file(\"${path.module}/x.json\")).x\n}\n",
	)
	for _, l := range [][2]string{{outside, "link"}, {filepath.Join(outside, "x.json"), "x.json"},
		{filepath.Join(outside, "terraform.tfvars"), "terraform.tfvars"}} {
		if err := os.Symlink(l[0], filepath.Join(dir, l[1])); err != nil {
			truth.Missing(t, "SYMLINKS", err)
		}
	}
	list, _ := all(Read([]string{dir}, dir, parsers.Options{ReadFile: os.ReadFile}))
	if len(list) != 2 || timer(list[0].Idle) != "1m0s at main.tf:5:13" ||
		!strings.Contains(timer(list[1].Idle), "the file is not in the repository") {
		for _, s := range list {
			t.Error(s.Address, timer(s.Idle))
		}
	}
}

// TestMany: a hundred thousand resources come to an end.
func TestMany(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes some seconds")
	}
	texts := map[string]string{}
	for file := range 10 { // one file would be larger than is read
		var b strings.Builder
		for i := range 10_000 {
			fmt.Fprintf(&b, "resource \"aws_lb\" \"r%d_%d\" {\n  idle_timeout = %d\n}\n", file, i, i%4000+1)
		}
		texts[fmt.Sprintf("lb%d.tf", file)] = b.String()
	}
	start := time.Now()
	conf, _ := files(t, texts)
	list, _ := all(conf)
	t.Logf("%d load balancers in %v", len(list), time.Since(start))
	if len(list) != 100_000 {
		t.Errorf("%d load balancers", len(list))
	}
}

// ordinary is a file as people have it.
func ordinary(t testing.TB) string {
	src, err := os.ReadFile("../../testdata/infra/hcl/main.tf")
	if err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(string(src), "var.idle", "60")
}

// BenchmarkFile reads one file of ordinary length: what a pre-commit hook does.
func BenchmarkFile(b *testing.B) {
	dir := b.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "main.tf"), []byte(ordinary(b)), 0o644); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if c := Read([]string{dir}, dir, parsers.Options{ReadFile: os.ReadFile}); len(c.Roots[0].Resources.Balancers) != 3 {
			b.Fatal("it is not read")
		}
	}
}
