package nginx

import (
	"strings"
	"testing"

	"github.com/wslint/wslint/hop"
)

// TestTemplatedNames holds what a configuration with a placeholder in a server_name or listen predicts against what it
// predicts with each of many values: what is known must be so with all of them, and hosts that no value can have are
// known.
func TestTemplatedNames(t *testing.T) {
	values := []string{
		"a", "b", "x", "www", "a.test", "c.other.test", "x.y", "*.other.test", "*", "80", "81",
	}
	const other = "server { listen 80; server_name *.other.test; location / { return 402; } } " +
		"server { listen 80; server_name b.test ~^r[0-9]; location / { return 403; } } "
	for name, c := range map[string]struct{ server, known string }{
		"suffix":  {"listen 80; server_name V.a.test;", "b.test c.other.test x.other.test r1.test nope.test"},
		"prefix":  {"listen 80; server_name www.V;", "b.test c.other.test r1.test a.test"},
		"middle":  {"listen 80; server_name a.V.test;", "b.test c.other.test r1.test nope.test"},
		"whole":   {"listen 80; server_name V;", "b.test"},
		"listen":  {"listen V; server_name q.test;", "b.test c.other.test r1.test"},
		"default": {"listen V default_server; server_name q.test;", "b.test c.other.test r1.test"},
	} {
		onPort := strings.Contains(c.server, "listen V")
		for _, first := range []bool{true, false} {
			if name == "default" && !first {
				continue // there is one already
			}
			server := "server { " + c.server + " location / { return 401; } } "
			src := "events { } http { server { listen 80 default_server; return 400; } " + other + server + "}"
			if first {
				src = "events { } http { server { listen 80; return 400; } " + server + other + "}"
			}
			for _, host := range strings.Fields("a.test b.test c.other.test x.other.test r1.test nope.test x.a.test " +
				"www.x.y a.x.test q.test") {
				q := handshake("/ws")
				q.Addr = "127.0.0.1:80"
				q.Header["Host"] = []hop.Setting[string]{hop.Written("Host", host, hop.Pos{})}
				predicted := func(v string) (int, bool) {
					s := strings.Replace(src, "V", v, 1)
					a, known := compileText(t, s).Serve(q)[0].Hop.Answer.Get()
					return a.Status, known
				}
				status, known := predicted("${V}")
				if !known && strings.Contains(" "+c.known+" ", " "+host+" ") {
					t.Errorf("%s: %s is not known", name, host)
				}
				if !known {
					continue
				}
				for _, v := range values {
					if onPort != (v[0] == '8') || strings.Contains(v, "*") && name != "whole" && name != "suffix" {
						continue
					}
					if got, _ := predicted(v); got != status {
						t.Errorf("%s: %s is %d whatever the placeholder is, and %d with %q", name, host, status, got, v)
					}
				}
			}
		}
	}
}
