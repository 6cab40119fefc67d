package conf

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/wslint/wslint/internal/truth"
)

// TestLexCorpus reads every configuration that nginx 1.22.1 accepted.
func TestLexCorpus(t *testing.T) {
	corpus := truth.Corpus(t)
	index, err := os.Open(filepath.Join(corpus, "index.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer index.Close()
	rows, err := csv.NewReader(index).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	column := map[string]int{}
	for i, name := range rows[0] {
		column[name] = i
	}
	read, differ, marked := 0, 0, 0
	for _, row := range rows[1:] {
		if v := row[column["nginx122"]]; v != "ok" && v != "ok+var" {
			continue
		}
		name := row[column["path"]]
		src, err := os.ReadFile(filepath.Join(corpus, name))
		if err != nil {
			t.Error(err)
			continue
		}
		f := &File{Name: name, Src: src}
		_, notes, syntaxErr := secondReading(&File{Name: name, Src: src})
		if read++; syntaxErr != nil {
			t.Error(syntaxErr)
		}
		top, _, _ := parseFile(f, nil)
		for _, n := range notes {
			differ++
			t.Logf("%s: %s", n.Pos, n.Text)
		}
		checkTree(t, f, top, nil)
		tmpl := maskTemplate(name, string(src), nil)
		if row[column["template"]] == "none" && (tmpl.markup || tmpl.broken || len(tmpl.marks) > 0) {
			marked++
			for _, m := range tmpl.marks {
				t.Logf("%s: taken for a template: %s", name, src[m.start:m.end])
			}
		}
		if tmpl.markup || tmpl.broken {
			t.Errorf("%s: nginx accepts it, but it is taken for a template", name)
		}
	}
	t.Logf("%d files; gonginx differs in %d, placeholders in %d that are said to have none", read, differ, marked)
	if read < 1000 {
		t.Errorf("only %d files", read)
	}
}

// checkTree holds a tree of a plain file against its source: spans are in range and in order, lines and columns fit
// them, the text of each word lexes to its value again.
func checkTree(t *testing.T, f *File, block []*Directive, parent *Directive) {
	t.Helper()
	src := string(f.Src)
	at := 0
	if parent != nil {
		at = int(parent.Open) + 1
	}
	for _, d := range block {
		if d.Parent != parent {
			t.Fatalf("%s: wrong parent", d.Pos())
		}
		for i, w := range append([]Word{d.Name}, d.Args...) {
			if int(w.Start) < at || int(w.End()) > len(src) {
				t.Fatalf("%s: span %d-%d of word %d behind %d", w.Pos(), w.Start, w.End(), i, at)
			}
			at = int(w.End())
			before := src[:w.Start]
			if line, col := strings.Count(before, "\n")+1, len(before)-strings.LastIndexByte(before, '\n'); line != int(
				w.Line,
			) ||
				col != int(w.Col) {
				t.Fatalf("%s: not %d:%d", w.Pos(), line, col)
			}
			checkWord(t, src, w)
		}
		if d.HasBlock {
			if src[d.Open] != '{' || src[d.End-1] != '}' {
				t.Fatalf("%s: braces", d.Pos())
			}
			checkTree(t, f, d.Block, d)
		} else if d.End > 0 && src[d.End-1] != ';' && d.Unknown == "" && !d.Name.Template {
			t.Fatalf("%s: no semicolon", d.Pos())
		}
		at = int(d.End)
	}
}

// checkWord lexes the text of a word again.
func checkWord(t *testing.T, src string, w Word) {
	t.Helper()
	l := lexer{file: &File{}, src: src[w.Start:w.End()] + ";", line: 1}
	end, err := l.statement()
	if err != nil || end != atSemicolon || len(l.words) != 1 || l.words[0].Quote != w.Quote ||
		!w.Template && l.words[0].Value != w.Value {
		t.Fatalf("%s: %q lexes as %+v (%v)", w.Pos(), src[w.Start:w.End()], l.words, err)
	}
}

// FuzzParse: nothing panics; a plain file's tree fits its source, and a file's errors and comments lie within it.
func FuzzParse(f *testing.F) {
	for _, c := range lexCases(f) {
		f.Add("nginx.conf", []byte(c.src))
	}
	for _, s := range []string{"{{ if x }}a{{ end }};", "{% for x in y %}\na {{ x }};\n{% endfor %}",
		"<%= x %>\n<% if x %>a;<% end %>", "${A}\nb $C %%d%%;", "a {# b #};{{/* c */}}"} {
		f.Add("a.tpl", []byte(s))
	}
	f.Fuzz(func(t *testing.T, name string, src []byte) {
		file := &File{Name: name, Src: src}
		top, _, err := parseFile(file, map[string]string{"X": "y;\n"})
		for _, c := range file.Comments {
			if c.Start < 0 || c.End < c.Start || int(c.End) > len(src) || c.Line < 1 || c.Col < 1 {
				t.Fatalf("comment %+v", c)
			}
		}
		if err != nil {
			if lines := strings.Count(string(src), "\n") + 1; err.Pos.Line < 1 || err.Pos.Line > lines || err.Pos.Col < 1 {
				t.Fatalf("%v, of %d lines", err, lines)
			}
			return
		}
		if tmpl := maskTemplate(name, string(src), map[string]string{"X": "y;\n"}); len(tmpl.marks) == 0 && !tmpl.markup &&
			!tmpl.broken {
			checkTree(t, file, top, nil)
		} else {
			checkSpans(t, file, top)
		}
	})
}

// checkSpans checks what holds for templates too.
func checkSpans(t *testing.T, f *File, block []*Directive) {
	t.Helper()
	for _, d := range block {
		for _, w := range append([]Word{d.Name}, d.Args...) {
			if w.Start < 0 || int(w.End()) > len(f.Src) || w.Line < 1 || w.Col < 1 {
				t.Fatalf("%+v", w)
			}
		}
		checkSpans(t, f, d.Block)
	}
}
