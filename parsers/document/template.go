package document

import (
	"bytes"
	"strings"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/internal/lazyregexp"
)

// action is one of a Go template, as Helm and its like have them. {{resolve:ssm:…}} is CloudFormation's own.
var action = lazyregexp.New(
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
var actions = lazyregexp.New(`(?s)\{\{.*?\}\}`)

// Masked is a template without its actions, of the same length and with the same lines: what an action writes into a
// line is a word that IsMasked knows, and lines of nothing but actions are blank, so that the rest can be read as
// YAML. What is in a branch reads as if it were there.
func Masked(src []byte) []byte { return MaskedSpans(src, actions.FindAllIndex(src, -1)) }

// MaskedSpans is Masked for an engine whose actions stand at spans, their first byte and the one behind the last one,
// in their order.
func MaskedSpans(src []byte, spans [][]int) []byte {
	out := bytes.Clone(src)
	for i, m := range spans {
		for j := m[0]; j < m[1]; j++ {
			if out[j] != '\n' && out[j] != '\r' {
				out[j] = ' '
			}
		}
		if i+1 < len(spans) && bytes.IndexByte(src[m[1]:spans[i+1][0]], '\n') < 0 {
			continue // the line is not done
		}
		first := i
		for first > 0 && bytes.IndexByte(src[spans[first-1][1]:spans[first][0]], '\n') < 0 {
			first--
		}
		begin, end := bytes.LastIndexByte(src[:spans[first][0]], '\n')+1, len(src)
		if n := bytes.IndexByte(src[m[1]:], '\n'); n >= 0 {
			end = m[1] + n
		}
		if len(bytes.TrimSpace(out[begin:end])) == 0 {
			continue
		}
		for _, k := range spans[first : i+1] {
			fillAction(src, out, k[0], k[1])
		}
	}
	fillBeginnings(src, out)
	return out
}

// fillAction writes the mask over an action in the bytes [start, end). Of one over several lines it is in the place of
// the first one, where that writes a value behind something: a block that begins in front of others stays blank.
func fillAction(src, out []byte, start, end int) {
	n := bytes.IndexByte(src[start:end], '\n')
	if n < 0 {
		fill(out[start:end])
		return
	}
	begin := bytes.LastIndexByte(src[:start], '\n') + 1
	text := strings.TrimSpace(strings.Trim(string(src[start+2:start+n]), "-"))
	if word, _, _ := strings.Cut(text, " "); isControl(word) || setting.MatchString(text) {
		return
	}
	if len(bytes.TrimSpace(out[begin:start])) > 0 {
		fill(bytes.TrimRight(out[start:start+n], "\r"))
	}
}

// blockHeader ends the line in front of a block scalar.
var blockHeader = lazyregexp.New(`(?m)[:-][ \t]+[|>][-+0-9]{0,2}[ \t]*(?:#.*)?\r?$`)

// fillBeginnings writes the mask into blank lines that a block scalar begins with, since actions were there, where they
// are longer than its text is indented: they would be more blanks than YAML allows there.
func fillBeginnings(src, out []byte) {
	for _, m := range blockHeader.FindAllIndex(out, -1) {
		line := bytes.LastIndexByte(out[:m[0]], '\n') + 1
		outer := indentation(out[line:])
		var blank [][2]int
		at := m[1] + 1
		for at < len(out) {
			end := len(out)
			if n := bytes.IndexByte(out[at:], '\n'); n >= 0 {
				end = at + n
			}
			if len(bytes.TrimSpace(out[at:end])) > 0 {
				break
			}
			blank = append(blank, [2]int{at, end})
			at = end + 1
		}
		if at >= len(out) || indentation(out[at:]) <= outer {
			continue
		}
		inner := indentation(out[at:])
		for _, b := range blank {
			text := bytes.TrimRight(out[b[0]:b[1]], "\r")
			if len(text) > inner && !bytes.Equal(text, src[b[0]:b[0]+len(text)]) {
				fill(text[inner:])
			}
		}
	}
}

// indentation is how many blanks a text begins with.
func indentation(text []byte) int { return len(text) - len(bytes.TrimLeft(text, " ")) }

// fill writes the mask over an action.
func fill(action []byte) {
	for len(action) >= len(mask) {
		action = action[copy(action, mask):]
	}
	for i := range action {
		action[i] = '_'
	}
}

// IsMasked reports whether a text of a file that Masked made holds what a template writes.
func IsMasked(s string) bool { return strings.Contains(s, mask) }
