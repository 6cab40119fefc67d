package terraform

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"

	"github.com/wslint/wslint/parsers"
)

// A reader reads the files of configurations. Nothing outside of the repository is read, whatever a file names.
type reader struct {
	read    func(name string) ([]byte, error)
	define  map[string]string // TF_VAR_name
	root    string            // the repository, absolute and without symlinks
	dir     string            // the root module that is evaluated, absolute: where Terraform runs
	budget  *budget
	modules map[string]*definition // by absolute directory
	sources map[string]*source     // all that was read, by name
	order   []string               // their names
	texts   map[string][]byte      // files of YAML that expressions read, by name
	// textBytes is how much of texts within files was read.
	textBytes int
	copies    int // how many instances of resources there are
	calls     int // and of modules
	library   map[string]function.Function
	schemas   map[string]*schema
}

func newReader(o parsers.Options, root string) *reader {
	r := &reader{
		read: o.ReadFile, define: o.Define, root: root, budget: &budget{steps: mostSteps},
		modules: map[string]*definition{}, sources: map[string]*source{}, texts: map[string][]byte{},
		schemas: map[string]*schema{},
	}
	if r.read == nil {
		r.read = os.ReadFile
	}
	r.library = functions(r)
	return r
}

// repository is the directory that holds all files which a configuration may name: the one above it with a .git, else
// the current one if the configuration is in it, else the one that was named, else its own.
func repository(dir, named string) string {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return dir
	}
	if real, err := filepath.EvalSymlinks(abs); err == nil {
		abs = real
	}
	for up := abs; ; up = filepath.Dir(up) {
		if _, err := os.Lstat(filepath.Join(up, ".git")); err == nil {
			return up
		}
		if up == filepath.Dir(up) {
			break
		}
	}
	if cwd, err := os.Getwd(); err == nil {
		if real, err := filepath.EvalSymlinks(cwd); err == nil && within(abs, real) {
			return real
		}
	}
	if real, err := filepath.EvalSymlinks(named); named != "" && err == nil {
		if real, err = filepath.Abs(real); err == nil && within(abs, real) {
			return real
		}
	}
	return abs
}

func within(name, dir string) bool {
	rel, err := filepath.Rel(dir, name)
	return err == nil && filepath.IsLocal(rel)
}

// holds reports whether a file is in the repository, wherever symlinks lead.
func (r *reader) holds(name string) bool {
	abs, err := filepath.Abs(name)
	if err != nil {
		return false
	}
	real, err := filepath.EvalSymlinks(abs)
	return err == nil && within(real, r.root)
}

// source reads and parses a file once.
func (r *reader) source(name string) (*source, error) {
	if s := r.sources[name]; s != nil {
		return s, nil
	}
	src, err := r.read(name)
	if err != nil {
		return nil, err
	}
	s, diags := parse(name, src)
	s.faults = diags
	if body, ok := s.body.(*hclsyntax.Body); ok {
		r.budget.rewriteBody(body, "")
	}
	r.sources[name] = s
	r.order = append(r.order, name)
	return s, nil
}

// rewriteBody rewrites the expressions of a body; the type of a variable is none.
func (b *budget) rewriteBody(body *hclsyntax.Body, of string) {
	for name, a := range body.Attributes {
		if of != "variable" || name != "type" {
			a.Expr = b.rewrite(a.Expr, true)
		}
	}
	for _, block := range body.Blocks {
		b.rewriteBody(block.Body, block.Type)
	}
}

// configurations lists the files of a directory that make up a module, in the order of their names; overrides come
// last. Of OpenTofu's files one shadows that of Terraform with its name.
func configurations(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var names, overrides []string
	all := map[string]bool{}
	for _, e := range entries {
		all[e.Name()] = true
	}
	for _, e := range entries {
		name := e.Name()
		if e.IsDir() || !isConfiguration(name) ||
			all[strings.Replace(name, ".tf", ".tofu", 1)] && strings.Contains(name, ".tf") {
			continue
		}
		if isOverride(name) {
			overrides = append(overrides, filepath.Join(dir, name))
			continue
		}
		names = append(names, filepath.Join(dir, name))
	}
	return append(names, overrides...), nil
}

func isConfiguration(name string) bool {
	return !strings.HasPrefix(name, ".") &&
		slices.ContainsFunc(
			[]string{".tf", ".tf.json", ".tofu", ".tofu.json"},
			func(e string) bool { return strings.HasSuffix(name, e) },
		)
}

// isVariables reports whether a file holds values of variables.
func isVariables(name string) bool {
	return strings.HasSuffix(name, ".tfvars") || strings.HasSuffix(name, ".tfvars.json")
}

func isOverride(name string) bool {
	base, _, _ := strings.Cut(name, ".")
	return base == "override" || strings.HasSuffix(base, "_override")
}

// text reads a file that an expression names, relative to dir.
func (r *reader) text(name, dir string) (string, error) {
	if !filepath.IsAbs(name) {
		name = filepath.Join(dir, name)
	}
	if !r.holds(name) {
		return "", errors.New("the file is not in the repository")
	}
	info, err := os.Stat(name)
	switch {
	case err != nil:
		return "", err
	case !info.Mode().IsRegular() || info.Size() > mostBytes:
		return "", errors.New("it is no file, or a very large one")
	}
	src, err := r.read(name)
	return string(src), err
}

// file is the function file: what it names and nobody may read is unknown.
func (r *reader) file() function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{{Name: "path", Type: cty.String}}, Type: function.StaticReturnType(cty.String),
		Impl: func(a []cty.Value, _ cty.Type) (cty.Value, error) {
			s, err := r.text(a[0].AsString(), r.dir)
			if err != nil {
				return cty.UnknownVal(cty.String).Mark(reason{"file is not read: " + plain(err)}), nil
			}
			return cty.StringVal(s), nil
		},
	})
}

// plain is an error without the names in it: those of absolute paths are of no use to anybody else.
func plain(err error) string {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err.Error()
	}
	return err.Error()
}

func (r *reader) fileExists() function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{{Name: "path", Type: cty.String}}, Type: function.StaticReturnType(cty.Bool),
		Impl: func(a []cty.Value, _ cty.Type) (cty.Value, error) {
			if _, err := r.text(a[0].AsString(), r.dir); err == nil {
				return cty.True, nil
			}
			return cty.UnknownVal(cty.Bool).Mark(reason{"whether the file exists is not known"}), nil
		},
	})
}

// templateFile is the function templatefile.
func (r *reader) templateFile() function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{
			{Name: "path", Type: cty.String},
			{Name: "vars", Type: cty.DynamicPseudoType, AllowMarked: true},
		},
		Type: function.StaticReturnType(cty.String),
		Impl: func(a []cty.Value, _ cty.Type) (cty.Value, error) {
			unknown := func(why string) (cty.Value, error) {
				return cty.UnknownVal(cty.String).Mark(reason{"templatefile is not evaluated: " + why}), nil
			}
			s, err := r.text(a[0].AsString(), r.dir)
			if err != nil {
				return unknown(plain(err))
			}
			vars := bare(a[1])
			if !vars.IsKnown() || vars.IsNull() || !vars.CanIterateElements() || jsonDepth([]byte(s)) >= 0 {
				return unknown("its variables are not known")
			}
			expr, diags := hclsyntax.ParseTemplate([]byte(s), "template", hcl.InitialPos)
			if diags.HasErrors() {
				return unknown(diags[0].Summary)
			}
			ctx := &hcl.EvalContext{Variables: vars.AsValueMap(), Functions: library()}
			v, diags := r.budget.rewrite(expr, false).Value(ctx)
			if diags.HasErrors() {
				return unknown(diags[0].Summary)
			}
			if known := bare(v); known.Type() != cty.String {
				return unknown("it makes no text")
			}
			return v, nil
		},
	})
}
