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

// geoValue evaluates a geo block: the entry with the longest prefix that the address lies in, or the range; an address
// that a proxy of the block forwards is that of X-Forwarded-For. Entries of other files leave it unknown.
func (r *run) geoValue(d *conf.Directive) text {
	variable := d.Arg(len(d.Args) - 1)
	decides := unknownText("the geo block of " + variable + " decides by client address")
	address := r.clientAddr()
	if len(d.Args) > 1 {
		address = r.word(d.Args[0])
	}
	g := readGeo(d)
	if len(g.proxies) > 0 {
		address = r.behindProxies(address, g)
	}
	switch {
	case g.open:
		return r.choice(variable, decides)
	case address.of != "" && address.before+address.after == "":
		return r.askGeo(d, g, address)
	case address.unknown():
		return r.choice(variable, decides)
	}
	return known(g.find(address.s))
}

// A geoTable is the body of a geo block.
type geoTable struct {
	entries   []geoEntry
	byDefault string
	proxies   []*conf.Directive
	recursive bool
	ranges    bool // entries are ranges
	open      bool // not all of it is known
}

// A geoEntry is one network, or range, and its value.
type geoEntry struct {
	written     string
	net         netip.Prefix
	first, last netip.Addr
	value       string
}

func (e geoEntry) has(a netip.Addr) bool {
	if e.first.IsValid() {
		return e.first.Compare(a) <= 0 && a.Compare(e.last) <= 0
	}
	return e.net.Contains(a)
}

// readGeo reads a geo block. Ranges that overlap leave it open: which of them counts hangs on their order.
func readGeo(d *conf.Directive) (g geoTable) {
	for _, e := range d.Block {
		key := e.Name.Value
		g.ranges = g.ranges || key == "ranges" && len(e.Args) == 0
		g.open = g.open || e.Unknown != "" || whyUnknown(e) != "" || e.Name.Template || key == "include"
	}
	for _, e := range d.Block {
		switch key := e.Name.Value; {
		case key == "default":
			g.byDefault = e.Arg(0)
		case key == "proxy":
			g.proxies = append(g.proxies, e)
		case key == "proxy_recursive":
			g.recursive = true
		case key == "delete":
			gone, _ := g.entry(e.Arg(0), "")
			g.entries = slices.DeleteFunc(g.entries, func(x geoEntry) bool {
				return x.net == gone.net && x.first == gone.first && x.last == gone.last
			})
		default:
			if x, ok := g.entry(key, e.Arg(0)); ok {
				g.open = g.open || g.ranges && slices.ContainsFunc(g.entries, func(o geoEntry) bool {
					return o.has(x.first) || o.has(x.last) || x.has(o.first)
				})
				g.entries = append(g.entries, x)
			}
		}
	}
	return g
}

// entry reads a network, or a range where the block has those.
func (g *geoTable) entry(key, value string) (e geoEntry, ok bool) {
	e = geoEntry{written: key, value: value}
	if !g.ranges {
		e.net, ok = network(key)
		return e, ok
	}
	from, to, _ := strings.Cut(key, "-")
	first, err := netip.ParseAddr(from)
	last, wrong := netip.ParseAddr(to)
	e.first, e.last = first, last
	return e, err == nil && wrong == nil
}

// find is what the block gives for an address; one of a unix socket is taken for 255.255.255.255.
func (g *geoTable) find(address string) string {
	a, err := netip.ParseAddr(address)
	if err != nil {
		a = netip.AddrFrom4([4]byte{255, 255, 255, 255})
	}
	a = a.Unmap()
	value, longest := g.byDefault, -1
	for _, e := range g.entries {
		if e.has(a) && e.net.Bits() >= longest { // of two equal ones the last counts
			value, longest = e.value, e.net.Bits()
		}
	}
	return value
}

// behindProxies is the address in X-Forwarded-For where one of the block's proxies sent the request.
func (r *run) behindProxies(address text, g geoTable) text {
	why := "what the geo block takes from X-Forwarded-For is not known"
	a, err := netip.ParseAddr(address.s)
	switch {
	case !address.literal():
		return unknownText(why)
	case err != nil || !trusted(g.proxies, a.Unmap()):
		return address
	}
	list := r.header("x_forwarded_for")
	if !list.literal() {
		return unknownText(why)
	}
	if found := forwarded(g.proxies, list.s, g.recursive); found.IsValid() {
		return known(found.String())
	}
	return address
}

// askGeo asks for each result of a geo block whether it is the one for the client's address.
func (r *run) askGeo(d *conf.Directive, g geoTable, address text) text {
	variable := d.Arg(len(d.Args) - 1)
	networks := map[string][]string{}
	var values []string
	for _, e := range g.entries {
		if e.value != g.byDefault {
			if networks[e.value] == nil {
				values = append(values, e.value)
			}
			networks[e.value] = append(networks[e.value], e.written)
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
			func(a string) bool { return g.find(a) == v },
		)
		q.Key += " in the geo block at " + d.Pos().String()
		q.Yes, q.No = "the client's address is in "+list, "the client's address is not in "+list
		if exact := g.apart(v); exact != nil {
			q = hop.IsIn(address.of, "the client's address", d.Pos(), exact...)
		}
		if r.asks(address, q) {
			return known(v)
		}
	}
	return known(g.byDefault)
}

// apart are the networks with a value, where none with another one overlaps them; nil else, and for ranges.
func (g *geoTable) apart(value string) (list []netip.Prefix) {
	var others []netip.Prefix
	for _, e := range g.entries {
		switch {
		case !e.net.IsValid():
			return nil
		case e.value == value:
			list = append(list, e.net)
		default:
			others = append(others, e.net)
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
		return r.splitCase(d)
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

// splitCase is one of the parts of a split_clients block of which nobody knows where the string falls: each is a case.
func (r *run) splitCase(d *conf.Directive) text {
	why := "split_clients decides the value of " + d.Arg(1)
	unclear := func(e *conf.Directive) bool { return e.Unknown != "" || whyUnknown(e) != "" || e.Name.Template }
	if len(d.Block) == 0 || len(d.Block) > maxResults || slices.ContainsFunc(d.Block, unclear) {
		return r.choice(d.Arg(1), unknownText(why))
	}
	var sum uint32
	for _, e := range d.Block {
		value := e.Arg(0)
		if sum += percentage(e.Name.Value); sum == 10000 || e.Name.Value == "*" {
			return known(value)
		}
		if percentage(e.Name.Value) > 0 && r.decides(
			"split_clients "+d.Arg(1)+" at "+d.Pos().String()+" gives "+value,
			fmt.Sprintf("split_clients gives %s for %s (%s)", value, d.Arg(1), e.Name.Value),
			fmt.Sprintf("split_clients gives something else than %s for %s", value, d.Arg(1)), why, d.Pos()) {
			return known(value)
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
