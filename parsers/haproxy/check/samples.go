package check

import (
	_ "embed"
	"slices"
	"strings"
	"sync"

	"github.com/wslint/wslint/parsers/haproxy/conf"
)

//go:embed samples.txt
var samplesFile string

// A signature is what samples.txt says of a fetch or a converter.
type signature struct {
	takes string // the type that a converter takes
	gives string
	least int      // arguments
	args  []string // their types
}

// An aclName is a fetch's name in ACLs, with the methods that may be at its end.
type aclName struct{ fetch, method string }

// samples holds samples.txt.
type samples struct {
	fetches, convs map[string]*signature
	acls           map[string]aclName
	others         []string
}

// sampleTable reads samples.txt when first asked, once.
var sampleTable = sync.OnceValue(func() samples {
	s := samples{fetches: map[string]*signature{}, convs: map[string]*signature{}, acls: map[string]aclName{}}
	part := ""
	for line := range strings.Lines(samplesFile) {
		f := strings.Fields(line)
		switch {
		case len(f) == 0 || f[0] == "#":
		case f[0][0] == '[':
			part = f[0]
		case part == "[other]":
			s.others = append(s.others, f...)
		case part == "[acl]":
			for m := range strings.SplitSeq(f[2], "|") {
				name := f[0]
				if own, ok := strings.CutPrefix(m, "="); ok {
					m = own
				} else {
					name += "_" + m
				}
				s.acls[name] = aclName{f[1], m}
			}
		case part == "[fetch]":
			least, args := readArgs(f[1])
			for _, name := range f[2:] {
				s.fetches[name] = &signature{gives: f[0], least: least, args: args}
			}
		default:
			least, args := readArgs(f[2])
			for _, name := range f[3:] {
				s.convs[name] = &signature{takes: f[0], gives: f[1], least: least, args: args}
			}
		}
	}
	return s
})

// readArgs reads "int,str[,int]".
func readArgs(s string) (least int, args []string) {
	if s == "-" {
		return 0, nil
	}
	own, more, _ := strings.Cut(strings.TrimSuffix(s, "]"), "[")
	if own != "" {
		args = strings.Split(own, ",")
	}
	least = len(args)
	if more = strings.Trim(more, ","); more != "" {
		args = append(args, strings.Split(more, ",")...)
	}
	return least, args
}

// fitsType reports whether HAProxy makes one type of another.
func fitsType(from, to string) bool {
	if to == "any" || from == "any" || from == to || from == "same" {
		return true
	}
	switch from {
	case "bool":
		return slices.Contains([]string{"sint", "str", "bin"}, to)
	case "sint":
		return to != "meth"
	case "addr":
		return to != "bool" && to != "meth" // 2.6 knows whether it is IPv4
	case "ipv4":
		return to != "bool" && to != "meth"
	case "ipv6":
		return to != "bool" && to != "sint" && to != "meth"
	case "bin", "meth":
		return to == "str" || to == "bin" || to == "meth"
	}
	return true
}

// isIDChar reports whether a character may be in the name of a fetch.
func isIDChar(c byte) bool { return conf.IsName(c) || c == '.' || c == '-' || c == '+' || c == ':' }

func cutName(s string) (name, rest string) {
	i := 0
	for i < len(s) && isIDChar(s[i]) {
		i++
	}
	return s[:i], s[i:]
}

// expression takes a sample expression, converters in words of their own included.
func (k *checker) expression() (gives string) {
	first := k.word()
	if first == "" {
		k.fail("'%s' : missing fetch method", k.title())
		return ""
	}
	gives, rest := k.sample(first, false)
	if k.done {
		return ""
	}
	if rest != "" {
		k.fail("'%s' : missing comma before '%s'", k.title(), rest)
		return ""
	}
	k.at++
	for k.more() {
		name, _ := cutName(k.word())
		if sampleTable().convs[name] == nil {
			break
		}
		if gives, _ = k.converters(","+k.word(), gives); k.done {
			return ""
		}
		k.at++
	}
	return gives
}

// sample reads a fetch and the converters behind it; rest is what follows them.
func (k *checker) sample(s string, acl bool) (gives, rest string) {
	name, rest := cutName(s)
	g := sampleTable().fetches[name]
	switch {
	case name == "":
		k.fail("'%s' : missing fetch method", k.title())
		return "", ""
	case g == nil && otherSample(name):
		k.stop()
		return "", ""
	case g == nil:
		k.failNear(name, fetchNames(acl), "'%s' : unknown fetch method '%s'", k.title(), name)
		return "", ""
	}
	rest = k.arguments(name, g, rest, true)
	gives, rest = k.converters(rest, g.gives)
	return gives, rest
}

// otherSample reports whether a fetch or a converter is of another version, or of a script.
func otherSample(name string) bool {
	return elsewhere(name) || slices.Contains(sampleTable().others, name)
}

// fetchNames are the fetches, and in ACLs those that choose a method too.
func fetchNames(acl bool) []string {
	t := sampleTable()
	list := make([]string, 0, len(t.fetches)+len(t.acls))
	for n := range t.fetches {
		list = append(list, n)
	}
	if acl {
		for n := range t.acls {
			list = append(list, n)
		}
	}
	slices.Sort(list)
	return list
}

// converters reads ",lower,field(1,:)".
func (k *checker) converters(s, from string) (gives, rest string) {
	for !k.done && strings.HasPrefix(s, ",") {
		s = strings.TrimLeft(s, ",")
		if s == "" {
			break
		}
		name, rest := cutName(s)
		g := sampleTable().convs[name]
		switch {
		case g == nil && otherSample(name):
			k.stop()
			return "", ""
		case g == nil:
			var names []string
			for n := range sampleTable().convs {
				names = append(names, n)
			}
			slices.Sort(names)
			k.failNear(name, names, "'%s' : unknown converter '%s'", k.title(), name)
			return "", ""
		case !fitsType(from, g.takes):
			k.fail("'%s' : converter '%s' cannot be applied", k.title(), name)
			return "", ""
		}
		s = k.arguments(name, g, rest, false)
		if g.gives != "same" {
			from = g.gives
		}
	}
	return from, s
}
