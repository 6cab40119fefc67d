package lsp

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/lint"
)

// TestEditOfSeveralFiles: edits go to the texts that were linted, with the version of those that are open and null
// for the others.
func TestEditOfSeveralFiles(t *testing.T) {
	dir := t.TempDir()
	a, b := filepath.Join(dir, "a.conf"), filepath.Join(dir, "b.conf")
	texts := map[string][]byte{a: []byte("🦄 one\ntwo\n"), b: []byte("three\n")}
	for name := range texts {
		if err := os.WriteFile(name, []byte("what is on disk does not matter"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	result := &lint.Result{Source: func(file string) []byte { return texts[file] }}
	docs := map[string]*document{
		"file:///elsewhere/a.conf": {
			uri:     "file:///elsewhere/a.conf",
			path:    a,
			real:    realPath(a),
			version: 7,
			text:    newText(texts[a], inUTF16),
		},
	}
	r := &round{
		world:   newWorld(1, nil, docs, client{enc: inUTF16, documentChanges: true}, time.Time{}),
		sources: map[string]*source{},
	}
	edits := []hop.Edit{
		{File: b, Start: 0, End: 5, New: "3"},
		{File: a, Start: 5, End: 8, New: "1"},
		{File: a, Start: 13, End: 13, New: "2\n"},
	}

	version := 7
	inA := []textEdit{{span{position{0, 3}, position{0, 6}}, "1"}, {span{position{2, 0}, position{2, 0}}, "2\n"}}
	inB := []textEdit{{span{position{0, 0}, position{0, 5}}, "3"}}
	want := workspaceEdit{DocumentChanges: []documentEdit{
		{documentID{URI: uriOf(b)}, inB}, {documentID{"file:///elsewhere/a.conf", &version}, inA},
	}}
	got, ok := r.edit(result, edits)
	if d := cmp.Diff(want, got); !ok || d != "" {
		t.Error(ok, d)
	}
	r.world.client.documentChanges = false
	got, ok = r.edit(result, edits)
	if d := cmp.Diff(workspaceEdit{Changes: map[string][]textEdit{uriOf(b): inB, "file:///elsewhere/a.conf": inA}},
		got); !ok ||
		d != "" {
		t.Error(ok, d)
	}
	for _, bad := range []hop.Edit{
		{File: a, Start: 0, End: 14}, {File: a, Start: -1, End: 0}, {File: a, Start: 2, End: 1},
		{File: filepath.Join(dir, "gone")}, {File: "relative"}, {File: dir}, {File: a, New: "\xff"},
	} {
		if _, ok := r.edit(result, append([]hop.Edit{edits[0]}, bad)); ok {
			t.Errorf("%+v is taken", bad)
		}
	}
}

func TestWanted(t *testing.T) {
	for _, c := range []struct {
		kind string
		only []string
		want bool
	}{
		{quickFix, nil, true}, {quickFix, []string{"quickfix"}, true}, {quickFix, []string{""}, true},
		{quickFix, []string{"source", "quick"}, false},
		{fixAll, []string{"source"}, true}, {fixAll, []string{"refactor", "source.fixAll"}, true},
		{fixAll, []string{"source.fixAll.eslint"}, false},
	} {
		if got := wanted(c.kind, c.only); got != c.want {
			t.Errorf("%s of %q: %v", c.kind, c.only, got)
		}
	}
}
