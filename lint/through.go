package lint

import (
	"fmt"
	"slices"
	"strings"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers"
)

// namesAllHops reports whether there are declared paths, and each says what it goes through.
func (r *run) namesAllHops() bool {
	paths := r.in.Config.Paths
	return len(paths) > 0 && !slices.ContainsFunc(paths, func(d Declared) bool { return len(d.Through) == 0 })
}

// namesHops reports whether a declared path says what it goes through.
func (r *run) namesHops() bool {
	return slices.ContainsFunc(r.in.Config.Paths, func(d Declared) bool { return len(d.Through) > 0 })
}

// isFile reports whether the hop is what a file describes.
func (e Element) isFile() bool { return e.Value != "" }

// file is the file of a hop, seen from the current directory.
func (r *run) file(e Element) string {
	file := r.beside(e.Value)
	if _, err := r.in.Options.Stat(file); err != nil {
		// "aws: lbs.json#alb/prod-web" is one of those that the file describes.
		if name, _, ok := cutLast(file, "#"); ok {
			return name
		}
	}
	return file
}

func cutLast(s, sep string) (before, after string, found bool) {
	if i := strings.LastIndex(s, sep); i >= 0 {
		return s[:i], s[i+len(sep):], true
	}
	return s, "", false
}

// readPaths reads the files that declared paths name, and finds what they call by name among all that was read.
func (r *run) readPaths() error {
	for i := 0; i < len(r.in.Config.Paths); i++ { // a file may tell of further ones
		for _, e := range r.in.Config.Paths[i].Through {
			if !e.isFile() {
				continue
			}
			if err := r.readElement(r.in.Config.Paths[i], e); err != nil {
				return err
			}
		}
	}
	return r.resolve(r.described)
}

// readElement reads the file of a hop, unless the arguments hold it already, and takes what the hop means of it.
func (r *run) readElement(d Declared, e Element) error {
	file := r.file(e)
	name := absolute(file)
	if _, done := r.through[name]; !done {
		if err := r.readThrough(e, file); err != nil {
			return err
		}
	}
	if len(r.through[name]) > 0 {
		return nil // a file is one configuration: only dumps of several would be more
	}
	_, called, _ := cutLast(e.Value, "#")
	if file == r.beside(e.Value) {
		called = ""
	}
	resource, why := choose(r.held[name], d, called)
	if why != "" {
		return r.blame(e, file+": "+why)
	}
	r.chosen[e.Pos] = resource
	return nil
}

// readThrough reads one file, or a directory, for the hops of paths.
func (r *run) readThrough(e Element, file string) error {
	name := absolute(file)
	if s := r.byName[name]; len(s) > 0 {
		r.through[name] = s
		return nil
	}
	reader, ok := readerNamed(r.readers, e.Kind)
	if !ok {
		return r.blame(e, noReader(e.Kind, r.readers))
	}
	info, err := r.in.Options.Stat(file)
	if err != nil {
		return r.blame(e, plainPathError(err).Error())
	}
	found := [][]parsers.Found{{{Name: file, Dir: info.IsDir()}}}
	if info.IsDir() && !reader.Directories {
		found, _ = parsers.Find(file, []parsers.Reader{reader}, r.in.Options)
	}
	o := r.options(reader)
	// These two describe the arguments.
	o.Prefix, o.Context = "", ""
	reading, err := reader.Read(found[0], o)
	if err != nil {
		return r.blame(e, plainPathError(err).Error())
	}
	r.through[name] = nil
	for _, s := range r.take(reader, reading) {
		r.through[name] = append(r.through[name], s.Source)
	}
	if r.held[name] = reading.Resources; len(reading.Sources)+len(reading.Resources) == 0 {
		return r.blame(e, fmt.Sprintf("%s: there is no hop of kind %s in it", file, e.Kind))
	}
	return nil
}

// noReader says that there are no files of such a kind.
func noReader(kind string, readers []parsers.Reader) string {
	var names []string
	for _, r := range readers {
		names = append(names, r.Name)
	}
	if s := parsers.Suggest(kind, names); s != "" {
		return fmt.Sprintf("wslint reads no files of %s: did you mean %s?", kind, s)
	}
	return fmt.Sprintf("wslint reads no files of %s: only those of %s", kind, strings.Join(names, ", "))
}

// step is what a hop of a path is by what was read; nil when no file describes it.
func (r *run) step(e Element) hop.Source {
	if s := r.chosen[e.Pos]; s != nil {
		return s
	}
	if !e.isFile() {
		return r.resources[e.Kind]
	}
	if s := r.through[absolute(r.file(e))]; len(s) > 0 {
		return s[0]
	}
	return nil
}
