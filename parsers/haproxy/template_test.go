package haproxy_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/wslint/wslint/hop"
)

// TestFilledIn: a handshake at a listener whose address is filled in later arrives at that one and no other, in TLS and
// without where the template decides about it; no known address leads there.
func TestFilledIn(t *testing.T) {
	c := parse("defaults\n mode http\nfrontend one\n bind {{ one }}:80\n default_backend ws1\nfrontend two\n" +
		" bind {{ two }}\n default_backend ws2\nfrontend three\n {% if x %}\n bind *:80\n {% endif %}\n bind fd@3\n" +
		" default_backend ws3\nbackend ws1\n server a a:80\nbackend ws2\n server b b:80\nbackend ws3\n server c c:80\n")
	var got []string
	for _, e := range c.Endpoints() {
		for _, q := range e.Requests {
			cases := c.Serve(q)
			if !c.Listens(q) || !hop.Is(cases[0].Hop.Answer, hop.Answer{}) {
				t.Errorf("%s: %+v", e.Name, cases[0].Hop.Answer)
			}
			got = append(got, fmt.Sprintf("%s TLS %t, %d cases", cases[0].Hop.Name, q.TLS, len(cases)))
		}
	}
	want := "haproxy backend ws1 TLS false, 1 cases; haproxy backend ws2 TLS true, 2 cases; " +
		"haproxy backend ws2 TLS false, 2 cases; haproxy backend ws3 TLS false, 1 cases"
	if got := strings.Join(got, "; "); got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
	for _, addr := range []string{"127.0.0.1:8080", "?haproxy.cfg,99,1", "?"} {
		if c.Listens(hop.Request{Addr: addr}) {
			t.Errorf("something listens on %s", addr)
		}
	}
}

// TestFilledInPlaces: what a template makes of a listener, a name or a condition, and whether it decides about a line.
func TestFilledInPlaces(t *testing.T) {
	around := func(lines string) string {
		return "defaults\n mode http\nfrontend f\n" + lines + "\nbackend ws\n server a a:80\nbackend b\n server b b:80\n"
	}
	for lines, want := range map[string]string{
		" bind *:80\n use_backend {{ x }} if { path /ws }\n default_backend b":                        "ws, unknown",
		" bind *:80\n use_backend ws {{ if_ws }}\n default_backend b":                                 "b, ws",
		" bind *:80\n default_backend {{ x }}":                                                        "ws, b, unknown",
		" bind *:80\n {% if x %}\n use_backend ws\n {% endif %}\n default_backend b\n":                "ws, b",
		" bind *:80\n {% if x %}\n default_backend ws\n {% else %}\n default_backend b\n {% endif %}": "b, ws",
		" bind *:80 {{ tls }}\n default_backend ws":                                                   "ws, closed",
		" bind *:80{{ if .TLS }} ssl crt x{{ end }}\n default_backend ws":                             "ws, closed",
		" bind *:80 {{ if .P }}accept-proxy{{ end }}\n default_backend ws":                            "ws",
		" bind *:{{ port }} ssl crt {{ crt }}\n default_backend ws":                                   "ws",
		" bind *:80\n mode {{ m }}\n default_backend ws":                                              "ws, ws",
		" bind *:80\n http-request deny {{ x }}\n default_backend ws":                                 "ws, 403",
		" bind *:80\n acl {{ n }} path /ws\n use_backend ws if {{ n }}\n":                             "ws",
		" bind *:80\n {% if x %}\n default_backend ws\n {% endif %}":                                  "ws, 503",
		// What is too long for a tag is a line that may say anything.
		" bind *:80\n {% if " + strings.Repeat("x", 5000) + " %}\n default_backend ws": "ws, ws",
		" bind quic4@:{{ port }} ssl crt x\n default_backend ws":                       "",
	} {
		c := parse(around(lines))
		var got []string
		for _, e := range c.Endpoints()[:min(1, len(c.Endpoints()))] {
			for _, k := range c.Serve(e.Requests[0]) {
				a, known := k.Hop.Answer.Get()
				switch {
				case !known:
					got = append(got, "unknown")
				case a.Kind == hop.Closed:
					got = append(got, "closed")
				case a.Kind == hop.Answered:
					got = append(got, fmt.Sprint(a.Status))
				default:
					got = append(got, strings.TrimPrefix(k.Hop.Name, "haproxy backend "))
				}
			}
		}
		if got := strings.Join(got, ", "); got != want {
			t.Errorf("%s: %s, want %s", lines, got, want)
		}
	}
}
