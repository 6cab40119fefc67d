package compose

import (
	"errors"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/internal/lazyregexp"
	"github.com/wslint/wslint/parsers"
	"github.com/wslint/wslint/parsers/document"
)

// Reader is how wslint reads compose files: each is a project of its own, with the file that overrides it.
func Reader() parsers.Reader {
	return parsers.Reader{Name: "compose", Sniff: sniff, Read: readAll, Beside: names}
}

var (
	// usual are names that compose files have.
	usual = lazyregexp.New(`(?i)^(?:(?:docker-)?compose|docker-stack|.*\.compose)(?:[._-].*)?\.ya?ml$`)
	// listed is the key that they all have, and named what says that one of the programs is in it.
	listed = lazyregexp.New(`(?m)^"?(?:services|include)"?:`)
	named  = lazyregexp.New(`(?i)nginx|haproxy|openresty`)
	images = lazyregexp.New(`(?m)^\s+(?:image|build|extends):`)
)

// sniff takes files with services in them that speak of nginx or HAProxy.
func sniff(f parsers.Found, head []byte) parsers.Verdict {
	base := filepath.Base(f.Name)
	if f.Dir || !strings.HasSuffix(base, ".yml") && !strings.HasSuffix(base, ".yaml") {
		return parsers.Verdict{}
	}
	switch isUsual := usual.MatchString(base); {
	case head == nil:
		return parsers.Verdict{Claim: parsers.Maybe, Why: "it may be a compose file"}
	case isUsual && f.Top == "" && !f.Beside:
	case !isUsual && !images.Match(head) || !listed.Match(head):
		return parsers.Verdict{Why: "it has no services of compose"}
	case !named.Match(head) && f.Top != "":
		return parsers.Verdict{Why: "it says nothing of nginx or HAProxy"}
	}
	return parsers.Verdict{Claim: parsers.Yes, Why: "it has services of compose"}
}

func readAll(found []parsers.Found, o parsers.Options) (r parsers.Reading, err error) {
	docs := map[string]*document.File{}
	var projects []*project
	overridden := map[string]bool{}
	for _, f := range found {
		file, err := r.Open(f, o)
		if err != nil {
			return r, err
		} else if file == nil {
			continue
		}
		p, err := newProject(f, file.Src, o)
		if bad := (*document.Error)(nil); errors.As(err, &bad) {
			if !f.Beside {
				r.Files = append(r.Files, file)
				r.Problems = append(r.Problems, parsers.Problem{Pos: bad.Pos, Text: bad.Text, Incomplete: true})
			}
			continue
		} else if err != nil {
			return r, err
		}
		projects = append(projects, p)
		for _, c := range p.claims {
			overridden[filepath.Clean(c)] = true
		}
		for name, d := range p.docs {
			docs[name] = d
		}
	}
	for _, p := range projects {
		if !overridden[filepath.Clean(p.file)] {
			p.addTo(&r)
		}
	}
	r.Text = func(file string) (parsers.Text, bool) {
		d, ok := docs[file]
		if !ok {
			return parsers.Text{}, false
		}
		return d.Text(), true
	}
	return r, nil
}

// addTo adds what a project comes to.
func (p *project) addTo(r *parsers.Reading) {
	var list []parsers.Nested
	for _, s := range p.services {
		if n, ok := p.nested(s); ok {
			list = append(list, n)
		}
	}
	if !p.beside {
		for _, name := range sorted(p.docs) {
			r.Files = append(r.Files, &parsers.File{Name: name, Src: p.docs[name].Src, Editable: true})
		}
		r.Unknown, r.Claims = append(r.Unknown, p.unknown...), append(r.Claims, p.claims...)
		if len(list) == 0 {
			r.Debug = append(r.Debug, hop.Note{Pos: hop.Pos{File: p.file},
				Text: "no configuration of nginx or HAProxy is mounted"})
		}
	}
	r.Private = append(r.Private, p.private...)
	r.Nested = append(r.Nested, list...)
}

func sorted(docs map[string]*document.File) []string {
	return slices.Sorted(maps.Keys(docs))
}
