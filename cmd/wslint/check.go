package main

import (
	"slices"

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
		Flags: append(inputFlags(),
			&cli.StringFlag{Name: "fail-on", Usage: "error|warning|info|never: the least severity that ends in exit code 1", Value: "error"}),
		Action: func(x *cli.Context) error {
			format, o, err := c.output(x)
			if err != nil {
				return err
			}
			failOn, err := choice(x, "fail-on", "error", "warning", "info", "never")
			if err != nil {
				return err
			}
			in, err := c.input(x, x.Args().Slice())
			if err != nil {
				return err
			}
			result, err := lint.Check(in)
			if err != nil {
				return err
			}
			c.code = exitCode(result, failOn)
			if o.Verbose {
				report.Remarks(c.Stderr, "debug", result.Debug)
			}
			if format == "json" {
				return report.JSON(c.Stdout, result)
			}
			return report.Text(c.Stdout, result, o)
		},
	})
}

// exitCode: what could not be read outweighs what was found.
func exitCode(r *lint.Result, failOn string) int {
	least, may := map[string]rules.Severity{"error": rules.Error, "warning": rules.Warning, "info": rules.Info}[failOn]
	switch {
	case r.Incomplete:
		return exitIncomplete
	case may && slices.ContainsFunc(r.Findings, func(f rules.Finding) bool { return f.Severity >= least }):
		return exitFindings
	}
	return exitClean
}
