package nginx

import (
	"fmt"
	"strings"
	"testing"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers"
)

// alikeConfig is a configuration of 100 servers of one text, in which @ is the number of each.
func alikeConfig(t *testing.T, around, server string) *Config {
	t.Helper()
	var b strings.Builder
	b.WriteString("events {}\nhttp {\n" + around + "\nserver { listen 80 default_server; return 404; }\n")
	for i := range 100 {
		b.WriteString(strings.ReplaceAll(
			"upstream p@ { server 10.1.1.@:8080; }\nserver { listen 80; server_name s@.example.com; "+server+" }\n",
			"@", fmt.Sprint(i),
		))
	}
	b.WriteString("}\n")
	c, _, err := Made(parsers.Found{Name: "nginx.conf", Src: []byte(b.String())}, false)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// TestDistinct tells servers that differ in names and addresses alone from others.
func TestDistinct(t *testing.T) {
	const ws = "location /ws { proxy_pass http://p@; proxy_set_header Upgrade $http_upgrade; " +
		"proxy_set_header Connection upgrade; proxy_set_header Host $host; }"
	for _, x := range []struct {
		around, server string
		alike          bool
	}{
		{"", ws, true},
		{"", "root /srv/@; access_log /var/log/@.log; " + ws, true},
		{"map $http_upgrade $c { default upgrade; '' close; }", ws, true},
		{"map $host $c { default upgrade; s7.example.com close; }", ws, false},
		{"", "if ($host = s7.example.com) { return 403; } " + ws, false},
		{"", "valid_referers server_names; " + ws, false},
		{"", "location / { return 301 https://s@.example.com/; } " + ws, false},
		{"", "set $to s7.example.com; if ($http_host = $to) { return 403; } " + ws, false},
		{"", strings.Replace(ws, "$host", "s7.example.com", 1), false},
		{"", strings.Replace(ws, "p@", "127.0.0.1:80", 1), false},
		{"", strings.Replace(ws, "p@", "127.0.0.1", 1), false},
		{"", strings.Replace(ws, "p@", "localhost:80", 1), false},
		{"server { listen 10.0.0.5:80; server_name in.example.com; return 404; }", "listen 10.0.0.5:80; " +
			strings.Replace(ws, "p@", "10.0.0.5:80", 1), false},
		{"upstream in { server 127.0.0.1:80; }", ws, false},
		{"proxy_set_header Host s7.example.com;", ws, true}, // of the others, that is
		{"large_client_header_buffers 4 32;", ws, false},
		{"", ws + "} server { listen 81; server_name s@.example.com; return 404; ", true},
		{"", ws + "} server { listen 127.0.0.1:80; server_name s@.example.com; return 404; ", false},
		{"server { listen 127.0.0.1:80; server_name ~^s7; return 404; }", ws, true},
		{"", strings.Replace(ws, "p@", "unix:/run/s@.sock", 1), true},
		{"", strings.Replace(ws, "p@", "app@:3000", 1), true},
		{"", strings.Replace(ws, "$host", "s@.example.com", 1), true},
		{"", "location /static/ { alias /srv/@/; } " + ws, true},
	} {
		c := alikeConfig(t, x.around, x.server)
		list, _, more := c.Distinct(func(*hop.Endpoint) string { return "" })
		all := len(c.Endpoints())
		if len(list)+more != all {
			t.Errorf("%s %s: %d endpoints and %d more of %d", x.around, x.server, len(list), more, all)
		}
		if alike := more > all/2; alike != x.alike {
			t.Errorf("%s %s: %d of %d endpoints are alike", x.around, x.server, more, all)
		}
		list, _, more = c.Distinct(func(*hop.Endpoint) string { return "something" })
		if more != 0 || len(list) != all {
			t.Errorf("%s %s: %d endpoints and %d more of %d are to be looked at", x.around, x.server, len(list), more, all)
		}
		for i, e := range c.Endpoints() {
			twin := list[i].Twin
			if twin != nil && !x.alike {
				t.Errorf("%s %s: %s is a twin", x.around, x.server, e.Name)
			}
			if list[i].Name != e.Name || list[i].Pos != e.Pos || list[i].Server != e.Server || list[i].Why != e.Why {
				t.Errorf("%s %s: endpoint %d is %+v instead of %+v", x.around, x.server, i, list[i], e)
			}
			if twin != nil && (twin.Itself().Name != e.Name || len(twin.Itself().Requests) == 0) {
				t.Errorf("%s %s: endpoint %d by itself is %+v", x.around, x.server, i, twin.Itself())
			}
		}
	}
}

// TestMove carries what is said of one server over to another one.
func TestMove(t *testing.T) {
	const lines = "\n  root /srv/@;\n  location /ws {\n    proxy_pass http://p@; # to it\n" +
		"    proxy_set_header Upgrade $http_upgrade;\n    proxy_set_header X-Of a; }\n"
	c := alikeConfig(t, "", lines)
	list, _, _ := c.Distinct(func(*hop.Endpoint) string { return "something" })
	first, twin := list[0], list[len(list)-1]
	if first.Twin.Move != nil || twin.Twin == nil || twin.Twin.Move == nil {
		t.Fatalf("%+v is no twin of %+v", twin, first)
	}
	m := twin.Twin.Move()
	word := func(server int, text string) (at int, pos hop.Pos) {
		d := c.servers[server].locations().static[0].scope.d
		w := d.Block[0].Args[0]
		if text == "location" {
			return int(d.Name.Start), d.Pos()
		}
		return int(w.Start), w.Pos()
	}
	last := len(c.servers) - 1
	for _, text := range []string{"location", "address"} {
		at, pos := word(1, text)
		there, posThere := word(last, text)
		if got, ok := m.Pos(pos); !ok || got != posThere {
			t.Errorf("%v is carried over to %v, %v, instead of %v", pos, got, ok, posThere)
		}
		edit := hop.Edit{File: pos.File, Start: at, End: at, New: "x"}
		if got, ok := m.Edit(edit); !ok || got != (hop.Edit{File: pos.File, Start: there, End: there, New: "x"}) {
			t.Errorf("an edit at %d is carried over to %+v, %v, instead of %d", at, got, ok, there)
		}
	}
	for text, want := range map[string]bool{
		"nginx location /ws": true, "s0.example.com": false, "in /srv/0/x": false, "p0": false, "at 10.1.1.0": false,
		"as s99.example.com": false,
	} {
		if got, ok := m.Text(text); ok != want || ok && got != text {
			t.Errorf("%q is carried over as %q, %v", text, got, ok)
		}
	}
	if got, ok := m.Name("ws://s0.example.com/ws"); !ok || got != "ws://s99.example.com/ws" {
		t.Errorf("the name is carried over as %q, %v", got, ok)
	}
	if _, ok := m.Pos(hop.Pos{File: "nginx.conf", Line: first.Pos.Line, Col: first.Pos.Col + 1}); ok {
		t.Error("a place within a word is carried over")
	}
}

// TestLayouts takes servers whose texts are laid out differently for no twins of each other.
func TestLayouts(t *testing.T) {
	const odd = "server { listen 80; server_name odd.example.com;\n\n location /ws { proxy_pass http://p1; %s } }\n"
	const up = "proxy_set_header Upgrade $http_upgrade; "
	c := alikeConfig(t, fmt.Sprintf(odd, up), "location /ws { proxy_pass http://p@; "+up+"}")
	judged := 0
	list, _, _ := c.Distinct(func(*hop.Endpoint) string { judged++; return "something" })
	if list[0].Twin.Move != nil || list[1].Twin.Move != nil || judged != 2 {
		t.Errorf("%d endpoints are judged by themselves instead of the first two", judged)
	}
	for _, e := range list[2:] {
		if e.Twin == nil || e.Twin.Move == nil || e.Twin.Of.Name != list[1].Name {
			t.Errorf("%s is no twin of %s", e.Name, list[1].Name)
		}
	}
}
