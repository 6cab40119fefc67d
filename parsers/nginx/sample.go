package nginx

import (
	"regexp/syntax"
	"strings"
)

// sampleOf makes up a short string that the pattern matches, as a path if it can be one; ok is false when none is found.
func sampleOf(p *pattern) (s string, ok bool) {
	plain, _, _ := unname(p.source)
	re, err := syntax.Parse(plain, syntax.Perl)
	if err != nil {
		return "", false
	}
	s = sampleNode(re.Simplify())
	for _, try := range []string{s, "/" + s} {
		if groups, why := p.match(try); why == "" && groups != nil && strings.HasPrefix(try, "/") {
			return try, true
		}
	}
	if groups, why := p.match(s); why == "" && groups != nil {
		return s, true
	}
	return "", false
}

func sampleNode(re *syntax.Regexp) string {
	switch re.Op {
	case syntax.OpLiteral:
		return strings.ToLower(string(re.Rune))
	case syntax.OpCharClass:
		return sampleClass(re.Rune)
	case syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		return "x"
	case syntax.OpCapture, syntax.OpPlus:
		return sampleNode(re.Sub[0])
	case syntax.OpRepeat:
		return strings.Repeat(sampleNode(re.Sub[0]), max(re.Min, 0))
	case syntax.OpAlternate:
		return sampleNode(re.Sub[0])
	case syntax.OpConcat:
		var b strings.Builder
		for _, sub := range re.Sub {
			b.WriteString(sampleNode(sub))
		}
		return b.String()
	}
	return "" // anchors, and what may be left out
}

// sampleClass picks a plain character of a class.
func sampleClass(ranges []rune) string {
	for _, want := range "a1-_/.x0" {
		for i := 0; i+1 < len(ranges); i += 2 {
			if want >= ranges[i] && want <= ranges[i+1] {
				return string(want)
			}
		}
	}
	if len(ranges) > 0 {
		return string(ranges[0])
	}
	return ""
}
