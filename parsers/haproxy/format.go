package haproxy

import (
	"strings"

	"github.com/wslint/wslint/parsers/haproxy/conf"
)

// format evaluates a log-format string: %[expression], %ci and a few more, literal text.
func (r *run) format(w conf.Word) text {
	if w.Why != "" {
		return wordText(w)
	}
	out := known("")
	for s := w.Value; s != ""; {
		i := strings.IndexByte(s, '%')
		if i < 0 || i == len(s)-1 {
			return out.plus(known(s))
		}
		out = out.plus(known(s[:i]))
		s = s[i+1:]
		if s[0] == '{' {
			if end := strings.IndexByte(s, '}'); end >= 0 {
				s = s[end+1:]
			}
			out = out.plus(unknownText("the flags of the format " + w.Value + " are not read"))
		}
		var piece text
		piece, s = r.formatItem(s, w.Value)
		out = out.plus(piece)
	}
	return out
}

// formatItem evaluates what stands behind one percent sign.
func (r *run) formatItem(s, whole string) (piece text, rest string) {
	switch {
	case s == "":
		return known(""), ""
	case s[0] == '%':
		return known("%"), s[1:]
	case s[0] == '[':
		end := closingBracket(s)
		if end < 0 {
			return unknownText("the format " + whole + " cannot be read"), ""
		}
		return r.eval(conf.ParseExpr(s[1:end])).text(), s[end+1:]
	case strings.HasPrefix(s, "ci"):
		if !r.client.IsValid() {
			return unknownText("the client's address is not known"), s[2:]
		}
		return known(r.client.String()), s[2:]
	}
	return unknownText("the format " + whole + " is not known here"), ""
}

// closingBracket finds the bracket that ends an expression, parentheses respected.
func closingBracket(s string) int {
	depth := 0
	for i := range len(s) {
		switch s[i] {
		case '(':
			depth++
		case ')':
			depth--
		case ']':
			if depth <= 0 {
				return i
			}
		}
	}
	return -1
}

// text is the string that a sample gives in a format: the last of several values, nothing for none.
func (s sample) text() text {
	switch {
	case s.why != "":
		return unknownText(s.why)
	case len(s.values) == 0:
		return known("")
	case s.kind == numberKind && s.low == s.high:
		return known(itoa(s.low))
	case s.kind == numberKind:
		return unknownText("a counter decides")
	case s.kind == boolKind:
		return known(itoa(s.low))
	}
	return known(s.values[len(s.values)-1])
}
