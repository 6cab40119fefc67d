package document

import (
	"bytes"
	"strconv"
	"strings"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/internal/lazyregexp"
)

// An Action is one of a Go template.
type Action struct {
	Start, End int // its bytes
	// Word is what it does: "if", "with", "range", "define", "block", "else", "end"; "set" of one that writes nothing, a
	// variable or a comment; "" of one that writes something.
	Word string
	Text string // what is within the braces
	Pos  hop.Pos
	// Column is where it writes, from 1: where an indent puts it, else where it stands itself. Indented says that an
	// indent tells it.
	Column   int
	Indented bool
	// Alone says that nothing but actions is on its lines: what it writes are lines of their own.
	Alone bool
}

// opening are the words of actions that an end belongs to.
var opening = map[string]bool{"if": true, "with": true, "range": true, "define": true, "block": true}

// isControl reports whether an action with this word decides what others write, and writes nothing itself.
func isControl(word string) bool { return opening[word] || word == "else" || word == "end" }

// Opens reports whether an end belongs to the action.
func (a *Action) Opens() bool { return opening[a.Word] }

var (
	indents = lazyregexp.New(`\bn?indent\s+(\d{1,3})\b`)
	setting = lazyregexp.New(`^(?:/\*|\$\w*(?:\s*,\s*\$\w+)?\s*:?=)`)
)

// Actions are those of a Go template, in their order.
func Actions(name string, src []byte) (list []Action) {
	f := newFile(name, src)
	begin, end, alone := 0, 0, false // of the lines that were looked at last
	for i, m := range actions.FindAllIndex(src, -1) {
		text := strings.TrimSpace(strings.Trim(string(src[m[0]+2:m[1]-2]), "-"))
		a := Action{Start: m[0], End: m[1], Text: text, Pos: f.At(m[0], m[1])}
		word, _, _ := strings.Cut(text, " ")
		switch {
		case setting.MatchString(text):
			a.Word = "set"
		case isControl(word):
			a.Word = word
		}
		a.Column = a.Pos.Col
		if in := indents.FindStringSubmatch(text); in != nil {
			n, _ := strconv.Atoi(in[1])
			a.Column, a.Indented = n+1, true
		}
		if m[0] < begin || m[1] > end || i == 0 {
			begin, end = lineSpan(src, m[0], m[1])
			alone = len(bytes.TrimSpace(actions.ReplaceAll(src[begin:end], nil))) == 0
		}
		a.Alone = alone
		list = append(list, a)
	}
	return list
}

// lineSpan are the lines that the bytes [start, end) are on, without the last line break.
func lineSpan(src []byte, start, end int) (first, last int) {
	first = bytes.LastIndexByte(src[:start], '\n') + 1
	if n := bytes.IndexByte(src[end:], '\n'); n >= 0 {
		return first, end + n
	}
	return first, len(src)
}
