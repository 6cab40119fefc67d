package lint

import (
	"encoding/json"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/wslint/wslint/catalog"
	"github.com/wslint/wslint/internal/lazyregexp"
)

// A manifest is a file in which an application says what it depends on. None is read by more than its lines: what is
// wanted are the names of packages, and no version decides anything here.
type manifest struct {
	system string
	name   *lazyregexp.Regexp // of the file
	// dependency finds a package in a line, as its first group.
	dependency *lazyregexp.Regexp
}

var manifests = []manifest{
	{"go", lazyregexp.New(`^go\.mod$`), lazyregexp.New(`^\s*(?:require\s+)?([\w.-]+\.[\w./-]+) v[^ ]+\s*$`)},
	{"pypi", lazyregexp.New(`^requirements.*\.(txt|in)$`),
		lazyregexp.New(`^\s*([A-Za-z0-9._-]+)\s*(?:\[.*\])?\s*(?:[<>=!~;#].*)?$`)},
	{"pypi", lazyregexp.New(`^(pyproject\.toml|Pipfile|setup\.cfg)$`),
		lazyregexp.New(`^\s*["']?([A-Za-z0-9._-]+)\s*(?:\[.*\])?\s*(?:[<>=!~].*)?["']?,?\s*$` +
			`|^\s*"?([A-Za-z0-9._-]+)"?\s*=\s*["{*]`)},
	{"gem", lazyregexp.New(`^Gemfile$`), lazyregexp.New(`^\s*gem\s+["']([^"']+)["']`)},
	{"hex", lazyregexp.New(`^mix\.exs$`), lazyregexp.New(`^\s*\[?\{:(\w+),`)},
	{"nuget", lazyregexp.New(`\.(cs|fs|vb)proj$`), lazyregexp.New(`<PackageReference\s+Include="([^"]+)"`)},
	{"maven", lazyregexp.New(`^pom\.xml$`), lazyregexp.New(`<artifactId>\s*([^<\s]+)\s*</artifactId>`)},
	{"maven", lazyregexp.New(`^build\.gradle(\.kts)?$`),
		lazyregexp.New(`[(\s]["'][\w.-]+:([\w.-]+)(?::[^"']*)?["']`)},
}

// A dependency is a package of the catalogue that a manifest names.
type dependency struct {
	catalog.Package
	file string
}

// dependenciesOf are those of one file; ok is false for a file that is no manifest.
func dependenciesOf(file string, src []byte) (list []dependency, ok bool) {
	base := filepath.Base(file)
	switch base {
	case "package.json":
		return npmDependencies(file, src), true
	case "composer.json":
		return composerDependencies(file, src), true
	}
	for _, m := range manifests {
		if !m.name.MatchString(base) {
			continue
		}
		ok = true
		for line := range strings.Lines(string(src)) {
			found := m.dependency.FindStringSubmatch(strings.TrimRight(line, "\r\n"))
			for _, name := range found[min(1, len(found)):] {
				if m.system == "pypi" {
					name = strings.ToLower(strings.ReplaceAll(name, "_", "-"))
				}
				if p, known := catalog.FindPackage(m.system, name); known {
					list = append(list, dependencyOn(p, file, line[strings.Index(line, found[0]):]))
				}
			}
		}
	}
	return list, ok
}

// npmDependencies are those that are installed to run it, not those of its tests.
func npmDependencies(file string, src []byte) (list []dependency) {
	var m struct{ Dependencies map[string]any }
	if json.Unmarshal(src, &m) != nil {
		return nil
	}
	for _, name := range sortedKeys(m.Dependencies) {
		if p, known := catalog.FindPackage("npm", name); known {
			version, _ := m.Dependencies[name].(string)
			list = append(list, dependencyOn(p, file, version))
		}
	}
	return list
}

// composerDependencies are those that are installed to run it, not those of its tests.
func composerDependencies(file string, src []byte) (list []dependency) {
	var m struct{ Require map[string]any }
	if json.Unmarshal(src, &m) != nil {
		return nil
	}
	for _, name := range sortedKeys(m.Require) {
		if p, known := catalog.FindPackage("composer", strings.ToLower(name)); known {
			list = append(list, dependencyOn(p, file, ""))
		}
	}
	return list
}

// dependencyOn is one with a version, as the manifest writes it. What an older one does is not what is known.
func dependencyOn(p catalog.Package, file, version string) dependency {
	if m := firstVersion.FindStringSubmatch(version); p.From > 0 && m != nil {
		if major, err := strconv.Atoi(m[1]); err != nil || major < p.From {
			p.Surely = false
		}
	}
	return dependency{p, file}
}

// firstVersion finds the first version of a range: "^2.4.1", ">=4,<6", "v5".
var firstVersion = lazyregexp.New(`(?:^|[\s=<>~^v"'(])(\d+)(?:\.|\b)`)
