package document

import (
	"fmt"
	"strings"
	"testing"
)

// tree is what a node says, without its places; without is the one whose key is left out.
func tree(n *Node, key string) string {
	var out strings.Builder
	switch n.Kind {
	case Scalar:
		fmt.Fprintf(&out, "%s %q", n.Tag, n.Value)
	case Sequence:
		for _, i := range n.Items {
			if i.Value != key || key == "" {
				out.WriteString("[" + tree(i, key) + "]")
			}
		}
	case Mapping:
		for _, p := range n.Pairs {
			if p.Key.Value != key || key == "" {
				out.WriteString("{" + tree(p.Key, key) + ": " + tree(p.Value, key) + "}")
			}
		}
	}
	return out.String()
}

func trees(f *File, key string) (list []string) {
	for _, d := range f.Docs {
		list = append(list, tree(d, key))
	}
	return list
}

// shapes are values of every form that YAML has, as they stand behind a key or a dash whose lines begin with @.
var shapes = []string{
	" 1", " 1 # why", " |\n@  a\n@    b\n@  c", " |-\n@  a: 1\n\n@  - b", " |+\n@  a\n\n\n", " >-\n@  a\n@  b\n\n@    c",
	" |2\n@    a\n@  # b", " >1-\n@   a\n@ b", " |\n\n\n@   # a\n@   b", " plain\n@  goes on\n@   here",
	" \"a\n@  b: c\\\"\n\n@  d\"",
	" 'a\n@  it''s\n@  d'", "\n@  plain below", " &x |\n@  a\n@  b", " !!str >\n@  a\n@  b",
	" {a: 1, b: [2,\n@  3], c: 'it}'\n@  }",
	" [a, # ]\n@  it's,\n@  \"]\"\n@ ]", "\n@  a: 1\n@  b: |\n@    x\n@    y", "\n@  - a\n@  - >\n@    b\n@    c",
	" *top", "\n@  a: 1\n@  b: *top", " |\n", " \"\"", " |\n@  a\n@  # text\n@ # no text", "",
}

// TestRemoved: a file from which an entry was removed says what it said without it, whatever form the entry and the one
// before have, wherever it stands and whatever is behind it.
func TestRemoved(t *testing.T) {
	behinds := []string{
		"", "\n", "\n\n", "\n@# c\n", "\n\n@# c\n\n", "\n@  # further in\n", "\n@      \n@     # c\n",
		"\n...\n---\nz: 1\n", "\n---\nz: 1\n",
	}
	bodies := []string{ // the entry in its places; ~ is a value before it
		"first:~\n@rm:$", "rm:$^@last: 1\n", "first:~\n@rm:$^@last: |\n@  a\n", "n:\n@  deep:\n@    first:~~\n@    rm:$$",
		"n:\n@  first:~\n@  rm:$\n@out: 1\n",
	}
	all, tried, read := 0, 0, 0
	for _, body := range bodies {
		for _, before := range shapes {
			for _, value := range shapes {
				for _, behind := range behinds {
					for _, crlf := range []bool{false, true} {
						all++
						if all%7 == 0 || !testing.Short() {
							read += removed(t, withShapes(body, before, value, behind), crlf)
							tried++
						}
					}
				}
			}
		}
	}
	t.Logf("%d files, %d read", tried, read)
	if read < tried*9/10 {
		t.Errorf("only %d of %d files are YAML", read, tried)
	}
}

// withShapes is a file with the values and what is behind the entry in their places, indented as the keys are.
func withShapes(body, before, value, behind string) string {
	const deep, in = "    ", "  "
	indent := ""
	switch {
	case strings.Contains(body, "$$"):
		indent, body = deep, strings.NewReplacer("~~", "~", "$$", "$").Replace(body)
	case strings.HasPrefix(body, "n:"):
		indent = in
	}
	at := func(s string) string { return strings.ReplaceAll(s, "@", indent) }
	if strings.HasSuffix(body, "$") {
		body += at(behind)
	}
	body = strings.ReplaceAll(body, "@", "")
	middle := at(behind)
	if middle == "" || strings.Contains(middle, "---") {
		middle = "\n"
	}
	return "t: &top\n  u: 1\n" + strings.NewReplacer("~", at(before), "$", at(value), "^", middle).Replace(body)
}

// removed removes the entry rm of a file, and returns 1; 0 where the values make no YAML together.
func removed(t *testing.T, src string, crlf bool) int {
	t.Helper()
	if crlf {
		src = strings.ReplaceAll(src, "\n", "\r\n")
	}
	f, err := Parse("f", []byte(src))
	if err != nil {
		return 0
	}
	edits := 0
	f.Docs[0].each(func(n *Node) {
		if n.Kind != Mapping || n.Get("rm") == nil {
			return
		}
		e := n.RemovePair("rm")
		if len(e) == 0 {
			t.Fatalf("%q: no edit", src)
		}
		edits++
		got := applied(src, e)
		g, err := Parse("f", []byte(got))
		if err != nil {
			t.Fatalf("%q becomes %q: %v", src, got, err)
		}
		if was, is := trees(f, "rm"), trees(g, ""); fmt.Sprint(was) != fmt.Sprint(is) {
			t.Fatalf("%q becomes %q:\n%v\nwant\n%v", src, got, is, was)
		}
	})
	if edits != 1 {
		t.Fatalf("%q: %d entries found", src, edits)
	}
	return 1
}

// TestRemovedItems: the same for items of sequences that begin on the lines of their dashes.
func TestRemovedItems(t *testing.T) {
	edits := 0
	for _, indent := range []string{"", "  "} {
		for _, first := range shapes {
			for _, second := range shapes {
				for i := range 2 {
					at := strings.NewReplacer("@", indent).Replace
					src := at("t: &top\n  u: 1\ns:\n@-" + first + "\n@-" + second + "\n@# c\n\nz: 1\n")
					f, err := Parse("f", []byte(src))
					if err != nil {
						t.Fatalf("%q: %v", src, err)
					}
					e := f.Docs[0].Get("s").RemoveItem(i)
					if len(e) == 0 {
						continue
					}
					edits++
					got := applied(src, e)
					g, err := Parse("f", []byte(got))
					if err != nil {
						t.Fatalf("%q becomes %q: %v", src, got, err)
					}
					want, is := f.Docs[0].Get("s").Items[1-i], g.Docs[0].Get("s").Items
					if len(is) != 1 || tree(is[0], "") != tree(want, "") || g.Docs[0].Text("z") != "1" ||
						len(g.Docs[0].Pairs) != 3 {
						t.Fatalf("%q without item %d becomes %q", src, i, got)
					}
				}
			}
		}
	}
	t.Logf("%d edits", edits)
	if edits < len(shapes)*len(shapes)*2 {
		t.Errorf("only %d edits", edits)
	}
}
