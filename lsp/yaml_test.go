package lsp

import (
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// inDocument is a round with one open document, and the place of the | in its text.
func inDocument(name, marked string) (*round, string, position) {
	at := strings.Index(marked, "|")
	text := newText([]byte(marked[:at]+marked[at+1:]), inUTF16)
	uri := "file:///repo/" + name
	d := &document{uri: uri, path: filepath.Join("/repo", name), real: "/repo/" + name, text: text}
	w := newWorld(1, nil, map[string]*document{uri: d}, client{enc: inUTF16, markdown: true}, time.Time{})
	return &round{world: w, files: map[string][]found{}, sources: map[string]*source{}}, uri, text.position(at)
}

func TestComplete(t *testing.T) {
	for marked, want := range map[string]string{
		"|":                                           "fail-on",
		"keep|":                                       "keepalive",
		"keepalive:\n  ev|":                           "every",
		"keepalive: {ev|":                             "every",
		"keepalive: {every: 25s, fr|":                 "from",
		"keepalive: {every: 25s, from: |":             "client",
		"paths:\n  - url: wss://a/ws\n    thr|":       "through",
		"paths:\n- url: wss://a/ws\n  thr|":           "through",
		"paths:\n  - |":                               "url",
		"paths:\n  - through: [cloudfr|":              "cloudfront",
		"paths:\n  - through:\n      - cloudfr|":      "cloudfront",
		"paths:\n  - url: wss://a/ws\n    app: sock|": "socket.io",
		"paths:\n  - url: wss://a/ws\n    keepalive: {every: 5s, ki|": "kind",
		"hops:\n  alb/prod:\n    id|":                                 "idle",
		"hops: {alb/prod: {co|":                                       "counts",
		"rules:\n  skip: [idle-timeout-b|":                            "idle-timeout-below-ping",
		"rules:\n  severity:\n    zero-t|":                            "zero-timeout",
		"fail-on: |":                                                  "warning",
		"ignore:\n  - rule: zero-t|":                                  "zero-timeout",
	} {
		r, uri, at := inDocument(".wslint.yaml", marked)
		found := false
		list := r.complete(uri, at)
		for _, c := range list {
			found = found || c.Label == want
		}
		if !found {
			t.Errorf("%q does not offer %s: %+v", marked, want, list)
		}
	}
	for _, marked := range []string{"paths:\n  - url: |", "# keep|: x"} {
		r, uri, at := inDocument(".wslint.yaml", marked)
		if list := r.complete(uri, at); strings.HasPrefix(marked, "paths") && len(list) > 0 {
			t.Errorf("%q offers %+v", marked, list)
		}
	}
	r, uri, at := inDocument("nginx.conf", "proxy_|")
	if list := r.complete(uri, at); list == nil || len(list) > 0 {
		t.Errorf("nginx.conf offers %+v", list)
	}
}

func TestHoverWords(t *testing.T) {
	for _, c := range []struct{ name, marked, want, of string }{
		{"nginx.conf", "location / {\n  proxy_re|ad_timeout 60s;\n}", "Closes an idle WebSocket", "proxy_read_timeout"},
		{"haproxy.cfg", "defaults\n  timeout tun|nel 60s\n", "Closes an open WebSocket", "timeout tunnel"},
		{"haproxy.cfg", "defaults\n  tim|eout tunnel 60s\n", "Closes an open WebSocket", "timeout tunnel"},
		{".wslint.yaml", "keepa|live: {every: 25s}", "What the application sends", "keepalive:"},
		{".wslint.yaml", "keepalive: {ev|ery: 25s}", "Interval between keepalives", "every:"},
		{".wslint.yaml", "paths:\n  - url: wss://a/ws\n    thro|ugh: [alb]", "The hops in the order", "through:"},
		{".wslint.yaml", "paths:\n  - through: [al|b/prod]", "AWS Application Load Balancer", "alb/prod"},
		{".wslint.yaml", "paths:\n  - app: socket|.io", "Socket.IO", "socket.io"},
		{"nginx.conf", "location / { some|thing 1; }", "", ""},
		{".wslint.yaml", "nothing: he|re", "", ""},
	} {
		r, uri, at := inDocument(c.name, c.marked)
		h := r.hover(uri, at)
		switch {
		case c.want == "" && h != nil:
			t.Errorf("%q says %q", c.marked, h.Contents.Value)
		case c.want != "" && (h == nil || !strings.Contains(h.Contents.Value, c.want)):
			t.Errorf("%q says %+v, not %q", c.marked, h, c.want)
		case c.want != "":
			d := r.open(uri).text
			if got := string(d.src[d.offset(h.Range.Start):d.offset(h.Range.End)]); strings.TrimSuffix(
				got,
				":",
			) != strings.TrimSuffix(
				c.of,
				":",
			) {
				t.Errorf("%q: the hover is of %q, not of %q", c.marked, got, c.of)
			}
		}
	}
}
