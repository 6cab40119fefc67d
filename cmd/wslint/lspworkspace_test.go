package main

import (
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/wslint/wslint/internal/truth"
)

// TestLSPConfig: .wslint.yaml counts as the editor shows it, and what is wrong with it is shown there.
func TestLSPConfig(t *testing.T) {
	const ping = "keepalive: {every: 20s, from: server, kind: ping}\n"
	dir := project(t, map[string]string{"nginx.conf": noPing, ".wslint.yaml": "# nothing\n"})
	e := connect(t, everything(), dir)
	uri := e.open(filepath.Join(dir, ".wslint.yaml"), "yaml", "# nothing\n")
	if got := e.codes(); got != "nginx.conf:5 idle-timeout-without-ping" {
		t.Error(got)
	}
	for _, step := range []struct{ old, with, want string }{
		{"# nothing\n", ping, ""},
		{"20s", "60s", "nginx.conf:5 idle-timeout-below-ping"},
		{"60s", "60", ".wslint.yaml:1 "},
		{"60", "20s", ""},
		{ping, ping + "paths:\n  - url: wss://a.example.com/ws\n    through: [nginx: gone.conf]\n", ".wslint.yaml:4 "},
		{"nginx: gone.conf", "alb", ""},
		{"20s", "65s", ".wslint.yaml:4 idle-timeout-below-ping, nginx.conf:5 idle-timeout-below-ping"},
	} {
		e.replace(uri, step.old, step.with)
		if got := e.codes(); got != step.want {
			t.Errorf("%s -> %s: %q, not %q", step.old, step.with, got, step.want)
		}
	}
	e.replace(uri, "65s", "65")
	list := e.see(uri)
	if len(list) != 1 || e.pointed(uri, list[0].Range) != "65" || list[0].Severity != 1 ||
		!strings.Contains(list[0].Message, "has no unit") {
		t.Errorf("%+v", list)
	}
	if a := e.actions(uri, list[0].Range); len(a) != 0 {
		t.Errorf("%+v", a)
	}
}

// TestLSPUnits: a folder with a configuration file of its own is judged by it, and a folder of the workspace comes
// and goes.
func TestLSPUnits(t *testing.T) {
	dir := project(t, map[string]string{
		"a/nginx.conf": noPing, "b/nginx.conf": noPing,
		"b/.wslint.yaml": "keepalive: {every: 20s, from: server, kind: ping}\n",
		"c/nginx.conf":   noPing, "c/.wslint.yaml": "keepalive: {every: 90s, from: server, kind: ping}\n",
	})
	e := connect(t, everything(), dir)
	if got := e.codes(); got != "nginx.conf:5 idle-timeout-below-ping, nginx.conf:5 idle-timeout-without-ping" {
		t.Error(got)
	}
	move := func(added, removed []object) {
		e.notify("workspace/didChangeWorkspaceFolders", object{"event": object{"added": added, "removed": removed}})
	}
	at := func(name string) []object { return []object{{"uri": fileURI(filepath.Join(dir, name)), "name": name}} }
	move(at("b"), at(""))
	if got := e.codes(); got != "" {
		t.Error(got)
	}
	move(at("a"), nil)
	if got := e.codes(); got != "nginx.conf:5 idle-timeout-without-ping" {
		t.Error(got)
	}
	move(nil, append(at("a"), at("b")...))
	if got := e.codes(); got != "" {
		t.Error(got)
	}
	// Without a folder, the main file that is nearest upward has to do; without that, the file alone.
	e.open(filepath.Join(dir, "c/nginx.conf"), "nginx", noPing)
	if got := e.codes(); got != "nginx.conf:5 idle-timeout-below-ping" {
		t.Error(got)
	}
	alone := filepath.Join(t.TempDir(), "site")
	write(
		t,
		alone,
		"server { listen 80; location /ws { proxy_pass http://a:1; proxy_set_header Upgrade $http_upgrade; } }\n",
	)
	e.open(alone, "plaintext", "")
	if got := e.codes(); strings.Contains(got, "site") {
		t.Error(got)
	}
	e.open(alone, "nginx", "server { location /ws { proxy_pass http://a:1; proxy_set_header Upgrade $http_upgrade; } }\n")
	if got := e.codes(); got != "nginx.conf:5 idle-timeout-below-ping, site:1 connection-not-upgrade" {
		t.Error(got)
	}
}

// TestLSPFragments: what includes a fragment is found above the folder that the editor has open, or without any
// folder.
func TestLSPFragments(t *testing.T) {
	dir, files := example(t)
	const want = "chat.conf:10 idle-timeout-below-ping, chat.conf:16 header-inheritance-lost, nginx.conf:2 " +
		"worker-shutdown-cuts-tunnels"
	e := connect(t, everything(), filepath.Join(dir, "nginx/conf.d"))
	if got := e.codes(); got != want {
		t.Error(got)
	}
	for _, language := range []string{"nginx", "conf"} {
		e = connect(t, everything())
		if got := e.codes(); got != "" {
			t.Error(got)
		}
		e.open(filepath.Join(dir, "nginx/conf.d/chat.conf"), language, files["nginx/conf.d/chat.conf"])
		if got := e.codes(); got != want {
			t.Error(got)
		}
	}
}

// TestLSPLinks: a file that is open under another name than nginx reads it by is one file.
func TestLSPLinks(t *testing.T) {
	site := "server {\n    listen 80;\n    location /ws {\n        proxy_pass http://a:1;\n        proxy_set_header " +
		"Upgrade $http_upgrade;\n    }\n}\n"
	dir := project(t, map[string]string{
		"nginx.conf":             "events {}\nhttp { include sites-enabled/*; }\n",
		"sites-available/a.conf": site,
		".wslint.yaml":           "keepalive: {every: 20s, from: server, kind: ping}\n",
		"sites-enabled/keep":     "",
	})
	if err := os.Symlink("../sites-available/a.conf", filepath.Join(dir, "sites-enabled/a.conf")); err != nil {
		truth.Missing(t, "SYMLINKS", err)
	}
	e := connect(t, everything(), dir)
	if got := e.codes(); got != "a.conf:3 connection-not-upgrade" ||
		len(e.shown[fileURIOf(dir, "sites-enabled/a.conf")].Diagnostics) != 1 {
		t.Error(got, e.shown)
	}
	uri := e.open(filepath.Join(dir, "sites-available/a.conf"), "nginx", "\n"+site)
	list := e.see(uri)
	if got := e.codes(); got != "a.conf:4 connection-not-upgrade" || len(list) != 1 {
		t.Error(got)
	}
	e.take(e.actions(uri, list[0].Range)[0])
	if got := e.codes(); got != "" {
		t.Error(got)
	}
}

// TestLSPFarLinks: a link to a place of the machine that the folder is a copy of leads to the file in the folder, and
// what is found behind it is shown there.
func TestLSPFarLinks(t *testing.T) {
	dir := project(t, map[string]string{
		"nginx.conf":           "events {}\nhttp { include sites-enabled/*; }\n",
		"sites-available/a":    "server {\n    listen 80;\n    location /ws {\n        proxy_pass http://a:1;\n    }\n}\n",
		"sites-enabled/readme": "",
	})
	if err := os.Symlink("/etc/nginx/sites-available/a", filepath.Join(dir, "sites-enabled/a")); err != nil {
		truth.Missing(t, "SYMLINKS", err)
	}
	e := connect(t, everything(), dir)
	if got := e.codes(); got != "a:3 upgrade-not-forwarded" ||
		len(e.shown[fileURIOf(dir, "sites-available/a")].Diagnostics) != 1 {
		t.Error(got, e.shown)
	}
}

// TestLSPHAProxy: HAProxy's configuration, and the kernel's settings beside it.
func TestLSPHAProxy(t *testing.T) {
	conf := "defaults\n  mode http\n  timeout client 30s\n  timeout server 30s\n  timeout connect 5s\n\nfrontend web\n" +
		"  bind :80\n  default_backend ws\n\nbackend ws\n  server a 10.0.0.1:3000\n"
	dir := project(t, map[string]string{
		"haproxy.cfg": conf, "sysctl.conf": "net.ipv4.tcp_window_scaling = 0\n",
		".wslint.yaml": "kernel: [sysctl.conf]\nkeepalive: {every: 60s, from: server, kind: ping}\n" +
			"paths: [{url: 'wss://a.example.com/', through: [haproxy: haproxy.cfg]}]\n",
	})
	e := connect(t, everything(), dir)
	if got := e.codes(); got != "haproxy.cfg:3 idle-timeout-below-ping, sysctl.conf:1 kernel-window-scaling-off" {
		t.Error(got)
	}
	kernel := e.open(filepath.Join(dir, "sysctl.conf"), "conf", "net.ipv4.tcp_window_scaling = 0\n")
	e.replace(kernel, "= 0", "= 1")
	uri := e.open(filepath.Join(dir, "haproxy.cfg"), "haproxy", conf)
	for list := e.see(uri); len(list) > 0; list = e.see(uri) {
		e.take(e.actions(uri, list[0].Range)[0])
	}
	if got := e.codes(); got != "" {
		t.Error(got, e.docs[uri].text)
	}
}

// TestLSPSaved: what changes on disk counts once the client says so, and it is asked to.
func TestLSPSaved(t *testing.T) {
	dir := project(t, map[string]string{"nginx.conf": noPing})
	e := connect(t, everything(), dir)
	if got := e.codes(); got != "nginx.conf:5 idle-timeout-without-ping" {
		t.Error(got)
	}
	if len(e.asked) != 1 || !strings.Contains(e.asked[0], "workspace/didChangeWatchedFiles") ||
		!strings.Contains(e.asked[0], "**/*.{tf,tofu,tfvars,yaml,yml,config}") {
		t.Errorf("asked for %q", e.asked)
	}
	write(t, filepath.Join(dir, "nginx.conf"), "events {}\n")
	e.notify(
		"workspace/didChangeWatchedFiles",
		object{"changes": []object{{"uri": fileURI(filepath.Join(dir, "nginx.conf")), "type": 2}}},
	)
	if got := e.codes(); got != "" {
		t.Error(got)
	}
	write(t, filepath.Join(dir, "nginx.conf"), noPing)
	e.notify("workspace/didChangeConfiguration", object{"settings": nil})
	if got := e.codes(); got != "nginx.conf:5 idle-timeout-without-ping" {
		t.Error(got)
	}
}

// TestLSPAsCheck: a folder is judged as wslint check judges it, with its baseline, what is ignored, and dumps.
func TestLSPAsCheck(t *testing.T) {
	dump, err := os.ReadFile("../../testdata/example/nginx/nginx.conf")
	if err != nil {
		t.Fatal(err)
	}
	dir := project(t, map[string]string{
		"a/nginx.conf": noPing, "b/nginx.conf": noPing, "old/nginx.conf": noPing, "c/nginx.conf": strings.Replace(noPing,
			"http_upgrade", "http_upgrad", 1),
		"nginx-T.conf": "# configuration file /etc/nginx/nginx.conf:\n" + string(
			dump,
		) + "\n# configuration file /etc/nginx/conf.d/a.conf:\n" +
			"server { listen 8080; location /ws { proxy_pass http://127.0.0.1:9001; } }\n",
		".wslint.yaml": "ignore: [{rule: idle-timeout-without-ping, path: old/**, reason: it is old}]\noverrides: [{path: " +
			"b/*.conf, severity: {idle-timeout-without-ping: error}}]\n",
	})
	if code, _, stderr := runMain("", "baseline", filepath.Join(dir, "c")); code != exitClean {
		t.Fatal(stderr)
	}
	_, stdout, _ := runMain("", "check", "--format", "json", dir)
	var report struct {
		Findings []struct {
			Rule, Severity, Message, File string
			Line                          int
		}
	}
	if err := json.Unmarshal([]byte(stdout), &report); err != nil {
		t.Fatal(err)
	}
	var want, got []string
	for _, f := range report.Findings {
		if !strings.HasPrefix(f.File, dir) { // in the dump
			f.File, f.Line = "nginx-T.conf", f.Line+map[string]int{"/etc/nginx/nginx.conf": 1,
				"/etc/nginx/conf.d/a.conf": strings.Count(string(dump), "\n") + 3}[f.File]
		}
		want = append(want, fmt.Sprintf("%s:%d %s %s %s", filepath.Base(f.File), f.Line, f.Rule, f.Severity, f.Message))
	}
	e := connect(t, everything(), dir)
	e.settle()
	for uri, p := range e.shown {
		u, err := url.Parse(uri)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range p.Diagnostics {
			severity := [...]string{1: "error", 2: "warning", 3: "info"}[d.Severity]
			got = append(
				got,
				fmt.Sprintf("%s:%d %s %s %s", filepath.Base(u.Path), d.Range.Start.Line+1, d.Code, severity, d.Message),
			)
		}
	}
	slices.Sort(want)
	slices.Sort(got)
	if d := cmp.Diff(want, got); d != "" || len(got) < 3 {
		t.Error(d, got)
	}
}

// TestLSPResource: what is found at a load balancer, which is no file, is shown where the path through it is declared.
func TestLSPResource(t *testing.T) {
	const config = "keepalive: {every: 25s}\npaths:\n  - url: wss://chat.example.com/ws\n    through: [aws: lbs.json]\n"
	dir := project(t, map[string]string{
		".wslint.yaml": config,
		"lbs.json": `{"LoadBalancerDescriptions": [{"LoadBalancerName": "chat",
			"DNSName": "chat-1.eu-west-1.elb.amazonaws.com",
			"ListenerDescriptions": [{"Listener": {"Protocol": "SSL", "LoadBalancerPort": 443, "InstanceProtocol": "TCP",
			 "InstancePort": 3000}}]}]}
			{"LoadBalancerName": "chat", "LoadBalancerAttributes": {"ConnectionSettings": {"IdleTimeout": 60},
			 "ConnectionDraining": {"Enabled": false}}}`,
	})
	e := connect(t, everything(), dir)
	uri := e.open(filepath.Join(dir, ".wslint.yaml"), "yaml", config)
	list := e.see(uri)
	if len(list) != 1 || list[0].Code != "drain-closes-at-once" ||
		e.pointed(uri, list[0].Range) != "wss://chat.example.com/ws" ||
		!strings.HasSuffix(list[0].Message, "\nnote: found at arn:aws:elasticloadbalancing:eu-west-1::loadbalancer/chat") ||
		len(list[0].Related) != 2 ||
		!strings.HasPrefix(list[0].Related[1].Message, "to fix this: ") {
		t.Errorf("%+v", list)
	}
	if a := e.actions(uri, list[0].Range); len(a) != 0 {
		t.Errorf("an ignore comment here would suppress nothing: %+v", a)
	}
}

// TestLSPUnsaved: a file that was never saved is linted, in a folder and without one.
func TestLSPUnsaved(t *testing.T) {
	for _, folders := range [][]string{nil, {project(t, map[string]string{"README": ""})}} {
		e := connect(t, everything(), folders...)
		dir := t.TempDir()
		if len(folders) > 0 {
			dir = folders[0]
		}
		uri := e.open(filepath.Join(dir, "nginx.conf"), "nginx", noPing)
		if got := e.codes(); got != "nginx.conf:5 idle-timeout-without-ping" {
			t.Errorf("%v: %s", folders, got)
		}
		e.open(
			filepath.Join(dir, "haproxy.cfg"),
			"haproxy",
			"defaults\n mode http\n timeout client 30s\n timeout server 30s\n timeout connect 5s\nlisten web\n bind :80\n"+
				" timeout tunnel 30s\n server a 10.0.0.1:3000\n",
		)
		if got := e.codes(); got != "haproxy.cfg:8 idle-timeout-without-ping, nginx.conf:5 idle-timeout-without-ping" {
			t.Errorf("%v: %s", folders, got)
		}
		e.replace(uri, "events {}", "events {")
		if got := e.codes(); !strings.Contains(got, "nginx.conf:2 unreadable-config") {
			t.Errorf("%v: %s", folders, got)
		}
	}
}
