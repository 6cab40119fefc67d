package nginx

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/wslint/wslint/parsers/nginx/conf"
)

// findRealIP takes the client's address from a header where a trusted server passed the request on: set_real_ip_from
// and real_ip_header. The first level that has an address for it counts. Measured: law A1.
func (r *run) findRealIP() {
	from, _, why := r.list(r.at, conf.SetRealIPFrom)
	if len(from) == 0 || r.realIP.IsValid() {
		return
	}
	switch unix := r.onUnix(); {
	case unix && why == "" && !trustsUnix(from), !unix && why == "" && r.client().IsValid() && !trusted(from, r.client()):
		return
	case !unix && !r.request.Client.IsValid():
		r.behind = true
		return
	}
	r.behind = true
	in, recursive := get(r, r.at, conf.RealIPHeader), get(r, r.at, conf.RealIPRecursive)
	header, known := in.Get()
	again, sure := recursive.Get()
	switch {
	case why != "":
		r.realIPWhy = why
		return
	case !known:
		r.realIPWhy = in.Why()
		return
	case !sure:
		r.realIPWhy = recursive.Why()
		return
	}
	name := strings.ToLower(header.Value)
	if name == "proxy_protocol" {
		// The PROXY header names the client, and so does the request of the model.
		if !r.request.ProxyProtocol {
			r.behind = false
		} else if r.realIP = r.request.Announced.Addr().Unmap(); !r.realIP.IsValid() {
			r.realIPWhy, r.realIPOf = "the address in the PROXY header is not known", r.request.AnnouncedAddress()
		}
		return
	}
	value := r.header(strings.ReplaceAll(name, "-", "_"))
	if value.unknown() {
		r.realIPWhy = value.why
		return
	}
	r.realIP = forwarded(from, value.s, again)
	r.behind = r.realIP.IsValid()
}

// addressOf names the address of the client for questions about it: that of the connection, unless a header may say
// another.
func (r *run) addressOf() string {
	if r.realIPOf != "" {
		return r.realIPOf
	}
	if r.behind {
		return r.request.ClientAddress() + " by set_real_ip_from"
	}
	return r.request.ClientAddress()
}

// forwarded is the last address of a list that nobody trusted sent, or with recursive the last that is not trusted
// itself (ngx_http_get_forwarded_addr). Who sends the list is trusted.
func forwarded(from []*conf.Directive, list string, recursive bool) (found netip.Addr) {
	for client := (netip.Addr{}); !client.IsValid() || trusted(from, client); {
		list = strings.TrimRight(list, " ,")
		i := strings.LastIndexAny(list, " ,")
		addr, err := netip.ParseAddr(strings.Trim(list[i+1:], "[]"))
		if withPort, e := netip.ParseAddrPort(list[i+1:]); err != nil && e == nil {
			addr, err = withPort.Addr(), nil
		}
		if err != nil {
			return found
		}
		client, found, list = addr.Unmap(), addr.Unmap(), list[:max(i, 0)]
		if !recursive || list == "" {
			return found
		}
	}
	return found
}

// trustsUnix reports whether whoever connects to a unix socket is trusted.
func trustsUnix(from []*conf.Directive) bool {
	return slices.ContainsFunc(from, func(d *conf.Directive) bool { return d.Arg(0) == "unix:" })
}

func trusted(from []*conf.Directive, a netip.Addr) bool {
	for _, d := range from {
		if net, err := netip.ParsePrefix(d.Arg(0)); err == nil && net.Masked().Contains(a) {
			return true
		}
		if b, err := netip.ParseAddr(d.Arg(0)); err == nil && b.Unmap() == a {
			return true
		}
	}
	return false
}
