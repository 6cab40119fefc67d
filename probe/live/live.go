// Package live connects as a browser does, says of every step how long it took, and watches idle connections until
// the path closes them.
//
// No library that speaks WebSocket is used: those refuse a 101 before anybody could say what is wrong with it, and
// send a handshake of their own and not that of a browser.
package live

import (
	"context"
	"crypto/x509"
	"errors"
	"net/netip"
	"net/url"
	"time"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/probe"
)

// A Target is what to connect to, and how.
type Target struct {
	URL     string
	Request hop.Request // what the browser sends there
	Browser string      // whose handshake that is; it decides about the 101
	// Others are further browsers, which only say what they would make of the 101.
	Others []string
	// Resolve are addresses to connect to in the place of those that a name has.
	Resolve []Resolved
	// Insecure goes on where the certificate would not satisfy a browser.
	Insecure bool
	Roots    *x509.CertPool // whom certificates are trusted from; nil: the system says so
	Proxy    *url.URL       // an HTTP proxy to go through; nil: none
	Timeout  time.Duration  // how long each step may take
	// LookUp returns the addresses of a name; nil: the system looks them up.
	LookUp func(ctx context.Context, host string) ([]netip.Addr, error)
}

// A Resolved says which address a host and a port have.
type Resolved struct {
	Host string
	Port string
	Addr netip.Addr
}

// Connect makes one handshake, and ends the connection when it opened.
func Connect(ctx context.Context, t Target) probe.Handshake {
	h, c := open(ctx, t)
	if c != nil {
		c.leave()
	}
	return h
}

// open makes one handshake; the connection is nil unless it opened.
func open(ctx context.Context, t Target) (probe.Handshake, *connection) {
	d := &dialer{Target: t}
	conn, err := d.dial(ctx)
	if err == nil {
		stop := context.AfterFunc(ctx, func() { conn.Close() })
		defer stop()
		if c, _ := d.ask(conn); c != nil { // why not is told with the handshake
			return d.told(), c
		}
		conn.Close()
	}
	if ctx.Err() != nil && errors.Is(ctx.Err(), context.Canceled) {
		d.h.Why = "interrupted"
	}
	return d.told(), nil
}

// told is what became of the handshake, without secrets.
func (d *dialer) told() probe.Handshake {
	newHider(d.Target).handshake(&d.h)
	return d.h
}

// Shown is the URL without secrets.
func (t Target) Shown() string { return newHider(t).text(t.URL) }
