package haproxy

import (
	"net/netip"
	"strconv"
	"time"

	"github.com/wslint/wslint/hop"
)

func itoa(n int) string { return strconv.Itoa(n) }

// A run follows one request through the configuration, in one world.
type run struct {
	c      *Config
	w      *world
	req    hop.Request // as it arrived
	l      *listener
	fe, be *proxy
	out    hop.Hop
	done   bool

	http    bool // HAProxy reads the request as HTTP, rather than passing bytes on
	method  string
	target  string
	proto   string
	headers map[string][]hop.Setting[string]
	client  netip.Addr
	vars    map[string]sample
	// tunnel and server are timeouts that a rule has set for this connection.
	tunnel, server *hop.Setting[time.Duration]
}

// newRun begins with the request as it arrives; a PROXY header that the listener takes tells the client's address.
func (c *Config) newRun(w *world, req hop.Request, l *listener) *run {
	r := &run{
		c: c, w: w, req: req, l: l, fe: l.p, method: req.Method, target: req.Target, headers: req.Clone().Header,
		client: req.Client.Addr().Unmap(), vars: map[string]sample{},
	}
	r.out.Name, r.out.Pos = "haproxy "+r.fe.title(), r.fe.pos()
	return r
}

// finish settles the answer.
func (r *run) finish(a hop.Answer, name string, pos hop.Pos) {
	if !r.done {
		r.done = true
		r.out.Answer = hop.Written(name, a, pos)
	}
}

// unknown settles that the answer cannot be known.
func (r *run) unknown(name string, pos hop.Pos, why string) {
	if !r.done {
		r.done = true
		r.out.Answer = hop.Unknown[hop.Answer](name, pos, why)
	}
}

func (r *run) status(code int, name string, pos hop.Pos) {
	r.finish(hop.Answer{Kind: hop.Answered, Status: code}, name, pos)
}

func (r *run) close(name string, pos hop.Pos) { r.finish(hop.Answer{Kind: hop.Closed}, name, pos) }

func (r *run) note(pos hop.Pos, text string) {
	r.out.Notes = append(r.out.Notes, hop.Note{Pos: pos, Text: text})
}
