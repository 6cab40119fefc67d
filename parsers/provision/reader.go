// Package provision reads what sets machines up: cloud-init's user data and Ansible's tasks, for the configurations of
// nginx and HAProxy that they write. These are judged where they come to lie on the machine, at the lines of the YAML
// file.
package provision

import (
	"errors"
	"path/filepath"
	"strings"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/internal/lazyregexp"
	"github.com/wslint/wslint/parsers"
	"github.com/wslint/wslint/parsers/document"
)

// Reader is how wslint reads what sets machines up.
func Reader() parsers.Reader {
	return parsers.Reader{Name: "provisioning", Sniff: sniff, Read: readAll}
}

var (
	// cloud is how user data of cloud-init begins that is YAML.
	cloud = lazyregexp.New(`^(?:\xef\xbb\xbf)?(?:## template: jinja\r?\n)?#cloud-config[ \t]*\r?\n`)
	// task is a task of Ansible that writes a text which stands beside.
	task = lazyregexp.New(`(?m)^[ \t]*(?:-[ \t]+)?(?:ansible\.(?:builtin|legacy)\.)?(?:copy|blockinfile)[ \t]*:` +
		`[ \t]*(?:#.*)?\r?$`)
	// proxy is what a file that writes configurations of the two speaks of.
	proxy = lazyregexp.New(`nginx|haproxy\.cfg`)
)

// sniff takes YAML of the two that speaks of nginx or HAProxy.
func sniff(f parsers.Found, head []byte) parsers.Verdict {
	base := strings.ToLower(filepath.Base(f.Name))
	ext := filepath.Ext(base)
	userData := strings.HasPrefix(base, "user-data") || strings.HasPrefix(base, "user_data") ||
		strings.HasPrefix(base, "cloud-config") || strings.HasPrefix(base, "cloud-init")
	switch {
	case f.Dir || ext != ".yaml" && ext != ".yml" && ext != ".cfg" && !userData && !f.Piped:
		return parsers.Verdict{}
	case head == nil:
		return parsers.Verdict{Claim: parsers.Maybe, Why: "it may set up a machine"}
	case !proxy.Match(head):
	case cloud.Match(head):
		return parsers.Verdict{Claim: parsers.Yes, Why: "it is user data of cloud-init"}
	case ext != ".cfg" && task.Match(head):
		return parsers.Verdict{Claim: parsers.Yes, Why: "it holds tasks of Ansible that write files"}
	}
	return parsers.Verdict{Why: "it writes no configuration of nginx or HAProxy"}
}

func readAll(files []parsers.Found, o parsers.Options) (r parsers.Reading, err error) {
	docs := map[string]*document.File{}
	for _, f := range files {
		file, err := r.Open(f, o)
		if err != nil {
			return r, err
		} else if file == nil {
			continue
		}
		r.Files = append(r.Files, file)
		doc, err := document.ParseYAML(f.Name, file.Src)
		if bad := (*document.Error)(nil); errors.As(err, &bad) {
			r.Unknown = append(r.Unknown, hop.Note{Pos: bad.Pos, Text: bad.Text})
			continue
		}
		docs[f.Name] = doc
		for _, d := range doc.Docs {
			for _, list := range writtenBy(d, cloud.Match(file.Src)) {
				r.Nested = append(r.Nested, nested(f.Name, f.Name, list)...)
			}
		}
	}
	r.Text = func(file string) (parsers.Text, bool) {
		doc, ok := docs[file]
		if !ok {
			return parsers.Text{}, false
		}
		return doc.Text(), true
	}
	return r, nil
}
