package haproxy

import (
	"strconv"
	"strings"
	"time"

	"github.com/wslint/wslint/hop"
)

// parseTime reads a time: digits and us, ms, s, m, h or d; a bare number is in the default unit. Whatever follows the unit HAProxy 2.6
// warns of and ignores.
func parseTime(s string, unit time.Duration) (time.Duration, bool) {
	digits := strings.TrimLeft(s, "0123456789")
	n, err := strconv.ParseInt(s[:len(s)-len(digits)], 10, 64)
	if err != nil {
		return 0, false
	}
	if digits != "" {
		switch {
		case strings.HasPrefix(digits, "us"):
			unit = time.Microsecond
		case strings.HasPrefix(digits, "ms"):
			unit = time.Millisecond
		case digits[0] == 's':
			unit = time.Second
		case digits[0] == 'm':
			unit = time.Minute
		case digits[0] == 'h':
			unit = time.Hour
		case digits[0] == 'd':
			unit = 24 * time.Hour
		default:
			return 0, false
		}
	}
	const most = (1<<31 - 1) * time.Millisecond
	d := time.Duration(n) * unit
	if n > int64(most/unit) || d > most {
		return 0, false
	}
	// HAProxy counts in milliseconds, rounded up.
	return (d + time.Millisecond - 1).Truncate(time.Millisecond), true
}

// timeout is "timeout NAME" of a section; zero where none is set, which means that nothing ends the connection.
func (p *proxy) timeout(name string) hop.Setting[time.Duration] {
	full := "timeout " + name
	l, maybe := p.setting("timeout", name)
	switch {
	case maybe != "":
		return hop.Unknown[time.Duration](full, p.pos(), maybe+" decides about "+full)
	case l == nil && p.fragment:
		return hop.Unknown[time.Duration](full, p.pos(), otherFile)
	case l == nil:
		return hop.Default(full, time.Duration(0), p.pos())
	}
	return p.duration(full, l, 2)
}

// duration reads word i of a line as a time in milliseconds.
func (p *proxy) duration(name string, l *line, i int) hop.Setting[time.Duration] {
	if i >= len(l.words) {
		return hop.Unknown[time.Duration](name, l.pos(), name+" has no value")
	}
	w := l.words[i]
	if w.Why != "" {
		return hop.Unknown[time.Duration](name, l.pos(), w.Why)
	}
	d, ok := parseTime(w.Value, time.Millisecond)
	if !ok {
		return hop.Unknown[time.Duration](name, l.pos(), w.Value+" is not a time")
	}
	s := hop.Written(name, d, l.pos())
	s.Set = setTime(setWord(w))
	return s
}

// setTimeout remembers what "http-request set-timeout" sets for this connection.
func (r *run) setTimeout(rl rule, args []Word) {
	if len(args) < 3 {
		return
	}
	name := "http-request set-timeout " + args[1].Value
	s := rl.p.duration(name, rl.l, 3)
	if _, isKnown := s.Get(); !isKnown {
		s = hop.Unknown[time.Duration](name, rl.l.pos(), "what "+args[2].Value+" comes to is not known here")
	}
	switch args[1].Value {
	case "tunnel":
		r.tunnel = &s
	case "server":
		r.server = &s
	}
}

// timers says what ends the connection. Measured: timeout tunnel of the backend replaces both other timers; without it, or with zero,
// the smaller of the frontend's timeout client and the backend's timeout server counts; traffic in either direction starts each
// anew, unless option independent-streams keeps the sides apart.
func (r *run) timers() {
	r.life()
	tunnel := r.be.timeout("tunnel")
	if r.tunnel != nil {
		tunnel = *r.tunnel
	}
	if tunnel.Set == nil {
		tunnel.Set, tunnel.Sets = r.setTunnel(), "timeout tunnel"
	}
	ofClient, ofServer := side(r.fe, hop.Client), side(r.be, hop.Server)
	together := ofClient == hop.Either && ofServer == hop.Either
	if d, isKnown := tunnel.Get(); !isKnown || d > 0 {
		if together {
			r.idle(tunnel, hop.Either)
		} else {
			r.idle(tunnel, ofClient)
			r.idle(tunnel, ofServer)
		}
		return
	}
	client, server := r.fe.timeout("client"), r.serverTimeout()
	// Both cures are one: a timeout tunnel.
	client.Set, server.Set = r.setTunnel(), r.setTunnel()
	client.Sets, server.Sets = "timeout tunnel", "timeout tunnel"
	if !together {
		r.idle(client, ofClient)
		r.idle(server, ofServer)
		return
	}
	c, knowsClient := client.Get()
	s, knowsServer := server.Get()
	switch {
	case !knowsClient:
		r.idle(client, hop.Either)
	case !knowsServer:
		r.idle(server, hop.Either)
	case c > 0 && (c <= s || s == 0):
		r.idle(client, hop.Either)
	case s > 0:
		r.idle(server, hop.Either)
	}
}

// serverTimeout is how long a server may keep silent.
func (r *run) serverTimeout() hop.Setting[time.Duration] {
	if r.server != nil {
		return *r.server
	}
	return r.be.timeout("server")
}

// side is whose traffic starts the timer of one end anew: anybody's, unless option independent-streams of the frontend, for the
// client's end, or of the backend, for the server's, says otherwise.
func side(p *proxy, own hop.Side) hop.Side {
	if on, _, _ := p.option("independent-streams"); on {
		return own
	}
	return hop.Either
}

// idle adds a timer; HAProxy is exact to the millisecond.
func (r *run) idle(s hop.Setting[time.Duration], side hop.Side) {
	if d, isKnown := s.Get(); isKnown && d == 0 {
		return
	}
	r.out.Idle = append(r.out.Idle, hop.Timer{Setting: s, Restart: side, Counts: hop.Bytes, Starts: hop.Opened, Expiry: hop.FIN})
}

// life is hard-stop-after: the old process of a reload ends its connections after that time; without it, it waits for them.
func (r *run) life() {
	for _, l := range r.c.global {
		if l.is("hard-stop-after") {
			s := r.fe.duration("hard-stop-after", l, 1)
			if l.maybe != "" {
				s = hop.Unknown[time.Duration]("hard-stop-after", l.pos(), l.maybe+" decides about hard-stop-after")
			}
			r.out.Life = []hop.Timer{{Setting: s, Counts: hop.Bytes, Starts: hop.Reloaded, Expiry: hop.FIN}}
		}
	}
}

// setTime makes of set one that writes times as HAProxy reads them: a number and one unit, never "1m30s".
func setTime(set func(string) []hop.Edit) func(string) []hop.Edit {
	if set == nil {
		return nil
	}
	return func(value string) []hop.Edit {
		if d, err := time.ParseDuration(value); err == nil && strings.Trim(value, "0123456789") != "" {
			switch {
			case d%time.Hour == 0:
				value = strconv.FormatInt(int64(d/time.Hour), 10) + "h"
			case d%time.Second == 0:
				value = strconv.FormatInt(int64(d/time.Second), 10) + "s"
			default:
				value = strconv.FormatInt(d.Milliseconds(), 10) + "ms"
			}
		}
		return set(value)
	}
}
