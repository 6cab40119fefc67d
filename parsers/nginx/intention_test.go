package nginx

import (
	"testing"

	"github.com/wslint/wslint/hop"
)

// TestNamesOfEndpoints: a location without a line for WebSockets is one for them by what its path is called, alone and
// beside one that forwards them.
func TestNamesOfEndpoints(t *testing.T) {
	const none = hop.Unlikely // or no endpoint at all
	const ready = " location /other { proxy_pass http://127.0.0.1:9001; proxy_http_version 1.1; " +
		"proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection upgrade; }"
	for path, want := range map[string]struct{ alone, beside hop.Confidence }{
		"/ws":                       {hop.Likely, hop.Likely},
		"/chat/ws":                  {hop.Likely, hop.Likely},
		"/api/chat/WS/":             {hop.Likely, hop.Likely},
		"~ ^/(a|b)/wss$":            {hop.Likely, hop.Likely},
		"/app/sockjs-node":          {hop.Likely, hop.Likely},
		"/ws/chat":                  {hop.Likely, none},
		"~ ^/websocket/v[0-9]+":     {hop.Likely, none},
		"/ws/health":                {hop.Likely, none},
		"/socket.io/socket.io.js":   {none, none},
		"/news":                     {none, none},
		"/news/ws-archive":          {none, none},
		"~* ^/static/ws/.*\\.css$":  {none, none},
		"= /downloads/websocket.gz": {none, none},
	} {
		location := "location " + path + " { proxy_pass http://127.0.0.1:9001; }"
		for i, lines := range []string{location, location + ready} {
			sure := none
			for _, e := range compileText(t, "events { } http { server { listen 80;\n"+lines+"\n} }").Endpoints() {
				if e.Name[len(e.Name)-len("/other"):] != "/other" {
					sure = max(sure, e.Confidence)
				}
			}
			if want := []hop.Confidence{want.alone, want.beside}[i]; sure != want {
				t.Errorf("%s: %v, want %v", lines, sure, want)
			}
		}
	}
}

// TestReachedBesideLoopback: clients do not come by loopback, for which a server may stand that only shows a status.
func TestReachedBesideLoopback(t *testing.T) {
	c := compileText(t, "events { } http { server { listen 80; server_name a.test; location /ws { "+
		"proxy_pass http://127.0.0.1:9; proxy_set_header Upgrade $http_upgrade; } }\n"+
		"server { listen 127.0.0.1:80; location / { return 404; } } }")
	e := c.Endpoints()
	if len(e) != 1 {
		t.Fatalf("%+v", e)
	}
	if at := c.Serve(e[0].Requests[0])[0].Hop.Name; at != "nginx server a.test" {
		t.Errorf("it is entered at %s", at)
	}
}
