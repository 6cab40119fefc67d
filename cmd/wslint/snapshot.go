package main

import (
	"fmt"

	"github.com/urfave/cli/v2"

	"github.com/wslint/wslint/audit"
	"github.com/wslint/wslint/report"
)

func (c *Command) snapshot() *cli.Command {
	return c.command(&cli.Command{
		Name: "snapshot", Usage: "write the load balancers of AWS accounts as JSON, for audit --from",
		Description: "Credentials are those of the AWS CLI. What is written holds configuration and what\n" +
			"could not be read, no secrets. Exit code 3: something could not be read.",
		Flags: append(accountFlags(), configFlags()...),
		Action: func(x *cli.Context) error {
			if x.NArg() > 0 {
				return fmt.Errorf(
					"snapshot takes no argument: it writes to standard output, wslint snapshot > %s",
					x.Args().First(),
				)
			}
			scope, err := scopeOf(x)
			if err != nil {
				return err
			}
			declared, err := config(x, nil)
			if err != nil {
				return err
			}
			if scope.Wants, err = audit.Needs(scope.Filters, declared, x.String("app"), byName(scope.Filters)); err != nil {
				return err
			}
			s, err := c.fetch(x, scope)
			if err != nil {
				return err
			}
			if s.Incomplete() && !x.Bool("allow-partial") {
				c.code = exitIncomplete
			}
			for _, f := range s.Unmatched(scope.Filters) {
				fmt.Fprintf(c.Stderr, "no load balancer that was read is %s\n", report.Clean(f.String()))
				c.code = exitIncomplete
			}
			report.Coverage(c.Stderr, audit.Extent(s))
			return s.Write(c.Stdout)
		},
	})
}
