package rules

import (
	"embed"
	"strings"
)

//go:embed *.md
var pages embed.FS

// Page returns the page of the named rule, in Markdown; ok is false when there is no such rule.
func Page(name string) (text string, ok bool) {
	if strings.ContainsAny(name, `/\`) {
		return "", false
	}
	b, err := pages.ReadFile(name + ".md")
	return string(b), err == nil
}
