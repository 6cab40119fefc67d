// Package hop is the model: handshakes that travel, hops that serve them, paths of hops, and the predictions of what
// becomes of a WebSocket on a path. It knows no file format and imports the standard library only.
package hop

import (
	"strings"
	"time"
)

// A Source turns requests into hops: an nginx configuration, a load balancer.
type Source interface {
	// Serve says what becomes of r, without sending anything anywhere: one case for each way in which the conditions can
	// turn out that nothing here decides, those first that pass r on. There is at least one; Cases makes them.
	Serve(r Request) []Case
	// Listens reports whether r.Addr is one of the source's own listeners.
	Listens(r Request) bool
	// Endpoints lists the handshakes that the source seems meant to carry, for users who declare no paths.
	Endpoints() []Endpoint
}

// An Endpoint is a place where WebSockets seem to be meant to enter.
type Endpoint struct {
	Name string // "wss://chat.example.com/ws"
	Pos  Pos    // the block that shows the intention
	// Server is the block of the virtual server that it belongs to; zero where the source has none.
	Server Pos
	// Requests are ways to reach it, best first: one is enough for the endpoint to work.
	Requests []Request
	// Otherwise gives requests for other paths there, for where one that is made up is answered on the way; nil where
	// there are none.
	Otherwise  func() []Request
	Confidence Confidence
	Why        string // "forwards Upgrade and reads for 1h"
	Alike      bool   // the handshakes of all browsers fare alike
	// Forwards says that handshakes are forwarded there without anybody having asked for it, so that only timers stand
	// in their way.
	Forwards bool
	// Any says that it stands for everything that enters there, of which no path is known: a better place elsewhere does
	// not make it unlikely.
	Any bool
	// Twin says what it fares like; nil for one with Requests.
	Twin *Twin
}

// NameOf is the name of the endpoint as r reaches it.
func (e *Endpoint) NameOf(r Request) string {
	if len(e.Requests) == 0 || r.Target == e.Requests[0].Target {
		return e.Name
	}
	return strings.TrimSuffix(e.Name, e.Requests[0].Target) + r.Target
}

// Confidence says how sure it is that a path carries WebSockets at all.
type Confidence int8

const (
	Unlikely Confidence = iota - 1 // requests are passed on, and somewhere else there is a better place for WebSockets
	Possible                       // the boilerplate for WebSockets on a location for everything
	Likely                         // a location made for them
	Certain                        // written for WebSockets and nothing else
	Declared                       // somebody declared it
)

func (c Confidence) String() string {
	return [...]string{"unlikely", "possible", "likely", "certain", "declared"}[c+1]
}

// A Hop is what one source makes of one handshake and of the connection that follows.
type Hop struct {
	Name   string          // in the operator's words: "nginx location /ws"
	Pos    Pos             // the block that finally handles the request
	Answer Setting[Answer] // its Pos is what decided; an unknown answer stops all conclusions
	Next   Request         // the request passed on; meaningless unless the answer is PassedOn
	Reply  Reply           // what becomes of the application's 101 on its way back
	Idle   []Timer         // each closes the connection when it is quiet
	Life   []Timer         // each ends it, active or idle
	Notes  []Note          // how the source came to all this, for reports to quote
	// Steps lists what led inside the source from where the request arrived to what handles it, in their order: the
	// server chosen, a rewrite, an internal redirect, try_files, error_page, the location or backend chosen. It is nil
	// where the source has none.
	Steps func() []Step

	// Effective returns the block that is in force for the request, with what it inherits, in the source's own syntax,
	// the origin of each line as a comment; nil when the source has none.
	Effective func() string

	// Relay says what the client gets when what is behind the hop answers with a status of its own, not 101, or does
	// what Closes, Refuses or Silent say. It is nil for a hop that only passes bytes on.
	Relay func(status int) Setting[Answer]
	// HoldsHead says whether the hop hands on the head of an answer only with the first bytes of its body; its Name is ""
	// where it does not.
	HoldsHead Setting[bool]
	// Wait is how long the hop waits for the 101, before what is behind it counts as Silent, or before it closes the
	// connection that it only passes bytes on for: 0 for ever. Its Name is "" where nothing is known of that.
	Wait Setting[time.Duration]
	// Servers is how many addresses the connections are spread over that are passed on; 0 when that is not known.
	Servers int

	// Zero are time limits of zero, which end every handshake: zero does not mean "without end".
	Zero []Setting[time.Duration]
	// NotInherited are headers that an outer level sets for this request and an inner level discards.
	NotInherited []NotInherited
	// EmptyHeaders are header lines that are written for this request and send nothing, because their value is empty:
	// canonical name to the line.
	EmptyHeaders map[string]Setting[string]
	// Mapped says which entry of a map a header's value comes from: canonical name to the entry.
	Mapped map[string]Note
	// Join is what the hop does to the request target; its Name is "" when the target goes on as it came.
	Join Join
	// DropsQuery is the place where the request loses its query string; zero when it keeps it.
	DropsQuery Pos
	// Clobbered is a part of the request's path that the address of the next hop is made of, and that something replaced
	// before; nil when there is none.
	Clobbered *Clobbered
	// OverHTTP1 names where the same handshake goes that a browser sends over HTTP/1.1 and not, as this one, over HTTP/2,
	// where it goes to something else; it is placed at the line that tells them apart.
	OverHTTP1 Setting[string]
	// Shadowed are places that seem to be written for this request and that the one which serves it shadows.
	Shadowed []ShadowedPlace
	// Upstream is the group of servers that the request goes to; nil when it goes to a single address.
	Upstream *Upstream
	// Failing is the health check of those servers, where it asks for the path of the handshake and fails; nil when that
	// is not seen.
	Failing *HealthCheck
	// ClientKeepAlive is how long the hop keeps a client's idle connection open for the next request, UpstreamKeepAlive
	// how long it sends requests on idle connections to the next hop. Their Names are "" where that is not known or does
	// not happen.
	ClientKeepAlive, UpstreamKeepAlive Setting[time.Duration]
	// SNI says whether TLS to the next hop names the server that is meant; its Name is "" without TLS.
	SNI Setting[bool]
	// LookedUpOnce are names of the next hop that are looked up when the hop starts, and not again.
	LookedUpOnce []Setting[string]
	// UnsentName is the place of a name that is written for TLS to the next hop and not sent; zero when there is none.
	UnsentName Pos
	// Subrequests are the requests of the hop's own about this one.
	Subrequests []Subrequest
	// Limits bound the number of connections; Capacity is what one process of the hop can have open, both ends counted.
	Limits   []Limit
	Capacity Setting[int]
	// Cache names the cache that may answer in the application's place; its Name is "" when none does.
	Cache Setting[string]
	// CatchAll says that the block takes every path that no other one takes.
	CatchAll bool
	// Constant are headers of a handshake that the hop sends with every request, on a block that serves every path.
	// Where their line can be removed, that is enough: the hop then forwards what the client sends.
	Constant    map[string]Setting[string]
	Ineffective []Ineffective
	// Misfits are settings of the hop that are written and change nothing.
	Misfits []Misfit
	// Around is what is not there of a configuration that is a fragment; nil where all of it is.
	Around *Around
	// Assumes says which undeclared fact a default or answer of this hop hangs on: "no nginx version is declared, 1.22.1
	// is assumed".
	Assumes string
	// Basis says what tells of the version that a default hangs on: "nginx 1.29.8 (image nginx:1.29 at Dockerfile:1)".
	Basis string
	// PassOn returns the edits that make this hop pass the named headers of a handshake on ("Upgrade", "Connection",
	// "Host", "Origin", "Proto" for HTTP/1.1, "Query" for the query string), and whether requests that are no handshakes
	// are served as before; nil when the source cannot be edited.
	PassOn func(names ...string) (edits []Edit, same bool)
}

// Around is what may stand around a fragment of a configuration.
type Around struct {
	Block string // "the http block that includes chat.conf"
	// Headers says that the headers of requests may be set there: the fragment sets none.
	Headers bool
}

// What stands in the place of a status behind a hop, for Relay.
const (
	Closes  = -iota // closes the connection without an answer
	Refuses         // takes no connection
	Silent          // keeps the connection and never answers
)

// A NotInherited is a header setting that is written, meant to be inherited, and discarded further in.
type NotInherited struct {
	Header string          // canonical name
	Outer  Setting[string] // the line that has no effect, and the value it would have sent
	By     Pos             // the first directive of the inner level, which discards it
}

// A Step is one thing that a source does with a request on its way to what handles it.
type Step struct {
	Note
	// Turns says that it leads elsewhere than what was asked for: a rewrite, a fallback, a default.
	Turns bool
}

// Trail is what Steps lists; nil where the source has none.
func (h *Hop) Trail() []Step {
	if h.Steps == nil {
		return nil
	}
	return h.Steps()
}

// An Answer is what a hop does with a handshake.
type Answer struct {
	Kind   AnswerKind
	Status int // the HTTP status when Kind is Answered, else 0
	// Location is where a redirect leads; "" for other answers and where it cannot be known.
	Location string
	Cause    Cause // of an answer of the hop's own
	// Endless says that the application's tunnel is the body of the answer: only its head comes.
	Endless bool
}

// AnswerKind enumerates the answers.
type AnswerKind uint8

const (
	PassedOn AnswerKind = iota // to the next hop or the application
	Answered                   // by the hop itself, with a status
	Closed                     // the connection ends without an answer
	Hangs                      // nothing comes until somebody gives up
)

func (k AnswerKind) String() string { return [...]string{"passedOn", "status", "closed", "hangs"}[k] }

// A Reply says what becomes of the application's 101 on its way back through a hop. The zero Reply changes nothing.
type Reply struct {
	// Hidden are headers of the 101 that the hop removes; each value is a canonical name.
	Hidden []Setting[string]
	// Added are header lines that the hop adds to the 101: canonical name to values.
	Added map[string][]Setting[string]
	// Instead is what the client gets in place of the 101; empty when the 101 passes. An unknown element means: perhaps
	// something.
	Instead []Setting[Answer]
	// Room is how many bytes the head of the 101 may have; its Name is "" where nothing is written about that.
	Room Setting[int64]
	// Early are the answers 103 that the client gets before the 101.
	Early []Setting[int]
	// Reveal returns the edits that let a hidden header through again; nil when the source cannot be edited.
	Reveal func(name string) []Edit
}

// A Timer ends connections.
type Timer struct {
	Setting[time.Duration]
	Restart Side          // whose traffic starts it anew
	Counts  Unit          // what counts as traffic
	Starts  Event         // what sets it going
	Lazy    time.Duration // a restart that would move the expiry by less is skipped, so it may fire this much early
	Expiry  Expiry        // what the ends see
	Code    int           // the close code that the browser reports; 0 for the usual 1006
	Most    time.Duration // the most that it can be set to; 0 when that is not known
}

// Side is one end of a connection, or both.
type Side uint8

const (
	Client Side = 1 << iota
	Server
	Either = Client | Server
)

// Names lists the ends: "client", "server".
func (s Side) Names() []string {
	var n []string
	if s&Client != 0 {
		n = append(n, "client")
	}
	if s&Server != 0 {
		n = append(n, "server")
	}
	return n
}

// Unit is what a timer counts as traffic.
type Unit uint8

const (
	Bytes   Unit = iota // payload bytes
	Packets             // packets: TCP keepalive counts too, where it gets to
)

func (u Unit) String() string { return [...]string{"bytes", "packets"}[u] }

// Event sets a timer going.
type Event uint8

const (
	Opened   Event = iota // the open connection
	Reloaded              // a reload of the hop's configuration
	Drained               // the target's deregistration
)

func (e Event) String() string { return [...]string{"open", "reload", "drain"}[e] }

// Expiry is what the ends see when a timer fires.
type Expiry uint8

const (
	FIN     Expiry = iota // the connection is closed, without a close frame: 1006
	RST                   // nothing until somebody sends: then a reset
	Silence               // nothing at all: packets vanish
)

// Clobbered is a capture that no longer holds what the block that serves the request captured.
type Clobbered struct {
	Name string // "$1"
	Had  string // what the block captured
	By   Note   // what replaced it: "the map of $tenant"
	Pos  Pos    // where it is read
}
