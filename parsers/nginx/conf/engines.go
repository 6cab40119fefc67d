package conf

import "strings"

// moustacheKind says what {{ text }} does, in Go templates, Jinja, Mustache and Handlebars.
func moustacheKind(text string) tagKind {
	text = strings.Trim(text, "-~ \t\r\n")
	if text == "" {
		return tagSilent
	}
	switch text[0] {
	case '#', '^':
		return tagOpens
	case '/':
		if strings.HasPrefix(text, "/*") {
			return tagSilent
		}
		return tagCloses
	case '!':
		return tagSilent
	}
	first, rest, _ := strings.Cut(text, " ")
	switch first {
	case "if", "range", "with", "block", "define":
		if rest != "" {
			return tagOpens
		}
	case "end":
		if rest == "" {
			return tagCloses
		}
	case "else":
		return tagMiddle
	case "break", "continue":
		return tagSilent
	}
	// {{ $x := f . }} assigns, and ansible_managed is always a comment.
	if strings.HasPrefix(first, "$") && (strings.HasPrefix(rest, ":=") || strings.HasPrefix(rest, "= ")) ||
		strings.Contains(text, "ansible_managed") {
		return tagSilent
	}
	return tagValue
}

// jinjaKind says what {% text %} does, in Jinja, Twig, Liquid and lua-resty-template.
func jinjaKind(text string) tagKind {
	text = strings.Trim(text, "-+~ \t\r\n")
	first, rest, _ := strings.Cut(text, " ")
	switch first {
	case "if", "for", "macro", "block", "filter", "call", "with", "autoescape", "raw", "unless", "case", "while",
		"capture", "comment",
		"verbatim", "trans", "embed":
		return tagOpens
	case "set":
		if strings.Contains(rest, "=") {
			return tagSilent
		}
		return tagOpens
	case "else", "elif", "elsif", "elseif", "when":
		return tagMiddle
	case "do", "import", "from", "continue", "break", "load", "assign", "local":
		return tagSilent
	}
	if strings.HasPrefix(first, "end") {
		return tagCloses
	}
	return tagValue
}

// erbKind says what <% text %> does, in ERB and EJS.
func erbKind(text string) tagKind {
	if text == "" || text[0] == '#' || text[0] == '%' {
		return tagSilent
	}
	if text[0] == '=' {
		return tagValue
	}
	dash := text[0] == '-'
	text = strings.Trim(text, "-_ \t\r\n")
	first, rest, _ := strings.Cut(text, " ")
	opens := strings.HasSuffix(text, "{") || strings.HasSuffix(text, " do") ||
		strings.HasSuffix(text, "|") && (strings.Contains(text, " do |") || strings.Contains(text, "{ |") ||
			strings.Contains(text, "{|"))
	switch {
	case strings.HasPrefix(text, "}") && opens:
		return tagMiddle
	case strings.HasPrefix(text, "}"), first == "end", strings.HasPrefix(text, "end."):
		return tagCloses
	}
	switch first {
	case "else", "elsif", "when", "rescue", "ensure", "in":
		return tagMiddle
	case "if", "unless", "case", "while", "until", "for", "begin":
		if !strings.HasSuffix(rest, " end") {
			return tagOpens
		}
	}
	switch {
	case opens:
		return tagOpens
	case dash && !strings.Contains(text, " = "):
		return tagValue // EJS's unescaped output
	}
	return tagSilent
}
