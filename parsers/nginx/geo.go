package nginx

import (
	"net/netip"
	"strconv"
	"strings"

	"github.com/wslint/wslint/parsers/nginx/conf"
)

// geoValue evaluates a geo block: the entry with the longest prefix that the address lies in. Entries of other files,
// ranges and proxies leave it unknown.
func (r *run) geoValue(d *conf.Directive) text {
	decides := unknownText("the geo block of " + d.Arg(len(d.Args)-1) + " decides by client address")
	address := r.clientAddr()
	if len(d.Args) > 1 {
		address = r.word(d.Args[0])
	}
	value, longest := known(""), -1
	a, err := netip.ParseAddr(address.s)
	for _, e := range d.Block {
		key := e.Name.Value
		switch {
		case e.Unread != "" || doubt(e) != "" || e.Name.Template:
			return decides
		case key == "include" || key == "proxy" || key == "proxy_recursive" || key == "ranges" || key == "delete":
			return decides
		case key == "default" && longest < 0:
			value = known(e.Arg(0))
		case key == "default":
		default:
			if net, ok := network(key); ok && err == nil && net.Contains(a.Unmap()) && net.Bits() > longest {
				value, longest = known(e.Arg(0)), net.Bits()
			}
		}
	}
	if address.unknown() {
		return decides
	}
	return value
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
	if source.unknown() {
		return unknownText("split_clients decides the value of " + d.Arg(1))
	}
	hash := murmur2(source.s)
	var sum, last uint32
	for _, e := range d.Block {
		if e.Unread != "" || doubt(e) != "" || e.Name.Template {
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
