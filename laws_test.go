package wslint_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	lawHeading = regexp.MustCompile(`(?m)^### ([A-Z]{1,2}[0-9]+)\. `)
	// citation is "law T1", "laws R1 to R3, T9", and the name of a case: law: "T1 silent".
	citation  = regexp.MustCompile(`\b[Ll]aws?:? "?([A-Z]{1,2}[0-9]+)((?:,| and| to)? [A-Z]{1,2}[0-9]+\b)*`)
	reference = regexp.MustCompile(`\b(?:[Ss]ee|as) ([A-Z]{1,2}[0-9]+)\b`)
	lawName   = regexp.MustCompile(`\b[A-Z]{1,2}[0-9]+\b`)
)

// TestLaws: every law that code, tests, tables and pages cite stands in docs/laws.md.
func TestLaws(t *testing.T) {
	page, err := os.ReadFile("docs/laws.md")
	if err != nil {
		t.Fatal(err)
	}
	laws := map[string]bool{}
	for _, m := range lawHeading.FindAllStringSubmatch(string(page), -1) {
		if laws[m[1]] {
			t.Errorf("docs/laws.md has two laws %s", m[1])
		}
		laws[m[1]] = true
	}
	for _, name := range reference.FindAllStringSubmatch(string(page), -1) {
		if !laws[name[1]] {
			t.Errorf("docs/laws.md refers to %s, which it does not have", name[1])
		}
	}
	cited := 0
	err = filepath.WalkDir(".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && strings.HasPrefix(d.Name(), ".") && name != ".":
			return filepath.SkipDir
		case d.IsDir() || !strings.Contains(".go .md .txt .txtar", filepath.Ext(name)) || filepath.Ext(name) == "":
			return nil
		}
		src, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		for _, c := range citation.FindAllString(string(src), -1) {
			for _, law := range lawName.FindAllString(c, -1) {
				cited++
				if !laws[law] {
					t.Errorf("%s cites law %s, which docs/laws.md does not have", name, law)
				}
			}
		}
		return nil
	})
	if err != nil || cited < 100 || len(laws) < 50 {
		t.Errorf("%d citations of %d laws, %v", cited, len(laws), err)
	}
}
