package main

import (
	"bytes"
	"os/exec"
	"strings"
	"testing"

	"github.com/wslint/wslint/internal/truth"
)

// TestManPage: groff has nothing to say about the page, and prints every command and flag of the program.
func TestManPage(t *testing.T) {
	code, page, stderr := runMain("", "man")
	if code != exitClean || stderr != "" {
		t.Fatal(code, stderr)
	}
	if _, err := exec.LookPath("groff"); err != nil {
		truth.Missing(t, "GROFF", err.Error())
	}
	cmd := exec.Command("groff", "-man", "-Tascii", "-ww", "-rLL=110n", "-P-cbou")
	cmd.Stdin = strings.NewReader(page)
	var said bytes.Buffer
	cmd.Stderr = &said
	out, err := cmd.Output()
	if err != nil || said.Len() > 0 {
		t.Errorf("%v: %s", err, said.String())
	}
	text := strings.Join(strings.Fields(string(out)), " ")
	c := newCommand()
	for _, command := range c.app().Commands {
		if !strings.Contains(text, "wslint "+command.Name) {
			t.Errorf("the page does not name %s", command.Name)
		}
		for _, f := range command.Flags {
			if !strings.Contains(text, "--"+f.Names()[0]) {
				t.Errorf("the page does not name --%s of %s", f.Names()[0], command.Name)
			}
		}
	}
	for _, line := range []string{"NAME wslint - find out why", "EXIT STATUS 0 Nothing at or above"} {
		if !strings.Contains(text, line) {
			t.Errorf("the page does not say %q:\n%.600s", line, text)
		}
	}
}

// TestRoff: text stays text.
func TestRoff(t *testing.T) {
	for text, want := range map[string]string{
		".wslint.yaml": `\&.wslint.yaml`, "a\n.b": "a\n" + `\&.b`, "'x'": `\&'x'`, `\d`: `\ed`, "--fail-on": `\-\-fail\-on`,
		"[PATH…|-]": `[PATH\&...|\-]`,
	} {
		if got := roff(text); got != want {
			t.Errorf("%q is %q, want %q", text, got, want)
		}
	}
}
