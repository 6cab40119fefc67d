package live_test

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/internal/oracle"
	"github.com/wslint/wslint/lint"
	"github.com/wslint/wslint/probe"
	"github.com/wslint/wslint/probe/live"
	"github.com/wslint/wslint/report"
	"github.com/wslint/wslint/rules"
)

// An app is a WebSocket server that closes a connection on which nothing arrives for some time, with 1001, and answers
// pings unless it is mute.
type app struct {
	mute   bool
	idle   time.Duration
	server time.Duration // between its own pings; 0 for none
}

// start listens on loopback until t ends, and returns the address.
func (a app) start(t testing.TB) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &http.Server{Handler: http.HandlerFunc(a.serve)}
	go s.Serve(l)
	t.Cleanup(func() { s.Close() })
	return l.Addr().String()
}

func (a app) serve(w http.ResponseWriter, r *http.Request) {
	if !strings.EqualFold(r.Header.Get("Upgrade"), "websocket") {
		http.Error(w, "no handshake: "+r.URL.RequestURI(), http.StatusBadRequest)
		return
	}
	conn, rw, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return
	}
	defer conn.Close()
	fmt.Fprintf(conn, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"+
		"X-Powered-By: test\r\nSec-WebSocket-Accept: %s\r\n\r\n", live.Accept(r.Header.Get("Sec-WebSocket-Key")))
	if a.server > 0 {
		tick := time.NewTicker(a.server)
		defer tick.Stop()
		go func() {
			for range tick.C {
				if _, err := conn.Write([]byte{0x89, 0}); err != nil {
					return
				}
			}
		}()
	}
	for {
		if a.idle > 0 {
			conn.SetReadDeadline(time.Now().Add(a.idle))
		}
		payload, op, err := readMasked(rw)
		switch {
		case err != nil && os.IsTimeout(err):
			conn.Write([]byte{0x88, 2, 0x03, 0xe9})
			return
		case err != nil || op == 8:
			return
		case op == 9 && !a.mute:
			conn.Write(append([]byte{0x8a, byte(len(payload))}, payload...))
		}
	}
}

// readMasked reads a short frame of a client.
func readMasked(r interface{ Read([]byte) (int, error) }) (payload []byte, op byte, err error) {
	head := make([]byte, 6)
	if err = readFull(r, head); err != nil {
		return nil, 0, err
	}
	payload = make([]byte, head[1]&0x7f)
	if err = readFull(r, payload); err != nil {
		return nil, 0, err
	}
	for i := range payload {
		payload[i] ^= head[2+i%4]
	}
	return payload, head[0] & 0x0f, nil
}

func readFull(r interface{ Read([]byte) (int, error) }, b []byte) error {
	for n := 0; n < len(b); {
		m, err := r.Read(b[n:])
		if n += m; err != nil && n < len(b) {
			return err
		}
	}
	return nil
}

const nginxText = `events {}
http {
	server {
		listen 127.0.0.1:8080;
		location /ws {
			proxy_pass http://%s;
			proxy_http_version 1.1;
			proxy_set_header Upgrade $http_upgrade;
			proxy_set_header Connection "upgrade";
			proxy_set_header Host $http_host;
			proxy_read_timeout %ds;
		}
		location /plain {
			proxy_pass http://%s;
		}
	}
}
`

const haproxyText = `defaults
	mode http
	timeout connect 5s
	timeout client 30s
	timeout server 30s
	timeout tunnel %ds
frontend web
	bind 127.0.0.1:80
	default_backend nginx
backend nginx
	server web 127.0.0.1:8080
`

// A chain is HAProxy in front of nginx in front of an application, each with its timer in seconds.
type chain struct {
	url            string
	haproxy, nginx string // the files that run
}

func startChain(t testing.TB, haproxy, nginx, application int) chain {
	t.Helper()
	binary, front := oracle.Find(t)[0], oracle.FindHAProxy(t)
	addr := app{idle: time.Duration(application) * time.Second}.start(t)
	back, err := oracle.Rewrite(t, map[string]string{"nginx.conf": fmt.Sprintf(nginxText, addr, nginx, addr)},
		oracle.Options{Behind: &oracle.Lab{Listeners: map[string]string{addr: addr}}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err = back.Start(t, binary); err != nil {
		t.Fatal(err)
	}
	lab, err := oracle.RewriteHAProxy(t, fmt.Sprintf(haproxyText, haproxy), oracle.Options{Behind: back})
	if err != nil {
		t.Fatal(err)
	}
	if _, err = lab.StartHAProxy(t, front); err != nil {
		t.Fatal(err)
	}
	return chain{
		url:     "ws://" + lab.Listeners["127.0.0.1:80"] + "/ws",
		haproxy: filepath.Join(lab.Conf, lab.Main), nginx: filepath.Join(back.Conf, back.Main),
	}
}

// other is a file beside another one, in which a text is replaced.
func other(t testing.TB, file, old, text string) string {
	t.Helper()
	src, err := os.ReadFile(file)
	if err != nil || !bytes.Contains(src, []byte(old)) {
		t.Fatalf("%s has no %q: %v", file, old, err)
	}
	name := filepath.Join(t.TempDir(), filepath.Base(file))
	if err := os.WriteFile(name, bytes.ReplaceAll(src, []byte(old), []byte(text)), 0o666); err != nil {
		t.Fatal(err)
	}
	return name
}

// predicted follows the handshake through files.
func predicted(t testing.TB, url string, files ...string) []*hop.Path {
	t.Helper()
	in := lint.Input{Args: files, Rules: rules.All, Versions: map[string]string{}, OneConfig: true}
	cases, result, err := lint.Trace(in, lint.Handshake{URL: url, Browser: "chrome"})
	if err != nil || len(cases) == 0 {
		t.Fatalf("no prediction: %v, %v", err, result)
	}
	return cases
}

func targetOf(t testing.TB, url string) live.Target {
	t.Helper()
	q, err := lint.Handshake{URL: url, Browser: "chrome"}.Request()
	if err != nil {
		t.Fatal(err)
	}
	return live.Target{URL: url, Request: q, Browser: "chrome", Others: []string{"firefox"}, Timeout: 20 * time.Second}
}

// plan measures idle timeouts of a few seconds.
func plan(pings ...time.Duration) live.Plan {
	return live.Plan{For: 30 * time.Second, Pings: pings, Stagger: 300 * time.Millisecond, Pong: 5 * time.Second,
		Grace: 2 * time.Second}
}

func text(t testing.TB, r *probe.Report) string {
	t.Helper()
	var b bytes.Buffer
	if err := report.Probe(&b, r, report.Options{Width: 200}); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// tries is how often a measurement is made before it counts as wrong: a machine that stalls for a second measures
// nothing.
const tries = 3

// A chainCase is a chain, what it is predicted from, and what is to be said of it.
type chainCase struct {
	name                   string
	haproxy, nginx, app    int    // seconds
	oldHAProxy, newHAProxy string // what the predicted file has in the place of what runs
	agreement              probe.Agreement
	hop                    string
	says                   []string
}

// judge says what is wrong with a report.
func (c chainCase) judge(r *probe.Report, out string) (faults []string) {
	var got probe.Claim
	for _, claim := range r.Claims {
		if claim.About == "idle" {
			got = claim
		}
	}
	if got.Agreement != c.agreement || c.hop != "" && !strings.HasPrefix(strings.ToLower(got.Hop), c.hop) {
		faults = append(faults, fmt.Sprintf("%s at %s, want %s at %s", got.Agreement, got.Hop, c.agreement, c.hop))
	}
	flat := strings.Join(strings.Fields(out), " ")
	for _, s := range c.says {
		if !strings.Contains(flat, s) {
			faults = append(faults, "nothing says "+s)
		}
	}
	if r.Good() != (c.agreement == probe.Agrees) {
		faults = append(faults, fmt.Sprintf("good: %t", r.Good()))
	}
	if r.Idle.Took > 20*time.Second {
		faults = append(faults, fmt.Sprintf("it took %s, and all was known long before", r.Idle.Took))
	}
	if !slices.Equal(r.Idle.Keeps, []time.Duration{time.Second}) {
		faults = append(faults, fmt.Sprintf("%v keep it open, %v do not", r.Idle.Keeps, r.Idle.Fails))
	}
	return faults
}

// TestChain: the hop that closes is named, in whatever order the timers stand, and where another file runs than that
// from which it was predicted, it is said which.
func TestChain(t *testing.T) {
	if testing.Short() {
		t.Skip("takes as long as idle timeouts")
	}
	for _, c := range []chainCase{
		{"HAProxy", 3, 5, 7, "", "", probe.Agrees, "haproxy", []string{"timeout tunnel"}},
		{"nginx", 7, 3, 5, "", "", probe.Agrees, "nginx", []string{"proxy_read_timeout", "nginx.conf:"}},
		{"application", 7, 5, 3, "", "", probe.Differs, "",
			[]string{"code 1001", "a hop that is not on the path closes it"}},
		{"HAProxy runs with a longer timer", 7, 5, 12, "tunnel 7s", "tunnel 3s", probe.Differs, "nginx",
			[]string{"what closes it is nginx", "haproxy backend nginx", "did not close the connection", "not reloaded"}},
		{"HAProxy runs with a shorter timer", 3, 5, 7, "tunnel 3s", "tunnel 9s", probe.Differs, "",
			[]string{"no timer of the path is so long"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			ch := startChain(t, c.haproxy, c.nginx, c.app)
			file := ch.haproxy
			if c.oldHAProxy != "" {
				file = other(t, ch.haproxy, c.oldHAProxy, c.newHAProxy)
			}
			cases := predicted(t, ch.url, file, ch.nginx)
			if n := len(cases[0].Hops); n != 2 {
				t.Fatalf("%d hops are predicted", n)
			}
			var faults []string
			var out string
			for range tries {
				r := &probe.Report{URL: ch.url}
				r.Handshake, r.Idle = live.Measure(context.Background(), targetOf(t, ch.url), plan(time.Second, 20*time.Second))
				if r.Idle == nil {
					t.Fatalf("no connection: %+v", r.Handshake)
				}
				r.Compare(cases, 0)
				r.Explain(cases, nil)
				out = text(t, r)
				if faults = c.judge(r, out); faults == nil {
					return
				}
			}
			t.Errorf("%s\n%s", strings.Join(faults, "\n"), out)
		})
	}
}
