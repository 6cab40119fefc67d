package oracle

import (
	"bufio"
	"cmp"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/wslint/wslint/hop"
)

// An answer is what a handshake brought.
type answer struct {
	conn   net.Conn // the open tunnel, else nil
	r      *bufio.Reader
	opened time.Time
	// Open, Refused (a 101 that browsers refuse), AnsweredByProxy (any other status), ClosedByProxy, HangsForever
	kind   hop.OutcomeKind
	status int
	lines  []Line
	why    string
}

// handshake sends d and waits for the answer as a browser would, but without following redirects, which browsers do
// not follow here.
func handshake(d dial, patience time.Duration) answer {
	network, addr := "tcp", d.addr
	if strings.HasPrefix(addr, "unix:") {
		network, addr = "unix", addr[5:]
	}
	dialer := net.Dialer{Timeout: patience}
	if d.from != "" && network == "tcp" {
		dialer.LocalAddr = &net.TCPAddr{IP: net.ParseIP(d.from)}
	}
	conn, err := dialer.Dial(network, addr)
	if err != nil {
		return answer{kind: hop.ClosedByProxy, why: err.Error()}
	}
	conn.SetDeadline(time.Now().Add(patience))
	a := exchange(&conn, d)
	if a.kind != hop.Open {
		conn.Close()
		return a
	}
	conn.SetDeadline(time.Time{})
	a.conn = conn
	return a
}

// exchange sends the request over conn, which becomes a TLS connection when d says so, and reads the answer.
func exchange(conn *net.Conn, d dial) answer {
	if d.proxyHeader {
		port := func(a net.Addr) string { _, p, _ := net.SplitHostPort(a.String()); return p }
		fmt.Fprintf(
			*conn,
			"PROXY TCP4 %s 127.0.0.1 %s %s\r\n",
			cmp.Or(d.from, "127.0.0.1"),
			port((*conn).LocalAddr()),
			port((*conn).RemoteAddr()),
		)
	}
	if d.tls {
		// Whether the certificate is good is not nginx's to decide, and the lab's is not.
		secure := tls.Client(*conn, &tls.Config{ServerName: d.name, NextProtos: d.alpn, InsecureSkipVerify: true})
		if err := secure.Handshake(); err != nil {
			return noAnswer(err, "TLS: ")
		}
		*conn = secure
		if secure.ConnectionState().NegotiatedProtocol == "h2" {
			return answer{kind: hop.ClosedByProxy, why: "h2 was negotiated"}
		}
	}
	head := d.method + " " + d.target + " HTTP/" + d.proto + "\r\n"
	for _, l := range d.lines {
		head += l.Name + ": " + l.Value + "\r\n"
	}
	if _, err := (*conn).Write([]byte(head + "\r\n")); err != nil {
		return noAnswer(err, "")
	}
	r := bufio.NewReader(*conn)
	first, lines, err := readHead(r)
	early := false
	for err == nil && strings.HasPrefix(first, "HTTP/1.1 103") {
		early = true
		first, lines, err = readHead(r)
	}
	if err != nil {
		return noAnswer(err, "")
	}
	a := answer{r: r, opened: time.Now(), lines: lines}
	fields := strings.Fields(first)
	if len(fields) < 2 || !strings.HasPrefix(fields[0], "HTTP/") {
		a.kind, a.why = hop.ClosedByProxy, fmt.Sprintf("the answer begins with %q", first)
		return a
	}
	a.status, _ = strconv.Atoi(fields[1])
	if a.status != 101 {
		a.kind = hop.AnsweredByProxy
		return a
	}
	a.kind = hop.Open
	if a.why = d.check(lines); a.why == "" && early && !d.firefox {
		a.why = "a 103 came before the 101" // law B5
	}
	if a.why != "" {
		a.kind = hop.Refused
	}
	return a
}

func noAnswer(err error, context string) answer {
	a := answer{kind: hop.ClosedByProxy, why: context + err.Error()}
	if errors.Is(err, os.ErrDeadlineExceeded) {
		a.kind = hop.HangsForever
	}
	return a
}

// check finds what a browser dislikes in the header of a 101, "" when nothing. Measured: laws B1, B2, R1 to R3.
func (d dial) check(lines []Line) string {
	upgrade, connection := values(lines, "Upgrade"), values(lines, "Connection")
	accepts, protocols := values(lines, "Sec-WebSocket-Accept"), values(lines, "Sec-WebSocket-Protocol")
	extensions := values(lines, "Sec-WebSocket-Extensions")
	some := d.firefox && slices.Contains(hop.Tokens(upgrade), "websocket")
	switch {
	case !some && (len(upgrade) != 1 || !strings.EqualFold(upgrade[0], "websocket")):
		return fmt.Sprintf("Upgrade of the 101 is %q", upgrade)
	case !slices.Contains(hop.Tokens(connection), "upgrade"):
		return fmt.Sprintf("Connection of the 101 is %q", connection)
	case len(accepts) != 1 || accepts[0] != accept(key):
		return fmt.Sprintf("Sec-WebSocket-Accept of the 101 is %q", accepts)
	case len(extensions) > 1 || len(extensions) == 1 && !strings.HasPrefix(extensions[0], "permessage-deflate"):
		return fmt.Sprintf("Sec-WebSocket-Extensions of the 101 is %q", extensions)
	case d.firefox && (len(d.protocols) == 0 || len(protocols) == 0):
		return ""
	case len(protocols) > 1 || len(protocols) == 1 && !slices.Contains(d.protocols, protocols[0]):
		return fmt.Sprintf("Sec-WebSocket-Protocol of the 101 is %q", protocols)
	case len(protocols) == 0 && len(d.protocols) > 0:
		return "the 101 names no Sec-WebSocket-Protocol"
	}
	return ""
}
