package lint

import (
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers"
	"github.com/wslint/wslint/rules"
)

// An Input is what one run works on.
type Input struct {
	Args  []string  // files and directories, "-" for standard input; the current directory when empty
	Stdin io.Reader // what "-" reads
	// Options say how to read; Version is taken from Versions.
	Options parsers.Options
	// Versions are those of the programs that configurations are for, by the name of the format: --nginx-version.
	Versions map[string]string
	Config   *Config    // nil when there is none
	Ping     *Keepalive // of the command line: it replaces every declared one; nil when none is given
	Rules    []*rules.Rule
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
}

// A run is the state of one Check or Trace.
type run struct {
	in      Input
	readers []parsers.Reader
	sources []hop.Source            // of the arguments
	byName  map[string][]hop.Source // the same, by the absolute name of their file
	through map[string][]hop.Source // of the files that declared paths name, by absolute name
	// held are the resources that such a file describes, and described those of all files.
	held      map[string][]parsers.Resource
	described []parsers.Resource
	// chosen is what a hop with a file means of what that describes, by the place of the hop.
	chosen map[hop.Pos]hop.Source
	// resources are those that paths call by name, by that name: "alb/prod-web".
	resources map[string]hop.Source
	// define are values that files give to variables of other configurations.
	define map[string]string
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
	r := &run{
		in: in, readers: Readers(), byName: map[string][]hop.Source{}, through: map[string][]hop.Source{},
		held: map[string][]parsers.Resource{}, chosen: map[hop.Pos]hop.Source{}, resources: map[string]hop.Source{},
		define: map[string]string{}, result: &Result{links: map[string]string{}}, files: map[string][]byte{},
		targets: map[string][]byte{}, texts: map[string]hop.Text{}, problems: map[hop.Note]bool{},
		hadNeeds: map[*rules.Rule]bool{}, met: map[string]bool{}, inclusions: map[string][]hop.Pos{},
		reads: map[hop.Source][]string{}, endpoints: map[hop.Source]int{},
	}
	r.result.Source = func(file string) []byte {
		if src, read := r.files[file]; read {
			return src
		}
		return r.targets[file]
	}
	if r.in.Options.ReadFile == nil {
		r.in.Options.ReadFile = readFile
	}
	if r.in.Options.Stat == nil {
		r.in.Options.Stat = os.Stat
	}
	r.in.Options.ReadFile = once(r.in.Options.ReadFile)
	c := Config{}
	if in.Config != nil {
		c = *in.Config
	}
	c.Paths = slices.Clone(c.Paths) // files may tell of further ones
	r.in.Config = &c
	if r.in.Config.File != "" {
		r.files[r.in.Config.File] = r.in.Config.Src
		text := plainText(r.in.Config.File, r.in.Config.Src)
		text.Blocks = indented(r.in.Config.Src)
		r.texts[text.File] = text
	}
	r.chooseRules()
	return r, r.checkVersions()
}

// newRun reads everything that the input names. Its errors are of usage and of the configuration file; what is wrong with a
// configuration is in the result.
func newRun(in Input) (*run, error) {
	r, err := prepared(in)
	if err != nil {
		return nil, err
	}
	args := in.Args
	if len(args) == 0 && !(in.OnlyDeclared && r.namesAllHops()) {
		args = []string{"."}
	}
	kernel, err := r.kernelFiles()
	if err != nil {
		return nil, err
	}
	if err := r.readArgs(args, kernel); err != nil {
		return nil, err
	}
	if err := r.readPaths(); err != nil {
		return nil, err
	}
	if r.in.Changed == nil && len(r.sources) == 0 && !r.namesHops() && !r.result.Incomplete {
		return nil, fmt.Errorf("no nginx configuration found in %s", list(args))
	}
	return r, nil
}

// checkVersions brings the versions of the command line into their usual form.
func (r *run) checkVersions() error {
	versions := map[string]string{}
	for _, p := range r.readers {
		v := r.in.Versions[p.Name]
		if v == "" || p.Target == nil {
			continue
		}
		usual, err := p.Target.Check(v)
		if err != nil {
			return err
		}
		versions[p.Name] = usual
	}
	r.in.Versions = versions
	return nil
}

// once reads each file a single time: a pipe that somebody names can be read no second time.
func once(readFile func(name string) ([]byte, error)) func(name string) ([]byte, error) {
	type answer struct {
		src []byte
		err error
	}
	var mutex sync.Mutex
	known := map[string]answer{}
	return func(name string) ([]byte, error) {
		mutex.Lock()
		defer mutex.Unlock()
		a, done := known[name]
		if !done {
			a.src, a.err = readFile(name)
			known[name] = a
		}
		return a.src, a.err
	}
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
