package templates

import (
	"slices"
	"strings"

	"github.com/wslint/wslint/hop"
)

// A Branch is one side of a condition that decides whether something is there: {% if tls %}, or the {% else %} of it.
// What a loop repeats is taken once, where the loop has anything to go through.
type Branch struct {
	Condition string // as the template writes it, without a not: "tls", ".Values.tls"; of a loop all of its tag
	Holds     bool
	Loop      bool
	// Name is what people call a condition that no template writes, or that nobody can read; "" for all others.
	Name string
}

// Question asks for the condition, at a place that hangs on it. That this is there is tried first.
func (b Branch) Question(pos hop.Pos) hop.Question {
	q := hop.Question{Key: "template " + b.Condition, Pos: pos, First: b.Holds}
	said := "the template's condition " + b.Condition
	switch {
	case b.Name != "":
		said, q.Key, q.First = b.Name, b.Name+" in "+pos.File, false
	case b.Loop:
		said = "the template's loop " + b.Condition
		q.Yes, q.No = said+" runs", said+" does not run"
		return q
	}
	q.Yes, q.No = said+" holds", said+" does not hold"
	return q
}

// Open leaves out the branches whose variable --define gives a value; absent says that one of them is not taken.
func Open(when []Branch, define map[string]string) (open []Branch, absent bool) {
	for _, b := range when {
		v, known := define[strings.TrimLeft(b.Condition, ".$@")]
		switch isTrue := v != "" && v != "0" && v != "false" && v != "no" && v != "off"; {
		case !known || b.Loop || b.Name != "":
			open = append(open, b)
		case isTrue != b.Holds:
			return nil, true
		}
	}
	return open, false
}

// A Part is what stands between two tags of a block: an {% if %}, its {% else %} and its {% endif %}.
type Part struct {
	When []Branch // all of them hold where it is there
	// Opaque says that nothing tells when it is there: it is that of a macro and the like.
	Opaque bool
}

// longest is how many branches before its own a part may have: nobody writes more of {% elif %}.
const longest = 64

// Opened is the part behind a tag that opens a block.
func Opened(tag string) Part {
	kind, condition, holds := conditionOf(tag)
	p := Part{Opaque: kind == opaque}
	if kind == decides || kind == loops {
		p.When = []Branch{{Condition: condition, Holds: holds, Loop: kind == loops}}
	}
	return p
}

// Divided is the part behind a tag such as {% else %}, which ends this one.
func (p Part) Divided(tag string) Part {
	next := p.Else()
	switch kind, condition, holds := conditionOf(tag); kind {
	case opaque:
		next.Opaque = true
	case decides:
		next.When = append(next.When, Branch{Condition: condition, Holds: holds})
	}
	return next
}

// Else is the part that is there where this one and those before it in its block are not.
func (p Part) Else() Part {
	next := Part{Opaque: p.Opaque || len(p.When) == 0 || len(p.When) == longest, When: slices.Clone(p.When)}
	if n := len(next.When) - 1; n >= 0 {
		next.When[n].Holds = !next.When[n].Holds
	}
	return next
}

// A branchKind is what a tag says of the part behind it.
type branchKind uint8

const (
	opaque branchKind = iota
	plain             // it is always there: {% block %}, {% raw %}, {% else %}
	decides
	loops
)

// conditionOf reads a tag that opens or divides a block: {% if not x %}, {{ else if .X }}, <% unless x %>, {{#x}}.
func conditionOf(tag string) (kind branchKind, condition string, holds bool) {
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
		return plain, "", false
	case "with", "#with":
		if jinja {
			return plain, "", false
		}
		return ifOf(rest, true)
	case "block", "filter", "autoescape", "raw", "verbatim":
		return plain, "", false
	}
	switch {
	case isLoop(first, text):
		return loops, strings.Join(strings.Fields(text), " "), true
	case strings.HasPrefix(text, "if(") || strings.HasPrefix(text, "if ("):
		return ifOf(text[2:], true)
	case strings.HasPrefix(first, "#") && rest == "" && first != "#each":
		return ifOf(first[1:], true)
	case strings.HasPrefix(first, "^") && rest == "":
		return ifOf(first[1:], false)
	}
	return opaque, "", false
}

// isLoop reports whether a tag begins a loop: {% for x in y %}, {{ range .X }}, {{#each x}}, <% @x.each do |y| %>,
// <% x.forEach(function(y) { %>.
func isLoop(first, text string) bool {
	switch strings.TrimLeft(first, "#") {
	case "for", "foreach", "range", "each":
		return true
	}
	return strings.HasPrefix(text, "for(") || strings.Contains(text, ".each ") || strings.Contains(text, ".each{") ||
		strings.Contains(text, ".each_") || strings.Contains(text, ".forEach(")
}

// ifOf reads a condition: a not in front of it, or in the middle of a comparison, turns it round.
func ifOf(text string, holds bool) (branchKind, string, bool) {
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
		return opaque, "", false
	}
	return decides, text, holds
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
