package conf

import (
	"slices"
	"strings"
)

// An ACL is an ACL expression taken apart.
type ACL struct {
	Expr     Expr
	Method   Method // "" for the one of the type
	Fold     bool
	Patterns []Word
	Files    []Word // that hold further patterns, one a line
}

// suffixes are the endings of ACL keywords that choose a matching method.
var suffixes = []string{"_beg", "_dir", "_dom", "_end", "_len", "_reg", "_sub"}

// ParseACL takes an ACL expression apart.
func ParseACL(words []Word) ACL {
	a := ACL{Expr: ParseExpr(words[0].Value)}
	name := &a.Expr.Fetch.Name
	for _, s := range suffixes {
		base, ok := strings.CutSuffix(*name, s)
		if !ok || !hasSuffixes(base) {
			continue
		}
		*name = base
		if len(a.Expr.Convs) == 0 {
			// Behind a converter its type decides.
			a.Method = Method(s[1:])
		}
	}
	i := 1
options:
	for ; i < len(words) && strings.HasPrefix(words[i].Value, "-"); i++ {
		switch words[i].Value {
		case "-i":
			a.Fold = true
		case "-m":
			i++
			if i < len(words) {
				a.Method = Method(words[i].Value)
			}
		case "-f":
			if i++; i < len(words) {
				a.Files = append(a.Files, words[i])
			}
		case "-u":
			i++
		case "--":
			i++
			break options
		}
	}
	if i < len(words) {
		a.Patterns = words[i:]
	}
	return a
}

// hasSuffixes reports whether a fetch has ACL keywords with a matching method at their end.
func hasSuffixes(fetch string) bool {
	return slices.Contains([]string{
		"hdr", "path", "url", "urlp", "url_param", "base", "cook", "req.hdr", "req.cook", "req.payload", "ssl_fc_sni",
		"req.ssl_sni",
		"req_ssl_sni", "payload", "method", "req.fhdr", "pathq", "query",
	}, fetch)
}

// A Method is how patterns are compared: "str", "beg", "reg" and so on.
type Method string

// Operators stand before the numbers of an ACL. Measured (2.6.12, 3.2.26): ne is taken and does what eq does, it holds
// for the number itself.
var Operators = []string{"eq", "ge", "gt", "le", "lt", "ne"}
