package hop

import (
	"cmp"
	"time"
)

// Cause says what part of a hop gives an answer of its own. It is there where a rule tells it from others.
type Cause uint8

const (
	NoCause          Cause = iota
	FromFiles              // nothing passes the request on: files answer, or nothing
	FromReturn             // a fixed answer
	FromIf                 // an if takes the place of its location, which would have passed the request on
	CannotTunnel           // it is passed on by something that never opens a tunnel
	AddsSlash              // a redirect to the same name with a slash at its end
	Credentials            // the client has to prove who it is
	Denied                 // the client's address or its way of coming is not welcome
	DeniedToAll            // no client is welcome
	DeniesHandshakes       // no handshake for the path is welcome, whoever sends it and to whatever name
	NoResolver             // the name of the next hop is only known at run time, and nothing is there to look it up
	PROXYHeader            // a PROXY protocol header is missing, or there and not expected
	HTTP2Only              // the port takes HTTP/2 without TLS and nothing else
	Swallowed              // a filter keeps the 101 back
	TooBig                 // the head of the 101 does not fit into a buffer
	WrongScheme            // TLS arrives where plain text is expected, or the other way round
	InCircles              // proxies pass it round without end
	NoServer               // no group of servers takes it, or one without a server that is in use
)

// Denies reports whether an access rule gives the answer.
func (c Cause) Denies() bool { return c == Denied || c == DeniedToAll || c == DeniesHandshakes }

// A Join is a part of the request target that another takes the place of: location /ws/ and a proxy_pass that ends in
// /app/.
type Join struct {
	Setting[string]        // what takes its place
	Prefix          string // the part that is replaced; "" when all of it is
	// Every names what all paths below are sent as one and the same of, "location /ws/"; "" where what is sent differs
	// by the path.
	Every string
}

// A ShadowedPlace is a place that a request seems meant for and that another one shadows.
type ShadowedPlace struct {
	Name    string
	Pos     Pos
	Pattern bool   // it is written as a pattern: an example for it is invented
	Why     string // it is not chosen, a clause; "" where that shows
	// To names where it would send the request, and Instead where that goes; "" where both send it to one place, or
	// nobody knows.
	To, Instead string
}

// An Upstream is the group of servers that a request goes to one of.
type Upstream struct {
	Name string // in the operator's words: "upstream rooms"
	Pos  Pos
	// Sticky says what makes the requests of one client go to the same server: "ip_hash"; "" when nothing does.
	Sticky string
	// Keeps is for how long it does that after the last answer; its Name is "" where nothing ends it.
	Keeps Setting[time.Duration]
	// Peers are the servers that take part; one that is down or only a backup does not.
	Peers []Peer
	// Are is what the peers are, where they are no servers: "target groups".
	Are string
	// Open says that there may be other servers: a name of several addresses, a file that was not read. Why says what
	// was not read, where reading more would help.
	Open bool
	Why  string
}

// LongSession is how long a session of a page is taken to last at least: people leave a page open for longer.
const LongSession = 10 * time.Minute

// A Peer is one server of a group.
type Peer struct {
	Pos Pos
	// MaxFails is how many failed requests in a row take it out of service for a while; 0 means that none do.
	MaxFails int
}

// A HealthCheck asks servers whether they can be used, with a plain request.
type HealthCheck struct {
	Setting[string]        // the path it asks for
	Of              string // whose servers: "target group rooms"
	Wants, Got      string // the statuses that it takes for health, and what it got: "200", "426"
	Servers, Failed int    // how many it asks, and how many of them fail so
}

// A Subrequest is a request of a hop's own about the one that it serves: may it pass?
type Subrequest struct {
	By   Setting[string] // "auth_request": what asks
	Next Request         // what is sent
	Pos  Pos             // the block that sends it
	// Clear returns the edits that take the handshake's own headers out of it; nil when the source cannot be edited.
	Clear func() []Edit
}

// A Limit is how many connections there may be at a time.
type Limit struct {
	Setting[int]
	PerClient bool // of one client address; else of all together
	Shared    bool // of all clients, whoever they are
	Waits     bool // beyond it connections wait for another to close; else they are answered
	Status    int  // what they are answered; 0 for 503
}

// Refuses is the status that connections beyond the limit are answered; 0 for none.
func (l *Limit) Refuses() int {
	if l.Waits {
		return 0
	}
	return cmp.Or(l.Status, 503)
}

// A Ineffective is a time limit that is written and does not act on this connection: it belongs to another module.
type Ineffective struct {
	Setting[time.Duration]
	For string // the setting that acts in its place
}

// A Misfit is a setting that is written and changes nothing: what it is written on does not have it, or takes no such
// value.
type Misfit struct {
	Setting[string]
	Why     string // a clause: "a Network Load Balancer does not have it"
	Refused bool   // whoever applies the configuration is refused it
	Unfit   bool   // whatever its value is: what it is written on does not have it
	Meant   string // the name that is misspelt; "" when it is not the name
	Instead string // what sets what is meant; "" when nothing does
	// Rename returns the edits that write Meant in its place; nil when the source cannot be edited.
	Rename func() []Edit

	// What follows is there where it was read from an object that a controller reads, and not found on a path.

	Fault   Fault  // in what way it misfits; zero where Why says all
	Of      string // what it is written on: "Ingress default/chat"
	By      string // who reads it, or does not: "ingress-nginx"
	InForce string // what holds in its place: "60s"; "" when that is not known
	Value   string // what to write in its place with Set; "" when nothing is known
	Held    bool   // part of what this rests on is only assumed
}

// A Fault is in what way a setting misfits.
type Fault uint8

// The faults of settings that controllers read.
const (
	NoFault      Fault = iota
	NotText            // it is a number or a truth value where only texts are taken, so that the object is refused
	TimerDropped       // a length of time that the reader cannot read, and that it passes over
	Dropped            // any other value that the reader cannot read, and that it passes over
	NotRead            // nobody reads a setting of that name there
	BreaksObject       // its value makes the reader refuse the object as a whole
	SnippetOff         // lines for the proxy that the reader does not take
)
