package nginx

import (
	"testing"

	"github.com/wslint/wslint/hop"
)

// TestSameUpstream: a location beside one that forwards Upgrade is an endpoint only where both lead to one upstream.
func TestSameUpstream(t *testing.T) {
	for _, c := range []struct {
		to, beside string
		endpoints  int
	}{
		{"http://127.0.0.1:9", "http://127.0.0.1:9", 2},
		{"http://127.0.0.1:9", "http://127.0.0.1:9/x?y", 2},
		{"http://127.0.0.1:9", "http://127.0.0.1:99", 1},
		{"http://127.0.0.1:9", "https://127.0.0.1:9", 1},
		{"$http_to/a", "$http_to/b", 1},
		{"http://unix:/run/a.sock", "http://unix:/run/a.sock", 2},
		{"http://unix:/run/a.sock", "http://unix:/run/a.sock:/x", 2},
		{"http://unix:/run/a.sock", "http://unix:/run/b.sock", 1},
		{"http://unix:/run/a.sock:/x", "http://unix:/run/b.sock:/x", 1},
	} {
		list := compileText(t, "events { } http { server { listen 80; location /ws/ { proxy_pass "+c.to+
			"; proxy_set_header Upgrade $http_upgrade; } location / { proxy_pass "+c.beside+"; } } }").Endpoints()
		if len(list) != c.endpoints {
			t.Errorf("%s beside %s: %d endpoints, want %d", c.beside, c.to, len(list), c.endpoints)
		}
	}
}

// TestPathsBelow: what is below a name is tried by itself where a path stands in the place of that name, unless it is
// one that WebSockets themselves have.
func TestPathsBelow(t *testing.T) {
	for pass, endpoints := range map[string]int{
		"http://127.0.0.1:9": 1, "http://127.0.0.1:9/": 2, "http://unix:/run/a.sock": 1, "http://unix:/run/a.sock:/b": 2,
	} {
		for name, want := range map[string]int{"/chat": endpoints, "/ws": 1} {
			list := compileText(t, "events { } http { server { listen 80; location "+name+" { proxy_pass "+pass+
				"; proxy_set_header Upgrade $http_upgrade; } } }").Endpoints()
			if len(list) != want {
				t.Errorf("%s to %s: %d endpoints, want %d", name, pass, len(list), want)
			}
			if len(list) > 1 && list[1].Confidence != hop.Unlikely {
				t.Errorf("%s to %s: below it: %v", name, pass, list[1].Confidence)
			}
		}
	}
}
