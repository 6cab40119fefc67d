package lint

import (
	"bytes"
	"cmp"
	"io/fs"
	"path/filepath"
	"strings"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers"
	"github.com/wslint/wslint/parsers/haproxy"
	"github.com/wslint/wslint/parsers/nginx"
)

// takeHAProxy reads the arguments that are HAProxy configurations, and those that directories hold. It returns the arguments that are
// left for nginx, all directories among them, and how many configurations it has read.
func (r *run) takeHAProxy(args []string, byName map[string]hop.Source) (rest []string, read int, err error) {
	for _, arg := range args {
		info, statErr := r.in.Stat(arg)
		switch {
		case arg == "-":
			src, err := readStdin(r.in.Stdin)
			if err != nil {
				return nil, 0, err
			}
			if haproxy.Sniff(src) {
				r.keepHAProxy(haproxy.Parse(&parsers.File{Name: cmp.Or(r.in.Nginx.StdinName, stdinName), Src: src}, r.haproxyOptions()), byName)
				read++
				continue
			}
			r.in.Stdin = bytes.NewReader(src)
			rest = append(rest, arg)
		case statErr == nil && info.IsDir():
			for _, name := range r.findHAProxy(arg) {
				if c, err := haproxy.Read(name, r.haproxyOptions()); err == nil {
					r.keepHAProxy(c, byName)
					read++
				}
			}
			rest = append(rest, arg)
		case statErr == nil && r.isHAProxy(arg):
			c, err := haproxy.Read(arg, r.haproxyOptions())
			if err != nil {
				return nil, 0, err
			}
			r.keepHAProxy(c, byName)
			read++
		default:
			rest = append(rest, arg)
		}
	}
	return rest, read, nil
}

func (r *run) haproxyOptions() haproxy.Options {
	return haproxy.Options{Define: r.in.Nginx.Define, Stat: r.in.Stat, ReadFile: r.in.ReadFile}
}

func (r *run) keepHAProxy(c *haproxy.Config, byName map[string]hop.Source) {
	r.sources = append(r.sources, r.addHAProxy(c))
	byName[absolute(c.File.Name)] = c
}

// addHAProxy takes over what reading a configuration found out.
func (r *run) addHAProxy(c *haproxy.Config) hop.Source {
	if _, known := r.files[c.File.Name]; !known {
		r.files[c.File.Name] = c.File.Src
		r.result.Files++
	}
	if r.wantsText(c.File.Name, c.File.Src) {
		text := plainText(c.File.Name, c.File.Src)
		text.Blocks, text.Editable = c.Blocks(), c.File.Editable
		r.texts[text.File] = text
	}
	r.reads[c] = []string{c.File.Name}
	for _, p := range c.Problems {
		r.problem(nginx.Problem(p))
	}
	return c
}

// isHAProxy reports whether a file is an HAProxy configuration, by its content.
func (r *run) isHAProxy(name string) bool {
	src, err := r.in.ReadFile(name)
	return err == nil && haproxy.Sniff(src)
}

// findHAProxy lists the HAProxy configurations below a directory, in the order of their names.
func (r *run) findHAProxy(top string) []string {
	var found []string
	filepath.WalkDir(top, func(name string, entry fs.DirEntry, err error) error {
		base := filepath.Base(name)
		switch {
		case err != nil:
			return nil
		case entry.IsDir():
			if name != top && (base == "node_modules" || strings.HasPrefix(base, ".")) {
				return fs.SkipDir
			}
		case !entry.Type().IsRegular() || !mayBeHAProxy(base):
		case r.isHAProxy(name):
			found = append(found, filepath.Clean(name))
		}
		return nil
	})
	return found
}

// mayBeHAProxy reports whether a name is one that HAProxy configurations have.
func mayBeHAProxy(base string) bool {
	return strings.HasSuffix(base, ".cfg") || strings.Contains(base, "haproxy") && strings.HasSuffix(base, ".conf")
}
