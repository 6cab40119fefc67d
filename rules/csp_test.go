package rules

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/wslint/wslint/internal/truth"
)

// policyCases are pages on a.test, their policies, and whether they may open a WebSocket. PORT is that of the socket.
var policyCases = []struct {
	policy string
	// Whether it is opened: from http to ws: of the same host and port, and to wss: of the same host on another port;
	// from https to wss: of the same host and port, and of a name below it.
	same, other, tls, below bool
}{
	{"script-src 'unsafe-inline'", true, true, true, true},
	{"default-src 'self'", true, false, true, false},
	{"default-src 'none'", false, false, false, false},
	{"default-src 'none'; connect-src *", true, true, true, true},
	{"connect-src", false, false, false, false},
	{"connect-src 'none'", false, false, false, false},
	{"connect-src 'self'", true, false, true, false},
	{"connect-src 'SELF' 'none'", true, false, true, false},
	{"connect-src \"self\"", false, false, false, false},
	{"connect-src self", false, false, false, false},
	{"connect-src 'nonce-abc'", false, false, false, false},
	{"connect-src https:", false, false, false, false},
	{"connect-src http:", false, false, false, false},
	{"connect-src ws:", true, true, true, true},
	{"connect-src wss:", false, true, true, true},
	{"connect-src wss", false, false, false, false},
	{"connect-src a.test:PORT", false, false, false, false},
	{"connect-src *:PORT", false, false, false, false},
	{"connect-src *.a.test:*", false, false, false, false},
	{"connect-src https://a.test:PORT", false, false, false, false},
	{"connect-src wss://a.test:PORT", false, true, true, false},
	{"connect-src WSS://A.TEST:PORT", false, true, true, false},
	{"connect-src ws://a.test:*", true, true, true, false},
	{"connect-src wss://*.a.test:*", false, false, false, true},
	{"connect-src wss://*:*", false, true, true, true},
	{"connect-src wss://*", false, false, false, false},
	{"connect-src wss://a.test", false, false, false, false},
	{"connect-src wss://a.test:443", false, false, false, false},
	{"connect-src wss://a.test:PORT/ws", false, true, true, false},
	{"connect-src wss://a.test:PORT/%77s", false, true, true, false},
	{"connect-src wss://a.test:PORT/", false, true, true, false},
	{"connect-src wss://a.test:PORT/other", false, false, false, false},
	{"connect-src wss://a.test:PORT/w", false, false, false, false},
	{"connect-src 'none', connect-src *", false, false, false, false},
	{"connect-src *, connect-src 'none'", false, false, false, false},
	{"connect-src 'none'; connect-src *", false, false, false, false},
	{"connect-src *; connect-src 'none'", true, true, true, true},
}

// firefoxAllows is a source that Chromium does not take for wss: and Firefox does: nothing is said of it.
const firefoxAllows = "connect-src ws://a.test:PORT"

// A policyCase is one page with one policy and one socket.
type policyCase struct {
	page, policy, socket string
	opens                bool
}

func listPolicyCases(plain, secure string) (list []policyCase) {
	for _, c := range policyCases {
		for _, way := range []policyCase{
			{"http://a.test:" + plain, "", "ws://a.test:" + plain, c.same},
			{"http://a.test:" + plain, "", "wss://a.test:" + secure, c.other},
			{"https://a.test:" + secure, "", "wss://a.test:" + secure, c.tls},
			{"https://a.test:" + secure, "", "wss://sub.a.test:" + secure, c.below},
		} {
			port := way.socket[strings.LastIndex(way.socket, ":")+1:]
			way.policy = strings.ReplaceAll(c.policy, "PORT", port)
			way.socket += "/ws"
			list = append(list, way)
		}
	}
	return list
}

// TestPolicies holds what is made of a policy against the table.
func TestPolicies(t *testing.T) {
	for _, c := range listPolicyCases("8080", "8443") {
		page, _ := url.Parse(c.page)
		socket, _ := url.Parse(c.socket)
		lists, _ := connectSources(c.policy)
		opens := true
		for _, l := range lists {
			opens = opens && l.allows(page, socket)
		}
		if opens != c.opens {
			t.Errorf("%s with %q opens %s: %v, want %v", c.page, c.policy, c.socket, opens, c.opens)
		}
	}
}

// TestPolicyThatBrowsersDisagreeOn: what one browser lets through is no finding.
func TestPolicyThatBrowsersDisagreeOn(t *testing.T) {
	lists, _ := connectSources(strings.ReplaceAll(firefoxAllows, "PORT", "8443"))
	page := &url.URL{Scheme: "https", Host: "a.test:8443"}
	socket := &url.URL{Scheme: "wss", Host: "a.test:8443", Path: "/ws"}
	if !lists[0].allows(page, socket) {
		t.Errorf("%s keeps %s out, which Firefox lets through", lists[0], socket)
	}
}

// TestPoliciesInChromium holds the table against a real browser. Law B8.
func TestPoliciesInChromium(t *testing.T) {
	if testing.Short() {
		t.Skip("a browser takes seconds")
	}
	browser, err := exec.LookPath("chromium")
	if err != nil {
		truth.Missing(t, "CHROMIUM", err.Error())
	}
	var list []policyCase
	said := make(chan [2]string, 1000)
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		switch r.URL.Path {
		case "/":
			w.Header().Set("Content-Type", "text/html")
			for i, c := range list {
				fmt.Fprintf(w, "<iframe src='%s/case?n=%d'></iframe>", c.page, i)
			}
		case "/case":
			var n int
			if _, err := fmt.Sscan(q.Get("n"), &n); err != nil || n >= len(list) {
				return
			}
			w.Header().Set("Content-Type", "text/html")
			policy := list[n].policy // so that the page itself runs, whatever default-src says
			if !strings.Contains(policy, "script-src") {
				policy = strings.ReplaceAll(policy, ",", "; script-src 'unsafe-inline',") + "; script-src 'unsafe-inline'"
			}
			w.Header().Set("Content-Security-Policy", policy)
			socket, _ := json.Marshal(list[n].socket)
			fmt.Fprintf(w, `<script>let said = "opens"
const tell = () => location.href = "/said?n=%d&it=" + said
addEventListener("securitypolicyviolation", () => said = "blocked")
const s = new WebSocket(%s)
s.onerror = () => setTimeout(tell, 100)</script>`, n, socket)
		case "/said":
			said <- [2]string{q.Get("n"), q.Get("it")}
		default: // no WebSocket is opened here: that the browser asks for one is enough
			http.NotFound(w, r)
		}
	})
	plain, secure := httptest.NewServer(handler), httptest.NewUnstartedServer(handler)
	secure.TLS = &tls.Config{NextProtos: []string{"http/1.1"}} //nolint:gosec // the browser ignores the certificate
	secure.StartTLS()
	defer plain.Close()
	defer secure.Close()
	port := func(s *httptest.Server) string { return s.URL[strings.LastIndex(s.URL, ":")+1:] }
	list = listPolicyCases(port(plain), port(secure))
	list = append(list, policyCase{
		page: "https://a.test:" + port(secure), socket: "wss://a.test:" + port(secure) + "/ws",
		policy: strings.ReplaceAll(firefoxAllows, "PORT", port(secure)),
	})

	profile, err := os.MkdirTemp("", "wslint-chromium") // its processes write there until they are all gone
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(profile) })
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, browser, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run",
		"--disable-background-networking", "--disable-component-update", "--disable-sync", "--ignore-certificate-errors",
		"--host-resolver-rules=MAP *.test 127.0.0.1, MAP a.test 127.0.0.1, MAP * ~NOTFOUND", "--user-data-dir="+profile,
		"--remote-debugging-port=0", "http://a.test:"+port(plain)+"/")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { cancel(); _ = cmd.Wait() }()
	for heard := range list {
		select {
		case got := <-said:
			var n int
			if _, err := fmt.Sscan(got[0], &n); err != nil {
				t.Fatal(err)
			}
			c := list[n]
			if want := map[bool]string{true: "opens", false: "blocked"}[c.opens]; got[1] != want {
				t.Errorf("%s with %q and %s: the browser says %s, want %s", c.page, c.policy, c.socket, got[1], want)
			}
		case <-ctx.Done():
			t.Fatalf("the browser said something of %d of %d pages", heard, len(list))
		}
	}
}
