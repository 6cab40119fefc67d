package conf

import (
	"path"
	"strings"

	"github.com/wslint/wslint/parsers/templates"
)

// A tag is one piece of template syntax.
type tag struct {
	start, end int
	kind       templates.Kind
	// markup says that the tag is no legal nginx syntax, so that a file which holds one is a template for certain.
	markup bool
	bare   bool   // counts in a word without quotes only
	name   string // of the variable in ${NAME} and $NAME
}

// templateExtensions are the parts of file names that say "template": nginx.conf.template, default.tmpl, site.conf.j2.
const templateExtensions = " template templates tmpl ctmpl gotmpl gtpl tpl tftpl j2 jinja jinja2 erb ejs " +
	"mustache hbs in "

// isTemplateName reports whether the name of a file says that it is a template.
func isTemplateName(name string) bool {
	_, rest, more := strings.Cut(path.Base(name), ".")
	for part := ""; more; {
		part, rest, more = strings.Cut(rest, ".")
		if part != "conf" && strings.Contains(templateExtensions, " "+strings.ToLower(part)+" ") {
			return true
		}
	}
	return false
}

// A tagFinder finds what may be template syntax without regard to where it stands.
type tagFinder struct {
	src      string
	template bool // the file's name says so
	braces   bool // Terraform: ${lower_case} is a placeholder and %{ if } a tag
	define   map[string]string
	never    map[string]bool // closings that do not occur behind the last one looked for
	tried    int             // up to here the search for an end of {{ was in vain
}

var beginsTag = [256]bool{'{': true, '<': true, '$': true, '%': true, '@': true, '_': true}

// find returns all tags in the order of the source; they do not overlap.
func (f *tagFinder) find() []tag {
	var tags []tag
	for p := 0; ; {
		for p+1 < len(f.src) && (!beginsTag[f.src[p]] || f.src[p] == '_' && f.src[p+1] != '_') {
			p++ // nearly every byte
		}
		if p+1 >= len(f.src) {
			break
		}
		var t tag
		ok := false
		switch f.src[p] {
		case '{':
			t, ok = f.brace(p)
		case '<':
			if t, ok = f.angle(p); !ok {
				t, ok = f.enclosed(p, "<", ">", isPlaceholderByte)
				ok = ok && (p == 0 || !strings.ContainsRune("?P", rune(f.src[p-1])))
				t.bare = true
			}
		case '$':
			t, ok = f.dollar(p)
		case '%':
			t, ok = f.percent(p)
		case '@':
			t, ok = f.enclosed(p, "@", "@", isUpperByte)
		case '_':
			t, ok = f.enclosed(p, "__", "__", isUpperByte)
		}
		if !ok {
			p++
			continue
		}
		tags = append(tags, t)
		p = t.end
	}
	return dropLoneComments(tags, f)
}

// dropLoneComments removes {# … #} from a file without any other markup: in plain nginx "{#" is a brace and a
// comment.
func dropLoneComments(tags []tag, f *tagFinder) []tag {
	for _, t := range tags {
		if t.markup && f.src[t.start:t.start+2] != "{#" {
			return tags
		}
	}
	kept := tags[:0]
	for _, t := range tags {
		if !t.markup || f.template {
			kept = append(kept, t)
		}
	}
	return kept
}

// brace finds {{ … }}, {% … %} and {# … #}.
func (f *tagFinder) brace(p int) (tag, bool) {
	switch f.src[p+1] {
	case '{':
		return f.doubleBrace(p)
	case '%':
		t, text, ok := f.until(p, "%}")
		t.kind = templates.Jinja(text)
		return t, ok
	case '#':
		t, _, ok := f.until(p, "#}")
		t.kind = templates.Silent
		return t, ok
	}
	return tag{}, false
}

// angle finds <% … %>.
func (f *tagFinder) angle(p int) (tag, bool) {
	if f.src[p+1] != '%' {
		return tag{}, false
	}
	t, text, ok := f.until(p, "%>")
	t.kind = templates.ERB(text)
	return t, ok
}

// until makes a markup tag of two bytes at p, what follows, and closing.
func (f *tagFinder) until(p int, closing string) (tag, string, bool) {
	n := f.index(p+2, closing)
	if n < 0 {
		return tag{}, "", false
	}
	return tag{start: p, end: p + 2 + n + len(closing), markup: true}, f.src[p+2 : p+2+n], true
}

// index is strings.Index from p on. It does not look again for what it did not find, so that the search takes linear
// time.
func (f *tagFinder) index(p int, closing string) int {
	if f.never[closing] {
		return -1
	}
	n := strings.Index(f.src[p:], closing)
	if n < 0 {
		if f.never == nil {
			f.never = map[string]bool{}
		}
		f.never[closing] = true
	}
	return n
}

// doubleBrace finds {{ … }}. It is no tag with a semicolon outside of quotes in it ("location / {{ return 204; }}" is
// a typing error), nor when it begins as a JSON object does.
func (f *tagFinder) doubleBrace(p int) (tag, bool) {
	if p < f.tried {
		return tag{}, false
	}
	rest := f.src[p+2:]
	comment := strings.TrimLeft(rest[:min(len(rest), 8)], "-~ ")
	n := -1
	if strings.HasPrefix(comment, "/*") || strings.HasPrefix(comment, "!") {
		n = f.index(p+2, "}}")
	} else {
		var seen int
		if n, seen = endOfExpression(rest); n < 0 {
			f.tried = p + 2 + seen
		}
	}
	if n < 0 {
		return tag{}, false
	}
	text := rest[:n]
	if key, ok := strings.CutPrefix(strings.TrimSpace(text), `"`); ok {
		if _, after, ok := strings.Cut(key, `"`); ok && strings.HasPrefix(strings.TrimSpace(after), ":") {
			return tag{}, false
		}
	}
	end := p + 2 + n + 2
	if strings.HasPrefix(text, "{") && end < len(f.src) && f.src[end] == '}' {
		end++ // Mustache's {{{ … }}}
	}
	return tag{start: p, end: end, markup: true, kind: templates.Moustache(text)}, true
}

// endOfExpression returns the offset of the }} that ends an expression, or -1 and how far it looked.
func endOfExpression(s string) (end, seen int) {
	quote := byte(0)
	for i := 0; i+1 < len(s); i++ {
		switch c := s[i]; {
		case quote != 0:
			if c == '\\' && quote != '`' {
				i++
			} else if c == quote {
				quote = 0
			} else if c == '\n' && quote != '`' {
				return -1, i
			}
		case c == '"' || c == '\'' || c == '`':
			quote = c
		case c == ';':
			return -1, i
		case c == '}' && s[i+1] == '}':
			return i, i
		}
	}
	return -1, len(s)
}

// dollar finds ${NAME}, ${NAME:-default} and, where names of templates are expected, $NAME.
func (f *tagFinder) dollar(p int) (tag, bool) {
	if f.src[p+1] == '{' {
		name := word(f.src[p+2:])
		rest := f.src[p+2+len(name):]
		end := p + 2 + len(name) + 1
		_, defined := f.define[name]
		if name == "" || rest == "" || !(isUpper(name) || defined || f.braces) {
			return tag{}, false
		}
		if rest[0] != '}' {
			line, _, _ := strings.Cut(rest[:min(len(rest), maxToken)], "\n")
			n := strings.IndexByte(line, '}')
			if n < 0 || !strings.ContainsRune(":-=?+", rune(rest[0])) {
				return tag{}, false
			}
			end += n
		}
		return tag{start: p, end: end, name: name}, true
	}
	name := word(f.src[p+1:])
	_, defined := f.define[name]
	if name == "" || !defined && !(f.template && isUpper(name) && len(name) > 1) {
		return tag{}, false
	}
	return tag{start: p, end: p + 1 + len(name), name: name}, true
}

// percent finds %NAME%, %%name%% and Terraform's %{ … }.
func (f *tagFinder) percent(p int) (tag, bool) {
	if f.braces && f.src[p+1] == '{' {
		t, text, ok := f.until(p, "}")
		t.kind = templates.Jinja(strings.Trim(text, "~"))
		return t, ok
	}
	if f.src[p+1] == '%' {
		return f.enclosed(p, "%%", "%%", isPlaceholderByte)
	}
	t, ok := f.enclosed(p, "%", "%", isUpperByte)
	if !ok {
		// HestiaCP's %proxy_port%. In a piece of an encoded URL, two hexadecimal digits follow the first %.
		t, ok = f.enclosed(p, "%", "%", isPlaceholderByte)
		return t, ok && !(isHex(f.src[p+1]) && isHex(f.src[p+2])) && !(isLowerHex(f.src[p+1]) && isLowerHex(f.src[p+2]))
	}
	// %E4%B8% is a piece of an encoded URL.
	if ok && isHex(f.src[p+1]) && isHex(f.src[p+2]) && !strings.Contains(f.src[t.start:t.end], "_") {
		return tag{}, false
	}
	return t, ok
}

// enclosed finds a name of the given bytes, at least two, between opening and closing.
func (f *tagFinder) enclosed(p int, opening, closing string, allowed func(byte) bool) (tag, bool) {
	if !strings.HasPrefix(f.src[p:], opening) {
		return tag{}, false
	}
	from := p + len(opening)
	end := from
	for end < len(f.src) && allowed(f.src[end]) && !strings.HasPrefix(f.src[end:], closing) {
		end++
	}
	if end-from < 2 || !strings.HasPrefix(f.src[end:], closing) || !isLetter(f.src[from]) {
		return tag{}, false
	}
	return tag{start: p, end: end + len(closing)}, true
}

// word returns the variable name that s begins with.
func word(s string) string {
	n := 0
	for n < len(s) && (isUpperByte(s[n]) || s[n] >= 'a' && s[n] <= 'z') {
		n++
	}
	return s[:n]
}

// isUpper reports whether name is written as environment variables are.
func isUpper(name string) bool {
	return strings.ToUpper(name) == name && strings.ContainsFunc(name, func(r rune) bool { return r >= 'A' && r <= 'Z' })
}

func isUpperByte(c byte) bool { return c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' }

func isPlaceholderByte(c byte) bool { return isUpperByte(c) || c >= 'a' && c <= 'z' || c == '-' }

func isLetter(c byte) bool { return c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' }

func isLowerHex(c byte) bool { return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' }

func isHex(c byte) bool { return c >= '0' && c <= '9' || c >= 'A' && c <= 'F' || c >= 'a' && c <= 'f' }
