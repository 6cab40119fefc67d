package document

import (
	"bytes"
	"strings"

	"github.com/wslint/wslint/parsers"
)

// Origin says where the lines of a literal block scalar stand in its file; nil for other values, whose lines are not
// those of the file.
func (n *Node) Origin() *parsers.Origin {
	f := n.file
	if f.JSON || n.Kind != Scalar || n.Start >= len(f.Src) || f.Src[n.Start] != '|' {
		return nil
	}
	header := bytes.IndexByte(f.Src[n.Start:], '\n')
	if header < 0 {
		return nil
	}
	at := n.Start + header + 1
	indent := blockIndent(f.Src[at:])
	o := &parsers.Origin{File: f.Name}
	start := 0
	for line := range strings.Lines(n.Value) {
		if at >= len(f.Src) {
			return nil
		}
		end := bytes.IndexByte(f.Src[at:], '\n')
		if end < 0 {
			end = len(f.Src) - at
		}
		skip := min(indent, end)
		pos := f.At(at+skip, at+skip)
		o.Lines = append(o.Lines, parsers.OriginLine{Start: start, Line: pos.Line, Col: pos.Col, Offset: at + skip})
		start += len(line)
		at += end + 1
	}
	return o
}

// blockIndent is by how much the first line of a block that is not empty is indented.
func blockIndent(src []byte) int {
	for line := range bytes.Lines(src) {
		if text := bytes.TrimLeft(line, " "); len(bytes.TrimSpace(text)) > 0 {
			return len(line) - len(text)
		}
	}
	return 0
}
