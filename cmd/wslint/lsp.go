package main

import (
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/wslint/wslint/lsp"
)

func (c *Command) lsp() *cli.Command {
	return c.command(&cli.Command{
		Name: "lsp", Usage: "run the language server on standard input and output",
		Description: "An editor starts it; open files are linted, saved or not. It has no flags for linting:\n" +
			"what wslint cannot see is declared in .wslint.yaml. docs/editors.md: how to set up editors.",
		Flags: []cli.Flag{
			&cli.BoolFlag{Name: "stdio", Usage: "has no effect: some editors pass it to every language server"},
		},
		Action: func(x *cli.Context) error {
			if x.NArg() > 0 {
				return errors.New("lsp takes no argument: the editor says which folders it has open")
			}
			if c.Interactive {
				fmt.Fprintln(
					c.Stderr,
					"wslint: the language server waits for an editor on standard input; docs/editors.md: how to set up editors",
				)
			}
			c.large()
			debug.SetGCPercent(collectedLater)
			c.code = lsp.Server{In: c.Stdin, Out: c.Stdout, Log: c.Stderr, Version: buildVersion(), Now: time.Now}.Serve()
			return nil
		},
	})
}
