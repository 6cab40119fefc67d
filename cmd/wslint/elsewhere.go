package main

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/wslint/wslint/lint"
	"github.com/wslint/wslint/report"
)

// elsewhere are the directories to look at after nothing was found in the current one, which nobody named: those
// where nginx and HAProxy have their configurations on this machine. It says so; nil when there is nothing else to
// look at. In CI there is not: what the machine of a job serves is nobody's repository.
func (c *Command) elsewhere(args []string, err error) (dirs []string) {
	var nothing *lint.NothingFoundError
	if len(args) > 0 || c.Getenv("CI") != "" || !errors.As(err, &nothing) {
		return nil
	}
	for _, dir := range c.SystemDirs {
		if info, err := os.Stat(dir); err == nil && info.IsDir() {
			dirs = append(dirs, dir)
		}
	}
	if len(dirs) > 0 {
		fmt.Fprintf(
			c.Stderr,
			"wslint: no configuration in the current directory: reading %s\n",
			report.Clean(strings.Join(dirs, " and ")),
		)
	}
	return dirs
}
