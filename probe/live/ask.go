package live

import (
	"bufio"
	"crypto/rand"
	"crypto/sha1"
	"encoding/base64"
	"errors"
	"fmt"
	"maps"
	"net"
	"net/textproto"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/wslint/wslint/catalog"
	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/probe"
)

// ask sends the handshake and reads the answer; the connection is nil unless the browser opens it.
func (d *dialer) ask(conn net.Conn) (*connection, error) {
	key := newKey()
	head := d.request(key)
	err := d.step(probe.Sent, func(s *probe.Step) error {
		s.Text = fmt.Sprintf("%s %s HTTP/1.1, as %s sends it", d.Request.Method, d.Request.Target, d.Browser)
		conn.SetDeadline(time.Now().Add(d.Timeout))
		_, err := conn.Write([]byte(head))
		if err != nil {
			d.h.Kind, s.Err = probe.Closed, "the server "+endText(err)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	r := bufio.NewReader(conn)
	err = d.step(probe.Answered, func(s *probe.Step) error { return d.read(r, s) })
	if err != nil {
		return nil, err
	}
	opened := time.Now()
	conn.SetDeadline(time.Time{})
	if d.judge(Accept(key)); d.h.Kind != probe.Opened {
		d.h.By = catalog.AnsweredBy(d.h.Answer.Body)
		return nil, errors.New(d.h.Why)
	}
	return &connection{conn: conn, r: r, opened: opened}, nil
}

// read takes the answer.
func (d *dialer) read(r *bufio.Reader, s *probe.Step) error {
	a, err := readAnswer(r)
	d.h.Kind = probe.Other
	var garbled *garbledError
	var timeout net.Error
	switch {
	case errors.As(err, &garbled):
		d.h.Kind, s.Err, s.Hint = probe.Garbled, garbled.Error(), garbled.hint()
	case errors.As(err, &timeout) && timeout.Timeout():
		d.h.Kind, s.Err = probe.Silent, "no answer within "+hop.FormatDuration(d.Timeout)
		s.Hint = "the application, or a hop in front of it, takes the request and does not answer; --timeout waits longer"
	case err != nil:
		d.h.Kind, s.Err = probe.Closed, "the connection ends without an answer: the server "+endText(err)
		s.Hint = "it may expect a PROXY protocol header, TLS (wss:), or have crashed: read its log"
	default:
		d.h.Answer, s.Text = &a.Answer, a.Line
		d.h.Signs = signsOf(d.h.Answer)
	}
	return err
}

// signsOf are what the header lines of an answer show of the hops that it passed.
func signsOf(a *probe.Answer) (signs []catalog.Sign) {
	for _, h := range a.Header {
		for _, s := range catalog.SignsOf(h.Name, h.Value) {
			if !slices.ContainsFunc(signs, func(o catalog.Sign) bool { return o.Hop == s.Hop && o.Header == s.Header }) {
				signs = append(signs, s)
			}
		}
	}
	return signs
}

// judge says what browsers make of the answer.
func (d *dialer) judge(accept string) {
	a := d.h.Answer
	if a.Status != 101 {
		d.h.Kind, d.h.Why = probe.Other, "the answer is "+a.Line
		return
	}
	got := hop.Received{Proto: a.Proto, Early: len(a.Early) > 0, Header: map[string][]string{}, Accept: accept}
	for _, h := range a.Header {
		name := textproto.CanonicalMIMEHeaderKey(h.Name)
		got.Header[name] = append(got.Header[name], h.Value)
	}
	for _, b := range append([]string{d.Browser}, d.Others...) {
		d.h.Verdicts = append(d.h.Verdicts, probe.Verdict{Browser: b, Why: d.Request.Refuses(b, got)})
	}
	d.h.Kind, d.h.Why = probe.Opened, d.h.Verdicts[0].Why
	if d.h.Why != "" {
		d.h.Kind = probe.Refused
	}
}

// newKey is a Sec-WebSocket-Key, another one for every handshake.
func newKey() string {
	b := make([]byte, 16)
	rand.Read(b)
	return base64.StdEncoding.EncodeToString(b)
}

// Accept is the Sec-WebSocket-Accept that fits a key (RFC 6455 section 4.2.2).
func Accept(key string) string {
	sum := sha1.Sum([]byte(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"))
	return base64.StdEncoding.EncodeToString(sum[:])
}

// request is the head of the handshake. Servers and firewalls see it in the order in which browsers send it.
func (d *dialer) request(key string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s HTTP/1.1\r\n", d.Request.Method, d.Request.Target)
	names := slices.Sorted(maps.Keys(d.Request.Header))
	order := orderOf(d.Browser)
	slices.SortStableFunc(names, func(x, y string) int { return place(order, x) - place(order, y) })
	for _, name := range names {
		for _, l := range d.Request.Header[name] {
			v, known := l.Get()
			if !known {
				continue // what a browser may hold: cookies
			}
			if name == "Sec-Websocket-Key" {
				v = key
			}
			fmt.Fprintf(&b, "%s: %s\r\n", hop.Spelling(name), v)
		}
	}
	return b.String() + "\r\n"
}

func place(order []string, name string) int {
	if i := slices.Index(order, name); i >= 0 {
		return i
	}
	return slices.Index(order, "")
}

// orderOf is the order of a browser's header lines; "" stands for all others.
func orderOf(browser string) []string {
	if strings.HasPrefix(browser, "firefox") {
		return []string{"Host", "User-Agent", "Accept", "Accept-Language", "Accept-Encoding", "Sec-Websocket-Version",
			"Origin", "Sec-Websocket-Protocol", "Sec-Websocket-Extensions", "Sec-Websocket-Key", "", "Connection", "Cookie",
			"Sec-Fetch-Dest", "Sec-Fetch-Mode", "Sec-Fetch-Site", "Pragma", "Cache-Control", "Upgrade"}
	}
	return []string{"Host", "Connection", "Pragma", "Cache-Control", "User-Agent", "Upgrade", "Origin",
		"Sec-Websocket-Version", "Accept-Encoding", "Accept-Language", "", "Cookie", "Sec-Websocket-Key",
		"Sec-Websocket-Extensions", "Sec-Websocket-Protocol"}
}

// maxHead is how long the head of an answer may be.
const maxHead = 64 << 10

// A garbledError says that what came is not HTTP.
type garbledError struct{ first string }

func (e *garbledError) Error() string {
	return fmt.Sprintf("what comes is not HTTP: it begins with %.40q", e.first)
}

// hint says what it is instead.
func (e *garbledError) hint() string {
	switch {
	case strings.HasPrefix(e.first, "\x15\x03"), strings.HasPrefix(e.first, "\x16\x03"):
		return "that is TLS: connect with wss:"
	case strings.HasPrefix(e.first, "\x00\x00"):
		return "that may be HTTP/2, which has no Upgrade: HTTP/1.1 has to be accepted there"
	}
	return "another service answers on this port"
}

// An answer is one in the making.
type answer struct{ probe.Answer }

// readAnswer reads an answer: those of the kind 1xx that come before, its head, and the first lines of its body.
func readAnswer(r *bufio.Reader) (*answer, error) {
	a := &answer{}
	for {
		if err := a.readHead(r); err != nil {
			return nil, err
		}
		if a.Status/100 != 1 || a.Status == 101 {
			break
		}
		a.Early = append(a.Early, a.Line)
	}
	if a.Status != 101 && a.Status/100 != 2 {
		a.Body = firstLines(a.readBody(r))
	}
	return a, nil
}

// readHead reads the status line and the header lines.
func (a *answer) readHead(r *bufio.Reader) error {
	left := maxHead
	line, err := readLine(r, &left)
	if err != nil && (line == "" || errors.Is(err, os.ErrDeadlineExceeded)) {
		return err
	}
	version, rest, _ := strings.Cut(line, " ")
	proto, isHTTP := strings.CutPrefix(version, "HTTP/")
	status, _, _ := strings.Cut(rest, " ")
	var n int
	if _, scan := fmt.Sscanf(status, "%3d", &n); !isHTTP || scan != nil || len(status) != 3 {
		return &garbledError{line}
	}
	a.Line, a.Proto, a.Status, a.Header = line, proto, n, nil
	for {
		line, err := readLine(r, &left)
		if line == "" || err != nil {
			return err
		}
		name, value, _ := strings.Cut(line, ":")
		a.Header = append(a.Header, probe.Header{Name: strings.TrimSpace(name), Value: strings.Trim(value, " \t")})
	}
}

// readLine reads one line without its end.
func readLine(r *bufio.Reader, left *int) (string, error) {
	var b []byte
	for *left > 0 {
		*left--
		c, err := r.ReadByte()
		if err != nil {
			return string(b), err
		}
		if c == '\n' {
			return strings.TrimSuffix(string(b), "\r"), nil
		}
		b = append(b, c)
	}
	return "", &garbledError{string(b[:min(len(b), 40)])}
}
