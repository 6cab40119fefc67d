package parsers

import "github.com/wslint/wslint/internal/lazyregexp"

// webSocketName matches the words that people put into the paths of WebSocket endpoints and the names of the servers
// behind them.
var webSocketName = lazyregexp.New(
	`(?i)websocket|socket\.?io|sockjs|signalr|mqtt|realtime|novnc|websockify|webpack-hmr` +
		`|(^|[^a-z])(wss?|sockets?|cable)([^a-z]|$)`,
)

// NamesWebSocket reports whether a path, an address or a name speaks of WebSockets.
func NamesWebSocket(text string) bool { return webSocketName.MatchString(text) }
