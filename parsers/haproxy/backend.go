package haproxy

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers/haproxy/conf"
)

// chooseBackend finds the section that handles the request: the first use_backend that holds, else default_backend,
// else the section itself when it is a listen.
func (r *run) chooseBackend() {
	routes := r.fe.Routes
	passed := routes.List // those that do not hold
	for _, i := range routes.For(0, r.plainText) {
		route := routes.List[i]
		l := route.Line
		if len(route.Args) == 0 || !r.holds(route.Rule, route.Cond) {
			continue
		}
		if known := r.useBackend(l, route.Args[0]); r.done {
			return
		} else if r.be != nil {
			r.because(route.Cond)
			r.stepLine("", l, "")
			r.leads = l
			return
		} else if known {
			// A name that a format makes up and nothing has falls through to the default.
			passed = passed[:i]
			break
		}
	}
	r.defaultBackend(passed)
}

// plainText evaluates an expression where nothing about it is open.
func (r *run) plainText(e conf.Expr) (values []string, may func(conf.ACL) bool, ok bool) {
	s := r.eval(e)
	may = func(a conf.ACL) bool {
		t := r.matchSample(a, s)
		return t.is || t.why != ""
	}
	return s.values, may, s.why == "" && s.about == "" && !s.anyCase && s.kind == textKind
}

// useBackend finds the backend that a use_backend line leads to. With a name that is not known here, it may be any:
// each is asked for.
func (r *run) useBackend(l *conf.Line, w conf.Word) (known bool) {
	name := r.format(w)
	switch {
	case w.Why != "":
		r.named(l, w)
		return true
	case name.unknown():
		return r.anyBackend(l, w, name.why)
	default:
		if r.be = r.c.Find(name.s); r.be == nil && name.s == w.Value {
			r.unknown("use_backend", l.Pos(), "the backend "+name.s+" is not in this configuration")
		}
		return true
	}
}

// mostBackends is how many backends a name may mean that is not known here.
const mostBackends = 12

// anyBackend asks which backend a name means that is not known here. Those that no other line names come into
// question.
func (r *run) anyBackend(l *conf.Line, w conf.Word, why string) (known bool) {
	list := r.fe.Unnamed
	if len(list) == 0 && r.elseTaken() {
		// Every backend has a line of its own, so a list that is not here is not needed to reach one.
		yes, no := w.Value+" is another backend", w.Value+" is no other backend"
		if !r.decides(yes+" at "+l.Pos().String(), yes, no, why, l.Pos()) {
			return true
		}
	}
	if len(list) == 0 || len(list) > mostBackends {
		r.unknown("use_backend", l.Pos(), why)
		return false
	}
	for _, p := range list {
		yes := w.Value + " is " + p.Name
		if r.decides(yes+" at "+l.Pos().String(), yes, w.Value+" is not "+p.Name, "", l.Pos()) {
			r.be = p
			return true
		}
	}
	return true
}

// named finds the backend that a line names in a word which is not known here: the one that is called by the same word,
// else any that no other line names, or one that is not in this configuration as it is written.
func (r *run) named(l *conf.Line, w conf.Word) {
	if r.be = r.c.Find(w.Value); r.be != nil {
		return
	}
	for _, p := range r.fe.Unnamed[:min(len(r.fe.Unnamed), mostBackends)] {
		yes := w.Value + " is " + p.Name
		if r.decides(yes+" at "+l.Pos().String(), yes, w.Value+" is not "+p.Name, "", l.Pos()) {
			r.be = p
			return
		}
	}
	r.unknown(l.Arg(0), l.Pos(), w.Why)
}

// elseTaken reports whether something handles the requests that no use_backend holds for.
func (r *run) elseTaken() bool {
	l, maybe := r.fe.Setting("default_backend")
	return maybe == "" && (l != nil || r.fe.Backend())
}

// defaultBackend is what handles the request when no use_backend holds; passed are those that do not.
func (r *run) defaultBackend(passed []conf.ConditionalRule) {
	list, maybe := r.fe.InForce("default_backend")
	l := (*conf.Line)(nil)
	if i := slices.IndexFunc(list, r.maybe); i >= 0 {
		l = list[i]
	}
	switch {
	case l == nil && maybe != "":
		r.unknown("default_backend", r.fe.Pos(), maybe+" decides")
	case l != nil:
		w := l.Rest(1)
		switch {
		case len(w) == 0:
			r.unknown("default_backend", l.Pos(), "the name of the default backend is not known")
		case w[0].Why != "":
			r.named(l, w[0])
		default:
			if r.be = r.c.Find(w[0].Value); r.be == nil {
				r.unknown("default_backend", l.Pos(), "the backend "+w[0].Value+" is not in this configuration")
			}
		}
		if r.done {
			return
		}
		r.passedBy(passed)
		r.stepLine("", l, "")
		r.leads = l
	case r.fe.Backend():
		r.passedBy(passed)
		r.be = r.fe
	default:
		r.passedBy(passed)
		r.noServer("no use_backend holds"+r.butForThePort()+" and there is no default_backend", r.fe.Pos())
	}
}

// mostPassed is how many use_backend lines that do not hold are worth a step each.
const mostPassed = 3

// passedBy notes which use_backend lines did not hold.
func (r *run) passedBy(list []conf.ConditionalRule) {
	for i, route := range list {
		l := route.Line
		if i == mostPassed {
			r.step(l.Pos(), fmt.Sprintf("%d more use_backend lines do not hold", len(list)-i))
			return
		}
		r.stepLine("", l, " does not hold")
	}
}

// because notes the ACLs by which a condition holds: some are made of thousands of lines.
func (r *run) because(c *conf.Condition) {
	if c != nil && !r.briefly {
		r.steps = append(r.steps, step{because: c})
	}
}

// because are the lines of the ACLs by which a condition holds.
func because(c *conf.Condition) (lines []*conf.Line) {
	suites, _ := c.Terms()
	if c.Unless || len(suites) != 1 {
		return nil
	}
	for _, t := range suites[0] {
		if t.Inline == nil && !t.Negated {
			lines = append(lines, c.Proxy.ACLs[t.Name.Value]...)
		}
	}
	return lines
}

// words is a line as it is written, for steps.
func words(l *conf.Line) string { return strings.Join(conf.Values(l.Words), " ") }

// butForThePort says that a use_backend would hold if the Host had no port; "" when none would. hdr(host) has the
// port that the URL has, and many conditions forget it.
func (r *run) butForThePort() string {
	host := r.header("Host")
	if r.briefly || !r.http || host.why != "" || len(host.values) != 1 {
		return ""
	}
	name, _, ok := strings.Cut(host.values[0], ":")
	if !ok {
		return ""
	}
	other := *r
	other.w, other.out, other.headers = r.w.Further(), hop.Hop{}, maps.Clone(r.headers)
	other.headers["Host"] = []hop.Setting[string]{hop.Written("Host", name, hop.Pos{})}
	if other.chooseBackend(); other.be == nil || other.w.Asked() {
		return ""
	}
	return fmt.Sprintf(" for the Host %s (backend %s would take it without the port)", host.values[0], other.be.Name)
}
