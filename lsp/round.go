package lsp

import (
	"errors"
	"fmt"
	"path/filepath"
	"runtime/debug"
	"slices"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/lint"
	"github.com/wslint/wslint/report"
	"github.com/wslint/wslint/rules"
)

// A round is what was found in one world, by the URIs under which the client knows the files.
type round struct {
	world *world
	files map[string][]found
	added map[saying]bool // what is in files
	owner map[string]unit // of the files in some directories of the workspace, by directory
	// sources are the files that were looked at, by the names that wslint has for them.
	sources map[string]*source
	// logs say what could not be done, or not be shown.
	logs []logParams
}

// A source is a file as the client knows it: if it is open behind a symlink, by the name that it is open under.
type source struct {
	uri  string
	doc  *document // nil when it is not open
	text *text
	here bool // it is a file that an editor can open
}

// A found is one finding as the client is told of it.
type found struct {
	diagnostic diagnostic
	file       string
	finding    rules.Finding
	result     *lint.Result // it is of; nil for what is wrong with a configuration file
	// own says that it is shown at its own place, not where its path is declared.
	own bool
}

// lintAll runs wslint on every unit. A unit that is only found on the way, because a file is governed by a
// configuration file of its own, is run too.
func (w *world) lintAll() *round {
	r := &round{
		world: w, files: map[string][]found{}, added: map[saying]bool{}, owner: map[string]unit{},
		sources: map[string]*source{},
	}
	for left, done := w.units(), map[unit]bool{}; len(left) > 0; left = left[1:] {
		if u := left[0]; !done[u] && !w.stopped.Load() {
			done[u] = true
			left = append(left, r.run(u)...)
		}
	}
	for _, list := range r.files {
		slices.SortStableFunc(
			list,
			func(a, b found) int { return comparePosition(a.diagnostic.Range.Start, b.diagnostic.Range.Start) },
		)
	}
	return r
}

func (r *round) logf(kind int, format string, args ...any) {
	r.logs = append(r.logs, logParams{kind, fmt.Sprintf(format, args...)})
}

// run lints one unit and returns those that files with findings belong to instead.
func (r *round) run(u unit) (others []unit) {
	// A fault of wslint must not end the editor's session.
	defer func() {
		if fault := recover(); fault != nil {
			r.logf(asError, "%s: wslint crashed: %v\n%s", u.path, fault, debug.Stack())
		}
	}()
	in, err := r.input(u)
	if err != nil {
		r.failed(asError, in, err)
		return nil
	}
	result, err := lint.Check(in)
	if err != nil {
		r.failed(asWarning, in, err) // such as a folder without any configuration
		return nil
	}
	for _, f := range result.Findings {
		x, ok := r.found(in, result, f)
		switch owner, known := r.unitOf(x.file); {
		case !ok:
			r.logf(asWarning, "%s: %s [%s]", f.Pos, f.Message, f.Rule.Name)
		case known && owner != u:
			others = append(others, owner)
		default:
			x.finding.Trace = nil
			r.add(x)
		}
	}
	// The configurations that paths lead through are many times as large as the files.
	result.Findings, result.Declared, result.Proxied = nil, nil, nil
	return others
}

// source is a file of which read has the bytes that were linted; nil where they were not, but another unit may have
// done so.
func (r *round) source(file string, read func(file string) []byte) *source {
	s, known := r.sources[file]
	if known {
		return s
	}
	s = &source{uri: uriOf(file), doc: r.world.document(file), here: filepath.IsAbs(file) && r.world.isFile(file)}
	if s.doc != nil {
		s.uri = s.doc.uri
	}
	src := read(file)
	if src == nil && s.here {
		src, _ = r.world.readFile(file) // what cannot be read is shown at its start
	}
	s.text = newText(src, r.world.client.enc)
	r.sources[file] = s
	return s
}

// unitOf is that of the world, which looks into the directories above a file: many findings are in one directory.
func (r *round) unitOf(file string) (u unit, ok bool) {
	dir := filepath.Dir(file)
	if u, ok = r.owner[dir]; ok {
		return u, true
	}
	if u, ok = r.world.unitOf(file); ok {
		r.owner[dir] = u
	}
	return u, ok
}

// A saying is what a diagnostic says of a file, whatever the related places.
type saying struct {
	uri, code, message string
	at                 span
	severity           int
}

// add takes a finding in. Units share files that lie outside of all folders.
func (r *round) add(x found) {
	uri, d := r.sources[x.file].uri, x.diagnostic
	if as := (saying{uri, d.Code, d.Message, d.Range, d.Severity}); !r.added[as] {
		r.added[as] = true
		r.files[uri] = append(r.files[uri], x)
	}
}

// input is what `wslint check` would be given in the unit's directory.
func (r *round) input(u unit) (lint.Input, error) {
	in := lint.Input{
		Args: r.world.args(u), Rules: rules.All, Now: r.world.now, Stopped: r.world.stopped.Load,
		Routes: rules.NoRoutes,
	}
	if r.world.client.related { // the hops at other places than the endpoint's are shown
		in.Routes = rules.LongRoutes
	}
	in.Options.Stat, in.Options.ReadFile, in.Options.Peek = r.world.stat, r.world.readFile, r.world.peek
	file, err := lint.FindConfig([]string{u.path})
	if err != nil {
		return in, err
	}
	if file != "" {
		// Absolute, as all names are here: the client does not know the server's directory.
		if file, err = filepath.Abs(file); err != nil {
			return in, err
		}
		src, err := r.world.readFile(file)
		if err != nil {
			return in, err
		}
		c, err := lint.ParseConfig(file, src)
		if err != nil {
			in.Config = &lint.Config{File: file, Src: src}
			return in, placed(file, err)
		}
		in.Config = c
	}
	if file, err = lint.FindBaseline([]string{u.path}); err == nil && file != "" {
		in.Baseline, err = lint.ReadBaseline(file)
	}
	return in, err
}

// placed gives an error about a whole file a place.
func placed(file string, err error) error {
	if at := (*lint.PlaceError)(nil); errors.As(err, &at) {
		return err
	}
	return &lint.PlaceError{Pos: hop.Pos{File: file}, Text: err.Error()}
}

// failed shows what is wrong with a configuration file at its place, and logs everything else.
func (r *round) failed(kind int, in lint.Input, err error) {
	for _, err := range lint.Errors(err) {
		var at *lint.PlaceError
		if !errors.As(err, &at) {
			r.logf(kind, "%v", err)
			continue
		}
		s := r.source(in.Config.File, func(string) []byte { return in.Config.Src })
		r.add(found{file: in.Config.File, diagnostic: diagnostic{
			Range: s.text.span(s.text.place(at.Pos)), Severity: asError, Source: "wslint", Message: report.Clean(at.Text),
		}})
	}
}
