package compose

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers"
	"github.com/wslint/wslint/parsers/document"
)

// TestInterpolate holds what becomes of variables against the Compose file reference.
func TestInterpolate(t *testing.T) {
	e := &env{values: map[string]string{"SET": "x", "EMPTY": ""}, given: map[string]string{"GIVEN": "g"}}
	for _, c := range []struct{ text, want string }{ // "?" where the shell decides
		{"a$SET-b", "ax-b"}, {"${SET}", "x"}, {"$$SET", "$SET"}, {"$", "$"}, {"5$ 3", "5$ 3"}, {"${SET", "${SET"},
		{"${NONE:-d}", "d"}, {"${NONE-d}", "d"}, {"${EMPTY:-d}", "d"}, {"${EMPTY-d}", ""}, {"${SET:-d}", "x"},
		{"${NONE:-${SET}}", "x"}, {"${NONE:-${NONE:-y}}", "y"}, {"${NONE}", "?"}, {"$NONE", "?"}, {"${NONE:?must}", "?"},
		{"${SET:?must}", "x"}, {"${SET:+r}", "r"}, {"${NONE:+r}", ""}, {"${GIVEN}", "g"}, {"${NONE:-}", ""},
		{"nginx:${TAG:-1.29}-alpine", "nginx:1.29-alpine"},
	} {
		v := e.interpolate(c.text, 0)
		got := v.text
		if !v.known() {
			got = "?"
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", c.text, got, c.want)
		}
	}
}

// TestDotenv holds files of variables against the documentation of their syntax.
func TestDotenv(t *testing.T) {
	got := dotenv([]byte("# c\nA=1\nexport B = two words \nC='a # $A'\nD=\"x\\ny ${A}\" # c\n" +
		"E=v # c\nF=v#c\nG=\nH=${A}2\n" +
		"M='1\n2'\nno assignment\nZ=9\r\n"))
	want := map[string]string{"A": "1", "B": "two words", "C": "a # $A", "D": "x\ny 1", "E": "v", "F": "v#c", "G": "",
		"H": "12", "M": "1\n2", "Z": "9"}
	if !maps.Equal(got, want) {
		t.Errorf("got %q\nwant %q", got, want)
	}
}

// TestPorts holds published ports in all their forms.
func TestPorts(t *testing.T) {
	for _, c := range []struct {
		text string
		want []parsers.Port
	}{
		{"8080:80", []parsers.Port{{From: 8080, To: 80}}},
		{"127.0.0.1:8080:80/tcp", []parsers.Port{{Host: "127.0.0.1", From: 8080, To: 80}}},
		{"\"[::1]:8080:80\"", []parsers.Port{{Host: "::1", From: 8080, To: 80}}},
		{"3000-3001:80-81", []parsers.Port{{From: 3000, To: 80}, {From: 3001, To: 81}}},
		{"\"80\"", nil}, {"53:53/udp", nil},
		{"{target: 80, published: \"8080\", protocol: tcp}", []parsers.Port{{From: 8080, To: 80}}},
		{"{target: 80}", nil},
	} {
		d, err := document.Parse("x", []byte("- "+c.text+"\n"))
		if err != nil {
			t.Fatal(err)
		}
		got := ports(entry{d.Docs[0].Items[0], ".", &env{}})
		for i := range got {
			got[i].Pos = hop.Pos{}
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %+v, want %+v", c.text, got, c.want)
		}
	}
}

// TestPlain holds which values of .env may be shown.
func TestPlain(t *testing.T) {
	for value, want := range map[string]bool{
		"80": true, "60s": true, "app:3000": true, "backend": true, "chat.example.com": true, "./nginx/conf.d": true,
		"1.29-alpine": true, "http://app:3000": true, "hunter2hunter2": false, "s3cr3t-T0ken": false,
		"postgres://u:p@db/x": false, "AKIAABCDEFGH": false,
	} {
		if isPlain(value) != want {
			t.Errorf("%s: shown %v", value, !want)
		}
	}
}

// TestUnknown holds what is said where nobody knows what a container has: nothing is judged, and nothing fails.
func TestUnknown(t *testing.T) {
	for name, text := range map[string]string{
		"a volume":             "services: {web: {image: nginx, volumes: [\"conf:/etc/nginx/conf.d\"]}}\n",
		"a variable":           "services: {web: {image: nginx, volumes: [\"${DIR}:/etc/nginx/conf.d\"]}}\n",
		"a file that is not":   "services: {web: {image: nginx, volumes: [\"./none.conf:/etc/nginx/nginx.conf\"]}}\n",
		"certificates":         "services: {web: {image: nginx, volumes: [\"./certs:/certs\"]}}\n",
		"an image of somebody": "services: {web: {image: company/web, volumes: [\"./x:/etc/nginx/conf.d\"]}}\n",
		"no services":          "services:\n", "a list": "services: [a]\n", "nothing": "",
		"itself": "services: {web: {extends: {service: web}, image: nginx}}\n",
	} {
		file := filepath.Join(t.TempDir(), "compose.yaml")
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		r, err := readAll([]parsers.Found{{Name: file}}, parsers.Options{ReadFile: os.ReadFile, Stat: os.Stat})
		if err != nil || len(r.Nested) > 0 || len(r.Problems) > 0 {
			t.Errorf("%s: %v, %d configurations, problems %v", name, err, len(r.Nested), r.Problems)
		}
	}
}
