package check_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/wslint/wslint/internal/oracle"
	"github.com/wslint/wslint/internal/truth"
	"github.com/wslint/wslint/parsers"
	"github.com/wslint/wslint/parsers/haproxy"
)

// TestCorpus reads every file of the corpus: none panics, and what HAProxy accepts has no problem.
func TestCorpus(t *testing.T) {
	h := oracle.FindHAProxy(t)
	read, refused := 0, 0
	truth.Files(t, filepath.Join(truth.Corpus(t), "haproxy"), func(name string) {
		c, err := haproxy.Read(name, haproxy.Options{})
		if err != nil {
			t.Fatal(err)
		}
		read++
		for _, e := range c.Endpoints() {
			for _, q := range e.Requests {
				c.Serve(q)
			}
		}
		if len(c.Problems) > 0 {
			refused++
			if ok, _ := h.Accepts(name); ok {
				t.Errorf("HAProxy accepts %s, but %s: %s", name, c.Problems[0].Pos, c.Problems[0].Text)
			}
		}
	})
	t.Logf("%d files, %d of them refused", read, refused)
}

// serving is a configuration with a line in its global section and lines that a listen begins with.
func serving(global, lines string) string {
	return "global\n  " + global + "\nlisten l\n  bind *:1\n  " + lines + "\n"
}

const (
	noCA        = "verify is enabled but no CA file specified"
	noDefaultCA = "verify is enabled by default but no CA file specified"
)

// acceptance are configurations that HAProxy accepts or, where they are marked, refuses. Those that have no section
// get a listen.
var acceptance = []struct {
	text    string
	problem string // part of what is said; "" for none
}{
	{"timeout client 5s", ""},
	{"timeout client 5", ""},
	{"timeout client 5seconds", ""},
	{"timeout client 500us", ""},
	{"timeout client 5x", "not a time"},
	{"timeout client", "an argument is missing"},
	{"timeout client 1.5s", "not a time"},
	{"timeout client -1", "not a time"},
	{"timeout client 24d", ""},
	{"timeout client 25d", "not a time"},
	{"timeout client 2147483647", ""},
	{"timeout client 2147483648", "not a time"},
	{"timeout client 5s 6s", "unexpected argument"},
	{"timeout tunnel 1h", ""},
	{"http-request set-header X \"unclosed", "unmatched quote"},
	{"http-request set-header X 'unclosed", "unmatched quote"},
	{"http-request set-header X it's", "unmatched quote"},
	{`http-request set-header X "${A"`, "unmatched brace"},
	{`http-request set-header X "$1"`, "forbidden first char"},
	{`http-request set-header X "${A-b}"`, ""},
	{`http-request set-header X "a${WSLINT_NO_SUCH_VARIABLE}"`, ""},
	{`http-request set-header X \x4`, "hexadecimal"},
	{`http-request set-header X \xzz`, "hexadecimal"},
	{`http-request set-header X \x41`, ""},
	{"use_backend %[req.hdr(host)]", ""},
	{"http-request deny if nothing", "no such ACL"},
	{"http-request deny if !nothing", "no such ACL"},
	{"http-request deny if { path /x", "missing closing"},
	{"http-request deny if { path /x }", ""},
	{"http-request deny if TRUE or METH_GET", ""},
	{"acl a path /x\n  http-request deny if a", ""},
	{".if 1\n  timeout client 5s", "non-terminated"},
	{".endif", "lone '.endif'"},
	{".else", "lone '.else'"},
	{".if 1\n.else\n.endif", ""},
	{".nonsense", "unknown directive"},
	{"", ""},
	{"bind *:80\nfrontend", ""},
	{"global\n  maxconn 10\ndefaults\n  timeout client 1s\nlisten l\n  bind *:1\n", ""},
	{"maxconn 10\n", "out of section"},
	{"frontend f\n  bind *:1\n  mode http\n  default_backend b\nbackend b\n  mode tcp\n", "incompatible"},
	{"frontend f\n  bind *:1\n  mode tcp\n  default_backend b\nbackend b\n  mode http\n", ""},
	{"defaults a\n  mode http\nfrontend f from a\n  bind *:1\n", ""},
	{"frontend f\n  bind *:1\n  mode tcp", "Missing LF"},
	{serving("maxconn 10", "server s 127.0.0.1:443 ssl"), noDefaultCA},
	{serving("maxconn 10", "server s 127.0.0.1:443 ssl verify none"), ""},
	{serving("maxconn 10", "server s 127.0.0.1:443 ssl ca-file @system-ca"), ""},
	{serving("maxconn 10", "server s 127.0.0.1:443 ssl verify required"), noCA},
	{serving("maxconn 10", "server s 127.0.0.1:443 check check-ssl"), noDefaultCA},
	{serving("maxconn 10", "server s 127.0.0.1:443 check check-ssl no-check-ssl"), ""},
	{serving("maxconn 10", "server s 127.0.0.1:443 check no-check-ssl check-ssl"), noDefaultCA},
	{serving("maxconn 10", "server s 127.0.0.1:443 verify required"), ""},
	{serving("maxconn 10", "server s 127.0.0.1:443 ssl verify none verify required"), noCA},
	{serving("maxconn 10", "server-template s 2 127.0.0.1:443 ssl"), noDefaultCA},
	{serving("maxconn 10", "default-server ssl\n  server s 127.0.0.1:443"), noDefaultCA},
	{serving("maxconn 10", "default-server verify none\n  server s 127.0.0.1:443 ssl"), ""},
	{serving("maxconn 10", "default-server ca-file @system-ca\n  server s 127.0.0.1:443 ssl verify required"), ""},
	{serving("maxconn 10", "server s 127.0.0.1:443 ssl\n  default-server verify none"), noDefaultCA},
	{serving("maxconn 10", "backend b\n  disabled\n  server s 127.0.0.1:443 ssl"), ""},
	{serving("maxconn 10", "default-server ssl\n  dispatch 127.0.0.1:443"), ""},
	{serving("ca-base /etc", "server s 127.0.0.1:443 ssl"), noDefaultCA},
	{serving("ssl-server-verify none", "server s 127.0.0.1:443 ssl"), ""},
	{serving("maxconn 10\nresolvers", "mode http"), "missing name"},
	{serving("maxconn 10\nuserlist", "mode http"), "missing name"},
	{serving("maxconn 10\ncache", "mode http"), "missing name"},
	{serving("maxconn 10\nresolvers r\n  nameserver a 127.0.0.1", "mode http"), "missing port"},
	{serving("maxconn 10\nresolvers r\n  nameserver a udp@127.0.0.1:53", "mode http"), ""},
	{serving("maxconn 10\nresolvers r\n  nameserver a [::1]:53\n  hold valid 5s foo", "mode http"), ""},
	{serving("maxconn 10\nresolvers r\n  hold foo 5s", "mode http"), "expects"},
	{serving("maxconn 10\nresolvers r\n  timeout retry x", "mode http"), "not a time"},
	{serving("maxconn 10\nresolvers r\n  timeout foo 1s", "mode http"), "expects"},
	{serving("maxconn 10\nresolvers r\n  hold refused 3s\n  timeout retry 1s", "mode http"), ""},
	{serving("maxconn 10\nuserlist u\n  user a pasword b", "mode http"), "only supports"},
	{serving("maxconn 10\nuserlist u\n  group g users a\n  user a insecure-password b", "mode http"), ""},
	{serving("maxconn 10\nuserlist u\n  user a insecure-password", "mode http"), ""},
	{serving("ssl-server-verify none", "server s 127.0.0.1:443 ssl verify required"), noCA},
	{serving("ssl-server-verify required", "server s 127.0.0.1:443 ssl"), noDefaultCA},
}

// TestAccepts holds problems against haproxy -c: what it accepts has none, what it refuses for these reasons has one.
func TestAccepts(t *testing.T) {
	h := oracle.FindHAProxy(t)
	dir := t.TempDir()
	for _, c := range acceptance {
		text := c.text
		if first, _, _ := strings.Cut(text, "\n"); !strings.Contains(text, "\nfrontend f") &&
			strings.TrimLeft(first, " ") == first &&
			!strings.HasPrefix(first, "frontend") && !strings.HasPrefix(first, "global") &&
			first != "maxconn 10" {
			text = "listen x\n  mode http\n  bind *:1\n  " + text + "\n"
		}
		text = strings.TrimSuffix(text, "\nfrontend\n")
		if !strings.HasSuffix(text, "\n") && c.problem != "Missing LF" {
			text += "\n"
		}
		name := filepath.Join(dir, "haproxy.cfg")
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		config, err := haproxy.Read(name, haproxy.Options{})
		if err != nil {
			t.Fatal(err)
		}
		ok, message := h.Accepts(name)
		if ok != (c.problem == "") {
			t.Errorf("%q: HAProxy accepts it: %v, the table says otherwise: %s", text, ok, message)
		}
		switch {
		case c.problem == "" && len(config.Problems) > 0:
			t.Errorf("%q: %s, but HAProxy accepts it", text, config.Problems[0].Text)
		case c.problem != "" && len(config.Problems) == 0:
			t.Errorf("%q: no problem, want %q", text, c.problem)
		case c.problem != "" && !strings.Contains(config.Problems[0].Text, c.problem):
			t.Errorf("%q: problem %q, want %q", text, config.Problems[0].Text, c.problem)
		}
	}
}

// TestTogether: what the files that HAProxy is given together say of certificates counts, and a file alone is told of.
func TestTogether(t *testing.T) {
	h := oracle.FindHAProxy(t)
	const process, tls = "global\n  maxconn 10\n", "listen l\n  mode http\n  bind *:1\n  server s 127.0.0.1:443 ssl\n"
	for _, c := range []struct {
		first, second string
		accepted      bool
	}{
		{"defaults\n  mode http\n", process + tls, false},
		{"defaults\n  default-server verify none\n", process + tls, true},
		{"defaults\n  default-server verify none\n", process + "defaults\n" + tls, false},
		{"defaults\n  default-server ca-file @system-ca\n", process + tls, true},
		{"defaults d\n  default-server verify none\ndefaults e\n", process + "defaults f from d\n" + tls, true},
		{"global\n  ssl-server-verify none\n", process + "defaults\n" + tls, true},
	} {
		dir := t.TempDir()
		for name, text := range map[string]string{"1.cfg": c.first, "2.cfg": c.second} {
			if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if ok, message := h.Accepts(dir); ok != c.accepted {
			t.Errorf("%q and %q: HAProxy accepts them: %v, the table says otherwise: %s", c.first, c.second, ok, message)
		}
		config, err := haproxy.Read(filepath.Join(dir, "2.cfg"), haproxy.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if accepted := len(config.Problems) == 0; accepted != c.accepted {
			t.Errorf("%q and %q: %v", c.first, c.second, config.Problems)
		}
	}
}

// TestDefaultBackends: of several default_backend lines the last one counts, and no other is looked up.
func TestDefaultBackends(t *testing.T) {
	h := oracle.FindHAProxy(t)
	const begin, end = "defaults\n  mode http\n  timeout connect 1s\n  timeout client 1s\n  timeout server 1s\n",
		"backend ws\n  server a 10.0.0.1:80\nbackend bytes\n  mode tcp\n  server a 10.0.0.1:80\n"
	for lines, accepted := range map[string]bool{
		"frontend f\n  bind *:1\n  default_backend old\n  default_backend ws\n":             true,
		"frontend f\n  bind *:1\n  default_backend bytes\n  default_backend ws\n":           true,
		"frontend f\n  bind *:1\n  default_backend ws\n  default_backend old\n":             false,
		"frontend f\n  bind *:1\n  default_backend ws\n  default_backend bytes\n":           false,
		"  default_backend old\nfrontend f\n  bind *:1\n  default_backend ws\n":             true,
		"frontend f\n  bind *:1\n  default_backend old\n  use_backend ws if { path /ws }\n": false,
	} {
		name := filepath.Join(t.TempDir(), "haproxy.cfg")
		if err := os.WriteFile(name, []byte(begin+lines+end), 0o644); err != nil {
			t.Fatal(err)
		}
		if ok, message := h.Accepts(name); ok != accepted {
			t.Errorf("%s: HAProxy accepts it: %v: %s", lines, ok, message)
		}
		config, err := haproxy.Read(name, haproxy.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if ok := len(config.Problems) == 0; ok != accepted {
			t.Errorf("%s: %v", lines, config.Problems)
		}
	}
}

// TestLater: HAProxy 3.2 and later accept these, which 2.6 does not.
func TestLater(t *testing.T) {
	for _, line := range []string{`ssl-default-bind-options strict-sni`, `ssl-default-bind-options "${X-strict-sni}"`} {
		c := haproxy.Parse(&parsers.File{Name: "haproxy.cfg", Src: []byte("global\n  " + line +
			"\nlisten l\n  mode http\n  bind *:1 ssl\n")}, haproxy.Options{})
		if len(c.Problems) > 0 {
			t.Errorf("%s: %v", line, c.Problems)
		}
	}
	for version, want := range map[string]int{"2.6": 1, "3.0": 0, "": 0} {
		o := haproxy.Options{}
		if version != "" {
			o.Version, _ = haproxy.ParseVersion(version)
		}
		c := haproxy.Parse(&parsers.File{Name: "haproxy.cfg", Src: []byte(usualPlace('L', "hash-type consistent none"))}, o)
		if len(c.Problems) != want {
			t.Errorf("hash-type none, version %q: %v", version, c.Problems)
		}
	}
}

// TestFilledIn: what a script fills in later is refused nowhere in its file; what only looks like it is no such thing.
func TestFilledIn(t *testing.T) {
	for line, filled := range map[string]bool{
		"timeout client @CLIENT_TIMEOUT@": true, "bind :__PORT__": true, "maxconn %%MAX_CONN%%": true,
		`timeout client "__T1__"`: true, "timeout client __T__": false, "timeout client __max__": false,
		"timeout client @MAX": false, "timeout client 1__A1_": false, "timeout client 1 # __MAX__": false,
		"timeout client %MAX%": false, "timeout client @@MAX": false,
	} {
		src := usualPlace('F', line+"\n  timeout http-request x")
		c := haproxy.Parse(&parsers.File{Name: "haproxy.cfg", Src: []byte(src)}, haproxy.Options{})
		if (len(c.Problems) == 0) != filled {
			t.Errorf("%s: %v", line, c.Problems)
		}
	}
}

// usualPlace is a configuration around one line, in the section that a letter stands for.
func usualPlace(place byte, line string) string {
	head := map[byte]string{'D': "defaults", 'N': "defaults dd", 'F': "frontend ff", 'L': "listen ll", 'B': "backend bb",
		'G': "global"}[place]
	if place != 'G' {
		head += "\n  mode http"
	}
	if place == 'F' || place == 'L' {
		head += "\n  bind :8081"
	}
	return "defaults w\n" + head + "\n  " + line +
		"\ndefaults last\nlisten zz\n  mode http\n  bind :8082\n  server s 127.0.0.1:80\n"
}

// TestLines holds each line of testdata/accepts.txt against haproxy -c, in the sections that it names.
func TestLines(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: no long runs of haproxy -c")
	}
	own := checking{oracle.FindHAProxy(t).Path, nil}
	others := otherHAProxies()
	src, err := os.ReadFile("testdata/accepts.txt")
	if err != nil {
		t.Fatal(err)
	}
	type item struct {
		place, mark byte
		line        string
	}
	var items []item
	for line := range strings.Lines(string(src)) {
		places, text, ok := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		if !ok || places == "#" {
			continue
		}
		mark := byte(0)
		for i := range len(places) {
			if c := places[i]; c == '!' || c == '~' {
				mark = c
			} else {
				items = append(items, item{c, mark, text})
				mark = 0
			}
		}
	}
	if len(items) < 200 {
		t.Fatalf("%d lines", len(items))
	}
	parallel(items, func(_ int, x item) bool {
		dir, text := t.TempDir(), usualPlace(x.place, x.line)
		alerts := own.check(t, dir, text)
		c := haproxy.Parse(&parsers.File{Name: "haproxy.cfg", Src: []byte(text)}, haproxy.Options{})
		if refused := alerts != ""; refused != (x.mark != 0) {
			t.Errorf("%c %s: HAProxy refuses it: %v, the table says otherwise: %s", x.place, x.line, refused, alerts)
		}
		switch {
		case x.mark != '!' && len(c.Problems) > 0:
			t.Errorf("%c %s: %s", x.place, x.line, c.Problems[0].Text)
		case x.mark == '!' && len(c.Problems) == 0:
			t.Errorf("%c %s: no problem, but HAProxy refuses it: %s", x.place, x.line, alerts)
		}
		for _, o := range others {
			if x.mark == '!' && (checking{path: o.path}).check(t, dir, text) == "" {
				t.Errorf("%c %s: %s accepts it", x.place, x.line, o.path)
			}
		}
		return true
	})
	t.Logf("%d lines", len(items))
}
