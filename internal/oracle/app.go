package oracle

import (
	"bufio"
	"cmp"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"sync"
	"testing"
	"time"
)

// A Kind is what an application does with connections.
type Kind uint8

const (
	WebSocket Kind = iota // a WebSocket server; it also answers uwsgi, scgi and TLS, whatever comes
	Dead                  // nothing listens
	Silent                // reads and never answers
	Slams                 // closes every connection at once
)

// GateHangs is the status of a service that never answers.
const GateHangs = -1

// An App is an application behind the proxy. The zero App is a WebSocket server.
type App struct {
	Kind       Kind
	Status     int           // answers every request with this status instead, like an authentication service
	Header     []string      // more lines for its 101: "Set-Cookie: a=b"
	Delay      time.Duration // before it answers
	NoProtocol bool          // never chooses a subprotocol
	PlainOnly  bool          // does not understand TLS
	// understands TLS only, so; nil takes TLS and plain text as it comes. The lab adds the certificate.
	TLS         *tls.Config
	PROXYHeader bool // expects a PROXY protocol header of either version
	Gate        bool // is an authentication service that answers as the probe says: Probe.Gates
}

// A stage is what all applications of a lab share: how they behave for the present probe, and what they have received.
type stage struct {
	mu       sync.Mutex
	lenient  bool
	talk     Talk
	hints    bool
	gates    map[string]int // how the services behind gates answer, by lab address
	arrivals []*Arrival
}

// set prepares the applications for the next handshake.
func (s *stage) set(lenient bool, p Probe) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lenient, s.talk, s.gates, s.hints, s.arrivals = lenient, p.Server, p.Gates, p.Hints, nil
}

// hinted reports whether applications send a 103 first.
func (s *stage) hinted() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.hints
}

// gate is how the service at a lab address answers: it lets pass unless the probe says something else.
func (s *stage) gate(addr string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return cmp.Or(s.gates[addr], 204)
}

func (s *stage) add(a *Arrival) (lenient bool, talk Talk) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.arrivals = append(s.arrivals, a)
	return s.lenient, s.talk
}

func (s *stage) list() []*Arrival {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]*Arrival(nil), s.arrivals...)
}

// startApp starts the application for an original upstream address and returns its lab address.
func (l *Lab) startApp(t testing.TB, original string, app App) (string, error) {
	network, at := "tcp", "127.0.0.1:0"
	lab := ""
	if strings.HasPrefix(original, "unix:") {
		lab = l.socketPath()
		network, at = "unix", lab[5:]
	}
	listener, err := net.Listen(network, at)
	if err != nil {
		return "", err
	}
	if network == "unix" {
		// Workers of a proxy may be another user.
		os.Chmod(at, 0o777)
	} else {
		lab = listener.Addr().String()
	}
	s := &appServer{lab: l, app: app, original: original, addr: lab, open: map[net.Conn]bool{}, quit: make(chan struct{})}
	go s.accept(listener)
	t.Cleanup(func() {
		listener.Close()
		s.closeAll()
	})
	return lab, nil
}

type appServer struct {
	lab            *Lab
	app            App
	original, addr string

	mu     sync.Mutex
	open   map[net.Conn]bool
	closed bool
	quit   chan struct{}
}

func (s *appServer) accept(l net.Listener) {
	for {
		conn, err := l.Accept()
		if err != nil {
			return
		}
		s.mu.Lock()
		s.open[conn] = true
		if s.closed {
			conn.Close()
		}
		s.mu.Unlock()
		go func() {
			defer func() {
				conn.Close()
				s.mu.Lock()
				delete(s.open, conn)
				s.mu.Unlock()
			}()
			s.serve(conn)
		}()
	}
}

func (s *appServer) closeAll() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	close(s.quit)
	for conn := range s.open {
		conn.Close()
	}
}

// serve answers one connection; every request gets a connection of its own.
func (s *appServer) serve(conn net.Conn) {
	if s.app.Kind == Slams {
		return
	}
	a := &Arrival{App: s.original, Addr: s.addr, ended: make(chan struct{})}
	defer close(a.ended)
	r := bufio.NewReader(conn)
	if s.app.PROXYHeader {
		line, err := readPROXY(r)
		if err != nil {
			return
		}
		a.PROXY = line
	}
	first, err := r.Peek(1)
	if err != nil {
		return
	}
	isTLS := first[0] == 0x16
	if isTLS && s.app.PlainOnly {
		// HTTP servers give up at the first byte, not at the end of a line that never comes.
		io.WriteString(conn, "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n")
		return
	}
	if s.app.TLS != nil || isTLS {
		secure := tls.Server(&peeked{conn, r}, s.tlsConfig())
		if secure.Handshake() != nil {
			return
		}
		a.TLS, a.SNI = true, secure.ConnectionState().ServerName
		conn, r = secure, bufio.NewReader(secure)
		if first, err = r.Peek(1); err != nil {
			return
		}
	}
	if err := a.read(r, first[0]); err != nil {
		if errors.Is(err, io.EOF) {
			return
		}
		a.Faults = []string{err.Error()}
	}
	s.answer(conn, r, a)
}

func (s *appServer) tlsConfig() *tls.Config {
	c := &tls.Config{}
	if s.app.TLS != nil {
		c = s.app.TLS.Clone()
	}
	c.Certificates = append(c.Certificates, s.lab.cert.pair)
	return c
}

func (s *appServer) answer(conn net.Conn, r *bufio.Reader, a *Arrival) {
	lenient, talk := s.lab.stage.add(a)
	if s.app.Kind == Silent {
		io.Copy(io.Discard, r)
		return
	}
	time.Sleep(s.app.Delay)
	if len(a.Faults) == 0 {
		a.Faults = a.faults(lenient)
	}
	status := s.app.Status
	if s.app.Gate {
		if status = s.lab.stage.gate(s.addr); status == GateHangs {
			io.Copy(io.Discard, r)
			return
		}
	}
	switch {
	case status != 0:
		a.setStatus(status)
		fmt.Fprintf(conn, "HTTP/1.1 %d Lab\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", status)
		return
	case len(a.Faults) > 0:
		a.setStatus(400)
		why := strings.Join(a.Faults, "; ")
		fmt.Fprintf(conn, "HTTP/1.1 400 Bad Request\r\nX-Refused: %s\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", why)
		return
	}
	a.setStatus(101)
	head := ""
	if s.lab.stage.hinted() {
		head = "HTTP/1.1 103 Early Hints\r\nLink: </app.css>; rel=preload\r\n\r\n"
	}
	head += "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: " +
		accept(a.value("Sec-WebSocket-Key")) + "\r\n"
	if p := a.value("Sec-WebSocket-Protocol"); p != "" && !s.app.NoProtocol {
		first, _, _ := strings.Cut(p, ",")
		head += "Sec-WebSocket-Protocol: " + strings.TrimSpace(first) + "\r\n"
	}
	for _, line := range s.app.Header {
		head += line + "\r\n"
	}
	if _, err := io.WriteString(conn, head+"\r\n"); err != nil {
		return
	}
	a.End = (&tunnel{conn: conn, r: r, talk: talk, start: time.Now(), quit: s.quit}).run()
}

// peeked is a connection of which a reader has already taken some bytes.
type peeked struct {
	net.Conn
	r *bufio.Reader
}

func (p *peeked) Read(b []byte) (int, error) { return p.r.Read(b) }
