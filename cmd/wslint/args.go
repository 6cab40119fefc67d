package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"
)

// A call is a command line taken apart.
type call struct {
	command    *cli.Command // nil for the program's own help
	help       bool
	flags      []string
	positional []string
}

// args puts a call in the only order that the flag package understands: command, flags, "--", arguments. Measured: it
// takes flags behind the first argument for arguments, silently.
func (c call) args(program string) []string {
	return slices.Concat([]string{program, c.command.Name}, c.flags, []string{"--"}, c.positional)
}

// parseCall takes a command line apart; words are those behind the program's name. What is neither a command nor an
// existing path is refused here.
func parseCall(app *cli.App, words []string) (call, error) {
	at, name := firstArgument(words, anyFlag(app.Commands)), ""
	if at >= 0 && words[at] != "--" {
		name = words[at]
	}
	cmd := app.Command(name)
	switch {
	case name == "" && len(words) == 1 && isHelp(words[0]):
		return call{help: true}, nil
	case name == "" && len(words) == 1 && (words[0] == "--version" || words[0] == "-version"):
		return call{command: app.Command("version")}, nil
	case name == "help":
		return helpCall(app, words[at+1:])
	case cmd != nil:
		words = slices.Delete(slices.Clone(words), at, at+1)
	case name != "" && !exists(name):
		return call{}, noCommand(app, name)
	default:
		cmd = app.Command("check")
	}
	return split(cmd, words)
}

func isHelp(s string) bool { return slices.Contains([]string{"-h", "-help", "--help"}, s) }

func helpCall(app *cli.App, words []string) (call, error) {
	if len(words) == 0 {
		return call{help: true}, nil
	}
	if cmd := app.Command(words[0]); cmd != nil {
		return call{command: cmd, help: true}, nil
	}
	return call{}, noCommand(app, words[0])
}

// exists accepts "-" and whatever is there; the command itself says what is wrong with it.
func exists(path string) bool {
	if path == "-" {
		return true
	}
	_, err := os.Stat(path)
	return err == nil || !errors.Is(err, fs.ErrNotExist)
}

func noCommand(app *cli.App, name string) error {
	if strings.HasPrefix(name, "ws://") || strings.HasPrefix(name, "wss://") {
		return fmt.Errorf("to follow the handshake of a URL: wslint trace %s", name)
	}
	// A path is more likely meant by what looks like one.
	if strings.ContainsAny(name, "./") {
		return fmt.Errorf("%s: no such file or directory", name)
	}
	var names []string
	for _, c := range app.Commands {
		names = append(names, c.Name)
	}
	return fmt.Errorf(
		"%q is neither a command nor a file%s",
		name,
		didYouMean(name, names, "; wslint --help lists the commands"),
	)
}

// A flagFinder returns the flag of a name, nil when there is none.
type flagFinder func(name string) cli.Flag

func flagOf(cmd *cli.Command) flagFinder {
	return func(name string) cli.Flag {
		for _, f := range cmd.Flags {
			if slices.Contains(f.Names(), name) {
				return f
			}
		}
		return nil
	}
}

func anyFlag(commands []*cli.Command) flagFinder {
	return func(name string) cli.Flag {
		for _, c := range commands {
			if f := flagOf(c)(name); f != nil {
				return f
			}
		}
		return nil
	}
}

// parseFlag splits "--name=value"; ok is false for arguments.
func parseFlag(word string) (name, value string, hasValue, ok bool) {
	if len(word) < 2 || word[0] != '-' || word == "--" {
		return "", "", false, false
	}
	name = strings.TrimPrefix(word[1:], "-")
	name, value, hasValue = strings.Cut(name, "=")
	return name, value, hasValue, true
}

func takesValue(f cli.Flag) bool {
	_, isBool := f.(*cli.BoolFlag)
	return !isBool
}

// firstArgument returns the index of the first word that is neither a flag nor the value of one, -1 when there is
// none.
func firstArgument(words []string, find flagFinder) int {
	for i := 0; i < len(words); i++ {
		name, _, hasValue, ok := parseFlag(words[i])
		if !ok {
			return i
		}
		if f := find(name); f != nil && takesValue(f) && !hasValue {
			i++
		}
	}
	return -1
}

// split separates flags from arguments wherever they stand; what follows "--" are arguments.
func split(cmd *cli.Command, words []string) (call, error) {
	c, find := call{command: cmd}, flagOf(cmd)
	for i := 0; i < len(words); i++ {
		w := words[i]
		if w == "--" {
			c.positional = append(c.positional, words[i+1:]...)
			return c, nil
		}
		name, _, hasValue, ok := parseFlag(w)
		if !ok {
			c.positional = append(c.positional, w)
			continue
		}
		if isHelp(w) {
			return call{command: cmd, help: true}, nil
		}
		f := find(name)
		if f == nil {
			typed, _, _ := strings.Cut(w, "=")
			return c, unknownFlag(cmd, typed)
		}
		c.flags = append(c.flags, w)
		if takesValue(f) && !hasValue {
			if i++; i == len(words) || len(words[i]) > 1 && words[i][0] == '-' {
				return c, fmt.Errorf("--%s needs a value (--%s=VALUE if it begins with a dash)", name, name)
			}
			c.flags = append(c.flags, words[i])
		}
	}
	return c, nil
}

// unknownFlag names a flag as it was typed.
func unknownFlag(cmd *cli.Command, typed string) error {
	names := []string{"--help", "--version"}
	for _, f := range cmd.Flags {
		names = append(names, "--"+f.Names()[0])
	}
	word := "--" + strings.TrimLeft(typed, "-")
	return fmt.Errorf(
		"%s has no flag %s%s",
		cmd.Name,
		typed,
		didYouMean(word, names, fmt.Sprintf("; wslint %s --help lists them", cmd.Name)),
	)
}
