package haproxy

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers/haproxy/conf"
)

// facts notes what rules want to know about a request that goes to s.
func (r *run) facts(s *conf.Server, chosen bool) {
	r.limits(s, chosen)
	r.out.ClientKeepAlive = r.keeps()
	list := []*conf.Server{s}
	if !chosen {
		r.out.Upstream = r.upstream()
		list = r.be.Usable()
	}
	r.out.Servers = r.addresses(list)
}

// addresses is how many ones the servers have, 0 where that is not known: HAProxy resolves a name to one address.
// With source, the local end of connections has ports of its own for each.
func (r *run) addresses(list []*conf.Server) int {
	if l, _ := r.be.Setting("source"); l != nil {
		return 0
	}
	seen := map[string]bool{}
	for _, s := range list {
		if s.Addr == "" || strings.HasPrefix(s.Addr, "unix:") || s.Many || s.Unknown != "" || s.Line.Maybe != "" || s.Source {
			return 0
		}
		seen[s.Addr] = true
	}
	return len(seen)
}

// keeps is how long HAProxy waits for the next request on a connection. Measured on 2.6: timeout http-keep-alive,
// where that is 0 or not set timeout http-request, and timeout client at most. A connection that carries bytes has no
// next request, and with option httpclose there is none.
func (r *run) keeps() hop.Setting[time.Duration] {
	none := hop.Setting[time.Duration]{}
	for _, p := range []*conf.Proxy{r.fe, r.be} {
		if on, _, maybe := p.Option("httpclose"); on || maybe != "" {
			return none
		}
	}
	if !r.http {
		return none
	}
	best := none
	for _, names := range [][]string{{"http-keep-alive", "http-request"}, {"client"}} {
		for _, name := range names {
			s := r.fe.Timeout(name)
			length, known := s.Get()
			if !known {
				return none
			}
			if length == 0 {
				continue
			}
			if least, is := best.Get(); !is || length < least {
				best = s
			}
			break
		}
	}
	best.Set = nil // the next of the three may be as short
	return best
}

// upstream is what the model says of the backend.
func (r *run) upstream() *hop.Upstream {
	u := &hop.Upstream{Name: r.be.Title(), Pos: r.be.Pos()}
	for _, s := range r.be.Usable() {
		// A template makes as many servers as DNS has addresses, or as many that are all the same one.
		u.Open = u.Open || s.Many || s.Unknown != "" || s.Line.Maybe != ""
		// Failed requests take no server out: checks do.
		u.Peers = append(u.Peers, hop.Peer{Pos: s.Pos()})
	}
	for _, judge := range []func() (string, bool){r.cookies, r.sticks, r.balance} {
		sticky, open := judge()
		u.Open = u.Open || open
		if u.Sticky == "" {
			u.Sticky = sticky
		}
	}
	return u
}

// cookies says whether a cookie brings a client back to its server; open says that this is not known. A server
// without a cookie of its own is not found again.
func (r *run) cookies() (sticky string, open bool) {
	l, maybe := r.be.Setting("cookie")
	if l == nil || !r.http {
		return "", maybe != ""
	}
	has := func(word string) bool {
		return slices.ContainsFunc(l.Rest(2), func(w conf.Word) bool { return w.Value == word })
	}
	if len(r.be.Rules("ignore-persist")) > 0 || !has("insert") || has("postonly") {
		return "", true // only the application can set the cookie, or decides when HAProxy does
	}
	if has("dynamic") {
		return "cookie " + l.Arg(1), maybe != ""
	}
	list := r.be.Usable()
	with := 0
	for _, s := range list {
		if s.Cookie {
			with++
		}
	}
	if with == len(list) {
		return "cookie " + l.Arg(1), maybe != ""
	}
	return "", maybe != "" || with > 0
}

// sticks says whether a stick table brings a client back to its server: something stores what something matches.
// Measured.
func (r *run) sticks() (sticky string, open bool) {
	match, store := map[string]bool{}, map[string]bool{}
	for _, rl := range r.be.Rules("stick") {
		args, cond := rl.Condition(2)
		if len(args) == 0 {
			continue
		}
		key := strings.Join(conf.Values(args), " ") // the sample and its table
		if cond != nil || rl.Line.Maybe != "" || !sameForClient(args[0]) {
			// Whether it works for the session depends on what the application sends.
			key = ""
		}
		kind := rl.Line.Arg(1)
		if kind == "on" || kind == "match" {
			match[key] = true
		}
		if kind != "match" {
			store[key] = true
		}
		if key != "" && match[key] && store[key] {
			sticky = "stick on " + key
		}
	}
	return sticky, sticky == "" && len(match) > 0 && len(store) > 0
}

// sameForClient reports whether a sample is the same in all requests of one client, whatever the application does.
func sameForClient(w conf.Word) bool {
	if w.Why != "" {
		return false
	}
	c, _, _ := conf.CutCall(w.Value)
	switch c.Name {
	case "src", "fc_src":
		return true
	case "hdr", "req.hdr", "hdr_ip", "req.hdr_ip":
		return sameHeader(c.Arg(0))
	}
	return false
}

// sameHeader reports whether all requests of one client carry the same value in a header.
func sameHeader(name string) bool {
	return slices.Contains([]string{
		"x-forwarded-for", "x-real-ip", "forwarded", "host", "user-agent", "cf-connecting-ip", "true-client-ip",
		"x-client-ip",
	}, strings.ToLower(name))
}

// balance says whether the algorithm sends a client to the same server each time.
func (r *run) balance() (sticky string, open bool) {
	l, maybe := r.be.Setting("balance")
	switch {
	case maybe != "" || l == nil && r.be.Fragment:
		return "", true
	case l == nil:
		return "", false // roundrobin
	case slices.ContainsFunc(l.Words, func(w conf.Word) bool { return w.Why != "" }):
		return "", true
	}
	name := "balance " + l.Arg(1)
	c, _, _ := conf.CutCall(l.Arg(1))
	switch c.Name {
	case "roundrobin", "static-rr", "leastconn", "random":
		return "", false
	case "source":
		return name, false
	case "first":
		// All go to the first server until it is full.
		full := slices.ContainsFunc(r.be.Usable(), func(s *conf.Server) bool { return s.Maxconn.Value != "" })
		return map[bool]string{false: name}[full], full
	case "hash":
		if len(l.Words) == 3 && sameForClient(l.Words[2]) {
			return "balance hash " + l.Arg(2), false
		}
		return "", true
	}
	if !r.http {
		// What looks into requests takes servers in turn where bytes are passed on.
		return "", c.Name != "hdr" && c.Name != "uri" && c.Name != "url_param"
	}
	switch c.Name {
	case "hdr":
		if h := r.header(c.Arg(0)); h.why == "" && len(h.values) == 0 {
			return "", false // without the header servers are taken in turn
		}
		return map[bool]string{true: name}[sameHeader(c.Arg(0))], !sameHeader(c.Arg(0))
	case "uri":
		// The query string, which differs from request to request, only counts with "whole".
		whole := slices.ContainsFunc(l.Words, func(w conf.Word) bool { return w.Value == "whole" })
		return map[bool]string{true: name}[!whole], false
	}
	return "", true
}

// limits notes each maxconn on the way: a tunnel counts once at every level for its whole life. Measured: beyond that
// of global, of a frontend or of a bind line, connections wait in the kernel; beyond those of all servers, handshakes
// are answered 503 after timeout queue, or timeout connect without one.
func (r *run) limits(s *conf.Server, chosen bool) {
	for _, l := range r.c.Global {
		if l.Is("maxconn") {
			r.limit("maxconn of global", l, 1)
			break // HAProxy ignores a second one
		}
	}
	if l, maybe := r.fe.Setting("maxconn"); l != nil && maybe == "" {
		r.limit("maxconn of "+r.fe.Title(), l, 1)
	}
	for i, w := range r.l.Line.Words {
		if w.Value == "maxconn" && i > 1 {
			r.limit("maxconn of bind "+r.l.Line.Arg(1), r.l.Line, i+1)
		}
	}
	if list := r.be.Usable(); chosen {
		r.serverLimit([]*conf.Server{s})
	} else {
		r.serverLimit(list)
	}
}

// limit notes the number in word i of a line; 0 and what is no number limit nothing.
func (r *run) limit(name string, l *conf.Line, i int) {
	if i >= len(l.Words) || l.Maybe != "" || l.Words[i].Why != "" {
		return
	}
	if n, err := strconv.Atoi(l.Arg(i)); err == nil && n > 0 {
		s := hop.Written(name, n, l.Pos())
		s.Set = conf.SetWord(l.Words[i])
		r.out.Limits = append(r.out.Limits, hop.Limit{Setting: s, Waits: true})
	}
}

// serverLimit notes what servers have room for together; one without a maxconn has room for any number.
func (r *run) serverLimit(list []*conf.Server) {
	total := 0
	for _, s := range list {
		n, err := strconv.Atoi(s.Maxconn.Value)
		if err != nil || n <= 0 || s.Maxconn.Why != "" || s.Many || s.Line.Maybe != "" {
			return
		}
		total += n
	}
	if total == 0 {
		return
	}
	name := "maxconn of server " + list[0].Name
	if len(list) > 1 {
		name = "maxconn of the " + itoa(len(list)) + " servers of " + r.be.Title()
	}
	set := hop.Written(name, total, list[0].MaxconnPos)
	if conf.SetWord(list[0].Maxconn) != nil {
		set.Set = func(value string) []hop.Edit { return raiseEach(list, value) }
	}
	r.out.Limits = append(r.out.Limits, hop.Limit{Setting: set})
}

// raiseEach makes room for a total of value by giving each server its share; a line that several servers share is
// written once, and what is larger stays.
func raiseEach(list []*conf.Server, value string) (edits []hop.Edit) {
	total, err := strconv.Atoi(value)
	if err != nil {
		return nil
	}
	share := (total + len(list) - 1) / len(list)
	for _, s := range list {
		if n, _ := strconv.Atoi(s.Maxconn.Value); n >= share {
			continue
		}
		for _, e := range conf.SetWord(s.Maxconn)(itoa(share)) {
			if !slices.Contains(edits, e) {
				edits = append(edits, e)
			}
		}
	}
	return edits
}

// constant notes an Upgrade that rules write for pages, too. Measured on 2.6.12 and 3.4: with a Connection that asks
// for it, HAProxy makes up the key that is missing, and a WebSocket that an application then opens makes the page
// 502.
func (r *run) constant() {
	lines := r.headers["Upgrade"]
	if !r.http || !r.written["Upgrade"] || len(lines) == 0 || r.page {
		return
	}
	q := r.req.Clone()
	q.Method, q.Target = "GET", "/"
	for name := range q.Header {
		if name == "Upgrade" || name == "Connection" || strings.HasPrefix(name, "Sec-Websocket-") {
			delete(q.Header, name)
		}
	}
	q.Rest = ""
	page := new(run).begin(r.c, r.w.Further(), q, r.l)
	page.page = true
	if h := page.serve(); page.w.Asked() || page.be != r.be || !hop.Is(h.Answer, hop.Answer{}) || !page.isHandshake() {
		return
	}
	line := lines[len(lines)-1]
	line.Set = nil // nothing that a rule could write in the place of the constant is what the client sent
	for _, rl := range slices.Concat(r.fe.Rules("http-request"), r.be.Rules("http-request")) {
		if rl.Line.Pos() == line.Pos {
			line.Remove = rl.Line.Remove()
		}
	}
	r.out.Constant = map[string]hop.Setting[string]{"Upgrade": line}
}
