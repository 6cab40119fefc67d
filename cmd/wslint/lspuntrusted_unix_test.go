//go:build unix

package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
)

// newText is the text of an edit, which is written and not shown.
var newText = regexp.MustCompile(`"newText":"(?:[^"\\\\]|\\\\.)*"`)

// look opens files in an editor, edits each so that it is checked once more, and asks for all that an editor shows:
// hovers at every line, and the actions of every diagnostic.
func (e *editor) look(files map[string]string) {
	for name, text := range files {
		uri := e.open(name, "nginx", text)
		e.see(uri)
		for n, line := range strings.Split(text, "\n") {
			for _, column := range []int{0, len(line) / 3, len(line) / 2} {
				e.request("textDocument/hover", object{"textDocument": object{"uri": uri}, "position": place{n, column}}, nil)
			}
			e.request("textDocument/completion", object{"textDocument": object{"uri": uri}, "position": place{n, 0}}, nil)
		}
	}
	for uri, shown := range e.shown {
		for _, d := range shown.Diagnostics {
			e.actions(uri, d.Range)
		}
		e.actions(uri, area{}, "source.fixAll")
	}
}

// TestLSPSecrets: the secrets of the project's own files are in nothing that an editor shows.
func TestLSPSecrets(t *testing.T) {
	hidden := false
	for name, files := range secretProjects {
		if testing.Short() && name != "declared" && name != "terraform" && name != "bad declaration" {
			continue
		}
		t.Run(name, func(t *testing.T) {
			dir := project(t, files)
			open := map[string]string{}
			for file, text := range files {
				open[filepath.Join(dir, file)] = text
			}
			e := connect(t, everything(), dir)
			e.look(open)
			said := newText.ReplaceAllString(string(e.said), "")
			if i := strings.Index(said, own); i >= 0 {
				t.Errorf("the server says …%s", said[max(i-400, 0):min(i+100, len(said))])
			}
			hidden = hidden || strings.Contains(said, "***")
		})
	}
	if !hidden {
		t.Error("nothing is hidden: the secrets stand where no editor shows them")
	}
}

// TestLSPOutside: what an open document includes is judged, and nothing of the text of a file outside the repository,
// or of git's, is shown or written into the document.
func TestLSPOutside(t *testing.T) {
	for name := range secretFiles {
		for _, include := range []string{"../../outside/" + name, "../.git/" + name, "link.conf"} {
			if testing.Short() && name != "directive" && name != "value" && name != "headers" {
				continue
			}
			home := untrusted(t, nil)
			repo := filepath.Join(filepath.Dir(home), "repo")
			text := fmt.Sprintf(mainConf, "include "+include+";\n      proxy_set_header X-A b;")
			link(t, filepath.Join(home, ".aws", name), "conf/link.conf")
			plant(t, "conf/nginx.conf", text)
			e := connect(t, everything(), repo)
			e.look(map[string]string{filepath.Join(repo, "conf/nginx.conf"): text})
			if said := string(e.said); strings.Contains(said, secret) {
				i := strings.Index(said, secret)
				t.Errorf("%s: the server says …%s", include, said[max(i-400, 0):min(i+100, len(said))])
			}
		}
	}
}

// TestLSPNeverWaits: an include of the protocol's own input, a FIFO, or a device neither steals a message nor stops the
// server.
func TestLSPNeverWaits(t *testing.T) {
	for _, include := range []string{"/proc/self/fd/0", "/dev/stdin", "fifo", "/dev/zero", "tty"} {
		dir := project(t, nil)
		err := errors.Join(os.MkdirAll(dir, 0o700), syscall.Mkfifo(filepath.Join(dir, "fifo"), 0o600),
			os.Symlink("/dev/tty", filepath.Join(dir, "tty")))
		if err != nil {
			t.Fatal(err)
		}
		text := fmt.Sprintf(mainConf, "include "+include+";")
		write(t, filepath.Join(dir, "nginx.conf"), text)
		e := connect(t, everything(), dir)
		uri := e.open(filepath.Join(dir, "nginx.conf"), "nginx", text)
		found := false
		for _, d := range e.see(uri) {
			found = found || strings.Contains(d.Message, "not a regular file")
		}
		if !found {
			t.Errorf("%s: %v", include, e.summary())
		}
		e.replace(uri, "include "+include, "# include "+include)
		if got := e.codes(); strings.Contains(got, "unreadable") {
			t.Errorf("%s: an edit behind it shows %s", include, got)
		}
	}
}
