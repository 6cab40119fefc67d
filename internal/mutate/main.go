// Command mutate asks whether the tests can fail: it puts one fault at a time into the code and runs the tests of the
// package that has it, in -short. A fault that no test notices survives. The working tree is not touched: the go
// command reads the changed file from an overlay.
//
//	go run ./internal/mutate                          every fault of faults.txt
//	go run ./internal/mutate -sample 20 -seed 7       some of them
//	go run ./internal/mutate -only '^report'          those whose folder or code matches
//	go run ./internal/mutate -random 40 -seed 7 hop   as many made up by rules: an operator, a constant …
//
// It exits with 1 when more than a tenth survives, and when a fault of faults.txt no longer fits the code. Faults
// that are made up may change nothing that anybody could see, so they only give a figure.
package main

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"regexp"

	"github.com/wslint/wslint/internal/truth"
)

func main() {
	var o options
	flag.IntVar(&o.sample, "sample", 0, "run `N` faults of the list instead of all")
	flag.IntVar(&o.random, "random", 0, "run `N` made-up faults in each of the given folders instead of the list")
	flag.Uint64Var(&o.seed, "seed", 1, "what -sample and -random choose by")
	flag.StringVar(&o.only, "only", "", "run the faults whose folder or code matches `regexp`")
	flag.BoolVar(&o.verbose, "v", false, "say which test noticed each fault")
	flag.Parse()
	o.folders = flag.Args()
	if err := o.run(); err != nil {
		fmt.Fprintln(os.Stderr, "mutate:", err)
		os.Exit(1)
	}
}

// options are the flags.
type options struct {
	sample, random int
	seed           uint64
	only           string
	verbose        bool
	folders        []string
}

func (o options) run() error {
	root, err := truth.Root()
	if err != nil {
		return err
	}
	var faults []fault
	if o.random > 0 {
		faults, err = madeUp(root, o.folders, o.random, o.seed)
	} else {
		faults, err = listed(root)
	}
	if err != nil {
		return err
	}
	if faults, err = o.choose(faults); err != nil {
		return err
	}
	if o.random == 0 {
		if err := compile(root, faults); err != nil {
			return err
		}
	}
	return o.report(root, faults)
}

// choose keeps the faults that are asked for.
func (o options) choose(faults []fault) ([]fault, error) {
	only, err := regexp.Compile(o.only)
	if err != nil {
		return nil, err
	}
	var some []fault
	for _, f := range faults {
		if only.MatchString(f.folder + " by " + f.tests + ": " + f.from) {
			some = append(some, f)
		}
	}
	if o.sample > 0 && o.sample < len(some) {
		r := rand.New(rand.NewPCG(o.seed, 0))
		r.Shuffle(len(some), func(i, j int) { some[i], some[j] = some[j], some[i] })
		some = some[:o.sample]
	}
	if len(some) == 0 {
		return nil, fmt.Errorf("no fault matches %q", o.only)
	}
	return some, nil
}

// most is the share of survivors, in percent, from which on the tests are not good enough.
const most = 10

// report runs the faults one after the other and says what became of them.
func (o options) report(root string, faults []fault) error {
	noticed, survived := 0, 0
	for _, f := range faults {
		by, outcome, err := f.try(root)
		switch {
		case err != nil:
			return fmt.Errorf("%s: %w", f, err)
		case outcome == broken:
			// One that was made up is no Go any more. The list's compile: they have been checked.
		case outcome == unnoticed:
			survived++
			fmt.Printf("SURVIVED %s\n", f)
		default:
			noticed++
			if o.verbose {
				fmt.Printf("noticed %s by %s\n", f, by)
			}
		}
	}
	share := 100 * survived / max(1, noticed+survived)
	fmt.Printf("%d faults: %d noticed, %d survived (%d %%)\n", noticed+survived, noticed, survived, share)
	if o.random == 0 && 100*survived > most*(noticed+survived) {
		return fmt.Errorf("more than %d %% survived", most)
	}
	return nil
}
