package beanstalk

import (
	"bytes"
	"errors"
	"path/filepath"
	"slices"
	"strings"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers"
	"github.com/wslint/wslint/parsers/document"
	"github.com/wslint/wslint/parsers/infra"
)

// Reader is how wslint reads what applications bring along for Elastic Beanstalk: the files of one application belong
// together.
func Reader() parsers.Reader {
	return parsers.Reader{
		Name: "beanstalk", Prefix: prefix, Sniff: sniff, Read: readAll, Hidden: []string{".ebextensions", ".platform",
			".elasticbeanstalk"},
		Needs: "its files, like beanstalk: app; an environment is eb: NAME",
	}
}

// prefix is what paths put before the name of an environment or of the directory of its application.
const prefix = "eb"

// The directories of an application.
const extensions, savedDir, platformDir = ".ebextensions", ".elasticbeanstalk", ".platform"

// sniff takes files by the directories that they are in, and others by what is in them.
func sniff(f parsers.Found, head []byte) parsers.Verdict {
	base := filepath.Base(f.Name)
	yes := parsers.Verdict{Claim: parsers.Yes, Why: "it is in a directory of Elastic Beanstalk"}
	config, proxy := strings.HasSuffix(base, ".config"), strings.HasSuffix(base, ".conf")
	switch {
	case f.Dir || !config && !proxy && !strings.HasSuffix(base, ".cfg.yml") && base != "env.yaml":
		return parsers.Verdict{}
	case config && in(f.Name, extensions) && !in(f.Name, "nginx"):
		return yes
	case proxy && (in(f.Name, platformDir) || in(f.Name, extensions)) && in(f.Name, "nginx"):
		return yes
	case proxy || in(f.Name, extensions) || in(f.Name, platformDir):
		return parsers.Verdict{}
	case head == nil:
		return parsers.Verdict{Claim: parsers.Maybe, Why: "it may be a configuration of Elastic Beanstalk"}
	case bytes.Contains(head, []byte("option_settings")) || bytes.Contains(head, []byte("OptionSettings")),
		bytes.Contains(head, []byte("files:")) && bytes.Contains(head, []byte("/etc/nginx/")):
		return parsers.Verdict{Claim: parsers.Yes, Why: "it has settings of Elastic Beanstalk"}
	}
	return parsers.Verdict{Why: "it has no option settings"}
}

// in reports whether a file is in a directory of that name, however deep.
func in(name, dir string) bool {
	return slices.Contains(strings.Split(filepath.ToSlash(filepath.Dir(name)), "/"), dir)
}

// home is the directory of the application that a file belongs to; a file that is in none of its directories is one
// by itself.
func home(name string) string {
	parts := strings.Split(filepath.ToSlash(filepath.Dir(name)), "/")
	for i, p := range parts {
		if p == extensions || p == savedDir || p == platformDir {
			if dir := filepath.FromSlash(strings.Join(parts[:i], "/")); dir != "" || i > 0 {
				return dir
			}
			return "."
		}
	}
	if filepath.Base(name) == "env.yaml" {
		return filepath.Dir(name)
	}
	return name
}

func readAll(files []parsers.Found, o parsers.Options) (r parsers.Reading, err error) {
	apps := map[string]*app{}
	var order []string
	parsed := map[string]*document.File{}
	for _, f := range files {
		dir := home(f.Name)
		if apps[dir] == nil {
			apps[dir] = &app{dir: dir}
			order = append(order, dir)
		}
		if strings.HasSuffix(f.Name, ".conf") && in(f.Name, extensions) {
			if !apps[dir].old {
				r.Unknown = append(
					r.Unknown,
					hop.Note{
						Pos: hop.Pos{File: f.Name},
						Text: "only the retired platforms with Amazon Linux 1 read nginx configuration in .ebextensions: later ones " +
							"read .platform/nginx",
					},
				)
			}
			apps[dir].old = true
			continue
		}
		if strings.HasSuffix(f.Name, ".conf") {
			apps[dir].nginx = append(apps[dir].nginx, f.Name)
			continue
		}
		d, err := readFile(&r, f, o)
		if err != nil {
			return r, err
		}
		if d == nil {
			continue
		}
		parsed[f.Name] = d
		switch base := filepath.Base(f.Name); {
		case base == "env.yaml":
			apps[dir].env = d
		case strings.HasSuffix(base, ".cfg.yml"):
			apps[dir].saved = append(apps[dir].saved, d)
		default:
			apps[dir].configs = append(apps[dir].configs, d)
		}
	}
	for _, dir := range order {
		apps[dir].addTo(&r, o)
	}
	r.Text = func(file string) (parsers.Text, bool) {
		f, ok := parsed[file]
		if !ok {
			return parsers.Text{}, false
		}
		return f.Text(), true
	}
	return r, nil
}

// addTo adds what the files of an application say.
func (a *app) addTo(r *parsers.Reading, o parsers.Options) {
	slices.SortFunc(a.configs, func(x, y *document.File) int { return strings.Compare(x.Name, y.Name) })
	if e := a.environment(); e != nil {
		var out infra.Resources
		r.Unknown = append(r.Unknown, e.AddTo(&out)...)
		var names []string
		for _, f := range a.files() {
			names = append(names, f.Name)
		}
		infra.Add(r, prefix, a.dir, names, out)
	}
	r.Nested = append(append(r.Nested, a.platform(o.ReadFile)...), a.texts()...)
	r.Unknown = append(r.Unknown, a.unknowns()...)
}

// readFile reads one file; nil for one that says nothing to anybody.
func readFile(r *parsers.Reading, f parsers.Found, o parsers.Options) (*document.File, error) {
	file, err := r.Open(f, o)
	if file == nil {
		return nil, err
	}
	r.Files = append(r.Files, file)
	if at := document.TemplateAt(f.Name, file.Src); !at.IsZero() {
		r.Unknown = append(
			r.Unknown,
			hop.Note{Pos: at, Text: "a template engine makes this file, so what it says is not known"},
		)
		return nil, nil
	}
	d, err := document.Parse(f.Name, file.Src)
	var bad *document.Error
	if errors.As(err, &bad) {
		r.Problems = append(r.Problems, parsers.Problem{Pos: bad.Pos, Text: bad.Text, Incomplete: true})
		return nil, nil
	}
	return d, err
}
