package check

import (
	"fmt"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers/nginx/conf"
)

// otherVersion reports a directive that the declared version does not have yet, or has no more. Where no version is
// declared it is passed over, and what it needs is said once a tree.
func (c *checker) otherVersion(d *conf.Directive) bool {
	name := d.Name.Value
	text := fmt.Sprintf(`unknown directive "%s"`, name)
	since, gone := lifetime(name)
	switch {
	case c.version.IsZero():
		c.needs(d, since)
		return false
	case !has(c.version, since) && c.earlier():
		return true
	case !has(c.version, since):
		c.problem(d.Name.Pos(), text, c.declaredNote(d, "nginx has it from "+since.String()+" on"))
		return true
	case !gone.IsZero() && has(c.version, gone):
		c.problem(d.Name.Pos(), text, c.declaredNote(d, "nginx has it no more from "+gone.String()+" on"))
		return true
	}
	return false
}

// parameter reports a parameter of d that the declared version does not have yet. Where no version is declared, what
// it needs is said.
func (c *checker) parameter(d *conf.Directive, i int, since conf.Version) bool {
	if c.version.IsZero() {
		c.needs(d, since)
		return false
	}
	if has(c.version, since) || c.earlier() {
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

// needs notes which version d needs, when that is later than the one that is assumed.
func (c *checker) needs(d *conf.Directive, since conf.Version) {
	if has(conf.OldestCommon, since) || c.needed != nil && has(c.needed.since, since) {
		return
	}
	c.needed = &need{d, since}
}

// A need is a directive that only later versions have.
type need struct {
	d     *conf.Directive
	since conf.Version
}

// lifetime is the first version that knows a directive in some context, and the first that knows it in none.
func lifetime(name string) (since, gone conf.Version) {
	specs := conf.Directives()[name]
	since, gone = specs[0].Since, specs[0].Gone
	for _, s := range specs[1:] {
		if has(since, s.Since) {
			since = s.Since
		}
		if gone.IsZero() || s.Gone.IsZero() {
			gone = conf.Version{}
		} else if has(s.Gone, gone) {
			gone = s.Gone
		}
	}
	return since, gone
}

// has reports whether v is since or later; every version is the zero one or later.
func has(v, since conf.Version) bool { return v.AtLeast(since.Major, since.Minor, since.Patch) }

// newer reports whether none of the specs holds yet in the version that the configuration is for. A version that is
// not declared counts as the oldest common one: what appeared later may be a third-party directive of the same name.
func (c *checker) newer(specs []*conf.Spec) bool {
	v := c.version
	if v.IsZero() {
		v = conf.OldestCommon
	}
	for _, s := range specs {
		if has(v, s.Since) {
			return false
		}
	}
	return true
}
