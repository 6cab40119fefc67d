package lint

import (
	"os"
	"slices"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers/haproxy"
	"github.com/wslint/wslint/parsers/nginx"
)

// namesAllHops reports whether there are declared paths, and each says what it goes through.
func (r *run) namesAllHops() bool {
	paths := r.in.Config.Paths
	return len(paths) > 0 && !slices.ContainsFunc(paths, func(d Declared) bool { return len(d.Through) == 0 })
}

// declares reports whether a declared path goes through such a hop.
func (r *run) declares(such func(Element) bool) bool {
	return slices.ContainsFunc(r.in.Config.Paths, func(d Declared) bool { return slices.ContainsFunc(d.Through, such) })
}

// isFile reports whether the hop is a configuration file.
func (e Element) isFile() bool { return e.Kind == "nginx" || e.Kind == "haproxy" && e.Value != "" }

func (e Element) isSnapshot() bool { return e.Kind == "aws" }

// isKnown reports whether the hop needs no file.
func (e Element) isKnown() bool { return e.Value == "" }

// readPaths reads the files that declared paths name.
func (r *run) readPaths(byName map[string]hop.Source) error {
	for _, d := range r.in.Config.Paths {
		for _, e := range d.Through {
			var err error
			if e.isSnapshot() {
				err = r.readSnapshot(d, e)
			} else {
				err = r.readElement(e, byName)
			}
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// readElement reads the file of an nginx or HAProxy hop, unless the arguments hold it already.
func (r *run) readElement(e Element, byName map[string]hop.Source) error {
	if !e.isFile() {
		return nil
	}
	file := r.beside(e.Value)
	name := absolute(file)
	if _, done := r.through[name]; done {
		return nil
	}
	if s, ok := byName[name]; ok {
		r.through[name] = []hop.Source{s}
		return nil
	}
	if _, err := os.Stat(file); err != nil {
		return r.blame(e, plainPathError(err).Error())
	}
	if e.Kind == "haproxy" {
		c, err := haproxy.Read(file, r.haproxyOptions())
		if err != nil {
			return r.blame(e, plainPathError(err).Error())
		}
		r.through[name] = []hop.Source{r.addHAProxy(c)}
		return nil
	}
	o := r.in.Nginx
	// These two describe the arguments.
	o.Prefix, o.Context = "", ""
	trees, err := nginx.Read([]string{file}, nil, o)
	if err != nil {
		return r.blame(e, plainPathError(err).Error())
	}
	r.through[name] = nil
	for _, t := range trees {
		r.through[name] = append(r.through[name], r.add(t))
	}
	if len(trees) == 0 {
		return r.blame(e, file+": no nginx configuration in it")
	}
	return nil
}
