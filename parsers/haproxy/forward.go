package haproxy

import (
	"net/netip"
	"net/textproto"
	"slices"
	"strings"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers/haproxy/conf"
)

// forward chooses a server and makes the request that it receives.
func (r *run) forward() {
	s, chosen := r.chooseServer()
	if s == nil {
		r.noServer(r.be.Title()+" has no server that takes it", r.be.Pos())
		return
	}
	if s.Line.Is("dispatch") && r.http {
		r.unknown(
			"dispatch",
			s.Pos(),
			"what becomes of a handshake that dispatch passes on hangs on HAProxy's version: 2.6.12 crashes",
		)
		return
	}
	if app, _ := r.be.Setting("use-fcgi-app"); app != nil {
		r.unknown("use-fcgi-app", app.Pos(), "what becomes of a handshake over FastCGI is not known")
		return
	}
	if s.TLS && !r.http && r.req.TLS && !r.l.TLS {
		r.unknown(
			"server "+s.Name,
			s.Pos(),
			"the client's TLS goes on inside of TLS: what takes off the second one is not known",
		)
		return
	}
	next := r.req
	if !r.http {
		next = next.Clone()
	}
	from, _ := r.be.Setting("source")
	own := from != nil || s.Source
	next.Client, next.Addr = netip.AddrPort{}, s.Addr
	if s.Portless() {
		next.Addr = s.At(r.cameTo())
	}
	if len(r.be.Usable()) > 1 && !chosen || s.Many {
		next.Addr = "" // which one the connection gets depends on all the others
	}
	if !own {
		next.Client = hop.SourceOf(next.Addr)
	}
	if r.l.AcceptProxy {
		next.Unannounce()
	}
	if s.SendsProxy {
		next.ProxyProtocol, next.AnnouncedAs = true, r.of
		next.Announced = netip.AddrPort{}
		if r.client.IsValid() {
			next.Announced = netip.AddrPortFrom(r.client, 0)
		}
	}
	next.TLS = s.TLS || r.req.TLS && !r.l.TLS
	if r.http {
		r.out.Relay = relay(s.Pos(), r.sections())
		r.out.Wait = r.wait(s)
		r.finalHeaders()
		next.Method, next.Target, next.Header = r.method, r.target, r.headers
		if why := s.H2(); why != "" {
			r.unknown("server "+s.Name, s.Pos(), why)
			return
		}
	}
	r.out.Next = next
	if r.briefly {
		r.reply() // its rules may answer
		r.finish(hop.Answer{Kind: hop.PassedOn}, "server "+s.Name, s.Pos())
		return
	}
	r.facts(s, chosen)
	r.constant()
	r.elsewhere()
	r.reply() // its rules may set timers
	r.timers()
	if !r.http && len(r.out.Idle) > 0 {
		r.out.Wait = r.out.Idle[0].Setting
	}
	r.finish(hop.Answer{Kind: hop.PassedOn}, "server "+s.Name, s.Pos())
}

// cameTo is the port that the client came to, for servers without one of their own; 0 where that is not known: a PROXY
// header names another one, and rules may write it.
func (r *run) cameTo() int {
	writes := func(w conf.Word) bool { return strings.HasPrefix(w.Value, "set-dst") }
	port, known := r.port()
	if !known || r.l.AcceptProxy {
		return 0
	}
	for _, p := range r.sections() {
		if slices.ContainsFunc(p.Lines, func(l *conf.Line) bool { return slices.ContainsFunc(l.Words, writes) }) {
			return 0
		}
	}
	return port
}

// chooseServer is a server of the backend: use-server decides, else any. Servers that differ in how they are spoken
// to are as many cases. chosen says that a rule names this server and no other.
func (r *run) chooseServer() (s *conf.Server, chosen bool) {
	list := r.be.Usable()
	for _, rl := range r.be.Rules("use-server") {
		args, cond := rl.Condition(1)
		i := slices.IndexFunc(r.be.Servers, func(s *conf.Server) bool { return len(args) > 0 && s.Name == args[0].Value })
		if i >= 0 && !r.be.Servers[i].Disabled && r.holds(rl, cond) {
			r.because(cond)
			r.stepLine("", rl.Line, "")
			return r.be.Servers[i], true
		}
	}
	for i, s := range list {
		if !r.maybe(s.Line) {
			continue
		}
		differs := slices.ContainsFunc(list[i+1:], func(o *conf.Server) bool {
			return o.TLS != s.TLS || o.SendsProxy != s.SendsProxy || (o.H2() == "") != (s.H2() == "")
		})
		if !differs || r.w.Ask(hop.Question{
			Key: "server of " + r.be.Pos().String() + " is " + s.Name, Pos: s.Pos(),
			Yes: r.be.Title() + " chooses server " + s.Name, No: r.be.Title() + " chooses another server than " + s.Name,
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
		r.addLine(
			"X-Original-To",
			hop.Unknown[string]("option originalto", l.Pos(), "the address that the client came to is not known"),
		)
	}
	for _, name := range []string{"unique-id-header", "http-send-name-header"} {
		for _, p := range []*conf.Proxy{r.fe, r.be} {
			if l, _ := p.Setting(name); l != nil && len(l.Words) > 1 {
				header := textproto.CanonicalMIMEHeaderKey(l.Arg(1))
				r.headers[header] = []hop.Setting[string]{
					hop.Unknown[string](name, l.Pos(), name+" decides the value of "+l.Arg(1)),
				}
			}
		}
	}
	r.connectionOut()
	r.upgradeOut()
	if k := r.header("Sec-Websocket-Key"); k.why == "" && len(k.values) == 0 {
		if r.isHandshake() {
			r.addLine(
				"Sec-Websocket-Key",
				hop.Unknown[string](
					"Sec-WebSocket-Key",
					r.be.Pos(),
					"HAProxy makes up a key where a rule has deleted the client's",
				),
			)
		}
	}
}

// upgradeOut settles what becomes of an Upgrade with more in it than websocket, and of a handshake that rules have made
// of something else. Measured: law HV3.
func (r *run) upgradeOut() {
	up, conn := r.header("Upgrade"), r.header("Connection")
	if up.why != "" || conn.why != "" || !slices.Contains(hop.Tokens(conn.values), "upgrade") {
		return
	}
	offers := hop.Tokens(up.values)
	if slices.Contains(offers, "h2c") && r.atLeast(conf.Version{Major: 3}) {
		lines := r.headers["Upgrade"]
		rest := strings.Join(slices.DeleteFunc(slices.Clone(offers), func(s string) bool { return s == "h2c" }), ", ")
		if delete(r.headers, "Upgrade"); rest != "" {
			r.addLine("Upgrade", hop.Written(lines[0].Name, rest, lines[0].Pos))
		}
	}
	if r.half && !r.page && slices.Contains(offers, "websocket") &&
		r.atLeast(conf.Version{Major: 3, Minor: 2}) {
		r.instead("an Upgrade that the client has not sent", r.be.Pos(), hop.Answer{Kind: hop.Answered, Status: 502}, "")
	}
}

func (r *run) isHandshake() bool {
	up, conn := r.header("Upgrade"), r.header("Connection")
	return up.why == "" && conn.why == "" && slices.Contains(hop.Tokens(up.values), "websocket") &&
		slices.Contains(hop.Tokens(conn.values), "upgrade")
}

// either reports an option of the frontend or the backend.
func (r *run) either(name string) (bool, *conf.Line, string) {
	if on, l, _ := r.be.Option(name); on {
		return on, l, ""
	}
	return r.fe.Option(name)
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
		trimmed = []hop.Setting[string]{hop.Unknown[string]("Connection", lines[0].Pos,
			"what HAProxy makes of this Connection is not known")}
	}
	r.headers["Connection"] = trimmed
	if len(trimmed) == 0 {
		delete(r.headers, "Connection")
	}
}

// forwardFor adds the client's address.
func (r *run) forwardFor() {
	_, be, _ := r.be.Option("forwardfor")
	_, fe, _ := r.fe.Option("forwardfor")
	name, always, except := "X-Forwarded-For", false, ""
	var at *conf.Line
	for _, l := range []*conf.Line{fe, be} {
		if l == nil {
			continue
		}
		at = l
		ifNone := false
		for i, w := range l.Words {
			switch w.Value {
			case "header":
				name = l.Arg(i + 1)
			case "except":
				except = l.Arg(i + 1)
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
	line := hop.Unknown[string]("option forwardfor", at.Pos(), "the client's address is not known")
	if r.client.IsValid() {
		if except != "" {
			if ok, why := matchAddress(r.client.String(), except); ok && why == "" {
				return
			}
		}
		line = hop.Written("option forwardfor", r.client.String(), at.Pos())
	}
	r.addLine(name, line)
}

// relay passes answers on as they are. Measured: a connection that closes without one is 502, one that does not open
// 503, one that stays quiet for timeout server 504, and errorloc may put another answer in the place of those.
func relay(pos hop.Pos, sections []*conf.Proxy) func(status int) hop.Setting[hop.Answer] {
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
			return hop.Unknown[hop.Answer](name, l.Pos(), why)
		} else if own && l != nil && a != (hop.Answer{Kind: hop.Answered, Status: status}) {
			return hop.Written(l.Arg(0)+" "+itoa(status), a, l.Pos())
		}
		return hop.Default(name, hop.Answer{Kind: hop.Answered, Status: status}, pos)
	}
}
