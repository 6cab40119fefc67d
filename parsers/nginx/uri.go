package nginx

import "strings"

// A uri is a request target as nginx keeps it: the path decoded, slashes merged and dots removed; the query as sent.
type uri struct {
	path, args string
	quoted     bool // the target held a %-escape
	plus       bool // the path held a +
}

// parseTarget decodes a request target as ngx_http_parse_complex_uri does; ok is false when nginx answers 400.
func parseTarget(target string, mergeSlashes bool) (u uri, ok bool) {
	if target == "" || target[0] != '/' {
		return u, false
	}
	if i := strings.IndexByte(target, '#'); i >= 0 {
		target = target[:i]
	}
	if strings.ContainsFunc(target, func(c rune) bool { return c <= ' ' || c == 0x7f }) {
		return u, false
	}
	path, query, _ := strings.Cut(target, "?")
	u.args = query
	var b []byte
	for i := 0; i < len(path); i++ {
		c, escaped := path[i], false
		if c == '%' {
			u.quoted = true
			v, valid := unhex(path, i+1)
			if !valid || v == 0 {
				return u, false
			}
			c, escaped = v, true
			i += 2
		}
		if c == '+' {
			u.plus = true
		}
		// An escaped %, # or ? is literal; an escaped / or . counts like a plain one.
		if escaped && (c == '%' || c == '#' || c == '?') {
			b = append(b, c)
			continue
		}
		if c == '/' {
			if b, ok = endSegment(b, mergeSlashes); !ok {
				return u, false
			}
			continue
		}
		b = append(b, c)
	}
	b, ok = endDots(b)
	u.path = string(b)
	return u, ok
}

// endSegment appends the slash behind a path segment, dropping it and what it undoes where the segment is empty, "."
// or "..".
func endSegment(b []byte, merge bool) ([]byte, bool) {
	n := len(b)
	if merge && n > 0 && b[n-1] == '/' {
		return b, true
	}
	b, ok := endDots(b)
	if !ok {
		return b, false
	}
	if len(b) < n { // "." or ".." went, together with nothing but itself: the slash before it stands for this one
		return b, true
	}
	return append(b, '/'), true
}

// endDots resolves a last segment that is "." or ".."; ok is false when that leads above the root.
func endDots(b []byte) ([]byte, bool) {
	i := strings.LastIndexByte(string(b), '/')
	switch string(b[i+1:]) {
	case ".":
		return b[:i+1], true
	case "..":
		if i <= 0 {
			return b, false
		}
		up := strings.LastIndexByte(string(b[:i]), '/')
		return b[:up+1], true
	}
	return b, true
}

func unhex(s string, i int) (v byte, ok bool) {
	if i+1 >= len(s) {
		return 0, false
	}
	for _, c := range []byte(s[i : i+2]) {
		switch {
		case c >= '0' && c <= '9':
			v = v<<4 | (c - '0')
		case c|0x20 >= 'a' && c|0x20 <= 'f':
			v = v<<4 | (c | 0x20 - 'a' + 10)
		default:
			return 0, false
		}
	}
	return v, true
}

// An escapeKind is one of ngx_escape_uri.
type escapeKind uint8

const (
	escapeURI escapeKind = iota
	escapeArgs
)

// escape %-encodes s as ngx_escape_uri does: control bytes, blank, DEL and above, ", %, <, >, \, ^, `, {, |, } and,
// by kind, more. Since 1.21.1 those quoting characters are escaped too; # and ? only in a path; & + ; and others only
// in arguments.
func escape(s string, kind escapeKind) string {
	const hex = "0123456789ABCDEF"
	must := func(c byte) bool {
		if c <= ' ' || c >= 0x7f || strings.IndexByte("\"%<>\\^`{|}", c) >= 0 {
			return true
		}
		if kind == escapeURI {
			return c == '#' || c == '?'
		}
		return strings.IndexByte("#&+;?", c) >= 0
	}
	var b strings.Builder
	for i := range len(s) {
		if c := s[i]; must(c) {
			b.WriteByte('%')
			b.WriteByte(hex[c>>4])
			b.WriteByte(hex[c&15])
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}

// unescapeRedirect decodes what a redirect needs no escapes for, up to the query, as ngx_unescape_uri does with
// NGX_UNESCAPE_REDIRECT: an escaped ? too, if it is written %3f, begins the query.
func unescapeRedirect(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		v, ok := unhex(s, i+1)
		letter := ok && s[i+2]|0x20 >= 'a'
		switch {
		case s[i] == '?', s[i] == '%' && ok && v == '?' && letter:
			b.WriteByte('?')
			if s[i] == '%' {
				i += 2
			}
			b.WriteString(s[i+1:])
			return b.String()
		case s[i] == '%' && ok && v > '%' && v < 0x7f:
			b.WriteByte(v)
			i += 2
		case s[i] == '%' && ok:
			b.WriteString(s[i : i+3])
			i += 2
		case s[i] == '%':
		default:
			b.WriteByte(s[i])
		}
	}
	return b.String()
}
