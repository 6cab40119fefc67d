package oracle

import (
	"bufio"
	"crypto/sha1"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"

	"github.com/wslint/wslint/hop"
)

// A Line is one header line.
type Line struct{ Name, Value string }

// values returns the values of all lines of that name, in order; names ignore case.
func values(lines []Line, name string) (list []string) {
	for _, l := range lines {
		if strings.EqualFold(l.Name, name) {
			list = append(list, l.Value)
		}
	}
	return list
}

// An Arrival is one request as an application received it.
type Arrival struct {
	App, Addr string // the original address, and the lab's
	Wire      string // "http", "uwsgi" or "scgi"
	TLS       bool
	SNI       string
	PROXY     string // the PROXY protocol line, if one was expected
	Method    string
	Target    string
	Proto     string // "1.0" or "1.1"; "" with uwsgi and scgi, which need not say
	Lines     []Line // as they came, in order
	Faults    []string
	End       End // how the tunnel ended for the application; only to be read once it has

	status atomic.Int32
	ended  chan struct{}
}

func (a *Arrival) setStatus(status int) { a.status.Store(int32(status)) }

// Status is what the application answered; 0 if it has not.
func (a *Arrival) Status() int { return int(a.status.Load()) }

func (a *Arrival) value(name string) string { return strings.Join(values(a.Lines, name), ", ") }

// read takes the request from r, in the protocol that its first byte shows.
func (a *Arrival) read(r *bufio.Reader, first byte) error {
	switch {
	case first == 0:
		return a.readUWSGI(r)
	case first >= '0' && first <= '9':
		return a.readSCGI(r)
	}
	a.Wire = "http"
	line, lines, err := readHead(r)
	if err != nil {
		return err
	}
	a.Lines = lines
	// A target with a blank in it is kept for comparison, but it is a fault.
	end, last := strings.IndexByte(line, ' '), strings.LastIndexByte(line, ' ')
	if end < 0 || last <= end || !strings.HasPrefix(line[last+1:], "HTTP/") {
		return fmt.Errorf("the request line is %q", line)
	}
	a.Method, a.Target, a.Proto = line[:end], line[end+1:last], line[last+6:]
	if strings.ContainsAny(a.Target, " \t") {
		return fmt.Errorf("the request line is %q", line)
	}
	return nil
}

// readHead reads the first line and the header lines of an HTTP message.
func readHead(r *bufio.Reader) (first string, lines []Line, err error) {
	for i := 0; ; i++ {
		text, err := r.ReadString('\n')
		if err != nil {
			return "", nil, err
		}
		text = strings.TrimRight(text, "\r\n")
		switch {
		case i == 0:
			first = text
		case text == "":
			return first, lines, nil
		default:
			name, value, _ := strings.Cut(text, ":")
			lines = append(lines, Line{name, strings.Trim(value, " \t")})
		}
	}
}

// readUWSGI reads a packet of the uwsgi protocol: modifier, size, modifier, then names and values with their lengths.
func (a *Arrival) readUWSGI(r *bufio.Reader) error {
	a.Wire = "uwsgi"
	var head [4]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return err
	}
	b := make([]byte, binary.LittleEndian.Uint16(head[1:]))
	if _, err := io.ReadFull(r, b); err != nil {
		return err
	}
	var fields []string
	for len(b) >= 2 {
		n := int(binary.LittleEndian.Uint16(b))
		if len(b) < 2+n {
			return fmt.Errorf("a uwsgi packet is cut short")
		}
		fields, b = append(fields, string(b[2:2+n])), b[2+n:]
	}
	return a.variables(fields)
}

// readSCGI reads the netstring of an SCGI request.
func (a *Arrival) readSCGI(r *bufio.Reader) error {
	a.Wire = "scgi"
	digits, err := r.ReadString(':')
	if err != nil {
		return err
	}
	n, err := strconv.Atoi(strings.TrimSuffix(digits, ":"))
	if err != nil || n < 1 {
		return fmt.Errorf("an SCGI request begins with %q", digits)
	}
	b := make([]byte, n+1)
	if _, err := io.ReadFull(r, b); err != nil {
		return err
	}
	return a.variables(strings.Split(string(b[:n-1]), "\x00"))
}

// variables turns CGI variables, alternately names and values, into a request.
func (a *Arrival) variables(fields []string) error {
	for i := 0; i+1 < len(fields); i += 2 {
		name, value := fields[i], fields[i+1]
		switch {
		case name == "REQUEST_METHOD":
			a.Method = value
		case name == "REQUEST_URI":
			a.Target = value
		case strings.HasPrefix(name, "HTTP_"):
			a.Lines = append(a.Lines, Line{strings.ReplaceAll(name[5:], "_", "-"), value})
		}
	}
	return nil
}

// faults lists what is wrong with the handshake. The strict reading is RFC 6455 section 4.2.1; the lenient one lets
// pass what some servers accept (laws H1, H2, Q1).
func (a *Arrival) faults(lenient bool) (faults []string) {
	fault := func(bad bool, format string, args ...any) {
		if bad {
			faults = append(faults, fmt.Sprintf(format, args...))
		}
	}
	cgi := a.Wire != "http"
	fault(a.Method != "GET" && !(cgi && a.Method == ""), "method is %s", a.Method)
	fault(!cgi && a.Proto != "1.1" && !(lenient && a.Proto == "1.0"), "protocol is HTTP/%s", a.Proto)
	host := values(a.Lines, "Host")
	fault(len(host) > 1 && !lenient || len(host) == 0 && !cgi && !(lenient && a.Proto == "1.0"), "Host is %q", host)
	upgrade := values(a.Lines, "Upgrade")
	fault(!slices.Contains(hop.Tokens(upgrade), "websocket"), "Upgrade is %q", upgrade)
	fault(len(upgrade) > 1 && !lenient, "there are %d Upgrade lines", len(upgrade))
	connection := values(a.Lines, "Connection")
	fault(!slices.Contains(hop.Tokens(connection), "upgrade"), "Connection is %q", connection)
	version := values(a.Lines, "Sec-WebSocket-Version")
	fault(len(version) != 1 || version[0] != "13", "Sec-WebSocket-Version is %q", version)
	keys := values(a.Lines, "Sec-WebSocket-Key")
	fault(len(keys) != 1, "Sec-WebSocket-Key is %q", keys)
	if len(keys) == 1 {
		raw, err := base64.StdEncoding.DecodeString(keys[0])
		fault(err != nil || len(raw) != 16, "Sec-WebSocket-Key is %q", keys)
	}
	body := a.value("Transfer-Encoding") != "" || strings.Trim(a.value("Content-Length"), "0") != ""
	fault(body && !lenient, "there is a body")
	return faults
}

// accept is the Sec-WebSocket-Accept for a key.
func accept(key string) string {
	sum := sha1.Sum([]byte(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"))
	return base64.StdEncoding.EncodeToString(sum[:])
}
