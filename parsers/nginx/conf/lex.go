package conf

import (
	"fmt"
	"strings"

	"github.com/wslint/wslint/hop"
)

// maxToken is the size of nginx's read buffer: a word or a comment that needs another byte when it fills the buffer
// is refused.
const maxToken = 4096

// A SyntaxError is what makes nginx stop reading a file, in nginx's own words and at the line that nginx names.
type SyntaxError struct {
	Pos   hop.Pos
	Text  string
	Notes []hop.Note // where the mistake probably is, when that is elsewhere
}

// Error is the usual "file:line:column: text".
func (e *SyntaxError) Error() string { return e.Pos.String() + ": " + e.Text }

// An ending is what ended a statement.
type ending uint8

const (
	atSemicolon ending = iota
	atOpen
	atClose
	atEOF
)

// A lexer cuts the bytes of one file into words exactly as ngx_conf_read_token does. All of its knowledge of the
// language is that of nginx: quotes count at the start of a word only, a brace after a dollar sign belongs to the
// word, a comment ends at LF.
type lexer struct {
	file  *File
	src   string // the bytes to read; values are cut out of it
	pos   int
	line  int32 // of pos, counted from 1
	bol   int   // offset of the start of that line
	words []Word
}

// statement reads the words up to the next ';', '{' or '}' or the end of the file into l.words.
func (l *lexer) statement() (ending, *SyntaxError) {
	l.words = l.words[:0]
	for {
		if err := l.blanks(); err != nil {
			return 0, err
		}
		if l.pos == len(l.src) {
			if len(l.words) > 0 {
				return 0, l.endOfFile()
			}
			return atEOF, nil
		}
		var err *SyntaxError
		switch c := l.src[l.pos]; c {
		case ';', '{':
			if len(l.words) == 0 {
				return 0, l.unexpected(l.pos)
			}
			l.pos++
			if c == ';' {
				return atSemicolon, nil
			}
			return atOpen, nil
		case '}':
			if len(l.words) != 0 {
				return 0, l.unexpected(l.pos)
			}
			l.pos++
			return atClose, nil
		case '"', '\'':
			err = l.quoted(c)
		default:
			err = l.bare()
		}
		if err != nil {
			return 0, err
		}
		if len(l.words) > maxWords {
			return 0, &SyntaxError{
				Pos:  l.words[0].Pos(),
				Text: fmt.Sprintf("a directive of more than %d words: the rest was not read", maxWords),
			}
		}
	}
}

// blanks moves to the next byte that is neither blank nor part of a comment.
func (l *lexer) blanks() *SyntaxError {
	for ; l.pos < len(l.src); l.pos++ {
		switch l.src[l.pos] {
		case ' ', '\t', '\r':
		case '\n':
			l.newline(l.pos)
		case '#':
			n := strings.IndexByte(l.src[l.pos:], '\n')
			end := l.pos + n
			if n < 0 {
				end = len(l.src)
			}
			if end-l.pos > maxToken || end-l.pos == maxToken && end < len(l.src) {
				return l.tooLong(l.pos, l.pos, l.line, l.bol, 0)
			}
			text := strings.TrimSuffix(l.src[l.pos:end], "\r")
			l.file.Comments = append(l.file.Comments, Comment{
				Start: int32(l.pos), End: int32(l.pos + len(text)), Line: l.line, Col: int32(l.pos-l.bol) + 1,
			})
			l.pos = end - 1
		default:
			return nil
		}
	}
	return nil
}

// newline counts the LF at offset at.
func (l *lexer) newline(at int) {
	l.line++
	l.bol = at + 1
}

// bare reads a word that does not begin with a quote.
func (l *lexer) bare() *SyntaxError {
	start, line, bol := l.pos, l.line, l.bol
	limit := min(len(l.src), start+maxToken)
	variable, escaped := false, false
	p := start
scan:
	for p < limit {
		switch l.src[p] {
		case ' ', '\t', '\r', '\n', ';':
			break scan
		case '{':
			if !variable {
				break scan
			}
		case '$':
			variable = true
		case '\\':
			variable, escaped = false, true
			p++
			if p < limit && l.src[p] == '\n' {
				l.newline(p)
			}
		default:
			variable = false
		}
		p++
	}
	if p >= limit {
		return l.cutOff(limit, start, start, line, bol, 0)
	}
	l.add(start, p, start, p, line, bol, escaped, 0)
	l.pos = p
	if c := l.src[p]; c != ';' && c != '{' && p+1 == start+maxToken && p+1 < len(l.src) {
		return l.tooLong(start, start, line, bol, 0)
	}
	return nil
}

// quoted reads a word in the given quotes, and checks what follows it.
func (l *lexer) quoted(q byte) *SyntaxError {
	open, line, bol := l.pos, l.line, l.bol
	start := open + 1
	limit := min(len(l.src), start+maxToken)
	escaped := false
	p := start
	for p < limit && l.src[p] != q {
		switch l.src[p] {
		case '\n':
			l.newline(p)
		case '\\':
			escaped = true
			p++
			if p < limit && l.src[p] == '\n' {
				l.newline(p)
			}
		}
		p++
	}
	if p >= limit {
		return l.cutOff(limit, open, start, line, bol, q)
	}
	l.add(open, p+1, start, p, line, bol, escaped, q)
	l.pos = p + 1
	if l.pos == len(l.src) {
		return nil // the caller reports the end of the file
	}
	if l.pos == start+maxToken {
		return l.tooLong(open, start, line, bol, 0)
	}
	switch l.src[l.pos] {
	case ';', '{', ')':
		return nil
	case ' ', '\t', '\r', '\n':
		if l.pos+1 == start+maxToken && l.pos+1 < len(l.src) {
			return l.tooLong(open, start, line, bol, 0)
		}
		return nil
	}
	return l.unexpected(l.pos)
}

// add appends the word with the span [start, end) and the text [from, to).
func (l *lexer) add(start, end, from, to int, line int32, bol int, escaped bool, quote byte) {
	value := l.src[from:to]
	if escaped {
		value = unescape(value)
	}
	l.words = append(l.words, Word{
		Value: value, File: l.file, Start: int32(start), Len: uint16(end - start), Line: line,
		Col: int32(start-bol) + 1, Quote: quote,
	})
}

// unescape resolves the six escapes that nginx knows; every other backslash stays.
func unescape(s string) string {
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) {
			if n := strings.IndexByte(`"'\trn`, s[i+1]); n >= 0 {
				b = append(b, "\"'\\\t\r\n"[n])
				i++
				continue
			}
		}
		b = append(b, s[i])
	}
	return string(b)
}

// cutOff is the error for a word that goes on at limit, which is either the end of the file or that of nginx's buffer.
func (l *lexer) cutOff(limit, at, start int, line int32, bol int, quote byte) *SyntaxError {
	if limit < len(l.src) {
		return l.tooLong(at, start, line, bol, quote)
	}
	l.pos = len(l.src)
	err := l.endOfFile()
	if quote != 0 {
		err.Notes = []hop.Note{{Pos: l.at(at, line, bol, 1), Text: "the quote that opens here is never closed"}}
	}
	return err
}

// tooLong is the error for a word or comment that does not fit nginx's buffer; at is its first byte, start the first
// of its text.
func (l *lexer) tooLong(at, start int, line int32, bol int, quote byte) *SyntaxError {
	text := fmt.Sprintf("too long parameter \"%s...\" started", l.src[start:min(start+10, len(l.src))])
	if quote != 0 {
		text = fmt.Sprintf("too long parameter, probably missing terminating \"%c\" character", quote)
	}
	return &SyntaxError{Pos: l.at(at, line, bol, 1), Text: text}
}

// endOfFile is the error for a file that ends inside a statement.
func (l *lexer) endOfFile() *SyntaxError {
	err := &SyntaxError{Pos: l.at(l.pos, l.line, l.bol, 0), Text: `unexpected end of file, expecting ";" or "}"`}
	if len(l.words) > 0 {
		err.Notes = []hop.Note{{Pos: l.words[0].Pos(), Text: `the statement that begins here has no ";"`}}
	}
	return err
}

// unexpected is the error for the byte at offset p of the current line.
func (l *lexer) unexpected(p int) *SyntaxError {
	err := &SyntaxError{Pos: l.at(p, l.line, l.bol, 1), Text: "unexpected \"" + l.src[p:p+1] + "\""}
	if l.src[p] == '}' && len(l.words) > 0 {
		err.Notes = []hop.Note{{Pos: l.words[0].Pos(), Text: `the statement that begins here has no ";"`}}
	}
	return err
}

// at is the place of n bytes at offset p of the line that starts at bol.
func (l *lexer) at(p int, line int32, bol, n int) hop.Pos {
	return l.file.Origin.Pos(hop.Pos{File: l.file.Name, Line: int(line), Col: p - bol + 1, EndCol: p - bol + 1 + n})
}
