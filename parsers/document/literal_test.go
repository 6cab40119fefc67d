package document

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/wslint/wslint/hop"
)

// A blockCase is a YAML file with one literal block.
type blockCase struct {
	src         string
	crlf, strip bool
}

// randomBlock writes a file around a literal block: with and without an indicator, blank lines in front and behind,
// other entries and comments behind, or nothing, not even a line break.
func randomBlock(r *rand.Rand) blockCase {
	pick := func(list ...string) string { return list[r.IntN(len(list))] }
	parent, step := r.IntN(3)*2, 1+r.IntN(5)
	chomp := pick("", "", "-", "+")
	var body []string
	for range r.IntN(3) {
		body = append(body, "")
	}
	explicit := r.IntN(2) == 0
	first := "server {"
	if explicit {
		first = pick("", "  ", "\t") + first
	}
	body = append(body, first)
	for range r.IntN(5) {
		body = append(body, pick("  listen 80;", "}", "", "    deep;", "# c: d", "é: ü", "  x '\"y"))
	}
	body = append(body, "}")
	for range r.IntN(3) {
		body = append(body, "")
	}
	pad := strings.Repeat(" ", parent+step)
	var out strings.Builder
	for i := 0; i < parent; i += 2 {
		fmt.Fprintf(&out, "%sp:\n", strings.Repeat(" ", i))
	}
	outer := strings.Repeat(" ", parent)
	header := "|" + chomp
	if explicit {
		header = pick(fmt.Sprintf("|%d%s", step, chomp), fmt.Sprintf("|%s%d", chomp, step))
	}
	fmt.Fprintf(&out, "%sbefore: 1\n%sk: %s%s%s\n", outer, outer, pick("", "&a ", "!!str "), header, pick("", " # why"))
	for _, l := range body {
		if l == "" {
			out.WriteString(pick("", pad[:r.IntN(len(pad)+1)]) + "\n")
			continue
		}
		out.WriteString(pad + l + "\n")
	}
	behind := pick("", outer+"after: 2\n", outer+"# c\n"+outer+"after: 2\n", "---\nx: 1\n", "cut")
	src := out.String() + behind
	if behind == "cut" {
		src = strings.TrimRight(out.String(), " \n")
	}
	c := blockCase{src: src, strip: chomp == "-"}
	if r.IntN(3) == 0 {
		c.src, c.crlf = strings.ReplaceAll(src, "\n", "\r\n"), true
	}
	return c
}

// blockOf is the node of the block, and everything else that a file says.
func blockOf(f *File) (block *Node, rest string) {
	n := f.Docs[0]
	for n.Get("p") != nil {
		n = n.Get("p")
	}
	return n.Get("k"), fmt.Sprint(len(f.Docs), n.Text("before"), n.Text("after"), len(n.Pairs))
}

// TestEditsOfBlocks: whatever edit of a literal block's text is offered, the block then says what the text would, and
// nothing else of the file changes. Edits that keep the lines as they are indented are offered.
func TestEditsOfBlocks(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	offered, of := 0, 0
	for range 6000 {
		c := randomBlock(r)
		f, err := Parse("f", []byte(c.src))
		if err != nil {
			t.Fatalf("%q: %v", c.src, err)
		}
		n, rest := blockOf(f)
		text := n.Value
		start := r.IntN(len(text) + 1)
		end := min(start+[]int{0, 0, 1, 2, 9, 30}[r.IntN(6)], len(text))
		e := hop.Edit{Start: start, End: end, New: []string{"", "x", "\n", "x;\n", "\n  y;", "  a;\n\n  b;\n"}[r.IntN(6)]}
		usual := r.IntN(2) == 0
		if usual { // what rules do: a line in front of one that is there, or behind it
			brace := strings.Index(text, "{") + 1
			e = []hop.Edit{
				{Start: brace, End: brace, New: "\n  new;\n  more;"}, {Start: brace + 1, End: brace + 1, New: "  new;\n"},
				{Start: brace - 7, End: brace - 1, New: "http"},
			}[r.IntN(3)]
		}
		want := text[:e.Start] + e.New + text[e.End:]
		of++
		edits, ok := n.Origin().Edits(e)
		if !ok {
			if usual {
				t.Fatalf("%q: no edit for %+v", c.src, e)
			}
			continue
		}
		offered++
		got := applied(c.src, edits)
		f, err = Parse("f", []byte(got))
		if err != nil {
			t.Fatalf("%q with %+v becomes %q: %v", c.src, e, got, err)
		}
		n, after := blockOf(f)
		same := n != nil && (n.Value == want || c.strip && n.Value == strings.TrimRight(want, "\n"))
		if !same || after != rest {
			t.Fatalf("%q with %+v becomes %q, want %q", c.src, e, got, want)
		}
		if c.crlf && strings.Count(got, "\n") != strings.Count(got, "\r\n") {
			t.Fatalf("%q with %+v becomes %q: line ends differ", c.src, e, got)
		}
	}
	t.Logf("%d of %d edits offered", offered, of)
	if offered < of*2/3 {
		t.Errorf("only %d of %d edits are offered", offered, of)
	}
}

// TestPlacesInBlocks: every line of a block is where its text stands.
func TestPlacesInBlocks(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 2000 {
		c := randomBlock(r)
		f, err := Parse("f", []byte(c.src))
		if err != nil {
			t.Fatalf("%q: %v", c.src, err)
		}
		n, _ := blockOf(f)
		lines, i := strings.SplitAfter(c.src, "\n"), 0
		for line := range strings.Lines(n.Value) {
			l := n.Origin().Lines[i]
			i++
			text := strings.TrimRight(line, "\n")
			if l.Made != nil || !strings.HasPrefix(c.src[l.Offset:], text) ||
				strings.TrimRight(lines[l.Line-1][l.Col-1:], "\r\n") != text {
				t.Fatalf("%q: %q is at %+v", c.src, line, l)
			}
		}
	}
}
