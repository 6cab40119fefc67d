package compose

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/internal/oracle"
	"github.com/wslint/wslint/parsers"
	"github.com/wslint/wslint/parsers/nginx"
)

// chat is a server with a WebSocket at /ws.
const chat = `server {
    listen 80;
    server_name chat.test;
    location /ws {
        proxy_pass http://127.0.0.1:3000;
        proxy_http_version 1.1;
        proxy_set_header Upgrade $http_upgrade;
        proxy_set_header Connection upgrade;
        proxy_read_timeout TIME;
    }
}
`

func chatFor(time string) string { return strings.ReplaceAll(chat, "TIME", time) }

// imageMain and imageSite are what the official image has, as its containers show it.
const (
	imageMain = "events { worker_connections 1024; }\nhttp {\n    default_type application/octet-stream;\n" +
		"    keepalive_timeout 65;\n    include conf.d/*.conf;\n}\n"
	imageSite = "server {\n    listen 80;\n    server_name localhost;\n    location / { root html; }\n}\n"
)

// truths are projects, what lies in /etc/nginx of the container that docker starts, and what a browser sees.
var truths = []struct {
	name      string
	files     map[string]string // of the project
	container map[string]string // below /etc/nginx
	url       string
	want      string
	cut       time.Duration // when a quiet tunnel is cut; 0 where it does not open
}{
	{
		"a file instead of the image's server",
		map[string]string{
			"compose.yaml": "services:\n  web:\n    image: nginx\n    volumes:\n" +
				"      - ./a.conf:/etc/nginx/conf.d/default.conf:ro\n",
			"a.conf": chatFor("90s"),
		},
		map[string]string{"nginx.conf": imageMain, "conf.d/default.conf": chatFor("90s")},
		"ws://chat.test/ws", "open", 90 * time.Second,
	},
	{
		"a file beside the image's server, which has the name localhost",
		map[string]string{
			"compose.yaml": "services:\n  web:\n    image: nginx\n    volumes:\n" +
				"      - ./a.conf:/etc/nginx/conf.d/app.conf\n",
			"a.conf": strings.Replace(chatFor("90s"), "server_name chat.test", "server_name _", 1),
		},
		map[string]string{"nginx.conf": imageMain, "conf.d/default.conf": imageSite,
			"conf.d/app.conf": strings.Replace(chatFor("90s"), "server_name chat.test", "server_name _", 1)},
		"ws://localhost/ws", "answered 404", 0,
	},
	{
		"the same by another name",
		map[string]string{
			"compose.yaml": "services:\n  web:\n    image: nginx\n    volumes:\n" +
				"      - ./a.conf:/etc/nginx/conf.d/app.conf\n",
			"a.conf": strings.Replace(chatFor("90s"), "server_name chat.test", "server_name _", 1),
		},
		map[string]string{"nginx.conf": imageMain, "conf.d/default.conf": imageSite,
			"conf.d/app.conf": strings.Replace(chatFor("90s"), "server_name chat.test", "server_name _", 1)},
		"ws://other.test/ws", "open", 90 * time.Second,
	},
	{
		"a directory hides the image's server",
		map[string]string{
			"compose.yaml": "services:\n  web:\n    image: nginx\n    volumes:\n" +
				"      - type: bind\n        source: ./conf.d\n        target: /etc/nginx/conf.d\n",
			"conf.d/x.conf":  strings.Replace(chatFor("120s"), "server_name chat.test", "server_name _", 1),
			"conf.d/x.other": "not read",
		},
		map[string]string{"nginx.conf": imageMain,
			"conf.d/x.conf": strings.Replace(chatFor("120s"), "server_name chat.test", "server_name _", 1)},
		"ws://localhost/ws", "open", 120 * time.Second,
	},
	{
		"a template with environment, .env and a default",
		map[string]string{
			"compose.yaml": "services:\n  web:\n    image: nginx\n    environment:\n" +
				"      READ: ${READ:-30s}\n      PORT: 3000\n" +
				"    volumes: [\"./templates:/etc/nginx/templates\"]\n",
			".env": "READ=75s # of the project\n",
			"templates/default.conf.template": strings.NewReplacer("TIME", "${READ}", "3000", "$PORT").
				Replace(chat),
		},
		map[string]string{"nginx.conf": imageMain, "conf.d/default.conf": chatFor("75s")},
		"ws://chat.test/ws", "open", 75 * time.Second,
	},
	{
		"env_file below environment",
		map[string]string{
			"compose.yaml": "services:\n  web:\n    image: nginx\n    env_file: web.env\n" +
				"    environment: [\"READ=80s\"]\n" +
				"    volumes: [\"./t.template:/etc/nginx/templates/default.conf.template\"]\n",
			"web.env":    "READ=30s\n",
			"t.template": chatFor("${READ}"),
		},
		map[string]string{"nginx.conf": imageMain, "conf.d/default.conf": chatFor("80s")},
		"ws://chat.test/ws", "open", 80 * time.Second,
	},
	{
		"a config with doubled dollars",
		map[string]string{
			"compose.yaml": "services:\n  web:\n    image: nginx\n    configs:\n" +
				"      - {source: site, target: /etc/nginx/conf.d/default.conf}\n" +
				"configs:\n  site:\n    content: |\n      " +
				strings.ReplaceAll(strings.ReplaceAll(strings.TrimSpace(chatFor("95s")), "$", "$$"), "\n", "\n      ") + "\n",
		},
		map[string]string{"nginx.conf": imageMain, "conf.d/default.conf": chatFor("95s")},
		"ws://chat.test/ws", "open", 95 * time.Second,
	},
	{
		"a main file of its own, with a directory of its own",
		map[string]string{
			"compose.yaml": "services:\n  web:\n    image: nginx\n    volumes:\n" +
				"      - ./nginx.conf:/etc/nginx/nginx.conf\n" +
				"      - ./sites:/etc/nginx/sites\n",
			"nginx.conf":   "events {}\nhttp { proxy_read_timeout 85s; include sites/*; }\n",
			"sites/a.conf": strings.Replace(chat, "        proxy_read_timeout TIME;\n", "", 1),
		},
		map[string]string{"nginx.conf": "events {}\nhttp { proxy_read_timeout 85s; include sites/*; }\n",
			"sites/a.conf": strings.Replace(chat, "        proxy_read_timeout TIME;\n", "", 1)},
		"ws://chat.test/ws", "open", 85 * time.Second,
	},
	{
		"extends, an override and an anchor",
		map[string]string{
			"compose.yaml": "x-env: &env\n  READ: 65s\nservices:\n  web:\n" +
				"    extends: {file: base.yaml, service: proxy}\n" +
				"    environment:\n      <<: *env\n",
			"compose.override.yaml": "services:\n  web:\n    environment: {READ: 70s}\n",
			"base.yaml": "services:\n  proxy:\n    image: nginx\n    environment: {READ: 20s}\n" +
				"    volumes: [\"./t:/etc/nginx/templates\"]\n",
			"t/default.conf.template": chatFor("${READ}"),
		},
		map[string]string{"nginx.conf": imageMain, "conf.d/default.conf": chatFor("70s")},
		"ws://chat.test/ws", "open", 70 * time.Second,
	},
	{
		"a Dockerfile that removes the image's server",
		map[string]string{
			"compose.yaml": "services:\n  web:\n    build: ./web\n",
			"web/Dockerfile": "FROM nginx:1.30-alpine\nRUN rm /etc/nginx/conf.d/default.conf\n" +
				"COPY app.conf /etc/nginx/conf.d/\n",
			"web/app.conf": strings.Replace(chatFor("100s"), "server_name chat.test", "server_name _", 1),
		},
		map[string]string{"nginx.conf": imageMain,
			"conf.d/app.conf": strings.Replace(chatFor("100s"), "server_name chat.test", "server_name _", 1)},
		"ws://localhost/ws", "open", 100 * time.Second,
	},
	{
		"a command that replaces variables",
		map[string]string{
			"compose.yaml": "services:\n  web:\n    image: nginx\n" +
				"    environment: {READ: 105s, http_upgrade: lost}\n" +
				"    volumes: [\"./t:/tmp/t.conf\"]\n" +
				"    command: sh -c \"envsubst '$$READ' < /tmp/t.conf > /etc/nginx/conf.d/default.conf && nginx -g " +
				"'daemon off;'\"\n",
			"t": chatFor("${READ}"),
		},
		map[string]string{"nginx.conf": imageMain, "conf.d/default.conf": chatFor("105s")},
		"ws://chat.test/ws", "open", 105 * time.Second,
	},
}

// serve writes the files of a project and reads its only service.
func serve(t *testing.T, files map[string]string) *nginx.Config {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		name = filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	o := parsers.Options{ReadFile: os.ReadFile, Stat: os.Stat, Regexes: parsers.NewBudget()}
	r, err := readAll([]parsers.Found{{Name: filepath.Join(dir, "compose.yaml")}}, o)
	if err != nil || len(r.Nested) != 1 {
		t.Fatal(err, len(r.Nested), r.Problems, r.Unknown)
	}
	x, err := nginx.Reader().Read([]parsers.Found{r.Nested[0].Found}, o)
	if err != nil || len(x.Sources) != 1 || len(x.Problems) > 0 {
		t.Fatal(err, x.Problems, x.Unknown)
	}
	return x.Sources[0].Source.(*nginx.Config)
}

// handshake is what a browser sends to a URL.
func handshake(url string) hop.Request {
	host, target, _ := strings.Cut(strings.TrimPrefix(url, "ws://"), "/")
	q := hop.Request{Method: "GET", Host: host, Target: "/" + target, Addr: "192.0.2.1:80",
		Proto: hop.Written("HTTP", "1.1", hop.Pos{}), Header: map[string][]hop.Setting[string]{}}
	for name, value := range map[string]string{"Host": host, "Upgrade": "websocket", "Connection": "Upgrade",
		"Sec-Websocket-Key": "dGhlIHNhbXBsZSBub25jZQ==", "Sec-Websocket-Version": "13"} {
		q.Header[name] = []hop.Setting[string]{hop.Written(name, value, hop.Pos{})}
	}
	return q
}

func outcome(o hop.Outcome) string {
	if o.Kind == hop.Open {
		return "open"
	}
	return fmt.Sprintf("answered %d", o.Status)
}

// TestStated holds what is made of the projects against what is stated of them.
func TestStated(t *testing.T) {
	for _, c := range truths {
		t.Run(c.name, func(t *testing.T) {
			q := handshake(c.url)
			h := serve(t, c.files).Serve(q)[0].Hop
			p := hop.Path{Request: q, Hops: []hop.Hop{*h}}
			if got := outcome(p.Handshake()); got != c.want {
				t.Fatalf("predicted %s, want %s: %+v", got, c.want, p.Handshake())
			}
			for _, timer := range h.Idle {
				if got, known := timer.Get(); c.cut > 0 && timer.Name == "proxy_read_timeout" && (!known || got != c.cut) {
					t.Errorf("cut after %s (%v), want %s", got, known, c.cut)
				}
			}
		})
	}
}

// readNginx is what a main file is to a version of nginx.
func readNginx(main, version string) (hop.Source, error) {
	r, err := nginx.Reader().Read([]parsers.Found{{Name: main}}, parsers.Options{Version: version})
	if err != nil || len(r.Sources) != 1 || len(r.Problems) > 0 {
		return nil, fmt.Errorf("%d sources, problems %v: %w", len(r.Sources), r.Problems, err)
	}
	return r.Sources[0].Source, nil
}

// TestTruth has a real nginx run what lies in the containers, with a real WebSocket through it: what is stated is what
// is seen.
func TestTruth(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: no long runs against real proxies")
	}
	const shorten = 30
	for _, n := range oracle.Find(t) {
		for _, c := range truths {
			t.Run(n.Version+"/"+c.name, func(t *testing.T) {
				t.Parallel()
				probe := oracle.Probe{URL: c.url}
				if c.cut > 0 {
					probe.Watch = c.cut/shorten + 2*time.Second
				}
				path := n.Hold(t, maps.Clone(c.container), oracle.Options{Shorten: shorten}, probe, readNginx)
				if got := outcome(path.Handshake()); got != c.want {
					t.Errorf("seen as predicted, %s; stated is %s", got, c.want)
				}
				for _, timer := range path.Hops[0].Idle {
					want := (c.cut / shorten).Round(time.Millisecond) // nginx has no shorter units
					if got, _ := timer.Get(); c.cut > 0 && timer.Name == "proxy_read_timeout" && got != want {
						t.Errorf("cut after %s, stated is %s", got, want)
					}
				}
			})
		}
	}
}
