package terraform

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
)

// besideRoot are the names of directories beside a root module that hold values of its variables for -var-file.
var besideRoot = []string{
	"env", "envs", "environment", "environments", "config", "configs", "tfvars", "vars", "variables",
}

// mostVarFiles bounds how many files with values are looked at for one root module.
const mostVarFiles = 100

// varFiles are the files with values of variables that Terraform reads for a root module where -var-file names them:
// those in its directory that it does not read by itself, and those of directories near it that are no modules.
func (r *reader) varFiles(dir string) (names []string) {
	patterns := []string{"*", "*/*", "*/*/*"}
	for _, d := range besideRoot {
		patterns = append(patterns, "../"+d+"/*", "../"+d+"/*/*")
	}
	for _, p := range patterns {
		for _, ext := range []string{".tfvars", ".tfvars.json"} {
			found, _ := filepath.Glob(filepath.Join(escapeGlob(dir), p+ext)) // the pattern is a good one
			for _, name := range found {
				if len(names) < mostVarFiles && !r.readsItself(dir, name) && r.holds(name) {
					names = append(names, name)
				}
			}
		}
	}
	return names
}

// readsItself reports whether Terraform reads a file with values without being told to, in the directory of a root
// module, or in one that is another module.
func (r *reader) readsItself(dir, name string) bool {
	in, base := filepath.Dir(name), filepath.Base(name)
	if in != filepath.Clean(dir) {
		list, err := configurations(in)
		return err != nil || len(list) > 0
	}
	base = strings.TrimSuffix(base, ".json")
	return base == "terraform.tfvars" || strings.HasSuffix(base, ".auto.tfvars")
}

// A varFile is what one file has for variables.
type varFile struct {
	name   string
	values map[string]*hcl.Attribute
}

// elsewhere says which other value a variable of the root module has where a file with values is named by -var-file, as
// a reason; "" where none has another one than v.
func (s *scope) elsewhere(name string, v cty.Value) string {
	if s.varFiles == nil {
		s.varFiles = []varFile{}
		for _, file := range s.reader.varFiles(s.def.dir) {
			if src, err := s.source(file); err == nil && src.body != nil {
				values, _ := src.body.JustAttributes()
				s.varFiles = append(s.varFiles, varFile{file, values})
			}
		}
	}
	plain, _ := v.UnmarkDeep()
	for _, f := range s.varFiles {
		a := f.values[name]
		if a == nil {
			continue
		}
		other, _ := s.evaluate(a.Expr, nil).UnmarkDeep()
		if other.IsWhollyKnown() && sameText(other, plain) {
			continue
		}
		file := f.name
		if rel, err := filepath.Rel(s.def.dir, file); err == nil {
			file = filepath.ToSlash(rel)
		}
		text := fmt.Sprintf("var.%s has another value in %s", name, file)
		if t, ok := short(other); ok {
			text = fmt.Sprintf("var.%s is %s in %s", name, t, file)
		}
		if t, ok := short(plain); ok {
			text += ", and " + t + " by default"
		}
		return text
	}
	return ""
}

// sameText reports whether two values say the same, be one of them a text of the other.
func sameText(a, b cty.Value) bool {
	if a.RawEquals(b) {
		return true
	}
	x, ok := short(a)
	y, is := short(b)
	return ok && is && strings.Trim(x, `"`) == strings.Trim(y, `"`)
}

// short is a value in a few words; ok is false where it takes more, or is not known.
func short(v cty.Value) (text string, ok bool) {
	switch {
	case !v.IsKnown() || v.IsNull():
		return "", false
	case v.Type() == cty.String:
		return fmt.Sprintf("%q", v.AsString()), len(v.AsString()) < 30
	case v.Type() == cty.Bool:
		return fmt.Sprint(v.True()), true
	case v.Type() == cty.Number:
		text, err := numberText(v)
		return text, err == nil && len(text) < 30
	}
	return "", false
}
