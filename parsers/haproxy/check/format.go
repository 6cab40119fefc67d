package check

import (
	"slices"
	"strings"

	"github.com/wslint/wslint/parsers/haproxy/conf"
)

// formatNames are what % stands before in log formats of 2.6; the others are of other versions.
var formatNames = strings.Fields(
	`o B CC CS H ID ST T Ta Tc Th Ti Tl Tq Tr TR Td Ts Tt Tu Tw U ac b bc bi bp bq ci cp f fc fi fp ft hr hrl hs hsl
	HM HP HPO HQ HU HV lc ms pid r rc rt s sc si sp sq sslc sslv t tr trg trl ts tsc`,
)

var otherFormatNames = []string{"OG", "cn", "Bi", "Bq", "Ci", "Cp", "Fi", "Fp", "Si", "Sp", "Tq", "p", "P"}

// format checks a log-format string in a rule.
func (k *checker) format(s string) {
	for !k.done {
		i := strings.IndexByte(s, '%')
		if i < 0 {
			return
		}
		s = s[i+1:]
		if s == "" {
			k.fail("'%s' : truncated line after '%%'", k.title())
			return
		}
		s = k.formatItem(s)
	}
}

// formatItem checks what one percent sign stands before, and returns what follows.
func (k *checker) formatItem(s string) string {
	braced := s[0] == '{'
	if braced {
		end := strings.IndexByte(s, '}')
		if end < 0 || end == len(s)-1 {
			k.fail("'%s' : truncated line after '%%{'", k.title())
			return ""
		}
		s = s[end+1:]
	}
	switch c := s[0]; {
	case c == '[':
		return k.formatSample(s[1:])
	case c == '%' && !braced:
		return s[1:]
	case c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z':
		i := 0
		for i < len(s) && conf.IsName(s[i]) && s[i] != '_' {
			i++
		}
		name := s[:i]
		switch {
		case slices.Contains(formatNames, name):
		case slices.Contains(otherFormatNames, name):
			k.stop()
		default:
			k.fail(
				"'%s' : no such format variable '%s'. If you wanted to emit the '%%' character verbatim, you need to use '%%%%'",
				k.title(),
				name,
			)
		}
		return s[i:]
	case braced, c >= '0' && c <= '9', c == ' ', c == '\t':
		k.fail(
			"'%s' : unexpected variable name near '%c'. Maybe you want to write a single '%%', use the syntax '%%%%'",
			k.title(),
			c,
		)
		return ""
	}
	return s
}

// formatSample checks the expression of %[…].
func (k *checker) formatSample(s string) string {
	_, rest := k.sample(s, false)
	switch {
	case k.done:
	case !strings.HasPrefix(rest, "]"):
		k.fail("'%s' : expected ']' in '%%[%s'", k.title(), s)
	default:
		return rest[1:]
	}
	return ""
}
