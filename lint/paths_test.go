package lint

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers"
	"github.com/wslint/wslint/parsers/haproxy"
	"github.com/wslint/wslint/parsers/nginx"
	"github.com/wslint/wslint/rules"
)

// declaredIn follows the only path of a configuration, in Chrome's form.
func declaredIn(t *testing.T, config string, sources ...fake) (*hop.Path, *run) {
	t.Helper()
	r := newTestRun(config)
	for _, s := range sources {
		r.through[absolute(s.name)] = []hop.Source{s}
	}
	return r.only(), r
}

// cutsOf is what ends the connection, soonest first: "alb 1m0s, nginx 1h0m0s".
func cutsOf(p *hop.Path) string {
	var s []string
	for _, c := range p.Cuts() {
		name, _ := p.Station(c.Hop)
		s = append(s, fmt.Sprintf("%s %v", name, c.After))
	}
	return strings.Join(s, ", ")
}

// TestMechanisms: one path for each way in which a hop or an application ends connections, or in which traffic keeps
// it from that.
func TestMechanisms(t *testing.T) {
	const head = "paths:\n  - url: wss://chat.example.com/ws\n    "
	for _, tc := range []struct{ name, config, want string }{
		{"the weakest hop", "through: [alb/prod-web, nginx: n]", "alb/prod-web 1m0s, n 24h0m0s"},
		{"pings restart all", "through: [alb/prod-web, nginx: n]\n    keepalive: {every: 25s}", ""},
		{"ping and timer at the same moment", "through: [alb]\n    keepalive: {every: 60s}", "alb 1m0s"},
		{"origin bytes: pongs of the client",
			"through: [cloudfront, alb]\n    keepalive: {every: 25s, from: client, kind: pong}", "cloudfront 10m0s"},
		{"origin bytes: messages of the server",
			"through: [cloudfront, alb]\n    keepalive: {every: 25s, from: server, kind: message}", ""},
		{"origin bytes: pings of the client are answered",
			"through: [cloudfront]\n    keepalive: {every: 25s, from: client, kind: ping}", ""},
		{"packets: TCP keepalive counts", "through: [nat]\n    keepalive: {every: 60s, from: server, kind: tcp}", ""},
		{"packets: payload counts as well", "through: [nat]\n    keepalive: {every: 60s}", ""},
		{"bytes: TCP keepalive does not count", "through: [alb]\n    keepalive: {every: 25s, from: server, kind: tcp}",
			"alb 1m0s"},
		{"TCP keepalive ends at a proxy", "through: [nat, alb]\n    keepalive: {every: 25s, from: server, kind: tcp}",
			"alb 1m0s, nat 5m50s"},
		{"TCP keepalive from the other side", "through: [nat, alb]\n    keepalive: {every: 25s, from: client, kind: tcp}",
			"alb 1m0s"},
		{"active or idle", "through: [gcp-classic]\n    keepalive: {every: 5s}", "gcp-classic 30s"},
		{"idle and busy", "through: [apigateway]\n    keepalive: {every: 5s}", "apigateway 2h0m0s"},
		{"no timer at all", "through: [traefik, istio]", ""},
		{"a reload is no cut of an open connection", "through: [caddy]", ""},
		{"the application's own pings", "through: [alb]\n    app: socket.io", ""},
		{"its pings too rare", "through: [alb]\n    app: aspnet-websockets", "alb 1m0s"},
		{"answered messages", "through: [cloudfront]\n    app: phoenix", ""},
		{"unanswered pongs", "through: [cloudfront]\n    app: dotnet-client", "cloudfront 10m0s"},
		{"an application that closes by itself", "through: [nginx: n]\n    app: jetty10", "jetty10 30s, n 24h0m0s"},
		{"its idle timer restarted", "through: [nginx: n]\n    app: jetty10\n    keepalive: {every: 20s}", ""},
		{"an application that ends every connection", "through: [alb]\n    app: daphne", "daphne 24h0m0s"},
		{"keepalive outweighs app", "through: [alb]\n    app: socket.io\n    keepalive: {every: 70s}", "alb 1m0s"},
		{"keepalive of the file outweighs app", "through: [alb]\n    app: socket.io\nkeepalive: {every: 70s}", "alb 1m0s"},
		{"an override of a kind", "through: [alb/prod-web]\nhops: {aws-alb: {idle: 300s}}", "alb/prod-web 5m0s"},
		{"an override of one", "through: [alb/prod-web, alb/other]\nhops: {alb: {idle: 300s}, alb/other: {idle: 400s}}",
			"alb/prod-web 5m0s, alb/other 6m40s"},
		{"a hop of one's own", "through: [corp]\nhops: {corp: {idle: 90s, life: 2h}}\nkeepalive: {every: 25s}",
			"corp 2h0m0s"},
		{"whose traffic restarts it",
			"through: [corp]\nhops: {corp: {idle: 90s, restart: server}}\nkeepalive: {every: 25s, from: client, kind: data}",
			"corp 1m30s"},
		{"that counts packets",
			"through: [corp]\nhops: {corp: {idle: 90s, counts: packets}}\nkeepalive: {every: 25s, kind: tcp}", ""},
		{"that closes nothing", "through: [corp]\nhops: {corp: {idle: none}}", ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			p, r := declaredIn(t, head+tc.config, fake{name: "n", timeout: 24 * time.Hour})
			if got := cutsOf(p); got != tc.want {
				t.Errorf("cut by %q, want %q", got, tc.want)
			}
			if found := rules.Run(rules.All, slices.Values([][]*hop.Path{{p}})); len(found) > 0 && tc.want == "" {
				t.Errorf("nothing cuts it, and yet: %s", found[0].Message)
			} else if tc.want != "" && len(found) == 0 && !strings.Contains(tc.want, "24h") {
				t.Error("no rule says so")
			}
			if k := p.Handshake().Kind; k != hop.Open || len(p.UnknownTimers()) > 0 || len(r.result.Findings) > 0 {
				t.Errorf("the handshake is %v, unknown timers %v, findings %v", k, p.UnknownTimers(), r.result.Findings)
			}
		})
	}
}

// TestHowItEnds: what the ends see of the first timer that fires, and what the finding calls it.
func TestHowItEnds(t *testing.T) {
	for _, tc := range []struct {
		hop    string
		expiry hop.Expiry
		code   int
		says   string
	}{
		{"alb", hop.FIN, 0, "alb closes idle connections after 60s (default idle_timeout.timeout_seconds)"},
		{"nlb", hop.RST, 0, "neither end is told: the next message is answered with a reset"},
		{"nlb-tls", hop.RST, 0, "nlb-tls silently drops idle connections after 350s (not configurable)"},
		{"azure-lb", hop.Silence, 0, "neither end is told: the next message is lost"},
		{"apigateway", hop.FIN, 1001, "the browser reports 1001"},
		{"cloudflare", hop.FIN, 0, "cloudflare closes idle connections after 100s (usual value, not published)"},
		{"haproxy", hop.FIN, 0, ""}, // of unknown length: nothing is said
	} {
		p, _ := declaredIn(t, "paths: [{url: 'wss://a/', through: ["+tc.hop+"]}]")
		said := ""
		for _, f := range rules.Run(rules.All, slices.Values([][]*hop.Path{{p}})) {
			said += f.Message
			for _, n := range f.Notes {
				said += "\n" + n.Text
			}
		}
		if !strings.Contains(said, tc.says) || tc.says == "" && said != "" {
			t.Errorf("%s: %q, want %q", tc.hop, said, tc.says)
		}
		if timer := p.Hops[0].Idle[0]; timer.Expiry != tc.expiry || timer.Code != tc.code {
			t.Errorf("%s: %+v", tc.hop, timer)
		}
	}
}

// TestLoopback: what listens on loopback alone and is declared under a name is behind something that may write the
// Host anew; what the browser itself reaches is not.
func TestLoopback(t *testing.T) {
	const conf = "defaults\n  mode http\nfrontend f\n  bind %s:8080\n  use_backend b if { hdr(host) chat.example.com " +
		"}\nbackend b\n  server s 10.0.0.1:80\n"
	for _, tc := range []struct {
		bind, url string
		want      hop.OutcomeKind
		unknown   int
	}{
		{"127.0.0.1", "ws://chat.example.com:8080/ws", hop.Open, 1},
		{"127.0.0.1", "ws://other.example.com:8080/ws", hop.AnsweredByProxy, 0},
		{"127.0.0.1", "ws://127.0.0.1:8080/ws", hop.AnsweredByProxy, 0},
		{"127.0.0.1", "ws://localhost:8080/ws", hop.AnsweredByProxy, 0},
		{"*", "ws://chat.example.com:8080/ws", hop.AnsweredByProxy, 0},
		{"10.0.0.5", "ws://chat.example.com:8080/ws", hop.AnsweredByProxy, 0},
	} {
		r := newTestRun("paths: [{url: '" + tc.url + "', through: [haproxy: h]}]")
		src := []byte(fmt.Sprintf(conf, tc.bind))
		r.through[absolute("h")] = []hop.Source{haproxy.Parse(&parsers.File{Name: "h", Src: src}, haproxy.Options{})}
		p := r.only()
		if o := p.Handshake(); o.Kind != tc.want || len(r.result.Unknown) != tc.unknown {
			t.Errorf(
				"%s on %s: %v (%s), %d unknown, want %v, %d",
				tc.url,
				tc.bind,
				o.Kind,
				o.Why,
				len(r.result.Unknown),
				tc.want,
				tc.unknown,
			)
		}
	}
}

func TestHiddenTab(t *testing.T) {
	for config, want := range map[string]time.Duration{
		"app: phoenix": time.Minute, "keepalive: {every: 25s, from: client, kind: message}": time.Minute,
		"keepalive: {every: 25s, from: client, kind: data}": 0, "keepalive: {every: 25s, from: client, kind: ping}": 0,
		"keepalive: {every: 25s, from: server, kind: message}": 0, "keepalive: {every: 90s, from: client, kind: message}": 0,
		"app: socket.io": 0,
	} {
		p, _ := declaredIn(t, "paths: [{url: 'ws://a/', through: [alb], "+config+"}]")
		if got := p.Pings[0].Hidden; got != want {
			t.Errorf("%s: every %v in a hidden tab, want %v", config, got, want)
		}
	}
}

func TestNoPings(t *testing.T) {
	p, _ := declaredIn(t, "paths: [{url: 'ws://a/', through: [alb], app: ws}]")
	if !p.NoPings || len(p.Pings) > 0 || p.Application.Name != "ws" {
		t.Errorf("got %+v", p)
	}
}

func TestHopWithoutConfiguration(t *testing.T) {
	p, _ := declaredIn(t, "paths: [{url: 'ws://a/', through: [haproxy, alb]}]")
	if unknown := p.UnknownTimers(); len(unknown) != 1 || !strings.Contains(unknown[0].Why(), "haproxy: FILE") ||
		cutsOf(p) != "alb 1m0s" {
		t.Errorf("unknown %v, cut by %q", unknown, cutsOf(p))
	}
}

func TestResource(t *testing.T) {
	r := newTestRun("paths: [{url: 'ws://a/', through: [alb/prod-web, alb/other]}]")
	r.resources = map[string]hop.Source{"alb/prod-web": fake{name: "prod-web", timeout: 5 * time.Minute}}
	p := r.only()
	if got, want := cutsOf(p), "alb/other 1m0s, prod-web 5m0s"; got != want {
		t.Errorf("cut by %q, want %q", got, want)
	}
}

// TestArrival: behind a load balancer nobody knows how a handshake arrives, so it arrives as suits the listeners; but
// what never sends a PROXY header does not do so to please one.
func TestArrival(t *testing.T) {
	const pass = "location / { proxy_pass http://app:3000; proxy_http_version 1.1; proxy_set_header Upgrade " +
		"$http_upgrade; proxy_set_header Connection upgrade; } }"
	redirect := "server { listen 80; server_name a; return 301 https://a$request_uri; } "
	for _, tc := range []struct {
		through, conf string
		want          hop.OutcomeKind
	}{
		{"alb", "server { listen 80; " + pass, hop.Open},
		{"alb", "server { listen 443 ssl; " + pass, hop.Open},
		{"alb", redirect + "server { listen 443 ssl; server_name a; " + pass, hop.Open},
		{"alb", redirect + "server { listen 8080; server_name a; " + pass, hop.Open},
		{"alb", redirect, hop.AnsweredByProxy},
		{"alb", redirect + "server { listen 8080; server_name b; " + pass, hop.AnsweredByProxy},
		{"alb", "server { listen 80 proxy_protocol; " + pass, hop.ClosedByProxy},
		{"cloudfront", "server { listen 443 ssl proxy_protocol; " + pass, hop.ClosedByProxy},
		{"nlb", "server { listen 80 proxy_protocol; " + pass, hop.Open},
		{"nlb-tls", "server { listen 443 ssl proxy_protocol; " + pass, hop.Open},
		{"nlb", "server { listen 80; " + pass, hop.Open},
		{"corp", "server { listen 80 proxy_protocol; " + pass, hop.Open},
	} {
		tree, err := nginx.Read([]string{"-"}, strings.NewReader("events {} http { "+tc.conf+" }"), nginx.Options{})
		if err != nil {
			t.Fatal(err)
		}
		r := newTestRun("hops: {corp: {idle: 1h}}\npaths: [{url: 'wss://a/', through: [" + tc.through + ", nginx: n]}]")
		r.through[absolute("n")] = []hop.Source{nginx.Compile(tree[0], nginx.Version{})}
		p := r.only()
		if o := p.Handshake(); o.Kind != tc.want {
			t.Errorf("%s and %s: %v (%s), want %v", tc.through, tc.conf, o.Kind, o.Why, tc.want)
		}
	}
}

// TestLadderOfUnknown: an unknown hop between known ones takes nothing from what they do.
func TestLadderOfUnknown(t *testing.T) {
	p, r := declaredIn(
		t,
		"paths: [{url: 'wss://a/', through: [alb, mystery, nginx: n]}]",
		fake{name: "n", timeout: 90 * time.Second},
	)
	if got := cutsOf(p); got != "alb 1m0s, n 1m30s" || len(p.Hops) != 3 {
		t.Errorf("cut by %q", got)
	}
	if len(r.result.Findings) != 1 ||
		!slices.ContainsFunc(p.UnknownTimers(), func(t hop.Timer) bool { return t.Pos.Line == 1 }) {
		t.Errorf("findings %v, unknown %v", r.result.Findings, p.UnknownTimers())
	}
}
