package main

import (
	"encoding/json"
	"encoding/xml"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/wslint/wslint/internal/truth"
)

// hostile are file names that break formats.
var hostile = []string{
	"a b.conf", "100%25.conf", "größe-日本.conf", "new\nline.conf", `quo"te'd.conf`, "a&b.conf", "<script>.conf",
	"-dash.conf", "co:lon,comma.conf", "::error file=x::y.conf",
	"pipe|`back`.conf", "ta\tb.conf", "[link](x).conf", "\x1b[31mred.conf", "\u009b31m\u202ec1.conf",
}

const faulty = "events {}\nhttp {\n server {\n  listen 80;\n  location /ws {\n   proxy_pass http://10.0.0.1:3000;\n" +
	"   proxy_set_header Upgrade $http_upgrade;\n  }\n }\n}\n"

// fenced is a block of code in Markdown, in which nothing acts.
var fenced = regexp.MustCompile("(?s)```text\n.*?\n```")

// TestHostileNames: a file of any name is found again in every format.
func TestHostileNames(t *testing.T) {
	if _, err := exec.LookPath("git"); err != nil {
		truth.Missing(t, "GIT", err)
	}
	t.Chdir(t.TempDir())
	if out, err := exec.Command("git", "init", "-q").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	var args []string
	for _, name := range hostile {
		if err := os.WriteFile(name, []byte(faulty), 0o644); err != nil {
			t.Fatal(err)
		}
		args = append(args, name)
	}
	args = append(
		[]string{
			"check",
			"--no-config",
			"--output",
			"sarif:out.sarif",
			"--output",
			"gitlab:out.gitlab",
			"--output",
			"junit:out.junit",
			"--output",
			"json:out.json",
			"--output",
			"checkstyle:out.checkstyle",
			"--output",
			"github:out.github",
			"--output",
			"markdown:out.md",
			"--output",
			"html:out.html",
			"--output",
			"text",
			"--",
		},
		args...)
	code, stdout, stderr := runMain("", args...)
	if code != exitFindings || stderr != "" {
		t.Fatalf("code %d, stderr %s", code, stderr)
	}
	for format, names := range map[string][]string{
		"sarif": sarifNames(t), "gitlab": gitlabNames(t), "junit": xmlNames(t, "out.junit", "testcase", "file"),
		"checkstyle": xmlNames(t, "out.checkstyle", "file", "name"),
		"json":       jsonNames(t), "github": githubNames(t),
	} {
		for _, want := range hostile {
			if format == "junit" || format == "checkstyle" {
				want = strings.ReplaceAll(want, "\x1b", "\uFFFD") // which XML cannot hold
			}
			if !slices.Contains(names, want) {
				t.Errorf("%s: %q is none of %q", format, want, names)
			}
		}
	}
	// What people read has one place a finding, with nothing in it that acts.
	md, page := read(t, "out.md"), read(t, "out.html")
	if n := strings.Count(md, "\n| error |"); n != len(hostile) ||
		strings.Contains(fenced.ReplaceAllString(md, ""), "<script>") ||
		strings.ContainsAny(md+page+stdout, "\x1b") {
		t.Errorf("%d rows in\n%s", n, md)
	}
	if n := strings.Count(page, "<section "); n != len(hostile) || strings.Contains(page, "<script>") {
		t.Errorf("%d findings in the page", n)
	}
	for _, file := range []string{"out.sarif", "out.gitlab", "out.json", "out.junit", "out.checkstyle", "out.md",
		"out.html"} {
		if text := read(t, file); strings.ContainsAny(text, "\x1b\u009b\u202e") {
			t.Errorf("%s: a terminal obeys what is in it", file)
		}
	}
	for line := range strings.Lines(read(t, "out.github")) {
		if !strings.HasPrefix(line, "::error file=") && !strings.HasPrefix(line, "wslint: ") {
			t.Errorf("a line of its own: %q", line)
		}
	}
}

func read(t testing.TB, name string) string {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func decode(t *testing.T, name string, into any) {
	t.Helper()
	if err := json.Unmarshal([]byte(read(t, name)), into); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
}

func sarifNames(t *testing.T) (names []string) {
	var log struct {
		Runs []struct {
			Results []struct {
				Locations []struct {
					PhysicalLocation struct{ ArtifactLocation struct{ URI string } }
				}
			}
		}
	}
	decode(t, "out.sarif", &log)
	for _, r := range log.Runs[0].Results {
		name, err := url.PathUnescape(r.Locations[0].PhysicalLocation.ArtifactLocation.URI)
		if err != nil {
			t.Error(err)
		}
		names = append(names, name)
	}
	return names
}

func gitlabNames(t *testing.T) (names []string) {
	var issues []struct {
		Fingerprint string
		Location    struct{ Path string }
	}
	decode(t, "out.gitlab", &issues)
	seen := map[string]bool{}
	for _, i := range issues {
		if seen[i.Fingerprint] {
			t.Errorf("gitlab: %s comes twice", i.Fingerprint)
		}
		seen[i.Fingerprint] = true
		names = append(names, i.Location.Path)
	}
	return names
}

func jsonNames(t *testing.T) (names []string) {
	var out struct{ Findings []struct{ File string } }
	decode(t, "out.json", &out)
	for _, f := range out.Findings {
		names = append(names, f.File)
	}
	return names
}

// xmlNames lists one attribute of all elements of a name.
func xmlNames(t *testing.T, file, element, attribute string) (names []string) {
	d := xml.NewDecoder(strings.NewReader(read(t, file)))
	for {
		token, err := d.Token()
		if err != nil {
			return names
		}
		if e, ok := token.(xml.StartElement); ok && e.Name.Local == element {
			for _, a := range e.Attr {
				if a.Name.Local == attribute {
					names = append(names, a.Value)
				}
			}
		}
	}
}

func githubNames(t *testing.T) (names []string) {
	for line := range strings.Lines(read(t, "out.github")) {
		if value, ok := strings.CutPrefix(line, "::error file="); ok {
			value, _, _ = strings.Cut(value, ",line=")
			names = append(
				names,
				strings.NewReplacer("%3A", ":", "%2C", ",", "%0A", "\n", "%0D", "\r", "%25", "%").Replace(value),
			)
		} else if strings.HasPrefix(line, "wslint: ") {
			// Those that GitHub would not show: cleaned names.
			for _, h := range hostile {
				if strings.HasPrefix(line, "wslint: "+strings.NewReplacer("\n", "\uFFFD", "\t", "\uFFFD", "\x1b", "\uFFFD",
					"\u009b", "\uFFFD", "\u202e", "\uFFFD").Replace(h)+":") {
					names = append(names, h)
				}
			}
		}
	}
	return names
}

// TestSymlink: code hosts know a file by the name that is no symlink.
func TestSymlink(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, dir := range []string{"sites-available", "sites-enabled", ".git"} {
		if err := os.Mkdir(dir, 0o777); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile("sites-available/a.conf",
		[]byte("server {\n listen 80;\n location /ws {\n  proxy_pass http://10.0.0.1:3000;\n  proxy_set_header Upgrade "+
			"$http_upgrade;\n }\n}\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile("nginx.conf", []byte("events {}\nhttp { include sites-enabled/*; }\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("../sites-available/a.conf", "sites-enabled/a.conf"); err != nil {
		t.Fatal(err)
	}
	runMain(
		"",
		"check",
		"--no-config",
		"--output",
		"sarif:out.sarif",
		"--output",
		"gitlab:out.gitlab",
		"--output",
		"json:out.json",
		"nginx.conf",
	)
	link := filepath.Join("sites-enabled", "a.conf")
	for format, want := range map[string]string{"sarif": "sites-available/a.conf", "gitlab": "sites-available/a.conf",
		"json": link} {
		names := map[string]func(*testing.T) []string{"sarif": sarifNames, "gitlab": gitlabNames, "json": jsonNames}[format](
			t,
		)
		if !slices.Contains(names, want) || slices.Contains(names, link) != (format == "json") {
			t.Errorf("%s: %q", format, names)
		}
	}
}
