package main

import (
	"errors"
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/urfave/cli/v2"
)

func (c *Command) version() *cli.Command {
	return c.command(&cli.Command{
		Name: "version", Usage: "print the version",
		Action: func(x *cli.Context) error {
			if x.NArg() > 0 {
				return errors.New("version takes no argument")
			}
			info, _ := debug.ReadBuildInfo()
			_, err := fmt.Fprintf(c.Stdout, "wslint %s\n", describe(info))
			return err
		},
	})
}

// buildVersion is what the Go command recorded: a release, a revision, or "devel".
func buildVersion() string {
	info, _ := debug.ReadBuildInfo()
	return versionOf(info)
}

func versionOf(info *debug.BuildInfo) string {
	if info == nil {
		return "devel"
	}
	if v := info.Main.Version; v != "" && v != "(devel)" {
		return v
	}
	if commit := settingOf(info, "vcs.revision"); len(commit) >= shortCommit {
		return "devel " + commit[:shortCommit]
	}
	return "devel"
}

// shortCommit is how much of the name of a commit is enough to find it.
const shortCommit = 12

// describe says what a program was built from: the version, the commit and its day where the Go command knew them,
// which it does in a clone and not in a module that was downloaded, the compiler and the system.
func describe(info *debug.BuildInfo) string {
	version, _, _ := strings.Cut(versionOf(info), " ")
	commit := settingOf(info, "vcs.revision")
	var facts []string
	if len(commit) >= shortCommit {
		fact := "commit " + commit[:shortCommit]
		if day, _, ok := strings.Cut(settingOf(info, "vcs.time"), "T"); ok {
			fact += " of " + day
		}
		if settingOf(info, "vcs.modified") == "true" {
			fact += " with changes"
		}
		facts = append(facts, fact)
	}
	facts = append(facts, runtime.Version(), runtime.GOOS+"/"+runtime.GOARCH)
	return version + " (" + strings.Join(facts, ", ") + ")"
}

// settingOf is what the Go command recorded under a name; "" for nothing.
func settingOf(info *debug.BuildInfo, name string) string {
	if info == nil {
		return ""
	}
	for _, s := range info.Settings {
		if s.Key == name {
			return s.Value
		}
	}
	return ""
}
