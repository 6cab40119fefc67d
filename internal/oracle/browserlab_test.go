//go:build unix

package oracle

import (
	"bufio"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"maps"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	neturl "net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// A browserLab is the servers that a browser meets: pages that open WebSockets one after the other and tell what they
// saw, and what answers these.
type browserLab struct {
	base, secure, tunnel string // origins: plain, TLS with HTTP/2, and HAProxy with WebSockets over HTTP/2
	proxy                string // where everything that is not on the loopback is sent
	trusted              []string
	cert                 tls.Certificate
	pages                []string          // the addresses of the pages, in their order
	places               *strings.Replacer // what stands for addresses in the URLs of cases

	mu      sync.Mutex
	results map[string]string        // what the page saw, by case
	heard   map[string]string        // what the server saw of the end of a connection
	sent    map[string]*http.Request // the handshakes
	offered map[string][]string      // ALPN of the ClientHello, by the client's address
	others  map[string]bool
	ended   map[string]chan struct{}
	done    chan struct{}
}

func newBrowserLab(t *testing.T) *browserLab {
	l := &browserLab{
		results: map[string]string{}, heard: map[string]string{}, sent: map[string]*http.Request{},
		offered: map[string][]string{}, others: map[string]bool{}, ended: map[string]chan struct{}{},
		done: make(chan struct{}),
	}
	for _, c := range browserCases {
		l.ended[c.name] = make(chan struct{})
	}
	cert, err := labCertificate()
	if err != nil {
		t.Fatal(err)
	}
	l.cert = cert.pair
	serve := func(h http.Handler, c *tls.Config) string {
		s := httptest.NewUnstartedServer(h)
		s.Config.ErrorLog = log.New(io.Discard, "", 0) // browsers hang up
		if c == nil {
			s.Start()
		} else {
			s.EnableHTTP2, s.TLS = true, c
			s.StartTLS()
		}
		t.Cleanup(s.Close)
		return s.URL
	}
	l.base = serve(l, nil)
	l.secure = serve(l, &tls.Config{GetConfigForClient: func(hello *tls.ClientHelloInfo) (*tls.Config, error) {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.offered[hello.Conn.RemoteAddr().String()] = hello.SupportedProtos
		return &tls.Config{Certificates: []tls.Certificate{l.cert}, NextProtos: []string{"h2", "http/1.1"}}, nil
	}})
	strange := strings.TrimPrefix(serve(l, &tls.Config{Certificates: []tls.Certificate{stranger(t)}}), "https://")
	l.proxy = strings.TrimPrefix(serve(http.HandlerFunc(l.nowhere), nil), "http://")
	l.trusted = []string{strings.TrimPrefix(l.secure, "https://")}
	l.pages = []string{l.base + "/page/plain", l.secure + "/page/secure"}
	if l.tunnel = l.haproxy(t, cert); l.tunnel != "" {
		l.trusted = append(l.trusted, strings.TrimPrefix(l.tunnel, "https://"))
		l.pages = append(l.pages, l.tunnel+"/page/h2")
	}
	plain := strings.TrimPrefix(l.base, "http://")
	l.places = strings.NewReplacer("{plain}", plain, "{strange}", strange, "{closed}", closedPort(t))
	return l
}

func (l *browserLab) first() string { return l.pages[0] }

// stranger is a certificate that nobody trusts.
func stranger(t *testing.T) tls.Certificate {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: "stranger"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

func closedPort(t *testing.T) string {
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closed.Close()
	return closed.Addr().String()
}

// haproxy starts one that announces WebSockets over HTTP/2; "" where there is none.
func (l *browserLab) haproxy(t *testing.T, c certificate) string {
	program := ""
	t.Run("haproxy", func(t *testing.T) { program = FindHAProxy(t).Path })
	if program == "" {
		return ""
	}
	at, dir := closedPort(t), t.TempDir()
	os.WriteFile(filepath.Join(dir, "lab.pem"), []byte(c.certPEM+c.keyPEM), 0o600)
	config := filepath.Join(dir, "haproxy.cfg")
	os.WriteFile(config, fmt.Appendf(nil, `defaults
  mode http
  timeout connect 5s
  timeout client 30s
  timeout server 30s
frontend f
  bind %s ssl crt %s alpn h2,http/1.1
  http-request set-header X-Version %%[req.ver]
  http-request set-header X-Key %%[req.hdr(Sec-WebSocket-Key)]
  default_backend b
backend b
  server s %s
`, at, filepath.Join(dir, "lab.pem"), strings.TrimPrefix(l.base, "http://")), 0o600)
	up := func() bool {
		conn, err := net.Dial("tcp", at)
		if err == nil {
			conn.Close()
		}
		return err == nil
	}
	same := func(s string) string { return s }
	if _, err := (&Lab{}).run(t, exec.Command(program, "-f", config), syscall.SIGHUP, same, up); err != nil {
		t.Fatal(err)
	}
	return "https://" + at
}

// ServeHTTP gives out the pages, takes their results and answers their WebSockets.
func (l *browserLab) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	kind, name, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	switch kind {
	case "page":
		l.page(w, name)
	case "frame":
		fmt.Fprintf(w, "<script>new WebSocket('/ws/%s').onopen = () => parent.postMessage('open', '*')</script>",
			neturl.PathEscape(name))
	case "ended": // answers when the server has seen the end of that case
		select {
		case <-l.ended[name]:
		case <-time.After(3 * time.Second):
		}
	case "login":
		if _, _, ok := r.BasicAuth(); !ok {
			w.Header().Set("WWW-Authenticate", `Basic realm="lab"`)
			w.WriteHeader(401)
		}
	case "result":
		body, _ := io.ReadAll(r.Body)
		l.mu.Lock()
		l.results[name] = string(body)
		l.mu.Unlock()
	case "next":
		i := slices.IndexFunc(l.pages, func(p string) bool { return strings.HasSuffix(p, "/"+name) })
		if i+1 < len(l.pages) {
			io.WriteString(w, l.pages[i+1])
			return
		}
		close(l.done)
	case "ws":
		l.socket(w, r, name)
	default:
		w.WriteHeader(404)
	}
}

// page is the script that goes through the cases of one page.
func (l *browserLab) page(w http.ResponseWriter, name string) {
	type script struct {
		Name, URL, Before, Then string
		Ask                     []string
		Frame, Waits            bool
	}
	list := []script{}
	for _, c := range browserCases {
		if c.page != name && (c.page != "" || name != "plain") {
			continue
		}
		url := c.url
		if url == "" {
			url = "/ws/" + neturl.PathEscape(c.name)
		}
		list = append(list, script{c.name, l.places.Replace(url), c.before, c.then, c.ask, c.frame, c.waits()})
	}
	cases, _ := json.Marshal(list)
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	fmt.Fprintf(w, pageScript, cases, name)
}

const pageScript = `<!doctype html><title>lab</title><script>
const frame = c => new Promise(done => {
	const f = document.createElement("iframe");
	onmessage = () => { f.src = "about:blank"; fetch("/ended/" + encodeURIComponent(c.Name)).then(() => done("left")) };
	f.src = "/frame/" + encodeURIComponent(c.Name);
	document.body.append(f);
});
const socket = c => new Promise(done => {
	const said = [];
	let ws;
	const end = text => { clearTimeout(timer); said.push(text); done(said.join(", ")) };
	const timer = setTimeout(() => { end("nothing"); ws.onclose = null; ws.close() }, 4000);
	try { ws = new WebSocket(new URL(c.URL, location.href.replace("http", "ws")), c.Ask || []) }
	catch (e) { return end("throws " + e.name) }
	ws.onopen = () => {
		said.push(["open", ws.protocol, ws.extensions].filter(s => s).join(" "));
		if (c.Waits) ws.send("open");
		try { if (c.Then) new Function("ws", c.Then)(ws) } catch (e) { said.push("throws " + e.name); ws.close() }
	};
	ws.onmessage = m => said.push("message " + m.data);
	ws.onclose = e => end([e.code, e.wasClean ? "clean" : "", e.reason].filter(s => s).join(" "));
});
onload = async () => {
	for (const c of %s) {
		if (c.Before) await new (async () => {}).constructor(c.Before)();
		await fetch("/result/" + encodeURIComponent(c.Name), {method: "POST", body: await (c.Frame ? frame(c) : socket(c))});
	}
	const next = await (await fetch("/next/%s")).text();
	if (next) location = next;
};
</script><body>`

// socket answers the handshake of a case with the bytes that it says, and does what it says with the connection.
func (l *browserLab) socket(w http.ResponseWriter, r *http.Request, name string) {
	i := slices.IndexFunc(browserCases, func(c browserCase) bool { return c.name == name })
	if i < 0 {
		l.hear(name, "asked for")
		w.WriteHeader(404)
		return
	}
	c := browserCases[i]
	l.mu.Lock()
	again := l.sent[name] != nil
	l.sent[name] = r
	offered := l.offered[r.RemoteAddr]
	l.mu.Unlock()
	if again {
		name += " again"
	}
	conn, rw, err := http.NewResponseController(w).Hijack()
	if err != nil {
		l.hear(name, "no connection of its own: "+r.Proto)
		return
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(10 * time.Second))
	reply := c.reply
	if strings.HasPrefix(c.name, "page's credentials") && r.Header.Get("Authorization") == "" {
		reply = "HTTP/1.1 401 Unauthorized\nWWW-Authenticate: Basic realm=\"lab\"\nContent-Length: 0\n\n"
	}
	reply = strings.ReplaceAll(reply, "{accept}", accept(r.Header.Get("Sec-WebSocket-Key")))
	io.WriteString(conn, strings.ReplaceAll(reply, "\n", "\r\n"))
	if c.waits() {
		readMasked(rw.Reader) // the page says that it has seen it open
	}
	if c.do != nil {
		c.do(conn)
	}
	heard := ended(rw.Reader)
	if c.do == nil && strings.HasPrefix(heard, "close") {
		conn.Write(frame(opClose, nil, false))
	}
	if c.page == "secure" {
		heard = strings.Join(offered, " ")
	}
	l.hear(name, heard)
	if !again {
		close(l.ended[name])
	}
}

// ended reads to the end of a connection and says which close code came, and whether a pong did.
func ended(r *bufio.Reader) string {
	var list []string
	for {
		op, payload, err := readMasked(r)
		switch {
		case err != nil && len(list) == 0:
			return "nothing"
		case err != nil:
			return strings.Join(list, ", ")
		case op == opPong:
			list = append(list, "pong "+string(payload))
		case op == opClose && len(payload) < 2:
			return strings.Join(append(list, "close"), ", ")
		case op == opClose:
			return strings.Join(append(list, fmt.Sprint("close ", binary.BigEndian.Uint16(payload))), ", ")
		}
	}
}

// readMasked reads a frame of a real client, whose masks are no zeros.
func readMasked(r *bufio.Reader) (op byte, payload []byte, err error) {
	head, err := r.Peek(6)
	if err != nil || head[1]&0x80 == 0 || head[1]&0x7f > 125 {
		return 0, nil, io.ErrUnexpectedEOF
	}
	mask := slices.Clone(head[2:])
	op, payload, err = readFrame(r)
	for i := range payload {
		payload[i] ^= mask[i%4]
	}
	return op, payload, err
}

func (l *browserLab) hear(name, what string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.heard[name] = what
}

// nowhere is the proxy for everything that is not on the loopback.
func (l *browserLab) nowhere(w http.ResponseWriter, r *http.Request) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.others[r.Host] = true
	w.WriteHeader(502)
}

func (l *browserLab) outside() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Sorted(maps.Keys(l.others))
}

func (l *browserLab) seen() map[string]string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return maps.Clone(l.results)
}

// wait reports whether the last page came to its end.
func (l *browserLab) wait(ctx context.Context) bool {
	select {
	case <-l.done:
		return true
	case <-ctx.Done():
		return false
	}
}
