package conf

import (
	"fmt"
	"strings"
	"unsafe"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/internal/plainfile"
)

// maxDepth bounds the nesting of blocks. nginx itself dies of a stack overflow somewhere between 10,000 and 100,000.
const maxDepth = 1000

// maxFile bounds the size of a file in bytes.
const maxFile = plainfile.Max

// maxWeight bounds what a file holds: its words, a directive counting as three more. That is about half a million
// directives,
// and more than any machine's configuration has.
const maxWeight = 2_000_000

// maxWords bounds the words of one directive: names of a server_name are the longest lists that there are.
const maxWords = 500_000

// parseFile reads the top-level directives of f, with their blocks, and fills f.Comments. Includes are left as they
// stand. The notes are for --verbose. A file with template syntax is never in error: what cannot be read of it is
// unknown. With an error come the directives that nginx has read before it.
func parseFile(f *File, define map[string]string) ([]*Directive, []hop.Note, *SyntaxError) {
	return new(builder).file(f, define)
}

// file is parseFile with the memory that is left of other files.
func (b *builder) file(f *File, define map[string]string) ([]*Directive, []hop.Note, *SyntaxError) {
	if len(f.Src) > maxFile {
		return nil, nil, &SyntaxError{
			Pos:  hop.Pos{File: f.Name, Line: 1},
			Text: fmt.Sprintf("the file is larger than %d MiB and was not read", maxFile>>20),
		}
	}
	// Nobody changes the bytes of a file that was read, and a copy of them would be there as long as the tree is.
	t := maskTemplate(f.Name, unsafe.String(unsafe.SliceData(f.Src), len(f.Src)), define)
	b.lexer, b.weight = lexer{file: f, src: t.masked, line: 1, words: b.words}, 0
	top, err := b.parse()
	switch {
	case err != nil && !t.markup && !t.broken:
		return top, nil, err
	case err != nil:
		top, notes := unknownFile(f, unreadInvalid)
		return top, append(notes, hop.Note{Pos: err.Pos, Text: err.Text}), nil
	case t.broken:
		top, notes := unknownFile(f, unreadBroken)
		return top, notes, nil
	}
	if top, ok := t.apply(f, top); ok {
		return top, nil, nil
	}
	top, notes := unknownFile(f, unreadBroken)
	return top, notes, nil
}

// A builder puts statements together to trees, of one file after the other.
type builder struct {
	lexer
	open   []frame
	done   []*Directive // finished directives of all open blocks, innermost last
	nodes  []Directive  // memory for the next directives
	args   []Word       // memory for the next arguments
	blocks []*Directive // memory for the next blocks
	made   int          // how many directives there are
	// weight is that of what was read, see maxWeight.
	weight int
}

// A frame is an open block.
type frame struct {
	directive *Directive
	first     int // index in done of its first directive
}

// parse reads the whole file.
func (b *builder) parse() ([]*Directive, *SyntaxError) {
	for {
		end, err := b.statement()
		if err != nil {
			return b.abandon(), err
		}
		if b.weight += len(b.words) + 3; b.weight > maxWeight {
			return b.abandon(), &SyntaxError{
				Pos:  b.at(b.pos, b.line, b.bol, 0),
				Text: fmt.Sprintf("more than %d words and directives in one file: the rest was not read", maxWeight),
			}
		}
		switch end {
		case atSemicolon:
			b.done = append(b.done, b.directive())
		case atOpen:
			if err := b.openBlock(); err != nil {
				return b.abandon(), err
			}
		case atClose:
			if len(b.open) == 0 {
				return b.abandon(), b.unexpected(b.pos - 1)
			}
			b.closeBlock()
		case atEOF:
			if n := len(b.open); n > 0 {
				err := &SyntaxError{
					Pos: b.at(b.pos, b.line, b.bol, 0), Text: `unexpected end of file, expecting "}"`,
					Notes: []hop.Note{{Pos: b.open[n-1].directive.Pos(), Text: "the block that begins here is not closed"}},
				}
				return b.abandon(), err
			}
			return b.take(0), nil
		}
	}
}

// directive makes a directive of the words just read.
func (b *builder) directive() *Directive {
	if len(b.nodes) == 0 {
		b.nodes = make([]Directive, b.chunk(0))
	}
	d := &b.nodes[0]
	b.nodes = b.nodes[1:]
	b.made++
	d.Apart = usual
	d.Name = b.words[0]
	d.number = numberOf(d.Name.Value)
	d.End = int32(b.pos)
	if n := len(b.words) - 1; n > 0 {
		if len(b.args) < n {
			b.args = make([]Word, b.chunk(n))
		}
		d.Args = b.args[:n:n]
		b.args = b.args[n:]
		copy(d.Args, b.words[1:])
	}
	if n := len(b.open); n > 0 {
		d.Parent = b.open[n-1].directive
	}
	return d
}

// chunk is how many nodes to allocate at once, at least n: few for the many small configurations, many for the few
// large ones.
func (b *builder) chunk(n int) int { return max(n, min(max(16, b.made), 1024)) }

// openBlock begins the block of the words just read, or reads it whole if it is Lua.
func (b *builder) openBlock() *SyntaxError {
	d := b.directive()
	d.HasBlock = true
	d.Open = int32(b.pos - 1)
	if strings.HasSuffix(d.Name.Value, luaSuffix) {
		b.done = append(b.done, d)
		return b.lua(d)
	}
	if len(b.open) == maxDepth {
		return &SyntaxError{Pos: d.Pos(), Text: fmt.Sprintf("blocks nested more than %d deep", maxDepth)}
	}
	b.open = append(b.open, frame{directive: d, first: len(b.done)})
	return nil
}

// lua reads the body of a *_by_lua_block.
func (b *builder) lua(d *Directive) *SyntaxError {
	end := luaEnd(b.src, b.pos)
	if end < 0 {
		return &SyntaxError{
			Pos:  d.Pos(),
			Text: "unexpected end of file, expecting terminating characters for lua code block",
		}
	}
	d.own().Text = b.src[b.pos:end]
	for p := b.pos; p < end; p++ {
		if b.src[p] == '\n' {
			b.newline(p)
		}
	}
	b.pos = end + 1
	d.End = int32(b.pos)
	return nil
}

// closeBlock ends the innermost open block.
func (b *builder) closeBlock() {
	f := b.open[len(b.open)-1]
	b.open = b.open[:len(b.open)-1]
	f.directive.End = int32(b.pos)
	f.directive.Block = b.take(f.first)
	b.done = append(b.done, f.directive)
}

// abandon ends all open blocks where reading stops, and returns what has been read.
func (b *builder) abandon() []*Directive {
	for len(b.open) > 0 {
		b.closeBlock()
	}
	return b.take(0)
}

// take removes the directives from first on from done and returns them.
func (b *builder) take(first int) []*Directive {
	if first == len(b.done) {
		return nil
	}
	n := len(b.done) - first
	if len(b.blocks) < n {
		b.blocks = make([]*Directive, b.chunk(n))
	}
	block := b.blocks[:n:n]
	b.blocks = b.blocks[n:]
	copy(block, b.done[first:])
	b.done = b.done[:first]
	return block
}
