package main

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/wslint/wslint/lint"
	"github.com/wslint/wslint/report"
)

func (c *Command) initCommand() *cli.Command {
	return c.command(&cli.Command{
		Name: "init", Usage: "look at the files here and write a first .wslint.yaml",
		Description: "What is sure is declared: versions in Dockerfiles, endpoints with TLS and a name, the\n" +
			"pings of the application that package.json, go.mod, requirements.txt and the like name.\n" +
			"Everything else is a commented line with a question, which on a terminal is asked first: an empty\n" +
			"answer leaves it open. In CI nothing is asked. A file that is there is never changed.",
		Action: func(x *cli.Context) error {
			if x.NArg() > 0 {
				return errors.New("init takes no argument: it looks at the current directory")
			}
			return c.writeConfig()
		},
	})
}

// writeConfig writes a configuration file for the current directory, unless there is one.
func (c *Command) writeConfig() error {
	if lint.HasConfig(".") {
		_, err := fmt.Fprintln(c.Stdout, "a configuration file is here already, nothing changed: wslint config show")
		return err
	}
	text, err := lint.Survey(".", c.asker())
	if err != nil {
		return err
	}
	f, err := os.OpenFile(lint.ConfigName, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return plainPathError(err)
	}
	_, err = f.WriteString(text)
	if err = errors.Join(err, f.Close()); err == nil {
		_, err = fmt.Fprintf(c.Stdout, "wrote %s: answer the questions in it, then wslint check\n", lint.ConfigName)
	}
	return err
}

// asker asks whoever sits at the terminal; nil where nobody does. An empty line, and the end of the input, is no
// answer.
func (c *Command) asker() lint.Asker {
	if !c.Interactive || !c.Terminal || c.Getenv("CI") != "" {
		return nil
	}
	lines := bufio.NewScanner(c.Stdin)
	return func(question string, check func(string) error) string {
		fmt.Fprintf(c.Stdout, "%s\n", report.Clean(question))
		for {
			fmt.Fprint(c.Stdout, "> ")
			if !lines.Scan() {
				fmt.Fprintln(c.Stdout)
				return ""
			}
			answer := strings.TrimSpace(lines.Text())
			if answer == "" {
				return ""
			}
			err := check(answer)
			if err == nil {
				return answer
			}
			for _, err := range lint.Errors(err) {
				fmt.Fprintf(c.Stdout, "%s\n", report.Clean(err.Error()))
			}
		}
	}
}
