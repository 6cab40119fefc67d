package document

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/wslint/wslint/internal/lazyregexp"
)

// mostNodes is how many nodes a file may have once its aliases are followed: a few lines of aliases can stand for
// billions.
const mostNodes = 2_000_000

// ParseYAML reads all documents of a YAML file.
func ParseYAML(name string, src []byte) (*File, error) {
	f := newFile(name, src)
	l, err := yaml.NewLoader(bytes.NewReader(src), yaml.WithV4Defaults())
	if err != nil {
		return nil, &Error{f.At(0, 0), err.Error()}
	}
	c := &composer{file: f}
	for {
		var n yaml.Node
		switch err := l.Load(&n); {
		case errors.Is(err, io.EOF):
			return f, nil
		case err != nil:
			return nil, f.yamlError(err)
		}
		doc, err := c.node(&n, nil)
		if err != nil {
			return nil, err
		}
		if doc != nil {
			f.Docs = append(f.Docs, doc)
		}
	}
}

// errorForm is how the library writes errors: "go-yaml load error in scanner (while scanning a simple key) at
// L5.C5-L6.C1: could not …".
var errorForm = lazyregexp.New(`(?s)^.*? at L(\d+)\.C(\d+)(?:-L(\d+)\.C(\d+))?: (.*)$`)

// yamlError is an error of the library, at the place that it names.
func (f *File) yamlError(err error) error {
	text := strings.Join(strings.Fields(err.Error()), " ")
	at := f.At(0, 0)
	if m := errorForm.FindStringSubmatch(text); m != nil {
		line, col := m[1], m[2]
		if m[3] != "" {
			line, col = m[3], m[4]
		}
		l, _ := strconv.Atoi(line)
		c, _ := strconv.Atoi(col)
		start := min(f.offset(l, c), len(f.Src))
		at, text = f.At(start, start), m[5]
	}
	return &Error{at, "not YAML: " + text}
}

// A composer makes our nodes of the library's.
type composer struct {
	file *File
	made int
}

// node is n and all that is in it; within are the aliases that are being followed, so that none contains itself.
func (c *composer) node(n *yaml.Node, within []*yaml.Node) (*Node, error) {
	if c.made++; c.made > mostNodes {
		return nil, c.fault(n, fmt.Sprintf("aliases stand for more than %d values", mostNodes))
	}
	if len(within) > deepest {
		return nil, c.fault(n, fmt.Sprintf("values are nested more than %d deep", deepest))
	}
	for _, w := range within {
		if w == n {
			return nil, c.fault(n, "an anchor contains its own alias")
		}
	}
	out := &Node{file: c.file, Tag: n.ShortTag(), Value: n.Value}
	out.Start = c.file.offset(n.Line, n.Column)
	out.End, out.Begin = out.Start, out.Start
	switch n.Kind {
	case yaml.DocumentNode:
		if len(n.Content) == 0 {
			return nil, nil
		}
		return c.node(n.Content[0], within)
	case yaml.AliasNode:
		if n.Alias == nil {
			return out, nil
		}
		return c.node(n.Alias, append(within, n))
	case yaml.ScalarNode:
		c.extent(out, n)
		return out, nil
	case yaml.SequenceNode:
		out.Kind = Sequence
	case yaml.MappingNode:
		out.Kind = Mapping
	}
	return out, c.children(out, n, append(within, n))
}

// children fills in what is in a mapping or a sequence.
func (c *composer) children(out *Node, n *yaml.Node, within []*yaml.Node) error {
	for i := 0; i < len(n.Content); i++ {
		v, err := c.node(n.Content[i], within)
		if err != nil {
			return err
		}
		if out.Kind == Sequence {
			out.Items = append(out.Items, v)
			continue
		}
		if i++; i == len(n.Content) {
			break
		}
		value, err := c.node(n.Content[i], within)
		if err != nil {
			return err
		}
		if n.Content[i-1].Tag == "!!merge" {
			out.merge(value)
			continue
		}
		out.Pairs = append(out.Pairs, Pair{v, value})
	}
	return nil
}

// merge adds the entries of << that n has not, before its own: those that are written win.
func (n *Node) merge(from *Node) {
	sources := []*Node{from}
	if from.Kind == Sequence {
		sources = from.Items
	}
	for _, s := range sources {
		for i := len(s.Pairs) - 1; i >= 0; i-- {
			if n.Get(s.Pairs[i].Key.Value) == nil {
				n.Pairs = append([]Pair{s.Pairs[i]}, n.Pairs...)
			}
		}
	}
}

func (c *composer) fault(n *yaml.Node, text string) error {
	at := c.file.offset(n.Line, n.Column)
	return &Error{c.file.At(at, at), text}
}

// properties are the anchor and the tag in front of a value.
var properties = lazyregexp.New(`^(?:[&!][^\s,\[\]{}]*\s+)*`)

// extent finds the bytes of a scalar: the library says where its tag or anchor begins, and not where it ends.
func (c *composer) extent(out *Node, n *yaml.Node) {
	text := c.file.Src[out.Start:]
	if n.Style&yaml.TaggedStyle != 0 || n.Anchor != "" {
		skip := len(properties.Find(text))
		text, out.Start = text[skip:], out.Start+skip
		if strings.HasPrefix(out.Tag, "!!") {
			out.Begin = out.Start
		}
	}
	out.End = out.Start
	switch {
	case n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0 || len(text) == 0:
	case n.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle) != 0:
		out.End += quoted(text)
	case bytes.HasPrefix(text, []byte(n.Value)):
		out.End += len(n.Value)
	}
}

// quoted is the length of the quoted text that src begins with; 0 when it does not.
func quoted(src []byte) int {
	quote := src[0]
	if quote != '"' && quote != '\'' {
		return 0
	}
	for i := 1; i < len(src); i++ {
		switch {
		case src[i] == '\\' && quote == '"':
			i++
		case src[i] != quote:
		case quote == '\'' && i+1 < len(src) && src[i+1] == quote:
			i++
		default:
			return i + 1
		}
	}
	return 0
}
