package lint

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers/nginx"
	"github.com/wslint/wslint/rules"
)

// An Input is what one run works on.
type Input struct {
	Args    []string  // files and directories, "-" for standard input; the current directory when empty
	Stdin   io.Reader // what "-" reads
	Nginx   nginx.Options
	Version string     // --nginx-version; "" for what the configuration declares
	Config  *Config    // nil when there is none
	Ping    *Keepalive // of the command line: it replaces every declared one; nil when none is given
	Rules   []*rules.Rule
	// Selection is that of the command line.
	Selection Selection
	// Now is what ignores with an end are held against; the zero time keeps all of them.
	Now       time.Time
	NoIgnores bool // nothing is ignored
	// Baseline holds the findings that are known already; nil when there is none.
	Baseline *Baseline
	// NewFrom holds the lines that count, where not all do; see Changes.
	NewFrom *Changes
	// Changed keeps what these files concern; nil keeps everything.
	Changed *Changed
	// OneConfig says that Config governs everything, as somebody chose it.
	OneConfig bool
	// OnlyDeclared keeps a run without Args from reading the current directory where the declared paths name all their hops.
	OnlyDeclared bool
	// Stat and ReadFile look at the configurations that are named and read their bytes; nil for those of os. An editor puts its own text
	// before that of the disk, and files before the disk that were never saved.
	Stat     func(name string) (os.FileInfo, error)
	ReadFile func(name string) ([]byte, error)
}

// A run is the state of one Check or Trace.
type run struct {
	in      Input
	version nginx.Version
	sources []hop.Source            // of the arguments
	through map[string][]hop.Source // of the files that declared paths name, by absolute name
	// resources are what other files describe, by the name that a path has for it: "alb/prod-web".
	resources map[string]hop.Source
	// kernel is what the sysctl files say; nil when there are none.
	kernel *hop.Kernel
	// settings are those files.
	settings []string
	result   *Result
	files    map[string][]byte
	targets  map[string][]byte   // of Result.links: these are no further files
	texts    map[string]hop.Text // comments and blocks, of the files where they are needed
	// inclusions are the places of the directives that bring each included file in.
	inclusions map[string][]hop.Pos
	// hadNeeds are the rules that need more than a path and met one that has it.
	hadNeeds map[*rules.Rule]bool
	// met are the names of the paths, and the files and resources that these go through.
	met map[string]bool
	// dropped are findings that are not asked for, though they are there.
	dropped []rules.Finding
	// reads are the files of each source, its root first.
	reads map[hop.Source][]string
	// endpoints counts what each source has that no declared path is.
	endpoints map[hop.Source]int
	// lost are the places behind which something could not be read.
	lost []hop.Pos
	// problems are those reported already.
	problems map[hop.Note]bool
}

// prepared is a run that has read nothing yet.
func prepared(in Input) (*run, error) {
	r := &run{in: in, through: map[string][]hop.Source{}, result: &Result{links: map[string]string{}}, files: map[string][]byte{}, targets: map[string][]byte{}, texts: map[string]hop.Text{}, problems: map[hop.Note]bool{}, hadNeeds: map[*rules.Rule]bool{}, met: map[string]bool{}, inclusions: map[string][]hop.Pos{}, reads: map[hop.Source][]string{}, endpoints: map[hop.Source]int{}}
	r.result.Source = func(file string) []byte {
		if src, read := r.files[file]; read {
			return src
		}
		return r.targets[file]
	}
	if r.in.ReadFile == nil {
		r.in.ReadFile = readFile
	}
	if r.in.Stat == nil {
		r.in.Stat = os.Stat
	}
	r.in.Nginx.Stat, r.in.Nginx.ReadFile = r.in.Stat, r.in.ReadFile
	if r.in.Config == nil {
		r.in.Config = &Config{}
	}
	if r.in.Config.File != "" {
		r.files[r.in.Config.File] = r.in.Config.Src
		text := plainText(r.in.Config.File, r.in.Config.Src)
		text.Blocks = indented(r.in.Config.Src)
		r.texts[text.File] = text
	}
	r.chooseRules()
	return r, r.chooseVersion()
}

// newRun reads everything that the input names. Its errors are of usage and of the configuration file; what is wrong with an nginx
// configuration is in the result.
func newRun(in Input) (*run, error) {
	r, err := prepared(in)
	if err != nil {
		return nil, err
	}
	args, settings := splitArgs(in.Args)
	if err := r.readKernel(settings); err != nil {
		return nil, err
	}
	if len(in.Args) == 0 && !(in.OnlyDeclared && r.namesAllHops()) {
		args = []string{"."}
	}
	byName, err := r.readArgs(args)
	if err != nil {
		return nil, err
	}
	if err := r.readPaths(byName); err != nil {
		return nil, err
	}
	if r.in.Changed == nil && len(r.sources) == 0 && len(r.through) == 0 && !r.declares(Element.isKnown) && !r.declares(Element.isSnapshot) && !r.result.Incomplete {
		return nil, fmt.Errorf("no nginx configuration found in %s", list(append(args, settings...)))
	}
	return r, nil
}

// chooseVersion: the command line outweighs the configuration, which outweighs the oldest version in wide use.
func (r *run) chooseVersion() error {
	r.version = r.in.Config.Nginx
	if r.in.Version != "" {
		v, err := nginx.ParseVersion(r.in.Version)
		if err != nil {
			return err
		}
		r.version = v
	}
	// Whether nginx starts with it is judged more leniently when no version is declared.
	r.in.Nginx.Version = r.version
	if r.version.IsZero() {
		r.version = nginx.OldestCommon
	}
	return nil
}

// readArgs reads the arguments and returns the sources by the absolute name of their file.
func (r *run) readArgs(args []string) (map[string]hop.Source, error) {
	byName := map[string]hop.Source{}
	args, read, err := r.takeHAProxy(args, byName)
	if err != nil || len(args) == 0 {
		return byName, err // without any the declared paths name their files
	}
	trees, err := nginx.Read(args, r.in.Stdin, r.in.Nginx)
	var none *nginx.NoConfigError
	if errors.As(err, &none) && (read > 0 || r.in.Changed != nil) && none.Why == "no nginx configuration found" {
		return byName, nil
	}
	if (errors.As(err, &none) || err != nil && len(r.in.Args) == 0) && r.declares(func(Element) bool { return true }) {
		// The declared paths name what is to be looked at.
		err = nil
	}
	if err != nil {
		return nil, plainPathError(err)
	}
	for _, t := range trees {
		s := r.add(t)
		r.sources = append(r.sources, s)
		byName[absolute(t.Name)] = s
	}
	return byName, nil
}

// maxFile is far above any configuration.
const maxFile = 64 << 20

// readFile is os.ReadFile for files that strangers commit: a symlink to /dev/zero does not take all memory.
func readFile(name string) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var b bytes.Buffer
	if info, err := f.Stat(); err == nil {
		b.Grow(int(min(info.Size(), maxFile)) + bytes.MinRead)
	}
	_, err = b.ReadFrom(io.LimitReader(f, maxFile+1))
	if err == nil && b.Len() > maxFile {
		err = &fs.PathError{Op: "read", Path: name, Err: fmt.Errorf("larger than %d MB", maxFile>>20)}
	}
	return b.Bytes(), err
}

// beside is a file that the configuration file names, seen from the current directory.
func (r *run) beside(file string) string {
	if filepath.IsAbs(file) {
		return file
	}
	return filepath.Join(filepath.Dir(r.in.Config.File), file)
}

func absolute(file string) string {
	abs, err := filepath.Abs(file)
	if err != nil {
		return file
	}
	return abs
}

// add takes over what reading a tree found out, and compiles it.
func (r *run) add(t *nginx.Tree) hop.Source {
	for _, f := range t.Files {
		if _, known := r.files[f.Name]; !known {
			r.files[f.Name] = f.Src
			r.result.Files++
			r.dumped(t, f)
		}
	}
	r.keepTexts(t)
	for _, p := range t.Problems {
		r.problem(p)
	}
	r.result.Unknown = append(r.result.Unknown, t.Unread...)
	r.result.Debug = append(r.result.Debug, t.Debug...)
	s := nginx.Compile(t, r.version)
	for _, f := range t.Files {
		r.reads[s] = append(r.reads[s], f.Name)
		if f.Local != "" {
			r.reads[s] = append(r.reads[s], f.Local)
			r.result.links[f.Name], r.targets[f.Local] = f.Local, f.Src
		}
	}
	return s
}

// dumped notes where a file stands in the dump it was cut from, and keeps the dump's bytes.
func (r *run) dumped(t *nginx.Tree, f *nginx.File) {
	if f.Line == 0 || f.Name == t.Name {
		return
	}
	if _, known := r.files[t.Name]; !known {
		src, err := r.in.ReadFile(t.Name)
		if err != nil {
			return // standard input
		}
		r.files[t.Name] = src
	}
	if r.result.dumps == nil {
		r.result.dumps = map[string]dumped{}
	}
	r.result.dumps[f.Name] = dumped{t.Name, f.Line}
}

// problem reports what makes nginx refuse to start; a file that several configurations include is reported once.
func (r *run) problem(p nginx.Problem) {
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

func list(args []string) string {
	switch n := len(args); {
	case n == 1 && args[0] == ".":
		return "the current directory"
	case n == 1 && args[0] == "-":
		return "standard input"
	case n > 3:
		return fmt.Sprintf("%s and %d more", args[0], n-1)
	}
	return strings.Join(args, ", ")
}
