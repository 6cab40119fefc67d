// Command corpus lints a directory of real configurations and writes a table of the findings per rule, in Markdown:
// docs/corpus.md.
//
//	go run ./tools/corpus ../shared/corpus > docs/corpus.md
//
// The directory has an index.csv whose first columns are the kind and the path of each file. Files are checked one by
// one, as a commit hook gives them to wslint; files of the kind "trees" by their tree.
package main

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/lint"
	"github.com/wslint/wslint/rules"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: corpus DIRECTORY")
		os.Exit(2)
	}
	if err := run(os.Args[1], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "corpus:", err)
		os.Exit(1)
	}
}

// skipped are kinds of files that are no nginx configuration.
var skipped = []string{"haproxy", "terraform", "cloudformation", "k8s"}

// usualPing is the keepalive that is declared, and nothing else, where findings for undeclared paths are counted.
const usualPing = "25s"

// pingEvery is the keepalive that is declared where findings behind gates are looked for.
const pingEvery = "75s"

// A unit is what one run of wslint is given, and what the index says that nginx said of it.
type unit struct{ kind, path, verdict string }

// A found is one finding, with the unit it was found in.
type found struct {
	unit
	rules.Finding
}

func run(dir string, out io.Writer) error {
	units, err := unitsOf(dir)
	if err != nil {
		return err
	}
	t := table{dir: dir, units: len(units)}
	ping, err := lint.ParseKeepalive(nil, pingEvery, "", "")
	if err != nil {
		return err
	}
	usual, err := lint.ParseKeepalive(nil, usualPing, "", "")
	if err != nil {
		return err
	}
	for _, u := range units {
		in := lint.Input{Args: []string{filepath.Join(dir, u.path)}, Rules: rules.All}
		r, err := lint.Check(in)
		if err != nil {
			continue // nothing in it that is nginx configuration
		}
		t.files += r.Files
		t.endpoints += r.Endpoints
		t.unknown += len(r.Unknown)
		for _, n := range r.Unknown {
			switch when, text, _ := strings.Cut(n.Text, "what becomes of the handshake "); {
			case text == "":
			case when == "":
				t.unpredicted++
			default:
				t.partly++
			}
		}
		for _, f := range r.Findings {
			t.found = append(t.found, found{u, f})
		}
		in.Ping = ping
		if r, err = lint.Check(in); err != nil {
			return err
		}
		for _, f := range r.Findings {
			if len(f.Gates) > 0 || slices.ContainsFunc(f.When, func(c hop.Condition) bool { return !c.NoGate }) {
				t.gated = append(t.gated, found{u, f})
			}
		}
		in.Ping = usual
		if r, err = lint.Check(in); err != nil {
			return err
		}
		for _, f := range r.Findings {
			if t.kind(u.kind) != "peer" && f.Rule != rules.UnreadableConfig {
				t.pinged = append(t.pinged, found{u, f})
			}
		}
	}
	t.write(out)
	return t.err
}

// unitsOf reads the index.
func unitsOf(dir string) ([]unit, error) {
	f, err := os.Open(filepath.Join(dir, "index.csv"))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		return nil, err
	}
	if len(rows) == 0 || len(rows[0]) < 2 || rows[0][0] != "kind" || rows[0][1] != "path" {
		return nil, errors.New("index.csv: the first columns are not kind and path")
	}
	var units []unit
	verdict := slices.Index(rows[0], "nginx122")
	for _, row := range rows[1:] {
		u := unit{kind: row[0], path: row[1]}
		if verdict >= 0 {
			u.verdict = row[verdict]
		}
		if u.kind == "trees" {
			u.path = strings.Join(strings.SplitN(u.path, "/", 3)[:2], "/")
		}
		if !slices.Contains(skipped, u.kind) && !slices.Contains(units, u) {
			units = append(units, u)
		}
	}
	return units, nil
}
