package parsers

import "strings"

// IsPlainRegex reports whether Go's engine finds the same leftmost match as PCRE: it lacks what is listed here, and \z,
// \Z, \G, \K, \h, \R and the like mean something else or nothing to it. PCRE's $ also matches before a final newline.
func IsPlainRegex(re string) bool {
	for i := 0; i < len(re); i++ {
		switch c := re[i]; {
		case c >= 0x80:
			return false
		case c == '\\':
			i++
			if i >= len(re) {
				return false
			}
			if e := re[i]; isAlnum(e) && !strings.ContainsRune("dDwWsSbBtnrf", rune(e)) {
				return false
			}
		case c == '(' && i+1 < len(re) && (re[i+1] == '*' || re[i+1] == '?' && i+2 < len(re) && re[i+2] != ':'):
			return false
		case c == '+' && i > 0 && strings.IndexByte("+*?}", re[i-1]) >= 0 && (i < 2 || re[i-2] != '\\'):
			return false // possessive
		case c == '[' && strings.Contains(re[i:], "[:"):
			return false
		}
	}
	return true
}

func isAlnum(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
}
