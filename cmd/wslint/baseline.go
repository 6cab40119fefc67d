package main

import (
	"fmt"
	"path/filepath"

	"github.com/urfave/cli/v2"

	"github.com/wslint/wslint/lint"
	"github.com/wslint/wslint/report"
)

func (c *Command) baseline() *cli.Command {
	return c.command(&cli.Command{
		Name: "baseline", Usage: "record current findings: later checks report only new ones", ArgsUsage: "[PATH…|-]",
		Description: "The file is the nearest " + lint.BaselineName + ", a new one beside .wslint.yaml, or\n" +
			"one in the current directory. Moved lines do not matter; what is fixed is listed\n" +
			"by later checks, and the next wslint baseline removes it.",
		Flags:  append(inputFlags(), &cli.StringFlag{Name: "baseline", Usage: "write FILE instead"}),
		Action: c.writeBaseline,
	})
}

func (c *Command) writeBaseline(x *cli.Context) error {
	paths := x.Args().Slice()
	in, err := c.input(x, paths)
	if err != nil {
		return err
	}
	file := x.String("baseline")
	if file == "" {
		if file, err = lint.FindBaseline(paths); err != nil {
			return err
		}
	}
	if file == "" {
		file = lint.BaselineName
		if in.Config != nil {
			file = filepath.Join(filepath.Dir(in.Config.File), file)
		}
	}
	project, err := lint.FindProject(".", paths)
	if err == nil {
		err = project.MayWrite(file)
	}
	if err != nil {
		return err
	}
	in.Baseline = nil
	result, err := lint.Check(in)
	if err != nil {
		return err
	}
	if result.Incomplete {
		c.code = exitIncomplete
		report.Problems(c.Stderr, result)
		return nil
	}
	n, err := lint.WriteBaseline(file, result)
	if err == nil {
		_, err = fmt.Fprintf(c.Stdout, "%s in %s\n", counted(n, "finding"), report.Clean(file))
	}
	return err
}

// baseline reads the baseline that counts; nil when there is none.
func baseline(x *cli.Context, paths []string) (*lint.Baseline, error) {
	file := x.String("baseline")
	switch {
	case x.Command.Name != "check":
		return nil, nil
	case x.Bool("no-baseline") && file != "":
		return nil, fmt.Errorf("--baseline and --no-baseline cannot be combined")
	case x.Bool("no-baseline"):
		return nil, nil
	case file == "":
		var err error
		if file, err = lint.FindBaseline(paths); err != nil || file == "" {
			return nil, err
		}
	}
	return lint.ReadBaseline(file)
}
