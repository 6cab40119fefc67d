package conf

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/wslint/wslint/internal/oracle"
)

// layout lists the files of a tree with the dump's lines that precede them.
func layout(tree *Tree) string {
	var all []string
	for _, f := range tree.Files {
		all = append(all, fmt.Sprintf("%s+%d", f.Name, f.Line))
		if f.Editable {
			all = append(all, "EDITABLE")
		}
	}
	return strings.Join(all, " ")
}

func TestDump(t *testing.T) {
	const main = "# configuration file /etc/nginx/nginx.conf:\n"
	for name, c := range map[string]struct{ src, want, files string }{
		"two files": {
			src:   main + "events {}\ninclude a;\n\n# configuration file /etc/nginx/a:\nx;\n\n",
			want:  "<stdin> main: events{}; x\n",
			files: "/etc/nginx/nginx.conf+1 /etc/nginx/a+5",
		},
		"no line feed at the ends": {
			src: main + "events {} include a; include b*;\n# configuration file /etc/nginx/a:\nx;\n# configuration file " +
				"/etc/nginx/b1:\ny;\n",
			want:  "<stdin> main: events{}; x; y\n",
			files: "/etc/nginx/nginx.conf+1 /etc/nginx/a+3 /etc/nginx/b1+5",
		},
		"printed once, included twice": {
			src:   main + "events {} a { include s; } b { include s; }\n\n# configuration file /etc/nginx/s:\nx;\n\n",
			want:  "<stdin> main: events{}; a{x}; b{x}\n",
			files: "/etc/nginx/nginx.conf+1 /etc/nginx/s+4",
		},
		"standard error in between": {
			src: "nginx: [warn] conflicting server name\nnginx: the configuration file /etc/nginx/nginx.conf syntax is ok\n" +
				main +
				"events {} include a;\n\n2026/11/22 12:00:00 [warn] 1#1: x\n# configuration file /etc/nginx/a:\nx;\n\n" +
				"nginx: configuration file /etc/nginx/nginx.conf test is successful\n",
			want:  "<stdin> main: events{}; x\n",
			files: "/etc/nginx/nginx.conf+3 /etc/nginx/a+7",
		},
		"kubectl's own words before": {
			src:   "Defaulted container \"nginx\" out of: nginx, init (init)\n" + main + "events {}\n",
			want:  "<stdin> main: events{}\n",
			files: "/etc/nginx/nginx.conf+2",
		},
		"comments that look like headers": {
			src: main + "events {}\n# configuration file /etc/other:\nhttp {\n# configuration file /etc/nginx/d/a.conf:\n" +
				"include d/*.conf;\n}\n\n" +
				"# configuration file /etc/nginx/d/a.conf:\n# configuration file /etc/nginx/nginx.conf:\nx;\n\n",
			want:  "<stdin> main: events{}; http{x}\n",
			files: "/etc/nginx/nginx.conf+1 /etc/nginx/d/a.conf+9",
		},
		"carriage returns of a terminal": {
			src:   strings.ReplaceAll(main+"events {}\ninclude a;\n\n# configuration file /etc/nginx/a:\nx;\n\n", "\n", "\r\n"),
			want:  "<stdin> main: events{}; x\n",
			files: "/etc/nginx/nginx.conf+1 /etc/nginx/a+5",
		},
		"shortened": {
			src: main + "events {} include mime.types; include a; include b/*;\n",
			want: "<stdin> main: events{}; include a! | /etc/nginx/nginx.conf:1:31: /etc/nginx/a is not in the dump, though " +
				"nginx read it: the dump is not whole\n",
			files: "/etc/nginx/nginx.conf+1",
		},
		"broken file": {
			src: main + "events {} include a; include b;\n\n# configuration file /etc/nginx/a:\nx {\n\n" +
				"# configuration file /etc/nginx/b:\ny;\n\n",
			want:  "<stdin> main: events{}; include a!; y | /etc/nginx/a:2:1: unexpected end of file, expecting \"}\"\n",
			files: "/etc/nginx/nginx.conf+1 /etc/nginx/a+4 /etc/nginx/b+7",
		},
		"two dumps": {
			src:   main + "events {}\n\n" + main + "events {} x;\n\n",
			want:  "<stdin> main: events{}\n<stdin> main: events{}; x\n",
			files: "/etc/nginx/nginx.conf+1",
		},
		"a greeting before, with comment signs": {
			src:   "#########\n# Welcome #\n#########\nAll {activity} is logged;\n" + main + "events {}\n",
			want:  "<stdin> main: events{}\n",
			files: "/etc/nginx/nginx.conf+5",
		},
		"standard error within a file": {
			src: main + "events {}\nnginx: the configuration file /etc/nginx/nginx.conf syntax is ok\ninc" +
				"nginx: configuration file /etc/nginx/nginx.conf test is successful\nlude a;\n\n# configuration file " +
				"/etc/nginx/a:\nx;\n\n",
			want:  "<stdin> main: events{}; x\n",
			files: "/etc/nginx/nginx.conf+1 /etc/nginx/a+7",
		},
		"ends within a line": {
			src: main + "events {}\nhttp {}",
			want: "<stdin> main: events{}; http{} | /etc/nginx/nginx.conf:2: the dump ends in the middle of a line: what " +
				"follows is missing\n",
			files: "/etc/nginx/nginx.conf+1",
		},
		"what nginx says instead": {
			src: "nginx: [emerg] unknown directive \"x\" in /etc/nginx/a.conf:3\r\nnginx: configuration file " +
				"/etc/nginx/nginx.conf test failed\r\n",
			want: "<stdin> http:  | /etc/nginx/a.conf:3: nginx does not start, and prints no configuration: unknown " +
				"directive \"x\"\n",
			files: "",
		},
		"no dump, for there is configuration before the header": {
			src:   "events {}\n" + main,
			want:  "<stdin> main: events{}\n",
			files: "<stdin>+0",
		},
	} {
		t.Run(name, func(t *testing.T) {
			trees, err := Read([]string{"-"}, strings.NewReader(c.src), Options{})
			if err != nil {
				t.Fatal(err)
			}
			if got := show(trees); got != c.want {
				t.Errorf("got:\n%swant:\n%s", got, c.want)
			}
			if got := layout(trees[0]); got != c.files {
				t.Errorf("files:\n%s\nwant:\n%s", got, c.files)
			}
		})
	}
}

// TestDumpAsNginx: what nginx -T prints reads like the files it was made from.
func TestDumpAsNginx(t *testing.T) {
	nginx := oracle.Find(t)[0].Path
	plant(t, map[string]string{
		// no final line feed
		"nginx.conf": "events {}\nhttp {\n# configuration file conf.d/a.conf:\n include conf.d/*.conf;\n" +
			" include conf.d/a.conf;}",
		"conf.d/.x": "",
		"conf.d/a.conf": "# configuration file nginx.conf:\nserver { location / { include s; } location /b { " +
			"include s; } }\n\n\n",
		"conf.d/b.conf": "map $uri $x { include m; }\n# configuration file conf.d/a.conf:",
		"s":             "return 200;",
		"m":             "\n\ndefault 1;\n",
	})
	wd, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	// The comments name the true paths.
	for _, name := range []string{"nginx.conf", "conf.d/a.conf", "conf.d/b.conf"} {
		src, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		src = []byte(strings.ReplaceAll(string(src), "file ", "file "+wd+"/"))
		if err := os.WriteFile(name, src, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	stdout, stderr := dumped(t, nginx)
	direct, err := Read([]string{filepath.Join(wd, "nginx.conf")}, nil, Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, dump := range []string{stdout, stderr + stdout, stdout + stderr} {
		trees, err := Read([]string{"-"}, strings.NewReader(dump), Options{})
		if err != nil {
			t.Fatal(err)
		}
		got, want := trees[0], direct[0]
		if line1(got.Main.Block) != line1(want.Main.Block) || len(got.Problems)+len(got.Unknown) > 0 {
			t.Errorf("dump:\n%s\n%swant:\n%s", dump, show(trees), show(direct))
		}
		for i, f := range got.Files {
			if f.Name != want.Files[i].Name || string(f.Src) != string(want.Files[i].Src) {
				t.Errorf("%s: %q, want %s: %q", f.Name, f.Src, want.Files[i].Name, want.Files[i].Src)
			}
			if lines := strings.Split(dump, "\n"); f.Line > 0 &&
				!strings.HasPrefix(lines[f.Line-1], "# configuration file "+f.Name) {
				t.Errorf("%s: line %d of the dump is %q", f.Name, f.Line, lines[f.Line-1])
			}
		}
	}
}

func FuzzDump(f *testing.F) {
	f.Add(
		"# configuration file /n:\nevents {} include a; include b*;\n\n# configuration file /a:\nx;\n# configuration file " +
			"/n:\n# configuration file /b:\n}",
	)
	f.Add(
		"nginx: [warn] x\n# configuration file /n:\n\n# configuration file /n:\nevents{}\n2026/11/22 12:00:00 " +
			"[warn] 1#1: x\n",
	)
	f.Fuzz(func(t *testing.T, src string) {
		trees, err := Read([]string{"-"}, strings.NewReader(src), Options{Prefix: "/none", Root: "/none"})
		var none *NoConfigError
		if err != nil && !errors.As(err, &none) {
			t.Fatal(err)
		}
		for _, tree := range trees {
			checkLinks(t, tree.Main.Block, nil)
		}
	})
}
