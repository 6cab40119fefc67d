package spelling

import (
	"regexp"
	"strings"
)

// A Wildcard is one element of a language of patterns, and the regular expression for what it stands for.
type Wildcard struct{ Text, As string }

// Wildcards writes a pattern as a regular expression. Of several wildcards that fit at one place the first counts;
// what is none stands for itself.
func Wildcards(pattern string, language ...Wildcard) string {
	var b strings.Builder
next:
	for pattern != "" {
		for _, w := range language {
			if rest, ok := strings.CutPrefix(pattern, w.Text); ok {
				b.WriteString(w.As)
				pattern = rest
				continue next
			}
		}
		b.WriteString(regexp.QuoteMeta(pattern[:1]))
		pattern = pattern[1:]
	}
	return b.String()
}
