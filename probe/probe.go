// Package probe is what was measured of a WebSocket on its real way, what that says, and how it compares with what was
// predicted. It connects to nothing: probe/live does.
package probe

import (
	"time"

	"github.com/wslint/wslint/catalog"
)

// StepKind says what a step of a handshake is about.
type StepKind uint8

const (
	DNS StepKind = iota
	TCP
	Proxied // the HTTP proxy was asked to connect
	TLS
	Sent
	Answered
)

func (k StepKind) String() string {
	return [...]string{"DNS", "TCP", "proxy", "TLS", "request", "answer"}[k]
}

// A Step is one of the things that a handshake consists of.
type Step struct {
	Kind StepKind
	Took time.Duration
	Text string   // what came of it
	More []string // further lines about it
	Err  string   // why it failed; "" when it did not
	Hint string   // what to look for when it failed; "" for nothing
}

// Kind says what became of a handshake.
type Kind uint8

const (
	Unreachable Kind = iota // nothing there could be asked
	Opened                  // a browser opens the connection
	Refused                 // a 101 that the browser refuses
	Other                   // any other status
	Closed                  // the connection ended without an answer
	Garbled                 // what came is not HTTP
	Silent                  // no answer came in time
)

func (k Kind) String() string {
	return [...]string{"unreachable", "open", "refused", "answered", "closed", "garbled", "hangs"}[k]
}

// A Header is one header line of an answer.
type Header struct{ Name, Value string }

// An Answer is what came back.
type Answer struct {
	Early  []string // the status lines of answers of the kind 1xx that came before
	Line   string   // the status line
	Proto  string   // "1.1"
	Status int
	Header []Header // in their order
	Body   []string // the first lines of the body; nil for a 101
}

// A Verdict is what one browser makes of a 101.
type Verdict struct {
	Browser string
	Why     string // why it refuses it; "" when it opens the connection
}

// A Handshake is what became of one.
type Handshake struct {
	Steps    []Step
	Kind     Kind
	Why      string  // a clause; "" when it opened
	Answer   *Answer // nil when none came
	Verdicts []Verdict
	// Signs are what the answer shows of the hops that it passed. By is the one that surely made it, "" when that does
	// not show.
	Signs []catalog.Sign
	By    string
	// RoundTrip is how long it took to connect: about as long as it takes to hear of what the other end does.
	RoundTrip time.Duration
}

// Took is how long all the steps took.
func (h *Handshake) Took() (sum time.Duration) {
	for _, s := range h.Steps {
		sum += s.Took
	}
	return sum
}

// Failed is the step that failed; nil when none did.
func (h *Handshake) Failed() *Step {
	if n := len(h.Steps); n > 0 && h.Steps[n-1].Err != "" {
		return &h.Steps[n-1]
	}
	return nil
}

// Status is that of the answer; 0 when none came.
func (h *Handshake) Status() int {
	if h.Answer == nil {
		return 0
	}
	return h.Answer.Status
}

// End says how a connection ended.
type End uint8

const (
	StillOpen End = iota
	FIN           // TCP FIN without a close frame: 1006 in browsers
	RST           // TCP RST: 1006 in browsers
	CloseFrame
	Lost   // a ping was not answered: something dropped the connection and told nobody
	Broken // what came is no frame
)

func (e End) String() string {
	return [...]string{"open", "FIN", "RST", "close frame", "lost", "broken"}[e]
}

// A Watch is what was seen of one open connection.
type Watch struct {
	Every  time.Duration // between the pings that were sent; 0 when none were
	Opened time.Duration // since the measurement began
	Age    time.Duration // of the connection when it ended, or when it was last looked at
	Since  time.Duration // from the last byte in either direction to the end
	End    End
	Code   int    // of the close frame; 0 when it has none
	Reason string // of the close frame
	// Pings are those that were sent but for one at the beginning, Pongs their answers. Mute says that the one at the
	// beginning had none: the server answers no pings, so that silence does not mean that the connection is lost.
	Pings, Pongs int
	Mute         bool
	// Frames are the frames that the server sent by itself, Gap the longest time between two of them, or between the
	// 101 and the first; Kind is the kind of the last: "ping", "pong" or "message".
	Frames int
	Gap    time.Duration
	Kind   string
}

// Pinged reports whether pings kept travelling on the connection.
func (w Watch) Pinged() bool { return w.Pongs > 0 || w.Mute && w.Pings > 0 }

// Code1006 reports whether browsers report the end as 1006.
func (w Watch) Code1006() bool {
	return w.End == FIN || w.End == RST || w.End == Lost || w.End == Broken
}
