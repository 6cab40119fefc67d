package check

import (
	"fmt"
	"strings"

	"github.com/wslint/wslint/parsers/nginx/conf"
)

// mapBlock checks a map: the variable it defines, and its entries.
func (c *checker) mapBlock(d *conf.Directive, http bool) {
	name, ok := strings.CutPrefix(d.Arg(1), "$")
	switch {
	case !ok:
		c.argument(d, 1, fmt.Sprintf(`invalid variable name "%s"`, d.Arg(1)))
		return
	case http && conf.FixedVariable(name):
		c.argument(d, 1, fmt.Sprintf(`the duplicate "%s" variable`, name))
		return
	}
	keys := map[string]*conf.Directive{}
	hostnames := false
	for _, e := range d.Block {
		c.current = e
		switch {
		case c.stopped:
			return
		case e.HasBlock && !e.Name.Template:
			c.misplaced(e, `unexpected "{"`, unclosed(e)...)
			return
		case e.Maybe || e.Name.Template || e.Unknown != "" || templated(e):
		case e.Is("include"):
		case len(e.Args) == 0 && (e.Is("hostnames") || e.Is("volatile")):
			hostnames = hostnames || e.Is("hostnames")
		case len(e.Args) != 1:
			c.problem(e.Name.Pos(), "invalid number of the map parameters", e.SemicolonNotes()...)
			return
		default:
			c.mapEntry(e, keys, hostnames)
		}
	}
}

// mapEntry checks one entry of a map. With hostnames nginx compares keys in a way of its own, so they are not
// compared here.
func (c *checker) mapEntry(e *conf.Directive, keys map[string]*conf.Directive, hostnames bool) {
	key := e.Name.Value
	if p, ok := strings.CutPrefix(key, "~"); ok {
		if text := brokenRegex(strings.TrimPrefix(p, "*")); text != "" {
			c.problem(e.Name.Pos(), text)
		}
		return
	}
	if hostnames || e.HasBlock {
		return
	}
	// A backslash makes a word of "default" and its like; the key is what follows.
	key = strings.ToLower(key)
	if e.Is("default") {
		key = "default parameter"
	} else {
		key = strings.TrimPrefix(key, `\`)
	}
	first := keys[key]
	keys[key] = e
	switch {
	case first == nil:
	case e.Is("default"):
		c.problem(e.Name.Pos(), "duplicate default map parameter", firstHere(first))
	default:
		c.problem(e.Name.Pos(), fmt.Sprintf(`conflicting parameter "%s"`, key), firstHere(first))
	}
}
