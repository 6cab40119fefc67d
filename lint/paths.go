package lint

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/wslint/wslint/hop"
)

// declaredPaths follows the paths of the configuration file, in both browsers' forms.
func (r *run) declaredPaths() []*hop.Path {
	var paths []*hop.Path
	for _, d := range r.in.Config.Paths {
		legs, behind := r.legs(d)
		if d.App != "" && d.Keepalive == nil && r.in.Ping == nil {
			r.unknown(d.AppPos, appUnknown(d.App))
		}
		for _, browser := range Browsers {
			if p := r.declaredPath(d, legs, behind, browser); p != nil {
				paths = append(paths, p)
			}
		}
	}
	return paths
}

func appUnknown(app string) string {
	return fmt.Sprintf("app %s is not known yet: what it sends on an idle connection is unknown, a keepalive declares it", app)
}

// legs finds what of a declared path can be followed. Hops that are not known yet are listed as unknown; behind them the handshake
// goes on as it may arrive there. last is the reason for not knowing what comes behind the last leg.
func (r *run) legs(d Declared) (legs []leg, last string) {
	front := ""
	for _, e := range d.Through {
		if e.Kind != "nginx" {
			last = fmt.Sprintf("hop %s is not known yet: what it does to the connection is unknown", e)
			front, _, _ = strings.Cut(e.Kind, "/")
			r.unknown(e.Pos, last)
			continue
		}
		// A file is one configuration: only dumps of several would be more.
		if s := r.through[absolute(r.beside(e.Value))]; len(s) > 0 {
			legs = append(legs, leg{source: s[0], behind: last, bare: slices.Contains(neverPROXY, front)})
			last, front = "", ""
		}
	}
	return legs, last
}

// neverPROXY are kinds of hops that send no PROXY protocol header to what is behind them.
var neverPROXY = []string{"alb", "cloudfront", "cloudflare"}

// declaredPath follows one declared path; nil when nothing on it can be served.
func (r *run) declaredPath(d Declared, legs []leg, onlyUnknown, browser string) *hop.Path {
	q, err := Handshake{URL: d.URL, Browser: browser, Headers: d.Headers, Subprotocols: d.Subprotocols}.Request()
	if err != nil || len(legs) == 0 && onlyUnknown != "" {
		return nil
	}
	if len(legs) == 0 {
		s := listener(nil, q, r.sources)
		if s == nil {
			r.unknown(d.Pos, fmt.Sprintf("no configuration given listens on %s: name the hops of the path with through", q.Addr))
			return nil
		}
		legs = []leg{{source: s}}
	}
	requests := []hop.Request{q}
	if why := r.inFront(d, legs[0], q); why != "" {
		requests = behind(q, why)
	}
	if !legs[0].bare {
		requests = withPROXY(requests)
	}
	p := best(requests, func(q hop.Request) *hop.Path {
		return &hop.Path{
			Name: d.URL, Pos: d.Pos, Browser: browser, Request: q, Hops: travel(legs, q),
			Confidence: hop.Declared, Why: "declared", App: d.App, Clients: d.Clients,
		}
	})
	r.keepalive(p, d.Keepalive)
	if d.App != "" && d.Keepalive == nil && r.in.Ping == nil {
		p.Pings, p.NoPings = []hop.Ping{{Every: unknownPing(d), Moves: hop.Either}}, false
	}
	return p
}

// inFront says what unknown thing the handshake passes before the first leg; "" when it arrives there directly.
func (r *run) inFront(d Declared, first leg, q hop.Request) string {
	if first.behind != "" || first.source.Listens(q) {
		return first.behind
	}
	// A mapped port of a container, a load balancer that nobody wrote down: no reason for an alarm.
	why := fmt.Sprintf("nothing in the configuration listens on %s: what is in front of it is unknown", q.Addr)
	r.unknown(d.Pos, why)
	return why
}

func (r *run) unknown(pos hop.Pos, why string) {
	r.result.Unknown = append(r.result.Unknown, hop.Note{Pos: pos, Text: why})
}

// Timers that meet an unknown ping are unknown too: no rule then claims that the connection is cut.
func unknownPing(d Declared) hop.Setting[time.Duration] {
	return hop.Unknown[time.Duration]("ping of "+d.App, d.AppPos, appUnknown(d.App))
}
