package conf

import (
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// mostListed bounds how large a list of patterns may be, in bytes, to be read.
const mostListed = 4 << 20

var mapFile = regexp.MustCompile(`map(?:_[a-z]+)*\(([^,)]+)`)

// readLists reads the files that ACLs take their patterns from and that maps are in, as far as they are there.
// HAProxy takes relative names from where it is started: here that is taken to be the folder of the configuration.
func (c *Config) readLists(o Options) {
	for _, p := range c.Proxies {
		for _, l := range p.Lines {
			for i, w := range l.Words {
				if w.Value == "-f" && i+1 < len(l.Words) {
					c.readList(l.Words[i+1].Value, o)
				}
				for _, m := range mapFile.FindAllStringSubmatch(w.Value, -1) {
					c.readList(m[1], o)
				}
			}
		}
	}
}

func (c *Config) readList(name string, o Options) {
	if _, done := c.lists[name]; done || strings.Contains(name, "://") {
		return
	}
	path := name
	if !filepath.IsAbs(path) {
		path = filepath.Join(c.near.dir, name)
	}
	info, err := o.Stat(path)
	if err != nil || !info.Mode().IsRegular() || info.Size() > mostListed {
		return
	}
	src, err := o.ReadFile(path)
	if err != nil {
		return
	}
	list := []string{}
	for line := range strings.Lines(string(src)) {
		if line = strings.TrimLeft(strings.TrimRight(line, "\r\n"), " \t"); line != "" && line[0] != '#' {
			list = append(list, line)
		}
	}
	c.lists[name] = list
}

// List returns the lines of a file of patterns or of a map, without comments; ok is false where it was not found.
func (c *Config) List(name string) (lines []string, ok bool) {
	lines, ok = c.lists[name]
	return slices.Clone(lines), ok
}
