package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/urfave/cli/v2"
)

const appHelp = `wslint finds out why WebSockets fail or close, from nginx, HAProxy and AWS configuration.

Usage:
  wslint [check] [FLAGS] [PATH…|-]   lint files, directories, or nginx -T on "-"
  wslint trace [FLAGS] URL [PATH…]   follow a handshake, hop by hop
  wslint why 60s|1006|502 [PATH…]    find suspects: an age, a close code, a status
  wslint probe [FLAGS] URL [PATH…]   connect as a browser does, compare with predictions
  wslint explain RULE|CODE           explain a finding or a close code (1006)
  wslint baseline [FLAGS] [PATH…]    record current findings, report only new ones
  wslint audit [FLAGS]               check the load balancers of AWS accounts
  wslint snapshot [FLAGS]            write them as JSON, for wslint audit --from
  wslint init                        write a first .wslint.yaml from what is here
  wslint config show|validate|…      .wslint.yaml: declare what wslint cannot see
  wslint rules, wslint codes         list all rules, all close codes
  wslint hops, wslint apps           list known hops (with timeouts), applications
  wslint lsp                         run the language server, for editors
  wslint completion bash|zsh|…       print the completion script for a shell
  wslint man                         print the man page
  wslint version                     print the version, the commit and the compiler

wslint COMMAND --help lists the flags. Most useful flag: --ping 25s (the application
pings every 25s).

Exit codes: 0 clean, 1 findings, 2 usage or configuration error, 3 incomplete
(could not read everything).
`

// flagNames is how help shows a flag: "--format, -f".
func flagNames(f cli.Flag) string {
	names := f.Names()
	s := "--" + names[0]
	for _, n := range names[1:] {
		s += ", -" + n
	}
	return s
}

// printHelp prints the help of the program, or of one command. The library's own templates list flags without their
// values and commands that nobody needs.
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
		width = max(width, len(flagNames(f)))
	}
	for _, f := range cmd.Flags {
		usage := ""
		if d, ok := f.(cli.DocGenerationFlag); ok {
			usage = d.GetUsage()
		}
		fmt.Fprintf(&s, "  %-*s %s\n", width, flagNames(f), usage)
	}
	_, err := io.WriteString(w, s.String())
	return err
}
