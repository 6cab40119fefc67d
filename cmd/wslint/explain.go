package main

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/wslint/wslint/catalog"
	"github.com/wslint/wslint/codes"
	"github.com/wslint/wslint/report"
	"github.com/wslint/wslint/rules"
)

func colorFlag() cli.Flag {
	return &cli.StringFlag{Name: "color", Usage: "auto|always|never", Value: "auto"}
}

func (c *Command) explain() *cli.Command {
	return c.command(&cli.Command{
		Name: "explain", Usage: "print the page of a rule or of a close code", ArgsUsage: "RULE|CODE",
		Description: "RULE is the name in the brackets of a finding. CODE is a WebSocket close code, or its\n" +
			"name: 1006, abnormal-closure, 4000-4999.",
		Flags: []cli.Flag{colorFlag()},
		Action: func(x *cli.Context) error {
			if x.NArg() == 0 {
				return errors.New("explain needs a rule or a close code, like wslint explain 1006: wslint rules and wslint codes list them")
			}
			o, err := c.options(x)
			if err != nil {
				return err
			}
			text, err := pageOf(strings.Join(x.Args().Slice(), " "))
			if err != nil {
				return err
			}
			var page bytes.Buffer
			if err := report.Page(&page, text, o); err != nil {
				return err
			}
			return c.page(page.Bytes())
		},
	})
}

// pageOf finds the page that word means: rules first, since their names are longer than a slip.
func pageOf(word string) (string, error) {
	if slices.Contains(ruleNames(), word) {
		text, _ := rules.Page(word)
		return text, nil
	}
	if code, ok := codes.Find(word); ok {
		return code.Page(), nil
	}
	if _, isHop := catalog.FindHop(word); isHop {
		return "", fmt.Errorf("%s is a hop: wslint hops %s says what it does", word, word)
	}
	if _, isApp := catalog.FindApp(word); isApp {
		return "", fmt.Errorf("%s is an application: wslint apps %s says what it does", word, word)
	}
	if n, err := strconv.ParseFloat(word, 64); err == nil && (n < 0 || n > 65535) {
		return "", fmt.Errorf("%s is not a close code: the last one is 65535; wslint codes lists them", word)
	}
	words := append(ruleNames(), codes.Words()...)
	return "", fmt.Errorf("no rule or close code %q%s", word, didYouMean(word, words, "; wslint rules and wslint codes list them"))
}

func (c *Command) codes() *cli.Command {
	return c.command(&cli.Command{
		Name: "codes", Usage: "list the WebSocket close codes and what they mean",
		Flags: []cli.Flag{formatFlag("text", "json")},
		Action: func(x *cli.Context) error {
			if x.NArg() > 0 {
				return fmt.Errorf("codes takes no argument: wslint explain %s prints a page", x.Args().First())
			}
			switch format, err := choice(x, "format", "text", "json"); {
			case err != nil:
				return err
			case format == "json":
				return report.CodesJSON(c.Stdout, codes.All)
			}
			return report.Codes(c.Stdout, codes.All)
		},
	})
}
