package conf

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/internal/parallel"
	"github.com/wslint/wslint/internal/plainfile"
	"github.com/wslint/wslint/parsers"
)

// A NoConfigError says that an argument names nothing to read.
type NoConfigError struct{ Arg, Why string }

func (e *NoConfigError) Error() string { return e.Arg + ": " + e.Why }

// Read reads the configurations that the arguments name: main files and fragments, directories, `nginx -T` dumps, "-"
// for standard input. Each complete configuration is one tree, and so is each fragment that none of the others
// includes; fragments that a directory holds for the same http block share one. What is wrong with a configuration is
// in its tree's Problems.
//
// The error is a *NoConfigError when an argument does not exist or no configuration was found at all.
func Read(args []string, stdin io.Reader, o Options) ([]*Tree, error) {
	o = o.complete()
	var files []parsers.Found
	for _, arg := range args {
		if arg == "-" {
			src, err := io.ReadAll(stdin)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", stdinName, err)
			}
			files = append(files, parsers.Found{Name: stdinName, Src: src, Piped: true})
			continue
		}
		info, err := o.Stat(arg)
		switch name := filepath.Clean(arg); {
		case err != nil:
			return nil, &NoConfigError{Arg: arg, Why: why(err)}
		case info.IsDir():
			self := []parsers.Reader{{Sniff: Sniff, Links: true, Hidden: Hidden()}}
			found, _, _ := parsers.Find(
				name,
				self,
				parsers.Options{Stat: o.Stat, ReadFile: o.ReadFile, Peek: plainfile.Head, Shows: o.Shows},
				parsers.Guide{},
			)
			files = append(files, found[0]...)
		default:
			files = append(files, parsers.Found{Name: name})
		}
	}
	trees, _, err := ReadFound(files, o)
	if err == nil && len(trees) == 0 {
		err = &NoConfigError{Arg: strings.Join(args, " "), Why: "no nginx configuration found"}
	}
	return trees, err
}

// ReadFound is Read for files that somebody has found already: those that Sniff does not say No to. Skipped are files
// below a directory that turn out to be no nginx configuration, and why.
//
// The error is a *NoConfigError when standard input holds no configuration.
func ReadFound(files []parsers.Found, o Options) (trees []*Tree, skipped []hop.Note, err error) {
	r := newReader(o.complete())
	var found []*candidate
	for _, f := range files {
		switch {
		case f.Src != nil:
			dumps, more, err := r.text(f)
			if err != nil {
				return nil, nil, err
			}
			trees, found = append(trees, dumps...), append(found, more...)
		case f.Top == "":
			dumps, more := r.named(f.Name)
			trees, found = append(trees, dumps...), append(found, more...)
		default:
			c := r.look(f.Name, f.Top)
			if c == nil {
				skipped = append(skipped, hop.Note{Pos: hop.Pos{File: f.Name},
					Text: "it holds nothing that only nginx configuration has"})
				continue
			}
			found = append(found, c)
		}
	}
	trees = append(trees, r.trees(found)...)
	r.builders = nil // trees keep the reader
	return trees, skipped, nil
}

// complete gives the options that are nil their defaults.
func (o Options) complete() Options {
	if o.ReadFile == nil {
		o.ReadFile = plainfile.Read
	}
	if o.Stat == nil {
		o.Stat = os.Stat
	}
	if o.Locator == nil {
		o.Locator = plainfile.NewLocator()
	}
	return o
}

// Parse reads one text that is no dump, for a caller that wants nothing but its directives: no include is followed,
// and each says so.
func Parse(name string, src []byte) (*Tree, error) {
	ds, _, err := parseFile(&File{Name: name, Src: src}, nil)
	if err != nil {
		return nil, err
	}
	link(ds, nil)
	return &Tree{Name: name, Context: contextOf(ds), Main: Block("", ds)}, nil
}

// link sets what reading includes would set.
func link(ds []*Directive, parent *Directive) {
	for _, d := range ds {
		d.Parent = parent
		if d.Is("include") {
			d.own().Unknown = "not followed"
		}
		link(d.Block, d)
	}
}

// named reads a file that was named itself: the trees of a dump, or a file that may be a root.
func (r *reader) named(name string) ([]*Tree, []*candidate) {
	p := r.load(name, nil)
	if p.trouble == nil && isDump(p.file.Src, false) {
		return r.readDumps(p.file.Name, p.file.Src), nil
	}
	return nil, []*candidate{r.candidate(p, "")}
}

// text reads a file that is in memory: standard input, or a text within another file.
func (r *reader) text(f parsers.Found) ([]*Tree, []*candidate, error) {
	if f.Piped {
		return r.standardInput(f.Src)
	}
	if isDump(f.Src, false) {
		return r.readDumps(f.Name, f.Src), nil, nil
	}
	return nil, []*candidate{r.candidate(r.parse(&File{Name: f.Name, Src: f.Src, Origin: f.Origin,
		Editable: f.Origin != nil}), "")}, nil
}

// A reader reads each file once.
type reader struct {
	options  Options
	files    map[string]*parsed
	enabled  map[string]enabledSites // by the name of the main file
	dumped   map[string]dumpStart    // which dump a name belongs to
	builders []*builder              // of which some memory is left, while files are read
}

func newReader(o Options) *reader {
	return &reader{options: o, files: map[string]*parsed{}, enabled: map[string]enabledSites{},
		dumped: map[string]dumpStart{}}
}

// parsed is one file, read and parsed, or what prevented that.
type parsed struct {
	file    *File
	nodes   []*Directive
	notes   []hop.Note
	err     *SyntaxError // in the file
	trouble error        // reading the file; a syscall.Errno inside where the system had one
	real    string       // what its name comes to once symlinks are followed; "" where nobody has asked, see realName

	define map[string]string // what it was parsed with
	lent   bool              // some tree had the directives
	given  bool              // nodes are part of it
}

// parse parses the bytes of the file.
func (p *parsed) parse(define map[string]string) *parsed { return p.parseBy(new(builder), define) }

func (p *parsed) parseBy(b *builder, define map[string]string) *parsed {
	p.define = define
	p.nodes, p.notes, p.err = b.file(p.file, define)
	return p
}

// lend gives the directives to a tree, which changes them; shared says that it has to copy them first, but for their
// words. Most files are included once: the first tree gets them as they are, where it is the only one, and they are
// parsed again for further places.
func (p *parsed) lend(only bool) (nodes []*Directive, shared bool) {
	switch {
	case only && !p.lent:
		p.lent, p.given = true, true
		return p.nodes, false
	case p.given:
		comments := p.file.Comments
		p.nodes, _, _ = parseFile(p.file, p.define)
		p.file.Comments, p.given = comments, false
	}
	p.lent = true
	return p.nodes, true
}

// unknown reports whether the file is a template of which nothing could be read.
func (p *parsed) unknown() bool {
	return len(p.nodes) == 1 && p.nodes[0].Name.Value == "" && p.nodes[0].Unknown != ""
}

// cut is what was read of the file before its error, for a block of parent.
func (p *parsed) cut(parent *Directive) *Cut {
	link(p.nodes, parent)
	return &Cut{Read: p.nodes, Err: p.err}
}

// load reads and parses a file of this machine. A disk tells where absolute symlinks lead.
func (r *reader) load(name string, d *disk) *parsed {
	if p := r.files[name]; p != nil {
		return p
	}
	p := r.open(name, d)
	if p.trouble == nil {
		p.parseBy(r.builder(0), r.options.Define)
	}
	return p
}

// builder is one of those that the reader has, one for each processor.
func (r *reader) builder(i int) *builder {
	for len(r.builders) <= i {
		r.builders = append(r.builders, new(builder))
	}
	return r.builders[i]
}

// ahead loads the first of several files, which are parsed on all processors, and returns how many.
func (r *reader) ahead(names []string, d *disk) (n int) {
	var work parallel.Group
	opened := make(chan []*parsed, len(names))
	for i := range min(runtime.GOMAXPROCS(0), len(names)) {
		b := r.builder(i)
		work.Go(func() {
			for share := range opened {
				for _, p := range share {
					p.parseBy(b, r.options.Define)
				}
			}
		})
	}
	var share []*parsed
	size, total := 0, 0
	for ; n < len(names) && (n < atOnce || total < bytesAtOnce); n++ {
		if r.files[names[n]] != nil {
			continue
		}
		p := r.open(names[n], d)
		if p.trouble != nil {
			continue
		}
		share = append(share, p)
		if size += len(p.file.Src); size >= shareBytes {
			opened <- share
			total += size
			share, size = nil, 0
		}
	}
	opened <- share
	close(opened)
	work.Wait()
	return n
}

// open reads the bytes of a file that is to be parsed.
func (r *reader) open(name string, d *disk) *parsed {
	p := &parsed{file: &File{
		Name: name, Hidden: r.options.Shows != nil && !r.options.Shows(name), Regexes: r.options.Regexes,
	}}
	r.files[name] = p
	p.trouble = r.read(p, name)
	if p.trouble != nil && d != nil {
		r.elsewhere(p, d)
	}
	return p
}

// realName is what the name of a file comes to once symlinks are followed.
func (r *reader) realName(p *parsed) string {
	if p.real == "" {
		p.real = r.real(cmp.Or(p.file.Local, p.file.Name))
	}
	return p.real
}

// real is the absolute name of a file once symlinks are followed; the name itself where there is none.
func (r *reader) real(name string) string {
	if strings.Contains(name, "..") { // above a symlink is another directory than the name says
		real, err := filepath.EvalSymlinks(name)
		if err == nil && filepath.IsAbs(real) {
			return real
		}
		wd, lost := r.options.Locator.Real(".")
		if err != nil || lost != nil {
			return name
		}
		return filepath.Join(wd, real)
	}
	if real, err := r.options.Locator.Real(name); err == nil {
		return real
	}
	return name
}

// elsewhere reads what a symlink leads to in a copy of a machine's tree, such as sites-enabled/a ->
// /etc/nginx/sites-available/a.
func (r *reader) elsewhere(p *parsed, d *disk) {
	target, err := os.Readlink(p.file.Name)
	if err != nil || !strings.HasPrefix(target, "/") {
		return
	}
	local := d.find(target, false).names[0]
	if p.trouble = r.read(p, local); errors.Is(p.trouble, os.ErrNotExist) && !r.options.maps() {
		p.trouble = elsewhereError(target)
	}
	p.file.Editable, p.file.Local = false, local
}

// An elsewhereError is where a symlink leads on the machine that the configuration is for.
type elsewhereError string

func (e elsewhereError) Error() string { return "leads to " + string(e) + ", which was not found" }

// read fills in the bytes of the file. Why it has none, a look at it says.
func (r *reader) read(p *parsed, local string) error {
	src, err := r.options.ReadFile(local)
	if err == nil && len(src) <= maxFile {
		p.file.Src, p.file.Editable = src, true
		return nil
	}
	info, none := r.options.Stat(local)
	switch {
	case none != nil:
		return none
	case info.IsDir():
		return syscall.EISDIR
	case info.Size() > maxFile:
		return fmt.Errorf("is larger than %d MiB and was not read", maxFile>>20)
	case !info.Mode().IsRegular() && isNull(info):
		return nil
	case !info.Mode().IsRegular():
		return plainfile.ErrNotRegular
	}
	p.file.Src, p.file.Editable = src, true
	return err
}

// isNull reports whether a file is /dev/null, which people include to include nothing.
func isNull(info os.FileInfo) bool {
	null, err := os.Stat(os.DevNull)
	return err == nil && os.SameFile(info, null)
}

// parse parses a file that is in memory.
func (r *reader) parse(f *File) *parsed {
	p := &parsed{file: f, real: f.Name}
	return p.parse(r.options.Define)
}

// why is an error's reason without the operation and the path.
func why(err error) string {
	var pe *os.PathError
	if errors.As(err, &pe) {
		return pe.Err.Error()
	}
	return err.Error()
}
