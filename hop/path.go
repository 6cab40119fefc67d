package hop

import "time"

// A Path is one way of a WebSocket from browser to application.
type Path struct {
	Name    string  // "wss://chat.example.com/ws"
	Pos     Pos     // where it is declared, or the block that shows the intention
	Browser string  // whose form of the handshake it is: "chrome" or "firefox"
	Request Request // what the browser sends
	Hops    []Hop   // in the order a request meets them
	Pings   []Ping  // declared keepalive; empty when none is declared
	// App is the declared kind of the application ("socket.io"), Clients how many sockets are declared to be open at a time;
	// zero values when nothing is declared.
	App     string
	Clients int
	// NoPings says that the application is declared to send nothing by itself, as against nothing being declared.
	NoPings bool
	Confidence
	Why string // why it is thought to carry WebSockets
}

// A Ping is traffic that an idle application still sends, at a fixed interval.
type Ping struct {
	Every Setting[time.Duration]
	// Moves says who then sends bytes: a ping frame moves both sides, because the other end answers with a pong.
	Moves Side
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

// At returns the request that the application receives.
func (p *Path) Final() Request { return p.Got(len(p.Hops)) }
