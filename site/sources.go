package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/wslint/wslint/catalog"
	"github.com/wslint/wslint/codes"
	"github.com/wslint/wslint/report"
	"github.com/wslint/wslint/rules"
	"github.com/wslint/wslint/settings"
)

// sources are what pages are made of, and where these are.
type sources struct {
	top   string
	files map[string]string // the page that is made of a file: "docs/ci.md" is at "/docs/ci/"
	at    map[string]string // the page of what `wslint explain` knows: "1006", "path-join", "proxy_read_timeout"
	list  []page
}

// guides are the documents in the order of their list, by what somebody wants.
var guides = []struct {
	title string
	names []string
}{
	{"Begin", []string{"installation", "init", "configuration", "ignoring", "precommit", "ci", "editors", "probe"}},
	{"What it reads", []string{
		"aws", "terraform", "cloudformation", "beanstalk", "kubernetes", "compose", "provisioning", "streams",
	}},
	{"What it prints", []string{"formats", "json", "rules"}},
	{"What it knows, and how", []string{"hops", "laws", "corpus", "corpus-iac", "performance", "security"}},
}

// gather makes all pages.
func gather(top string) ([]page, error) {
	s := &sources{top: top, files: map[string]string{}, at: map[string]string{}}
	s.addRules()
	s.addCodes()
	s.addSettings()
	s.addKnown()
	s.addSymptoms()
	err := errors.Join(s.addDocs("docs"), s.addDocs("docs/recipes"), s.addHome(), s.unique())
	for i, p := range s.list {
		file := p.Source
		if file == "" {
			file = p.At
		}
		s.list[i].Body = s.linked(file, p.Body)
	}
	return s.list, err
}

// add adds a page that answers to some words.
func (s *sources) add(p page, words ...string) {
	for _, w := range words {
		s.at[strings.ToLower(w)] = p.address()
	}
	if p.Source != "" {
		s.files[p.Source] = p.address()
	}
	s.list = append(s.list, p)
}

// taken reports whether there is a page at an address.
func (s *sources) taken(address string) bool {
	return slices.ContainsFunc(s.list, func(p page) bool {
		return p.address() == address || slices.Contains(p.Aliases, address)
	})
}

// unique says which addresses several pages have.
func (s *sources) unique() error {
	var list []error
	seen := map[string]string{}
	for _, p := range s.list {
		for _, at := range append([]string{p.address()}, p.Aliases...) {
			if seen[at] != "" {
				list = append(list, fmt.Errorf("%s is the address of %q and of %q", at, seen[at], p.title()))
			}
			seen[at] = p.title()
		}
	}
	return errors.Join(list...)
}

// slug is a name as a part of an address.
func slug(name string) string {
	return strings.ToLower(strings.Trim(noSlug.ReplaceAllString(name, "-"), "-"))
}

var noSlug = regexp.MustCompile(`[^A-Za-z0-9._]+`)

// item is a line of a list of pages.
func item(p page, name string) string {
	badge := ""
	if p.Badge != "" {
		badge = " (" + p.Badge + ")"
	}
	return fmt.Sprintf("- [%s](%s)%s: %s\n", name, p.address(), badge, p.summary())
}

func (s *sources) addRules() {
	var body strings.Builder
	body.WriteString("# Rules\n\nEach is one fault, with examples that ran through a real nginx or HAProxy.\n")
	for _, symptom := range rules.Symptoms() {
		fmt.Fprintf(&body, "\n## %s\n\n", symptom)
		for _, r := range rules.All {
			if r.Seen != symptom {
				continue
			}
			text, _ := rules.Page(r.Name)
			p := page{
				At: "rules/" + r.Name, Summary: r.Summary, Badge: r.Severity.String(), Source: "rules/" + r.Name + ".md",
				Body: text, Weight: 6,
			}
			s.add(p, r.Name)
			body.WriteString(item(p, r.Name))
		}
	}
	s.add(page{At: "rules/_index", Body: body.String()})
}

func (s *sources) addCodes() {
	var body strings.Builder
	body.WriteString("# Close codes\n\nWhat a browser reports when a WebSocket ends, and what that means for what is in " +
		"between.\n\n")
	for _, c := range codes.All {
		p := page{
			At: "codes/" + c.Number(), Summary: c.Summary, Source: "codes/" + c.Number() + ".md", Body: c.Page(),
			Names: strings.Join(append([]string{c.Name}, c.Aliases...), " "), Weight: 4,
		}
		s.add(p, c.Number(), c.Name)
		body.WriteString(item(p, c.Number()+" "+c.Name))
	}
	s.add(page{At: "codes/_index", Body: body.String()})
}

func (s *sources) addSettings() {
	var body strings.Builder
	body.WriteString("# Settings\n\nWhat a setting does to a WebSocket.\n")
	group := func(of string, list []page) {
		fmt.Fprintf(&body, "\n## %s\n\n", of)
		for _, p := range list {
			body.WriteString(item(p, strings.TrimSuffix(p.title(), " ("+of+")")))
		}
	}
	var list []page
	of := ""
	for _, set := range settings.All() {
		if set.Of != of && len(list) > 0 {
			group(of, list)
			list = nil
		}
		of = set.Of
		p := page{
			At: "settings/" + slug(set.Names[0]), Summary: firstSentence(set.Text), Names: strings.Join(set.Names, " "),
			Weight: 8, Body: report.SettingPage(set.Names, set.Of, set.Text),
		}
		for _, name := range set.Names[1:] {
			if at := "/settings/" + slug(name) + "/"; at != p.address() {
				p.Aliases = append(p.Aliases, at)
			}
		}
		s.add(p, set.Names...)
		list = append(list, p)
	}
	group(of, list)
	list = nil
	for _, h := range catalog.Hops {
		for _, key := range []string{h.Key, h.ReloadKey} {
			if key == "" || s.at[strings.ToLower(key)] != "" {
				continue
			}
			if text, ok := report.KeyPage(key); ok {
				p := page{At: "settings/" + slug(key), Body: text, Names: key, Weight: 5}
				if s.taken(p.address()) { // the annotation timeout-tunnel, and HAProxy's timeout tunnel
					p.At += "-" + slug(h.Name)
				}
				s.add(p, key)
				list = append(list, p)
			}
		}
	}
	group("Load balancers, CDNs and networks", list)
	s.add(page{At: "settings/_index", Body: body.String()})
}

// firstSentence is the beginning of a text up to its first full stop.
func firstSentence(text string) string {
	text = markup.ReplaceAllString(strings.ReplaceAll(text, "\n", " "), "")
	if i := strings.Index(text, ". "); i >= 0 {
		text = text[:i+1]
	}
	return shortened(text, longest)
}

// addKnown adds hops and applications: what docs/hops.md says of each, and what is known of applications.
func (s *sources) addKnown() {
	var hops strings.Builder
	hops.WriteString("# Hops\n\nWhat is known of load balancers, CDNs, proxies and networks without their " +
		"configuration. All of them in one table: [known hops](/docs/hops/).\n\n")
	for _, h := range catalog.Hops {
		var text strings.Builder
		if err := report.HopsMarkdown(&text, []catalog.Hop{h}); err != nil {
			panic(err) // a strings.Builder refuses nothing
		}
		_, body, _ := strings.Cut(text.String(), "\n## ")
		p := page{At: "hops/" + slug(h.Name), Summary: h.What, Weight: 3, Body: "# " + body}
		p.Names = strings.Join(h.Aliases, " ")
		s.add(p, append([]string{h.Name}, h.Aliases...)...)
		hops.WriteString(item(p, h.Name))
	}
	s.add(page{At: "hops/_index", Body: hops.String()})
	var apps strings.Builder
	apps.WriteString("# Applications\n\nWhat libraries and servers send on an idle connection unless they are told " +
		"otherwise.\n\n")
	for _, a := range catalog.Apps {
		p := page{At: "apps/" + slug(a.Name), Summary: a.What, Weight: 3, Body: report.AppPage(a)}
		p.Names = strings.Join(a.Aliases, " ")
		s.add(p, append([]string{a.Name}, a.Aliases...)...)
		apps.WriteString(item(p, a.Name))
	}
	s.add(page{At: "apps/_index", Body: apps.String()})
}

// addDocs adds the documents of a folder, and their list.
func (s *sources) addDocs(dir string) error {
	names, err := filepath.Glob(filepath.Join(s.top, filepath.FromSlash(dir), "*.md"))
	if err != nil {
		return err
	}
	docs := map[string]page{}
	for _, file := range names {
		text, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		name := strings.TrimSuffix(filepath.Base(file), ".md")
		docs[name] = page{At: dir + "/" + name, Source: dir + "/" + name + ".md", Body: string(text), Weight: 1}
		s.add(docs[name])
	}
	var body strings.Builder
	if dir != "docs" {
		body.WriteString("# Recipes\n\nThe commonest set-ups, each with its configuration, its `.wslint.yaml` and what " +
			"wslint says.\n\n")
		for _, file := range names {
			p := docs[strings.TrimSuffix(filepath.Base(file), ".md")]
			body.WriteString(item(p, p.title()))
		}
		s.add(page{At: dir + "/_index", Body: body.String()})
		return nil
	}
	body.WriteString("# Guides\n\nWhole set-ups, from the load balancer to the application: [recipes](/docs/recipes/).\n")
	for _, g := range guides {
		fmt.Fprintf(&body, "\n## %s\n\n", g.title)
		for _, name := range g.names {
			p, ok := docs[name]
			if !ok {
				return fmt.Errorf("the list of guides has %s, and docs has no such file", name)
			}
			delete(docs, name)
			body.WriteString(item(p, p.title()))
		}
	}
	for name := range docs {
		return fmt.Errorf("docs/%s.md is in no group of the guides", name)
	}
	s.add(page{At: "docs/_index", Body: body.String()})
	return nil
}

// addHome adds the first page: that of the site, and the output that the README shows.
func (s *sources) addHome() error {
	text, err := os.ReadFile(filepath.Join(s.top, "site", "home.md"))
	if err != nil {
		return err
	}
	readme, err := os.ReadFile(filepath.Join(s.top, "README.md"))
	if err != nil {
		return err
	}
	_, example, ok := strings.Cut(string(readme), "```console\n")
	example, _, closed := strings.Cut(example, "\n```")
	if !ok || !closed {
		return errors.New("README.md has no example")
	}
	body := strings.ReplaceAll(string(text), "EXAMPLE", example)
	s.add(page{At: "_index", Title: "wslint", Body: body, Summary: "Finds out why WebSockets fail or close."})
	return nil
}

// pictures are those that documents show.
func pictures(top string) fs.FS {
	return onlyPictures{os.DirFS(path.Join(filepath.ToSlash(top), "docs"))}
}

// onlyPictures is a folder of which only the pictures at its top are seen.
type onlyPictures struct{ fs.FS }

// ReadDir lists the pictures.
func (f onlyPictures) ReadDir(name string) ([]fs.DirEntry, error) {
	all, err := fs.ReadDir(f.FS, name)
	return slices.DeleteFunc(all, func(d fs.DirEntry) bool { return d.IsDir() || path.Ext(d.Name()) != ".svg" }), err
}
