package report

import (
	"cmp"
	"fmt"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/lint"
	"github.com/wslint/wslint/rules"
)

// A spot is a place in a file that code hosts know.
type spot struct {
	path string // from the top of the repository; absolute for what lies outside
	pos  hop.Pos
	out  bool // it lies outside the repository
}

// spot finds out how code hosts name a place; ok is false for what lies outside the repository.
func (o Options) spot(r *lint.Result, pos hop.Pos) (s spot, ok bool) {
	pos = r.Home(pos)
	if pos.File == "" {
		return spot{}, false
	}
	s.pos = pos
	if o.Locate != nil {
		s.path, ok = o.Locate(pos.File)
		return s, ok
	}
	s.path = path.Clean(pos.File)
	return s, pos.Line > 0 && !path.IsAbs(s.path) && !strings.HasPrefix(s.path, "..")
}

// anchor is where code hosts show a finding: at its own place, else where the path is declared that it was found on.
// The finding of a live resource has no other place in a repository.
func (o Options) anchor(r *lint.Result, f rules.Finding) (spot, bool) {
	if s, ok := o.spot(r, f.Pos); ok {
		return s, true
	}
	if f.Trace != nil {
		return o.spot(r, f.Trace.Pos)
	}
	return spot{}, false
}

// outside is a place that lies outside the repository: in a file elsewhere, or on standard input. ok is false for a
// live resource.
func (o Options) outside(pos hop.Pos) (spot, bool) {
	name := pos.File
	switch {
	case name == "" || strings.HasPrefix(name, "arn:"):
		return spot{}, false
	case name == "<stdin>":
		name = "/dev/stdin"
	case !filepath.IsAbs(name) && o.Absolute != nil:
		name = o.Absolute(name)
	}
	if !filepath.IsAbs(name) {
		return spot{}, false
	}
	return spot{path: filepath.ToSlash(name), pos: pos, out: true}, true
}

// A region is a part of one line; columns count UTF-16 units from 1, the end is exclusive.
type region struct {
	line, col, endCol int
}

// region measures a place as SARIF and editors do. Without a column it is the text of the line.
func (s source) region(pos hop.Pos) region {
	number := max(pos.Line, 1)
	line, ok := s.line(pos.File, number)
	start, end := pos.Col-1, pos.EndCol-1
	if pos.Col == 0 {
		start, end = len(line)-len(strings.TrimLeft(line, " \t")), len(line)
	}
	if !ok {
		return region{number, max(start, 0) + 1, max(start+1, end) + 1}
	}
	start = min(max(start, 0), len(line))
	end = min(max(end, start), len(line))
	r := region{number, units(line[:start]) + 1, units(line[:end]) + 1}
	r.endCol = max(r.endCol, r.col+1)
	return r
}

// units is the length of text in UTF-16 units.
func units(text string) int {
	n := 0
	for _, r := range text {
		n += max(utf16.RuneLen(r), 1)
	}
	return n
}

// byRank is the order of what is looked at first: errors before warnings, else as they stand.
func byRank(findings []rules.Finding) []rules.Finding {
	list := slices.Clone(findings)
	slices.SortStableFunc(list, func(a, b rules.Finding) int { return cmp.Compare(b.Severity, a.Severity) })
	return list
}

// uri writes a path as a relative reference of RFC 3986: everything but letters, digits, - . _ ~ and the slashes is
// escaped. Schema validators let a raw space pass, code hosts do not; a colon would make a scheme of what precedes
// it.
func uri(path string) string {
	var b strings.Builder
	for i := 0; i < len(path); i++ {
		c := path[i]
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', strings.IndexByte("-._~/", c) >= 0:
			b.WriteByte(c)
		default:
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}

// oneLine is text for formats that know no control characters: the ends of lines become spaces.
func oneLine(s string) string {
	return clean(strings.NewReplacer("\r\n", " ", "\n", " ", "\r", " ", "\t", " ").Replace(s))
}

// clip shortens text to at most n bytes.
func clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	s = s[:n-len("…")]
	for !utf8.ValidString(s) {
		s = s[:len(s)-1]
	}
	return s + "…"
}

// where is the shown place of a finding, "file:line:col", harmless.
func where(pos hop.Pos) string {
	if pos.IsZero() {
		return "nowhere"
	}
	return clean(pos.String())
}
