package nginx_test

import (
	"path/filepath"
	"testing"

	"github.com/wslint/wslint/internal/oracle"
	"github.com/wslint/wslint/parsers/nginx"
)

// TestStated holds predictions against what the cases of testdata/truth state, without an nginx: internal/oracle holds
// both against a real one.
func TestStated(t *testing.T) {
	v := nginx.Version{Major: 1, Minor: 22, Patch: 1}
	const upgrade = "proxy_http_version 1.1;\nproxy_set_header Upgrade $http_upgrade;\n" +
		"proxy_set_header Connection \"upgrade\";\n"
	held := 0
	for _, c := range oracle.Cases(t, "../../testdata/truth") {
		if c.Min != "" || c.Max != "" || !c.Usual() || c.Outcome == "nostart" {
			continue
		}
		lab, err := oracle.Rewrite(t, map[string]string{"nginx.conf": c.Conf, "upgrade.conf": upgrade}, c.Options)
		if err != nil {
			t.Fatalf("%s: %v", c.Name, err)
		}
		trees, err := nginx.Read([]string{filepath.Join(lab.Conf, lab.Main)}, nil, nginx.Options{Root: "/", Version: v})
		if err != nil || len(trees) != 1 || len(trees[0].Problems) > 0 {
			t.Errorf("%s: %v, %d configurations", c.Name, err, len(trees))
			continue
		}
		diff, err := lab.Contradicts(c, nginx.Compile(trees[0], v))
		if err != nil || diff != "" {
			t.Errorf("%s: %s %v", c.Name, diff, err)
		}
		held++
	}
	if held < 300 {
		t.Errorf("%d cases were held against what they state", held)
	}
}
