package lint

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers"
	"github.com/wslint/wslint/rules"
)

// bundles are a format that declares everything a reader can: "lb NAME" describes a resource, "path URL" a path
// through it, "define NAME VALUE" a value, and lines that are indented by four blanks are an nginx configuration.
var bundles = parsers.Reader{
	Name: "bundle",
	Sniff: func(f parsers.Found, head []byte) parsers.Verdict {
		switch {
		case f.Dir || filepath.Ext(f.Name) != ".bundle":
			return parsers.Verdict{}
		case head != nil && !bytes.HasPrefix(head, []byte("bundle\n")):
			return parsers.Verdict{}
		}
		return parsers.Verdict{Claim: parsers.Yes, Why: "it begins with the word bundle"}
	},
	Read: func(files []parsers.Found, o parsers.Options) (r parsers.Reading, err error) {
		for _, f := range files {
			src, err := o.ReadFile(f.Name)
			if err != nil {
				return r, err
			}
			r.Files = append(r.Files, &parsers.File{Name: f.Name, Src: src, Editable: true})
			readBundle(&r, f.Name, string(src))
		}
		return r, nil
	},
}

func readBundle(r *parsers.Reading, name, src string) {
	nested := parsers.Nested{Format: "nginx"}
	nested.Name, nested.Origin = name+"#nginx.conf", &parsers.Origin{File: name}
	at, number := 0, 0
	for line := range strings.Lines(src) {
		number++
		pos := hop.Pos{File: name, Line: number, Col: 1, EndCol: len(line)}
		words := strings.Fields(line)
		if text, ok := strings.CutPrefix(line, "    "); ok {
			nested.Origin.Lines = append(
				nested.Origin.Lines,
				parsers.OriginLine{Start: len(nested.Src), Line: number, Col: 5, Offset: at + 4},
			)
			nested.Src = append(nested.Src, text...)
		} else if len(words) > 1 {
			switch words[0] {
			case "lb":
				lb := fake{name: words[1], timeout: 10 * time.Second, listens: []string{"chat.example.com:443"}}
				r.Resources = append(r.Resources, parsers.Resource{Source: lb, ID: name + ":" + words[1], Name: words[1],
					Kinds: []string{"alb"}, Host: words[1] + ".example.com", File: name})
			case "path":
				r.Paths = append(r.Paths,
					parsers.Path{URL: words[1], Pos: pos, Through: []parsers.Step{{Kind: "alb/" + words[2], Pos: pos}}})
			case "define":
				r.Define = map[string]string{words[1]: words[2]}
			}
		}
		at += len(line)
	}
	if nested.Src != nil {
		r.Nested = append(r.Nested, nested)
	}
}

// load1 reads files in a directory of their own, with bundles before all other formats.
func load1(t *testing.T, in Input, files map[string]string, args ...string) (*run, error) {
	t.Helper()
	t.Chdir(t.TempDir())
	for name, text := range files {
		if err := errors.Join(os.MkdirAll(filepath.Dir(name), 0o700), os.WriteFile(name, []byte(text), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	in.Args = args
	if in.Rules == nil {
		in.Rules = rules.All
	}
	if err := in.complete(); err != nil {
		t.Fatal(err)
	}
	l := newLoad(&in, append([]parsers.Reader{bundles}, Readers()...))
	if err := l.everything(); err != nil {
		return nil, err
	}
	r := l.run()
	r.check()
	return r, r.filter()
}

// TestFacts: a format that nobody else knows declares a path, the load balancer on it, and a value that another
// format uses.
func TestFacts(t *testing.T) {
	r, err := load1(t, Input{}, map[string]string{
		"a.bundle": "bundle\nlb web\npath wss://chat.example.com/ web\ndefine APP 127.0.0.1:9000\n",
		"nginx.conf": "events {}\nhttp { server { listen 80; location /ws { proxy_pass http://${APP}; proxy_http_version " +
			"1.1; proxy_set_header Upgrade $http_upgrade; } } }\n",
	}, ".")
	if err != nil {
		t.Fatal(err)
	}
	if len(r.result.Declared) != 1 || r.result.Declared[0].Hops[0].Name != "web" {
		t.Fatalf("declared %v", r.result.Declared)
	}
	if !slices.ContainsFunc(
		r.result.Findings,
		func(f rules.Finding) bool { return f.Path == "wss://chat.example.com/" && f.Pos.File == "web" },
	) {
		t.Errorf("the load balancer's timer is not judged: %s", messages(r.result))
	}
	if len(r.result.Unknown) > 0 {
		t.Errorf("APP is defined, and yet: %s", texts(r.result.Unknown))
	}
}

// TestDeclaredOutweighsFacts: what somebody wrote in .wslint.yaml of a URL counts, not what a file tells of it.
func TestDeclaredOutweighsFacts(t *testing.T) {
	c, err := ParseConfig(ConfigName, []byte("paths: [{url: wss://chat.example.com/, through: [alb/other]}]"))
	if err != nil {
		t.Fatal(err)
	}
	r, err := load1(
		t,
		Input{Config: c},
		map[string]string{"a.bundle": "bundle\nlb web\npath wss://chat.example.com/ web\n"},
		"a.bundle",
	)
	if err != nil || len(r.result.Declared) != 1 || r.result.Declared[0].Hops[0].Name != "alb/other" {
		t.Errorf("%v, %+v", err, r)
	}
}

// TestNestedText: an nginx configuration within another file is judged, and its findings, ignore comments and fixes
// are at the places of that file.
func TestNestedText(t *testing.T) {
	const conf = "bundle\n    events {}\n    http {\n      server {\n        listen 80;\n        location /ws {\n" +
		"          proxy_pass http://127.0.0.1:9000;\n" +
		"          proxy_set_header Upgrade $http_upgrade;\n        }\n      }\n    }\n"
	r, err := load1(t, Input{}, map[string]string{"a.bundle": conf}, ".")
	if err != nil || len(r.result.Findings) == 0 {
		t.Fatalf("%v, %+v", err, r)
	}
	for _, f := range r.result.Findings {
		if f.Pos.File != "a.bundle" ||
			!strings.Contains(lineOf(r.result.Source(f.Pos.File), f.Pos.Line), "location /ws") && f.Pos.Line < 5 {
			t.Errorf("%s: %s", f.Pos, f.Message)
		}
	}
	p := NewPatch(r.result, true)
	if len(p.Files) != 1 || !strings.Contains(string(p.Files[0].After), "\n          proxy_http_version 1.1;\n") {
		t.Errorf("the fix is %s", p.Files[0].After)
	}
	quiet := strings.Replace(
		conf,
		"        location",
		"        # wslint:ignore "+r.result.Findings[0].Rule.Name+" tested\n        location",
		1,
	)
	if r, err = load1(t, Input{}, map[string]string{"a.bundle": quiet}, "."); err != nil || r.result.Ignored == 0 {
		t.Errorf("nothing is ignored: %v, %s", err, messages(r.result))
	}
}

// TestOneOfSeveral: a hop with a file means one of the load balancers that the file describes, and each path its own.
func TestOneOfSeveral(t *testing.T) {
	for through, want := range map[string]string{
		"bundle: a.bundle#web":     "web, chat",
		"bundle: a.bundle#alb/web": "web, chat",
		"bundle: a.bundle":         "there are 2 load balancers in it: say which one, like #alb/web",
		"bundle: a.bundle#none":    "there is no load balancer none in it",
		"bundle: empty.bundle":     "there is no hop of kind bundle in it",
		"bundle: none.bundle":      "none.bundle: no such file or directory",
		"bndle: a.bundle":          "wslint reads no files of bndle: did you mean bundle?",
	} {
		// A configuration file takes the kinds that Readers have; bundle is one of this test alone.
		kind, file, _ := strings.Cut(through, ": ")
		c := &Config{Paths: []Declared{
			declared(t, "wss://x.example.com/", Element{Kind: kind, Value: file, Pos: hop.Pos{File: ConfigName, Line: 1}}),
			declared(t, "wss://chat.example.com/",
				Element{Kind: "bundle", Value: "a.bundle", Pos: hop.Pos{File: ConfigName, Line: 2}}),
		}}
		r, err := load1(
			t,
			Input{Config: c},
			map[string]string{"a.bundle": "bundle\nlb web\nlb chat\n", "empty.bundle": "bundle\n"},
			"a.bundle",
		)
		got := ""
		switch {
		case err != nil:
			got = err.Error()
		default:
			for _, p := range r.result.Declared {
				got += ", " + p.Hops[0].Name
			}
			got = strings.TrimPrefix(got, ", ")
		}
		if !strings.Contains(got, want) {
			t.Errorf("%s: %s, want %s", through, got, want)
		}
	}
}

func declared(t *testing.T, url string, through ...Element) Declared {
	t.Helper()
	c, err := ParseConfig(ConfigName, []byte("paths: [{url: "+url+"}]"))
	if err != nil {
		t.Fatal(err)
	}
	d := c.Paths[0]
	d.Through = through
	return d
}

// TestOneReaderAFile: a file goes to the reader that is sure of it, by its content and not only its name.
func TestOneReaderAFile(t *testing.T) {
	const haproxy = "frontend f\n  bind :80\n  default_backend b\nbackend b\n  server s 127.0.0.1:9000\n"
	for _, tc := range []struct {
		name, text string
		args       []string
		want       string // what is incomplete or wrong; "" when all of it is read
	}{
		{"haproxy.conf", haproxy, []string{"."}, ""},
		{"any.txt", haproxy, []string{"any.txt"}, ""},
		{"x.bundle", "bundle\nlb a\n", []string{"."}, "no configuration found"},
		{"sub/conf.d/site", "server { listen 80; location / { return 200; } }", []string{"sub"}, ""},
		{"nginx.conf", "\x00", []string{"."}, "no configuration found"},
		{"site.txt", "server { listen 80; }", []string{"."}, "no configuration found"},
		{".hidden/nginx.conf", "events {}", []string{"."}, "no configuration found"},
		{".platform/nginx.conf", "events {} http { server { listen 80; } }", []string{"."}, ""},
		{"node_modules/nginx.conf", "events {} http { server { listen 80; } }", []string{"."}, "no configuration found"},
	} {
		_, err := load1(t, Input{}, map[string]string{tc.name: tc.text}, tc.args...)
		if got := err == nil; got != (tc.want == "") || err != nil && !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%s: %v, want %q", tc.name, err, tc.want)
		}
	}
}
