package nginx

import (
	"errors"
	"slices"
	"sync"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/internal/parallel"
	"github.com/wslint/wslint/parsers"
	"github.com/wslint/wslint/parsers/nginx/check"
	"github.com/wslint/wslint/parsers/nginx/conf"
)

// Reader is how wslint reads nginx configurations: main files, fragments, and what nginx -T prints.
func Reader() parsers.Reader {
	return parsers.Reader{
		Name: "nginx", Sniff: conf.Sniff, Read: readFound, Links: true, Hidden: conf.Hidden(), Contexts: conf.Contexts(),
		Suffixes: []string{".conf", ".vhost"},
		Needs:    "its configuration, like nginx: deploy/nginx.conf",
		Target: &parsers.Target{Default: "each from " + OldestCommon.String() + " on where they differ", Example: "1.28",
			Check: usualVersion, Pattern: `^([A-Za-z][\w-]*/)?([0-9]+(\.[0-9]+){1,3}|[Rr][0-9]+)$`},
	}
}

func usualVersion(s string) (string, error) {
	v, err := ParseVersion(s)
	return v.Usual(), err
}

// Made reads a configuration that somebody else wrote in place of people: the text of f, the places of which f.Origin
// knows. Which nginx it is for, nobody says.
//
// part says that more of the configuration is elsewhere, which may define what this one names: zones, variables.
func Made(f parsers.Found, part bool) (*Config, *Tree, error) {
	trees, _, err := conf.ReadFound([]parsers.Found{f}, Options{Context: "main"})
	if err != nil {
		return nil, nil, err
	}
	known := trees[0].Unknown
	if part {
		trees[0].Unknown = append(known, hop.Note{Pos: hop.Pos{File: f.Name}, Text: "more of it is elsewhere"})
	}
	check.Tree(trees[0], Version{})
	trees[0].Unknown = known
	return Compile(trees[0], Version{}), trees[0], nil
}

// Torn says why a text that goes into a larger configuration is none by itself: it leaves a quote, a statement or a
// block open, at the place of that, or closes a block that it did not open.
func Torn(f parsers.Found) (p parsers.Problem, is bool) {
	_, err := conf.Parse(f.Name, f.Src)
	var bad *conf.SyntaxError
	if !errors.As(err, &bad) {
		return p, false
	}
	p = parsers.Problem{Pos: f.Origin.Pos(bad.Pos), Text: bad.Text, Incomplete: true}
	if len(bad.Notes) > 0 {
		p.Pos, p.Text = f.Origin.Pos(bad.Notes[0].Pos), bad.Notes[0].Text
	}
	return p, true
}

// SpeaksOfWebSockets reports whether a name is one that people give to WebSocket endpoints and the servers behind them.
func SpeaksOfWebSockets(name string) bool { return speaks(name) }

// KnownPath reports whether a path is that of an endpoint which is nothing but WebSockets, or falls back from them.
func KnownPath(path string) bool { return isKnownPath(path) }

// readFound is Read for files that somebody else has found.
func readFound(files []parsers.Found, o parsers.Options) (out parsers.Reading, err error) {
	options := Options{
		Regexes: o.Regexes,
		Root:    o.Root, Map: o.Map, Prefix: o.Prefix, Context: o.Context, Define: o.Define,
		Stat: o.Stat, ReadFile: o.ReadFile, Locator: o.Locator, Shows: o.Shows, StdinName: o.StdinName,
	}
	declared := parsers.Version{Says: o.Declared, Declared: true}
	if o.Version != "" {
		v, err := ParseVersion(o.Version)
		if err != nil {
			return out, err
		}
		declared.Number = v.Usual()
	}
	var here []parsers.Found
	var trees []*Tree
	machines := map[*Tree]*parsers.Machine{}
	for _, f := range files {
		if f.Version.Number != "" { // as a rule nothing tells it
			if v, err := conf.ParseTag(f.Version.Number); err == nil {
				f.Version.Number = v.Usual()
			}
		}
		if f.Machine == nil {
			here = append(here, f)
			continue
		}
		t, why := conf.ReadMachine(f.Machine, f.Version, options)
		out.Unknown = append(out.Unknown, why...)
		if t != nil {
			trees, machines[t] = append(trees, t), f.Machine
		}
	}
	more, skipped, err := conf.ReadFound(here, options)
	versions := map[string]parsers.Version{}
	for _, f := range slices.Backward(here) { // of one name, the first
		versions[f.Name] = f.Version
	}
	for _, t := range more {
		t.Version = t.Version.Or(versions[t.Name])
	}
	trees = append(trees, more...)
	out.Skipped = skipped
	reading(&out, trees, compileAll(trees, declared), machines)
	for _, t := range trees {
		if taken := versionOf(t).Taken; taken != "" {
			at := hop.Pos{File: t.Name, Line: 1, Col: 1, EndCol: 1}
			out.Unknown = append(out.Unknown, hop.Note{Pos: at, Text: taken})
		}
	}
	return out, err
}

// versionOf is the version that something tells of; zero when nothing does.
func versionOf(t *Tree) Version {
	if t.Version.Number == "" { // as a rule
		return Version{}
	}
	v, err := ParseVersion(t.Version.Number)
	if err != nil {
		return Version{}
	}
	return v
}

// compileAll checks and compiles trees: each has directives of its own.
func compileAll(trees []*Tree, declared parsers.Version) []*Config {
	configs := make([]*Config, len(trees))
	parallel.Each(len(trees), 1, func(i int) {
		t := trees[i]
		t.Version = declared.Or(t.Version)
		v := versionOf(t)
		check.Tree(t, v) // more leniently when no version is known
		configs[i] = Compile(t, v)
	})
	return configs
}

// reading adds what trees hold.
func reading(out *parsers.Reading, trees []*Tree, configs []*Config, machines map[*Tree]*parsers.Machine) {
	files := 0
	for _, t := range trees {
		files += len(t.Files)
	}
	seen := make(map[string]bool, files)
	for i, t := range trees {
		s := parsers.Source{Source: configs[i], Name: t.Name, Version: t.Version, Machine: machines[t]}
		if s.Version.Number == "" {
			s.Version = parsers.Version{Number: OldestCommon.String(), Assumed: true}
		}
		for _, f := range t.Files {
			s.Files = append(s.Files, f.Name)
			if !seen[f.Name] {
				seen[f.Name] = true
				out.Files = append(out.Files, &parsers.File{Name: f.Name, Local: f.Local, Src: f.Src, Line: f.Line,
					Editable: f.Editable, Origin: f.Origin, Made: f.Made})
			}
		}
		out.Sources = append(out.Sources, s)
		out.Problems = append(out.Problems, t.Problems...)
		out.Unknown, out.Debug = append(append(out.Unknown, t.Unknown...), t.Later...), append(out.Debug, t.Debug...)
	}
	out.Text = texts(trees)
	out.Included = sync.OnceValue(func() map[string][]hop.Pos {
		all := map[string][]hop.Pos{}
		for _, t := range trees {
			for file, at := range t.Inclusions() {
				all[file] = append(all[file], at...)
			}
		}
		return all
	})
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
