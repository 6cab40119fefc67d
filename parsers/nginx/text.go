package nginx

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers"
	"github.com/wslint/wslint/parsers/nginx/conf"
)

// A text is a string as far as it is known.
type text struct {
	s   string // what it is; of one that something else chooses, what was made up for it
	why string // why it is not known; "" when it is, or was made up
	// of names what chooses it, for questions about it: "cookie sid", "$geoip_country_code"; "" where nothing does.
	// before and after are what stands around the value that is chosen, and part of s.
	of, before, after string
	// later gives the text once somebody needs it, because it hangs on a condition that else nobody asks for. All else
	// is empty then.
	later *deferred
}

func known(s string) text       { return text{s: s} }
func unknownText(w string) text { return text{why: w} }
func (t text) unknown() bool    { return t.why != "" }

// literal reports whether the text is known whatever anybody chooses.
func (t text) literal() bool { return t.why == "" && t.of == "" && t.later == nil }

// chosen is what was made up for the value that something else chooses.
func (t text) chosen() string { return t.s[len(t.before) : len(t.s)-len(t.after)] }

// plus puts u behind t. Of several values that something chooses nothing is known, and nothing can be asked.
func (t text) plus(u text) text {
	switch {
	case len(t.s)+len(u.s) > parsers.MaxValue:
		return unknownText(parsers.TooLong)
	case t.literal() && u.literal():
		return known(t.s + u.s)
	case t.literal() && u.of != "":
		u.s, u.before = t.s+u.s, t.s+u.before
		return u
	case t.of != "" && u.literal():
		t.s, t.after = t.s+u.s, t.after+u.s
		return t
	case t.of != "" && u.of != "":
		return unknownText(cmp.Or(t.why, u.why, "what it is hangs on several things"))
	case t.unknown() && t.of == "":
		return text{why: t.why}
	}
	return text{why: u.why}
}

// A deferred text is evaluated when it is needed, with what was known where it was set.
type deferred struct{ eval func(now *run) text }

// settled is the text itself where it was put off.
func (r *run) settled(t text) text {
	if t.later == nil {
		return t
	}
	if done, ok := r.memo[t.later]; ok {
		return done
	}
	done := t.later.eval(r)
	r.memo[t.later] = done
	return done
}

// frozen is a copy of the run whose variables stay as they are now. It answers nothing: what it notes of the hop goes
// to a place that all copies share and nobody reads.
func (r *run) frozen() *run {
	r.setShared = true // whoever sets one next makes a copy of its own
	if r.unread == nil {
		r.unread = new(hop.Hop)
	}
	c := *r
	c.out, c.maps = r.unread, maps.Clone(r.maps)
	return &c
}

// setVariable gives a variable a value.
func (r *run) setVariable(name string, v text) {
	if r.setShared {
		r.set, r.setShared = maps.Clone(r.set), false
	}
	r.set[name] = v
}

// under goes on with a frozen run under the assumptions of another one.
func (r *run) under(now *run) *run {
	c := r.frozen()
	c.w, c.memo = now.w, now.memo
	return c
}

// asking reports whether f asks something that was not answered yet.
func (r *run) asking(f func(r *run)) bool {
	probe := r.frozen()
	probe.w, probe.memo = r.w.Further(), map[*deferred]text{}
	f(probe)
	return probe.w.Asked()
}

// maxLater is how many values and conditions of one request are put off: each keeps what was known where it stands.
const maxLater = 256

// expandLater evaluates a value, or puts that off where it asks something: nobody may want to know.
func (r *run) expandLater(value string, quote bool) text {
	f := func(r *run) text { return r.expandQuoted(value, quote) }
	if r.later == maxLater || !r.putOff(value) && (!r.mayAsk(value) || !r.asking(func(r *run) { f(r) })) {
		return f(r)
	}
	r.later++
	frozen := r.frozen()
	return text{later: &deferred{func(now *run) text { return f(frozen.under(now)) }}}
}

// mayAsk reports whether a value has variables whose evaluation can ask something.
func (r *run) mayAsk(value string) bool {
	return conf.HasVariable(value) && slices.ContainsFunc(conf.Parts(value), func(p conf.Part) bool {
		v, set := r.set[p.Variable]
		return p.Variable != "" && (set && v.later != nil || !set && r.c.variables[p.Variable] != nil)
	})
}

// putOff reports whether one of the values has a variable that was put off and that nobody has read yet. What hangs
// on it is put off, too, without a look at what it asks: a chain of a hundred would be walked along a hundred times.
func (r *run) putOff(values ...string) bool {
	for _, value := range values {
		if !conf.HasVariable(value) {
			continue
		}
		for _, p := range conf.Parts(value) {
			if v := r.set[p.Variable]; v.later != nil {
				if _, read := r.memo[v.later]; !read {
					return true
				}
			}
		}
	}
	return false
}

// nameOf is what the operator calls a value that something else chooses; variable is where it was met.
func nameOf(of, variable string) string {
	for kind, prefix := range map[string]string{"cookie ": "$cookie_", "argument ": "$arg_"} {
		if name, ok := strings.CutPrefix(of, kind); ok {
			return prefix + name
		}
	}
	if name, ok := strings.CutPrefix(of, "header "); ok && !strings.Contains(name, " ") {
		return "$http_" + strings.ToLower(strings.ReplaceAll(name, "-", "_"))
	}
	if strings.HasPrefix(of, "$") && !strings.Contains(of, " ") {
		return of
	}
	return variable
}
