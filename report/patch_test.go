package report

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/internal/truth"
	"github.com/wslint/wslint/lint"
)

// gitApply writes before, applies the patch with git and returns what came of it.
func gitApply(t *testing.T, name string, before []byte, patch string) (string, error) {
	t.Helper()
	dir := t.TempDir()
	file := filepath.Join(dir, name)
	if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, before, 0o644); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("git", "apply", "--whitespace=nowarn", "-")
	cmd.Dir, cmd.Stdin = dir, strings.NewReader(patch)
	cmd.Env = append(os.Environ(), "GIT_CEILING_DIRECTORIES="+filepath.Dir(dir))
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w: %s", err, out)
	}
	after, err := os.ReadFile(file)
	return string(after), err
}

func patched(name, before string, edits ...hop.Edit) lint.PatchedFile {
	f := lint.PatchedFile{Name: name, Before: []byte(before), Edits: edits}
	var after strings.Builder
	at := 0
	for _, e := range edits {
		after.WriteString(before[at:e.Start] + e.New)
		at = e.End
	}
	f.After = []byte(after.String() + before[at:])
	return f
}

func checkPatch(t *testing.T, f lint.PatchedFile) {
	t.Helper()
	var b bytes.Buffer
	if _, err := Patch(&b, lint.Patch{Files: []lint.PatchedFile{f}}, Options{}); err != nil {
		t.Fatal(err)
	}
	got, err := gitApply(t, f.Name, f.Before, b.String())
	if err != nil || got != string(f.After) {
		t.Errorf("%q, %q, edits %+v:\n%s\ngave %q, %v\nwant %q", f.Name, f.Before, f.Edits, b.String(), got, err, f.After)
	}
}

// needGit skips a test that applies patches with git where there is none.
func needGit(t *testing.T) {
	t.Helper()
	if _, err := exec.LookPath("git"); err != nil {
		truth.Missing(t, "GIT", err)
	}
}

// TestPatch: git takes what is printed, whatever the names and the ends of lines.
func TestPatch(t *testing.T) {
	needGit(t)
	for _, name := range []string{"a", "d/a b.conf", "größe.conf", "new\nline", `quo"te\`, "ta\tb", "100%", "-dash",
		"日 本"} {
		checkPatch(t, patched(name, "1\n2\n3\n", hop.Edit{Start: 2, End: 3, New: "x"}))
	}
	at := func(n int, text string) hop.Edit { return hop.Edit{Start: n, End: n, New: text} }
	for _, f := range []lint.PatchedFile{
		patched("a", "1\r\n2\r\n3\r\n", at(1, "\r\nx")),
		patched("a", "1\n2", at(3, "\nx")),
		patched("a", "1\n2", at(3, "\nx\n")),
		patched("a", "1\n2", hop.Edit{Start: 1, End: 3}),
		patched("a", "1\n2\n", hop.Edit{Start: 3, End: 4}),
		patched("a", "1", hop.Edit{Start: 0, End: 1, New: "2"}),
		patched("a", "1\n", at(2, "2\n")),
		patched("a", "1\n", at(0, "0\n")),
		patched("a", "1\n2\n3\n", hop.Edit{Start: 0, End: 4}),
		patched("a", strings.Repeat("x\n", 40), at(10, "a\n"), at(12, "b\n"), at(30, "c\n"), at(80, "d\n")),
	} {
		checkPatch(t, f)
	}
}

// TestPatchAtRandom: any edits of any text come out as edits, by way of git.
func TestPatchAtRandom(t *testing.T) {
	needGit(t)
	r := rand.New(rand.NewPCG(1, 2))
	piece := func() string { return []string{"", "a", "b\n", "\n", "c\nd", "e\n\nf\n", "\r\n"}[r.IntN(7)] }
	for range 60 {
		before := "x"
		for range r.IntN(30) {
			before += piece()
		}
		var cuts []int
		for range 2 * r.IntN(4) {
			cuts = append(cuts, r.IntN(len(before)+1))
		}
		slices.Sort(cuts)
		cuts = slices.Compact(cuts)
		var edits []hop.Edit
		for i := 0; i+1 < len(cuts); i += 2 {
			edits = append(edits, hop.Edit{Start: cuts[i], End: cuts[i+1], New: piece()})
		}
		if f := patched("a", before, edits...); !bytes.Equal(f.Before, f.After) && len(f.After) > 0 {
			checkPatch(t, f)
		}
	}
}
