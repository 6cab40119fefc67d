package conf

import (
	"os"
	"path/filepath"
	"testing"
)

// TestAvailable: sites that only lack the links which enable them stand in the http block that would include them;
// one that is at odds with another stands alone.
func TestAvailable(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"nginx.conf":             "events { } http { proxy_http_version 1.1; include /etc/nginx/sites-enabled/*; }",
		"sites-available/a.conf": "server { listen 80; server_name a; include snippets/x.conf; }",
		"sites-available/b.conf": "server { listen 80; server_name b; location / { proxy_pass http://b; } }",
		"sites-available/c.conf": "server { listen 80; server_name b; location /c { proxy_pass http://c; } }",
		"snippets/x.conf":        "location / { proxy_pass http://a; }",
	} {
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	trees, err := Read([]string{dir}, nil, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if len(trees) != 2 {
		t.Fatalf("%d trees", len(trees))
	}
	for _, tree := range trees {
		if len(tree.Problems)+len(tree.Unknown) > 0 {
			t.Errorf("%s: %v %v", tree.Name, tree.Problems, tree.Unknown)
		}
		want := 1
		if tree.Context == "main" {
			want = 4 // the main file, a with its snippet, and b
		}
		if len(tree.Files) != want {
			for _, f := range tree.Files {
				t.Log(f.Name)
			}
			t.Errorf("%s: %d files, want %d", tree.Name, len(tree.Files), want)
		}
	}
}
