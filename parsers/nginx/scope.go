package nginx

import (
	"slices"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers/nginx/conf"
)

// A scopeKind is the kind of block that a scope is.
type scopeKind uint8

const (
	mainScope scopeKind = iota
	httpScope
	serverScope
	locationScope
	ifScope          // an if inside a location
	limitExceptScope // limit_except inside a location
)

// A scope is one block of the configuration on which directives can stand, with the one around it.
type scope struct {
	kind    scopeKind
	version *conf.Version
	d       *conf.Directive // the block; nil for what surrounds a fragment
	up      *scope
	loc     *location // the location it is or belongs to; nil above locations

	items []*conf.Directive
	index map[string][]*conf.Directive // of large levels only
	// unknown says why there may be directives here that are not in items; "" when all are seen.
	unknown string
	// unread are the includes that could not be read, where they are all that makes the level unknown.
	unread []*conf.Directive
	// thirdParty are the directives of modules that are not nginx's.
	thirdParty []*conf.Directive
	// handler is the directive that handles requests, nil when there is none: the last one counts.
	handler *conf.Directive
	// open says that a template sets about some of items, and on what.
	open bool
	// script are the directives that run in the order of the text.
	script []*conf.Directive
}

// indexAbove is the size from which a level gets an index: most blocks are shorter than a map lookup is long.
const indexAbove = 32

func newScope(kind scopeKind, d *conf.Directive, items []*conf.Directive, up *scope) *scope {
	l := &scope{kind: kind, d: d, up: up, items: items}
	if up != nil {
		l.loc, l.version = up.loc, up.version
	} else {
		l.version = &conf.Version{}
	}
	for _, it := range items {
		if it.Unknown != "" || it.Name.Template {
			l.unknown = it.Unknown
			if l.unknown == "" {
				l.unknown = "a template expands here"
			}
			break
		}
	}
	if l.unknown != "" {
		l.unread = unreadOn(items)
	}
	for _, it := range items {
		l.open = l.open || len(it.When) > 0
		switch name := it.Name.Value; {
		case name == "location" || name == "server":
		case isScript(name):
			l.script = append(l.script, it)
		case isHandler(name):
			l.handler = it
		}
		if isThirdParty(it) {
			l.thirdParty = append(l.thirdParty, it)
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
	return l.those(func(it *conf.Directive) bool { return it.Name.Value == name })
}

// those are some of the level's directives, in order. Mostly they stand together: then they are a part of all, which
// nobody changes.
func (l *scope) those(are func(*conf.Directive) bool) []*conf.Directive {
	start, end, count := 0, 0, 0
	for i, it := range l.items {
		if !are(it) {
			continue
		}
		if count == 0 {
			start = i
		}
		count, end = count+1, i+1
	}
	if count == end-start {
		return l.items[start:end:end]
	}
	list := make([]*conf.Directive, 0, count)
	for _, it := range l.items[start:end] {
		if are(it) {
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

// A found is what a level and those around it say about a directive of one value.
type found struct {
	d   *conf.Directive // nil when none is written
	why string          // why that cannot be known; "" when it is
}

// find finds the directive in force that the nearest level decides. With rare, what could not be read is taken not to
// hold it. Nothing is found of a directive that a handler does not have.
func (r *run) find(l *scope, name string, rare bool) found {
	if name == "" {
		return found{}
	}
	for ; l != nil; l = l.up {
		if d := r.one(l, name); d != nil {
			return found{d, r.whyUnknown(d)}
		}
		if l.unknown != "" && !rare && l.mayHold(name) {
			return found{why: l.unknown}
		}
	}
	return found{}
}

// get is the value in force of a directive of one value, and nothing that could write another: most values are only
// looked at. It is unknown where a template sets it, and where a file that could not be read may; else it is the
// default.
func get[T any](r *run, l *scope, k conf.Scalar[T]) hop.Setting[T] {
	return setting(r, l, k, r.find(l, string(k), l.mayHide() && k.Rare()))
}

// settable is get for a value that the model hands on.
func settable[T any](r *run, l *scope, k conf.Scalar[T]) hop.Setting[T] {
	in := r.find(l, string(k), l.mayHide() && k.Rare())
	return editing(l, in, setting(r, l, k, in))
}

// editing is a setting that was found, or not, from a level on, with what writes another value.
func editing[T any](l *scope, in found, s hop.Setting[T]) hop.Setting[T] {
	switch {
	case s.IsDefault():
		s.Set = l.block().insertSetting(s.Name)
	case s.IsWritten():
		s.Set = setArgument(in.d, 0)
	}
	return s
}

// mayHide reports whether the level or one around it has something that could not be read.
func (l *scope) mayHide() bool {
	for ; l != nil; l = l.up {
		if l.unknown != "" {
			return true
		}
	}
	return false
}

// getUnlessUnread is get where unread files may set the value: that none does is a case of its own.
func getUnlessUnread[T any](r *run, l *scope, k conf.Scalar[T]) hop.Setting[T] {
	name := string(k)
	in := r.find(l, name, k.Rare())
	if in.d != nil || in.why == "" {
		return editing(l, in, setting(r, l, k, in))
	}
	var unread []*conf.Directive
	at := l
	for ; at != nil; at = at.up {
		if in.d = r.one(at, name); in.d != nil {
			in.why = r.whyUnknown(in.d)
			break
		}
		if at.unknown == "" || !at.mayHold(name) {
			continue
		}
		if len(at.unread) == 0 {
			return setting(r, l, k, found{why: in.why})
		}
		unread = append(unread, at.unread...)
	}
	if !r.spared(unread, deed{"sets " + name, "set " + name}, true) {
		return setting(r, l, k, found{why: unread[0].Unknown})
	}
	if in.d == nil {
		in.why = ""
	}
	return editing(l, in, setting(r, l, k, in))
}

// setting is the value of a directive that was looked for from a level on.
func setting[T any](r *run, l *scope, k conf.Scalar[T], in found) hop.Setting[T] {
	name := string(k)
	switch {
	case in.why != "" && in.d != nil:
		return hop.Unknown[T](name, in.d.Pos(), in.why)
	case in.why != "":
		return hop.Unknown[T](name, l.pos(), in.why)
	case in.d == nil:
		s := hop.Default(name, byDefault(r, l, k), l.block().pos())
		if r != nil && r.c.fragmentary() {
			s.As = hop.Unseen
		}
		return s
	}
	v, ok := k.Read(in.d)
	if !ok {
		return hop.Unknown[T](name, in.d.Pos(), "nginx does not take this value of "+name)
	}
	return hop.Written(name, v, in.d.Pos())
}

// list finds the directives in force of a list that an inner level replaces as a whole, and the level they stand on.
// why is not empty when there may be more or others.
func (r *run) list(l *scope, k conf.List) (lines []*conf.Directive, at *scope, why string) {
	if k == "" {
		return nil, nil, "" // a handler that has no such directive
	}
	for ; l != nil; l = l.up {
		if k == conf.ProxySetHeader {
			lines = r.sent(l)
		} else {
			lines = r.present(l, l.listed(k))
		}
		for _, it := range lines {
			if why == "" {
				why = r.whyUnknown(it)
			}
		}
		hidden := l.unknown
		if hidden != "" && (k.Rare() || !slices.ContainsFunc(k.Names(), l.mayHold)) {
			hidden = ""
		}
		if len(lines) > 0 || hidden != "" {
			if why == "" {
				why = hidden
			}
			return lines, l, why
		}
	}
	return nil, nil, ""
}

// listed returns the directives of a list on the level itself, in order.
func (l *scope) listed(k conf.List) []*conf.Directive {
	if k.Single() {
		return l.all(string(k))
	}
	if l.index != nil && !slices.ContainsFunc(k.Names(), func(n string) bool { return l.index[n] != nil }) {
		return nil
	}
	return l.those(func(it *conf.Directive) bool { return k.Has(it.Name.Value) })
}

// whyUnknown says why a directive may not be there or may say something else, whatever a template's conditions are; ""
// when neither is so.
func whyUnknown(d *conf.Directive) string {
	if d.Maybe {
		return "a template controls whether " + d.Name.Value + " is there"
	}
	return templated(d)
}

// perhaps reports whether a template controls whether a directive is there, and nothing tells how.
func perhaps(d *conf.Directive) bool { return d.Maybe && len(d.When) == 0 }

// templated says why the value of a directive is not known; "" when no template sets it.
func templated(d *conf.Directive) string {
	for _, a := range d.Args {
		if a.Template {
			return "a template sets the value of " + d.Name.Value
		}
	}
	return ""
}

// block is the level itself, or the location around it: no setting of a tunnel belongs in an if or limit_except.
func (l *scope) block() *scope {
	for l.kind == ifScope || l.kind == limitExceptScope {
		l = l.up
	}
	return l
}
