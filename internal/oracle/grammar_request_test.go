package oracle_test

import (
	"strings"
	"time"

	"github.com/wslint/wslint/internal/oracle"
)

// probes makes up requests for a generated configuration.
func (g *grammar) probes(n int) (list []oracle.Probe) {
	for i := range n {
		p := oracle.Probe{Header: map[string][]string{}}
		scheme := "ws"
		if g.tls && g.maybe(60) {
			scheme = "wss"
		}
		p.URL = scheme + "://" + g.one(
			"chat.test",
			"chat.test",
			"chat.test",
			"a.test",
			"www.chat.test",
			"b.c.chat.test",
			"other.test",
			"CHAT.test",
		) + g.target()
		if g.maybe(3) {
			p.URL = strings.Replace(p.URL, ".test", ".test:81", 1)
		}
		p.Browser = g.one("chrome", "firefox", "firefox-115")
		if g.maybe(10) {
			p.Protocols = [][]string{{"p1"}, {"p1", "p2"}, {"p2"}}[g.r.IntN(3)]
		}
		if g.maybe(3) {
			p.Method = g.one("POST", "HEAD", "PUT")
		}
		if g.maybe(3) {
			p.Proto = "1.0"
		}
		if g.stream && g.maybe(35) {
			p.URL = strings.Replace(p.URL, ".test", ".test:8082", 1)
		}
		p.PROXY = g.maybe(3) || g.proxy && g.maybe(80)
		if strings.Contains(p.URL, ":8082") {
			p.PROXY = g.streamProxy && g.maybe(80)
		}
		if g.timers && i < 2 { // watching takes time
			p.Watch = 2500 * time.Millisecond
			p.Client.Pings = []time.Duration{0, 0, 400 * time.Millisecond}[g.r.IntN(3)]
			p.Server.Data = []time.Duration{0, 0, 600 * time.Millisecond, 1900 * time.Millisecond}[g.r.IntN(4)]
			p.Server.NoPong = g.maybe(30)
		}
		g.probeHeaders(p.Header)
		list = append(list, p)
	}
	return list
}

func (g *grammar) probeHeaders(h map[string][]string) {
	for g.maybe(25) {
		name := g.one(
			"X-A",
			"Cookie",
			"X-Forwarded-For",
			"X_Y",
			"Origin",
			"Upgrade",
			"Connection",
			"X-B",
			"Referer",
			"Host",
			"TE",
			"Authorization-X",
			"X.Z",
		)
		h[name] = [][]string{{"1"}, {"a"}, {""}, {"/ws"}, {"a=1; b=2"}, {"10.0.0.1, 10.0.0.2"}, {"127.0.0.1"}, {"1", "2"},
			{"websocket"}, {"upgrade"}, nil, {"chat.test"}, {strings.Repeat("y", 2500)}}[g.r.IntN(13)]
	}
}

func (g *grammar) target() string {
	t := g.one(
		"/ws",
		"/ws",
		"/ws/",
		"/ws/a",
		"/ws/chat",
		"/a",
		"/a/b",
		"/a/",
		"/",
		"/app",
		"/WS",
		"/chat",
		"/b/x",
		"/wsx",
		"/none",
		"/auth",
		"/page",
		"/a/bb/cc",
		"/ws/chat/room",
		"/index.html",
	)
	if g.maybe(25) {
		t += g.one(
			"/",
			"//",
			"/%2F",
			"%20x",
			"/../a",
			"/./",
			"/%2e%2e/ws",
			"+y",
			"%3Fz",
			"/b%41",
			".php",
			"%2541",
			"/..",
			"%C3%A9",
			"/;v=1",
			"%00",
			"//../x",
			"/...",
			"a%23b",
			"#frag",
			"&x",
		)
		if g.maybe(20) {
			t = "/" + t
		}
	}
	if g.maybe(40) {
		t += "?" + g.one("x=1", "x=ab", "x=", "y=2&x=a", "x=%20", "", "x=/ws", "a?b", "x", "X=1", "x=a+b")
	}
	return t
}
