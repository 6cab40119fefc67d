// Command wslint finds out why WebSockets fail or close, from the configuration of nginx, HAProxy and AWS load
// balancers.
package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/mattn/go-isatty"
	"github.com/urfave/cli/v2"
	"golang.org/x/term"

	"github.com/wslint/wslint/internal/redact"
	"github.com/wslint/wslint/internal/spelling"
	"github.com/wslint/wslint/lint"
	"github.com/wslint/wslint/report"
	"github.com/wslint/wslint/rules"
)

func main() {
	if os.Getenv("GOMEMLIMIT") == "" {
		limitMemory()
	}
	debug.SetGCPercent(collected)
	c := newCommand()
	c.Large = sync.OnceFunc(hugePages)
	if pagesAreDear() {
		c.Large()
	}
	os.Exit(c.Main(os.Args))
}

// newCommand is a call of wslint with the surroundings of this process.
func newCommand() Command {
	c := Command{
		Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr, Getenv: os.Getenv, Now: time.Now(),
		Terminal: isTerminal(os.Stdout), ErrTerminal: isTerminal(os.Stderr), Interactive: isTerminal(os.Stdin),
		Width: terminalWidth(os.Stdout, os.Getenv), SystemDirs: []string{"/etc/nginx", "/etc/haproxy"},
	}
	c.Host, _ = os.Hostname() // without a name the reports have none
	return c
}

// terminalWidth is how many columns a terminal has: COLUMNS says so, or the terminal itself; 0 for what is none.
func terminalWidth(f *os.File, getenv func(string) string) int {
	if !isTerminal(f) {
		return 0
	}
	if n, err := strconv.Atoi(getenv("COLUMNS")); err == nil && n > 0 {
		return n
	}
	n, _, err := term.GetSize(int(f.Fd()))
	if err != nil {
		return 0
	}
	return n
}

func isTerminal(f *os.File) bool { return isatty.IsTerminal(f.Fd()) || isatty.IsCygwinTerminal(f.Fd()) }

// The exit codes. A report that lacks something outweighs one that is complete and bad.
const (
	exitClean      = 0
	exitFindings   = 1
	exitUsage      = 2
	exitIncomplete = 3
)

// A Command is one call of wslint with everything it takes from its surroundings.
type Command struct {
	Stdin          io.Reader
	Stdout, Stderr io.Writer
	Getenv         func(string) string
	Terminal       bool // Stdout is one
	ErrTerminal    bool // Stderr is one
	Interactive    bool // Stdin is one: somebody can be asked
	Now            time.Time
	Width          int    // columns of the terminal; 0 where there is none
	Host           string // the name of this machine, for the head of reports; "" for none
	// SystemDirs are looked at where no path is named and the current directory holds no configuration.
	SystemDirs []string
	// Large is called when a run turns out to be a large one; nil for nothing.
	Large func()

	code int
	args []string // of the command line
}

// Main runs the command line, whose first element is the program's name, and returns the exit code.
func (c *Command) Main(args []string) int {
	c.code = exitClean
	app := c.app()
	c.args = args[1:]
	if word, ok := strings.CutPrefix(args[len(args)-1], completeFlag); ok {
		return c.complete(app, args[1:len(args)-1], word)
	}
	call, err := parseCall(app, args[1:])
	switch {
	case err != nil:
	case call.help:
		err = printHelp(c.Stdout, call.command)
	default:
		err = app.Run(call.args(args[0]))
	}
	if err != nil {
		c.complain(err)
		return exitUsage
	}
	return c.code
}

// complain prints each error in one line, and the line of the file it points at.
func (c *Command) complain(err error) {
	for _, err := range lint.Errors(err) {
		fmt.Fprintf(c.Stderr, "wslint: %s\n", report.Clean(redact.Text(err.Error())))
		var at *lint.PlaceError
		if errors.As(err, &at) {
			fmt.Fprint(c.Stderr, report.Excerpt(at.Pos, at.Line))
		}
	}
}

func (c *Command) app() *cli.App {
	return &cli.App{
		Name:   "wslint",
		Reader: c.Stdin, Writer: c.Stdout, ErrWriter: c.Stderr,
		Commands: []*cli.Command{
			c.check(),
			c.baseline(),
			c.initCommand(),
			c.config(),
			c.trace(),
			c.why(),
			c.probe(),
			c.audit(),
			c.snapshot(),
			c.explain(),
			c.rules(),
			c.codes(),
			c.hops(),
			c.apps(),
			c.completion(),
			c.lsp(),
			c.man(),
			c.version(),
		},
		// Regular expressions and header values hold commas.
		DisableSliceFlagSeparator: true,
		HideVersion:               true,
		HideHelp:                  true,
		// Errors are printed once, by Main; the library would exit by itself.
		ExitErrHandler: func(*cli.Context, error) {},
		OnUsageError:   func(_ *cli.Context, err error, _ bool) error { return plain(err) },
	}
}

// command fills in what all commands have in common.
func (c *Command) command(cmd *cli.Command) *cli.Command {
	cmd.HideHelp = true
	cmd.OnUsageError = func(_ *cli.Context, err error, _ bool) error { return plain(err) }
	return cmd
}

// plain rewords the errors of the flag package: they name a flag with one dash and Go's parsers.
func plain(err error) error {
	s := strings.TrimPrefix(err.Error(), "flag provided but not defined: ")
	if s != err.Error() {
		return fmt.Errorf("unknown flag -%s", s)
	}
	return errors.New(strings.Replace(s, "for flag -", "for --", 1))
}

func ruleNames() []string {
	var names []string
	for _, r := range rules.All {
		names = append(names, r.Name)
	}
	return names
}

func didYouMean(word string, candidates []string, otherwise string) string {
	if near := spelling.DidYouMean(word, candidates); near != "" {
		return fmt.Sprintf("; did you mean %s?", near)
	}
	return otherwise
}

func (c *Command) rules() *cli.Command {
	return c.command(&cli.Command{
		Name: "rules", Usage: "list all rules with severity and summary",
		Flags: []cli.Flag{formatFlag("text", "json")},
		Action: func(x *cli.Context) error {
			if x.NArg() > 0 {
				return fmt.Errorf("rules takes no argument: wslint explain %s prints a page", x.Args().First())
			}
			switch format, err := choice(x, "format", "text", "json"); {
			case err != nil:
				return err
			case format == "json":
				return report.RulesJSON(c.Stdout, rules.All)
			}
			width := len(slices.MaxFunc(ruleNames(), func(a, b string) int { return len(a) - len(b) }))
			for _, r := range rules.All {
				fmt.Fprintf(c.Stdout, "%-*s  %-7s  %s\n", width, r.Name, r.Severity, r.Summary)
			}
			return nil
		},
	})
}
