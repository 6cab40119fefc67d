// Package gitignore matches names of files against patterns as .gitignore has them, by git's own rules: what git
// check-ignore says of a name is what this says. No pattern takes longer than its name is long.
package gitignore

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// A Pattern is one line of a .gitignore.
type Pattern struct {
	Text    string
	Line    int  // from 1 on
	Negated bool // "!name": what it fits is not ignored
	dirs    bool // "name/": fits directories alone
	base    bool // without a slash: fits a name in any directory
	re      *regexp.Regexp
}

// Parse reads one pattern; ok is false for a line that holds none.
func Parse(line string) (p Pattern, ok bool) {
	p.Text = line
	s := trimSpaces(strings.TrimSuffix(line, "\r"))
	if s == "" || s[0] == '#' {
		return p, false
	}
	if s[0] == '!' {
		p.Negated, s = true, s[1:]
	}
	if len(s) > 1 {
		s, p.dirs = strings.CutSuffix(s, "/")
	}
	p.base = !strings.Contains(s, "/")
	s = strings.TrimPrefix(s, "/")
	if s == "" {
		return p, false
	}
	if expr, valid := translate(bytewise(s)); valid {
		p.re, _ = regexp.Compile(expr) // one that is too large fits nothing
	}
	return p, true
}

// Fits reports whether the pattern fits a name, relative to the directory of its file and with slashes.
func (p Pattern) Fits(name string, dir bool) bool {
	if p.re == nil || p.dirs && !dir {
		return false
	}
	if p.base {
		name = name[strings.LastIndexByte(name, '/')+1:]
	}
	return p.re.MatchString(bytewise(name))
}

// A List is the patterns of one file. Of several that fit the last one counts.
type List []Pattern

// ParseList reads the text of a .gitignore.
func ParseList(src string) (list List) {
	n := 0
	for line := range strings.Lines(strings.TrimPrefix(src, "\ufeff")) {
		n++
		if p, ok := Parse(strings.TrimSuffix(line, "\n")); ok {
			p.Line = n
			list = append(list, p)
		}
	}
	return list
}

// Find returns the pattern that decides about a name; ok is false when none does.
func (l List) Find(name string, dir bool) (p Pattern, ok bool) {
	for i := len(l) - 1; i >= 0; i-- {
		if l[i].Fits(name, dir) {
			return l[i], true
		}
	}
	return p, false
}

// trimSpaces cuts the blanks at the end of a line that no backslash precedes.
func trimSpaces(s string) string {
	end := 0
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case ' ':
			continue
		case '\\':
			i++
		}
		end = min(i+1, len(s))
	}
	return s[:end]
}

// bytewise has a character for each byte, as git compares names.
func bytewise(s string) string {
	runes := make([]rune, len(s))
	for i := range len(s) {
		runes[i] = rune(s[i])
	}
	return string(runes)
}

// translate writes a pattern as a regular expression; valid is false for one that fits nothing.
func translate(pattern string) (expr string, valid bool) {
	var b strings.Builder
	b.WriteString("(?s)^")
	s := []rune(pattern)
	// git compares what precedes the first wildcard by itself: to the rest its end is a beginning.
	begin := slices.IndexFunc(s, func(c rune) bool { return strings.ContainsRune(`*?[\`, c) })
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '*':
			n := 1
			for i+n < len(s) && s[i+n] == '*' {
				n++
			}
			alone := (i == begin || s[i-1] == '/') && (i+n == len(s) || s[i+n] == '/')
			switch {
			case n == 1 || !alone:
				b.WriteString("[^/]*")
			case i+n < len(s):
				b.WriteString("(?:.*/)?")
				n++
			default:
				b.WriteString(".*")
			}
			i += n - 1
		case '?':
			b.WriteString("[^/]")
		case '[':
			set, end := class(s, i+1)
			if end < 0 {
				return "", false
			}
			b.WriteString(set)
			i = end
		case '\\':
			if i++; i == len(s) {
				return "", false
			}
			b.WriteString(regexp.QuoteMeta(string(s[i])))
		default:
			b.WriteString(regexp.QuoteMeta(string(s[i])))
		}
	}
	return b.String() + "$", true
}

// class reads the set of characters behind a bracket, which never holds a slash. end is the index of the closing
// bracket, -1 where there is none, or the set names a class that nobody knows.
func class(s []rune, i int) (expr string, end int) {
	var set [256]bool
	negated := i < len(s) && (s[i] == '!' || s[i] == '^')
	if negated {
		i++
	}
	last := rune(0) // the one that a range would begin with
	for first := true; ; first = false {
		switch {
		case i >= len(s):
			return "", -1
		case s[i] == ']' && !first:
			return charSet(set, negated), i
		case s[i] == '-' && last != 0 && i+1 < len(s) && s[i+1] != ']':
			if i++; s[i] == '\\' {
				if i++; i >= len(s) {
					return "", -1
				}
			}
			for c := last; c <= s[i]; c++ {
				set[c] = true
			}
			last = 0
		case s[i] == '[' && i+1 < len(s) && s[i+1] == ':':
			name, _, closed := strings.Cut(string(s[i+2:]), "]")
			if !closed {
				return "", -1
			}
			word, ok := strings.CutSuffix(name, ":")
			if !ok { // the bracket stands for itself
				set['['], last = true, 0
				break
			}
			in := posix[word]
			if in == nil {
				return "", -1
			}
			for c := range set[:128] {
				set[c] = set[c] || in(byte(c))
			}
			i, last = i+len(name)+2, 0
		case s[i] == '\\':
			if i++; i >= len(s) {
				return "", -1
			}
			set[s[i]], last = true, s[i]
		default:
			set[s[i]], last = true, s[i]
		}
		i++
	}
}

// charSet writes a set as a regular expression has it.
func charSet(set [256]bool, negated bool) string {
	var b strings.Builder
	for c, in := range set {
		if in != negated && c != '/' {
			fmt.Fprintf(&b, `\x{%x}`, c)
		}
	}
	if b.Len() == 0 {
		return `[^\x{0}-\x{10ffff}]`
	}
	return "[" + b.String() + "]"
}

func lower(c byte) bool { return c >= 'a' && c <= 'z' }
func upper(c byte) bool { return c >= 'A' && c <= 'Z' }
func digit(c byte) bool { return c >= '0' && c <= '9' }
func graph(c byte) bool { return c > ' ' && c < 127 }

// posix are the classes that have names.
var posix = map[string]func(c byte) bool{
	"alnum":  func(c byte) bool { return lower(c) || upper(c) || digit(c) },
	"alpha":  func(c byte) bool { return lower(c) || upper(c) },
	"blank":  func(c byte) bool { return c == ' ' || c == '\t' },
	"cntrl":  func(c byte) bool { return c < ' ' || c == 127 },
	"digit":  digit,
	"graph":  graph,
	"lower":  lower,
	"print":  func(c byte) bool { return c == ' ' || graph(c) },
	"punct":  func(c byte) bool { return graph(c) && !lower(c) && !upper(c) && !digit(c) },
	"space":  func(c byte) bool { return c == ' ' || c >= '\t' && c <= '\r' },
	"upper":  upper,
	"xdigit": func(c byte) bool { return digit(c) || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F' },
}
