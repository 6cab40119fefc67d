package conf

import (
	"regexp/syntax"
	"strings"

	"github.com/wslint/wslint/parsers"
)

// texts are what an expression is, begins with, ends with or has in it, as the method says, where the test passes; in
// small letters. Patterns of which no such text is known are left out.
func (a ACL) texts() (m Method, list []string) {
	m = a.Method
	switch m {
	case "":
		m = "str"
	case "str", "beg", "end", "sub":
	case "dir", "dom", "reg":
		m = "sub"
	default:
		return m, nil
	}
	list = make([]string, 0, len(a.Patterns))
	for _, p := range a.Patterns {
		text := p.Value
		switch a.Method {
		case "dir", "dom":
			text = strings.Trim(text, "/?.:")
		case "reg":
			text = within(text)
		}
		if text != "" || m != "sub" {
			list = append(list, strings.ToLower(text))
		}
	}
	return m, list
}

// within is the longest text that is in everything that a regular expression matches; "" where none is known.
func within(re string) string {
	if !parsers.IsPlainRegex(re) {
		return ""
	}
	parsed, err := syntax.Parse(re, syntax.Perl)
	if err != nil {
		return ""
	}
	return longest(parsed)
}

func longest(re *syntax.Regexp) (text string) {
	switch re.Op {
	case syntax.OpLiteral:
		return string(re.Rune)
	case syntax.OpConcat:
		for _, sub := range re.Sub {
			if s := longest(sub); len(s) > len(text) {
				text = s
			}
		}
	case syntax.OpCapture, syntax.OpPlus:
		return longest(re.Sub[0])
	case syntax.OpRepeat:
		if re.Min > 0 {
			return longest(re.Sub[0])
		}
	}
	return text
}
