package parsers

import "regexp"

// webSocketName matches the words that people put into the paths of WebSocket endpoints and the names of the servers
// behind them.
var webSocketName = regexp.MustCompile(
	`(?i)websocket|socket\.?io|sockjs|signalr|mqtt|realtime|novnc|websockify|webpack-hmr` +
		`|(^|[^a-z])(wss?|sockets?|cable)([^a-z]|$)`,
)

// NamesWebSocket reports whether a path, an address or a name speaks of WebSockets.
func NamesWebSocket(text string) bool { return webSocketName.MatchString(text) }
