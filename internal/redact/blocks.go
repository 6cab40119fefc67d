package redact

import (
	"bytes"
	"strings"

	"github.com/wslint/wslint/internal/lazyregexp"
)

var (
	mapBlock = lazyregexp.New(`^map\s+"?\$\{?(\w+)\}?"?\s+\$(\w+)\s*\{`)
	variable = lazyregexp.New(`^variable\s+"([^"\n]+)"\s*\{`)
	hides    = lazyregexp.New(`\bsensitive\s*=\s*true\b`)
	// pairName stands before a name that is a value itself: of an environment variable, a tag, a header.
	pairName = lazyregexp.New(
		`(?i)["']?\b(name|key|option_?name|parameter_?key|(?:http_?)?header_?name)["']?[ \t]*[:=][ \t]*["']?$`,
	)
	anyName = lazyregexp.New(
		`(?i)["']?\b(?:name|key|option_?name|parameter_?key|(?:http_?)?header_?name)["']?[ \t]*[:=][ \t]*["']?`,
	)
	pairValue = lazyregexp.New(
		`(?i)["']?\b(?:values?|default|parameter_?value|header_?value|regex_?values)["']?[ \t]*[:=][ \t]*`,
	)
)

// maps looks at maps of nginx.
func (f *finder) maps(in span) {
	each(f.text, in, inMap, func(at int) int {
		if m := mapBlock.FindSubmatchIndex(f.text[at:min(at+around, len(f.text))]); m != nil {
			f.mapping(string(f.text[at+m[2]:at+m[3]]), string(f.text[at+m[4]:at+m[5]]), at+m[1])
		}
		return at
	})
}

// variables looks at those of Terraform.
func (f *finder) variables(in span) {
	each(f.text, in, inVariable, func(at int) int {
		if m := variable.FindSubmatchIndex(f.text[at:min(at+around, len(f.text))]); m != nil {
			end := closing(f.text, at+m[1]-1)
			if isSecret(string(f.text[at+m[2]:at+m[3]])) || hides.Match(f.text[at+m[1]:end]) {
				f.within(at+m[1], end)
			}
		}
		return at
	})
}

// mapping hides the entries of a map that has a secret as its key or its value.
func (f *finder) mapping(source, target string, from int) {
	end := bytes.IndexByte(f.text[from:], '}')
	if end < 0 {
		end = len(f.text) - from
	}
	asked := false
	for _, prefix := range []string{"http_", "arg_", "cookie_"} {
		if rest, ok := strings.CutPrefix(source, prefix); ok && source != "http_cookie" {
			asked = isSecretHeader(rest)
		}
	}
	if given := isSecret(target); asked || given {
		f.entries(from, from+end, asked, given)
	}
}

// entries hides the keys or the values of a map.
func (f *finder) entries(from, to int, keys, values bool) {
	for from < to {
		for from < to && strings.IndexByte(" \t\r\n;", f.text[from]) >= 0 {
			from++
		}
		if from < to && f.text[from] == '#' {
			n := bytes.IndexByte(f.text[from:to], '\n')
			if n < 0 {
				return
			}
			from += n
			continue
		}
		first, ok := wordAt(f.text[:to], from, " \t;")
		if !ok {
			return
		}
		second, ok := wordAt(f.text[:to], first.end, " \t;")
		if !ok {
			from = max(first.end, from+1)
			continue
		}
		if keys && string(f.text[first.from:first.to]) != "default" {
			f.value(first.span, first.quoted)
		}
		if values {
			f.value(second.span, second.quoted)
		}
		from = second.end
	}
}

// pair looks at a name that stands as a value beside its own: {name = "DB_PASSWORD", value = "…"}.
func (f *finder) pair(from, to int) (ok bool) {
	before := bytes.TrimRight(f.text[max(from-60, 0):from], " \t\"'")
	if !bytes.HasSuffix(before, []byte(":")) && !bytes.HasSuffix(before, []byte("=")) {
		return false
	}
	m := pairName.FindSubmatch(f.text[max(from-60, 0):from])
	if m == nil {
		return false
	}
	name := string(f.text[from:to])
	header := bytes.Contains(bytes.ToLower(m[1]), []byte("header")) || strings.HasPrefix(name, "X-")
	if !isSecret(name) && !(header && isSecretHeader(name)) {
		return false
	}
	if at, ok := f.behind(to); ok {
		f.any(at)
	} else if at, ok := f.before(from); ok {
		f.any(at)
	}
	return true
}

// behind is where a value stands behind its name, in the same object.
func (f *finder) behind(at int) (value int, ok bool) {
	rest := f.text[at:min(at+reach, len(f.text))]
	if i := bytes.IndexByte(rest, '}'); i >= 0 {
		rest = rest[:i]
	}
	if m := anyName.FindIndex(rest); m != nil {
		rest = rest[:m[0]]
	}
	m := pairValue.FindIndex(rest)
	if m == nil {
		return 0, false
	}
	return at + m[1], true
}

// before is where it stands before its name.
func (f *finder) before(at int) (value int, ok bool) {
	start := max(at-reach, 0)
	part := f.text[start:at]
	if i := bytes.LastIndexByte(part, '{'); i >= 0 {
		start, part = start+i+1, part[i+1:]
	}
	all := pairValue.FindAllIndex(part, -1)
	if len(all) == 0 {
		return 0, false
	}
	return start + all[len(all)-1][1], true
}
