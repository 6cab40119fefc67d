package main

import (
	"errors"
	"fmt"
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
		Name: "why", Usage: "find suspects for a symptom: an age, a close code, a status",
		ArgsUsage: "SYMPTOM… [PATH…|-]",
		Description: "SYMPTOM is what was seen: the age at which connections end (60s), a close code (1006), the\n" +
			"HTTP status of the handshake (502), or reload. The flags say the same.\n" +
			"With a PATH, or declared paths in .wslint.yaml, first the hops that the configuration says\n" +
			"can do it; without, all known ones.\n" +
			"Exit code 0 for every answer, 3 when a configuration could not be read.",
		Flags: append([]cli.Flag{
			&cli.StringFlag{
				Name:  "after",
				Usage: "how old connections are when they end, D like 60s; with --at-reload since then",
			},
			&cli.StringFlag{Name: "code", Usage: "the close code that the browser reports, like 1006"},
			&cli.StringFlag{Name: "status", Usage: "the HTTP status of the handshake, like 400"},
			&cli.BoolFlag{Name: "at-reload", Usage: "all connections end together, at a reload or a deploy"},
			&cli.StringFlag{Name: "url", Usage: "what the browser connects to, like wss://host/path: looks at that path only"},
			&cli.StringFlag{Name: "app", Usage: "the application, as wslint apps lists them, like socket.io"},
		}, append(inputFlags(), formatFlag("text", "json"))...),
		Action: func(x *cli.Context) error {
			format, o, err := c.output(x)
			if err != nil {
				return err
			}
			args, err := bareSymptoms(x)
			if err != nil {
				return err
			}
			s, err := symptom(x)
			if err != nil {
				return err
			}
			paths, unknown, given, err := c.suspectPaths(x, args, &s)
			if err != nil || c.code != exitClean && !given {
				return err
			}
			a := why.Find(s, paths, unknown)
			if format == "json" {
				return report.WhyJSON(c.Stdout, a)
			}
			return report.Why(c.Stdout, a, given, o)
		},
	})
}

// bareSymptoms sets the flags that arguments like 60s, 1006, 502 and reload stand for, and returns the others, which
// are paths. What is there as a file is a path.
func bareSymptoms(x *cli.Context) (paths []string, err error) {
	for _, word := range x.Args().Slice() {
		flag := why.FlagOf(word)
		if flag == "" || exists(word) {
			paths = append(paths, word)
			continue
		}
		if x.IsSet(flag) {
			return nil, fmt.Errorf("%s: --%s is there already", word, flag)
		}
		value := word
		if flag == "at-reload" {
			value = "true"
		}
		if err := x.Set(flag, value); err != nil {
			return nil, err
		}
	}
	return paths, nil
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
	if err := s.Check(); err != nil {
		return s, err
	}
	if name := x.String("app"); name != "" {
		app, ok := catalog.FindApp(name)
		if !ok {
			return s, fmt.Errorf(
				"unknown application %s%s",
				name,
				nearApps(name),
			)
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
		return 0, fmt.Errorf("--%s %s: must be %s", flag, v, what)
	}
	return n, nil
}

// suspectPaths follows what is given, and says what could not be concluded of it; given is false when that is nothing.
func (c *Command) suspectPaths(
	x *cli.Context,
	args []string,
	s *why.Symptom,
) (paths [][]*hop.Path, unknown []hop.Note, given bool, err error) {
	in, err := c.input(x, args)
	if err != nil {
		return nil, nil, false, err
	}
	if in.Ping == nil && s.App != nil {
		in.Ping = appKeepalive(*s.App)
	}
	s.Pings, s.NoPings = in.Ping.Pings(), in.Ping != nil && in.Ping.None
	if url := x.String("url"); url != "" {
		return c.suspectPath(in, url)
	}
	in.OnlyDeclared = true
	found, result, err := lint.Paths(in)
	if dirs := c.elsewhere(args, err); dirs != nil {
		in.Args = dirs
		found, result, err = lint.Paths(in)
	}
	var nothing *lint.NothingFoundError
	switch {
	case len(args) == 0 && errors.As(err, &nothing):
		return nil, nil, false, nil // what is known of hops is an answer too
	case err != nil:
		return nil, nil, false, err
	}
	if result.Incomplete {
		c.code = exitIncomplete
		report.Problems(c.Stderr, result)
	}
	return found, result.Unknown, len(found) > 0 || !result.Incomplete, nil
}

// suspectPath follows the handshake to one URL: on the path that is declared for it, else through the configurations
// given.
func (c *Command) suspectPath(
	in lint.Input,
	url string,
) (paths [][]*hop.Path, unknown []hop.Note, ok bool, err error) {
	_, declared := in.Config.Declares(url)
	h := lint.Handshake{URL: url, Browser: lint.Browsers[0]}
	p, result, err := lint.Trace(in, h)
	if dirs := c.elsewhere(in.Args, err); dirs != nil {
		in.Args = dirs
		p, result, err = lint.Trace(in, h)
	}
	switch {
	case err != nil:
		return nil, nil, false, fmt.Errorf("--url %w", err)
	case p == nil:
		c.code = exitIncomplete
		report.Problems(c.Stderr, result)
		return nil, nil, false, nil
	}
	if result.Incomplete {
		c.code = exitIncomplete
		report.Problems(c.Stderr, result)
	}
	if !declared {
		for _, q := range p {
			q.Confidence = hop.Certain // what else is on the way, nobody said
		}
	}
	return [][]*hop.Path{p}, result.Unknown, true, nil
}

// appKeepalive is what the application sends by default.
func appKeepalive(a catalog.App) *lint.Keepalive {
	k := &lint.Keepalive{Name: "keepalive of " + a.Name, Every: a.Every, From: a.From, Kind: a.Kind, None: a.Every == 0}
	if a.Moves() == hop.Either {
		k.Kind = "ping" // both sides move
	}
	return k
}
