package haproxy

import (
	"net/textproto"
	"slices"
	"strings"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers/haproxy/conf"
)

// decides answers a question about no value: key says what is asked, and why not more is known.
func (r *run) decides(key, why string, pos hop.Pos) bool {
	return r.w.Ask(hop.Question{Key: key, Yes: key + " holds", No: key + " does not hold", Why: why, Pos: pos})
}

// maybe answers whether a line counts that hangs on a condition of the configuration's own (.if).
func (r *run) maybe(l *conf.Line) bool {
	return l.Maybe == "" || r.w.Ask(hop.Question{Key: l.Maybe, Yes: l.Maybe + " holds", No: l.Maybe + " does not hold", Pos: l.Pos()})
}

// decide evaluates one ACL expression, and asks where it is not known or hangs on what the client chooses.
func (r *run) decide(words []conf.Word, pos hop.Pos) bool {
	t := r.match(words)
	said := strings.Join(conf.Values(words), " ")
	if len(words) == 0 || words[0].Why != "" {
		return r.decides(said, t.why, pos)
	}
	a := conf.ParseACL(words)
	about, beyond := r.about(a.Expr)
	switch {
	case about == "" && t.why == "":
		return t.is
	case about == "":
		return r.decides(said, t.why, pos)
	}
	q := hop.Matches(about, a.Expr.Text, strings.TrimSpace(strings.TrimPrefix(said, a.Expr.Text)), pos, func(value string) bool {
		return r.matchSample(a, r.converted(a.Expr, sampleOf(a.Expr.Fetch, value))).is
	})
	if beyond || r.matchSample(a, r.converted(a.Expr, sampleOf(a.Expr.Fetch, "x"))).why != "" {
		q.About, q.Test = "", nil // what it is compared with is not known
	}
	q.Key, q.Yes, q.No, q.Beyond = about+": "+said, said+" holds", said+" does not hold", beyond
	q.First = t.why == "" && t.is
	return r.w.Ask(q)
}

// about names the value that an expression fetches for questions, where the client chooses it and nothing says what it is; beyond says that
// no script in a browser can choose it.
func (r *run) about(e conf.Expr) (about string, beyond bool) {
	arg := e.Fetch.Arg(0)
	if r.answering {
		return "", false
	}
	switch e.Fetch.Name {
	case "src":
		if !r.client.IsValid() && !r.sourceSet {
			return r.req.ClientAddress(), false
		}
	case "ssl_c_used", "ssl_c_verify", "ssl_fc_has_crt":
		if r.l.Asks {
			return r.req.ClientCertificate(), true
		}
	case "http_auth", "http_auth_group":
		if r.http {
			return "credentials for " + arg, true
		}
	}
	if !r.http {
		return "", false
	}
	switch e.Fetch.Name {
	case "cook", "req.cook", "cook_val", "req.cook_val":
		if h := r.header("Cookie"); h.why != "" || len(h.values) == 0 && !r.req.Whole {
			return "cookie " + arg, false
		}
	case "urlp", "url_param", "urlp_val":
		if _, query, _ := strings.Cut(r.target, "?"); len(parameter(query, arg).values) == 0 && !r.req.Whole {
			return "argument " + arg, false
		}
	case "hdr", "req.hdr", "req.fhdr", "hdr_val", "req.hdr_val", "hdr_ip", "req.hdr_ip":
		name := textproto.CanonicalMIMEHeaderKey(arg)
		now, came := r.headers[name], r.req.Header[name]
		if slices.EqualFunc(now, came, func(a, b hop.Setting[string]) bool { return a.Pos == b.Pos && a.Why() == b.Why() }) {
			return r.req.About(name), false
		}
	}
	return "", false
}

// sampleOf is what a fetch yields for a value of the client's; one that is not sent yields nothing.
func sampleOf(c conf.Call, value string) sample {
	switch {
	case value == "":
		return sample{}
	case c.Name == "src":
		return sample{kind: addressKind, values: []string{value}}
	case strings.HasSuffix(c.Name, "hdr"):
		return texts(value).split()
	case strings.HasSuffix(c.Name, "hdr_ip"):
		return addresses(texts(value).split())
	case strings.HasSuffix(c.Name, "_val"):
		return texts(value).integers()
	}
	return texts(value)
}
