package lint

import (
	"path/filepath"
	"regexp"
	"strings"

	"github.com/wslint/wslint/parsers"
)

// A glob is a pattern of file names as .gitignore has them: * and ? stay within a folder, ** does not; a pattern
// without a slash fits a name in any folder, and one that fits a folder fits all that is in it.
type glob struct {
	text string
	re   *regexp.Regexp
}

func newGlob(text string) glob {
	pattern := strings.TrimSuffix(strings.TrimPrefix(text, "./"), "/")
	expr := ""
	if !strings.Contains(pattern, "/") {
		expr = "(.*/)?"
	}
	expr += parsers.Wildcards(
		pattern,
		parsers.Wildcard{Text: "**/", As: "(.*/)?"},
		parsers.Wildcard{Text: "**", As: ".*"},
		parsers.Wildcard{Text: "*", As: "[^/]*"},
		parsers.Wildcard{Text: "?", As: "[^/]"},
	)
	return glob{text, regexp.MustCompile("(?s)^" + expr + "(/.*)?$")}
}

// matches reports whether the pattern, which is relative to dir, fits a file as reports name it.
func (g glob) matches(dir, file string) bool {
	if g.re.MatchString(filepath.ToSlash(file)) {
		return true
	}
	if rel, err := filepath.Rel(absolute(dir), absolute(file)); err == nil && filepath.IsLocal(rel) {
		return g.re.MatchString(filepath.ToSlash(rel))
	}
	return false
}

// anything is a pattern in which * stands for anything: of ARNs and URLs, whose slashes are no folders.
func anything(pattern string) *regexp.Regexp {
	return regexp.MustCompile("(?s)^" + parsers.Wildcards(pattern, parsers.Wildcard{Text: "*", As: ".*"}) + "$")
}
