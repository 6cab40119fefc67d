package container

import (
	"cmp"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/internal/lazyregexp"
	"github.com/wslint/wslint/parsers"
)

// Render adds what the entry point of the official image makes when the container starts: of each template a
// configuration, with the variables of the environment in it (20-envsubst-on-templates.sh). It does so only before
// nginx itself, and not where the directory cannot be written; why says that.
func Render(m *parsers.Machine, env map[string]string, readOnly func(dir string) bool) (why string) {
	from := cmp.Or(env["NGINX_ENVSUBST_TEMPLATE_DIR"], templatesDir)
	suffix := cmp.Or(env["NGINX_ENVSUBST_TEMPLATE_SUFFIX"], ".template")
	to := cmp.Or(env["NGINX_ENVSUBST_OUTPUT_DIR"], sites)
	define := env
	if filter := env["NGINX_ENVSUBST_FILTER"]; filter != "" {
		re, err := regexp.Compile(filter)
		if err != nil {
			return ""
		}
		define = map[string]string{}
		for name, value := range env {
			if re.MatchString(name) {
				define[name] = value
			}
		}
	}
	var made []parsers.Place
	looked := 0
	templates(m, from, "", suffix, &looked, func(at string, s parsers.Seen) {
		p := s.Place
		p.Path = path.Join(to, strings.TrimSuffix(at, suffix))
		p.Mount, p.Template, p.Define = true, true, define
		made = append(made, p)
	})
	if at := m.At(from); at.Unknown != "" && at.Unknown != m.Missing {
		// Whatever it makes of them is beside what is known.
		m.Places = slices.Insert(m.Places, 0, parsers.Place{Path: to, Unknown: at.Unknown, Pos: at.Pos})
	}
	if len(made) > 0 && readOnly(to) {
		return "the templates in " + from + " are not used: " + to + " is mounted read-only"
	}
	m.Places = append(m.Places, made...)
	return ""
}

// mostLooked is how many files are looked at because they may be templates: somebody may mount a whole disk.
const mostLooked = 5000

// templates calls see for the templates in a directory and those below it.
func templates(m *parsers.Machine, top, below, suffix string, looked *int, see func(at string, s parsers.Seen)) {
	names, _ := m.List(path.Join(top, below))
	for _, name := range names {
		if *looked++; *looked > mostLooked {
			return
		}
		at := path.Join(below, name)
		switch s := m.At(path.Join(top, at)); {
		case s.Err != nil:
		case s.Dir:
			templates(m, top, at, suffix, looked, see)
		case !s.Dir && strings.HasSuffix(name, suffix):
			see(at, s)
		}
	}
}

// redirected is a command of a shell that makes a configuration of a template: envsubst '$A $B' < FROM > TO.
var redirected = lazyregexp.New(
	`envsubst\s+(?:'([^']*)'\s*|"([^"]*)"\s*)?(?:<\s*([^\s;&|<>"']+)\s*>\s*([^\s;&|<>"']+)|>\s*([^\s;&|<>"']+)\s*<\s*` +
		`([^\s;&|<>"']+))`)

// written is a file that a shell writes.
var written = lazyregexp.New(`>>?\s*(/[^\s;&|<>"']+)`)

// Shell adds what a command of a shell makes: configurations of templates, and files of which nothing is known. at is
// where the command stands.
func Shell(m *parsers.Machine, command string, env map[string]string, at hop.Pos) {
	for _, w := range written.FindAllStringSubmatch(command, -1) {
		m.Places = append(m.Places, parsers.Place{Path: path.Clean(w[1]), Mount: true, Pos: at,
			Unknown: "a command makes it when the container starts"})
	}
	for _, s := range redirected.FindAllStringSubmatch(command, -1) {
		from, to, names := cmp.Or(s[3], s[6]), cmp.Or(s[4], s[5]), cmp.Or(s[1], s[2])
		source := m.At(from)
		if source.Err != nil || source.Unknown != "" || source.Dir {
			continue
		}
		p := source.Place
		p.Path, p.Mount, p.Template, p.Define = path.Clean(to), true, true, env
		if names != "" {
			p.Define = map[string]string{}
			for name, value := range env {
				if named(names, name) {
					p.Define[name] = value
				}
			}
		}
		m.Places = append(m.Places, p)
	}
}

// named reports whether the list that envsubst is given, "$A ${B}", has a name.
func named(list, name string) bool {
	return regexp.MustCompile(`\$(\{` + regexp.QuoteMeta(name) + `\}|` + regexp.QuoteMeta(name) + `\b)`).MatchString(list)
}
