package conf

import (
	"slices"
	"strings"
)

// A Rules is a list of rules in their order. Thousands of them differ in the host or path that they ask for: those
// that ask for another one than a request has need no look at.
type Rules struct {
	List []ConditionalRule

	always  []int // indices of the rules that any request may meet
	indexes []*ruleIndex
}

// A ConditionalRule is a rule, taken apart behind its first word.
type ConditionalRule struct {
	Rule
	Args []Word
	Cond *Condition // nil for none
}

// A ruleIndex holds the rules that only hold where one expression passes a test.
type ruleIndex struct {
	expr   Expr
	by     map[Method]*texts
	tested []testedRule // those with another test
	all    []int
}

// texts are the rules that hold where an expression is, begins with, ends with or has in it a text, by that in small
// letters.
type texts struct {
	at      map[string][]int
	lengths map[int]bool // of the texts
}

// A testedRule holds where one of the tests does.
type testedRule struct {
	at    int
	tests []ACL
}

// newRules prepares a list.
func newRules(list []Rule) *Rules {
	r := &Rules{List: make([]ConditionalRule, 0, len(list))}
	often := map[asked]int{}
	for _, rule := range list {
		args, cond := rule.Condition(1)
		r.List = append(r.List, ConditionalRule{rule, args, cond})
		cond.count(often)
	}
	by := map[string]*ruleIndex{}
	for i, rule := range r.List {
		tests := rule.Cond.needs(often)
		if tests == nil {
			r.always = append(r.always, i)
			continue
		}
		expr := tests[0].Expr
		x := by[expr.Text]
		if x == nil {
			x = &ruleIndex{expr: expr, by: map[Method]*texts{}}
			by[expr.Text] = x
			r.indexes = append(r.indexes, x)
		}
		x.all = append(x.all, i)
		if !x.add(i, tests) {
			x.tested = append(x.tested, testedRule{i, tests})
		}
	}
	return r
}

// add adds a rule that holds where one of the tests does; ok is false where these cannot be looked up.
func (x *ruleIndex) add(i int, tests []ACL) (ok bool) {
	methods, lists := make([]Method, len(tests)), make([][]string, len(tests))
	for n, a := range tests {
		if methods[n], lists[n] = a.texts(); len(lists[n]) < len(a.Patterns) {
			return false
		}
	}
	for n, m := range methods {
		t := x.by[m]
		if t == nil {
			t = &texts{at: map[string][]int{}, lengths: map[int]bool{}}
			x.by[m] = t
		}
		for _, v := range lists[n] {
			t.at[v] = append(t.at[v], i)
			t.lengths[len(v)] = true
		}
	}
	return true
}

// find appends the rules that one value of the expression may meet.
func (x *ruleIndex) find(list []int, value string) []int {
	value = strings.ToLower(value)
	for m, t := range x.by {
		if m == "str" {
			list = append(list, t.at[value]...)
			continue
		}
		for n := range t.lengths {
			switch {
			case n > len(value):
			case m == "sub":
				for i := range len(value) - n + 1 {
					list = append(list, t.at[value[i:i+n]]...)
				}
			case m == "beg":
				list = append(list, t.at[value[:n]]...)
			default:
				list = append(list, t.at[value[len(value)-n:]]...)
			}
		}
	}
	return list
}

// An Evaluator says what an expression is for a request, and whether that may pass a test; ok is false where it is
// open what it is.
type Evaluator func(e Expr) (values []string, may func(ACL) bool, ok bool)

// For are the indices into List, from one on, of the rules that may hold, in order.
func (r *Rules) For(from int, eval Evaluator) []int {
	list := slices.Clone(r.always)
	for _, x := range r.indexes {
		values, may, ok := eval(x.expr)
		if !ok {
			list = append(list, x.all...)
			continue
		}
		for _, v := range values {
			list = x.find(list, v)
		}
		for _, t := range x.tested {
			if slices.ContainsFunc(t.tests, may) {
				list = append(list, t.at)
			}
		}
	}
	slices.Sort(list)
	list = slices.Compact(list)
	first, _ := slices.BinarySearch(list, from)
	return list[first:]
}

// asked is the first pattern of a test, and the expression that it is compared with.
type asked struct{ expr, pattern string }

func askedBy(a ACL) asked { return asked{a.Expr.Text, a.Patterns[0].Value} }

// count counts what the condition asks for beside something else.
func (c *Condition) count(often map[asked]int) {
	if c == nil {
		return
	}
	for _, suite := range c.suites {
		for _, t := range suite {
			if len(suite) == 1 {
				break
			}
			if list := c.simple(t); list != nil {
				often[askedBy(list[0])]++
			}
		}
	}
}

// needs finds tests of one expression, of which one passes wherever the condition holds; none where it is not that
// simple. Of several it is what the fewest rules ask for: many backends are chosen by an Upgrade and a host each.
func (c *Condition) needs(often map[asked]int) (tests []ACL) {
	if c == nil || c.Unless || c.missing {
		return nil
	}
	for _, suite := range c.suites {
		var best []ACL
		for _, t := range suite {
			list := c.simple(t)
			if list != nil && (tests == nil || list[0].Expr.Text == tests[0].Expr.Text) &&
				(best == nil || often[askedBy(list[0])] < often[askedBy(best[0])]) {
				best = list
			}
		}
		if best == nil {
			return nil
		}
		tests = append(tests, best...)
	}
	return tests
}

// simple are the tests of a term that compares one text of the request with patterns; nil for another.
func (c *Condition) simple(t Term) (list []ACL) {
	tests := c.Proxy.Tests(t.Name.Value)
	if t.Inline != nil {
		tests = []Test{*t.Inline}
	}
	if t.Negated || t.Name.Why != "" {
		return nil
	}
	for _, x := range tests {
		if !x.plain || !isText(x.ACL.Expr) || !x.known ||
			len(list) > 0 && list[0].Expr.Text != x.ACL.Expr.Text {
			return nil
		}
		list = append(list, x.ACL)
	}
	return list
}

// isText reports an expression of a text of the request about which nobody has to be asked.
func isText(e Expr) bool {
	fetches := []string{"hdr", "req.hdr", "path", "ssl_fc_sni", "req.ssl_sni", "req_ssl_sni"}
	converters := []string{"lower", "upper", "field"}
	return !e.Bad && slices.Contains(fetches, e.Fetch.Name) &&
		!slices.ContainsFunc(e.Convs, func(c Call) bool { return !slices.Contains(converters, c.Name) })
}

// makesUpName reports a use_backend whose backend a format names.
func (r ConditionalRule) makesUpName() bool {
	return len(r.Args) > 0 && (r.Args[0].Why != "" || strings.Contains(r.Args[0].Value, "%"))
}

// unnamed are the backends that no line of a frontend names, in its mode.
func (c *Config) unnamed(f *Proxy) []*Proxy {
	mode, why := f.Mode()
	named := map[string]bool{}
	for _, level := range f.Levels() {
		for _, word := range []string{"use_backend", "default_backend"} {
			for _, l := range level.beginning(word) {
				if l.Is(word) {
					named[l.Arg(1)] = true
				}
			}
		}
	}
	return slices.DeleteFunc(slices.Clone(c.Proxies), func(p *Proxy) bool {
		own, open := p.Mode()
		return p == f || p.Kind != "backend" || named[p.Name] || own != mode && why == "" && open == ""
	})
}
