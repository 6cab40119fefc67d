package rules

import (
	"fmt"
	"iter"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/wslint/wslint/hop"
)

// Run applies the rules to paths and returns their findings, unsorted. Each element of paths is the cases of one path
// in the form of one browser; those that are one path in the forms of several browsers come one after the other. They
// are looked at one by one and not kept, since large configurations have many.
//
// A fault in every case in which the handshake is let in has the severity of its rule, and says which gates let it
// in. A fault in some of them is a warning at most, and begins with the condition. That the handshake is turned away
// in some cases is no fault: gates are made for that, but for those that no script in a browser can pass. Where it is
// turned away in every case, that is judged.
//
// What is found on a merely possible path is a warning at most. The same fault at the same place on several paths is
// one finding: the surest one, with the number of further paths. What concerns the handshake of one browser only says
// so.
func Run(rules []*Rule, paths iter.Seq[[]*hop.Path]) []Finding {
	return RunAlike(rules, func(yield func(Subject) bool) {
		for cases := range paths {
			if !yield(Subject{Cases: cases}) {
				return
			}
		}
	}, AllRoutes)
}

// A judgement is what the rules find in the cases of one path.
type judgement struct {
	rules  []*Rule
	cases  []*hop.Path
	judged []*hop.Path // those that count: a fault in every one of them is one for everybody
	at     map[place]*fault
	list   []*fault
}

// A fault is what a rule finds at one place, and the cases in which it does.
type fault struct {
	rule  *Rule
	first Finding
	cases []*hop.Path
	said  []string // what it says in each of cases
	shut  bool     // it is there where the handshake is turned away, too
	rare  bool     // it is only where something is hardly ever so
}

// judge applies the rules to the cases that count: those in which the handshake is let in or nobody knows that, as a
// browser by itself sends it. Where there are none, to those in which something in front adds to it; else to those in
// which it is turned away by something else than a check of who the client is, and where there are none of those
// either, to all. Where the handshake fails that counts beside what is let in: no check fails.
func (j *judgement) judge() {
	for _, p := range j.cases {
		p.Settle()
	}
	refused := func(p *hop.Path) bool {
		_, a := answerer(p)
		return a.Cause.Denies() || a.Cause == hop.Credentials
	}
	stranger := func(p *hop.Path) bool { return p.TurnedAway() || p.Fronted() || p.Rare() }
	anyOther := func(*hop.Path) bool { return false }
	for _, out := range []func(*hop.Path) bool{stranger, (*hop.Path).TurnedAway, refused, anyOther} {
		j.judged = slices.DeleteFunc(slices.Clone(j.cases), func(p *hop.Path) bool { return out(p) && !j.otherwise(p) })
		if len(j.judged) > 0 {
			break
		}
	}
	others := slices.DeleteFunc(slices.Clone(j.cases), func(p *hop.Path) bool { return slices.Contains(j.judged, p) })
	for _, p := range slices.Concat(j.judged, others) {
		counts := slices.Contains(j.judged, p)
		beyond := slices.ContainsFunc(p.When, func(c hop.Condition) bool { return c.Beyond && !c.Holds })
		rare := p.Rare() && !p.TurnedAway() && !p.Fronted()
		broken := p.Broken() && !p.Rare() && !p.Fronted()
		var r *Rule
		found := func(f Finding) {
			e := j.at[place{r, f.Pos}]
			switch {
			case counts || broken || beyond && r == BrowserCannotAuthenticate || rare && (e == nil || e.rare):
				j.add(r, p, f)
				j.at[place{r, f.Pos}].rare = !counts && rare
			case e != nil && !rare:
				e.shut = true
			}
		}
		for _, r = range j.rules {
			if r.Check != nil && (r.Needs == nil || r.Needs(p)) {
				r.Check(p, found)
			}
		}
	}
}

// otherwise reports whether the handshake is turned away in p for the way in which a browser sends it, or for the
// version of a proxy: sent another way by the same client, or to another version, it is let in.
func (j *judgement) otherwise(p *hop.Path) bool {
	rest := slices.DeleteFunc(slices.Clone(p.When), func(c hop.Condition) bool { return c.NoGate })
	return len(rest) < len(p.When) && slices.ContainsFunc(j.cases, func(q *hop.Path) bool {
		return !q.TurnedAway() && !slices.ContainsFunc(rest, func(c hop.Condition) bool {
			same, asked := q.Takes(c)
			return asked && !same
		})
	})
}

func (j *judgement) add(r *Rule, p *hop.Path, f Finding) {
	at := place{r, f.Pos}
	e := j.at[at]
	if e == nil {
		f.Trace = p
		e = &fault{rule: r, first: f}
		j.at[at] = e
		j.list = append(j.list, e)
	}
	if !slices.Contains(e.cases, p) {
		e.cases, e.said = append(e.cases, p), append(e.said, f.Message)
	}
}

// everywhere reports whether the rule finds something in every case that counts, be it at several places.
func (j *judgement) everywhere(r *Rule) bool {
	return !slices.ContainsFunc(j.judged, func(p *hop.Path) bool {
		return !slices.ContainsFunc(j.list, func(f *fault) bool { return f.rule == r && slices.Contains(f.cases, p) })
	})
}

// finding grades a fault by the cases in which it was found, and says in which.
func (j *judgement) finding(f *fault) Finding {
	x := f.first
	x.Rule, x.Severity, x.Stations = f.rule, f.rule.Severity, stations(f.first.Trace)
	if !j.everywhere(f.rule) {
		x.Severity = min(x.Severity, Warning)
	}
	x.When = condition(f.cases, j.judged)
	if f.rare || slices.ContainsFunc(x.When, func(c hop.Condition) bool { return c.Guess }) {
		x.Severity = min(x.Severity, Info)
	}
	if when := said(x.When); when != "" {
		x.Message = when + ", " + x.Message
	}
	x.Notes = slices.Concat(turns(f.cases[0], &x), x.Notes)
	for _, c := range x.When {
		if c.Why != "" {
			x.Notes = append(x.Notes, hop.Note{Pos: c.Pos, Text: c.Why})
		}
	}
	x.Notes = append(x.Notes, j.elsewhere(f)...)
	x.Gates = j.gates(f)
	if len(x.Gates) > 0 {
		x.Notes = append(slices.Clone(x.Notes), hop.Note{Text: "for clients that are let in: " + clauses(x.Gates, ", ")})
	}
	if rest := f.cases[0].Rest; rest != "" && len(f.cases) > 1 {
		x.Notes = append(slices.Clone(x.Notes), hop.Note{Text: rest})
	}
	return x
}

// elsewhere notes what else a fault says of other versions of a proxy: "when nginx is 1.29.7 or later, …".
func (j *judgement) elsewhere(f *fault) (notes []hop.Note) {
	told := []string{f.said[0]}
	for _, message := range f.said {
		if slices.Contains(told, message) {
			continue
		}
		told = append(told, message)
		var so []*hop.Path
		for i, p := range f.cases {
			if f.said[i] == message {
				so = append(so, p)
			}
		}
		when := condition(so, j.judged)
		if len(when) > 0 && !slices.ContainsFunc(when, func(c hop.Condition) bool { return !c.NoGate }) {
			notes = append(notes, hop.Note{Text: said(when) + ", " + message})
		}
	}
	return notes
}

// When says in which of the cases something is so, as the beginning of a sentence: "when $cookie_beta is not empty";
// "" when it is so in all of them that are not turned away.
func When(found, cases []*hop.Path) string {
	return said(condition(found, slices.DeleteFunc(slices.Clone(cases), (*hop.Path).TurnedAway)))
}

func said(conditions []hop.Condition) string {
	if len(conditions) == 0 {
		return ""
	}
	return "when " + clauses(conditions, " and ")
}

// condition is what tells those cases apart in which a fault was found from the others; none when it was found in
// all.
func condition(found, cases []*hop.Path) []hop.Condition {
	others := slices.DeleteFunc(slices.Clone(cases), func(p *hop.Path) bool { return slices.Contains(found, p) })
	// That somebody has no credentials needs no saying: no script has any.
	return slices.DeleteFunc(found[0].Apart(others), func(c hop.Condition) bool { return c.Beyond && !c.Holds })
}

// maxClauses is how many conditions are spelled out.
const maxClauses = 3

func clauses(conditions []hop.Condition, between string) string {
	var texts []string
	for i, c := range conditions {
		if i == maxClauses {
			texts = append(texts, fmt.Sprintf("%d more", len(conditions)-i))
			break
		}
		texts = append(texts, c.Text)
	}
	return strings.Join(texts, between)
}

// gates are those that let in all cases in which a fault was found; none where it is there outside of them, too, and
// none that it speaks of itself.
func (j *judgement) gates(f *fault) []hop.Condition {
	if f.shut {
		return nil
	}
	return slices.DeleteFunc(f.cases[0].Gates(j.cases), func(c hop.Condition) bool {
		return c.Pos == f.first.Pos ||
			slices.ContainsFunc(f.first.Notes, func(n hop.Note) bool { return n.Pos == c.Pos }) ||
			slices.ContainsFunc(f.cases, func(p *hop.Path) bool { same, _ := p.Takes(c); return !same })
	})
}

// maxRoutes is how many findings keep the route of their path: of further ones nobody looks at it, and routes take
// most of the memory.
const maxRoutes = 500

// A collector makes one finding of those that say the same.
type collector struct {
	routes Routes
	list   []*entry
	at     map[place]*entry
	// Of the present path: its name, the browsers it was seen with, its luckiest case in each, and for each finding
	// those that it was found for.
	path     string
	browsers []string
	luckiest []*hop.Path
	found    map[*entry]*hit
}

type place struct {
	rule *Rule
	pos  hop.Pos
}

type entry struct {
	Finding
	only     string // the one browser that the finding is about; "" when it is about all
	declined bool   // that browser refuses the 101
	late     bool   // its route is not kept: there are many before it
	brief    bool   // its route is that of another path
}

// A hit is a finding of the present path.
type hit struct {
	browsers []string
	taken    bool // it is what the entry says
}

// begin notes which path comes.
func (c *collector) begin(p *hop.Path) {
	if p.Name != c.path || slices.Contains(c.browsers, p.Browser) {
		c.end()
	}
	c.path, c.browsers, c.luckiest = p.Name, append(c.browsers, p.Browser), append(c.luckiest, p)
}

// spares reports whether the present path works in a browser of today that a fault was not found for: where it fails,
// too, the fault may be hidden behind another one.
func (c *collector) spares(h *hit) bool {
	return slices.ContainsFunc(c.luckiest, func(p *hop.Path) bool {
		return p.Browser != oldFirefox && !slices.Contains(h.browsers, p.Browser) && p.Reaches()
	})
}

// end closes the present path: only now is it known which browsers a finding spares.
func (c *collector) end() {
	for e, h := range c.found {
		if !h.taken {
			continue
		}
		today := ofToday(h.browsers)
		if e.only = ""; len(today) < len(ofToday(c.browsers)) && c.spares(h) {
			e.only = h.browsers[0]
		}
		if len(today) == 0 {
			e.Severity = min(e.Severity, Warning)
		}
		e.declined = e.only != "" && declines(e.Trace)
		if p := e.Trace; e.late || e.brief {
			e.Trace = &hop.Path{Name: p.Name, Pos: p.Pos, Browser: p.Browser, Confidence: p.Confidence, Pings: p.Pings}
		}
	}
	c.browsers, c.luckiest = c.browsers[:0], c.luckiest[:0]
	clear(c.found)
}

// graded is a finding of a path as it counts among those of others.
func graded(p *hop.Path, f Finding) Finding {
	f.Path, f.Confidence = p.Name, p.Confidence
	switch {
	case p.Confidence == hop.Unlikely && !f.Rule.Anyway:
		f.Severity = Info
		if len(p.Pings) == 0 && !p.NoPings { // nobody says that there are any
			const condition = "if WebSockets pass here: "
			if utf8.RuneCountInString(condition+f.Message) <= maxHeadline {
				f.Message = condition + f.Message
			} else {
				f.Notes = append(note("this matters only if WebSockets pass here"), f.Notes...)
			}
		}
	case p.Confidence <= hop.Possible || f.Held:
		f.Severity = min(f.Severity, Warning)
	}
	return f
}

// outdoes reports whether a finding is told in the place of the same one that was found before on another path.
func (f *Finding) outdoes(e *entry) bool {
	switch {
	case f.Severity > e.Severity || f.Severity == e.Severity && f.Confidence > e.Confidence,
		f.Severity == e.Severity && f.Confidence == e.Confidence && len(e.When) > 0 && len(f.When) == 0:
		return true
	}
	return false
}

// add adds a finding of the present path; brief says that its route is not that of the path.
func (c *collector) add(p *hop.Path, f Finding, brief bool) {
	at := place{f.Rule, f.Pos}
	e := c.at[at]
	if e != nil && c.found[e] != nil {
		if h := c.found[e]; !slices.Contains(h.browsers, p.Browser) {
			h.browsers = append(h.browsers, p.Browser)
		}
		return
	}
	f = graded(p, f)
	h := &hit{browsers: []string{p.Browser}}
	switch {
	case e == nil:
		e = &entry{Finding: f, late: len(c.list) >= maxRoutes, brief: brief}
		c.at[at] = e
		c.list = append(c.list, e)
		h.taken = true
	case f.outdoes(e):
		f.More = e.More + 1
		e.Finding, e.brief, h.taken = f, brief, true
	default:
		e.More++
	}
	c.found[e] = h
}
