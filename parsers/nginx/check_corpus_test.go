package nginx

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func checkFile(t *testing.T, name string, src []byte) *Tree {
	f := &File{Name: name, Src: src}
	ds, _, err := parseFile(f, nil)
	if err != nil {
		return nil
	}
	tree := &Tree{Name: name, Main: &Directive{Block: ds}}
	for _, d := range ds {
		if d.Is("http") || d.Is("events") || d.Is("stream") {
			tree.Context = "main"
		}
	}
	tree.check(Version{})
	return tree
}

func TestCorpusX(t *testing.T) {
	root := "../../../shared/corpus"
	r, err := os.Open(root + "/index.csv")
	if err != nil {
		t.Skip(err)
	}
	rows, _ := csv.NewReader(r).ReadAll()
	n, bad := 0, 0
	k, m := 0, 0
	for _, row := range rows[1:] {
		verdict := row[9]
		src, err := os.ReadFile(filepath.Join(root, row[1]))
		if err != nil {
			continue
		}
		if strings.HasPrefix(verdict, "ok") {
			tree := checkFile(t, row[1], src)
			if tree == nil {
				continue
			}
			n++
			for _, p := range tree.Problems {
				bad++
				t.Errorf("%s:%d: %s %v (%s)", row[1], p.Pos.Line, p.Text, p.Notes, tree.Context)
			}
		}
		if strings.HasPrefix(verdict, "rejected") || strings.HasPrefix(verdict, "other-mod") || strings.HasPrefix(verdict, "newer") || verdict == "fragment" {
			tree := checkFile(t, row[1], src)
			got := "SYNTAX"
			if tree != nil {
				got = ""
				for _, p := range tree.Problems {
					got += p.Pos.String() + ":" + p.Text + "; "
				}
			}
			k++
			if got != "" {
				m++
			}
			if got != "SYNTAX" {
				t.Logf("REJ %s | %s | %s", row[1], verdict, got)
			}
		}
	}
	t.Log(n, bad, k, m)
}
