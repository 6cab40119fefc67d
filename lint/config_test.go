package lint

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/wslint/wslint/hop"
)

func TestConfig(t *testing.T) {
	c, err := ParseConfig("dir/.wslint.yaml", []byte(`# what the application does
targets:
  nginx: 1.30
keepalive: {every: 25s, from: client, kind: message, timeout: 20s}
paths:
  - url: wss://chat.example.com/ws
    through: [cloudfront, alb/prod-web, nginx: deploy/nginx.conf]
    app: socket.io
    clients: 20_000
    subprotocols: [chat, superchat]
    headers:
      Origin: https://example.com
      user-agent: ""
  - url: "ws://[::1]:8080/"
    keepalive: none
`))
	if err != nil {
		t.Fatal(err)
	}
	k := c.Keepalive
	if c.Targets["nginx"] != "1.30.0" || k.Every != 25*time.Second || k.From != hop.Client || k.Kind != "message" ||
		k.Timeout != 20*time.Second {
		t.Errorf("read %+v and %+v", c, k)
	}
	if want := (hop.Pos{File: "dir/.wslint.yaml", Line: 4, Col: 20, EndCol: 23}); k.Pos != want {
		t.Errorf("keepalive at %+v, want %+v", k.Pos, want)
	}
	p := c.Paths[0]
	if want := (hop.Pos{File: "dir/.wslint.yaml", Line: 6, Col: 10, EndCol: 35}); p.Pos != want {
		t.Errorf("path at %+v, want %+v", p.Pos, want)
	}
	want := []Element{
		{"cloudfront", "", hop.Pos{File: "dir/.wslint.yaml", Line: 7, Col: 15, EndCol: 25}},
		{"alb/prod-web", "", hop.Pos{File: "dir/.wslint.yaml", Line: 7, Col: 27, EndCol: 39}},
		{"nginx", "deploy/nginx.conf", hop.Pos{File: "dir/.wslint.yaml", Line: 7, Col: 41, EndCol: 46}},
	}
	for i, e := range want {
		if p.Through[i] != e {
			t.Errorf("hop %d is %+v, want %+v", i, p.Through[i], e)
		}
	}
	if p.App != "socket.io" || p.Clients != 20000 || len(p.Subprotocols) != 2 ||
		p.Headers[1] != (Header{"User-Agent", ""}) {
		t.Errorf("read %+v", p)
	}
	if !c.Paths[1].Keepalive.None {
		t.Errorf("keepalive: none was read as %+v", c.Paths[1].Keepalive)
	}
}

func TestConfigErrors(t *testing.T) {
	for _, tc := range []struct{ text, want string }{
		{"keepalive:\n  intervall: 25s\n",
			`c:2:3: unknown key "intervall" in keepalive: it knows every, from, kind, timeout`},
		{"keepalive:\n  evry: 25s\n", `c:2:3: unknown key "evry" in keepalive: did you mean "every"?`},
		{"keepalive: {every: 25}\n", `c:1:20: every: 25 has no unit, add a unit: 25s, or 25ms if milliseconds are meant`},
		{"keepalive: {every: 25x}\n", `c:1:20: every: "25x" is not a duration: write it like 25s, 1m30s or 500ms`},
		{"keepalive: {every: 48h}\n", `c:1:20: every: 48h is longer than a day: is the unit right?`},
		{"keepalive: {every: 0s}\n", `c:1:20: every: 0s must be greater than 0; write none if nothing is sent`},
		{"keepalive: {every: 9999999999999h}\n",
			`c:1:20: every: "9999999999999h" is not a duration: write it like 25s, 1m30s or 500ms`},
		{"keepalive: {from: server}\n", `c:1:12: keepalive lacks every: how long is it between two pings?`},
		{"keepalive: {every: 25s, from: proxy}\n", `c:1:31: from: "proxy" is neither server nor client`},
		{"keepalive: {every: 25s, kind: pang}\n", `c:1:31: kind: "pang" is none of ping, pong, data, message, tcp`},
		{"keepalive: 25\n", "c:1:12: keepalive: 25 has no unit, add a unit: 25s, or 25ms if milliseconds are meant"},
		{"keepalive:\n", `c:1:11: keepalive has no value`},
		{"targets: {nginx: new}\n", `c:1:18: nginx version "new": want something like 1.28 or 1.28.0`},
		{"paths: wss://x/\n", `c:1:8: paths is not a list`},
		{"paths:\n  - through: []\n", `c:2:5: a path lacks url: what do browsers connect to?`},
		{"paths:\n  - url: https://x/\n", `c:2:10: url: "https://x/": a WebSocket has a ws: or wss: URL: wss://x/`},
		{"paths:\n  - url: wss://x/\n    through: [nginx]\n",
			`c:3:15: nginx needs its configuration, like nginx: deploy/nginx.conf`},
		{"paths:\n  - url: wss://x/\n    through: [{nginx: a, haproxy: b}]\n",
			`c:3:15: a hop has one key, like alb: prod-web`},
		{"paths:\n  - url: wss://x/\n    through: [\"tf: aws_lb.web\", {alb: web}]\n",
			`c:3:15: a hop with a value is a mapping: write {tf: aws_lb.web}, without the quotes round both`},
		{"paths:\n  - url: wss://x/\n    through: [\"nginx:a b.conf\"]\n",
			`c:3:15: a hop with a value is a mapping: write {nginx: a b.conf}, without the quotes round both`},
		{"paths:\n  - url: wss://x/\n    through: [\"alb: prod\"]\n",
			`c:3:15: a hop with a value is a mapping: write {alb: prod}, without the quotes round both`},
		{"paths:\n  - url: wss://x/\n    through: [terraform]\n",
			`c:3:15: terraform needs its files, like terraform: deploy; a resource is tf: aws_lb.web`},
		{"paths:\n  - url: wss://x/\n    through: [aws]\n",
			`c:3:15: aws needs a snapshot, like aws: lbs.json; a load balancer is alb/NAME or its ARN`},
		{"paths:\n  - url: wss://x/\n    through: [deploy/my-haproxy.conf]\n",
			`c:3:15: a file needs its format: write {haproxy: deploy/my-haproxy.conf}`},
		{"paths:\n  - url: wss://x/\n    through: [deploy/site.vhost]\n",
			`c:3:15: a file needs its format: write {nginx: deploy/site.vhost}`},
		{"paths:\n  - url: wss://x/\n    through: [main.tf.json]\n",
			`c:3:15: a file needs its format: write {terraform: main.tf.json}`},
		{"paths:\n  - url: wss://x/\n    through: [{alb: lbs.json}]\n",
			`c:3:21: alb takes a name, like alb: prod-web; a file is written {aws: lbs.json}`},
		{"paths:\n  - url: wss://x/\n    through: [[a]]\n", `c:3:15: a hop takes a single value, not a list`},
		{"paths:\n  - url: wss://x/\n    clients: many\n", `c:3:14: clients: "many" is not a number of concurrent sockets`},
		{"paths:\n  - url: wss://x/\n    headers: {\"a b\": c}\n", `c:3:15: "a b" is not the name of a header`},
		{"größe: 1\ntargets: {nginx: 1.28, größe: 2}\n", `c:1:1: unknown key "größe" in the configuration: it knows ` +
			`exclude, fail-on, hops, ignore, keepalive, kernel, min-confidence, overrides, paths, rules, targets` +
			"\nc:2:24: unknown key \"größe\" in targets: it knows haproxy, nginx"},
		{"targets: {nginx: \"ü\", x: 2}\n", "c:1:18: nginx version \"ü\": want something like 1.28 or 1.28.0\n" +
			`c:1:24: unknown key "x" in targets: it knows haproxy, nginx`},
		{"hops: {proxy: {idle: 90}}\n", `c:1:22: idle: 90 has no unit, add a unit: 90s, or 90ms if milliseconds are meant`},
		{"hops: {proxy: {idle: 90ms}}\n", `c:1:22: idle: 90ms is shorter than 1s: is the unit right?`},
		{"hops: {proxy: {idle: 9000h}}\n", `c:1:22: idle: 9000h is longer than 30 days: is the unit right?`},
		{"hops: {proxy: {counts: bytes}}\n",
			`c:1:8: hop proxy lacks idle: after how much silence does it close a connection? (none: it does not)`},
		{"hops: {proxy: {idle: 90s, counts: octets}}\n",
			`c:1:35: counts: "octets" is neither bytes nor packets (TCP keepalive counts too)`},
		{"hops: {proxy: {idle: 90s, restart: both}}\n", `c:1:36: restart: "both" is none of server, client, either`},
		{"hops: {proxy: {idel: 90s}}\n", `c:1:16: unknown key "idel" in hop proxy: did you mean "idle"?`},
		{"hops: {proxy: 90s}\n", `c:1:15: hop proxy is not a mapping of keys to values`},
		{"hops: {alb: {idle: 5000s}}\n", `c:1:20: idle: AWS Application Load Balancer takes 4000s at most`},
		{"hops: {nlb/edge: {idle: 30s}}\n", `c:1:25: idle: AWS Network Load Balancer, TCP listener takes 60s at least`},
		{"hops: {cloudfront: {idle: 90s}}\n", `c:1:27: idle: Amazon CloudFront has a fixed idle timeout of 10m`},
		{"hops: {alb: {idle: none}}\n",
			`c:1:20: idle: AWS Application Load Balancer always has an idle timeout, 4000s at most`},
		{"hops: {cloudfront: {idle: none}}\n", `c:1:27: idle: Amazon CloudFront always has an idle timeout of 10m`},
		{"hops: {\"\": {idle: 90s}}\n", `c:1:8: a hop has no name`},
		{"paths: [{url: wss://a/, through: [\"\"]}]\n", `c:1:35: a hop is empty`},
		{"hops: {alb: {idle: 90s}, aws-alb: {idle: 80s}}\n",
			`c:1:26: aws-alb is another name of alb, which hops has already`},
		{"- a\n", `c:1:1: the configuration is not a mapping of keys to values`},
		{"a: &x [*x]\n", `c:1:1: unknown key "a" in the configuration: it knows exclude, fail-on, hops, ignore, ` +
			`keepalive, kernel, ` +
			`min-confidence, overrides, paths, rules, targets`},
		{"keepalive: &x *x\n", ``},
		{"targets: {nginx: 1.28}\ntargets: {nginx: 1.28}\n", `c:2:1: mapping key "targets" already defined at [1:1]`},
		{"targets: {nginx: 1.28\n", ``},
		{"targets: {nginx: 1.28}\n---\ntargets: {nginx: 1.28}\n", `c:3:1: a second document: the file holds one`},
		{"\ttargets: 1\n", ``},
	} {
		_, err := ParseConfig("c", []byte(tc.text))
		switch {
		case err == nil:
			t.Errorf("%q: no error", tc.text)
		case tc.want != "" && err.Error() != tc.want:
			t.Errorf("%q:\n got %s\nwant %s", tc.text, err, tc.want)
		case !strings.HasPrefix(err.Error(), "c:"):
			t.Errorf("%q: %s names no place", tc.text, err)
		}
	}
}

func TestConfigMayBeEmpty(t *testing.T) {
	for _, text := range []string{"", "\n", "# nothing\n", "---\n", "targets: {}\n", "paths: []\n"} {
		if _, err := ParseConfig("c", []byte(text)); err != nil {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func FuzzConfig(f *testing.F) {
	f.Add([]byte("keepalive: {every: 25s}\npaths:\n  - url: wss://x/\n    through: [a, nginx: b]\n"))
	f.Add([]byte("a: &a [*a]\nb: !!str |\n  c\n? d\n: - e\n"))
	f.Fuzz(func(t *testing.T, text []byte) { ParseConfig("c", text) })
}

func TestFindConfig(t *testing.T) {
	root := t.TempDir()
	t.Chdir(root)
	for _, dir := range []string{"a/b", "c"} {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for _, file := range []string{ConfigName, "a/" + ConfigName, "a/b/nginx.conf"} {
		if err := os.WriteFile(file, nil, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, tc := range []struct {
		inputs []string
		want   string
	}{
		{nil, ConfigName},
		{[]string{"-"}, ConfigName},
		{[]string{"c"}, ConfigName},
		{[]string{"a/b/nginx.conf"}, filepath.Join("a", ConfigName)},
		{[]string{"a", "a/b"}, filepath.Join("a", ConfigName)},
	} {
		if got, err := FindConfig(tc.inputs); got != tc.want || err != nil {
			t.Errorf("%q: got %q, %v, want %q", tc.inputs, got, err, tc.want)
		}
	}
	if _, err := FindConfig([]string{"a", "c"}); err == nil {
		t.Error("two different configuration files govern a and c, but there is no error")
	}
}

// TestConfigurationPage: every example of the documentation is a configuration, and every key is in it.
func TestConfigurationPage(t *testing.T) {
	page, err := os.ReadFile("../docs/configuration.md")
	if err != nil {
		t.Fatal(err)
	}
	blocks := strings.Split(string(page), "```yaml\n")[1:]
	for _, b := range blocks {
		text, _, _ := strings.Cut(b, "```")
		if _, err := ParseConfig("configuration.md", []byte(text)); err != nil {
			t.Errorf("%v\n%s", err, text)
		}
	}
	if len(blocks) < 5 {
		t.Errorf("%d examples", len(blocks))
	}
	for _, key := range []string{
		"targets", "nginx", "keepalive", "every", "from", "kind", "timeout", "hops", "idle", "life", "counts", "restart",
		"paths", "url", "through", "app", "clients", "subprotocols", "headers",
	} {
		if !strings.Contains(string(page), "`"+key+"`") && !strings.Contains(string(page), "\n## "+key) &&
			!strings.Contains(string(page), key+":") {
			t.Errorf("%s is not described", key)
		}
	}
}
