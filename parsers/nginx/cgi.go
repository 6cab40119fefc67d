package nginx

import (
	"net/textproto"
	"strconv"
	"strings"

	"github.com/wslint/wslint/parsers/nginx/conf"

	"github.com/wslint/wslint/hop"
)

// cgiHeaders are the headers that uwsgi_pass and scgi_pass hand on: all that the client sent, save those that a
// parameter HTTP_… replaces. Names do not tell underscores from hyphens there.
func (r *run) cgiHeaders(h *conf.Handler, d *conf.Directive) map[string][]hop.Setting[string] {
	lines := map[string][]hop.Setting[string]{}
	named := map[string]bool{}
	params, _, _ := r.list(r.at, h.Param)
	for _, p := range params {
		name, ok := strings.CutPrefix(p.Arg(0), "HTTP_")
		if len(p.Args) > 1 && p.Args[0].Template {
			r.unknown(p.Name.Value, r.whyUnknown(p)) // it may be any header
			return nil
		}
		if !ok || len(p.Args) < 2 {
			continue
		}
		name = cgiName(name)
		named[name] = true
		v := r.word(p.Args[1])
		if perhaps(p) {
			v = unknownText(r.whyUnknown(p))
		}
		switch {
		case v.unknown():
			lines[name] = []hop.Setting[string]{hop.Unknown[string](p.Name.Value+" "+p.Arg(0), p.Pos(), v.why)}
		case p.Arg(1) != "" && (v.s != "" || p.Arg(2) == ""):
			lines[name] = []hop.Setting[string]{hop.Written(p.Name.Value+" "+p.Arg(0), v.s, p.Pos())}
		}
	}
	pass, ok := need(r, r.at, h.PassRequestHeaders)
	passes := ok && pass
	if host := r.hostAndPort(); !named["Host"] && !(passes && r.asSent(host)) && r.atLeast(conf.HostForCGI) {
		named["Host"] = true
		if host != "" {
			lines["Host"] = []hop.Setting[string]{hop.Default("Host", host, d.Pos())}
		}
	}
	if !passes {
		r.out.Next.Rest = ""
		return lines
	}
	for name, sent := range r.request.Header {
		to := cgiName(name)
		if to == "Host" && len(r.hosts) > 0 {
			sent = r.hosts // handed on from the list of headers, where $http_host is of one
		}
		if valid, why := r.validHeader(name); why != "" && !named[to] {
			lines[to] = []hop.Setting[string]{hop.Unknown[string](name, d.Pos(), why)}
		} else if valid && !named[to] {
			lines[to] = r.joined(to, append(lines[to], sent...))
		}
	}
	return lines
}

func cgiName(name string) string {
	return textproto.CanonicalMIMEHeaderKey(strings.ReplaceAll(name, "_", "-"))
}

// hostAndPort is $host$is_request_port$request_port.
func (r *run) hostAndPort() string {
	host := r.hostVariable()
	if r.hostPort != 0 {
		host += ":" + strconv.Itoa(r.hostPort)
	}
	return host
}

// asSent reports whether the client sends one Host line and it says this.
func (r *run) asSent(host string) bool {
	lines, why := r.request.Lines("Host")
	return why == "" && len(r.hosts) == 0 && len(lines) == 1 && lines[0] == host
}

// joined is what becomes of header lines of one name: one line since 1.23.0.
func (r *run) joined(name string, lines []hop.Setting[string]) []hop.Setting[string] {
	if len(lines) < 2 || !r.atLeast(conf.JoinedHeaders) {
		return lines
	}
	separator := ", "
	if name == "Cookie" {
		separator = "; "
	}
	var all []string
	for _, l := range lines {
		v, known := l.Get()
		if !known {
			return []hop.Setting[string]{l}
		}
		all = append(all, v)
	}
	return []hop.Setting[string]{hop.Written(lines[0].Name, strings.Join(all, separator), lines[0].Pos)}
}
