package conf

import (
	"path"
	"path/filepath"
	"slices"
)

// Debian's nginx includes sites-enabled/*, whose files are links into sites-available. A repository that holds the
// latter has as a rule no links: which sites are enabled is decided where it is installed. A site is then judged as
// if it were, in the http block that it is made for, and not by itself.
const (
	enabledDir   = "sites-enabled"
	availableDir = "sites-available"
)

// enable gives complete configurations the sites that lie beside them, are included by nobody and fit what is enabled
// already, and reports for each candidate whether it was taken.
func (r *reader) enable(found []*candidate, trees []*Tree, dropped []bool) (taken []bool) {
	taken = make([]bool, len(found))
	for i, c := range found {
		if dropped[i] || c.context != "main" || c.p.err != nil || c.p.trouble != nil {
			continue
		}
		include := enabler(c.p.nodes)
		here := filepath.Dir(c.p.file.Name)
		links := newDisk(r, c.p.file.Name).find(include, true).names
		if include == "" ||
			slices.ContainsFunc(
				links,
				func(name string) bool { return within(name, here) || here == "." && !filepath.IsAbs(name) },
			) {
			continue // where there are links, a site without one is not enabled
		}
		// Which keys of the http block are there already: a second one would be refused.
		used := map[string]bool{}
		for _, d := range trees[i].Main.Block {
			if d.Is("http") {
				for _, child := range d.Block {
					for _, k := range keys(child) {
						used[k] = true
					}
				}
			}
		}
		dir := filepath.Join(here, availableDir)
		var names []string
		for j, site := range found {
			if dropped[j] || site.context != "http" || site.p.err != nil || site.p.trouble != nil ||
				filepath.Dir(site.p.file.Name) != dir {
				continue
			}
			var own []string
			for _, d := range site.p.nodes {
				own = append(own, keys(d)...)
			}
			if slices.ContainsFunc(own, func(k string) bool { return used[k] }) {
				continue
			}
			for _, k := range own {
				used[k] = true
			}
			taken[j] = true
			names = append(names, site.p.file.Name)
		}
		if len(names) > 0 {
			r.enabled[c.p.file.Name] = enabledSites{include, names}
			trees[i] = r.tree([]*candidate{c}, false)
		}
	}
	return taken
}

// enabledSites are files that an include stands for, and not what it finds on the machine that wslint runs on.
type enabledSites struct {
	include string // its path, as written
	names   []string
}

// enabler finds the include of an http block that takes in all enabled sites.
func enabler(top []*Directive) (include string) {
	for _, d := range top {
		if !d.Is("http") || !d.HasBlock {
			continue
		}
		for _, child := range d.Block {
			if child.Is("include") && hasMeta(child.Arg(0)) && path.Base(path.Dir(child.Arg(0))) == enabledDir {
				return child.Arg(0)
			}
		}
	}
	return ""
}
