package provision

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers"
)

// read writes a file and reads it, if it is one for this reader.
func read(t *testing.T, name, text string) (r parsers.Reading, taken bool) {
	t.Helper()
	f := parsers.Found{Name: filepath.Join(t.TempDir(), name)}
	if sniff(f, nil).Claim == parsers.No || sniff(f, []byte(text)).Claim != parsers.Yes {
		return r, false
	}
	if err := os.WriteFile(f.Name, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	r, err := readAll([]parsers.Found{f}, parsers.Options{ReadFile: os.ReadFile})
	if err != nil {
		t.Fatal(err)
	}
	return r, true
}

// texts are what a reading holds in other formats: each with the files of its machine.
func texts(r parsers.Reading) string {
	var lines []string
	for _, n := range r.Nested {
		if n.Machine == nil {
			_, name, _ := strings.Cut(n.Name, ": ")
			lines = append(lines, n.Format+" "+name)
			continue
		}
		var places []string
		for _, p := range n.Machine.Places {
			if p.Text != nil && p.Text.Origin != nil {
				places = append(places, p.Path)
			}
		}
		slices.Sort(places)
		lines = append(lines, fmt.Sprint(n.Format, " machine ", places))
	}
	return strings.Join(lines, "\n")
}

const site = "server { location /ws { proxy_pass http://app; } }"

// TestTexts: configurations are found by where they are written, and those of one machine belong together.
func TestTexts(t *testing.T) {
	wf := func(path string) string { return "- path: " + path + "\n  content: |\n    " + site + "\n" }
	cp := func(dest string) string {
		return "- copy:\n    dest: " + dest + "\n    content: |\n      " + site + "\n"
	}
	for name, c := range map[string]struct{ file, text, want string }{
		"cloud-init": {"user-data", "#cloud-config\nwrite_files:\n" + wf("/etc/nginx/conf.d/a.conf") +
			wf("/etc/nginx/snippets/b.conf"), "nginx machine [/etc/nginx/conf.d/a.conf /etc/nginx/snippets/b.conf]"},
		"cloud-init by a template": {"a.yaml", "## template: jinja\n#cloud-config\nwrite_files:\n" +
			wf("/etc/nginx/sites-available/a"), "nginx machine [/etc/nginx/sites-enabled/a]"},
		"its main file": {"a.cfg", "#cloud-config\nwrite_files:\n" + wf("/etc/nginx/nginx.conf"),
			"nginx machine [/etc/nginx/nginx.conf]"},
		"nothing includes it": {"a.yml", "#cloud-config\nwrite_files:\n" + wf("/etc/nginx/a.conf"),
			"nginx /etc/nginx/a.conf"},
		"another encoding": {"a.yml", "#cloud-config\n# nginx\nwrite_files:\n- path: /etc/nginx/a.conf\n  encoding: b64\n" +
			"  content: c2VydmVyIHt9\n", ""},
		"HAProxy": {"a.yml", "#cloud-config\nwrite_files:\n" + wf("/etc/haproxy/haproxy.cfg"),
			"haproxy /etc/haproxy/haproxy.cfg"},
		"a script": {"a.yml", "#cloud-config\nwrite_files:\n- path: /root/nginx.sh\n  content: |\n    #!/bin/sh\n" +
			"    cat > x <<E\n    server {\n    E\n", ""},
		"tasks":               {"main.yml", cp("/etc/nginx/conf.d/a.conf"), "nginx machine [/etc/nginx/conf.d/a.conf]"},
		"a path of variables": {"main.yml", cp("\"{{ nginx_dir }}/a.conf\""), "nginx {{ nginx_dir }}/a.conf"},
		"a block in a file": {"main.yaml", "- block:\n  - ansible.builtin.blockinfile:\n      path: /etc/nginx/nginx.conf\n" +
			"      block: |\n        " + site + "\n", "nginx /etc/nginx/nginx.conf"},
		"two plays": {
			"site.yml", "- hosts: a\n  tasks:\n  " + strings.ReplaceAll(cp("/etc/nginx/conf.d/a.conf"), "\n", "\n  ") +
				"\n- hosts: b\n  handlers:\n  " + strings.ReplaceAll(cp("/etc/nginx/conf.d/a.conf"), "\n", "\n  ") + "\n",
			"nginx machine [/etc/nginx/conf.d/a.conf]\nnginx machine [/etc/nginx/conf.d/a.conf]",
		},
		"written twice": {"main.yml", cp("/etc/nginx/conf.d/a.conf") + cp("/etc/nginx/conf.d/a.conf"),
			"nginx machine [/etc/nginx/conf.d/a.conf]\nnginx machine [/etc/nginx/conf.d/a.conf]"},
		"a file from the controller": {"main.yml", "- copy:\n    src: nginx.conf\n    dest: /etc/nginx/nginx.conf\n", ""},
	} {
		t.Run(name, func(t *testing.T) {
			r, taken := read(t, c.file, c.text)
			if got := texts(r); got != c.want || !taken {
				t.Errorf("taken: %t, got %s, not %s", taken, got, c.want)
			}
		})
	}
	for name, text := range map[string]string{
		"values.yaml": "nginx:\n  copy: true\n", "haproxy.cfg": "# nginx\nglobal\n",
		"a.yml":  "#cloud-config\npackages: [git]\n",
		"x.json": "#cloud-config\n# nginx\n",
	} {
		if _, taken := read(t, name, text); taken {
			t.Errorf("%s is taken", name)
		}
	}
}

// TestMachine: the directories of sites hold what is written there and nothing else; of others nobody knows.
func TestMachine(t *testing.T) {
	r, _ := read(t, "a.yml", "#cloud-config\nwrite_files:\n- path: /etc/nginx/conf.d/a.conf\n  content: |\n    "+site+"\n")
	m := r.Nested[0].Machine
	if names, why := m.List("/etc/nginx/conf.d"); len(names) != 1 || names[0] != "a.conf" || why != "" {
		t.Error(names, why)
	}
	if names, why := m.List("/etc/nginx/sites-enabled"); len(names) != 0 || why != "" {
		t.Error(names, why)
	}
	if _, why := m.List("/etc/nginx/snippets"); why == "" {
		t.Error("snippets are known")
	}
	if s := m.At("/etc/nginx/snippets/x"); s.Unknown == "" || s.Err == nil {
		t.Errorf("%+v", s)
	}
}

// TestPlaces: a text stands at its lines of the file, and edits keep its indentation.
func TestPlaces(t *testing.T) {
	text := "- copy:\n    dest: /etc/nginx/x.conf\n    content: |\n      server {\n        location /ws {\n" +
		"          proxy_pass http://app;\n        }\n      }\n"
	r, _ := read(t, "main.yml", text)
	o, src := r.Nested[0].Origin, string(r.Nested[0].Src)
	if at := o.Pos(hop.Pos{Line: 3, Col: 5}); at.Line != 6 || at.Col != 11 {
		t.Error("proxy_pass is at", at)
	}
	end := strings.Index(src, "app;") + len("app;")
	edits, ok := o.Edits(hop.Edit{Start: end, End: end, New: "\n    proxy_read_timeout 90s;"})
	if !ok || len(edits) != 1 {
		t.Fatal(edits)
	}
	e := edits[0]
	want := strings.Replace(text, "app;\n", "app;\n          proxy_read_timeout 90s;\n", 1)
	if got := text[:e.Start] + e.New + text[e.End:]; got != want {
		t.Error(got)
	}
}
