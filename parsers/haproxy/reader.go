package haproxy

import (
	"path/filepath"
	"strings"

	"github.com/wslint/wslint/parsers"
	"github.com/wslint/wslint/parsers/haproxy/conf"
)

// Reader is how wslint reads HAProxy configurations: each file is one.
func Reader() parsers.Reader {
	return parsers.Reader{
		Name: "haproxy", Sniff: sniff, Read: readAll,
		Target: &parsers.Target{Default: conf.Oldest.String(), Example: "3.2", Check: usualVersion},
	}
}

func usualVersion(s string) (string, error) {
	v, err := conf.ParseVersion(s)
	return v.String(), err
}

// sniff takes files with the sections of HAProxy; of those that are found only ones that have a name like its
// configurations.
func sniff(f parsers.Found, head []byte) parsers.Verdict {
	base := filepath.Base(f.Name)
	mayBe := strings.HasSuffix(base, ".cfg") || strings.Contains(base, "haproxy") && strings.HasSuffix(base, ".conf")
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
	options := Options{Define: o.Define, Stat: o.Stat, ReadFile: o.ReadFile, Regexes: o.Regexes}
	if o.Version != "" {
		if options.Version, err = conf.ParseVersion(o.Version); err != nil {
			return r, err
		}
	}
	configs := map[string]*Config{}
	for _, f := range files {
		var c *Config
		if f.Src != nil {
			c = Parse(&parsers.File{Name: f.Name, Src: f.Src, Origin: f.Origin, Editable: f.Origin != nil}, options)
		} else if c, err = Read(f.Name, options); err != nil && f.Top == "" {
			return r, err
		} else if err != nil {
			continue
		}
		configs[c.File.Name] = c
		r.Files = append(r.Files, c.File)
		r.Sources = append(r.Sources, parsers.Source{Source: c, Name: c.File.Name, Files: []string{c.File.Name}})
		r.Problems = append(r.Problems, c.Problems...)
	}
	r.Text = func(file string) (parsers.Text, bool) {
		c, ok := configs[file]
		if !ok {
			return parsers.Text{}, false
		}
		return parsers.Text{File: file, Src: c.File.Src, Blocks: c.Blocks(), Editable: c.File.Editable}, true
	}
	return r, nil
}
