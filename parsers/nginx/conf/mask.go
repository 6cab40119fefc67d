package conf

import (
	"strings"

	"github.com/wslint/wslint/parsers/templates"
)

// maskTemplate finds the template syntax of a file and masks it: a placeholder becomes letters of the same length, a
// tag that is a statement of the template's becomes blanks.
func maskTemplate(name, src string, define map[string]string) *template {
	ext := name[strings.LastIndexByte(name, '.')+1:]
	finder := tagFinder{src: src, template: isTemplateName(name), braces: ext == "tpl" || ext == "tftpl", define: define}
	t := &template{src: src, masked: src, define: define}
	tags := finder.find()
	if len(tags) == 0 {
		return t
	}
	m := masker{template: t, tags: tags, closers: pairTags(tags), stmt: -1}
	m.scan()
	if m.out != nil {
		t.masked = string(m.out)
	}
	return t
}

// maxTagsInStatement bounds the search for the end of a template's block inside of a statement.
const maxTagsInStatement = 64

// A masker walks over a source as nginx's lexer does, as far as is needed to know where a tag stands.
type masker struct {
	*template
	tags    []tag
	closers []int  // for each opener the index of the tag that closes it, -1 for all others
	out     []byte // the masked source; nil as long as it is src
	pos     int
	next    int         // index of the first tag not before pos
	stmt    int         // offset of the first word of the current statement, -1 before it
	name    string      // that word
	endless bool        // there is Lua code that is never closed, which is an error
	open    []*tagBlock // those whose closing tag is still to come
}

// scan masks the whole source.
func (m *masker) scan() {
	for m.pos < len(m.src) && !m.broken {
		if i := m.tagHere(); i >= 0 {
			if !m.betweenWords(i) {
				m.word(m.src[m.pos])
			}
			continue
		}
		switch c := m.src[m.pos]; c {
		case ' ', '\t', '\r', '\n':
			m.pos++
		case '#':
			m.comment()
		case ';', '}':
			m.pos++
			m.stmt = -1
		case '{':
			m.pos++
			if m.stmt >= 0 && !m.endless && strings.HasSuffix(m.name, luaSuffix) {
				// {{1, 2}, {3, 4}} is plain Lua.
				end := luaEnd(m.src, m.pos)
				m.endless = end < 0
				m.pos = max(m.pos, end+1)
			}
			m.stmt = -1
		default:
			m.word(c)
		}
	}
	m.broken = m.broken || len(m.open) > 0
}

// tagHere returns the index of the tag that begins at pos, or -1.
func (m *masker) tagHere() int {
	for m.next < len(m.tags) && m.tags[m.next].start < m.pos {
		m.next++
	}
	if m.next < len(m.tags) && m.tags[m.next].start == m.pos {
		return m.next
	}
	return -1
}

// betweenWords handles tag i where a word could begin; it returns false when the tag begins a word.
func (m *masker) betweenWords(i int) bool {
	t := m.tags[i]
	if t.kind == templates.Silent {
		m.markup = true
		m.blank(t.start, t.end)
		m.pos = t.end
		return true
	}
	if m.stmt >= 0 || t.bare {
		return false
	}
	switch t.kind {
	case templates.Opens:
		if m.partOfStatement(i) {
			return m.alone(i)
		}
		m.block(i)
		return true
	case templates.Middle, templates.Closes:
		m.block(i)
		return true
	}
	return m.alone(i)
}

// block handles tag i, which stands between statements and opens, divides or closes a block of the template's.
func (m *masker) block(i int) {
	t := m.tags[i]
	m.markup = true
	m.blank(t.start, t.end)
	m.pos = t.end
	switch {
	case t.kind == templates.Opens:
		b := newTagBlock(t, m.src)
		if n := len(m.open); n > 0 {
			b.around = m.open[n-1]
		}
		m.open, m.blocks = append(m.open, b), append(m.blocks, b)
	case len(m.open) == 0:
		m.broken = true
	case t.kind == templates.Closes:
		n := len(m.open) - 1
		m.open[n].end = t.end
		m.open = m.open[:n]
	default:
		m.open[len(m.open)-1].divide(t, m.src)
	}
}

// alone makes a statement of the placeholders from tag i on if nothing but them is on the rest of the line. It
// returns false if there is something else.
func (m *masker) alone(i int) bool {
	start, end := m.tags[i].start, m.tags[i].start
	for ; i < len(m.tags); i++ {
		t := m.tags[i]
		if end > start && strings.Trim(m.src[end:t.start], " \t") != "" {
			break
		}
		if t.kind == templates.Opens && m.partOfStatement(i) {
			i = m.closers[i]
		} else if t.kind != templates.Value {
			return m.statement(start, end)
		}
		end = m.tags[i].end
	}
	return m.endsLine(end) && m.statement(start, end)
}

// statement makes [start, end) a statement of unknown content.
func (m *masker) statement(start, end int) bool {
	m.markup = true
	m.pos = end
	if value, known := m.define[m.tags[m.next].name]; known && strings.TrimSpace(value) == "" &&
		m.tags[m.next].end == end {
		m.blank(start, end)
		return true
	}
	m.fill(start, end)
	m.out[end-1] = ';'
	m.marks = append(m.marks, mark{start: start, end: end, whole: true})
	return true
}

// partOfStatement reports whether what the opener i encloses is less than a statement: {{ if .TLS }}ssl{{ end }}.
func (m *masker) partOfStatement(i int) bool {
	end := m.closers[i]
	if end < 0 || end > i+maxTagsInStatement {
		return false
	}
	content := false
	for ; i < end; i++ {
		t := m.tags[i]
		for _, line := range strings.Split(m.src[t.end:m.tags[i+1].start], "\n") {
			line, _, _ = strings.Cut(line, "#")
			if strings.ContainsAny(line, ";{}") {
				return false
			}
			content = content || strings.TrimSpace(line) != ""
		}
	}
	return content
}

// pairTags returns for each opener the index of its closer, and -1 for all other tags.
func pairTags(tags []tag) []int {
	pairs := make([]int, len(tags))
	var open []int
	for i, t := range tags {
		pairs[i] = -1
		switch t.kind {
		case templates.Opens:
			open = append(open, i)
		case templates.Closes:
			if n := len(open) - 1; n >= 0 {
				pairs[open[n]] = i
				open = open[:n]
			}
		}
	}
	return pairs
}

// endsLine reports whether nothing but a comment or a closing brace follows p on its line.
func (m *masker) endsLine(p int) bool {
	for p < len(m.src) && (m.src[p] == ' ' || m.src[p] == '\t' || m.src[p] == '\r') {
		p++
	}
	return p == len(m.src) || m.src[p] == '\n' || m.src[p] == '}' || m.src[p] == '#'
}

// comment passes over a comment. Engines expand what is in comments too, so that a block of the template's may begin
// in one.
func (m *masker) comment() {
	for m.pos < len(m.src) && m.src[m.pos] != '\n' {
		i := m.tagHere()
		if i < 0 {
			m.pos++
			continue
		}
		t := m.tags[i]
		m.pos = t.end
		switch {
		case strings.Contains(m.src[t.start:t.end], "\n"):
			// The rest of its last line would come out of the comment.
			m.markup = true
			end := t.end + len(m.src[t.end:])
			if n := strings.IndexByte(m.src[t.end:], '\n'); n >= 0 {
				end = t.end + n
			}
			m.blank(t.start, end)
		case m.stmt >= 0:
		case t.kind == templates.Opens && m.closers[i] >= 0,
			(t.kind == templates.Middle || t.kind == templates.Closes) && len(m.open) > 0:
			m.block(i)
		}
	}
}

// word passes over one word, which begins with c, and masks the placeholders in it.
func (m *masker) word(c byte) {
	start := m.pos
	quote := byte(0)
	if c == '"' || c == '\'' {
		quote = c
		m.pos++
	}
	dollar := false
	for m.pos < len(m.src) && !m.broken {
		if i := m.tagHere(); i >= 0 && m.inWord(i, quote != 0) {
			dollar = false
			continue
		}
		c := m.src[m.pos]
		if c == quote && quote != 0 {
			m.pos++
			break
		}
		if quote == 0 && (strings.IndexByte(" \t\r\n;", c) >= 0 || c == '{' && !dollar) {
			break
		}
		dollar = c == '$' || c == '{' && dollar
		if c == '\\' {
			m.pos++
		}
		m.pos++
	}
	m.pos = min(m.pos, len(m.src))
	if m.stmt < 0 {
		m.stmt, m.name = start, m.src[start:m.pos]
	}
}

// inWord masks tag i inside of a word; it returns false when it is no tag there.
func (m *masker) inWord(i int, quoted bool) bool {
	t := m.tags[i]
	if t.bare && quoted {
		return false
	}
	m.markup = m.markup || t.markup
	end := t.end
	switch t.kind {
	case templates.Opens:
		if m.closers[i] >= 0 {
			end = m.tags[m.closers[i]].end
		} else if m.broken = !quoted; m.broken {
			return true
		}
	case templates.Middle, templates.Closes:
		if m.broken = !quoted; m.broken {
			return true
		}
	}
	value, known := m.define[t.name]
	if t.name == "DOLLAR" && !known {
		// envsubst knows no escape, so templates for it write ${DOLLAR}host for nginx's $host.
		value, known = "$", true
	}
	m.marks = append(m.marks, mark{start: t.start, end: end, value: value, known: known && t.name != ""})
	if t.markup || strings.ContainsAny(m.src[t.start:end], " \t\r\n;\"'\\") {
		m.fill(t.start, end)
	}
	m.pos = end
	if t.kind == templates.Opens && end > t.end && !quoted {
		m.ownEnd(t.end, m.tags[m.closers[i]].start)
	}
	return true
}

// ownEnd looks at what a block inside of a statement encloses: with a semicolon in it and nothing behind it, the
// statement ends there, in more statements than one perhaps.
func (m *masker) ownEnd(from, to int) {
	text := m.src[from:to]
	if strings.ContainsAny(withoutTags(text), "{}") {
		m.broken = true
		return
	}
	if strings.Contains(text, ";") && m.endsLine(m.pos) {
		m.out[m.pos-1] = ';'
		m.early = append(m.early, m.pos)
		m.stmt = -1
	}
}

// withoutTags removes {{ … }} and {% … %} from s.
func withoutTags(s string) string {
	f := tagFinder{src: s}
	var b strings.Builder
	from := 0
	for _, t := range f.find() {
		b.WriteString(s[from:t.start])
		from = t.end
	}
	return b.String() + s[from:]
}

// blank replaces the bytes [start, end) by blanks; line breaks stay.
func (m *masker) blank(start, end int) { m.replace(start, end, ' ', true) }

// fill replaces the bytes [start, end), line breaks included, by letters.
func (m *masker) fill(start, end int) { m.replace(start, end, 'X', false) }

// replace replaces the bytes [start, end) by c.
func (m *masker) replace(start, end int, c byte, keepLines bool) {
	if m.out == nil {
		m.out = []byte(m.src)
	}
	for i := start; i < end; i++ {
		if !keepLines || m.src[i] != '\n' {
			m.out[i] = c
		}
	}
}
