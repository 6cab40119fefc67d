package lint

import (
	"bytes"
	"maps"
	"slices"
	"sync"

	"github.com/wslint/wslint/hop"
)

// near leaves, of the places that were found, those of sources that changed files may concern: what is found at the
// others is not reported. It leaves all of them where something else is told of all, or anything may lead to what
// changed: the configuration file, findings that are known or ignored, files that are no more.
func (f *finder) near(places discovery) discovery {
	c := f.in.Changed
	if f.in.EachServer || f.in.Baseline != nil || len(f.in.Config.Ignore) > 0 || f.configChanged() {
		return places
	}
	if gone, err := c.lost(); gone || err != nil {
		return places
	}
	affected := f.networked(f.reading())
	if slices.ContainsFunc(f.in.Config.Paths, func(d Declared) bool { return f.passes(d, affected) }) {
		return places
	}
	commented, ok := f.commented(affected)
	if !ok {
		return places
	}
	maps.Copy(commented, affected)
	joined := f.networked(commented)
	read := f.readBy(joined)
	mine, open := places, false
	mine.found = slices.DeleteFunc(slices.Clone(places.found), func(at enterable) bool { return !joined[at.source] })
	for _, s := range f.sources {
		open = open || f.open(s)
		if joined[s] && f.open(s) {
			return places // others may lead here
		}
	}
	if open && f.leave(mine, read) {
		return places
	}
	near := places
	near.found = slices.DeleteFunc(slices.Clone(places.found), func(at enterable) bool {
		return !hasAny(read, f.reads[at.source])
	})
	return near
}

// commented are the sources that read a file with an ignore comment: what they ignore is counted. ok is false where
// such a comment may be one of those that are reported as of no use, which hangs on what the rules met anywhere.
func (f *finder) commented(affected map[hop.Source]bool) (sources map[hop.Source]bool, ok bool) {
	files := map[string]bool{}
	for file, src := range f.files.src {
		if !f.in.NoIgnores && bytes.Contains(src, []byte(ignoreMark)) {
			files[file] = true
		}
	}
	sources = map[hop.Source]bool{}
	for s, read := range f.reads {
		if hasAny(files, read) {
			sources[s] = true
		}
	}
	read := f.readBy(sources)
	for file := range files {
		if !read[file] {
			return nil, false
		}
	}
	for s := range affected {
		if hasAny(files, f.reads[s]) {
			return nil, false
		}
	}
	return sources, true
}

// readBy are the files that sources read.
func (l *loaded) readBy(sources map[hop.Source]bool) map[string]bool {
	files := map[string]bool{}
	for s := range sources {
		addAll(files, l.reads[s])
	}
	return files
}

// askStray has git asked about the roots of what reads a changed file, while others go on: about those that were not
// named themselves.
func (l *loaded) askStray() {
	var roots []string
	for s := range l.reading() {
		if root := l.reads[s][0]; !l.in.Changed.has(root) {
			roots = append(roots, root)
		}
	}
	l.stray = ahead(func() map[string]bool { return untracked(roots) })
}

// ahead has something found out while others go on.
func ahead[T any](find func() T) (found func() T) {
	done := make(chan T, 1)
	go func() { done <- find() }()
	return sync.OnceValue(func() T { return <-done })
}

// networked are sources with the containers that these reach by names, which reach others in their turn, and all that
// reads a file of these.
func (f *finder) networked(sources map[hop.Source]bool) map[hop.Source]bool {
	all, more := maps.Clone(sources), len(f.machines) > 0
	for more {
		networks, files := map[string]bool{}, map[string]bool{}
		for s := range all {
			if m := f.machines[s]; m != nil && m.Network != nil {
				networks[m.Network.Of] = true
				addAll(files, f.reads[s])
			}
		}
		more = false
		for s := range f.reads {
			m := f.machines[s]
			if !all[s] && (m != nil && m.Network != nil && networks[m.Network.Of] || hasAny(files, f.reads[s])) {
				all[s], more = true, true
			}
		}
	}
	return all
}

func addAll(set map[string]bool, files []string) {
	for _, file := range files {
		set[file] = true
	}
}

func hasAny(set map[string]bool, files []string) bool {
	return slices.ContainsFunc(files, func(file string) bool { return set[file] })
}

// open reports whether other sources may lead to one that nobody says they lead to: at a unix socket, or on loopback.
func (f *finder) open(s hop.Source) bool {
	if _, balances := s.(balancer); balances {
		return false
	}
	w, ok := s.(wired)
	return !ok || w.Inward()
}

// leave reports whether a handshake of some of the places comes to other files than these.
func (f *finder) leave(places discovery, files map[string]bool) bool {
	for _, subject := range f.follow(places) {
		for _, p := range subject.Cases {
			if slices.ContainsFunc(p.Hops, func(h hop.Hop) bool { return !files[h.Pos.File] }) {
				return true
			}
		}
	}
	return false
}
