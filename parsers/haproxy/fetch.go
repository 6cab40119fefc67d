package haproxy

import (
	"net"
	"net/netip"
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
		s = s.then(func(s sample) sample {
			if strings.HasPrefix(c.Name, "map") {
				return r.mapped(s, c)
			}
			return r.convert(s, c, e)
		})
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
		return r.source(), true
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
	case "ssl_c_used", "ssl_fc_has_crt":
		if !r.l.Asks || r.req.Whole {
			return truthSample(false), true
		}
		s := unknownSample("whether the client has a certificate is not known")
		s.about, s.beyond = r.req.ClientCertificate(), true
		s.of = func(value string) sample { return truthSample(value != "") }
		return s, true
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

// source is the client's address.
func (r *run) source() sample {
	if r.client.IsValid() {
		return sample{kind: addressKind, values: []string{r.client.String()}}
	}
	if r.sourceSet != nil {
		return *r.sourceSet
	}
	s := unknownSample("the client's address is not known")
	s.about = r.of
	s.of = func(value string) sample { return addresses(oneText(value)) }
	return r.chosen(s)
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
