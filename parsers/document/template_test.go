package document

import (
	"strings"
	"testing"

	"github.com/wslint/wslint/hop"
)

// asTemplate reads a template with its own text in the place of what was read.
func asTemplate(t *testing.T, src string) *File {
	t.Helper()
	f, err := Parse("f", Masked([]byte(src)))
	if err != nil {
		t.Fatalf("%q: %v", src, err)
	}
	f.Src = []byte(src)
	return f
}

// TestEditsOfTemplates: what a template opens and closes stays together.
func TestEditsOfTemplates(t *testing.T) {
	for _, c := range []struct{ src, want string }{
		{
			"a: 1\n{{- if x }}\nrm: |\n  y\n{{- end }}\n",
			"a: 1\n{{- if x }}\n{{- end }}\n",
		},
		{
			"a: 1\nrm: |\n  y\n  {{- if x }}\n  z\n  {{- end }}\nb: 1\n",
			"a: 1\nb: 1\n",
		},
		{
			"a: |\n  x\n{{- if x }}\nrm: 1\n{{- end }}\nb: 1\n",
			"a: |\n  x\n{{- if x }}\n{{- end }}\nb: 1\n",
		},
		{
			"a: 1\nrm: |\n  y\n{{- if x }}\n  z\n{{- end }}\nb: 1\n",
			"",
		},
		{
			"a: 1\n{{- if x }}\nrm: 1\n  {{- end }}\nb: 1\n",
			"",
		},
		{
			"a: 1\nrm: {{ if x }}1{{ else }}2{{ end }}\n{{- with y }}\nb: 1\n{{ end }}\n",
			"a: 1\n{{- with y }}\nb: 1\n{{ end }}\n",
		},
	} {
		got := ""
		if e := asTemplate(t, c.src).Docs[0].RemovePair("rm"); e != nil {
			got = applied(c.src, e)
		}
		if got != c.want {
			t.Errorf("%q becomes %q, want %q", c.src, got, c.want)
		}
	}
	const src = "a: |\n  s {\n{{- if x }}\n    b;\n{{- end }}\n  }\n"
	n := asTemplate(t, src).Docs[0].Get("a")
	at := strings.Index(n.Value, "}")
	edits, ok := n.Origin().Edits(hop.Edit{Start: at, End: at, New: "  c;\n"})
	if want := strings.Replace(src, "  }", "    c;\n  }", 1); !ok || applied(src, edits) != want {
		t.Errorf("%+v: %q becomes %q", edits, src, applied(src, edits))
	}
}

// TestMasked: a template reads as YAML without its actions, and what they write is known by that.
func TestMasked(t *testing.T) {
	for _, c := range []struct {
		name, src string
		made      bool
		written   string
	}{
		{"a value", "a: {{ x }}\n", true, ""},
		{"a value over two lines", "a: {{ x |\n  y }}\n", true, ""},
		{"a comment over two lines", "a: b{{/* x\n y */}}\n", false, ""},
		{"a block of its own", "a:\n{{ if x }}\n  b\n{{ end }}\n", false, ""},
		{"a block that begins with an action", "a: |\n  {{- with .Values.x }}\n  b\n  {{- end }}\n", true,
			"{{- with .Values.x }}\nb\n{{- end }}\n"},
		{"one at the margin", "a: |-  # c\n{{ if .Values.x }}\n  b\n{{ end }}\n", true, "{{ if .Values.x }}\nb\n{{ end }}\n"},
		{"one in windows", "a: |\r\n  {{ if .Values.x }}\r\n  b\r\n  {{ end }}\r\n", true,
			"{{ if .Values.x }}\nb\n{{ end }}\n"},
		{"an action within a block", "a: |\n  b\n  {{ if x }}\n  c\n  {{ end }}\n  d\n", true,
			"b\n{{ if x }}\nc\n{{ end }}\nd\n"},
		{"an expression over two lines within a block", "a: |\n  b {{ x |\n    y }};\n", true, "b {{ x |\n  y }};\n"},
		{"what ends a block around it", "{{ if x }}\na: |\n  b\n{{ end }}\n", false, "b\n"},
		{"none", "a: |\n  b {\n  }\n", false, "b {\n}\n"},
	} {
		n := asTemplate(t, c.src).Docs[0].Get("a")
		if n.IsMasked() != c.made || n.Written() != c.written {
			t.Errorf("%s: made %v, written %q", c.name, n.IsMasked(), n.Written())
		}
	}
}
