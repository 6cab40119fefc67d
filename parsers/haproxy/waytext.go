package haproxy

import (
	"bytes"
	"slices"
	"strings"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers/haproxy/conf"
)

// A wayText is what a way is made of, word by word: ways of one shape have as many words, and what is said of one of
// them is said of another at the words with the same numbers.
type wayText struct {
	c     *Config
	from  *conf.Proxy
	backs []*conf.Proxy // that its hosts may lead to, its own first
	lines []*conf.Line  // of the frontend, that are about its hosts
	names []string      // where it is found: hosts and targets
}

// maxFrontend is how many lines a frontend may have whose words are held against those of another one.
const maxFrontend = 64

// text is that of the way whose shape was written last.
func (w *wayShape) text(e *entry) *wayText {
	t := &wayText{c: w.c, from: e.from, backs: w.backs}
	for _, n := range w.routes {
		route := &e.from.Routes.List[n]
		t.lines = append(t.lines, route.Line)
		if route.Cond == nil {
			continue
		}
		suites, _ := route.Cond.Terms()
		for _, term := range slices.Concat(suites...) {
			for _, l := range route.Cond.Proxy.ACLs[term.Name.Value] {
				if term.Inline == nil && !slices.Contains(t.lines, l) {
					t.lines = append(t.lines, l)
				}
			}
		}
	}
	for _, p := range e.places(w.c) {
		t.names = append(t.names, p.host, p.target)
	}
	return t
}

// matches reports whether to is laid out as t is.
func (t *wayText) matches(to *wayText) bool {
	if len(t.backs) != len(to.backs) || len(t.lines) != len(to.lines) || len(t.names) != len(to.names) ||
		t.c.File.Origin != nil || len(t.c.Files) > 1 {
		return false
	}
	if t.from != to.from && (len(t.from.Lines) > maxFrontend || !sameLayout(t.from, to.from)) {
		return false
	}
	for i, p := range t.backs {
		if o := to.backs[i]; p != o && !sameLayout(p, o) {
			return false
		}
	}
	return sameLines(t.lines, to.lines)
}

// sameLayout reports whether two sections have as many words in as many lines.
func sameLayout(p, o *conf.Proxy) bool {
	return len(p.Head.Words) == len(o.Head.Words) && sameLines(p.Lines, o.Lines)
}

func sameLines(list, others []*conf.Line) bool {
	return slices.EqualFunc(list, others, func(l, o *conf.Line) bool {
		return l == o || len(l.Words) == len(o.Words)
	})
}

// sections are those whose words belong to the way: the frontend is one where it is not that of the other way, too.
func (t *wayText) sections(other *wayText) []*conf.Proxy {
	if t.from != other.from && !slices.Contains(t.backs, t.from) {
		return append(slices.Clip(t.backs), t.from)
	}
	return t.backs
}

// A wayMove makes what is said of one way into what is to be said of another one.
type wayMove struct {
	t, to          *wayText
	own, others    []*conf.Proxy
	titles, differ []pair
}

// A pair is what the ways differ in.
type pair struct{ own, other string }

func (t *wayText) move(to *wayText) *wayMove {
	m := &wayMove{t: t, to: to, own: t.sections(to), others: to.sections(t)}
	for i, p := range m.own {
		o := m.others[i]
		if p == o {
			continue
		}
		if p.Name != o.Name {
			m.titles = append(m.titles, pair{p.Title(), o.Title()})
		}
		m.line(p.Head, o.Head)
		for k, l := range p.Lines {
			if l.Is("server") && l.Arg(1) != o.Lines[k].Arg(1) {
				m.titles = append(m.titles, pair{"server " + l.Arg(1), "server " + o.Lines[k].Arg(1)})
			}
			m.line(l, o.Lines[k])
		}
	}
	for i, l := range t.lines {
		m.line(l, to.lines[i])
	}
	for i, name := range t.names {
		m.pair(name, to.names[i])
	}
	return m
}

// line notes in which words two lines differ.
func (m *wayMove) line(l, o *conf.Line) {
	for i := 0; l != o && i < len(l.Words); i++ {
		m.pair(l.Words[i].Value, o.Words[i].Value)
	}
}

// pair notes in which parts two words differ: of an address its host and its port.
func (m *wayMove) pair(own, other string) {
	if own == other {
		return
	}
	if i, k := strings.LastIndexByte(own, ':'), strings.LastIndexByte(other, ':'); i >= 0 && k >= 0 {
		m.pair(own[:i], other[:k])
		m.pair(own[i+1:], other[k+1:])
	} else if p := (pair{own, other}); !slices.Contains(m.differ, p) {
		m.differ = append(m.differ, p)
	}
}

// say is what a text about one way says about the other; ok is false where it has a word in which these differ, but for
// the titles of sections and servers.
func (m *wayMove) say(text string) (said string, ok bool) {
	said = text
	for i, p := range m.titles {
		said = replaceWhole(said, p.own, mark(i))
	}
	for _, p := range m.differ {
		if holds(said, p.own) || holds(said, p.other) {
			return "", false
		}
	}
	for i, p := range m.titles {
		said = strings.ReplaceAll(said, mark(i), p.other)
	}
	return said, true
}

// mark stands for a title.
func mark(i int) string { return "\x00" + string(rune('A'+i)) + "\x00" }

func holds(text, part string) bool { return part != "" && strings.Contains(text, part) }

// replaceWhole replaces words of a text that stand between blanks or before a comma or its end.
func replaceWhole(text, words, by string) string {
	for at := 0; ; {
		i := strings.Index(text[at:], words)
		if i < 0 {
			return text
		}
		begin, end := at+i, at+i+len(words)
		at = end
		if (begin == 0 || text[begin-1] == ' ') && (end == len(text) || text[end] == ' ' || text[end] == ',') {
			text = text[:begin] + by + text[end:]
			at = begin + len(by)
		}
	}
}

// place is the place in the other way that is what p is in the one.
func (m *wayMove) place(p hop.Pos) (there hop.Pos, ok bool) {
	if p.IsZero() {
		return p, true
	}
	if p.File != m.t.c.File.Name {
		return p, false
	}
	of := m.t.c.sectionAt(func(w conf.Word) bool { return w.Line <= p.Line })
	l, o, same := m.find(of, p.Line)
	if same || l == nil {
		return p, same
	}
	for i, w := range l.Words {
		if w.Col != p.Col {
			continue
		}
		there = o.Words[i].Pos()
		for k := i; k < len(l.Words); k++ {
			if l.Words[k].Pos().EndCol == p.EndCol {
				there.EndCol = o.Words[k].Pos().EndCol
				return there, true
			}
		}
	}
	return p, false
}

// find finds the line with a number, and that of the other way that is as it; same says that it is none of one way
// alone.
func (m *wayMove) find(of *conf.Section, number int) (l, o *conf.Line, same bool) {
	if of == nil {
		return nil, nil, true
	}
	k, found := slices.BinarySearchFunc(of.Lines, number, func(l *conf.Line, n int) int { return l.Words[0].Line - n })
	if of == m.t.from.Section && m.t.from == m.to.from {
		i := slices.IndexFunc(m.t.lines, func(l *conf.Line) bool { return l.Words[0].Line == number })
		if i >= 0 {
			return m.t.lines[i], m.to.lines[i], false
		}
		return nil, nil, !found || !ofWays(of.Lines[k])
	}
	i := slices.IndexFunc(m.own, func(p *conf.Proxy) bool { return p.Section == of })
	switch {
	case i < 0:
		return nil, nil, common(of)
	case m.own[i] == m.others[i]:
		return nil, nil, true
	case of.Head.Words[0].Line == number:
		return of.Head, m.others[i].Head, false
	case found:
		return of.Lines[k], m.others[i].Lines[k], false
	}
	return nil, nil, false
}

// ofWays reports a line of a frontend that may be about the hosts of some ways alone.
func ofWays(l *conf.Line) bool { return l.Is("use_backend") || l.Is("acl") }

// common reports a section that all ways have in common.
func common(of *conf.Section) bool { return of.Kind == "defaults" || of.Kind == "global" }

// sectionAt is the last section that begins as before says; nil where none does.
func (c *Config) sectionAt(before func(conf.Word) bool) *conf.Section {
	i, _ := slices.BinarySearchFunc(c.Sections, true, func(s *conf.Section, _ bool) int {
		if before(s.Head.Words[0]) {
			return -1
		}
		return 1
	})
	if i == 0 {
		return nil
	}
	return c.Sections[i-1]
}

// edit is the edit of the other way that is what e is of the one: within a section that is, but for its words, the same
// for both, or within one that both have in common.
func (m *wayMove) edit(e hop.Edit) (there hop.Edit, ok bool) {
	f := m.t.c.File
	if said, ok := m.say(e.New); !ok || said != e.New || e.File != f.Name {
		return e, false
	}
	of := m.t.c.sectionAt(func(w conf.Word) bool { return w.Start <= e.Start })
	i := slices.IndexFunc(m.own, func(p *conf.Proxy) bool { return of != nil && p.Section == of })
	switch {
	case of == nil:
		return e, false
	case of == m.t.from.Section && m.t.from == m.to.from:
		lines := string(f.Src[e.Start-len(f.LineBefore(e.Start)) : e.End])
		return e, !strings.Contains(lines, "use_backend") && !strings.Contains(lines, "acl")
	case i < 0:
		return e, common(of)
	case m.own[i] == m.others[i]:
		return e, true
	}
	g := gaps{src: f.Src, from: of.Head.Words[0].Start, to: m.others[i].Head.Words[0].Start, start: e.Start, end: e.End}
	g.line(of.Head, m.others[i].Head)
	for k, l := range of.Lines {
		g.line(l, m.others[i].Lines[k])
	}
	g.rest()
	e.Start, e.End = g.newStart, g.newEnd
	return e, !g.differ && g.newStart > 0 && g.newEnd >= g.newStart
}

// gaps are what stands between the words of one section and of another one.
type gaps struct {
	src              []byte
	from, to         int // behind the words that were looked at
	start, end       int // of an edit in the one
	newStart, newEnd int // of that in the other
	differ           bool
}

// line goes on behind the words of a line.
func (g *gaps) line(l, o *conf.Line) {
	for i, w := range l.Words {
		g.gap(w.Start, o.Words[i].Start)
		g.from, g.to = w.End, o.Words[i].End
	}
}

// rest goes on to the end of the line.
func (g *gaps) rest() {
	n, k := bytes.IndexByte(g.src[g.from:], '\n'), bytes.IndexByte(g.src[g.to:], '\n')
	if n < 0 || k < 0 {
		g.differ = true
		return
	}
	g.gap(g.from+n+1, g.to+k+1)
}

func (g *gaps) gap(end, other int) {
	g.differ = g.differ || !bytes.Equal(g.src[g.from:end], g.src[g.to:other])
	if g.from <= g.start && g.start <= end && g.newStart == 0 {
		g.newStart = g.to + g.start - g.from
	}
	if g.from <= g.end && g.end <= end {
		g.newEnd = g.to + g.end - g.from
	}
}
