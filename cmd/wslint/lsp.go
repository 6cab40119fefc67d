package main

import (
	"errors"
	"fmt"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/wslint/wslint/lsp"
)

func (c *Command) lsp() *cli.Command {
	return c.command(&cli.Command{
		Name: "lsp", Usage: "serve editors: the Language Server Protocol on standard input and output",
		Description: "An editor starts it and lints what is open, saved or not. It takes no flags for linting:\n" +
			"what wslint cannot see is declared in .wslint.yaml. docs/editors.md says how to set editors up.",
		Flags: []cli.Flag{
			&cli.BoolFlag{Name: "stdio", Usage: "does nothing: some editors give it to every language server"},
		},
		Action: func(x *cli.Context) error {
			if x.NArg() > 0 {
				return errors.New("lsp takes no argument: the editor says which folders it has open")
			}
			if c.Interactive {
				fmt.Fprintln(c.Stderr, "wslint: lsp is for editors, and waits for one to speak the Language Server Protocol: docs/editors.md says how to set them up")
			}
			c.code = lsp.Server{In: c.Stdin, Out: c.Stdout, Log: c.Stderr, Version: buildVersion(), Now: time.Now}.Serve()
			return nil
		},
	})
}
