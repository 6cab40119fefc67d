package kubernetes

import (
	"cmp"
	"fmt"
	"slices"
	"sort"
	"strings"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers"
)

// locations are the paths of a host as locations, the longest first. A Prefix path is one for what is below it, and
// one for the path itself, unless there is an Exact one or regular expressions are in use.
func (w *ingressWriter) locations(list []place) (out []place) {
	list = slices.Clone(list)
	sort.SliceStable(list, func(i, j int) bool { return list[i].path > list[j].path })
	sort.SliceStable(list, func(i, j int) bool { return len(list[i].path) > len(list[j].path) })
	exact := map[string]bool{}
	for _, p := range list {
		exact[p.path] = exact[p.path] || p.pathType == "Exact"
	}
	for _, p := range list {
		target := w.setting(p.of, "rewrite-target").text
		rewrites := target != "" && target != p.path || w.setting(p.of, "use-regex").isOn()
		if p.path == "/" || p.pathType != "Prefix" || rewrites {
			out = append(out, p)
			continue
		}
		whole := exact[p.path]
		below := p
		if !strings.HasSuffix(p.path, "/") {
			below.path += "/"
		}
		out = append(out, below)
		if !whole {
			p.pathType = "Exact"
			out = append(out, p)
		}
	}
	return out
}

// quoted is a word of nginx in quotes.
func quoted(s string) string {
	return `"` + strings.ReplaceAll(strings.ReplaceAll(s, `\`, `\\`), `"`, `\"`) + `"`
}

// location writes one location.
func (w *ingressWriter) location(p place, regex bool) {
	head := quotedPath(p.path)
	switch {
	case regex:
		head = `~* "^` + strings.ReplaceAll(p.path, `"`, `\"`) + `"`
	case p.pathType == "Exact":
		head = "= " + head
	}
	m := &parsers.Maker{At: p.pos, Write: w.inserted(p.of)}
	line := func(format string, args ...any) { w.out.line(m, format, args...) }
	auth := w.authLocation(p)
	line("location %s {", head)
	line("set $namespace %s;", quoted(p.of.Place()))
	line("set $ingress_name %s;", quoted(p.of.Name))
	line("set $service_name %s;", quoted(p.service))
	line("set $service_port %s;", quoted(p.port))
	line("set $location_path %s;", quoted(strings.ReplaceAll(p.path, "$", "_")))
	line("set $proxy_upstream_name %s;", quoted(w.upstreamName(p)))
	line("set $best_http_host $http_host;")
	line("set $pass_port $server_port;")
	w.redirectToHTTPS(p)
	w.access(p, auth)
	if v := w.setting(p.of, "proxy-body-size"); v.text != "" {
		w.out.line(&parsers.Maker{At: v.pos}, "client_max_body_size %s;", v.text)
	}
	host := setting{text: "$http_host"}
	if v := w.setting(p.of, "upstream-vhost"); v.text != "" {
		host = setting{text: quoted(v.text), pos: v.pos}
	}
	w.out.line(w.made(p, host, "Host", "upstream-vhost"), "proxy_set_header Host %s;", host.text)
	line("proxy_set_header Upgrade $http_upgrade;")
	connection := setting{text: "$connection_upgrade"}
	if v := w.setting(p.of, "connection-proxy-header"); v.text != "" {
		connection = v
	}
	w.out.line(w.connection(p, connection), "proxy_set_header Connection %s;", connection.text)
	line("proxy_set_header X-Request-ID $req_id;")
	line("proxy_set_header X-Real-IP $remote_addr;")
	forwarded := "$remote_addr"
	if w.global("use-forwarded-headers").isOn() && w.global("compute-full-forwarded-for").isOn() {
		forwarded = "$full_x_forwarded_for"
	}
	line("proxy_set_header X-Forwarded-For %s;", forwarded)
	line("proxy_set_header X-Forwarded-Host $best_http_host;")
	line("proxy_set_header X-Forwarded-Port $pass_port;")
	line("proxy_set_header X-Forwarded-Proto $pass_access_scheme;")
	line("proxy_set_header X-Forwarded-Scheme $pass_access_scheme;")
	line("proxy_set_header X-Scheme $pass_access_scheme;")
	line(`proxy_set_header Proxy "";`)
	w.ownHeaders()
	w.timeout(p, "proxy-connect-timeout", "proxy_connect_timeout")
	w.timeout(p, "proxy-send-timeout", "proxy_send_timeout")
	w.timeout(p, "proxy-read-timeout", "proxy_read_timeout")
	buffering := setting{text: "off"}
	if v := w.setting(p.of, "proxy-buffering"); v.text != "" {
		buffering = v
	}
	w.out.line(w.made(p, buffering, "proxy_buffering", "proxy-buffering"), "proxy_buffering %s;", buffering.text)
	if v := w.setting(p.of, "proxy-buffer-size"); v.text != "" {
		n := cmp.Or(w.setting(p.of, "proxy-buffers-number").text, "4")
		w.out.line(&parsers.Maker{At: v.pos}, "proxy_buffer_size %s;", v.text)
		w.out.line(&parsers.Maker{At: v.pos}, "proxy_buffers %s %s;", n, v.text)
	}
	version := w.setting(p.of, "proxy-http-version")
	w.out.line(w.made(p, version, "proxy_http_version", "proxy-http-version"), "proxy_http_version %s;", version.text)
	line("proxy_next_upstream error timeout;")
	line("proxy_next_upstream_tries 3;")
	if w.s.snippets != notAllowed {
		w.out.take(p.of.Annotation(w.c.Prefixes[0] + "configuration-snippet"))
	}
	w.snippet("location-snippet")
	w.satisfy(p)
	w.redirect(p)
	w.pass(p, m)
	line("}")
}

// quotedPath is the name of a location.
func quotedPath(path string) string { return `"` + strings.ReplaceAll(path, `"`, `\"`) + `"` }

// inserted makes annotations of directives that somebody wants to add to a location.
func (w *ingressWriter) inserted(o *Object) func(text string) []hop.Edit {
	return func(text string) (edits []hop.Edit) {
		_, added, _ := strings.Cut(text, "{")
		for d := range strings.SplitSeq(added, ";") {
			name, value, _ := strings.Cut(strings.TrimSpace(d), " ")
			key := strings.ReplaceAll(name, "_", "-")
			switch k := w.c.Key(key, "Ingress"); {
			case name == "":
			case k == nil || k.Type != Int || !k.isTimer():
				return nil
			default:
				n, ok := seconds(strings.TrimSpace(value))
				if !ok {
					return nil
				}
				edits = append(edits, o.annotate(w.c.Prefixes[0]+key, fmt.Sprint(n))...)
			}
		}
		return edits
	}
}

// connection is what the line of the Connection header is made of: where an annotation takes its place, the line is
// mended by taking that out.
func (w *ingressWriter) connection(p place, s setting) *parsers.Maker {
	m := w.made(p, s, "Connection", "connection-proxy-header")
	m.Write = func(string) []hop.Edit {
		if s.value.Remove == nil {
			return nil
		}
		return s.value.Remove()
	}
	return m
}

// timeout writes a length of time in seconds.
func (w *ingressWriter) timeout(p place, key, directive string) {
	s := w.setting(p.of, key)
	w.out.line(w.made(p, s, directive, key), "%s %ss;", directive, strings.TrimPrefix(s.text, "+"))
}

// redirectToHTTPS is what the controller's Lua does with requests that come without TLS.
func (w *ingressWriter) redirectToHTTPS(p place) {
	if strings.HasPrefix(p.path, "/.well-known/acme-challenge") {
		return
	}
	force, usual := w.setting(p.of, "force-ssl-redirect"), w.setting(p.of, "ssl-redirect")
	by := force
	if !force.isOn() {
		if by = usual; !usual.isOn() || !hasTLS(p.of, p.host) {
			return
		}
	}
	m := &parsers.Maker{At: by.pos}
	if by.pos.IsZero() {
		m.At = p.pos
	}
	w.out.line(m, "if ($pass_access_scheme = http) {")
	w.out.line(m, "return %s https://$host$request_uri;", cmp.Or(w.global("http-redirect-code").text, "308"))
	w.out.line(m, "}")
}

// redirect writes the redirects that annotations ask for.
func (w *ingressWriter) redirect(p place) {
	for _, r := range []struct{ key, code string }{{"temporal-redirect", "302"}, {"permanent-redirect", "301"}} {
		to := w.setting(p.of, r.key)
		if to.text == "" {
			continue
		}
		code := cmp.Or(w.setting(p.of, r.key+"-code").text, r.code)
		w.out.line(&parsers.Maker{At: to.pos}, "return %s %s;", code, quoted(to.text))
		return
	}
}

// pass writes what sends requests on.
func (w *ingressWriter) pass(p place, m *parsers.Maker) {
	if p.service == "" {
		w.out.line(m, "return 503;")
		return
	}
	protocol := w.setting(p.of, "backend-protocol")
	how := &parsers.Maker{At: protocol.pos}
	if protocol.pos.IsZero() {
		how = m
	}
	if t := w.setting(p.of, "rewrite-target"); t.text != "" && t.text != p.path {
		w.out.line(&parsers.Maker{At: t.pos}, `rewrite "(?i)%s" %s break;`, strings.ReplaceAll(p.path, `"`, `\"`), t.text)
	}
	to := cmp.Or(w.chosen[spot(p.pos)], w.upstreamName(p))
	switch strings.ToUpper(protocol.text) {
	case "HTTPS":
		w.out.line(how, "proxy_pass https://%s;", to)
	case "AUTO_HTTP":
		w.out.line(how, "proxy_pass $scheme://%s;", to)
	case "GRPC":
		w.out.line(how, "grpc_pass grpc://%s;", to)
	case "GRPCS":
		w.out.line(how, "grpc_pass grpcs://%s;", to)
	case "FCGI":
		w.out.line(how, "fastcgi_pass %s;", to)
	default:
		w.out.line(how, "proxy_pass http://%s;", to)
	}
	if !strings.Contains(strings.ToUpper(protocol.text), "G") {
		w.out.line(m, "proxy_redirect off;")
	}
}
