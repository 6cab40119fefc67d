package rules

import (
	"fmt"

	"github.com/wslint/wslint/hop"
)

// answerer finds the hop that answers the handshake itself, and its answer; nil when the handshake reaches the application or when
// that is not known.
func answerer(p *hop.Path) (*hop.Hop, hop.Answer) {
	for i := range p.Hops {
		h := &p.Hops[i]
		a, known := h.Answer.Get()
		if !known {
			return nil, a
		}
		if a.Kind != hop.PassedOn {
			return h, a
		}
	}
	return nil, hop.Answer{}
}

// whatHappens says what the client gets: "answers 404", "closes the connection".
func whatHappens(a hop.Answer) string {
	switch {
	case a.Kind == hop.Closed:
		return "closes the connection without an answer"
	case a.Kind == hop.Hangs:
		return "never answers"
	case a.Status == 0:
		return "answers without asking the application"
	}
	return fmt.Sprintf("answers %d", a.Status)
}

// HandlerCannotUpgrade is found where a declared path ends in something that opens no tunnel: files, a fixed answer, FastCGI.
var HandlerCannotUpgrade = &Rule{
	Name:     "handler-cannot-upgrade",
	Summary:  "the path ends in something that never opens a WebSocket: files, a fixed answer, FastCGI",
	Severity: Error,
	Check: func(p *hop.Path, report func(Finding)) {
		if toApplication(p) {
			cannotCarry(p, report)
			return
		}
		h, a := answerer(p)
		if h == nil || len(h.Shadowed) > 0 && a.Cause == hop.FromFiles || p.Confidence != hop.Declared {
			return // where the path is only guessed, so is what it ends in
		}
		what := ""
		switch {
		case a.Cause == hop.FromFiles:
			what = "nothing there passes the request on to an application"
		case a.Cause == hop.CannotTunnel:
			what = h.Answer.Name + " opens no tunnel"
		case a.Cause == hop.FromReturn && (a.Status < 300 || a.Status > 399):
			what = "that is its fixed answer"
		default:
			return
		}
		report(Finding{
			Pos:     h.Answer.Pos,
			Message: fmt.Sprintf("%s %s to the handshake of %s: %s, and the browser reports 1006", h.Name, whatHappens(a), p.Name, what),
		})
	},
}

// cannotCarry looks for a protocol to the application that carries no tunnel. Measured: law P2.
func cannotCarry(p *hop.Path, report func(Finding)) {
	for _, h := range p.Hops {
		for _, instead := range h.Reply.Instead {
			if a, known := instead.Get(); known && a.Cause == hop.CannotTunnel {
				report(Finding{
					Pos:     instead.Pos,
					Message: fmt.Sprintf("%s passes the handshake on by %s, which opens no tunnel: the client gets no answer and the browser reports 1006", h.Name, instead.Name),
				})
			}
		}
	}
}

// WebSocketRouteShadowed is found where a place made for the path loses to another one that cannot serve it.
var WebSocketRouteShadowed = &Rule{
	Name:     "websocket-route-shadowed",
	Summary:  "another location answers the path that one was written for",
	Severity: Error,
	Check: func(p *hop.Path, report func(Finding)) {
		h, a := answerer(p)
		if h == nil || a.Cause != hop.FromFiles {
			return
		}
		var notes []hop.Note
		for _, r := range h.Shadowed {
			if !r.Pattern || p.Confidence == hop.Declared {
				notes = append(notes, hop.Note{Pos: r.Pos, Text: "written for it, and not chosen"})
			}
		}
		if len(notes) == 0 {
			return
		}
		report(Finding{
			Pos: h.Pos, Notes: notes,
			Message: fmt.Sprintf("%s takes the handshake from %s and %s: the browser reports 1006", h.Name, h.Shadowed[0].Name, whatHappens(a)),
		})
	},
}

// TrailingSlashRedirect is found where the redirect to the name with a slash answers a handshake. Measured: law L1.
var TrailingSlashRedirect = &Rule{
	Name:     "trailing-slash-redirect",
	Summary:  "the handshake is redirected to the same path with a slash, which browsers do not follow",
	Severity: Error,
	Check: func(p *hop.Path, report func(Finding)) {
		h, a := answerer(p)
		if h == nil || a.Cause != hop.AddsSlash || a.Status != 301 {
			return
		}
		report(Finding{
			Pos:     h.Pos,
			Message: fmt.Sprintf("%s redirects the handshake of %s to %s: browsers do not follow redirects and report 1006", h.Name, p.Name, a.Location),
		})
	},
}

// BrowserCannotAuthenticate is found where a handshake has to carry credentials: no script can add them. Measured: law A1.
var BrowserCannotAuthenticate = &Rule{
	Name:     "browser-cannot-authenticate",
	Summary:  "the handshake needs credentials that a browser's script cannot send",
	Severity: Warning,
	Check: func(p *hop.Path, report func(Finding)) {
		h, a := answerer(p)
		if h == nil || a.Cause != hop.Credentials {
			return
		}
		report(Finding{
			Pos: h.Answer.Pos,
			Message: fmt.Sprintf("%s: %s %s to a handshake without credentials, and no script can add them: some browsers send those of the page, others report 1006",
				h.Name, h.Answer.Name, whatHappens(a)),
		})
	},
}

// AccessRuleBlocksHandshake is found where an access rule refuses a declared path. Measured: law A1.
var AccessRuleBlocksHandshake = &Rule{
	Name:     "access-rule-blocks-handshake",
	Summary:  "an access rule refuses every handshake of a declared path",
	Severity: Error,
	Check: func(p *hop.Path, report func(Finding)) {
		h, a := answerer(p)
		if h == nil || a.Cause != hop.Denied || p.Confidence != hop.Declared {
			return
		}
		report(Finding{
			Pos:     h.Answer.Pos,
			Message: fmt.Sprintf("%s: %s %s to the handshake of %s, and the browser reports 1006", h.Name, h.Answer.Name, whatHappens(a), p.Name),
		})
	},
}

// ResolverMissing is found where a name is only known at run time and nothing looks it up. Measured: law P1.
var ResolverMissing = &Rule{
	Name:     "resolver-missing",
	Summary:  "a host name in a variable needs a resolver, and there is none",
	Severity: Error,
	Check: func(p *hop.Path, report func(Finding)) {
		h, a := answerer(p)
		if h == nil || a.Cause != hop.NoResolver {
			return
		}
		report(Finding{
			Pos:     h.Answer.Pos,
			Message: fmt.Sprintf("%s %s to every handshake because of %s: the browser reports 1006", h.Name, whatHappens(a), h.Answer.Name),
		})
	},
}

// ProxyProtocolMismatch is found where one side speaks the PROXY protocol and the other does not. Measured: laws W1, X1.
var ProxyProtocolMismatch = &Rule{
	Name:     "proxy-protocol-mismatch",
	Summary:  "one side of a connection sends a PROXY protocol header and the other does not expect it, or the reverse",
	Severity: Error,
	Check: func(p *hop.Path, report func(Finding)) {
		h, a := answerer(p)
		if h == nil || a.Cause != hop.PROXYHeader {
			return
		}
		report(Finding{
			Pos:     h.Answer.Pos,
			Message: fmt.Sprintf("%s %s because of %s: the browser reports 1006", h.Name, whatHappens(a), h.Answer.Name),
		})
	},
}

// CleartextHTTP2Port is found where a port without TLS takes HTTP/2 only. Measured: law X1.
var CleartextHTTP2Port = &Rule{
	Name:     "cleartext-http2-port",
	Summary:  "a port without TLS that has http2 takes no handshake before nginx 1.25.1",
	Severity: Error,
	Check: func(p *hop.Path, report func(Finding)) {
		h, a := answerer(p)
		if h == nil || a.Cause != hop.HTTP2Only {
			return
		}
		f := Finding{
			Pos:     h.Answer.Pos,
			Message: fmt.Sprintf("%s answers the handshake in HTTP/2, which browsers do not expect without TLS: they report 1006", h.Answer.Name),
		}
		if h.Assumes != "" {
			f.Notes = []hop.Note{{Text: h.Assumes}}
		}
		report(f)
	},
}

// IfDisablesTryFiles is found where a true if takes a location's try_files away. Measured: law I1.
var IfDisablesTryFiles = &Rule{
	Name:     "if-disables-try-files",
	Summary:  "an if that holds for the handshake switches off the location's try_files",
	Severity: Error,
	Check: func(p *hop.Path, report func(Finding)) {
		h, a := answerer(p)
		if h == nil || a.Cause != hop.FromIf {
			return
		}
		report(Finding{
			Pos:     h.Answer.Pos,
			Message: fmt.Sprintf("the condition holds for handshakes, and inside the if the try_files of %s does not act: nginx %s and the browser reports 1006", h.Name, whatHappens(a)),
		})
	},
}
