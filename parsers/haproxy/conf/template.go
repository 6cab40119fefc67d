package conf

import (
	"fmt"
	"slices"
	"strings"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers/templates"
)

// A tag is one piece of a template engine's syntax: {{ … }}, {% … %}, {# … #}, <% … %>, or %{ … } of Terraform.
type tag struct {
	start, end int
	kind       templates.Kind
	closed     int // of one that opens a block: the end of the tag that closes it; 0 for none
}

// A tagKind is what begins a tag, what ends it and what it does.
type tagKind struct {
	begins, ends string
	kind         func(text string) templates.Kind
}

var tagKinds = []tagKind{
	{"{{", "}}", templates.Moustache},
	{"{%", "%}", templates.Jinja},
	{"{#", "#}", func(string) templates.Kind { return templates.Silent }},
	{"<%", "%>", templates.ERB},
	{"%{", "}", func(text string) templates.Kind { return templates.Jinja(strings.Trim(text, "~")) }},
}

// longestTag is how many bytes a tag may have in it: what is longer was not meant as one, and takes time to look at.
const longestTag = 4096

// findTags returns the tags of a file in their order. A value is written within one line, so that braces which are not
// closed by mistake do not swallow what follows.
func findTags(src string) (tags []tag) {
	var open []int
	next := map[string]int{} // where what ends tags stands next, behind the last place that was looked at
	for at := 0; at+1 < len(src); at++ {
		i := strings.IndexAny(src[at:], "{<%")
		if i < 0 {
			break
		}
		at += i
		for _, k := range tagKinds {
			if !strings.HasPrefix(src[at:], k.begins) {
				continue
			}
			end, known := next[k.ends]
			if !known || end < at+2 {
				if end = strings.Index(src[at+2:], k.ends); end < 0 {
					end = len(src)
				} else {
					end += at + 2
				}
				next[k.ends] = end
			}
			n := end - at - 2
			if end == len(src) || n > longestTag {
				continue
			}
			text := src[at+2 : end]
			t := tag{start: at, end: at + 2 + n + len(k.ends), kind: k.kind(text)}
			if k.begins == "%{" && (t.kind == templates.Value || t.kind == templates.Silent) {
				continue // %{+Q} of HAProxy
			}
			if strings.Contains(text, `"`) && strings.Trim(text, "-~ \"\\nt") == "" {
				t.kind = templates.Silent // {{- "" }} takes blanks out, {{ "\n" }} puts one in
			}
			if strings.HasPrefix(src[at:], "{{{") && strings.HasPrefix(src[t.end:], "}") {
				t.end++ // Mustache's {{{ … }}}
			}
			if t.kind == templates.Value && strings.Contains(src[t.start:t.end], "\n") {
				continue
			}
			tags = append(tags, t)
			at = t.end - 1
			switch last := len(open) - 1; {
			case t.kind == templates.Opens:
				open = append(open, len(tags)-1)
			case t.kind == templates.Closes && last >= 0:
				tags[open[last]].closed = t.end
				open = open[:last]
			}
			break
		}
	}
	return tags
}

// A span is a part of a line.
type span struct{ start, end int }

// templateLine reads a line with tags, of which one may have begun further up. Tags that open, divide and close blocks
// decide about what stands between them, in lines or within one; a block behind the first word of a line that ends in
// it is a part of a word, as a value is.
func (p *parser) templateLine(number, offset int, text string, tags []tag) {
	line := []byte(text)
	var values []span
	from, comment := 0, false
	flush := func(to int) {
		part := strings.Repeat(" ", from) + string(line[from:to])
		if !comment {
			p.line(number, offset, part, values)
		}
		comment = comment || begunComment(part)
		values, from = nil, to
	}
	for skip := 0; len(tags) > 0 && tags[0].start < offset+len(text); tags = tags[1:] {
		t := tags[0]
		begin, end := max(t.start-offset, 0), min(t.end-offset, len(text))
		before := string(line[from:begin])
		behind := strings.TrimSpace(before) != ""
		p.template = p.template || !comment && !begunComment(before)
		switch begun := t.start >= offset; {
		case t.start < skip:
		case begun && t.kind == templates.Value:
			values = append(values, span{begin, end})
		case begun && t.kind == templates.Opens && behind && t.closed > 0 && t.closed <= offset+len(text):
			skip = t.closed
			values = append(values, span{begin, t.closed - offset})
		case !begun || t.kind == templates.Silent:
			copy(line[begin:end], strings.Repeat(" ", end-begin))
		default:
			flush(begin)
			from = end
			p.divide(t.kind, fmt.Sprintf("the template's line %d", number), string(p.file.Src[t.start:t.end]))
		}
	}
	flush(len(text))
}

// begunComment reports whether what follows a part of a line is a comment.
func begunComment(part string) bool {
	part = strings.TrimLeft(part, " \t")
	return strings.HasPrefix(part, "#") || strings.Contains(part, " #")
}

// hasTags reports whether a text has tags of template engines: }} by itself ends objects of JSON in a log-format.
func hasTags(src string) bool {
	for _, k := range tagKinds {
		if _, rest, found := strings.Cut(src, k.begins); found && k.ends != "}" && strings.Contains(rest, k.ends) {
			return true
		}
	}
	return false
}

// A block is what stands between .if and .endif or between two tags, up to the next branch of it.
type block struct {
	up       *block
	decides  string // what decides about it: "the .if of line 7"
	template bool   // a template's
	part     templates.Part
}

// branches are the conditions on which the block is there; one of its own where nobody can read them.
func (b *block) branches() []templates.Branch {
	if b.part.Opaque {
		return []templates.Branch{{Name: b.decides, Holds: true}}
	}
	return b.part.When
}

// divide opens, divides or closes a block of the template's.
func (p *parser) divide(kind templates.Kind, decides, tag string) {
	p.template = true // in a comment, too
	last := p.open
	if kind != templates.Opens && (last == nil || !last.template) {
		return // it does not fit
	}
	switch kind {
	case templates.Opens:
		p.open = &block{last, decides, true, templates.Opened(tag)}
	case templates.Closes:
		p.open = last.up
	default:
		p.open = &block{last.up, decides, true, last.part.Divided(tag)}
	}
}

// mostNested is how many blocks around a line are looked at, the innermost ones: nobody nests more.
const mostNested = 32

// within is what decides about a line, and on which conditions it counts: those of the blocks that it is in, but for
// those of the template's that it shares with what holds it.
func (b *block) within(holder *block) (text string, when []templates.Branch) {
	if b == nil {
		return "", nil
	}
	shared := map[*block]bool{}
	for n := 0; holder != nil && n < mostNested; holder, n = holder.up, n+1 {
		shared[holder] = holder.template
	}
	for n := 0; b != nil && n < mostNested; b, n = b.up, n+1 {
		switch branches := b.branches(); {
		case shared[b] || len(branches) == 0:
		case text == "":
			text, when = b.decides, branches
		default:
			text, when = b.decides+" and "+text, slices.Concat(branches, when)
		}
	}
	return text, when
}

// around is the innermost block that holds both; nil without one.
func (b *block) around(o *block) *block {
	holds := map[*block]bool{}
	for n := 0; b != nil && n < mostNested; b, n = b.up, n+1 {
		holds[b] = true
	}
	for n := 0; o != nil && n < mostNested; o, n = o.up, n+1 {
		if holds[o] {
			return o
		}
	}
	return nil
}

// settle says of each section and line what decides about it, and leaves out those that --define says are not there.
// What the template decides about all sections is whether there is a configuration, and what it decides about a section
// is nothing that its lines hang on further.
func (p *parser) settle() {
	if len(p.sections) == 0 {
		return
	}
	all := p.sections[0].Head.in
	for _, s := range p.sections {
		all = all.around(s.Head.in)
	}
	p.sections = slices.DeleteFunc(p.sections, func(s *Section) bool {
		if absent := p.settleLine(s.Head, all); absent {
			return true
		}
		holder := all
		if s.Kind == "frontend" || s.Kind == "backend" || s.Kind == "listen" {
			holder = s.Head.in
		}
		var last *Line // a line like the one before it, mostly
		absent := false
		s.Lines = slices.DeleteFunc(s.Lines, func(l *Line) bool {
			if last != nil && l.in == last.in {
				l.Maybe, l.When = last.Maybe, last.When
			} else {
				absent = p.settleLine(l, holder)
			}
			last = l
			return absent
		})
		return false
	})
}

// settleLine says of a line what decides about it beside what does about its holder; absent says that it is not there.
func (p *parser) settleLine(l *Line, holder *block) (absent bool) {
	l.Maybe, l.When = l.in.within(holder)
	if l.When, absent = templates.Open(l.When, p.define); len(l.When) == 0 {
		l.Maybe = ""
	}
	return absent
}

// around is the text of a word around the tags in it, and whether one of them writes a value.
func (w Word) around() (text string, value bool) {
	text = w.Value
	for _, t := range slices.Backward(findTags(text)) {
		text = text[:t.start] + text[t.end:]
		value = value || t.kind == templates.Value
	}
	return text, value
}

// mayBeSSL reports whether what a template makes of a parameter may be, or have with it, ssl.
func (w Word) mayBeSSL() bool {
	text, value := w.around()
	return w.FilledIn() && (value || text == w.Value || slices.Contains(strings.Fields(text), "ssl"))
}

// FilledIn reports whether a template, or a script, puts something in the place of the word or of a part of it.
func (w Word) FilledIn() bool { return strings.HasPrefix(w.Why, isTemplate) }

// isOpen reports a line that is whatever the template makes of it.
func (l *Line) isOpen() bool { return l.Words[0].FilledIn() }

// isNameOpen reports whether the name that follows the keyword is not known.
func (l *Line) isNameOpen() bool { return len(l.Words) > 1 && l.Words[1].Why != "" }

// mayBe reports whether the line may turn out to begin with the words given, and does not as it is written.
func (l *Line) mayBe(words []string) bool {
	open := false
	for i, w := range words {
		switch {
		case i < len(l.Words) && l.Words[i].FilledIn():
			if open = true; i == 0 {
				return true
			}
		case l.Arg(i) != w:
			return false
		}
	}
	return open
}

// unread are the places where a template makes what is followed nowhere: lines of their own, what stands behind the
// name of a section, parameters.
func (c *Config) unread() (list []hop.Note) {
	add := func(words []Word) {
		for _, w := range words {
			if w.FilledIn() {
				list = append(list, hop.Note{Pos: w.Pos(), Text: w.Why})
			}
		}
	}
	for _, s := range c.Sections {
		if s.Kind != "global" && s.Kind != "defaults" && c.BySection[s] == nil {
			continue
		}
		add(s.Head.Rest(2))
		for _, l := range s.Lines {
			switch {
			case l.isOpen():
				add(l.Words[:1])
			case l.Is("bind"), l.Is("server"), l.Is("server-template"), l.Is("default-server"):
				for w := range l.Parameters() {
					add([]Word{*w})
				}
			}
		}
	}
	return list
}
