package nginx

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestIdle: a directive that is left out of shapes, because nothing is read of it, is named nowhere else in this
// package.
func TestIdle(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	handles, err := os.ReadFile("conf/handles.go")
	if err != nil {
		t.Fatal(err)
	}
	sources := map[string]string{"conf/handles.go": string(handles)}
	for _, f := range files {
		if strings.HasSuffix(f, "_test.go") || f == "unreadwords.go" {
			continue
		}
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		sources[f] = string(text)
	}
	for _, name := range idle {
		for file, text := range sources {
			if strings.Contains(text, `"`+name+`"`) {
				t.Errorf("%s reads %s", file, name)
			}
		}
	}
}
