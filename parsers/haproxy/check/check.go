// Package check finds what makes HAProxy refuse to start: words and arguments that no HAProxy takes, and names that
// nothing has. The tables keywords.txt and samples.txt say what 2.6 takes, and what only other versions do, which is
// passed over.
package check

import (
	"fmt"
	"slices"
	"strings"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers"
	"github.com/wslint/wslint/parsers/haproxy/conf"
)

// A configuration is one that is being checked, and what has been found so far.
type configuration struct {
	*conf.Config
	problems   []parsers.Problem
	references []reference // names to look up once all is read
	named      map[string][]*conf.Proxy
	checker    checker       // of the line that is being read
	tlsSet     map[bool]bool // what tlsBeside has found
}

func (c *configuration) problem(pos hop.Pos, format string, args ...any) {
	c.problems = append(c.problems, parsers.Problem{Pos: pos, Text: fmt.Sprintf(format, args...)})
}

// Problems finds what every HAProxy refuses to start with that takes the words of the line at all: 2.6, as measured,
// and the newest. What depends on the machine, on files or on names that only DNS knows is not looked for. What a
// template fills in has no problems.
func Problems(read *conf.Config) []parsers.Problem {
	if read.Template {
		return nil
	}
	c := &configuration{
		Config: read, problems: slices.Clone(read.Problems),
		named: map[string][]*conf.Proxy{}, tlsSet: map[bool]bool{},
	}
	for _, p := range c.Proxies {
		c.named[p.Name] = append(c.named[p.Name], p)
	}
	for _, s := range c.Sections {
		if s.Head.Maybe == "" {
			c.checkSection(s)
		}
	}
	for _, p := range c.Proxies {
		for _, l := range p.Lines {
			if p.Head.Maybe == "" && l.Maybe == "" {
				c.checkNames(p, l)
			}
		}
		if p.Head.Maybe == "" && c.Whole {
			c.checkTLS(p)
		}
	}
	c.resolve()
	c.checkSameNames()
	slices.SortStableFunc(c.problems, func(a, b parsers.Problem) int { return a.Pos.Line - b.Pos.Line })
	return slices.CompactFunc(c.problems, func(a, b parsers.Problem) bool { return a.Pos == b.Pos && a.Text == b.Text })
}

func (c *configuration) checkSection(s *conf.Section) {
	p := c.BySection[s]
	name := s.Kind
	if p != nil {
		name = "proxy"
		c.checkHead(p)
	}
	if n, ok := headWords[s.Kind]; ok && len(s.Head.Words) > n &&
		!slices.ContainsFunc(s.Head.Words, func(w conf.Word) bool { return w.Why != "" }) {
		c.problem(s.Head.Words[n].Pos(), "'%s' cannot handle unexpected argument '%s'.", s.Kind, s.Head.Arg(n))
	}
	if slices.Contains(namedSections, s.Kind) && len(s.Head.Words) == 1 {
		c.problem(s.Head.Pos(), "missing name for %s section.", s.Kind)
	}
	t := tables()[name]
	for _, l := range s.Lines {
		if t != nil && l.Maybe == "" {
			c.checkLine(t, s, p, l)
		}
	}
}

// namedSections are those that no version takes without a name, besides proxies.
var namedSections = []string{
	"userlist", "peers", "cache", "resolvers", "mailers", "http-errors", "ring", "fcgi-app", "log-forward", "program",
}

// headWords are how many words may open a section.
var headWords = map[string]int{
	"global":      1,
	"peers":       2,
	"userlist":    2,
	"cache":       2,
	"log-forward": 2,
	"fcgi-app":    2,
	"program":     2,
}

// place is where a line of a proxy stands, as keywords.txt has it.
func place(p *conf.Proxy) string {
	switch {
	case p.Kind == "defaults" && p.Name == "":
		return "D"
	case p.Kind == "defaults":
		return "N"
	}
	return strings.ToUpper(p.Kind[:1])
}

// checkLine holds a line against the table of its section.
func (c *configuration) checkLine(t table, s *conf.Section, p *conf.Proxy, l *conf.Line) {
	k := c.newChecker(p, l)
	if !k.more() || c.refused(l) {
		return
	}
	kw := t.find(k.word())
	title := s.Kind
	switch {
	case kw == nil:
		candidates := t.names("")
		if p != nil {
			candidates = t.names(place(p))
		}
		k.unknownWord(append(candidates, conf.SectionKinds...), "unknown keyword '%s' in '%s' section", k.word(), title)
	case kw.other:
		k.other(k.word())
	case l.No || l.Reset:
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
	"option", "log", "busy-polling", "set-dumpable", "strict-limits", "insecure-fork-wanted", "insecure-setuid-wanted",
	"numa-cpu-mapping",
}

// checkNegated checks a line that begins with no or default; what newer versions let be negated in the global section
// is not known.
func (c *configuration) checkNegated(k *checker, kw *keyword) {
	switch {
	case slices.Contains(negatable, k.word()):
		k.at = 1
		k.elements(kw.args, false)
	case k.p != nil:
		k.fail(
			"negation/default currently supported only for options, log, busy-polling, set-dumpable, strict-limits, " +
				"insecure-fork-wanted and numa-cpu-mapping.",
		)
	}
}

// checkHead checks the line that opens the section of a proxy.
func (c *configuration) checkHead(p *conf.Proxy) {
	k := c.newChecker(p, p.Head)
	if k.open {
		return
	}
	n := len(k.words)
	if p.Kind == "defaults" {
		return
	}
	k.at = 1
	switch from, has := conf.FromName(p.Section); {
	case n == 1:
		k.fail("'%s' expects an <id> argument", p.Kind)
	case badName(p.Name) != "":
		k.fail("character '%s' is not permitted in '%s' name '%s'.", badName(p.Name), p.Kind, p.Name)
	case (n > 4 || n > 2 && !has) && len(p.Lines) > 0 &&
		(p.Kind == "backend" || !strings.ContainsAny(k.words[2].Value, ":/")):
		// Versions before 1.7 take the address of a listener here.
		k.at = 2
		k.fail("'%s' : unexpected argument '%s'", p.Kind, k.word())
	case has && p.Base == nil && c.Whole && !c.Beside(from, "defaults"):
		k.at = 3
		k.fail("defaults section '%s' not found for %s '%s'.", from, p.Kind, p.Name)
	case p.Kind == "listen" && p.Base != nil && slices.ContainsFunc(p.Base.Lines,
		func(l *conf.Line) bool { return l.Maybe == "" && isRule(l) }):
		k.at = 0
		k.fail("a listen section cannot inherit from a defaults section defining TCP/HTTP rules.")
	}
	for _, o := range c.named[p.Name] {
		if o == p {
			break
		}
		if o.Head.Maybe == "" && p.Name != "" &&
			(o.Frontend() && p.Frontend() || o.Backend() && p.Backend()) {
			k.at = 1
			k.fail(
				"%s '%s' has the same name as %s '%s' declared at line %d.",
				p.Kind,
				p.Name,
				o.Kind,
				o.Name,
				o.Head.Words[0].Line,
			)
		}
	}
}

// isRule reports whether a line is a rule for requests or responses.
func isRule(l *conf.Line) bool {
	return l.Is("http-request") || l.Is("http-response") || l.Is("http-after-response") ||
		(l.Is("tcp-request") || l.Is("tcp-response")) && l.Arg(1) != "inspect-delay"
}

// checkNames looks up the backends and servers that a line names.
func (c *configuration) checkNames(p *conf.Proxy, l *conf.Line) {
	if len(l.Words) < 2 || l.Words[1].Why != "" {
		return
	}
	w := l.Words[1]
	switch keyword := l.Arg(0); keyword {
	case "default_backend", "use_backend":
		if inForce, _ := p.InForce(keyword); keyword == "default_backend" && !slices.Contains(inForce, l) {
			return // the last one counts, and no other is looked up
		}
		// A format makes up a name when a connection comes.
		if p.Frontend() && !strings.Contains(w.Value, "%") && !strings.Contains(w.Value, "${") {
			c.checkTarget(p, keyword, w)
		}
	case "use-server":
		named := func(s *conf.Server) bool { return s.Name == w.Value || s.Many }
		if p.Backend() && !slices.ContainsFunc(p.Servers, named) && !strings.Contains(w.Value, "%") {
			c.problem(w.Pos(), "unable to find server '%s' in %s '%s'.", w.Value, p.Kind, p.Name)
		}
	}
}

// checkTarget looks for a backend that a frontend names, and compares the modes of the two.
func (c *configuration) checkTarget(p *conf.Proxy, keyword string, w conf.Word) {
	target := c.Find(w.Value)
	if target == nil {
		if c.Whole && !c.Beside(w.Value, "backend", "listen") {
			found := parsers.Problem{Pos: w.Pos(), Text: fmt.Sprintf("unable to find required %s: '%s'", keyword, w.Value)}
			var names []string
			for _, p := range c.Proxies {
				if p.Backend() {
					names = append(names, p.Name)
				}
			}
			if meant := nearest(w.Value, names); meant != "" {
				found.Notes = []hop.Note{{Pos: w.Pos(), Text: "is " + meant + " meant?"}}
			}
			c.problems = append(c.problems, found)
		}
		return
	}
	from, why := p.Mode()
	to, why2 := target.Mode()
	if from == "http" && to == "tcp" && why == "" && why2 == "" {
		c.problem(
			w.Pos(),
			"http frontend '%s' tries to use incompatible tcp backend '%s' (mode tcp) in a '%s' rule.",
			p.Name,
			target.Name,
			keyword,
		)
	}
}
