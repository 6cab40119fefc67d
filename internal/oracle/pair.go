package oracle

import (
	"net"
	"regexp"
	"strings"
)

// A pair is an upstream address whose host or port, or both, is a variable: $app:$port, 127.0.0.1:$port.
var pair = regexp.MustCompile(`^(?:\$\{?(\w+)\}?|([\w.-]+)):\$\{?(\w+)\}?$`)

// pairUpstream rewrites such an address where it is set: the values must come from one set directive each, in the
// block of proxy_pass or around it, else which host goes with which port cannot be told. It reports whether it could.
func (r *rewriter) pairUpstream(d *directive, t target, s *scope) bool {
	m := pair.FindStringSubmatch(t.authority)
	if m == nil {
		return false
	}
	hostSet, host := (*directive)(nil), m[2]
	if host == "" {
		if hostSet = r.onlySet(m[1], s); hostSet == nil {
			return false
		}
		host = hostSet.arg(1)
	}
	portSet := r.onlySet(m[3], s)
	if portSet == nil || strings.Contains(host+portSet.arg(1), "$") {
		return false
	}
	if !r.resolvable(host) {
		return true
	}
	lab := r.destination(net.JoinHostPort(host, portSet.arg(1)), "")
	labHost, labPort, err := net.SplitHostPort(lab)
	if err != nil {
		return false
	}
	r.replace(portSet.file, portSet.args[1], labPort)
	if hostSet != nil {
		r.replace(hostSet.file, hostSet.args[1], labHost)
	} else {
		r.replace(d.file, d.args[0], t.scheme+labHost+":$"+m[3]+t.rest)
	}
	return true
}

// onlySet is the one set of a variable in the nearest block that has any; nil when that block has two.
func (r *rewriter) onlySet(name string, s *scope) *directive {
	for ; s != nil; s = s.parent {
		if sets := r.sets[s.block]["$"+name]; len(sets) == 1 {
			return sets[0]
		} else if len(sets) > 1 {
			return nil
		}
	}
	return nil
}

// resolvable reports whether nginx can turn a host into an address at run time. Where it cannot, it answers 502, and
// putting an address there would hide that.
func (r *rewriter) resolvable(host string) bool {
	return r.resolver || net.ParseIP(strings.Trim(host, "[]")) != nil
}
