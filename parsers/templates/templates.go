// Package templates knows what the tags of template engines do, of Go templates, Jinja, Mustache, ERB and the like.
package templates

import "strings"

// Extensions end the names of files that template engines read.
var Extensions = []string{
	".template", ".tmpl", ".tpl", ".j2", ".jinja", ".jinja2", ".erb", ".epp", ".ejs", ".gtpl", ".gotmpl", ".ctmpl",
	".mustache",
}

const blanks = " \t\r\n"

// word cuts the first word of what a tag has in it off the rest; ends are what may follow it.
func word(text, ends string) (first, rest string) {
	i := strings.IndexAny(text, ends)
	if i < 0 {
		return text, ""
	}
	return text[:i], strings.TrimSpace(text[i:])
}

// A Kind is what a tag of a template does.
type Kind uint8

const (
	Value  Kind = iota // expands to something
	Silent             // expands to nothing: a comment, an assignment
	Opens              // {% if %}, {{ range }}, <% each do %>
	Middle             // {% else %}
	Closes             // {% endif %}, {{ end }}
)

// Moustache says what {{ text }} does, in Go templates, Jinja, Mustache and Handlebars.
func Moustache(text string) Kind {
	text = strings.Trim(text, "-~ \t\r\n")
	if text == "" {
		return Silent
	}
	switch text[0] {
	case '#', '^':
		return Opens
	case '/':
		if strings.HasPrefix(text, "/*") {
			return Silent
		}
		return Closes
	case '!':
		return Silent
	}
	first, rest := word(text, blanks)
	switch first {
	case "if", "range", "with", "block", "define":
		if rest != "" {
			return Opens
		}
	case "end":
		if rest == "" {
			return Closes
		}
	case "else":
		return Middle
	case "break", "continue":
		return Silent
	}
	// {{ $x := f . }} assigns, and ansible_managed is always a comment.
	if strings.HasPrefix(first, "$") && (strings.HasPrefix(rest, ":=") || strings.HasPrefix(rest, "= ")) ||
		strings.Contains(text, "ansible_managed") {
		return Silent
	}
	return Value
}

// Jinja says what {% text %} does, in Jinja, Twig, Liquid and lua-resty-template.
func Jinja(text string) Kind {
	text = strings.Trim(text, "-+~ \t\r\n")
	first, rest := word(text, blanks+"(")
	switch first {
	case "if", "for", "macro", "block", "filter", "call", "with", "autoescape", "raw", "unless", "case", "while",
		"capture", "comment",
		"verbatim", "trans", "embed":
		return Opens
	case "set":
		if strings.Contains(rest, "=") {
			return Silent
		}
		return Opens
	case "else", "elif", "elsif", "elseif", "when":
		return Middle
	case "do", "import", "from", "continue", "break", "load", "assign", "local":
		return Silent
	}
	if strings.HasPrefix(first, "end") {
		return Closes
	}
	return Value
}

// ERB says what <% text %> does, in ERB and EJS.
func ERB(text string) Kind {
	if text == "" || text[0] == '#' || text[0] == '%' {
		return Silent
	}
	if text[0] == '=' {
		return Value
	}
	dash := text[0] == '-'
	text = strings.Trim(text, "-_ \t\r\n")
	first, rest := word(text, blanks+"(")
	opens := strings.HasSuffix(text, "{") || strings.HasSuffix(text, " do") ||
		strings.HasSuffix(text, "|") && (strings.Contains(text, " do |") || strings.Contains(text, "{ |") ||
			strings.Contains(text, "{|"))
	switch {
	case strings.HasPrefix(text, "}") && opens:
		return Middle
	case strings.HasPrefix(text, "}"), first == "end", strings.HasPrefix(text, "end."):
		return Closes
	}
	switch first {
	case "else", "elsif", "when", "rescue", "ensure", "in":
		return Middle
	case "if", "unless", "case", "while", "until", "for", "begin":
		if !strings.HasSuffix(rest, " end") {
			return Opens
		}
	}
	switch {
	case opens:
		return Opens
	case dash && !strings.Contains(text, " = "):
		return Value // EJS's unescaped output
	}
	return Silent
}
