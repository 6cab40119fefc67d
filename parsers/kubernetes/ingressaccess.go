package kubernetes

import (
	"cmp"
	"encoding/base64"
	"net/url"
	"strings"

	"github.com/wslint/wslint/parsers"
)

// satisfy writes whether one check or all of them have to let a client in.
func (w *ingressWriter) satisfy(p place) {
	if s := w.setting(p.of, "satisfy"); s.text != "" {
		w.out.line(&parsers.Maker{At: s.pos}, "satisfy %s;", s.text)
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
