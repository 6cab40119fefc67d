package check

import (
	"fmt"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers/nginx/conf"
)

// otherVersion reports a directive that the declared version does not have yet, or has no more. Where no version is
// declared it is passed over, and what it needs is said once a tree.
func (c *checker) otherVersion(d *conf.Directive, u *usage) bool {
	if u.always {
		return false
	}
	name, since, gone := d.Name.Value, u.since, u.gone
	refused := func(note string) bool {
		c.problem(d.Name.Pos(), fmt.Sprintf(`unknown directive "%s"`, name), c.declaredNote(d, note))
		return true
	}
	switch {
	case c.version.IsZero():
		c.needs(d, name, since)
		c.refusedFrom(d, gone)
		return false
	case !c.version.AtLeast(since) && c.earlier():
		return true
	case !c.version.AtLeast(since):
		return refused("nginx has it from " + since.String() + " on")
	case !gone.IsZero() && c.version.AtLeast(gone):
		return refused("nginx has it no more from " + gone.String() + " on")
	}
	return false
}

// elsewhereYet reports a directive that the declared version has, but not yet in this context. Where no version is
// declared, what it needs is said.
func (c *checker) elsewhereYet(d *conf.Directive, later []*conf.Spec) {
	since := later[0].Since
	for _, s := range later[1:] {
		if since.AtLeast(s.Since) {
			since = s.Since
		}
	}
	if c.version.IsZero() {
		c.needs(d, d.Name.Value+" in this place", since)
		return
	}
	if c.earlier() {
		return
	}
	note := c.declaredNote(d, "nginx has it here from "+since.String()+" on")
	c.problem(d.Name.Pos(), fmt.Sprintf("%q directive is not allowed here", d.Name.Value), note)
}

// parameter reports a parameter of d that the declared version does not have yet. Where no version is declared, what
// it needs is said.
func (c *checker) parameter(d *conf.Directive, i int, since conf.Version) bool {
	if c.version.IsZero() {
		c.needs(d, d.Name.Value+" "+d.Arg(i), since)
		return false
	}
	if c.version.AtLeast(since) || c.earlier() {
		return false
	}
	note := c.declaredNote(d, "nginx has it from "+since.String()+" on")
	c.problem(d.Args[i].Pos(), fmt.Sprintf(`invalid parameter "%s"`, d.Arg(i)), note)
	return true
}

// declaredNote says why a version refuses d, and how it is known that it is this version.
func (c *checker) declaredNote(d *conf.Directive, text string) hop.Note {
	known := c.version.Name() + " is declared"
	if v := c.tree.Version; v.Says != "" && !v.Declared {
		known = "this is " + v.String()
	}
	return hop.Note{Pos: d.Name.Pos(), Text: text + "; " + known}
}

// needs notes which version d needs for a word of it, when that is later than the oldest common one.
func (c *checker) needs(d *conf.Directive, word string, since conf.Version) {
	if conf.OldestCommon.AtLeast(since) {
		return
	}
	if c.needed == nil || !c.needed.since.AtLeast(since) {
		c.needed = &need{d, word, since}
	}
	if surely(d) && !soldBefore[d.Name.Value] && c.facts.flavour == "" && !c.tree.Least.AtLeast(since) {
		c.tree.Least = since
	}
}

// soldBefore are directives that NGINX Plus, and other flavours, had long before nginx: they say little of the version.
var soldBefore = map[string]bool{
	"sticky": true, "least_time": true, "server": true, "resolver": true, "resolver_timeout": true,
}

// refusedFrom notes the first version that d makes not start.
func (c *checker) refusedFrom(d *conf.Directive, gone conf.Version) {
	if before := c.tree.Before; !gone.IsZero() && surely(d) && (before.IsZero() || before.AtLeast(gone)) {
		c.tree.Before = gone
	}
}

// surely reports whether a directive is there whatever a template makes of the blocks around it.
func surely(d *conf.Directive) bool {
	for ; d != nil; d = d.Parent {
		if d.Maybe || len(d.When) > 0 || d.Name.Template {
			return false
		}
	}
	return true
}

// A need is a directive, or a word of one, that only later versions have.
type need struct {
	d     *conf.Directive
	word  string
	since conf.Version
}

// lifetime is the first version that knows a directive in some context, and the first that knows it in none.
func lifetime(name string) (since, gone conf.Version) {
	specs := conf.Directives()[name]
	since, gone = specs[0].Since, specs[0].Gone
	for _, s := range specs[1:] {
		if since.AtLeast(s.Since) {
			since = s.Since
		}
		if gone.IsZero() || s.Gone.IsZero() {
			gone = conf.Version{}
		} else if s.Gone.AtLeast(gone) {
			gone = s.Gone
		}
	}
	return since, gone
}

// newer reports whether none of the specs holds yet in the version that the configuration is for. A version that is
// not declared counts as the oldest common one: what appeared later may be a third-party directive of the same name.
func (c *checker) newer(specs []*conf.Spec) bool {
	v := c.version
	if v.IsZero() {
		v = conf.OldestCommon
	}
	for _, s := range specs {
		if v.AtLeast(s.Since) {
			return false
		}
	}
	return true
}
