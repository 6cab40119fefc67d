package haproxy

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers"
)

// TestRulesFor: a rule that is passed over is one that does not hold, whatever its condition is made of.
func TestRulesFor(t *testing.T) {
	conditions := []string{
		"if { hdr(host) -i %s }", "if { hdr(host) %s }", "unless { hdr(host) -i %s }", "if !{ hdr(host) -i %s }",
		"if { hdr(host) -i %s } or { path /%s }",
		"if { hdr(host) -i %s } { path_beg /%s }", "if { hdr_beg(host) -i %s }",
		"if { hdr_end(host) -i %s }", "if { hdr(host) -m beg %s }", "if { hdr_dom(host) %s }", "if { hdr_reg(host) ^%s$ }",
		"if { path_beg -i /%s }", "if { path_end %s }", "if { path_sub %s }",
		"if { path -m len 2 }", "if { hdr(host),lower %s }",
		"if { hdr(host),field(1,.) %s }", "if { hdr(host),length 3 }", "if { req.cook(x) %s }",
		"if { src %s }", "if named_%s",
		"if !named_%s", "if { hdr(host) -i %s } TRUE", "",
		"if { path_reg /(x|%s)*%s? }", "if { path_reg ^/(a|ab)*%s(x+x+)*$ }", "if { path_reg -i %s{1,} }",
		"if { path_reg %s{0,2}/ }", "if { path_reg [%s]+/ }", "if { path_reg (?i)%s }", "if { path_reg /(?=%s) }",
		"if { hdr_reg(host) -i ^(x|%s)+ }", "if { path_sub -i %s }", "if { path_dir /%s/ }", "if { hdr_dom(host) .%s. }",
		"if { hdr(host) -f none.lst %s }", "if { path,lower /%s || path /x }",
	}
	names := []string{"a", "A", "b.c", "B.C", "ab", "1"}
	var b strings.Builder
	b.WriteString("defaults\n mode http\nfrontend fe\n bind :8080\n")
	for _, n := range names {
		for _, test := range []string{"hdr(host) -i ", "hdr(host) -i x", "path_end /"} {
			fmt.Fprintf(&b, " acl named_%s %s%[1]s\n", n, test)
		}
	}
	for _, c := range conditions {
		for _, n := range names {
			fmt.Fprintf(&b, " use_backend b %s\n", strings.ReplaceAll(c, "%s", n))
		}
	}
	b.WriteString(".if defined(X)\n use_backend b if { hdr(host) maybe }\n.endif\nbackend b\n server s 127.0.0.1:1\n")
	c := Parse(&parsers.File{Name: "haproxy.cfg", Src: []byte(b.String())}, Options{})
	routes, passed := c.Proxies[0].Routes, 0
	for _, host := range []string{"a", "A", "b.c", "xb.c", "b.c:8080", "abc", "z", "a,z", ""} {
		for _, target := range []string{"/", "/a", "/A", "/b.c", "/x/ab", "/ab/x?a", "/1"} {
			q := request(c.Listeners[0], "h", target, false)
			q.Header["Host"] = []hop.Setting[string]{hop.Written("Host", host, hop.Pos{})}
			hop.Cases(nil, func(a *hop.Assumptions, _ *hop.Hop) {
				r := new(run).begin(c, a, q, c.Listeners[0])
				r.http, r.proto = true, "1.1"
				may := routes.For(0, r.plainText)
				for i, rule := range routes.List {
					if slices.Contains(may, i) {
						continue
					}
					if passed++; r.holds(rule.Rule, rule.Cond) {
						t.Errorf("Host %q, %s: %q holds and is passed over", host, target, words(rule.Line))
					}
				}
			})
		}
	}
	if all := len(routes.List) * 63; passed < all/3 {
		t.Errorf("%d of %d rules are passed over", passed, all)
	}
}

// TestManyBackends: a configuration is served in time that grows with its size and not with its square. What is
// counted are the rules that are looked at, so that no clock decides.
func TestManyBackends(t *testing.T) {
	const n = 3000
	var b strings.Builder
	b.WriteString("defaults\n mode http\nfrontend fe\n bind :8080\n")
	for i := range n {
		fmt.Fprintf(&b, " acl h%d hdr(host) -i s%[1]d.example.com\n use_backend b%[1]d if h%[1]d\n", i)
	}
	for i := range n {
		fmt.Fprintf(&b, "backend b%d\n server s 127.0.0.1:%d\n", i, 1024+i)
	}
	c := Parse(&parsers.File{Name: "haproxy.cfg", Src: []byte(b.String())}, Options{})
	q := request(c.Listeners[0], "s2999.example.com", "/", true)
	hop.Cases(nil, func(a *hop.Assumptions, _ *hop.Hop) {
		r := new(run).begin(c, a, q, c.Listeners[0])
		r.http, r.proto = true, "1.1"
		if may := c.Proxies[0].Routes.For(0, r.plainText); !slices.Equal(may, []int{n - 1}) {
			t.Errorf("looked at %d rules", len(may))
		}
	})
	if cases := c.Serve(q); cases[0].Hop.Name != "haproxy backend b2999" {
		t.Errorf("served by %s", cases[0].Hop.Name)
	}
}
