package nginx

import (
	"sync"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers"
	"github.com/wslint/wslint/parsers/nginx/check"
	"github.com/wslint/wslint/parsers/nginx/conf"
)

// Reader is how wslint reads nginx configurations: main files, fragments, and what nginx -T prints.
func Reader() parsers.Reader {
	return parsers.Reader{
		Name: "nginx", Sniff: conf.Sniff, Read: readFound, Links: true, Hidden: conf.Hidden(), Contexts: conf.Contexts(),
		Needs: "its configuration, like nginx: deploy/nginx.conf",
		Target: &parsers.Target{Default: OldestCommon.String(), Example: "1.28", Check: usualVersion,
			Pattern: `^([A-Za-z][\w-]*/)?([0-9]+(\.[0-9]+){1,3}|[Rr][0-9]+)$`},
	}
}

func usualVersion(s string) (string, error) {
	v, err := ParseVersion(s)
	return v.Usual(), err
}

// readFound is Read for files that somebody else has found.
func readFound(files []parsers.Found, o parsers.Options) (out parsers.Reading, err error) {
	version := OldestCommon
	options := Options{
		Regexes: o.Regexes,
		Root:    o.Root, Map: o.Map, Prefix: o.Prefix, Context: o.Context, Define: o.Define,
		Stat: o.Stat, ReadFile: o.ReadFile, Shows: o.Shows, StdinName: o.StdinName,
	}
	if o.Version != "" {
		if version, err = ParseVersion(o.Version); err != nil {
			return out, err
		}
		// Whether nginx starts with it is judged more leniently when no version is declared.
		options.Version = version
	}
	trees, skipped, err := conf.ReadFound(files, options)
	for _, t := range trees {
		check.Tree(t, options.Version)
	}
	out.Skipped = skipped
	reading(&out, trees, version)
	if version.Taken != "" && len(trees) > 0 {
		at := hop.Pos{File: trees[0].Name, Line: 1, Col: 1, EndCol: 1}
		out.Unknown = append(out.Unknown, hop.Note{Pos: at, Text: version.Taken})
	}
	return out, err
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
				out.Files = append(out.Files, &parsers.File{Name: f.Name, Local: f.Local, Src: f.Src, Line: f.Line,
					Editable: f.Editable, Origin: f.Origin})
			}
		}
		out.Sources = append(out.Sources, s)
		for file, at := range t.Inclusions() {
			out.Included[file] = append(out.Included[file], at...)
		}
		for _, p := range t.Problems {
			out.Problems = append(out.Problems, parsers.Problem(p))
		}
		out.Unknown, out.Debug = append(append(out.Unknown, t.Unknown...), t.Later...), append(out.Debug, t.Debug...)
	}
	out.Text = texts(trees)
}

// texts looks up the comments and blocks of a file; of one that several trees hold, those of the first.
func texts(trees []*Tree) func(file string) (parsers.Text, bool) {
	all := sync.OnceValue(func() map[string]parsers.Text {
		m := map[string]parsers.Text{}
		for _, t := range trees {
			for _, x := range t.Texts(func(f *File) bool { _, known := m[f.Name]; return !known }) {
				m[x.File] = x
			}
		}
		return m
	})
	return func(file string) (parsers.Text, bool) {
		x, ok := all()[file]
		return x, ok
	}
}
