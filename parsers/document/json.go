package document

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// deepest is how far values may be nested: far more than any program writes, and far less than what would exhaust the
// stack.
const deepest = 500

// ParseJSON reads a JSON text. What stands before it, as the log lines of a wrapper do, and after it is passed over.
func ParseJSON(name string, src []byte) (*File, error) {
	f := newFile(name, src)
	f.JSON = true
	begin := firstBrace(src)
	if begin < 0 {
		return nil, &Error{f.At(0, 0), "no JSON object is in it"}
	}
	p := &jsonParser{file: f, base: begin, dec: json.NewDecoder(bytes.NewReader(src[begin:]))}
	p.dec.UseNumber()
	root, err := p.value(0)
	if err != nil {
		at := min(p.base+int(p.dec.InputOffset()), len(src))
		var syntax *json.SyntaxError
		if errors.As(err, &syntax) {
			at = int(syntax.Offset)
			if syntax.Offset != p.dec.InputOffset() {
				at-- // within a value the byte that does not belong there counts as read, between values it does not
			}
			at = min(p.base+max(at, 0), len(src))
		}
		for _, mark := range []string{"//", "/*", "#"} {
			if syntax != nil && bytes.HasPrefix(src[at:], []byte(mark)) {
				err = fmt.Errorf("%s begins no comment: JSON has none", mark)
			}
		}
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			err, at = errors.New("the file ends within a value"), len(src)
		}
		return nil, &Error{f.At(at, at), "not JSON: " + err.Error()}
	}
	f.Docs = []*Node{root}
	return f, nil
}

// firstBrace is where the first line that begins with a brace begins; -1 when there is none.
func firstBrace(src []byte) int {
	for at := 0; at < len(src); {
		line := src[at:]
		end := bytes.IndexByte(line, '\n')
		if end < 0 {
			end = len(line) - 1
		}
		if text := bytes.TrimLeft(bytes.TrimPrefix(line, []byte("\xef\xbb\xbf")), " \t\r\n"); len(text) > 0 &&
			text[0] == '{' {
			return len(src) - len(text)
		}
		at += end + 1
	}
	return -1
}

// A jsonParser makes nodes of the decoder's tokens.
type jsonParser struct {
	file *File
	base int // where the decoder's input begins
	dec  *json.Decoder
}

// start is where the next token begins: behind blanks, commas and colons.
func (p *jsonParser) start() int {
	at := p.base + int(p.dec.InputOffset())
	for at < len(p.file.Src) && bytes.IndexByte([]byte(" \t\r\n,:"), p.file.Src[at]) >= 0 {
		at++
	}
	return at
}

func (p *jsonParser) value(depth int) (*Node, error) {
	n := &Node{file: p.file, Start: p.start()}
	n.Begin = n.Start
	t, err := p.dec.Token()
	if err != nil {
		return nil, err
	}
	switch t := t.(type) {
	case json.Delim:
		if depth == deepest {
			return nil, fmt.Errorf("values are nested more than %d deep", deepest)
		}
		n.Tag, n.Kind = "!!map", Mapping
		if t == '[' {
			n.Tag, n.Kind = "!!seq", Sequence
		}
		err = p.members(n, depth+1)
	case string:
		n.Tag, n.Value = "!!str", t
	case json.Number:
		n.Tag, n.Value = "!!float", t.String()
	case bool:
		n.Tag, n.Value = "!!bool", fmt.Sprint(t)
	case nil:
		n.Tag, n.Value = "!!null", "null"
	}
	n.End = p.base + int(p.dec.InputOffset())
	return n, err
}

// members reads what is in an object or an array, with its end.
func (p *jsonParser) members(n *Node, depth int) error {
	for p.dec.More() {
		v, err := p.value(depth)
		if err != nil {
			return err
		}
		if n.Kind == Sequence {
			n.Items = append(n.Items, v)
			continue
		}
		pair := Pair{Key: v}
		if pair.Value, err = p.value(depth); err != nil {
			return err
		}
		n.Pairs = append(n.Pairs, pair)
	}
	_, err := p.dec.Token()
	return err
}
