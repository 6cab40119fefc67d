package conf

import (
	_ "embed"
	"strings"
	"sync"
)

//go:embed flavourforms.txt
var flavourFormTable string

// A Form is what a flavour takes where nginx does not.
type Form struct {
	Flavour string // "angie"
	*Spec
}

type flavourTables struct {
	forms map[string][]Form // by the name of the directive
	own   [][2]string       // flavour and name, perhaps with a star, of directives of its own
}

var flavourForms = sync.OnceValue(func() flavourTables {
	t := flavourTables{forms: map[string][]Form{}}
	for line := range strings.Lines(flavourFormTable) {
		switch f := strings.Fields(line); {
		case len(f) == 0 || f[0] == "#":
		case len(f) == 2:
			t.own = append(t.own, [2]string{f[0], f[1]})
		default:
			t.forms[f[1]] = append(t.forms[f[1]], Form{f[0], readSpec(f[2:])})
		}
	}
	return t
})

// FlavourForms are the forms of a directive that other flavours take in one of the contexts c.
func FlavourForms(name string, c Context) (list []Form) {
	for _, f := range flavourForms().forms[name] {
		if f.In&c != 0 {
			list = append(list, f)
		}
	}
	return list
}

// FlavourBy is the flavour that a directive or a parameter of its gives away, because no other has it; "" when none
// does.
func FlavourBy(d *Directive) string {
	name := d.Name.Value
	if name == "listen" {
		for _, a := range d.Args {
			if f := FlavourOfListen(a.Value); f != "" {
				return f
			}
		}
		return ""
	}
	if Known(name) {
		return ""
	}
	for _, o := range flavourForms().own {
		before, after, star := strings.Cut(o[1], "*")
		if name == o[1] || star && len(name) >= len(before)+len(after) && strings.HasPrefix(name, before) &&
			strings.HasSuffix(name, after) {
			return o[0]
		}
	}
	return ""
}

// FlavourOfListen is the flavour whose listen alone has the parameter; "" when that is none.
func FlavourOfListen(parameter string) string {
	switch parameter {
	case "https_allow_http", "xquic", "xudp":
		return "tengine"
	}
	return ""
}
