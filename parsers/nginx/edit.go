package nginx

import (
	"strings"

	"github.com/wslint/wslint/hop"
)

// setArgument returns the function that rewrites argument i of d; nil when its file cannot be edited.
func setArgument(d *Directive, i int) func(string) []hop.Edit {
	if i >= len(d.Args) || !editable(d.Args[i]) {
		return nil
	}
	w := d.Args[i]
	return func(value string) []hop.Edit {
		return []hop.Edit{{File: w.File.Name, Start: int(w.Start), End: int(w.End), New: quote(value)}}
	}
}

func editable(w Word) bool { return w.File != nil && w.File.Editable && !w.Template }

// quote writes a value as one word of nginx's language.
func quote(value string) string {
	if value != "" && !strings.ContainsAny(value, " \t\r\n;{}\"'\\#") {
		return value
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(value) + `"`
}

// block is the innermost level that directives of a location can be written on: not an if or limit_except.
func (r *run) block() *scope {
	l := r.at
	for l.kind == ifScope || l.kind == limitExceptScope {
		l = l.up
	}
	return l
}

// insertSetting returns the function that writes a directive of one argument into the block that handles the request.
func (r *run) insertSetting(name string) func(string) []hop.Edit {
	l := r.block()
	if !insertable(l) {
		return nil
	}
	return func(value string) []hop.Edit { return insert(l, name+" "+quote(value)+";") }
}

func insertable(l *scope) bool {
	return l.d != nil && l.d.Name.File != nil && l.d.Name.File.Editable && l.d.HasBlock && l.d.Open > 0
}

// insert puts lines into a block, with the block's own indentation: behind its pass directive, else behind its first directive, else
// behind the opening brace.
func insert(l *scope, lines ...string) []hop.Edit {
	file := l.d.Name.File
	after := anchor(l)
	at, indent := int(l.d.Open)+1, lineIndent(file.Src, int(l.d.Name.Start))+"    "
	oneLine := true
	if after != nil {
		at = int(after.End)
		indent = lineIndent(file.Src, int(after.Name.Start))
		oneLine = strings.TrimLeft(string(lineBefore(file.Src, int(after.Name.Start))), " \t") != ""
	} else {
		oneLine = false
	}
	sep := "\n" + indent
	if oneLine {
		sep = " " // several statements share the line: so do the new ones
	} else {
		at = pastComment(file.Src, at)
		if strings.Contains(string(lineBefore(file.Src, at)), "\r") || at < len(file.Src) && file.Src[at] == '\r' {
			sep = "\r\n" + indent
		}
	}
	var b strings.Builder
	for _, line := range lines {
		b.WriteString(sep + line)
	}
	if after == nil && at < len(file.Src) && file.Src[at] != '\n' && file.Src[at] != '\r' {
		b.WriteString("\n" + lineIndent(file.Src, int(l.d.Name.Start)))
	}
	return []hop.Edit{{File: file.Name, Start: at, End: at, New: b.String()}}
}

// anchor is the directive of the block behind which new ones belong: one written in the block's own file.
func anchor(l *scope) *Directive {
	var first, pass, last *Directive
	for _, d := range l.items {
		if d.Via != nil && (l.d.Via != d.Via) || d.Name.File != l.d.Name.File || d.HasBlock || d.Maybe || d.Name.Template {
			continue
		}
		if first == nil {
			first = d
		}
		if _, ok := passDirectives[d.Name.Value]; ok {
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
	"Upgrade": "$http_upgrade", "Connection": `"upgrade"`, "Host": "$http_host",
}

// passOn returns the edits that make the location pass headers of a handshake on. A location that sets none of its own inherits
// those of the levels around it: they are repeated, because one line of its own would discard them.
func (r *run) passOn() func(names ...string) (edits []hop.Edit, same bool) {
	l := r.block()
	if !insertable(l) {
		return nil
	}
	inherited, at, hidden := l.array("proxy_set_header")
	connection := r.connectionValue()
	return func(names ...string) ([]hop.Edit, bool) {
		if hidden != "" {
			return nil, false
		}
		same := true
		var lines []string
		if at != l {
			for _, d := range inherited {
				if len(d.Args) == 2 && !asked(names, d.Arg(0)) {
					lines = append(lines, "proxy_set_header "+d.Arg(0)+" "+raw(d.Args[1])+";")
				}
			}
		}
		headers := 0
		var edits []hop.Edit
		for _, n := range names {
			value, isHeader := handshakeHeader[n], n != "Proto"
			if n == "Connection" {
				value = connection
			}
			if !isHeader {
				if l.one("proxy_http_version") == nil {
					edits = append(edits, insert(l, "proxy_http_version 1.1;")...)
				}
				continue
			}
			headers++
			same = same && n != "Host" && (n != "Connection" || connection != handshakeHeader[n])
			if d := ownHeader(l, n); d != nil {
				if !editable(d.Args[1]) {
					return nil, false
				}
				w := d.Args[1]
				edits = append(edits, hop.Edit{File: w.File.Name, Start: int(w.Start), End: int(w.End), New: value})
				continue
			}
			lines = append(lines, "proxy_set_header "+n+" "+value+";")
		}
		if headers == 0 {
			lines = nil
		}
		if len(lines) > 0 {
			edits = append(edits, insert(l, lines...)...)
		}
		return joinInserts(edits), same
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

func ownHeader(l *scope, name string) *Directive {
	for _, d := range l.all("proxy_set_header") {
		if len(d.Args) == 2 && strings.EqualFold(d.Arg(0), name) {
			return d
		}
	}
	return nil
}

func raw(w Word) string { return string(w.File.Src[w.Start:w.End]) }

// connectionValue is a variable of the configuration that yields "upgrade" for a handshake, if there is one, so that other requests
// keep their Connection; else the constant.
func (r *run) connectionValue() string {
	for name, d := range r.c.variables {
		if d.kind == "map" && d.source == "$http_upgrade" && name == "connection_upgrade" {
			if v := r.defined(name, d); strings.EqualFold(v.s, "upgrade") {
				return "$" + name
			}
		}
	}
	return handshakeHeader["Connection"]
}
