package conf

import (
	"flag"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var updateLex = flag.Bool("update-lex", false, "rewrite testdata/lex/cases.golden")

// A lexCase is one of testdata/lex/cases.txt: a line "=== name" starts a case; "=== GO name" means that the next line
// is a quoted Go string.
type lexCase struct{ name, src string }

func lexCases(t testing.TB) []lexCase {
	t.Helper()
	b, err := os.ReadFile("testdata/lex/cases.txt")
	if err != nil {
		t.Fatal(err)
	}
	var cases []lexCase
	for _, part := range strings.Split("\n"+string(b), "\n=== ")[1:] {
		name, src, _ := strings.Cut(part, "\n")
		if short, ok := strings.CutPrefix(name, "GO "); ok {
			name = short
			if src, err = strconv.Unquote(strings.TrimSpace(src)); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
		} else {
			src += "\n"
		}
		cases = append(cases, lexCase{name, src})
	}
	return cases
}

// describe writes down everything that parseFile found out.
func describe(src string) string {
	var b strings.Builder
	f := &File{Name: "f", Src: []byte(src)}
	top, _, err := parseFile(f, nil)
	if err != nil {
		fmt.Fprintf(&b, "  %s\n", err)
		for _, n := range err.Notes {
			fmt.Fprintf(&b, "    %s: %s\n", n.Pos, n.Text)
		}
		return b.String()
	}
	describeBlock(&b, top, "  ")
	for _, c := range f.Comments {
		fmt.Fprintf(&b, "  comment %d:%d %q\n", c.Line, c.Col, src[c.Start:c.End])
	}
	return b.String()
}

func describeBlock(b *strings.Builder, block []*Directive, indent string) {
	for _, d := range block {
		fmt.Fprintf(b, "%s%d:%d %q", indent, d.Name.Line, d.Name.Col, d.Name.Value)
		for _, a := range d.Args {
			fmt.Fprintf(b, " %d:%d %q", a.Line, a.Col, a.Value)
			if a.Template {
				b.WriteString(" (template)")
			}
		}
		if d.HasBlock {
			b.WriteString(" {}")
		}
		if d.Text != "" {
			fmt.Fprintf(b, " lua %q", d.Text)
		}
		if d.Maybe {
			b.WriteString(" maybe")
		}
		if d.Unknown != "" {
			b.WriteString(": " + d.Unknown)
		}
		b.WriteString("\n")
		describeBlock(b, d.Block, indent+"  ")
	}
}

func TestLexCases(t *testing.T) {
	cases := lexCases(t)
	if len(cases) != 101 {
		t.Errorf("%d cases, not 101", len(cases))
	}
	var b strings.Builder
	for _, c := range cases {
		fmt.Fprintf(&b, "=== %s\n%s", c.name, describe(c.src))
	}
	const golden = "testdata/lex/cases.golden"
	if *updateLex {
		if err := os.WriteFile(golden, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(b.String(), "\n")); d != "" {
		t.Error(d)
	}
}

func TestLexLimits(t *testing.T) {
	long := func(n int) string { return strings.Repeat("a", n) }
	for _, c := range []struct{ name, src, err string }{
		{"bare 4095", "x " + long(4095) + ";", ""},
		{"bare 4096", "x " + long(4096) + ";", `f:1:3: too long parameter "aaaaaaaaaa..." started`},
		{"bare 4095 and a blank", "x " + long(4095) + " ;", `f:1:3: too long parameter "aaaaaaaaaa..." started`},
		{"quoted 4094", `x "` + long(4094) + `";`, ""},
		{"quoted 4095", `x "` + long(4095) + `";`, `f:1:3: too long parameter "aaaaaaaaaa..." started`},
		{"quoted 4096", `x "` + long(4096) + `";`, `f:1:3: too long parameter, probably missing terminating """ character`},
		{"quoted 4094 and a blank", `x "` + long(4094) + `" ;`, `f:1:3: too long parameter "aaaaaaaaaa..." started`},
		{"comment 4095", "#" + long(4094) + "\nx;", ""},
		{"comment 4096", "#" + long(4095) + "\nx;", `f:1:1: too long parameter "#aaaaaaaaa..." started`},
		{"comment 4096 at the end", "#" + long(4095), ""},
		{"depth", strings.Repeat("a {", maxDepth) + strings.Repeat("}", maxDepth), ""},
		{"too deep", strings.Repeat("a {", maxDepth+1) + strings.Repeat("}", maxDepth+1),
			"f:1:3001: blocks nested more than 1000 deep"},
	} {
		_, _, err := parseFile(&File{Name: "f", Src: []byte(c.src)}, nil)
		if got := errText(err); got != c.err {
			t.Errorf("%s: %q, want %q", c.name, got, c.err)
		}
	}
	_, _, err := parseFile(&File{Name: "f", Src: make([]byte, maxFile+1)}, nil)
	if err == nil {
		t.Error("a file of more than 64 MiB was read")
	}
}

func errText(err *SyntaxError) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// TestHostileInput runs what makes naive parsers slow; the test's own time limit is the check.
func TestHostileInput(t *testing.T) {
	for _, piece := range []string{
		"{{", "{%", "<%", "{{;", "{{#}}", "{{/}}", "{{a}};", "${A:", "$A", "a\\{ ", "a{", "`", "\"", "a{b;}", "__A", "%A",
		"<a", "@A", "[[", "{{a}}",
		"content_by_lua_block {", "content_by_lua_block { [=[ ", "{{if a}}", "{{if a}}b", "#{{if a}}\n", "{#", "{#\n", "{{/*",
	} {
		src := strings.Repeat(piece, 100_000/len(piece))
		for _, s := range []string{src, src + ";", src + "}}", src + strings.Repeat("{{end}}", 10_000)} {
			parseFile(&File{Name: "f.tpl", Src: []byte(s)}, nil)
		}
	}
}

func BenchmarkParse(b *testing.B) {
	var s strings.Builder
	for i := range 10_000 {
		fmt.Fprintf(&s, "server {\n  listen 80;\n  server_name h%d.example.com;\n", i)
		for j := range 3 {
			fmt.Fprintf(
				&s,
				"  location /%d {\n    proxy_pass http://127.0.0.1:8080;\n    proxy_http_version 1.1;\n    proxy_set_header "+
					"Upgrade $http_upgrade;\n"+
					"    proxy_set_header Connection \"upgrade\";\n    proxy_read_timeout 60s;\n  }\n",
				j,
			)
		}
		s.WriteString("}\n")
	}
	src := s.String()
	b.Run("lexer", func(b *testing.B) {
		b.SetBytes(int64(len(src)))
		b.ReportAllocs()
		for b.Loop() {
			lb := builder{lexer: lexer{file: &File{}, src: src, line: 1}}
			if _, err := lb.parse(); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("everything", func(b *testing.B) {
		b.SetBytes(int64(len(src)))
		b.ReportAllocs()
		for b.Loop() {
			if _, _, err := parseFile(&File{Name: "f", Src: []byte(src)}, nil); err != nil {
				b.Fatal(err)
			}
		}
	})
}
