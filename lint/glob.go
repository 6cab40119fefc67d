package lint

import (
	"path/filepath"
	"regexp"
	"strings"

	"github.com/wslint/wslint/internal/gitignore"
	"github.com/wslint/wslint/internal/spelling"
)

// A glob is a pattern of file names as .gitignore has them; one that fits a directory fits all that is in it.
type glob struct {
	text    string
	pattern gitignore.Pattern
	valid   bool
}

func newGlob(text string) glob {
	p, ok := gitignore.Parse(wholeDirectory(text))
	return glob{text, p, ok}
}

// wholeDirectory is a pattern that fits a directory itself where the pattern fits all that is in it: "legacy/**".
func wholeDirectory(pattern string) string {
	pattern = strings.TrimPrefix(pattern, "./")
	dir, all := strings.CutSuffix(pattern, "/**")
	switch {
	case !all || strings.Trim(dir, "!/*") == "":
		return pattern
	case strings.Contains(dir, "/"):
		return dir
	case strings.HasPrefix(dir, "!"):
		return "!/" + dir[1:]
	}
	return "/" + dir
}

// matches reports whether the pattern, which is relative to dir, fits a file as reports name it.
func (g glob) matches(dir, file string) bool {
	if g.fits(filepath.ToSlash(file)) {
		return true
	}
	if rel, err := filepath.Rel(absolute(dir), absolute(file)); err == nil && filepath.IsLocal(rel) {
		return g.fits(filepath.ToSlash(rel))
	}
	return false
}

// fits reports whether the pattern fits a file or a directory above it.
func (g glob) fits(file string) bool {
	if !g.valid || g.pattern.Negated {
		return false
	}
	file = strings.TrimPrefix(file, "/")
	for i, c := range file {
		if c == '/' && g.pattern.Fits(file[:i], true) {
			return true
		}
	}
	return g.pattern.Fits(file, false)
}

// anything is a pattern in which * stands for anything: of ARNs and URLs, whose slashes are no folders.
func anything(pattern string) *regexp.Regexp {
	return regexp.MustCompile("(?s)^" + spelling.Wildcards(pattern, spelling.Wildcard{Text: "*", As: ".*"}) + "$")
}
