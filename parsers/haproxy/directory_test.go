package haproxy_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/wslint/wslint/parsers"
	"github.com/wslint/wslint/parsers/haproxy"
)

// TestPieces: a file with nothing but settings or lists is HAProxy's, and one that only looks like it is not.
func TestPieces(t *testing.T) {
	for text, want := range map[string]bool{
		"# all\nglobal\n    maxconn 1000\n":                                true,
		"global\ndaemon\n":                                                 false,
		"defaults http from base\n  mode http\n  timeout client 5s\n":      true,
		"peers p\n  peer a 10.0.0.1:1024\n":                                true,
		"userlist u\n  user a password x\n":                                true,
		"resolvers r\n  nameserver a 10.0.0.1:53\n":                        true,
		"mailers m\n  mailer a 10.0.0.1:25\n":                              true,
		"defaults\n  timeout connect 1s\nresolvers r\n nameserver a :53\n": true,
		"global\n":                                 false,
		"global;\nmaxconn 3;\n":                    false,
		"defaults {\n  mode multibus\n}\n":         false,
		"user nobody;\nevents {}\n":                false,
		"a = 1\nglobal\n  maxconn 3\n":             false,
		"[global]\nmaxconn = 3\n":                  false,
		"timeout 50\ndefault linux\nlabel linux\n": false,
	} {
		if got := haproxy.Sniff([]byte(text)); got != want {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
	}
}

// TestDirectory: the files of a directory are one configuration where they are pieces of one, in the order of their
// names, as HAProxy reads them; else each is one by itself.
func TestDirectory(t *testing.T) {
	const (
		defaults = "defaults\n mode http\n timeout client 30s\n timeout server 1h\n"
		front    = "frontend f\n bind :80\n default_backend ws\n"
		back     = "backend ws\n server a 10.0.0.1:80\n"
	)
	for name, c := range map[string]struct {
		files map[string]string
		want  string // the files of each source, and the idle timeout there
	}{
		"pieces": {map[string]string{"1.cfg": "global\n maxconn 9\n", "2.cfg": defaults, "3.cfg": front, "4.cfg": back},
			"1.cfg 2.cfg 3.cfg 4.cfg 30s"},
		"defaults behind": {map[string]string{"1.cfg": front, "2.cfg": back, "3.cfg": defaults}, "1.cfg 2.cfg 3.cfg"},
		"two configurations": {map[string]string{"1.cfg": defaults + front + back, "2.cfg": defaults + front + back},
			"1.cfg 30s, 2.cfg 30s"},
		"one and a fragment": {map[string]string{"1.cfg": defaults + front + back, "2.cfg": back}, "1.cfg 30s, 2.cfg"},
		"the same name twice": {
			map[string]string{"1.cfg": defaults, "2.cfg": front + back, "3.cfg": back},
			"1.cfg, 2.cfg, 3.cfg",
		},
		"no settings": {map[string]string{"1.cfg": front, "2.cfg": back}, "1.cfg, 2.cfg"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			var found []parsers.Found
			for file, text := range c.files {
				if err := os.WriteFile(filepath.Join(dir, file), []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			names, _ := filepath.Glob(filepath.Join(dir, "*"))
			for _, n := range names {
				found = append(found, parsers.Found{Name: n, Top: dir})
			}
			r, err := haproxy.Reader().Read(found, parsers.Options{Stat: os.Stat, ReadFile: os.ReadFile})
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, s := range r.Sources {
				text := ""
				for _, f := range s.Files {
					text += filepath.Base(f) + " "
				}
				for _, e := range s.Source.Endpoints() {
					for _, idle := range s.Source.Serve(e.Requests[0])[0].Hop.Idle {
						if length, known := idle.Get(); known {
							text += length.Round(time.Second).String()
						} else {
							text += "?"
						}
						break
					}
				}
				got = append(got, strings.TrimSpace(text))
			}
			if s := strings.Join(got, ", "); s != c.want {
				t.Errorf("got %s, want %s", s, c.want)
			}
			if len(r.Files) != len(c.files) {
				t.Errorf("%d files, want %d", len(r.Files), len(c.files))
			}
		})
	}
}
