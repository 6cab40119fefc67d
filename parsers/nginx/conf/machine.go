package conf

import (
	"fmt"
	"path"
	"slices"
	"strings"
	"syscall"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers"
)

// A machine finds included files among those of a container: what is mounted into it, what its image has. The files
// are called as they are here.
type machine struct {
	*parsers.Machine
	reader *reader
	seen   map[string]parsers.Seen // by the name that load is asked for
}

// ReadMachine reads the configuration that a machine begins with: one tree, or none and why nobody knows what it is.
func ReadMachine(m *parsers.Machine, v parsers.Version, o Options) (*Tree, []hop.Note) {
	r := newReader(o.complete())
	s := &machine{m, r, map[string]parsers.Seen{}}
	main := m.At(m.Main)
	if main.Unknown != "" || main.Dir {
		at := main.Pos
		if at.IsZero() {
			at.File = m.Name
		}
		return nil, []hop.Note{{Pos: at, Text: fmt.Sprintf("%s is not known: %s", m.Main, main.Unknown)}}
	}
	p := s.load(s.named(main))
	t := &Tree{Name: p.file.Name, Context: "main", Main: Block("", nil), Root: m.Mounted,
		Mapped: true, ReadFile: r.options.ReadFile, Version: v}
	e := newExpander(t, s)
	if m.Missing != "" {
		e.absent = "%s: " + strings.ReplaceAll(m.Missing, "%", "%%")
	}
	e.mapped = true
	if p.trouble != nil {
		t.Files = append(t.Files, p.file)
		e.problem(Problem{Pos: hop.Pos{File: p.file.Name}, Text: troubleText(p), Incomplete: true})
		return t, nil
	}
	e.root(p, p.file.Name, true)
	return t, nil
}

// named is what load is asked for to get what was seen.
func (s *machine) named(x parsers.Seen) string {
	name := x.Local
	switch {
	case x.Text != nil:
		name = x.Text.Name
	case name == "":
		name = x.Path
	}
	s.seen[name] = x
	return name
}

func (s *machine) find(file string, pattern bool) lookup {
	l := lookup{path: file, absolute: strings.HasPrefix(file, "/"), here: true}
	if !l.absolute {
		l.path = path.Dir(s.Main) + "/" + file
	}
	if !pattern {
		x := s.At(l.path)
		if x.Unknown != "" {
			l.why, l.told = fmt.Sprintf("%s: %s", l.path, x.Unknown), x.Pos
		}
		l.names = []string{s.named(x)}
		return l
	}
	for _, file := range s.glob(l.path, &l) {
		if x := s.At(file); x.Err == nil {
			l.names = append(l.names, s.named(x))
		}
	}
	return l
}

// glob lists the paths that a pattern stands for, in the order of their bytes, and says in l why there may be more.
func (s *machine) glob(pattern string, l *lookup) []string {
	found := []string{""}
	for _, segment := range strings.Split(strings.Trim(pattern, "/"), "/") {
		var next []string
		for _, dir := range found {
			if !isMagic(segment) {
				next = append(next, dir+"/"+literal(segment))
				continue
			}
			names, why := s.List(dir + "/")
			if why != "" {
				l.why, l.told = fmt.Sprintf("%s: %s", pattern, why), s.Told(dir, why)
			}
			for _, name := range names {
				if matchName(segment, name) && len(next) < maxIncluded {
					next = append(next, dir+"/"+name)
				}
			}
		}
		found = next
	}
	slices.Sort(found)
	return found
}

func (s *machine) load(name string) *parsed {
	x := s.seen[name]
	switch {
	case s.reader.files[name] != nil:
		return s.reader.files[name]
	case x.Text != nil:
		o := x.Text.Origin
		p := &parsed{file: &File{Name: name, Src: x.Text.Src, Origin: o, Editable: o != nil, Made: o == nil}, real: name}
		s.parse(p, x.Place)
		s.reader.files[name] = p
		return p
	case x.Err == nil && x.Unknown != "":
		return &parsed{file: &File{Name: x.Path}, real: x.Path, trouble: unknownError{x.Path + ": " + x.Unknown, x.Pos}}
	case x.Err != nil || x.Local == "":
		err := x.Err
		if err == nil {
			err = syscall.ENOENT
		}
		p := &parsed{file: &File{Name: x.Path}, real: x.Path, trouble: err}
		return p
	}
	p := s.reader.load(name, nil)
	if x.Template && p.trouble == nil {
		s.parse(p, x.Place)
	}
	return p
}

// An unknownError is why nobody knows what a file of a machine holds, and the line that says so.
type unknownError struct {
	why  string
	told hop.Pos
}

func (e unknownError) Error() string { return e.why }

// parse parses a text, a template with what the machine has for its variables.
func (s *machine) parse(p *parsed, from parsers.Place) {
	define := s.reader.options.Define
	if from.Template {
		define = from.Define
	}
	p.parse(define)
}
