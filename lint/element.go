package lint

import (
	"cmp"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/goccy/go-yaml/ast"

	"github.com/wslint/wslint/catalog"
	"github.com/wslint/wslint/internal/lazyregexp"
	"github.com/wslint/wslint/internal/spelling"
)

// through reads the hops of a path: names, or mappings of one key, of a format and a file or of a kind and a name.
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
			err = f.errorf(item, "a hop has one key, like alb: prod-web")
		}
		return e, err
	}
	s, err := f.filled(item, "a hop")
	e = Element{Kind: s, Pos: f.pos(item)}
	if err != nil {
		return e, err
	}
	if reader, ok := readerNamed(Readers(), s); ok && reader.Needs != "" {
		return e, f.errorf(item, "%s needs %s", s, reader.Needs)
	}
	if m := quotedPair().FindStringSubmatch(s); m != nil {
		return e, f.errorf(item, "a hop with a value is a mapping: write {%s: %s}, without the quotes round both", m[1], m[2])
	}
	if fileLike().MatchString(s) && !isARN(s) {
		err = f.errorf(item, "a file needs its format: write {%s: %s}", formatOf(s), s)
	}
	return e, err
}

// isARN reports whether a hop is the ARN of a resource, whatever it ends in.
func isARN(s string) bool { return strings.HasPrefix(s, "arn:") }

// quotedPair finds a hop in quotes that was meant as a mapping: "tf: aws_lb.web".
var quotedPair = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(quotedPairPattern()) })

// quotedPairPattern begins with whatever may be the key of a mapping.
func quotedPairPattern() string {
	names := slices.Concat(fileFormats(), prefixes(), catalog.HopNames())
	slices.SortFunc(names, func(a, b string) int { return cmp.Or(len(b)-len(a), strings.Compare(a, b)) })
	for i := range names {
		names[i] = regexp.QuoteMeta(names[i])
	}
	return "^(" + strings.Join(names, "|") + `):\s*(\S.*)$`
}

// namedElement is a hop with a value: a format and its file, a prefix and an address, a kind and a name.
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
	case isKnown && fileLike().MatchString(s):
		err = f.errorf(value, "%s takes a name, like %s: prod-web; a file is written {%s: %s}", name, name, formatOf(s), s)
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
func bareFormats() (names []string) {
	for _, r := range Readers() {
		if r.Needs != "" {
			names = append(names, r.Name)
		}
	}
	return names
}

// fileLike finds a hop without a format that shows that it is a file.
var fileLike = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(fileLikePattern()) })

// fileLikePattern ends in what the names of some format's files end in.
func fileLikePattern() string {
	var ends []string
	for _, r := range Readers() {
		for _, s := range r.Suffixes {
			ends = append(ends, regexp.QuoteMeta(strings.TrimPrefix(s, ".")))
		}
	}
	slices.Sort(ends)
	return `\.(` + strings.Join(ends, "|") + `)$`
}

// formatOf is the format that a file is in by its name: that of its last part, or one that the name says.
func formatOf(file string) string {
	base, format := strings.ToLower(filepath.Base(file)), ""
	for _, r := range Readers() {
		ends := slices.ContainsFunc(r.Suffixes, func(s string) bool { return strings.HasSuffix(base, s) })
		switch {
		case len(r.Suffixes) > 0 && slices.Contains(notLetter.Split(base, -1), r.Name):
			return r.Name
		case ends && format == "":
			format = r.Name
		}
	}
	return format
}

var notLetter = lazyregexp.New(`[^a-z]+`)
