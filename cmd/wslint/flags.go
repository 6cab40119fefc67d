package main

import (
	"errors"
	"fmt"
	"net/netip"
	"os"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/wslint/wslint/internal/plainfile"
	"github.com/wslint/wslint/lint"
	"github.com/wslint/wslint/report"
	"github.com/wslint/wslint/rules"
)

// inputFlags are those of all commands that read configurations.
func inputFlags() []cli.Flag {
	return slices.Concat([]cli.Flag{
		&cli.StringFlag{Name: "ping", Usage: "the application pings every D, like 25s; none: it does not ping"},
		&cli.StringFlag{Name: "ping-from", Usage: "server|client: who pings (default server)"},
		&cli.StringFlag{
			Name:  "ping-kind",
			Usage: "ping|pong|data|message|tcp: what is sent (default ping, which the other end answers)",
		},
	}, versionFlags(), []cli.Flag{
		&cli.StringFlag{Name: "root", Usage: "look absolute paths up below DIR"},
		&cli.StringSliceFlag{Name: "map", Usage: "look paths below FROM up below TO, FROM=TO; repeatable"},
		&cli.StringFlag{
			Name:  "prefix",
			Usage: "directory DIR that relative includes start from (default: that of the main file)",
		},
		&cli.StringFlag{Name: "context", Usage: "context of a fragment: main|http|server|location|upstream|stream"},
		&cli.StringFlag{
			Name:  "stdin-filename",
			Usage: "name FILE for the text from -: for reports, relative includes and .wslint.yaml",
		},
		&cli.StringSliceFlag{Name: "define", Usage: "value of a template variable, VAR=VALUE; repeatable"},
		&cli.StringSliceFlag{
			Name:  "exclude",
			Usage: "pass over files and directories that GLOB fits, as in .gitignore; repeatable",
		},
		&cli.BoolFlag{Name: "no-ignores", Usage: "also report what ignore comments and .wslint.yaml suppress"},
	}, configFlags(), []cli.Flag{
		&cli.StringFlag{Name: "color", Usage: "auto|always|never", Value: "auto"},
		&cli.BoolFlag{
			Name:    "verbose",
			Aliases: []string{"v"},
			Usage:   "list everything that could not be determined, and which files were read",
		},
	})
}

// versionFlags say what the configurations are for.
func versionFlags() (flags []cli.Flag) {
	for _, p := range lint.Programs() {
		flags = append(flags, &cli.StringFlag{
			Name:  p.Name + "-version",
			Usage: fmt.Sprintf("the %s to predict for, V like %s (default %s)", p.Name, p.Example, p.Default),
		})
	}
	return flags
}

// formatFlag says how the report looks: one of the names, the first of which is the default.
func formatFlag(names ...string) cli.Flag {
	return &cli.StringFlag{
		Name:    "format",
		Aliases: []string{"f"},
		Usage:   strings.Join(names, "|") + ": format of the report",
		Value:   names[0],
	}
}

// configFlags say which configuration file governs.
func configFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringFlag{Name: "config", Usage: "read FILE instead of the nearest .wslint.yaml"},
		&cli.BoolFlag{Name: "no-config", Usage: "read no .wslint.yaml"},
	}
}

// input gathers what the flags and the arguments say.
func (c *Command) input(x *cli.Context, paths []string) (lint.Input, error) {
	m := &meter{large: c.large}
	in := lint.Input{
		Args:      paths,
		Stdin:     metered{c.Stdin, m},
		Versions:  map[string]string{},
		Rules:     rules.All,
		Now:       c.Now,
		NoIgnores: x.Bool("no-ignores"),
		Exclude:   x.StringSlice("exclude"),
		Nested:    x.Command.Name == "check" || x.Command.Name == "baseline",
		OneConfig: x.Bool("no-config") || x.String("config") != "",
	}
	in.Options.ReadFile, in.Options.Peek = m.files()
	for _, p := range lint.Programs() {
		in.Versions[p.Name] = x.String(p.Name + "-version")
	}
	if in.Options.StdinName = x.String("stdin-filename"); in.Options.StdinName != "" {
		if !slices.Contains(paths, "-") {
			return in, errors.New("--stdin-filename needs - as a PATH")
		}
		paths = slices.Clone(paths)
		paths[slices.Index(paths, "-")] = in.Options.StdinName
	}
	in.Options.Root, in.Options.Prefix, in.Options.Context = x.String("root"), x.String("prefix"), x.String("context")
	if contexts := lint.Contexts(); in.Options.Context != "" && !slices.Contains(contexts, in.Options.Context) {
		return in, fmt.Errorf("--context %s: must be one of %s", in.Options.Context, strings.Join(contexts, ", "))
	}
	for _, m := range x.StringSlice("map") {
		from, to, ok := strings.Cut(m, "=")
		if !ok || from == "" || to == "" {
			return in, fmt.Errorf("--map %s: write it like --map /etc/nginx=./deploy/nginx", m)
		}
		if _, err := os.Stat(to); err != nil {
			return in, fmt.Errorf("--map %s: %w", m, plainfile.Short(err))
		}
		in.Options.Map = append(in.Options.Map, [2]string{from, to})
	}
	if dir := in.Options.Root; dir != "" {
		if info, err := os.Stat(dir); err != nil {
			return in, fmt.Errorf("--root %s: %w", dir, plainfile.Short(err))
		} else if !info.IsDir() {
			return in, fmt.Errorf("--root %s: not a directory", dir)
		}
	}
	slices.SortStableFunc(in.Options.Map, func(a, b [2]string) int { return len(b[0]) - len(a[0]) })
	for _, d := range x.StringSlice("define") {
		name, value, ok := strings.Cut(d, "=")
		if !ok || name == "" {
			return in, fmt.Errorf("--define %s: write it like --define BACKEND=app:3000", d)
		}
		if in.Options.Define == nil {
			in.Options.Define = map[string]string{}
		}
		in.Options.Define[name] = value
	}
	trusted, err := openTrusted(x)
	if err != nil {
		return in, err
	}
	in.NoComments = trusted != nil
	if trusted != nil {
		in.OneConfig = true
		in.Config, err = trusted.Config(paths)
	} else {
		in.Config, err = config(x, paths)
	}
	if err != nil {
		return in, err
	}
	var declared *lint.Keepalive
	if in.Config != nil {
		declared = in.Config.Keepalive
	}
	if in.Selection, err = selection(x); err != nil {
		return in, err
	}
	if trusted != nil && !x.Bool("no-baseline") {
		in.Baseline, err = trusted.Baseline(paths)
	} else {
		in.Baseline, err = baseline(x, paths)
	}
	if err != nil {
		return in, err
	}
	if rev := x.String("new-from"); rev != "" {
		if in.NewFrom, err = newFrom(rev, paths); err != nil {
			return in, fmt.Errorf("--new-from: %w", err)
		}
	}
	in.Ping, err = lint.ParseKeepalive(declared, x.String("ping"), x.String("ping-from"), x.String("ping-kind"))
	return in, err
}

// openTrusted reads --trusted; nil when it is not given.
func openTrusted(x *cli.Context) (*lint.Trusted, error) {
	rev := x.String("trusted")
	if rev == "" {
		return nil, nil
	}
	for _, other := range []string{"config", "no-config", "baseline", "changed", "fix", "diff"} {
		if x.IsSet(other) {
			return nil, fmt.Errorf("--trusted and --%s cannot be combined", other)
		}
	}
	trusted, err := lint.OpenTrusted(rev)
	if err != nil {
		return nil, fmt.Errorf("--trusted: %w", err)
	}
	return trusted, nil
}

func newFrom(rev string, paths []string) (*lint.Changes, error) {
	project, err := lint.FindProject(".", paths)
	if err != nil {
		return nil, err
	}
	return lint.ChangesSince(rev, project.Top())
}

// selection reads the flags that choose rules and grade their findings.
func selection(x *cli.Context) (s lint.Selection, err error) {
	s.Only, s.Skip = x.StringSlice("rule"), x.StringSlice("skip")
	for flag, names := range map[string][]string{"rule": s.Only, "skip": s.Skip} {
		for _, name := range names {
			if err := lint.CheckRule(name); err != nil {
				return s, fmt.Errorf("--%s: %w", flag, err)
			}
		}
	}
	s.Severity = map[string]rules.Severity{}
	for _, v := range x.StringSlice("severity") {
		rule, severity, err := lint.ParseSeverity(v)
		if err != nil {
			return s, fmt.Errorf("--severity: %w", err)
		}
		s.Severity[rule] = severity
	}
	if v := x.String("min-confidence"); v != "" {
		c, err := lint.ParseConfidence(v)
		if err != nil {
			return s, fmt.Errorf("--min-confidence: %w", err)
		}
		s.MinConfidence = &c
	}
	return s, nil
}

// config reads the configuration file that counts; nil when there is none.
func config(x *cli.Context, paths []string) (*lint.Config, error) {
	file := x.String("config")
	switch {
	case x.Bool("no-config") && file != "":
		return nil, fmt.Errorf("--config and --no-config cannot be combined")
	case x.Bool("no-config"):
		return nil, nil
	case file == "":
		// Where the others have another one, that governs them.
		if nested := x.Command.Name == "check" || x.Command.Name == "baseline"; nested && len(paths) > 1 {
			paths = paths[:1]
		}
		var err error
		if file, err = lint.FindConfig(paths); err != nil || file == "" {
			return nil, err
		}
	}
	return lint.ReadConfig(file)
}

// choice reads a flag that has a few values.
func choice(x *cli.Context, name string, values ...string) (string, error) {
	v := x.String(name)
	if !slices.Contains(values, v) {
		return "", fmt.Errorf("--%s %s: must be one of %s", name, v, strings.Join(values, ", "))
	}
	return v, nil
}

// output reads the flags that say how a report looks; more are formats that only this command has.
func (c *Command) output(x *cli.Context, more ...string) (format string, o report.Options, err error) {
	if format, err = choice(x, "format", append([]string{"text", "json"}, more...)...); err != nil {
		return "", o, err
	}
	o, err = c.options(x)
	return format, o, err
}

// options reads --color, and --verbose where there is one.
func (c *Command) options(x *cli.Context) (o report.Options, err error) {
	color, err := choice(x, "color", "auto", "always", "never")
	if err != nil {
		return o, err
	}
	return report.Options{
		Color: report.Color(color, c.Terminal, c.Getenv), Width: c.Width, Verbose: x.Bool("verbose"), Quiet: x.Bool("quiet"),
	}, nil
}

// clientAddr reads --client.
func clientAddr(s string) (netip.Addr, error) {
	if s == "" {
		return netip.Addr{}, nil
	}
	a, err := netip.ParseAddr(s)
	if err != nil {
		return a, fmt.Errorf("--client %s: not an IP address", s)
	}
	return a, nil
}
