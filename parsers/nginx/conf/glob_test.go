package conf

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/wslint/wslint/internal/oracle"
)

func TestMatchName(t *testing.T) {
	for _, c := range []struct {
		pattern, name string
		want          bool
	}{
		{"*", "a", true}, {"*", "", true}, {"*", ".a", false}, {".*", ".a", true}, {`\.*`, ".a", true}, {"?a", ".a", false},
		{"[.]a", ".a", false},
		{"*.conf", "a.conf", true}, {"*.conf", "a.conf.bak", false}, {"a*b*c", "aXbYc", true}, {"a*b*c", "aXbY", false},
		{"*a", "aaa", true},
		{"[ab]", "b", true}, {"[!ab]", "b", false}, {"[^ab]", "c", true}, {"[a-c]", "b", true}, {"[a-]", "-", true},
		{"[]a]", "]", true}, {"[!]a]", "b", true},
		{"[[:digit:]]x", "1x", true}, {"[![:digit:]]", "1", false}, {"[[:foo:]]", "f", false}, {"[[:upper:]a]", "a", true},
		{"[[.-.]]", "-", true},
		{`[\]]`, "]", true}, {`\*`, "*", true}, {`\*`, "a", false}, {"*[", "a[", true}, {"[a", "[a", true},
		{"*[a", "x[a", true}, {"?", "\xff", true},
		{"?", "é", false}, {"[z-a]", "m", false}, {`*\`, `a\`, false},
	} {
		if got := matchName(c.pattern, c.name); got != c.want {
			t.Errorf("%s matches %s: %v", c.pattern, c.name, got)
		}
	}
}

// dumped runs nginx -T in the current directory, and returns its standard output and standard error.
func dumped(t *testing.T, nginx string) (stdout, stderr string) {
	t.Helper()
	wd, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(
		nginx,
		"-T",
		"-p",
		wd,
		"-e",
		os.DevNull,
		"-g",
		"pid "+filepath.Join(wd, "pid")+";",
		"-c",
		filepath.Join(wd, "nginx.conf"),
	)
	var out, errs strings.Builder
	cmd.Stdout, cmd.Stderr = &out, &errs
	_ = cmd.Run() // what it says is compared
	return out.String(), errs.String()
}

// TestIncludesAsNginx: what nginx includes, in its order, is what Read includes; what it refuses has a problem with
// its words.
func TestIncludesAsNginx(t *testing.T) {
	nginx := oracle.Find(t)[0].Path
	files := map[string]string{
		"nginx.conf": "", "a/x.conf": "", "a-b/x.conf": "", "B/x.conf": "", ".h/x.conf": "", "d/a.conf": "", "d/b.conf": "",
		"d/A.conf": "", "d/1.conf": "",
		"d/-.conf": "", "d/].conf": "", "d/ws[.conf": "", "d/a*.conf": "", "d/.z.conf": "", "d/é.conf": "", "d/sub/x": "",
		"e/broken.conf": "-> nowhere",
		"d/link.conf":   "-> a.conf", `d/a\b.conf`: "", "ws[": "", "w$x": "", "d/10.conf": "", "d/9.conf": "",
	}
	plant(t, files)
	for _, pattern := range []string{
		"*/x.conf", "d/*.conf", "d/?.conf", "d/[ab].conf", "d/[!ab].conf", "d/[^a].conf", "d/[[:alpha:]].conf",
		"d/[[:upper:][:digit:]]*.conf", "d/[[:foo:]].conf",
		"d/[]-].conf", "d/[a-].conf", "d/[z-a].conf", "d/ws[.conf", "d/w*[.conf", "d/[a.conf", `d/a\*.conf`, `d/[a]\*.conf`,
		"d/.z*", "d/[.]z.conf", "d//*.conf",
		"./d/*.conf", "d/../d/a.*", "d/*/x", "d/*/*", "*[", "ws[", "w[$]x", "w$x", "none/*", "none/x", "d", "d*", "d/.*",
		"e/*.conf", "d/a.conf/x", "d/*/", "d/l*", `d/a\\\\b.conf`,
		"", "d/[[=a=]].conf", "d/[[.a.]-b].conf", "d/[0-9]*.conf", "*/*.conf", "*/", "d/*.conf/", `d/[\]].conf`,
		"nginx.con?x", "d/a.conf d/b.conf",
	} {
		config := "events {}\ninclude " + pattern + ";\n"
		if !strings.Contains(pattern, " ") {
			config = "events {}\ninclude \"" + pattern + "\";\n"
		}
		if err := os.WriteFile("nginx.conf", []byte(config), 0o644); err != nil {
			t.Fatal(err)
		}
		stdout, stderr := dumped(t, nginx)
		wd, _ := os.Getwd()
		var want []string
		for _, m := range header.FindAllStringSubmatch(stdout, -1) {
			want = append(want, tidy(m[1]))
		}
		trees, err := Read([]string{filepath.Join(wd, "nginx.conf")}, nil, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if ok := strings.Contains(stderr, "test is successful"); ok != (len(trees[0].Problems) == 0) {
			t.Errorf("%s: nginx says %s, we say %v", pattern, stderr, trees[0].Problems)
			continue
		} else if !ok {
			if text := trees[0].Problems[0].Text; !strings.Contains(stderr, text) {
				t.Errorf("%s: nginx says %s, we say %s", pattern, stderr, text)
			}
			continue
		}
		var got []string
		for _, f := range trees[0].Files {
			got = append(got, f.Name)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s:\ngot  %q\nwant %q", pattern, got, want)
		}
	}
}
