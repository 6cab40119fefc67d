package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/urfave/cli/v2"
)

const appHelp = `wslint finds out from nginx configurations why WebSockets close.

Usage:
  wslint [check] [FLAGS] [PATH…|-]   lint files, directories, or nginx -T on "-"
  wslint trace [FLAGS] URL PATH…     follow one handshake, hop by hop
  wslint why --after 60s [PATH…]     who closes connections at that age
  wslint baseline [FLAGS] [PATH…]    from now on report only what is new
  wslint audit [FLAGS]               judge the load balancers of AWS accounts
  wslint snapshot [FLAGS]            write them as JSON, for wslint audit --from
  wslint config init|show|…          .wslint.yaml: what wslint cannot find out itself
  wslint explain RULE|CODE           what a finding or a close code (1006) means
  wslint rules, wslint codes         list all rules, all close codes
  wslint hops                        list the hops that are known, and their timeouts
  wslint apps                        list the applications that are known
  wslint lsp                         serve editors: the Language Server Protocol
  wslint completion bash|zsh|…       complete commands and flags in a shell
  wslint version                     print the version

wslint COMMAND --help lists the flags. Most wanted: --ping 25s says how often the
application pings.

Exit codes: 0 clean, 1 findings, 2 usage or configuration, 3 incomplete
(something could not be read).
`

// printHelp prints the help of the program, or of one command. The library's own templates list flags without their values and
// commands that nobody needs.
func printHelp(w io.Writer, cmd *cli.Command) error {
	if cmd == nil {
		_, err := io.WriteString(w, appHelp)
		return err
	}
	var s strings.Builder
	fmt.Fprintf(&s, "wslint %s: %s\n\nUsage:\n  wslint %s", cmd.Name, cmd.Usage, cmd.Name)
	if len(cmd.Flags) > 0 {
		s.WriteString(" [FLAGS]")
	}
	if cmd.ArgsUsage != "" {
		s.WriteString(" " + cmd.ArgsUsage)
	}
	s.WriteString("\n")
	if cmd.Description != "" {
		s.WriteString("\n" + cmd.Description + "\n")
	}
	if len(cmd.Flags) > 0 {
		s.WriteString("\nFlags:\n")
	}
	width := 15
	for _, f := range cmd.Flags {
		width = max(width, 2+len(f.Names()[0]))
	}
	for _, f := range cmd.Flags {
		usage := ""
		if d, ok := f.(cli.DocGenerationFlag); ok {
			usage = d.GetUsage()
		}
		fmt.Fprintf(&s, "  %-*s %s\n", width, "--"+f.Names()[0], usage)
	}
	_, err := io.WriteString(w, s.String())
	return err
}
