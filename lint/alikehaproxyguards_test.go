package lint_test

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

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
	site := func(lines string) string { return "frontend f@\n bind :~\n " + lines }
	for _, g := range []guarded{
		{"an ACL of a rule of the backend", web, [2]string{ws, "acl x path_beg /x\n " + drop + "x\n" + clean},
			[2]string{"", "acl x path_beg /ws\n " + drop + "x\n" + clean}},
		{"an ACL of a rule of the frontend", "",
			[2]string{site("acl x path_beg /x\n " + drop + "!x\n use_backend b@ if { path_beg /x/ws }"), clean},
			[2]string{site("acl x path_beg /y\n " + drop + "!x\n use_backend b@ if { path_beg /x/ws }"), ""}},
		{"a header with the host", web + "http-request set-header X-Site %[req.hdr(host)]",
			[2]string{ws, drop + "{ req.hdr(X-Site) -m beg s9 }\n" + clean}, [2]string{}},
		{"a path of an application", web, [2]string{host + " { path_beg /api/v3/websocket }", short},
			[2]string{host + " { path_beg /api/v4/websocket }", ""}},
		{"the names of servers", web,
			[2]string{ws,
				"timeout tunnel 1h\n server x@ 10.0.0.@:80 maxconn 5\n server s1 10.0.1.@:80\n use-server s1 if { always_true }"},
			[2]string{"",
				"timeout tunnel 1h\n server s1 10.0.0.@:80 maxconn 5\n server x@ 10.0.1.@:80\n " +
					"use-server s1 if { always_true }"}},
		{"servers that are up", web,
			[2]string{ws,
				drop + "!{ srv_is_up(s1) }\n timeout tunnel 1h\n server x@ 10.0.0.@:80 disabled\n server s1 10.0.1.@:80"},
			[2]string{"",
				drop + "!{ srv_is_up(s1) }\n timeout tunnel 1h\n server s1 10.0.0.@:80 disabled\n server x@ 10.0.1.@:80"}},
		{"the port of the frontend", "", [2]string{site(drop + "{ dst_port 10009 }\n default_backend b@"), clean},
			[2]string{}},
		{"the name of the frontend", "", [2]string{site(drop + "{ fe_name f9 }\n default_backend b@"), clean},
			[2]string{}},
		{"the host of a rule", web, [2]string{ws, drop + "{ hdr(host) -m beg s9. }\n" + clean}, [2]string{}},
		{"the SNI of a rule", "frontend web\n bind :443 ssl crt /etc/x.pem\n", [2]string{ws,
			drop + "{ ssl_fc_sni -m beg s9. }\n" + clean}, [2]string{}},
		{"the base of a rule", web, [2]string{ws, drop + "{ base_beg s9. }\n" + clean}, [2]string{}},
		{"the Origin of a rule", web, [2]string{ws, drop + "{ req.hdr(origin) -m sub //s9. }\n" + clean}, [2]string{}},
		{"the path of a rule", web, [2]string{app, drop + "{ path_beg /app9/ }\n" + clean}, [2]string{}},
		{"the URL of a rule", web, [2]string{app, drop + "{ url_beg /app9/ }\n" + clean}, [2]string{}},
		{"the base of a rule, for its path", web, [2]string{app, drop + "{ base_sub /app9/ }\n" + clean}, [2]string{}},
		{"the path of a rule of the frontend", web + drop + "{ path_beg /app9/ }", [2]string{app, clean}, [2]string{}},
		{"the path of statistics", web + "stats uri /app9/", [2]string{app, clean}, [2]string{}},
		{"the path of the monitor", web + "monitor-uri /app9/ws", [2]string{app, clean}, [2]string{}},
		{"a redirect of all", web + "http-request redirect location https://s9.example.com/ws if { src 10.0.0.0/8 }",
			[2]string{ws, clean}, [2]string{}},
		{"the ACL of a redirect", web + "redirect prefix https://www.example.com if { path_beg /app9/ }",
			[2]string{app, clean}, [2]string{}},
		{"the defaults", web, [2]string{ws, short},
			[2]string{"",
				"server a 10.0.0.@:80\ndefaults\n mode http\n timeout connect 5s\n timeout client 60s\n " +
					"timeout server 60s\n timeout tunnel 20s"}},
		{"no", web, [2]string{ws, "option independent-streams\n" + short}, [2]string{"",
			"no option independent-streams\n" + short}},
		{"the port of a server", web, [2]string{ws, "timeout tunnel 1h\n server a 10.0.0.@:80"}, [2]string{"",
			"timeout tunnel 1h\n server a 10.0.0.@:443"}},
		{"servers of one address", web, [2]string{ws, "timeout tunnel 1h\n server a 10.0.0.@:80\n server b 10.0.1.@:80"},
			[2]string{"", "timeout tunnel 1h\n server a 10.0.0.@:80\n server b 10.0.0.@:80"}},
		{"an own listener", web + "bind 10.0.0.9:80", [2]string{ws, clean}, [2]string{}},
		{"a listener of this machine", "", [2]string{site("default_backend b@"),
			"timeout tunnel 1h\n server a 10.0.0.@:8080"},
			[2]string{"frontend f@\n bind 10.0.0.9:8080\n bind :~\n default_backend b@", ""}},
		{"accept-proxy", "", [2]string{site("default_backend b@"), short},
			[2]string{"frontend f@\n bind :~ accept-proxy\n default_backend b@", ""}},
		{"a usual port", "", [2]string{site("use_backend b@ if { hdr(host) -i s@.example.com }"), short},
			[2]string{"frontend f@\n bind :80\n use_backend b@ if { hdr(host) -i s@.example.com }", ""}},
		{"a condition turned round", web, [2]string{host + " { src 10.0.0.0/8 }", short},
			[2]string{host + " !{ src 10.0.0.0/8 }", ""}},
		{"unless", web, [2]string{"use_backend b@ if { hdr(host) -i s@.example.com }", short},
			[2]string{"use_backend b@ unless { hdr(host) -i s@.example.com }", ""}},
		{"the letters of a host", web, [2]string{"use_backend b@ if { hdr(host) -i s@.example.com }", short},
			[2]string{"use_backend b@ if { hdr(host) S@.example.com }", ""}},
		{"the method of a host", web, [2]string{host, short},
			[2]string{"use_backend b@ if { hdr(host) -m end @.example.com }", ""}},
		{"a converter of the host", web, [2]string{host, short},
			[2]string{"use_backend b@ if { hdr(host),upper s@.example.com }", ""}},
		{"another host", web, [2]string{host, short}, [2]string{"use_backend b@ if { hdr(host) -i s10.example.com }",
			""}},
		{"two hosts", web, [2]string{host, short},
			[2]string{"use_backend b@ if { hdr(host) -i s9.example.com s10.example.com }", ""}},
		{"a route for a path before", web + "use_backend b0 if { path_beg /app9 }", [2]string{app, short}, [2]string{}},
		{"a route for all before", web, [2]string{host, short},
			[2]string{"use_backend b3 if { src 10.0.0.0/8 }\n " + host, ""}},
		{"a route of the same host before", web, [2]string{ws, short},
			[2]string{"use_backend b3 if { hdr(host) -i s9.example.com }\n " + ws, ""}},
		{"the Upgrade of a condition", web, [2]string{host + " { hdr(upgrade) -i websocket }", short},
			[2]string{host + " { hdr(upgrade) -i h2c }", ""}},
		{"where the default leads", "", [2]string{site(ws + "\n default_backend b0"), short},
			[2]string{site(ws + "\n default_backend b9"), ""}},
		{"a listen section", "", [2]string{"listen b@\n bind :~\n" + short, "-"},
			[2]string{"listen b@\n bind :~\n mode tcp\n" + short, "-"}},
		{"a frontend with a timeout", "", [2]string{site("default_backend b@"), "server a 10.0.0.@:80"},
			[2]string{site("timeout client 30s\n default_backend b@"), ""}},
		{"words beside a fault", web, [2]string{ws, short}, [2]string{"", "timeout tunnel 20s # of this one" + server}},
		{"a fault on another line", web, [2]string{ws, short}, [2]string{"", "\n" + short}},
		{"a fault in another column", web, [2]string{ws, short}, [2]string{"", "  timeout   tunnel   20s" + server}},
		{"a quoted word", web, [2]string{ws, short}, [2]string{"", "timeout tunnel \"20s\"" + server}},
		{"an escaped word", web, [2]string{ws, short}, [2]string{"", "timeout \"tun\"nel 20s" + server}},
		{"a comment where a line is added", web, [2]string{ws, "option httplog" + server}, [2]string{"",
			"option httplog # one" + server}},
		{"the name of a backend that others name", web, [2]string{ws, "http-request set-header X-To b9\n" + short},
			[2]string{}},
		{"the name of a server", web, [2]string{ws, "timeout tunnel 1h\n server s@ 10.0.0.@:80 maxconn 5"}, [2]string{}},
		{"names of backends that begin alike", web, [2]string{ws,
			"timeout tunnel 1h\n server b@ 10.0.0.@:80 maxconn 5\n server b@0 10.0.1.@:80 maxconn 5"}, [2]string{}},
	} {
		t.Run(g.name, func(t *testing.T) { g.hold(t) })
	}
}

// hold checks both ways, with the routes that a report shows.
func (g guarded) hold(t *testing.T) {
	file := filepath.Join(t.TempDir(), "haproxy.cfg")
	if err := os.WriteFile(file, []byte(g.text()), 0o600); err != nil {
		t.Fatal(err)
	}
	each, err := lint.Check(lint.Input{Args: []string{file}, Rules: rules.All, EachServer: true})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range each.Findings {
		if f.Rule == rules.UnreadableConfig {
			t.Fatalf("HAProxy does not start: %v %s", f.Pos, f.Message)
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
