package conf

import (
	"fmt"
	"strings"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers"
)

// A Word is one word of a line, as HAProxy sees it once quotes, escapes and variables are resolved.
type Word struct {
	parsers.Word
	Why string // why Value is not known: an environment variable; "" when it is known
}

// isTemplate begins why the value of a word is not known that something else fills in.
const isTemplate = "the file is a template: "

// lexer splits one line into words, as parse_line of HAProxy 2.6 does.
type lexer struct {
	file   *parsers.File
	define map[string]string
	line   int
	base   int // offset of the line in the file
	src    string
	at     int
	values []span // what a template fills in, whatever is in it
	tagged bool   // the file has tags of a template engine

	words   []Word
	word    strings.Builder
	why     string
	begin   int // where the present word begins
	double  bool
	single  bool
	quoteAt int
}

// splitLine returns the words of one line; the problem is nil unless HAProxy refuses the line.
func splitLine(l *lexer) ([]Word, *parsers.Problem) {
	for l.at < len(l.src) && isSpace(l.src[l.at]) {
		l.at++
	}
	l.begin = l.at
	for l.at < len(l.src) {
		if stop, p := l.step(); p != nil {
			return nil, p
		} else if stop {
			break
		}
	}
	if l.double || l.single {
		return nil, l.problem(l.quoteAt, "unmatched quote at position %d", l.quoteAt+1)
	}
	if l.at > l.begin {
		l.flush()
	}
	return l.words, nil
}

// roomFor is how many words the lines of a large file get room for at once.
const roomFor = 1024

// plainLine returns the words of a line without quotes, escapes, variables, comments and what a template has; plain is
// false for any other. Most lines are plain.
func (p *parser) plainLine(line, base int, src string) (words []Word, plain bool) {
	src = strings.TrimSuffix(src, "\r")
	if most := len(src)/2 + 1; len(p.room) < most {
		p.room = make([]Word, max(min(len(p.file.Src)/8, roomFor), most))
	}
	n := 0
	for at := 0; at < len(src); at++ {
		begin := at
		for ; at < len(src) && !isSpace(src[at]); at++ {
			if special(src, at) {
				return nil, false
			}
		}
		if at < len(src) && src[at] == '\r' {
			return nil, false
		}
		if at > begin {
			p.room[n].Word = parsers.Word{
				Value: src[begin:at], File: p.file, Line: line, Col: begin + 1, Start: base + begin, End: base + at,
			}
			n++
		}
	}
	words, p.room = p.room[:n:n], p.room[n:]
	return words, true
}

// special reports whether a byte may be of something else than a plain word; a brace by itself is none of a template.
func special(src string, at int) bool {
	switch src[at] {
	case '"', '\'', '\\', '$', '#':
		return true
	case '{', '}', '<':
		return at+1 < len(src) && strings.IndexByte("{}%", src[at+1]) >= 0
	case '_', '%':
		return at+1 < len(src) && src[at+1] == src[at]
	case '@':
		return at+1 < len(src) && isUpper(src[at+1])
	}
	return false
}

func isSpace(c byte) bool { return c == ' ' || c >= '\t' && c <= '\r' }

func (l *lexer) problem(at int, format string, args ...any) *parsers.Problem {
	return &parsers.Problem{
		Pos:  hop.Pos{File: l.file.Name, Line: l.line, Col: at + 1, EndCol: at + 2},
		Text: fmt.Sprintf(format, args...),
	}
}

func (l *lexer) flush() {
	if w := l.word.String(); l.why == "" && (l.tagged && isPlaceholder(w) || isNamed(w) || strings.Contains(w, "${")) {
		const most = 60 // of a block with all that is in it
		if len(w) > most {
			w = strings.ToValidUTF8(w[:most], "") + "…"
		}
		l.why = isTemplate + w + " is filled in later"
	}
	l.words = append(l.words, Word{
		Word: parsers.Word{
			Value: l.word.String(),
			File:  l.file,
			Line:  l.line,
			Col:   l.begin + 1,
			Start: l.base + l.begin,
			End:   l.base + l.at,
		},
		Why: l.why,
	})
	l.word.Reset()
	l.why = ""
}

// step takes one character, one escape or one variable; stop is set at a comment.
func (l *lexer) step() (stop bool, p *parsers.Problem) {
	if len(l.values) > 0 && l.at == l.values[0].start {
		l.word.WriteString(l.src[l.at:l.values[0].end])
		l.at, l.values = l.values[0].end, l.values[1:]
		return false, nil
	}
	switch c := l.src[l.at]; {
	case c == '\r':
		// HAProxy ends the line here.
		l.src = l.src[:l.at]
		return true, nil
	case c == '#' && !l.single && !l.double:
		l.src = l.src[:l.at]
		return true, nil
	case c == '"' && !l.single:
		l.double = !l.double
		l.quoteAt = l.at
		l.at++
	case c == '\'' && !l.double:
		l.single = !l.single
		l.quoteAt = l.at
		l.at++
	case c == '\\' && !l.single:
		return false, l.escape()
	case isSpace(c) && !l.single && !l.double:
		l.flush()
		for l.at < len(l.src) && isSpace(l.src[l.at]) {
			l.at++
		}
		l.begin = l.at
	case c == '$' && l.double:
		return false, l.variable()
	default:
		l.word.WriteByte(c)
		l.at++
	}
	return false, nil
}

// escape resolves a backslash; before most characters it stays what it is.
func (l *lexer) escape() *parsers.Problem {
	next := byte(0)
	if l.at+1 < len(l.src) {
		next = l.src[l.at+1]
	}
	switch next {
	case ' ', '\\', '#', '\'', '"':
		l.word.WriteByte(next)
	case 't', 'n', 'r':
		l.word.WriteByte(map[byte]byte{'t': '\t', 'n': '\n', 'r': '\r'}[next])
	case '$':
		if !l.double {
			l.word.WriteByte('\\')
			l.at++
			return nil
		}
		l.word.WriteByte('$')
	case 'x':
		var c byte
		if l.at+4 > len(l.src) {
			return l.problem(l.at, "truncated or invalid hexadecimal sequence at position %d", l.at+1)
		}
		if _, err := fmt.Sscanf(l.src[l.at+2:l.at+4], "%02x", &c); err != nil || !isHex(l.src[l.at+2]) ||
			!isHex(l.src[l.at+3]) {
			return l.problem(l.at, "truncated or invalid hexadecimal sequence at position %d", l.at+1)
		}
		l.word.WriteByte(c)
		l.at += 2
	default:
		l.word.WriteByte('\\')
		l.at++
		return nil
	}
	l.at += 2
	return nil
}

// isPlaceholder reports whether a text holds what a template engine fills in.
func isPlaceholder(text string) bool {
	return strings.Contains(text, "{{") || strings.Contains(text, "}}") || strings.Contains(text, "<%") ||
		strings.Contains(text, "{%")
}

// isNamed reports whether a word holds what a script fills in: __PORT__, @PORT@ or %%PORT%%.
func isNamed(word string) bool {
	for _, mark := range []string{"__", "@", "%%"} {
		for rest, found := word, true; found; {
			if _, rest, found = strings.Cut(rest, mark); !found {
				break
			}
			name, _, closed := strings.Cut(rest, mark)
			other := func(r rune) bool { return r != '_' && (r < '0' || r > '9') && (r < 'A' || r > 'Z') }
			if closed && len(name) > 1 && isUpper(name[0]) && !strings.ContainsFunc(name, other) {
				return true
			}
		}
	}
	return false
}

func isUpper(c byte) bool { return c >= 'A' && c <= 'Z' }

func isHex(c byte) bool { return strings.IndexByte("0123456789abcdefABCDEF", c) >= 0 }

// variable resolves $NAME, ${NAME}, ${NAME-default} and ${NAME[*]}, all of which count within double quotes only.
func (l *lexer) variable() *parsers.Problem {
	start := l.at
	l.at++
	brace := l.at < len(l.src) && l.src[l.at] == '{'
	if brace {
		l.at++
	}
	begin := l.at
	if l.at < len(l.src) && l.src[l.at] == '.' {
		l.at++
	}
	for l.at < len(l.src) && IsName(l.src[l.at]) {
		l.at++
	}
	name := l.src[begin:l.at]
	if name == "" || name[0] >= '0' && name[0] <= '9' {
		return l.problem(begin, "forbidden first char in environment variable name at position %d", begin+1)
	}
	expand := brace && strings.HasPrefix(l.src[l.at:], "[*]")
	if expand {
		l.at += 3
	}
	if brace {
		end := strings.IndexByte(l.src[l.at:], '}')
		if end < 0 || end > 0 && l.src[l.at] != '-' {
			return l.problem(start+1, "unmatched brace in environment variable name at position %d", start+2)
		}
		l.at += end + 1
	}
	value, known := l.define[name]
	switch {
	case known && !(expand && strings.ContainsFunc(value, func(r rune) bool { return r < 128 && isSpace(byte(r)) })):
		l.word.WriteString(value)
	default:
		// What is written stands for the value in messages.
		l.word.WriteString(l.src[start:l.at])
		l.why = fmt.Sprintf("the environment variable %s is not known here", name)
	}
	return nil
}

func IsName(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}
