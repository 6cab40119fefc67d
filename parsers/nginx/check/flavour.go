package check

import (
	"fmt"
	"slices"
	"strings"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers/nginx/conf"
)

// flavour is what the configuration is for: what is declared, else what one of its directives alone tells; "" for
// nginx.
func (c *checker) flavour() string {
	if c.version.IsZero() {
		return c.facts.flavour
	}
	return c.version.Flavour
}

// earlier reports whether the declared flavour may have what nginx brought only after the version that it is built
// on. OpenResty is nginx with modules.
func (c *checker) earlier() bool { return c.version.Flavour != "" && c.version.Flavour != "openresty" }

// otherFlavour reports whether d has a form that nginx refuses and the flavour takes: what that makes of it is not
// judged. Where that is not the flavour, the refusal names it.
func (c *checker) otherFlavour(d *conf.Directive, u *usage) bool {
	if len(u.forms) == 0 {
		return false
	}
	flavour, ok := otherForm(d, u)
	switch {
	case !ok:
		return false
	case flavour != c.flavour():
		c.taker = flavour
		return false
	}
	c.foreign = append(c.foreign, d)
	return true
}

// takerNote names the flavour that takes what nginx refuses.
func (c *checker) takerNote() hop.Note {
	name := conf.FlavourName(c.taker)
	text := fmt.Sprintf("%s takes this: if that is what runs, declare it, targets: {nginx: %s/VERSION}", name, c.taker)
	return hop.Note{Pos: c.current.Pos(), Text: text}
}

// otherForm is the flavour whose form d has; ok is false where nginx itself takes it, or nobody does.
func otherForm(d *conf.Directive, u *usage) (flavour string, ok bool) {
	if templated(d) || nginxTakes(d) && slices.ContainsFunc(u.specs, fits(d)) {
		return "", false
	}
	for _, f := range u.forms {
		if fits(d)(f.Spec) && flavourTakes(d) {
			return f.Flavour, true
		}
	}
	return "", false
}

// fits returns a function that reports whether a spec takes the form and the values of d.
func fits(d *conf.Directive) func(*conf.Spec) bool {
	return func(s *conf.Spec) bool {
		if s.Block != d.HasBlock || !s.Fits(len(d.Args)) {
			return false
		}
		if !s.Checked() {
			return true
		}
		_, _, problem := s.Value(d, conf.Version{})
		return problem == ""
	}
}

// nginxTakes reports whether nginx takes the words of d where their number is right.
func nginxTakes(d *conf.Directive) bool {
	switch d.Name.Value {
	case "location":
		return len(d.Args) < 2 || slices.Contains([]string{"=", "~", "~*", "^~"}, d.Arg(0))
	case "worker_cpu_affinity":
		return d.Arg(0) != "off"
	}
	return true
}

// flavourTakes reports whether the words of d are such as people write for the flavour that takes them: several paths
// for a location, several variables for a limit, the word off.
func flavourTakes(d *conf.Directive) bool {
	switch d.Name.Value {
	case "location":
		return !slices.ContainsFunc(d.Args, func(a conf.Word) bool {
			name := strings.TrimLeft(a.Value, "=~*^")
			return name == "" || name == a.Value && !strings.ContainsAny(name, "/@")
		})
	case "limit_req_zone":
		return strings.HasPrefix(d.Arg(1), "$")
	case "worker_cpu_affinity":
		return len(d.Args) == 1
	}
	return true
}

// flavoured says which flavour a configuration without a declared version is taken to be for, where that matters.
func (c *checker) flavoured() {
	name := conf.FlavourName(c.facts.flavour)
	if !c.version.IsZero() || name == "" || len(c.foreign) == 0 {
		return
	}
	d := c.foreign[0]
	text := fmt.Sprintf("%s is written as %s takes it, and nginx does not: taken for %s", d.Name.Value, name, name)
	c.tree.Later = append(c.tree.Later, hop.Note{Pos: d.Pos(), Text: text})
}
