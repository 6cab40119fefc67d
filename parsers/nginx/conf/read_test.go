package conf

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// plant writes files below a new directory and makes it the current one. A value "-> x" is a symlink to x.
func plant(t *testing.T, files map[string]string) {
	t.Helper()
	t.Chdir(t.TempDir())
	for name, text := range files {
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if target, ok := strings.CutPrefix(text, "-> "); ok {
			if err := os.Symlink(target, name); err != nil {
				t.Fatal(err)
			}
		} else if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// show prints trees in short: "name context: directives | problems | unread".
func show(trees []*Tree) string {
	var b strings.Builder
	for _, tree := range trees {
		fmt.Fprintf(&b, "%s %s: %s", filepath.ToSlash(tree.Name), tree.Context, line1(tree.Main.Block))
		for _, p := range tree.Problems {
			fmt.Fprintf(&b, " | %s: %s", p.Pos, p.Text)
			if !p.Incomplete {
				b.WriteString(" (not lost)")
			}
		}
		for _, n := range tree.Unknown {
			fmt.Fprintf(&b, " | unread %s: %s", n.Pos, n.Text)
		}
		b.WriteString("\n")
	}
	return b.String()
}

func line1(block []*Directive) string {
	var all []string
	for _, d := range block {
		s := d.Name.Value
		for _, a := range d.Args {
			s += " " + a.Value
		}
		if d.HasBlock {
			s += "{" + line1(d.Block) + "}"
		}
		if d.Unknown != "" {
			s += "!"
		}
		all = append(all, s)
	}
	return strings.Join(all, "; ")
}

func readString(t *testing.T, stdin string, o Options, args ...string) string {
	t.Helper()
	trees, err := Read(args, strings.NewReader(stdin), o)
	if err != nil {
		return err.Error()
	}
	for _, tree := range trees {
		checkLinks(t, tree.Main.Block, nil)
	}
	return show(trees)
}

// checkLinks holds Parent and Via against the places of the directives.
func checkLinks(t *testing.T, block []*Directive, parent *Directive) {
	for _, d := range block {
		if d.Parent != parent {
			t.Errorf("%s: wrong parent", d.Pos())
		}
		site := d.Parent
		for site != nil && site.Via == d.Via {
			site = site.Parent
		}
		if d.Via != nil && d.Via.Parent != site {
			t.Errorf("%s: wrong via", d.Pos())
		}
		checkLinks(t, d.Block, d)
	}
}

func TestRead(t *testing.T) {
	type files = map[string]string
	const events = "events {}\n"
	for name, c := range map[string]struct {
		files files
		args  string
		stdin string
		o     Options
		want  string
	}{
		"relative to the main file, also further down": {
			files: files{"a/nginx.conf": events + "http { include conf.d/x.conf; }", "a/conf.d/x.conf": "include y.conf;",
				"a/y.conf": "server {}"},
			args: "a/nginx.conf", want: "a/nginx.conf main: events{}; http{server{}}\n",
		},
		"one instance for each place": {
			files: files{"nginx.conf": events + "http { server { include s; } server { include s; } }",
				"s": "location / { x; }"},
			args: "nginx.conf", want: "nginx.conf main: events{}; http{server{location /{x}}; server{location /{x}}}\n",
		},
		"order of the bytes": {
			files: files{"nginx.conf": events + "include */x;", "a/x": "a;", "a-b/x": "ab;", "B/x": "b;", ".h/x": "hidden;"},
			args:  "nginx.conf", want: "nginx.conf main: events{}; b; ab; a\n",
		},
		"quoted path": {
			files: files{"nginx.conf": events + `include "a b";`, "a b": "x;"},
			args:  "nginx.conf", want: "nginx.conf main: events{}; x\n",
		},
		"missing": {
			files: files{"nginx.conf": events + "include a;"},
			args:  "nginx.conf", want: "nginx.conf main: events{}; include a! | nginx.conf:2:1: open() \"a\" failed (2: No " +
				"such file or directory)\n",
		},
		"missing files of every nginx": {
			files: files{"nginx.conf": events + "include mime.types; include /etc/nginx/fastcgi_params; " +
				"include /etc/letsencrypt/options-ssl-nginx.conf; include none/*.conf;"},
			args: "nginx.conf", want: "nginx.conf main: events{}\n",
		},
		"missing file of Debian": {
			files: files{"nginx.conf": events + "include proxy_params;"},
			args:  "nginx.conf", want: "nginx.conf main: events{}; include proxy_params! | unread nginx.conf:2:1: " +
				"proxy_params comes with Debian's nginx and was not found\n",
		},
		"made from a template": {
			files: files{"nginx.conf": events + "include a.conf;", "a.conf.template": "x;"},
			args:  "nginx.conf", want: "nginx.conf main: events{}; include a.conf! | unread nginx.conf:2:1: a.conf is made " +
				"from a.conf.template\n",
		},
		"missing once, told once": {
			files: files{"nginx.conf": events + "include a; include a;"},
			args:  "nginx.conf", want: "nginx.conf main: events{}; include a!; include a! | nginx.conf:2:1: open() \"a\" " +
				"failed (2: No such file or directory)\n",
		},
		"no complete configuration without events": {
			files: files{"http.conf": "http { include a; }"},
			args:  "http.conf", want: "http.conf main: http{include a!} | unread http.conf:1:8: a was not found\n",
		},
		"missing in a fragment": {
			files: files{"site.conf": "server { include a; include /a; include none/*.conf; }"},
			args:  "site.conf", want: "site.conf http: server{include a!; include /a!; include none/*.conf!} " +
				"| unread site.conf:1:10: a was not found | unread site.conf:1:21: /a was not found | unread site.conf:1:33: the " +
				"directory of none/*.conf was not found\n",
		},
		"directory": {
			files: files{"nginx.conf": events + "include d;", "d/x": ""},
			args:  "nginx.conf", want: "nginx.conf main: events{}; include d! | nginx.conf:2:1: pread() \"d\" failed (21: Is " +
				"a directory)\n",
		},
		"arguments": {
			files: files{"nginx.conf": events + "include; include a b; include a {} http { map $a $b { include; } types { " +
				"include a {} } }"},
			args: "nginx.conf", want: "nginx.conf main: events{}; include!; include a b!; include a{}!; " +
				"http{map $a $b{include!}; types{include a{}!}}" +
				` | nginx.conf:2:1: invalid number of arguments in "include" directive` +
				` | nginx.conf:2:10: invalid number of arguments in "include" directive` +
				` | nginx.conf:2:23: directive "include" is not terminated by ";"` +
				` | nginx.conf:2:55: invalid number of the map parameters` +
				` | nginx.conf:2:74: unexpected "{"` + "\n",
		},
		"geo takes no pattern": {
			files: files{"nginx.conf": events + "http { geo $x { include *.geo; } map $x $y { include *.geo; } }",
				"a.geo": "a 1;"},
			args: "nginx.conf", want: "nginx.conf main: events{}; http{geo $x{include *.geo!}; map $x $y{a 1}} " +
				"| nginx.conf:2:17: open() \"*.geo\" failed (2: No such file or directory)\n",
		},
		"cycle": {
			files: files{"nginx.conf": events + "include a;", "a": "x; include b;", "b": "include a;"},
			args:  "nginx.conf", want: "nginx.conf main: events{}; x; include a! | b:1:1: open() \"a\" failed (24: Too many " +
				"open files)\n",
		},
		"broken file among good ones": {
			files: files{"nginx.conf": events + "include d/*;", "d/a": "a;", "d/b": "b }", "d/c": "c;"},
			args:  "nginx.conf", want: "nginx.conf main: events{}; a; c; include d/*! | d/b:1:3: unexpected \"}\"\n",
		},
		"root": {
			files: files{"r/etc/nginx/nginx.conf": events + "include /etc/x; include /y;", "r/etc/x": "x;"},
			args:  "r/etc/nginx/nginx.conf", o: Options{Root: "r"},
			want: "r/etc/nginx/nginx.conf main: events{}; x; include /y! | r/etc/nginx/nginx.conf:2:17: open() \"/y\" failed " +
				"(2: No such file or directory)\n",
		},
		"map": {
			files: files{"nginx.conf": events + "include /data/a/x*;", "d/x1": "x;"},
			args:  "nginx.conf", o: Options{Map: [][2]string{{"/data/a", "d"}}}, want: "nginx.conf main: events{}; x\n",
		},
		"prefix": {
			files: files{"c/nginx.conf": events + "include x;", "p/x": "x;"},
			args:  "c/nginx.conf", o: Options{Prefix: "p"}, want: "c/nginx.conf main: events{}; x\n",
		},
		"beside the main file": {
			files: files{"deploy/nginx.conf": events + "include /etc/nginx/conf.d/*.conf;", "deploy/conf.d/a.conf": "x;"},
			args:  "deploy/nginx.conf", want: "deploy/nginx.conf main: events{}; x\n",
		},
		"copy of a machine": {
			files: files{"fs/etc/nginx/nginx.conf": events + "include /data/*.conf; include /etc/nginx/a;",
				"fs/data/a.conf": "x;", "fs/etc/nginx/a": "a;"},
			args: "fs/etc/nginx/nginx.conf", want: "fs/etc/nginx/nginx.conf main: events{}; x; a\n",
		},
		"copy of a container": {
			files: files{"config/nginx/nginx.conf": events + "include /config/nginx/p.conf;", "config/nginx/p.conf": "p;"},
			args:  "config/nginx/nginx.conf", want: "config/nginx/nginx.conf main: events{}; p\n",
		},
		"absolute symlink in a copy": {
			files: files{"nginx.conf": events + "include /etc/nginx/sites-enabled/*;",
				"sites-enabled/a": "-> /etc/nginx/sites-available/a", "sites-available/a": "a;"},
			args: "nginx.conf", want: "nginx.conf main: events{}; a\n",
		},
		"fragment in its directory": {
			files: files{"conf.d/a.conf": "server { include snippets/s; include /etc/nginx/snippets/t; }", "snippets/s": "s;",
				"snippets/t": "t;"},
			args: "conf.d/a.conf", want: "conf.d/a.conf http: server{s; t}\n",
		},
		"context given": {
			files: files{"a.conf": "proxy_pass http://a;"},
			args:  "a.conf", o: Options{Context: "server"}, want: "a.conf server: proxy_pass http://a\n",
		},
		"stdin": {
			stdin: events + "http { server {} include a; }", args: "-",
			want: "<stdin> main: events{}; http{server{}; include a!} | unread <stdin>:2:18: a was not found: standard input " +
				"has no directory\n",
		},
		"an included argument is no root of its own": {
			files: files{"nginx.conf": events + "http { include a.conf; }", "a.conf": "server {}"},
			args:  "a.conf nginx.conf", want: "nginx.conf main: events{}; http{server{}}\n",
		},
		"map entries": {files: files{"m": "default 0;\n~*bot 1;"}, args: "m",
			want: "m http:  | unread m: entries of a block such as map or types: alone they say nothing\n"},
		"no such":       {args: "no.conf", want: "no.conf: no such file or directory"},
		"nothing found": {files: files{"a.conf": "[ini]\nx = 1"}, args: ".", want: ".: no nginx configuration found"},
	} {
		t.Run(name, func(t *testing.T) {
			plant(t, c.files)
			if got := readString(t, c.stdin, c.o, strings.Fields(c.args)...); got != c.want {
				t.Errorf("got:\n%swant:\n%s", got, c.want)
			}
		})
	}
}

func TestReadErrorType(t *testing.T) {
	plant(t, nil)
	var nothing *NoConfigError
	if _, err := Read([]string{"x"}, nil, Options{}); !errors.As(err, &nothing) || nothing.Arg != "x" {
		t.Errorf("got %v", err)
	}
}

func TestIncludeTemplatePath(t *testing.T) {
	plant(t, map[string]string{"nginx.conf": "events {}\ninclude ${X}/a;\ninclude $x/a;", "d/a": "a;", "$x/a": "dollar;"})
	if got, want := readString(t, "", Options{}, "nginx.conf"),
		"nginx.conf main: events{}; include ${X}/a!; dollar | unread nginx.conf:2:1: the path comes from "+
			"a template\n"; got != want {
		t.Errorf("got:  %swant: %s", got, want)
	}
	if got, want := readString(t, "", Options{Define: map[string]string{"X": "d"}}, "nginx.conf"),
		"nginx.conf main: events{}; a; dollar\n"; got != want {
		t.Errorf("got:  %swant: %s", got, want)
	}
}

// TestVia: Via names the include of the very place, and the words of all places but the first are the same memory.
func TestVia(t *testing.T) {
	plant(
		t,
		map[string]string{
			"nginx.conf": "events {}\nhttp { server { include s; }\nserver { include s; }\nserver { include s; } }",
			"s":          "include u;",
			"u":          "location / { x y; }",
		},
	)
	trees, err := Read([]string{"nginx.conf"}, nil, Options{})
	if err != nil {
		t.Fatal(err)
	}
	http := trees[0].Main.Block[1]
	var leaves []*Directive
	for i, server := range http.Block {
		leaf := server.Block[0].Block[0]
		leaves = append(leaves, leaf)
		if via := leaf.Via; via == nil || via.Arg(0) != "u" || via.Via == nil || int(via.Via.Name.Line) != i+2 ||
			via.Parent != server {
			t.Errorf("server %d: wrong via", i)
		}
	}
	if leaves[1] == leaves[2] || &leaves[1].Args[0] != &leaves[2].Args[0] || leaves[0] == leaves[1] {
		t.Error("want three directives, the last two with the same words")
	}
	var names []string
	for _, f := range trees[0].Files {
		names = append(names, f.Name)
		if !f.Editable {
			t.Errorf("%s is not editable", f.Name)
		}
	}
	if !slices.Equal(names, []string{"nginx.conf", "s", "u"}) {
		t.Errorf("files: %v", names)
	}
}

func TestRoot(t *testing.T) {
	plant(t, map[string]string{"nginx.conf": "events {}"})
	for _, c := range []struct {
		o          Options
		path, want string
	}{
		{Options{}, "/srv", ""},
		{Options{}, "html", ""},
		{Options{Root: "r"}, "/srv", "r/srv"},
		{Options{Root: "r"}, "html", ""},
		{Options{Map: [][2]string{{"/srv", "s"}}}, "/srv/a", "s/a"},
		{Options{Map: [][2]string{{"/srv", "s"}}}, "/srvx", ""},
		{Options{Prefix: "p"}, "html", "p/html"},
		{Options{Prefix: "/usr/share/nginx", Root: "r"}, "html", "r/usr/share/nginx/html"},
	} {
		trees, err := Read([]string{"nginx.conf"}, nil, c.o)
		if err != nil {
			t.Fatal(err)
		}
		if got, ok := trees[0].Root(c.path); got != c.want || ok != (c.want != "") {
			t.Errorf("%+v: %s is at %q, %v; want %q", c.o, c.path, got, ok, c.want)
		}
	}
}

// TestSameFile: a file is one file by whatever names it is reached, in a directory that is itself reached by a symlink.
func TestSameFile(t *testing.T) {
	plant(t, map[string]string{
		"real/in/nginx.conf": "events {}", "real/in/link.conf": "-> nginx.conf", "link": "-> real/in",
		"real/in/sub/x": "", "in": "-> real",
	})
	t.Chdir("link")
	r := &reader{options: Options{}.complete()}
	want := r.real("nginx.conf")
	for _, name := range []string{"./nginx.conf", "link.conf", "../in/nginx.conf", "sub/../link.conf"} {
		if got := r.real(name); got != want {
			t.Errorf("%s is %s, not %s", name, got, want)
		}
	}
	if got := r.real("../none"); got != "../none" {
		t.Errorf("what is not there is %s", got)
	}
}
