package terraform

import (
	"bytes"
	"errors"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers"
	"github.com/wslint/wslint/parsers/document"
	"github.com/wslint/wslint/parsers/infra"
	"github.com/wslint/wslint/parsers/kubernetes"
)

// Reader is how wslint reads Terraform and OpenTofu: the files of a directory are one module, and a plan or a state
// is a file.
func Reader() parsers.Reader {
	return parsers.Reader{
		Name: "terraform", Prefix: prefix, Sniff: sniff, Read: readAll, Suffixes: []string{".tf", ".tfstate", ".tf.json"},
		Needs: "its files, like terraform: deploy; a resource is tf: aws_lb.web",
	}
}

// prefix is what paths put before an address.
const prefix = "tf"

// sniff takes configurations and values by their names, plans and states by what is in them.
func sniff(f parsers.Found, head []byte) parsers.Verdict {
	base := filepath.Base(f.Name)
	switch {
	case f.Dir:
		return parsers.Verdict{}
	case isConfiguration(base) || isVariables(base):
		return parsers.Verdict{Claim: parsers.Yes, Why: "it is named like a file of Terraform"}
	case !f.Piped && !strings.HasSuffix(base, ".json") && !strings.HasSuffix(base, ".tfstate"):
		return parsers.Verdict{}
	case head == nil:
		return parsers.Verdict{Claim: parsers.Maybe, Why: "it may be a plan"}
	case bytes.Contains(head, []byte(`"terraform_version"`)) || bytes.Contains(head, []byte(`"planned_values"`)):
		return parsers.Verdict{Claim: parsers.Yes, Why: "it is a plan or a state of Terraform"}
	}
	return parsers.Verdict{Why: "it is no plan of Terraform"}
}

func readAll(files []parsers.Found, o parsers.Options) (r parsers.Reading, err error) {
	texts := map[string]func() parsers.Text{}
	dirs := map[string]string{} // and the directory that was named, above each
	for _, f := range files {
		base := filepath.Base(f.Name)
		if f.Src == nil && (isConfiguration(base) || isVariables(base)) {
			if _, err := o.Stat(f.Name); err != nil && f.Top == "" {
				return r, err
			}
			dirs[filepath.Dir(f.Name)] = f.Top
			continue
		}
		if err := readPlan(&r, f, o, texts); err != nil {
			return r, err
		}
	}
	c := readDirectories(slices.Sorted(maps.Keys(dirs)), func(dir string) string { return repository(dir, dirs[dir]) }, o)
	r.Files = append(r.Files, c.Files...)
	r.Problems = append(r.Problems, c.Problems...)
	for name, s := range c.sources {
		texts[name] = s.text
	}
	for name, src := range c.texts {
		r.Claims = append(r.Claims, name)
		texts[name] = yamlText(name, src)
	}
	for _, root := range c.Roots {
		infra.Add(&r, prefix, root.Dir, append(c.filesOf(root.Dir), root.Calls...), root.Resources)
		r.Unknown, r.Debug = append(r.Unknown, root.Unknown...), append(r.Debug, root.Debug...)
		kubernetes.Add(&r, root.Dir, root.Objects, o)
		r.Nested = append(r.Nested, root.Nested...)
	}
	r.Text = func(file string) (parsers.Text, bool) {
		text, ok := texts[file]
		if !ok {
			return parsers.Text{}, false
		}
		return text(), true
	}
	return r, nil
}

// filesOf are the files in the directory of a module, those with the values of variables included.
func (c *Configuration) filesOf(dir string) (names []string) {
	for _, f := range c.Files {
		if filepath.Dir(f.Name) == dir {
			names = append(names, f.Name)
		}
	}
	return names
}

// readPlan reads one plan or state.
func readPlan(r *parsers.Reading, f parsers.Found, o parsers.Options, texts map[string]func() parsers.Text) error {
	file, err := r.Open(f, o)
	if file == nil {
		return err
	}
	file.Editable = false // a program made it
	p, err := ReadPlan(f.Name, file.Src)
	var bad *document.Error
	switch {
	case errors.As(err, &bad):
		r.Files = append(r.Files, file)
		r.Problems = append(r.Problems, parsers.Problem{Pos: bad.Pos, Text: bad.Text, Incomplete: true})
		return nil
	case err != nil:
		r.Skipped = append(r.Skipped, hop.Note{Pos: hop.Pos{File: f.Name}, Text: err.Error()})
		return nil
	}
	r.Files = append(r.Files, file)
	texts[f.Name] = p.File.Text
	infra.Add(r, prefix, f.Name, []string{f.Name}, p.Resources)
	r.Unknown = append(r.Unknown, p.Unknown...)
	kubernetes.Add(r, f.Name, p.Objects, parsers.Options{})
	return nil
}

// yamlText is what ignore comments in a file of YAML are found with that an expression reads.
func yamlText(name string, src []byte) func() parsers.Text {
	return func() parsers.Text {
		f, err := document.Parse(name, document.MaskedSpans(src, spansOf(templateTokens(src))))
		if err != nil {
			return parsers.Text{File: name, Src: src}
		}
		return f.Text()
	}
}
