package cloudformation

import (
	"bytes"
	"errors"
	"path/filepath"
	"slices"
	"strings"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/internal/lazyregexp"
	"github.com/wslint/wslint/parsers"
	"github.com/wslint/wslint/parsers/document"
	"github.com/wslint/wslint/parsers/infra"
)

// Reader is how wslint reads CloudFormation: each file is one template.
func Reader() parsers.Reader {
	return parsers.Reader{
		Name: "cloudformation", Prefix: prefix, Sniff: sniff, Read: readAll,
		Suffixes: []string{".yaml", ".yml", ".template"},
		Needs:    "its template, like cloudformation: deploy/template.yaml; a resource is cfn: WebLB",
	}
}

// prefix is what paths put before a logical id.
const prefix = "cfn"

// extensions are those that templates have.
var extensions = []string{".yaml", ".yml", ".json", ".template", ".cfn", ".tpl"}

// types are resources as templates name them, in YAML and JSON, each in a line of its own or not.
var types = lazyregexp.New(`(?m)(?:^|[{,])\s*["']?Type["']?\s*:\s*["']?(AWS|Alexa|Custom)::`)

// sniff takes YAML and JSON that says it is a template, or that has resources of AWS.
func sniff(f parsers.Found, head []byte) parsers.Verdict {
	switch ext := strings.ToLower(filepath.Ext(f.Name)); {
	case f.Dir || !slices.Contains(extensions, ext) && !f.Piped:
		return parsers.Verdict{}
	case head == nil:
		return parsers.Verdict{Claim: parsers.Maybe, Why: "it may be a template"}
	case bytes.Contains(head, []byte("AWSTemplateFormatVersion")):
		return parsers.Verdict{Claim: parsers.Yes, Why: "it says that it is a template of CloudFormation"}
	case bytes.Contains(head, []byte("Resources")) && types.Match(head):
		return parsers.Verdict{Claim: parsers.Yes, Why: "it has resources of AWS"}
	}
	return parsers.Verdict{Why: "it has no resources of AWS"}
}

func readAll(files []parsers.Found, o parsers.Options) (r parsers.Reading, err error) {
	texts := map[string]*document.File{}
	for _, f := range files {
		file, err := r.Open(f, o)
		if err != nil {
			return r, err
		} else if file == nil {
			continue
		}
		r.Files = append(r.Files, file)
		if at := document.TemplateAt(f.Name, file.Src); !at.IsZero() {
			r.Unknown = append(
				r.Unknown,
				hop.Note{Pos: at, Text: "a template engine makes this file, so what it says is not known"},
			)
			continue
		}
		t, err := Read(f.Name, file.Src)
		var bad *document.Error
		switch {
		case errors.As(err, &bad):
			r.Problems = append(r.Problems, parsers.Problem{Pos: bad.Pos, Text: bad.Text, Incomplete: true})
			continue
		case t == nil:
			r.Skipped = append(r.Skipped, hop.Note{Pos: hop.Pos{File: f.Name}, Text: "it holds no template"})
			continue
		}
		texts[f.Name] = t.File
		infra.Add(&r, prefix, f.Name, []string{f.Name}, t.Resources)
		r.Unknown, r.Nested = append(r.Unknown, t.Unknown...), append(r.Nested, t.Nested...)
	}
	r.Text = func(file string) (parsers.Text, bool) {
		f, ok := texts[file]
		if !ok {
			return parsers.Text{}, false
		}
		return f.Text(), true
	}
	return r, nil
}
