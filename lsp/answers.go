package lsp

import (
	"path/filepath"
	"strings"

	"github.com/wslint/wslint/catalog"
	"github.com/wslint/wslint/internal/lazyregexp"
	"github.com/wslint/wslint/lint"
	"github.com/wslint/wslint/report"
	"github.com/wslint/wslint/rules"
	"github.com/wslint/wslint/settings"
)

// hover is the pages of the rules that found something at a place, else what the word there means: a setting, or a
// key of .wslint.yaml; nil when there is nothing to say.
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
		pages = append(pages, page)
	}
	if len(pages) == 0 {
		page, where, ok := r.word(uri, at)
		if !ok {
			return nil
		}
		pages, h.Range = []string{page}, where
	}
	h.Contents.Kind, h.Contents.Value = "markdown", strings.Join(pages, "\n---\n\n")
	if !r.world.client.markdown {
		var plain []string
		for _, page := range pages {
			var s strings.Builder
			report.Page(&s, page, report.Options{}) // a Builder takes everything
			plain = append(plain, s.String())
		}
		h.Contents.Kind, h.Contents.Value = "plaintext", strings.Join(plain, "\n\n")
	}
	return &h
}

// word is the page of what stands at a place of an open document.
func (r *round) word(uri string, at position) (page string, where span, ok bool) {
	d := r.open(uri)
	if d == nil {
		return "", span{}, false
	}
	offset := d.text.offset(at)
	if lint.IsConfigName(filepath.Base(d.path)) {
		page, start, end := yamlPage(d.text.src, offset)
		return page, d.text.span(start, end), page != ""
	}
	page, start, end := settingPage(d.text.src, offset)
	return page, d.text.span(start, end), page != ""
}

// open is an open document; nil when it is not.
func (r *round) open(uri string) *document {
	for _, d := range r.world.docs {
		if d.uri == uri {
			return d
		}
	}
	return nil
}

var settingWord = lazyregexp.New(`[A-Za-z0-9_.-]+`)

// settingPage is the page of the setting at an offset: one of nginx is one word, one of HAProxy may be two.
func settingPage(src []byte, offset int) (page string, start, end int) {
	first, last := lineOf(src, offset)
	line := string(src[first:last])
	words := settingWord.FindAllStringIndex(line, -1)
	for i, w := range words {
		if offset < first+w[0] || offset > first+w[1] {
			continue
		}
		for _, with := range [][2]int{{i, i}, {i, i + 1}, {i - 1, i}} {
			if with[0] < 0 || with[1] >= len(words) {
				continue
			}
			from, to := words[with[0]][0], words[with[1]][1]
			if s, ok := settings.Find(strings.Join(strings.Fields(line[from:to]), " ")); ok {
				return report.SettingPage(s.Names, s.Of, s.Text), first + from, first + to
			}
		}
	}
	return "", 0, 0
}

// lineOf is where the line of an offset begins and ends.
func lineOf(src []byte, offset int) (start, end int) {
	start = strings.LastIndexByte(string(src[:offset]), '\n') + 1
	if n := strings.IndexByte(string(src[offset:]), '\n'); n >= 0 {
		return start, offset + n
	}
	return start, len(src)
}

// yamlPage is what the schema says of the key at an offset, or what is known of the hop or the application that is
// named there.
func yamlPage(src []byte, offset int) (page string, start, end int) {
	end = offset
	for end < len(src) && !strings.ContainsRune(" \t\r\n,:[]{}\"'", rune(src[end])) {
		end++
	}
	p := yamlAt(src, end)
	word := strings.TrimSuffix(p.word, ":")
	if word == "" {
		return "", 0, 0
	}
	var plain strings.Builder
	switch in := append(append([]string{}, p.path...), p.key); {
	case !p.value || p.key == word:
		path := append(append([]string{}, p.path...), word)
		if about := description(withVariants(configSchema().at(path))); about != "" {
			return "**" + strings.Join(path, ".") + "**\n\n" + about + "\n", p.start, end
		}
		return "", 0, 0
	case in[len(in)-1] == "app":
		if a, ok := catalog.FindApp(word); ok {
			report.AppPages(&plain, []catalog.App{a})
		}
	default:
		kind, _, _ := strings.Cut(word, "/")
		if h, ok := catalog.FindHop(kind); ok {
			report.HopPages(&plain, []catalog.Hop{h})
		}
	}
	if plain.Len() == 0 {
		return "", 0, 0
	}
	return "```text\n" + plain.String() + "```\n", p.start, end
}

func withVariants(list []node) (all []node) {
	for _, n := range list {
		all = append(all, n.variants()...)
	}
	return all
}

// complete lists what may stand at a place of a .wslint.yaml: keys, hops, applications and other values.
func (r *round) complete(uri string, at position) []completion {
	list := []completion{} // not null
	d := r.open(uri)
	if d == nil || !lint.IsConfigName(filepath.Base(d.path)) {
		return list
	}
	offset := d.text.offset(at)
	p := yamlAt(d.text.src, offset)
	schema := configSchema()
	var words []candidate
	kind := completeValue
	switch {
	case p.value && p.key != "":
		words = valuesOf(schema.at(append(append([]string{}, p.path...), p.key)))
	case p.value:
		words = valuesOf(schema.at(p.path))
	default:
		kind = completeKey
		words = keys(schema.at(p.path))
		if len(words) == 0 {
			words, kind = valuesOf(schema.at(p.path)), completeValue
		}
	}
	for _, w := range words {
		if strings.HasPrefix(w.label, p.word) {
			list = append(list, completion{
				Label: w.label, Kind: kind, Documentation: w.about,
				Edit: textEdit{d.text.span(p.start, offset), w.text},
			})
		}
	}
	return list
}
