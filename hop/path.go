package hop

import (
	"slices"
	"strings"
	"time"
)

// A Path is one way of a WebSocket from browser to application, in one case.
type Path struct {
	Name    string  // "wss://chat.example.com/ws"
	Pos     Pos     // where it is declared, or the block that shows the intention
	Browser string  // whose form of the handshake it is: "chrome", "firefox" or "firefox-115", an older one
	Request Request // what the browser sends
	Hops    []Hop   // in the order a request meets them
	// When are the conditions of its hops, in the order in which they are met; none: the handshake takes this way
	// whatever happens elsewhere.
	When []Condition
	// Rest says why there are further cases than those that are known; "" when there are none.
	Rest  string
	Pings []Ping // declared keepalive; empty when none is declared
	// NoPings says that the application is declared to send nothing by itself, as against nothing being declared.
	NoPings bool
	// App is the declared kind of the application ("socket.io"), Clients how many sockets are declared to be open at a
	// time; zero values when nothing is declared.
	App     string
	Clients int
	// Application is what is known of the application behind the last hop; nil when nothing is.
	Application *App
	// Page is the page that opens the WebSocket, and what a browser is told with it; nil when none is declared.
	Page *Page
	// Kernel is that of the hosts that proxies run on; nil when nothing is known of it.
	Kernel *Kernel
	Confidence
	Why string // why it is thought to carry WebSockets

	settled settled
}

// A settled is what becomes of the handshake on a path that does not change any more. A copy of the path is another
// one, which may.
type settled struct {
	of      *Path
	outcome Outcome
}

// Settle says that p does not change any more, so that its handshake is followed once, however many rules ask.
func (p *Path) Settle() { p.settled = settled{p, p.handshake()} }

// A Page is a page, or the script of a worker, that opens WebSockets.
type Page struct {
	URL string
	// Policies are the headers Content-Security-Policy that it surely comes with. All of them hold, and further ones may.
	Policies []Setting[string]
}

// A Ping is traffic that an idle application still sends, at a fixed interval.
type Ping struct {
	Every Setting[time.Duration]
	// Moves says who then sends bytes: a ping frame moves both sides, because the other end answers with a pong.
	Moves Side
	// Sends says what travels. Packets are TCP keepalive: no byte of payload, and nothing that a proxy passes on.
	Sends Unit
	// Hidden is the interval while the browser's tab is hidden; 0 when that makes no difference.
	Hidden time.Duration
}

// An App is the application at the end of a path.
type App struct {
	Name string // "daphne"
	Pos  Pos    // where it is declared
	Idle []Timer
	Life []Timer
	// Sticky says why all requests of one client have to reach the same server; "" when they need not.
	Sticky string
}

// InFirefox reports whether the browser is a Firefox, of whatever age: it takes a 101 that Chromium refuses, where
// subprotocols and the lines of Upgrade are concerned, and a 103 before it. Measured: laws B2, B5.
func (p *Path) InFirefox() bool { return strings.HasPrefix(p.Browser, "firefox") }

// InSession reports whether the connection belongs to a session that begins with other requests, and one server knows
// that session.
func (p *Path) InSession() bool {
	path, _, _ := strings.Cut(p.Request.Target, "?")
	return p.Application != nil && p.Application.Sticky != "" ||
		strings.Contains(path, "/socket.io") || strings.Contains(path, "/sockjs") || strings.Contains(path, "/engine.io")
}

// Last returns the hop that the application is behind.
func (p *Path) Last() *Hop { return &p.Hops[len(p.Hops)-1] }

// Got returns the request that hop i received.
func (p *Path) Got(i int) Request {
	if i == 0 {
		return p.Request
	}
	return p.Hops[i-1].Next
}

// Final returns the request that the application receives.
func (p *Path) Final() Request { return p.Got(len(p.Hops)) }

// Station names hop i and where it is; len(p.Hops) is the application.
func (p *Path) Station(i int) (name string, pos Pos) {
	switch {
	case i < len(p.Hops):
		return p.Hops[i].Name, p.Hops[i].Pos
	case p.Application != nil:
		return p.Application.Name, p.Application.Pos
	}
	return "the application", Pos{}
}

// Counts reports whether ping restarts a timer of hop i, by the sides and units it moves. TCP keepalive reaches no
// further than the next hop that ends TCP connections.
func (p *Path) Counts(ping Ping, i int, t Timer) bool {
	if ping.Moves&t.Restart == 0 {
		return false
	}
	if ping.Sends == Bytes {
		return true
	}
	return t.Counts == Packets &&
		(ping.Moves&Client != 0 && p.wire(0, i) || ping.Moves&Server != 0 && p.wire(i+1, len(p.Hops)))
}

// wire reports whether hops i to j-1 pass packets on as they are: they count packets and no bytes.
func (p *Path) wire(i, j int) bool {
	for ; i < j && i < len(p.Hops); i++ {
		h := &p.Hops[i]
		if len(h.Idle) == 0 || slices.ContainsFunc(h.Idle, func(t Timer) bool { return t.Counts != Packets }) {
			return false
		}
	}
	return true
}
