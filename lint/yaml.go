package lint

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/internal/redact"
	"github.com/wslint/wslint/internal/spelling"
)

// A yamlFile walks the nodes of one YAML file. It decodes by hand, because only so does every error name its place
// and speak of the file instead of Go's types.
type yamlFile struct {
	name    string
	src     []byte
	anchors map[string]ast.Node
	mark    int // the bytes of a byte order mark before the text
	lines   []string
}

// parseYAML returns the file's only document, nil when it is empty.
func parseYAML(name string, src []byte) (f *yamlFile, root ast.Node, err error) {
	f = &yamlFile{name: name, src: src, anchors: map[string]ast.Node{}}
	if len(src) > maxConfig {
		return f, nil, fmt.Errorf("%s: larger than %d KiB", name, maxConfig>>10)
	}
	if line := tooDeep(src); line > 0 {
		return f, nil, f.errorAt(
			hop.Pos{File: name, Line: line, Col: 1, EndCol: 2},
			fmt.Sprintf("values are nested deeper than %d levels", maxDepth),
		)
	}
	// The YAML parser has been seen to panic on broken input; a linter that crashes in a hook gets removed.
	defer func() {
		if r := recover(); r != nil {
			root, err = nil, fmt.Errorf("%s: not readable as YAML", name)
		}
	}()
	// Editors on Windows begin a file with a mark that YAML allows and the parser takes for a letter.
	text := bytes.TrimPrefix(src, []byte("\ufeff"))
	f.mark = len(src) - len(text)
	file, err := parser.ParseBytes(text, 0)
	var syntax yaml.Error
	switch {
	case err != nil && f.tab() != nil:
		return f, nil, f.tab()
	case errors.As(err, &syntax) && syntax.GetToken() != nil:
		return f, nil, f.errorAt(f.tokenPos(syntax.GetToken()), syntax.GetMessage())
	case err != nil:
		return f, nil, fmt.Errorf("%s: %w", name, err)
	}
	var docs []ast.Node
	for _, d := range file.Docs {
		if d.Body != nil && d.Body.Type() != ast.CommentType && d.Body.Type() != ast.NullType {
			docs = append(docs, d.Body)
		}
	}
	switch len(docs) {
	case 0:
		return f, nil, nil
	case 1:
		for _, anchor := range ast.Filter(ast.AnchorType, docs[0]) {
			a := anchor.(*ast.AnchorNode)
			f.anchors[a.Name.String()] = a.Value
		}
		return f, docs[0], nil
	}
	return f, nil, f.errorf(docs[1], "a second document: the file holds one")
}

// tab is the error of the first line that a tab indents, which YAML does not allow; nil without one.
func (f *yamlFile) tab() error {
	n := 0
	for line := range strings.Lines(string(f.src)) {
		n++
		indent := line[:len(line)-len(strings.TrimLeft(line, " \t"))]
		if i := strings.IndexByte(indent, '\t'); i >= 0 && strings.TrimSpace(line) != "" {
			pos := hop.Pos{File: f.name, Line: n, Col: i + 1, EndCol: i + 2}
			return f.errorAt(pos, "a tab indents this line: YAML takes only spaces there")
		}
	}
	return nil
}

// resolve follows anchors, aliases and tags to the node that holds the value.
func (f *yamlFile) resolve(n ast.Node) ast.Node {
	for range 20 {
		switch t := n.(type) {
		case *ast.AnchorNode:
			n = t.Value
		case *ast.TagNode:
			n = t.Value
		case *ast.AliasNode:
			n = f.anchors[t.Value.String()]
		default:
			return n
		}
	}
	return nil
}

// mapping calls the function of each key that n has; a key without one is an error.
func (f *yamlFile) mapping(n ast.Node, what string, keys map[string]func(key, value ast.Node) error) error {
	return f.pairs(n, what, func(key ast.Node, name string, value ast.Node) error {
		decode, ok := keys[name]
		if !ok {
			known := sortedKeys(keys)
			if s := spelling.DidYouMean(name, known); s != "" {
				return f.errorf(key, "unknown key %q in %s: did you mean %q?", name, what, s)
			}
			return f.errorf(key, "unknown key %q in %s: it knows %s", name, what, strings.Join(known, ", "))
		}
		return decode(key, value)
	})
}

// pairs calls each with the keys and values of a mapping, in their order.
func (f *yamlFile) pairs(n ast.Node, what string, each func(key ast.Node, name string, value ast.Node) error) error {
	var values []*ast.MappingValueNode
	switch m := f.resolve(n).(type) {
	case *ast.MappingNode:
		values = m.Values
	case *ast.MappingValueNode:
		values = []*ast.MappingValueNode{m}
	default:
		return f.errorf(n, "%s is not a mapping of keys to values", what)
	}
	seen := map[string]bool{}
	var failed []error
	for _, v := range values {
		name := v.Key.GetToken().Value
		switch {
		case v.Key.IsMergeKey():
			failed = append(failed, f.errorf(v.Key, "merge keys (<<) are not supported"))
		case seen[name]:
			failed = append(failed, f.errorf(v.Key, "%s has %q twice", what, name))
		default:
			seen[name] = true
			failed = append(failed, each(v.Key, name, v.Value))
		}
	}
	return errors.Join(failed...)
}

// items reads each element of a list, and of several that are wrong says all.
func items[T any](f *yamlFile, n ast.Node, what string, read func(n ast.Node) (T, error)) (list []T, err error) {
	s, ok := f.resolve(n).(*ast.SequenceNode)
	if !ok {
		return nil, f.errorf(n, "%s is not a list", what)
	}
	var failed []error
	for _, v := range s.Values {
		item, err := read(v)
		list, failed = append(list, item), append(failed, err)
	}
	return list, errors.Join(failed...)
}

// oneOrMore is items for what may also be a single value.
func oneOrMore[T any](f *yamlFile, n ast.Node, what string, read func(n ast.Node) (T, error)) (list []T, err error) {
	if _, ok := f.resolve(n).(*ast.SequenceNode); ok {
		return items(f, n, what, read)
	}
	item, err := read(n)
	return []T{item}, err
}

// text returns a scalar as it is written, so that an unquoted 1.30 stays "1.30".
func (f *yamlFile) text(n ast.Node, what string) (string, error) {
	switch t := f.resolve(n).(type) {
	case *ast.StringNode:
		return t.Value, nil
	case *ast.LiteralNode:
		return t.Value.Value, nil
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.InfinityNode, *ast.NanNode:
		return t.GetToken().Value, nil
	case *ast.NullNode, nil:
		return "", f.errorf(n, "%s has no value", what)
	}
	return "", f.errorf(n, "%s takes a single value, not a %s", what, kindOfNode(f.resolve(n)))
}

func kindOfNode(n ast.Node) string {
	if _, ok := n.(*ast.SequenceNode); ok {
		return "list"
	}
	return "mapping"
}

// filled is text that says something.
func (f *yamlFile) filled(n ast.Node, what string) (string, error) {
	s, err := f.text(n, what)
	if err == nil && strings.TrimSpace(s) == "" {
		err = f.errorf(n, "%s is empty", what)
	}
	return s, err
}

// pos is the place of a node's first token.
func (f *yamlFile) pos(n ast.Node) hop.Pos {
	if m, ok := n.(*ast.MappingNode); ok && len(m.Values) > 0 && !m.IsFlowStyle {
		n = m.Values[0].Key
	}
	if m, ok := n.(*ast.MappingValueNode); ok {
		n = m.Key
	}
	return f.tokenPos(n.GetToken())
}

func (f *yamlFile) tokenPos(t *token.Token) hop.Pos {
	if t == nil || t.Position == nil {
		return hop.Pos{File: f.name}
	}
	if f.lines == nil {
		f.lines = strings.Split(string(f.src), "\n")
	}
	line := ""
	if n := t.Position.Line; n > 0 && n <= len(f.lines) {
		line = strings.TrimRight(f.lines[n-1], "\r")
	}
	skip := 0
	if t.Position.Line == 1 {
		skip = f.mark
	}
	start := skip + byteCol(line[min(skip, len(line)):], t.Position.Column)
	end := start + len(t.Value)
	if t.Type == token.SingleQuoteType || t.Type == token.DoubleQuoteType {
		end += 2
	}
	return hop.Pos{File: f.name, Line: t.Position.Line, Col: start, EndCol: max(start+1, min(end, len(line)+1))}
}

// byteCol turns a column counted in characters into one counted in bytes.
func byteCol(line string, col int) int {
	at := 0
	for i := 1; i < col && at < len(line); i++ {
		_, size := utf8.DecodeRuneInString(line[at:])
		at += size
	}
	return at + 1
}

func lineOf(src []byte, number int) string {
	i := 0
	for l := range strings.Lines(string(src)) {
		if i++; i == number {
			return strings.TrimRight(l, "\r\n")
		}
	}
	return ""
}

func (f *yamlFile) errorf(n ast.Node, format string, args ...any) error {
	return f.errorAt(f.pos(n), fmt.Sprintf(format, args...))
}

func (f *yamlFile) errorAt(pos hop.Pos, text string) error {
	return newPlaceError(pos, text, f.src)
}

// A PlaceError is an error at a place in a file of the user's.
type PlaceError struct {
	Pos  hop.Pos
	Text string
	Line string // the line it points at, for an excerpt; "" when there is none
}

// newPlaceError is one in a text, whose secrets it does not show.
func newPlaceError(pos hop.Pos, text string, src []byte) *PlaceError {
	secrets := redact.Find(src)
	return &PlaceError{Pos: pos, Text: secrets.Hide(text), Line: lineOf(secrets.Mask(src), pos.Line)}
}

func (e *PlaceError) Error() string { return e.Pos.String() + ": " + e.Text }

// Errors are the errors that one is made of, in the order of their places: a configuration file may have several.
func Errors(err error) (list []error) {
	if many, ok := err.(interface{ Unwrap() []error }); ok {
		for _, e := range many.Unwrap() {
			list = append(list, Errors(e)...)
		}
	} else if err != nil {
		list = []error{err}
	}
	slices.SortStableFunc(list, func(a, b error) int {
		var x, y *PlaceError
		if !errors.As(a, &x) || !errors.As(b, &y) {
			return 0
		}
		return comparePos(x.Pos, y.Pos)
	})
	return list
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
