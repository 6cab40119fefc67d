package main

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/wslint/wslint/lint"
	"github.com/wslint/wslint/report"
	"github.com/wslint/wslint/rules"
)

func (c *Command) check() *cli.Command {
	return c.command(&cli.Command{
		Name: "check", Usage: "lint configurations (also what wslint PATH does)", ArgsUsage: "[PATH…|-]",
		Description: "PATH is a main file, a directory, a fragment such as conf.d/site.conf, or the output\n" +
			"of nginx -T; - reads standard input. Without a PATH: the current directory.",
		Flags:  append(append(inputFlags(), formatFlag(formatNames(report.Formats)...)), checkFlags()...),
		Action: c.runCheck,
	})
}

// checkFlags are those that only check has.
func checkFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringSliceFlag{
			Name:    "output",
			Aliases: []string{"o"},
			Usage:   "FORMAT[:FILE]: another report, to FILE; repeatable",
		},
		&cli.BoolFlag{
			Name:    "quiet",
			Aliases: []string{"q"},
			Usage:   "print findings only: no lists, no summary, no next steps",
		},
		&cli.BoolFlag{Name: "statistics", Usage: "print how often each rule found something, instead of the findings"},
		&cli.StringSliceFlag{
			Name:  "url",
			Usage: "the browser connects to URL, like wss://app.example.com/ws: check that path; repeatable",
		},
		&cli.StringFlag{
			Name:  "baseline",
			Usage: "report only findings that are not in FILE (default: the nearest .wslint-baseline.json)",
		},
		&cli.BoolFlag{Name: "no-baseline", Usage: "also report what is in the baseline"},
		&cli.StringFlag{Name: "new-from", Usage: "report only findings on lines that changed since the git revision REV"},
		&cli.StringFlag{
			Name:  "trusted",
			Usage: "take .wslint.yaml and baseline from the git revision REV, heed no ignore comments",
		},
		&cli.BoolFlag{Name: "changed", Usage: "PATHs are changed files: check the whole configurations that read them"},
		&cli.BoolFlag{Name: "diff", Usage: "print the fixes as a patch for git apply instead of a report"},
		&cli.BoolFlag{Name: "fix", Usage: "fix the files, then report what remains"},
		&cli.BoolFlag{Name: "unsafe-fixes", Usage: "with --diff or --fix: also fixes that may affect other requests"},
		&cli.StringSliceFlag{Name: "rule", Usage: "only this RULE; repeatable"},
		&cli.StringSliceFlag{Name: "skip", Usage: "not this RULE; repeatable"},
		&cli.StringSliceFlag{Name: "severity", Usage: "RULE=error|warning|info: severity of its findings; repeatable"},
		&cli.StringFlag{
			Name:  "min-confidence",
			Usage: "possible|likely|certain|declared: minimum confidence that this is a WebSocket endpoint",
		},
		&cli.StringFlag{
			Name:  "fail-on",
			Usage: "error|warning|info|never: lowest severity that gives exit code 1 (default error)",
		},
		&cli.BoolFlag{Name: "exit-zero", Usage: "exit code 0 whatever is found"},
	}
}

func (c *Command) runCheck(x *cli.Context) error {
	outs, err := outputs(x)
	if err != nil {
		return err
	}
	inputs := x.Args().Slice()
	if x.Bool("changed") {
		inputs = []string{"."} // what is read; the arguments are the files that changed
	}
	project, err := lint.FindProject(".", inputs)
	if err == nil {
		err = mayWrite(outs, project)
	}
	if err != nil {
		return err
	}
	if x.Bool("changed") {
		return c.checkChanged(x, outs, project)
	}
	in, err := c.input(x, x.Args().Slice())
	if err != nil {
		return err
	}
	in.URLs = x.StringSlice("url")
	return c.checkInput(x, in, outs, project)
}

// checkInput lints and reports.
func (c *Command) checkInput(x *cli.Context, in lint.Input, outs []output, project lint.Project) error {
	o, err := c.reportOptions(x, project)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(outs, func(o output) bool { return o.format.Routes() }) {
		in.Routes = rules.NoRoutes
	}
	result, err := c.lint(x, in, project)
	if dirs := c.elsewhere(in.Args, err); dirs != nil {
		in.Args = dirs
		result, err = c.lint(x, in, project)
	}
	if err != nil {
		return err
	}
	// Of several runs the worst counts.
	o.FailOn = failOn(x, result)
	if !x.Bool("exit-zero") {
		c.code = max(c.code, exitCode(result, o))
	}
	if o.Verbose {
		report.Reading(c.Stderr, result)
	}
	o.Next = next(x, in.Args, result)
	if in.Changed != nil && !result.Concerned {
		return nil
	}
	if x.Bool("diff") {
		if err := c.diff(x, result, o); err != nil {
			return err
		}
	}
	return c.write(outs, result, o)
}

// next is what the last lines of a report may propose.
func next(x *cli.Context, args []string, r *lint.Result) *report.Next {
	if x.Bool("changed") && len(r.Findings) == 0 || x.Bool("diff") {
		return nil
	}
	n := &report.Next{Fix: !x.Bool("fix") && !slices.Contains(args, "-")}
	if !x.Bool("changed") {
		n.Paths = report.ShellWords(args)
	}
	return n
}

// checkChanged checks what the changed files concern: everything below the current directory is read, once for each
// .wslint.yaml that governs something of it.
func (c *Command) checkChanged(x *cli.Context, outs []output, project lint.Project) error {
	switch {
	case slices.Contains(x.Args().Slice(), "-"):
		return errors.New("--changed does not work with standard input")
	case slices.ContainsFunc(outs, func(o output) bool { return o.format.Name != "text" || o.file != "" }):
		return errors.New(
			"--changed may print several reports, so it only prints text; use check without it for other formats",
		)
	}
	changed, err := lint.NewChanged(x.Args().Slice())
	if err != nil {
		return err
	}
	known := changed.Deletions(c.Getenv("PRE_COMMIT_FROM_REF"), c.Getenv("PRE_COMMIT_TO_REF"))
	if x.NArg() == 0 && !known {
		return errors.New("--changed needs the changed files as PATHs")
	}
	if some, err := changed.Any(); err != nil || !some {
		return err
	}
	for dir := "."; ; dir = filepath.Dir(changed.Governing[0]) {
		in, err := c.input(x, []string{dir})
		if err != nil {
			return err
		}
		in.Changed = changed
		if err := c.checkInput(x, in, outs, project); err != nil {
			return err
		}
		if in.OneConfig || len(changed.Governing) == 0 {
			break
		}
	}
	if stray := changed.Stray(); len(stray) > 0 {
		fmt.Fprintf(c.Stderr, "wslint: not known to git, not checked: %s\n", report.Clean(strings.Join(stray, ", ")))
	}
	if unread := changed.NotRead(); len(unread) > 0 {
		fmt.Fprintf(
			c.Stderr,
			"wslint: no configuration below the current directory reads %s\n",
			report.Clean(strings.Join(unread, ", ")),
		)
	}
	return nil
}

// exitCode: what could not be read outweighs what was found.
func exitCode(r *lint.Result, o report.Options) int {
	switch {
	case r.Incomplete:
		return exitIncomplete
	case slices.ContainsFunc(r.Findings, o.Fails):
		return exitFindings
	}
	return exitClean
}

// plainPathError drops the name of the system call: "out.sarif: permission denied".
func plainPathError(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		return fmt.Errorf("%s: %w", p.Path, p.Err)
	}
	return err
}
