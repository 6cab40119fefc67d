package check

import (
	"bytes"
	"fmt"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers/nginx/conf"
)

// bufferModules are the modules whose buffers for answers have to fit each other, in the order in which nginx merges
// them. Whether any request is passed on makes no difference, nor does proxy_buffering off.
var bufferModules = [...]string{"proxy", "fastcgi", "uwsgi", "scgi"}

// memoryPage is the size of a page, which the defaults are made of: 4 KiB on x86-64 and on most arm64. A larger one
// makes the defaults larger.
const memoryPage = 4096

// A bufferSize is one setting of a module, inherited by itself.
type bufferSize struct {
	n, each int64           // each is 0 but for the number of buffers and the size of one
	d       *conf.Directive // that sets it; nil where none does
	depth   int             // of the level that it stands on
}

// moduleBuffers are the settings in force of one module on one level.
type moduleBuffers struct{ head, bufs, busy, write, file bufferSize }

// set takes what d sets; ok is false where it sets none of them.
func (b *moduleBuffers) set(d *conf.Directive, name string, depth int) (ok bool) {
	var into *bufferSize
	switch name {
	case "buffer_size":
		into = &b.head
	case "buffers":
		into = &b.bufs
	case "busy_buffers_size":
		into = &b.busy
	case "temp_file_write_size":
		into = &b.write
	case "max_temp_file_size":
		into = &b.file
	default:
		return false
	}
	if into.d != nil && into.depth == depth {
		return false // a duplicate, which is refused before
	}
	s := bufferSize{d: d, depth: depth}
	var fine bool
	if into == &b.bufs {
		number, counted := conf.ParseNumber(d.Arg(0))
		each, sized := conf.ParseSize(d.Arg(1))
		s.n, s.each, fine = int64(number), each, counted && sized && len(d.Args) == 2
	} else {
		s.n, fine = conf.ParseSize(d.Arg(0))
	}
	if !fine {
		return false // refused before
	}
	*into = s
	return true
}

// buffers checks that the buffers of each level fit each other, once nginx has read all of http: each is inherited by
// itself, so that one that is raised alone no longer fits the others. Of a fragment, what is not written there may be
// written around it.
func (c *checker) buffers() {
	if c.facts.incomplete || c.facts.template {
		return
	}
	for _, module := range bufferModules {
		if !c.facts.buffered[module] {
			continue
		}
		for _, d := range c.tree.Main.Block {
			w := bufferWalk{c: c, module: module + "_"}
			switch {
			case d.Is("http") && c.facts.whole:
				w.http = d
				var settings moduleBuffers
				w.own(d, &settings, 0)
				w.inside(d, settings, 1, func(d *conf.Directive) bool { return d.Is("server") })
			case (d.Is("server") || d.Is("location")) && !c.facts.whole:
				w.level(d, moduleBuffers{}, 1)
			}
		}
	}
}

// A bufferWalk goes through the levels of http for one module.
type bufferWalk struct {
	c      *checker
	module string // "proxy_"
	http   *conf.Directive
}

// own takes what the block itself sets, and reports whether that is anything.
func (w *bufferWalk) own(block *conf.Directive, b *moduleBuffers, depth int) (any bool) {
	for _, d := range block.Block {
		name := d.Name.Value
		if len(name) > len(w.module) && name[:len(w.module)] == w.module && b.set(d, name[len(w.module):], depth) {
			any = true
		}
	}
	return any
}

// inside goes on with the levels inside a block.
func (w *bufferWalk) inside(
	block *conf.Directive, b moduleBuffers, depth int, is func(*conf.Directive) bool,
) {
	for _, d := range block.Block {
		if d.HasBlock && is(d) {
			w.level(d, b, depth)
		}
	}
}

// level checks a server or location. One that sets nothing has what the level around it has, and that was checked,
// but for the levels of http itself.
func (w *bufferWalk) level(d *conf.Directive, b moduleBuffers, depth int) {
	if w.own(d, &b, depth) || d.Is("server") {
		w.fit(b)
	}
	w.inside(d, b, depth+1, func(d *conf.Directive) bool { return d.Is("location") })
}

// or is the value of a setting, or its default in a whole configuration.
func (w *bufferWalk) or(s bufferSize, otherwise int64) (n int64, known bool) {
	if s.d != nil {
		return s.n, true
	}
	return otherwise, w.http != nil
}

// fit reports what does not fit. nginx stops at the first.
func (w *bufferWalk) fit(b moduleBuffers) {
	if b == (moduleBuffers{}) {
		return
	}
	name := func(s string) string { return `"` + w.module + s + `"` }
	number, numbered := w.or(b.bufs, 8)
	each := b.bufs.each
	if b.bufs.d == nil {
		each = memoryPage
	}
	if numbered && number < 2 {
		w.refuse(b, "there must be at least 2 "+name("buffers"), "", b.bufs)
		return
	}
	head, sized := w.or(b.head, memoryPage)
	if !numbered || !sized {
		return
	}
	largest := max(head, each)
	busy, busyKnown := w.or(b.busy, 2*largest)
	write, writeKnown := w.or(b.write, 2*largest)
	file, fileKnown := w.or(b.file, 1<<30)
	const least = " must be equal to or greater than the maximum of the value of %s and one of the %s"
	atLeast := fmt.Sprintf(least, name("buffer_size"), name("buffers"))
	all := (number - 1) * each
	why := fmt.Sprintf("the larger of both is %d bytes", largest)
	switch {
	case busyKnown && busy < largest:
		w.refuse(b, name("busy_buffers_size")+atLeast, why, b.busy, b.head, b.bufs)
	case busyKnown && busy > all:
		why = fmt.Sprintf("it is %d bytes, and %d buffers of %d bytes less one are %d", busy, number, each, all)
		if b.busy.d == nil {
			why = fmt.Sprintf("unless it is set it is twice the larger buffer, %d bytes; %d buffers of %d bytes less one are %d",
				busy, number, each, all)
		}
		w.refuse(b, name("busy_buffers_size")+` must be less than the size of all `+name("buffers")+" minus one buffer",
			why, b.head, b.bufs, b.busy)
	case writeKnown && write < largest:
		w.refuse(b, name("temp_file_write_size")+atLeast, why, b.write, b.head, b.bufs)
	case fileKnown && file != 0 && file < largest:
		w.refuse(b, name("max_temp_file_size")+" must be equal to zero to disable temporary files usage or"+
			atLeast, why, b.file, b.head, b.bufs)
	}
}

// refuse reports a text at the innermost of the settings that it comes of, the first of several.
func (w *bufferWalk) refuse(b moduleBuffers, text, why string, of ...bufferSize) {
	var at bufferSize
	for _, s := range of {
		if s.d != nil && (at.d == nil || s.depth > at.depth) {
			at = s
		}
	}
	if at.d == nil {
		return
	}
	var notes []hop.Note
	if why != "" {
		notes = append(notes, hop.Note{Text: why})
	}
	if b.head.d == nil || b.bufs.d == nil {
		notes = append(notes, hop.Note{Text: "with pages of 4096 bytes, as on x86-64: they are the default buffers"})
	}
	if w.http != nil && w.http.Name.File == at.d.Name.File {
		line := int(w.http.Name.Line) + bytes.Count(w.http.Name.File.Src[w.http.Name.Start:w.http.End], []byte("\n"))
		notes = append(notes, hop.Note{
			Pos:  hop.Pos{File: w.http.Name.File.Name, Line: line},
			Text: fmt.Sprintf("nginx names line %d, where http ends", line),
		})
	}
	w.c.problem(at.d.Name.Pos(), text, notes...)
}
