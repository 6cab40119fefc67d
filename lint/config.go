package lint

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/goccy/go-yaml/ast"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/internal/gitignore"
	"github.com/wslint/wslint/internal/plainfile"
)

// ConfigName is the file that FindConfig looks for.
const ConfigName = ".wslint.yaml"

// configNames are the names that it may have; there is one of them in a directory.
var configNames = []string{ConfigName, ".wslint.yml", "wslint.yaml", "wslint.yml"}

// IsConfigName reports whether a file is a configuration file of wslint by its name.
func IsConfigName(base string) bool { return slices.Contains(configNames, base) }

// HasConfig reports whether there is a configuration file in a directory.
func HasConfig(dir string) bool {
	return slices.ContainsFunc(configNames, func(name string) bool {
		info, err := os.Stat(filepath.Join(dir, name))
		return err == nil && info.Mode().IsRegular()
	})
}

// A Config is what .wslint.yaml declares.
type Config struct {
	File      string            // the name it was read by
	Src       []byte            // its bytes, for excerpts
	Targets   map[string]string // the versions of programs, by the name of their format: targets.nginx
	Keepalive *Keepalive        // of all paths that declare none of their own; nil when it is not declared
	Paths     []Declared
	Ignore    []Ignore
	Selection Selection
	Overrides []Override
	FailOn    string        // "error", "warning", "info" or "never"; "" when it is not declared
	Hops      []DeclaredHop // in the order of the file
	Kernel    []Element     // files and directories of sysctl settings, in Value
	Exclude   []string      // patterns of files and directories that are passed over
}

// A Declared path is one that somebody says carries WebSockets.
type Declared struct {
	URL          string
	Pos          hop.Pos // of the url
	Through      []Element
	App          string
	AppPos       hop.Pos
	Keepalive    *Keepalive
	Clients      int    // concurrent sockets; 0 when it is not declared
	Page         string // URL of the page that opens it; "" when that is not declared
	Subprotocols []string
	Headers      []Header
}

// An Element is one hop of a declared path.
type Element struct {
	Kind  string // "nginx", "cloudfront", "alb/prod-web"
	Value string // the file of "nginx: FILE"; "" when only a name is given
	Pos   hop.Pos
}

func (e Element) String() string {
	if e.Value == "" {
		return e.Kind
	}
	return e.Kind + ": " + e.Value
}

// FindConfig returns the configuration file that governs the inputs: the first one upward from each. It returns ""
// when there is none, and an error when the inputs have different ones, since a declared keepalive may not be true of
// the others.
func FindConfig(inputs []string) (string, error) {
	if len(inputs) == 0 {
		inputs = []string{"."}
	}
	n, found := newNearest(plainfile.NewLocator(), configNames...), ""
	for i, in := range inputs {
		if in == "-" {
			in = "."
		}
		file, err := n.upward(in)
		switch {
		case err != nil:
			return "", err
		case i > 0 && file != found:
			return "", fmt.Errorf(
				"%s and %s have different configuration files (%s, %s): choose one with --config, or use --no-config",
				inputs[0],
				in,
				orNone(found),
				orNone(file),
			)
		}
		found = file
	}
	return found, nil
}

func orNone(file string) string {
	if file == "" {
		return "none"
	}
	return file
}

// ReadConfig reads a configuration file. What it holds is checked as far as possible without reading anything else.
func ReadConfig(file string) (*Config, error) {
	src, err := plainfile.Read(file)
	if err != nil {
		return nil, plainfile.Short(err)
	}
	return ParseConfig(file, src)
}

// ParseConfig reads the text of a configuration file; name is for messages and for finding the files it names.
func ParseConfig(name string, src []byte) (*Config, error) {
	c := &Config{File: name, Src: src}
	f, root, err := parseYAML(name, src)
	if err != nil || root == nil {
		return c, err
	}
	err = f.mapping(root, "the configuration", map[string]func(key, value ast.Node) error{
		"targets":   into(&c.Targets, f.targets),
		"keepalive": into(&c.Keepalive, f.keepalive),
		"rules":     func(_, v ast.Node) error { return f.selection(v, &c.Selection) },
		"min-confidence": func(_, v ast.Node) error {
			c.Selection.MinConfidence = new(hop.Confidence)
			return scalar(f, v, "min-confidence", c.Selection.MinConfidence, ParseConfidence)
		},
		"fail-on":   func(_, v ast.Node) error { return scalar(f, v, "fail-on", &c.FailOn, parseFailOn) },
		"overrides": into(&c.Overrides, f.overrides),
		"ignore":    into(&c.Ignore, f.ignores),
		"hops":      into(&c.Hops, f.hops),
		"kernel":    into(&c.Kernel, f.kernel),
		"exclude":   into(&c.Exclude, f.exclude),
		"paths": func(_, v ast.Node) (err error) {
			c.Paths, err = items(f, v, "paths", f.declared)
			return err
		},
	})
	if err != nil {
		return nil, err
	}
	return c, nil
}

// into stores what read makes of a value.
func into[T any](dst *T, read func(n ast.Node) (T, error)) func(key, value ast.Node) error {
	return func(_, v ast.Node) (err error) {
		*dst, err = read(v)
		return err
	}
}

// kernel reads the names of files with settings of the kernel.
func (f *yamlFile) kernel(n ast.Node) (files []Element, err error) {
	return items(f, n, "kernel", func(n ast.Node) (Element, error) {
		s, err := f.filled(n, "a file of kernel")
		return Element{Kind: "kernel", Value: s, Pos: f.pos(n)}, err
	})
}

// exclude reads patterns of files that are passed over.
func (f *yamlFile) exclude(n ast.Node) (patterns []string, err error) {
	return oneOrMore(f, n, "exclude", func(n ast.Node) (string, error) { return f.pattern(n, "exclude") })
}

// pattern reads one pattern of file names.
func (f *yamlFile) pattern(n ast.Node, what string) (string, error) {
	s, err := f.filled(n, what)
	if err == nil {
		if _, ok := gitignore.Parse(s); !ok {
			err = f.errorf(n, "%s: %q is no pattern of files", what, s)
		}
	}
	return s, err
}

// targets reads the versions of the programs that configurations are for.
func (f *yamlFile) targets(n ast.Node) (map[string]string, error) {
	versions := map[string]string{}
	keys := map[string]func(key, value ast.Node) error{}
	for _, p := range Programs() {
		keys[p.Name] = func(_, v ast.Node) error {
			s, err := f.text(v, p.Name)
			if err != nil {
				return err
			}
			if versions[p.Name], err = p.Check(s); err != nil {
				return f.errorf(v, "%v", err)
			}
			return nil
		}
	}
	return versions, f.mapping(n, "targets", keys)
}
