package main

import (
	"bytes"
	"flag"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/wslint/wslint/rules"
)

// seeds adds the files below testdata that are wanted, and more texts: a few where they are only run once each, since
// other tests read these files, too.
func seeds(f *testing.F, wanted func(name string) bool, more ...string) {
	f.Helper()
	for _, text := range more {
		f.Add([]byte(text))
	}
	files, most := 0, 30
	if testing.Short() {
		most = 5
	}
	if flag.Lookup("test.fuzz").Value.String() != "" {
		most = math.MaxInt
	}
	err := filepath.WalkDir("../../testdata", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !wanted(filepath.ToSlash(name)) {
			return err
		}
		if files++; files > most {
			return fs.SkipAll
		}
		src, err := os.ReadFile(name)
		if len(src) < 16<<10 {
			f.Add(src)
		}
		return err
	})
	if err != nil {
		f.Fatal(err)
	}
}

// ending wants files with one of these endings.
func ending(with ...string) func(name string) bool {
	return func(name string) bool {
		for _, w := range with {
			if strings.HasSuffix(name, w) {
				return true
			}
		}
		return false
	}
}

// fuzzReader runs commands on a file: whatever is in it, there is no panic, the exit code is one of wslint's, what is
// printed
// is UTF-8 that no terminal obeys, the same twice, and nothing is written.
func fuzzReader(f *testing.F, name string, others map[string]string, commands ...[]string) {
	f.Fuzz(func(t *testing.T, src []byte) {
		t.Chdir(t.TempDir())
		for file, text := range others {
			plantFile(t, file, []byte(text))
		}
		plantFile(t, name, src)
		for _, args := range commands {
			code, stdout, stderr := runMain("", args...)
			again, sameOut, sameErr := runMain("", args...)
			switch {
			case code < 0 || code > 3:
				t.Fatalf("wslint %v ends in %d", args, code)
			case code != again || stdout != sameOut || stderr != sameErr:
				t.Fatalf("wslint %v says\n%s%s\nand then\n%s%s", args, stdout, stderr, sameOut, sameErr)
			case !utf8.ValidString(stdout + stderr):
				t.Fatalf("wslint %v prints no UTF-8: %q", args, stdout+stderr)
			case strings.ContainsAny(stdout+stderr, "\x1b\x07\x00"):
				t.Fatalf("wslint %v prints control characters: %q", args, stdout+stderr)
			}
		}
		if now, err := os.ReadFile(name); err != nil || !bytes.Equal(now, src) {
			t.Fatalf("%s is changed: %v", name, err)
		}
	})
}

func plantFile(t *testing.T, file string, src []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, src, 0o600); err != nil {
		t.Fatal(err)
	}
}

// whole are the commands that go through everything: reading, judging, and several reports.
var whole = [][]string{
	{"check", "--ping", "30s", "."}, {"check", "--ping", "30s", "--format", "sarif", "."},
	{"check", "--ping", "30s", "--format", "html", "."}, {"trace", "--effective", "ws://localhost/ws", "."},
}

func FuzzCheckNginx(f *testing.F) {
	seeds(f, ending("nginx.conf"))
	fuzzReader(f, "nginx.conf", nil, whole...)
}

func FuzzCheckHAProxy(f *testing.F) {
	seeds(f, ending("haproxy.cfg"))
	fuzzReader(f, "haproxy.cfg", nil, whole...)
}

func FuzzTerraform(f *testing.F) {
	seeds(f, ending(".tf"))
	fuzzReader(f, "main.tf", nil, whole...)
}

func FuzzCloudFormation(f *testing.F) {
	seeds(f, ending("template.yaml", "template.yml", "template.json", ".template"),
		"AWSTemplateFormatVersion: '2010-09-09'\nResources:\n  LB:\n    Type: AWS::ElasticLoadBalancingV2::LoadBalancer\n")
	fuzzReader(f, "template.yaml", nil, whole...)
}

func FuzzBeanstalk(f *testing.F) {
	seeds(f, ending(".config"), "option_settings:\n  aws:elbv2:loadbalancer:\n    IdleTimeout: 5\n")
	fuzzReader(f, ".ebextensions/a.config", nil, whole...)
}

func FuzzDeclared(f *testing.F) {
	seeds(
		f,
		ending(".wslint.yaml"),
		"paths: [{url: ws://localhost/ws, through: [alb, {nginx: nginx.conf}], app: socket.io}]\n",
	)
	fuzzReader(
		f,
		".wslint.yaml",
		map[string]string{"nginx.conf": oneSocket},
		append([][]string{{"config", "show"}}, whole...)...)
}

func FuzzSnapshot(f *testing.F) {
	seeds(
		f,
		func(name string) bool { return strings.Contains(name, "snapshot") && strings.HasSuffix(name, ".json") },
		`{"LoadBalancers": [{"LoadBalancerArn": `+
			`"arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/a/1"}]}`,
		`{"LoadBalancerDescriptions": [{"LoadBalancerName": "a", `+
			`"LoadBalancerAttributes": {"ConnectionSettings": {"IdleTimeout": 60}}}]}`,
	)
	fuzzReader(f, "a.json", nil, []string{"audit", "--ping", "30s", "--from", "a.json"},
		[]string{"audit", "--ping", "30s", "--from", "a.json", "--format", "json"})
}

const oneSocket = "events {}\nhttp { server { listen 80; location /ws { proxy_pass http://127.0.0.1:9; } } }\n"

// FuzzFix: what --fix writes is read as before, needs no further fix, and is all that it changes.
func FuzzFix(f *testing.F) {
	seeds(f, ending("nginx.conf"))
	f.Fuzz(func(t *testing.T, src []byte) {
		t.Chdir(t.TempDir())
		plantFile(t, "nginx.conf", src)
		plantFile(t, "other/readme.txt", []byte("bystander"))
		broken := func() bool {
			_, stdout, _ := runMain("", "check", "--format", "concise", "nginx.conf")
			return strings.Contains(stdout, rules.UnreadableConfig.Name)
		}
		was := broken()
		runMain("", "check", "--ping", "30s", "--fix", "--unsafe-fixes", "nginx.conf")
		once, err := os.ReadFile("nginx.conf")
		if err != nil {
			t.Fatal(err)
		}
		if !was && broken() {
			t.Fatalf("--fix breaks\n%s\nwhich becomes\n%s", src, once)
		}
		runMain("", "check", "--ping", "30s", "--fix", "--unsafe-fixes", "nginx.conf")
		if twice, err := os.ReadFile("nginx.conf"); err != nil || !bytes.Equal(once, twice) {
			t.Fatalf("--fix does not end:\n%s\nbecomes\n%s\nand then\n%s", src, once, twice)
		}
		entries := 0
		filepath.WalkDir(".", func(name string, d fs.DirEntry, err error) error { entries++; return err })
		if src, err := os.ReadFile("other/readme.txt"); err != nil || string(src) != "bystander" || entries != 4 {
			t.Fatalf("--fix touches something else: %d entries, %v", entries, err)
		}
	})
}
