package haproxy

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers/haproxy/conf"
	"github.com/wslint/wslint/parsers/templates"
)

// chosen is a sample that hangs on something that nothing here decides: what earlier answers leave of that, else what
// is tried first.
func (r *run) chosen(s sample) sample {
	if v, known := r.w.Value(s.about); known && s.of != nil {
		return s.of(v)
	}
	if s.why == "" && !r.w.Allows(s.about, s.guess()) {
		s.why = "what " + s.about + " is is not known"
	}
	return s
}

// guess is the value that a sample has where it is tried first.
func (s sample) guess() string {
	switch {
	case len(s.values) == 0:
		return ""
	case s.kind == numberKind || s.kind == boolKind:
		return itoa(s.low)
	}
	return s.values[0]
}

// maybe answers whether a line counts that hangs on conditions of the configuration's own (.if) or of a template's.
func (r *run) maybe(l *conf.Line) bool {
	return !slices.ContainsFunc(l.When, func(b templates.Branch) bool { return r.w.Ask(b.Question(l.Pos())) != b.Holds })
}

// mayCount reports whether nothing that was answered says that a line does not count.
func (r *run) mayCount(l *conf.Line) bool {
	return !slices.ContainsFunc(l.When, func(b templates.Branch) bool {
		q := b.Question(l.Pos())
		return r.w.Answered(q) && r.w.Ask(q) != b.Holds
	})
}

// decides answers a question about no value: key says what is asked, yes and no what that means, and why why it is
// not known.
func (r *run) decides(key, yes, no, why string, pos hop.Pos) bool {
	return r.w.Ask(hop.Question{Key: key, Yes: yes, No: no, Why: why, Pos: pos})
}

// decide answers an ACL expression that is written at pos.
func (r *run) decide(t truth) bool {
	if t.ask == nil {
		return t.is
	}
	return r.w.Ask(*t.ask) != t.not
}

// asked makes a question of an ACL expression whose sample is not known, or was made up.
func (r *run) asked(a conf.ACL, s sample, t truth, pos hop.Pos) truth {
	if len(s.only) > 0 && s.of != nil {
		is := func(value string) bool { return r.matchSample(a, s.of(value)).is }
		if first := is(s.only[0]); !slices.ContainsFunc(s.only, func(v string) bool { return is(v) != first }) {
			return sure(first)
		}
	}
	yes, no := phrase(a, s)
	test := strings.TrimPrefix(yes, a.Expr.Text+" ")
	if s.about == "" {
		// Nothing is known but the words: they ask the same wherever they stand.
		t.ask = &hop.Question{Key: "haproxy: " + yes, Yes: yes, No: no, Pos: pos}
		return t
	}
	m := methodOf(a, s)
	plain := len(a.Expr.Convs) == 0 && len(a.Files) == 0 && s.texts()
	networks := r.networks(a, s)
	switch exact := exactPatterns(a); {
	case networks != nil:
		q := hop.IsIn(s.about, a.Expr.Text, pos, networks...)
		if len(a.Files) > 0 {
			q.Yes, q.No = yes, no // names of lists say more
		}
		t.ask = &q
	case plain && m == "found":
		q := hop.IsOneOf(s.about, a.Expr.Text, pos, "")
		t.ask, t.not = &q, true
	case plain && m == "str" && exact != nil:
		q := hop.IsOneOf(s.about, a.Expr.Text, pos, exact...)
		t.ask = &q
	default:
		q := hop.Matches(s.about, a.Expr.Text, test, pos, nil)
		if q.Key += " as " + canonical(a.Expr); a.Fold {
			q.Key += " -i"
		}
		q.Yes, q.No = yes, no
		q.Test = func(value string) bool { return r.matchSample(a, s.of(value)).is }
		probe := func(value string) bool { return r.matchSample(a, s.of(value)).why == "" }
		_, unread := r.patterns(a)
		if s.of == nil || unread != "" || !probe("1") || !probe("192.0.2.1") {
			q.About, q.Test = "", nil // what it is compared with is not known
		}
		t.ask = &q
	}
	t.ask.Beyond, t.ask.Added = s.beyond, r.req.Added(s.about)
	t.ask.First = (t.why == "" && t.is) != t.not
	return t
}

// networks are what the ACL compares an address with; nil where it compares something else, or something that is not
// known.
func (r *run) networks(a conf.ACL, s sample) (list []netip.Prefix) {
	patterns, why := r.patterns(a)
	if why != "" || methodOf(a, s) != "ip" || len(a.Expr.Convs) > 0 || s.of == nil || s.of("1").kind != addressKind {
		return nil
	}
	for _, p := range patterns {
		n, ok := network(p.Value)
		if !ok {
			return nil
		}
		list = append(list, n)
	}
	return list
}

// texts reports whether what the sample may be are single texts.
func (s sample) texts() bool {
	if s.of == nil {
		return false
	}
	x := s.of("x")
	return x.kind == textKind && len(x.values) == 1 && x.values[0] == "x"
}

// exactPatterns are the texts that the ACL compares with where nothing else counts, nil otherwise.
func exactPatterns(a conf.ACL) []string {
	if a.Fold || slices.ContainsFunc(a.Patterns, func(p conf.Word) bool { return p.Why != "" }) {
		return nil
	}
	return conf.Values(a.Patterns)
}

// canonical is an expression with one name for fetches that have several.
func canonical(e conf.Expr) string {
	for _, alias := range []struct{ from, to string }{{"req.", ""}, {"url_param(", "urlp("}, {"req_", ""}} {
		if rest, ok := strings.CutPrefix(e.Text, alias.from); ok {
			return alias.to + rest
		}
	}
	return e.Text
}

// phrases say what a matching method finds, and what it does not.
var phrases = map[conf.Method][2]string{
	"str": {"is", "is not"}, "beg": {"begins with", "does not begin with"}, "end": {"ends in", "does not end in"},
	"sub": {
		"contains",
		"does not contain",
	}, "dir": {"has the part", "does not have the part"}, "dom": {"has the part", "does not have the part"},
	"reg": {
		"matches",
		"does not match",
	}, "len": {"is as long as", "is not as long as"}, "ip": {"is in", "is not in"}, "int": {"is", "is not"},
}

// phrase says in the operator's words that an ACL expression holds, and that it does not.
func phrase(a conf.ACL, s sample) (yes, no string) {
	name, m := a.Expr.Text, methodOf(a, s)
	if m == "found" {
		return name + " is there", name + " is not there"
	}
	if m == "bool" || len(a.Patterns)+len(a.Files) == 0 {
		return name + " holds", name + " does not hold"
	}
	verbs, ok := phrases[m]
	if !ok {
		said := name + " -m " + string(m)
		return said + " holds", said + " does not hold"
	}
	list := strings.Join(said(a, m, s.why == "" || s.of != nil), " or ")
	return name + " " + verbs[0] + " " + list, name + " " + verbs[1] + " " + list
}

// said are the patterns of an ACL expression as people read them, sorted; typed says that they are known to be texts
// where m says so.
func said(a conf.ACL, m conf.Method, typed bool) []string {
	numbers := m == "int" || m == "len"
	words := map[string]string{"gt": "above ", "ge": "at least ", "lt": "below ", "le": "at most "}
	var list []string
	operator := ""
	for _, p := range a.Patterns {
		switch {
		case numbers && slices.Contains(conf.Operators, p.Value):
			operator = words[p.Value]
		case numbers || m == "ip" || m == "reg" || !typed && m == "str":
			list = append(list, operator+p.Value)
		default:
			list = append(list, `"`+p.Value+`"`)
		}
	}
	for _, f := range a.Files {
		list = append(list, f.Value)
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// methodOf is the method that compares a sample.
func methodOf(a conf.ACL, s sample) conf.Method {
	if a.Method != "" {
		return a.Method
	}
	switch operator := func(p conf.Word) bool { return slices.Contains(conf.Operators, p.Value) }; {
	case s.why != "" && s.of != nil:
		return byKind(s.of("1").kind)
	case s.why != "" && slices.ContainsFunc(a.Patterns, operator):
		return "int"
	}
	return byKind(s.kind)
}
