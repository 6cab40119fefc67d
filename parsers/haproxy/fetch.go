package haproxy

import (
	"net"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/wslint/wslint/parsers/haproxy/conf"
)

// eval evaluates an expression against the request as it is now.
func (r *run) eval(e conf.Expr) sample {
	return r.converted(e, r.fetch(e))
}

// converted is a value after the converters of its expression.
func (r *run) converted(e conf.Expr, s sample) sample {
	for _, c := range e.Convs {
		if s.why != "" {
			return s
		}
		s = convert(s, c, e)
	}
	return s
}

// fetch evaluates the first part of an expression.
func (r *run) fetch(e conf.Expr) sample {
	c := e.Fetch
	if s, ok := r.fetchConnection(c); ok {
		return s
	}
	if s, ok := r.fetchState(c); ok {
		return s
	}
	if r.answering {
		return r.fetchAnswer(e)
	}
	if !r.http && !r.req.TLS && c.Name != "" {
		// A TCP proxy sees the request as soon as it has waited for it; rules on it decide otherwise when it has not.
		if s, ok := r.fetchHTTP(c); ok && s.why == "" {
			return unknownSample("in mode tcp " + e.Text + " depends on when the request arrives")
		}
	} else if s, ok := r.fetchHTTP(c); ok {
		return s
	}
	return unknownSample("the value of " + e.Text + " is not known here")
}

// fetchConnection evaluates what the connection tells.
func (r *run) fetchConnection(c conf.Call) (sample, bool) {
	switch c.Name {
	case "always_true":
		return truthSample(true), true
	case "always_false":
		return truthSample(false), true
	case "str":
		return texts(c.Arg(0)), true
	case "int", "bool":
		n, err := strconv.Atoi(c.Arg(0))
		if c.Name == "bool" {
			return truthSample(c.Arg(0) == "true" || err == nil && n != 0), true
		}
		return number(n), err == nil
	case "src":
		if !r.client.IsValid() {
			return unknownSample("the client's address is not known"), true
		}
		return sample{kind: addressKind, values: []string{r.client.String()}}, true
	case "dst_port":
		if n, ok := r.port(); ok {
			return number(n), true
		}
		return unknownSample("the port that the connection comes to is not known"), true
	case "dst":
		host, _, err := net.SplitHostPort(r.req.Addr)
		if ip, err2 := netip.ParseAddr(host); err == nil && err2 == nil {
			return sample{kind: addressKind, values: []string{ip.String()}}, true
		}
		return unknownSample("the address that the connection comes to is not known"), true
	case "ssl_c_used":
		if !r.l.Asks {
			return truthSample(false), true
		}
		return unknownSample("whether the client has a certificate is not known"), true
	case "ssl_fc":
		return truthSample(r.l.TLS), true
	case "ssl_fc_has_sni":
		return truthSample(r.l.TLS && r.sni() != ""), true
	case "ssl_fc_sni":
		return r.sniSample(r.l.TLS), true
	case "req.ssl_sni", "req_ssl_sni":
		return r.sniSample(r.req.TLS && !r.l.TLS), true
	case "req.ssl_hello_type", "req_ssl_hello_type":
		if r.req.TLS && !r.l.TLS {
			return number(1), true
		}
		return sample{}, true
	case "req.proto_http", "req_proto_http":
		return truthSample(r.http || !r.req.TLS), true
	case "req.len", "req_len":
		return between(1, 1<<30), true
	}
	return sample{}, false
}

// port is the one that the connection came to.
func (r *run) port() (int, bool) {
	if r.l.First > 0 && r.l.First == r.l.Last {
		return r.l.First, true
	}
	i := strings.LastIndexByte(r.req.Addr, ':')
	n, err := strconv.Atoi(r.req.Addr[i+1:])
	return n, err == nil
}

// sni is the name that a browser sends: an address is none.
func (r *run) sni() string {
	if _, err := netip.ParseAddr(r.req.Host); err == nil {
		return ""
	}
	return r.req.Host
}

func (r *run) sniSample(visible bool) sample {
	if !visible || r.sni() == "" {
		return sample{}
	}
	return texts(r.sni())
}

// fetchState evaluates what HAProxy remembers: counters are those of a client that comes for the first time, servers are up.
func (r *run) fetchState(c conf.Call) (sample, bool) {
	name := c.Name
	switch {
	case name == "var" && r.answering && strings.HasPrefix(c.Arg(0), "req."):
		return sample{}, true // it is gone with the request
	case name == "var":
		if v, set := r.vars[c.Arg(0)]; set {
			return v, true
		}
		for _, p := range []*conf.Proxy{r.fe, r.be} {
			if p != nil && len(p.Rules("filter", "spoe")) > 0 {
				return unknownSample("an agent of filter spoe may have set " + c.Arg(0)), true
			}
		}
		return sample{}, true
	case name == "nbsrv" || name == "be_active":
		if p := r.c.Find(c.Arg(0)); p != nil && !slices.ContainsFunc(p.Servers, func(s *conf.Server) bool { return s.Many }) {
			return number(len(p.Usable())), true
		}
	case strings.HasPrefix(name, "sc") && strings.Contains(name, "_"), strings.HasPrefix(name, "src_"), strings.HasPrefix(name, "table_"):
		if strings.HasSuffix(name, "_rate") || strings.HasSuffix(name, "_cnt") || strings.HasSuffix(name, "_cur") {
			return between(0, 1), true
		}
	case name == "srv_is_up":
		back, name, ok := strings.Cut(c.Arg(0), "/")
		p := r.be
		if !ok {
			name = back
		} else {
			p = r.c.Find(back)
		}
		if p != nil {
			if i := slices.IndexFunc(p.Servers, func(s *conf.Server) bool { return s.Name == name }); i >= 0 {
				return truthSample(!p.Servers[i].Disabled), true
			}
		}
	case slices.Contains([]string{"fe_conn", "fe_req_rate", "fe_sess_rate", "be_conn", "be_sess_rate", "queue", "avg_queue", "srv_conn", "srv_queue"}, name):
		return between(0, 1), true
	case name == "fe_name":
		return texts(r.fe.Name), true
	case name == "env":
		return unknownSample("the environment variable " + c.Arg(0) + " is not known here"), true
	}
	return sample{}, false
}
