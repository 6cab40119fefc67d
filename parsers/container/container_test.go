package container

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers"
)

// TestFind holds references against what images are known, and what their tags say.
func TestFind(t *testing.T) {
	for _, c := range []struct{ ref, program, version, main string }{
		{"nginx", "nginx", "", "/etc/nginx/nginx.conf"},
		{"nginx:latest", "nginx", "", "/etc/nginx/nginx.conf"},
		{"nginx:stable-alpine", "nginx", "", "/etc/nginx/nginx.conf"},
		{"nginx:1", "nginx", "", "/etc/nginx/nginx.conf"},
		{"nginx:1-alpine", "nginx", "", "/etc/nginx/nginx.conf"},
		{"nginx:1.31-alpine", "nginx", "1.31", "/etc/nginx/nginx.conf"},
		{"nginx:1.31.4-alpine3.22-slim", "nginx", "1.31.4", "/etc/nginx/nginx.conf"},
		{"docker.io/library/nginx:1.28.0", "nginx", "1.28.0", "/etc/nginx/nginx.conf"},
		{"public.ecr.aws/docker/library/nginx:1.29", "nginx", "1.29", "/etc/nginx/nginx.conf"},
		{"public.ecr.aws/nginx/nginx:1.29.1", "nginx", "1.29.1", "/etc/nginx/nginx.conf"},
		{"registry.example.com:5000/library/nginx:1.25.3", "nginx", "1.25.3", "/etc/nginx/nginx.conf"},
		{"arm64v8/nginx:1.24", "nginx", "1.24", "/etc/nginx/nginx.conf"},
		{"nginx:1.25@sha256:0123", "nginx", "1.25", "/etc/nginx/nginx.conf"},
		{"nginx@sha256:0123", "nginx", "", "/etc/nginx/nginx.conf"},
		{"nginxinc/nginx-unprivileged:1.27-alpine", "nginx", "1.27", "/etc/nginx/nginx.conf"},
		{"company/nginx:2.4", "nginx", "", "/etc/nginx/nginx.conf"}, // the company's own numbers
		{"haproxy:3.2-alpine", "haproxy", "3.2", "/usr/local/etc/haproxy/haproxy.cfg"},
		{"haproxy:lts", "haproxy", "", "/usr/local/etc/haproxy/haproxy.cfg"},
		{"haproxytech/haproxy-alpine:2.8.3", "haproxy", "2.8.3", "/usr/local/etc/haproxy/haproxy.cfg"},
		{"node:20.1", "", "", ""},
		{"company/nginx-exporter:1.1", "", "", ""},
	} {
		x := Find(c.ref, hop.Pos{})
		if x.Program != c.program || x.Version.Number != c.version || x.Main != c.main {
			t.Errorf("%s: %s %s %s, want %+v", c.ref, x.Program, x.Version.Number, x.Main, c)
		}
	}
}

// TestDockerfile holds what Dockerfiles make of an image against what docker would.
func TestDockerfile(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"nginx.conf", "app.conf", "conf.d/a.conf", "conf.d/b.conf", "etc/nginx/nginx.conf"} {
		name = filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte("events {}\n"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		name, text, version string
		// local are files by paths in the container; "" for none, "image" for the image's, "?" for unknown.
		local map[string]string
		confd []string // names in conf.d; nil for whatever
	}{
		{"copied", "FROM nginx:1.31\nCOPY nginx.conf /etc/nginx/nginx.conf\n", "1.31",
			map[string]string{"/etc/nginx/nginx.conf": "nginx.conf"}, []string{"default.conf"}},
		{"into a directory", "FROM nginx:1.31\nCOPY app.conf /etc/nginx/conf.d/\n", "1.31",
			map[string]string{"/etc/nginx/conf.d/app.conf": "app.conf", "/etc/nginx/nginx.conf": "image"},
			[]string{"app.conf", "default.conf"}},
		{"into one without its slash", "FROM nginx\nCOPY app.conf /etc/nginx/conf.d\n", "",
			map[string]string{"/etc/nginx/conf.d/app.conf": "app.conf"}, []string{"app.conf", "default.conf"}},
		{"a directory", "FROM nginx\nCOPY conf.d /etc/nginx/conf.d\n", "",
			map[string]string{"/etc/nginx/conf.d/a.conf": "conf.d/a.conf"}, []string{"a.conf", "b.conf", "default.conf"}},
		{"a pattern", "FROM nginx\nCOPY conf.d/*.conf /etc/nginx/conf.d/\n", "",
			map[string]string{"/etc/nginx/conf.d/b.conf": "conf.d/b.conf"}, []string{"a.conf", "b.conf", "default.conf"}},
		{"a whole tree", "FROM nginx\nADD etc /etc\n", "",
			map[string]string{"/etc/nginx/nginx.conf": "etc/nginx/nginx.conf"}, nil},
		{"a list", "FROM nginx\nCOPY [\"app.conf\", \"/etc/nginx/conf.d/x y.conf\"]\n", "",
			map[string]string{"/etc/nginx/conf.d/x y.conf": "app.conf"}, nil},
		{"removed", "FROM nginx\nRUN rm -f /etc/nginx/conf.d/default.conf && mkdir /x\n" +
			"COPY app.conf /etc/nginx/conf.d/\n", "",
			map[string]string{"/etc/nginx/conf.d/default.conf": ""}, []string{"app.conf"}},
		{"all removed", "FROM nginx\nRUN rm -rf /etc/nginx/conf.d/*\nCOPY app.conf /etc/nginx/conf.d/\n", "",
			map[string]string{"/etc/nginx/conf.d/default.conf": ""}, []string{"app.conf"}},
		{"put back", "FROM nginx\nRUN rm /etc/nginx/conf.d/default.conf\n" +
			"COPY app.conf /etc/nginx/conf.d/default.conf\n", "",
			map[string]string{"/etc/nginx/conf.d/default.conf": "app.conf"}, []string{"default.conf"}},
		{"changed", "FROM nginx\nCOPY nginx.conf /etc/nginx/nginx.conf\nRUN sed -i s/a/b/ /etc/nginx/nginx.conf\n", "",
			map[string]string{"/etc/nginx/nginx.conf": "?"}, nil},
		{"stages", "FROM node:20 AS build\nCOPY . .\nFROM nginx:1.25.3-alpine\n" +
			"COPY --from=build /out /etc/nginx/html\n" +
			"COPY app.conf /etc/nginx/conf.d/default.conf\n", "1.25.3",
			map[string]string{"/etc/nginx/conf.d/default.conf": "app.conf", "/etc/nginx/html/x": "?"}, nil},
		{"a stage of a stage", "FROM nginx:1.27 AS base\nRUN rm /etc/nginx/conf.d/default.conf\nFROM base\n" +
			"COPY app.conf /etc/nginx/conf.d/app.conf\n", "1.27",
			map[string]string{"/etc/nginx/conf.d/app.conf": "app.conf"}, []string{"app.conf"}},
		{"an argument", "ARG V=1.29\nFROM nginx:${V}-alpine\nCOPY app.conf /etc/nginx/conf.d/app.conf\n", "1.29",
			map[string]string{"/etc/nginx/conf.d/app.conf": "app.conf"}, nil},
		{"lines that go on, comments, WORKDIR", "# syntax=docker/dockerfile:1\nFROM nginx:1.29 \\\n" +
			"  AS x\n# nothing\n" +
			"WORKDIR /etc/nginx\nCOPY \\\n  # why\n  --chown=nginx app.conf \\\n  conf.d/default.conf\n", "1.29",
			map[string]string{"/etc/nginx/conf.d/default.conf": "app.conf"}, []string{"default.conf"}},
		{"what is not there", "FROM nginx\nCOPY none.conf /etc/nginx/nginx.conf\n", "",
			map[string]string{"/etc/nginx/nginx.conf": "?"}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			x, ok := Build{File: "Dockerfile", Src: []byte(c.text), Context: dir, Exists: exists}.Image()
			if !ok || x.Version.Number != c.version {
				t.Fatalf("found %v, version %q, want %q", ok, x.Version.Number, c.version)
			}
			m := x.Machine("x")
			for at, want := range c.local {
				if got := seen(m.At(at), dir); got != want {
					t.Errorf("%s: %q, want %q", at, got, want)
				}
			}
			if names, _ := m.List("/etc/nginx/conf.d"); c.confd != nil && !slices.Equal(names, c.confd) {
				t.Errorf("conf.d has %q, want %q", names, c.confd)
			}
		})
	}
}

// TestRun holds what commands of RUN leave of a site that was copied, and of the image's main file.
func TestRun(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "app.conf"), []byte("server {}\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	const site, main, other = "/etc/nginx/conf.d/default.conf", "/etc/nginx/nginx.conf", "/etc/nginx/conf.d/x.conf"
	untouched := []string{"app.conf", "image", ""}
	for _, c := range []struct {
		run  string
		want []string // of the site, the main file and another one: "" for none, "?" for unknown
	}{
		{`sed -i "s/1h/30s/" ` + site, []string{"?", "image", ""}},
		{"chmod 644 /x && sed -i s/a/b/ " + site, []string{"?", "image", ""}},
		{"set -eux; \\\n  apk add x; \\\n  sed -i.bak -e s/a/b/ /etc/nginx/conf.d/*.conf", []string{"?", "image", ""}},
		{"cd /etc/nginx/conf.d && sed -i s/a/b/ default.conf", []string{"?", "image", ""}},
		{"find /etc/nginx -name '*.conf' -exec sed -i s/a/b/ {} +", []string{"?", "?", "?"}},
		{"grep -rl a /etc/nginx/conf.d | xargs sed -i s/a/b/", []string{"?", "image", "?"}},
		{"[\"sed\", \"-i\", \"s/a/b/\", \"" + site + "\"]", []string{"?", "image", ""}},
		{"<<EOF\nsed -i s/a/b/ " + site + "\nEOF", []string{"?", "image", ""}},
		{"sed -i 's#include " + site + "#x#' " + main, []string{"app.conf", "?", ""}},
		{"sh -c 'echo x > " + other + "'", []string{"app.conf", "image", "?"}},
		{"echo 'a > b' >> " + other + " 2>&1", []string{"app.conf", "image", "?"}},
		{"echo x | tee -a " + other + " > /dev/null", []string{"app.conf", "image", "?"}},
		{"<<EOF cat > " + other + "\ninclude " + site + ";\nEOF", []string{"app.conf", "image", "?"}},
		{"curl -fsSL https://example.com/x.conf -o " + other, []string{"app.conf", "image", "?"}},
		{"wget -P /etc/nginx/conf.d https://example.com/x.conf", []string{"app.conf", "image", "?"}},
		{"tar -C /etc/nginx -xf /tmp/x.tar", []string{"app.conf", "image", "?"}},
		{"mv " + site + " " + other, []string{"", "image", "app.conf"}},
		{"cp " + site + " " + other, []string{"app.conf", "image", "app.conf"}},
		{"ln -s /opt/x.conf /etc/nginx/conf.d/", []string{"app.conf", "image", "?"}},
		{"rm /etc/nginx/conf.d/def*", []string{"", "image", ""}},
		{"cat " + site + " && chown -R nginx /etc/nginx && nginx -t -c " + main, untouched},
		{"sed s/a/b/ " + site + " > /tmp/x; grep server " + site, untouched},
		{"find /etc/nginx -type f -exec chmod 644 {} +", untouched},
		{"ln -sf /dev/stdout /var/log/nginx/access.log", untouched},
	} {
		src := "FROM nginx\nCOPY app.conf " + site + "\nRUN " + c.run + "\n"
		x, _ := Build{File: "Dockerfile", Src: []byte(src), Context: dir, Exists: exists}.Image()
		m := x.Machine("x")
		for i, at := range []string{site, main, other} {
			s := m.At(at)
			if got := seen(s, dir); got != c.want[i] {
				t.Errorf("RUN %s: %s is %q, want %q", c.run, at, got, c.want[i])
			}
			if s.Unknown != "" && s.Pos.Line != 3 {
				t.Errorf("RUN %s: %s is unknown at %s, want the line of RUN", c.run, at, s.Pos)
			}
		}
	}
}

// seen says what is at a path.
func seen(s parsers.Seen, dir string) string {
	switch {
	case s.Unknown != "":
		return "?"
	case s.Err != nil:
		return ""
	case s.Text != nil:
		return "image"
	}
	rel, _ := filepath.Rel(dir, s.Local)
	return filepath.ToSlash(rel)
}
