package conf

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/wslint/wslint/internal/oracle"
)

// lexicalError matches what ngx_conf_read_token and ngx_conf_parse complain about; all other errors come after them.
var lexicalError = regexp.MustCompile(`^(unexpected ("[^"]*"|""")$|unexpected end of file|too long parameter)`)

// logPrefix is what nginx puts before a text that it writes through its error log: process and thread.
var logPrefix = regexp.MustCompile(`^\d+#\d+: `)

// nginxSays returns the first error of nginx -t as "line: text", "" if it accepts src.
func nginxSays(t *testing.T, nginx, dir, src string) string {
	t.Helper()
	file := filepath.Join(dir, "f")
	if err := os.WriteFile(file, []byte(src), 0o644); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(nginx, "-t", "-p", dir, "-c", file, "-e", "stderr", "-g", "pid "+filepath.Join(dir, "pid")+";")
	out, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	_, out, found := bytes.Cut(out, []byte("[emerg] "))
	if !found {
		if err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		return ""
	}
	text, line, ok := bytes.Cut(out, []byte(" in "+file+":"))
	if !ok {
		return "0: " + string(out)
	}
	number, _, _ := bytes.Cut(line, []byte("\n"))
	text = logPrefix.ReplaceAll(text, nil)
	return string(number) + ": " + string(text)
}

// compareWithNginx checks one source: a lexical error is the same in text and line, and what has none has none for
// nginx. nginx stops at the first directive that it does not know; then our error, if any, must be further down. The
// result says whether the two were of one mind, so that nothing but the language was compared.
func compareWithNginx(t *testing.T, nginx, dir, src string) (same bool) {
	t.Helper()
	theirs := nginxSays(t, nginx, dir, src)
	f := &File{Name: "f", Src: []byte(src)}
	_, err := (&builder{lexer: lexer{file: f, src: src, line: 1}}).parse()
	ours := ""
	if err != nil {
		ours = fmt.Sprintf("%d: %s", err.Pos.Line, err.Text)
	}
	_, text, _ := strings.Cut(theirs, ": ")
	switch {
	case theirs == ours:
	case theirs == "", lexicalError.MatchString(text):
		// "types" takes no blocks, which is no matter of syntax.
		if !(strings.HasSuffix(theirs, `unexpected "{"`) && strings.Contains(src, "types {")) {
			t.Errorf("%.300q\n nginx %q\n ours  %q", src, theirs, ours)
		}
	case err != nil:
		var line int
		fmt.Sscan(theirs, &line)
		if line > err.Pos.Line {
			t.Errorf("%.300q\n nginx went on to %q\n ours  %q", src, theirs, ours)
		}
	}

	return theirs == ours
}

// inTypes puts src where nginx accepts statements with any words.
func inTypes(src string) string { return "events {}\nhttp {\ntypes {\n" + src + "\n}\n}\n" }

func TestLexAgainstNginx(t *testing.T) {
	dir := t.TempDir()
	pieces := []string{
		"\\",
		"\"",
		"'",
		"{",
		"}",
		";",
		"#",
		"$",
		"${",
		" ",
		"\n",
		"\r",
		"\t",
		")",
		"\x00",
		"`",
		"\\\\",
		"\\\"",
		"x",
		"\xff",
	}
	for _, binary := range oracle.Find(t) {
		nginx := binary.Path
		runs, same := 0, 0
		check := func(src string) {
			runs++
			if compareWithNginx(t, nginx, dir, src) {
				same++
			}
		}
		for _, c := range lexCases(t) {
			check(c.src)
			check(inTypes(c.src))
		}
		for _, n := range []int{4093, 4094, 4095, 4096, 4097} {
			a := strings.Repeat("a", n)
			for _, format := range []string{"x %s;", "x %s ;", "x \"%s\";", "x '%s' ;", "x '%s'\n;", "#%s\nx y;", "x y; #%s",
				"x \"%s\\", "x %s\\\n;", "x '%s');"} {
				check(inTypes(strings.Replace(format, "%s", a, 1)))
				check(strings.Replace(format, "%s", a, 1))
			}
		}
		r := rand.New(rand.NewPCG(1, 2))
		for range 150 {
			src := "a b \"c d\" 'e' $f ${g}h;\n# i\nj\\ k l;m n;\n"
			for range 1 + r.IntN(3) {
				at := r.IntN(len(src))
				src = src[:at] + pieces[r.IntN(len(pieces))] + src[at+r.IntN(2):]
			}
			check(inTypes(src))
		}
		t.Logf("%s: %d configurations, the same verdict on %d", nginx, runs, same)
		if same < runs/2 {
			t.Errorf("%s: most configurations compare nothing", nginx)
		}
	}
}
