// Command site builds the web site from what is in the repository: guides, recipes, pages of rules, close codes and
// settings, known hops and applications, symptoms with their suspects, and the playground. Nothing is written twice;
// Hugo makes HTML of it, and links between pages that lead nowhere are an error.
//
//	go run ./site [-o DIR] [-serve 127.0.0.1:8000]
package main

import (
	"bytes"
	"embed"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// project is what Hugo needs beside the pages: layouts, styles, the script of the search.
//
//go:embed all:hugo
var project embed.FS

func main() {
	dir := flag.String("o", filepath.Join("site", "public"), "write to `DIR`")
	serve := flag.String("serve", "", "then serve it on `ADDRESS`")
	flag.Parse()
	if err := build(*dir); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	if *serve != "" {
		fmt.Printf("http://%s/\n", *serve)
		fmt.Fprintln(os.Stderr, http.ListenAndServe(*serve, http.FileServer(http.Dir(*dir))))
		os.Exit(1)
	}
}

// build makes the whole site in the folder out. It has to run in the repository.
func build(out string) error {
	root, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}").Output()
	if err != nil {
		return err
	}
	if out, err = filepath.Abs(out); err != nil {
		return err
	}
	top := strings.TrimSpace(string(root))
	if err := pages(top, out); err != nil {
		return err
	}
	cmd := exec.Command("go", "run", "./playground", "-o", filepath.Join(out, "playground"))
	cmd.Dir = top
	if said, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%v: %w\n%s", cmd.Args, err, said)
	}
	return checkLinks(out)
}

// pages makes everything but the playground.
func pages(top, out string) error {
	hugo, err := exec.LookPath("hugo")
	if err != nil {
		return errors.New("the site needs Hugo 0.111 or later: apt-get install hugo, brew install hugo")
	}
	list, err := gather(top)
	if err != nil {
		return err
	}
	source, err := os.MkdirTemp("", "wslint-site")
	if err != nil {
		return err
	}
	defer os.RemoveAll(source)
	files, err := fs.Sub(project, "hugo")
	if err != nil {
		return err
	}
	if err := os.CopyFS(source, files); err != nil {
		return err
	}
	for _, p := range list {
		if err := p.write(filepath.Join(source, "content")); err != nil {
			return err
		}
	}
	if err := os.CopyFS(filepath.Join(source, "content", "docs"), pictures(top)); err != nil {
		return err
	}
	if err := os.RemoveAll(out); err != nil {
		return err
	}
	said, err := exec.Command(hugo, "--source", source, "--destination", out).CombinedOutput()
	if err == nil && bytes.Contains(said, []byte("WARN")) {
		err = errors.New("there are warnings")
	}
	if err != nil {
		return fmt.Errorf("hugo: %w\n%s", err, said)
	}
	if err := codeStyles(hugo, filepath.Join(out, "code.css")); err != nil {
		return err
	}
	return writeIndex(list, filepath.Join(out, "index.json"))
}

// codeStyles writes the colours of code, in light and in dark.
func codeStyles(hugo, to string) error {
	light, err := exec.Command(hugo, "gen", "chromastyles", "--style=github").Output()
	if err != nil {
		return err
	}
	dark, err := exec.Command(hugo, "gen", "chromastyles", "--style=github-dark").Output()
	if err != nil {
		return err
	}
	const scheme = "@media (prefers-color-scheme: %s) {\n%s}\n"
	css := fmt.Sprintf(scheme, "light", light) + fmt.Sprintf(scheme, "dark", dark)
	return os.WriteFile(to, []byte(css), 0o644)
}
