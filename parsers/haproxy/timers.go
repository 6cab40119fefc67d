package haproxy

import (
	"cmp"
	"slices"
	"time"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers/haproxy/conf"
)

// setTimeout remembers what a rule sets for this connection, "http-request set-timeout" or, from 2.9 on, the one of
// http-response; maybe says why it may not come to that. Measured: law HV2.
func (r *run) setTimeout(rl conf.Rule, args []conf.Word, maybe string) {
	if len(args) < 3 {
		return
	}
	name := rl.Line.Arg(0) + " set-timeout " + args[1].Value
	s := rl.Proxy.Duration(name, rl.Line, 3)
	if _, isKnown := s.Get(); !isKnown {
		maybe = cmp.Or(maybe, "what "+args[2].Value+" comes to is not known here")
	}
	if maybe != "" {
		s = hop.Unknown[time.Duration](name, rl.Line.Pos(), maybe)
	}
	switch args[1].Value {
	case "tunnel":
		r.tunnel = &s
	case "server":
		r.server = &s
	case "client":
		r.clientSide = &s
	}
}

// timers says what ends the connection. Measured: timeout tunnel of the backend replaces both other timers; without
// it, or with zero, the smaller of the frontend's timeout client and the backend's timeout server counts; traffic in
// either direction starts each anew, unless option independent-streams keeps the sides apart.
func (r *run) timers() {
	r.life()
	tunnel := r.timeout(r.be, "tunnel")
	if r.tunnel != nil {
		tunnel = *r.tunnel
	}
	if tunnel.Set == nil {
		tunnel.Set, tunnel.Sets = r.setTunnel(), "timeout tunnel"
	}
	ofClient, ofServer := side(r.fe, hop.Client), side(r.be, hop.Server)
	together := ofClient == hop.Either && ofServer == hop.Either
	if d, isKnown := tunnel.Get(); !isKnown || d > 0 {
		if together {
			r.idle(tunnel, hop.Either)
		} else {
			r.idle(tunnel, ofClient)
			r.idle(tunnel, ofServer)
		}
		return
	}
	client, server := r.timeout(r.fe, "client"), r.serverTimeout()
	if r.clientSide != nil {
		client = *r.clientSide
	}
	if tunnel.IsWritten() {
		for _, name := range []string{client.Name, server.Name} {
			r.out.Ineffective = append(r.out.Ineffective, hop.Ineffective{Setting: tunnel, For: name})
		}
	}
	// Both cures are one: a timeout tunnel.
	client.Set, server.Set = r.setTunnel(), r.setTunnel()
	client.Sets, server.Sets = "timeout tunnel", "timeout tunnel"
	if !together {
		r.idle(client, ofClient)
		r.idle(server, ofServer)
		return
	}
	c, knowsClient := client.Get()
	s, knowsServer := server.Get()
	switch {
	case !knowsClient:
		r.idle(client, hop.Either)
	case !knowsServer:
		r.idle(server, hop.Either)
	case c > 0 && (c <= s || s == 0):
		r.idle(client, hop.Either)
	case s > 0:
		r.idle(server, hop.Either)
	}
}

// timeout is a timeout of a section in this case: which of its lines count is asked for.
func (r *run) timeout(p *conf.Proxy, name string) hop.Setting[time.Duration] {
	l, known := r.inForce(p, "timeout", name)
	if !known {
		return p.Timeout(name)
	}
	return p.TimeoutBy(name, l)
}

// inForce is the line in force that begins with the words given, of those that hang on conditions the one that counts
// in this case; nil without one. known is false where another one may be in force.
func (r *run) inForce(p *conf.Proxy, words ...string) (l *conf.Line, known bool) {
	list, maybe := p.InForce(words...)
	if maybe != "" {
		return nil, false
	}
	if i := slices.IndexFunc(list, r.maybe); i >= 0 {
		l = list[i]
	}
	return l, true
}

// serverTimeout is how long a server may keep silent.
func (r *run) serverTimeout() hop.Setting[time.Duration] {
	if r.server != nil {
		return *r.server
	}
	return r.timeout(r.be, "server")
}

// wait is how long HAProxy waits for the answer of a server. Without a timeout server, timeout client ends the wait
// from 3.4 on, by 400. Measured.
func (r *run) wait(s *conf.Server) hop.Setting[time.Duration] {
	server, client := r.serverTimeout(), r.timeout(r.fe, "client")
	if d, known := server.Get(); known && d == 0 && !hop.Is(client, 0) &&
		r.atLeast(conf.Version{Major: 3, Minor: 4}) {
		return hop.Unknown[time.Duration](server.Name, s.Pos(), "without timeout server, timeout client ends the wait")
	}
	return server
}

// side is whose traffic starts the timer of one end anew: anybody's, unless option independent-streams of the
// frontend, for the client's end, or of the backend, for the server's, says otherwise.
func side(p *conf.Proxy, own hop.Side) hop.Side {
	if on, _, _ := p.Option("independent-streams"); on {
		return own
	}
	return hop.Either
}

// idle adds a timer; HAProxy is exact to the millisecond.
func (r *run) idle(s hop.Setting[time.Duration], side hop.Side) {
	if d, isKnown := s.Get(); isKnown && d == 0 {
		return
	}
	r.out.Idle = append(
		r.out.Idle,
		hop.Timer{Setting: s, Restart: side, Counts: hop.Bytes, Starts: hop.Opened, Expiry: hop.FIN},
	)
}

// life is hard-stop-after: the old process of a reload ends its connections after that time; without it, it waits for
// them.
func (r *run) life() {
	for _, l := range r.c.Global {
		if l.Is("hard-stop-after") {
			s := r.fe.Duration("hard-stop-after", l, 1)
			if l.Maybe != "" {
				s = hop.Unknown[time.Duration]("hard-stop-after", l.Pos(), l.Maybe+" decides about hard-stop-after")
			}
			r.out.Life = []hop.Timer{{Setting: s, Counts: hop.Bytes, Starts: hop.Reloaded, Expiry: hop.FIN}}
		}
	}
}

// setTunnel returns the function that writes timeout tunnel for the backend: over the line in force if it is the
// backend's own or that of its defaults, else as a new line of the backend.
func (r *run) setTunnel() func(string) []hop.Edit {
	if l, known := r.inForce(r.be, "timeout", "tunnel"); known && l != nil && len(l.Words) > 2 {
		return conf.SetTime(conf.SetWord(l.Words[2]))
	}
	return conf.SetTime(r.be.Insert("timeout tunnel "))
}
