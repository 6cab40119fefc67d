package main

import (
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/urfave/cli/v2"

	"github.com/wslint/wslint/catalog"
	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/lint"
	"github.com/wslint/wslint/report"
	"github.com/wslint/wslint/why"
)

func (c *Command) why() *cli.Command {
	return c.command(&cli.Command{
		Name: "why", Usage: "name the suspects for what was seen: an age, a close code, a status", ArgsUsage: "[PATH…|-]",
		Description: "Without a PATH, and without declared paths in .wslint.yaml, from what is known of hops; with\n" +
			"one, those first that the configuration says can do it.\n" +
			"Exit code 0 for every answer, 3 when a configuration could not be read.",
		Flags: append([]cli.Flag{
			&cli.StringFlag{Name: "after", Usage: "how old connections are when they end, D like 60s; with --at-reload since then"},
			&cli.StringFlag{Name: "code", Usage: "the close code that the browser reports, like 1006"},
			&cli.StringFlag{Name: "status", Usage: "the HTTP status of the handshake, like 400"},
			&cli.BoolFlag{Name: "at-reload", Usage: "all connections end together, at a reload or a deploy"},
			&cli.StringFlag{Name: "url", Usage: "what the browser connects to, like wss://host/path: looks at that path only"},
			&cli.StringFlag{Name: "app", Usage: "the application, as wslint apps lists them, like socket.io"},
		}, inputFlags()...),
		Action: func(x *cli.Context) error {
			format, o, err := c.output(x)
			if err != nil {
				return err
			}
			s, err := symptom(x)
			if err != nil {
				return err
			}
			paths, given, err := c.suspectPaths(x, &s)
			if err != nil || c.code != exitClean {
				return err
			}
			a := why.Find(s, paths)
			if format == "json" {
				return report.WhyJSON(c.Stdout, a)
			}
			return report.Why(c.Stdout, a, given, o)
		},
	})
}

// symptom reads what was seen.
func symptom(x *cli.Context) (s why.Symptom, err error) {
	if v := x.String("after"); v != "" {
		if s.After, err = why.ParseAge(v); err != nil {
			return s, fmt.Errorf("--after %s: %w", v, err)
		}
	}
	if s.Code, err = number(x, "code", 65535, "a close code, like 1006"); err != nil {
		return s, err
	}
	if s.Status, err = number(x, "status", 999, "an HTTP status, like 400"); err != nil {
		return s, err
	}
	s.AtReload = x.Bool("at-reload")
	if s.After == 0 && s.Code == 0 && s.Status == 0 && !s.AtReload {
		return s, errors.New("why takes what was seen: --after 60s, --code 1006, --status 400 or --at-reload")
	}
	if s.Status != 0 && (s.Code != 0 && s.Code != 1006 || s.AtReload) {
		return s, errors.New("--status is of a handshake that failed: browsers report 1006 for it, and no other code")
	}
	if name := x.String("app"); name != "" {
		app, ok := catalog.FindApp(name)
		if !ok {
			return s, fmt.Errorf("--app %s: it is not known%s", name, didYouMean(name, catalog.AppNames(), "; wslint apps lists those that are"))
		}
		s.App = &app
	}
	return s, nil
}

func number(x *cli.Context, flag string, most int, what string) (int, error) {
	v := x.String(flag)
	if v == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(v)
	if err != nil || n < 100 || n > most {
		return 0, fmt.Errorf("--%s %s: it is %s", flag, v, what)
	}
	return n, nil
}

// suspectPaths follows what is given; given is false when that is nothing.
func (c *Command) suspectPaths(x *cli.Context, s *why.Symptom) (paths []*hop.Path, given bool, err error) {
	in, err := c.input(x, x.Args().Slice())
	if err != nil {
		return nil, false, err
	}
	if in.Ping == nil && s.App != nil {
		in.Ping = appKeepalive(*s.App)
	}
	s.Pings, s.NoPings = in.Ping.Pings(), in.Ping != nil && in.Ping.None
	if url := x.String("url"); url != "" {
		return c.suspectPath(in, url, x.NArg() > 0)
	}
	if x.NArg() == 0 && (in.Config == nil || len(in.Config.Paths) == 0) {
		return nil, false, nil
	}
	in.OnlyDeclared = true
	found, result, err := lint.Paths(in)
	if err != nil {
		return nil, false, err
	}
	if result.Incomplete {
		c.code = exitIncomplete
		report.Problems(c.Stderr, result)
	}
	return slices.Concat(found...), true, nil
}

// suspectPath follows the handshake to one URL: on the path that is declared for it, else through the configurations given.
func (c *Command) suspectPath(in lint.Input, url string, given bool) (paths []*hop.Path, ok bool, err error) {
	_, declared := in.Config.Declares(url)
	if !declared && !given {
		return nil, false, fmt.Errorf("--url %s: .wslint.yaml declares no such path, so a configuration has to be named: wslint why --url %s nginx.conf", url, url)
	}
	p, result, err := lint.Trace(in, lint.Handshake{URL: url, Browser: lint.Browsers[0]})
	switch {
	case err != nil:
		return nil, false, fmt.Errorf("--url %w", err)
	case p == nil:
		c.code = exitIncomplete
		report.Problems(c.Stderr, result)
		return nil, false, nil
	}
	if !declared {
		for _, q := range p {
			q.Confidence = hop.Certain // what else is on the way, nobody said
		}
	}
	return p, true, nil
}

// appKeepalive is what the application sends by default.
func appKeepalive(a catalog.App) *lint.Keepalive {
	k := &lint.Keepalive{Name: "keepalive of " + a.Name, Every: a.Every, From: a.From, Kind: a.Kind, None: a.Every == 0}
	if a.Moves() == hop.Either {
		k.Kind = "ping" // both sides move
	}
	return k
}
