package terraform

import (
	"bytes"
	"path/filepath"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/wslint/wslint/parsers"
	"github.com/wslint/wslint/parsers/document"
	"github.com/wslint/wslint/parsers/provision"
)

// userData are the arguments that machines of AWS, Azure, DigitalOcean, Hetzner and others have their user data from.
var userData = []string{"user_data", "user_data_base64", "custom_data"}

// machines are the configurations that user data of cloud-init writes on the machines of a module and of those in it:
// in heredocs, and in templates that no other reader takes.
func (s *scope) machines() (list []parsers.Nested) {
	for _, name := range userData {
		if !slices.ContainsFunc(s.def.sources, func(f *source) bool { return bytes.Contains(f.src, []byte(name)) }) {
			continue
		}
		for _, b := range s.def.resources {
			if a := b.attribute(name); a != nil {
				list = append(list, s.cloudInit(a.Expr, s.address(b.Labels[0]+"."+b.Labels[1]))...)
			}
		}
	}
	for _, b := range s.def.calls {
		for _, child := range s.modules(b).scopes {
			list = append(list, child.machines()...)
		}
	}
	return list
}

// cloudInit are the configurations that one expression writes.
func (s *scope) cloudInit(e hcl.Expression, of string) []parsers.Nested {
	for range deepestNames {
		if s.budget.steps--; s.budget.steps < 0 {
			return nil
		}
		s, e, _ = s.written(e, nil)
		switch in := e.(type) {
		case *hclsyntax.TemplateExpr:
			if t, ok := s.heredoc(in); ok {
				return t.cloudInit(of)
			}
			return nil
		case *hclsyntax.FunctionCallExpr:
			switch name := strings.TrimPrefix(in.Name, "core::"); {
			case name == "templatefile" && len(in.Args) == 2:
				return s.templateOf(in.Args[0], of)
			case slices.Contains([]string{"base64encode", "base64gzip", "sensitive", "trimspace", "chomp"}, name) &&
				len(in.Args) == 1:
				e = in.Args[0]
				continue
			}
			return nil
		default:
			return nil
		}
	}
	return nil
}

// templateOf are the configurations in a template that is a file of its own. One that is named like YAML or like user
// data is read as that.
func (s *scope) templateOf(path hcl.Expression, of string) []parsers.Nested {
	t, why := s.fileOf(path, nil)
	if ext := filepath.Ext(t.name); why != "" || ext != ".tpl" && ext != ".tftpl" && ext != ".tmpl" {
		return nil
	}
	t.spans = spansOf(templateTokens(t.src))
	list := t.cloudInit(of)
	if len(list) > 0 {
		s.texts[t.name] = t.src
	}
	return list
}

// cloudInit are the configurations in a text. Those that Terraform writes something into are left out.
func (t *template) cloudInit(of string) (list []parsers.Nested) {
	if !bytes.HasPrefix(bytes.TrimSpace(t.src[t.start:t.end]), []byte("#cloud-config")) {
		return nil
	}
	f, _, err := t.document()
	if err != nil {
		return nil
	}
	for _, d := range f.Docs {
		list = append(list, provision.UserData(t.name, of, d, func(text string) bool {
			return document.IsMasked(text) || strings.Contains(text, "$${") || strings.Contains(text, "%%{")
		})...)
	}
	return list
}
