// Command incidents scores wslint on the incidents of testdata/incidents: how many confirmed causes are found, how
// many mended configurations are quiet, and whether healthy ones stay free of errors.
//
//	go run ./tools/incidents            as they are, with what each declares in its .wslint.yaml
//	go run ./tools/incidents -bare      without any .wslint.yaml, as most people run a linter
//	go run ./tools/incidents -declare   with a path declared where an incident declares none
//	go run ./tools/incidents -only REGEXP -show
//
// Each configuration is copied to an empty folder and checked there. A cause is found when an error or a warning is
//
//   - of the expected rule, or of one that the incident names beside it (exact, when it is the expected one), or
//   - of a related rule at the expected place: within four lines, or anywhere in the block that lacks a directive.
//
// A mended configuration is quiet when it has no error and no warning of the expected rules.
package main

import (
	"flag"
	"fmt"
	"os"
	"regexp"

	"github.com/wslint/wslint/internal/truth"
)

func main() {
	var m mode
	flag.BoolVar(&m.bare, "bare", false, "take every .wslint.yaml away; its ping becomes --ping")
	flag.BoolVar(&m.declare, "declare", false, "declare the path of the probe where an incident declares none")
	only := flag.String("only", "", "score the incidents whose name matches this `regexp`")
	show := flag.Bool("show", false, "say what is not as it should be")
	flag.Parse()
	if err := run(m, *only, *show); err != nil {
		fmt.Fprintln(os.Stderr, "incidents:", err)
		os.Exit(1)
	}
}

func run(m mode, only string, show bool) error {
	re, err := regexp.Compile(only)
	if err != nil {
		return err
	}
	all, err := truth.Incidents()
	if err != nil {
		return err
	}
	var s score
	for _, i := range all {
		if !re.MatchString(i.Name) {
			continue
		}
		v, err := m.judge(i)
		if err != nil {
			return fmt.Errorf("%s: %w", i.Name, err)
		}
		s.add(v)
		if show && v.wrong() != "" {
			fmt.Printf("%s: %s\n", i.Name, v.wrong())
		}
	}
	fmt.Println(s)
	return nil
}
