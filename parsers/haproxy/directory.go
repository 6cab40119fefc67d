package haproxy

import (
	"bytes"
	"path/filepath"
	"slices"

	"github.com/wslint/wslint/parsers"
	"github.com/wslint/wslint/parsers/haproxy/conf"
)

// HAProxy takes a directory as well as files ("-f conf.d/"): all of its *.cfg, one after the other, in the order of
// their names.

// directories are the files of directories that hold one configuration cut into pieces, by each of the files.
func directories(files []parsers.Found, o parsers.Options) map[string][]string {
	in := map[string][]string{}
	for _, f := range files {
		if f.Src == nil && f.Machine == nil && filepath.Ext(f.Name) == ".cfg" && filepath.Base(f.Name)[0] != '.' {
			dir := filepath.Dir(f.Name)
			in[dir] = append(in[dir], f.Name)
		}
	}
	together := map[string][]string{}
	for _, names := range in {
		if len(names) < 2 {
			continue
		}
		slices.Sort(names)
		var pieces []*conf.Config
		for _, name := range names {
			c, err := conf.Read(Options{Define: o.Define, Stat: o.Stat, ReadFile: o.ReadFile}, name)
			if err != nil {
				break
			}
			pieces = append(pieces, c)
		}
		if len(pieces) < len(names) || !isCut(pieces) {
			continue
		}
		for _, name := range names {
			together[name] = names
		}
	}
	return together
}

// isCut reports whether files are pieces of one configuration: none of them is one by itself, some have what the others
// lack, and no section is there twice.
func isCut(pieces []*conf.Config) bool {
	type name struct {
		frontend bool
		of       string
	}
	settings, proxies := false, false
	seen := map[name]bool{}
	for _, c := range pieces {
		if len(c.Problems) > 0 || c.Template || !bytes.HasSuffix(c.File.Src, []byte("\n")) {
			return false
		}
		settings, proxies = settings || c.Whole, proxies || !c.Whole && len(c.Proxies) > 0
		for _, p := range c.Proxies {
			if c.Whole && p.Frontend() {
				return false
			}
			front, back := name{true, p.Name}, name{false, p.Name}
			if p.Frontend() && seen[front] || p.Backend() && seen[back] {
				return false
			}
			seen[front], seen[back] = seen[front] || p.Frontend(), seen[back] || p.Backend()
		}
	}
	return settings && proxies
}
