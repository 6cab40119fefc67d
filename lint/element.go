package lint

import (
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"

	"github.com/wslint/wslint/catalog"
	"github.com/wslint/wslint/internal/spelling"
)

// through reads the hops of a path: names, or mappings of one key like "nginx: deploy/nginx.conf" and "alb: prod".
func (f *yamlFile) through(n ast.Node) ([]Element, error) { return items(f, n, "through", f.element) }

func (f *yamlFile) element(item ast.Node) (e Element, err error) {
	switch f.resolve(item).(type) {
	case *ast.MappingNode, *ast.MappingValueNode:
		n := 0
		err = f.pairs(item, "a hop", func(key ast.Node, name string, value ast.Node) (err error) {
			n++
			e, err = f.namedElement(key, name, value)
			return err
		})
		if err == nil && n != 1 {
			err = f.errorf(item, "a hop has one key, like nginx: nginx.conf")
		}
		return e, err
	}
	s, err := f.filled(item, "a hop")
	e = Element{Kind: s, Pos: f.pos(item)}
	switch {
	case err != nil:
	case s == "aws":
		err = f.errorf(item, "aws needs a snapshot, like aws: lbs.json; a load balancer is alb/NAME or its ARN")
	case slices.Contains(bareFormats(), s):
		err = f.errorf(item, "%s needs its configuration, like %s: %s", s, s, exampleFile(s))
	case fileLike.MatchString(s) && !strings.HasPrefix(s, "arn:"):
		err = f.errorf(item, "a file needs its format: write %s: %s", formatOf(s), s)
	}
	return e, err
}

// namedElement is a hop with a value: "nginx: FILE", "tf: ADDRESS", "alb: NAME".
func (f *yamlFile) namedElement(key ast.Node, name string, value ast.Node) (e Element, err error) {
	s, err := f.filled(value, name)
	if err != nil {
		return e, err
	}
	e = Element{Kind: name, Value: s, Pos: f.pos(key)}
	known, isKnown := catalog.FindHop(name)
	switch {
	case slices.Contains(fileFormats(), name):
	case hasPrefix(name): // an address, and no file
		e = Element{Kind: name + "/" + s, Pos: e.Pos}
	case isKnown && known.IsProgram():
		err = f.errorf(key, "wslint reads no files of %s: write %s alone, and its timeouts under hops", name, name)
	case isKnown && fileLike.MatchString(s):
		err = f.errorf(value, "%s takes a name, like %s: prod-web; a file is written %s: %s", name, name, formatOf(s), s)
	case isKnown:
		e = Element{Kind: name + "/" + s, Pos: e.Pos}
	default:
		near := spelling.Suggest(name, append(fileFormats(), catalog.HopNames()...))
		if near != "" {
			near = ": did you mean " + near + "?"
		} else {
			near = ": only those of " + strings.Join(fileFormats(), ", ")
		}
		err = f.errorf(key, "wslint reads no files of %s%s; a hop of your own is its name alone",
			name, near)
	}
	return e, err
}

// fileFormats are the formats of files that hops can be.
func fileFormats() (names []string) {
	for _, r := range Readers() {
		if r.Name != kernelFormat().Name {
			names = append(names, r.Name)
		}
	}
	return names
}

// bareFormats are the formats whose names are no hops by themselves: what is known of an nginx without its
// configuration is nothing to go by.
func bareFormats() []string {
	return slices.DeleteFunc(fileFormats(), func(name string) bool {
		_, known := catalog.FindHop(name)
		return known && name != "nginx"
	})
}

// fileSuffixes are those by which a hop without a format shows that it is a file.
var fileSuffixes = map[string]string{
	".conf": "nginx", ".vhost": "nginx", ".cfg": "haproxy", ".tf": "terraform", ".tfstate": "terraform", ".json": "aws",
	".yaml": "cloudformation", ".yml": "cloudformation", ".template": "cloudformation",
}

// fileLike finds such a hop.
var fileLike = regexp.MustCompile(fileLikePattern)

const fileLikePattern = `\.(conf|vhost|cfg|tf|tfstate|json|yaml|yml|template)$`

// formatOf is the format that a file is in by its name.
func formatOf(file string) string {
	base := strings.ToLower(filepath.Base(file))
	for _, name := range []string{"haproxy", "nginx"} {
		if strings.Contains(base, name) {
			return name
		}
	}
	return fileSuffixes[filepath.Ext(base)]
}

// exampleFile is a file of a format, for messages.
func exampleFile(format string) string {
	for _, suffix := range sortedKeys(fileSuffixes) {
		if fileSuffixes[suffix] == format {
			return fmt.Sprintf("deploy/%s%s", format, suffix)
		}
	}
	return "deploy"
}
