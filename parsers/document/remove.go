package document

import (
	"bytes"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/internal/lazyregexp"
)

// RemoveItem returns the edit that takes an item out of a sequence; nil where it is the only one, or not on lines of
// its own.
func (n *Node) RemoveItem(i int) []hop.Edit {
	if n == nil || n.Kind != Sequence || len(n.Items) < 2 {
		return nil
	}
	starts := make([]int, len(n.Items))
	for j, item := range n.Items {
		starts[j] = item.Begin
		if !n.file.JSON {
			starts[j] = bytes.LastIndexByte(n.file.Src[:item.Begin], '-')
			if starts[j] < 0 || len(bytes.TrimLeft(n.file.Src[starts[j]+1:item.Begin], " ")) > 0 {
				return nil
			}
		}
	}
	return n.remove(i, starts, n.Items)
}

// RemovePair returns the edit that takes a key out of a mapping; nil where it is the only one, or not on lines of its
// own.
func (n *Node) RemovePair(key string) []hop.Edit {
	if n == nil || n.Kind != Mapping || len(n.Pairs) < 2 {
		return nil
	}
	starts, values, at := make([]int, len(n.Pairs)), make([]*Node, len(n.Pairs)), -1
	for j, p := range n.Pairs {
		if starts[j], values[j] = p.Key.Begin, p.Value; p.Key.Value == key {
			at = j
		}
	}
	if at < 0 {
		return nil
	}
	return n.remove(at, starts, values)
}

// remove takes out the entry that begins at starts[i]: of YAML its lines, of JSON up to the next one or, of the last
// one, back to the end of what is before it.
func (n *Node) remove(i int, starts []int, values []*Node) []hop.Edit {
	f, at := n.file, starts[i]
	if f.JSON {
		if i+1 < len(starts) {
			return []hop.Edit{{File: f.Name, Start: at, End: starts[i+1]}}
		}
		comma := bytes.LastIndexByte(f.Src[:at], ',')
		return []hop.Edit{{File: f.Name, Start: comma, End: values[i].End}}
	}
	begin := f.lineStart(at)
	if n.flow() >= 0 || !n.isOwn(at) || len(bytes.Trim(f.Src[begin:at], " ")) > 0 {
		return nil // a flow collection, an entry from elsewhere, or the first key of an item
	}
	known, ok := values[i].lastByte()
	if !ok {
		return nil
	}
	end := f.entryEnd(begin, at-begin, known, n.Kind == Mapping)
	if i > 0 && values[i-1].endsInBlock() { // whose text blank lines would become part of
		for end < len(f.Src) && len(bytes.TrimSpace(f.line(end))) == 0 {
			end += len(f.line(end))
		}
	}
	if !f.isWhole(begin, end, at-begin) {
		return nil
	}
	return []hop.Edit{{File: f.Name, Start: begin, End: end}}
}

// control are the actions of a template that open and close parts of it.
var control = lazyregexp.New(`\{\{-?\s*(if|range|with|define|block|end)\b`)

// isWhole reports whether an entry of column col is all of it: in a template no part may be open at its end, and an
// action at the begin of a line may stand within a value.
func (f *File) isWhole(begin, end, col int) bool {
	depth := 0
	for _, m := range control.FindAllSubmatch(f.Src[begin:end], -1) {
		if depth++; string(m[1]) == "end" {
			depth -= 2
		}
		if depth < 0 {
			return false
		}
	}
	for at := end; at < len(f.Src) && depth == 0; at += len(f.line(at)) {
		text := bytes.TrimSpace(f.line(at))
		if len(text) == 0 || bytes.HasPrefix(text, []byte("{{")) {
			continue
		}
		line := f.line(at)
		return len(line)-len(bytes.TrimLeft(line, " ")) <= col
	}
	return depth == 0
}

// entryEnd is where the lines of an entry of a YAML block end that begins in column col of the line at begin: in front
// of the first one behind the byte known that is not further in. A comment that is further in goes with its entry, also
// because the text before might take it for its own; others and blank lines stay.
func (f *File) entryEnd(begin, col, known int, isPair bool) int {
	at := begin + len(f.line(begin))
	end := at
	for at < len(f.Src) {
		line := f.line(at)
		text := bytes.TrimLeft(line, " ")
		in := len(line) - len(text)
		text = bytes.TrimRight(text, "\r\n")
		item := isPair && in == col && (bytes.HasPrefix(text, []byte("- ")) || string(text) == "-")
		blank := len(bytes.TrimSpace(text)) == 0
		if !blank && at > known && in <= col && !item {
			break
		}
		if at += len(line); !blank || at <= known {
			end = at
		}
	}
	return end
}

// lineStart is where the line begins that a byte is on.
func (f *File) lineStart(at int) int { return bytes.LastIndexByte(f.Src[:at], '\n') + 1 }

// line is the rest of the line from a byte on, with its end.
func (f *File) line(at int) []byte {
	if i := bytes.IndexByte(f.Src[at:], '\n'); i >= 0 {
		return f.Src[at : at+i+1]
	}
	return f.Src[at:]
}

// isOwn reports whether an entry that begins at a byte stands in the block n itself: others are from an alias.
func (n *Node) isOwn(at int) bool {
	f := n.file
	if at < n.Start {
		return false
	}
	c := f.Src[n.Start]
	return c == '&' || c == '!' || at-f.lineStart(at) == n.Start-f.lineStart(n.Start)
}

// endsInBlock reports whether what n ends with is a block scalar.
func (n *Node) endsInBlock() bool {
	switch {
	case len(n.Pairs) > 0:
		return n.Pairs[len(n.Pairs)-1].Value.endsInBlock()
	case len(n.Items) > 0:
		return n.Items[len(n.Items)-1].endsInBlock()
	}
	return n.Kind == Scalar && n.Start < len(n.file.Src) && (n.file.Src[n.Start] == '|' || n.file.Src[n.Start] == '>')
}

// lastByte is the last byte that is known to be of n; ok is false where a flow collection has no end.
func (n *Node) lastByte() (last int, ok bool) {
	if at := n.flow(); at >= 0 {
		last = n.file.flowEnd(at)
		return last, last >= 0
	}
	last = max(n.Start, n.End-1)
	for _, i := range n.Items {
		l, ok := i.lastByte()
		if last = max(last, l); !ok {
			return 0, false
		}
	}
	for _, p := range n.Pairs {
		l, ok := p.Value.lastByte()
		if last = max(last, l); !ok {
			return 0, false
		}
	}
	return last, true
}

// flow is where the bracket of a flow collection stands; -1 when n is none.
func (n *Node) flow() int {
	if n.Kind == Scalar || n.Start >= len(n.file.Src) {
		return -1
	}
	at := n.Start + len(properties.Find(n.file.Src[n.Start:]))
	if at < len(n.file.Src) && (n.file.Src[at] == '{' || n.file.Src[at] == '[') {
		return at
	}
	return -1
}

// flowEnd is where the bracket stands that closes the one at a byte; -1 when there is none.
func (f *File) flowEnd(at int) int {
	depth, before := 0, byte(',')
	for ; at < len(f.Src); at++ {
		c := f.Src[at]
		switch {
		case c == ' ' || c == '\t' || c == '\r' || c == '\n':
			continue
		case (c == '"' || c == '\'') && bytes.IndexByte([]byte("{[,:"), before) >= 0:
			at += max(quoted(f.Src[at:])-1, 0)
		case c == '#' && bytes.IndexByte([]byte(" \t\n"), f.Src[at-1]) >= 0:
			at += len(f.line(at)) - 1
			continue
		case c == '{' || c == '[':
			depth++
		case c == '}' || c == ']':
			if depth--; depth == 0 {
				return at
			}
		}
		before = c
	}
	return -1
}
