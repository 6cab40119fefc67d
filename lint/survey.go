package lint

import (
	"fmt"
	"io/fs"
	"net/url"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/wslint/wslint/catalog"
	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/internal/lazyregexp"
	"github.com/wslint/wslint/internal/plainfile"
	"github.com/wslint/wslint/rules"
)

// A survey is what a tree of files shows of what wslint would like to know.
type survey struct {
	dir      string
	run      *run // nil where there is no configuration
	needs    []dependency
	settings map[string][]setting // how often something pings, by the pattern of the setting
	images   []image
	asker    Asker // nil: nobody is there to ask
}

// An Asker puts a question to somebody, until the check finds nothing wrong with the answer; "" for no answer.
type Asker func(question string, check func(answer string) error) (answer string)

// asks puts a question; "" where nobody is there, or knows.
func (s *survey) asks(question string, check func(string) error) string {
	if s.asker == nil {
		return ""
	}
	return s.asker(question, check)
}

// A setting is a place that says how often an application pings.
type setting struct {
	at    hop.Pos
	every time.Duration // 0 where it is no literal number
}

// An image is a program with its version, as a Dockerfile or a description of containers names it.
type image struct{ program, version, file string }

// Survey looks at the tree of files below a directory and writes the configuration file that it should have: what is
// sure is declared, and everything else is a comment with a question. An asker that is not nil is asked first.
func Survey(dir string, asker Asker) (string, error) {
	s := &survey{dir: dir, settings: map[string][]setting{}, asker: asker}
	in := Input{Args: []string{dir}, Rules: rules.All, OneConfig: true}
	var err error
	if s.run, err = newRun(in); err != nil {
		s.run = nil // there may be nothing yet
	}
	s.look()
	text := s.text()
	if _, err := ParseConfig(ConfigName, []byte(text)); err != nil {
		return "", fmt.Errorf("what was found does not make a configuration file: %w", err)
	}
	return text, nil
}

// sources are files in which applications set how often they ping.
var sourceFile = lazyregexp.New(
	`\.(js|mjs|cjs|ts|mts|cts|jsx|tsx|go|py|rb|cs|ex|exs|java|kt|toml|ya?ml|json|sh)$|^(Dockerfile|Procfile)`)

// containerFile are files that name images.
var containerFile = lazyregexp.New(`^(Dockerfile|Containerfile)|\.(dockerfile|ya?ml)$`)

var imageLine = lazyregexp.New(
	`(?i)^\s*(?:-\s*)?(?:FROM|image:)\s+(?:--platform=\S+\s+)?["']?(?:[\w.:-]+/)*` +
		`(nginx|haproxy):v?(\d+\.\d+(?:\.\d+)?)[\w.-]*["']?(?:\s|$)`)

// look reads manifests first, since they say what to look for in the sources.
func (s *survey) look() {
	var sources []string
	in := &Input{Config: &Config{}}
	in.Options.Locator = plainfile.NewLocator()
	way := newWalk(in).below(s.dir)
	filepath.WalkDir(s.dir, func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return nil
		case entry.IsDir():
			if base := entry.Name(); name != s.dir && (strings.HasPrefix(base, ".") || way.Skip(name, true) != "") {
				return fs.SkipDir
			}
			way.Enter(name, nil)
			return nil
		case way.Skip(name, false) != "":
			return nil
		}
		if sourceFile.MatchString(entry.Name()) {
			sources = append(sources, name)
		}
		if containerFile.MatchString(entry.Name()) {
			s.imagesOf(name)
		}
		if info, err := entry.Info(); err == nil && info.Size() < maxConfig {
			if src, err := plainfile.Read(name); err == nil && !sourceOnly(entry.Name()) {
				list, _ := dependenciesOf(s.rel(name), src)
				s.needs = append(s.needs, list...)
			}
		}
		return nil
	})
	for _, d := range s.needs {
		if d.Setting != "" && s.settings[d.Setting] == nil {
			s.settings[d.Setting] = s.settingsOf(d.Package, sources)
		}
	}
}

// sourceOnly spares reading what is no manifest by its name.
func sourceOnly(base string) bool {
	return base != "package.json" && base != "composer.json" &&
		!slices.ContainsFunc(manifests, func(m manifest) bool { return m.name.MatchString(base) })
}

func (s *survey) rel(name string) string {
	if rel, err := filepath.Rel(s.dir, name); err == nil {
		return filepath.ToSlash(rel)
	}
	return name
}

func (s *survey) imagesOf(name string) {
	src, err := plainfile.Read(name)
	if err != nil || len(src) > maxConfig {
		return
	}
	for line := range strings.Lines(string(src)) {
		if m := imageLine.FindStringSubmatch(line); m != nil {
			s.images = append(s.images, image{strings.ToLower(m[1]), m[2], s.rel(name)})
		}
	}
}

// settingsOf finds where the sources set how often a package pings.
func (s *survey) settingsOf(p catalog.Package, sources []string) (list []setting) {
	where := regexp.MustCompile(`(?:^|[^\w])["']?` + p.Setting +
		`["']?\s*(?:[:=(]|\s)\s*["']?(\d[\d_]*(?:\.\d+)?)?\s*([\w.*(]?)`)
	for _, name := range sources {
		src, err := plainfile.Read(name)
		if err != nil || len(src) > maxConfig {
			continue
		}
		n := 0
		for line := range strings.Lines(string(src)) {
			n++
			m := where.FindStringSubmatch(line)
			if m == nil {
				continue
			}
			x := setting{at: hop.Pos{File: s.rel(name), Line: n}}
			if v, err := strconv.ParseFloat(strings.ReplaceAll(m[1], "_", ""), 64); err == nil && m[2] == "" {
				unit := time.Second
				if p.Millis {
					unit = time.Millisecond
				}
				x.every = time.Duration(v * float64(unit))
			}
			list = append(list, x)
		}
	}
	return list
}

// every is how often a package pings here: what the sources say, else its default; at is the place, and sure is false
// where that is no number, or there are several.
func (s *survey) every(p catalog.Package, a catalog.App) (every time.Duration, at hop.Pos, sure bool) {
	list := s.settings[p.Setting]
	if p.Setting == "" || len(list) == 0 {
		return a.Every, hop.Pos{}, true
	}
	for _, x := range list {
		if x.every != list[0].every || x.every < shortestPing || x.every > longestPing {
			return 0, list[0].at, false
		}
	}
	return list[0].every, list[0].at, true
}

// endpoints are the places where WebSockets surely enter, each URL once, with the file that the source begins with.
func (s *survey) endpoints() (list []place) {
	if s.run == nil {
		return nil
	}
	for _, source := range s.run.sources {
		file := s.run.reads[source][0]
		for _, e := range source.Endpoints() {
			u, err := parseURL(e.Name)
			if err != nil || e.Confidence < hop.Likely || madeUp().MatchString(e.Name) ||
				slices.ContainsFunc(list, func(p place) bool { return p.url.String() == u.String() }) {
				continue
			}
			list = append(list, place{url: u, file: s.rel(file), format: s.run.formatOf(file), confidence: e.Confidence})
		}
	}
	slices.SortFunc(list, func(a, b place) int { return strings.Compare(a.url.String(), b.url.String()) })
	return list
}

// madeUp finds URLs with something in them that a template or a variable stands for.
var madeUp = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`[{}$<>]|%7[BD]`) })

// reads reports whether a configuration of a program is here.
func (s *survey) reads(program string) bool {
	return s.run != nil && slices.ContainsFunc(s.run.read, func(f FileRead) bool { return f.Format == program })
}

// A place is one endpoint.
type place struct {
	url        *url.URL
	file       string
	format     string
	confidence hop.Confidence
	front      string // what stands in front, as somebody said
}

// hop is how a path names what serves the endpoint; "" where that is no file.
func (p place) hop() string {
	if p.format == "" || strings.ContainsAny(p.file, " ,:{}[]#&*!|>'\"%@`") {
		return ""
	}
	return p.format + ": " + p.file
}

// sure reports whether the URL is what browsers connect to: with TLS, on a host that somebody named, and with nothing
// in it that only fits.
func (p place) sure() bool {
	return p.url.Scheme == "wss" && p.confidence >= hop.Certain && p.url.Hostname() != "localhost" &&
		strings.Contains(p.url.Hostname(), ".") && !strings.ContainsAny(p.url.String(), "*~_$")
}

// formatOf is the format that a file was read as.
func (l *loaded) formatOf(file string) string {
	for _, f := range l.read {
		if f.Name == file {
			return f.Format
		}
	}
	return ""
}

// balancers are the load balancers that files describe, as paths name them.
func (s *survey) balancers() (names []string) {
	if s.run == nil {
		return nil
	}
	for _, x := range s.run.described {
		name := ""
		for _, kind := range x.Kinds {
			if _, known := catalog.FindHop(kind); known && name == "" && x.Name != "" {
				name = kind + "/" + x.Name
			}
		}
		if name != "" && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// versions are those of a program that images name, without doubles.
func (s *survey) versions(program string) (list []image) {
	for _, i := range s.images {
		if i.program == program && !slices.ContainsFunc(list, func(x image) bool { return x.version == i.version }) {
			list = append(list, i)
		}
	}
	return list
}
