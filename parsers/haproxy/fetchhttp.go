package haproxy

import (
	"fmt"
	"net/netip"
	"net/textproto"
	"slices"
	"strconv"
	"strings"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers/haproxy/conf"
)

// fetchHTTP evaluates what the request says.
func (r *run) fetchHTTP(c conf.Call) (sample, bool) {
	path, query, hasQuery := strings.Cut(r.target, "?")
	switch c.Name {
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
		return parameter(query, c.Arg(0)), true
	case "req.ver", "req_ver":
		return texts(r.proto), true
	case "base", "baseq":
		host := r.header("Host")
		if host.why != "" || len(host.values) == 0 {
			return host, true
		}
		if c.Name == "baseq" && hasQuery {
			path = r.target
		}
		return texts(host.values[0] + path), true
	case "hdr", "req.hdr":
		return r.occurrence(r.header(c.Arg(0)).split(), c.Arg(1)), true
	case "req.fhdr":
		return r.occurrence(r.header(c.Arg(0)), c.Arg(1)), true
	case "hdr_ip", "req.hdr_ip":
		return addresses(r.occurrence(r.header(c.Arg(0)).split(), c.Arg(1))), true
	case "hdr_val", "req.hdr_val":
		return r.occurrence(r.header(c.Arg(0)).split(), c.Arg(1)).integers(), true
	case "fc_http_major":
		major, _, _ := strings.Cut(r.proto, ".")
		return texts(major).integers(), true
	case "urlp_val":
		return parameter(query, c.Arg(0)).integers(), true
	case "cook_val", "req.cook_val":
		return r.cookie(c.Arg(0)).integers(), true
	case "hdr_cnt", "req.hdr_cnt", "req.fhdr_cnt":
		if c.Arg(0) == "" {
			return unknownSample("how many headers a browser sends is not known"), true
		}
		h := r.header(c.Arg(0))
		if c.Name != "req.fhdr_cnt" {
			h = h.split()
		}
		if h.why != "" {
			return h, true
		}
		return number(len(h.values)), true
	case "cook", "req.cook":
		return r.cookie(c.Arg(0)), true
	case "http_auth":
		if h := r.header("Authorization"); h.why != "" || len(h.values) > 0 {
			return unknownSample("the user list decides about the password"), true
		}
		return truthSample(false), true
	}
	return sample{}, false
}

// fetchAnswer evaluates what the 101 says. Measured: what asks for the request, its method aside, never matches.
func (r *run) fetchAnswer(e conf.Expr) sample {
	c := e.Fetch
	switch c.Name {
	case "status":
		return number(101)
	case "res.ver", "resp_ver":
		return texts("1.1")
	case "res.hdr", "shdr", "res.fhdr":
		name := textproto.CanonicalMIMEHeaderKey(c.Arg(0))
		if v := map[string]string{"Upgrade": "websocket", "Connection": "Upgrade"}[name]; v != "" && !r.touched(name) {
			return sample{values: []string{v}, anyCase: true}
		}
	default:
		if s, ok := r.fetchHTTP(c); ok {
			if c.Name == "method" {
				return s
			}
			return sample{}
		}
	}
	return unknownSample("the value of " + e.Text + " is not known here")
}

// touched reports whether a rule may have changed a header of the 101.
func (r *run) touched(name string) bool {
	hidden := slices.ContainsFunc(r.out.Reply.Hidden, func(h hop.Setting[string]) bool { v, known := h.Get(); return !known || v == name })
	return hidden || len(r.out.Reply.Added[name]) > 0
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

// addresses are the values that are addresses.
func addresses(s sample) sample {
	s.kind = addressKind
	s.values = slices.DeleteFunc(slices.Clone(s.values), func(v string) bool {
		_, err := netip.ParseAddr(v)
		return err != nil
	})
	return s
}

// integers reads texts as HAProxy does the values of headers and parameters: up to a character above the digits, the ones below counting
// as negative digits.
func (s sample) integers() sample {
	if s.why != "" {
		return s
	}
	var list []int
	for _, v := range s.values {
		sign, digits := 1, v
		if strings.HasPrefix(v, "-") {
			sign, digits = -1, v[1:]
		}
		n := 0
		for i := 0; i < len(digits) && digits[i] <= '9'; i++ {
			if n = n*10 + int(digits[i]) - '0'; n > 1<<31-1 {
				return unknownSample("the number " + v + " is not known")
			}
		}
		list = append(list, sign*n)
	}
	return numbers(list)
}

// cookie is unknown without a Cookie header: a browser may hold any.
func (r *run) cookie(name string) sample {
	h := r.header("Cookie")
	if h.why != "" {
		return h
	}
	if v, known := r.w.Value("cookie " + name); known && len(h.values) == 0 {
		return texts(v)
	}
	if len(h.values) == 0 && !r.req.Whole {
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
