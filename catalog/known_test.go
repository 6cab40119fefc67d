package catalog_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/wslint/wslint/catalog"
	"github.com/wslint/wslint/hop"
)

// appFacts is collected from source code and manuals, as of 2026-11: who sends what how often, and the timers of its
// own.
var appFacts = map[string]string{
	"socket.io": "server message 25s timeout 20s sticky", "ws": "", "sockjs": "server message 25s sticky",
	"spring-stomp": "", "tomcat": "",
	"jetty9": "idle 5m0s", "jetty10": "idle 30s",
	"ratchet": "", "reverb": "server message 2m0s", "signalr": "server message 15s timeout 30s sticky",
	"aspnet-websockets": "server pong 2m0s",
	"dotnet-client":     "client pong 30s", "actioncable": "server message 3s timeout 6s", "phoenix": "client message 30s",
	"graphql-ws":                 "server ping 12s timeout 12s",
	"subscriptions-transport-ws": "", "centrifugo": "server message 25s",
	"daphne":  "server ping 20s timeout 30s life 24h0m0s",
	"uvicorn": "server ping 20s timeout 20s", "python-websockets": "server ping 20s timeout 20s", "tornado": "",
	"aiohttp":         "",
	"gorilla-example": "server ping 54s timeout 1m0s", "gorilla": "", "coder-websocket": "",
	"mattermost": "server ping 1m0s",
}

// TestData holds both tables against the facts, and every entry to its form.
func TestData(t *testing.T) {
	names := map[string]bool{}
	taken := func(name string) {
		if names[name] || name == "" || strings.ContainsAny(name, "/ ") {
			t.Errorf("the name %q is taken or unusable", name)
		}
		names[name] = true
	}
	if !slices.IsSortedFunc(catalog.Hops, func(a, b catalog.Hop) int { return strings.Compare(a.Name, b.Name) }) {
		t.Error("the hops are not sorted")
	}
	for _, h := range catalog.Hops {
		taken(h.Name)
		for _, a := range h.Aliases {
			taken(a)
			if found, _ := catalog.FindHop(a); found.Name != h.Name {
				t.Errorf("%s leads to %s", a, found.Name)
			}
		}
		switch {
		case h.Source == "" || h.What == "":
			t.Errorf("%s has no source or no description", h.Name)
		case h.Idle > 0 && h.Max > 0 && (h.Idle < h.Min || h.Idle > h.Max):
			t.Errorf("%s: its default is not in its range", h.Name)
		case h.Fixed && h.Key != "":
			t.Errorf("%s is fixed and has a setting", h.Name)
		case h.Never != "" && h.Needs != "" || h.Unsaid && (h.Never != "" || h.Needs != ""):
			t.Errorf("%s passes WebSockets on, and it does not", h.Name)
		}
	}
	if cf, _ := catalog.FindHop("cloudflare"); !cf.Guess {
		t.Error("cloudflare publishes no idle timeout")
	}
	names = map[string]bool{}
	if len(catalog.Apps) != len(appFacts) ||
		!slices.IsSortedFunc(catalog.Apps, func(a, b catalog.App) int { return strings.Compare(a.Name, b.Name) }) {
		t.Errorf("%d apps, want %d, sorted", len(catalog.Apps), len(appFacts))
	}
	for _, a := range catalog.Apps {
		taken(a.Name)
		for _, alias := range a.Aliases {
			taken(alias)
		}
		var got []string
		add := func(some bool, format string, args ...any) {
			if some {
				got = append(got, fmt.Sprintf(format, args...))
			}
		}
		add(a.Every > 0, "%s %s %v", strings.Join(a.From.Names(), ""), a.Kind, a.Every)
		add(a.Timeout > 0, "timeout %v", a.Timeout)
		add(a.SelfIdle > 0, "idle %v", a.SelfIdle)
		add(a.Life > 0, "life %v", a.Life)
		add(a.Sticky != "", "sticky")
		if s := strings.Join(got, " "); s != appFacts[a.Name] {
			t.Errorf("%s: %q, want %q", a.Name, s, appFacts[a.Name])
		}
		if a.Source == "" || a.What == "" {
			t.Errorf("%s has no source or no description", a.Name)
		}
	}
}

// TestServe: a station passes the handshake on; what it says of timers is what is known of its kind.
func TestServe(t *testing.T) {
	at := hop.Pos{File: ".wslint.yaml", Line: 4, Col: 15, EndCol: 18}
	q := hop.Request{
		Method: "GET",
		Target: "/ws",
		Addr:   "chat:443",
		TLS:    true,
		Header: map[string][]hop.Setting[string]{"Upgrade": {hop.Written("Upgrade", "websocket", hop.Pos{})}},
	}
	serve := func(name string) (hop.Hop, catalog.Station) {
		h, ok := catalog.FindHop(name)
		if !ok {
			t.Fatalf("no hop %s", name)
		}
		s := catalog.Station{Hop: h, Said: name, Pos: at}
		return *s.Serve(q)[0].Hop, s
	}
	alb, station := serve("alb")
	if lines, why := alb.Next.Lines("Upgrade"); len(lines) != 1 || why != "" || alb.Next.Addr != "" {
		t.Errorf("alb passes on %v (%s) to %q", lines, why, alb.Next.Addr)
	}
	if _, why := alb.Next.Lines("X-Forwarded-Proto"); why == "" {
		t.Error("what an alb adds is taken for known")
	}
	if got := alb.Idle[0].String(); got != "the documented default idle_timeout.timeout_seconds" ||
		alb.Idle[0].Pos != at ||
		alb.Idle[0].Restart != hop.Either {
		t.Errorf("alb: %s, %+v", got, alb.Idle[0])
	}
	if n := len(station.Forms(alb.Next)); n != 2 {
		t.Errorf("what an alb passes on may arrive in %d forms, want 2: with and without TLS", n)
	}
	nlb, station := serve("nlb")
	if n := len(station.Forms(nlb.Next)); n != 4 || nlb.Idle[0].Counts != hop.Packets || nlb.Idle[0].Expiry != hop.RST {
		t.Errorf("nlb: %d forms, want 4: it may send a PROXY header; %+v", n, nlb.Idle[0])
	}
	nat, station := serve("nat")
	if !nat.Next.TLS || nat.Next.Addr != q.Addr || nat.Next.Rest != "" || len(station.Forms(nat.Next)) != 1 {
		t.Errorf("nat changes the request: %+v", nat.Next)
	}
	if cf, _ := serve("cloudfront"); cf.Idle[0].Restart != hop.Server || cf.Idle[0].String() != "the fixed idle timeout" {
		t.Errorf("cloudfront: %+v", cf.Idle[0])
	}
	if cf, _ := serve("cloudflare"); cf.Idle[0].String() != "the usual, unpublished idle timeout" {
		t.Errorf("cloudflare: %s", cf.Idle[0])
	}
	gcp, _ := serve("gcp-classic-alb")
	if len(gcp.Idle) != 0 || len(gcp.Life) != 1 || gcp.Life[0].Restart != 0 || gcp.Life[0].Starts != hop.Opened {
		t.Errorf("gcp-classic-alb: %+v, %+v", gcp.Idle, gcp.Life)
	}
	if ha, _ := serve("haproxy"); ha.Idle[0].Why() == "" {
		t.Error("haproxy without its configuration has a known timeout")
	}
	if caddy, _ := serve("caddy"); len(caddy.Life) != 1 || caddy.Life[0].Starts != hop.Reloaded ||
		!hop.Is(caddy.Life[0].Setting, 0) {
		t.Errorf("caddy: %+v", caddy.Life)
	}
	if tr, _ := serve("traefik"); len(tr.Idle)+len(tr.Life) != 0 {
		t.Error("traefik has a timer")
	}
}
