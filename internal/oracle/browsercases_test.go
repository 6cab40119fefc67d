//go:build unix

package oracle

import (
	"encoding/binary"
	"fmt"
	"net"
	"slices"
	"strings"
	"time"
)

// A browserCase is one WebSocket: what its server does, what the page sees of that, and what the server sees.
type browserCase struct {
	name  string   // in the address, too
	page  string   // which page opens it: "" is the plain one; "secure", "h2"
	url   string   // "" is the server's own for the case
	ask   []string // subprotocols
	reply string   // the bytes that answer the handshake; {accept} is the right Sec-WebSocket-Accept
	do    func(net.Conn)
	// before is a script that runs first, then one that runs when the WebSocket is open. A frame is left as soon as its
	// WebSocket is open.
	before, then string
	frame        bool

	chrome, firefox string // what the page sees; firefox is "" for the same
	// heard is what the server sees of the end, and a "; " before what it sees of Firefox's if that is something else;
	// on the page "secure" the ALPN of the connection. "" when nobody says anything about that.
	heard string
}

const (
	switching = "HTTP/1.1 101 Switching Protocols\n"
	upgrading = "Upgrade: websocket\nConnection: Upgrade\n"
	accepted  = "Sec-WebSocket-Accept: {accept}\n"
	ok101     = switching + upgrading + accepted + "\n"

	// closed is what a page sees that closes a WebSocket itself and gets an answer to that.
	closed = "open, 1005 clean"
	failed = "1006"
	broken = "open, 1006"
)

// waits reports whether the server does something when the page has seen the WebSocket open.
func (c browserCase) waits() bool { return c.do != nil && strings.HasPrefix(c.reply, switching) }

// sends writes to the connection.
func sends(b []byte) func(net.Conn) { return func(c net.Conn) { c.Write(b) } }

func closeFrame(code uint16, reason string) []byte {
	return frame(opClose, append(binary.BigEndian.AppendUint16(nil, code), reason...), false)
}

// reset ends a connection with an RST.
func reset(c net.Conn) {
	if tcp, ok := c.(*net.TCPConn); ok {
		tcp.SetLinger(0)
	}
	c.Close()
}

// browserCases is every statement about browsers that is made in codes, rules, hop, settings, why, docs and laws and
// that shows within a second. Not here: what a hidden tab does to timers (after 5 minutes), how long a browser waits
// for an answer, what developer tools show, and what browsers do that are not at hand.
var browserCases = slices.Concat(endings(), statuses(), replyCases(), sendings(), scripts(), secured())

// endings: laws B1 and B4; codes/*.md.
func endings() (list []browserCase) {
	for _, code := range []uint16{999, 1000, 1001, 1002, 1003, 1004, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 1016,
		2000, 2999, 3000,
		3003, 3008, 3999, 4000, 4999, 5000, 65535, 1005, 1006, 1015} {
		c := browserCase{
			name: fmt.Sprint("code ", code), reply: ok101, do: sends(closeFrame(code, "why")),
			chrome: fmt.Sprintf("open, %d clean why", code),
		}
		if code == 1005 || code == 1006 || code == 1015 {
			c.firefox, c.chrome = c.chrome, broken
		}
		list = append(list, c)
	}
	return append(list,
		browserCase{name: "no code", reply: ok101, do: sends(frame(opClose, nil, false)), chrome: closed},
		browserCase{name: "FIN", reply: ok101, do: func(c net.Conn) { c.Close() }, chrome: broken},
		browserCase{name: "RST", reply: ok101, do: reset, chrome: broken},
		// Firefox is done with it when it has answered, Chromium waits for the end of the connection.
		browserCase{name: "close, then RST", reply: ok101, chrome: "open, 1000 why",
			firefox: "open, 1000 why|open, 1000 clean why",
			do:      func(c net.Conn) { c.Write(closeFrame(1000, "why")); time.Sleep(40 * time.Millisecond); reset(c) }},
		browserCase{name: "reserved bits", reply: ok101,
			do: sends([]byte{0xc2, 1, 'x'}), chrome: broken,
			heard: "close 1002; nothing"},
		browserCase{name: "no UTF-8", reply: ok101, do: sends([]byte{0x81, 1, 0xff}), chrome: broken,
			heard: "close 1002; nothing"},
		browserCase{name: "ping", reply: ok101, chrome: "open, 1000 clean", heard: "pong x, close 1000",
			do: func(c net.Conn) { c.Write(append(frame(opPing, []byte("x"), false), closeFrame(1000, "")...)) }},
	)
}

// statuses: law B1; codes/1006.md, part 1; rules redirect-on-websocket-path, trailing-slash-redirect,
// access-rule-blocks-handshake.
func statuses() (list []browserCase) {
	for _, status := range []int{200, 301, 302, 303, 307, 308, 400, 401, 403, 404, 426, 429, 431, 464, 500, 502, 503,
		504} {
		reply := fmt.Sprintf("HTTP/1.1 %d Lab\nContent-Length: 0\nConnection: close\n", status)
		if status/100 == 3 {
			reply += "Location: /ws/target\n"
		}
		if status == 401 {
			reply += "WWW-Authenticate: Basic realm=\"other\"\n"
		}
		list = append(list, browserCase{
			name: fmt.Sprint("status ", status), reply: reply + "\n", chrome: failed, do: func(c net.Conn) { c.Close() },
		})
	}
	return append(list,
		browserCase{name: "no answer", do: func(c net.Conn) { c.Close() }, chrome: failed},
		browserCase{name: "no answer but RST", do: reset, chrome: failed},
		browserCase{name: "no HTTP", reply: "PROXY TCP4 127.0.0.1 127.0.0.1 1 2\n\n", chrome: failed, do: reset},
		browserCase{name: "nobody listens", url: "ws://{closed}/", chrome: failed},
		browserCase{name: "wss to a plain port", url: "wss://{plain}/", chrome: failed, firefox: "1015|1006"},
		browserCase{name: "a certificate that nobody trusts", url: "wss://{strange}/ws/x", chrome: failed,
			firefox: "1015"},
	)
}

// scripts: codes/1000.md, 1006.md, 1016-2999.md, 3000-3999.md, 5000-65535.md.
func scripts() (list []browserCase) {
	for then, sees := range map[string]string{
		"ws.close()":                      closed + "; close",
		"ws.close(1000)":                  "open, 1005 clean; close 1000",
		"ws.close(3000)":                  "open, 1005 clean; close 3000",
		"ws.close(4999)":                  "open, 1005 clean; close 4999",
		"ws.close(999)":                   "open, throws InvalidAccessError, 1005 clean; close",
		"ws.close(1001)":                  "open, throws InvalidAccessError, 1005 clean; close",
		"ws.close(1016)":                  "open, throws InvalidAccessError, 1005 clean; close",
		"ws.close(2999)":                  "open, throws InvalidAccessError, 1005 clean; close",
		"ws.close(5000)":                  "open, throws InvalidAccessError, 1005 clean; close",
		"ws.close(4000, 'x'.repeat(123))": "open, 1005 clean; close 4000",
		"ws.close(4000, 'x'.repeat(124))": "open, throws SyntaxError, 1005 clean; close",
		"ws.close(4000, 'é'.repeat(62))":  "open, throws SyntaxError, 1005 clean; close",
	} {
		page, server, _ := strings.Cut(sees, "; ")
		list = append(list, browserCase{name: then, reply: ok101, then: then, chrome: page, heard: server})
	}
	slices.SortFunc(list, func(a, b browserCase) int { return strings.Compare(a.name, b.name) })
	return append(list,
		browserCase{name: "left page", reply: ok101, frame: true, chrome: "left", heard: "close 1001"},
		browserCase{name: "fragment", url: "/ws/fragment#x", chrome: "throws SyntaxError"},
	)
}

// sendings is what browsers send along: law B6, rule browser-cannot-authenticate; and lint's forms of the handshake,
// which judge looks at.
func sendings() []browserCase {
	log := "await new Promise(r => { const x = new XMLHttpRequest(); x.onloadend = r; " +
		"x.open('GET', '/login', true, 'me', 'secret'); x.send() })"
	return []browserCase{
		{name: "handshake", reply: ok101, then: "ws.close()", chrome: closed},
		{name: "handshake with subprotocols", ask: []string{"a", "b"}, then: "ws.close()", chrome: "open a, 1005 clean",
			reply: switching + upgrading + accepted + "Sec-WebSocket-Protocol: a\n\n"},
		{name: "credentials in the URL", url: "ws://me:secret@{plain}/ws/credentials in the URL", reply: ok101,
			then: "ws.close()", chrome: closed},
		{name: "page's credentials, before a log-in", reply: ok101, then: "ws.close()", chrome: failed},
		{name: "page's credentials", before: log, reply: ok101, then: "ws.close()", chrome: closed},
	}
}

// secured: law B7; rule cleartext-http2-port; settings.
func secured() []browserCase {
	return []browserCase{
		{name: "a page over HTTP/2", page: "secure", reply: ok101, then: "ws.close()", chrome: closed, heard: "http/1.1"},
		{name: "ws to a name, from https", page: "secure", url: "ws://chat.example.com/", chrome: "throws SecurityError"},
		{name: "ws to 127.0.0.1, from https", page: "secure", url: "ws://{plain}/ws/ws to 127.0.0.1, from https",
			reply: ok101, then: "ws.close()", chrome: closed},
		{name: "a page over HTTP/2 of HAProxy", page: "h2", reply: ok101, then: "ws.close()", chrome: closed},
	}
}
