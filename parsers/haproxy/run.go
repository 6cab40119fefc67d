package haproxy

import (
	"net/netip"
	"strconv"
	"time"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers/haproxy/conf"
)

func itoa(n int) string { return strconv.Itoa(n) }

// A run follows one request through the configuration, in one case.
type run struct {
	c      *Config
	w      *hop.Assumptions
	req    hop.Request // as it arrived
	l      *conf.Listener
	fe, be *conf.Proxy
	leads  *conf.Line // the line that leads to be; nil where there is none
	out    hop.Hop
	steps  []step
	done   bool

	briefly   bool // nobody wants to know more than where it gets
	page      bool // it is a page that is followed, to compare it with the handshake
	overTwo   bool // the handshake was taken to come over HTTP/2
	overOne   bool // it is followed as one over HTTP/1.1, to compare it with that
	answering bool // the application has answered 101: what follows are the rules on that
	half      bool // no handshake arrived, or half of one
	http      bool // HAProxy reads the request as HTTP, rather than passing bytes on
	method    string
	target    string
	proto     string
	headers   map[string][]hop.Setting[string]
	client    netip.Addr
	of        string  // whose address that is, for questions
	sourceSet *sample // the client's address, where a rule has set it
	vars      map[string]sample
	written   map[string]bool // headers that rules have written or taken out
	scripted  string          // the script that has run and may have set variables; "" for none
	// tunnel, server and clientSide are timeouts that a rule has set for this connection.
	tunnel, server, clientSide *hop.Setting[time.Duration]
}

// begin begins with the request as it arrives; a PROXY header that the listener takes tells the client's address.
func (r *run) begin(c *Config, w *hop.Assumptions, req hop.Request, l *conf.Listener) *run {
	*r = run{
		c: c, w: w, req: req, l: l, fe: l.Proxy, method: req.Method, target: req.Target, headers: req.Clone().Header,
		client: req.Client.Addr().Unmap(), of: req.ClientAddress(), vars: map[string]sample{}, written: map[string]bool{},
	}
	if r.l.AcceptProxy && req.ProxyProtocol {
		r.client, r.of = req.Announced.Addr().Unmap(), req.AnnouncedAddress()
	}
	r.out.Name, r.out.Pos = "haproxy "+r.fe.Title(), r.fe.Pos()
	r.out.Steps = r.trail
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

// refuse settles that HAProxy answers with its own page of a status, or with what errorloc and the like put in its
// place.
func (r *run) refuse(code int, cause hop.Cause, name string, pos hop.Pos) {
	switch l, a, why := page(code, r.sections()...); {
	case why != "":
		r.unknown(name, l.Pos(), why)
	case l != nil && a != (hop.Answer{Kind: hop.Answered, Status: code}):
		r.step(pos, name)
		a.Cause = cause
		r.finish(a, l.Arg(0)+" "+itoa(code), l.Pos())
	default:
		r.status(code, cause, name, pos)
	}
}

// answer settles that a deny, tarpit or return answers.
func (r *run) answer(args []conf.Word, code int, cause hop.Cause, name string, pos hop.Pos) {
	switch a, own := ownPage(args, code); {
	case !own:
		r.refuse(code, cause, name, pos)
	case a.Status == code:
		r.status(code, cause, name, pos)
	default:
		a.Cause = cause
		r.finish(a, name, pos)
	}
}

// sections are the backend, once it is chosen, and the frontend.
func (r *run) sections() []*conf.Proxy {
	if r.be == nil || r.be == r.fe {
		return []*conf.Proxy{r.fe}
	}
	return []*conf.Proxy{r.be, r.fe}
}

// status settles that HAProxy answers itself. A status that asks for credentials is about them, whatever rule sends
// it.
func (r *run) status(code int, cause hop.Cause, name string, pos hop.Pos) {
	if code == 401 || code == 407 {
		cause = hop.Credentials
	}
	r.finish(hop.Answer{Kind: hop.Answered, Status: code, Cause: cause}, name, pos)
}

// close settles that HAProxy closes the connection without an answer.
func (r *run) close(cause hop.Cause, name string, pos hop.Pos) {
	r.finish(hop.Answer{Kind: hop.Closed, Cause: cause}, name, pos)
}

// noServer settles that the handshake ends because nothing takes it: in 503, or without an answer where bytes are
// passed on.
func (r *run) noServer(name string, pos hop.Pos) {
	if r.http {
		r.refuse(503, hop.NoServer, name, pos)
	} else {
		r.close(hop.NoServer, name, pos)
	}
}

// A step is what led on: a line with words around it, a text about a place, or the ACLs of a condition. Most of them
// nobody reads.
type step struct {
	because       *conf.Condition
	line          *conf.Line // nil for a text
	before, after string
	pos           hop.Pos
}

// step notes what led on.
func (r *run) step(pos hop.Pos, text string) {
	if r.briefly {
		return
	}
	r.steps = append(r.steps, step{pos: pos, before: text})
}

// stepLine notes a line that led on, with words around it.
func (r *run) stepLine(before string, l *conf.Line, after string) {
	if r.briefly {
		return
	}
	r.steps = append(r.steps, step{line: l, before: before, after: after})
}

// trail is the steps in words.
func (r *run) trail() []hop.Step {
	list := make([]hop.Step, 0, len(r.steps))
	add := func(pos hop.Pos, text string) { list = append(list, hop.Step{Note: hop.Note{Pos: pos, Text: text}}) }
	for _, s := range r.steps {
		switch {
		case s.because != nil:
			for _, l := range because(s.because) {
				add(l.Pos(), words(l))
			}
		case s.line != nil:
			add(s.line.Pos(), s.before+words(s.line)+s.after)
		default:
			add(s.pos, s.before)
		}
	}
	return list
}

func (r *run) note(pos hop.Pos, text string) {
	r.out.Notes = append(r.out.Notes, hop.Note{Pos: pos, Text: text})
}
