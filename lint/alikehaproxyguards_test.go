package lint_test

import (
	"fmt"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/wslint/wslint/lint"
	"github.com/wslint/wslint/rules"
)

// A guarded configuration has many ways to backends that are alike, and one that is not: what is found at the others
// must not be carried over to it. In its texts @ is the number of each way, and ~ a port of its own.
type guarded struct {
	name  string
	front string // of all; none where each way has a frontend of its own
	most  [2]string
	other [2]string // what leads to the backend, and its lines; "" for those of the others
}

// odd is the number of the way that is not like the others: none of the first ones, and none that is looked at for all.
const odd = 9

func (g guarded) text() string {
	var front, back strings.Builder
	front.WriteString(g.front + "\n")
	for i := range 75 {
		part := g.most
		if i == odd {
			for n, text := range g.other {
				if text != "" {
					part[n] = text
				}
			}
		}
		fill := strings.NewReplacer("@", fmt.Sprint(i), "~", fmt.Sprint(10000+i)).Replace
		fmt.Fprintf(&front, "%s\n", fill(part[0]))
		if part[1] != "-" {
			fmt.Fprintf(&back, "backend b%d\n%s\n", i, fill(part[1]))
		}
	}
	return head("") + front.String() + back.String()
}

// TestGuards holds what is said of ways that are all but alike against what is said of each by itself.
func TestGuards(t *testing.T) {
	const (
		web    = "frontend web\n bind :80\n "
		host   = "use_backend b@ if { hdr(host) -i s@.example.com }"
		ws     = host + " { path_beg /ws }"
		app    = host + " { path_beg /app@/ws }"
		server = "\n server a 10.0.0.@:80"
		clean  = "timeout tunnel 1h" + server
		short  = "timeout tunnel 20s" + server
		drop   = "http-request del-header Upgrade if "
	)
	named := "defaults d\n mode http\n timeout connect 5s\n timeout client 60s\n timeout server 60s\n"
	site := func(lines string) string { return "frontend f@\n bind :~\n " + lines }
	before := func(cond string) [2]string {
		return [2]string{site("use_backend b0 if " + cond + "\n default_backend b@"), short}
	}
	const last = "use_backend z@ if { hdr(host) -i s@.example.com }"
	section := func(end, lines string) string { return "server x 10.1.1.1:80\nbackend z@" + end + "\n " + lines }
	for _, g := range []guarded{
		{"an ACL of a rule of the backend", web, [2]string{ws, "acl x path_beg /x\n " + drop + "x\n" + clean},
			[2]string{"", "acl x path_beg /ws\n " + drop + "x\n" + clean}},
		{"an ACL of a rule of the frontend", "", [2]string{site("acl x path_beg /x\n " + drop +
			"!x\n use_backend b@ if { path_beg /x/ws }"), clean}, [2]string{site("acl x path_beg /y\n " + drop +
			"!x\n use_backend b@ if { path_beg /x/ws }"), ""}},
		{"a header with the host", web + "http-request set-header X-Site %[req.hdr(host)]", [2]string{ws, drop +
			"{ req.hdr(X-Site) -m beg s9 }\n" + clean}, [2]string{}},
		{"a path of an application", web, [2]string{host + " { path_beg /api/v3/websocket }", short},
			[2]string{host + " { path_beg /api/v4/websocket }", ""}},
		{"the port of the frontend", "", [2]string{site(drop + "{ dst_port 10009 }\n default_backend b@"), clean},
			[2]string{}},
		{"the name of the frontend", "", [2]string{site(drop + "{ fe_name f9 }\n default_backend b@"), clean},
			[2]string{}},
		{"the host of a rule", web, [2]string{ws, drop + "{ hdr(host) -m beg s9. }\n" + clean}, [2]string{}},
		{"the SNI of a rule", "frontend web\n bind :443 ssl crt /etc/x.pem\n", [2]string{ws, drop +
			"{ ssl_fc_sni -m beg s9. }\n" + clean}, [2]string{}},
		{"the base of a rule", web, [2]string{ws, drop + "{ base_beg s9. }\n" + clean}, [2]string{}},
		{"the path of a rule", web, [2]string{app, drop + "{ path_beg /app9/ }\n" + clean}, [2]string{}},
		{"the URL of a rule", web, [2]string{app, drop + "{ url_beg /app9/ }\n" + clean}, [2]string{}},
		{"the path of a rule of the frontend", web + drop + "{ path_beg /app9/ }", [2]string{app, clean},
			[2]string{}},
		{"the path of statistics", web + "stats uri /app9/", [2]string{app, clean}, [2]string{}},
		{"unless", web, [2]string{"use_backend b@ if { hdr(host) -i s@.example.com }", short},
			[2]string{"use_backend b@ unless { hdr(host) -i s@.example.com }", ""}},
		{"the method of a host", web, [2]string{host, short},
			[2]string{"use_backend b@ if { hdr(host) -m end @.example.com }", ""}},
		{"another host", web, [2]string{host, short},
			[2]string{"use_backend b@ if { hdr(host) -i s10.example.com }", ""}},
		{"two hosts", web, [2]string{host, short},
			[2]string{"use_backend b@ if { hdr(host) -i s9.example.com s10.example.com }", ""}},
		{"a route for a path before", web + "use_backend b0 if { path_beg /app9 }", [2]string{app, short},
			[2]string{}},
		{"a route of the same host before", web, [2]string{ws, short},
			[2]string{"use_backend b3 if { hdr(host) -i s9.example.com }\n " + ws, ""}},
		{"where the default leads", "", [2]string{site(ws + "\n default_backend b0"), short}, [2]string{site(ws +
			"\n default_backend b9"), ""}},
		{"a fault in another column", web, [2]string{ws, short}, [2]string{"", "  timeout   tunnel   20s" +
			server}},
		{"paths alone", web + "use_backend b0 if { path_beg /app9 }",
			[2]string{"use_backend b@ if { path_beg /app@/ws }", short}, [2]string{}},
		{"where another route leads", "backend c\n " + drop +
			"{ hdr(host) -m beg s9. }\n timeout tunnel 1h\n server a 10.1.0.1:80\n" + web,
			[2]string{"use_backend c if { hdr(host) -i s@.example.com } { cook(canary) -m found }\n" + host,
				clean}, [2]string{}},
		{"another path of another route", web,
			[2]string{"use_backend b0 if { hdr(host) -i s@.example.com } { path_end /no }\n" + ws, short},
			[2]string{"use_backend b0 if { hdr(host) -i s@.example.com } { path_end /ws }\n" + ws, ""}},
		{"the host of a rule of defaults", named + " " + drop + "{ hdr(host) -m beg s9. }\n" + web, [2]string{ws,
			clean}, [2]string{}},
		{"the path of a rule of defaults", named + " " + drop + "{ path_beg /app9/ }\n" + web, [2]string{app,
			clean}, [2]string{}},
		{"a part of a host", web + "use_backend b0 if { hdr(host),regsub(^s,) 9.example.com }", [2]string{host,
			short}, [2]string{}},
		{"a field of a host", web + "use_backend b0 if { hdr(host),field(2,s) 9.example.com }", [2]string{host,
			short}, [2]string{}},
		{"a host or a path", web + "use_backend b0 if { hdr(host) -i s70.example.com } or { path_beg /app9/ }",
			[2]string{app, short}, [2]string{}},
		{"not a host", web + "use_backend b0 if !{ hdr(host) -i s70.example.com } { path_beg /app9/ }",
			[2]string{app, short}, [2]string{}},
		{"another test", "", before("{ always_false }"), [2]string{before("{ always_true }")[0], ""}},
		{"the method of a test", "", before("{ path -m str / }"), [2]string{before("{ path -m beg / }")[0], ""}},
		{"the pattern of a test", "", before("{ hdr(upgrade) h2c }"),
			[2]string{before("{ hdr(upgrade) websocket }")[0], ""}},
		{"a test turned round", "", before("{ hdr(upgrade) h2c }"), [2]string{before("!{ hdr(upgrade) h2c }")[0],
			""}},
		{"an ACL that HAProxy has", "", before("METH_POST"), [2]string{before("METH_GET")[0], ""}},
		{"unless of another route", "", before("{ hdr(upgrade) h2c }"),
			[2]string{strings.Replace(before("{ hdr(upgrade) h2c }")[0], "b0 if", "b0 unless", 1), ""}},
		{"an ACL in braces", web, [2]string{"acl h@ hdr(host) -i s@.example.com\n use_backend b@ if h@", short},
			[2]string{host, ""}},
		{"more words in a route", web, [2]string{"use_backend b@ if { hdr(host) -i -- s@.example.com }", short},
			[2]string{host, ""}},
		{"lines of a frontend in another order", "",
			[2]string{"frontend f@\n bind :~\n timeout client 20s\n default_backend b@", "server a 10.0.0.@:80"},
			[2]string{"frontend f@\n timeout client 20s\n bind :~\n default_backend b@", ""}},
		{"lines of a backend in another order", web, [2]string{host, "acl x path_beg /x\n " + short},
			[2]string{"", "timeout tunnel 20s\n acl x path_beg /x" + server}},
		{"the defaults of a head", named + web, [2]string{last, section(" from d", short)}, [2]string{"", section("",
			short)}},
	} {
		t.Run(g.name, func(t *testing.T) { holdText(t, "haproxy.cfg", g.text()) })
	}
}

// holdText checks a file both ways, with the routes that a report shows; the files that it includes are behind it.
func holdText(t *testing.T, name, text string) {
	dir := t.TempDir()
	file := filepath.Join(dir, name)
	files := txtar.Parse([]byte(text))
	files.Files = append(files.Files, txtar.File{Name: name, Data: files.Comment})
	if err := txtar.Write(files, dir); err != nil {
		t.Fatal(err)
	}
	each, err := lint.Check(lint.Input{Args: []string{file}, Rules: rules.All, EachServer: true})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range each.Findings {
		if f.Rule == rules.UnreadableConfig {
			t.Fatalf("it does not start: %v %s", f.Pos, f.Message)
		}
	}
	for routes := range rules.NoRoutes + 1 {
		carried, err := lint.Check(lint.Input{Args: []string{file}, Rules: rules.All, Routes: routes})
		if err != nil {
			t.Fatal(err)
		}
		got, want := told(carried, routes), told(each, routes)
		if reflect.DeepEqual(got, want) {
			continue
		}
		for _, line := range want {
			if !slices.Contains(got, line) {
				t.Fatalf("%d lines instead of %d; without\n%s", len(got), len(want), line)
			}
		}
		t.Fatalf("%d lines instead of %d", len(got), len(want))
	}
}
