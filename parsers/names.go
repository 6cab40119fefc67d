package parsers

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/wslint/wslint/internal/lazyregexp"
)

// webSocketName matches the words that people put into the paths of WebSocket endpoints and the names of the servers
// behind them.
var webSocketName = lazyregexp.New(
	`(?i)websocket|socket\.?io|sockjs|signalr|mqtt|realtime|novnc|websockify|webpack-hmr` +
		`|(^|[^a-z])(wss?|sockets?|cable)([^a-z]|$)`,
)

// NamesWebSocket reports whether a path, an address or a name speaks of WebSockets.
func NamesWebSocket(text string) bool {
	return mayNameWebSocket(text) && webSocketName.MatchString(text)
}

// inWebSocketNames are what every match has one of.
var inWebSocketNames = []string{"ws", "sock", "signalr", "mqtt", "realtime", "novnc", "hmr", "cable"}

// mayNameWebSocket reports whether a text has one of those: most texts have none.
func mayNameWebSocket(text string) bool {
	for i := range len(text) {
		if text[i] >= utf8.RuneSelf {
			return true // it may have letters that are those of a match in another case
		}
	}
	text = strings.ToLower(text)
	return slices.ContainsFunc(inWebSocketNames, func(s string) bool { return strings.Contains(text, s) })
}

// LongName is the length from which on a name is taken for what it is: limits of proxies may stand in its way.
const LongName = 64

// IsHostName reports whether a word is a plain host name in lower case: of several labels, no address and no pattern.
func IsHostName(name string) bool {
	dot := strings.IndexByte(name, '.')
	if dot <= 0 || len(name) >= LongName {
		return false
	}
	letters := false
	for i := range len(name) {
		switch b := name[i]; {
		case b >= 'a' && b <= 'z':
			letters = true
		case b >= '0' && b <= '9', b == '-', b == '.':
		default:
			return false
		}
	}
	return letters && name[len(name)-1] != '.'
}
