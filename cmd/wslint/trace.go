package main

import (
	"errors"
	"fmt"

	"github.com/urfave/cli/v2"

	"github.com/wslint/wslint/lint"
	"github.com/wslint/wslint/report"
)

func (c *Command) trace() *cli.Command {
	return c.command(&cli.Command{
		Name: "trace", Usage: "follow a handshake and an idle connection, hop by hop", ArgsUsage: "URL [PATH…]",
		Description: "The URL is what the browser connects to: its host and port choose the server. If it is\n" +
			"that of a declared path, the handshake goes through the declared hops.\n" +
			"--format svg draws it for documents. --effective prints the block that serves the handshake\n" +
			"with everything it inherits, each line with the file and line it comes from.\n" +
			"Exit code 0 for every prediction, 3 when a configuration could not be read.",
		Flags: append(
			inputFlags(),
			formatFlag("text", "json", "svg"),
			&cli.StringSliceFlag{
				Name:  "header",
				Usage: "replace a header of the browser, 'Name: value'; no value: omit it; repeatable",
			},
			&cli.StringSliceFlag{Name: "subprotocol", Usage: "ask for the subprotocol P; repeatable"},
			&cli.StringFlag{
				Name:  "browser",
				Usage: "chrome|firefox|firefox-115: the browser whose handshake is sent",
				Value: "chrome",
			},
			&cli.BoolFlag{
				Name:  "effective",
				Usage: "print the block in force at each hop, with what it inherits and from where",
			},
			&cli.StringFlag{Name: "client", Usage: "the client's IP address"},
		),
		Action: func(x *cli.Context) error {
			format, o, err := c.output(x, "svg")
			if err != nil {
				return err
			}
			if x.NArg() == 0 {
				return errors.New("trace needs a URL: wslint trace wss://chat.example.com/ws nginx.conf")
			}
			if x.Bool("effective") && format != "text" {
				return fmt.Errorf("--effective and --format %s cannot be combined", format)
			}
			h, err := handshake(x)
			if err != nil {
				return err
			}
			in, err := c.input(x, x.Args().Tail())
			if err != nil {
				return err
			}
			cases, result, err := lint.Trace(in, h)
			if dirs := c.elsewhere(in.Args, err); dirs != nil {
				in.Args = dirs
				cases, result, err = lint.Trace(in, h)
			}
			switch {
			case err != nil:
				return err
			case len(cases) == 0:
				c.code = exitIncomplete
				report.Problems(c.Stderr, result)
				return nil
			}
			if len(result.Findings) > 0 {
				// They are of other files: the handshake passes none of them.
				report.Problems(c.Stderr, result)
			}
			if result.Incomplete {
				c.code = exitIncomplete
			}
			if o.Verbose {
				report.Reading(c.Stderr, result)
				report.Remarks(c.Stderr, "unknown", result.Unknown)
			}
			if x.Bool("effective") {
				return report.Effective(c.Stdout, cases[0])
			}
			switch format {
			case "json":
				return report.TraceJSON(c.Stdout, cases)
			case "svg":
				return report.TraceSVG(c.Stdout, cases[0])
			}
			if err := report.Trace(c.Stdout, cases, o); err != nil {
				return err
			}
			return report.Hint(c.Stdout, result, h.URL, in.Args, o)
		},
	})
}

// handshake reads what the browser is to send.
func handshake(x *cli.Context) (lint.Handshake, error) {
	h := lint.Handshake{URL: x.Args().First(), Subprotocols: x.StringSlice("subprotocol")}
	var err error
	if h.Browser, err = choice(x, "browser", lint.Browsers...); err != nil {
		return h, err
	}
	for _, s := range x.StringSlice("header") {
		header, err := lint.ParseHeader(s)
		if err != nil {
			return h, err
		}
		h.Headers = append(h.Headers, header)
	}
	h.Client, err = clientAddr(x.String("client"))
	return h, err
}
