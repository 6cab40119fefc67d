package document

import (
	"bytes"
	"regexp"
	"strings"

	"github.com/wslint/wslint/hop"
)

// action is one of a Go template, as Helm and its like have them. {{resolve:ssm:…}} is CloudFormation's own.
var action = regexp.MustCompile(
	`\{\{-?\s*(?:/\*|[.$(]|(?:if|range|else|end|define|template|include|with|block|toYaml|printf|tpl|default|quote)\b)`,
)

// TemplateAt is the first place where a template engine writes something into a text; zero when there is none. What a
// template makes of such a file cannot be told from it, whether it happens to parse or not.
func TemplateAt(name string, src []byte) hop.Pos {
	m := action.FindIndex(src)
	if m == nil {
		return hop.Pos{}
	}
	return newFile(name, src[:m[1]]).At(m[0], m[1])
}

// mask stands in the place of what a template writes. It is of two bytes and no YAML means anything by it.
const mask = "\u01c1"

// actions are all of a Go template, comments and those over several lines among them.
var actions = regexp.MustCompile(`(?s)\{\{.*?\}\}`)

// Masked is a template without its actions, of the same length and with the same lines: what an action writes into a
// line is a word that IsMasked knows, and lines of nothing but actions are blank, so that the rest can be read as
// YAML. What is in a branch reads as if it were there.
func Masked(src []byte) []byte {
	out := bytes.Clone(src)
	last, alone := 0, false // the end of the line that was looked at, and whether it is nothing but actions
	for _, m := range actions.FindAllIndex(src, -1) {
		if m[1] > last {
			first := bytes.LastIndexByte(src[:m[0]], '\n') + 1
			last = len(src)
			if i := bytes.IndexByte(src[m[1]:], '\n'); i >= 0 {
				last = m[1] + i
			}
			alone = len(bytes.TrimSpace(actions.ReplaceAll(src[first:last], nil))) == 0
		}
		fill := mask
		if alone || bytes.IndexByte(src[m[0]:m[1]], '\n') >= 0 {
			fill = ""
		}
		for i := m[0]; i < m[1]; {
			switch {
			case src[i] == '\n' || src[i] == '\r':
				i++
			case fill != "" && i+len(fill) <= m[1]:
				i += copy(out[i:], fill)
			case fill != "":
				out[i] = '_'
				i++
			default:
				out[i] = ' '
				i++
			}
		}
	}
	return out
}

// IsMasked reports whether a text of a file that Masked made holds what a template writes.
func IsMasked(s string) bool { return strings.Contains(s, mask) }
