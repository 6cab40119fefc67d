package terraform

import (
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers"
	"github.com/wslint/wslint/parsers/document"
	"github.com/wslint/wslint/parsers/infra"
	"github.com/wslint/wslint/parsers/kubernetes"
)

// A Root is a module that nobody calls, with everything that it makes.
type Root struct {
	Dir       string
	Resources infra.Resources
	Objects   []*kubernetes.Object // what it makes in Kubernetes
	Nested    []parsers.Nested     // the configurations that its machines have from cloud-init
	Unknown   []hop.Note           // what is not read of it, and why
	Debug     []hop.Note           // the same of what hardly matters
	Calls     []string             // the files of the modules in it that are here, however deep
}

// A Configuration is what the files of some directories say.
type Configuration struct {
	Roots    []Root
	Files    []*parsers.File // all that was read
	Problems []parsers.Problem
	sources  map[string]*source
	texts    map[string][]byte // files of YAML that were read for what they say
}

// Read evaluates the modules in some directories, those that others of them call with what these give them. Nothing
// outside of root, an absolute directory, is read.
func Read(dirs []string, root string, o parsers.Options) *Configuration {
	return readDirectories(dirs, func(string) string { return root }, o)
}

// readDirectories is Read with the tree of each directory that may be read.
func readDirectories(dirs []string, tree func(dir string) string, o parsers.Options) *Configuration {
	c := &Configuration{sources: map[string]*source{}, texts: map[string][]byte{}}
	readers := map[string]*reader{}
	var all []*reader
	of := map[string]*reader{}
	for _, dir := range dirs {
		top := tree(dir)
		if real, err := filepath.EvalSymlinks(top); err == nil {
			top = real
		}
		if readers[top] == nil {
			readers[top] = newReader(o, top)
			all = append(all, readers[top])
		}
		of[dir] = readers[top]
		of[dir].module(dir)
	}
	called := map[*definition]bool{}
	for _, dir := range dirs {
		if d := of[dir].module(dir); d != nil {
			of[dir].callees(d, called)
		}
	}
	for _, dir := range dirs {
		if d := of[dir].module(dir); d != nil && !called[d] {
			c.Roots = append(c.Roots, of[dir].rootModule(d))
		}
	}
	for _, r := range all {
		for _, name := range r.order {
			s := r.sources[name]
			c.sources[name] = s
			c.Files = append(c.Files, &parsers.File{Name: name, Src: s.src, Editable: true})
			c.Problems = append(c.Problems, s.problems()...)
		}
		for _, name := range slices.Sorted(maps.Keys(r.texts)) {
			c.texts[name] = r.texts[name]
			c.Files = append(c.Files, &parsers.File{Name: name, Src: r.texts[name], Editable: true})
		}
	}
	return c
}

// callees marks the modules that a module calls.
func (r *reader) callees(d *definition, called map[*definition]bool) {
	s := newScope(r, d)
	for _, b := range d.calls {
		if inner, _ := s.sourceOf(b); inner != nil && inner != d {
			called[inner] = true
		}
	}
}

// rootModule evaluates a module that nobody calls.
func (r *reader) rootModule(d *definition) Root {
	r.dir = d.abs
	s := newScope(r, d)
	s.tfvars = r.valuesOf(d.dir)
	out := Root{Dir: d.dir}
	list := s.instances()
	out.Resources, out.Unknown = resources(list)
	in := objects(list)
	out.Objects, out.Unknown, out.Debug = in.objects, append(out.Unknown, in.unknown...), in.debug
	out.Unknown = s.unread(out.Unknown)
	out.Nested = s.machines()
	out.Calls = s.calledFiles(nil)
	return out
}

// calledFiles are the files of the modules that are called, each once.
func (s *scope) calledFiles(list []string) []string {
	for _, b := range s.def.calls {
		for _, child := range s.modules(b).scopes {
			for _, src := range child.def.sources {
				if !child.def.stub && !slices.Contains(list, src.name) {
					list = append(list, src.name)
				}
			}
			list = child.calledFiles(list)
		}
	}
	return list
}

// unread lists the calls of modules that make load balancers, as it seems, and are not read.
func (s *scope) unread(list []hop.Note) []hop.Note {
	for _, b := range s.def.calls {
		c := s.modules(b)
		if input, ok := makesBalancers(b); ok && len(c.scopes) == 0 && c.why != "" && !s.def.stub {
			list = append(list, hop.Note{
				Pos: s.placeOf(
					b.DefRange,
				), Text: "module." + b.Labels[0] + " takes " + input + ", but what it makes of it is not known: " + c.why,
			})
		}
		for _, child := range c.scopes {
			list = child.unread(list)
		}
	}
	return list
}

// valuesOf reads the values of variables that Terraform reads by itself in a root module, the last one wins:
// terraform.tfvars, terraform.tfvars.json, then *.auto.tfvars and *.auto.tfvars.json by their names.
func (r *reader) valuesOf(dir string) map[string]*hcl.Attribute {
	out := map[string]*hcl.Attribute{}
	names := []string{filepath.Join(dir, "terraform.tfvars"), filepath.Join(dir, "terraform.tfvars.json")}
	var auto []string
	for _, pattern := range []string{"*.auto.tfvars", "*.auto.tfvars.json"} {
		found, _ := filepath.Glob(filepath.Join(escapeGlob(dir), pattern)) // the pattern is a good one
		auto = append(auto, found...)
	}
	slices.Sort(auto)
	for _, name := range append(names, auto...) {
		if !r.holds(name) {
			continue
		}
		s, err := r.source(name)
		if err != nil || s.body == nil {
			continue
		}
		attributes, _ := s.body.JustAttributes()
		for key, a := range attributes {
			out[key] = a
		}
	}
	return out
}

// escapeGlob writes a directory's name so that a pattern means it.
func escapeGlob(dir string) string {
	return strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`).Replace(dir)
}

// problems are what Terraform refuses a file for.
func (s *source) problems() (list []parsers.Problem) {
	for _, d := range s.faults {
		if d.Severity != hcl.DiagError {
			continue
		}
		p := parsers.Problem{Pos: hop.Pos{File: s.name, Line: 1}, Text: d.Summary, Incomplete: true}
		if d.Subject != nil {
			p.Pos = s.place(*d.Subject)
		}
		if d.Detail != "" {
			first, _, _ := strings.Cut(d.Detail, "\n")
			p.Text += ": " + first
		}
		list = append(list, p)
	}
	return list
}

// text is what ignore comments are found with.
func (s *source) text() parsers.Text {
	t := parsers.Text{File: s.name, Src: s.src, Editable: true}
	if isJSON(s.name) {
		t.Comments = []parsers.Comment{}
		if f, err := document.ParseJSON(s.name, s.src); err == nil {
			t.Comments = f.Text().Comments
		}
		return t
	}
	tokens, _ := hclsyntax.LexConfig(s.src, s.name, hcl.InitialPos)
	var open []int
	for _, k := range tokens {
		switch k.Type {
		case hclsyntax.TokenComment:
			end := k.Range.End.Byte
			for end > k.Range.Start.Byte && (s.src[end-1] == '\n' || s.src[end-1] == '\r') {
				end--
			}
			t.Comments = append(t.Comments, parsers.Comment{Start: k.Range.Start.Byte, End: end})
		case hclsyntax.TokenOBrace, hclsyntax.TokenOBrack, hclsyntax.TokenOParen:
			open = append(open, k.Range.Start.Line)
		case hclsyntax.TokenCBrace, hclsyntax.TokenCBrack, hclsyntax.TokenCParen:
			if len(open) > 0 {
				t.Blocks = append(t.Blocks, parsers.Block{First: open[len(open)-1], Last: k.Range.Start.Line})
				open = open[:len(open)-1]
			}
		}
	}
	return t
}
