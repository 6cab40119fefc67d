package haproxy

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/wslint/wslint/hop"
)

// facts notes what rules want to know about a request that goes to s.
func (r *run) facts(s *server, chosen bool) {
	r.limits(s, chosen)
	r.out.ClientKeepAlive = r.keeps()
	list := []*server{s}
	if !chosen {
		r.out.Upstream = r.upstream()
		list = r.be.usable()
	}
	r.out.Servers = r.addresses(list)
}

// addresses is how many ones the servers have, 0 where that is not known: HAProxy resolves a name to one address. With source, the
// local end of connections has ports of its own for each.
func (r *run) addresses(list []*server) int {
	if l, _ := r.be.setting("source"); l != nil {
		return 0
	}
	seen := map[string]bool{}
	for _, s := range list {
		own := slices.ContainsFunc(s.l.words, func(w Word) bool { return w.Value == "source" })
		if s.addr == "" || strings.HasPrefix(s.addr, "unix:") || s.many || s.unknown != "" || s.l.maybe != "" || own {
			return 0
		}
		seen[s.addr] = true
	}
	return len(seen)
}

// keeps is how long HAProxy waits for the next request on a connection. Measured on 2.6: timeout http-keep-alive, where that is 0 or not set
// timeout http-request, and timeout client at most. A connection that carries bytes has no next request, and with option httpclose
// there is none.
func (r *run) keeps() hop.Setting[time.Duration] {
	none := hop.Setting[time.Duration]{}
	for _, p := range []*proxy{r.fe, r.be} {
		if on, _, maybe := p.option("httpclose"); on || maybe != "" {
			return none
		}
	}
	if !r.http {
		return none
	}
	best := none
	for _, names := range [][]string{{"http-keep-alive", "http-request"}, {"client"}} {
		for _, name := range names {
			s := r.fe.timeout(name)
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
	u := &hop.Upstream{Name: r.be.title(), Pos: r.be.pos()}
	for _, s := range r.be.usable() {
		// A template makes as many servers as DNS has addresses, or as many that are all the same one.
		u.Open = u.Open || s.many || s.unknown != "" || s.l.maybe != ""
		// Failed requests take no server out: checks do.
		u.Peers = append(u.Peers, hop.Peer{Pos: s.pos()})
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

// cookies says whether a cookie brings a client back to its server; open says that this is not known. A server without a cookie of
// its own is not found again.
func (r *run) cookies() (sticky string, open bool) {
	l, maybe := r.be.setting("cookie")
	if l == nil || !r.http {
		return "", maybe != ""
	}
	has := func(word string) bool {
		return slices.ContainsFunc(l.words, func(w Word) bool { return w.Value == word })
	}
	if len(r.be.rules("ignore-persist")) > 0 || !has("insert") || has("postonly") {
		return "", true // only the application can set the cookie, or decides when HAProxy does
	}
	if has("dynamic") {
		return "cookie " + l.arg(1), maybe != ""
	}
	list := r.be.usable()
	with := 0
	for _, s := range list {
		if s.cookie {
			with++
		}
	}
	if with == len(list) {
		return "cookie " + l.arg(1), maybe != ""
	}
	return "", maybe != "" || with > 0
}

// sticks says whether a stick table brings a client back to its server: something stores what something matches. Measured.
func (r *run) sticks() (sticky string, open bool) {
	match, store := map[string]bool{}, map[string]bool{}
	for _, rl := range r.be.rules("stick") {
		args, cond := rl.condition(2)
		if len(args) == 0 {
			continue
		}
		key := strings.Join(values(args), " ") // the sample and its table
		if cond != nil || rl.l.maybe != "" || !sameForClient(args[0]) {
			// Whether it works for the session depends on what the application sends.
			key = ""
		}
		kind := rl.l.arg(1)
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
func sameForClient(w Word) bool {
	if w.Why != "" {
		return false
	}
	c, _, _ := cutCall(w.Value)
	switch c.name {
	case "src", "fc_src":
		return true
	case "hdr", "req.hdr", "hdr_ip", "req.hdr_ip":
		return sameHeader(c.arg(0))
	}
	return false
}

// sameHeader reports whether all requests of one client carry the same value in a header.
func sameHeader(name string) bool {
	return slices.Contains([]string{
		"x-forwarded-for", "x-real-ip", "forwarded", "host", "user-agent", "cf-connecting-ip", "true-client-ip", "x-client-ip",
	}, strings.ToLower(name))
}

// balance says whether the algorithm sends a client to the same server each time.
func (r *run) balance() (sticky string, open bool) {
	l, maybe := r.be.setting("balance")
	switch {
	case maybe != "" || l == nil && r.be.fragment:
		return "", true
	case l == nil:
		return "", false // roundrobin
	case slices.ContainsFunc(l.words, func(w Word) bool { return w.Why != "" }):
		return "", true
	}
	name := "balance " + l.arg(1)
	c, _, _ := cutCall(l.arg(1))
	switch c.name {
	case "roundrobin", "static-rr", "leastconn", "random":
		return "", false
	case "source":
		return name, false
	case "first":
		// All go to the first server until it is full.
		full := slices.ContainsFunc(r.be.usable(), func(s *server) bool { return s.maxconn.Value != "" })
		return map[bool]string{false: name}[full], full
	case "hash":
		if len(l.words) == 3 && sameForClient(l.words[2]) {
			return "balance hash " + l.arg(2), false
		}
		return "", true
	}
	if !r.http {
		// What looks into requests takes servers in turn where bytes are passed on.
		return "", c.name != "hdr" && c.name != "uri" && c.name != "url_param"
	}
	switch c.name {
	case "hdr":
		if h := r.header(c.arg(0)); h.why == "" && len(h.values) == 0 {
			return "", false // without the header servers are taken in turn
		}
		return map[bool]string{true: name}[sameHeader(c.arg(0))], !sameHeader(c.arg(0))
	case "uri":
		// The query string, which differs from request to request, only counts with "whole".
		whole := slices.ContainsFunc(l.words, func(w Word) bool { return w.Value == "whole" })
		return map[bool]string{true: name}[!whole], false
	}
	return "", true
}

// limits notes each maxconn on the way: a tunnel counts once at every level for its whole life. Measured: beyond that of global, of a
// frontend or of a bind line, connections wait in the kernel; beyond those of all servers, handshakes are answered 503 after
// timeout queue, or timeout connect without one.
func (r *run) limits(s *server, chosen bool) {
	for _, l := range r.c.global {
		if l.is("maxconn") {
			r.limit("maxconn of global", l, 1)
			break // HAProxy ignores a second one
		}
	}
	if l, maybe := r.fe.setting("maxconn"); l != nil && maybe == "" {
		r.limit("maxconn of "+r.fe.title(), l, 1)
	}
	for i, w := range r.l.l.words {
		if w.Value == "maxconn" && i > 1 {
			r.limit("maxconn of bind "+r.l.l.arg(1), r.l.l, i+1)
		}
	}
	if list := r.be.usable(); chosen {
		r.serverLimit([]*server{s})
	} else {
		r.serverLimit(list)
	}
}

// limit notes the number in word i of a line; 0 and what is no number limit nothing.
func (r *run) limit(name string, l *line, i int) {
	if i >= len(l.words) || l.maybe != "" || l.words[i].Why != "" {
		return
	}
	if n, err := strconv.Atoi(l.arg(i)); err == nil && n > 0 {
		s := hop.Written(name, n, l.pos())
		s.Set = setWord(l.words[i])
		r.out.Limits = append(r.out.Limits, hop.Limit{Setting: s, Waits: true})
	}
}

// serverLimit notes what servers have room for together; one without a maxconn has room for any number.
func (r *run) serverLimit(list []*server) {
	total := 0
	for _, s := range list {
		n, err := strconv.Atoi(s.maxconn.Value)
		if err != nil || n <= 0 || s.maxconn.Why != "" || s.many || s.l.maybe != "" {
			return
		}
		total += n
	}
	if total == 0 {
		return
	}
	name := "maxconn of server " + list[0].name
	if len(list) > 1 {
		name = "maxconn of the " + itoa(len(list)) + " servers of " + r.be.title()
	}
	set := hop.Written(name, total, list[0].maxconnPos)
	if setWord(list[0].maxconn) != nil {
		set.Set = func(value string) []hop.Edit { return raiseEach(list, value) }
	}
	r.out.Limits = append(r.out.Limits, hop.Limit{Setting: set})
}

// raiseEach makes room for a total of value by giving each server its share; a line that several servers share is written once, and
// what is larger stays.
func raiseEach(list []*server, value string) (edits []hop.Edit) {
	total, err := strconv.Atoi(value)
	if err != nil {
		return nil
	}
	share := (total + len(list) - 1) / len(list)
	for _, s := range list {
		if n, _ := strconv.Atoi(s.maxconn.Value); n >= share {
			continue
		}
		for _, e := range setWord(s.maxconn)(itoa(share)) {
			if !slices.Contains(edits, e) {
				edits = append(edits, e)
			}
		}
	}
	return edits
}
