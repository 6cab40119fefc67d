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

// fabricLocation writes the location of one match; inner says that nginx itself comes to it.
func (w *ingressWriter) fabricLocation(r *fabricRule, i int, head string, inner bool) {
	if i >= len(r.matches) {
		return
	}
	m := r.matches[i]
	by := &parsers.Maker{At: r.pos}
	line := func(format string, args ...any) { w.out.line(by, format, args...) }
	line("location %s {", head)
	if inner {
		line("internal;")
	}
	filters, _ := m.rule.Get("filters").List()
	headers, to, answers := w.filters(r, m, filters, inner, by)
	if answers {
		line("}")
		return
	}
	if inner && !strings.Contains(to, "rewritten") {
		to = "$request_uri"
	} else {
		to = ""
	}
	target := w.target(r, i)
	if target == "" {
		line("return 500;") // no backend that is there
		line("}")
		return
	}
	// The image has an nginx whose default it is.
	line("proxy_http_version 1.1;")
	base := [][2]string{{"Host", "$gw_api_compliant_host"}, {"X-Forwarded-For", "$proxy_add_x_forwarded_for"},
		{"X-Real-IP", "$remote_addr"}, {"X-Forwarded-Proto", "$scheme"}, {"X-Forwarded-Host", "$host"},
		{"X-Forwarded-Port", "$server_port"}}
	if !w.speaksH2C(m) {
		base = append(base, [2]string{"Upgrade", "$http_upgrade"}, [2]string{"Connection", "$connection_keepalive"})
	}
	written := map[string]bool{}
	for _, h := range headers {
		written[strings.ToLower(h.name)] = true
		w.out.line(&parsers.Maker{At: h.pos}, "proxy_set_header %s %s;", h.name, quoted(h.value))
	}
	for _, h := range base {
		if !written[strings.ToLower(h[0])] {
			line("proxy_set_header %s %s;", h[0], quoted(h[1]))
		}
	}
	for _, which := range []string{"connect", "read", "send"} {
		w.fabricTimeout(r, m, which)
	}
	scheme := "http"
	if w.backendTLS(m) {
		scheme = "https"
	}
	line("proxy_pass %s://%s%s;", scheme, target, to)
	line("}")
}

// A setHeader is a line that a filter writes.
type setHeader struct {
	name, value string
	pos         hop.Pos
}

// filters writes what the filters of a rule do: answers says that one of them answers, and to that the path was
// rewritten.
func (w *ingressWriter) filters(
	r *fabricRule, m fabricMatch, list []infra.Value, inner bool, by *parsers.Maker,
) (headers []setHeader, to string, answers bool) {
	for _, f := range list {
		at := &parsers.Maker{At: f.Pos}
		switch f.Get("type").Text {
		case "RequestRedirect":
			w.redirection(r, f.Get("requestRedirect"), at)
			return nil, "", true
		case "URLRewrite":
			if host := f.Get("urlRewrite").Get("hostname"); host.Kind == infra.Scalar {
				headers = append(headers, setHeader{"Host", host.Text, host.Pos})
			}
			if rule := rewriteOf(f.Get("urlRewrite").Get("path"), r); rule != "" {
				if inner {
					w.out.line(by, "rewrite ^ $request_uri;")
				}
				w.out.line(at, "rewrite %s break;", rule)
				to = "rewritten"
			}
		case "RequestHeaderModifier":
			headers = append(headers, modified(f.Get("requestHeaderModifier"))...)
		case "ExtensionRef":
			w.extension(m, f.Get("extensionRef"))
		}
	}
	return headers, to, false
}

// modified are the lines of a filter that changes headers.
func modified(v infra.Value) (list []setHeader) {
	for _, key := range []string{"add", "set"} {
		all, _ := v.Get(key).List()
		for _, h := range all {
			list = append(list, setHeader{h.Get("name").Text, h.Get("value").Text, h.Get("value").Pos})
		}
	}
	gone, _ := v.Get("remove").List()
	for _, h := range gone {
		list = append(list, setHeader{h.Text, "", h.Pos})
	}
	return list
}

// redirection writes the answer of a redirect.
func (w *ingressWriter) redirection(r *fabricRule, v infra.Value, at *parsers.Maker) {
	host := cmp.Or(v.Get("hostname").Text, "$host")
	scheme, port := v.Get("scheme").Text, v.Get("port").Text
	switch {
	case scheme == "" && port == "":
		host += ":$server_port"
	case port != "" && (scheme != "http" || port != "80") && (scheme != "https" || port != "443"):
		host += ":" + port
	}
	uri := "$request_uri"
	if rule := rewriteOf(v.Get("path"), r); rule != "" {
		w.out.line(at, "rewrite %s;", rule)
		uri = "$uri$is_args$args"
	}
	code := cmp.Or(v.Get("statusCode").Text, "302")
	w.out.line(at, `return %s "%s://%s%s";`, code, cmp.Or(scheme, "$scheme"), host, uri)
}

// rewriteOf is the rule that changes a path: all of it, or the prefix that was matched; "" for none.
func rewriteOf(v infra.Value, r *fabricRule) string {
	switch v.Get("type").Text {
	case "ReplaceFullPath":
		return "^ " + cmp.Or(v.Get("replaceFullPath").Text, "/")
	case "ReplacePrefixMatch":
		if r.pathType != "PathPrefix" {
			return ""
		}
		to, path := cmp.Or(v.Get("replacePrefixMatch").Text, "/"), strings.ReplaceAll(r.path, "$", `\$`)
		from, next := fmt.Sprintf("^%s([^?]*)?", path), to+"$1?$args?"
		if strings.HasSuffix(to, "/") && !strings.HasSuffix(r.path, "/") {
			from = fmt.Sprintf("^%s(?:/([^?]*))?", path)
		}
		if strings.HasSuffix(r.path, "/") && !strings.HasSuffix(to, "/") {
			next = to + "/$1?$args?"
		}
		return quoted(from) + " " + next
	}
	return ""
}

// extension writes what a filter of the controller's own does: lines of a SnippetsFilter, or that a password or a token
// is asked for.
func (w *ingressWriter) extension(m fabricMatch, ref infra.Value) {
	for _, o := range w.s.index.names[objectKey{ref.Get("kind").Text, m.route.Place(), ref.Get("name").Text}] {
		if o.Group != fabricGroup {
			continue
		}
		switch o.Kind {
		case "SnippetsFilter":
			snippets, _ := o.Get("spec", "snippets").List()
			for _, s := range snippets {
				if s.Get("context").Text == "http.server.location" {
					w.out.take(s.Get("value"))
				}
			}
		case "AuthenticationFilter":
			at := &parsers.Maker{At: o.Pos}
			if o.Get("spec", "type").Text == "Basic" {
				w.out.line(at, "auth_basic %s;", quoted(cmp.Or(o.Get("spec", "basic", "realm").Text, "Restricted")))
				w.out.line(at, "auth_basic_user_file /etc/nginx/secrets/%s-%s;", o.Place(), o.Name)
			} else {
				w.out.line(at, "auth_jwt realm;")
			}
		}
	}
}

// fabricTimeout writes a timeout that a ProxySettingsPolicy of the route or of the Gateway sets, else nginx's own.
func (w *ingressWriter) fabricTimeout(r *fabricRule, m fabricMatch, which string) {
	directive := "proxy_" + which + "_timeout"
	v := w.s.policy(fabricGroup, "ProxySettingsPolicy", []*Object{m.route, r.head}, "timeout", which)
	s := setting{text: "60s"}
	if v.Kind == infra.Scalar {
		s = setting{text: v.Text, pos: v.Pos, value: v}
	}
	maker := w.made(r.place, s, directive, directive)
	maker.Write = func(text string) []hop.Edit {
		value, ok := strings.CutPrefix(strings.TrimSuffix(text, ";"), directive+" ")
		if !ok || v.Set == nil {
			return nil
		}
		return v.Set(value)
	}
	w.out.line(maker, "%s %s;", directive, s.text)
}

// speaksH2C reports whether all backends of a match take HTTP/2 only: the handshake then goes on without Upgrade.
func (w *ingressWriter) speaksH2C(m fabricMatch) bool {
	refs, _ := m.rule.Get("backendRefs").List()
	for _, ref := range refs {
		service := w.s.services[cmp.Or(ref.Get("namespace").Text, m.route.Place())+"/"+ref.Get("name").Text]
		if service == nil {
			return false
		}
		h2c := false
		ports, _ := service.Get("spec", "ports").List()
		for _, p := range ports {
			h2c = h2c || p.Get("port").Text == ref.Get("port").Text && p.Get("appProtocol").Text == "kubernetes.io/h2c"
		}
		if !h2c {
			return false
		}
	}
	return len(refs) > 0
}

// backendTLS reports whether a BackendTLSPolicy says that a backend of a match speaks TLS.
func (w *ingressWriter) backendTLS(m fabricMatch) bool {
	refs, _ := m.rule.Get("backendRefs").List()
	for _, ref := range refs {
		policies := w.s.index.targets[objectKey{"Service", m.route.Place(), ref.Get("name").Text}]
		if slices.ContainsFunc(policies, func(p *Object) bool { return p.Is(gatewayGroup, "BackendTLSPolicy") }) {
			return true
		}
	}
	return false
}
