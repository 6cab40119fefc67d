package check

import (
	"fmt"
	"strings"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/internal/spelling"
	"github.com/wslint/wslint/parsers/nginx/conf"
)

// shortestTypo is the length from which a name one letter off a known one is a slip: shorter names are too close to
// each other and to those of other modules.
const shortestTypo = 6

// unknown reports a directive that nginx does not know and that is no other module's either: its name is none, it has
// swallowed the directive in the next line, or it is one slip away from one that would fit here.
func (c *checker) unknown(d *conf.Directive, l *level) {
	name := d.Name.Value
	text := fmt.Sprintf(`unknown directive "%s"`, name)
	if templated(d) || d.Text != "" {
		return
	}
	why := noName(d)
	if meant := c.meant(d, l); why == "" && meant != "" {
		why = fmt.Sprintf("is %s meant?", meant)
	}
	if why != "" {
		report := func(d *conf.Directive, text string, notes ...hop.Note) { c.problem(d.Name.Pos(), text, notes...) }
		if d.HasBlock {
			report = c.misplaced
		}
		report(d, text, hop.Note{Pos: d.Name.Pos(), Text: why})
		return
	}
	// A word in capitals on a line of its own is what people replace with sed.
	if next := swallowed(d); next != nil && (strings.ToUpper(name) != name || d.Args[0].Line == d.Name.Line) {
		c.problem(d.Name.Pos(), text, hop.Note{
			Pos: next.Pos(),
			Text: fmt.Sprintf("this would be %s, but the line before has no ; at its end: or is the # of a comment lost there?",
				next.Value),
		})
	}
}

// noName says why the name of d cannot be that of a module's directive; "" when it can. Modules name their directives
// in letters, digits and underscores, and begin with a letter.
func noName(d *conf.Directive) string {
	name := d.Name.Value
	bad := strings.IndexFunc(name, func(r rune) bool {
		return r != '_' && (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z')
	})
	switch {
	case strings.HasPrefix(name, "\ufeff"):
		return "a byte order mark, which editors hide, begins this word"
	case name == "":
		return "an empty word begins this statement"
	case bad < 0 && name[0] >= '0' && name[0] <= '9':
		return "no directive begins with a digit: does this line continue the one before?"
	case bad < 0:
		return ""
	case strings.HasPrefix(name, "//"), strings.HasPrefix(name, "/*"), strings.HasPrefix(name, "--"),
		strings.HasPrefix(name, "*"):
		return "comments begin with #"
	case strings.ContainsAny(name, "\u201c\u201d\u201e\u2018\u2019\u00ab\u00bb"):
		return `nginx knows the quotes " and ' only: a word processor has replaced them`
	case strings.HasPrefix(name[bad:], "("):
		return "a space is missing before the ("
	case strings.Contains(name, "}"):
		return "a pattern with a { or } in it has to be quoted"
	case strings.HasSuffix(name, ":"):
		return "a directive and its arguments are separated by spaces"
	}
	return "names of directives are made of letters, digits and underscores"
}

// swallowed is the word in a later line of an unknown directive that begins another directive: nil when there is
// none. A module's own arguments may be named like directives, but they do not begin a line.
func swallowed(d *conf.Directive) *conf.Word {
	last := &d.Name
	for i := range d.Args {
		a := &d.Args[i]
		if a.File == last.File && a.Line > last.Line && a.Quote == 0 && conf.Known(a.Value) &&
			i+1 < len(d.Args) {
			return a
		}
		last = a
	}
	return nil
}

// meant is the directive that the name of d is one slip away from and that would fit in its place; "" when there is
// none.
func (c *checker) meant(d *conf.Directive, l *level) (meant string) {
	name := d.Name.Value
	// The substitutions filter module calls its directives nearly as nginx does. A block tells more by what is in it.
	if strings.HasPrefix(name, "subs_filter") || d.Name.Quote != 0 || len(name) < shortestTypo && !d.HasBlock {
		return ""
	}
	for known := range conf.Names() {
		// geoip2_proxy is no slip for geoip_proxy, nor http3_max_requests for http2_max_requests.
		if !spelling.OneSlip(name, known) || withoutDigits(name) == withoutDigits(known) {
			continue
		}
		for _, s := range conf.Specs(known) {
			fits := s.In&l.in != 0 && s.Block == d.HasBlock && s.Fits(len(d.Args)) &&
				(!d.HasBlock || c.holds(d, known, s.In&l.in))
			if fits && (meant == "" || known < meant) {
				meant = known
			}
		}
	}
	return meant
}

// holds reports whether what is in the block of d fits a block of the given name in one of the contexts outer.
func (c *checker) holds(d *conf.Directive, name string, outer conf.Context) bool {
	switch name {
	case "map", "split_clients", "geo":
		return len(d.Args) > 0 && strings.HasPrefix(d.Args[len(d.Args)-1].Value, "$")
	case "events", "http":
		if len(d.Block) == 0 { // or with an include in it that finds nothing
			return d.Parent == nil && c.tree.Context == "main"
		}
	}
	known, in := 0, conf.Inside(name, outer)
	for _, child := range d.Block {
		if child.Is("include") {
			known++
			continue
		}
		if !child.Known() {
			continue
		}
		if len(conf.SpecsIn(child.Name.Value, in)) == 0 {
			return false
		}
		known++
	}
	return known > 0
}

// withoutDigits is name without its digits.
func withoutDigits(name string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return -1
		}
		return r
	}, name)
}
