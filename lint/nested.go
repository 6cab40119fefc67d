package lint

import (
	"cmp"
	"errors"
	"path/filepath"
	"slices"
	"strings"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/internal/plainfile"
	"github.com/wslint/wslint/parsers"
	"github.com/wslint/wslint/rules"
)

// A .wslint.yaml further down holds for its directory, wherever a run starts. So a run that meets some is followed by
// one for each, of its directory. A configuration is judged in the run whose configuration file governs its main file;
// what that includes is no main file in any run.

// Check lints everything that the input names. An error means that the input or a configuration file is unusable;
// what is wrong with an nginx configuration is in the result.
func Check(in Input) (*Result, error) {
	r, err := newRun(in)
	if err != nil {
		return nil, err
	}
	r.check()
	if in.stopped() {
		return nil, ErrStopped
	}
	if err := r.filter(); err != nil {
		return nil, err
	}
	args := in.Args
	if len(r.others) > 0 {
		in.OneOfMany, in.included = true, map[string]bool{}
		for file := range r.files.included() {
			in.included[r.realName(file)] = true
		}
	}
	for _, c := range r.others {
		in.Config, in.Args = c, r.argsOf(c, args)
		next, err := newRun(in)
		if err == nil {
			next.check()
			err = next.filter()
		}
		var nothing *NothingFoundError
		switch {
		case errors.As(err, &nothing):
			continue // there is nothing that it governs
		case err != nil && c.File == "":
			return nil, err
		case err != nil:
			r.result.wrongConfig(c.File, err)
			continue
		}
		r.result.merge(next.result)
	}
	r.result.sort()
	return r.result, nil
}

// argsOf are the inputs of a run with a configuration file: those that it governs, and its directory where it was met
// below one.
func (l *loaded) argsOf(c *Config, args []string) (list []string) {
	if slices.Contains(l.walk.nested, c.File) {
		list = append(list, filepath.Dir(c.File))
	}
	for _, arg := range args {
		if file, err := l.walk.nearest.upward(arg); arg != "-" && err == nil && file == c.File {
			list = append(list, arg)
		}
	}
	return list
}

// otherConfigs finds the configuration files that govern something of the run beside its own: those of the inputs, and
// those below them. One that is wrong hides nothing of what others govern.
func (l *load) otherConfigs() error {
	if l.apart = l.in.OneOfMany; l.apart || l.in.OneConfig || l.in.Changed != nil || !l.in.Nested {
		return nil
	}
	files := slices.Clone(l.walk.nested)
	for _, arg := range l.in.Args {
		if arg == "-" {
			arg = "."
		}
		file, err := l.walk.nearest.upward(arg)
		if err != nil {
			return err
		}
		files = append(files, file)
	}
	slices.Sort(files)
	for _, file := range slices.Compact(files) {
		if file == l.in.Config.File {
			continue
		}
		l.apart = true
		c := &Config{}
		if file != "" {
			var err error
			if c, err = ReadConfig(file); err != nil {
				l.wrongConfig(file, err)
				continue
			}
		}
		l.others = append(l.others, c)
	}
	return nil
}

// wrongConfig reports what is wrong with a configuration file that is not the run's own.
func (l *load) wrongConfig(file string, err error) {
	l.files.keepSource(file)
	l.wrong[file] = true
	for _, p := range wrongConfig(file, err) {
		l.problem(p)
	}
}

// wrongConfig adds what is wrong with a configuration file whose run could not be made.
func (r *Result) wrongConfig(file string, err error) {
	r.files.keepSource(file)
	r.Incomplete = true
	for _, p := range wrongConfig(file, err) {
		r.Findings = append(r.Findings, rules.Finding{
			Rule: rules.UnreadableConfig, Severity: rules.UnreadableConfig.Severity, Confidence: hop.Declared,
			Pos: p.Pos, Message: p.Text, Notes: p.Notes,
		})
	}
}

// keepSource keeps the text of a file for excerpts.
func (s *fileSet) keepSource(file string) {
	if src, err := plainfile.Read(file); err == nil {
		s.src[file] = src
	}
}

// wrongConfig is what is wrong with a configuration file, each error by itself.
func wrongConfig(file string, err error) (list []parsers.Problem) {
	for _, err := range Errors(err) {
		p := parsers.Problem{
			Pos: hop.Pos{File: file}, Text: strings.TrimPrefix(err.Error(), file+": "), Incomplete: true,
			Notes: []hop.Note{{Text: "what it governs is not checked"}},
		}
		if at := (*PlaceError)(nil); errors.As(err, &at) {
			p.Pos, p.Text = at.Pos, at.Text
		}
		list = append(list, p)
	}
	return list
}

// own is what a run among several judges: the files of the configurations that its configuration file governs, and
// those that no configuration could be made of.
func (l *loaded) own() concern {
	about := concern{map[hop.Source]bool{}, map[string]bool{l.in.Config.File: true}, map[string]bool{}}
	read := map[string]bool{}
	for s, files := range l.reads {
		mine := l.governing(s) == l.in.Config.File
		for _, f := range files {
			read[f] = true
			about.files[f] = about.files[f] || mine
		}
		if mine {
			about.sources[s] = true
		}
	}
	for _, p := range l.unreadable {
		if !read[p.File] {
			about.files[p.File] = l.wrong[p.File] || l.governs(p.File)
		}
	}
	for file := range l.files.src {
		if !read[file] && !about.files[file] {
			about.files[file] = l.governs(file)
		}
	}
	for _, d := range l.in.Config.Paths {
		about.paths[d.URL] = true
	}
	for _, s := range l.through {
		for _, x := range s {
			about.sources[x] = true
			for _, f := range l.reads[x] {
				about.files[f] = true
			}
		}
	}
	return about
}

// governs reports whether the configuration file of the run is that of a file.
func (l *loaded) governs(file string) bool {
	governing, err := l.walk.nearest.upward(file)
	return err == nil && governing == l.in.Config.File
}

// onlyOwn takes out of the problems those that another run reports.
func (f *filter) onlyOwn() {
	about := f.own()
	f.result.Findings = slices.DeleteFunc(f.result.Findings, func(x rules.Finding) bool {
		return !about.files[x.Pos.File] && !about.paths[x.Path]
	})
}

// merge adds the result of another run on the same files.
func (r *Result) merge(x *Result) {
	r.Findings = append(r.Findings, x.Findings...)
	r.Unknown = append(r.Unknown, x.Unknown...)
	r.Unread = append(r.Unread, x.Unread...)
	r.Incomplete = r.Incomplete || x.Incomplete
	r.Files += x.Files
	r.Endpoints += x.Endpoints
	r.First, r.Next = cmp.Or(r.First, x.First), cmp.Or(r.Next, x.Next)
	r.Unpinged = r.Unpinged || x.Unpinged
	r.Proxied = append(r.Proxied, x.Proxied...)
	r.Ignored += x.Ignored
	r.Old += x.Old
	r.InBaseline += x.InBaseline
	r.Gone = append(r.Gone, x.Gone...)
	r.Read, r.NotRead, r.Debug = append(r.Read, x.Read...), append(r.NotRead, x.NotRead...), append(r.Debug, x.Debug...)
	r.Declared = append(r.Declared, x.Declared...)
	for _, v := range x.Versions {
		if !slices.Contains(r.Versions, v) {
			r.Versions = append(r.Versions, v)
		}
	}
	r.files.merge(x.files)
	for file, least := range x.failOn {
		if file != "" {
			r.failOn[file] = least
		}
	}
}

// merge adds the files that only another run on the same files has: its configuration file.
func (s *fileSet) merge(x *fileSet) {
	for file, src := range x.src {
		if _, known := s.src[file]; !known {
			s.src[file] = src
		}
	}
	s.named, s.redact, s.shownAs = append(s.named, x.named...), nil, map[string][]byte{}
	s.trust.trees = append(s.trust.trees, x.trust.trees...)
	clear(s.trust.beside)
	for file, text := range x.texts {
		if _, known := s.texts[file]; !known {
			s.texts[file] = text
		}
	}
}

// FailOn is the least severity that makes a run fail for what is found in a file, as the configuration file that
// governs it says; of what is no file, as that of the run says.
func (r *Result) FailOn(file string) string { return cmp.Or(r.failOn[file], r.failOn[""]) }
