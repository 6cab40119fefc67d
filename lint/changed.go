package lint

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/internal/plainfile"
	"github.com/wslint/wslint/parsers"
	"github.com/wslint/wslint/rules"
)

// A Changed is the files that a commit changes: only what they concern is judged, as a whole. It goes through one run
// for each configuration file that governs something of it.
type Changed struct {
	files map[string]string // by absolute name, and by that without symlinks: the name as given
	gone  bool              // one is no more, and nobody can say what read it
	// removed is what git says of the commit: it removes a file that a reader may want; nil where nobody asked git.
	removed func() (bool, error)
	since   string          // the revision that it was in; "" for HEAD
	read    map[string]bool // of the names as given: a configuration reads that file
	// Governing lists the configuration files of what is concerned and the runs so far did not judge.
	Governing []string
	judged    map[string]bool
	stray     map[string]bool
	locator   *plainfile.Locator
}

// NewChanged takes the names of files that changed, or that are no more.
func NewChanged(names []string) (*Changed, error) {
	c := &Changed{
		files:  map[string]string{},
		read:   map[string]bool{},
		judged: map[string]bool{},
		stray:  map[string]bool{},

		locator: plainfile.NewLocator(),
	}
	n := newNearest(c.locator, configNames...)
	for _, name := range names {
		info, err := os.Lstat(name)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			c.gone = true
			continue
		case err != nil:
			return nil, plainfile.Short(err)
		case info.IsDir():
			return nil, fmt.Errorf("%s: is a directory, and --changed takes the files that changed", name)
		}
		c.files[c.locator.Absolute(name)] = name
		if real, err := realFile(name); err == nil {
			c.files[real] = name
		}
		c.read[name] = IsConfigName(filepath.Base(name))
		// It may be named by a key of its configuration file.
		governing, err := n.upward(name)
		if err != nil {
			return nil, err
		}
		c.govern(governing)
	}
	return c, nil
}

// Deletions adds the files that the commit to be made removes, of which a hook is not told: those that a reader may
// want by their names. from and to are the revisions that are compared instead, where a hook is about these. ok is
// false outside of a repository. git is asked while others go on: it is waited for where its answer is needed.
func (c *Changed) Deletions(from, to string) (ok bool) {
	g, err := openRepository(".")
	if err != nil {
		return false
	}
	args := []string{"diff-index", "--cached", "--no-renames", "--diff-filter=D", "--name-only", "-z", "HEAD"}
	if from != "" && to != "" {
		c.since = from
		args = []string{
			"diff-tree", "-r", "--no-renames", "--diff-filter=D", "--name-only", "-z", "--end-of-options", from, to,
		}
	}
	commit := c.since == ""
	answer := ahead(func() (r removal) {
		out, err := g.run(g.top, args...)
		if err != nil && commit {
			if _, none := g.run(g.top, "rev-parse", "--verify", "-q", "HEAD"); none != nil {
				return removal{} // before the first commit there is nothing to remove
			}
		}
		return removal{wanted(string(out)), err}
	})
	c.removed = func() (bool, error) { r := answer(); return r.wanted, r.err }
	return true
}

// A removal says that a commit removes files that a reader may want, or why nobody knows.
type removal struct {
	wanted bool
	err    error
}

// wanted reports whether one of the names, each with a NUL behind it, is one that a reader may want.
func wanted(names string) bool {
	for name := range strings.SplitSeq(names, "\x00") {
		f := parsers.Found{Name: filepath.FromSlash(name)}
		if name != "" && (IsConfigName(filepath.Base(f.Name)) || slices.ContainsFunc(Readers(),
			func(r parsers.Reader) bool { return r.Sniff(f, nil).Claim != parsers.No })) {
			return true
		}
	}
	return false
}

// lost reports whether a file is no more.
func (c *Changed) lost() (bool, error) {
	if c.gone || c.removed == nil {
		return c.gone, nil
	}
	gone, err := c.removed()
	if err != nil {
		return false, fmt.Errorf("--changed: %w", err)
	}
	return gone, nil
}

// Any reports whether there is something to look for.
func (c *Changed) Any() (bool, error) {
	if len(c.files) > 0 {
		return true, nil
	}
	return c.lost()
}

// NotRead lists the files that no configuration reads.
func (c *Changed) NotRead() (names []string) {
	for name, read := range c.read {
		if !read {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// Stray lists the configurations that read a changed file and were left alone, since git knows nothing of them.
func (c *Changed) Stray() []string { return sortedKeys(c.stray) }

// exclude takes out the files that somebody excludes: nobody is told that no configuration reads them.
func (c *Changed) exclude(w *walk) {
	for name := range c.read {
		if w.names(name, false, true) != "" {
			c.read[name] = true
		}
	}
}

func (c *Changed) govern(file string) {
	if file != "" && !c.judged[file] && !slices.Contains(c.Governing, file) {
		c.Governing = append(c.Governing, file)
		slices.Sort(c.Governing)
	}
}

// has reports whether one of the files changed.
func (c *Changed) has(files ...string) bool {
	found := false
	for _, f := range files {
		name, ok := c.files[c.locator.Absolute(f)]
		if !ok {
			if real, err := c.locator.Real(f); err == nil {
				name, ok = c.files[real]
			}
		}
		if ok {
			c.read[name], found = true, true
		}
	}
	return found
}

// A concern is what changed files concern within one run.
type concern struct {
	sources map[hop.Source]bool
	files   map[string]bool
	paths   map[string]bool // declared ones, by URL
}

// onlyChanged leaves what the changed files concern: findings in all files of the configurations that read one of
// them, and of declared paths through these. Everything was judged before, since an ignore comment may be of use to
// another configuration only.
func (f *filter) onlyChanged() error {
	c := f.in.Changed
	c.judged[f.in.Config.File] = true
	c.Governing = slices.DeleteFunc(c.Governing, func(file string) bool { return file == f.in.Config.File })
	all := f.configChanged()
	gone, err := c.lost()
	if err != nil {
		return err
	}
	if about := f.concerns(all); all || !gone {
		f.keep(about)
	} else {
		f.keep(f.concerns(true))
		f.missed(about)
	}
	return nil
}

// missed takes out what is found where nothing changed and the revision has it too: files that are no more are not to
// blame for it.
func (f *filter) missed(about concern) {
	since, err := ChangesSince(cmp.Or(f.in.Changed.since, "HEAD"), ".")
	if err != nil {
		return // without a revision nobody can tell
	}
	f.result.Findings = slices.DeleteFunc(f.result.Findings, func(x rules.Finding) bool {
		isNew, err := f.isNew(since, x)
		return !about.files[x.Pos.File] && !about.paths[x.Path] && !isNew && err == nil
	})
}

// concerns says what the changed files concern, or a change of everything.
func (f *filter) concerns(all bool) concern {
	c := f.in.Changed
	about := concern{map[hop.Source]bool{}, map[string]bool{}, map[string]bool{}}
	affected := f.affected(all)
	f.neighbours(affected)
	for source := range affected {
		if governing := f.governing(source); governing == f.in.Config.File {
			about.sources[source] = true
		} else {
			c.govern(governing)
		}
	}
	for _, d := range f.in.Config.Paths {
		if all || f.passes(d, affected) {
			about.paths[d.URL], about.files[f.in.Config.File] = true, true
			for _, s := range f.sourcesOf(d) {
				about.sources[s] = true
			}
		}
	}
	if all {
		about.files[f.in.Config.File] = true
	}
	for s := range about.sources {
		for _, file := range f.reads[s] {
			about.files[file] = true
		}
	}
	for _, x := range f.read {
		// What no handshake comes to can be wrong all the same: an annotation that no controller understands.
		if c.has(x.Name) && !slices.Contains(f.settings, x.Name) && f.governor(x.Name) == f.in.Config.File {
			about.files[x.Name] = true
		}
	}
	return about
}

// neighbours adds, to sources that are affected, those that share the way of a handshake with one of them: what a
// configuration sends to a unix socket arrives at the one that listens there, whichever of them changed.
func (f *filter) neighbours(affected map[hop.Source]bool) {
	readBy := map[string][]hop.Source{}
	for s, files := range f.reads {
		for _, file := range files {
			readBy[file] = append(readBy[file], s)
		}
	}
	for more := true; more; {
		more = false
		for s, files := range f.judged.ways {
			shared := []hop.Source{s}
			for file := range files {
				if !slices.Contains(f.reads[s], file) {
					shared = append(shared, readBy[file]...)
				}
			}
			if !slices.ContainsFunc(shared, func(t hop.Source) bool { return affected[t] }) {
				continue
			}
			for _, t := range shared {
				more = more || !affected[t]
				affected[t] = true
			}
		}
	}
}

// governing is the configuration file that a configuration is to be judged by.
func (l *loaded) governing(s hop.Source) string {
	return l.governor(l.reads[s][0])
}

// governor is the configuration file that a file is to be judged by.
func (l *loaded) governor(file string) string {
	if l.in.OneConfig {
		return l.in.Config.File
	}
	governing, err := l.walk.nearest.upward(file)
	if err != nil {
		return l.in.Config.File
	}
	return governing
}

// elsewhere reports whether a configuration is judged in another run: its faults may be none by its own configuration
// file.
func (l *loaded) elsewhere(s hop.Source) bool {
	return (l.in.Changed != nil || l.apart) && l.governing(s) != l.in.Config.File
}

// reading are the configurations that read a file that changed.
func (l *loaded) reading() map[hop.Source]bool {
	if l.touched == nil {
		l.touched = map[hop.Source]bool{}
		for s, files := range l.reads {
			if l.in.Changed.has(files...) {
				l.touched[s] = true
			}
		}
	}
	return l.touched
}

// affected are the configurations that read a file that changed, or all. One of the working tree alone, of which git
// knows nothing, is no part of a commit, unless it was named.
func (l *loaded) affected(all bool) map[hop.Source]bool {
	c, sources, roots := l.in.Changed, maps.Clone(l.reading()), []string{}
	for s, files := range l.reads {
		if sources[s] = sources[s] || all; sources[s] {
			roots = append(roots, files[0])
		} else {
			delete(sources, s)
		}
	}
	stray := map[string]bool{}
	if all || l.stray == nil {
		stray = untracked(roots)
	} else {
		stray = l.stray()
	}
	maps.DeleteFunc(sources, func(s hop.Source, _ bool) bool {
		root := l.reads[s][0]
		if !stray[c.locator.Absolute(root)] || c.has(root) {
			return false
		}
		c.stray[root] = true
		return true
	})
	return sources
}

// configChanged reports whether the configuration file changed, or kernel settings that it names.
func (l *loaded) configChanged() bool {
	return l.in.Changed.has(append(l.settings, l.in.Config.File)...)
}

// sourcesOf are the configurations that a declared path names, or the one that it arrives at.
func (l *loaded) sourcesOf(d Declared) (list []hop.Source) {
	if q, err := (Handshake{URL: d.URL}).Request(); len(d.Through) == 0 && err == nil {
		if s, _ := l.published(q); s != nil {
			return []hop.Source{s}
		}
		if s := listener(nil, q, l.sources); s != nil {
			return []hop.Source{s}
		}
	}
	for _, e := range d.Through {
		if e.isFile() {
			list = append(list, l.through[l.in.Options.Locator.Absolute(l.in.file(e))]...)
		}
	}
	return list
}

// passes reports whether a declared path goes through a configuration that is affected, or a snapshot that changed.
func (l *loaded) passes(d Declared, affected map[hop.Source]bool) bool {
	return slices.ContainsFunc(l.sourcesOf(d), func(s hop.Source) bool { return affected[s] }) ||
		slices.ContainsFunc(d.Through, func(e Element) bool { return e.isFile() && l.in.Changed.has(l.in.file(e)) })
}

// keep takes everything else out of the result.
func (f *filter) keep(about concern) {
	f.about = &about
	x := f.result
	x.Findings = slices.DeleteFunc(x.Findings, func(x rules.Finding) bool {
		return !about.files[x.Pos.File] && !about.paths[x.Path]
	})
	x.Unknown = slices.DeleteFunc(x.Unknown, func(n hop.Note) bool { return !about.files[n.Pos.File] })
	x.Declared = slices.DeleteFunc(x.Declared, func(p *hop.Path) bool { return !about.paths[p.Name] })
	if b := f.in.Baseline; b != nil {
		x.Gone = slices.DeleteFunc(x.Gone, func(n hop.Note) bool {
			return !slices.ContainsFunc(sortedKeys(about.files), func(file string) bool {
				return besideBaseline(b.File, file) == n.Pos.File
			})
		})
	}
	x.Files, x.Endpoints = 0, len(about.paths)
	for file := range f.files.src {
		if about.files[file] && file != f.in.Config.File {
			x.Files++
		}
	}
	for s := range about.sources {
		x.Endpoints += f.judged.endpoints[s]
	}
	x.Concerned = len(about.files) > 0
}
