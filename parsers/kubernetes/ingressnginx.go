package kubernetes

import (
	"cmp"
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
		for _, p := range w.s.places(o) {
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
		w.canaries(hosts[h])
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
	if w.global("use-proxy-protocol").isOn() && !w.vague {
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
	if !p.of.IsIngress() {
		return upstreamOf(p)
	}
	return strings.Join([]string{p.of.Place(), p.service, p.port}, "-")
}

// address is that of a service: its port by number where the Service is among the files.
func (w *ingressWriter) address(namespace, service, port string) string {
	if w.resolve != nil {
		return w.resolve(service, port)
	}
	if n := w.s.portOf(w.s.services[namespace+"/"+service], port, hop.Pos{}); n.Kind == infra.Scalar {
		port = n.Text
	} else {
		port = "80"
	}
	return service + "." + namespace + ".svc:" + port
}

// portOf is the number of a port of a Service that may be named: nothing where the Service is not among the files.
func (s *set) portOf(service *Object, port string, pos hop.Pos) infra.Value {
	if digits(port) {
		return infra.Text(port, pos)
	}
	if service == nil {
		return infra.Value{}
	}
	list, _ := service.Get("spec", "ports").List()
	for _, x := range list {
		if x.Get("name").Text == port && port != "" && digits(x.Get("port").Text) {
			return infra.Text(x.Get("port").Text, pos)
		}
	}
	return infra.Value{}
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

// ownHeaders writes the headers that the ConfigMap named by proxy-set-headers holds.
func (w *ingressWriter) ownHeaders() {
	named := w.plain("proxy-set-headers")
	namespace, name, ok := strings.Cut(named, "/")
	if !ok {
		return
	}
	for _, o := range w.s.index.names[objectKey{"ConfigMap", namespace, name}] {
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
	for _, o := range w.s.index.kinds["ConfigMap"] {
		if !strings.HasSuffix(o.Name, "tcp-services") && !strings.HasSuffix(o.Name, "nginx-tcp") {
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
