package haproxy

import (
	"fmt"
	"slices"
	"strings"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers"
)

func (c *Config) problem(pos hop.Pos, format string, args ...any) {
	c.Problems = append(c.Problems, parsers.Problem{Pos: pos, Text: fmt.Sprintf(format, args...)})
}

// check finds what every HAProxy refuses to start with that takes the words of the line at all: 2.6, as measured, and the newest. What
// depends on the machine, on files or on names that only DNS knows is not looked for.
func (c *Config) check(sections []*section, proxies map[*section]*proxy) {
	for _, s := range sections {
		if s.head.maybe != "" {
			continue
		}
		p := proxies[s]
		name := s.kind
		if p != nil {
			name = "proxy"
			c.checkHead(p)
		}
		if n, ok := headWords[s.kind]; ok && len(s.head.words) > n && !slices.ContainsFunc(s.head.words, func(w Word) bool { return w.Why != "" }) {
			c.problem(s.head.words[n].Pos(), "'%s' cannot handle unexpected argument '%s'.", s.kind, s.head.arg(n))
		}
		t := tables()[name]
		for _, l := range s.lines {
			if t != nil && l.maybe == "" {
				c.checkLine(t, s, p, l)
			}
		}
	}
	for _, p := range c.proxies {
		for _, l := range p.lines {
			if p.head.maybe == "" && l.maybe == "" {
				c.checkNames(p, l)
			}
		}
	}
	c.resolve(sections)
	slices.SortStableFunc(c.Problems, func(a, b parsers.Problem) int { return a.Pos.Line - b.Pos.Line })
	c.Problems = slices.CompactFunc(c.Problems, func(a, b parsers.Problem) bool { return a.Pos == b.Pos && a.Text == b.Text })
}

// headWords are how many words may open a section.
var headWords = map[string]int{"global": 1, "peers": 2, "userlist": 2, "cache": 2, "log-forward": 2, "fcgi-app": 2, "program": 2}

// place is where a line of a proxy stands, as keywords.txt has it.
func place(p *proxy) string {
	switch {
	case p.kind == "defaults" && p.name == "":
		return "D"
	case p.kind == "defaults":
		return "N"
	}
	return strings.ToUpper(p.kind[:1])
}

// checkLine holds a line against the table of its section.
func (c *Config) checkLine(t table, s *section, p *proxy, l *line) {
	k := c.newChecker(p, l)
	if !k.more() {
		return
	}
	kw := t.find(k.word())
	title := s.kind
	switch {
	case kw == nil:
		candidates := t.names("")
		if p != nil {
			candidates = t.names(place(p))
		}
		k.unknownWord(append(candidates, sectionKinds...), "unknown keyword '%s' in '%s' section", k.word(), title)
	case kw.other:
	case l.no || l.reset:
		c.checkNegated(k, kw)
	case p != nil && !strings.Contains(kw.where, place(p)):
		k.fail("'%s' not allowed in '%s' section.", k.word(), title)
	default:
		k.at = 1
		k.elements(kw.args, false)
	}
}

// negatable are the keywords that "no" may be put before.
var negatable = []string{
	"option", "log", "busy-polling", "set-dumpable", "strict-limits", "insecure-fork-wanted", "insecure-setuid-wanted", "numa-cpu-mapping",
}

// checkNegated checks a line that begins with no or default; what newer versions let be negated in the global section is not known.
func (c *Config) checkNegated(k *checker, kw *keyword) {
	switch {
	case slices.Contains(negatable, k.word()):
		k.at = 1
		k.elements(kw.args, false)
	case k.p != nil:
		k.fail("negation/default currently supported only for options, log, busy-polling, set-dumpable, strict-limits, insecure-fork-wanted and numa-cpu-mapping.")
	}
}

// checkHead checks the line that opens the section of a proxy.
func (c *Config) checkHead(p *proxy) {
	k := c.newChecker(p, p.head)
	if k.open {
		return
	}
	n := len(k.words)
	if p.kind == "defaults" {
		return
	}
	k.at = 1
	switch from, has := fromName(p.section); {
	case n == 1:
		k.fail("'%s' expects an <id> argument", p.kind)
	case badName(p.name) != "":
		k.fail("character '%s' is not permitted in '%s' name '%s'.", badName(p.name), p.kind, p.name)
	case (n > 4 || n > 2 && !has) && len(p.lines) > 0 && (p.kind == "backend" || !strings.ContainsAny(k.words[2].Value, ":/")):
		// Versions before 1.7 take the address of a listener here.
		k.at = 2
		k.fail("'%s' : unexpected argument '%s'", p.kind, k.word())
	case has && p.base == nil && c.whole && !c.beside(from, "defaults"):
		k.at = 3
		k.fail("defaults section '%s' not found for %s '%s'.", from, p.kind, p.name)
	case p.kind == "listen" && p.base != nil && slices.ContainsFunc(p.base.lines, func(l *line) bool { return l.maybe == "" && isRule(l) }):
		k.at = 0
		k.fail("a listen section cannot inherit from a defaults section defining TCP/HTTP rules.")
	}
	for _, o := range c.proxies {
		if o == p {
			break
		}
		if o.name == p.name && o.head.maybe == "" && p.name != "" && (o.frontend() && p.frontend() || o.backend() && p.backend()) {
			k.at = 1
			k.fail("%s '%s' has the same name as %s '%s' declared at line %d.", p.kind, p.name, o.kind, o.name, o.head.words[0].Line)
		}
	}
}

// isRule reports whether a line is a rule for requests or responses.
func isRule(l *line) bool {
	return l.is("http-request") || l.is("http-response") || l.is("http-after-response") ||
		(l.is("tcp-request") || l.is("tcp-response")) && l.arg(1) != "inspect-delay"
}

// checkNames looks up the backends and servers that a line names.
func (c *Config) checkNames(p *proxy, l *line) {
	if len(l.words) < 2 || l.words[1].Why != "" {
		return
	}
	w := l.words[1]
	switch keyword := l.arg(0); keyword {
	case "default_backend", "use_backend":
		// A format makes up a name when a connection comes.
		if p.frontend() && !strings.Contains(w.Value, "%") && !strings.Contains(w.Value, "${") {
			c.checkTarget(p, keyword, w)
		}
	case "use-server":
		named := func(s *server) bool { return s.name == w.Value || s.many }
		if p.backend() && !slices.ContainsFunc(p.servers, named) && !strings.Contains(w.Value, "%") {
			c.problem(w.Pos(), "unable to find server '%s' in %s '%s'.", w.Value, p.kind, p.name)
		}
	}
}

// checkTarget looks for a backend that a frontend names, and compares the modes of the two.
func (c *Config) checkTarget(p *proxy, keyword string, w Word) {
	target := c.find(w.Value)
	if target == nil {
		if c.whole && !c.beside(w.Value, "backend", "listen") {
			found := parsers.Problem{Pos: w.Pos(), Text: fmt.Sprintf("unable to find required %s: '%s'", keyword, w.Value)}
			var names []string
			for _, p := range c.proxies {
				if p.backend() {
					names = append(names, p.name)
				}
			}
			if meant := nearest(w.Value, names); meant != "" {
				found.Notes = []hop.Note{{Pos: w.Pos(), Text: "is " + meant + " meant?"}}
			}
			c.Problems = append(c.Problems, found)
		}
		return
	}
	from, why := p.mode()
	to, why2 := target.mode()
	if from == "http" && to == "tcp" && why == "" && why2 == "" {
		c.problem(w.Pos(), "http frontend '%s' tries to use incompatible tcp backend '%s' (mode tcp) in a '%s' rule.", p.name, target.name, keyword)
	}
}
