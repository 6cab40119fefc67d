package nginx

import (
	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers/nginx/conf"
)

// Serve says what becomes of r.
func (c *Config) Serve(r hop.Request) []hop.Case {
	sockets := c.candidates(r.Addr)
	if len(sockets) == 0 && c.fragmentary() {
		sockets = c.implied()
	}
	if len(sockets) == 0 {
		return hop.Only(c.nobody(r))
	}
	if r.Addr == "" && len(sockets) > 1 {
		return c.serveAnywhere(sockets, r)
	}
	return c.serveAt(c.chooseListener(sockets, r), r)
}

// serveAnywhere serves a request of which nobody knows at which listener it arrives. That it arrives at one that
// passes it on is likelier than that all WebSockets fail: a port that redirects to https is not the one that a load
// balancer connects to.
func (c *Config) serveAnywhere(sockets []*socket, r hop.Request) []hop.Case {
	first := c.serveAt(c.chooseListener(sockets, r), r)
	if hop.Is(first[0].Hop.Answer, hop.Answer{}) {
		return first
	}
	for _, l := range c.named(sockets, r) {
		if cases := c.serveAt(l, r); hop.Is(cases[0].Hop.Answer, hop.Answer{}) {
			return cases
		}
	}
	return first
}

// named are the listeners that have a server of the requested name; all if none has.
func (c *Config) named(sockets []*socket, r hop.Request) []*socket {
	lines, _ := r.Lines("Host")
	if len(lines) != 1 {
		return sockets
	}
	var list []*socket
	if name, _, ok := hostName(lines[0], c.version.AtLeast(conf.StrictHost)); ok {
		for _, l := range sockets {
			if s, _, _, why := l.names.find(name, false); s != nil || why != "" || l.names.mayHide(name) {
				list = append(list, l)
			}
		}
	}
	if len(list) == 0 {
		return sockets
	}
	return list
}

func (c *Config) serveAt(l *socket, r hop.Request) []hop.Case {
	return hop.Cases(r.When, func(a *hop.Assumptions, h *hop.Hop) {
		run := c.newRun(a, r, l, l.defaultServer, h)
		if len(l.streams) > 0 {
			run.serveStream()
		} else {
			run.serveHTTP()
		}
	})
}

// implied are the listeners of servers in a fragment that name no address: which one they have is written elsewhere.
func (c *Config) implied() []*socket {
	for _, l := range c.sockets {
		if len(l.servers) > 0 && l.servers[0].listens[0].implied {
			return []*socket{l}
		}
	}
	return nil
}

// nobody is the hop for an address that nothing listens on.
func (c *Config) nobody(r hop.Request) hop.Hop {
	h := hop.Hop{Name: "nginx", Pos: c.top()}
	whole := !c.fragmentary() && len(c.tree.Unknown) == 0 && len(c.tree.Problems) == 0 && c.main.unknown == ""
	for _, l := range c.sockets {
		whole = whole && l.addr != "?"
	}
	for _, s := range c.servers {
		whole = whole && s.scope.unknown == "" && s.scope.up.unknown == ""
	}
	if !whole {
		h.Answer = hop.Unknown[hop.Answer]("listen", h.Pos, "nothing that could be read listens on "+r.Addr)
		return h
	}
	return c.closed(r)
}

// closed is the hop for an address that surely nothing listens on.
func (c *Config) closed(r hop.Request) hop.Hop {
	h := hop.Hop{Name: "nginx", Pos: c.top()}
	h.Answer = hop.Written("nothing listens on "+r.Addr, hop.Answer{Kind: hop.Closed}, h.Pos)
	return h
}

// top is the place of the configuration as a whole.
func (c *Config) top() hop.Pos {
	return hop.Pos{File: c.tree.Name, Line: 1, Col: 1, EndCol: 1}
}

// chooseListener prefers, where DNS would have to tell, the listener that has a server of the name.
func (c *Config) chooseListener(sockets []*socket, r hop.Request) *socket {
	if len(sockets) == 1 {
		return sockets[0]
	}
	return c.named(sockets, r)[0]
}

func (c *Config) newRun(w *hop.Assumptions, r hop.Request, l *socket, s *server, out *hop.Hop) *run {
	return &run{
		c:       c,
		w:       w,
		out:     out,
		request: r,
		socket:  l,
		server:  s,
		set:     map[string]text{},
		maps:    map[string]*text{},
		memo:    map[*deferred]text{},
		absent:  map[string]bool{},
	}
}

// serveHTTP takes a request from the socket to the phases.
func (r *run) serveHTTP() {
	if there := r.socket.inForce(r); there != nil {
		r.socket, r.server = there.speaking(r), there.defaultServer
	} else {
		*r.out = r.c.closed(r.request)
		return
	}
	r.enter(r.server.null(), r.server.scope)
	r.uriChanges = maxURIChanges
	if r.connection(); !r.done {
		r.requestLine()
	}
	if !r.done {
		r.hostHeader()
	}
	if !r.done {
		r.tlsChecks()
	}
	if !r.done {
		r.headerSizes()
	}
	if !r.done {
		r.phases()
	}
	r.unreadDecides()
}
