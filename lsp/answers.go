package lsp

import (
	"strings"

	"github.com/wslint/wslint/report"
	"github.com/wslint/wslint/rules"
)

// hover is the pages of the rules that found something at a place; nil when none did.
func (r *round) hover(uri string, at position) *hover {
	var pages []string
	var h hover
	seen := map[string]bool{}
	for _, x := range r.touching(uri, span{at, at}) {
		page, ok := rules.Page(x.diagnostic.Code)
		if !ok || seen[x.diagnostic.Code] {
			continue
		}
		seen[x.diagnostic.Code] = true
		if len(pages) == 0 {
			h.Range = x.diagnostic.Range
		}
		if !r.world.client.markdown {
			var plain strings.Builder
			report.Page(&plain, page, report.Options{}) // a Builder takes everything
			page = plain.String()
		}
		pages = append(pages, page)
	}
	if len(pages) == 0 {
		return nil
	}
	h.Contents.Kind, h.Contents.Value = "plaintext", strings.Join(pages, "\n\n")
	if r.world.client.markdown {
		h.Contents.Kind, h.Contents.Value = "markdown", strings.Join(pages, "\n---\n\n")
	}
	return &h
}
