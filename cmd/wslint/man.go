package main

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/wslint/wslint/catalog"
)

func (c *Command) man() *cli.Command {
	return c.command(&cli.Command{
		Name: "man", Usage: "print the man page",
		Description: "It is for packages. To read it here:\n  wslint man | man -l -",
		Action: func(x *cli.Context) error {
			if x.NArg() > 0 {
				return errors.New("man takes no argument")
			}
			return manPage(c.Stdout, c.app().Commands)
		},
	})
}

const manHead = `.TH WSLINT 1 "%s" "wslint" "User Commands"
.SH NAME
wslint \- find out why WebSockets fail or close
.SH SYNOPSIS
.B wslint
.RI [ COMMAND ]
.RI [ FLAGS ]
.RI [ PATH \&...]
.SH DESCRIPTION
Reads configurations of nginx, HAProxy, Kubernetes and AWS, predicts what becomes of a WebSocket handshake and of the
connection, and reports what fails or closes it, with the line to change.
.PP
Without a command, PATH is checked; without a PATH, the current directory.
.SH COMMANDS
`

const manFoot = `.SH EXIT STATUS
.TP
.B 0
Nothing at or above the severity that \-\-fail\-on names.
.TP
.B 1
Findings.
.TP
.B 2
Wrong usage or configuration file, or no configuration found.
.TP
.B 3
Not everything could be read, so the answer is incomplete.
.SH FILES
.TP
.I .wslint.yaml
Declares what configurations do not say: the ping of the application, the path from the browser, what is ignored. It is
searched for upward from what is checked.
.TP
.I .wslint-baseline.json
Findings that are already known, as wslint baseline writes them.
.SH EXAMPLES
.TP
.B wslint check \-\-ping 25s deploy/nginx
Checks a folder for an application that pings every 25s.
.TP
.B nginx \-T 2>&1 | wslint check \-
Checks the configuration that nginx reads.
.TP
.B wslint why 60s deploy/nginx
Who closes connections after 60s.
.SH SEE ALSO
.BR nginx (8),
.BR haproxy (1)
`

// manPage prints the manual in the language of man: what the program is, each command with its flags, the exit codes.
func manPage(w io.Writer, commands []*cli.Command) error {
	var s strings.Builder
	fmt.Fprintf(&s, manHead, catalog.AsOf)
	for _, cmd := range commands {
		fmt.Fprintf(&s, ".SS %s\n", roff("wslint "+cmd.Name+" "+cmd.ArgsUsage))
		s.WriteString(roff(sentence(cmd.Usage)) + "\n")
		if cmd.Description != "" {
			// Its lines are broken as they are to be seen: some are commands.
			fmt.Fprintf(&s, ".PP\n.nf\n%s\n.fi\n", roff(cmd.Description))
		}
		for _, f := range cmd.Flags {
			usage := ""
			if d, ok := f.(cli.DocGenerationFlag); ok {
				usage = d.GetUsage()
			}
			fmt.Fprintf(&s, ".TP\n.B %s\n%s\n", roff(flagNames(f)), roff(usage))
		}
	}
	s.WriteString(manFoot)
	_, err := io.WriteString(w, s.String())
	return err
}

// sentence is a phrase of the help as a whole sentence.
func sentence(phrase string) string {
	if phrase == "" {
		return ""
	}
	return strings.ToUpper(phrase[:1]) + phrase[1:] + "."
}

// roff writes text so that man prints it as it is: no line is a request, and a hyphen is one that can be copied.
func roff(text string) string {
	text = strings.NewReplacer(`\`, `\e`, "-", `\-`, "…", `\&...`).Replace(text)
	lines := strings.Split(strings.TrimSpace(text), "\n")
	for i, line := range lines {
		if strings.HasPrefix(line, ".") || strings.HasPrefix(line, "'") {
			lines[i] = `\&` + line
		}
	}
	return strings.Join(lines, "\n")
}
