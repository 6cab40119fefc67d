package haproxy_test

import (
	"os"
	"strings"
	"testing"

	"github.com/wslint/wslint/hop"
)

// FuzzParse: no text makes reading, serving or editing panic, and every place lies within the text.
func FuzzParse(f *testing.F) {
	for seed := range uint64(20) {
		f.Add(fuzzSeed(seed))
	}
	lines, err := os.ReadFile("check/testdata/accepts.txt")
	if err != nil {
		f.Fatal(err)
	}
	for line := range strings.Lines(string(lines)) {
		_, text, _ := strings.Cut(line, " ")
		f.Add("defaults\n mode http\nlisten l\n bind *:80\n " + text + " server a a:80\n")
	}
	f.Add(
		"listen l\r\n bind :::80 v4v6,/run/x,unix@y,fd@3,\"${A}\":1-2\r\n redirect scheme\r\n use_backend\r\n" +
			" http-request\r\n http-response set-header\r\n server\r\n",
	)
	f.Add(
		"defaults\n mode http\nfrontend f\n bind *:80\n use_backend b if { path /x\n use_backend b if { }\nbackend b\n" +
			" server a a:80\n",
	)
	f.Add("{{ if .A }}\ndefaults\n mode {{ m }}\n {{ x }}\nfrontend f\n bind {{ if .B }}*{{ end }}:{{ p }} {{ s }}\n" +
		" bind __A__\n {% for x in y %}use_backend {{ x }} {{ c }}{% endfor %}\n <% if z\n %>\n" +
		" default_backend {{ d }}\n {{ end }}{{/* \n */}}\n" +
		"backend ws\n {{ servers }}\nbackend {{ x }}\n server {{ s }}{# \n #} # {{ else }}\n{{ end }}")
	f.Fuzz(func(t *testing.T, text string) {
		c := parse(text)
		for _, p := range c.Problems {
			if p.Pos.Line < 1 || p.Pos.Col < 0 {
				t.Errorf("%v: %s", p.Pos, p.Text)
			}
		}
		for _, e := range c.Endpoints() {
			for _, q := range e.Requests {
				c.Serve(q)
			}
		}
		for _, addr := range []string{"", "127.0.0.1:80", "chat.test:80", "[::1]:80"} {
			for _, tls := range []bool{false, true} {
				h := c.Serve(hop.Request{
					Addr: addr, Method: "GET", Target: "/ws?x=1", Host: "chat.test", TLS: tls,
					Proto:  hop.Written("HTTP", "1.1", hop.Pos{}),
					Header: map[string][]hop.Setting[string]{"Host": {hop.Written("Host", "chat.test", hop.Pos{})}},
				})[0].Hop
				for _, timer := range h.Idle {
					if timer.Set == nil {
						continue
					}
					for _, e := range timer.Set("90s") {
						if e.Start < 0 || e.End < e.Start || e.End > len(text) {
							t.Errorf("edit %d:%d of %d bytes", e.Start, e.End, len(text))
						}
					}
				}
			}
		}
	})
}
