package check

import (
	"slices"
	"strconv"
	"strings"

	"github.com/wslint/wslint/parsers/haproxy/conf"
)

// methodTypes are the matching methods of ACLs and the type that each takes.
var methodTypes = map[string]string{
	"found": "any", "bool": "bool", "int": "sint", "ip": "addr", "bin": "bin", "len": "str", "str": "str", "beg": "str",
	"sub": "str",
	"dir": "str", "dom": "str", "end": "str", "reg": "str",
}

// aclTypes are the methods of the types that have one.
var aclTypes = map[string]string{"bool": "bool", "sint": "int", "addr": "ip", "ipv4": "ip", "ipv6": "ip", "str": "str"}

// acl checks an ACL expression: what is fetched, options, patterns. It ends at end, the number of the word behind it.
func (k *checker) acl(end int) {
	if k.at >= end {
		k.fail("'%s' : missing fetch method", k.title())
		return
	}
	m, typ := k.aclFetch()
	for !k.done && k.at < end && strings.HasPrefix(k.word(), "-") {
		var last bool
		if m, last = k.aclOption(m, typ, end); last {
			break
		}
	}
	if !k.done && m == "" {
		k.at = min(k.at, len(k.words)-1)
		k.fail(
			"'%s' : matching method must be specified first (using '-m') when using a sample fetch of this type",
			k.title(),
		)
	}
	operator := ""
	for !k.done && k.at < end {
		k.pattern(m, &operator)
		k.at++
	}
}

// aclFetch takes the first word of an ACL expression, and returns the method that compares it and its type.
func (k *checker) aclFetch() (m, typ string) {
	name, rest := cutName(k.word())
	a, ok := sampleTable().acls[name]
	if !ok {
		typ, rest = k.sample(k.word(), true)
		m = aclTypes[typ]
	} else {
		g := sampleTable().fetches[a.fetch]
		rest = k.arguments(name, g, rest, true)
		var after string
		typ, after = k.converters(rest, g.gives)
		if m = a.method; after != rest {
			m = aclTypes[typ]
		}
		rest = after
	}
	if !k.done && rest != "" {
		k.fail("'%s' : missing comma before '%s'", k.title(), rest)
	}
	k.at++
	return m, typ
}

// aclOption takes one option; last says that patterns follow.
func (k *checker) aclOption(m, typ string, end int) (method string, last bool) {
	switch o := k.word(); o {
	case "-i", "-n", "-M":
	case "--":
		k.at++
		return m, true
	case "-f", "-u", "-m":
		k.at++
		if k.at >= end {
			k.fail("'%s' : %s expects an argument", k.title(), o)
			return m, true
		}
		m = k.aclOptionValue(o, m, typ)
	default:
		k.fail(
			"'%s' : '%s' is not a valid ACL option. Please use '--' before any pattern beginning with a '-'",
			k.title(),
			o,
		)
	}
	k.at++
	return m, false
}

func (k *checker) aclOptionValue(o, m, typ string) string {
	w := k.word()
	switch {
	case o == "-u":
		if _, err := strconv.Atoi(w); err != nil {
			k.fail("'%s' : the argument of -u must be an integer", k.title())
		}
	case o == "-f" && m == "":
		k.fail("'%s' : matching method must be specified first (using '-m')", k.title())
	case o == "-m" && methodTypes[w] == "":
		names := make([]string, 0, len(methodTypes))
		for n := range methodTypes {
			names = append(names, n)
		}
		slices.Sort(names)
		k.unknownWord(names, "'%s' : unknown matching method '%s'", k.title(), w)
	case o == "-m" && w != "found" && !fitsType(typ, methodTypes[w]):
		k.fail("'%s' : matching method '%s' cannot be used with what is fetched", k.title(), w)
	case o == "-m":
		return w
	}
	return m
}

// pattern checks one pattern of a method.
func (k *checker) pattern(m string, operator *string) {
	w := k.word()
	bad := ""
	switch m {
	case "int", "len":
		if slices.Contains(conf.Operators, w) {
			*operator = w
			return
		}
		if *operator != "" && *operator != "eq" && !strings.ContainsAny(w, ":-") {
			w, _, _ = strings.Cut(w, ".") // what follows the dot counts for nothing
		}
		bad = badRange(w)
	case "ip":
		if badNetwork(w) {
			bad = "'" + w + "' is not a valid IPv4 or IPv6 address"
		}
	case "reg":
		bad = badRegex(w)
	}
	if bad != "" {
		k.fail("'%s' : %s", k.title(), bad)
	}
}

// badRange is what is wrong with "5", "1:10", ":10" or "10-"; versions have a dot.
func badRange(w string) string {
	from, to, isRange := strings.Cut(strings.Replace(w, "-", ":", 1), ":")
	low, err := strconv.ParseInt(from, 10, 64)
	high, err2 := strconv.ParseInt(to, 10, 64)
	switch {
	case strings.Contains(w, ".") && strings.Trim(w, "0123456789.:-") == "":
		return ""
	case !isRange && err != nil:
		return "'" + w + "' is not a number"
	case isRange && (from != "" && err != nil || to != "" && err2 != nil || from == "" && to == ""),
		from != "" && to != "" && low > high:
		return "'" + w + "' is not a valid number range"
	}
	return ""
}

// condition takes if or unless and the ACLs behind it, which are the rest of the line.
func (k *checker) condition(must bool) {
	if !k.atCondition() {
		if must {
			k.fail("'%s' requires either 'if' or 'unless' followed by a condition", k.title())
		}
		return
	}
	k.at++
	for k.more() {
		name := strings.TrimLeft(k.word(), "!")
		switch {
		case name == "" || strings.EqualFold(name, "or") || name == "||":
			k.at++
		case name == "{":
			k.braces()
		default:
			k.aclName(name)
		}
	}
}

// braces takes "{ … }".
func (k *checker) braces() {
	i := slices.IndexFunc(k.words[k.at:], func(w conf.Word) bool { return w.Value == "}" })
	if i < 0 {
		at := k.at
		k.at = len(k.words)
		if k.open {
			// What is known of the expression is checked up to where it ends.
			k.at = at + 1
			if k.at < len(k.words) {
				k.aclFetch()
			}
			k.stop()
			return
		}
		k.fail("missing closing '}' in condition")
		return
	}
	end := k.at + i
	k.at++
	k.acl(end)
	k.at = end + 1
}

// aclName takes the name of an ACL, which a line above must have defined.
func (k *checker) aclName(name string) {
	_, isPredefined := conf.Predefined(name)
	if !isPredefined && name != "HTTP_3.0" && k.p != nil {
		lines := k.p.ACLs[name]
		if !slices.ContainsFunc(lines, func(l *conf.Line) bool { return l.Words[0].Line < k.l.Words[0].Line }) {
			var names []string
			for n := range k.p.ACLs {
				names = append(names, n)
			}
			slices.Sort(names)
			if len(lines) > 0 {
				k.fail("no such ACL : '%s': it is defined below", name)
			} else {
				k.failNear(name, names, "no such ACL : '%s'.", name)
			}
			return
		}
	}
	k.at++
}
