package terraform

import (
	"embed"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/wslint/wslint/internal/lazyregexp"
)

// stubs stand for modules of the registry, which are not downloaded: what they make of their inputs, written by us.
//
//go:embed modules/*.tf
var stubs embed.FS

// repositories are the modules by the names that the registry and GitHub have for them.
var repositories = []struct{ name, github, stub string }{
	{"terraform-aws-modules/alb/aws", "terraform-aws-modules/terraform-aws-alb", "alb9"},
	{"terraform-aws-modules/elb/aws", "terraform-aws-modules/terraform-aws-elb", "elb"},
	{"cloudposse/alb/aws", "cloudposse/terraform-aws-alb", "cloudposse_alb"},
	{"cloudposse/label/null", "cloudposse/terraform-null-label", "cloudposse_label"},
}

var major = lazyregexp.New(`[0-9]+`)

// stubFor is what stands for a module of the registry; nil for one that nobody described.
func (s *scope) stubFor(source string, b *block) *definition {
	source, ref, _ := strings.Cut(source, "?ref=")
	source = strings.TrimSuffix(strings.TrimPrefix(source, "registry.terraform.io/"), ".git")
	for _, m := range repositories {
		if source != m.name && !strings.HasSuffix(source, "/"+m.github) && !strings.HasSuffix(source, ":"+m.github) {
			continue
		}
		name := m.stub
		if name == "alb9" && s.before9(b, ref) {
			name = "alb8"
		}
		return s.stub(name)
	}
	return nil
}

// before9 reports whether a call of terraform-aws-modules/alb means a version before 9, by the version that it asks
// for or by its inputs.
func (s *scope) before9(b *block, ref string) bool {
	for _, input := range []string{"http_tcp_listeners", "https_listeners", "http_tcp_listener_rules",
		"https_listener_rules", "create_lb"} {
		if b.attribute(input) != nil {
			return true
		}
	}
	if b.attribute("listeners") != nil {
		return false
	}
	if a := b.attribute("version"); a != nil {
		if v, diags := s.value(a.Expr, nil); !diags.HasErrors() && bare(v).IsKnown() && !bare(v).IsNull() {
			ref, _ = numberOrText(bare(v))
		}
	}
	n, err := strconv.Atoi(major.FindString(ref))
	return err == nil && n < 9
}

// stub reads one of our descriptions.
func (r *reader) stub(name string) *definition {
	key := "stub:" + name
	if d := r.modules[key]; d != nil {
		return d
	}
	file := path.Join("modules", name+".tf")
	src, err := stubs.ReadFile(file)
	if err != nil {
		return nil
	}
	parsed, diags := parse("wslint:"+file, src)
	if diags.HasErrors() {
		return nil
	}
	if body, ok := parsed.body.(*hclsyntax.Body); ok {
		r.budget.rewriteBody(body, "")
	}
	d := newDefinition(name, key)
	d.stub = true
	d.add(parsed, false)
	r.modules[key] = d
	return d
}

// inputsThatMatter are names of inputs by which a module whose files are missing shows that it makes a load balancer.
var inputsThatMatter = []string{"idle_timeout", "tcp_idle_timeout_seconds", "tcp_idle_timeout"}

// makesBalancers reports whether a call looks as if its module made load balancers.
func makesBalancers(b *block) (input string, ok bool) {
	i := slices.IndexFunc(inputsThatMatter, func(name string) bool { return b.attribute(name) != nil })
	if i < 0 {
		return "", false
	}
	return inputsThatMatter[i], true
}
