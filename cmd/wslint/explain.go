package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/wslint/wslint/catalog"
	"github.com/wslint/wslint/codes"
	"github.com/wslint/wslint/report"
	"github.com/wslint/wslint/rules"
	"github.com/wslint/wslint/settings"
	"github.com/wslint/wslint/why"
)

func colorFlag() cli.Flag {
	return &cli.StringFlag{Name: "color", Usage: "auto|always|never", Value: "auto"}
}

func (c *Command) explain() *cli.Command {
	return c.command(&cli.Command{
		Name: "explain", Usage: "explain a rule, a close code, an HTTP status or a setting",
		ArgsUsage: "RULE|CODE|STATUS|SETTING",
		Description: "RULE is the name in the brackets of a finding. CODE is a WebSocket close code, or its\n" +
			"name: 1006, abnormal-closure, 4000-4999. STATUS is that of a failed handshake, like 502.\n" +
			"SETTING is one of nginx, HAProxy, Linux or a load balancer, like proxy_read_timeout or\n" +
			"idle_timeout.timeout_seconds: what it does to a WebSocket.",
		Flags: []cli.Flag{colorFlag()},
		Action: func(x *cli.Context) error {
			if x.NArg() == 0 {
				return errors.New(
					"explain needs a rule, a close code, a status or a setting, like wslint explain 1006: wslint rules and wslint " +
						"codes list them",
				)
			}
			o, err := c.options(x)
			if err != nil {
				return err
			}
			var page bytes.Buffer
			if err := explained(&page, strings.Join(x.Args().Slice(), " "), o); err != nil {
				return err
			}
			return c.page(page.Bytes())
		},
	})
}

// explained prints what word means: rules first, since their names are longer than a slip.
func explained(w io.Writer, word string, o report.Options) error {
	if slices.Contains(ruleNames(), word) {
		text, _ := rules.Page(word)
		return report.Page(w, text, o)
	}
	if n, err := strconv.Atoi(word); err == nil && n >= 100 && n <= 599 {
		if err := report.Why(w, why.Find(why.Symptom{Status: n}, why.Given{}), o); err != nil {
			return err
		}
		_, err := fmt.Fprintf(w, "For a configuration: wslint why %d nginx.conf\n", n)
		return err
	}
	if code, ok := codes.Find(word); ok {
		return report.Page(w, code.Page(), o)
	}
	if s, ok := settings.Find(word); ok {
		return report.Page(w, report.SettingPage(s.Names, s.Of, s.Text), o)
	}
	if text, ok := report.KeyPage(word); ok {
		return report.Page(w, text, o)
	}
	if h, isHop := catalog.FindHop(word); isHop {
		return report.HopPages(w, []catalog.Hop{h})
	}
	if a, isApp := catalog.FindApp(word); isApp {
		return report.AppPages(w, []catalog.App{a})
	}
	if n, err := strconv.ParseFloat(word, 64); err == nil && (n < 0 || n > 65535) {
		return fmt.Errorf("%s is not a close code: the last one is 65535; wslint codes lists them", word)
	}
	words := slices.Concat(ruleNames(), codes.Words(), settings.Names())
	return fmt.Errorf(
		"no rule, close code or setting %q%s",
		word,
		didYouMean(word, words, "; wslint rules and wslint codes list them"),
	)
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
