package haproxy

import (
	"strconv"
	"strings"

	"github.com/wslint/wslint/parsers/haproxy/conf"
)

// mapped is what a map makes of a sample: map(file), map_beg(file,default), map_ip_int(file). Of several entries that
// match, the first counts; of beginnings and networks the longest.
func (r *run) mapped(s sample, c conf.Call) sample {
	if len(s.values) == 0 {
		return s
	}
	list := r.c.List(c.Arg(0))
	kinds := strings.Split(c.Name, "_")
	m := conf.Method("str")
	if len(kinds) > 1 {
		m = conf.Method(kinds[1])
	}
	if list == nil || m == "regm" {
		return unknownSample("what " + c.Arg(0) + " maps it to is not known")
	}
	value, found, why := r.lookUp(list, s, m)
	if why != "" {
		return unknownSample(why)
	}
	switch {
	case !found && len(c.Args) < 2:
		return sample{}
	case !found:
		value = c.Arg(1)
	}
	if len(kinds) == 3 && kinds[2] == "int" {
		n, err := strconv.Atoi(value)
		if err != nil {
			return sample{}
		}
		return number(n)
	}
	return texts(value)
}

// lookUp finds what a list has for a sample.
func (r *run) lookUp(list *conf.List, s sample, m conf.Method) (value string, found bool, why string) {
	of := s.values[len(s.values)-1]
	if m == "str" && s.kind == textKind {
		value, found = list.Get(of)
		return value, found, ""
	}
	for _, e := range list.Entries(m) {
		is, why := r.matchOne(conf.ACL{}, s, m, of, e.Key)
		if is || why != "" {
			return e.Value, is, why
		}
	}
	return "", false, ""
}
