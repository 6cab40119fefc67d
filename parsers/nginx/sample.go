package nginx

import (
	"iter"
	"regexp/syntax"
	"slices"
	"strings"
)

// sampleOf makes up a short string that the pattern matches, as a path if it can be one; ok is false when none is
// found.
func sampleOf(p *pattern) (s string, ok bool) {
	for s := range samplesOf(p, 1) {
		return s, true
	}
	return "", false
}

// samplesOf makes up to n strings that the pattern matches: the first takes the first of all alternatives, the next
// the second.
func samplesOf(p *pattern, n int) iter.Seq[string] {
	return func(yield func(string) bool) {
		plain, _, _ := unname(p.source)
		re, err := syntax.Parse(plain, syntax.Perl)
		if err != nil {
			return
		}
		re = re.Simplify()
		var made []string
		for pick := range n {
			try, ok := fit(p, sampleNode(re, pick))
			if !ok || slices.Contains(made, try) {
				continue
			}
			if made = append(made, try); !yield(try) {
				return
			}
		}
	}
}

// fit makes a path of s if the pattern matches that, else takes s as it is.
func fit(p *pattern, s string) (string, bool) {
	for _, try := range []string{s, "/" + s} {
		if groups, why := p.match(try); why == "" && groups != nil && strings.HasPrefix(try, "/") {
			return try, true
		}
	}
	groups, why := p.match(s)
	return s, why == "" && groups != nil
}

func sampleNode(re *syntax.Regexp, pick int) string {
	switch re.Op {
	case syntax.OpLiteral:
		return strings.ToLower(string(re.Rune))
	case syntax.OpCharClass:
		return sampleClass(re.Rune)
	case syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		return "x"
	case syntax.OpCapture, syntax.OpPlus:
		return sampleNode(re.Sub[0], pick)
	case syntax.OpRepeat:
		return strings.Repeat(sampleNode(re.Sub[0], pick), max(re.Min, 0))
	case syntax.OpAlternate:
		return sampleNode(re.Sub[pick%len(re.Sub)], pick)
	case syntax.OpStar:
		// What may be nothing is something between two slashes: nginx merges "//".
		return sampleNode(re.Sub[0], pick)
	case syntax.OpConcat:
		var b strings.Builder
		for i, sub := range re.Sub {
			any := sub.Op == syntax.OpAnyChar || sub.Op == syntax.OpAnyCharNotNL
			if any && i > 0 && re.Sub[i-1].Op == syntax.OpLiteral && !strings.HasSuffix(b.String(), "/") {
				b.WriteByte('.') // a dot that nobody escaped: socket.io
				continue
			}
			b.WriteString(sampleNode(sub, pick))
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
