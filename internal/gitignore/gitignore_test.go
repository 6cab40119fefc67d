package gitignore

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/wslint/wslint/internal/truth"
)

// lines are what the .gitignore files of the test are made of.
var lines = []string{
	"*.conf", "!a.conf", "/a.conf", "b/", "b", "/b", "b/*", "!b/a.conf", "**/c", "b/**", "b/**/a.conf",
	"a?conf", "[ab].conf", "[!a].conf", "[^a-b].conf", `\!x.conf`, "!x.conf", "a.conf ", `a.conf\ `,
	"a.conf\t", "# c", `\#c.conf`, "*", "!*/", "b/c/", "**/b/a.conf", "c/a.conf", "/*", "!/b", "**", "***",
	"x[.conf", `x\[.conf`, "[a-c].conf", "b**/a.conf", "**b/a.conf", "[[:alpha:]].conf",
	"[[:nonsense:]].conf", "[[:alpha]].conf", `\a.conf`, `a.conf\`, "[]].conf", "[a/b].conf", "b[/]a.conf",
	"?.conf", "??.conf", "é.conf", "[é].conf", "a.conf\r", "/", "//", "!", "", "  ", "/b/c", "b/c",
	"./a.conf", "*/a.conf", "**/", "b/**/", "[b-a].conf", `[\]].conf`, "[a-]*", "[-a].conf", "a*f", "*a*",
	"/**/a.conf", "b/?/a.conf", "[[:upper:][:digit:]]*", "*.CONF",
}

var names = []string{
	"a.conf", "b.conf", "!x.conf", "#c.conf", "b/a.conf", "b/b.conf", "b/c/a.conf", "c/a.conf", "c/b/a.conf",
	"c/b/c/x.conf", "x[.conf", "].conf", "é.conf", "a.conf ", "a.conf\t", "-.conf", "A.conf", "1",
	"b/c/d/e/a.conf", "bb/a.conf", "[.conf",
}

// TestAgainstGit: of any files of patterns, one in a directory below another, git check-ignore says the same.
func TestAgainstGit(t *testing.T) {
	if _, err := exec.LookPath("git"); err != nil {
		truth.Missing(t, "GIT", err)
	}
	top := t.TempDir()
	git := func(stdin string, args ...string) string {
		cmd := exec.Command("git", args...)
		cmd.Dir, cmd.Stdin = top, strings.NewReader(stdin)
		cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_CONFIG_NOSYSTEM=1", "XDG_CONFIG_HOME="+top)
		out, err := cmd.CombinedOutput()
		if err != nil && cmd.ProcessState.ExitCode() != 1 {
			t.Fatalf("git %q: %v\n%s", args, err, out)
		}
		return string(out)
	}
	git("", "init", "-q", ".")
	random := rand.New(rand.NewPCG(1, 2))
	some := func(most int) string {
		var list []string
		for range 1 + random.IntN(most) {
			list = append(list, lines[random.IntN(len(lines))])
		}
		return strings.Join(list, "\n") + "\n"
	}
	write := func(name, text string) {
		file := filepath.Join(top, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	// Every line alone, then some together.
	var asked []string
	texts := map[string]string{}
	for i := range len(lines) + 250 {
		text := some(4)
		if i < len(lines) {
			text = lines[i] + "\n"
		}
		dir := fmt.Sprintf("case%d", i)
		texts[dir] = text
		for _, n := range names {
			asked = append(asked, dir+"/"+n)
		}
		write(dir+"/.gitignore", text)
		if i%3 == 0 {
			write(dir+"/b/.gitignore", some(2))
		}
	}
	out := git(strings.Join(asked, "\x00")+"\x00", "check-ignore", "--no-index", "-z", "--stdin")
	ignored := map[string]bool{}
	for name := range strings.SplitSeq(out, "\x00") {
		ignored[name] = true
	}
	tree, wrong := NewTree(top), 0
	for _, name := range asked {
		if got := within(tree, name); got != ignored[name] {
			dir, _, _ := strings.Cut(name, "/")
			if wrong++; wrong < 20 {
				t.Errorf("%q is ignored: %v, and git says %v: %q", name, got, ignored[name], texts[dir])
			}
		}
	}
	if n := len(ignored); n < 1000 || n > len(asked)-1000 {
		t.Errorf("of %d names %d are ignored: these patterns tell nothing", len(asked), n)
	}
}

// within asks about a name and the directories above it, from the top on.
func within(t *Tree, name string) bool {
	parts := strings.Split(name, "/")
	for i := 1; i <= len(parts); i++ {
		if _, ok := t.Ignored(strings.Join(parts[:i], "/"), i < len(parts)); ok {
			return true
		}
	}
	return false
}

// TestPlace: who asks why is told the file and the line.
func TestPlace(t *testing.T) {
	top := t.TempDir()
	if err := os.MkdirAll(filepath.Join(top, "a"), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(top, "a", ".gitignore"), []byte("# c\n*.conf\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	if by, ok := NewTree(top).Ignored("a/b/x.conf", false); by != "a/.gitignore:2" || !ok {
		t.Errorf("%q, %v", by, ok)
	}
	if by, ok := NewTree(top).Ignored("b/x.conf", false); ok {
		t.Errorf("ignored by %q", by)
	}
}

// FuzzParse: no pattern crashes.
func FuzzParse(f *testing.F) {
	for _, l := range lines {
		f.Add(l, "b/a.conf")
	}
	f.Fuzz(func(_ *testing.T, line, name string) {
		if p, ok := Parse(line); ok {
			p.Fits(name, true)
		}
	})
}
