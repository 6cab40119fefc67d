package nginx

import (
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers/nginx/conf"
)

// geoValue evaluates a geo block: the entry with the longest prefix that the address lies in. Entries of other files,
// ranges and proxies leave it unknown.
func (r *run) geoValue(d *conf.Directive) text {
	variable := d.Arg(len(d.Args) - 1)
	decides := unknownText("the geo block of " + variable + " decides by client address")
	address := r.clientAddr()
	if len(d.Args) > 1 {
		address = r.word(d.Args[0])
	}
	for _, e := range d.Block {
		switch key := e.Name.Value; {
		case e.Unknown != "" || whyUnknown(e) != "" || e.Name.Template,
			key == "include" || key == "proxy" || key == "proxy_recursive" || key == "ranges" || key == "delete":
			return r.choice(variable, decides)
		}
	}
	switch {
	case address.of != "" && address.before+address.after == "":
		return r.askGeo(d, address)
	case address.unknown():
		return r.choice(variable, decides)
	}
	return known(geoEntry(d, address.s))
}

// geoEntry is what a geo block gives for an address.
func geoEntry(d *conf.Directive, address string) string {
	value, longest := "", -1
	a, err := netip.ParseAddr(address)
	for _, e := range d.Block {
		key := e.Name.Value
		if key == "default" {
			if longest < 0 {
				value = e.Arg(0)
			}
			continue
		}
		if net, ok := network(key); ok && err == nil && net.Contains(a.Unmap()) && net.Bits() > longest {
			value, longest = e.Arg(0), net.Bits()
		}
	}
	return value
}

// askGeo asks for each result of a geo block whether it is the one for the client's address.
func (r *run) askGeo(d *conf.Directive, address text) text {
	variable := d.Arg(len(d.Args) - 1)
	byDefault := geoEntry(d, "")
	networks := map[string][]string{}
	var values []string
	for _, e := range d.Block {
		if v := e.Arg(0); v != byDefault && !e.Is("default") {
			if networks[v] == nil {
				values = append(values, v)
			}
			networks[v] = append(networks[v], e.Name.Value)
		}
	}
	if len(values) > maxResults {
		return r.choice(variable, unknownText("the geo block of "+variable+" decides by client address"))
	}
	for _, v := range values {
		list := strings.Join(networks[v][:min(len(networks[v]), 3)], " or ")
		if n := len(networks[v]); n > 3 {
			list += fmt.Sprintf(" or one of %d more networks", n-3)
		}
		q := hop.Matches(
			address.of,
			"the client's address",
			list,
			d.Pos(),
			func(a string) bool { return geoEntry(d, a) == v },
		)
		q.Key += " in the geo block at " + d.Pos().String()
		q.Yes, q.No = "the client's address is in "+list, "the client's address is not in "+list
		if exact := apart(d, v); exact != nil {
			q = hop.IsIn(address.of, "the client's address", d.Pos(), exact...)
		}
		if r.asks(address, q) {
			return known(v)
		}
	}
	return known(byDefault)
}

// apart are the networks with a value, where none with another one overlaps them; nil else.
func apart(d *conf.Directive, value string) (list []netip.Prefix) {
	var others []netip.Prefix
	for _, e := range d.Block {
		net, ok := network(e.Name.Value)
		switch {
		case !ok:
		case e.Arg(0) == value:
			list = append(list, net)
		default:
			others = append(others, net)
		}
	}
	for _, net := range list {
		if slices.ContainsFunc(others, net.Overlaps) {
			return nil
		}
	}
	return list
}

// network reads "10.0.0.0/8", "10.0.0.1" or an IPv6 one.
func network(s string) (netip.Prefix, bool) {
	if p, err := netip.ParsePrefix(s); err == nil {
		return p.Masked(), true
	}
	a, err := netip.ParseAddr(s)
	if err != nil {
		return netip.Prefix{}, false
	}
	return netip.PrefixFrom(a, a.BitLen()), true
}

// splitValue evaluates a split_clients block: the hash of the string falls into one of the parts.
func (r *run) splitValue(d *conf.Directive) text {
	source := r.word(d.Args[0])
	if !source.literal() {
		return r.choice(d.Arg(1), unknownText("split_clients decides the value of "+d.Arg(1)))
	}
	hash := murmur2(source.s)
	var sum, last uint32
	for _, e := range d.Block {
		if e.Unknown != "" || whyUnknown(e) != "" || e.Name.Template {
			return unknownText("split_clients decides the value of " + d.Arg(1))
		}
		percent, rest := percentage(e.Name.Value), e.Name.Value == "*"
		if sum += percent; sum == 10000 || rest {
			return known(e.Arg(0))
		}
		last += uint32(uint64(percent) * 0xffffffff / 10000)
		if hash < last {
			return known(e.Arg(0))
		}
	}
	return known("")
}

// percentage reads "12.5%" in hundredths of a percent.
func percentage(s string) uint32 {
	v, err := strconv.ParseFloat(strings.TrimSuffix(s, "%"), 64)
	if err != nil {
		return 0
	}
	return uint32(v*100 + 0.5)
}

// murmur2 is ngx_murmur_hash2.
func murmur2(s string) uint32 {
	const m = 0x5bd1e995
	h := uint32(len(s))
	for ; len(s) >= 4; s = s[4:] {
		k := uint32(s[0]) | uint32(s[1])<<8 | uint32(s[2])<<16 | uint32(s[3])<<24
		k *= m
		k ^= k >> 24
		k *= m
		h *= m
		h ^= k
	}
	for i := len(s) - 1; i >= 0; i-- {
		h ^= uint32(s[i]) << (8 * i)
	}
	if len(s) > 0 {
		h *= m
	}
	h ^= h >> 13
	h *= m
	return h ^ h>>15
}
