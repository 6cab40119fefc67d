package conf

import (
	"slices"
	"sort"
	"strings"
)

// A Branch is one side of a condition of a template: {% if tls %}, or the {% else %} of it. What a loop repeats is
// taken once, where the loop has anything to go through.
type Branch struct {
	Condition string // as the template writes it, without a not: "tls", ".Values.tls"; of a loop all of its tag
	Holds     bool
	Loop      bool
}

// A tagBlock is what stands between the tags that open and close a block of a template's, in the parts that tags in
// between divide it into.
type tagBlock struct {
	start, end int
	parts      []tagPart
	around     *tagBlock // nil where there is none
}

// A tagPart is one part of a block, up to the next or to the end of the block.
type tagPart struct {
	start int
	when  []Branch
	// opaque says that nothing tells when the part is there: it is that of a macro and the like.
	opaque bool
}

// newTagBlock begins a block with its opening tag.
func newTagBlock(t tag, src string) *tagBlock {
	kind, condition, holds := conditionOf(src[t.start:t.end])
	p := tagPart{start: t.end, opaque: kind == opaqueTag}
	if kind == conditionTag || kind == loopTag {
		p.when = []Branch{{condition, holds, kind == loopTag}}
	}
	return &tagBlock{start: t.start, parts: []tagPart{p}}
}

// divide begins the next part with a tag such as {% else %}.
func (b *tagBlock) divide(t tag, src string) {
	last := b.parts[len(b.parts)-1]
	p := tagPart{start: t.end, opaque: last.opaque || len(last.when) == 0, when: slices.Clone(last.when)}
	if n := len(p.when) - 1; n >= 0 {
		p.when[n].Holds = !p.when[n].Holds
	}
	switch kind, condition, holds := conditionOf(src[t.start:t.end]); kind {
	case opaqueTag:
		p.opaque = true
	case conditionTag:
		p.when = append(p.when, Branch{Condition: condition, Holds: holds})
	}
	b.parts = append(b.parts, p)
}

// withDefined leaves out the branches whose variable --define gives a value; absent says that one of them is not
// taken.
func withDefined(when []Branch, define map[string]string) (open []Branch, absent bool) {
	for _, b := range when {
		v, known := define[strings.TrimLeft(b.Condition, ".$@")]
		if b.Loop {
			known = false
		}
		switch isTrue := v != "" && v != "0" && v != "false" && v != "no" && v != "off"; {
		case !known:
			open = append(open, b)
		case isTrue != b.Holds:
			return nil, true
		}
	}
	return open, false
}

// branches says when what stands at an offset is there, by the blocks in the order in which they open; maybe that a
// template sets it, though nothing tells how where when is empty.
func branches(blocks []*tagBlock, offset int) (when []Branch, maybe bool) {
	behind := sort.Search(len(blocks), func(i int) bool { return blocks[i].start > offset })
	if behind == 0 {
		return nil, false
	}
	var parts []tagPart
	for b := blocks[behind-1]; b != nil; b = b.around {
		if offset < b.end {
			next := sort.Search(len(b.parts), func(i int) bool { return b.parts[i].start > offset })
			parts = append(parts, b.parts[max(next-1, 0)])
		}
	}
	decided := true
	for _, p := range slices.Backward(parts) {
		maybe = maybe || p.opaque || len(p.when) > 0
		decided = decided && !p.opaque
		when = append(when, p.when...)
	}
	if !decided {
		when = nil
	}
	return when, maybe
}

// A blockTag is what the tags of a block say of it.
type blockTag uint8

const (
	opaqueTag blockTag = iota
	plainTag           // it is always there: {% block %}, {% raw %}, {% else %}
	conditionTag
	loopTag
)

// conditionOf reads a tag that opens or divides a block: {% if not x %}, {{ else if .X }}, <% unless x %>, {{#x}}.
func conditionOf(tag string) (kind blockTag, condition string, holds bool) {
	jinja := strings.HasPrefix(tag, "{%")
	text := strings.Trim(tag, "{}<>%-~+_ \t\r\n")
	if inner, ok := strings.CutPrefix(text, "else if"); ok {
		return ifOf(inner, true)
	}
	first, rest, _ := strings.Cut(text, " ")
	switch first {
	case "if", "elif", "elsif", "elseif", "#if":
		return ifOf(rest, true)
	case "unless", "#unless":
		return ifOf(rest, false)
	case "else":
		return plainTag, "", false
	case "with", "#with":
		if jinja {
			return plainTag, "", false
		}
		return ifOf(rest, true)
	case "block", "filter", "autoescape", "raw", "verbatim":
		return plainTag, "", false
	}
	switch {
	case loops(first, text):
		return loopTag, strings.Join(strings.Fields(text), " "), true
	case strings.HasPrefix(text, "if(") || strings.HasPrefix(text, "if ("):
		return ifOf(text[2:], true)
	case strings.HasPrefix(first, "#") && rest == "" && first != "#each":
		return ifOf(first[1:], true)
	case strings.HasPrefix(first, "^") && rest == "":
		return ifOf(first[1:], false)
	}
	return opaqueTag, "", false
}

// loops reports whether a tag begins a loop: {% for x in y %}, {{ range .X }}, {{#each x}}, <% @x.each do |y| %>,
// <% x.forEach(function(y) { %>.
func loops(first, text string) bool {
	switch strings.TrimLeft(first, "#") {
	case "for", "foreach", "range", "each":
		return true
	}
	return strings.HasPrefix(text, "for(") || strings.Contains(text, ".each ") || strings.Contains(text, ".each{") ||
		strings.Contains(text, ".each_") || strings.Contains(text, ".forEach(")
}

// ifOf reads a condition: a not in front of it, or in the middle of a comparison, turns it round.
func ifOf(text string, holds bool) (blockTag, string, bool) {
	text = strings.TrimSuffix(strings.Join(strings.Fields(text), " "), " then")
	for {
		before := text
		text = strings.TrimSpace(text)
		if enclosed(text) {
			text = text[1 : len(text)-1]
		}
		if rest, ok := strings.CutPrefix(text, "not "); ok {
			text, holds = rest, !holds
		} else if strings.HasPrefix(text, "!") && !strings.HasPrefix(text, "!=") {
			text, holds = text[1:], !holds
		}
		if text == before {
			break
		}
	}
	for _, turned := range [][2]string{{" is not ", " is "}, {" != ", " == "}} {
		if strings.Count(text, turned[0]) == 1 && !isCompound(text) {
			text, holds = strings.Replace(text, turned[0], turned[1], 1), !holds
		}
	}
	if rest, ok := strings.CutPrefix(text, "ne "); ok {
		text, holds = "eq "+rest, !holds
	}
	if text == "" {
		return opaqueTag, "", false
	}
	return conditionTag, text, holds
}

// isCompound reports whether a condition is made of several.
func isCompound(text string) bool {
	return slices.ContainsFunc(
		[]string{" and ", " or ", "&&", "||"},
		func(s string) bool { return strings.Contains(text, s) },
	)
}

// enclosed reports whether the parenthesis that s begins with is closed at its end.
func enclosed(s string) bool {
	if !strings.HasPrefix(s, "(") || !strings.HasSuffix(s, ")") {
		return false
	}
	depth := 0
	for i := range len(s) {
		switch s[i] {
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 && i < len(s)-1 {
				return false
			}
		}
	}
	return true
}
