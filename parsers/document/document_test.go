package document

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/internal/truth"
)

// applied is src with edits that do not overlap.
func applied(src string, edits []hop.Edit) string {
	for i := len(edits) - 1; i >= 0; i-- {
		src = src[:edits[i].Start] + edits[i].New + src[edits[i].End:]
	}
	return src
}

// TestPlaces: a value is at its own bytes, whatever stands before it.
func TestPlaces(t *testing.T) {
	for _, c := range []struct{ src, path, value, pos string }{
		{"a:\n  b: 60\n", "a b", "60", "f:2:6-8"},
		{"a:\n  b: \"60\" # c\n", "a b", "60", "f:2:6-10"},
		{"a: {b: '6''0'}\n", "a b", "6'0", "f:1:8-14"},
		{"a: !Ref Idle\n", "a", "Idle", "f:1:4-13"},
		{"a: &x 60\nb: *x\n", "b", "60", "f:1:7-9"},
		{"ü: ö\nb: {ä: é, c: 60}\n", "b c", "60", "f:2:16-18"},
		{"x: &d {c: 1, e: 2}\na:\n  <<: *d\n  c: 60\n", "a c", "60", "f:4:6-8"},
		{"x: &d {c: 1, e: 2}\na:\n  <<: *d\n  c: 60\n", "a e", "2", "f:1:17-18"},
		{"a: 1\na: 60\n", "a", "60", "f:2:4-6"},
		{"a:\n  x: |\n\n  # c\n  y: 1\n", "a y", "1", "f:5:6-7"},
		{`{"a": {"b" : 60}}`, "a b", "60", "f:1:14-16"},
		{"{\n\t\"a\": {\n\t\t\"b\": \"6\\u00300\"}}", "a b", "600", "f:3:8-18"},
		{"log line\n{\"a\": true}", "a", "true", "f:2:7-11"},
		{"\xef\xbb\xbf{\"a\": null}", "a", "null", "f:1:10-14"},
	} {
		f, err := Parse("f", []byte(c.src))
		if strings.HasPrefix(c.src, "log") {
			f, err = ParseJSON("f", []byte(c.src))
		}
		if err != nil {
			t.Errorf("%q: %v", c.src, err)
			continue
		}
		n := f.Docs[0]
		for _, key := range strings.Fields(c.path) {
			n = n.Get(key)
		}
		if n == nil {
			t.Errorf("%q: no %s", c.src, c.path)
			continue
		}
		if pos := fmt.Sprintf("%s-%d", n.Pos(), n.Pos().EndCol); n.Value != c.value || pos != c.pos {
			t.Errorf("%q: %s is %q at %s, want %q at %s", c.src, c.path, n.Value, pos, c.value, c.pos)
		}
	}
}

// TestEdits: what is added or replaced leaves the rest alone and reads back.
func TestEdits(t *testing.T) {
	attribute := Fields{{"Key", "idle.x"}, {"Value", "90"}}
	list := Fields{{"Attributes", []Fields{attribute}}, {"Size", Number("3")}}
	for _, c := range []struct {
		src, want string
		edit      func(root *Node) []hop.Edit
	}{
		{"a: 60 # c\n", "a: 90 # c\n", func(n *Node) []hop.Edit { return n.Get("a").Replace("90") }},
		{"a: \"60\"\n", "a: \"90\"\n", func(n *Node) []hop.Edit { return n.Get("a").Replace("90") }},
		{"a: '60'\n", "a: '90'\n", func(n *Node) []hop.Edit { return n.Get("a").Replace("90") }},
		{"a: |\n  60\n", "", func(n *Node) []hop.Edit { return n.Get("a").Replace("90") }},
		{"p:\n  # c\n  a: 1\n", "p:\n  # c\n  Attributes:\n    - Key: idle.x\n      Value: \"90\"\n  Size: 3\n  a: 1\n",
			func(n *Node) []hop.Edit { return n.Get("p").AddFields(list) }},
		{"p:\r\n  a: 1\r\n", "p:\r\n  Sub:\r\n    x: y\r\n  a: 1\r\n",
			func(n *Node) []hop.Edit { return n.Get("p").AddFields(Fields{{"Sub", Fields{{"x", "y"}}}}) }},
		{"p:\n- Key: b\n  Value: 1\n", "p:\n- Key: idle.x\n  Value: \"90\"\n- Key: b\n  Value: 1\n",
			func(n *Node) []hop.Edit { return n.Get("p").AddItem(attribute) }},
		{"p:\n  - a: 1\n    b: 2\n  - c: 3\nq: 1\n", "p:\n  - c: 3\nq: 1\n",
			func(n *Node) []hop.Edit { return n.Get("p").RemoveItem(0) }},
		{"p:\n  - a: 1\n    b: 2\n  - c: 3\nq: 1\n", "p:\n  - a: 1\n    b: 2\nq: 1\n",
			func(n *Node) []hop.Edit { return n.Get("p").RemoveItem(1) }},
		{"p:\n  - a: 1\n", "", func(n *Node) []hop.Edit { return n.Get("p").RemoveItem(0) }},
		{"p: [{a: 1}, {b: 1}]\n", "", func(n *Node) []hop.Edit { return n.Get("p").RemoveItem(0) }},
		{"p:\n  a: 1 # x\n  b: 2\n", "p:\n  b: 2\n", func(n *Node) []hop.Edit { return n.Get("p").RemovePair("a") }},
		{"p:\n  a: 1\n  b:\n    c: 2\n", "p:\n  a: 1\n", func(n *Node) []hop.Edit { return n.Get("p").RemovePair("b") }},
		{`{"p": [{"a": 1}, {"b": 2}]}`, `{"p": [{"b": 2}]}`, func(n *Node) []hop.Edit { return n.Get("p").RemoveItem(0) }},
		{`{"p": [{"a": 1}, {"b": 2}]}`, `{"p": [{"a": 1}]}`, func(n *Node) []hop.Edit { return n.Get("p").RemoveItem(1) }},
		{"p: {a: 1}\n", "", func(n *Node) []hop.Edit { return n.Get("p").AddFields(list) }},
		{"p:\n  a: 1\n", "", func(n *Node) []hop.Edit { return n.Get("p").AddFields(Fields{{"a", "2"}}) }},
		{"p: [{a: 1}]\n", "", func(n *Node) []hop.Edit { return n.Get("p").AddItem(attribute) }},
		{"{\n  \"p\": {\n    \"a\": 1\n  }\n}\n",
			"{\n  \"p\": {\n    \"Attributes\": [\n      {\n        \"Key\": \"idle.x\",\n        \"Value\": \"90\"\n" +
				"      }\n    ],\n    \"Size\": 3,\n    \"a\": 1\n  }\n}\n",
			func(n *Node) []hop.Edit { return n.Get("p").AddFields(list) }},
		{`{"p": [{"a": 1}]}`, `{"p": [{ "Key": "idle.x", "Value": "90" }, {"a": 1}]}`,
			func(n *Node) []hop.Edit { return n.Get("p").AddItem(attribute) }},
	} {
		f, err := Parse("f", []byte(c.src))
		if err != nil {
			t.Fatal(err)
		}
		edits := c.edit(f.Docs[0])
		if len(edits) == 0 {
			if c.want != "" {
				t.Errorf("%q: no edit", c.src)
			}
			continue
		}
		got := applied(c.src, edits)
		if got != c.want {
			t.Errorf("%q becomes\n%s\nwant\n%s", c.src, got, c.want)
		}
		if _, err := Parse("f", []byte(got)); err != nil {
			t.Errorf("%q does not read back: %v", got, err)
		}
	}
}

// TestHostile: texts that are made to exhaust a reader are refused, or read within bounds.
func TestHostile(t *testing.T) {
	var bomb strings.Builder
	bomb.WriteString("a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n")
	for i := 1; i < 12; i++ {
		fmt.Fprintf(&bomb, "a%d: &a%d [%s]\n", i, i, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*a%d,", i-1), 10), ","))
	}
	for name, src := range map[string]string{
		"bomb": bomb.String(), "deep JSON": strings.Repeat(`{"a":`, 100_000), "deep arrays": `{"a":` +
			strings.Repeat(`[`, 100_000),
		"deep YAML": strings.Repeat("[", 100_000), "deep blocks": strings.Repeat("- ", 20_000) + "a",
		"own alias": "a: &a [*a]\n", "cut": `{"a": "`,
		"binary": "\x00\x01\x02", "tab": "a:\n\tb: 1\n", "merge": "a: &a\n  <<: *a\n",
	} {
		if _, err := Parse("f", []byte(src)); err == nil {
			t.Errorf("%s was read", name)
		} else if e, ok := err.(*Error); !ok || e.Pos.File != "f" || e.Pos.Line == 0 {
			t.Errorf("%s: %v has no place", name, err)
		}
	}
}

// TestCorpus reads every YAML and JSON file of the corpus, where it is there, and holds the places of scalars against
// the text.
func TestCorpus(t *testing.T) {
	seen, read, scalars, exact := 0, 0, 0, 0
	corpus := truth.Corpus(t)
	for _, dir := range []string{"beanstalk", "cloudformation", "kubernetes", "compose", "terraform-plan"} {
		filepath.WalkDir(filepath.Join(corpus, "iac", dir), func(path string, d os.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return nil
			}
			src, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			seen++
			f, err := Parse(path, src)
			if err != nil {
				return nil
			}
			read++
			for _, doc := range f.Docs {
				a, b := count(doc, f)
				scalars, exact = scalars+a, exact+b
			}
			return nil
		})
	}
	t.Logf("%d files seen, %d read, %d of %d scalars with exact bytes", seen, read, exact, scalars)
	if read == 0 || read < seen*9/10 || exact < scalars*95/100 {
		t.Error("that is too few")
	}
}

// count counts scalars, and those whose bytes say what the value says.
func count(n *Node, f *File) (all, exact int) {
	switch n.Kind {
	case Scalar:
		all = 1
		if text := string(f.Src[n.Start:n.End]); strings.Trim(text, `'"`) == n.Value ||
			n.End-n.Start > 1 && text[0] == '"' ||
			text != "" && text[0] == '\'' {
			exact = 1
		}
	case Sequence:
		for _, v := range n.Items {
			a, b := count(v, f)
			all, exact = all+a, exact+b
		}
	case Mapping:
		for _, p := range n.Pairs {
			a, b := count(p.Value, f)
			all, exact = all+a, exact+b
		}
	}
	return all, exact
}

// TestCommentsInJSON: JSON has none. What YAML would make of one is a key that nobody wrote, so that what the comment
// stands at would be missing without a word.
func TestCommentsInJSON(t *testing.T) {
	for text, want := range map[string]string{
		"{\n  // why\n  \"a\": 1\n}\n":           "f:2:3: not JSON: // begins no comment: JSON has none",
		"{\n  /* why */\n  \"a\": 1\n}\n":        "f:2:3: not JSON: /* begins no comment: JSON has none",
		"{\n  \"a\": {\n    \"b\": 1 // x\n}}\n": "", // the value is a text
		"{\"a\": 1, // why\n\"b\": 2}\n":         "f:1:10: not JSON: // begins no comment: JSON has none",
		"{\"//\": \"why\", \"a\": 1}\n":          "",
		"{a: 1, b: [c, d]}\n":                    "", // a flow mapping
		"{a: 1, # why\n \"b\": 2}\n":             "", // which has the comments of YAML
		"{\"a\": \"x // y\"}\n":                  "",
	} {
		_, err := Parse("f", []byte(text))
		if got := fmt.Sprint(err); want == "" && err != nil || want != "" && got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
}
