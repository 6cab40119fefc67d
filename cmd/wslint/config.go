package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/wslint/wslint/lint"
	"github.com/wslint/wslint/report"
	"github.com/wslint/wslint/rules"
)

func (c *Command) config() *cli.Command {
	return c.command(&cli.Command{
		Name: "config", Usage: "start, show and check .wslint.yaml", ArgsUsage: "init|show|schema|validate [PATH…]",
		Description: "init writes a first one, as wslint init does. show says which one applies to PATH, and what\n" +
			"it sets. schema prints its JSON Schema, for editors. validate checks the files PATH.",
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "config", Usage: "show FILE instead of the nearest .wslint.yaml"},
		},
		Action: func(x *cli.Context) error {
			actions := map[string]func(*cli.Context, []string) error{
				"init": c.configInit, "show": c.configShow, "schema": c.configSchema, "validate": c.configValidate,
			}
			name := x.Args().First()
			do := actions[name]
			switch {
			case name == "":
				return errors.New("config needs one of init, show, schema, validate")
			case do == nil:
				return fmt.Errorf(
					"config has no %s%s",
					name,
					didYouMean(name, []string{"init", "show", "schema", "validate"}, ": it is one of init, show, schema, validate"),
				)
			}
			return do(x, x.Args().Tail())
		},
	})
}

func (c *Command) configInit(_ *cli.Context, args []string) error {
	if len(args) > 0 {
		return fmt.Errorf("config init takes no PATH: it writes %s in the current directory", lint.ConfigName)
	}
	return c.writeConfig()
}

func (c *Command) configSchema(_ *cli.Context, args []string) error {
	if len(args) > 0 {
		return errors.New("config schema takes no PATH")
	}
	s, err := lint.Schema()
	if err == nil {
		_, err = c.Stdout.Write(s)
	}
	return err
}

// configValidate reads the files, or the one that governs the current directory.
func (c *Command) configValidate(x *cli.Context, files []string) error {
	if len(files) == 0 {
		file := x.String("config")
		if file == "" {
			var err error
			if file, err = lint.FindConfig(nil); err != nil {
				return err
			}
		}
		if file == "" {
			return fmt.Errorf("no %s here or in a parent directory", lint.ConfigName)
		}
		files = []string{file}
	}
	var failed []error
	for _, file := range files {
		config, err := lint.ReadConfig(file)
		if err != nil {
			failed = append(failed, lint.Errors(err)...)
			continue
		}
		fmt.Fprintf(c.Stdout, "%s is valid\n", report.Clean(file))
		for _, n := range config.UnknownApps() {
			fmt.Fprintf(c.Stderr, "%s: %s\n", report.Clean(n.Pos.String()), report.Clean(n.Text))
		}
	}
	return errors.Join(failed...)
}

// configShow says what holds by the file that governs the paths.
func (c *Command) configShow(x *cli.Context, paths []string) error {
	file, err := x.String("config"), error(nil)
	if file == "" {
		if file, err = lint.FindConfig(paths); err != nil {
			return err
		}
	}
	config, name := &lint.Config{}, "none"
	if file != "" {
		name = report.Clean(file)
		if config, err = lint.ReadConfig(file); err != nil {
			return err
		}
	}
	baseline, err := lint.FindBaseline(paths)
	if err != nil {
		return err
	}
	var s strings.Builder
	line := func(key, value string) { fmt.Fprintf(&s, "%-15s %s\n", key, value) }
	line("file", name)
	line("baseline", report.Clean(orElse(baseline, "none")))
	for _, l := range config.Describe() {
		line(l[0], report.Clean(l[1]))
	}
	run := 0
	for _, r := range rules.All {
		if config.Selection.Runs(r.Name) {
			run++
		}
	}
	line("rules", fmt.Sprintf("%d of %d run", run, len(rules.All)))
	_, err = c.Stdout.Write([]byte(s.String()))
	return err
}

func orElse(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}
