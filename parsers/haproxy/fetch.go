package haproxy

import (
	"fmt"
	"net/netip"
	"net/textproto"
	"slices"
	"strconv"
	"strings"
)

// eval evaluates an expression against the request as it is now.
func (r *run) eval(e expr) sample {
	s := r.fetch(e)
	for _, c := range e.convs {
		if s.why != "" {
			return s
		}
		s = convert(s, c, e)
	}
	return s
}

// fetch evaluates the first part of an expression.
func (r *run) fetch(e expr) sample {
	c := e.fetch
	if s, ok := r.fetchConnection(c); ok {
		return s
	}
	if s, ok := r.fetchState(c); ok {
		return s
	}
	if !r.http && !r.req.TLS && c.name != "" {
		// A TCP proxy sees the request as soon as it has waited for it; rules on it decide otherwise when it has not.
		if s, ok := r.fetchHTTP(c); ok && s.why == "" {
			return unknownSample("in mode tcp " + e.text + " depends on when the request arrives")
		}
	} else if s, ok := r.fetchHTTP(c); ok {
		return s
	}
	return unknownSample("the value of " + e.text + " is not known here")
}

// fetchConnection evaluates what the connection tells.
func (r *run) fetchConnection(c call) (sample, bool) {
	switch c.name {
	case "always_true":
		return truthSample(true), true
	case "always_false":
		return truthSample(false), true
	case "str":
		return texts(c.arg(0)), true
	case "int", "bool":
		n, err := strconv.Atoi(c.arg(0))
		if c.name == "bool" {
			return truthSample(c.arg(0) == "true" || err == nil && n != 0), true
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
	case "ssl_fc":
		return truthSample(r.l.ssl), true
	case "ssl_fc_has_sni":
		return truthSample(r.l.ssl && r.sni() != ""), true
	case "ssl_fc_sni":
		return r.sniSample(r.l.ssl), true
	case "req.ssl_sni", "req_ssl_sni":
		return r.sniSample(r.req.TLS && !r.l.ssl), true
	case "req.ssl_hello_type", "req_ssl_hello_type":
		if r.req.TLS && !r.l.ssl {
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
	if r.l.first > 0 && r.l.first == r.l.last {
		return r.l.first, true
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
func (r *run) fetchState(c call) (sample, bool) {
	name := c.name
	switch {
	case name == "var":
		if v, set := r.vars[c.arg(0)]; set {
			return v, true
		}
		return sample{}, true
	case name == "nbsrv" || name == "be_active":
		if p := r.c.find(c.arg(0)); p != nil && !slices.ContainsFunc(p.servers, func(s *server) bool { return s.many }) {
			return number(len(p.usable())), true
		}
	case strings.HasPrefix(name, "sc") && strings.Contains(name, "_"), strings.HasPrefix(name, "src_"), strings.HasPrefix(name, "table_"):
		if strings.HasSuffix(name, "_rate") || strings.HasSuffix(name, "_cnt") || strings.HasSuffix(name, "_cur") {
			return between(0, 1), true
		}
	case name == "env":
		return unknownSample("the environment variable " + c.arg(0) + " is not known here"), true
	}
	return sample{}, false
}

// fetchHTTP evaluates what the request says.
func (r *run) fetchHTTP(c call) (sample, bool) {
	path, query, hasQuery := strings.Cut(r.target, "?")
	switch c.name {
	case "method":
		return sample{kind: methodKind, values: []string{r.method}}, true
	case "path":
		return texts(path), true
	case "url", "pathq":
		return texts(r.target), true
	case "query":
		if !hasQuery {
			return sample{}, true
		}
		return texts(query), true
	case "url_param", "urlp":
		return parameter(query, c.arg(0)), true
	case "req.ver", "req_ver":
		return texts(r.proto), true
	case "base":
		host := r.header("Host")
		if host.why != "" || len(host.values) == 0 {
			return host, true
		}
		return texts(host.values[0] + path), true
	case "hdr", "req.hdr":
		return r.occurrence(r.header(c.arg(0)).split(), c.arg(1)), true
	case "req.fhdr":
		return r.occurrence(r.header(c.arg(0)), c.arg(1)), true
	case "hdr_cnt", "req.hdr_cnt", "req.fhdr_cnt":
		if c.arg(0) == "" {
			return unknownSample("how many headers a browser sends is not known"), true
		}
		h := r.header(c.arg(0))
		if c.name != "req.fhdr_cnt" {
			h = h.split()
		}
		if h.why != "" {
			return h, true
		}
		return number(len(h.values)), true
	case "hdr_val", "req.hdr_val":
		return r.occurrence(r.header(c.arg(0)).split(), c.arg(1)).integers(), true
	case "urlp_val":
		return parameter(query, c.arg(0)).integers(), true
	case "cook_val", "req.cook_val":
		return r.cookie(c.arg(0)).integers(), true
	case "cook", "req.cook":
		return r.cookie(c.arg(0)), true
	case "http_auth":
		if h := r.header("Authorization"); h.why != "" || len(h.values) > 0 {
			return unknownSample("the user list decides about the password"), true
		}
		return truthSample(false), true
	}
	return sample{}, false
}

// header are the lines of a header as they are now.
func (r *run) header(name string) sample {
	name = textproto.CanonicalMIMEHeaderKey(name)
	lines, sent := r.headers[name]
	var s sample
	for _, l := range lines {
		v, isKnown := l.Get()
		if !isKnown {
			return unknownSample(l.Why())
		}
		s.values = append(s.values, v)
	}
	if !sent && r.req.Rest != "" {
		return unknownSample(r.req.Rest)
	}
	return s
}

// split cuts lines at commas, as fetches of a header do.
func (s sample) split() sample {
	var list []string
	for _, line := range s.values {
		for v := range strings.SplitSeq(line, ",") {
			list = append(list, strings.Trim(v, " \t"))
		}
	}
	s.values = list
	return s
}

// integers reads texts as integers; what HAProxy makes of other texts is not known here.
func (s sample) integers() sample {
	var list []int
	for _, v := range s.values {
		n, err := strconv.Atoi(v)
		if v != "" && (err != nil || v[0] == '+') {
			return unknownSample("the number " + v + " is not known")
		}
		list = append(list, n)
	}
	if s.why != "" {
		return s
	}
	return numbers(list)
}

// occurrence picks one value: from 1 on from the front, below 0 from the back, all without a number.
func (r *run) occurrence(s sample, which string) sample {
	n, err := strconv.Atoi(which)
	if err != nil || n == 0 || s.why != "" {
		return s
	}
	if n < 0 {
		n += len(s.values) + 1
	}
	if n < 1 || n > len(s.values) {
		return sample{}
	}
	return texts(s.values[n-1])
}

// cookie is unknown without a Cookie header: a browser may hold any.
func (r *run) cookie(name string) sample {
	h := r.header("Cookie")
	if h.why != "" {
		return h
	}
	if len(h.values) == 0 {
		return unknownSample(fmt.Sprintf("which cookies the browser holds is not known (%s)", name))
	}
	for pair := range strings.SplitSeq(strings.Join(h.values, ";"), ";") {
		k, v, _ := strings.Cut(strings.TrimSpace(pair), "=")
		if k == name {
			return texts(v)
		}
	}
	return sample{}
}

func parameter(query, name string) sample {
	for pair := range strings.SplitSeq(query, "&") {
		if k, v, ok := strings.Cut(pair, "="); ok && k == name {
			return texts(v)
		}
	}
	return sample{}
}
