package nginx

import (
	"net/netip"
	"path"
	"strconv"
	"strings"
	"time"

	"github.com/wslint/wslint/parsers/nginx/conf"

	"github.com/wslint/wslint/hop"
)

// content runs the handler of the location.
func (r *run) content() {
	if r.handler == nil {
		r.static()
		return
	}
	d := r.handler
	if why := r.whyUnknown(d); why != "" && perhaps(d) {
		r.unknown(d.Name.Value, why)
		return
	}
	h := conf.HandlerOf(d.Name.Value)
	switch get := r.request.Method == "GET" || r.request.Method == "HEAD"; {
	case !get && (d.Name.Value == "stub_status" || d.Name.Value == "empty_gif"):
		r.special(405, d.Name.Value, d.Pos())
		return
	case d.Name.Value == "stub_status" || d.Name.Value == "empty_gif":
		r.send(200, d.Name.Value, d.Pos())
		return
	case d.Name.Value == "flv" || d.Name.Value == "mp4":
		r.static()
		return
	case h == nil:
		r.cause = hop.CannotTunnel
		r.unknown(d.Name.Value, d.Name.Value+" decides")
		return
	case h.Pass == "memcached_pass":
		r.cause = hop.CannotTunnel
		r.finish(hop.Answer{Kind: hop.Answered}, d.Name.Value, d.Pos())
		return
	case h.Pass == "tunnel_pass":
		r.cause = hop.CannotTunnel
		r.special(405, d.Name.Value, d.Pos())
		return
	}
	// An if without a handler of its own takes the address of its location, not that of an earlier if.
	from := r.at
	for r.one(from, d.Name.Value) == nil {
		if from.kind != ifScope && from.kind != limitExceptScope {
			r.special(500, "an if without "+d.Name.Value, r.at.pos())
			return
		}
		from = from.up
	}
	if d.Name.Value == "proxy_pass" || r.one(from, d.Name.Value) != d {
		d = lastOf(r.all(from, d.Name.Value))
	}
	r.pass(d, h)
}

func lastOf(list []*conf.Directive) *conf.Directive { return list[len(list)-1] }

// A target is where a pass directive sends requests.
type target struct {
	scheme   string // "http", "https", "" for other protocols
	host     string // without port; "" for a unix socket
	port     string
	unix     string // path of the socket
	uri      string
	variable bool // the address was computed
	bad      bool // it is no address
	why      string
}

// pass sends the request on.
func (r *run) pass(d *conf.Directive, h *conf.Handler) {
	t := r.target(d, h)
	if t.why != "" {
		r.unknown(d.Name.Value, t.why)
		return
	}
	if t.scheme == "" && h.Pass == "proxy_pass" || t.bad {
		r.special(500, "the address that proxy_pass gets", d.Pos())
		return
	}
	r.setProxyVariables(t)
	addr, status, name := r.resolve(t, d)
	if r.done {
		return
	}
	if status != 0 {
		r.special(status, name, d.Pos())
		return
	}
	r.timers(h)
	r.life()
	if r.givesUpAtOnce(h) {
		return
	}
	next := r.request
	if h.Pass != "proxy_pass" { // which makes headers of its own
		next = next.Clone()
	}
	next.Unannounce()
	next.Addr, next.TLS = addr, t.scheme == "https" || t.scheme == "grpcs"
	next.Host = t.host
	next.Client = r.source(addr)
	if t.host == "" {
		next.Host = "localhost"
	}
	r.out.Next = next
	r.out.Around = r.around()
	r.out.Servers = r.servers(t)
	switch h.Pass {
	case "proxy_pass":
		r.proxyRequest(d, t)
	case "grpc_pass":
		r.out.Next.Proto = hop.Written("grpc_pass", "2", d.Pos())
	case "fastcgi_pass":
		// FastCGI carries the headers, but nginx never opens a tunnel for it. Measured: law P2.
		r.out.Reply.Instead = append(
			r.out.Reply.Instead,
			hop.Written("fastcgi_pass", hop.Answer{Kind: hop.Hangs, Cause: hop.CannotTunnel}, d.Pos()),
		)
	default:
		// These protocols carry the headers; no server of theirs looks at the version of HTTP.
		r.out.Next.Proto = hop.Default("HTTP version", "1.1", d.Pos())
		r.out.Next.Header = r.cgiHeaders(h, d)
	}
	if r.done {
		return
	}
	r.reply(h)
	r.out.Relay = r.relay(h, d)
	if h.Pass == "proxy_pass" {
		// Measured: law R6.
		r.out.HoldsHead = settable(r, r.at, conf.ProxyBuffering)
	}
	r.done = true
	r.out.Answer = hop.Written(d.Name.Value, hop.Answer{Kind: hop.PassedOn}, d.Pos())
	r.out.Notes = append(r.out.Notes, r.mapNotes...)
	r.out.PassOn = r.passOn(d)
	r.facts(d, t, h)
	r.place()
}

// around is what may stand around the fragment that the configuration is; nil for a whole one.
func (r *run) around() *hop.Around {
	if !r.c.fragmentary() {
		return nil
	}
	block := "http"
	switch {
	case r.stream != nil:
		block = "stream"
	case r.c.tree.Context != "http":
		block = "http or server"
	}
	sent, _, why := r.list(r.at, conf.ProxySetHeader)
	return &hop.Around{
		Block:   "the " + block + " block that includes " + path.Base(r.at.pos().File),
		Headers: len(sent) == 0 && why == "",
	}
}

// source is the address that nginx connects from, where that is known.
func (r *run) source(addr string) netip.AddrPort {
	if in := r.find(r.at, "proxy_bind", false); in.d != nil || in.why != "" {
		return netip.AddrPort{}
	}
	return hop.SourceOf(addr)
}

// target evaluates the argument of a pass directive.
func (r *run) target(d *conf.Directive, h *conf.Handler) target {
	if len(d.Args) == 0 {
		return target{why: d.Name.Value + " has no address"}
	}
	address := d.Arg(0)
	if d.Args[0].Template {
		// A template hides the address, not that there is one: the shape of the rest still counts.
		address = templateAddress(address, h)
	}
	t := target{variable: conf.HasVariable(address)}
	value := r.expand(address)
	r.clobbered(address, d)
	if value.unknown() {
		return target{why: value.why}
	}
	rest := value.s
	scheme, after, found := strings.Cut(rest, "://")
	if found && isScheme(scheme, h) {
		t.scheme, rest = strings.ToLower(scheme), after
	} else if h.Pass == "proxy_pass" {
		return t
	}
	if socket, ok := strings.CutPrefix(rest, "unix:"); ok {
		t.unix, t.uri, _ = strings.Cut(socket, ":")
		return t
	}
	end := strings.IndexAny(rest, "/?")
	if end >= 0 {
		rest, t.uri = rest[:end], rest[end:]
	}
	if strings.HasPrefix(t.uri, "?") && t.variable {
		t.uri = "/" + t.uri
	}
	t.host = strings.ToLower(rest)
	if i := strings.LastIndexByte(rest, ':'); i >= 0 && !strings.HasSuffix(rest, "]") {
		t.host, t.port = strings.ToLower(rest[:i]), rest[i+1:]
		if n, err := strconv.Atoi(t.port); t.variable && (err != nil || n < 1 || n > 65535) {
			t.bad = true
		}
	}
	t.bad = t.bad || t.variable && t.host == ""
	return t
}

// splitPass takes apart what a pass says: the scheme, "" where none is written, the upstream, address or unix socket,
// and the path behind that.
func splitPass(address string) (scheme, to, path string) {
	scheme, to, found := strings.Cut(address, "://")
	if !found {
		scheme, to = "", address
	}
	if file, unix := strings.CutPrefix(to, "unix:"); unix {
		file, path, _ = strings.Cut(file, ":")
		return scheme, "unix:" + file, path
	}
	if i := strings.IndexAny(to, "/?"); i >= 0 {
		to, path = to[:i], to[i:]
	}
	return scheme, to, path
}

// clobbered notes a capture in an address that is no longer what the pattern of the location captured. Measured: law
// L1.
func (r *run) clobbered(address string, d *conf.Directive) {
	if r.capturedBy.Text == "" || r.at.loc == nil || r.at.loc.re == nil {
		return
	}
	for _, p := range conf.Parts(address) {
		n, err := strconv.Atoi(p.Variable)
		if err != nil || n < 1 || n >= len(r.located) || r.located[n] == "" {
			continue
		}
		if now := r.capture(n, false); now.unknown() || now.s != r.located[n] {
			r.out.Clobbered = &hop.Clobbered{Name: "$" + p.Variable, Had: r.located[n], By: r.capturedBy, Pos: d.Pos()}
			return
		}
	}
}

func isScheme(s string, h *conf.Handler) bool {
	switch h.Pass {
	case "proxy_pass":
		return strings.EqualFold(s, "http") || strings.EqualFold(s, "https")
	case "grpc_pass":
		return strings.EqualFold(s, "grpc") || strings.EqualFold(s, "grpcs")
	case "uwsgi_pass":
		return strings.EqualFold(s, "uwsgi") || strings.EqualFold(s, "suwsgi")
	}
	return false
}

// setProxyVariables gives $proxy_host and $proxy_port their values.
func (r *run) setProxyVariables(t target) {
	byDefault := "80"
	if t.scheme == "https" {
		byDefault = "443"
	}
	switch {
	case t.unix != "":
		r.proxyHost, r.proxyPort = known("localhost"), known("")
	case t.port == "" || t.port == byDefault:
		r.proxyHost, r.proxyPort = known(t.host), known(byDefault)
	default:
		r.proxyHost, r.proxyPort = known(t.host+":"+t.port), known(t.port)
	}
}

// resolve finds the address that the request goes to, or the status nginx answers when there is none. Measured: law
// P1.
func (r *run) resolve(t target, d *conf.Directive) (addr string, status int, name string) {
	if t.unix != "" {
		return hop.UnixAddr(t.unix), 0, ""
	}
	port := t.port
	if port == "" {
		port = "80"
		if t.scheme == "https" {
			port = "443"
		}
	}
	if u := r.c.upstreams[t.host]; u != nil && (t.port == "" || t.variable) {
		return r.peer(u)
	}
	if _, err := netip.ParseAddr(strings.Trim(t.host, "[]")); err == nil || !t.variable {
		return t.host + ":" + port, 0, ""
	}
	// A name that is computed is looked up when the request comes, and that takes a resolver.
	resolver := r.find(r.at, string(conf.Resolver), false)
	switch {
	case resolver.d != nil && perhaps(resolver.d) && !r.decides("resolver at "+resolver.d.Pos().String(),
		"the resolver is set", "the resolver is not set", resolver.why, resolver.d.Pos()):
	case resolver.d != nil || resolver.why != "" || d.Args[0].Template:
		return t.host + ":" + port, 0, ""
	case r.c.fragmentary():
		if r.decides("resolver", "a resolver is set in another file", "no resolver is set in another file", "", d.Pos()) {
			return t.host + ":" + port, 0, ""
		}
		r.unknown("resolver", "the resolver and the upstreams may be in another file")
		return "", 0, ""
	}
	r.cause = hop.NoResolver
	return "", 502, "the missing resolver for " + t.host
}

// peer is the server of an upstream that the request goes to: the first that is not down; which one is chosen makes
// no difference to what nginx does.
func (r *run) peer(u *upstream) (addr string, status int, name string) {
	if u.unknown != "" || len(u.servers) == 0 {
		return "", 0, ""
	}
	var backup string
	for _, s := range u.servers {
		down, isBackup := false, false
		for _, a := range s.Args[1:] {
			down = down || a.Value == "down"
			isBackup = isBackup || a.Value == "backup"
		}
		if down {
			continue
		}
		to := s.Arg(0)
		if s.Args[0].Template {
			to = ""
		} else if file, unix := strings.CutPrefix(to, "unix:"); unix {
			to = hop.UnixAddr(file)
		} else if !strings.Contains(strings.TrimPrefix(to, "["), ":") {
			to += ":80"
		}
		if !isBackup {
			return to, 0, ""
		}
		if backup == "" {
			backup = to
		}
	}
	if backup != "" {
		return backup, 0, ""
	}
	r.cause = hop.NoServer
	return "", 502, "the upstream " + u.d.Arg(0) + ", all of whose servers are down"
}

// timers notes what ends a quiet tunnel: the read timeout alone. Measured: laws T1 to T4.
func (r *run) timers(h *conf.Handler) {
	if h.Pass == "fastcgi_pass" || h.Pass == "grpc_pass" {
		return
	}
	r.out.Wait = getUnlessUnread(r, r.at, h.ReadTimeout)
	r.out.Idle = append(r.out.Idle, hop.Timer{
		Setting: r.out.Wait,
		Restart: hop.Either, Counts: hop.Bytes, Starts: hop.Opened, Lazy: lazy, Expiry: hop.FIN,
	})
}

// lazy is NGX_TIMER_LAZY_DELAY.
const lazy = 300 * time.Millisecond

// life notes what ends a tunnel whatever its traffic: worker_shutdown_timeout after a reload. Measured: law G1.
func (r *run) life() {
	s := settable(r, r.c.main, conf.WorkerShutdownTimeout)
	if hop.Is(s, 0) {
		return
	}
	r.out.Life = append(r.out.Life, hop.Timer{Setting: s, Counts: hop.Bytes, Starts: hop.Reloaded, Expiry: hop.FIN})
}

// givesUpAtOnce answers 504 where a timeout is zero: zero never means without end. One that a template sets is
// taken to be none: nobody would mean it. Measured: law T6.
func (r *run) givesUpAtOnce(h *conf.Handler) bool {
	for _, k := range []conf.Scalar[time.Duration]{h.ConnectTimeout, h.ReadTimeout} {
		if hop.Is(get(r, r.at, k), 0) {
			r.out.Zero = append(r.out.Zero, settable(r, r.at, k))
		}
	}
	if len(r.out.Zero) == 0 {
		return false
	}
	first := r.out.Zero[0]
	r.special(504, first.Name+" 0", first.Pos)
	return true
}
