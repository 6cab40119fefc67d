package report

import "strings"

// A style is an ANSI escape sequence.
type style string

const (
	bold   style = "\x1b[1m"
	red    style = "\x1b[1;31m"
	yellow style = "\x1b[1;33m"
	green  style = "\x1b[32m"
	blue   style = "\x1b[1;34m"
	cyan   style = "\x1b[1;36m"
	reset        = "\x1b[0m"
)

// painter colours text, or leaves it alone.
type painter bool

func (p painter) paint(s style, text string) string {
	if !p || s == "" || text == "" {
		return text
	}
	return string(s) + text + reset
}

// Color decides whether a report is coloured: mode is auto, always or never; with auto the environment outweighs the
// terminal. NO_COLOR counts when it is not empty (no-color.org), FORCE_COLOR and CLICOLOR_FORCE when they are neither
// empty nor 0.
func Color(mode string, terminal bool, getenv func(string) string) bool {
	forced := func(name string) bool {
		v := strings.TrimSpace(getenv(name))
		return v != "" && v != "0" && v != "false"
	}
	switch {
	case mode != "auto":
		return mode == "always"
	case getenv("NO_COLOR") != "":
		return false
	case forced("FORCE_COLOR") || forced("CLICOLOR_FORCE"):
		return true
	}
	return terminal && getenv("TERM") != "dumb"
}
