package lint

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/wslint/wslint/internal/gitignore"
	"github.com/wslint/wslint/parsers"
)

// foreign are directories that hold other people's programs, what was built, and what was downloaded: nobody deploys
// a configuration from there. What is named is looked at all the same.
var foreign = []string{
	"node_modules", "bower_components", "jspm_packages", "vendor", "third_party", "site-packages", "dist-packages",
	"__pycache__", "venv", "virtualenv", "cdk.out", "cdktf.out",
}

// A walk says which files and directories below those that were named are passed over, and why: those that somebody
// excludes, those that git ignores, and directories of other people's programs.
type walk struct {
	one      *Config            // the only configuration file that counts; nil where the nearest does
	nearest  *nearest           // finds configuration files
	configs  map[string]*Config // by absolute directory; nil where there is none, or it cannot be read
	flags    *exclusion         // of the command line
	trees    map[string]*gitTree
	included map[string]bool // files that are parts of configurations, and none by themselves
	nested   []string        // the configuration files that were met below the directories that were named
}

// An exclusion is patterns with the directory that they are relative to.
type exclusion struct {
	dir  string // absolute
	list gitignore.List
	from string // "exclude in .wslint.yaml"
}

// A gitTree is a repository, or a directory outside of one, with what git ignores in it.
type gitTree struct {
	top     string
	ignored *gitignore.Tree
	// tracked are files that git knows though a pattern fits them, and the directories above these; nil before somebody
	// asks.
	tracked map[string]bool
}

func newWalk(in *Input) *walk {
	w := &walk{
		nearest: newNearest(in.Options.Locator, configNames...), included: in.included, configs: map[string]*Config{},
		trees: map[string]*gitTree{},
	}
	if in.OneConfig {
		w.one = in.Config
	}
	if len(in.Exclude) > 0 {
		w.flags = newExclusion(w.nearest.locator.Nearest("."), in.Exclude, "--exclude")
	}
	return w
}

func newExclusion(real string, patterns []string, from string) *exclusion {
	x := &exclusion{dir: real, from: from}
	for _, text := range patterns {
		if p, ok := gitignore.Parse(wholeDirectory(text)); ok {
			x.list = append(x.list, p)
		}
	}
	return x
}

// excludes reports whether a file or a directory, by its absolute name, is excluded.
func (x *exclusion) excludes(real string, dir bool) bool {
	rel, err := filepath.Rel(x.dir, real)
	if err != nil || !filepath.IsLocal(rel) || rel == "." {
		return false
	}
	p, ok := x.list.Find(filepath.ToSlash(rel), dir)
	return ok && !p.Negated
}

// within reports whether a file or a directory above it is excluded.
func (x *exclusion) within(real string, dir bool) bool {
	for up := filepath.Dir(real); within(up, x.dir) && up != x.dir; up = filepath.Dir(up) {
		if x.excludes(up, true) {
			return true
		}
	}
	return x.excludes(real, dir)
}

// below guides through a directory that was named: it says what is passed over there.
func (w *walk) below(top string) parsers.Guide {
	real := w.nearest.locator.Nearest(top)
	b := &below{walk: w, top: top, real: real, tree: w.tree(real), excluded: w.exclusions(real)}
	return parsers.Guide{Skip: b.skip, Enter: b.enter, Look: b.look}
}

// A below is one way through a directory. Files are asked about while further directories are entered; what these say
// concerns nothing but what is below them.
type below struct {
	*walk
	mu        sync.Mutex // for all below, and what they look up in the walk
	top, real string     // the directory, as it was named and as it is
	tree      *gitTree
	excluded  []*exclusion // that were met so far
}

// at is the real name of what lies in the directory; "" where it does not.
func (b *below) at(name string) string {
	rel, err := filepath.Rel(b.top, name)
	if err != nil {
		return ""
	}
	return filepath.Join(b.real, rel)
}

func (b *below) skip(name string, dir bool) (why string) {
	at := b.at(name)
	if at == "" {
		return ""
	}
	if dir && (slices.Contains(foreign, filepath.Base(name)) || isModuleCache(at)) {
		return "dependencies or build output (name it to check it)"
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, x := range b.excluded {
		if x.excludes(at, dir) {
			return "excluded by " + x.from
		}
	}
	if b.included[at] {
		return "part of a configuration that another file governs"
	}
	if by := b.tree.ignores(at, dir); by != "" {
		return "ignored by git (" + by + ")"
	}
	return ""
}

// enter takes in what a directory says of what is below it.
func (b *below) enter(dir string, has func(base string) bool) {
	at := b.at(dir)
	if at == "" {
		return
	}
	b.nearest.locator.Learn(b.nearest.locator.Absolute(dir), at) // no symlink leads here from the top
	b.mu.Lock()
	defer b.mu.Unlock()
	if has != nil && !has(".gitignore") {
		b.tree.nothingIn(at)
	}
	if has != nil && !slices.ContainsFunc(configNames, has) {
		b.nearest.nothingIn(at)
	}
	if b.one != nil || at == b.real { // that of the top is among the exclusions from the beginning
		return
	}
	if c := b.config(at); c != nil && len(c.Exclude) > 0 {
		b.excluded = append(b.excluded, newExclusion(at, c.Exclude, "exclude in "+c.File))
	}
}

// look takes note of the configuration file of a directory that was entered.
func (b *below) look(dir string) {
	at := b.at(dir)
	if at == "" || b.one != nil || at == b.real {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if c := b.config(at); c != nil {
		b.nested = append(b.nested, c.File)
	}
}

// isModuleCache reports whether a directory is where Go keeps the modules that it downloads.
func isModuleCache(dir string) bool {
	if filepath.Base(dir) != "mod" || filepath.Base(filepath.Dir(dir)) != "pkg" {
		return false
	}
	info, err := os.Stat(filepath.Join(dir, "cache", "download"))
	return err == nil && info.IsDir()
}

// exclusions are those that hold in a directory: of the command line, and of the configuration files there and
// upward, no further than the repository.
func (w *walk) exclusions(real string) (list []*exclusion) {
	if w.flags != nil {
		list = append(list, w.flags)
	}
	if w.one != nil {
		if len(w.one.Exclude) > 0 {
			dir := w.nearest.locator.Nearest(filepath.Dir(w.one.File))
			list = append(list, newExclusion(dir, w.one.Exclude, "exclude in "+w.one.File))
		}
		return list
	}
	top, inside := repository(real)
	for dir := real; ; dir = filepath.Dir(dir) {
		c := w.config(dir)
		if c != nil && len(c.Exclude) > 0 {
			list = append(list, newExclusion(dir, c.Exclude, "exclude in "+c.File))
		}
		if dir == top || dir == filepath.Dir(dir) || c != nil && !inside {
			return list
		}
	}
}

// config is the configuration file in a directory; nil where there is none. What is wrong with it is told where it
// governs something.
func (w *walk) config(dir string) *Config {
	c, known := w.configs[dir]
	if !known {
		if file, err := w.nearest.inside(dir); err == nil && file != "" {
			if c, err = ReadConfig(w.nearest.shown(file)); err != nil {
				c = &Config{File: w.nearest.shown(file)}
			}
		}
		w.configs[dir] = c
	}
	return c
}

// names says why a file that somebody names is passed over; "" where it is not. A hook names files that nobody chose:
// to them everything applies that is excluded.
func (w *walk) names(name string, dir, byHook bool) (why string) {
	real := w.nearest.locator.Nearest(filepath.Dir(w.nearest.locator.Absolute(name)))
	list := []*exclusion{}
	if byHook {
		list = w.exclusions(real)
	} else if w.flags != nil {
		list = append(list, w.flags)
	}
	at := filepath.Join(real, filepath.Base(name))
	for _, x := range list {
		if x.within(at, dir) {
			return "excluded by " + x.from
		}
	}
	return ""
}

// tree is the repository that holds a directory.
func (w *walk) tree(real string) *gitTree {
	top, ok := repository(real)
	if !ok {
		top = real
	}
	if w.trees[top] == nil {
		w.trees[top] = &gitTree{top: top, ignored: gitignore.NewTree(top)}
	}
	return w.trees[top]
}

// ignores says by which line git ignores a file; "" where it does not, or knows the file.
func (t *gitTree) ignores(real string, dir bool) (by string) {
	rel, err := filepath.Rel(t.top, real)
	if err != nil || !filepath.IsLocal(rel) {
		return ""
	}
	rel = filepath.ToSlash(rel)
	by, ok := t.ignored.Ignored(rel, dir)
	if !ok {
		return ""
	}
	if t.tracked == nil {
		t.tracked = trackedIgnored(t.top)
	}
	if t.tracked[rel] {
		return ""
	}
	return by
}

// nothingIn notes that a directory has no .gitignore.
func (t *gitTree) nothingIn(real string) {
	if rel, err := filepath.Rel(t.top, real); err == nil && filepath.IsLocal(rel) {
		t.ignored.NothingIn(filepath.ToSlash(rel))
	}
}

// trackedIgnored are the files that git knows though it is told to ignore them, and the directories above these.
func trackedIgnored(top string) map[string]bool {
	known := map[string]bool{}
	g, err := openRepository(top)
	if err != nil {
		return known
	}
	out, err := g.run(g.top, "ls-files", "-z", "--cached", "--ignored", "--exclude-standard")
	if err != nil {
		return known
	}
	for name := range strings.SplitSeq(string(out), "\x00") {
		for name != "" && name != "." && !known[name] {
			known[name] = true
			name = filepath.ToSlash(filepath.Dir(name))
		}
	}
	return known
}
