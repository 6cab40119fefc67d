package lint

import (
	"fmt"
	"slices"
	"strings"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/internal/plainfile"
	"github.com/wslint/wslint/internal/spelling"
	"github.com/wslint/wslint/parsers"
)

// namesAllHops reports whether there are declared paths, and each says what it goes through.
func (c *Config) namesAllHops() bool {
	paths := c.Paths
	return len(paths) > 0 && !slices.ContainsFunc(paths, func(d Declared) bool {
		return len(d.Through) == 0 || slices.ContainsFunc(d.Through, Element.isAddress)
	})
}

// isAddress reports whether the hop is a resource that some file describes, nobody says which.
func (e Element) isAddress() bool {
	kind, _, named := strings.Cut(e.Kind, "/")
	return named && hasPrefix(kind)
}

// namesHops reports whether a declared path says what it goes through.
func (c *Config) namesHops() bool {
	return slices.ContainsFunc(c.Paths, func(d Declared) bool { return len(d.Through) > 0 })
}

// isFile reports whether the hop is what a file describes.
func (e Element) isFile() bool { return e.Value != "" }

// Resource is the hop by the name that it has where it is described, "alb/prod-web"; "" for a file without one.
func (e Element) Resource() string {
	if !e.isFile() {
		return e.Kind
	}
	_, name, _ := cutLast(e.Value, "#")
	return name
}

// file is the file of a hop, seen from the current directory.
func (in *Input) file(e Element) string {
	file := in.Config.beside(e.Value)
	if _, err := in.Options.Stat(file); err != nil {
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

// paths reads the files that declared paths name, and finds what they call by name among all that was read.
func (l *load) paths() error {
	for i := 0; i < len(l.in.Config.Paths); i++ { // a file may tell of further ones
		for _, e := range l.in.Config.Paths[i].Through {
			if !e.isFile() {
				continue
			}
			if err := l.element(l.in.Config.Paths[i], e); err != nil {
				return err
			}
		}
	}
	l.in.Config.Paths = slices.DeleteFunc(l.in.Config.Paths, func(d Declared) bool { return l.gone[d.Pos] })
	return l.resolve(l.described)
}

// element reads the file of a hop, unless the arguments hold it already, and takes what the hop means of it.
func (l *load) element(d Declared, e Element) error {
	file := l.in.file(e)
	name := l.in.Options.Locator.Absolute(file)
	if _, done := l.through[name]; !done {
		if err := l.readHop(e, file); err != nil {
			return err
		}
	}
	if len(l.held[name]) == 0 {
		l.held[name] = l.describedBy(l.through[name])
	}
	if len(l.held[name]) == 0 && len(l.through[name]) > 0 {
		return nil // a file is one configuration: only dumps of several would be more
	}
	_, called, _ := cutLast(e.Value, "#")
	if file == l.in.Config.beside(e.Value) {
		called = ""
	}
	resource, why, none := choose(l.held[name], d, called)
	switch absent := l.absent[name]; {
	case none && absent != nil:
		l.gone[d.Pos] = true
		absence := absent(called)
		found, unknown := missing(d, e, called, absence)
		l.problems, l.unknown = append(l.problems, found...), append(l.unknown, unknown...)
		l.incomplete = l.incomplete || absence.Failed
		return nil
	case why != "":
		return l.in.Config.blame(e, file+": "+why)
	}
	if g, ok := resource.(balancer); ok && g.Gap() != "" {
		l.incomplete = true // what the path hangs on was not read, or not understood
	}
	l.chosen[e.Pos] = resource
	return nil
}

// describedBy are the resources that sources are.
func (l *load) describedBy(sources []hop.Source) (list []parsers.Resource) {
	for _, x := range l.described {
		if slices.ContainsFunc(sources, func(s hop.Source) bool { return s == x.Source }) {
			list = append(list, x)
		}
	}
	return list
}

// readHop reads one file, or a directory, for the hops of paths.
func (l *load) readHop(e Element, file string) error {
	name := l.in.Options.Locator.Absolute(file)
	if s := l.byName[name]; len(s) > 0 {
		l.through[name] = s
		return nil
	}
	reader, ok := readerNamed(l.readers, e.Kind)
	if !ok {
		return l.in.Config.blame(e, noReader(e.Kind, l.readers))
	}
	if !l.in.Config.mayName(file) {
		return l.in.Config.blame(e, outside(file))
	}
	info, err := l.in.Options.Stat(file)
	if err != nil {
		return l.in.Config.blame(e, plainfile.Short(err).Error())
	}
	found := [][]parsers.Found{{{Name: file, Dir: info.IsDir()}}}
	if info.IsDir() && !reader.Directories {
		found, _, _ = parsers.Find(file, []parsers.Reader{reader}, l.in.Options, l.walk.below(file))
	}
	o := l.options(reader)
	// These two describe the arguments.
	o.Prefix, o.Context = "", ""
	reading, err := reader.Read(found[0], o)
	if err != nil {
		return l.in.Config.blame(e, plainfile.Short(err).Error())
	}
	l.through[name] = nil
	for _, s := range l.take(reader, reading) {
		l.through[name] = append(l.through[name], s.Source)
	}
	l.absent[name] = reading.Absent
	if l.held[name] = reading.Resources; len(reading.Sources)+len(reading.Resources) == 0 {
		return l.in.Config.blame(e, fmt.Sprintf("%s: there is no hop of kind %s in it", file, e.Kind))
	}
	return nil
}

// outside says why a file that .wslint.yaml names is not read.
func outside(file string) string {
	return file + ": outside the repository: its " + ConfigName + " may name only files inside it"
}

// noReader says that there are no files of such a kind.
func noReader(kind string, readers []parsers.Reader) string {
	var names []string
	for _, r := range readers {
		names = append(names, r.Name)
	}
	if s := spelling.Suggest(kind, names); s != "" {
		return fmt.Sprintf("wslint reads no files of %s: did you mean %s?", kind, s)
	}
	return fmt.Sprintf("wslint reads no files of %s: only those of %s", kind, strings.Join(names, ", "))
}

// step is what a hop of a path is by what was read; nil when no file describes it.
func (l *loaded) step(e Element) hop.Source {
	if s := l.chosen[e.Pos]; s != nil {
		return s
	}
	if !e.isFile() {
		return l.resources[e.Kind]
	}
	if s := l.through[l.in.Options.Locator.Absolute(l.in.file(e))]; len(s) > 0 {
		return s[0]
	}
	return nil
}
