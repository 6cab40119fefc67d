package nginx

import (
	"iter"
	"regexp/syntax"
	"slices"
	"strings"

	"github.com/wslint/wslint/parsers"
)

// A madeUp is a string that was made up for a pattern to match.
type madeUp struct {
	text   string
	ok     bool
	surely bool // it is one by the way in which it was made
}

// sampleOf makes up a short string that the pattern matches, as a path if it can be one; ok is false when none is
// found.
func sampleOf(p *pattern) (s string, ok bool) {
	made := p.first()
	return made.text, made.ok
}

func (p *pattern) firstSample() (made madeUp) {
	if p.tree() == nil {
		return made
	}
	text, exact := p.makeUp(0)
	if exact && strings.HasPrefix(text, "/") {
		return madeUp{text, true, true}
	}
	made.text, made.ok = fit(p, text)
	return made
}

// makeUp makes up a string, and says whether the pattern is sure to match it.
func (p *pattern) makeUp(pick int) (text string, exact bool) {
	var m sampler
	m.sample(p.tree().Simplify(), pick)
	return m.made.String(), !m.loose && parsers.IsPlainRegex(p.plain)
}

// samplesOf makes up to n strings that the pattern matches: the first takes the first of all alternatives, the next
// the second.
func samplesOf(p *pattern, n int) iter.Seq[string] {
	return func(yield func(string) bool) {
		if p.tree() == nil {
			return
		}
		var made []string
		for pick := range n {
			try, ok := sampleOf(p)
			if pick > 0 {
				text, _ := p.makeUp(pick)
				try, ok = fit(p, text)
			}
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

// A sampler makes up a string.
type sampler struct {
	made strings.Builder
	// loose says that the string may not match, for what a pattern asks of what stands around it; ended, that nothing
	// may follow.
	loose, ended bool
}

func (m *sampler) write(s string) {
	m.loose = m.loose || m.ended && s != ""
	m.made.WriteString(s)
}

// sample writes what an expression matches; of alternatives the one with the number pick.
func (m *sampler) sample(re *syntax.Regexp, pick int) {
	switch re.Op {
	case syntax.OpLiteral:
		low := strings.ToLower(string(re.Rune))
		m.loose = m.loose || re.Flags&syntax.FoldCase == 0 && low != string(re.Rune)
		m.write(low)
	case syntax.OpCharClass:
		m.write(m.class(re.Rune))
	case syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		m.write("x")
	case syntax.OpCapture, syntax.OpPlus:
		m.sample(re.Sub[0], pick)
	case syntax.OpRepeat:
		for range re.Min {
			m.sample(re.Sub[0], pick)
		}
	case syntax.OpAlternate:
		m.sample(re.Sub[pick%len(re.Sub)], pick)
	case syntax.OpStar:
		// What may be nothing is something between two slashes: nginx merges "//".
		m.sample(re.Sub[0], pick)
	case syntax.OpConcat:
		for i, sub := range re.Sub {
			any := sub.Op == syntax.OpAnyChar || sub.Op == syntax.OpAnyCharNotNL
			if any && i > 0 && re.Sub[i-1].Op == syntax.OpLiteral && !strings.HasSuffix(m.made.String(), "/") {
				m.write(".") // a dot that nobody escaped: socket.io
				continue
			}
			m.sample(sub, pick)
		}
	case syntax.OpBeginText:
		m.loose = m.loose || m.made.Len() > 0
	case syntax.OpEndText:
		m.ended = true
	case syntax.OpQuest, syntax.OpEmptyMatch: // which may be left out
	default:
		m.loose = true
	}
}

// class picks a plain character of a class.
func (m *sampler) class(ranges []rune) string {
	for _, want := range "a1-_/.x0" {
		for i := 0; i+1 < len(ranges); i += 2 {
			if want >= ranges[i] && want <= ranges[i+1] {
				return string(want)
			}
		}
	}
	m.loose = true
	if len(ranges) > 0 {
		return string(ranges[0])
	}
	return ""
}
