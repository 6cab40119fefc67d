// Command playground builds the playground: a folder of static files that any web server can give out, in which wslint
// runs in the browser.
//
//	go run ./playground [-o DIR] [-serve 127.0.0.1:8000]
package main

import (
	"embed"
	"flag"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// page are the files that a browser gets as they are here.
//
//go:embed web
var page embed.FS

func main() {
	dir := flag.String("o", filepath.Join("playground", "dist"), "write to `DIR`")
	serve := flag.String("serve", "", "then serve it on `ADDRESS`")
	flag.Parse()
	if err := Build(*dir); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	if *serve != "" {
		fmt.Printf("http://%s/\n", *serve)
		fmt.Fprintln(os.Stderr, http.ListenAndServe(*serve, Handler(*dir)))
		os.Exit(1)
	}
}

// Build writes everything to a folder. It has to run in the repository.
func Build(dir string) error {
	root, err := output("go", "list", "-m", "-f", "{{.Dir}}")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	files, err := fs.Sub(page, "web")
	if err != nil {
		return err
	}
	if err := copyAll(files, dir); err != nil {
		return err
	}
	if err := writeExamples(root, filepath.Join(dir, "examples.json")); err != nil {
		return err
	}
	goroot, err := output("go", "env", "GOROOT")
	if err != nil {
		return err
	}
	// The runtime's own half in JavaScript has to be that of the compiler.
	runtime, err := os.ReadFile(filepath.Join(goroot, "lib", "wasm", "wasm_exec.js"))
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(dir, "wasm_exec.js"), runtime, 0o644); err != nil {
		return err
	}
	program, err := filepath.Abs(filepath.Join(dir, "wslint.wasm"))
	if err != nil {
		return err
	}
	cmd := exec.Command("go", "build", "-trimpath", "-buildvcs=false", "-ldflags=-s -w", "-o", program)
	cmd.Args = append(cmd.Args, "./playground/wasm")
	cmd.Dir = root
	cmd.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%v: %w\n%s", cmd.Args, err, out)
	}
	return nil
}

func output(name string, args ...string) (string, error) {
	out, err := exec.Command(name, args...).Output()
	return strings.TrimSpace(string(out)), err
}

func copyAll(files fs.FS, dir string) error {
	return fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := fs.ReadFile(files, name)
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(dir, name), text, 0o644)
	})
}

// Handler gives out the files of a folder.
func Handler(dir string) http.Handler {
	files := http.FileServer(http.Dir(dir))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		// Types of files may come from the system, which may know none.
		if kind := types(filepath.Ext(r.URL.Path)); kind != "" {
			w.Header().Set("Content-Type", kind)
		}
		files.ServeHTTP(w, r)
	})
}

func types(extension string) string {
	switch extension {
	case ".wasm":
		return "application/wasm"
	case ".js":
		return "text/javascript; charset=utf-8"
	}
	return mime.TypeByExtension(extension)
}
