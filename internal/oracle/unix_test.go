package oracle_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/internal/oracle"
	"github.com/wslint/wslint/lint"
)

// TestUnixSockets holds what `wslint trace` says of two files, an haproxy.cfg in front of an nginx.conf that it reaches
// through a unix socket, against the two programs: which hops there are, what the application gets, when the
// connection is cut.
func TestUnixSockets(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("-short: no long runs against real proxies")
	}
	h := oracle.FindHAProxy(t)
	n := oracle.Find(t)[0]
	const front = "defaults\n  mode http\n  timeout connect 2s\n  timeout client 20s\n" +
		"  timeout server 20s\n  timeout tunnel 20s\n" +
		"listen f\n  bind *:80\n  server n unix@/run/x.sock"
	const up = "proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection upgrade; " +
		"proxy_set_header X-For \"$remote_addr,$proxy_protocol_addr\"; "
	const listens, passes = "server { listen unix:/run/x.sock", "location / { proxy_pass http://app:1; "
	for _, tc := range []struct{ name, server, nginx string }{
		{"plain", "", listens + "; " + passes + up + "} }"},
		{"the timer", "", listens + "; " + passes + "proxy_read_timeout 1s; " + up + "} }"},
		{"a lost header", "", listens + "; " + passes + "} }"},
		{"denied", "", listens + "; deny all; " + passes + up + "} }"},
		{"a PROXY header", " send-proxy", listens + " proxy_protocol; set_real_ip_from unix:; " +
			"real_ip_header proxy_protocol; " + passes + up + "} }"},
		{"version 2 of it", " send-proxy-v2", listens + " proxy_protocol; " + passes + up + "} }"},
		{"a missing one", "", listens + " proxy_protocol; " + passes + up + "} }"},
		{"an unwanted one", " send-proxy", listens + "; " + passes + up + "} }"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			files := map[string]string{"nginx.conf": "events {} http { " + tc.nginx + " }"}
			back, err := oracle.Rewrite(t, files, oracle.Options{})
			if err != nil {
				t.Fatal(err)
			}
			lab, err := oracle.RewriteHAProxy(t, front+tc.server+"\n", oracle.Options{Behind: back})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := back.Start(t, n); err != nil {
				t.Fatal(err)
			}
			server, err := lab.StartHAProxy(t, h)
			if err != nil {
				t.Fatal(err)
			}
			probe := oracle.Probe{URL: "ws://chat.test/ws", Watch: 1500 * time.Millisecond}
			seen := server.Observe(t, probe)
			p := traced(t, lab, probe, n.Version, filepath.Join(lab.Conf, lab.Main), filepath.Join(back.Conf, back.Main))
			if len(p.Hops) != 2 {
				t.Fatalf("%d hops: %+v", len(p.Hops), p.Hops)
			}
			diffs, _ := oracle.Compare(p, seen)
			for _, d := range diffs {
				t.Error(d)
			}
		})
	}
}

// TestLoopOfTwo holds what `wslint trace` says of an nginx.conf and an haproxy.cfg that pass a handshake on to each
// other, through unix sockets, against the two programs: it comes back as an error, and never opens.
func TestLoopOfTwo(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("-short: no long runs against real proxies")
	}
	h := oracle.FindHAProxy(t)
	n := oracle.Find(t)[0]
	const middle = "defaults\n  mode http\n  timeout connect 1s\n  timeout client 3s\n  timeout server 3s\n" +
		"listen f\n  bind unix@/run/y.sock\n  server n unix@/run/x.sock\n"
	const front = "events {} http { server { listen 80; listen unix:/run/x.sock; proxy_read_timeout 3s; " +
		"proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection upgrade; " +
		"proxy_set_header Host $http_host; location / { proxy_pass http://unix:/run/y.sock; } } }"
	back, err := oracle.RewriteHAProxy(t, middle, oracle.Options{})
	if err != nil {
		t.Fatal(err)
	}
	lab, err := oracle.Rewrite(t, map[string]string{"nginx.conf": front}, oracle.Options{Behind: back})
	if err != nil {
		t.Fatal(err)
	}
	// What the second passes on arrives at the first, and not at an application.
	cfg := filepath.Join(back.Conf, back.Main)
	was, is := strings.TrimPrefix(back.Apps["unix:/run/x.sock"], "unix:"), lab.Listeners["unix:/run/x.sock"]
	text := strings.Replace(back.Files[back.Main], was, strings.TrimPrefix(is, "unix:"), 1)
	if was == "" || is == "" || text == back.Files[back.Main] {
		t.Fatalf("the lab has %q and %q in %s", back.Apps, lab.Listeners, text)
	}
	if err := os.WriteFile(cfg, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := back.StartHAProxy(t, h); err != nil {
		t.Fatal(err)
	}
	server, err := lab.Start(t, n)
	if err != nil {
		t.Fatal(err)
	}
	probe := oracle.Probe{URL: "ws://chat.test/ws", Patience: 15 * time.Second}
	seen := server.Observe(t, probe)
	p := traced(t, lab, probe, n.Version, filepath.Join(lab.Conf, lab.Main), cfg)
	if a, known := p.Last().Answer.Get(); !known || a.Cause != hop.InCircles || len(p.Hops) != 2 {
		t.Fatalf("predicted %+v after %d hops, and it is a loop of two", p.Last().Answer, len(p.Hops))
	}
	if diffs, _ := oracle.Compare(p, seen); len(diffs) > 0 || seen.Kind != hop.AnsweredByProxy {
		t.Errorf("%v %d: %s", seen.Kind, seen.Status, diffs)
	}
	t.Logf("the client got %d", seen.Status)
}

// traced is the path of a probe through files, as `wslint trace` follows it.
func traced(t *testing.T, lab *oracle.Lab, probe oracle.Probe, version string, files ...string) *hop.Path {
	t.Helper()
	q, err := lab.Request(probe)
	if err != nil {
		t.Fatal(err)
	}
	h := lint.Handshake{URL: "ws://" + q.Addr + q.Target, Browser: "chrome"}
	for name, lines := range q.Header {
		for _, l := range lines {
			v, _ := l.Get()
			h.Headers = append(h.Headers, lint.Header{Name: name, Value: v})
		}
	}
	in := lint.Input{Args: files, Versions: map[string]string{"nginx": version}}
	cases, _, err := lint.Trace(in, h)
	if err != nil || len(cases) == 0 {
		t.Fatalf("%d cases, %v", len(cases), err)
	}
	return cases[0]
}
