package haproxy

import (
	"encoding/base64"
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
		return r.parameter(query, c.Arg(0)), true
	case "req.ver", "req_ver":
		return texts(r.version()), true
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
		return r.fetched(c.Arg(0)).then(sample.split).then(occurrence(c.Arg(1))), true
	case "req.fhdr":
		return r.fetched(c.Arg(0)).then(occurrence(c.Arg(1))), true
	case "hdr_ip", "req.hdr_ip":
		return r.fetched(c.Arg(0)).then(sample.split).then(occurrence(c.Arg(1))).then(addresses), true
	case "hdr_val", "req.hdr_val":
		return r.fetched(c.Arg(0)).then(sample.split).then(occurrence(c.Arg(1))).then(sample.integers), true
	case "fc_http_major":
		major, _, _ := strings.Cut(r.version(), ".")
		return texts(major).integers(), true
	case "urlp_val":
		return r.parameter(query, c.Arg(0)).then(sample.integers), true
	case "cook_val", "req.cook_val":
		return r.cookie(c.Arg(0)).then(sample.integers), true
	case "hdr_cnt", "req.hdr_cnt", "req.fhdr_cnt":
		if c.Arg(0) == "" {
			return unknownSample("how many headers a browser sends is not known"), true
		}
		h := r.fetched(c.Arg(0))
		if c.Name != "req.fhdr_cnt" {
			h = h.then(sample.split)
		}
		return h.then(func(s sample) sample { return number(len(s.values)) }), true
	case "cook", "req.cook":
		return r.cookie(c.Arg(0)), true
	case "http_auth", "http_auth_group":
		return r.credentials(c.Arg(0), c.Name == "http_auth"), true
	}
	return sample{}, false
}

// credentials says whether a user list knows the client. No script in a browser sends credentials.
func (r *run) credentials(list string, anyGroup bool) sample {
	h := r.header("Authorization")
	_, told := r.headers["Authorization"] // a proxy in front surely passes none on
	if h.why == "" && len(h.values) == 0 && (r.req.Whole || told || r.written["Authorization"]) {
		return truthSample(false)
	}
	if encoded, ok := strings.CutPrefix(strings.Join(h.values, ","), "Basic "); ok && anyGroup {
		plain, err := base64.StdEncoding.DecodeString(encoded)
		user, password, _ := strings.Cut(string(plain), ":")
		if is, known := r.c.KnowsUser(list, user, password); err == nil && known {
			return truthSample(is)
		}
	}
	s := unknownSample("the user list decides about the password")
	s.about, s.beyond = "credentials for "+list, true
	return s
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
	hidden := slices.ContainsFunc(
		r.out.Reply.Hidden,
		func(h hop.Setting[string]) bool { v, known := h.Get(); return !known || v == name },
	)
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
			s = unknownSample(l.Why())
			break
		}
		s.values = append(s.values, v)
	}
	if !sent && r.req.Rest != "" && !r.written[name] {
		s = unknownSample(r.req.Rest)
	}
	if r.written[name] {
		return s
	}
	if s.about = r.req.About(name); s.about == "" {
		return s
	}
	s.of = oneText
	return r.chosen(s)
}

// oneText is a text that the client may send or not.
func oneText(value string) sample {
	if value == "" {
		return sample{}
	}
	return texts(value)
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
func occurrence(which string) func(sample) sample {
	n, err := strconv.Atoi(which)
	return func(s sample) sample {
		at := n
		if n < 0 {
			at += len(s.values) + 1
		}
		switch {
		case err != nil || n == 0:
			return s
		case at < 1 || at > len(s.values):
			return sample{}
		}
		return texts(s.values[at-1])
	}
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

// integers reads texts as HAProxy does the values of headers and parameters: up to a character above the digits, the
// ones below counting as negative digits.
func (s sample) integers() sample {
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

// cookie is open without a Cookie header: a browser may hold any.
func (r *run) cookie(name string) sample {
	h := r.header("Cookie")
	open := h.why != "" || len(h.values) == 0 && !r.req.Whole
	switch {
	case open && r.written["Cookie"] && h.why == "":
		return sample{} // a rule has taken them out
	case open:
		s := unknownSample(fmt.Sprintf("which cookies the browser holds is not known (%s)", name))
		s.about, s.of = "cookie "+name, oneText
		return r.chosen(s)
	}
	for pair := range strings.SplitSeq(strings.Join(h.values, ";"), ";") {
		k, v, _ := strings.Cut(strings.TrimSpace(pair), "=")
		if k == name {
			return texts(v)
		}
	}
	return sample{}
}

// parameter is an argument of the query. One that was not asked for is open: the page may add it.
func (r *run) parameter(query, name string) sample {
	for pair := range strings.SplitSeq(query, "&") {
		if k, v, ok := strings.Cut(pair, "="); ok && k == name {
			return texts(v)
		}
	}
	if _, came, _ := strings.Cut(r.req.Target, "?"); came != query || r.req.Whole {
		return sample{}
	}
	s := unknownSample("which arguments a page adds is not known (" + name + ")")
	s.about, s.of = "argument "+name, oneText
	return r.chosen(s)
}
