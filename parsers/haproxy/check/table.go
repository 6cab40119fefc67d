package check

import (
	_ "embed"
	"slices"
	"strings"
	"sync"
)

//go:embed keywords.txt
var keywordsFile string

// A keyword is one line of a table of keywords.txt.
type keyword struct {
	where string // the places that take it, of any version
	later string // those of them where 2.6 does not
	other bool   // no place of 2.6 takes it
	args  []element
}

// A table holds keywords by name; those whose name goes on with a parenthesis or a number end in "*".
type table map[string]*keyword

// An element is one part of what follows a keyword.
type element struct {
	form    form
	name    string   // of a kind or a function
	bounds  []string // of a kind
	may     bool     // it need not be there
	words   []string // of a choice; "~x" is known to other versions
	options []option
}

type form uint8

const (
	ofKind form = iota
	choice
	options
	need
	condition1 // a condition that may be there
	conditionN // a condition that must be there
	function
	anything
)

// An option is one of several that come in any order, with what follows it.
type option struct {
	name string
	args []element
}

// tables reads keywords.txt when first asked, once.
var tables = sync.OnceValue(func() map[string]table {
	all := map[string]table{}
	var t table
	for line := range strings.Lines(keywordsFile) {
		f := strings.Fields(line)
		switch {
		case len(f) == 0 || f[0] == "#":
		case strings.HasPrefix(f[0], "["):
			t = table{}
			all[strings.Trim(f[0], "[]")] = t
		case f[0] == "~":
			for _, name := range f[1:] {
				t[name] = &keyword{other: true}
			}
		case f[0] == "=":
			for _, name := range f[3:] {
				t[name] = newKeyword(f[1], strings.FieldsFunc(strings.TrimPrefix(f[2], "-"), func(r rune) bool { return r == ',' }))
			}
		default:
			t[f[0]] = newKeyword(f[1], f[2:])
		}
	}
	return all
})

// newKeyword reads the places and the arguments of a keyword.
func newKeyword(where string, args []string) *keyword {
	_, later, _ := strings.Cut(where, "~")
	return &keyword{where: strings.Replace(where, "~", "", 1), later: later, args: readElements(args)}
}

// find is the keyword of that name; one that ends in "*" is found by the longest beginning.
func (t table) find(name string) *keyword {
	if k := t[name]; k != nil {
		return k
	}
	var best *keyword
	length := 0
	for n, k := range t {
		if stem, ok := strings.CutSuffix(n, "*"); ok && len(stem) > length && strings.HasPrefix(name, stem) {
			best, length = k, len(stem)
		}
	}
	return best
}

// names lists the keywords that 2.6 takes in a place, for suggestions.
func (t table) names(where string) []string {
	var list []string
	for n, k := range t {
		if !k.other && (where == "" || k.where == "-" || strings.ContainsAny(k.where, where)) {
			list = append(list, strings.TrimSuffix(n, "*"))
		}
	}
	slices.Sort(list)
	return list
}

// elsewhere reports whether another version than 2.6 knows a word; Lua scripts make up words of their own.
func elsewhere(name string) bool {
	name, _, _ = strings.Cut(name, "(")
	return tables()["elsewhere"][name] != nil || strings.HasPrefix(name, "lua.")
}

// readElements reads the columns behind the places.
func readElements(f []string) []element {
	var list []element
	for i := 0; i < len(f); i++ {
		w := f[i]
		switch {
		case w == "...":
			list = append(list, element{form: anything})
		case w == "if?":
			list = append(list, element{form: condition1, may: true})
		case w == "if!":
			list = append(list, element{form: conditionN})
		case w[0] == '@':
			list = append(list, element{form: function, name: w[1:]})
		case w == "{":
			end := i + slices.Index(f[i:], "}")
			list = append(list, element{form: options, options: readOptions(f[i+1 : end])})
			i = end
		case strings.HasPrefix(w, "need="):
			list = append(list, element{form: need, words: strings.Split(w[5:], "|")})
		case strings.HasPrefix(w, "[") && !strings.HasSuffix(w, "]"):
			// [word <kind>]: what follows the word comes with it.
			end := i + slices.IndexFunc(f[i:], func(x string) bool { return strings.HasSuffix(x, "]") })
			inner := readElements(append(slices.Clone(f[i+1:end]), strings.TrimSuffix(f[end], "]")))
			list = append(list, element{form: options, may: true, options: []option{{name: w[1:], args: inner}}})
			i = end
		default:
			list = append(list, readElement(w))
		}
	}
	return list
}

// readElement reads <kind:bounds>, <kind?>, a|b or [a|b].
func readElement(w string) element {
	if kind, ok := strings.CutPrefix(w, "<"); ok {
		kind = strings.TrimSuffix(kind, ">")
		kind, may := strings.CutSuffix(kind, "?")
		parts := strings.Split(kind, ":")
		return element{form: ofKind, name: parts[0], bounds: parts[1:], may: may}
	}
	inner, may := strings.CutPrefix(w, "[")
	return element{form: choice, may: may, words: strings.Split(strings.TrimSuffix(inner, "]"), "|")}
}

// readOptions reads a b=<kind>,<kind>.
func readOptions(f []string) []option {
	var list []option
	for _, w := range f {
		name, kinds, has := strings.Cut(w, "=")
		o := option{name: name}
		if has {
			o.args = readElements(strings.Split(kinds, ","))
		}
		list = append(list, o)
	}
	return list
}
