package nginx

import (
	"bytes"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers"
)

// Reader is how wslint reads nginx configurations: main files, fragments, and what nginx -T prints.
func Reader() parsers.Reader {
	return parsers.Reader{
		Name: "nginx", Sniff: wants, Read: readFound, Hidden: shown,
		Contexts: []string{"main", "http", "server", "location", "upstream", "stream", "stream/server"},
		Target:   &parsers.Target{Default: OldestCommon.String(), Example: "1.28", Check: usualVersion},
	}
}

func usualVersion(s string) (string, error) {
	v, err := ParseVersion(s)
	return v.String(), err
}

// wants judges a file by its name, which is one of nginx's unless the file was named itself. What its directives tell, only parsing it
// shows, and a fragment may hold nothing that another program's configuration could not hold as well: it is never sure.
func wants(f parsers.Found, head []byte) parsers.Verdict {
	switch {
	case f.Dir:
		return parsers.Verdict{}
	case f.Top == "":
		return parsers.Verdict{Claim: parsers.Maybe, Why: "it was named"}
	case !likelyName(f.Name, f.Top):
		return parsers.Verdict{Why: "it is not named like nginx configuration"}
	case bytes.IndexByte(head[:min(len(head), 8000)], 0) >= 0:
		return parsers.Verdict{Why: "it is binary"}
	}
	return parsers.Verdict{Claim: parsers.Maybe, Why: "it is named like nginx configuration"}
}

// likelyName reports whether a file that was found below top has a name that nginx configuration has, or lies in a place for it.
func likelyName(name, top string) bool {
	base := filepath.Base(name)
	template := hasExt(base, templateExts[:engines]) && strings.Contains(strings.ToLower(strings.TrimPrefix(name, top)), "nginx")
	return !strings.HasPrefix(base, ".") && (named(base) || template || isHome(name) && !hasExt(base, otherExts))
}

// isHome reports whether a file lies in a directory whose files are nginx configuration whatever their names.
func isHome(name string) bool { return slices.Contains(homes, filepath.Base(filepath.Dir(name))) }

// readFound is Read for files that somebody else has found.
func readFound(files []parsers.Found, o parsers.Options) (out parsers.Reading, err error) {
	version := OldestCommon
	options := Options{
		Root: o.Root, Map: o.Map, Prefix: o.Prefix, Context: o.Context, Define: o.Define,
		Stat: o.Stat, ReadFile: o.ReadFile, StdinName: o.StdinName,
	}
	if o.Version != "" {
		if version, err = ParseVersion(o.Version); err != nil {
			return out, err
		}
		// Whether nginx starts with it is judged more leniently when no version is declared.
		options.Version = version
	}
	r := newReader(options)
	var trees []*Tree
	var found []*candidate
	for _, f := range files {
		switch {
		case f.Piped:
			dumps, more, err := r.piped(f.Src)
			if err != nil {
				return out, err
			}
			trees, found = append(trees, dumps...), append(found, more...)
		case f.Top != "":
			if c := r.look(f.Name, f.Top); c != nil {
				found = append(found, c)
			} else {
				out.Skipped = append(out.Skipped, hop.Note{Pos: hop.Pos{File: f.Name}, Text: "it holds nothing that only nginx configuration has"})
			}
		default:
			dumps, more, err := r.named(f.Name)
			if err != nil {
				return out, err
			}
			trees, found = append(trees, dumps...), append(found, more...)
		}
	}
	trees = append(trees, r.trees(found)...)
	for _, t := range trees {
		t.check(options.Version)
	}
	reading(&out, trees, version)
	return out, nil
}

// reading adds what trees hold.
func reading(out *parsers.Reading, trees []*Tree, version Version) {
	out.Included = map[string][]hop.Pos{}
	seen := map[string]bool{}
	for _, t := range trees {
		s := parsers.Source{Source: Compile(t, version), Name: t.Name}
		for _, f := range t.Files {
			s.Files = append(s.Files, f.Name)
			if !seen[f.Name] {
				seen[f.Name] = true
				out.Files = append(out.Files, &parsers.File{Name: f.Name, Local: f.Local, Src: f.Src, Line: f.Line, Editable: f.Editable})
			}
		}
		out.Sources = append(out.Sources, s)
		for file, at := range t.Inclusions() {
			out.Included[file] = append(out.Included[file], at...)
		}
		for _, p := range t.Problems {
			out.Problems = append(out.Problems, parsers.Problem(p))
		}
		out.Unknown, out.Debug = append(out.Unknown, t.Unread...), append(out.Debug, t.Debug...)
	}
	out.Text = texts(trees)
}

// texts looks up the comments and blocks of a file; of one that several trees hold, those of the first.
func texts(trees []*Tree) func(file string) (hop.Text, bool) {
	all := sync.OnceValue(func() map[string]hop.Text {
		m := map[string]hop.Text{}
		for _, t := range trees {
			for _, x := range t.Texts(func(f *File) bool { _, known := m[f.Name]; return !known }) {
				m[x.File] = x
			}
		}
		return m
	})
	return func(file string) (hop.Text, bool) {
		x, ok := all()[file]
		return x, ok
	}
}
