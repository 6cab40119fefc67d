package live

import (
	"fmt"
	"strings"

	"github.com/wslint/wslint/hop"
)

// handshake is a browser's, for the URL of a WebSocket.
func handshake(url string) hop.Request {
	scheme, rest, _ := strings.Cut(url, "://")
	host, target, _ := strings.Cut(rest, "/")
	r := hop.Request{
		Method: "GET",
		Host:   host,
		Target: "/" + target,
		TLS:    scheme == "wss",
		Header: map[string][]hop.Setting[string]{},
		Proto:  hop.Written("version", "1.1", hop.Pos{}),
	}
	for name, value := range map[string]string{"Host": host, "Upgrade": "websocket", "Connection": "Upgrade",
		"Sec-Websocket-Version": "13"} {
		r.Header[name] = []hop.Setting[string]{hop.Written(name, value, hop.Pos{})}
	}
	return r
}

// answer is what became of the handshake, in a word.
func answer(h hop.Hop) string {
	a, known := h.Answer.Get()
	switch {
	case !known:
		return "unknown: " + h.Answer.Why()
	case a.Kind == hop.PassedOn:
		lines, _ := h.Next.Lines("Host")
		return fmt.Sprintf("to %s, %s%s", h.Next.Addr, strings.Join(lines, " "), h.Next.Target)
	case a.Kind == hop.Answered:
		return strings.TrimSpace(fmt.Sprintf("%d %s", a.Status, a.Location))
	}
	return a.Kind.String()
}
