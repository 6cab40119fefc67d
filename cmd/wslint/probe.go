package main

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"os/signal"
	"slices"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/lint"
	"github.com/wslint/wslint/probe"
	"github.com/wslint/wslint/probe/live"
	"github.com/wslint/wslint/report"
)

func (c *Command) probe() *cli.Command {
	return c.command(&cli.Command{
		Name: "probe", Usage: "connect to a WebSocket as a browser does, and compare with what is predicted",
		ArgsUsage: "URL [PATH…]",
		Description: "Connects once, says of every step how long it took and what browsers make of the answer.\n" +
			"--idle D keeps a few idle connections open, with pings of different intervals, to find out\n" +
			"after what time the path closes them; it ends early when all is known.\n" +
			"With a PATH, or a declared path in .wslint.yaml, it predicts first and says where reality differs.\n" +
			"Exit code 0 when all is as predicted (without a prediction: it opens), 1 when not, 3 when nothing\n" +
			"could be reached or a configuration could not be read.",
		Flags: slices.Concat(probeFlags(), inputFlags(), []cli.Flag{formatFlag("text", "json")}),
		Action: func(x *cli.Context) error {
			format, o, err := c.output(x)
			if err != nil {
				return err
			}
			if x.NArg() == 0 {
				return errors.New("probe needs a URL: wslint probe wss://chat.example.com/ws")
			}
			return c.runProbe(x, format, o)
		},
	})
}

func probeFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringFlag{Name: "idle", Usage: "watch idle connections for D at most, like 10m"},
		&cli.StringFlag{
			Name:  "every",
			Usage: "with --idle: ping every D on a further connection each, like 20s,50s; none: only one without pings",
		},
		&cli.BoolFlag{Name: "write", Usage: "with --idle: write the measured timeout into .wslint.yaml, under hops"},
		&cli.StringFlag{Name: "hop", Usage: "with --write: NAME of the hop that it is written for", Value: "edge"},
		&cli.StringFlag{
			Name:  "browser",
			Usage: "chrome|firefox|firefox-115: the browser whose handshake is sent",
			Value: "chrome",
		},
		&cli.StringFlag{Name: "origin", Usage: "URL of the site whose page opens it (default: that of the host)"},
		&cli.StringSliceFlag{Name: "subprotocol", Usage: "ask for the subprotocol P; repeatable"},
		&cli.StringSliceFlag{
			Name:  "header",
			Usage: "replace a header of the browser, 'Name: value'; no value: omit it; repeatable",
		},
		&cli.StringSliceFlag{Name: "cookie", Usage: "send the cookie NAME=VALUE; repeatable"},
		&cli.StringSliceFlag{Name: "resolve", Usage: "connect to ADDR for a host, HOST:PORT:ADDR; repeatable"},
		&cli.BoolFlag{Name: "insecure", Usage: "go on when a browser would not accept the certificate"},
		&cli.StringFlag{Name: "proxy", Usage: "connect through an HTTP proxy, http://HOST:PORT; none: through no proxy"},
		&cli.StringFlag{Name: "timeout", Usage: "wait D for each step", Value: "20s"},
	}
}

func (c *Command) runProbe(x *cli.Context, format string, o report.Options) error {
	h, err := probedHandshake(x)
	if err != nil {
		return err
	}
	in, err := c.input(x, x.Args().Tail())
	if err != nil {
		return err
	}
	t, err := target(x, &h, in.Config)
	if err != nil {
		return err
	}
	plan, err := c.plan(x, o)
	if err != nil {
		return err
	}
	cases, unknown, err := c.predict(in, h)
	if err != nil {
		return err
	}
	r := c.measure(t, plan, cases, serverKeepalive(in, h.URL))
	r.Explain(cases, unknown)
	if format == "json" {
		err = report.ProbeJSON(c.Stdout, r)
	} else {
		err = report.Probe(c.Stdout, r, o)
	}
	if err == nil && x.Bool("write") {
		err = c.writeMeasured(x.String("hop"), in.Config, r)
	}
	switch {
	case r.Unreachable():
		c.code = exitIncomplete
	case c.code == exitClean && !r.Good():
		c.code = exitFindings
	}
	return err
}

// probedHandshake reads what is to be sent.
func probedHandshake(x *cli.Context) (lint.Handshake, error) {
	h := lint.Handshake{URL: x.Args().First(), Subprotocols: x.StringSlice("subprotocol")}
	var err error
	if h.Browser, err = choice(x, "browser", lint.Browsers...); err != nil {
		return h, err
	}
	lines := x.StringSlice("header")
	if origin := x.String("origin"); origin != "" {
		lines = append(lines, "Origin: "+origin)
	}
	if cookies := x.StringSlice("cookie"); len(cookies) > 0 {
		lines = append(lines, "Cookie: "+strings.Join(cookies, "; "))
	}
	for _, s := range lines {
		header, err := lint.ParseHeader(s)
		if err != nil {
			return h, err
		}
		h.Headers = append(h.Headers, header)
	}
	return h, nil
}

// target is what to connect to. A declared path says what its clients send, unless the flags do.
func target(x *cli.Context, h *lint.Handshake, config *lint.Config) (live.Target, error) {
	if d, ok := config.Declares(h.URL); ok {
		if len(h.Headers) == 0 {
			h.Headers = d.Headers
		}
		if len(h.Subprotocols) == 0 {
			h.Subprotocols = d.Subprotocols
		}
	}
	t := live.Target{URL: h.URL, Browser: h.Browser, Insecure: x.Bool("insecure")}
	for _, b := range lint.Browsers[:2] {
		if b != h.Browser {
			t.Others = append(t.Others, b)
		}
	}
	var err error
	if t.Request, err = h.Request(); err != nil {
		return t, err
	}
	if t.Timeout, err = within(x, "timeout", 100*time.Millisecond, time.Hour); err != nil {
		return t, err
	}
	for _, s := range x.StringSlice("resolve") {
		r, err := resolved(s)
		if err != nil {
			return t, err
		}
		t.Resolve = append(t.Resolve, r)
	}
	t.Proxy, err = live.ProxyFor(x.String("proxy"), t.Request)
	return t, err
}

// within reads a duration between two bounds.
func within(x *cli.Context, flag string, least, most time.Duration) (time.Duration, error) {
	d, err := hop.ParseDuration(x.String(flag))
	switch {
	case err != nil:
		return 0, fmt.Errorf("--%s: %w", flag, err)
	case d < least || d > most:
		return 0, fmt.Errorf("--%s %s: must be between %s and %s", flag, x.String(flag), hop.FormatDuration(least),
			hop.FormatDuration(most))
	}
	return d, nil
}

// resolved reads HOST:PORT:ADDR.
func resolved(s string) (r live.Resolved, err error) {
	host, rest, ok := strings.Cut(s, ":")
	port, addr, ok2 := strings.Cut(rest, ":")
	if r.Addr, err = netip.ParseAddr(strings.Trim(addr, "[]")); !ok || !ok2 || host == "" || port == "" || err != nil {
		return r, fmt.Errorf("--resolve %s: write it like chat.example.com:443:192.0.2.7", s)
	}
	r.Host, r.Port = host, port
	return r, nil
}

// plan reads how idle connections are measured; nil when they are not.
func (c *Command) plan(x *cli.Context, o report.Options) (*live.Plan, error) {
	if x.String("idle") == "" {
		for _, flag := range []string{"every", "write"} {
			if x.IsSet(flag) {
				return nil, fmt.Errorf("--%s needs --idle, like --idle 10m", flag)
			}
		}
		return nil, nil
	}
	length, err := within(x, "idle", time.Second, 24*time.Hour)
	if err != nil {
		return nil, err
	}
	p := &live.Plan{For: length, Pings: live.Intervals(length), Stagger: time.Second, Pong: 10 * time.Second,
		Grace: 3 * time.Second}
	if every := x.String("every"); every != "" {
		if p.Pings, err = intervals(every); err != nil {
			return nil, err
		}
	}
	if c.ErrTerminal && !o.Quiet {
		last := ""
		p.Progress = func(now probe.Progress) {
			if line := report.ProbeProgress(now, c.Width); line != last {
				fmt.Fprintf(c.Stderr, "\r\x1b[K%s", line)
				last = line
			}
		}
	}
	return p, nil
}

// mostConnections is how many there may be at a time: a probe is no load test.
const mostConnections = 8

// intervals reads those of the pings.
func intervals(s string) (list []time.Duration, err error) {
	if s == "none" {
		return nil, nil
	}
	for part := range strings.SplitSeq(s, ",") {
		d, err := hop.ParseDuration(strings.TrimSpace(part))
		if err != nil {
			return nil, fmt.Errorf("--every: %w", err)
		}
		if d < time.Second {
			return nil, fmt.Errorf("--every %s: a ping more often than every second is no idle connection", s)
		}
		list = append(list, d)
	}
	if len(list) >= mostConnections {
		return nil, fmt.Errorf("--every %s: at most %d intervals", s, mostConnections-1)
	}
	return list, nil
}

// predict follows the handshake through what is given or declared; without either there is no prediction.
func (c *Command) predict(in lint.Input, h lint.Handshake) ([]*hop.Path, []hop.Note, error) {
	_, declared := in.Config.Declares(h.URL)
	if !declared && len(in.Args) == 0 {
		return nil, nil, nil
	}
	cases, result, err := lint.Trace(in, h)
	if err != nil {
		return nil, nil, err
	}
	if result.Incomplete || len(cases) == 0 {
		c.code = exitIncomplete
		report.Problems(c.Stderr, result)
	}
	for _, p := range cases {
		if !declared {
			p.Confidence = hop.Certain // what else is on the way, nobody said
		}
	}
	return cases, result.Unknown, nil
}

// serverKeepalive is how often the server is declared to send something by itself; 0 when nothing is.
func serverKeepalive(in lint.Input, at string) time.Duration {
	k := in.Ping
	if d, ok := in.Config.Declares(at); ok && k == nil {
		k = d.Keepalive
	}
	if k == nil && in.Config != nil {
		k = in.Config.Keepalive
	}
	if k == nil || k.From != hop.Server || k.Kind == "tcp" {
		return 0
	}
	return k.Every
}

// measure connects, and compares with what is predicted. An interrupt ends it, and what was seen until then is told.
func (c *Command) measure(t live.Target, plan *live.Plan, cases []*hop.Path, server time.Duration) *probe.Report {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	r := &probe.Report{URL: t.Shown()}
	if plan == nil {
		r.Handshake = live.Connect(ctx, t)
	} else {
		r.Handshake, r.Idle = live.Measure(ctx, t, *plan)
		if plan.Progress != nil {
			fmt.Fprint(c.Stderr, "\r\x1b[K")
		}
	}
	r.Compare(cases, server)
	return r
}

// writeMeasured writes the measured idle timeout into the configuration file.
func (c *Command) writeMeasured(name string, config *lint.Config, r *probe.Report) error {
	idle, ok := r.IdleTimeout()
	if !ok {
		_, err := fmt.Fprintln(c.Stderr, "wslint: --write: no idle timeout was measured, nothing written")
		return err
	}
	file, err := lint.WriteIdle(config, name, idle, fmt.Sprintf("measured %s, wslint probe", c.Now.Format(time.DateOnly)))
	if err == nil {
		_, err = fmt.Fprintf(c.Stderr, "wrote hops: {%s: {idle: %s}} to %s\n", name, hop.FormatDuration(idle), file)
	}
	return err
}
