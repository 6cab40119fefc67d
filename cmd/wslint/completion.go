package main

import (
	"embed"
	"fmt"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/wslint/wslint/catalog"
	"github.com/wslint/wslint/codes"
	"github.com/wslint/wslint/internal/lazyregexp"
	"github.com/wslint/wslint/rules"
)

// scripts hold one file a shell, which asks wslint at each press of the tab key.
//
//go:embed completion
var scripts embed.FS

var shells = []string{"bash", "fish", "powershell", "zsh"}

// completeFlag ends a command line that a shell wants completed; its value is the word under the cursor. The library
// has the name, without a value.
const completeFlag = "--generate-bash-completion="

func (c *Command) completion() *cli.Command {
	return c.command(&cli.Command{
		Name: "completion", Usage: "print the completion script for a shell", ArgsUsage: strings.Join(shells, "|"),
		Description: "The first lines of the script say where it belongs. For bash:\n  source <(wslint completion bash)",
		Action: func(x *cli.Context) error {
			shell := x.Args().First()
			if x.NArg() != 1 {
				return fmt.Errorf("completion needs a shell: %s", strings.Join(shells, ", "))
			}
			text, err := scripts.ReadFile("completion/" + shell)
			if err != nil || !slices.Contains(shells, shell) {
				return fmt.Errorf(
					"no completion for %q%s",
					shell,
					didYouMean(shell, shells, ": it is one of "+strings.Join(shells, ", ")),
				)
			}
			_, err = c.Stdout.Write(text)
			return err
		},
	})
}

// A candidate is a word that may stand under the cursor.
type candidate struct{ word, what string }

// complete prints the candidates, one a line, with a tab before what they are. None means that the shell is to offer
// files.
func (c *Command) complete(app *cli.App, words []string, word string) int {
	for _, x := range candidates(app, words, word) {
		if strings.HasPrefix(x.word, word) {
			fmt.Fprintln(c.Stdout, strings.TrimSuffix(x.word+"\t"+x.what, "\t"))
		}
	}
	return exitClean
}

// candidates lists what may follow the words in front of the cursor; word is the beginning of it.
func candidates(app *cli.App, words []string, word string) []candidate {
	if slices.Contains(words, "--") {
		return nil
	}
	cmd, named, positional, pending := splitUnfinished(app, words)
	name, _, hasValue, isFlag := parseFlag(word)
	switch {
	case pending != nil:
		return values(cmd, pending, word)
	case isFlag && hasValue:
		f := flagOf(cmd)(name)
		if f == nil {
			return nil
		}
		before, value, _ := strings.Cut(word, "=")
		list := values(cmd, f, value)
		for i := range list {
			list[i].word = before + "=" + list[i].word
		}
		return list
	case isFlag || word == "-" || word == "--":
		return flags(cmd)
	case !named && positional == 0:
		return commands(app)
	}
	return arguments(app, cmd, positional)
}

// splitUnfinished takes a command line apart as far as it goes: the command, whether it is named, how many arguments
// it has, and the flag that still needs its value, nil when there is none.
func splitUnfinished(app *cli.App, words []string) (cmd *cli.Command, named bool, positional int, pending cli.Flag) {
	cmd = app.Command("check")
	if at := firstArgument(words, anyFlag(app.Commands)); at >= 0 {
		switch c := app.Command(words[at]); {
		case c != nil:
			cmd, named = c, true
		case words[at] == "help":
			cmd, named = &cli.Command{Name: "help"}, true
		}
		if named {
			words = slices.Delete(slices.Clone(words), at, at+1)
		}
	}
	for _, w := range words {
		name, _, hasValue, isFlag := parseFlag(w)
		switch {
		case pending != nil:
			pending = nil
		case !isFlag:
			positional++
		case !hasValue:
			if f := flagOf(cmd)(name); f != nil && takesValue(f) {
				pending = f
			}
		}
	}
	return cmd, named, positional, pending
}

func commands(app *cli.App) (list []candidate) {
	for _, c := range app.Commands {
		list = append(list, candidate{c.Name, c.Usage})
	}
	return append(list, candidate{"help", "help on a command"})
}

func flags(cmd *cli.Command) (list []candidate) {
	for _, f := range cmd.Flags {
		list = append(list, candidate{"--" + f.Names()[0], usage(f)})
	}
	return append(list, candidate{"--help", "list the flags"})
}

func usage(f cli.Flag) string {
	if d, ok := f.(cli.DocGenerationFlag); ok {
		return d.GetUsage()
	}
	return ""
}

// arguments lists what a command takes as its next argument, where that is no file.
func arguments(app *cli.App, cmd *cli.Command, positional int) []candidate {
	switch {
	case cmd.Name == "explain":
		list := ruleCandidates("")
		for _, code := range codes.All {
			list = append(list, candidate{code.Number(), code.Name})
		}
		return list
	case positional > 0:
		return nil
	case cmd.Name == "help":
		return commands(app)
	case cmd.Name == "config" || cmd.Name == "completion":
		first, _, _ := strings.Cut(cmd.ArgsUsage, " ")
		return choices(first)
	}
	return nil
}

// someChoices are the values of a flag or an argument, as its usage has them.
var someChoices = lazyregexp.New(`[a-z][a-z0-9-]*(\|[a-z][a-z0-9-]*)+`)

func choices(text string) (list []candidate) {
	if s := someChoices.FindString(text); s != "" {
		for _, v := range strings.Split(s, "|") {
			list = append(list, candidate{word: v})
		}
	}
	return list
}

// values lists the values that a flag has; nil where any text or a file may stand.
func values(cmd *cli.Command, f cli.Flag, word string) (list []candidate) {
	switch f.Names()[0] {
	case "rule", "skip":
		return ruleCandidates("")
	case "severity":
		rule, _, ok := strings.Cut(word, "=")
		if !ok {
			return ruleCandidates("=")
		}
		for _, s := range choices(usage(f)) {
			list = append(list, candidate{word: rule + "=" + s.word})
		}
		return list
	case "app":
		for _, a := range catalog.AppNames() {
			list = append(list, candidate{word: a})
		}
		return list
	case "code":
		for _, code := range codes.All {
			if code.First == code.Last {
				list = append(list, candidate{code.Number(), code.Name})
			}
		}
		return list
	case "output":
		return words(formatNames(formatsOf(cmd.Name))...)
	}
	return choices(usage(f))
}

func words(list ...string) (found []candidate) {
	for _, w := range list {
		found = append(found, candidate{word: w})
	}
	return found
}

func ruleCandidates(behind string) (list []candidate) {
	for _, r := range rules.All {
		list = append(list, candidate{r.Name + behind, r.Summary})
	}
	return list
}
