package oracle

import (
	"net"
	"net/netip"
	"regexp"
	"slices"
	"strings"
)

// passes are the directives that name an upstream, and the port they mean when none is written.
var passes = []string{"proxy_pass", "uwsgi_pass", "scgi_pass", "fastcgi_pass", "grpc_pass", "memcached_pass"}

func isPass(name string) bool { return slices.Contains(passes, name) }

// A hostVar is a variable that holds an upstream's address, and how proxy_pass uses it.
type hostVar struct {
	whole bool   // proxy_pass is the variable: its value is a URL
	port  string // the port that proxy_pass writes behind it, or the scheme's
}

// A target is an argument of proxy_pass, cut up: scheme://authority rest.
type target struct{ scheme, authority, rest string }

var (
	variable    = regexp.MustCompile(`^\$(?:\{(\w+)\}|(\w+))(?::(\d+))?$`)
	uriVariable = regexp.MustCompile(`\$\{?(?:request_uri|uri|document_uri)\b`)
)

func cutTarget(value string) target {
	var t target
	if i := strings.Index(value, "://"); i >= 0 {
		t.scheme, value = value[:i+3], value[i+3:]
	}
	if strings.HasPrefix(value, "unix:") {
		end := strings.IndexByte(value[5:], ':')
		if end < 0 {
			t.authority = value
			return t
		}
		t.authority, t.rest = value[:5+end], value[5+end:]
		return t
	}
	end := len(value)
	if i := strings.IndexAny(value, "/?"); i >= 0 && t.scheme != "" {
		end = i
	}
	if i := uriVariable.FindStringIndex(value[:end]); i != nil {
		end = i[0]
	}
	t.authority, t.rest = value[:end], value[end:]
	return t
}

// port is what is meant where no port is written.
func (t target) port() string {
	switch t.scheme {
	case "https://":
		return "443"
	case "http://", "$scheme://":
		return "80"
	}
	return ""
}

// learnPass notes the variables that proxy_pass takes the address from.
func (r *rewriter) learnPass(d *directive, s *scope) {
	t := cutTarget(d.arg(0))
	if v := variable.FindStringSubmatch(t.authority); v != nil {
		port := v[3]
		if port == "" {
			port = t.port()
		}
		r.hostVars[v[1]+v[2]] = hostVar{whole: t.scheme == "" && s.family == "http", port: port}
	}
}

// upstream rewrites the address that a pass directive names.
func (r *rewriter) upstream(d *directive, s *scope) {
	t := cutTarget(d.arg(0))
	if strings.Contains(t.authority, "$") {
		v := variable.FindStringSubmatch(t.authority)
		if v == nil || !r.mappable(v[1]+v[2]) {
			if !r.pairUpstream(d, t, s) {
				r.unmapped(d.arg(0))
			}
		} else if v[3] != "" {
			// The variable now holds the port as well.
			r.replace(d.file, d.args[0], t.scheme+"${"+v[1]+v[2]+"}"+t.rest)
		}
		return
	}
	if r.upstreams[strings.ToLower(t.authority)] {
		return
	}
	if lab := r.destination(t.authority, t.port()); lab != "" {
		r.replace(d.file, d.args[0], t.scheme+lab+t.rest)
	}
}

// mappable reports whether some set, map or geo of the configuration gives the variable its values.
func (r *rewriter) mappable(name string) bool { return r.seen["value of "+name] }

func (r *rewriter) unmapped(value string) {
	if !slices.Contains(r.lab.Unmapped, value) {
		r.lab.Unmapped = append(r.lab.Unmapped, value)
	}
}

// variableValue rewrites one value of a variable that holds an upstream's address.
func (r *rewriter) variableValue(file string, w word, v hostVar) {
	t := target{authority: w.value}
	if v.whole {
		t = cutTarget(w.value)
		v.port = t.port()
	}
	host, _, _ := strings.Cut(t.authority, ":")
	switch {
	case w.value == "" || r.upstreams[strings.ToLower(t.authority)]:
		return
	case strings.Contains(t.authority, "$"):
		r.unmapped(w.value)
		return
	case !strings.HasPrefix(t.authority, "unix:") && !strings.HasPrefix(host, "[") && !r.resolvable(host):
		return
	}
	if lab := r.destination(t.authority, v.port); lab != "" {
		r.replace(file, w, t.scheme+lab+t.rest)
	}
}

// peer rewrites a server line of an upstream block.
func (r *rewriter) peer(d *directive) {
	if lab := r.destination(d.arg(0), "80"); lab != "" {
		r.replace(d.file, d.args[0], lab)
	}
}

// destination is the lab address for an upstream address: a listener of this configuration, else an application.
func (r *rewriter) destination(authority, port string) string {
	original := strings.ToLower(authority)
	if strings.HasPrefix(original, "unix:") {
		original = authority
	} else if _, _, err := net.SplitHostPort(original); err != nil {
		if port == "" {
			return "" // nginx refuses an address without a port here
		}
		original += ":" + port
	}
	if lab := r.own(original); lab != "" {
		return lab
	}
	lab, err := r.application(original)
	if err != nil {
		r.err = err
	}
	return lab
}

// own is the lab address of the listener that a connection to the original address reaches on this machine, or "".
func (r *rewriter) own(original string) string {
	if lab, ok := r.lab.Listeners[original]; ok {
		return lab
	}
	host, port, err := net.SplitHostPort(original)
	if err != nil {
		return ""
	}
	ip, err := netip.ParseAddr(host)
	if host != "localhost" && (err != nil || !ip.IsLoopback() && !ip.IsUnspecified()) {
		return ""
	}
	candidates := []string{"127.0.0.1:" + port, "*:" + port}
	if ip.Is6() {
		candidates = []string{"[::1]:" + port, "[::]:" + port}
	} else if host == "localhost" {
		candidates = append(candidates, "[::1]:"+port, "[::]:"+port)
	}
	for _, c := range candidates {
		if lab, ok := r.lab.Listeners[c]; ok {
			return lab
		}
	}
	return ""
}

// listenAddress is the one spelling of a listen address: "*:80", "10.0.0.1:80", "[::]:80", "unix:/run/x.sock".
func listenAddress(value string) string {
	value = strings.ToLower(value)
	if strings.HasPrefix(value, "unix:") {
		return value
	}
	if strings.Trim(value, "0123456789") == "" {
		return "*:" + value
	}
	host, port, err := net.SplitHostPort(value)
	if err != nil {
		host, port = strings.Trim(value, "[]"), "80"
	}
	switch host {
	case "", "*", "0.0.0.0":
		return "*:" + port
	case "localhost":
		host = "127.0.0.1"
	}
	return net.JoinHostPort(host, port)
}
