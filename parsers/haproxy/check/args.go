package check

import (
	"net/netip"
	"slices"
	"strconv"
	"strings"
)

// arguments reads the parenthesis behind the name of a fetch or a converter, and returns what follows it.
func (k *checker) arguments(name string, g *signature, s string, fetch bool) (rest string) {
	if k.done {
		return ""
	}
	inner, has := strings.CutPrefix(s, "(")
	if !has && g.least == 0 {
		return s
	}
	if !has {
		inner = ""
	}
	count := 0
	for count < len(g.args) {
		arg, after, quoteOpen := cutArgument(inner)
		if quoteOpen {
			k.fail("'%s' : the argument of '%s' does not end", k.title(), name)
			return ""
		}
		if bad := k.badArgument(name, g.args[count], arg, fetch && count == 0); bad != "" {
			if arg == "" && count >= g.least {
				break
			}
			k.fail("'%s' : '%s' : %s", k.title(), name, bad)
			return ""
		}
		if k.done {
			return ""
		}
		inner = after
		count++
		if !strings.HasPrefix(inner, ",") || count == len(g.args) {
			break
		}
		inner = inner[1:]
	}
	switch {
	case count < g.least:
		k.fail("'%s' : missing arguments of '%s' (got %d/%d)", k.title(), name, count, g.least)
	case !has:
		return s
	case !strings.HasPrefix(inner, ")"):
		k.fail("'%s' : '%s' : expected ')' before '%s'", k.title(), name, inner)
	default:
		return inner[1:]
	}
	return ""
}

// cutArgument reads one argument, quotes and escapes resolved.
func cutArgument(s string) (arg, rest string, open bool) {
	var b strings.Builder
	single, double := false, false
	i := 0
	for ; i < len(s); i++ {
		c := s[i]
		switch {
		case c == '"' && !single:
			double = !double
		case c == '\'' && !double:
			single = !single
		case c == '\\' && !single && i+1 < len(s):
			if strings.IndexByte(`\ "'`, s[i+1]) >= 0 {
				i++
			}
			b.WriteByte(s[i])
		case !single && !double && (c == ',' || c == ')'):
			return b.String(), s[i:], false
		default:
			b.WriteByte(c)
		}
	}
	return b.String(), "", false
}

// badArgument is what is wrong with one argument; first says that it is the first of a fetch.
func (k *checker) badArgument(name, typ, arg string, first bool) string {
	switch typ {
	case "int":
		if _, err := strconv.ParseInt(strings.TrimPrefix(arg, "+"), 10, 64); err != nil {
			return "'" + arg + "' is not a number"
		}
	case "ip4", "mask4", "ip6", "mask6":
		if n, err := strconv.Atoi(arg); err == nil && n >= 0 && (typ == "mask4" && n <= 32 || typ == "mask6" && n <= 128) {
			return ""
		}
		if _, err := netip.ParseAddr(arg); err != nil {
			return "'" + arg + "' is not an address"
		}
	case "regex":
		if k.p == nil || k.p.Kind != "defaults" {
			return badRegex(arg)
		}
	case "table", "be", "fe", "srv":
		k.refer(typ, arg)
	case "users":
		k.refer("userlist", arg)
	case "str":
		switch _, err := strconv.ParseInt(arg, 10, 64); {
		case first && name == "var":
			return badVariable(arg)
		case !first && arg != "" && slices.Contains(withOperand, name) && err != nil && badVariable(arg) != "":
			return "expects an integer or a variable name"
		}
	}
	return ""
}

// withOperand are the converters that take an integer or a variable.
var withOperand = []string{"add", "sub", "mul", "div", "mod", "and", "or", "xor"}

// scopes are where variables live.
var scopes = []string{"proc", "sess", "txn", "req", "res", "check"}

// badVariable is what is wrong with the name of a variable.
func badVariable(name string) string {
	scope, rest, dot := strings.Cut(name, ".")
	switch {
	case !dot || !slices.Contains(scopes, scope):
		return "invalid variable name '" + name + "'. A variable name must be start by its scope. The scope can be '" +
			strings.Join(scopes, "', '") + "'"
	case strings.Trim(rest, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.") != "":
		return "invalid syntax in the variable name '" + name + "'"
	}
	return ""
}
