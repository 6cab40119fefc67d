package check

import (
	"fmt"
	"strings"
)

// brokenRegex says why PCRE does not take p; "" when it does, or when that is not plain to see.
func brokenRegex(p string) string {
	r := regexScan{p: p}
	if what := r.scan(); what != "" {
		return fmt.Sprintf(`pcre2_compile() failed: %s in "%s"`, what, p)
	}
	return ""
}

// A regexScan walks through a pattern and knows just enough of its syntax to match parentheses and brackets.
type regexScan struct {
	p     string
	i     int
	depth int
}

// scan returns what is wrong at r.i.
func (r *regexScan) scan() string {
	// Verbs, comments, literal stretches and extended syntax change what the rest means; they are rare, so give up.
	for _, s := range []string{`(*`, `(?#`, `\Q`, `(?x`, `(?|`, `(?(`} {
		if strings.Contains(r.p, s) {
			return ""
		}
	}
	start := true // nothing stands here yet that could be repeated
	for r.i < len(r.p) {
		switch ch := r.p[r.i]; ch {
		case '\\':
			if r.i+1 == len(r.p) || r.p[r.i+1] == 'c' {
				return ""
			}
			r.i++
		case '[':
			if !r.class() {
				return "missing terminating ] for character class"
			}
		case '(':
			r.depth++
			if !r.group() {
				return ""
			}
			start = true
			continue
		case ')':
			if r.depth == 0 {
				return "unmatched closing parenthesis"
			}
			r.depth--
		case '|':
			start = true
			r.i++
			continue
		case '*', '+', '?':
			if start {
				return "quantifier does not follow a repeatable item"
			}
		}
		start = false
		r.i++
	}
	if r.depth > 0 {
		return "missing closing parenthesis"
	}
	return ""
}

// group steps behind the head of a group: "(", "(?:", "(?<name>". It returns false when the head is none that it
// knows.
func (r *regexScan) group() bool {
	r.i++
	rest := r.p[r.i:]
	if !strings.HasPrefix(rest, "?") {
		return true
	}
	for _, head := range []string{"?:", "?=", "?!", "?>", "?<=", "?<!", "?i:", "?i)"} {
		if strings.HasPrefix(rest, head) {
			r.i += len(head)
			if strings.HasSuffix(head, ")") {
				r.depth--
			}
			return true
		}
	}
	rest = strings.TrimPrefix(rest[1:], "P")
	if !strings.HasPrefix(rest, "<") {
		return false
	}
	end := strings.IndexByte(rest, '>')
	if end < 0 {
		return false
	}
	r.i = len(r.p) - len(rest) + end + 1
	return true
}

// class steps to the bracket that ends the character class at r.i. It returns false, at the end of the pattern, when
// none does.
func (r *regexScan) class() bool {
	i := r.i + 1
	if i < len(r.p) && r.p[i] == '^' {
		i++
	}
	for first := true; i < len(r.p); first = false {
		switch {
		case r.p[i] == '\\':
			i++
		case r.p[i] == ']' && !first:
			r.i = i
			return true
		case r.p[i] == '[' && i+1 < len(r.p) && strings.IndexByte(":.=", r.p[i+1]) >= 0:
			end := strings.Index(r.p[i+2:], r.p[i+1:i+2]+"]")
			if end >= 0 && strings.Trim(r.p[i+2:i+2+end], "^abcdefghijklmnopqrstuvwxyz") == "" {
				i += end + 3
			}
		}
		i++
	}
	r.i = len(r.p)
	return false
}
