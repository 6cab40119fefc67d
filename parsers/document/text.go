package document

import (
	"bytes"

	"github.com/wslint/wslint/parsers"
)

// Text is what ignore comments are found with: JSON has none, of YAML those outside of texts, and the lines of every
// mapping, sequence and entry.
func (f *File) Text() parsers.Text {
	t := parsers.Text{File: f.Name, Src: f.Src, Editable: true}
	if f.JSON {
		t.Comments = []parsers.Comment{}
		return t
	}
	inside := make([]bool, len(f.Src)) // a quoted text
	for _, d := range f.Docs {
		d.each(func(n *Node) {
			for i := n.Start; n.Kind == Scalar && i < n.End; i++ {
				inside[i] = true
			}
			first, last := n.Lines()
			if n.Kind != Scalar {
				t.Blocks = append(t.Blocks, parsers.Block{First: first, Last: last})
			}
			for _, p := range n.Pairs {
				_, last := p.Value.Lines()
				t.Blocks = append(t.Blocks, parsers.Block{First: p.Key.Pos().Line, Last: max(last, p.Key.Pos().Line)})
			}
		})
	}
	at := 0
	for line := range bytes.Lines(f.Src) {
		text := bytes.TrimRight(line, "\r\n")
		for i, c := range text {
			if c == '#' && !inside[at+i] && (i == 0 || text[i-1] == ' ' || text[i-1] == '\t') {
				t.Comments = append(t.Comments, parsers.Comment{Start: at + i, End: at + len(text)})
				break
			}
		}
		at += len(line)
	}
	return t
}

// each calls do with n and everything in it.
func (n *Node) each(do func(n *Node)) {
	do(n)
	for _, i := range n.Items {
		i.each(do)
	}
	for _, p := range n.Pairs {
		p.Key.each(do)
		p.Value.each(do)
	}
}
