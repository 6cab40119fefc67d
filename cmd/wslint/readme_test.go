package main

import (
	"bytes"
	"os"
	"strings"
	"testing"
)

// TestReadme runs the console examples of the README and compares what they print; -update writes it.
func TestReadme(t *testing.T) {
	t.Chdir("../..")
	text, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	ran := 0
	for block := range strings.SplitSeq(string(text), "```console\n$ wslint ") {
		line, rest, found := strings.Cut(block, "\n")
		want, _, closed := strings.Cut(rest, "```")
		if ran++; ran == 1 || !found || !closed {
			continue // what precedes the first example
		}
		var out, diag bytes.Buffer
		c := Command{Stdin: strings.NewReader(""), Stdout: &out, Stderr: &diag, Getenv: func(string) string { return "" }}
		c.Main(append([]string{"wslint"}, strings.Fields(line)...))
		if *update {
			text = bytes.Replace(text, []byte(line+"\n"+want+"```"), []byte(line+"\n"+out.String()+"```"), 1)
			continue
		}
		if out.String() != want {
			t.Errorf("wslint %s prints\n%s\nand %s, the README says\n%s", line, &out, &diag, want)
		}
	}
	if *update {
		if err := os.WriteFile("README.md", text, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	var picture bytes.Buffer
	c := Command{Stdout: &picture, Stderr: &picture, Getenv: func(string) string { return "" }}
	c.Main(strings.Fields("wslint trace ws://chat.example.com:8080/ws testdata/example/nginx --format svg"))
	if *update {
		if err := os.WriteFile("docs/trace.svg", picture.Bytes(), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	if svg, err := os.ReadFile("docs/trace.svg"); err != nil || !bytes.Equal(svg, picture.Bytes()) ||
		!strings.Contains(string(text), "testdata/example/nginx --format svg`") {
		t.Errorf("docs/trace.svg is not what the command in the README prints (%v): -update writes it", err)
	}
	if ran < 2 {
		t.Error("the README shows no example")
	}
}
