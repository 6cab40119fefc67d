package nginx

import (
	"slices"
	"strings"

	"github.com/wslint/wslint/parsers/nginx/conf"
)

// A levelKind is the kind of block that a level is.
type scopeKind uint8

const (
	mainScope scopeKind = iota
	httpScope
	serverScope
	locationScope
	ifScope          // an if inside a location
	limitExceptScope // limit_except inside a location
)

// A level is one block of the configuration on which directives can stand, with the one around it.
type scope struct {
	kind scopeKind
	d    *conf.Directive // the block; nil for what surrounds a fragment
	up   *scope
	loc  *location // the location it is or belongs to; nil above locations

	items []*conf.Directive
	index map[string][]*conf.Directive // of large levels only
	// hidden says why there may be directives here that are not in items; "" when all are seen.
	hidden string
	// foreign names a directive of an unknown module that could answer requests; "" when there is none.
	foreign string
	// handler is the directive that handles requests, nil when there is none: the last one counts.
	handler *conf.Directive
	// script are the directives that run in the order of the text.
	script []*conf.Directive
}

// indexAbove is the size from which a level gets an index: most blocks are shorter than a map lookup is long.
const indexAbove = 32

func newScope(kind scopeKind, d *conf.Directive, items []*conf.Directive, up *scope) *scope {
	l := &scope{kind: kind, d: d, up: up, items: items}
	if up != nil {
		l.loc = up.loc
	}
	for _, it := range items {
		if it.Unread != "" || it.Name.Template {
			l.hidden = it.Unread
			if l.hidden == "" {
				l.hidden = "a template expands here"
			}
			break
		}
	}
	for _, it := range items {
		switch name := it.Name.Value; {
		case name == "location" || name == "server":
		case isScript(name):
			l.script = append(l.script, it)
		case passDirectives[name] != "" || otherHandlers[name]:
			l.handler = it
		}
		if l.foreign == "" && isForeign(it) {
			l.foreign = it.Name.Value
		}
	}
	if len(items) > indexAbove {
		l.index = make(map[string][]*conf.Directive)
		for _, it := range items {
			// Blocks of which there can be many are found by walking, not by name.
			if !it.Is("server") && !it.Is("location") {
				l.index[it.Name.Value] = append(l.index[it.Name.Value], it)
			}
		}
	}
	return l
}

// all returns the directives of that name on the level itself, in order.
func (l *scope) all(name string) []*conf.Directive {
	if l.index != nil {
		return l.index[name]
	}
	var list []*conf.Directive
	for _, it := range l.items {
		if it.Name.Value == name {
			list = append(list, it)
		}
	}
	return list
}

// one returns the first directive of that name on the level itself, or nil.
func (l *scope) one(name string) *conf.Directive {
	if l.index != nil {
		if list := l.index[name]; len(list) > 0 {
			return list[0]
		}
		return nil
	}
	for _, it := range l.items {
		if it.Name.Value == name {
			return it
		}
	}
	return nil
}

// scalar finds the directive in force for a setting that the nearest level decides; nil when none is written. why is not empty
// when that cannot be known.
func (l *scope) scalar(name string) (d *conf.Directive, why string) {
	for ; l != nil; l = l.up {
		if d := l.one(name); d != nil {
			return d, doubt(d)
		}
		if l.hidden != "" {
			return nil, l.hidden
		}
	}
	return nil, ""
}

// array finds the directives in force for a list that an inner level replaces as a whole, and the level they stand on. names are
// directives that share one list. why is not empty when there may be more or others.
func (l *scope) array(names ...string) (list []*conf.Directive, at *scope, why string) {
	for ; l != nil; l = l.up {
		for _, it := range l.named(names) {
			list = append(list, it)
			if why == "" {
				why = doubt(it)
			}
		}
		if len(list) > 0 || l.hidden != "" {
			if why == "" {
				why = l.hidden
			}
			return list, l, why
		}
	}
	return nil, nil, ""
}

// named returns the directives of the given names on the level itself, in order.
func (l *scope) named(names []string) []*conf.Directive {
	if len(names) == 1 {
		return l.all(names[0])
	}
	if l.index != nil && !slices.ContainsFunc(names, func(n string) bool { return l.index[n] != nil }) {
		return nil
	}
	var list []*conf.Directive
	for _, it := range l.items {
		if slices.Contains(names, it.Name.Value) {
			list = append(list, it)
		}
	}
	return list
}

// doubt says why a directive may not be there or may say something else; "" when neither is so.
func doubt(d *conf.Directive) string {
	if d.Maybe {
		return "a template decides whether " + d.Name.Value + " is there"
	}
	for _, a := range d.Args {
		if a.Template {
			return "a template decides the value of " + d.Name.Value
		}
	}
	return ""
}

// flag returns the value of an on/off directive.
func (l *scope) flag(name string, byDefault bool) (on bool, why string) {
	d, why := l.scalar(name)
	if why != "" {
		return byDefault, why
	}
	if d == nil {
		return byDefault, ""
	}
	return strings.EqualFold(d.Arg(0), "on"), ""
}
