package nginx

import (
	"slices"
	"strings"
	"time"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers/nginx/conf"
)

// intention judges what the location shows. The levels of confidence are those of the catalogue of causes: forwarding
// Upgrade is the clearest sign, but on a location for everything it is boilerplate.
func (e *endpoints) intention(
	loc *location,
	from *scope,
	pass *conf.Directive,
) (c hop.Confidence, why string, ok bool) {
	forwards, own := e.forwards(from)
	known := isKnownPath(pathOf(loc))
	named := func() bool {
		return speaks(loc.name) || !strings.Contains(pass.Arg(0), "$") && speaks(pass.Arg(0))
	}
	catchAll := loc.name == "/" && loc.modifier == ""
	switch {
	case pass.Name.Value != "proxy_pass":
		return hop.Likely, pass.Name.Value + " on a path for WebSockets", known
	case forwards && e.asksForUpgrade(loc):
		return hop.Certain, "forwards Upgrade and tests $http_upgrade", true
	case forwards && known:
		return hop.Certain, "forwards Upgrade on a path for WebSockets", true
	case forwards && own && !catchAll:
		return hop.Likely, "forwards Upgrade", true
	case forwards && named():
		return hop.Likely, "forwards Upgrade and is named like a WebSocket", true
	case forwards && e.longRead(from) && !(catchAll && !own && e.dedicated(loc)):
		return hop.Likely, "forwards Upgrade and waits long for silence", true
	case forwards && catchAll:
		return hop.Possible, "forwards Upgrade for every path", true
	case known && e.c.fragmentary() && e.inheritsAll(from):
		return hop.Possible, "a path for WebSockets, unless a file that was not found sets its headers", true
	case known:
		return hop.Likely, "a path for WebSockets", true
	case isBelowKnown(loc) && !e.arrives():
		return hop.Likely, "a path for WebSockets", true
	case e.notInherited(from) && named():
		return hop.Likely, "is named like a WebSocket where Upgrade is meant to be inherited", true
	case e.notInherited(from) && !e.arrives():
		return hop.Possible, "Upgrade is set further out and not in force here", true
	case e.notInherited(from) && catchAll:
		return hop.Unlikely, "Upgrade is set further out and not in force here", true
	}
	return 0, "", false
}

// dedicated reports whether another location of the server is made for WebSockets.
func (e *endpoints) dedicated(loc *location) bool {
	return slices.ContainsFunc(e.s.locations().static, func(l *location) bool {
		_, own := e.forwards(l.scope)
		return l != loc && own && l.name != "/"
	})
}

// arrives reports whether a header line for Upgrade is in force in any location of the server.
func (e *endpoints) arrives() bool {
	return slices.ContainsFunc(
		slices.Concat(e.s.locations().static, e.s.locations().regex, e.s.locations().named),
		func(l *location) bool {
			forwards, _ := e.forwards(l.scope)
			return forwards && l.scope.handler != nil
		},
	)
}

// forwards reports whether the Upgrade header is set for the level's requests, and whether on that level itself.
func (e *endpoints) forwards(l *scope) (forwards, own bool) {
	list, at, _ := asWritten.list(l, conf.ProxySetHeader)
	for _, d := range list {
		if setsUpgrade(d) {
			return true, at.kind == locationScope || at.kind == ifScope
		}
	}
	return false, false
}

// upgradeLine is the line in force that sends Upgrade on; nil when there is none.
func (e *endpoints) upgradeLine(l *scope) *conf.Directive {
	list, _, _ := asWritten.list(l, conf.ProxySetHeader)
	if i := slices.IndexFunc(list, setsUpgrade); i >= 0 {
		return list[i]
	}
	return nil
}

func setsUpgrade(d *conf.Directive) bool {
	return len(d.Args) == 2 && strings.EqualFold(d.Arg(0), "Upgrade") && d.Arg(1) != ""
}

// inheritsAll reports whether no level that is here sets a header for the level's requests: in a fragment one further
// out may.
func (e *endpoints) inheritsAll(l *scope) bool {
	list, _, _ := asWritten.list(l, conf.ProxySetHeader)
	return len(list) == 0
}

// notInherited reports whether Upgrade is set further out and not in force here.
func (e *endpoints) notInherited(l *scope) bool {
	_, at, _ := asWritten.list(l, conf.ProxySetHeader)
	if at == nil {
		return false
	}
	for up := at.up; up != nil; up = up.up {
		for _, d := range up.all("proxy_set_header") {
			if strings.EqualFold(d.Arg(0), "Upgrade") && d.Arg(1) != "" {
				return true
			}
		}
	}
	return false
}

// longRead is the length of silence from which on a timeout was made long for something: shorter ones are worth a
// finding, too, where nothing is known of pings.
const longRead = 5 * time.Minute

func (e *endpoints) longRead(l *scope) bool {
	length, known := get(asWritten, l, conf.HandlerOf("proxy_pass").ReadTimeout).Get()
	return known && length >= longRead
}

// asksForUpgrade reports whether the location branches on the client's Upgrade header.
func (e *endpoints) asksForUpgrade(loc *location) bool {
	for _, l := range []*scope{loc.scope, e.s.scope} {
		for _, d := range l.all("if") {
			if w := conditionWords(d); len(w) > 0 && strings.EqualFold(w[0], "$http_upgrade") {
				return true
			}
		}
	}
	return false
}

// spoken are what names of WebSocket endpoints and of the servers behind them have in them, by their first letters;
// those with a blank at both ends are words of their own.
var spoken = [256][]string{
	'w': {" ws ", " wss ", "websocket", "websockify", "webpack-hmr"},
	's': {" socket ", " sockets ", "socket.io", "sockjs", "signalr"},
	'c': {" cable "}, 'm': {"mqtt"}, 'r': {"realtime"}, 'n': {"novnc"},
}

// speaks reports whether a name is one that people give to WebSocket endpoints and the servers behind them.
func speaks(name string) bool {
	for i := range len(name) {
		for _, word := range spoken[name[i]|0x20] {
			text, apart := strings.CutPrefix(word, " ")
			text = strings.TrimSuffix(text, " ")
			end := i + len(text)
			if end <= len(name) && strings.EqualFold(name[i:end], text) &&
				(!apart || (i == 0 || !isLetter(name[i-1])) && (end == len(name) || !isLetter(name[end]))) {
				return true
			}
		}
	}
	return false
}

func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

// knownPaths are endpoints that are nothing but WebSockets or fall back from them; those that are as often plain HTTP
// (/graphql, /live, /app, /hub) are left out.
var knownPaths = []string{
	"/ws", "/wss", "/websocket", "/websockets", "/socket", "/socket.io", "/engine.io", "/sockjs", "/sockjs-node",
	"/cable", "/signalr", "/mqtt", "/stomp",
	"/live/websocket", "/socket/websocket", "/connection/websocket", "/api/websocket", "/api/ws", "/api/v4/websocket",
	"/_stcore/stream",
	"/terminals/websocket", "/_next/webpack-hmr", "/__vite_hmr", "/websockify",
	"/notifications/hub", // Vaultwarden, whose own documentation proxies it apart
	"/api/v1/streaming",  // Mastodon's streaming server
	"/livekit-server",    // LiveKit, as its users mount it
	"/wstunnel",
}

// pathOf is the literal name of a location or, for a regex, its sample; "" where there is none.
func pathOf(loc *location) string {
	if loc.re == nil {
		return loc.name
	}
	name, _ := sampleOf(loc.re)
	return name
}

// knownSegments are parts of a path that mean WebSockets.
var knownSegments = []string{
	"ws", "wss", "websocket", "websockets", "websockify", "socket.io", "engine.io", "sockjs", "sockjs-node",
}

// isKnownPath reports whether a path is one of the known endpoints, or ends in what means WebSockets.
func isKnownPath(path string) bool {
	name := strings.TrimSuffix(strings.ToLower(path), "/")
	return slices.Contains(knownPaths, name) ||
		slices.Contains(knownSegments, name[strings.LastIndexByte(name, '/')+1:]) && strings.HasPrefix(name, "/")
}

// isBelowKnown reports whether the path of a location begins as those of WebSockets do, and names no file.
func isBelowKnown(loc *location) bool {
	first, rest, _ := strings.Cut(strings.TrimPrefix(strings.ToLower(pathOf(loc)), "/"), "/")
	return rest != "" && slices.Contains(knownSegments, first) && !strings.Contains(rest, ".")
}
