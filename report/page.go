package report

import (
	"bytes"
	"io"
	"strings"

	"github.com/wslint/wslint/internal/lazyregexp"
)

// Page prints a Markdown page for a terminal: paragraphs broken at the width of a trace, tables in columns, code as
// it is. It knows the Markdown that wslint's own pages use.
func Page(w io.Writer, markdown string, o Options) error {
	p := &page{ladder: ladder{painter: painter(o.Color), columns: o.lineWidth()}}
	for line := range strings.Lines(markdown) {
		p.line(strings.TrimRight(line, "\r\n"))
	}
	p.flush()
	text := bytes.ReplaceAll(bytes.TrimRight(p.buf.Bytes(), "\n"), []byte(glue), []byte(" "))
	_, err := w.Write(text)
	if err == nil {
		_, err = io.WriteString(w, "\n")
	}
	return err
}

// A page in the making: the block that is being gathered.
type page struct {
	ladder
	text        []string // lines of the paragraph or list item
	first, rest string   // what its first line and the others are indented by
	table       [][]string
	fence       string // the mark that ends a block of code; "" outside
}

var (
	listItem  = lazyregexp.New(`^( *)([-*]|[0-9]+\.) +(.*)$`)
	tableRule = lazyregexp.New(`^\|[ :|-]+\|$`)
	linkText  = lazyregexp.New(`\[([^\]]*)\]\(([^)]*)\)`)
	codeSpan  = lazyregexp.New("`[^`]+`")
	strong    = lazyregexp.New(`\*\*([^*]+)\*\*`)
)

func (p *page) line(l string) {
	trimmed := strings.TrimSpace(l)
	switch {
	case p.fence != "":
		if strings.HasPrefix(trimmed, p.fence) {
			p.fence = ""
			p.buf.WriteByte('\n')
			return
		}
		p.buf.WriteString(strings.TrimRight("    "+clean(strings.ReplaceAll(l, "\t", "    ")), " ") + "\n")
	case strings.HasPrefix(trimmed, "```"):
		p.flush()
		p.fence = "```"
	case trimmed == "":
		p.flush()
	case strings.HasPrefix(l, "#"):
		p.flush()
		p.heading(l)
	case strings.HasPrefix(trimmed, "|"):
		if len(p.text) > 0 {
			p.flush()
		}
		if !tableRule.MatchString(trimmed) {
			p.table = append(p.table, cellsOfRow(trimmed))
		}
	default:
		p.paragraph(l, trimmed)
	}
}

func (p *page) paragraph(l, trimmed string) {
	if m := listItem.FindStringSubmatch(l); m != nil {
		p.item()
		p.first = "  " + m[1] + m[2] + " "
		p.rest = strings.Repeat(" ", len(p.first))
		trimmed = m[3]
	}
	p.text = append(p.text, trimmed)
}

func (p *page) heading(l string) {
	title := strings.TrimLeft(l, "#")
	level := len(l) - len(title)
	title = inline(strings.TrimSpace(title))
	p.wrap("", "", bold, title)
	if under := map[int]string{1: "=", 2: "-"}[level]; under != "" {
		p.buf.WriteString(strings.Repeat(under, min(textWidth(title), p.columns)) + "\n")
	}
	p.buf.WriteByte('\n')
}

// item ends a list item; no empty line follows it.
func (p *page) item() {
	if len(p.text) > 0 {
		p.wrap(p.first, p.rest, "", inline(strings.Join(p.text, " ")))
	}
	p.text, p.first, p.rest = nil, "", ""
}

// flush ends a block.
func (p *page) flush() {
	switch {
	case len(p.table) > 0:
		p.rows()
	case len(p.text) > 0:
		p.item()
	default:
		return
	}
	p.buf.WriteByte('\n')
}

// rows prints the table: every column as wide as its widest cell, the last one wrapped.
func (p *page) rows() {
	rows := p.table
	p.table = nil
	var widths []int
	for _, r := range rows {
		for i, c := range r {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], textWidth(c))
		}
	}
	lead := 2
	for _, w := range widths[:len(widths)-1] {
		lead += w + 2
	}
	// Wide tables would leave nothing for the last column: theirs become one line a cell.
	narrow := p.columns-lead < 24
	for n, r := range rows {
		if narrow {
			p.wrap("  - ", "    ", "", strings.Join(r, ": "))
			continue
		}
		head := "  "
		for i, c := range r[:len(r)-1] {
			head += c + strings.Repeat(" ", widths[i]-textWidth(c)+2)
		}
		s := style("")
		if n == 0 {
			s = bold
		}
		p.wrap(head, strings.Repeat(" ", lead), s, r[len(r)-1])
	}
}

func cellsOfRow(l string) []string {
	cells := strings.Split(strings.Trim(l, "|"), " |")
	for i, c := range cells {
		cells[i] = inline(strings.TrimSpace(c))
	}
	return cells
}

// glue is a space at which no line breaks: commands are copied. It is a character of private use, which clean leaves
// alone.
const glue = "\ue000"

// inline makes text of the marks within a line. Backquotes stay: they tell what is to be typed.
func inline(s string) string {
	s = strong.ReplaceAllString(s, "$1")
	s = codeSpan.ReplaceAllStringFunc(s, func(code string) string {
		if len(code) > usual/2 {
			return code
		}
		return strings.ReplaceAll(code, " ", glue)
	})
	return clean(linkText.ReplaceAllString(s, "$1 ($2)"))
}
