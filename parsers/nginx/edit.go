package nginx

import (
	"bytes"
	"strings"

	"github.com/wslint/wslint/parsers/nginx/conf"

	"github.com/wslint/wslint/hop"
)

// setArgument returns the function that rewrites argument i of d; nil when its file cannot be edited.
func setArgument(d *conf.Directive, i int) func(string) []hop.Edit {
	if i >= len(d.Args) || !editable(d.Args[i]) {
		return nil
	}
	w := d.Args[i]
	return func(value string) []hop.Edit {
		return []hop.Edit{{File: w.File.Name, Start: int(w.Start), End: int(w.End()), New: quote(value)}}
	}
}

// appendQuery puts the client's query string behind the address of a pass directive that has a URI of its own.
func (r *run) appendQuery(pass *conf.Directive) []hop.Edit {
	w := pass.Args[0]
	if !editable(w) || r.dropsQuery != (hop.Pos{}) {
		return nil
	}
	value := raw(w)
	if w.Quote != 0 {
		value = value[:len(value)-1] + "$is_args$args" + value[len(value)-1:]
	} else {
		value += "$is_args$args"
	}
	return []hop.Edit{{File: w.File.Name, Start: int(w.Start), End: int(w.End()), New: value}}
}

// removeDirective returns the function that takes a directive out, with its line if nothing else is on it.
func removeDirective(d *conf.Directive) func() []hop.Edit {
	f := d.Name.File
	if f == nil || !f.Editable || d.Maybe || d.HasBlock {
		return nil
	}
	return func() []hop.Edit {
		start, end := int(d.Name.Start), int(d.End)
		before := lineBefore(f.Src, start)
		next := end
		for next < len(f.Src) && (f.Src[next] == ' ' || f.Src[next] == '\t' || f.Src[next] == '\r') {
			next++
		}
		if strings.TrimLeft(string(before), " \t") == "" && next < len(f.Src) && f.Src[next] == '\n' {
			start, end = start-len(before), next+1
		}
		return []hop.Edit{{File: f.Name, Start: start, End: end}}
	}
}

func editable(w conf.Word) bool { return w.File != nil && w.File.Editable && !w.Template }

// quote writes a value as one word of nginx's language.
func quote(value string) string {
	if value != "" && !strings.ContainsAny(value, " \t\r\n;{}\"'\\#") {
		return value
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(value) + `"`
}

// insertSetting returns the function that writes a directive of one argument into the block; nil when it cannot be
// edited.
func (l *scope) insertSetting(name string) func(string) []hop.Edit {
	if !insertable(l) {
		return nil
	}
	return func(value string) []hop.Edit { return insert(l, name+" "+quote(value)+";") }
}

func insertable(l *scope) bool {
	return l.d != nil && l.d.Name.File != nil && l.d.Name.File.Editable && l.d.HasBlock && l.d.Open > 0
}

// insert puts lines into a block, with the block's own indentation: behind its pass directive, else behind its first
// directive, else behind the opening brace.
func insert(l *scope, lines ...string) []hop.Edit {
	file := l.d.Name.File
	after := anchor(l)
	at, indent := int(l.d.Open)+1, innerIndent(file.Src, l.d)
	// What follows the opening brace in its line, if not a comment, shares it with the new ones.
	rest := bytes.TrimLeft(file.Src[at:], " \t")
	oneLine := after == nil && len(rest) > 0 && !bytes.ContainsAny(rest[:1], "\r\n#}")
	if after != nil {
		at = int(after.End)
		indent = lineIndent(file.Src, int(after.Name.Start))
		oneLine = strings.TrimLeft(string(lineBefore(file.Src, int(after.Name.Start))), " \t") != ""
	}
	end := lineEnd(file.Src, at)
	sep := end + indent
	if oneLine {
		sep = " " // several statements share the line: so do the new ones
	} else {
		at = pastComment(file.Src, at)
	}
	var b strings.Builder
	for _, line := range lines {
		b.WriteString(sep + line)
	}
	if after == nil && !oneLine && at < len(file.Src) && file.Src[at] != '\n' && file.Src[at] != '\r' {
		b.WriteString(end + lineIndent(file.Src, int(l.d.Name.Start)))
	}
	return []hop.Edit{{File: file.Name, Start: at, End: at, New: b.String()}}
}

// lineEnd is how the line of an offset ends, or, as the last, the one before.
func lineEnd(src []byte, at int) string {
	i := bytes.IndexByte(src[at:], '\n') + at
	if i < at {
		i = bytes.LastIndexByte(src, '\n')
	}
	if i > 0 && src[i-1] == '\r' {
		return "\r\n"
	}
	return "\n"
}

// innerIndent is the indentation of the lines in a block: that of the line behind its opening brace, else one step
// more than its own.
func innerIndent(src []byte, d *conf.Directive) string {
	own := lineIndent(src, int(d.Name.Start))
	for line := range bytes.Lines(src[d.Open+1:]) {
		text := bytes.TrimSpace(line)
		if len(text) == 0 || text[0] == '#' {
			continue
		}
		indent := string(line[:len(line)-len(bytes.TrimLeft(line, " \t"))])
		if len(indent) > len(own) && strings.HasPrefix(indent, own) && text[0] != '}' {
			return indent
		}
		break
	}
	if strings.HasSuffix(own, "\t") {
		return own + "\t"
	}
	return own + "    "
}

// anchor is the directive of the block behind which new ones belong: one written in the block's own file.
func anchor(l *scope) *conf.Directive {
	var first, pass, last *conf.Directive
	for _, d := range l.items {
		if d.Via != nil && (l.d.Via != d.Via) || d.Name.File != l.d.Name.File || d.HasBlock || d.Maybe || d.Name.Template {
			continue
		}
		if first == nil {
			first = d
		}
		if conf.HandlerOf(d.Name.Value) != nil {
			pass = d
		}
		if strings.HasPrefix(d.Name.Value, "proxy_") {
			last = d
		}
	}
	switch {
	case last != nil && pass != nil && last.Name.Start > pass.Name.Start:
		return last
	case pass != nil:
		return pass
	}
	return first
}

// pastComment moves an insertion point behind a comment that follows on the same line.
func pastComment(src []byte, at int) int {
	i := at
	for i < len(src) && (src[i] == ' ' || src[i] == '\t') {
		i++
	}
	if i < len(src) && src[i] == '#' {
		for i < len(src) && src[i] != '\n' {
			i++
		}
		if i > at && src[i-1] == '\r' {
			i--
		}
		return i
	}
	return at
}

func lineBefore(src []byte, at int) []byte {
	start := at
	for start > 0 && src[start-1] != '\n' {
		start--
	}
	return src[start:at]
}

func lineIndent(src []byte, at int) string {
	line := lineBefore(src, at)
	i := 0
	for i < len(line) && (line[i] == ' ' || line[i] == '\t') {
		i++
	}
	return string(line[:i])
}

// handshakeHeader is what proxy_set_header must send for each header of a handshake.
var handshakeHeader = map[string]string{
	"Upgrade": "$http_upgrade", "Connection": `"upgrade"`, "Host": "$http_host", "Origin": "$http_origin",
}

// passOn returns the edits that make the location pass headers of a handshake on.
func (r *run) passOn(pass *conf.Directive) func(names ...string) (edits []hop.Edit, same bool) {
	l := r.at.block()
	if !insertable(l) {
		return nil
	}
	set := r.headerEdits(l)
	var now *run // not r where what it captures would be seen by others who ask r
	return func(names ...string) ([]hop.Edit, bool) {
		if now == nil {
			now = r
			if r.c.upgradesCapture {
				c := *r
				now = &c
			}
		}
		connection := now.connectionValue()
		same := true
		var edits []hop.Edit
		var headers []string
		values := map[string]string{}
		for _, n := range names {
			switch value, isHeader := handshakeHeader[n]; {
			case n == "Query":
				edits = append(edits, r.appendQuery(pass)...)
			case n == "Proto":
				if l.one("proxy_http_version") == nil {
					edits = append(edits, insert(l, "proxy_http_version 1.1;")...)
				}
			case isHeader:
				if n == "Connection" {
					value = connection
				}
				same = same && n != "Host" && (n != "Connection" || value != handshakeHeader[n])
				headers, values[n] = append(headers, n), value
			default:
				return nil, false
			}
		}
		if len(headers) > 0 {
			lines, ok := set(headers, values)
			if !ok {
				return nil, false
			}
			edits = append(edits, lines...)
		}
		return joinInserts(edits), same
	}
}

// headerEdits returns the function that makes a level set headers to the given values, written as nginx reads them. A
// level that sets none of its own inherits those of the levels around it: they are repeated, because one line of its
// own would discard them.
func (r *run) headerEdits(l *scope) func(names []string, values map[string]string) (edits []hop.Edit, ok bool) {
	inherited, at, hidden := asWritten.list(l, conf.ProxySetHeader)
	return func(names []string, values map[string]string) (edits []hop.Edit, ok bool) {
		if hidden != "" {
			return nil, false
		}
		var lines []string
		if at != l {
			for _, d := range inherited {
				if len(d.Args) == 2 && !asked(names, d.Arg(0)) {
					lines = append(lines, "proxy_set_header "+d.Arg(0)+" "+raw(d.Args[1])+";")
				}
			}
		}
		for _, n := range names {
			if d := ownHeader(l, n); d != nil {
				if !editable(d.Args[1]) {
					return nil, false
				}
				w := d.Args[1]
				edits = append(edits, hop.Edit{File: w.File.Name, Start: int(w.Start), End: int(w.End()), New: values[n]})
				continue
			}
			lines = append(lines, "proxy_set_header "+n+" "+values[n]+";")
		}
		if len(lines) > 0 {
			edits = append(edits, insert(l, lines...)...)
		}
		return edits, true
	}
}

// joinInserts makes one edit of insertions at the same place.
func joinInserts(edits []hop.Edit) []hop.Edit {
	var out []hop.Edit
	for _, e := range edits {
		if n := len(out); n > 0 && e.Start == e.End && out[n-1].Start == e.Start && out[n-1].End == e.End {
			out[n-1].New += e.New
			continue
		}
		out = append(out, e)
	}
	return out
}

func asked(names []string, header string) bool {
	for _, n := range names {
		if strings.EqualFold(n, header) {
			return true
		}
	}
	return false
}

func ownHeader(l *scope, name string) *conf.Directive {
	for _, d := range l.all("proxy_set_header") {
		if len(d.Args) == 2 && strings.EqualFold(d.Arg(0), name) {
			return d
		}
	}
	return nil
}

func raw(w conf.Word) string { return string(w.File.Src[w.Start:w.End()]) }

// connectionValue is a variable of the configuration that yields "upgrade" for a handshake, if there is one, so that
// other requests keep their Connection; else the constant.
func (r *run) connectionValue() string {
	for _, name := range r.c.upgradeMaps {
		if strings.EqualFold(r.defined(name, r.c.variables[name]).s, "upgrade") {
			return "$" + name
		}
	}
	return handshakeHeader["Connection"]
}
