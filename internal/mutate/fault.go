package main

import (
	"cmp"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"go/scanner"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// A fault is one change of one file.
type fault struct {
	folder   string // "parsers/nginx"
	tests    string // the folder whose tests have to notice it; "" for folder
	run      string // which tests those are, for -run; "" for all
	file     string // below the root
	from, to string // the code that is changed, and what it becomes
	offset   int    // of from in the file
	line     int
}

func (f fault) String() string {
	flat := func(s string) string { return strings.Join(strings.Fields(s), " ") }
	return fmt.Sprintf("%s:%d: %s => %s", f.file, f.line, flat(f.from), cmp.Or(flat(f.to), "nothing"))
}

//go:embed faults.txt
var list string

// listed reads faults.txt. A line "== FOLDER" begins the faults of a package; "== FOLDER by TESTS NAMES" those that
// tests of another package have to notice, named as for -run. A fault is a line that begins with "-",
// the code that is found once in the package's files, tests apart, and one that begins with "+", what it becomes;
// lines behind them that begin with a space belong to them. How code is indented and where its lines break does not
// matter. Empty lines and those that begin with # are passed over.
func listed(root string) ([]fault, error) {
	var faults []fault
	var f fault
	var errs []error
	end := func() {
		if f.from != "" {
			if err := f.locate(root); err != nil {
				errs = append(errs, err)
			}
			faults = append(faults, f)
		}
		f = fault{folder: f.folder, tests: f.tests, run: f.run}
	}
	into := new(string)
	for line := range strings.Lines(list) {
		line = strings.TrimRight(line, "\n")
		switch folder, begins := strings.CutPrefix(line, "== "); {
		case begins:
			end()
			var by string
			f.folder, by, _ = strings.Cut(folder, " by ")
			f.tests, f.run, _ = strings.Cut(by, " ")
		case line == "" || line[0] == '#':
		case line[0] == '-':
			end()
			into = &f.from
			*into = strings.TrimSpace(line[1:])
		case line[0] == '+':
			into = &f.to
			*into = strings.TrimSpace(line[1:])
		default:
			*into += "\n" + strings.TrimSpace(line)
		}
	}
	end()
	return faults, errors.Join(errs...)
}

// locate finds the one place of a fault.
func (f *fault) locate(root string) error {
	re, err := regexp.Compile(pattern(f.from))
	if err != nil {
		return err
	}
	names, err := filepath.Glob(filepath.Join(root, f.folder, "*.go"))
	if err != nil {
		return err
	}
	found := 0
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		src, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		for _, m := range re.FindAllStringIndex(string(src), -1) {
			found++
			f.file, _ = filepath.Rel(root, name)
			f.offset, f.from = m[0], string(src[m[0]:m[1]])
			f.line = 1 + strings.Count(string(src[:m[0]]), "\n")
		}
	}
	if found != 1 {
		return fmt.Errorf(
			"faults.txt: %s: found %d times, must be once: %s",
			f.folder,
			found,
			strings.Join(strings.Fields(f.from), " "),
		)
	}
	return nil
}

// pattern matches code however it is indented and wherever its lines break, with the comma that a break before a
// closing bracket brings along. A name does not begin or end in the middle of another.
func pattern(code string) string {
	var s scanner.Scanner
	src := []byte(code)
	set := token.NewFileSet()
	s.Init(set.AddFile("", -1, len(src)), src, nil, scanner.ScanComments)
	var parts []string
	for {
		_, tok, text := s.Scan()
		switch {
		case tok == token.EOF:
			return strings.Join(parts, `\s*`)
		case tok == token.SEMICOLON && text != ";": // the end of a line
		case tok == token.IDENT || tok.IsKeyword():
			parts = append(parts, `\b`+text+`\b`)
		case tok == token.RPAREN || tok == token.RBRACE:
			parts = append(parts, `,?\s*`+regexp.QuoteMeta(tok.String()))
		case text == "":
			parts = append(parts, regexp.QuoteMeta(tok.String()))
		default:
			parts = append(parts, regexp.QuoteMeta(text))
		}
	}
}

// An outcome is what the tests make of a fault.
type outcome int

const (
	noticed   outcome = iota
	unnoticed         // the tests pass
	broken            // the package does not compile
)

var (
	failed = regexp.MustCompile(`(?m)^\s*--- FAIL: (\S+)`)
	built  = regexp.MustCompile(`(?m)^FAIL\t\S+ \[(build|setup) failed\]`)
)

// changed returns the text of the fault's file with the fault in it.
func (f fault) changed(root string) ([]byte, error) {
	src, err := os.ReadFile(filepath.Join(root, f.file))
	if err != nil {
		return nil, err
	}
	if f.offset+len(f.from) > len(src) || string(src[f.offset:f.offset+len(f.from)]) != f.from {
		return nil, errors.New("the file has changed since")
	}
	return slices.Concat(src[:f.offset], []byte(f.to), src[f.offset+len(f.from):]), nil
}

// try tests the package of a fault with the fault in it; by is the test that noticed it, or what the compiler said.
func (f fault) try(root string) (by string, o outcome, err error) {
	dir, err := os.MkdirTemp("", "mutate")
	if err != nil {
		return "", 0, err
	}
	defer os.RemoveAll(dir)
	name := filepath.Join(root, f.file)
	text, err := f.changed(root)
	if err != nil {
		return "", 0, err
	}
	changed := filepath.Join(dir, "changed.go")
	overlay := filepath.Join(dir, "overlay.json")
	replace, err := json.Marshal(map[string]map[string]string{"Replace": {name: changed}})
	if err != nil {
		return "", 0, err
	}
	if err := errors.Join(os.WriteFile(changed, text, 0o644), os.WriteFile(overlay, replace, 0o644)); err != nil {
		return "", 0, err
	}
	cmd := exec.Command(
		"go",
		"test",
		"-short",
		"-failfast",
		"-vet=off",
		"-timeout=3m",
		"-overlay="+overlay,
		"-run="+f.run,
		"./"+cmp.Or(f.tests, f.folder),
	)
	cmd.Dir = root
	// What a clone of the repository alone notices: the corpus is no part of it.
	cmd.Env = append(os.Environ(), "WSLINT_CORPUS="+dir, "WSLINT_REQUIRE_CORPUS=")
	out, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	switch {
	case err == nil:
		return "", unnoticed, nil
	case !errors.As(err, &exit):
		return "", 0, err
	case built.Match(out):
		return string(out), broken, nil
	}
	if m := failed.FindSubmatch(out); m != nil {
		return string(m[1]), noticed, nil
	}
	return "a panic, or a run without end", noticed, nil
}
