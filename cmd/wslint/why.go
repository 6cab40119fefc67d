package main

import (
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/urfave/cli/v2"

	"github.com/wslint/wslint/catalog"
	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/internal/redact"
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
			given, ok, err := c.given(x, args, &s)
			if err != nil || !ok {
				return err
			}
			a := why.Find(s, given)
			if format == "json" {
				return report.WhyJSON(c.Stdout, a)
			}
			return report.Why(c.Stdout, a, o)
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

// given looks through what is there; ok is false where it could not be read, which was said.
func (c *Command) given(x *cli.Context, args []string, s *why.Symptom) (given why.Given, ok bool, err error) {
	in, err := c.input(x, args)
	if err != nil {
		return given, false, err
	}
	if in.Ping == nil && s.App != nil {
		in.Ping = appKeepalive(*s.App)
	}
	s.Pings, s.NoPings = in.Ping.Pings(), in.Ping != nil && in.Ping.None
	url := x.String("url")
	find := func() (*lint.Clues, error) { return lint.FindClues(in, s.Elsewhere()) }
	if url != "" {
		find = func() (*lint.Clues, error) {
			return lint.TraceClues(in, lint.Handshake{URL: url, Browser: lint.Browsers[0]})
		}
	}
	in.OnlyDeclared = url == ""
	clues, err := find()
	if dirs := c.elsewhere(args, err); dirs != nil {
		in.Args = dirs
		clues, err = find()
	}
	var nothing *lint.NothingFoundError
	switch {
	case err == nil:
	case url != "":
		return given, false, fmt.Errorf("--url %w", err)
	case len(args) == 0 && errors.As(err, &nothing):
		return given, true, nil // what is known of hops is an answer too
	default:
		return given, false, err
	}
	if clues.Result.Incomplete {
		c.code = exitIncomplete
		report.Problems(c.Stderr, clues.Result)
	}
	return givenBy(in, clues, url), len(clues.Paths) > 0 || !clues.Result.Incomplete, nil
}

// givenBy is what an input has of the way, by what was found in it.
func givenBy(in lint.Input, clues *lint.Clues, url string) why.Given {
	declares := in.Config != nil && len(in.Config.Paths) > 0
	if in.Args == nil && !declares && clues.Result.Files > 0 {
		in.Args = []string{"."}
	}
	if _, declared := in.Config.Declares(url); url != "" && !declared {
		for _, p := range slices.Concat(clues.Paths...) {
			p.Confidence = hop.Certain // what else is on the way, nobody said
		}
	}
	return why.Given{
		Paths: clues.Paths, Elsewhere: clues.Elsewhere, More: clues.More, Findings: clues.Findings,
		Unknown: clues.Result.Unknown, Files: in.Args, URL: redact.Text(url), Program: clues.Result.Program,
	}
}

// appKeepalive is what the application sends by default.
func appKeepalive(a catalog.App) *lint.Keepalive {
	k := &lint.Keepalive{Name: "keepalive of " + a.Name, Every: a.Every, From: a.From, Kind: a.Kind, None: a.Every == 0}
	if a.Moves() == hop.Either {
		k.Kind = "ping" // both sides move
	}
	return k
}
