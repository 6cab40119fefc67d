package main

import (
	"fmt"

	"github.com/urfave/cli/v2"

	"github.com/wslint/wslint/catalog"
	"github.com/wslint/wslint/lint"
	"github.com/wslint/wslint/report"
)

func (c *Command) hops() *cli.Command {
	return c.command(&cli.Command{
		Name: "hops", Usage: "list the known hops (load balancers, CDNs, proxies) with their timeouts",
		ArgsUsage:   "[NAME…]",
		Description: "With a NAME: details and sources.",
		Flags:       []cli.Flag{formatFlag("text", "json", "markdown")},
		Action: func(x *cli.Context) error {
			format, err := choice(x, "format", "text", "json", "markdown")
			if err != nil {
				return err
			}
			list, err := named(x, "hop", catalog.Hops, catalog.FindHop, func(name string) string {
				return didYouMean(name, catalog.HopNames(), "; wslint hops lists them")
			})
			switch {
			case err != nil:
				return err
			case format == "json":
				return report.HopsJSON(c.Stdout, list)
			case format == "markdown":
				return report.HopsMarkdown(c.Stdout, list)
			case x.NArg() > 0:
				return report.HopPages(c.Stdout, list)
			}
			return report.Hops(c.Stdout, list)
		},
	})
}

func (c *Command) apps() *cli.Command {
	return c.command(&cli.Command{
		Name: "apps", Usage: "list the known applications with what they send", ArgsUsage: "[NAME…]",
		Description: "With a NAME: details and sources.",
		Flags:       []cli.Flag{formatFlag("text", "json")},
		Action: func(x *cli.Context) error {
			format, err := choice(x, "format", "text", "json")
			if err != nil {
				return err
			}
			list, err := named(x, "application", catalog.Apps, catalog.FindApp, nearApps)
			switch {
			case err != nil:
				return err
			case format == "json":
				return report.AppsJSON(c.Stdout, list)
			case x.NArg() > 0:
				return report.AppPages(c.Stdout, list)
			}
			return report.Apps(c.Stdout, list)
		},
	})
}

// named are the entries of a table that the arguments name; all without any.
func named[T any](
	x *cli.Context,
	what string,
	all []T,
	find func(string) (T, bool),
	near func(name string) string,
) (list []T, err error) {
	for _, name := range x.Args().Slice() {
		e, ok := find(name)
		if !ok {
			return nil, fmt.Errorf(
				"unknown %[2]s %[1]s%[3]s",
				name,
				what,
				near(name),
			)
		}
		list = append(list, e)
	}
	if x.NArg() == 0 {
		return all, nil
	}
	return list, nil
}

// nearApps proposes applications that may be meant.
func nearApps(name string) string {
	if near := lint.NearApps(name); near != "" {
		return "; did you mean " + near + "?"
	}
	return "; wslint apps lists them"
}
