package nginx

import (
	"slices"
	"strings"

	"github.com/wslint/wslint/parsers/nginx/conf"
)

// A mapTable is the body of a map block.
type mapTable struct {
	exact     map[string]*conf.Directive // lower-case key
	head      map[string]*conf.Directive // with hostnames: ".example.com" for *.example.com
	tail      map[string]*conf.Directive // with hostnames: "www.example." for www.example.*
	regex     []mapRegex
	byDefault *conf.Directive
	entries   []*conf.Directive // all of them, in the order of the text
	volatile  bool
	hostnames bool
	unknown   string // why there may be other entries
}

type mapRegex struct {
	re *pattern
	d  *conf.Directive
}

// computes reports whether a variable is part of a value.
func (t *mapTable) computes() bool {
	return slices.ContainsFunc(t.entries, func(d *conf.Directive) bool { return conf.HasVariable(d.Arg(0)) })
}

func newMapTable(d *conf.Directive) *mapTable {
	t := &mapTable{exact: map[string]*conf.Directive{}}
	for _, it := range d.Block {
		if it.Is("hostnames") && len(it.Args) == 0 {
			t.hostnames = true
			t.head, t.tail = map[string]*conf.Directive{}, map[string]*conf.Directive{}
		}
	}
	for _, it := range d.Block {
		t.add(it)
	}
	return t
}

func (t *mapTable) add(it *conf.Directive) {
	key := it.Name.Value
	switch {
	case it.Unknown != "":
		t.unknown = it.Unknown
		return
	case it.Name.Template || it.Maybe:
		t.unknown = "a template sets what the map holds"
		return
	case key == "volatile" && len(it.Args) == 0:
		t.volatile = true
		return
	case len(it.Args) != 1:
		return
	}
	t.entries = append(t.entries, it)
	switch {
	case key == "default":
		t.byDefault = it
		return
	case strings.HasPrefix(key, "~*"):
		t.regex = append(t.regex, mapRegex{compilePattern(key[2:], true, it.File()), it})
		return
	case strings.HasPrefix(key, "~"):
		t.regex = append(t.regex, mapRegex{compilePattern(key[1:], false, it.File()), it})
		return
	}
	key = strings.ToLower(strings.TrimPrefix(key, `\`))
	if t.hostnames {
		switch {
		case strings.HasPrefix(key, "*."):
			t.head[key[1:]] = it
			return
		case strings.HasPrefix(key, "."):
			t.exact[key[1:]], t.head[key] = it, it
			return
		case strings.HasSuffix(key, ".*"):
			t.tail[key[:len(key)-1]] = it
			return
		}
	}
	t.exact[key] = it
}

// results are the entries by what they give, in the order of the text; those that give what the default does are none.
func (t *mapTable) results() [][]*conf.Directive {
	var list [][]*conf.Directive
	at := map[string]int{}
	for _, e := range t.entries {
		gives := e.Arg(0)
		if e == t.byDefault || t.byDefault != nil && gives == t.byDefault.Arg(0) || t.byDefault == nil && gives == "" {
			continue
		}
		i, seen := at[gives]
		if !seen {
			i = len(list)
			at[gives] = i
			list = append(list, nil)
		}
		list[i] = append(list[i], e)
	}
	return list
}

// find returns the entry for a value, nil when none matches and there is no default, and the groups that a regex
// captured. A regex is not even tried on the empty string. Measured: law H5; the empty string is from the source.
func (t *mapTable) find(value string) (d *conf.Directive, captures []string, re *pattern, why string) {
	key := strings.ToLower(value)
	if t.hostnames {
		key = strings.TrimSuffix(key, ".")
	}
	if d := t.exact[key]; d != nil {
		return d, nil, nil, ""
	}
	if t.unknown != "" {
		return nil, nil, nil, t.unknown
	}
	if t.hostnames {
		for i := 1; i < len(key); i++ {
			if d := t.head[key[i:]]; key[i] == '.' && d != nil {
				return d, nil, nil, ""
			}
		}
		for i := len(key) - 1; i > 0; i-- {
			if d := t.tail[key[:i+1]]; key[i] == '.' && d != nil {
				return d, nil, nil, ""
			}
		}
	}
	if value != "" {
		for _, r := range t.regex {
			groups, why := r.re.match(value)
			if why != "" {
				return nil, nil, nil, why
			}
			if groups != nil {
				return r.d, groups, r.re, ""
			}
		}
	}
	return t.byDefault, nil, nil, ""
}
