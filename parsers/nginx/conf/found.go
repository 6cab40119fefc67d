package conf

import (
	"bytes"
	"path/filepath"
	"slices"
	"strings"

	"github.com/wslint/wslint/parsers"
	"github.com/wslint/wslint/parsers/templates"
)

// Hidden are the names of directories that begin with a dot and hold nginx configuration.
func Hidden() []string { return shown }

// Contexts are where the directives of a file may stand.
func Contexts() []string {
	return []string{"main", "http", "server", "location", "upstream", "stream", "stream/server"}
}

// Sniff judges a file by its name, which is one of nginx's unless the file was named itself. What its directives
// tell, only parsing it shows, and a fragment may hold nothing that another program's configuration could not hold as
// well: it is never sure.
func Sniff(f parsers.Found, head []byte) parsers.Verdict {
	switch {
	case f.Dir:
		return parsers.Verdict{}
	case f.Top == "" && hasExt(f.Name, dataExts):
		return parsers.Verdict{Why: "it is named like a file of another format"}
	case f.Top == "":
		return parsers.Verdict{Claim: parsers.Maybe, Why: "it was named"}
	case !likelyName(f.Name, f.Top):
		return parsers.Verdict{Why: "it is not named like nginx configuration"}
	case bytes.IndexByte(head[:min(len(head), 8000)], 0) >= 0:
		return parsers.Verdict{Why: "it is binary"}
	}
	return parsers.Verdict{Claim: parsers.Maybe, Why: "it is named like nginx configuration"}
}

// dataExts end the names of files in formats that other readers know: what is in none of them is nothing to judge.
var dataExts = []string{".yaml", ".yml", ".json"}

// likelyName reports whether a file that was found below top has a name that nginx configuration has, or lies in a
// place for it.
func likelyName(name, top string) bool {
	base := filepath.Base(name)
	if strings.HasPrefix(base, ".") {
		return false
	}
	template := slices.Contains(templates.Extensions, filepath.Ext(base)) &&
		strings.Contains(strings.ToLower(strings.TrimPrefix(name, top)), "nginx")
	return named(base) || template || isHome(name) && !hasExt(base, otherExts)
}

// isHome reports whether a file lies in a directory whose files are nginx configuration whatever their names.
func isHome(name string) bool {
	dir := strings.TrimSuffix(name, filepath.Base(name))
	return slices.Contains(homes, filepath.Base(dir))
}
