package conf

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/wslint/wslint/internal/truth"
)

const site = "server { listen 80; server_name %s; location / { proxy_pass http://%s; } }"

func siteOf(name string) string { return fmt.Sprintf(site, name, name) }

func TestDirectory(t *testing.T) {
	type files = map[string]string
	for name, c := range map[string]struct {
		files files
		want  string // names and contexts of the trees, and how many files are in each
	}{
		"root and its fragments": {
			files{"nginx.conf": "events {} http { include conf.d/*.conf; }", "conf.d/a.conf": siteOf("a"),
				"conf.d/sub/b.conf": siteOf("b")},
			"conf.d/sub/b.conf http 1, nginx.conf main 2",
		},
		"siblings of one http block": {
			files{"conf.d/map.conf": "map $a $b { default 0; }", "conf.d/a.conf": siteOf("a"),
				"conf.d/locations.conf": "location / { return 200; }"},
			"conf.d http 2, conf.d/locations.conf server 1",
		},
		"alternatives": {
			files{"conf.d/a.conf": siteOf("a"), "conf.d/a2.conf": siteOf("a")},
			"conf.d/a.conf http 1, conf.d/a2.conf http 1",
		},
		"enabled by a symlink": {
			files{"sites-available/a": siteOf("a"), "sites-available/b": siteOf("b"),
				"sites-enabled/a": "-> ../sites-available/a"},
			"sites-enabled/a http 1, sites-available/b http 1",
		},
		"enabled by a symlink, with a root": {
			files{
				"nginx.conf": "events {} http { include /etc/nginx/sites-enabled/*; }", "sites-available/a": siteOf("a"),
				"sites-available/b": siteOf("b"),
				"sites-enabled/a":   "-> /etc/nginx/sites-available/a",
			},
			"nginx.conf main 2, sites-available/b http 1",
		},
		"fragment within fragment": {
			files{"snippets/ws.conf": "proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade;",
				"sites/app.conf": "server { location / { include snippets/ws.conf; } }"},
			"sites/app.conf http 2",
		},
		"template": {
			files{"nginx/default.conf.template": "server { listen ${PORT}; location / { proxy_pass http://a; } }",
				"nginx/site.conf.j2": "{% if a %}\n" + siteOf("x") + "\n{% endif %}\n"},
			"nginx http 2",
		},
		"other programs": {
			files{
				"supervisor/conf.d/app.conf":               "[program:app]\ncommand=/bin/app ; comment\n",
				"apache2/sites-available/000-default.conf": "<VirtualHost *:80>\n</VirtualHost>\n",
				"raddb/sites-available/default":            "server default {\n listen {\n type = auth\n }\n}\n",
				"logstash/conf.d/a.conf":                   "input {\n beats { port => 5044 }\n}\n",
				"application.conf":                         "akka {\n http {\n server {\n request-timeout = 20s\n }\n }\n}\n",
				"named.conf": "options { directory \"/var\"; };\nzone \"a\" { type master; " +
					"file \"a\"; };\n",
				"dhcpd.conf": "subnet 10.0.0.0 netmask 255.0.0.0 { range 10.0.0.2 10.0.0.9; " +
					"option routers 10.0.0.1; }\n",
				"my.conf": "a = 1\n", "empty.conf": "",
				"conf.d/README.md": "server { listen 80; }", "conf.d/nginx.conf.bak": siteOf("a"),
				".git/nginx.conf": siteOf("a"),
				"haproxy.conf":    "frontend a\n bind :80\n", "sites-enabled/x.conf": "-> nowhere",
				"logrotate.conf": "/var/log/a {\n weekly\n}\n", "nginx.conf.png": "\x00\x01",
				"fonts.conf": "<?xml version=\"1.0\"?>\n", "redis.conf": "port 6379\n",
				"sysctl.d/nginx.conf":          "net.core.somaxconn = 1024\n",
				"logstash/pipeline/nginx.conf": "input {\n  http { port => 5044 }\n}\noutput { stdout { codec => rubydebug } }\n",
				"sites-enabled/far":            "-> /srv/far/nginx.conf",
				"hocon/application.conf":       "http {\n server { port = 80 }\n}\nupstream a { url = \"x\" }\n",
				"conf.d/nginx-app.conf":        "server { host = a, port = 8080 }\n",
			},
			"no nginx configuration found",
		},
		"Beanstalk": {
			files{".platform/nginx/conf.d/ws.conf": "proxy_read_timeout 300s;\nproxy_send_timeout 300s;\n"},
			".platform/nginx/conf.d/ws.conf location 1",
		},
		"broken": {
			files{"a/default.conf": "server {\n listen 80;\n server_name a;\n location / {\n proxy_pass http://a\n }\n}\n"},
			"a/default.conf http 1 (unexpected \"}\")",
		},
	} {
		t.Run(name, func(t *testing.T) {
			plant(t, c.files)
			trees, err := Read([]string{"."}, nil, Options{})
			var got []string
			for _, tree := range trees {
				s := fmt.Sprintf("%s %s %d", tree.Name, tree.Context, len(tree.Files))
				for _, p := range tree.Problems {
					s += " (" + p.Text + ")"
				}
				got = append(got, s)
			}
			if err != nil {
				got = append(got, strings.TrimPrefix(err.Error(), ".: "))
			}
			if s := strings.Join(got, ", "); s != c.want {
				t.Errorf("got  %s\nwant %s", s, c.want)
			}
		})
	}
}

func TestContextOf(t *testing.T) {
	for src, want := range map[string]string{
		"events {}": "main", "http {}": "main", "worker_processes 1; load_module a;": "main",
		"stream { server { proxy_pass a; } }": "main",
		"server {}":                           "http", "upstream a { server b; }": "http", "map $a $b { default 0; }": "http",
		"log_format a b;":                                             "http",
		"server { listen 1; proxy_pass a; }":                          "stream",
		"upstream a { server b; } server { listen 1; proxy_pass a; }": "stream",
		"server { location / { proxy_pass http://a; } }":              "http",
		"location / {}":                                               "server", "listen 80;": "server",
		"server_name a;": "server", "ssl_certificate a;": "server",
		"location / {} proxy_set_header A B;": "server",
		"listen 1; proxy_pass a;":             "stream/server",
		"proxy_pass http://a;":                "location", "proxy_set_header A B; proxy_read_timeout 1m;": "location",
		"":                                 "location",
		"server a; server b; keepalive 8;": "upstream",
		"default 0; a 1;":                  entries, "~*x 1;": entries, "text/html html;": entries, "10.0.0.0/8 1;": entries,
	} {
		nodes, _, err := parseFile(&File{Name: "a", Src: []byte(src)}, nil)
		if err != nil {
			t.Fatal(err)
		}
		if got := contextOf(nodes); got != want {
			t.Errorf("%s: %s, want %s", src, got, want)
		}
	}
}

// The dumps were made by nginx from configurations it accepts, and so were some trees.
func TestReadCorpus(t *testing.T) {
	corpus := truth.Corpus(t)
	dumps, _ := filepath.Glob(filepath.Join(corpus, "dumps", "*.txt"))
	for _, name := range dumps {
		trees, err := Read([]string{name}, nil, Options{})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		src, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if tree := trees[0]; len(trees) != 1 || len(tree.Problems) > 0 || len(tree.Unknown) > 0 ||
			len(tree.Files) != len(header.FindAll(src, -1)) {
			t.Errorf(
				"%s: %d trees, problems %v, unread %v, %d files",
				filepath.Base(name),
				len(trees),
				tree.Problems,
				tree.Unknown,
				len(tree.Files),
			)
		}
	}
	for _, dir := range []string{"h5bp", "hassio-addons", "nginxconfig.io-rendered", "nginx-proxy-manager-rendered",
		"matrix-examples", "linuxserver-swag"} {
		trees, err := Read([]string{filepath.Join(corpus, "trees", dir)}, nil, Options{})
		if err != nil {
			t.Errorf("%s: %v", dir, err)
		}
		for _, tree := range trees {
			if len(tree.Problems) > 0 {
				t.Errorf("%s: %v", dir, tree.Problems)
			}
			checkLinks(t, tree.Main.Block, nil)
		}
	}
	for _, dir := range []string{"nginx-ws", "nginx-plain", "nginx-other", "peer/nginx.org-examples", "peer/gixy-next",
		"peer/crossplane"} {
		trees, err := Read([]string{filepath.Join(corpus, dir)}, nil, Options{})
		if err != nil {
			t.Errorf("%s: %v", dir, err)
		}
		for _, tree := range trees {
			checkLinks(t, tree.Main.Block, nil)
		}
	}
	for _, dir := range []string{"haproxy", "terraform", "cloudformation", "k8s"} {
		if trees, err := Read([]string{filepath.Join(corpus, dir)}, nil, Options{}); err == nil {
			t.Errorf("%s: taken for nginx: %s", dir, trees[0].Name)
		}
	}
}
