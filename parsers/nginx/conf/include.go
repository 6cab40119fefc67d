package conf

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"github.com/wslint/wslint/hop"
)

// Bounds for configurations that grow by their includes. nginx itself stops at the open files it may have, 1,024 as a
// rule.
const (
	maxNested     = 500
	maxIncluded   = 20_000
	maxDirectives = 500_000
	// leastBytes is how many bytes of all files stand for a directive: what is as large as that by itself, and not by
	// including the same again, has as many directives as it has.
	leastBytes = 32
	maxPlaces  = 5 // of one missing file that are told
	// atOnce is how many files of a pattern are read before the first of them is looked at, more where they are small:
	// as many as have bytesAtOnce. shareBytes are parsed by one processor at a time: to wake another one has its price.
	atOnce      = 16
	bytesAtOnce = 256 << 10
	shareBytes  = 32 << 10
)

// A source is where included files come from: a disk or a dump.
type source interface {
	find(path string, pattern bool) lookup
	load(name string) *parsed
}

// A lookup is what became of the path of an include.
type lookup struct {
	path     string   // in full, as nginx would print it
	names    []string // of the files it stands for; of a literal path always one, which may be missing
	absolute bool     // it was written with a leading slash
	here     bool     // of a pattern: the directory it starts from exists
	why      string   // why there may be more, or something else; "" when all is known
	told     hop.Pos  // the line elsewhere that says so; zero for none
}

// stockFiles ship with every nginx, or with certbot, and hold nothing that touches a WebSocket: missing, they count
// as empty.
var stockFiles = []string{
	"mime.types", "fastcgi_params", "fastcgi.conf", "uwsgi_params", "scgi_params", "koi-utf", "koi-win", "win-utf",
	"options-ssl-nginx.conf",
}

// distroFiles ship with Debian's nginx: a repository that includes them need not hold them.
var distroFiles = []string{"proxy_params", "snippets/fastcgi-php.conf", "snippets/snakeoil.conf"}

// An expander puts included files in the places of their include directives, each time anew, since what a directive
// means hangs on the block it ends up in.
type expander struct {
	tree       *Tree
	source     source
	absent     string // why a missing file is not held against nginx, "%s" being its path; "" in a complete configuration
	shortened  bool   // a missing file is one that a dump lacks
	mapped     bool   // --root or --map was given
	owned      bool   // the files that it reads are read for nothing else
	stack      []string
	seen       map[string]bool // names of the files in the tree
	said       map[hop.Note]bool
	missing    map[string]int // indexes in Problems of the files that could not be opened
	included   int
	directives int
	bytes      int // of the files, each once
}

// newExpander begins a tree.
func newExpander(t *Tree, s source) *expander {
	return &expander{tree: t, source: s, seen: map[string]bool{}, said: map[hop.Note]bool{}, missing: map[string]int{}}
}

// root adds a file that no include brings in. Its nodes are changed in place when the expander owns them.
func (e *expander) root(p *parsed, name string, owned bool) {
	e.enter(p)
	if p.err != nil {
		name := Word{File: p.file, Line: 1, Col: 1}
		e.tree.Main.Block = append(e.tree.Main.Block, &Directive{Name: name,
			Apart: &Apart{Unknown: p.err.Error(), Cut: p.cut(nil)}})
		return
	}
	e.stack, e.owned = []string{name}, owned
	nodes, shared := p.lend(owned)
	e.tree.Main.Block = append(e.tree.Main.Block, e.expand(nodes, nil, nil, shared)...)
}

// enter takes note of a file, the first time with what is wrong with it.
func (e *expander) enter(p *parsed) {
	if e.seen[p.file.Name] {
		return
	}
	e.seen[p.file.Name] = true
	e.bytes += len(p.file.Src)
	e.tree.Files = append(e.tree.Files, p.file)
	e.tree.Debug = append(e.tree.Debug, p.notes...)
	if p.unknown() {
		e.unknown(p.nodes[0], p.nodes[0].Unknown)
	}
	if p.err != nil {
		e.problem(Problem{Pos: p.err.Pos, Text: p.err.Text, Notes: p.err.Notes, Incomplete: true})
	}
}

// expand links the directives of a block to their parent and replaces the includes among them by what they name. With
// clone the directives are copied, though not their words.
func (e *expander) expand(block []*Directive, parent, via *Directive, clone bool) []*Directive {
	e.directives += len(block)
	isInclude := func(d *Directive) bool { return d.Is("include") }
	rebuild := clone || slices.ContainsFunc(block, isInclude)
	out := block
	if rebuild {
		out = make([]*Directive, 0, len(block))
	}
	for _, d := range block {
		if clone {
			c := *d
			d = &c
		}
		d.Parent, d.Via = parent, via
		if isInclude(d) {
			out = append(out, e.include(d)...)
			continue
		}
		if len(d.Block) > 0 {
			d.Block = e.expand(d.Block, d, via, clone)
		}
		if rebuild {
			out = append(out, d)
		}
	}
	return out
}

// include returns what an include directive stands for. The directive itself is among it when something could not be
// read.
func (e *expander) include(d *Directive) []*Directive {
	if slices.ContainsFunc(d.Args, func(w Word) bool { return w.Template }) {
		return e.unknown(d, "the path comes from a template")
	}
	if text := includeFault(d); text != "" {
		e.problem(Problem{Pos: d.Pos(), Text: text, Notes: d.SemicolonNotes(), Incomplete: true})
		d.own().Unknown = text
		return []*Directive{d}
	}
	// Only geo takes the path of its include literally.
	pattern := hasMeta(d.Arg(0)) && (d.Parent == nil || !d.Parent.Is("geo"))
	l := e.source.find(d.Arg(0), pattern)
	if l.why != "" && !slices.Contains(stockFiles, path.Base(l.path)) {
		d.own().Unknown = l.why
		e.unknownAt(d, l.told, l.why)
		if !pattern {
			return []*Directive{d}
		}
	}
	if pattern && len(l.names) == 0 && l.why == "" {
		return e.noMatch(d, l)
	}
	var out []*Directive
	ahead := 0
	for i, name := range l.names {
		if from, ok := e.source.(*disk); ok && i == ahead && len(l.names) > 1 && !e.full() {
			ahead += from.reader.ahead(l.names[i:], from)
		}
		out = append(out, e.file(d, name, l)...)
	}
	if d.Unknown != "" {
		out = append(out, d)
	}
	return out
}

// most is how many directives includes may come to.
func (e *expander) most() int { return max(maxDirectives, e.bytes/leastBytes) }

// full reports whether no further file is read.
func (e *expander) full() bool { return e.included >= maxIncluded || e.directives > e.most() }

// file returns the directives of one included file, or sets d.Unknown.
func (e *expander) file(d *Directive, name string, l lookup) []*Directive {
	shown := name
	if l.absolute && len(l.names) == 1 {
		shown = l.path
	}
	if i := slices.Index(e.stack, name); i >= 0 || len(e.stack) >= maxNested {
		chain := append(slices.Clone(e.stack[max(i, 0):]), name)
		if i < 0 {
			chain = chain[len(chain)-3:]
		}
		d.own().Unknown = openText(shown, syscall.EMFILE)
		e.problem(Problem{Pos: d.Pos(), Text: d.Unknown, Incomplete: true,
			Notes: []hop.Note{{Text: "the include never ends: " + strings.Join(chain, " includes ")}}})
		return nil
	}
	full := e.full()
	if e.included++; full {
		d.own().Unknown = "the includes come to more directives than wslint reads"
		e.problem(Problem{
			Pos: hop.Pos{File: e.tree.Name}, Incomplete: true,
			Text: fmt.Sprintf("the includes come to more than %d files or %d directives: the rest was not read",
				maxIncluded, e.most()),
		})
		return nil
	}
	p := e.source.load(name)
	if p.trouble != nil {
		e.unreadable(d, p.trouble, shown, l)
		return nil
	}
	e.enter(p)
	if p.err != nil {
		a := d.own()
		a.Unknown, a.Cut = p.err.Error(), p.cut(d.Parent)
		return nil
	}
	e.stack = append(e.stack, name)
	nodes, shared := p.lend(e.owned)
	nodes = e.expand(nodes, d.Parent, d, shared)
	e.stack = e.stack[:len(e.stack)-1]
	if d.Maybe {
		for _, n := range nodes {
			a := n.own()
			if len(d.When) == 0 || n.Maybe && len(n.When) == 0 {
				a.When = nil // nothing tells when the one or the other is there
			} else {
				a.When = slices.Concat(d.When, n.When)
			}
			a.Maybe = true
		}
	}
	return nodes
}

// includeFault is what nginx says of an include that it cannot use whatever the file system holds; "" for a proper
// one.
func includeFault(d *Directive) string {
	in := ""
	if d.Parent != nil {
		in = d.Parent.Name.Value
	}
	entries := in == "map" || in == "geo"
	switch {
	case d.HasBlock && (entries || in == "types" || in == "charset_map"):
		return `unexpected "{"`
	case d.HasBlock:
		return `directive "include" is not terminated by ";"`
	case len(d.Args) != 1 && entries:
		return fmt.Sprintf("invalid number of the %s parameters", in)
	case len(d.Args) != 1:
		return `invalid number of arguments in "include" directive`
	}
	return ""
}

// noMatch deals with a pattern that matches nothing, which is fine for nginx. But when not even its directory is
// here, other files may be there where the configuration runs. In a location, that is headers and timeouts we know
// nothing about. Further up, it is as a rule an empty conf.d/ or default.d/ of the distribution, and a fragment's
// surroundings are unknown anyhow.
func (e *expander) noMatch(d *Directive, l lookup) []*Directive {
	if l.here || e.mapped || e.absent == "" && !(l.absolute && inLocation(d)) {
		return nil
	}
	return e.unknown(d, fmt.Sprintf("the directory of %s was not found", l.path))
}

func inLocation(d *Directive) bool {
	for p := d.Parent; p != nil; p = p.Parent {
		if p.Is("location") {
			return true
		}
	}
	return false
}

// unreadable deals with a file that could not be opened or read.
func (e *expander) unreadable(d *Directive, err error, shown string, l lookup) {
	var errno syscall.Errno
	var there elsewhereError
	var unknown unknownError
	if errors.As(err, &unknown) {
		if slices.Contains(stockFiles, path.Base(l.path)) {
			return
		}
		e.unknownAt(d, unknown.told, unknown.why)
		return
	}
	if errors.As(err, &there) {
		e.unknown(d, fmt.Sprintf("%s: %s", shown, err))
		return
	}
	if !errors.As(err, &errno) { // it is too large, or no regular file
		d.own().Unknown = fmt.Sprintf("%s: %s", shown, plainReason(err))
		e.problem(Problem{Pos: d.Pos(), Text: d.Unknown, Incomplete: true})
		return
	}
	missing := errors.Is(err, fs.ErrNotExist)
	switch {
	case missing && slices.Contains(stockFiles, path.Base(shown)):
		return
	case missing && e.shortened:
		d.own().Unknown = shown + " is not in the dump"
		e.problem(Problem{Pos: d.Pos(), Text: d.Unknown + ", though nginx read it: the dump is not whole", Incomplete: true})
		return
	case !errors.Is(err, fs.ErrPermission) && e.absent != "":
		e.unknown(d, fmt.Sprintf(e.absent, shown))
		return
	case missing && d.Maybe:
		e.unknown(d, shown+" was not found")
		return
	case missing && slices.ContainsFunc(distroFiles, func(f string) bool { return strings.HasSuffix("/"+shown, "/"+f) }):
		e.unknown(d, shown+" comes with Debian's nginx and was not found")
		return
	}
	if missing && l.absolute && !e.mapped && e.elsewhere(shown) {
		// Not part of what was given: a file that only the machine it runs on has, often made when its container starts.
		e.unknown(d, shown+" was not found (--root DIR or --map FROM=TO says where it is)")
		return
	}
	if made := templateOf(l.names[0]); missing && made != "" {
		e.unknown(d, fmt.Sprintf("%s is made from %s", shown, made))
		return
	}
	p := Problem{Pos: d.Pos(), Text: openText(shown, errno), Incomplete: true}
	d.own().Unknown = p.Text
	if i, again := e.missing[p.Text]; again {
		if other := &e.tree.Problems[i]; other.Pos != p.Pos && len(other.Notes) < maxPlaces {
			other.Notes = append(other.Notes, hop.Note{Pos: p.Pos, Text: "and is included here"})
		}
		return
	}
	e.missing[p.Text] = len(e.tree.Problems)
	if missing && l.absolute && !e.mapped {
		p.Notes = []hop.Note{{Text: "if the file is elsewhere on this machine, --root DIR or --map FROM=TO says where"}}
	} else if missing && l.absolute && l.names[0] != shown {
		p.Notes = []hop.Note{{Text: "looked for at " + l.names[0]}}
	}
	e.problem(p)
}

// elsewhere reports whether an absolute path leads out of the tree that was given: the main file is in no directory
// that nginx is installed with, and the path is not below the main file's.
func (e *expander) elsewhere(name string) bool {
	dir, err := filepath.Abs(filepath.Dir(e.tree.Name))
	if err != nil {
		return false
	}
	dir = filepath.ToSlash(dir)
	return !slices.ContainsFunc(stockDirs, func(s string) bool { return within(dir, s) }) && !within(name, dir)
}

// within reports whether path is dir or below it.
func within(path, dir string) bool {
	return path == dir || strings.HasPrefix(path, strings.TrimSuffix(dir, "/")+"/")
}

// openText words an error as nginx does, but for files that nginx reads as root and wslint may not.
func openText(name string, errno syscall.Errno) string {
	if errno == syscall.EACCES || errno == syscall.EPERM {
		return "wslint may not read " + name + ": use sudo, or sudo nginx -T | wslint check -"
	}
	call, text := "open", errno.Error()
	if errno == syscall.EISDIR {
		call = "pread"
	}
	if text != "" {
		text = strings.ToUpper(text[:1]) + text[1:]
	}
	return fmt.Sprintf("%s() \"%s\" failed (%d: %s)", call, name, int(errno), text)
}

// unknown keeps an include in the tree that could not be followed without nginx being in the wrong.
func (e *expander) unknown(d *Directive, why string) []*Directive {
	return e.unknownAt(d, d.Pos(), why)
}

// unknownAt is unknown for what a line elsewhere says; where none does, it is told of the directive.
func (e *expander) unknownAt(d *Directive, at hop.Pos, why string) []*Directive {
	d.own().Unknown = why
	if at.IsZero() {
		at = d.Pos()
	}
	note := hop.Note{Pos: at, Text: why}
	if !e.said[note] {
		e.said[note] = true
		e.tree.Unknown = append(e.tree.Unknown, note)
	}
	return []*Directive{d}
}

// problem records a problem once, however often its file is included.
func (e *expander) problem(p Problem) {
	if note := (hop.Note{Pos: p.Pos, Text: p.Text}); !e.said[note] {
		e.said[note] = true
		e.tree.Problems = append(e.tree.Problems, p)
	}
}

// plainReason is an error without the operation and the path.
func plainReason(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	return err
}
