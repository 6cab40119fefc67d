package main

import (
	"crypto/sha1"
	"encoding/base64"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"
	"time"
)

// sockets is a server with a certificate that no browser accepts: it takes every handshake, and closes a connection on
// which nothing comes for a second. seen are the requests.
func sockets(t *testing.T) (addr string, seen func() []*http.Request) {
	t.Helper()
	var mu sync.Mutex
	var requests []*http.Request
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		requests = append(requests, r)
		mu.Unlock()
		conn, rw, err := http.NewResponseController(w).Hijack()
		if err != nil {
			return
		}
		defer conn.Close()
		sum := sha1.Sum([]byte(r.Header.Get("Sec-WebSocket-Key") + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"))
		rw.WriteString("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
			"Sec-WebSocket-Accept: " + base64.StdEncoding.EncodeToString(sum[:]) + "\r\n")
		if p := r.Header.Get("Sec-WebSocket-Protocol"); p != "" {
			rw.WriteString("Sec-WebSocket-Protocol: " + p + "\r\n")
		}
		rw.WriteString("\r\n")
		rw.Flush()
		buffer := make([]byte, 512)
		for {
			conn.SetReadDeadline(time.Now().Add(time.Second))
			if _, err := rw.Read(buffer); err != nil {
				return
			}
		}
	}))
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.StartTLS()
	t.Cleanup(s.Close)
	return s.Listener.Addr().String(), func() []*http.Request {
		mu.Lock()
		defer mu.Unlock()
		return requests
	}
}

// TestProbeFlags: what the command line says is what arrives.
func TestProbeFlags(t *testing.T) {
	addr, seen := sockets(t)
	_, port, _ := net.SplitHostPort(addr)
	t.Chdir(t.TempDir())
	url := "wss://chat.example.com:" + port + "/ws"
	args := []string{"probe", "--resolve", "chat.example.com:" + port + ":127.0.0.1", "--timeout", "20s"}
	if code, out, _ := runMain("", append(args, url)...); code != exitIncomplete || !strings.Contains(out, "certificate") {
		t.Errorf("a certificate that nobody accepts: %d\n%s", code, out)
	}
	args = append(args, "--insecure", "--origin", "https://other.example.com", "--subprotocol", "chat.v2",
		"--cookie", "session=swordfish")
	code, out, stderr := runMain("", append(args, url)...)
	list := seen()
	if code != exitClean || len(list) == 0 {
		t.Fatalf("%d, %d requests\n%s%s", code, len(list), out, stderr)
	}
	h := list[len(list)-1].Header
	if h.Get("Origin") != "https://other.example.com" || h.Get("Sec-WebSocket-Protocol") != "chat.v2" ||
		h.Get("Cookie") != "session=swordfish" {
		t.Errorf("what arrives is %v", h)
	}
	if strings.Contains(out, "swordfish") {
		t.Errorf("the cookie is told:\n%s", out)
	}
	code, out, stderr = runMain("", append(args, "--idle", "10s", "--every", "none", "--write", "--hop", "front", url)...)
	written, err := os.ReadFile(".wslint.yaml")
	if code != exitClean || err != nil || !strings.HasPrefix(string(written), "hops:\n  front: {idle: 1s} # measured ") {
		t.Errorf("%d, %v\n%s%s%s", code, err, written, out, stderr)
	}
}
