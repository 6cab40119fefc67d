package main

import (
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// told are the calls of wslint in testdata/scripts.
type told struct {
	formats map[string]bool
	codes   map[string]map[string]bool // by command
	flags   map[string]map[string]bool // by command
}

// wslintCall finds calls, also those in the scripts of shells, with the exit code that is wanted.
var wslintCall = regexp.MustCompile(`(?:exit (\d) |exec |\| |^|[ '(;])wslint ([^|;<>)']*)`)

func stories(t *testing.T) told {
	x := told{map[string]bool{}, map[string]map[string]bool{}, map[string]map[string]bool{}}
	files, err := filepath.Glob("../../testdata/scripts/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal(err)
	}
	app := (&Command{}).app()
	for _, file := range files {
		script, _, _ := strings.Cut(read(t, file), "\n-- ")
		for line := range strings.Lines(script) {
			if word, _, _ := strings.Cut(strings.TrimPrefix(line, "! "), " "); slices.Contains(
				[]string{"#", "stdout", "stderr", "grep"},
				word,
			) {
				continue
			}
			for _, m := range wslintCall.FindAllStringSubmatch(line, -1) {
				words := strings.Fields(m[2])
				cmd, _, _, _ := splitUnfinished(app, words)
				if x.flags[cmd.Name] == nil {
					x.flags[cmd.Name], x.codes[cmd.Name] = map[string]bool{}, map[string]bool{}
				}
				x.codes[cmd.Name][m[1]] = true
				for i, w := range words {
					name, value, hasValue, isFlag := parseFlag(w)
					if !isFlag {
						continue
					}
					x.flags[cmd.Name][name] = true
					if !hasValue && i+1 < len(words) {
						value = words[i+1]
					}
					if name == "format" || name == "output" {
						format, _, _ := strings.Cut(value, ":")
						x.formats[format] = true
					}
				}
			}
		}
	}
	return x
}

// exits are the exit codes of commands; others end in 0, or in 2 for what is wrong with the command line.
var exits = map[string]string{"check": "0123", "trace": "023", "why": "023", "baseline": "023"}

// TestStories: every command, every flag of every command, every format and every exit code is told of in
// testdata/scripts. Flags that several commands take from one function are told of once.
func TestStories(t *testing.T) {
	x := stories(t)
	shared := map[string]bool{}
	for _, f := range inputFlags() {
		shared[f.Names()[0]] = slices.ContainsFunc(
			[]string{"check", "trace", "why", "baseline"},
			func(c string) bool { return x.flags[c][f.Names()[0]] },
		)
	}
	for _, cmd := range (&Command{}).app().Commands {
		// Without AWS, or a server, they have nothing to tell; audit_test.go and probe_test.go have doubles of these.
		if cmd.Name == "audit" || cmd.Name == "snapshot" || cmd.Name == "probe" {
			continue
		}
		codes := exits[cmd.Name]
		if codes == "" {
			codes = "02"
		}
		for _, code := range strings.Split(codes, "") {
			if !x.codes[cmd.Name][code] {
				t.Errorf("no story has wslint %s end in exit code %s", cmd.Name, code)
			}
		}
		for _, f := range cmd.Flags {
			if name := f.Names()[0]; !x.flags[cmd.Name][name] && !shared[name] {
				t.Errorf("no story has wslint %s --%s", cmd.Name, name)
			}
		}
	}
	for _, f := range append(formatNames(formatsOf("audit")), "svg") {
		if !x.formats[f] {
			t.Errorf("no story has the format %s", f)
		}
	}
}
