// Command bench runs wslint on configurations of many sizes and shapes, in turn with `nginx -t` or `haproxy -c` where
// these read the same, and prints a table: what each took, and how many times as fast wslint was. docs/performance.md
// keeps the last run.
//
//	go run ./internal/bench [-only REGEXP] [-runs N] [-list] [BINARY]
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"

	"github.com/wslint/wslint/internal/workload"
)

// options are the flags.
type options struct {
	only *regexp.Regexp
	runs int
}

func main() {
	only := flag.String("only", "", "only the shapes whose name fits this regular expression")
	runs := flag.Int("runs", 5, "how often each command runs; the table has medians")
	list := flag.Bool("list", false, "print the names of the shapes, and end")
	makes := flag.String("make", "", "make the project of the shape with this name in the current directory, and end")
	flag.Parse()
	err := error(nil)
	switch o := (options{runs: max(*runs, 1)}); {
	case *makes != "":
		err = makeHere(*makes)
	case *list:
		for _, s := range shapes {
			fmt.Println(s.name)
		}
	default:
		if o.only, err = regexp.Compile(*only); err == nil {
			err = o.run(flag.Arg(0))
		}
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// makeHere makes the project of one shape in the current directory.
func makeHere(name string) error {
	for _, s := range shapes {
		if s.name == name {
			p := &project{workload.Project{Dir: "."}}
			s.make(p, s.size)
			return p.Err
		}
	}
	return fmt.Errorf("no shape is named %q", name)
}

const head = "| shape | wslint | CPU | memory | beside it | | CPU | memory | times as fast | memory, ratio |\n" +
	"|---|--:|--:|--:|---|--:|--:|--:|--:|--:|"

func (o options) run(binary string) error {
	dir, err := os.MkdirTemp("", "wslint-bench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if binary == "" {
		if binary, err = workload.Build(dir); err != nil {
			return err
		}
	}
	if binary, err = filepath.Abs(binary); err != nil {
		return err
	}
	return o.table(binary, dir, shapes)
}

// table prints a row for every shape: a shape that fails has one that says so, and the others are measured all the
// same.
func (o options) table(binary, dir string, shapes []shape) error {
	var failed []error
	fmt.Println(head)
	for _, s := range shapes {
		if !o.only.MatchString(s.name) {
			continue
		}
		r, err := s.measure(binary, dir, o.runs)
		if err != nil {
			failed = append(failed, fmt.Errorf("%s: %w", s.name, err))
			fmt.Println(s.failed())
			continue
		}
		fmt.Println(r.row(s))
	}
	return errors.Join(failed...)
}

// measure makes the project of a shape and runs wslint and what is beside it there, in turn.
func (s shape) measure(binary, dir string, runs int) (r result, err error) {
	project, err := workload.Make(dir, s.name)
	defer os.RemoveAll(project)
	if err != nil {
		return r, err
	}
	rival := s.beside.command(project)
	for i := range runs + 1 {
		var one, other workload.Cost
		if s.keys > 0 {
			one, err = typed(binary, project, s.keys)
		} else {
			one, err = once(binary, s.args, project)
		}
		if err != nil {
			return r, err
		}
		if rival != nil {
			if other, err = once(rival[0], rival[1:], project); err != nil {
				return r, err
			}
		}
		if i > 0 { // the first run warms the caches of the disk
			r.wslint, r.beside = append(r.wslint, one), append(r.beside, other)
		}
	}
	return r, nil
}
