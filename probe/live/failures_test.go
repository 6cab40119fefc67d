package live_test

import (
	"bufio"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/wslint/wslint/lint"
	"github.com/wslint/wslint/probe"
	"github.com/wslint/wslint/probe/live"
	"github.com/wslint/wslint/report"
)

// A server does one thing with every connection, and ends with t.
func server(t testing.TB, serve func(conn net.Conn, head *http.Request)) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				head, err := http.ReadRequest(bufio.NewReader(conn))
				if err != nil {
					return
				}
				serve(conn, head)
			}()
		}
	}()
	return l.Addr().String()
}

// says answers every request with a text, in which {accept} is what fits the key, and line feeds are line ends.
func says(answer string) func(net.Conn, *http.Request) {
	return func(conn net.Conn, r *http.Request) {
		text := strings.ReplaceAll(answer, "\n", "\r\n")
		io.WriteString(conn, strings.ReplaceAll(text, "{accept}", live.Accept(r.Header.Get("Sec-WebSocket-Key"))))
	}
}

const (
	switching = "HTTP/1.1 101 Switching Protocols\nUpgrade: websocket\nConnection: Upgrade\n"
	opens     = switching + "Sec-WebSocket-Accept: {accept}\n\n"
)

// answers are what handshakes fail with, as the page of 1006 lists it, and what else can come.
var answers = []struct {
	name, answer    string
	ask             []string // subprotocols
	kind            probe.Kind
	chrome, firefox bool     // it opens
	says            []string // in the report
}{
	{"valid", opens, nil, probe.Opened, true, true, []string{"handshake succeeds"}},
	{"301", "HTTP/1.1 301 Moved\nLocation: https://chat.example.com/ws/\nContent-Length: 0\n\n", nil, probe.Other,
		false, false, []string{"answered with 301", "Location: https://chat.example.com/ws/", "browsers do not follow"}},
	{"302", "HTTP/1.1 302 Found\nLocation: /login\n\n", nil, probe.Other, false, false, []string{"redirect"}},
	{"307", "HTTP/1.1 307 Temporary Redirect\nLocation: /login\n\n", nil, probe.Other, false, false, []string{"redirect"}},
	{"308", "HTTP/1.1 308 Permanent Redirect\nLocation: /login\n\n", nil, probe.Other, false, false, []string{"redirect"}},
	{"400", "HTTP/1.1 400 Bad Request\nX-Powered-By: Express\nContent-Length: 12\n\nUpgrade what", nil, probe.Other, false,
		false, []string{"Upgrade what", "does not pass them on", "the application (X-Powered-By: Express)"}},
	{"401", "HTTP/1.1 401 Unauthorized\n\n", nil, probe.Other, false, false, []string{"wants a login"}},
	{"403", "HTTP/1.1 403 Forbidden\nCF-Ray: 8f1-FRA\nServer: cloudflare\n\n", nil, probe.Other, false, false,
		[]string{"Cloudflare (Cf-Ray: 8f1-FRA)", "firewall"}},
	{"404", "HTTP/1.1 404 Not Found\nTransfer-Encoding: chunked\n\n4\ngone\n0\n\n", nil, probe.Other, false, false,
		[]string{"| gone", "looks elsewhere"}},
	{"426", "HTTP/1.1 426 Upgrade Required\n\n", nil, probe.Other, false, false, []string{"HTTP/1.0"}},
	{"429", "HTTP/1.1 429 Too Many Requests\n\n", nil, probe.Other, false, false, []string{"limits the rate"}},
	{"464", "HTTP/1.1 464 \nServer: awselb/2.0\n\n", nil, probe.Other, false, false,
		[]string{"HTTP/2 or gRPC", "a load balancer of AWS"}},
	{"502", "HTTP/1.1 502 Bad Gateway\nServer: nginx\n\n<html>\n<head><title>502</title></head>\n<body>\n" +
		"<center><h1>502 Bad Gateway</h1></center>\n<hr><center>nginx</center>\n</body></html>", nil, probe.Other, false,
		false, []string{"502 by nginx (its own error page)"}},
	{"503", "HTTP/1.0 503 Service Unavailable\n\n<html><body><h1>503 Service Unavailable</h1>\n" +
		"No server is available to handle this request.\n</body></html>\n", nil, probe.Other, false, false,
		[]string{"503 by haproxy"}},
	{"504", "HTTP/1.1 504 Gateway Timeout\nx-amzn-RequestId: 1-2\n\n", nil, probe.Other, false, false,
		[]string{"an API of AWS"}},
	{"200", "HTTP/1.1 200 OK\nContent-Type: text/html\n\n<!doctype html>", nil, probe.Other, false, false,
		[]string{"no WebSocket server"}},
	{"103 first", "HTTP/1.1 103 Early Hints\nLink: </a>\n\n" + opens, nil, probe.Refused, false, true,
		[]string{"before it: HTTP/1.1 103", "Firefox opens it"}},
	{"wrong accept", switching + "Sec-WebSocket-Accept: x\n\n", nil, probe.Refused, false, false,
		[]string{"Sec-WebSocket-Accept of the 101 is wrong"}},
	{"no accept", switching + "\n", nil, probe.Refused, false, false, []string{"the 101 has no Sec-WebSocket-Accept"}},
	{"no Connection", strings.Replace(opens, "Connection: Upgrade\n", "", 1), nil, probe.Refused, false, false,
		[]string{"Connection of the 101 does not say upgrade"}},
	{"two Upgrade lines", strings.Replace(opens, "Upgrade: websocket", "Upgrade: websocket\nUpgrade: websocket", 1), nil,
		probe.Refused, false, true, []string{"more than one Upgrade", "Firefox opens it"}},
	{"an extension nobody offered", strings.Replace(opens, "\n\n", "\nSec-WebSocket-Extensions: x\n\n", 1), nil,
		probe.Refused, false, false, []string{"more than what was offered"}},
	{"compression", strings.Replace(opens, "\n\n", "\nSec-WebSocket-Extensions: permessage-deflate\n\n", 1), nil,
		probe.Opened, true, true, nil},
	{"subprotocol not confirmed", opens, []string{"graphql-ws"}, probe.Refused, false, true,
		[]string{"a subprotocol was asked for", "Firefox opens it"}},
	{"another subprotocol", strings.Replace(opens, "\n\n", "\nSec-WebSocket-Protocol: b\n\n", 1), []string{"a"},
		probe.Refused, false, false, []string{"none that was asked for"}},
	{"HTTP/1.0", strings.Replace(opens, "/1.1", "/1.0", 1), nil, probe.Opened, true, false, []string{"HTTP/1.0"}},
	{"TLS", "\x15\x03\x01\x00\x02\x02\x46", nil, probe.Garbled, false, false, []string{"connect with wss:"}},
	{"SSH", "SSH-2.0-OpenSSH_9.2\n", nil, probe.Garbled, false, false, []string{"not HTTP", "another service"}},
	{"HTTP/2", "\x00\x00\x12\x04\x00\x00\x00\x00\x00", nil, probe.Garbled, false, false, nil},
	{"nothing", "", nil, probe.Closed, false, false, []string{"ends without an answer", "1006"}},
	{"half a head", "HTTP/1.1 200 OK\nContent-", nil, probe.Closed, false, false, []string{"ends without an answer"}},
	{"commands of a terminal", "HTTP/1.1 500 \x1b[2Jx\nServer: \x1b]0;owned\x07\nX-\x1b[1m: y\n\n\x1b[31mred\x9b1m\n", nil,
		probe.Other, false, false, []string{"red"}},
}

// TestAnswers: every way in which a handshake fails is told, with what browsers make of it.
func TestAnswers(t *testing.T) {
	for _, c := range answers {
		t.Run(c.name, func(t *testing.T) {
			target := targetOf(t, "ws://"+server(t, says(c.answer))+"/ws")
			q, err := lint.Handshake{URL: target.URL, Browser: "chrome", Subprotocols: c.ask}.Request()
			if err != nil {
				t.Fatal(err)
			}
			target.Request = q
			r := &probe.Report{URL: target.Shown(), Handshake: live.Connect(context.Background(), target)}
			r.Explain(nil, nil)
			out := text(t, r)
			if r.Handshake.Kind != c.kind || r.Good() != (c.kind == probe.Opened) {
				t.Errorf("%s, good: %t", r.Handshake.Kind, r.Good())
			}
			for _, v := range r.Handshake.Verdicts {
				if opens := map[string]bool{"chrome": c.chrome, "firefox": c.firefox}[v.Browser]; opens != (v.Why == "") {
					t.Errorf("%s: %q, opens: %t", v.Browser, v.Why, opens)
				}
			}
			if c.chrome != c.firefox && len(r.Handshake.Verdicts) != 2 {
				t.Error("nothing says what both browsers make of it")
			}
			flat := strings.Join(strings.Fields(out), " ")
			for _, s := range c.says {
				if !strings.Contains(flat, s) {
					t.Errorf("nothing says %q:\n%s", s, out)
				}
			}
			if i := strings.IndexFunc(out, func(r rune) bool { return r < ' ' && r != '\n' || r >= 0x7f && r < 0xa0 }); i >= 0 {
				t.Errorf("a control character is printed: %q", out[i:])
			}
			var b strings.Builder
			if err := report.ProbeJSON(&b, r); err != nil || strings.ContainsAny(b.String(), "\x1b\x07\u009b") {
				t.Errorf("%v\n%s", err, b.String())
			}
		})
	}
}

// TestSilent: a server that does not answer, and one that cannot be reached.
func TestSilent(t *testing.T) {
	stop := make(chan struct{})
	t.Cleanup(func() { close(stop) })
	target := targetOf(t, "ws://"+server(t, func(net.Conn, *http.Request) { <-stop })+"/ws")
	target.Timeout = 300 * time.Millisecond
	if h := live.Connect(context.Background(), target); h.Kind != probe.Silent || h.Failed() == nil ||
		!strings.Contains(h.Failed().Err, "no answer within 300ms") {
		t.Errorf("%+v", h)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := l.Addr().String()
	l.Close()
	r := &probe.Report{Handshake: live.Connect(context.Background(), targetOf(t, "ws://"+addr+"/ws"))}
	if h := r.Handshake; !r.Unreachable() || !strings.Contains(h.Why, "connection refused") || h.Failed().Hint == "" {
		t.Errorf("%+v", h)
	}
}

// TestNames: names that are not there, that have several addresses, and that were given one.
func TestNames(t *testing.T) {
	addr := netip.MustParseAddrPort(server(t, says(opens)))
	target := targetOf(t, fmt.Sprintf("ws://chat.example.com:%d/ws", addr.Port()))
	target.LookUp = func(context.Context, string) ([]netip.Addr, error) {
		return nil, &net.DNSError{Err: "no such host", Name: "x", IsNotFound: true}
	}
	r := &probe.Report{Handshake: live.Connect(context.Background(), target)}
	if h := r.Handshake; !r.Unreachable() || h.Why != "DNS: chat.example.com: no such name" {
		t.Errorf("%+v", h)
	}
	target.LookUp = func(context.Context, string) ([]netip.Addr, error) {
		return nil, errors.New("nobody may be asked")
	}
	target.Resolve = []live.Resolved{{Host: "Chat.example.com", Port: fmt.Sprint(addr.Port()), Addr: addr.Addr()}}
	if h := live.Connect(context.Background(), target); h.Kind != probe.Opened ||
		!strings.Contains(h.Steps[0].Text, "(--resolve)") {
		t.Errorf("%+v", h)
	}
	target.Resolve = nil
	target.LookUp = func(context.Context, string) ([]netip.Addr, error) {
		return []netip.Addr{netip.MustParseAddr("127.0.0.2"), addr.Addr()}, nil
	}
	h := live.Connect(context.Background(), target)
	if h.Kind != probe.Opened || !strings.Contains(h.Steps[1].More[0], "127.0.0.2") {
		t.Errorf("%+v", h)
	}
}

// certified is a listener for TLS, with a certificate for names that ends at a time, and who trusts it.
func certified(t testing.TB, name string, end time.Time, version uint16) (addr string, roots *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "a lab"},
		NotBefore: end.Add(-100 * 24 * time.Hour), NotAfter: end, IsCA: true, BasicConstraintsValid: true,
		DNSNames: []string{name}}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	made, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	roots = x509.NewCertPool()
	roots.AddCert(made)
	inner := server(t, says(opens))
	l, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{MaxVersion: version, NextProtos: []string{"h2", "http/1.1"},
		MinVersion: tls.VersionTLS10, Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go pipe(conn, inner)
		}
	}()
	return l.Addr().String(), roots
}

func pipe(conn net.Conn, to string) {
	defer conn.Close()
	back, err := net.Dial("tcp", to)
	if err != nil {
		return
	}
	defer back.Close()
	go io.Copy(back, conn)
	io.Copy(conn, back)
}

// TestTLS: versions, ALPN and the certificate are told, and what a browser would not accept is a failure.
func TestTLS(t *testing.T) {
	later := time.Now().Add(40*24*time.Hour + time.Hour)
	for _, c := range []struct {
		name, host string
		end        time.Time
		version    uint16
		trusted    bool
		insecure   bool
		kind       probe.Kind
		says       []string
	}{
		{"good", "chat.example.com", later, 0, true, false, probe.Opened,
			[]string{"TLS 1.3, ALPN http/1.1", "certificate for chat.example.com, issued by a lab", "in 40 days"}},
		{"TLS 1.2", "chat.example.com", later, tls.VersionTLS12, true, false, probe.Opened, []string{"TLS 1.2"}},
		{"TLS 1.1", "chat.example.com", later, tls.VersionTLS11, true, false, probe.Unreachable, []string{"TLS"}},
		{"expired", "chat.example.com", time.Now().Add(-time.Hour), 0, true, false, probe.Unreachable,
			[]string{"expired", "1006", "--insecure"}},
		{"for another name", "www.example.com", later, 0, true, false, probe.Unreachable,
			[]string{"the certificate is not for chat.example.com", "certificate for www.example.com"}},
		{"trusted by nobody", "chat.example.com", later, 0, false, false, probe.Unreachable, []string{"that is trusted"}},
		{"trusted by nobody, and nobody minds", "chat.example.com", later, 0, false, true, probe.Opened,
			[]string{"browsers fail this connection"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			addr, roots := certified(t, c.host, c.end, c.version)
			if !c.trusted {
				roots = x509.NewCertPool()
			}
			at := netip.MustParseAddrPort(addr)
			target := targetOf(t, fmt.Sprintf("wss://chat.example.com:%d/ws", at.Port()))
			target.Roots, target.Insecure = roots, c.insecure
			target.Resolve = []live.Resolved{{Host: "chat.example.com", Port: fmt.Sprint(at.Port()), Addr: at.Addr()}}
			r := &probe.Report{URL: target.URL, Handshake: live.Connect(context.Background(), target)}
			out := strings.Join(strings.Fields(text(t, r)), " ")
			if r.Handshake.Kind != c.kind {
				t.Errorf("%s", r.Handshake.Kind)
			}
			for _, s := range c.says {
				if !strings.Contains(out, s) {
					t.Errorf("nothing says %q:\n%s", s, out)
				}
			}
		})
	}
	target := targetOf(t, "wss://"+server(t, says("HTTP/1.1 400 Bad Request\n\n"))+"/ws")
	if h := live.Connect(context.Background(), target); h.Kind != probe.Unreachable ||
		!strings.Contains(h.Failed().Hint, "plain HTTP") {
		t.Errorf("TLS to a plain port: %+v", h)
	}
}

// TestProxy: the way through an HTTP proxy, its refusals, and that its password is told nobody.
func TestProxy(t *testing.T) {
	back := server(t, says(opens))
	front := server(t, func(conn net.Conn, r *http.Request) {
		switch {
		case r.Method != http.MethodConnect:
			io.WriteString(conn, "HTTP/1.1 405 no\r\n\r\n")
		case r.Header.Get("Proxy-Authorization") != "Basic dXNlcjpzd29yZGZpc2g=":
			password := ""
			if auth, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(r.Header.Get("Proxy-Authorization"),
				"Basic ")); err == nil {
				password = string(auth)
			}
			io.WriteString(conn, "HTTP/1.1 407 not with "+password+"\r\nContent-Length: 0\r\n\r\n")
		default:
			io.WriteString(conn, "HTTP/1.1 200 Connection established\r\n\r\n")
			pipe(conn, r.Host)
		}
	})
	for user, kind := range map[string]probe.Kind{
		"": probe.Unreachable, "user:swordfish@": probe.Opened, "somebody:swordfish@": probe.Unreachable,
	} {
		target := targetOf(t, "ws://"+back+"/ws")
		var err error
		if target.Proxy, err = live.ProxyFor("http://"+user+front, target.Request); err != nil {
			t.Fatal(err)
		}
		r := &probe.Report{URL: target.Shown(), Handshake: live.Connect(context.Background(), target)}
		out := text(t, r)
		if r.Handshake.Kind != kind || !strings.Contains(out, "  proxy ") || strings.Contains(out, "swordfish") {
			t.Errorf("%s\n%s", r.Handshake.Kind, out)
		}
	}
	for _, bad := range []string{"https://proxy:3128", "socks5://proxy", "http://", "::"} {
		if u, err := live.ProxyFor(bad, targetOf(t, "ws://a/").Request); err == nil {
			t.Errorf("%s is taken for %v", bad, u)
		}
	}
}

// TestSecrets: what was sent as a secret is told nobody, though an error page repeats it.
func TestSecrets(t *testing.T) {
	addr := server(t, func(conn net.Conn, r *http.Request) {
		fmt.Fprintf(conn, "HTTP/1.1 403 %s\r\nSet-Cookie: sid=%s\r\nLocation: /login?back=%s\r\n\r\nno: %s %s %s",
			r.URL.Query().Get("token"), "cookiesecret", url.QueryEscape(r.RequestURI), r.RequestURI, r.Header.Get("Cookie"),
			r.Header.Get("Authorization"))
	})
	at := "ws://" + addr + "/ws?room=lobby&token=tokensecret"
	q, err := lint.Handshake{URL: at, Browser: "chrome", Headers: []lint.Header{
		{Name: "Cookie", Value: "sid=cookiesecret; theme=darkblue"}, {Name: "Authorization", Value: "Bearer bearersecret"},
	}}.Request()
	if err != nil {
		t.Fatal(err)
	}
	target := targetOf(t, at)
	target.Request = q
	r := &probe.Report{URL: target.Shown(), Handshake: live.Connect(context.Background(), target)}
	var b strings.Builder
	if err := report.ProbeJSON(&b, r); err != nil {
		t.Fatal(err)
	}
	for _, out := range []string{text(t, r), b.String()} {
		if strings.Contains(out, "secret") || !strings.Contains(out, "room=lobby") {
			t.Errorf("secrets are told:\n%s", out)
		}
	}
}

// TestCompressed: error pages come compressed to who says that it takes that.
func TestCompressed(t *testing.T) {
	target := targetOf(t, "ws://"+server(t, says("HTTP/1.1 502 Bad\nContent-Encoding: br\n\n\x8b\x01"))+"/ws")
	h := live.Connect(context.Background(), target)
	if h.Answer == nil || len(h.Answer.Body) != 1 || h.Answer.Body[0] != "(compressed: br)" {
		t.Errorf("%+v", h.Answer)
	}
}

// TestOrder: the header lines come in the order in which browsers send them. Measured: Chromium 156, Firefox 153.
func TestOrder(t *testing.T) {
	const general = "Host Connection Pragma Cache-Control User-Agent Upgrade Origin Sec-WebSocket-Version " +
		"Accept-Encoding Accept-Language Cookie Sec-WebSocket-Key Sec-WebSocket-Extensions Sec-WebSocket-Protocol"
	for browser, want := range map[string]string{
		"chrome": general,
		"firefox": "Host User-Agent Accept Accept-Language Accept-Encoding Sec-WebSocket-Version Origin " +
			"Sec-WebSocket-Protocol Sec-WebSocket-Extensions Sec-WebSocket-Key Connection Cookie Sec-Fetch-Dest " +
			"Sec-Fetch-Mode Sec-Fetch-Site Pragma Cache-Control Upgrade",
	} {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { l.Close() })
		got := make(chan []string, 1)
		go func() {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			defer conn.Close()
			var names []string
			r := bufio.NewScanner(conn)
			for r.Scan() && r.Text() != "" {
				if name, _, ok := strings.Cut(r.Text(), ": "); ok {
					names = append(names, name)
				}
			}
			got <- names
		}()
		target := targetOf(t, "ws://"+l.Addr().String()+"/ws")
		q, err := lint.Handshake{URL: target.URL, Browser: browser, Subprotocols: []string{"p", "q"},
			Headers: []lint.Header{{Name: "Cookie", Value: "a=b"}}}.Request()
		if err != nil {
			t.Fatal(err)
		}
		target.Request, target.Browser = q, browser
		live.Connect(context.Background(), target)
		if names := strings.Join(<-got, " "); names != want {
			t.Errorf("%s: %s", browser, names)
		}
	}
}
