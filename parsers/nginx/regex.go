package nginx

import (
	"regexp"
	"regexp/syntax"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/wslint/wslint/parsers"
	"github.com/wslint/wslint/parsers/nginx/conf"

	"github.com/dlclark/regexp2/v2"
)

// A pattern is a PCRE as nginx uses it: it matches bytes, and groups are numbered by their opening parenthesis
// whether they have a name or not. It is compiled when something is first matched: of thousands, most never are.
type pattern struct {
	source string
	plain  string // source without names
	fold   bool
	names  map[string]int // named group -> number
	groups int
	hidden bool // it is of a file whose text may not be shown
	budget *parsers.Budget
	begins string // what every string that it matches begins with, in lower case where it folds; "" for anything

	// tree is the source as Go reads it; nil where it cannot.
	tree func() *syntax.Regexp
	// first is what sampleOf makes up.
	first func() madeUp
	// engine matches.
	engine func() engine
}

// An engine matches by a pattern.
type engine struct {
	simple *regexp.Regexp  // where Go's own engine means the same: it is faster and cannot blow up
	full   *regexp2.Regexp // for lookaround, backreferences, possessive and atomic groups
	err    string          // why the pattern cannot be evaluated
}

// matchLimit bounds one match: a pattern that takes longer is unknown, not an endless run.
const matchLimit = 200 * time.Millisecond

// compilePattern never fails: a pattern that cannot be evaluated says so in fault, and everything that hangs on it is
// unknown.
func compilePattern(source string, fold bool, of *conf.File) *pattern {
	p := &pattern{source: source, fold: fold}
	if of != nil {
		p.hidden, p.budget = of.Hidden, of.Regexes
	}
	p.plain, p.names, p.groups = unname(source)
	p.begins = beginning(source, fold)
	p.tree, p.first, p.engine = sync.OnceValue(p.parse), sync.OnceValue(p.firstSample), sync.OnceValue(p.compile)
	return p
}

func (p *pattern) parse() *syntax.Regexp {
	re, err := syntax.Parse(p.plain, syntax.Perl)
	if err != nil {
		return nil
	}
	return re
}

// fault says why a pattern cannot be evaluated; "" where it can.
func (p *pattern) fault() string {
	if parsers.IsPlainRegex(p.plain) && p.tree() != nil {
		return ""
	}
	return p.engine().err
}

func (p *pattern) compile() engine {
	if parsers.IsPlainRegex(p.plain) {
		// A dot does not match a newline in either engine.
		plain := p.plain
		if p.fold {
			plain = "(?i)" + plain
		}
		if re, err := regexp.Compile(plain); err == nil {
			return engine{simple: re}
		}
	}
	return p.compileFull()
}

func (p *pattern) compileFull() engine {
	options := regexp2.None
	if p.fold {
		options |= regexp2.IgnoreCase
	}
	re, err := regexp2.Compile(toDotNet(p.plain), options)
	if err != nil {
		return engine{err: p.name() + " cannot be evaluated here"}
	}
	re.MatchTimeout = matchLimit
	return engine{full: re}
}

// beginning is the text that everything begins with that an anchored expression matches; "" where there is none. Of a
// thousand locations, nearly all are told apart by it.
func beginning(source string, fold bool) string {
	rest, anchored := strings.CutPrefix(source, "^")
	if !anchored || strings.IndexByte(rest, '|') >= 0 && !grouped(rest) {
		return ""
	}
	n := 0
	for n < len(rest) && (isAlnum(rest[n]) || strings.IndexByte("/-_,:;=@~%&", rest[n]) >= 0) {
		n++
	}
	if n < len(rest) && strings.IndexByte("*?{+", rest[n]) >= 0 {
		n-- // the last one may be there, or more than once
	}
	text := rest[:max(n, 0)]
	if fold {
		return strings.ToLower(text)
	}
	return text
}

// grouped reports whether every | of an expression stands within parentheses. Of one with quoted text, comments or
// options that is not told.
func grouped(re string) bool {
	depth := 0
	for i := 0; i < len(re); i++ {
		switch re[i] {
		case '\\':
			if i++; i < len(re) && re[i] == 'Q' {
				return false
			}
		case '[':
			if i = classEnd(re, i); i < 0 {
				return false
			}
		case '(':
			if depth++; i+2 < len(re) && re[i+1] == '?' && strings.IndexByte(":=!<P'>", re[i+2]) < 0 {
				return false
			}
		case ')':
			depth--
		case '|':
			if depth == 0 {
				return false
			}
		}
	}
	return true
}

// classEnd is where the class ends that begins at i; -1 where that is not plain.
func classEnd(re string, i int) int {
	if strings.Contains(re[i:], "[:") {
		return -1
	}
	i++
	if i < len(re) && re[i] == '^' {
		i++
	}
	for first := i; i < len(re); i++ {
		switch {
		case re[i] == '\\':
			i++
		case re[i] == ']' && i > first:
			return i
		}
	}
	return -1
}

// mayMatch reports whether s begins as everything does that p matches.
func (p *pattern) mayMatch(s string) bool {
	n := len(p.begins)
	switch {
	case n == 0:
		return true
	case len(s) < n:
		return false
	case !p.fold:
		return s[:n] == p.begins
	}
	for i := range n {
		c := s[i]
		if c >= 'A' && c <= 'Z' {
			c += 'a' - 'A'
		}
		if c != p.begins[i] {
			return false
		}
	}
	return true
}

// name is what reasons call it.
func (p *pattern) name() string {
	if p.hidden {
		return "a regular expression"
	}
	return "the regular expression \"" + p.source + "\""
}

func isAlnum(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
}

// unname turns named groups into numbered ones, because .NET numbers named groups after all others and PCRE does not.
func unname(re string) (plain string, names map[string]int, groups int) {
	var b strings.Builder
	inClass := false
	for i := 0; i < len(re); i++ {
		c := re[i]
		switch {
		case c == '\\' && i+1 < len(re):
			b.WriteString(re[i : i+2])
			i++
			continue
		case inClass:
			if c == ']' {
				inClass = false
			}
		case c == '[':
			inClass = true
			if i+1 < len(re) && re[i+1] == '^' {
				b.WriteByte('[')
				i++
				c = '^'
			}
			if i+1 < len(re) && re[i+1] == ']' {
				b.WriteByte(c)
				b.WriteString(`\]`)
				i++
				continue
			}
		case c == '(':
			if i+1 >= len(re) || re[i+1] != '?' && re[i+1] != '*' {
				groups++
				break
			}
			if name, length := groupName(re[i:]); name != "" {
				groups++
				if names == nil {
					names = map[string]int{}
				}
				if _, twice := names[name]; !twice {
					names[name] = groups
				}
				b.WriteByte('(')
				i += length - 1
				continue
			}
		}
		b.WriteByte(c)
	}
	return backNames(b.String(), names), names, groups
}

// groupName reads the opening of a named group, (?<name> or (?P<name> or (?'name', and its length.
func groupName(s string) (name string, length int) {
	for _, open := range []struct {
		begin string
		end   byte
	}{{"(?P<", '>'}, {"(?<", '>'}, {"(?'", '\''}} {
		rest, ok := strings.CutPrefix(s, open.begin)
		if !ok || rest == "" || !conf.IsNameByte(rest[0]) {
			continue
		}
		if end := strings.IndexByte(rest, open.end); end > 0 {
			return rest[:end], len(open.begin) + end + 1
		}
	}
	return "", 0
}

// backNames turns references to named groups into numbered ones.
func backNames(re string, names map[string]int) string {
	for name, n := range names {
		for _, ref := range []string{`\k<` + name + `>`, `\k{` + name + `}`, `\k'` + name + `'`, `(?P=` + name + `)`,
			`\g{` + name + `}`} {
			re = strings.ReplaceAll(re, ref, `(?:\`+strconv.Itoa(n)+`)`)
		}
	}
	return re
}

// toDotNet rewrites what PCRE has and .NET has not: possessive quantifiers become atomic groups only in the simplest
// form (a greedy quantifier matches the same set of whole strings save in pathological cases that the match limit
// bounds), \h is a blank, and $ in PCRE's default mode is .NET's $ too. Character classes are kept to ASCII as PCRE
// without (*UCP) has them.
func toDotNet(re string) string {
	re = strings.TrimPrefix(re, "(*UTF8)")
	var b strings.Builder
	inClass := false
	for i := 0; i < len(re); i++ {
		c := re[i]
		if c == '\\' && i+1 < len(re) {
			i++
			b.WriteString(escapeClass(re[i], inClass))
			continue
		}
		switch {
		case c == '[' && !inClass:
			inClass = true
		case c == '[' && strings.HasPrefix(re[i:], "[:"):
			if end := strings.Index(re[i:], ":]"); end > 0 {
				if set, ok := posixClasses[re[i+2:i+end]]; ok {
					b.WriteString(set)
					i += end + 1
					continue
				}
			}
			b.WriteString(`\[`)
			continue
		case c == '[':
			b.WriteString(`\[`) // .NET would take it for a subtraction
			continue
		case c == ']':
			inClass = false
		case c >= 0x80:
			b.WriteString(`\x` + strconv.FormatUint(uint64(c), 16)) // bytes are matched as Latin-1
			continue
		}
		b.WriteByte(c)
	}
	return b.String()
}

var posixClasses = map[string]string{
	"alnum": "a-zA-Z0-9", "alpha": "a-zA-Z", "digit": "0-9", "lower": "a-z", "upper": "A-Z", "xdigit": "0-9a-fA-F",
	"space": `\t\n\v\f\r `, "blank": `\t `, "word": "a-zA-Z0-9_", "punct": "!-/:-@\\[-`{-~", "print": " -~",
	"graph": "!-~", "cntrl": `\x00-\x1f\x7f`,
}

func escapeClass(c byte, inClass bool) string {
	set := map[byte]string{'d': "0-9", 'w': "a-zA-Z0-9_", 's': `\t\n\v\f\r `, 'h': `\t `}[c]
	not := map[byte]string{'D': "0-9", 'W': "a-zA-Z0-9_", 'S': `\t\n\v\f\r `}[c]
	switch {
	case set != "" && inClass:
		return set
	case set != "":
		return "[" + set + "]"
	case not != "" && !inClass:
		return "[^" + not + "]"
	}
	return `\` + string(rune(c))
}

// match returns the captured groups, 0 being the whole; nil when s does not match. why is not empty when that cannot
// be decided.
func (p *pattern) match(s string) (groups []string, why string) {
	if !p.mayMatch(s) {
		return nil, p.fault()
	}
	e := p.engine()
	if e.simple != nil && strings.HasSuffix(s, "\n") {
		// PCRE's $, like .NET's, also matches before it, Go's does not.
		e = p.compileFull()
	}
	switch {
	case e.err != "":
		return nil, e.err
	case e.simple != nil:
		groups = e.simple.FindStringSubmatch(latin1(s))
		for i := range groups {
			groups[i] = fromLatin1(groups[i])
		}
		return groups, ""
	}
	var m *regexp2.Match
	var err error
	if !p.budget.Match(func() { m, err = e.full.FindStringMatch(latin1(s)) }) || err != nil {
		return nil, p.name() + " takes too long to evaluate"
	}
	if m == nil {
		return nil, ""
	}
	for i := range p.groups + 1 {
		g := ""
		if c := m.GroupByNumber(i); c != nil {
			g = fromLatin1(c.String())
		}
		groups = append(groups, g)
	}
	return groups, ""
}

// takes is match for somebody who does not look at what is captured: of a string that was made for the pattern it is
// known.
func (p *pattern) takes(s string) (takes bool, why string) {
	if made := p.first(); made.surely && made.text == s {
		return true, ""
	}
	groups, why := p.match(s)
	return groups != nil, why
}

// latin1 makes each byte one character, as nginx matches bytes.
func latin1(s string) string {
	if isASCII(s) {
		return s
	}
	r := make([]rune, len(s))
	for i := range len(s) {
		r[i] = rune(s[i])
	}
	return string(r)
}

func fromLatin1(s string) string {
	if isASCII(s) {
		return s
	}
	b := make([]byte, 0, len(s))
	for _, r := range s {
		b = append(b, byte(r))
	}
	return string(b)
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}
