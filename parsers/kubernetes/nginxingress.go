package kubernetes

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers"
	"github.com/wslint/wslint/parsers/infra"
)

// writeNginxIngress writes what F5 NGINX Ingress Controller makes of Ingresses and VirtualServers:
// nginx/kubernetes-ingress at 0eb3072d1, internal/configs/version1/nginx.ingress.tmpl and
// version2/nginx.virtualserver.tmpl.
func (w *ingressWriter) writeNginxIngress() {
	all := &parsers.Maker{At: w.ingresses[0].Pos}
	line := func(format string, args ...any) { w.out.line(all, format, args...) }
	w.globalLine("worker-shutdown-timeout", "worker_shutdown_timeout", "")
	w.snippet("main-snippets")
	line("events {")
	line("}")
	line("http {")
	w.globalLine("keepalive-timeout", "keepalive_timeout", "")
	line("map $http_upgrade $connection_upgrade {")
	line("default upgrade;")
	line("'' close;")
	line("}")
	line("map $http_upgrade $vs_connection_header {")
	line("default upgrade;")
	line("'' close;")
	line("}")
	w.snippet("http-snippets")
	hosts := map[string][]place{}
	var order []string
	for _, o := range w.ingresses {
		for _, p := range w.s.places(o) {
			if hosts[p.host] == nil {
				order = append(order, p.host)
			}
			hosts[p.host] = append(hosts[p.host], p)
			w.at[spot(p.pos)], w.at[spot(p.hostPos)], w.paths[spot(p.pos)] = p.of, p.server(), p
		}
	}
	forks := map[hop.Pos]*fork{}
	for _, h := range order {
		for _, p := range hosts[h] {
			f := w.fork(p)
			if f == nil {
				w.serviceOf(p)
				continue
			}
			forks[p.pos] = f
			for _, b := range f.matches {
				for _, s := range b.shares {
					w.serviceOf(s.place)
				}
			}
			w.writeMaps(f)
		}
	}
	if !isOfAnyHost(hosts[""]) {
		line("server {")
		line("listen 80 default_server;")
		line("listen 443 ssl default_server;")
		line("server_name _;")
		line("return 404;")
		line("}")
	}
	for _, h := range order {
		w.f5Server(h, hosts[h], forks)
	}
	line("}")
}

// serviceOf writes the upstream of a path once.
func (w *ingressWriter) serviceOf(p place) {
	name := w.upstreamName(p)
	if p.service == "" || w.upstreams[name] {
		return
	}
	w.upstreams[name] = true
	m := &parsers.Maker{At: p.pos}
	w.out.line(m, "upstream %s {", name)
	switch method := w.setting(p.of, "lb-method"); {
	case method.text == "ip_hash", strings.HasPrefix(method.text, "hash "), strings.HasPrefix(method.text, "random"),
		strings.HasPrefix(method.text, "least_conn"):
		w.out.line(&parsers.Maker{At: method.pos}, "%s;", method.text)
	}
	namespace, service := p.of.Place(), p.service
	if p.upstream.Kind == infra.Map {
		namespace, service = serviceReference(p)
	}
	w.out.line(m, "server %s;", w.address(namespace, service, p.port))
	if k := w.setting(p.of, "keepalive"); k.text != "" && k.text != "0" {
		w.out.line(&parsers.Maker{At: k.pos}, "keepalive %s;", k.text)
	}
	w.out.line(m, "}")
}

// isOfAnyHost reports whether the host of paths is not known.
func isOfAnyHost(list []place) bool {
	return slices.ContainsFunc(list, func(p place) bool { return p.anyHost })
}

// f5Server writes the server of one host.
func (w *ingressWriter) f5Server(host string, list []place, forks map[hop.Pos]*fork) {
	o := list[0].server()
	m := &parsers.Maker{At: list[0].hostPos}
	w.out.line(m, "server {")
	proxied := ""
	if w.global("proxy-protocol").isOn() && !w.vague {
		proxied = " proxy_protocol"
	}
	tls := hasTLS(o, host) || o.Get("spec", "tls", "secret").Kind == infra.Scalar
	if isOfAnyHost(list) {
		proxied += " default_server"
	}
	w.out.line(m, "listen 80%s;", proxied)
	if tls {
		w.out.line(m, "listen 443 ssl%s;", proxied)
	}
	w.out.line(m, "server_name %s;", cmp.Or(host, "_"))
	redirect := w.sslRedirect(o)
	vs := o.Get("spec", "tls", "redirect", "enable")
	if tls && o.IsIngress() && redirect.isOn() || vs.Text == "true" {
		by := m
		if !redirect.pos.IsZero() {
			by = &parsers.Maker{At: redirect.pos}
		} else if vs.Kind == infra.Scalar {
			by = &parsers.Maker{At: vs.Pos}
		}
		w.out.line(by, "if ($scheme = http) {")
		w.out.line(by, "return %s https://$host:443$request_uri;", cmp.Or(w.setting(o, "http-redirect-code").text, "301"))
		w.out.line(by, "}")
	}
	if s := w.setting(o, "redirect-to-https"); s.isOn() {
		by := &parsers.Maker{At: s.pos}
		w.out.line(by, "if ($http_x_forwarded_proto = 'http') {")
		w.out.line(by, "return %s https://$host$request_uri;", cmp.Or(w.setting(o, "http-redirect-code").text, "301"))
		w.out.line(by, "}")
	}
	if o.IsIngress() {
		w.out.take(w.annotation(o, "server-snippets"))
	} else {
		w.out.take(o.Get("spec", "server-snippets"))
	}
	w.snippet("server-snippets")
	for _, p := range list {
		if f := forks[p.pos]; f != nil {
			w.writeFork(f, w.f5Path(p))
			for _, b := range f.matches {
				for _, s := range b.shares {
					w.f5Location(s.place, s.path)
				}
			}
		} else {
			w.f5Location(p, "")
		}
	}
	w.out.line(m, "}")
}

// sslRedirect is whether an Ingress with a certificate redirects what comes without: the annotation had another prefix
// before version 5.4, which is read where there is none of the new one.
func (w *ingressWriter) sslRedirect(o *Object) setting {
	const former = "ingress.kubernetes.io/ssl-redirect"
	k, v := w.c.Key("ssl-redirect", "Ingress"), o.Annotation(former)
	if ok, _ := k.Takes(v.Text); ok && v.Kind == infra.Scalar && w.annotation(o, "ssl-redirect").Kind == infra.Null &&
		o.Annotation(mergeableType).Text != "minion" {
		return setting{text: v.Text, pos: v.Pos, value: v}
	}
	return w.setting(o, "ssl-redirect")
}

// f5Location writes one location; inner is the name of one that only nginx itself comes to.
func (w *ingressWriter) f5Location(p place, inner string) {
	m := &parsers.Maker{At: p.pos, Write: w.forwarding(p)}
	line := func(format string, args ...any) { w.out.line(m, format, args...) }
	line("location %s {", cmp.Or(inner, w.f5Path(p)))
	if inner != "" {
		line("internal;")
	}
	line("set $service %s;", quoted(p.service))
	line("set $resource_name %s;", quoted(p.of.Name))
	if action := p.action; p.service == "" {
		code := cmp.Or(action.Get("return").Get("code").Text, action.Get("redirect").Get("code").Text)
		if to := action.Get("redirect").Get("url").Text; to != "" {
			code = cmp.Or(code, "301") + " " + quoted(to)
		}
		line("return %s;", cmp.Or(code, "200"))
		line("}")
		return
	}
	isVirtual := !p.of.IsIngress()
	switch {
	case isVirtual && p.upstream.Get("type").Text == "grpc", !isVirtual && w.lists(p, "grpc-services"):
		line("grpc_pass grpc://%s;", w.upstreamName(p))
		line("}")
		return
	}
	if t := w.setting(p.of, "rewrite-target"); t.text != "" && !isVirtual {
		w.out.line(&parsers.Maker{At: t.pos}, "rewrite ^%s %s break;", p.path, t.text)
	}
	line("proxy_http_version 1.1;")
	switch {
	case isVirtual:
		line("proxy_set_header Upgrade $http_upgrade;")
		line("proxy_set_header Connection $vs_connection_header;")
	case w.lists(p, "websocket-services"):
		by := &parsers.Maker{At: w.annotation(p.of, "websocket-services").Pos}
		w.out.line(by, "proxy_set_header Upgrade $http_upgrade;")
		w.out.line(by, "proxy_set_header Connection $connection_upgrade;")
	default:
		if k := w.setting(p.of, "keepalive"); k.text != "" && k.text != "0" {
			w.out.line(&parsers.Maker{At: k.pos, Write: w.forwarding(p)}, `proxy_set_header Connection "";`)
		}
	}
	if isVirtual {
		w.out.take(p.snippets)
	} else {
		w.out.take(w.annotation(p.of, "location-snippets"))
	}
	w.snippet("location-snippets")
	for _, t := range []string{"connect", "read", "send"} {
		w.f5Timeout(p, t)
	}
	line("proxy_set_header Host $host;")
	line("proxy_set_header X-Real-IP $remote_addr;")
	line("proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;")
	line("proxy_set_header X-Forwarded-Host $host;")
	line("proxy_set_header X-Forwarded-Port $server_port;")
	line("proxy_set_header X-Forwarded-Proto $scheme;")
	line("proxy_buffering on;")
	scheme := "http"
	if !isVirtual && w.lists(p, "ssl-services") || isVirtual && p.upstream.Get("tls").Get("enable").Text == "true" {
		scheme = "https"
	}
	to := ""
	if inner != "" {
		to = "$request_uri" // the path is the inner one's by now
	}
	line("proxy_pass %s://%s%s;", scheme, w.upstreamName(p), to)
	line("}")
}

// f5Path is the name of a location. An Ingress has no Prefix locations with a slash of their own here.
func (w *ingressWriter) f5Path(p place) string {
	if p.of.IsIngress() {
		path := quotedPath(p.path)
		switch w.setting(p.of, "path-regex").text {
		case "case_sensitive":
			return `~ "^` + p.path + `"`
		case "case_insensitive":
			return `~* "^` + p.path + `"`
		case "exact":
			return "= " + path
		}
		if p.pathType == "Exact" {
			return "= " + path
		}
		return path
	}
	for _, mark := range []string{"^~", "~*", "~", "="} {
		if rest, ok := strings.CutPrefix(p.path, mark); ok {
			return mark + " " + quotedPath(strings.TrimSpace(rest))
		}
	}
	return quotedPath(p.path)
}

// namesOwn reports whether an Ingress leads to each service of a list, which the controller refuses it for otherwise:
// nginx/kubernetes-ingress, internal/k8s/validation.go, validateServiceListAnnotation. Blanks count there.
func namesOwn(o *Object, list string) (ok bool, why string) {
	services, known := servicesOf(o)
	if !known {
		return true, ""
	}
	for name := range strings.SplitSeq(list, ",") {
		switch {
		case slices.Contains(services, name):
		case slices.Contains(services, strings.TrimSpace(name)):
			return false, "it takes names of services with a comma and no blank between them"
		default:
			return false, fmt.Sprintf("the Ingress leads to no service %q", name)
		}
	}
	return true, ""
}

// servicesOf are the services that an Ingress leads to; known is false where there may be more of them.
func servicesOf(o *Object) (list []string, known bool) {
	backends := []infra.Value{o.Get("spec", "defaultBackend")}
	rules, why := o.Get("spec", "rules").List()
	for _, r := range rules {
		paths, unknown := r.Get("http").Get("paths").List()
		if unknown != "" {
			return nil, false
		}
		for _, p := range paths {
			backends = append(backends, p.Get("backend"))
		}
	}
	for _, b := range backends {
		name := b.Get("service").Get("name")
		if b.Get("serviceName").Kind != infra.Null {
			name = b.Get("serviceName")
		}
		if name.Kind != infra.Scalar && name.Kind != infra.Null || b.Kind == infra.Unknown {
			return nil, false
		}
		if name.Kind == infra.Scalar {
			list = append(list, name.Text)
		}
	}
	return list, why == "" && o.Partial == "" && len(list) > 0
}

// lists reports whether an annotation names the service of a path.
func (w *ingressWriter) lists(p place, key string) bool {
	return p.of.IsIngress() && named(w.annotation(p.of, key).Text, p.service)
}

// f5Timeout writes one of the timeouts: the annotation or the field of the upstream, else the ConfigMap's, else 60s.
func (w *ingressWriter) f5Timeout(p place, which string) {
	key, directive := "proxy-"+which+"-timeout", "proxy_"+which+"_timeout"
	if p.of.IsIngress() {
		s := w.setting(p.of, key)
		w.out.line(w.made(p, s, directive, key), "%s %s;", directive, s.text)
		return
	}
	w.virtualTimeout(p, which, key, directive)
}

// forwarding makes an annotation of lines for Upgrade that somebody wants to add to a location, or to write in the
// place of one that clears Connection.
func (w *ingressWriter) forwarding(p place) func(text string) []hop.Edit {
	return func(text string) []hop.Edit {
		if !strings.Contains(strings.ToLower(text), "$http_upgrade") || !p.of.IsIngress() {
			return nil
		}
		const key = "nginx.org/websocket-services"
		list := p.service
		if v := p.of.Annotation(key); strings.TrimSpace(v.Text) != "" {
			list = v.Text + "," + p.service
		}
		return p.of.annotate(key, list)
	}
}
