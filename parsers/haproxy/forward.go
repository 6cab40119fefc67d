package haproxy

import (
	"net/netip"
	"net/textproto"
	"slices"

	"github.com/wslint/wslint/hop"
)

// forward chooses a server and makes the request that it receives.
func (r *run) forward() {
	s, chosen := r.chooseServer()
	if s == nil {
		r.noServer(r.be.title()+" has no server that takes it", r.be.pos())
		return
	}
	if s.l.is("dispatch") && r.http {
		r.unknown("dispatch", s.pos(), "what becomes of a handshake that dispatch passes on hangs on HAProxy's version: 2.6.12 crashes")
		return
	}
	if app, _ := r.be.setting("use-fcgi-app"); app != nil {
		r.unknown("use-fcgi-app", app.pos(), "what becomes of a handshake over FastCGI is not known")
		return
	}
	if s.tls && !r.http && r.req.TLS && !r.l.ssl {
		r.unknown("server "+s.name, s.pos(), "the client's TLS goes on inside of TLS: what takes off the second one is not known")
		return
	}
	next := r.req.Clone()
	next.Client, next.Addr = netip.AddrPort{}, s.addr
	if len(r.be.usable()) > 1 && !chosen || s.many {
		next.Addr = "" // which one the connection gets depends on all the others
	}
	next.ProxyProtocol = s.proxy || r.req.ProxyProtocol && !r.l.acceptProxy
	next.TLS = s.tls || r.req.TLS && !r.l.ssl
	if r.http {
		r.out.Relay = relay(s.pos(), r.sections())
		r.out.Wait = r.serverTimeout()
		r.finalHeaders()
		next.Method, next.Target, next.Header = r.method, r.target, r.headers
		if why := s.h2(); why != "" {
			r.unknown("server "+s.name, s.pos(), why)
			return
		}
	}
	r.out.Next = next
	r.facts(s, chosen)
	r.timers()
	if !r.http && len(r.out.Idle) > 0 {
		r.out.Wait = r.out.Idle[0].Setting
	}
	r.reply()
	r.finish(hop.Answer{Kind: hop.PassedOn}, "server "+s.name, s.pos())
}

// chooseServer is a server of the backend: use-server decides, else any. Servers that differ in how they are spoken to are as many
// cases. chosen says that a rule names this server and no other.
func (r *run) chooseServer() (s *server, chosen bool) {
	list := r.be.usable()
	for _, rl := range r.be.rules("use-server") {
		args, cond := rl.condition(1)
		i := slices.IndexFunc(r.be.servers, func(s *server) bool { return len(args) > 0 && s.name == args[0].Value })
		if i >= 0 && !r.be.servers[i].disabled && r.holds(rl, cond) {
			r.note(rl.l.pos(), "use-server "+args[0].Value)
			return r.be.servers[i], true
		}
	}
	for i, s := range list {
		if !r.maybe(s.l) {
			continue
		}
		differs := slices.ContainsFunc(list[i+1:], func(o *server) bool {
			return o.tls != s.tls || o.proxy != s.proxy || (o.h2() == "") != (s.h2() == "")
		})
		if !differs || r.w.Ask(hop.Question{
			Key: "server of " + r.be.pos().String() + " is " + s.name, Pos: s.pos(),
			Yes: r.be.title() + " chooses server " + s.name, No: r.be.title() + " chooses another server than " + s.name,
		}) {
			return s, false
		}
	}
	return nil, false
}

// finalHeaders adds what options add to every request, and settles Connection. Measured.
func (r *run) finalHeaders() {
	r.forwardFor()
	if on, l, _ := r.either("originalto"); on {
		r.addLine("X-Original-To", hop.Unknown[string]("option originalto", l.pos(), "the address that the client came to is not known"))
	}
	for _, name := range []string{"unique-id-header", "http-send-name-header"} {
		for _, p := range []*proxy{r.fe, r.be} {
			if l, _ := p.setting(name); l != nil && len(l.words) > 1 {
				header := textproto.CanonicalMIMEHeaderKey(l.arg(1))
				r.headers[header] = []hop.Setting[string]{hop.Unknown[string](name, l.pos(), name+" decides the value of "+l.arg(1))}
			}
		}
	}
	r.connectionOut()
	if k := r.header("Sec-Websocket-Key"); k.why == "" && len(k.values) == 0 {
		if r.isHandshake() {
			r.addLine("Sec-Websocket-Key", hop.Unknown[string]("Sec-WebSocket-Key", r.be.pos(), "HAProxy makes up a key where a rule has deleted the client's"))
		}
	}
}

func (r *run) isHandshake() bool {
	up, conn := r.header("Upgrade"), r.header("Connection")
	return up.why == "" && conn.why == "" && slices.Contains(hop.Tokens(up.values), "websocket") && slices.Contains(hop.Tokens(conn.values), "upgrade")
}

// either reports an option of the frontend or the backend.
func (r *run) either(name string) (bool, *line, string) {
	if on, l, _ := r.be.option(name); on {
		return on, l, ""
	}
	return r.fe.option(name)
}

func (r *run) addLine(name string, l hop.Setting[string]) {
	r.headers[name] = append(r.headers[name], l)
}

// connectionOut settles Connection lines that rules have written: keep-alive goes, and close stays alone only.
func (r *run) connectionOut() {
	lines := r.headers["Connection"]
	var raw []string
	for _, l := range lines {
		if v, isKnown := l.Get(); isKnown {
			raw = append(raw, v)
		}
	}
	trimmed := trimConnection(lines)
	if tokens := hop.Tokens(raw); len(trimmed) == 0 && slices.Contains(tokens, "close") {
		trimmed = []hop.Setting[string]{hop.Written("Connection", "close", lines[0].Pos)}
	} else if slices.Contains(tokens, "close") && !slices.Contains(tokens, "upgrade") {
		trimmed = []hop.Setting[string]{hop.Unknown[string]("Connection", lines[0].Pos, "what HAProxy makes of this Connection is not known")}
	}
	r.headers["Connection"] = trimmed
	if len(trimmed) == 0 {
		delete(r.headers, "Connection")
	}
}

// forwardFor adds the client's address.
func (r *run) forwardFor() {
	_, be, _ := r.be.option("forwardfor")
	_, fe, _ := r.fe.option("forwardfor")
	name, always, except := "X-Forwarded-For", false, ""
	var at *line
	for _, l := range []*line{fe, be} {
		if l == nil {
			continue
		}
		at = l
		ifNone := false
		for i, w := range l.words {
			switch w.Value {
			case "header":
				name = l.arg(i + 1)
			case "except":
				except = l.arg(i + 1)
			case "if-none":
				ifNone = true
			}
		}
		always = always || !ifNone
	}
	if at == nil {
		return
	}
	name = textproto.CanonicalMIMEHeaderKey(name)
	if _, has := r.headers[name]; has && !always {
		return
	}
	line := hop.Unknown[string]("option forwardfor", at.pos(), "the client's address is not known")
	if r.client.IsValid() {
		if except != "" {
			if ok, why := matchAddress(r.client.String(), except); ok && why == "" {
				return
			}
		}
		line = hop.Written("option forwardfor", r.client.String(), at.pos())
	}
	r.addLine(name, line)
}

// relay passes answers on as they are. Measured: a connection that closes without one is 502, one that does not open 503, one that
// stays quiet for timeout server 504, and errorloc may put another answer in the place of those.
func relay(pos hop.Pos, sections []*proxy) func(status int) hop.Setting[hop.Answer] {
	return func(status int) hop.Setting[hop.Answer] {
		name, own := "the answer from behind", status <= 0
		switch status {
		case hop.Closes:
			name, status = "no answer from behind", 502
		case hop.Refuses:
			name, status = "no connection to what is behind", 503
		case hop.Silent:
			name, status = "no answer from behind in time", 504
		}
		if l, a, why := page(status, sections...); own && why != "" {
			return hop.Unknown[hop.Answer](name, l.pos(), why)
		} else if own && l != nil && a != (hop.Answer{Kind: hop.Answered, Status: status}) {
			return hop.Written(l.arg(0)+" "+itoa(status), a, l.pos())
		}
		return hop.Default(name, hop.Answer{Kind: hop.Answered, Status: status}, pos)
	}
}
