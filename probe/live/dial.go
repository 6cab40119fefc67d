package live

import (
	"bufio"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strings"
	"time"

	"github.com/wslint/wslint/probe"
)

// A dialer makes one handshake and notes its steps.
type dialer struct {
	Target
	h probe.Handshake
}

// step runs one step and notes what came of it.
func (d *dialer) step(kind probe.StepKind, do func(s *probe.Step) error) error {
	s := probe.Step{Kind: kind}
	start := time.Now()
	err := do(&s)
	s.Took = time.Since(start)
	if err != nil && s.Err == "" {
		s.Err = err.Error()
	}
	d.h.Steps = append(d.h.Steps, s)
	if err != nil {
		d.h.Why = kind.String() + ": " + s.Err
	}
	return err
}

// dial connects to where the URL leads, through the proxy when there is one, with TLS when the URL wants it.
func (d *dialer) dial(ctx context.Context) (net.Conn, error) {
	host, port, err := net.SplitHostPort(d.Request.Addr)
	if err != nil {
		return nil, err
	}
	target := net.JoinHostPort(host, port)
	if d.Proxy != nil {
		host, port = d.Proxy.Hostname(), d.Proxy.Port()
		if port == "" {
			port = "80"
		}
	}
	addrs, err := d.resolve(ctx, host, port)
	if err != nil {
		return nil, err
	}
	conn, err := d.connect(ctx, addrs, port)
	if err != nil {
		return nil, err
	}
	stop := context.AfterFunc(ctx, func() { conn.Close() })
	defer stop()
	if d.Proxy != nil {
		err = d.tunnel(conn, target)
	}
	if err == nil && d.Request.TLS {
		conn, err = d.secure(ctx, conn)
	}
	if err != nil {
		conn.Close()
		return nil, err
	}
	return conn, nil
}

// resolve finds the addresses of a host.
func (d *dialer) resolve(ctx context.Context, host, port string) (addrs []netip.Addr, err error) {
	for _, r := range d.Resolve {
		if strings.EqualFold(r.Host, host) && r.Port == port {
			d.h.Steps = append(d.h.Steps, probe.Step{Kind: probe.DNS, Text: host + " is " + r.Addr.String() + " (--resolve)"})
			return []netip.Addr{r.Addr}, nil
		}
	}
	if addr, err := netip.ParseAddr(host); err == nil {
		return []netip.Addr{addr}, nil // nothing to look up
	}
	err = d.step(probe.DNS, func(s *probe.Step) error {
		ctx, cancel := context.WithTimeout(ctx, d.Timeout)
		defer cancel()
		look := d.LookUp
		if look == nil {
			look = func(ctx context.Context, host string) ([]netip.Addr, error) {
				return net.DefaultResolver.LookupNetIP(ctx, "ip", host)
			}
		}
		if addrs, err = look(ctx, host); err == nil && len(addrs) == 0 {
			err = errors.New("no address")
		}
		if err != nil {
			s.Err, s.Hint = host+": "+dnsError(err), "check the name, and which DNS server this machine asks"
			return err
		}
		var list []string
		for i, a := range addrs {
			addrs[i] = a.Unmap()
			list = append(list, addrs[i].String())
		}
		s.Text = host + " is " + strings.Join(list, ", ")
		return nil
	})
	return addrs, err
}

func dnsError(err error) string {
	var e *net.DNSError
	switch {
	case !errors.As(err, &e):
		return err.Error()
	case e.IsNotFound:
		return "no such name"
	case e.IsTimeout:
		return "the DNS server does not answer"
	}
	return e.Err
}

// connect tries one address after the other, as long as the time lasts.
func (d *dialer) connect(ctx context.Context, addrs []netip.Addr, port string) (conn net.Conn, err error) {
	err = d.step(probe.TCP, func(s *probe.Step) error {
		var last error
		for _, a := range addrs {
			addr := net.JoinHostPort(a.String(), port)
			start := time.Now()
			dial := net.Dialer{Timeout: d.Timeout / time.Duration(len(addrs))}
			c, err := dial.DialContext(ctx, "tcp", addr)
			if err == nil {
				conn, s.Text, d.h.RoundTrip = c, "connected to "+addr, time.Since(start)
				return nil
			}
			why, hint := tcpError(err)
			s.More = append(s.More, addr+": "+why)
			s.Err, s.Hint, last = addr+": "+why, hint, err
		}
		if len(s.More) == 1 {
			s.More = nil
		}
		return last
	})
	return conn, err
}

func tcpError(err error) (why, hint string) {
	var timeout net.Error
	switch {
	case errors.Is(err, refused):
		return "connection refused", "check that something is running and listening there, and that no firewall rejects it"
	case errors.As(err, &timeout) && timeout.Timeout():
		return "no answer", "a firewall or security group that drops packets, or a host that is down"
	case errors.Is(err, hostNotThere), errors.Is(err, netNotThere):
		return "no route", "check the address, VPN and routes"
	}
	return err.Error(), ""
}

// tunnel asks the proxy to connect, as browsers do for ws: and wss: alike.
func (d *dialer) tunnel(conn net.Conn, target string) error {
	return d.step(probe.Proxied, func(s *probe.Step) error {
		conn.SetDeadline(time.Now().Add(d.Timeout))
		defer conn.SetDeadline(time.Time{})
		head := "CONNECT " + target + " HTTP/1.1\r\nHost: " + target + "\r\n"
		if u := d.Proxy.User; u != nil {
			password, _ := u.Password()
			head += "Proxy-Authorization: Basic " +
				base64.StdEncoding.EncodeToString([]byte(u.Username()+":"+password)) + "\r\n"
		}
		if _, err := conn.Write([]byte(head + "\r\n")); err != nil {
			s.Err = "the proxy closes the connection"
			return err
		}
		// What is behind the head belongs to the tunnel, and nothing comes from there before something was sent.
		a, err := readAnswer(bufio.NewReaderSize(conn, 1))
		switch {
		case err != nil:
			s.Err = "the proxy " + endText(err)
			return err
		case a.Status/100 != 2:
			s.Text = a.Line
			s.Err = "the proxy answers CONNECT with " + a.Line
			if a.Status == 407 {
				s.Hint = "it wants a user and a password: --proxy http://USER:PASSWORD@HOST:PORT"
			}
			return errors.New(s.Err)
		}
		s.Text = fmt.Sprintf("%s connects to %s", d.Proxy.Host, target)
		return nil
	})
}

// endText says how a connection ended on which an answer was due.
func endText(err error) string {
	var timeout net.Error
	switch {
	case errors.As(err, &timeout) && timeout.Timeout():
		return "does not answer in time"
	case reset(err):
		return "resets the connection (TCP RST)"
	}
	return "closes the connection (TCP FIN)"
}

// reset reports whether a connection ended with a reset.
func reset(err error) bool {
	return errors.Is(err, resetByPeer) || errors.Is(err, writtenToDead)
}
