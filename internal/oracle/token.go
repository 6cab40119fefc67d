package oracle

import (
	"fmt"
	"strings"
)

// The oracle reads configurations with a tokenizer of its own: were it to share the linter's, an error there would go
// unseen here.

// A word is one token of a configuration; Start and End are byte offsets, quotes included.
type word struct {
	value      string // without quotes and escapes
	start, end int
	quoted     bool
}

// A directive is a name, its arguments and perhaps a block.
type directive struct {
	file       string
	name       word
	args       []word
	block      []*directive
	hasBlock   bool
	open       int // just behind the opening brace
	start, end int
}

func (d *directive) arg(i int) string {
	if i < len(d.args) {
		return d.args[i].value
	}
	return ""
}

type scanner struct {
	file, text string
	pos        int
}

// parse reads the directives of one file.
func parse(file, text string) ([]*directive, error) {
	s := &scanner{file: file, text: text}
	list, closed, err := s.block()
	if err == nil && closed {
		err = s.errorf("unexpected }")
	}
	return list, err
}

func (s *scanner) errorf(format string, args ...any) error {
	line := 1 + strings.Count(s.text[:min(s.pos, len(s.text))], "\n")
	return fmt.Errorf("%s:%d: %s", s.file, line, fmt.Sprintf(format, args...))
}

// block reads directives up to a closing brace or the end of the text.
func (s *scanner) block() (list []*directive, closed bool, err error) {
	var words []word
	for {
		w, mark, err := s.next()
		switch {
		case err != nil:
			return nil, false, err
		case mark == 0:
			words = append(words, w)
			continue
		case mark == '}' || mark == eof:
			if len(words) > 0 {
				return nil, false, s.errorf("%q does not end", words[0].value)
			}
			return list, mark == '}', nil
		case len(words) == 0:
			return nil, false, s.errorf("unexpected %c", mark)
		}
		d := &directive{file: s.file, name: words[0], args: words[1:], start: words[0].start}
		if mark == '{' {
			d.hasBlock, d.open = true, s.pos
			inner, closed, err := s.block()
			if err != nil {
				return nil, false, err
			}
			if !closed {
				return nil, false, s.errorf("the block of %q does not end", d.name.value)
			}
			d.block = inner
		}
		d.end = s.pos
		list, words = append(list, d), nil
	}
}

const eof = byte(255)

// next returns a word, or the mark ; { } or eof.
func (s *scanner) next() (w word, mark byte, err error) {
	for s.pos < len(s.text) {
		switch c := s.text[s.pos]; c {
		case ' ', '\t', '\r', '\n':
			s.pos++
		case '#':
			if i := strings.IndexByte(s.text[s.pos:], '\n'); i >= 0 {
				s.pos += i
			} else {
				s.pos = len(s.text)
			}
		case ';', '{', '}':
			s.pos++
			return word{}, c, nil
		case '"', '\'':
			w, err = s.quotedWord(c)
			return w, 0, err
		default:
			return s.bareWord(), 0, nil
		}
	}
	return word{}, eof, nil
}

func (s *scanner) quotedWord(quote byte) (word, error) {
	start := s.pos
	for i := start + 1; i < len(s.text); i++ {
		switch s.text[i] {
		case '\\':
			i++
		case quote:
			s.pos = i + 1
			return word{value: unescape(s.text[start+1 : i]), start: start, end: s.pos, quoted: true}, nil
		}
	}
	return word{}, s.errorf("a quote does not end")
}

// bareWord reads to the next space, semicolon or brace; the brace of ${name} belongs to the word.
func (s *scanner) bareWord() word {
	start, i := s.pos, s.pos
	for ; i < len(s.text); i++ {
		c := s.text[i]
		if c == '\\' {
			i++
			continue
		}
		if c == '{' && i > start && s.text[i-1] == '$' {
			continue
		}
		if strings.IndexByte(" \t\r\n;{", c) >= 0 {
			break
		}
	}
	s.pos = min(i, len(s.text))
	return word{value: unescape(s.text[start:s.pos]), start: start, end: s.pos}
}

// unescape undoes the escapes that nginx knows; other backslashes stay, as they do there.
func unescape(raw string) string {
	if !strings.Contains(raw, `\`) {
		return raw
	}
	var b strings.Builder
	for i := 0; i < len(raw); i++ {
		if raw[i] == '\\' && i+1 < len(raw) {
			if j := strings.IndexByte(`"'\trn`, raw[i+1]); j >= 0 {
				b.WriteByte("\"'\\\t\r\n"[j])
				i++
				continue
			}
		}
		b.WriteByte(raw[i])
	}
	return b.String()
}
