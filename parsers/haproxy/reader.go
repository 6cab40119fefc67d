package haproxy

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/internal/lazyregexp"
	"github.com/wslint/wslint/parsers"
	"github.com/wslint/wslint/parsers/haproxy/conf"
	"github.com/wslint/wslint/parsers/templates"
)

// Reader is how wslint reads HAProxy configurations: each file is one.
func Reader() parsers.Reader {
	return parsers.Reader{
		Name: "haproxy", Sniff: sniff, Read: readAll, Suffixes: []string{".cfg"},
		Target: &parsers.Target{Default: "each from 2.6 to 3.4 where they differ", Example: "3.2", Check: usualVersion},
	}
}

func usualVersion(s string) (string, error) {
	v, err := conf.ParseVersion(s)
	return v.String(), err
}

// sniff takes files with the sections of HAProxy; of those that are found only ones that have a name like its
// configurations, or like templates of such.
func sniff(f parsers.Found, head []byte) parsers.Verdict {
	base, ext := filepath.Base(f.Name), filepath.Ext(f.Name)
	template := slices.Contains(templates.Extensions, ext)
	if template {
		base = strings.TrimSuffix(base, ext)
		ext = filepath.Ext(base)
	}
	mayBe := ext == ".cfg" || strings.Contains(base, "haproxy") && (ext == ".conf" || template && ext == "")
	switch {
	case f.Dir || f.Top != "" && !mayBe:
		return parsers.Verdict{}
	case head == nil:
		return parsers.Verdict{Claim: parsers.Maybe, Why: "it may be named"}
	case Sniff(head):
		return parsers.Verdict{Claim: parsers.Yes, Why: "it has sections of HAProxy"}
	}
	return parsers.Verdict{Why: "it has no sections of HAProxy"}
}

func readAll(files []parsers.Found, o parsers.Options) (r parsers.Reading, err error) {
	declared := parsers.Version{Number: o.Version, Says: o.Declared, Declared: true}
	if _, err := conf.ParseVersion(o.Version); o.Version != "" && err != nil {
		return r, err
	}
	texts := map[string]*parsers.File{}
	split := directories(files, o)
	for _, f := range files {
		names := []string{f.Name}
		if dir, ok := split[f.Name]; ok {
			if names = dir; f.Name != dir[0] {
				continue
			}
		}
		options := Options{Define: o.Define, Stat: o.Stat, ReadFile: o.ReadFile, Regexes: o.Regexes}
		c, err := (*Config)(nil), error(nil)
		if f.Src != nil && f.Machine == nil {
			f.Version = f.Version.Or(saidBefore(&f))
		}
		f.Version = declared.Or(f.Version)
		// What an image of another flavour is called says nothing.
		options.Version, _ = conf.ParseVersion(f.Version.Number)
		switch {
		case f.Machine != nil:
			var why string
			if c, why = inMachine(f.Machine, options); c == nil {
				at := f.Machine.At(f.Machine.Main).Pos
				if at.IsZero() {
					at.File = f.Name
				}
				r.Unknown = append(r.Unknown, hop.Note{Pos: at, Text: why})
				continue
			}
		case f.Src != nil:
			c = Parse(&parsers.File{Name: f.Name, Src: f.Src, Origin: f.Origin, Editable: f.Origin != nil}, options)
		default:
			if c, err = read(options, names...); err != nil && f.Top == "" {
				return r, err
			} else if err != nil {
				continue
			}
		}
		source := parsers.Source{Source: c, Name: c.File.Name, Version: f.Version.Or(assumed), Machine: f.Machine}
		for _, f := range c.Files {
			texts[f.Name] = f
			source.Files = append(source.Files, f.Name)
		}
		r.Files, r.Sources = append(r.Files, c.Files...), append(r.Sources, source)
		r.Problems = append(r.Problems, c.Problems...)
		for _, n := range c.Unread {
			r.Unknown = append(r.Unknown, hop.Note{Pos: c.File.Origin.Pos(n.Pos), Text: n.Text})
		}
	}
	r.Text = func(file string) (parsers.Text, bool) {
		f, ok := texts[file]
		if !ok {
			return parsers.Text{}, false
		}
		return parsers.Text{File: file, Src: f.Src, Blocks: conf.Blocks(f), Editable: f.Editable}, true
	}
	return r, nil
}

// assumed is what counts where nothing tells the version: 2.6 or a later one.
var assumed = parsers.Version{Number: conf.Oldest.String(), Assumed: true}

// inMachine reads the configuration that a container begins with; the files that it names are the container's.
func inMachine(m *parsers.Machine, o Options) (c *Config, why string) {
	o.Define = maps.Clone(o.Define)
	if o.Define == nil {
		o.Define = map[string]string{}
	}
	maps.Copy(o.Define, m.Define)
	at := func(name string) string {
		if local, ok := m.Mounted(name); ok && path.IsAbs(name) {
			return local
		}
		return name
	}
	stat, read := o.Stat, o.ReadFile
	o.Stat = func(name string) (os.FileInfo, error) { return stat(at(name)) }
	o.ReadFile = func(name string) ([]byte, error) { return read(at(name)) }
	switch main := m.At(m.Main); {
	case main.Unknown != "":
		return nil, fmt.Sprintf("%s of %s is not known: %s", m.Main, m.Name, main.Unknown)
	case main.Err != nil || main.Dir:
		return nil, fmt.Sprintf("%s has no %s", m.Name, m.Main)
	case main.Text != nil:
		t := main.Text
		return Parse(&parsers.File{Name: t.Name, Src: t.Src, Origin: t.Origin, Editable: t.Origin != nil}, o), ""
	default:
		c, err := Read(main.Local, o)
		if err != nil {
			return nil, err.Error()
		}
		return c, ""
	}
}

// banner is what haproxy -v prints.
var banner = lazyregexp.New(`(?m)\AHA-?Proxy version (\d+\.\d+(?:\.\d+)?)[^\n]*\n` +
	`(?:(?:Status:|Known bugs:|Running on:|Copyright )[^\n]*\n|\s*\n)*`)

// saidBefore takes off what haproxy -v printed before a configuration: the lines keep their numbers.
func saidBefore(f *parsers.Found) (v parsers.Version) {
	m := banner.FindSubmatchIndex(f.Src)
	if m == nil || !f.Piped {
		return v
	}
	v = parsers.Version{Number: string(f.Src[m[2]:m[3]]), Says: "haproxy -v", Pos: hop.Pos{File: f.Name, Line: 1}}
	blank := bytes.Map(func(r rune) rune {
		if r == '\n' {
			return r
		}
		return ' '
	}, f.Src[:m[1]])
	f.Src = slices.Concat(blank, f.Src[m[1]:])
	return v
}
