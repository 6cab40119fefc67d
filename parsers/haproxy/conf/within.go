package conf

import (
	"regexp/syntax"
	"strings"

	"github.com/wslint/wslint/parsers"
)

// hasTexts reports whether each pattern of a test has a text that is in all that it matches.
func (a ACL) hasTexts() bool {
	switch a.Method {
	case "", "str", "beg", "end":
		return true
	case "sub", "dir", "dom", "reg":
		_, list := a.texts()
		return len(list) == len(a.Patterns)
	}
	return false
}

// texts are what an expression is, begins with, ends with or has in it, as the method says, where the test passes; in
// small letters. Patterns that have no such text are left out.
func (a ACL) texts() (m Method, list []string) {
	m = a.Method
	switch m {
	case "":
		m = "str"
	case "dir", "dom", "reg":
		m = "sub"
	}
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
