package report

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/wslint/wslint/internal/lazyregexp"
)

// clean makes text from configurations harmless on a terminal: what could move the cursor, change colours or turn the
// direction of writing becomes U+FFFD, and so does what is not UTF-8.
func clean(s string) string {
	s = inert(s)
	if strings.IndexFunc(s, harmful) < 0 && utf8.ValidString(s) {
		return s
	}
	return strings.Map(func(r rune) rune {
		if harmful(r) {
			return utf8.RuneError
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
}

// command is how lines begin that the runners of Azure, TeamCity and older ones of GitHub obey wherever it stands:
// "##vso[", "##teamcity[", "##[".
var command = lazyregexp.New(`##(\w*)\[`)

// inert is a text that no runner takes for a command; it is as wide.
func inert(s string) string {
	if !strings.Contains(s, "##") {
		return s
	}
	return command.ReplaceAllString(s, "#\uFFFD$1[")
}

// noCommand is a text behind the lead of its line that the runner of GitHub does not take for a command: those begin
// the
// line, with "::", blanks apart.
func noCommand(lead, text string) string {
	if strings.TrimSpace(lead) == "" && strings.HasPrefix(strings.TrimLeft(text, " \t"), "::") {
		return strings.Replace(text, ":", "\uFFFD", 1)
	}
	return text
}

// harmful reports control characters (C0, DEL, C1), line separators and the invisible characters of category Cf,
// which holds the bidirectional overrides.
func harmful(r rune) bool {
	return unicode.IsControl(r) || unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp)
}

// width is the number of terminal cells that a rune takes.
func width(r rune) int {
	switch {
	case unicode.In(r, unicode.Mn, unicode.Me):
		return 0
	case r < 0x1100:
		return 1
	case r <= 0x115f, // Hangul
		r >= 0x2e80 && r <= 0x303e, r >= 0x3041 && r <= 0xa4cf, // CJK
		r >= 0xac00 && r <= 0xd7a3,
		r >= 0xf900 && r <= 0xfaff,
		r >= 0xfe30 && r <= 0xfe6f,
		r >= 0xff00 && r <= 0xff60, r >= 0xffe0 && r <= 0xffe6,
		r >= 0x1f300 && r <= 0x1faff, // emoji
		r >= 0x20000 && r <= 0x3fffd:
		return 2
	}
	return 1
}

func textWidth(s string) int {
	n := 0
	for _, r := range s {
		n += width(r)
	}
	return n
}

const (
	tabStop = 4
	// maxExcerpt is how many cells of a long line are shown.
	maxExcerpt = 100
	// maxLine is how many bytes round a place are looked at: more than the widest excerpt has characters.
	maxLine = 32 << 10
)

// An excerpt is a line made fit for the terminal, and the cells from..to of it that a span of bytes takes.
type excerpt struct {
	text     string
	from, to int
}

// A cell is one character of a line on the terminal.
type cell struct {
	text string
	at   int // its byte offset in the line
	pos  int // its first column
}

// cellsOf makes a line harmless and expands its tabs; the last cell is empty and stands for the line's end.
func cellsOf(line string) []cell {
	var cells []cell
	col := 0
	for i := 0; i < len(line); {
		r, size := utf8.DecodeRuneInString(line[i:])
		text, w := string(r), width(r)
		switch {
		case r == '\t':
			w = tabStop - col%tabStop
			text = strings.Repeat(" ", w)
		case harmful(r) || r == utf8.RuneError:
			text, w = "\uFFFD", 1
		}
		cells = append(cells, cell{text, i, col})
		i, col = i+size, col+w
	}
	return append(cells, cell{"", len(line), col})
}

// newExcerpt shows the bytes [start, end) of line, 0-based: tabs expanded, harmless, and clipped round the span.
func newExcerpt(line string, start, end int) excerpt {
	return excerptWithin(line, start, end, maxExcerpt)
}

// excerptWithin is newExcerpt of at most so many cells.
func excerptWithin(line string, start, end, most int) excerpt {
	if len(line) > maxLine { // what is far from the span is not shown in any case
		from := max(start-maxLine/2, 0)
		to := min(from+maxLine, len(line))
		for from > 0 && !utf8.RuneStart(line[from]) {
			from--
		}
		for to < len(line) && !utf8.RuneStart(line[to]) {
			to--
		}
		line, start, end = line[from:to], max(start-from, 0), max(min(end, to)-from, 0)
	}
	cells := cellsOf(line)
	find := func(offset int) int {
		i := 0
		for i < len(cells)-1 && cells[i].at < offset {
			i++
		}
		return i
	}
	a, b := find(start), max(find(end), find(start))
	first, last := 0, len(cells)-1
	if cells[last].pos > most {
		for first < a && cells[b].pos-cells[first].pos > most/2 {
			first++
		}
		for cells[last].pos-cells[first].pos > most {
			last--
		}
		b = min(b, last)
	}
	var sb strings.Builder
	shift := -cells[first].pos
	if first > 0 {
		sb.WriteString("…")
		shift++
	}
	for _, c := range cells[first:last] {
		sb.WriteString(c.text)
	}
	if last < len(cells)-1 {
		sb.WriteString("…")
	}
	return excerpt{
		inert(strings.TrimRight(sb.String(), " ")),
		cells[a].pos + shift,
		max(cells[b].pos, cells[a].pos+1) + shift,
	}
}
