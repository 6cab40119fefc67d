package lint

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path/filepath"
	"slices"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/internal/plainfile"
	"github.com/wslint/wslint/parsers"
	"github.com/wslint/wslint/rules"
)

// A loaded is what the files of a run say: what the first step hands to the others.
type loaded struct {
	in      *Input                  // complete; files may tell of further paths, which stand in the configuration
	sources []hop.Source            // of the arguments
	through map[string][]hop.Source // of the files that declared paths name, by absolute name
	// chosen is what a hop with a file means of the resources that the file describes, by the place of the hop.
	chosen map[hop.Pos]hop.Source
	// resources are those that paths call by name, by that name: "alb/prod-web".
	resources map[string]hop.Source
	described []parsers.Resource      // those of all files
	kernel    *hop.Kernel             // nil when nothing is said of it
	settings  []string                // the files that say it
	reads     map[hop.Source][]string // the files of each source, its root first
	// touched are those that read a changed file, and stray their roots that git knows nothing of; nil before anybody
	// asks.
	touched map[hop.Source]bool
	stray   func() map[string]bool
	files   *fileSet

	misfits    []hop.Misfit
	problems   []rules.Finding // what programs refuse to start with
	unknown    []hop.Note
	debug      []hop.Note
	read       []FileRead
	notRead    []hop.Note
	unreadable []hop.Pos // places behind which something could not be read
	versions   []Versioned
	machines   map[hop.Source]*parsers.Machine // those that containers are, by what runs there
	incomplete bool                            // something else is missing
	walk       *walk
	// apart says that a configuration which another file governs is judged in another run.
	apart  bool
	others []*Config       // those that govern something else
	wrong  map[string]bool // configuration files that cannot be read
	// stopped are files at which their program stops: what they say means something else to it, or nothing.
	stopped map[string]bool
	// scoped says that somebody declared paths: what these do not reach is then less likely to carry WebSockets.
	scoped bool
}

// A load is the first step of a run: it finds the files that the input names and has them read.
type load struct {
	*loaded
	readers []parsers.Reader
	byName  map[string][]hop.Source // the sources of the arguments, by the absolute name of their file
	// held are the resources that the file of a hop describes, by its absolute name.
	held    map[string][]parsers.Resource
	absent  map[string]func(name string) hop.Absence // what it means that such a file does not describe a hop
	gone    map[hop.Pos]bool                         // declared paths that go through what is not there
	define  map[string]string                        // values that files give to variables of other configurations
	said    map[hop.Note]bool                        // the problems that are reported already
	skipped []hop.Note                               // what was passed over
	// claimed are files that are judged where a container has them, by their real names.
	claimed map[string]bool
	// given are the files that were named, by their real names.
	given   map[string]bool
	regexes *parsers.Budget // the time for all regular expressions
}

func newLoad(in *Input, readers []parsers.Reader) *load {
	in.Options.ReadFile = readUpTo(in.Options.ReadFile)
	return &load{
		readers: readers, byName: map[string][]hop.Source{}, held: map[string][]parsers.Resource{},
		absent: map[string]func(string) hop.Absence{}, gone: map[hop.Pos]bool{},
		claimed: map[string]bool{}, given: map[string]bool{},
		define: map[string]string{}, said: map[hop.Note]bool{}, regexes: parsers.NewBudget(),
		loaded: &loaded{
			in: in, walk: newWalk(in), wrong: map[string]bool{}, stopped: map[string]bool{},
			through: map[string][]hop.Source{}, chosen: map[hop.Pos]hop.Source{}, resources: map[string]hop.Source{},
			reads: map[hop.Source][]string{}, machines: map[hop.Source]*parsers.Machine{},
			files: newFileSet(in), scoped: len(in.Config.Paths) > 0,
		},
	}
}

// everything reads all that the input names. Its errors are of usage and of the configuration file; what is wrong
// with a configuration is among the problems.
func (l *load) everything() error {
	args := l.in.Args
	if len(args) == 0 && !(l.in.OnlyDeclared && l.in.Config.namesAllHops()) {
		args = []string{"."}
	}
	if l.in.Changed != nil {
		l.in.Changed.exclude(l.walk)
	}
	kernel, err := l.kernelFiles()
	if err != nil {
		return err
	}
	if err := l.arguments(args, kernel); err != nil {
		return err
	}
	if err := l.otherConfigs(); err != nil {
		return err
	}
	if err := l.paths(); err != nil {
		return err
	}
	missed := len(l.gone) > 0 || l.incomplete || len(l.unreadable) > 0
	if l.in.Changed == nil && len(l.sources) == 0 && !l.in.Config.namesHops() && !missed && !l.readInfrastructure() {
		return &NothingFoundError{In: list(args), For: searchedFor(l.readers), Skipped: l.skipped}
	}
	return nil
}

// readInfrastructure reports whether a file was read that says what runs somewhere, without being its configuration:
// one without a load balancer or a proxy is none the less what was asked for.
func (l *load) readInfrastructure() bool {
	return slices.ContainsFunc(l.read, func(f FileRead) bool {
		reader, ok := readerNamed(l.readers, f.Format)
		return ok && (reader.Prefix != "" || len(reader.Beside) > 0)
	})
}

// options are those of one reader.
func (l *load) options(reader parsers.Reader) parsers.Options {
	o := l.in.Options
	o.Shows, o.Regexes = l.files.shows, l.regexes
	o.Define = maps.Clone(l.define)
	maps.Copy(o.Define, l.in.Options.Define)
	o.Version, o.Declared = l.in.Versions[reader.Name], "--"+reader.Name+"-version"
	if o.Version == "" {
		o.Version, o.Declared = l.in.Config.Targets[reader.Name], "targets in "+ConfigName
	}
	return o
}

// kernelFiles are the files of kernel settings that the configuration file names.
func (l *load) kernelFiles() (files []parsers.Found, err error) {
	reader := kernelFormat()
	for _, e := range l.in.Config.Kernel {
		f := parsers.Found{Name: l.in.Config.beside(e.Value)}
		if !l.in.Config.mayName(f.Name) {
			return nil, l.in.Config.blame(e, outside(f.Name))
		}
		info, err := l.in.Options.Stat(f.Name)
		if err == nil {
			f.Dir = info.IsDir()
			_, err = reader.Read([]parsers.Found{f}, l.options(reader))
		}
		if err != nil {
			return nil, l.in.Config.blame(e, plainfile.Short(err).Error())
		}
		files = append(files, f)
	}
	return files, nil
}

// arguments reads the files and directories that were named, and with them the given files of kernel settings.
func (l *load) arguments(args []string, kernel []parsers.Found) error {
	found := make([][]parsers.Found, len(l.readers))
	for i := range l.readers {
		if l.readers[i].Name == kernelFormat().Name {
			found[i] = kernel
		}
	}
	for _, arg := range args {
		if err := l.find(arg, found); err != nil {
			return err
		}
	}
	for i, reader := range l.readers {
		if l.in.stopped() {
			return ErrStopped
		}
		files := l.unclaimed(found[i])
		if len(files) == 0 {
			continue
		}
		reading, err := reader.Read(files, l.options(reader))
		if err != nil {
			return plainfile.Short(err)
		}
		for _, s := range l.take(reader, reading) {
			l.sources = append(l.sources, s.Source)
			name := l.in.Options.Locator.Absolute(s.Name)
			l.byName[name] = append(l.byName[name], s.Source)
		}
	}
	return nil
}

// find adds what one argument names to the files that each reader is to read.
func (l *load) find(arg string, found [][]parsers.Found) error {
	if arg == "-" {
		src, err := readStdin(l.in.Stdin)
		if err != nil {
			return err
		}
		name := cmp.Or(l.in.Options.StdinName, stdinName)
		l.files.memory[name] = true
		l.named(parsers.Found{Name: name, Src: src, Piped: true}, found)
		return nil
	}
	info, err := l.in.Options.Stat(arg)
	if err != nil {
		return fmt.Errorf("%s: %w", arg, plainReason(err))
	}
	f := parsers.Found{Name: filepath.Clean(arg), Dir: info.IsDir()}
	if why := l.walk.names(f.Name, f.Dir, false); why != "" {
		l.passed(hop.Note{Pos: hop.Pos{File: f.Name}, Text: why})
		return nil
	}
	if plainfile.IsPipe(arg, info) {
		if f.Src, err = plainfile.ReadPipe(arg); err != nil {
			return plainfile.Short(err)
		}
	}
	if !f.Dir {
		l.given[l.realName(f.Name)] = true
		l.lookBeside(f.Name, found)
		l.named(f, found)
		return nil
	}
	for i, reader := range l.readers {
		if reader.Directories && reader.Sniff(f, nil).Claim == parsers.Yes {
			found[i] = append(found[i], f)
			return nil
		}
	}
	o := l.in.Options
	o.Shows = l.files.shows
	below, unread, skipped := parsers.Find(f.Name, l.readers, o, l.walk.below(f.Name))
	l.passed(skipped...)
	for i := range below {
		found[i] = append(found[i], below[i]...)
	}
	for _, n := range unread {
		l.problem(parsers.Problem{Pos: n.Pos, Text: fmt.Sprintf("%s: %s", n.Pos.File, n.Text), Incomplete: true})
	}
	return nil
}

// realName is the absolute name of a file with symlinks followed, as far as it exists.
func (l *loaded) realName(file string) string { return l.in.Options.Locator.Nearest(file) }

// passed notes what was passed over, for --verbose and for who finds nothing.
func (l *load) passed(notes ...hop.Note) {
	l.skipped = append(l.skipped, notes...)
	l.notRead = append(l.notRead, notes...)
}

// named gives a file that was named to a reader. One that no reader wants is passed over: the names of all files of a
// kind may come from a pattern of the shell.
func (l *load) named(f parsers.Found, found [][]parsers.Found) {
	if !l.give(f, found) {
		l.passed(hop.Note{Pos: hop.Pos{File: f.Name}, Text: "it is no configuration that wslint reads"})
	}
}

// give adds a file to those of the first reader that is sure of it, else of the first one that may be; taken says that
// some reader wants it.
func (l *load) give(f parsers.Found, found [][]parsers.Found) (taken bool) {
	head, err := l.in.Options.Head(f)
	if err != nil {
		head = []byte{} // whoever is to read it says why
	}
	maybe := -1
	for i, reader := range l.readers {
		if reader.Sniff(f, nil).Claim == parsers.No {
			continue
		}
		switch reader.Sniff(f, head).Claim {
		case parsers.Yes:
			found[i] = append(found[i], f)
			return true
		case parsers.Maybe:
			if maybe < 0 {
				maybe = i
			}
		}
	}
	if maybe >= 0 {
		found[maybe] = append(found[maybe], f)
	}
	return maybe >= 0
}

// take takes over what reading found out, and has the texts in other formats read that it brought up. It returns all
// sources.
func (l *load) take(reader parsers.Reader, x parsers.Reading) []parsers.Source {
	for _, f := range x.Files {
		l.files.add(f, x.Text, l.in.NewFrom != nil)
		l.read = append(l.read, FileRead{f.Name, reader.Name})
	}
	if x.Included != nil {
		l.files.inclusions = append(l.files.inclusions, x.Included)
	}
	if x.Kernel != nil {
		l.kernel = x.Kernel
		for _, f := range x.Files {
			l.settings = append(l.settings, f.Name)
		}
	}
	lines := map[string]int{}
	for _, f := range x.Files {
		if f.Line != 0 {
			lines[f.Name] = f.Line
		}
	}
	for _, s := range x.Sources {
		reads := slices.Grow(l.reads[s.Source], len(s.Files))
		for _, f := range s.Files {
			if o := l.files.origins[f]; o != nil {
				f = o.File
			}
			reads = append(reads, f)
			if local := l.files.links[f]; local != "" {
				reads = append(reads, local)
			}
		}
		if len(reads) > 0 {
			l.reads[s.Source] = reads
		}
		l.files.cutFrom(s, lines, l.in.Options.ReadFile)
		l.runs(reader, s)
	}
	l.files.named = append(l.files.named, x.Private...)
	for _, name := range x.Claims {
		l.claimed[l.realName(name)] = true
	}
	l.notes(reader, x)
	l.described, l.misfits = append(l.described, x.Resources...), append(l.misfits, x.Misfits...)
	maps.Copy(l.define, x.Define)
	for _, p := range x.Paths {
		l.declare(p)
	}
	return append(x.Sources, l.readNested(l.concerned(x.Nested))...)
}

// notes takes over what a reader has to say of its files. Of a file that may not be shown it quotes nothing.
func (l *load) notes(reader parsers.Reader, x parsers.Reading) {
	for _, p := range x.Problems {
		if l.files.bytes(p.Pos.File) != nil && !l.files.shows(p.Pos.File) {
			p.Text = fmt.Sprintf("not readable as %s configuration; outside the project, so its text is not shown", reader.Name)
			p.Notes = nil
			if x.Included != nil {
				for _, at := range x.Included()[p.Pos.File] {
					p.Notes = append(p.Notes, hop.Note{Pos: at, Text: "included here"})
				}
			}
		}
		l.problem(p)
	}
	l.unknown = append(l.unknown, x.Unknown...)
	for _, n := range x.Skipped {
		l.notRead = append(l.notRead, hop.Note{Pos: n.Pos, Text: "not read as " + reader.Name + ": " + n.Text})
	}
	for _, n := range x.Debug {
		if l.files.shows(n.Pos.File) {
			l.debug = append(l.debug, n)
		}
	}
}

// declare adds a path that a file tells of, unless somebody has declared it: that is as a rule the better knowledge.
func (l *load) declare(p parsers.Path) {
	if _, declared := l.in.Config.Declares(p.URL); declared {
		return
	}
	d := Declared{URL: p.URL, Pos: p.Pos, App: p.App, AppPos: p.Pos}
	for _, s := range p.Through {
		e := Element{Kind: s.Kind, Pos: s.Pos}
		if s.File != "" {
			e.Value = l.in.Options.Locator.Absolute(s.File)
		}
		d.Through = append(d.Through, e)
	}
	l.in.Config.Paths = append(l.in.Config.Paths, d)
}

// readNested reads texts within a file, those of one format together.
func (l *load) readNested(list []parsers.Nested) (sources []parsers.Source) {
	found := make([][]parsers.Found, len(l.readers))
	for _, n := range list {
		i := slices.IndexFunc(l.readers, func(x parsers.Reader) bool { return x.Name == n.Format })
		if i >= 0 {
			found[i] = append(found[i], n.Found)
		} else if !l.give(n.Found, found) {
			at := n.Origin.Pos(hop.Pos{File: n.Name, Line: 1})
			l.unknown = append(l.unknown, hop.Note{Pos: at, Text: n.Name + ": no configuration that wslint reads"})
		}
	}
	for i, reader := range l.readers {
		if len(found[i]) == 0 {
			continue
		}
		reading, err := reader.Read(found[i], l.options(reader))
		if err != nil {
			at := found[i][0].Origin.Pos(hop.Pos{File: found[i][0].Name, Line: 1})
			l.unknown = append(l.unknown, hop.Note{Pos: at, Text: plainfile.Short(err).Error()})
			continue
		}
		sources = append(sources, l.take(reader, reading)...)
	}
	return sources
}

// problem reports what makes a program refuse to start; a file that several configurations include is reported once.
func (l *load) problem(p parsers.Problem) {
	if p.Incomplete {
		l.unreadable = append(l.unreadable, p.Pos)
	}
	if !p.Readable {
		l.stopped[p.Pos.File] = true
	}
	key := hop.Note{Pos: p.Pos, Text: p.Text}
	if l.said[key] {
		return
	}
	l.said[key] = true
	notes := p.Notes
	src := l.files.bytes(p.Pos.File)
	if bytes.HasPrefix(src, []byte("\xff\xfe")) || bytes.HasPrefix(src, []byte("\xfe\xff")) {
		notes = []hop.Note{{Text: "the file is UTF-16, as PowerShell's > writes it: save it as UTF-8"}}
	}
	l.problems = append(l.problems, rules.Finding{
		Rule: rules.UnreadableConfig, Severity: rules.UnreadableConfig.Severity, Confidence: hop.Declared,
		Pos: p.Pos, Message: p.Text, Notes: notes,
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
