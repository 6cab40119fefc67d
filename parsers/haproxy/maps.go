package haproxy

import (
	"net/netip"
	"slices"
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
	entries, ok := r.c.List(c.Arg(0))
	kinds := strings.Split(c.Name, "_")
	m := conf.Method("str")
	if len(kinds) > 1 {
		m = conf.Method(kinds[1])
	}
	if !ok || m == "regm" {
		return unknownSample("what " + c.Arg(0) + " maps it to is not known")
	}
	value, found := "", false
	for _, entry := range longestFirst(entries, m) {
		key, v, _ := strings.Cut(strings.ReplaceAll(entry, "\t", " "), " ")
		is, why := r.matchOne(conf.ACL{}, s, m, s.values[len(s.values)-1], key)
		if why != "" {
			return unknownSample(why)
		}
		if is {
			value, found = strings.TrimLeft(v, " "), true
			break
		}
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

// longestFirst orders entries as HAProxy looks them up.
func longestFirst(entries []string, m conf.Method) []string {
	length := func(entry string) int {
		key, _, _ := strings.Cut(strings.ReplaceAll(entry, "\t", " "), " ")
		if m == "beg" {
			return len(key)
		}
		p, err := netip.ParsePrefix(key)
		if err != nil {
			return 128
		}
		return p.Bits()
	}
	if m == "beg" || m == "ip" {
		slices.SortStableFunc(entries, func(a, b string) int { return length(b) - length(a) })
	}
	return entries
}
