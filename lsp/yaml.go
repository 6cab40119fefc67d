package lsp

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/wslint/wslint/internal/lazyregexp"
	"github.com/wslint/wslint/lint"
)

// A yamlPlace is where a cursor stands in a .wslint.yaml, as far as a text can tell that is just being written: it
// need not parse.
type yamlPlace struct {
	path  []string // the keys around it, from the top; items of lists leave no trace
	key   string   // of the pair that it is in; "" where the pair has none yet
	value bool     // it is behind the colon, or in a list of values
	word  string   // what is written of the word up to the cursor
	start int      // where that word begins
}

var (
	yamlKey  = lazyregexp.New(`^(["']?)([A-Za-z0-9_./-]+)(["']?)\s*:(\s|$)`)
	yamlWord = lazyregexp.New(`[^\s,\[\]{}"']*$`)
)

// yamlAt finds the place of an offset.
func yamlAt(src []byte, offset int) yamlPlace {
	text := string(src[:offset])
	start := strings.LastIndexByte(text, '\n') + 1
	line := text[start:]
	p := yamlPlace{path: outerKeys(text[:start], indentOf(line))}
	p.word = yamlWord.FindString(line)
	p.start = offset - len(p.word)
	p.within(strings.TrimLeft(line, " -"))
	return p
}

// indentOf is the column of the first key of a line: the dash of an item counts as blank.
func indentOf(line string) int { return len(line) - len(strings.TrimLeft(line, " -")) }

// outerKeys are the keys of the blocks around a line that is indented so far.
func outerKeys(before string, indent int) (path []string) {
	lines := strings.Split(strings.TrimSuffix(before, "\n"), "\n")
	for _, l := range slices.Backward(lines) {
		body := strings.TrimLeft(l, " -")
		m := yamlKey.FindStringSubmatch(body)
		if m == nil || strings.HasPrefix(body, "#") || indentOf(l) >= indent {
			continue
		}
		// The dash of an item may stand as far left as the key of its list.
		indent = len(l) - len(strings.TrimLeft(l, " "))
		if strings.HasPrefix(strings.TrimLeft(l, " "), "-") {
			indent++
		}
		path = append(path, m[2])
	}
	slices.Reverse(path)
	return path
}

// within goes into the braces and brackets of the line up to the cursor.
func (p *yamlPlace) within(line string) {
	type level struct {
		path  []string
		key   string
		value bool
		list  bool
	}
	now := level{path: p.path}
	var stack []level
	for line != "" {
		if m := yamlKey.FindStringSubmatch(line); m != nil && !now.value {
			now.key, now.value = m[2], true
			line = strings.TrimLeft(line[len(m[0]):], " ")
			continue
		}
		switch c := line[0]; c {
		case '{', '[':
			stack = append(stack, now)
			path := now.path
			if now.key != "" {
				path = append(slices.Clone(path), now.key)
			}
			now = level{path: path, list: c == '[', value: c == '['}
		case '}', ']':
			if len(stack) > 0 {
				now, stack = stack[len(stack)-1], stack[:len(stack)-1]
			}
		case ',':
			now.key, now.value = "", now.list
		}
		line = strings.TrimLeft(line[1:], " ")
	}
	p.path, p.key, p.value = now.path, now.key, now.value
}

// A node is a part of the JSON Schema of .wslint.yaml.
type node map[string]any

func configSchema() node {
	b, err := lint.Schema()
	var n node
	if err != nil || json.Unmarshal(b, &n) != nil {
		return node{}
	}
	return n
}

// variants are what a node allows: itself, its alternatives, and the items of a list.
func (n node) variants() (list []node) {
	list = []node{n}
	for _, key := range []string{"anyOf", "oneOf"} {
		alternatives, _ := n[key].([]any)
		for _, a := range alternatives {
			if m, ok := a.(map[string]any); ok {
				list = append(list, node(m).variants()...)
			}
		}
	}
	if m, ok := n["items"].(map[string]any); ok {
		list = append(list, node(m).variants()...)
	}
	return list
}

// below are the nodes that a key leads to.
func (n node) below(key string) (list []node) {
	for _, v := range n.variants() {
		properties, _ := v["properties"].(map[string]any)
		if m, ok := properties[key].(map[string]any); ok {
			list = append(list, m)
		} else if m, ok := v["additionalProperties"].(map[string]any); ok {
			list = append(list, m)
		}
	}
	return list
}

// at are the nodes that a path of keys leads to.
func (n node) at(path []string) []node {
	list := []node{n}
	for _, key := range path {
		var next []node
		for _, x := range list {
			next = append(next, x.below(key)...)
		}
		list = next
	}
	return list
}

// description is what the schema says of a node; "" when it says nothing.
func description(list []node) string {
	for _, n := range list {
		if s, _ := n["description"].(string); s != "" {
			return s
		}
	}
	return ""
}

// keys are the properties that the nodes have, with what is said of each.
func keys(list []node) (words []candidate) {
	for _, n := range list {
		for _, v := range n.variants() {
			properties, _ := v["properties"].(map[string]any)
			for key, p := range properties {
				m, _ := p.(map[string]any)
				words = append(words, candidate{key + ": ", key, description(node(m).variants())})
			}
			names, _ := v["propertyNames"].(map[string]any)
			for _, key := range texts(names["enum"]) {
				words = append(words, candidate{key + ": ", key, ""})
			}
		}
	}
	return sortedWords(words)
}

// valuesOf are the values that the nodes have.
func valuesOf(list []node) (words []candidate) {
	for _, n := range list {
		for _, v := range n.variants() {
			for _, s := range slices.Concat(texts(v["enum"]), texts(v["examples"]), texts([]any{v["const"]})) {
				words = append(words, candidate{s, s, ""})
			}
		}
	}
	return sortedWords(words)
}

func texts(v any) (list []string) {
	values, _ := v.([]any)
	for _, x := range values {
		if s, ok := x.(string); ok {
			list = append(list, s)
		}
	}
	return list
}

// A candidate is a word that may stand under the cursor: what is written, what is shown, and what is said of it.
type candidate struct{ text, label, about string }

func sortedWords(words []candidate) []candidate {
	slices.SortFunc(words, func(a, b candidate) int { return strings.Compare(a.label, b.label) })
	return slices.CompactFunc(words, func(a, b candidate) bool { return a.label == b.label })
}
