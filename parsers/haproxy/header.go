package haproxy

import (
	"net/textproto"
	"slices"
	"strings"

	"github.com/dlclark/regexp2/v2"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers/haproxy/conf"
)

// requestHeader runs an action on the headers of the request. Measured.
func (r *run) requestHeader(action, name string, args []conf.Word, pos hop.Pos) {
	if len(args) < 2 || args[1].Why != "" {
		r.unknown(name, pos, "which header "+name+" means is not known")
		return
	}
	header := textproto.CanonicalMIMEHeaderKey(args[1].Value)
	defer func() { r.written[header] = true }()
	switch action {
	case "del-header":
		r.deleteHeaders(args, name, pos)
	case "replace-header", "replace-value":
		r.replaceHeader(action, header, args, pos)
	default:
		label := name + " " + args[1].Value
		value := r.formatArg(args, 2) // the old value may be part of the new one
		if action == "set-header" {
			delete(r.headers, header)
		}
		line := hop.Written(label, value.s, pos)
		if value.unknown() {
			line = hop.Unknown[string](label, pos, value.why)
		} else if len(args) > 2 && value.s == args[2].Value {
			line.Set = conf.SetWord(args[2])
		}
		r.headers[header] = append(r.headers[header], line)
	}
}

// deleteHeaders removes the headers that del-header names, by -m as well.
func (r *run) deleteHeaders(args []conf.Word, name string, pos hop.Pos) {
	m, pattern := conf.Method("str"), args[1].Value
	for i, w := range args {
		if w.Value == "-m" && i+1 < len(args) {
			m = conf.Method(args[i+1].Value)
		}
	}
	for header := range r.headers {
		ok, why := r.matchText(m, m != "reg", strings.ToLower(header), pattern)
		if why != "" {
			r.unknown(name, pos, why)
			return
		}
		if ok {
			r.deleteHeader(header)
		}
	}
	if m == "str" {
		r.deleteHeader(textproto.CanonicalMIMEHeaderKey(pattern))
	}
}

// deleteHeader removes a header: where the client may send more than is known, it is known that this one does not
// arrive.
func (r *run) deleteHeader(name string) {
	delete(r.headers, name)
	if r.req.Rest != "" {
		r.headers[name] = []hop.Setting[string]{}
	}
	r.written[name] = true
}

// replaceHeader replaces every line (replace-header) or every element (replace-value) that a regular expression
// matches.
func (r *run) replaceHeader(action, header string, args []conf.Word, pos hop.Pos) {
	lines := slices.Clone(r.headers[header]) // other requests share them
	label := "http-request " + action + " " + args[1].Value
	if len(args) < 4 {
		return
	}
	for i, l := range lines {
		old, isKnown := l.Get()
		if !isKnown {
			continue
		}
		elements := []string{old}
		if action == "replace-value" {
			elements = strings.Split(old, ",")
		}
		changed, why := false, ""
		for j, e := range elements {
			v := r.replaced(args[2], args[3], strings.Trim(e, " \t"))
			switch {
			case v.why != "" && v.why != unmatched:
				why = v.why
			case v.why == "":
				elements[j], changed = v.s, true
			}
		}
		switch {
		case why != "":
			lines[i] = hop.Unknown[string](label, pos, why)
		case changed:
			lines[i] = hop.Written(label, strings.Join(elements, ","), pos)
		}
	}
	if len(lines) > 0 {
		r.headers[header] = lines
	}
}

// unmatched marks a value that a regular expression does not match, so that it stays what it is.
const unmatched = "unmatched"

// replaced is what a replacement makes of a value: the whole of it, with the groups of the match.
func (r *run) replaced(pattern, with conf.Word, value string) text {
	if pattern.Why != "" || with.Why != "" {
		return unknownText(pattern.Why + with.Why)
	}
	re, why := compileRegex(pattern.Value, false)
	if why != "" {
		return unknownText(why)
	}
	var m *regexp2.Match
	var err error
	if !r.c.Regexes.Match(func() { m, err = re.FindStringMatch(value) }) || err != nil {
		return unknownText("the regular expression " + pattern.Value + " takes too long")
	}
	if m == nil {
		return unknownText(unmatched)
	}
	format := r.format(with)
	if format.unknown() {
		return format
	}
	return known(expand(format.s, m))
}

// expand puts the groups of a match in the place of \0 to \9.
func expand(format string, m *regexp2.Match) string {
	var b strings.Builder
	for s := format; s != ""; s = s[1:] {
		if s[0] == '\\' && len(s) > 1 {
			s = s[1:]
			if s[0] >= '0' && s[0] <= '9' {
				if g := m.GroupByNumber(int(s[0] - '0')); g != nil {
					b.WriteString(g.String())
				}
				continue
			}
		}
		b.WriteByte(s[0])
	}
	return b.String()
}

// setTarget runs an action on the request target.
func (r *run) setTarget(rl conf.Rule, action string, args []conf.Word) {
	path, query, hasQuery := strings.Cut(r.target, "?")
	old := r.target
	if action == "replace-path" {
		old = path
	}
	var v text
	if strings.HasPrefix(action, "replace") {
		if len(args) < 3 {
			return
		}
		if v = r.replaced(args[1], args[2], old); v.why == unmatched {
			return
		}
	} else {
		v = r.formatArg(args, 1)
	}
	if v.unknown() {
		r.unknown("http-request "+action, rl.Line.Pos(), v.why)
		return
	}
	r.stepLine("", rl.Line, "")
	switch action {
	case "set-path", "replace-path":
		r.target = v.s
		if hasQuery {
			r.target += "?" + query
		}
	case "set-query":
		r.target = path + "?" + v.s // even where nothing is left. Measured.
	case "set-uri", "replace-uri":
		if !strings.HasPrefix(v.s, "/") {
			r.unknown("http-request "+action, rl.Line.Pos(), "the URI "+v.s+" does not begin with a slash")
			return
		}
		r.target = v.s
	default:
		r.target = v.s
	}
}

// trimConnection is what HAProxy makes of Connection: keep-alive and close are its own business, the rest goes on.
// Measured.
func trimConnection(lines []hop.Setting[string]) []hop.Setting[string] {
	var out []hop.Setting[string]
	for _, l := range lines {
		v, isKnown := l.Get()
		if !isKnown {
			out = append(out, l)
			continue
		}
		var kept []string
		dropped := false
		for t := range strings.SplitSeq(v, ",") {
			t = strings.Trim(t, " \t")
			if strings.EqualFold(t, "keep-alive") || strings.EqualFold(t, "close") {
				dropped = true
			} else {
				kept = append(kept, t)
			}
		}
		if dropped {
			if len(kept) == 0 {
				continue
			}
			l = hop.Written(l.Name, strings.Join(kept, ", "), l.Pos)
		}
		out = append(out, l)
	}
	return out
}
