package nginx

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/wslint/wslint/parsers/nginx/conf"
)

// TestIdle: a directive that is left out of shapes, because nothing is read of it, is named nowhere else in this
// package; and it is one of nginx's, or no configuration would have it.
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
		if !conf.Known(name) {
			t.Errorf("nginx has no %s", name)
		}
		for file, text := range sources {
			if strings.Contains(text, `"`+name+`"`) {
				t.Errorf("%s reads %s", file, name)
			}
		}
	}
}
