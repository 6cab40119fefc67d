package awscheck

import (
	"fmt"
	"net"
	"net/textproto"
	"slices"
	"strconv"
	"strings"

	"github.com/wslint/wslint/catalog"
	"github.com/wslint/wslint/hop"
)

// A Distribution is one of CloudFront. Its idle timeout is in the catalog: nobody can set it.
type Distribution struct {
	Name, Label string
	Pos         hop.Pos
	Behaviors   []Behavior // by their precedence; the default one is the last and has no pattern
	Unread      string     // why there may be others; "" when all are there
}

// A Behavior is what a distribution does with the paths of a pattern.
type Behavior struct {
	Pos     hop.Pos
	Pattern string // "" is every path
	Unknown string // why its pattern is not known; "" when it is
	Viewer  hop.Setting[string]
	Headers Forwards // of the viewer's request
	Query   hop.Setting[bool]
	Origin  Origin
	// Let returns the edits after which these headers of the viewer go on, too; nil when they cannot be told.
	Let func(headers []string) []hop.Edit
}

// AllViewer is the id of the policy that forwards all headers of the viewer, cookies and queries.
var AllViewer = managed[0].id

// Forwards says which headers of a request go on to the origin.
type Forwards struct {
	All     bool
	Names   []string // with All those that do not, else those that do
	Unknown string   // why that is not known; "" when it is
	// Pos is where that is written, or could be; By is what it is written with.
	Pos hop.Pos
	By  string
}

// An Origin is where a behaviour passes requests on to.
type Origin struct {
	Name                string              // the host
	Protocol            hop.Setting[string] // http-only, https-only, match-viewer
	S3                  bool                // a bucket, which opens no WebSocket
	HTTPPort, HTTPSPort int
}

// managed are origin request policies and cache policies of AWS by their ids: which headers of the viewer they forward
// (CloudFront developer guide, "Use managed origin request policies", "Use managed cache policies").
var managed = []struct {
	id, name string
	headers  Forwards
}{
	{"216adef6-5c7f-47e4-b989-5492eafa07d3", "AllViewer", Forwards{All: true}},
	{"33f36d7e-f396-46d9-90e0-52428a34d9dc", "AllViewerAndCloudFrontHeaders-2022-06", Forwards{All: true}},
	{"b689b0a8-53d0-40ab-baf2-68738e2966ac", "AllViewerExceptHostHeader", Forwards{All: true, Names: []string{"Host"}}},
	{"59781a5b-3903-41f3-afcb-af62929ccde1", "CORS-CustomOrigin", Forwards{Names: []string{"Origin"}}},
	{"88a5eaf4-2fd4-4709-b370-b4c650ea3fcf", "CORS-S3Origin", Forwards{Names: []string{
		"Origin", "Access-Control-Request-Headers", "Access-Control-Request-Method",
	}}},
	{"775133bc-15f2-49f9-abea-afb2e0bf67d2", "Elemental-MediaTailor-PersonalizedManifests", Forwards{Names: []string{
		"Origin", "Access-Control-Request-Headers", "Access-Control-Request-Method", "User-Agent", "X-Forwarded-For",
	}}},
	{"acba4595-bd28-49b8-b9fe-13317c0390fa", "UserAgentRefererHeaders", Forwards{Names: []string{
		"User-Agent", "Referer",
	}}},
	{"4135ea2d-6df8-44a3-9df3-4b5a84be39ad", "CachingDisabled", Forwards{}},
	{"658327ea-f89d-4fab-a63d-7e88639e58f6", "CachingOptimized", Forwards{}},
	{"b2884449-e4de-46a7-ac36-70bc7f1ddd6d", "CachingOptimizedForUncompressedObjects", Forwards{}},
}

// ManagedPolicy is the id of a policy of AWS by its name, with or without "Managed-" before it; "" for others.
func ManagedPolicy(name string) string {
	for _, m := range managed {
		if strings.TrimPrefix(name, "Managed-") == m.name {
			return m.id
		}
	}
	return ""
}

// ManagedHeaders says what a policy of AWS forwards; ok is false for an id that is none of them.
func ManagedHeaders(id string) (f Forwards, ok bool) {
	for _, m := range managed {
		if m.id == id {
			f := m.headers
			f.By = "the policy " + m.name
			return f, true
		}
	}
	return f, false
}

// passes reports whether a header goes on to the origin. Upgrade and Connection do for every WebSocket
// (CloudFront developer guide, "Request and response behavior for custom origins").
func (f Forwards) passes(name string) bool {
	if name == "Upgrade" || name == "Connection" {
		return true
	}
	listed := slices.ContainsFunc(f.Names, func(n string) bool { return strings.EqualFold(n, name) })
	return listed != f.All
}

// needed are the headers that AWS asks to be forwarded for a WebSocket
// (CloudFront developer guide, "Use WebSockets with CloudFront distributions").
var needed = []string{"Sec-Websocket-Key", "Sec-Websocket-Version"}

// carries reports whether WebSockets get through a behaviour.
func (b *Behavior) carries() bool {
	return b.Headers.Unknown == "" && !b.Origin.S3 &&
		!slices.ContainsFunc(needed, func(n string) bool { return !b.Headers.passes(n) })
}

// Listens reports whether r arrives at the distribution under its own name.
func (d *Distribution) Listens(r hop.Request) bool { return listensAs(d.Label, r, webOnly) }

// At is addr with the distribution's name for the host.
func (d *Distribution) At(addr string) string { return namedAt(d.Label, addr, webOnly) }

// webOnly are the ports of CloudFront.
func webOnly(port int) bool { return port == 80 || port == 443 }

// Endpoints lists behaviours that are made for WebSockets, by the headers that they name, and those that let them
// through. Others serve pages and files, as far as anybody can see.
func (d *Distribution) Endpoints() (list []hop.Endpoint) {
	for i := range d.Behaviors {
		b := &d.Behaviors[i]
		path := strings.NewReplacer("*", "x", "?", "x").Replace("/" + strings.TrimPrefix(b.Pattern, "/"))
		_, isApp := catalog.AppAt(path)
		c, why := hop.Possible, "it passes the headers of handshakes on"
		switch named := slices.ContainsFunc(b.Headers.Names, func(n string) bool {
			return strings.HasPrefix(strings.ToLower(n), "sec-websocket-")
		}); {
		case b.Unknown != "" || b.Origin.S3 || b.Headers.Unknown != "":
			continue
		case named && !b.Headers.All:
			c, why = hop.Likely, "it forwards headers of handshakes by name"
		case isApp || socketPath(path):
			c, why = hop.Likely, "its path is one of WebSockets"
		case !b.carries():
			continue
		}
		name := d.Label
		if b.Pattern != "" {
			name += ", " + b.Pattern
		}
		list = append(list, hop.Endpoint{
			Name: name, Pos: b.Pos, Server: d.Pos, Confidence: c, Why: why,
			Requests: []hop.Request{{Host: d.Label, Target: path, TLS: true, Addr: net.JoinHostPort(d.Label, "443")}},
		})
	}
	return list
}

// socketPath reports whether a part of a path is what people call WebSockets.
func socketPath(path string) bool {
	return slices.ContainsFunc(strings.Split(path, "/"), func(s string) bool {
		return slices.Contains([]string{"ws", "wss", "websocket", "websockets", "socket"}, strings.ToLower(s))
	})
}

// choose finds the behaviour for a path; why says that it cannot be known which.
func (d *Distribution) choose(target string) (b *Behavior, why string) {
	path, _, _ := strings.Cut(target, "?")
	for i := range d.Behaviors {
		b := &d.Behaviors[i]
		switch {
		case b.Unknown != "":
			return nil, b.Unknown
		case b.Pattern == "" && d.Unread != "":
			return nil, d.Unread
		case b.Pattern == "" || glob("/"+strings.TrimPrefix(b.Pattern, "/"), path):
			return b, ""
		}
	}
	return nil, "it has no default behaviour"
}

// Serve says what becomes of a handshake: the behaviour of its path passes it on, with the headers that it forwards.
func (d *Distribution) Serve(r hop.Request) []hop.Case { return hop.Only(d.serve(r)) }

func (d *Distribution) serve(r hop.Request) hop.Hop {
	h := *station("aws-cloudfront", d.Label, d.Pos).Serve(r)[0].Hop
	h.Assumes = ""
	b, why := d.choose(r.Target)
	if why != "" {
		h.Answer = hop.Unknown[hop.Answer]("behaviours", d.Pos, "which behaviour applies is not known: "+why)
		return h
	}
	h.Pos = b.Pos
	if viewer, known := b.Viewer.Get(); !r.TLS && known {
		switch viewer {
		case "https-only":
			h.Answer = hop.Written(b.Viewer.Name+" https-only", hop.Answer{Kind: hop.Answered, Status: 403}, b.Viewer.Pos)
			return h
		case "redirect-to-https":
			to := "https://" + r.Host + r.Target
			h.Answer = hop.Written(b.Viewer.Name, hop.Answer{Kind: hop.Answered, Status: 301, Location: to}, b.Viewer.Pos)
			return h
		}
	}
	h.Answer = hop.Written("behaviour "+b.name(), hop.Answer{}, b.Pos)
	if b.Origin.S3 {
		h.Answer = hop.Written(
			"an origin that is a bucket of S3",
			hop.Answer{Kind: hop.Answered, Status: 403, Cause: hop.FromFiles},
			b.Pos,
		)
		return h
	}
	b.forward(&h)
	return h
}

// passOn returns what makes further headers go on, with those that AWS asks for; nil where nothing can be written.
func (b *Behavior) passOn() func(names ...string) ([]hop.Edit, bool) {
	if b.Let == nil {
		return nil
	}
	return func(names ...string) ([]hop.Edit, bool) {
		var headers []string
		for _, n := range slices.Concat(needed, names) {
			switch n = textproto.CanonicalMIMEHeaderKey(n); {
			case n == "Query" || n == "Proto":
				return nil, false
			case !b.Headers.passes(n) && !slices.Contains(headers, hop.Spelling(n)):
				headers = append(headers, hop.Spelling(n))
			}
		}
		if len(headers) == 0 {
			return nil, false
		}
		return b.Let(headers), false
	}
}

func (b *Behavior) name() string {
	if b.Pattern == "" {
		return "for every other path"
	}
	return b.Pattern
}

// forward makes of the request what goes on to the origin.
func (b *Behavior) forward(h *hop.Hop) {
	next := &h.Next
	next.Rest = "" // what CloudFront adds is none of a handshake's own headers
	if b.Headers.Unknown != "" {
		why := "which headers it forwards is not known: " + b.Headers.Unknown
		h.Answer = hop.Unknown[hop.Answer](b.name(), b.Headers.Pos, why)
		return
	}
	for name := range next.Header {
		if name != "Host" && !slices.Contains(catalog.Forwarded, name) && !b.Headers.passes(name) {
			delete(next.Header, name)
		}
	}
	h.PassOn = b.passOn()
	if b.Origin.Name != "" && !b.Headers.passes("Host") {
		set(next, "Host", b.Origin.Name, b.Headers.Pos)
	}
	if slices.ContainsFunc(needed, func(n string) bool { return !b.Headers.passes(n) }) {
		h.Pos = b.Headers.Pos
		by := b.Headers.By
		if by == "" {
			by = "no origin request policy"
		}
		h.Assumes = fmt.Sprintf(
			"AWS asks for all viewer headers (the policy AllViewer, %s), or Sec-WebSocket-Key and -Version: %s has %s",
			AllViewer, b.name(), by,
		)
	}
	if query, known := b.Query.Get(); known && !query && strings.Contains(next.Target, "?") {
		next.Target, _, _ = strings.Cut(next.Target, "?")
		h.DropsQuery = b.Query.Pos
	}
	port := 0
	switch protocol, known := b.Origin.Protocol.Get(); {
	case known && protocol == "http-only", known && protocol == "match-viewer" && !next.TLS:
		next.TLS, port = false, b.Origin.HTTPPort
	case known:
		next.TLS, port = true, b.Origin.HTTPSPort
	}
	if port != 0 && b.Origin.Name != "" {
		next.Addr = net.JoinHostPort(b.Origin.Name, strconv.Itoa(port))
	}
}
