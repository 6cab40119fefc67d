package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path/filepath"
)

// compile returns what the compiler would refuse in any of the faults.
func compile(root string, faults []fault) error {
	c, err := newCompiler(root)
	if err != nil {
		return err
	}
	var errs []error
	for _, f := range faults {
		if err := c.check(f); err != nil {
			errs = append(errs, fmt.Errorf("%s: does not compile: %w", f, err))
		}
	}
	return errors.Join(errs...)
}

// A compiler tells whether a package still compiles with a fault in it, in milliseconds: the packages that it imports
// are read as the go command has compiled them.
type compiler struct {
	root     string
	exports  map[string]string   // import path -> file with the compiled package's types
	packages map[string][]string // folder below the root -> its files that are no tests
}

// newCompiler has the go command compile everything once.
func newCompiler(root string) (*compiler, error) {
	cmd := exec.Command("go", "list", "-export", "-deps", "-json=ImportPath,Export,Dir,GoFiles,Module", "./...")
	cmd.Dir, cmd.Stderr = root, os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	c := &compiler{root: root, exports: map[string]string{}, packages: map[string][]string{}}
	d := json.NewDecoder(out)
	for {
		var p struct {
			ImportPath, Export, Dir string
			GoFiles                 []string
			Module                  *struct{ Main bool }
		}
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return nil, errors.Join(err, cmd.Wait())
		}
		c.exports[p.ImportPath] = p.Export
		if p.Module == nil || !p.Module.Main {
			continue
		}
		folder, err := filepath.Rel(root, p.Dir)
		if err != nil {
			return nil, err
		}
		c.packages[filepath.ToSlash(folder)] = p.GoFiles
	}
	return c, cmd.Wait()
}

// check returns what the compiler would refuse in the fault's package, nil when it compiles.
func (c *compiler) check(f fault) error {
	changed, err := f.changed(c.root)
	if err != nil {
		return err
	}
	set := token.NewFileSet()
	var files []*ast.File
	for _, name := range c.packages[f.folder] {
		var src any
		if below := filepath.Join(f.folder, name); below == f.file {
			src = changed
		}
		file, err := parser.ParseFile(set, filepath.Join(c.root, f.folder, name), src, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		files = append(files, file)
	}
	compiled := importer.ForCompiler(set, "gc", func(path string) (io.ReadCloser, error) {
		name := c.exports[path]
		if name == "" {
			return nil, fmt.Errorf("%s is not compiled", path)
		}
		return os.Open(name)
	})
	_, err = (&types.Config{Importer: compiled}).Check(f.folder, set, files, nil)
	return err
}
