package nginx

import (
	"cmp"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/wslint/wslint/parsers/nginx/conf"

	"github.com/wslint/wslint/hop"
)

// facts notes what rules want to know about a request that is passed on.
func (r *run) facts(d *conf.Directive, t target, h *conf.Handler) {
	out := r.out
	if u := r.c.upstreams[t.host]; u != nil && (t.port == "" || t.variable) {
		out.Upstream = u.fact()
	}
	out.LookedUpOnce = r.lookedUpOnce(d, t)
	if t.scheme == "https" {
		out.SNI = r.namesServer(d, t)
		if name := get(r, r.at, conf.ProxySSLName); !name.IsDefault() && hop.Is(out.SNI, false) {
			out.UnsentName = name.Pos
		}
	}
	if h.Pass == "proxy_pass" {
		out.Join = r.join(d, t)
		out.CatchAll = r.at.loc != nil && r.at.loc.name == "/" && r.at.loc.modifier == ""
	}
	if _, query, _ := strings.Cut(r.request.Target, "?"); query != "" && !strings.Contains(out.Next.Target, query) {
		switch {
		case r.dropsQuery != (hop.Pos{}):
			out.DropsQuery = r.dropsQuery
		case h.Pass == "proxy_pass" && t.variable && t.uri != "" && !d.Args[0].Template:
			out.DropsQuery = d.Pos()
		}
	}
	r.limits()
	out.ClientKeepAlive = r.keeps()
	out.Capacity = r.c.capacity()
	out.Cache = r.cache(h)
	r.constant()
	r.ineffective(h)
}

// lookedUpOnce are the names that nginx resolves when it starts: those that are written, but for servers with resolve.
func (r *run) lookedUpOnce(d *conf.Directive, t target) (names []hop.Setting[string]) {
	add := func(d *conf.Directive, host string) {
		if host != "" && !isIP(host) && whyUnknown(d) == "" {
			names = append(names, hop.Written(d.Name.Value, host, d.Pos()))
		}
	}
	u := r.c.upstreams[t.host]
	switch {
	case t.variable || t.unix != "":
	case u == nil:
		add(d, t.host)
	default:
		for _, s := range u.servers {
			again := slices.ContainsFunc(s.Args[1:], func(a conf.Word) bool { return a.Value == "resolve" || a.Value == "down" })
			if host, _, _ := strings.Cut(s.Arg(0), ":"); !again && !strings.HasPrefix(s.Arg(0), "unix:") {
				add(s, host)
			}
		}
	}
	return names
}

// fact is what the model says of an upstream.
func (u *upstream) fact() *hop.Upstream {
	f := &hop.Upstream{Name: "upstream " + u.d.Arg(0), Pos: u.d.Pos(), Open: u.unknown != ""}
	for _, it := range u.d.Block {
		switch it.Name.Value {
		case "ip_hash", "hash", "sticky", "sticky_cookie_insert":
			f.Sticky = it.Name.Value
		case "jvm_route", "consistent_hash", "balancer_by_lua_block", "balancer_by_lua_file":
			f.Open = true
		}
	}
	for _, s := range u.servers {
		if whyUnknown(s) != "" {
			f.Open = true
		}
		p := hop.Peer{Pos: s.Pos(), MaxFails: 1}
		out := false
		for _, a := range s.Args[1:] {
			out = out || a.Value == "down" || a.Value == "backup" || a.Value == "weight=0"
			if n, ok := strings.CutPrefix(a.Value, "max_fails="); ok {
				p.MaxFails, _ = strconv.Atoi(n)
			}
		}
		if !out {
			f.Peers = append(f.Peers, p)
		}
	}
	return f
}

// namesServer says whether TLS to the next hop names it. An address has no name, unless one is written for it.
func (r *run) namesServer(d *conf.Directive, t target) hop.Setting[bool] {
	const name = string(conf.ProxySSLServerName)
	_, err := netip.ParseAddr(strings.Trim(t.host, "[]"))
	named := !get(r, r.at, conf.ProxySSLName).IsDefault()
	if err == nil && !named || t.host == "" || d.Args[0].Template {
		return hop.Setting[bool]{}
	}
	in := get(r, r.at, conf.ProxySSLServerName)
	on, known := in.Get()
	if !known {
		return hop.Unknown[bool](name, d.Pos(), in.Why())
	}
	s := hop.Written(name, on, d.Pos())
	if l := r.at.block(); !on && insertable(l) {
		s.Set = func(value string) []hop.Edit {
			if own := l.one(name); own != nil {
				return setArgument(own, 0)(value)
			}
			lines := []string{name + " " + quote(value) + ";"}
			if r.c.upstreams[t.host] != nil && !named {
				lines = append(lines, "proxy_ssl_name $host;")
			}
			return insert(l, lines...)
		}
	}
	return s
}

// join says what the URI of proxy_pass takes the place of.
func (r *run) join(d *conf.Directive, t target) hop.Join {
	if t.uri == "" || d.Args[0].Template {
		return hop.Join{}
	}
	j := hop.Join{Setting: hop.Written("proxy_pass", t.uri, d.Pos())}
	if !t.variable {
		if !r.validLocation {
			return hop.Join{}
		}
		j.Prefix = r.passLocationName()
		return j
	}
	// A path that is written, and no variable in or in front of it that holds one, as $request_uri does.
	_, path, written := strings.Cut(strings.TrimPrefix(strings.TrimPrefix(d.Arg(0), "http://"), "https://"), "/")
	if loc := r.at.loc; loc != nil && loc.re == nil && loc.modifier != "=" && strings.HasSuffix(loc.name, "/") &&
		written && !conf.HasVariable(path) && t.uri == "/"+path {
		j.Every = "location " + loc.name
	}
	return j
}

// keeps is keepalive_timeout: nginx takes that of the request that was served last on a connection, which may have
// been any. So the longer one of the server and of the place that serves the handshake counts, and 0 on either, which
// keeps no connection, ends the matter.
func (r *run) keeps() (longest hop.Setting[time.Duration]) {
	for _, at := range []*scope{r.server.scope, r.at} {
		s := settable(r, at, conf.KeepaliveTimeout)
		length, known := s.Get()
		if !known || length == 0 || s.IsDefault() && r.c.fragmentary() {
			return hop.Setting[time.Duration]{}
		}
		if s.IsDefault() {
			s = hop.Default(s.Name, length, r.server.scope.pos())
			s.Set = r.server.scope.insertSetting(s.Name)
		}
		if before, known := longest.Get(); !known || length > before {
			longest = s
		}
	}
	return longest
}

// limits notes limit_conn: a tunnel counts for its whole life. Measured: law A1.
func (r *run) limits() {
	list, at, _ := r.list(r.at, conf.LimitConn)
	if r.c.fragmentary() || at != nil && at.unknown != "" {
		return
	}
	for _, d := range list {
		name := d.Name.Value + " " + d.Arg(0)
		s := hop.Unknown[int](name, d.Pos(), r.whyUnknown(d))
		if n, err := strconv.Atoi(d.Arg(1)); err == nil && r.whyUnknown(d) == "" {
			s = hop.Written(name, n, d.Pos())
			s.Set = setArgument(d, 1)
		} else if r.whyUnknown(d) == "" {
			continue
		}
		key := r.zoneKey(d.Arg(0))
		if key == "" {
			continue
		}
		r.out.Limits = append(r.out.Limits, hop.Limit{
			Setting: s, PerClient: strings.Contains(key, "remote_addr"), Shared: slices.Contains(sharedKeys, key),
			Status: r.limitStatus(),
		})
	}
}

// limitStatus is what limit_conn answers with, where that is written.
func (r *run) limitStatus() int {
	if d := r.find(r.at, "limit_conn_status", false).d; d != nil && r.whyUnknown(d) == "" {
		status, _ := strconv.Atoi(d.Arg(0))
		return status
	}
	return 0
}

// sharedKeys are what all clients of a server have in common.
var sharedKeys = []string{"$server_name", "$server_addr", "$server_port", "$host", "$hostname"}

// zoneKey is what a zone of limit_conn counts by; "" when it is not known.
func (r *run) zoneKey(zone string) string {
	http := r.server.scope.up
	if http == nil {
		return ""
	}
	for _, d := range http.all("limit_conn_zone") {
		if len(d.Args) == 2 && strings.HasPrefix(d.Arg(1), "zone="+zone+":") {
			return d.Arg(0)
		}
	}
	return ""
}

// capacity is worker_connections: a tunnel takes two. Measured: law A1.
func (c *Config) capacity() hop.Setting[int] {
	const name = "worker_connections"
	if c.fragmentary() {
		return hop.Setting[int]{}
	}
	events := c.main.one("events")
	if events == nil {
		return hop.Setting[int]{}
	}
	for _, d := range events.Block {
		if d.Is(name) {
			n, err := strconv.Atoi(d.Arg(0))
			if err != nil || whyUnknown(d) != "" {
				return hop.Unknown[int](name, d.Pos(), "the value of "+name+" is not known")
			}
			s := hop.Written(name, n, d.Pos())
			s.Set = setArgument(d, 0)
			return s
		}
	}
	s := hop.Default(name, 512, events.Pos())
	if l := newScope(mainScope, events, events.Block, nil); insertable(l) {
		s.Set = func(value string) []hop.Edit { return insert(l, name+" "+quote(value)+";") }
	}
	return s
}

// cache is proxy_cache, unless proxy_cache_bypass sees to it that a handshake is passed on all the same.
func (r *run) cache(h *conf.Handler) hop.Setting[string] {
	in := get(r, r.at, h.Cache)
	zone, known := in.Get()
	if in.IsDefault() || known && (zone.Value == "off" || conf.HasVariable(zone.Value)) {
		return hop.Setting[string]{}
	}
	bypass, _, why := r.list(r.at, h.CacheBypass)
	for _, b := range bypass {
		for _, a := range b.Args {
			v := r.word(a)
			if !v.unknown() && v.s != "" && v.s != "0" {
				return hop.Setting[string]{}
			}
			why = cmp.Or(why, v.why)
		}
	}
	if !known {
		return hop.Unknown[string](in.Name, in.Pos, in.Why())
	}
	if why != "" {
		return hop.Unknown[string](in.Name, in.Pos, why)
	}
	s := hop.Written(in.Name, zone.Value, in.Pos)
	if l := r.at.block(); insertable(l) {
		s.Set = func(value string) []hop.Edit {
			if own := l.one(in.Name); own != nil {
				return setArgument(own, 0)(value)
			}
			return insert(l, in.Name+" "+quote(value)+";")
		}
	}
	return s
}

// constant notes an Upgrade that every request of a location for all paths is sent with.
func (r *run) constant() {
	if r.loc == nil || r.loc.name != "/" || r.loc.modifier != "" {
		return
	}
	list, _, why := r.list(r.at, conf.ProxySetHeader)
	for _, d := range list {
		if why == "" && len(d.Args) == 2 && strings.EqualFold(d.Arg(0), "Upgrade") &&
			strings.EqualFold(d.Arg(1), "websocket") {
			s := hop.Written("proxy_set_header Upgrade", d.Arg(1), d.Pos())
			s.Set = setArgument(d, 1)
			r.out.Constant = map[string]hop.Setting[string]{"Upgrade": s}
		}
	}
}

// ineffective notes read timeouts of other modules in the block.
func (r *run) ineffective(acting *conf.Handler) {
	l := r.at.block()
	for _, h := range conf.Handlers() {
		if h.Pass == acting.Pass || h.InterceptErrors == "" {
			continue
		}
		d := l.one(string(h.ReadTimeout))
		if d == nil || whyUnknown(d) != "" {
			continue
		}
		if v, ok := h.ReadTimeout.Read(d); ok {
			s := hop.Written(d.Name.Value, v, d.Pos())
			r.out.Ineffective = append(r.out.Ineffective, hop.Ineffective{Setting: s, For: string(acting.ReadTimeout)})
		}
	}
}

// rivals are locations that seem meant for the path and that the chosen one shadows: a prefix behind a regex, a regex
// behind another one, a name that differs in case or a last slash, a pattern that ends before that slash. Only
// locations that pass Upgrade on count.
func (ls *locations) rivals(r *run, chosen *location, path string) []hop.ShadowedPlace {
	var list []hop.ShadowedPlace
	add := func(loc *location) {
		if loc != chosen && passesUpgrade(loc) {
			list = append(list, hop.ShadowedPlace{Name: loc.String(), Pos: loc.scope.pos(), Pattern: loc.re != nil})
		}
	}
	bare := strings.TrimSuffix(path, "/")
	matches := func(loc *location, path string) bool {
		groups, why := loc.re.match(path)
		return groups != nil && why == ""
	}
	if chosen.re != nil {
		if found, _ := ls.prefix(r, path); found.loc != nil && found.loc.name != "/" {
			add(found.loc)
		}
	}
	for _, loc := range ls.regex {
		at := matches(loc, path)
		if at && chosen.re != nil || !at && bare != "" && bare != path && matches(loc, bare) {
			add(loc)
		}
	}
	for _, loc := range ls.static {
		if name := strings.TrimSuffix(loc.name, "/"); name != "" && strings.EqualFold(name, bare) &&
			(loc.modifier == "=" || name != bare) {
			add(loc)
		}
	}
	return list
}

// lost are locations that are meant for the path and stand in a server that no request comes to.
func (r *run) lost() (list []hop.ShadowedPlace) {
	for _, s := range r.c.unreached()[r.socket.addr] {
		found := s.locations().find(asWritten, r.chosenFor)
		if s != r.server && found.loc != nil && found.why == "" && passesUpgrade(found.loc) {
			list = append(list, hop.ShadowedPlace{Name: found.loc.String(), Pos: found.loc.scope.pos(),
				Why: "nginx never chooses this server: it is not the default one, and has no name of its own"})
		}
	}
	return list
}

// findUnreached finds, by the address of a socket, the servers there that take no request: they are not the default
// one, and each of their names is one that no browser sends, or that an earlier server has, too.
func (c *Config) findUnreached() map[string][]*server {
	found := map[string][]*server{}
	if c.fragmentary() {
		return found // other servers may come first
	}
	for _, l := range c.sockets {
		taken := func(n serverName) bool {
			return n.text == "" || n.text == "_" || n.re == nil && !n.templated() && l.names.exact[n.text] != nil
		}
		for _, s := range l.servers {
			own := func(n serverName) bool { return !taken(n) || n.text != "_" && l.names.exact[n.text] == s }
			if !l.open && s != l.defaultServer && !slices.ContainsFunc(s.names, own) {
				found[l.addr] = append(found[l.addr], s)
			}
		}
	}
	return found
}

func passesUpgrade(loc *location) bool {
	d := loc.scope.handler
	if d == nil || carrier(d) == nil {
		return false
	}
	if d.Name.Value != "proxy_pass" {
		return false
	}
	return forwardsUpgrade(loc.scope)
}

func forwardsUpgrade(l *scope) bool {
	list, _, _ := asWritten.list(l, conf.ProxySetHeader)
	for _, d := range list {
		if len(d.Args) == 2 && strings.EqualFold(d.Arg(0), "Upgrade") && d.Arg(1) != "" {
			return true
		}
	}
	return false
}
