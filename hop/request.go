package hop

import (
	"cmp"
	"maps"
	"net/netip"
	"path"
	"slices"
	"strings"
)

// A Request is one handshake on its way, as it arrives at a hop.
type Request struct {
	Method string
	Host   string // the name that the URL has: what the client connects to and, with TLS, sends as SNI
	Target string // the request target, path and query: "/ws?token=1"
	TLS    bool
	// ProxyProtocol says that the connection begins with a PROXY protocol header.
	ProxyProtocol bool
	// Addr is where it arrives, "host:port" or, as UnixAddr spells it, "unix:/path"; "" when any listener may be meant.
	Addr string
	// Behind is the port of the server that Addr leads to, where that is the name of something with ports of its own, like
	// a Service of Kubernetes; a Setting without a name where it is the port of Addr.
	Behind Setting[string]
	// Client is the other end of the connection; the zero AddrPort when that is unknown.
	Client netip.AddrPort
	// Announced is the client that the PROXY protocol header names; the zero AddrPort when that is unknown.
	Announced netip.AddrPort
	// AnnouncedAs names that client for questions; "" for the browser's address.
	AnnouncedAs string
	HasBody     bool
	Proto       Setting[string] // "1.0", "1.1" or "2"
	// Header maps canonical names to the lines as sent: two Upgrade lines are two elements. Absent means not sent. A
	// line whose value is unknown may be missing altogether.
	Header map[string][]Setting[string]
	// Rest says why there may be header lines beyond those in Header; "" when Header is complete.
	Rest string
	// Whole says that the client sends this and nothing else: that Header has no cookie means that there is none.
	// Without it what browsers could send besides is open: a cookie, a subprotocol, more of the query.
	Whole bool
	// Fronted says that nobody tells what it passed before it arrives: there may be a proxy that adds headers which no
	// browser sends.
	Fronted bool
	// When are the conditions that were taken on the way to where it arrives: a source takes them as they were taken.
	When []Condition
	// Sender names the hop that sends it; "" for the browser. What is asked about the other end of the connection is
	// asked about that.
	Sender string
}

// UnixAddr is the address of a unix socket, in the one spelling that requests have: /var/run is a link to /run on all
// systems that have both. A path that begins with "@" is the name of an abstract socket, which no file stands for.
func UnixAddr(file string) string {
	if !strings.HasPrefix(file, "@") && file != "" {
		file = path.Clean(file)
		if rest, ok := strings.CutPrefix(file, "/var/run/"); ok {
			file = "/run/" + rest
		}
	}
	return "unix:" + file
}

// Port is the port of the server that r goes to; "" where that is not known.
func (r *Request) Port() string {
	if r.Behind.Name != "" {
		port, _ := r.Behind.Get()
		return port
	}
	if IsUnix(r.Addr) {
		return ""
	}
	return r.Addr[strings.LastIndexByte(r.Addr, ':')+1:]
}

// IsUnix reports whether an address is that of a unix socket.
func IsUnix(addr string) bool { return strings.HasPrefix(addr, "unix:") }

// ClientAddress names the address that r comes from, for questions about it.
func (r *Request) ClientAddress() string {
	if r.Sender == "" {
		return "client address"
	}
	return "address of " + r.Sender
}

// AnnouncedAddress names the address in the PROXY protocol header, for questions about it.
func (r *Request) AnnouncedAddress() string { return cmp.Or(r.AnnouncedAs, "client address") }

// Announce puts a PROXY protocol header before r that names the other end of the connection on which from arrived.
func (r *Request) Announce(from *Request) {
	r.ProxyProtocol, r.Announced, r.AnnouncedAs = true, from.Client, from.ClientAddress()
}

// Unannounce takes the PROXY protocol header off.
func (r *Request) Unannounce() {
	r.ProxyProtocol, r.Announced, r.AnnouncedAs = false, netip.AddrPort{}, ""
}

// SourceOf is the address from which a program connects to addr, where that is known: loopback has one of its own.
func SourceOf(addr string) netip.AddrPort {
	to, err := netip.ParseAddrPort(addr)
	switch {
	case err != nil || !to.Addr().IsLoopback():
		return netip.AddrPort{}
	case to.Addr().Is4():
		return netip.AddrPortFrom(netip.AddrFrom4([4]byte{127, 0, 0, 1}), 0)
	}
	return netip.AddrPortFrom(netip.IPv6Loopback(), 0)
}

// ClientCertificate names the certificate of the other end of the connection, for questions about it.
func (r *Request) ClientCertificate() string {
	if r.Sender == "" {
		return "client certificate"
	}
	return "certificate of " + r.Sender
}

// Lines returns the lines of one header as sent and, when some of them cannot be known, why; name is canonical.
func (r Request) Lines(name string) (values []string, why string) { return r.appendLines(nil, name) }

func (r *Request) appendLines(values []string, name string) (_ []string, why string) {
	lines, sent := r.Header[name]
	for _, l := range lines {
		v, known := l.Get()
		if !known {
			return nil, l.Why()
		}
		values = append(values, v)
	}
	if !sent && r.Rest != "" && name != "Referer" {
		return nil, r.Rest
	}
	return values, ""
}

// About names a header for questions about it, where it is open what it says: it is not known, or was made up for a
// browser that could send something else. It is "" where what Header says holds; name is canonical.
func (r *Request) About(name string) string {
	lines, sent := r.Header[name]
	for _, l := range lines {
		switch _, known := l.Get(); {
		case known && l.As != Assumed:
		case l.Pos.IsZero():
			return "header " + name
		default:
			return "header " + name + " of " + l.Pos.String()
		}
	}
	switch {
	case sent || r.Whole, name == "Referer":
		return "" // no browser sends a Referer with a handshake, and no proxy makes one up: law B3
	case r.Rest != "", r.Fronted, name == "Sec-Websocket-Protocol":
		return "header " + name
	}
	return ""
}

// Added reports whether what About named is a header that no browser sends by itself: something in front would have to.
func (r *Request) Added(about string) bool {
	name, ok := strings.CutPrefix(about, "header ")
	_, sent := r.Header[name]
	return ok && r.Fronted && !sent && name != "Sec-Websocket-Protocol"
}

// Clone returns a copy whose Header can be changed without changing r's. The lines themselves are shared: they are
// replaced, never changed.
func (r Request) Clone() Request {
	h := maps.Clone(r.Header)
	if h == nil {
		h = map[string][]Setting[string]{}
	}
	for k, v := range h {
		if cap(v) > len(v) {
			h[k] = slices.Clip(v)
		}
	}
	r.Header = h
	return r
}

// IsUpgrade reports whether r is a handshake that every RFC 6455 server accepts; sure is false when that cannot be
// known.
func (r Request) IsUpgrade() (ok, sure bool) {
	v := r.verdict()
	return v.kind == Open, v.kind != OutcomeUnknown
}

// Tokens splits the lines of a list-valued header into lower-case tokens.
func Tokens(lines []string) []string {
	var tokens []string
	for _, l := range lines {
		for t := range strings.SplitSeq(l, ",") {
			if t = strings.ToLower(strings.Trim(t, " \t")); t != "" {
				tokens = append(tokens, t)
			}
		}
	}
	return tokens
}

// hasToken reports whether one of the Tokens of the lines is want.
func hasToken(lines []string, want string) bool {
	for _, l := range lines {
		for t := range strings.SplitSeq(l, ",") {
			if strings.ToLower(strings.Trim(t, " \t")) == want {
				return true
			}
		}
	}
	return false
}

// Has reports whether the lines of a list-valued header have a token, in lower case; why says why that is not known.
func (r *Request) Has(name, token string) (has bool, why string) {
	var few [4]string
	lines, why := r.appendLines(few[:0], name)
	return why == "" && hasToken(lines, token), why
}

type verdict struct {
	kind OutcomeKind // Open, Depends, Refused or OutcomeUnknown
	why  string
}

// verdict is what an RFC 6455 server makes of r. A fault that is certain outweighs anything unknown.
// The faults are those of RFC 6455 section 4.2.1; which of them servers tolerate is measured (laws H1, H2, Q1).
func (r Request) verdict() verdict {
	var refused, depends, unsure string
	note := func(slot *string, why string) {
		if *slot == "" {
			*slot = why
		}
	}
	var few [4]string // each look at them ends before the next one
	lines := func(name string) ([]string, bool) {
		v, why := r.appendLines(few[:0], name)
		if why != "" {
			note(&unsure, why)
		}
		return v, why == ""
	}
	if r.Method != "GET" {
		note(&refused, "the method is "+r.Method+", a handshake is a GET")
	}
	if r.ProxyProtocol {
		return verdict{
			OutcomeUnknown,
			"the connection begins with a PROXY protocol header, and nothing says whether the application expects one",
		}
	}
	if strings.ContainsAny(r.Target, " \t\r\n") {
		note(&refused, "the request target contains a space")
	}
	proto, known := r.Proto.Get()
	switch {
	case !known:
		note(&unsure, r.Proto.Why())
	case proto == "1.0":
		note(&depends, "the request is HTTP/1.0: some servers accept that, some answer 400, 426 or 505")
	case proto == "2":
		note(&refused, "the request is HTTP/2, which has no Upgrade")
	}
	if v, sure := lines("Upgrade"); sure {
		switch {
		case !hasToken(v, "websocket"):
			note(&refused, missing("Upgrade", v, "websocket"))
		case len(v) > 1:
			note(&depends, "there are two Upgrade lines, which about half of all servers refuse")
		}
	}
	if v, sure := lines("Connection"); sure && !hasToken(v, "upgrade") {
		note(&refused, missing("Connection", v, "upgrade"))
	}
	if v, sure := lines("Sec-Websocket-Key"); sure && (len(v) != 1 || v[0] == "") {
		note(&refused, missing("Sec-WebSocket-Key", v, "one key"))
	}
	if v, sure := lines("Sec-Websocket-Version"); sure && (len(v) != 1 || v[0] != "13") {
		note(&refused, missing("Sec-WebSocket-Version", v, "13"))
	}
	if v, sure := lines("Host"); sure {
		switch {
		case len(v) > 1:
			note(&depends, "there are two Host lines: Go's net/http answers 400, ws on Node accepts that")
		case len(v) == 0 && proto != "1.0":
			note(&refused, "there is no Host header, which HTTP/1.1 requires")
		}
	}
	if r.HasBody {
		note(&depends, "the request has a body, which some servers refuse in a handshake")
	}
	switch {
	case refused != "":
		return verdict{Refused, refused}
	case unsure != "":
		return verdict{OutcomeUnknown, unsure}
	case depends != "":
		return verdict{Depends, depends}
	}
	return verdict{kind: Open}
}

func missing(name string, lines []string, want string) string {
	if len(lines) == 0 {
		return "there is no " + name + " header"
	}
	return name + " is " + quoteAll(lines) + ", not " + want
}

func quoteAll(lines []string) string {
	q := make([]string, len(lines))
	for i, l := range lines {
		q[i] = `"` + l + `"`
	}
	return strings.Join(q, " and ")
}
