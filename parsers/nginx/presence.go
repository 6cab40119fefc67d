package nginx

import (
	"slices"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers"
	"github.com/wslint/wslint/parsers/nginx/conf"
)

// asWritten looks at a configuration without serving a request: what a template may leave out is taken to be there.
var asWritten *run

// has reports whether a directive is there: a template may leave it out, which is asked for. What nothing tells the
// condition of is taken to be there, see whyUnknown.
func (r *run) has(d *conf.Directive) bool {
	if r == nil || d == nil {
		return true
	}
	for _, b := range d.When {
		if r.w.Ask(b.Question(d.Pos())) != b.Holds {
			return false
		}
	}
	return true
}

// conditions are those under which all of some directives are there.
func conditions(list ...*conf.Directive) (when []hop.Condition) {
	for _, d := range list {
		if d == nil {
			continue
		}
		for _, b := range d.When {
			c := b.Question(d.Pos()).Taken(b.Holds)
			if !slices.ContainsFunc(when, func(o hop.Condition) bool { return o.Key == c.Key }) {
				when = append(when, c)
			}
		}
	}
	return when
}

// present are those of some directives of a level that are there.
func (r *run) present(l *scope, list []*conf.Directive) []*conf.Directive {
	if r == nil || !l.open {
		return list
	}
	var there []*conf.Directive
	for _, d := range list {
		if r.has(d) {
			there = append(there, d)
		}
	}
	return there
}

// all are the directives of that name on the level itself, in order.
func (r *run) all(l *scope, name string) []*conf.Directive { return r.present(l, l.all(name)) }

// sent are the proxy_set_header of a level that are there. Those for headers of the application's own are not asked
// for, as long as others are sure to be there: whether a level has any decides about the levels around it.
func (r *run) sent(l *scope) []*conf.Directive {
	list := l.all("proxy_set_header")
	sure := func(d *conf.Directive) bool { return r.openIn(d) == "" && r.has(d) }
	if r == nil || !l.open || !slices.ContainsFunc(list, sure) {
		return r.present(l, list)
	}
	var there []*conf.Directive
	for _, d := range list {
		if parsers.IsOwnHeader(d.Arg(0)) && r.openIn(d) != "" || r.has(d) {
			there = append(there, d)
		}
	}
	return there
}

// openIn is the condition of a template that a directive hangs on and that was not asked for in this case; "" without
// one, and where another one says that the directive is not there.
func (r *run) openIn(d *conf.Directive) (open string) {
	for _, b := range d.When {
		if q := b.Question(d.Pos()); !r.w.Answered(q) {
			open = b.Condition
		} else if r.w.Ask(q) != b.Holds {
			return ""
		}
	}
	return open
}

// one is the first directive of that name on the level itself, or nil.
func (r *run) one(l *scope, name string) *conf.Directive {
	if r == nil || !l.open {
		return l.one(name)
	}
	for _, d := range l.all(name) {
		if r.has(d) {
			return d
		}
	}
	return nil
}

// handlerOf is the directive of a level that handles requests: the last one.
func (r *run) handlerOf(l *scope) (handler *conf.Directive) {
	if r == nil || !l.open {
		return l.handler
	}
	for _, d := range l.items {
		if isHandler(d.Name.Value) && !d.Is("location") && !d.Is("server") && r.has(d) {
			handler = d
		}
	}
	return handler
}

// whyUnknown says why a directive that has its place in this case may not be there or may say something else; "" when
// neither is so.
func (r *run) whyUnknown(d *conf.Directive) string {
	if perhaps(d) {
		return whyUnknown(d)
	}
	return templated(d)
}
