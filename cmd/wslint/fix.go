package main

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/urfave/cli/v2"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/lint"
	"github.com/wslint/wslint/report"
)

// maxRounds ends a run in which fixes undo each other.
const maxRounds = 5

// lint checks the input and, with --fix, changes files as long as that helps.
func (c *Command) lint(x *cli.Context, in lint.Input, project lint.Project) (*lint.Result, error) {
	fix, diff, unsafe := x.Bool("fix"), x.Bool("diff"), x.Bool("unsafe-fixes")
	switch {
	case fix && diff:
		return nil, errors.New("--fix and --diff cannot be combined: --fix writes, --diff only prints")
	case unsafe && !fix && !diff:
		return nil, errors.New("--unsafe-fixes needs --fix or --diff")
	case fix && slices.Contains(in.Args, "-"):
		return nil, errors.New("--fix does not work with standard input")
	}
	result, err := lint.Check(in)
	if err != nil || !fix {
		return result, err
	}
	var fixed []hop.Note
	files := map[string]bool{}
	for round := range maxRounds {
		patch := lint.NewFix(result, unsafe, project)
		n, written, left := patch.Write(project)
		report.Remarks(c.Stderr, "wslint", left)
		if fixed = append(fixed, n...); len(written) == 0 || round == maxRounds-1 {
			report.Remarks(c.Stderr, "wslint", patch.Left)
			c.unsafe(patch)
			break
		}
		for _, name := range written {
			files[name] = true
		}
		if in.Config != nil && files[in.Config.File] {
			if in.Config, err = lint.ReadConfig(in.Config.File); err != nil {
				return nil, err
			}
		}
		if result, err = lint.Check(in); err != nil {
			return nil, err
		}
	}
	if len(files) > 0 {
		report.Remarks(c.Stderr, "fixed", fixed)
		fmt.Fprintf(c.Stderr, "wslint: %s fixed in %s\n", counted(len(fixed), "finding"), counted(len(files), "file"))
		for _, command := range report.Reload(result, slices.Sorted(maps.Keys(files))) {
			fmt.Fprintf(c.Stderr, "test and reload: %s\n", command)
		}
	}
	return result, nil
}

// diff prints the patch, and on standard error what it leaves out.
func (c *Command) diff(x *cli.Context, r *lint.Result, o report.Options) error {
	patch := lint.NewPatch(r, x.Bool("unsafe-fixes"))
	secret, err := report.Patch(c.Stdout, patch, o)
	if err != nil {
		return err
	}
	report.Remarks(c.Stderr, "wslint", append(patch.Left, secret...))
	c.unsafe(patch)
	return nil
}

// unsafe says how many fixes wait for a second look.
func (c *Command) unsafe(p lint.Patch) {
	if p.Unsafe > 0 {
		verb := "fixes"
		if p.Unsafe == 1 {
			verb = "fix"
		}
		fmt.Fprintf(c.Stderr, "wslint: %d %s may affect other requests: --unsafe-fixes includes them\n", p.Unsafe, verb)
	}
}

func counted(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
