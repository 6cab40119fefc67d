package lint

import (
	"bytes"
	"strings"
)

const (
	// maxConfig is the size of the largest .wslint.yaml: far above any file that a person writes.
	maxConfig = 64 << 10
	// maxDepth is how far its values may be nested. The YAML library takes quadratic time and memory for what is deeper.
	maxDepth = 50
)

// tooDeep is the number of the line on which a YAML text is nested deeper than maxDepth; 0 when it is not. It is
// asked before
// the text is parsed, so it only looks at indentation, dashes and brackets; those of quoted texts do not count.
func tooDeep(src []byte) (line int) {
	flow := 0
	var indents []int
	quote := byte(0)
	for text := range bytes.Lines(src) {
		line++
		trimmed := bytes.TrimLeft(text, " ")
		if quote == 0 && flow == 0 && len(bytes.TrimSpace(trimmed)) > 0 && trimmed[0] != '#' {
			indents = deeper(indents, len(text)-len(trimmed), trimmed)
			if len(indents) > maxDepth {
				return line
			}
		}
		for i, c := range text {
			before := byte(' ')
			if i > 0 {
				before = text[i-1]
			}
			begins := strings.IndexByte(" \t\n[{,:", before) >= 0
			switch {
			case quote != 0:
				if c == quote && before != '\\' {
					quote = 0
				}
			case c == '#' && (before == ' ' || before == '\t' || i == 0):
				goto next
			case (c == '"' || c == '\'') && begins:
				quote = c
			case (c == '[' || c == '{') && begins:
				if flow++; flow+len(indents) > maxDepth {
					return line
				}
			case (c == ']' || c == '}') && flow > 0:
				flow--
			}
		}
	next:
	}
	return 0
}

// deeper is the stack of indentations with that of a line, whose dashes begin further ones.
func deeper(indents []int, indent int, text []byte) []int {
	push := func(at int) {
		for len(indents) > 0 && indents[len(indents)-1] >= at {
			indents = indents[:len(indents)-1]
		}
		indents = append(indents, at)
	}
	push(indent)
	for len(text) > 1 && strings.IndexByte("-?:", text[0]) >= 0 && text[1] == ' ' {
		rest := bytes.TrimLeft(text[1:], " ")
		indent += len(text) - len(rest)
		text = rest
		push(indent)
		if len(indents) > maxDepth {
			return indents
		}
	}
	return indents
}
