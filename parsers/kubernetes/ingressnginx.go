package kubernetes

import (
	"cmp"
	"encoding/base64"
	"fmt"
	"net/url"
	"slices"
	"sort"
	"strings"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers"
	"github.com/wslint/wslint/parsers/infra"
)

// writeIngressNginx writes what ingress-nginx makes of the Ingresses: kubernetes/ingress-nginx at dbb11b92d,
// rootfs/etc/nginx/template/nginx.tmpl and internal/ingress/controller/template. Its Lua chooses servers, redirects to
// https and finds certificates; here an upstream for each service, a return and nothing stand in its place.
func (w *ingressWriter) writeIngressNginx() {
	all := &parsers.Maker{At: w.ingresses[0].Pos}
	line := func(format string, args ...any) { w.out.line(all, format, args...) }
	w.globalLine("worker-shutdown-timeout", "worker_shutdown_timeout", "")
	w.snippet("main-snippet")
	line("events {")
	line("}")
	line("http {")
	w.globalLine("keep-alive", "keepalive_timeout", "s")
	w.globalLine("client-header-timeout", "client_header_timeout", "s")
	w.globalLine("client-body-timeout", "client_body_timeout", "s")
	line("large_client_header_buffers %s;", cmp.Or(w.plain("large-client-header-buffers"), "4 8k"))
	line("reset_timedout_connection on;")
	line("underscores_in_headers %s;", onOff(w.global("enable-underscores-in-headers").isOn()))
	line("map $http_upgrade $connection_upgrade {")
	line("default upgrade;")
	empty := `''`
	if w.global("upstream-keepalive-connections").text == "0" {
		empty = "close"
	}
	line("'' %s;", empty)
	line("}")
	line("map $http_x_request_id $req_id {")
	line("default $http_x_request_id;")
	line(`"" $request_id;`)
	line("}")
	scheme := "$scheme"
	if w.global("use-forwarded-headers").isOn() {
		scheme = "$http_x_forwarded_proto"
	}
	line("map %s $pass_access_scheme {", scheme)
	line("default %s;", scheme)
	line("'' $scheme;")
	line("}")
	line(`map $http_x_forwarded_for $full_x_forwarded_for {`)
	line(`default "$http_x_forwarded_for, $remote_addr";`)
	line(`'' "$remote_addr";`)
	line("}")
	line("resolver 10.96.0.10 valid=30s;")
	line("absolute_redirect off;")
	w.snippet("http-snippet")
	w.limits()
	w.servers()
	line("}")
	w.tcpServices()
}

// plain is the text of an entry of the ConfigMap; "" where there is none.
func (w *ingressWriter) plain(key string) string {
	if w.config == nil {
		return ""
	}
	if v := w.config.entry(key); v.Kind == infra.Scalar {
		return v.Text
	}
	return ""
}

// globalLine writes a directive with the value of an entry of the ConfigMap.
func (w *ingressWriter) globalLine(key, directive, unit string) {
	s := w.global(key)
	if s.text == "" {
		return
	}
	m := &parsers.Maker{At: s.pos}
	if s.pos.IsZero() {
		m.At = w.ingresses[0].Pos
		if w.config != nil {
			m.At = w.config.Pos
		}
		w.defaults[directive+m.At.String()] = true
	}
	m.Write = func(text string) []hop.Edit {
		value, ok := strings.CutPrefix(strings.TrimSuffix(text, ";"), directive+" ")
		switch data := w.dataOf(); {
		case !ok || w.config == nil:
			return nil
		case s.value.Set != nil:
			return s.value.Set(value)
		case data.Kind == infra.Map && data.Add != nil:
			return data.Add(value, key)
		}
		return nil
	}
	w.out.line(m, "%s %s%s;", directive, s.text, unit)
}

func (w *ingressWriter) dataOf() infra.Value {
	if w.config == nil {
		return infra.Value{}
	}
	return w.config.Get("data")
}

// snippet takes over lines of the ConfigMap.
func (w *ingressWriter) snippet(key string) {
	if w.config != nil {
		w.out.take(w.config.entry(key))
	}
}

// servers writes a server for each host.
func (w *ingressWriter) servers() {
	hosts := map[string][]place{}
	var order []string
	for _, o := range w.ingresses {
		if w.setting(o, "ssl-passthrough").isOn() {
			continue // TLS goes through unread, if a flag of the controller allows that
		}
		for _, p := range places(o) {
			if hosts[p.host] == nil {
				order = append(order, p.host)
			}
			hosts[p.host] = append(hosts[p.host], p)
			w.at[spot(p.pos)], w.at[spot(p.hostPos)], w.paths[spot(p.pos)] = o, o, p
		}
	}
	sort.Strings(order)
	for _, h := range order {
		for _, p := range hosts[h] {
			w.upstream(p)
		}
	}
	if hosts[""] == nil {
		m := &parsers.Maker{At: w.ingresses[0].Pos}
		w.out.line(m, "server {")
		w.listen(m, " default_server")
		w.out.line(m, "server_name _;")
		w.out.line(m, "return 404;")
		w.out.line(m, "}")
	}
	for _, h := range order {
		w.server(h, hosts[h])
	}
}

// listen writes the two addresses that every server has.
func (w *ingressWriter) listen(m *parsers.Maker, more string) {
	if w.global("use-proxy-protocol").isOn() {
		more += " proxy_protocol"
	}
	w.out.line(m, "listen 80%s;", more)
	w.out.line(m, "listen 443%s ssl;", more)
}

// upstream writes the servers of a service once.
func (w *ingressWriter) upstream(p place) {
	name := w.upstreamName(p)
	if p.service == "" || w.upstreams[name] {
		return
	}
	w.upstreams[name] = true
	m := &parsers.Maker{At: p.pos}
	w.out.line(m, "upstream %s {", name)
	if by := w.setting(p.of, "upstream-hash-by"); by.text != "" {
		w.out.line(&parsers.Maker{At: by.pos}, "hash %s consistent;", quoted(by.text))
	} else if a := w.setting(p.of, "affinity"); a.text == "cookie" {
		cookie := cmp.Or(w.setting(p.of, "session-cookie-name").text, "INGRESSCOOKIE")
		w.out.line(&parsers.Maker{At: a.pos}, "hash %s consistent;", quoted("$cookie_"+cookie))
	}
	address := w.address(p.of.Place(), p.service, p.port)
	w.out.line(m, "server %s;", address)
	if n := cmp.Or(w.plain("upstream-keepalive-connections"), "320"); n != "0" {
		w.out.line(m, "keepalive %s;", n)
	}
	w.out.line(m, "}")
}

// upstreamName is what the controller calls the servers of a service.
func (w *ingressWriter) upstreamName(p place) string {
	return strings.Join([]string{p.of.Place(), p.service, p.port}, "-")
}

// address is that of a service: its port by number where the Service is among the files.
func (w *ingressWriter) address(namespace, service, port string) string {
	if w.resolve != nil {
		return w.resolve(service, port)
	}
	if o := w.s.services[namespace+"/"+service]; o != nil {
		list, _ := o.Get("spec", "ports").List()
		for _, x := range list {
			if x.Get("name").Text == port && port != "" {
				port = x.Get("port").Text
			}
		}
	}
	if !digits(port) {
		port = "80"
	}
	return service + "." + namespace + ".svc:" + port
}

func digits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

// server writes the server of one host.
func (w *ingressWriter) server(host string, list []place) {
	m := &parsers.Maker{At: list[0].hostPos}
	w.out.line(m, "server {")
	more := ""
	if host == "" {
		more = " default_server"
	}
	w.listen(m, more)
	w.out.line(m, "server_name %s;", serverName(host))
	if !slices.ContainsFunc(list, func(p place) bool { return p.path == "/" }) {
		if d := list[0].of.Get("spec", "defaultBackend"); d.Kind == infra.Map {
			p := place{of: list[0].of, host: host, path: "/", pathType: "Prefix", pos: d.Pos, hostPos: list[0].hostPos}
			p.service, p.port = backend(d)
			list = append(list, p)
		}
	}
	if s := list[0].of.Annotation(w.c.Prefixes[0] + "server-snippet"); w.s.snippets != notAllowed {
		w.out.take(s)
	}
	regex := slices.ContainsFunc(list, func(p place) bool {
		t := w.setting(p.of, "rewrite-target").text
		return t != "" && t != p.path || w.setting(p.of, "use-regex").isOn()
	})
	hasRoot := false
	for _, p := range w.locations(list) {
		hasRoot = hasRoot || p.path == "/"
		w.location(p, regex)
	}
	if !hasRoot {
		head := "/"
		if regex {
			head = `~* "^/"`
		}
		w.out.line(m, "location %s {", head)
		w.out.line(m, "return 404;")
		w.out.line(m, "}")
	}
	w.snippet("server-snippet")
	w.out.line(m, "}")
}

// serverName is a host as the controller writes it: a wildcard stands for one label.
func serverName(host string) string {
	switch rest, wild := strings.CutPrefix(host, "*."); {
	case host == "":
		return "_"
	case wild:
		return `~^(?<subdomain>[\w-]+)\.` + strings.ReplaceAll(rest, ".", `\.`) + `$`
	}
	return host
}

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

// satisfy writes whether one check or all of them have to let a client in.
func (w *ingressWriter) satisfy(p place) {
	if s := w.setting(p.of, "satisfy"); s.text != "" {
		w.out.line(&parsers.Maker{At: s.pos}, "satisfy %s;", s.text)
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
	to := w.upstreamName(p)
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

// authLocation writes the location that asks another service, and returns its name; "" where none is asked.
func (w *ingressWriter) authLocation(p place) string {
	at := w.setting(p.of, "auth-url")
	if at.text == "" {
		if w.setting(p.of, "enable-global-auth").text == "false" || w.plain("global-auth-url") == "" {
			return ""
		}
		v := w.config.entry("global-auth-url")
		at = setting{text: v.Text, pos: v.Pos}
	}
	u, err := url.Parse(at.text)
	if err != nil || u.Host == "" {
		return ""
	}
	name := "/_external-auth-" + base64.RawURLEncoding.EncodeToString([]byte(p.path)) + "-" + p.pathType
	m := &parsers.Maker{At: at.pos}
	line := func(format string, args ...any) { w.out.line(m, format, args...) }
	line("location = %s {", name)
	line("internal;")
	line("proxy_pass_request_body off;")
	line(`proxy_set_header Content-Length "";`)
	line(`proxy_set_header X-Forwarded-Proto "";`)
	line("proxy_set_header Host %s;", u.Host)
	line("proxy_set_header X-Original-URL $scheme://$http_host$request_uri;")
	line("proxy_http_version 1.1;")
	line("set $target %s;", quoted(at.text))
	line("proxy_pass $target;")
	line("}")
	return name
}

// access writes who is let in.
func (w *ingressWriter) access(p place, auth string) {
	list := func(key, directive, last string) {
		v := w.setting(p.of, key)
		if v.text == "" {
			return
		}
		m := &parsers.Maker{At: v.pos}
		for cidr := range strings.SplitSeq(v.text, ",") {
			if cidr = strings.TrimSpace(cidr); cidr != "" {
				w.out.line(m, "%s %s;", directive, cidr)
			}
		}
		if last != "" {
			w.out.line(m, "%s", last)
		}
	}
	list("denylist-source-range", "deny", "")
	list("whitelist-source-range", "allow", "deny all;")
	if w.setting(p.of, "whitelist-source-range").text == "" {
		list("allowlist-source-range", "allow", "deny all;")
	}
	if auth != "" {
		v := w.setting(p.of, "auth-url")
		m := &parsers.Maker{At: v.pos}
		if v.pos.IsZero() {
			m.At = p.pos
		}
		w.out.line(m, "auth_request %s;", auth)
	}
	if v := w.setting(p.of, "auth-type"); v.text == "basic" && w.setting(p.of, "auth-secret").text != "" {
		m := &parsers.Maker{At: v.pos}
		w.out.line(m, "auth_basic %s;", quoted(cmp.Or(w.setting(p.of, "auth-realm").text, "Authentication Required")))
		w.out.line(m, "auth_basic_user_file /etc/ingress-controller/auth/%s-%s.passwd;", p.of.Place(), p.of.Name)
	}
	if v := w.setting(p.of, "limit-connections"); digits(v.text) && v.text != "0" {
		w.out.line(&parsers.Maker{At: v.pos}, "limit_conn %s %s;", w.zone(p.of, "conn"), v.text)
	}
	for _, key := range []string{"limit-rps", "limit-rpm"} {
		v := w.setting(p.of, key)
		n, ok := seconds(v.text + "s")
		if !ok {
			continue
		}
		burst, _ := seconds(cmp.Or(w.setting(p.of, "limit-burst-multiplier").text, "5") + "s")
		zone := w.zone(p.of, strings.TrimPrefix(key, "limit-"))
		w.out.line(&parsers.Maker{At: v.pos}, "limit_req zone=%s burst=%d nodelay;", zone, n*burst)
	}
}

// zone is the name of what an Ingress counts in.
func (w *ingressWriter) zone(o *Object, what string) string {
	return o.Place() + "_" + o.Name + "_" + what
}

// limits writes the zones of the limits.
func (w *ingressWriter) limits() {
	for _, o := range w.ingresses {
		if v := w.setting(o, "limit-connections"); digits(v.text) && v.text != "0" {
			w.out.line(&parsers.Maker{At: v.pos}, "limit_conn_zone $binary_remote_addr zone=%s:5m;", w.zone(o, "conn"))
		}
		for _, key := range []string{"limit-rps", "limit-rpm"} {
			unit := strings.TrimPrefix(key, "limit-rp")
			if v := w.setting(o, key); digits(v.text) && v.text != "0" {
				w.out.line(&parsers.Maker{At: v.pos}, "limit_req_zone $binary_remote_addr zone=%s:5m rate=%sr/%s;",
					w.zone(o, key[len("limit-"):]), v.text, unit)
			}
		}
	}
}

// ownHeaders writes the headers that the ConfigMap named by proxy-set-headers holds.
func (w *ingressWriter) ownHeaders() {
	named := w.plain("proxy-set-headers")
	namespace, name, ok := strings.Cut(named, "/")
	if !ok {
		return
	}
	for _, o := range w.s.objects {
		if o.Kind != "ConfigMap" || o.Name != name || o.Place() != namespace {
			continue
		}
		for _, f := range o.Get("data").Fields {
			w.out.line(&parsers.Maker{At: f.Value.Pos}, "proxy_set_header %s %s;", f.Key, quoted(f.Value.Text))
		}
	}
}

// onOff is how nginx writes a truth value.
func onOff(on bool) string {
	if on {
		return "on"
	}
	return "off"
}

// tcpServices writes the ports that the ConfigMap of tcp-services opens: "9000": "namespace/service:port".
func (w *ingressWriter) tcpServices() {
	opened := false
	for _, o := range w.s.objects {
		if o.Kind != "ConfigMap" || !strings.HasSuffix(o.Name, "tcp-services") && !strings.HasSuffix(o.Name, "nginx-tcp") {
			continue
		}
		for _, f := range o.Get("data").Fields {
			to := strings.Split(f.Value.Text, ":")
			namespace, service, ok := strings.Cut(to[0], "/")
			if !ok || len(to) < 2 || !digits(f.Key) {
				continue
			}
			m := &parsers.Maker{At: f.At}
			if !opened {
				w.out.line(m, "stream {")
				opened = true
			}
			w.at[spot(f.At)] = o
			w.out.line(m, "server {")
			listen := f.Key
			if len(to) > 2 && to[2] == "PROXY" {
				listen += " proxy_protocol"
			}
			w.out.line(m, "listen %s;", listen)
			w.globalLine("proxy-stream-timeout", "proxy_timeout", "")
			if len(to) > 3 && to[3] == "PROXY" {
				w.out.line(m, "proxy_protocol on;")
			}
			w.out.line(m, "proxy_pass %s;", w.address(namespace, service, to[1]))
			w.out.line(m, "}")
		}
	}
	if opened {
		w.out.line(&parsers.Maker{At: w.ingresses[0].Pos}, "}")
	}
}
