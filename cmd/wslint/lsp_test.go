package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// project writes files below a directory whose name is as bad as names get, and returns it.
func project(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "with space, 100%25, ü#?")
	for name, text := range files {
		write(t, filepath.Join(dir, name), text)
	}
	return dir
}

func write(t testing.TB, name, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// example is the shipped example.
func example(t *testing.T) (dir string, files map[string]string) {
	t.Helper()
	files = map[string]string{}
	for _, name := range []string{".wslint.yaml", "nginx/nginx.conf", "nginx/conf.d/chat.conf"} {
		src, err := os.ReadFile(filepath.Join("../../testdata/example", name))
		if err != nil {
			t.Fatal(err)
		}
		files[name] = string(src)
	}
	return project(t, files), files
}

// TestLSP: what is found at which places, in a fragment and in the context of its root, edited until nothing is left.
func TestLSP(t *testing.T) {
	dir, files := example(t)
	e := connect(t, everything(), dir)
	chat := e.open(filepath.Join(dir, "nginx/conf.d/chat.conf"), "nginx", files["nginx/conf.d/chat.conf"])
	list := e.see(chat)
	if got := e.codes(); got != "chat.conf:10 idle-timeout-below-ping, chat.conf:16 header-inheritance-lost, "+
		"nginx.conf:2 worker-shutdown-cuts-tunnels" {
		t.Fatal(got)
	}
	idle := list[0]
	if want := (area{place{9, 4}, place{9, 16}}); idle.Range != want || e.pointed(chat, idle.Range) != "location /ws" {
		t.Errorf("at %v, %q", idle.Range, e.pointed(chat, idle.Range))
	}
	if idle.Severity != 1 || idle.Source != "wslint" ||
		!strings.HasSuffix(idle.CodeDescription.Href, "/rules/idle-timeout-below-ping.md") {
		t.Errorf("%+v", idle)
	}
	if want := "nginx closes idle connections after 60s (default proxy_read_timeout), but pings come " +
		"only every 75s"; idle.Message != want {
		t.Errorf("message %q", idle.Message)
	}
	if r := idle.Related[0]; r.Location.URI != fileURIOf(dir, ".wslint.yaml") ||
		r.Message != "the keepalive is declared here" ||
		r.Location.Range != (area{place{1, 19}, place{1, 22}}) {
		t.Errorf("related %+v", r)
	}
	lost := list[1]
	if got := e.pointed(chat, lost.Range); got != `proxy_set_header X-Room "1"` ||
		lost.Related[0].Location.URI != fileURIOf(dir, "nginx/nginx.conf") {
		t.Errorf("%q, related %+v", got, lost.Related)
	}

	// The text of the editor counts, and what is found depends on the root that nobody has opened.
	e.replace(chat, "        proxy_pass", "        proxy_read_timeout 160s;\n        proxy_pass")
	if got := e.codes(); strings.Contains(got, "idle") {
		t.Error(got)
	}
	root := e.open(filepath.Join(dir, "nginx/nginx.conf"), "nginx", files["nginx/nginx.conf"])
	e.replace(root, "worker_shutdown_timeout 30s;\n", "")
	e.replace(chat, `proxy_set_header X-Room "1";`, "proxy_read_timeout 160s;")
	if got := e.codes(); got != "" {
		t.Error(got)
	}
	e.replace(root, "proxy_set_header Upgrade", "# proxy_set_header Upgrade")
	if got := e.codes(); !strings.Contains(got, "chat.conf") {
		t.Errorf("an edit of the root changes nothing in the fragment: %q", got)
	}

	// Closed without saving, the files on disk count again.
	for uri := range e.docs {
		delete(e.docs, uri)
		e.notify("textDocument/didClose", object{"textDocument": object{"uri": uri}})
	}
	if got := e.codes(); got != "chat.conf:10 idle-timeout-below-ping, chat.conf:16 header-inheritance-lost, "+
		"nginx.conf:2 worker-shutdown-cuts-tunnels" {
		t.Error(got)
	}
	e.request("shutdown", nil, nil)
	e.notify("exit", nil)
	if code := e.end(); code != 0 || e.stderr.Len() > 0 {
		t.Errorf("exit code %d, %s", code, e.stderr.String())
	}
	for name, text := range files {
		if src, _ := os.ReadFile(filepath.Join(dir, name)); string(src) != text {
			t.Errorf("%s was written to", name)
		}
	}
}

// fileURIOf is a URI as the server writes it for a file that it was not told of.
func fileURIOf(dir, name string) string {
	return "file://" + strings.NewReplacer("%", "%25", " ", "%20", "ü", "%C3%BC", "#", "%23", "?", "%3F").
		Replace(filepath.Join(dir, name))
}

// TestLSPActions: each fix cures its finding, whatever form of edit the client takes.
func TestLSPActions(t *testing.T) {
	for name, capabilities := range map[string]object{"versions": everything(), "plain": plainClient()} {
		t.Run(name, func(t *testing.T) {
			dir, files := example(t)
			e := connect(t, capabilities, dir)
			chat := e.open(filepath.Join(dir, "nginx/conf.d/chat.conf"), "nginx", files["nginx/conf.d/chat.conf"])
			root := e.open(filepath.Join(dir, "nginx/nginx.conf"), "nginx", files["nginx/nginx.conf"])
			if d := e.see(chat)[0]; (d.Related == nil) != strings.Contains(
				d.Message,
				"\nthe keepalive is declared here ("+filepath.Join(dir, ".wslint.yaml")+":2:20)",
			) {
				t.Errorf("the other places are lost: %+v", d)
			}
			taken := 0
			for _, uri := range []string{chat, root} {
				for list := e.see(uri); len(list) > 0; list = e.see(uri) {
					a := e.actions(uri, list[0].Range, "quickfix")
					if len(a) < 2 || a[0].Kind != "quickfix" || a[0].Diagnostics[0].Code != list[0].Code {
						t.Fatalf("%s: %+v", list[0].Code, a)
					}
					if safe := list[0].Code == "idle-timeout-below-ping"; a[0].IsPreferred != safe ||
						strings.Contains(a[0].Title, "unsafe fix") == safe {
						t.Errorf("%q, preferred: %v", a[0].Title, a[0].IsPreferred)
					}
					e.take(a[0])
					taken++
				}
			}
			if got := e.codes(); taken != 4 || got != "" {
				t.Errorf("after %d fixes: %q", taken, got)
			}
			want := strings.Replace(files["nginx/nginx.conf"], "worker_shutdown_timeout 30s", "worker_shutdown_timeout 4h", 1)
			if d := cmp.Diff(want, e.docs[root].text); d != "" {
				t.Error(d)
			}
		})
	}
}

func plainClient() object {
	c := everything()
	c["workspace"] = object{}
	c["textDocument"].(object)["publishDiagnostics"] = object{}
	return c
}

const noPing = `events {}
http {
	server {
		listen 80;
		location /ws {
			proxy_pass http://10.0.0.1:3000;
			proxy_http_version 1.1;
			proxy_set_header Upgrade $http_upgrade;
			proxy_set_header Connection upgrade;
		}
	}
}
`

// TestLSPIgnore: the remark is written above the finding, and holds once it has a reason.
func TestLSPIgnore(t *testing.T) {
	dir := project(t, map[string]string{"nginx.conf": noPing})
	e := connect(t, everything(), dir)
	uri := e.open(filepath.Join(dir, "nginx.conf"), "nginx", noPing)
	list := e.see(uri)
	if len(list) != 1 || list[0].Code != "idle-timeout-without-ping" {
		t.Fatalf("%+v", list)
	}
	all := e.actions(uri, list[0].Range)
	ignore := all[len(all)-1]
	if !strings.HasPrefix(ignore.Title, "ignore idle-timeout-without-ping here") || ignore.IsPreferred {
		t.Fatalf("%+v", all)
	}
	e.take(ignore)
	if !strings.Contains(e.docs[uri].text, "\n\t\t# wslint:ignore idle-timeout-without-ping \n\t\tlocation /ws {\n") {
		t.Error(e.docs[uri].text)
	}
	if got := e.codes(); got != "nginx.conf:5 invalid-ignore, nginx.conf:6 idle-timeout-without-ping" {
		t.Error(got)
	}
	e.replace(uri, "without-ping \n", "without-ping clients reconnect at once\n")
	if got := e.codes(); got != "" {
		t.Error(got)
	}
}

// TestLSPFixAll: on request all safe fixes of a document come as one edit.
func TestLSPFixAll(t *testing.T) {
	dir, files := example(t)
	e := connect(t, everything(), dir)
	chat := e.open(filepath.Join(dir, "nginx/conf.d/chat.conf"), "nginx", files["nginx/conf.d/chat.conf"])
	a := e.actions(chat, area{}, "source.fixAll")
	if len(a) != 1 || a[0].Kind != "source.fixAll.wslint" {
		t.Fatalf("%+v", a)
	}
	e.take(a[0])
	if got := e.codes(); got != "chat.conf:17 header-inheritance-lost, nginx.conf:2 worker-shutdown-cuts-tunnels" {
		t.Error(got)
	}
	if a := e.actions(chat, area{}, "source"); len(a) != 0 {
		t.Errorf("left: %+v", a)
	}
}

// TestLSPHover shows the page of a rule where it found something, and nothing elsewhere.
func TestLSPHover(t *testing.T) {
	dir, files := example(t)
	for kind, capabilities := range map[string]object{"markdown": everything(), "plaintext": {}} {
		e := connect(t, capabilities, dir)
		chat := e.open(filepath.Join(dir, "nginx/conf.d/chat.conf"), "nginx", files["nginx/conf.d/chat.conf"])
		at := func(p place) (h *struct {
			Contents struct{ Kind, Value string }
			Range    area
		}) {
			e.request("textDocument/hover", object{"textDocument": object{"uri": chat}, "position": p}, &h)
			return h
		}
		h := at(place{9, 6})
		if h == nil || h.Contents.Kind != kind || h.Range != (area{place{9, 4}, place{9, 16}}) {
			t.Fatalf("%+v", h)
		}
		page, err := os.ReadFile("../../rules/idle-timeout-below-ping.md")
		if err != nil {
			t.Fatal(err)
		}
		if kind == "plaintext" {
			_, stdout, _ := runMain("", "explain", "idle-timeout-below-ping")
			page = []byte(stdout)
		}
		if d := cmp.Diff(string(page), h.Contents.Value); d != "" {
			t.Error(d)
		}
		if s := at(place{10, 9}); s == nil || !strings.Contains(s.Contents.Value, "Forwards the handshake") {
			t.Errorf("at proxy_pass: %+v", s)
		}
		if s := at(place{10, 24}); s != nil {
			t.Errorf("at its address: %+v", s)
		}
		// A client that knows commands alone could make nothing of an edit.
		if a := e.actions(chat, h.Range); (len(a) == 0) != (kind == "plaintext") {
			t.Errorf("%s: %+v", kind, a)
		}
	}
}

// TestLSPColumns: places and edits are exact behind tabs and characters of every length, in either encoding.
func TestLSPColumns(t *testing.T) {
	for _, encodings := range [][]string{nil, {"utf-16"}, {"utf-32", "utf-16", "utf-8"}} {
		c := everything()
		c["general"] = object{"positionEncodings": encodings}
		conf := strings.Replace(noPing, "\t\tlocation /ws {\n",
			"\t\tset $x \"\t🦄é漢\"; location /ws { set $y \"🦄\";", 1)
		dir := project(
			t,
			map[string]string{"nginx.conf": conf, ".wslint.yaml": "keepalive: {every: 75s, from: server, kind: ping}\n"},
		)
		e := connect(t, c, dir)
		if want := len(encodings) == 3; e.bytesCount != want {
			t.Fatalf("%v: %v", encodings, e.capabilities["positionEncoding"])
		}
		uri := e.open(filepath.Join(dir, "nginx.conf"), "nginx", conf)
		list := e.see(uri)
		if len(list) != 1 || e.pointed(uri, list[0].Range) != "location /ws" {
			t.Fatalf("%v: %+v", encodings, list)
		}
		start := map[bool]int{true: 2 + 8 + 1 + 4 + 2 + 3 + 3, false: 2 + 8 + 1 + 2 + 1 + 1 + 3}[e.bytesCount]
		if list[0].Range.Start != (place{4, start}) {
			t.Errorf("%v: at %v, not %d", encodings, list[0].Range, start)
		}
		// One message with two edits, the second in a line that the first has changed.
		e.edit(uri, []edit{
			{area{place{4, 0}, place{4, 2}}, "🦄\n\t\t"},
			{area{e.position(conf, strings.Index(conf, "é")), e.position(conf, strings.Index(conf, "漢"))}, "ö𝄞"},
		})
		e.replace(uri, "🦄\n", "")
		if list = e.see(uri); len(list) != 1 || e.pointed(uri, list[0].Range) != "location /ws" {
			t.Fatalf("%v: %+v\n%s", encodings, list, e.docs[uri].text)
		}
		e.take(e.actions(uri, list[0].Range)[0])
		if got := e.codes(); got != "" {
			t.Errorf("%v: %s", encodings, got)
		}
	}
}
