package document

import (
	"bytes"
	"strings"

	"github.com/wslint/wslint/parsers"
)

// Text is what ignore comments are found with: of YAML those outside of texts, and the lines of every mapping, sequence
// and entry; in both formats what stands for comments.
func (f *File) Text() parsers.Text {
	t := parsers.Text{File: f.Name, Src: f.Src, Editable: true, Comments: []parsers.Comment{}}
	for _, d := range f.Docs {
		_, last := d.Lines()
		t.Comments = append(t.Comments, d.remarks(parsers.Block{First: 1, Last: last})...)
	}
	if f.JSON {
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

// remarks are the texts for wslint that stand in place of comments in a mapping and in those within it: in the metadata
// of CloudFormation, and under the key that Terraform has for comments in JSON. They are about the entry that the
// mapping is, whose lines are of.
func (n *Node) remarks(of parsers.Block) (list []parsers.Comment) {
	for _, i := range n.Items {
		first, last := i.Lines()
		list = append(list, i.remarks(parsers.Block{First: first, Last: last})...)
	}
	for _, p := range n.Pairs {
		if key := p.Key.Value; key == "Metadata" || key == "//" {
			p.Value.each(func(v *Node) {
				if v.Kind == Scalar && strings.HasPrefix(v.Value, "wslint:") {
					list = append(list, parsers.Comment{Start: v.Start, End: v.End, Says: v.Value, Of: of})
				}
			})
			continue
		}
		_, last := p.Value.Lines()
		list = append(list, p.Value.remarks(parsers.Block{First: p.Key.Pos().Line, Last: last})...)
	}
	return list
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
