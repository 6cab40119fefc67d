package nginx

import "strings"

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
	case tagOpens:
		if m.closers[i] >= 0 {
			end = m.tags[m.closers[i]].end
		} else if m.broken = !quoted; m.broken {
			return true
		}
	case tagMiddle, tagCloses:
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
	if t.kind == tagOpens && end > t.end && !quoted {
		m.ownEnd(t.end, m.tags[m.closers[i]].start)
	}
	return true
}

// ownEnd looks at what a block inside of a statement encloses: with a semicolon in it and nothing behind it, the statement ends
// there, in more statements than one perhaps.
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
