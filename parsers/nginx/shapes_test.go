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
		{"proxy_set_header Host s7.example.com;", ws, true}, // of the others, that is
		{"large_client_header_buffers 4 32;", ws, false},
	} {
		c := alikeConfig(t, x.around, x.server)
		list, _, more := c.Distinct(func(*hop.Endpoint) bool { return true })
		all := len(c.Endpoints())
		if len(list)+more != all {
			t.Errorf("%s %s: %d endpoints and %d more of %d", x.around, x.server, len(list), more, all)
		}
		if alike := more > all/2; alike != x.alike {
			t.Errorf("%s %s: %d of %d endpoints are alike", x.around, x.server, more, all)
		}
		if _, _, more := c.Distinct(func(*hop.Endpoint) bool { return false }); more != 0 {
			t.Errorf("%s %s: %d endpoints are left out of which there is something to say", x.around, x.server, more)
		}
	}
}
