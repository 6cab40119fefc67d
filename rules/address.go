package rules

import (
	"fmt"
	"net/netip"
	"strings"

	"github.com/wslint/wslint/hop"
)

// HostNotForwarded is found where the application gets another Host than the browser's. Servers that compare Origin with Host then
// refuse the handshake. Measured: law Q2.
var HostNotForwarded = &Rule{
	Name:     "host-not-forwarded",
	Summary:  "the application gets another Host than the browser sent, and may refuse the Origin",
	Severity: Warning,
	Check: func(p *hop.Path, report func(Finding)) {
		h, want, got := hostChange(p)
		if h == nil || hostname(want) == hostname(got) || originOf(h) == "" {
			return
		}
		line := h.Next.Header["Host"][0]
		f := Finding{
			Pos: line.Pos,
			Message: fmt.Sprintf("%s sends Host %s where the browser's is %s: servers that compare Origin with Host answer 403, and the browser reports 1006",
				h.Name, got, want),
			Fix: forward(h, "Host"),
		}
		for _, d := range h.Discarded {
			if d.Header == "Host" && !line.IsWritten() {
				f.Pos = d.By
				f.Notes = []hop.Note{{Pos: d.Outer.Pos, Text: "discarded by the header lines of the inner level"}}
			}
		}
		if len(f.Notes) == 0 && p.Confidence != hop.Declared {
			return // many applications do not care, and which name browsers use is not known
		}
		report(f)
	},
}

// HostPortLost is found where the application gets the browser's Host without its port. Measured: law Q2.
var HostPortLost = &Rule{
	Name:     "host-port-lost",
	Summary:  "the application gets the Host without its port, and may refuse the Origin",
	Severity: Warning,
	Check: func(p *hop.Path, report func(Finding)) {
		h, want, got := hostChange(p)
		// Which port a browser sees is only known of declared paths.
		if h == nil || p.Confidence != hop.Declared || hostname(want) != hostname(got) || originOf(h) == "" || (want == hostname(want)) == (got == hostname(got)) {
			return
		}
		report(Finding{
			Pos: h.Next.Header["Host"][0].Pos,
			Message: fmt.Sprintf("%s sends Host %s where the browser's is %s: servers that compare Origin with Host answer 403, and the browser reports 1006",
				h.Name, got, want),
			Fix: forward(h, "Host"),
		})
	},
}

// hostChange finds the hop after which Host is not the browser's any more.
func hostChange(p *hop.Path) (h *hop.Hop, want, got string) {
	if !tunnels(p) {
		return nil, "", ""
	}
	sent, why := p.Request.Lines("Host")
	end, whyEnd := p.Final().Lines("Host")
	if why != "" || whyEnd != "" || len(sent) != 1 || len(end) != 1 || strings.EqualFold(sent[0], end[0]) {
		return nil, "", ""
	}
	for i := range p.Hops {
		lines, why := p.Hops[i].Next.Lines("Host")
		if why != "" {
			return nil, "", ""
		}
		if len(lines) != 1 || !strings.EqualFold(lines[0], sent[0]) {
			return &p.Hops[i], sent[0], end[0]
		}
	}
	return nil, "", ""
}

// originOf is the Origin that h sends; "" when it sends none or that is not known.
func originOf(h *hop.Hop) string {
	lines, why := h.Next.Lines("Origin")
	if why != "" || len(lines) != 1 {
		return ""
	}
	return lines[0]
}

func hostname(authority string) string {
	if i := strings.LastIndexByte(authority, ':'); i >= 0 && !strings.HasSuffix(authority, "]") {
		authority = authority[:i]
	}
	return strings.ToLower(authority)
}

// OriginRewritten is found where the application gets an Origin that no browser sends or that fits no Host. Measured: law Q2.
var OriginRewritten = &Rule{
	Name:     "origin-rewritten",
	Summary:  "the application gets an Origin that does not fit the Host",
	Severity: Warning,
	Check: func(p *hop.Path, report func(Finding)) {
		if !tunnels(p) {
			return
		}
		h := p.Last()
		origin, host := originOf(h), ""
		if lines, why := h.Next.Lines("Host"); why == "" && len(lines) == 1 {
			host = lines[0]
		}
		line, found := writtenLine(h, "Origin")
		if !found || origin == "" {
			return
		}
		scheme, authority, isURL := strings.Cut(origin, "://")
		what := ""
		switch {
		case !isURL || scheme == "":
			what = "that is no origin: it lacks the scheme"
		case strings.Contains(authority, "/"):
			what = "that is no origin: it has a path"
		case host != "" && !strings.EqualFold(authority, host) && !strings.EqualFold(hostname(authority), hostname(host)) && !isLoopback(authority):
			what = "the Host beside it is " + host
		default:
			return
		}
		report(Finding{
			Pos:     line.Pos,
			Message: fmt.Sprintf("%s, and %s: servers that check the Origin answer 403, and the browser reports 1006", asWritten(line), what),
			Fix:     forward(h, "Origin"),
		})
	},
}

// isLoopback reports whether a constant Origin is the kind that people write for a server which allows its own machine.
func isLoopback(authority string) bool {
	name := hostname(authority)
	a, err := netip.ParseAddr(strings.Trim(name, "[]"))
	return name == "localhost" || err == nil && a.IsLoopback()
}

// PathJoin is found where the part that proxy_pass puts in place of the location's name doubles or loses a slash. Measured: law L1.
var PathJoin = &Rule{
	Name:     "path-join",
	Summary:  "the path that the application gets has a slash too many or too few",
	Severity: Warning,
	Check: func(p *hop.Path, report func(Finding)) {
		for i, h := range p.Hops {
			if !hop.Is(h.Answer, hop.Answer{}) {
				return
			}
			by, known := h.Join.Get()
			if h.Join.Name == "" || !known {
				continue
			}
			got, _, _ := strings.Cut(p.Got(i).Target, "?")
			sent, _, _ := strings.Cut(h.Next.Target, "?")
			by, _, _ = strings.Cut(by, "?")
			rest := strings.TrimPrefix(got, h.Join.Prefix)
			what := ""
			switch {
			case h.Join.Prefix == "":
				if sent == got+"/" {
					what = "has a slash at its end that the browser did not send"
				}
			case strings.Contains(sent, "//") && !strings.Contains(got, "//"):
				what = "has two slashes in a row"
			case strings.HasSuffix(h.Join.Prefix, "/") && !strings.HasSuffix(by, "/") && rest != "" && rest != got && rest[0] != '/':
				what = "runs two names together"
			}
			if what != "" {
				report(Finding{
					Pos:     h.Join.Pos,
					Message: fmt.Sprintf("%s turns %s into %s, which %s: most applications answer 404, and the browser reports 1006", h.Name, got, sent, what),
				})
			}
		}
	},
}

// QueryStringDropped is found where the query string of a handshake gets lost: tokens and transports stand in it. Measured: law L1.
var QueryStringDropped = &Rule{
	Name:     "query-string-dropped",
	Summary:  "the query string does not reach the application",
	Severity: Error,
	Check: func(p *hop.Path, report func(Finding)) {
		for i := range p.Hops {
			h := &p.Hops[i]
			if !hop.Is(h.Answer, hop.Answer{}) {
				return
			}
			if h.DropsQuery.IsZero() {
				continue
			}
			f := Finding{
				Pos:     h.DropsQuery,
				Message: fmt.Sprintf("%s turns %s into %s, without the query string: applications that look for a token or a transport in it answer 400 or 401, and the browser reports 1006", h.Name, p.Got(i).Target, h.Next.Target),
			}
			if h.PassOn != nil {
				if edits, _ := h.PassOn("Query"); len(edits) > 0 {
					f.Fix = &Fix{Title: "pass the query string on", Edits: edits}
				}
			}
			report(f)
			return
		}
	},
}

// DuplicateHandshakeHeader is found where a header that may come once is sent twice. Measured: laws H2, R3.
var DuplicateHandshakeHeader = &Rule{
	Name:     "duplicate-handshake-header",
	Summary:  "a header that may come once is sent twice",
	Severity: Error,
	Check: func(p *hop.Path, report func(Finding)) {
		if !toApplication(p) {
			return
		}
		for i, h := range p.Hops {
			for _, name := range []string{"Host", "Upgrade"} {
				lines := h.Next.Header[name]
				if got := p.Got(i).Header[name]; len(lines) < 2 || len(got) > 1 {
					continue
				}
				last := lines[len(lines)-1]
				if _, why := h.Next.Lines(name); why != "" || !last.IsWritten() {
					continue
				}
				f := Finding{
					Pos:     last.Pos,
					Message: fmt.Sprintf("%s sends %s %s lines: servers answer that with 400, and the browser reports 1006", h.Name, count(len(lines)), name),
				}
				for _, l := range lines[:len(lines)-1] {
					f.Notes = append(f.Notes, hop.Note{Pos: l.Pos, Text: "the other line"})
				}
				if last.Remove != nil {
					f.Fix = &Fix{Title: "take the last line out", Edits: last.Remove()}
				}
				report(f)
			}
			addedTwice(h, report)
		}
	},
}

func addedTwice(h hop.Hop, report func(Finding)) {
	for _, name := range []string{"Upgrade", "Sec-Websocket-Accept", "Sec-Websocket-Protocol"} {
		for _, added := range h.Reply.Added[name] {
			if v, known := added.Get(); known && v != "" {
				report(Finding{
					Pos:     added.Pos,
					Message: fmt.Sprintf("%s: %s puts a second %s into the 101: the browser rejects it and reports 1006", h.Name, added.Name, hop.Spelling(name)),
				})
			}
		}
	}
}

func count(n int) string {
	if n == 2 {
		return "two"
	}
	return fmt.Sprint(n)
}

// HandshakeRequestMangled is found where a hop changes what makes a request a handshake, beside its two well-known headers.
// Measured: law Q1.
var HandshakeRequestMangled = &Rule{
	Name:     "handshake-request-mangled",
	Summary:  "the method or a Sec-WebSocket header of the handshake is changed on the way",
	Severity: Error,
	Check: func(p *hop.Path, report func(Finding)) {
		for i := range p.Hops {
			h := &p.Hops[i]
			if !hop.Is(h.Answer, hop.Answer{}) {
				return
			}
			if got := p.Got(i); got.Method == "GET" && h.Next.Method != "GET" {
				report(Finding{Pos: h.Pos, Message: fmt.Sprintf("%s passes the handshake on as %s: servers answer 400 or 405, and the browser reports 1006", h.Name, h.Next.Method)})
				return
			}
			for _, name := range []string{"Sec-Websocket-Key", "Sec-Websocket-Version", "Sec-Websocket-Protocol"} {
				if f, found := changed(p, i, name); found {
					report(f)
					return
				}
			}
		}
	},
}

// changed finds a header of the handshake that hop i drops or replaces.
func changed(p *hop.Path, i int, name string) (Finding, bool) {
	h := &p.Hops[i]
	before, why := p.Got(i).Lines(name)
	after, whyAfter := h.Next.Lines(name)
	switch {
	case why != "" || whyAfter != "" || len(before) != 1 || len(after) > 0 && after[0] == before[0]:
		return Finding{}, false
	case name == "Sec-Websocket-Protocol" && (len(after) > 0 || p.Browser == "firefox"):
		return Finding{}, false // another choice may be meant; Firefox opens without one
	}
	f := Finding{Pos: h.Pos, Message: h.Name + " does not pass " + hop.Spelling(name) + " on"}
	if line, found := writtenLine(h, name); found {
		f.Pos, f.Message = line.Pos, asWritten(line)
		if line.Remove != nil {
			f.Fix = &Fix{Title: "take the line out", Safe: true, Edits: line.Remove()}
		}
	}
	switch {
	case name == "Sec-Websocket-Protocol":
		f.Message += ": the application never hears of the subprotocol, and the browser rejects a 101 without one"
	case len(after) > 0:
		f.Message += ": the application's answer then fits another handshake, and the browser reports 1006"
	default:
		f.Message += ": servers answer 400, and the browser reports 1006"
	}
	return f, true
}
