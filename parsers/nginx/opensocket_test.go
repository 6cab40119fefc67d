package nginx

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/wslint/wslint/hop"
)

var openTemplates = flag.Int("open", 150, "how many random templates TestOpenServers makes up")

// TestOpenServers: where a template's conditions decide which servers, names, addresses and statements are there, each
// case is what comes of the template once all conditions are defined. What is not asked makes no difference.
func TestOpenServers(t *testing.T) {
	held := 0
	for seed := range uint64(*openTemplates) {
		r := rand.New(rand.NewPCG(seed, 1))
		src := openTemplate(r)
		host := []string{"a.test", "b.test", "x.b.test", "c.test:8080", "{{ n0 }}", "www.d.test", ""}[r.IntN(7)]
		q := handshake([]string{"/ws", "/ws/x", "//ws", "/"}[r.IntN(4)])
		q.TLS = r.IntN(3) == 0
		if q.Host = host; host == "" {
			delete(q.Header, "Host")
		} else {
			q.Header["Host"] = []hop.Setting[string]{hop.Written("Host", host, hop.Pos{})}
		}
		open, refused := templateCasesOf(t, src, q, nil)
		if refused || open[0].Rest != "" {
			continue // not all cases are followed
		}
		held++
		for taken := range 1 << openConditions {
			define := map[string]string{}
			for i := range openConditions {
				define[fmt.Sprint("v", i)] = []string{"", "1"}[taken>>i&1]
			}
			holds := func(c hop.Condition) bool {
				name, ours := strings.CutPrefix(c.Key, "template ")
				return !ours || (define[name] == "1") == c.Holds
			}
			defined, refused := templateCasesOf(t, src, q, define)
			if refused {
				continue
			}
			var got, want []string
			for _, k := range open {
				if !slices.ContainsFunc(k.When, func(c hop.Condition) bool { return !holds(c) }) {
					got = append(got, caseText(k))
				}
			}
			for _, k := range defined {
				want = append(want, caseText(k))
			}
			slices.Sort(got)
			slices.Sort(want)
			if !slices.Equal(slices.Compact(got), slices.Compact(want)) {
				t.Fatalf("seed %d, %v, host %q, TLS %v, %s of\n%s\ngot\n%s\nwant\n%s", seed, define, host, q.TLS, q.Target, src,
					strings.Join(got, "\n"), strings.Join(want, "\n"))
			}
		}
	}
	if held < *openTemplates/4 {
		t.Errorf("only %d of %d templates were held against what comes of them", held, *openTemplates)
	}
}

// openConditions is how many conditions a random template has.
const openConditions = 4

// openTemplate is a configuration in which chance has put conditions around servers and what is in them.
func openTemplate(r *rand.Rand) string {
	var b strings.Builder
	perhaps := func(text string) string {
		if r.IntN(3) > 0 {
			return text
		}
		v := fmt.Sprint("v", r.IntN(openConditions))
		switch r.IntN(4) {
		case 0:
			return "{% if not " + v + " %}\n" + text + "{% endif %}\n"
		case 1:
			return "{% if " + v + " %}\n" + text + "{% else %}\nsend_timeout 9s;\n{% endif %}\n"
		}
		return "{% if " + v + " %}\n" + text + "{% endif %}\n"
	}
	one := func(list ...string) string { return list[r.IntN(len(list))] }
	b.WriteString("events {}\nhttp {\n")
	b.WriteString(perhaps(one("", "", "merge_slashes off;\n", "proxy_read_timeout 9s;\n")))
	for i := range 1 + r.IntN(5) {
		var s strings.Builder
		s.WriteString("server {\n")
		// Without any listen nginx makes up one, which no template's conditions lead to here.
		s.WriteString("listen " + one("80", "80", "80 default_server", "80 ssl", "81", "80 proxy_protocol") + ";\n")
		for range r.IntN(2) {
			s.WriteString(perhaps("listen " + one("80 default_server", "82", "81", "81 ssl") + ";\n"))
		}
		for range r.IntN(3) {
			s.WriteString(perhaps("server_name " + one("a.test", "b.test", "*.b.test", ".b.test", "c.test", "www.*", "~^x",
				"{{ n0 }}", "{{ n1 }}.test", "_", `""`) + ";\n"))
		}
		s.WriteString(perhaps(one("", "", "merge_slashes off;\n")))
		for range r.IntN(3) {
			s.WriteString(perhaps(one("rewrite ^/ws$ /ws/x;\n", "rewrite ^/old /ws last;\n", "ssl_reject_handshake on;\n",
				"if ($host = a.test) {\nreturn 404;\n}\n", "if ($uri ~ ^/(x)) {\nreturn 405;\n}\n", "ssl_protocols TLSv1;\n",
				"if ($http_cookie) {\nreturn 406;\n}\n", "set $x 1;\n", "error_page 400 497 = /ws;\n")))
		}
		for range 1 + r.IntN(3) {
			s.WriteString(perhaps("location " + one("/", "/ws", "/ws/", "= /ws", "~ ^/ws", "~* x$", "^~ /ws") + " {\n" +
				perhaps(fmt.Sprintf("proxy_pass http://127.0.0.1:%d;\n", 1000+i*10+r.IntN(9))) +
				perhaps("proxy_set_header Upgrade $http_upgrade;\nproxy_set_header Connection upgrade;\n") + "}\n"))
		}
		s.WriteString("}\n")
		b.WriteString(perhaps(s.String()))
	}
	b.WriteString("}\n")
	return b.String()
}

// TestEarlyDefaultServer: what a default server decides before a name is read counts for other servers, too.
func TestEarlyDefaultServer(t *testing.T) {
	slashes := handshake("//ws")
	secure := handshake("/ws")
	secure.TLS = true
	for _, c := range []struct {
		early, listen string
		q             hop.Request
	}{{"merge_slashes off;", "80", slashes}, {"ssl_protocols TLSv1;", "80 ssl", secure}} {
		src := "events {}\nhttp {\n{% if x %}\nserver {\nlisten " + c.listen + ";\n" + c.early + "\n}\n{% endif %}\n" +
			"server {\nlisten " + c.listen + ";\nserver_name a.test;\nlocation = /ws {\nreturn 402;\n}\n" +
			"location / {\nreturn 403;\n}\n}\n}\n"
		cases, _ := templateCasesOf(t, src, c.q, nil)
		if len(cases) != 2 || caseText(cases[0]) == caseText(cases[1]) {
			t.Errorf("%s: %d cases", c.early, len(cases))
			continue
		}
		for _, k := range cases {
			defined, _ := templateCasesOf(t, src, c.q, map[string]string{"x": map[bool]string{true: "1"}[k.When[0].Holds]})
			if len(defined) != 1 || caseText(defined[0]) != caseText(k) {
				t.Errorf("%s: %s, not %s", c.early, caseText(k), caseText(defined[0]))
			}
		}
	}
}
