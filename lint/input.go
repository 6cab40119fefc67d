package lint

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/wslint/wslint/internal/plainfile"
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
	// URLs are addresses that browsers connect to, declared on the command line: paths like those of Config, without
	// hops.
	URLs  []string
	Rules []*rules.Rule
	// Selection is that of the command line.
	Selection Selection
	// Now is what ignores with an end are held against; the zero time keeps all of them.
	Now       time.Time
	NoIgnores bool // nothing is ignored
	// NoComments says that ignore comments are none: only the configuration file ignores.
	NoComments bool
	// Exclude are patterns of files that are passed over, relative to the current directory: --exclude.
	Exclude []string
	// Baseline holds the findings that are known already; nil when there is none.
	Baseline *Baseline
	// NewFrom holds the lines that count, where not all do; see Changes.
	NewFrom *Changes
	// Changed keeps what these files concern; nil keeps everything.
	Changed *Changed
	// OneConfig says that Config governs everything, as somebody chose it.
	OneConfig bool
	// Nested lets configuration files below the arguments, and those of other arguments, govern what they are for.
	Nested bool
	// OneOfMany says that only what Config governs is judged: Check makes such runs of a nested one.
	OneOfMany bool

	// included are files that another run found to be parts of configurations, by absolute name.
	included map[string]bool
	tree     string // a directory that wslint itself wrote; "" for none
	// EachServer has every server judged by itself, however many are alike: what comes of it is the same.
	EachServer bool
	// Routes says which routes of findings somebody looks at: of many that are alike they need not be found out.
	Routes rules.Routes
	// OnlyDeclared keeps a run without Args from reading the current directory where the declared paths name all
	// their hops.
	OnlyDeclared bool
	// Stopped reports that nobody waits for the result any more: Check then ends as soon as it can, by ErrStopped; nil
	// for never.
	Stopped func() bool
}

// ErrStopped is the error of a run that ended because nobody waits for it.
var ErrStopped = errors.New("stopped")

func (in *Input) stopped() bool { return in.Stopped != nil && in.Stopped() }

// complete gives what is missing its default, and checks what the command line says.
func (in *Input) complete() error {
	if in.Options.ReadFile == nil {
		in.Options.ReadFile, in.Options.Peek = plainfile.Read, plainfile.Head
	}
	if in.Options.Peek != nil {
		h := &heads{head: in.Options.Peek, read: in.Options.ReadFile, kept: map[string][]byte{}}
		in.Options.ReadFile, in.Options.Peek = h.readFile, h.peek
	}
	if in.Options.Stat == nil {
		in.Options.Stat = os.Stat
	}
	in.Options.Locator = plainfile.NewLocator()
	if in.Changed != nil {
		in.Options.Locator = in.Changed.locator
	}
	c := Config{}
	if in.Config != nil {
		c = *in.Config
	}
	c.Paths = slices.Clone(c.Paths) // files may tell of further ones
	for _, u := range in.URLs {
		if _, err := parseURL(u); err != nil {
			return fmt.Errorf("--url %w", err)
		}
		if _, declared := c.Declares(u); !declared {
			c.Paths = append(c.Paths, Declared{URL: u})
		}
	}
	in.Config = &c
	in.chooseRules()
	return in.checkVersions()
}

// checkVersions brings the versions of the command line into their usual form.
func (in *Input) checkVersions() error {
	versions := map[string]string{}
	for _, p := range Programs() {
		if v := in.Versions[p.Name]; v != "" {
			var err error
			if versions[p.Name], err = p.Check(v); err != nil {
				return err
			}
		}
	}
	in.Versions = versions
	return nil
}

// beside is a file that the configuration file names, seen from the current directory.
func (c *Config) beside(file string) string {
	if filepath.IsAbs(file) {
		return file
	}
	return filepath.Join(filepath.Dir(c.File), file)
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
