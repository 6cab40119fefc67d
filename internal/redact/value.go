package redact

import (
	"strings"

	"github.com/wslint/wslint/internal/lazyregexp"
)

// A span is the bytes [from, to) of a text.
type span struct{ from, to int }

var (
	// scheme is the first word of an Authorization header.
	scheme = lazyregexp.New(`^(?i:basic|bearer|digest|token|apikey|negotiate|ntlm|aws4-hmac-sha256)\s+`)
	// reference is what stands for a value that is elsewhere: variables of nginx, HAProxy, shells and templates.
	reference = lazyregexp.New(
		`\$\{[^}]*\}|\$\([^)]*\)|\$\$?\w+|%\[[^\]]*\]|%\w+%|\{\{.*?\}\}|<[\w-]+>|@@\w+@@|__\w+__|\\[rn]`,
	)
	// elsewhere is an unquoted expression of Terraform or CloudFormation that stands for a value.
	elsewhere = lazyregexp.New(
		`^(?:(?:var|local|data|module|each|self|path|count|param|[a-z]+_\w+)\.[A-Za-z_]|[a-z]\w*\(|![A-Z]|\{|` +
			`\[\s*(?:var|local|data)\.)`,
	)
	// plainValue is what no secret is.
	plainValue = lazyregexp.New(
		`^(?i:true|false|null|none|nil|on|off|yes|no|default|string|number|bool|optional|required|` +
			`\*+|arn:.*|\d{1,5}[a-z]{1,2}|-|~|addr|addr-port|id)$|` +
			// the name of a file
			`^/(?:run|var|etc|usr|opt|srv|tmp|mnt)/[\w./@-]*$|^[\w.-]+(?:/[\w.-]+)+\.(?:jwt|jwk|jwks|json|pem|key|txt|conf)$`,
	)
	// crypted is the hash of a password, whose dollar signs begin no variables.
	crypted = lazyregexp.New(`^\$(?:\d\w?|apr1|y|argon2\w*|scrypt)\$`)
	hasText = lazyregexp.New(`[\pL\pN]`)
)

// literals are the parts of a value that stand there themselves, variables apart. quoted says that the value stood in
// quotes.
func literals(text []byte, v span, quoted bool) (found []span) {
	value := string(text[v.from:v.to])
	if trimmed := strings.TrimSpace(value); trimmed == "" || plainValue.MatchString(trimmed) ||
		!quoted && elsewhere.MatchString(trimmed) {
		return nil
	}
	if crypted.MatchString(value) {
		return []span{v}
	}
	at := len(scheme.FindString(value))
	add := func(from, to int) {
		for from < to && strings.IndexByte(" \t:&?;,=", value[from]) >= 0 {
			from++
		}
		for from < to && strings.IndexByte(" \t:&?;,", value[to-1]) >= 0 {
			to--
		}
		if to-from > 1 && hasText.MatchString(value[from:to]) {
			found = append(found, span{v.from + from, v.from + to})
		}
	}
	from := at
	for _, r := range reference.FindAllStringIndex(value[at:], -1) {
		add(from, at+r[0])
		from = at + r[1]
	}
	add(from, len(value))
	return found
}

// A word is a value in a text: where it begins and ends, without its quotes, and where the text goes on.
type word struct {
	span
	quoted bool
	end    int
}

// wordAt is the word at an offset, blanks before it passed over; it ends at what stops, where it is not quoted.
func wordAt(text []byte, at int, stops string) (w word, ok bool) {
	for at < len(text) && (text[at] == ' ' || text[at] == '\t') {
		at++
	}
	if at == len(text) || text[at] == '\n' || text[at] == '\r' {
		return w, false
	}
	start := at
	if escaped := text[at] == '\\' && at+1 < len(text) && (text[at+1] == '"' || text[at+1] == '\''); escaped {
		// A text within a text, as JSON holds those of other formats.
		at += 2
		for at < len(text) && text[at] != '\\' && text[at] != '\n' {
			at++
		}
		return word{span{start + 2, at}, true, min(at+2, len(text))}, true
	}
	if q := text[at]; q == '"' || q == '\'' {
		at++
		for at < len(text) && text[at] != q && text[at] != '\n' {
			if text[at] == '\\' {
				at++
			}
			at++
		}
		at = min(at, len(text))
		return word{span{start + 1, at}, true, min(at+1, len(text))}, true
	}
	for at < len(text) && strings.IndexByte(stops, text[at]) < 0 && text[at] != '\n' && text[at] != '\r' {
		if text[at] == '\\' && at+1 < len(text) && text[at+1] != '\n' && text[at+1] != '\r' {
			at++
		}
		at++
	}
	at = min(at, len(text))
	for at > start && (text[at-1] == ' ' || text[at-1] == '\t') {
		at--
	}
	return word{span{start, at}, false, at}, at > start
}
