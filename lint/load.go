package lint

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path/filepath"
	"slices"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers"
	"github.com/wslint/wslint/rules"
)

// options are those of one reader.
func (r *run) options(reader parsers.Reader) parsers.Options {
	o := r.in.Options
	o.Define = maps.Clone(r.define)
	maps.Copy(o.Define, r.in.Options.Define)
	o.Version = r.in.Versions[reader.Name]
	if o.Version == "" {
		o.Version = r.in.Config.Targets[reader.Name]
	}
	return o
}

// kernelFiles are the files of kernel settings that the configuration file names.
func (r *run) kernelFiles() (files []parsers.Found, err error) {
	reader := kernelFormat()
	for _, e := range r.in.Config.Kernel {
		f := parsers.Found{Name: r.beside(e.Value)}
		info, err := r.in.Options.Stat(f.Name)
		if err == nil {
			f.Dir = info.IsDir()
			_, err = reader.Read([]parsers.Found{f}, r.options(reader))
		}
		if err != nil {
			return nil, r.blame(e, plainPathError(err).Error())
		}
		files = append(files, f)
	}
	return files, nil
}

// readArgs reads the files and directories that were named, and with them the given files of kernel settings.
func (r *run) readArgs(args []string, kernel []parsers.Found) error {
	found := make([][]parsers.Found, len(r.readers))
	for i := range r.readers {
		if r.readers[i].Name == kernelFormat().Name {
			found[i] = kernel
		}
	}
	for _, arg := range args {
		if err := r.find(arg, found); err != nil {
			return err
		}
	}
	for i, reader := range r.readers {
		if len(found[i]) == 0 {
			continue
		}
		reading, err := reader.Read(found[i], r.options(reader))
		if err != nil {
			return plainPathError(err)
		}
		for _, s := range r.take(reader, reading) {
			r.sources = append(r.sources, s.Source)
			name := absolute(s.Name)
			r.byName[name] = append(r.byName[name], s.Source)
		}
	}
	return nil
}

// find adds what one argument names to the files that each reader is to read.
func (r *run) find(arg string, found [][]parsers.Found) error {
	if arg == "-" {
		src, err := readStdin(r.in.Stdin)
		if err != nil {
			return err
		}
		name := r.in.Options.StdinName
		if name == "" {
			name = stdinName
		}
		return r.give(parsers.Found{Name: name, Src: src, Piped: true}, found)
	}
	info, err := r.in.Options.Stat(arg)
	if err != nil {
		return fmt.Errorf("%s: %w", arg, plainReason(err))
	}
	f := parsers.Found{Name: filepath.Clean(arg), Dir: info.IsDir()}
	if !f.Dir {
		return r.give(f, found)
	}
	for i, reader := range r.readers {
		if reader.Directories && reader.Sniff(f, nil).Claim == parsers.Yes {
			found[i] = append(found[i], f)
			return nil
		}
	}
	below, unread := parsers.Find(f.Name, r.readers, r.in.Options)
	for i := range below {
		found[i] = append(found[i], below[i]...)
	}
	for _, n := range unread {
		r.problem(parsers.Problem{Pos: n.Pos, Text: fmt.Sprintf("%s: %s", n.Pos.File, n.Text), Lost: true})
	}
	return nil
}

// give adds a file that was named to those of the first reader that is sure of it, else of the first one that may be.
func (r *run) give(f parsers.Found, found [][]parsers.Found) error {
	head, err := r.in.Options.Head(f)
	if err != nil {
		head = []byte{} // whoever is to read it says why
	}
	maybe := -1
	for i, reader := range r.readers {
		if reader.Sniff(f, nil).Claim == parsers.No {
			continue
		}
		switch reader.Sniff(f, head).Claim {
		case parsers.Yes:
			found[i] = append(found[i], f)
			return nil
		case parsers.Maybe:
			if maybe < 0 {
				maybe = i
			}
		}
	}
	if maybe < 0 {
		return fmt.Errorf("%s: no configuration that wslint reads", f.Name)
	}
	found[maybe] = append(found[maybe], f)
	return nil
}

// take takes over what reading found out, and has the texts in other formats read that it brought up. It returns all sources.
func (r *run) take(reader parsers.Reader, x parsers.Reading) []parsers.Source {
	lines := map[string]int{}
	for _, f := range x.Files {
		r.keepFile(f, x)
		lines[f.Name] = f.Line
	}
	for file, at := range x.Included {
		r.inclusions[file] = append(r.inclusions[file], at...)
	}
	for _, p := range x.Problems {
		r.problem(p)
	}
	r.result.Unknown = append(r.result.Unknown, x.Unknown...)
	r.result.Debug = append(r.result.Debug, x.Debug...)
	for _, n := range x.Skipped {
		r.result.Debug = append(r.result.Debug, hop.Note{Pos: n.Pos, Text: "is not read as " + reader.Name + ": " + n.Text})
	}
	if x.Kernel != nil {
		r.kernel = x.Kernel
		for _, f := range x.Files {
			r.settings = append(r.settings, f.Name)
		}
	}
	for _, s := range x.Sources {
		r.keepSource(s, lines)
	}
	r.described = append(r.described, x.Resources...)
	maps.Copy(r.define, x.Define)
	for _, p := range x.Paths {
		r.declare(p)
	}
	return append(x.Sources, r.readNested(x.Nested)...)
}

// declare adds a path that a file tells of, unless somebody has declared it: that is as a rule the better knowledge.
func (r *run) declare(p parsers.Path) {
	if _, declared := r.in.Config.Declares(p.URL); declared {
		return
	}
	d := Declared{URL: p.URL, Pos: p.Pos, App: p.App, AppPos: p.Pos}
	for _, s := range p.Through {
		e := Element{Kind: s.Kind, Pos: s.Pos}
		if s.File != "" {
			e.Value = absolute(s.File)
		}
		d.Through = append(d.Through, e)
	}
	r.in.Config.Paths = append(r.in.Config.Paths, d)
}

// readNested reads texts within a file, those of one format together.
func (r *run) readNested(list []parsers.Nested) (sources []parsers.Source) {
	found := make([][]parsers.Found, len(r.readers))
	for _, n := range list {
		i := slices.IndexFunc(r.readers, func(x parsers.Reader) bool { return x.Name == n.Format })
		if i >= 0 {
			found[i] = append(found[i], n.Found)
		} else if err := r.give(n.Found, found); err != nil {
			r.unknown(n.Origin.Pos(hop.Pos{File: n.Name, Line: 1}), err.Error())
		}
	}
	for i, reader := range r.readers {
		if len(found[i]) == 0 {
			continue
		}
		reading, err := reader.Read(found[i], r.options(reader))
		if err != nil {
			r.unknown(found[i][0].Origin.Pos(hop.Pos{File: found[i][0].Name, Line: 1}), plainPathError(err).Error())
			continue
		}
		sources = append(sources, r.take(reader, reading)...)
	}
	return sources
}

// keepFile keeps the bytes of a file, and its comments and blocks where somebody needs them.
func (r *run) keepFile(f *parsers.File, x parsers.Reading) {
	if _, known := r.files[f.Name]; !known {
		r.files[f.Name] = f.Src
		r.result.Files++
	}
	if f.Local != "" {
		r.result.links[f.Name], r.targets[f.Local] = f.Local, f.Src
	}
	if x.Text == nil || !r.wantsText(f.Name, f.Src) {
		return
	}
	text, ok := x.Text(f.Name)
	if !ok {
		return
	}
	if text.Comments == nil {
		text.Comments = plainText(f.Name, f.Src).Comments
	}
	r.texts[f.Name] = text
}

// keepSource notes which files a source is made of, and where these stand in the dump that they were cut from.
func (r *run) keepSource(s parsers.Source, lines map[string]int) {
	for _, f := range s.Files {
		r.reads[s.Source] = append(r.reads[s.Source], f)
		if local := r.result.links[f]; local != "" {
			r.reads[s.Source] = append(r.reads[s.Source], local)
		}
		if lines[f] == 0 || f == s.Name {
			continue
		}
		if _, known := r.files[s.Name]; !known {
			src, err := r.in.Options.ReadFile(s.Name)
			if err != nil {
				continue // standard input
			}
			r.files[s.Name] = src
		}
		if r.result.dumps == nil {
			r.result.dumps = map[string]dumped{}
		}
		r.result.dumps[f] = dumped{s.Name, lines[f]}
	}
}

// problem reports what makes a program refuse to start; a file that several configurations include is reported once.
func (r *run) problem(p parsers.Problem) {
	if p.Lost {
		r.result.Incomplete, r.lost = true, append(r.lost, p.Pos)
	}
	key := hop.Note{Pos: p.Pos, Text: p.Text}
	if r.problems[key] {
		return
	}
	r.problems[key] = true
	r.result.Findings = append(r.result.Findings, rules.Finding{
		Rule: rules.UnreadableConfig, Severity: rules.UnreadableConfig.Severity, Confidence: hop.Declared,
		Pos: p.Pos, Message: p.Text, Notes: p.Notes,
	})
}

// plainReason is an error without the operation and the path.
func plainReason(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	return err
}
