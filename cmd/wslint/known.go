package main

import (
	"fmt"

	"github.com/urfave/cli/v2"

	"github.com/wslint/wslint/known"
	"github.com/wslint/wslint/report"
)

func (c *Command) hops() *cli.Command {
	return c.command(&cli.Command{
		Name: "hops", Usage: "list the hops that a declared path can name, with their timeouts",
		Flags: formatFlag(),
		Action: func(x *cli.Context) error {
			format, err := onlyFormat(x)
			switch {
			case err != nil:
				return err
			case format == "json":
				return report.HopsJSON(c.Stdout, known.Hops)
			}
			return report.Hops(c.Stdout, known.Hops)
		},
	})
}

func (c *Command) apps() *cli.Command {
	return c.command(&cli.Command{
		Name: "apps", Usage: "list the applications that a declared path can name, with what they send",
		Flags: formatFlag(),
		Action: func(x *cli.Context) error {
			format, err := onlyFormat(x)
			switch {
			case err != nil:
				return err
			case format == "json":
				return report.AppsJSON(c.Stdout, known.Apps)
			}
			return report.Apps(c.Stdout, known.Apps)
		},
	})
}

func formatFlag() []cli.Flag {
	return []cli.Flag{&cli.StringFlag{Name: "format", Usage: "text|json", Value: "text"}}
}

// onlyFormat reads the flag of a command that has no other and takes no argument.
func onlyFormat(x *cli.Context) (string, error) {
	if x.NArg() > 0 {
		return "", fmt.Errorf("%s takes no argument", x.Command.Name)
	}
	return choice(x, "format", "text", "json")
}
