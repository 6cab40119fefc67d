// Command attacks runs wslint on projects that want to take all memory or time, and prints a table: what each took, and
// what wslint said where it refused to read something. docs/security.md keeps the last run.
//
//	go run ./internal/attacks [-only TEXT] [-sample N [-seed S]] [-untimed] [BINARY]
package main

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/wslint/wslint/internal/workload"
)

const (
	// mostMemory and mostTime are what an attack may take, and refusedTime what one may that is refused.
	mostMemory  = 300 << 20
	mostTime    = 5 * time.Second
	refusedTime = time.Second
	// patience ends an attack that succeeds, however slow the machine is.
	patience = 3 * time.Minute
)

// options are the flags.
type options struct {
	only    string
	sample  int
	seed    uint64
	untimed bool
}

func main() {
	var o options
	flag.StringVar(&o.only, "only", "", "only the attacks whose name holds this")
	flag.IntVar(&o.sample, "sample", 0, "run `N` of the attacks instead of all")
	flag.Uint64Var(&o.seed, "seed", 1, "what -sample chooses by")
	flag.BoolVar(&o.untimed, "untimed", false, "judge memory and refusals, not the time: others may have the processor")
	makes := flag.String("make", "", "make the project of the attack with this name in the current directory, and end")
	flag.Parse()
	if *makes != "" {
		p := &project{workload.Project{Dir: "."}}
		for _, a := range attacks {
			if a.name == *makes {
				a.make(p)
			}
		}
		if p.Err != nil {
			fmt.Fprintln(os.Stderr, "attacks:", p.Err)
			os.Exit(1)
		}
		return
	}
	if err := o.run(flag.Arg(0)); err != nil {
		fmt.Fprintln(os.Stderr, "attacks:", err)
		os.Exit(1)
	}
}

func (o options) run(binary string) error {
	dir, err := os.MkdirTemp("", "wslint-attacks")
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
	fmt.Println("| attack | memory | time | exit | |\n|---|---|---|---|---|")
	fell := 0
	for _, a := range o.chosen() {
		r, err := a.run(binary, dir)
		verdict := r.verdict(a)
		if o.untimed && verdict == tooLong {
			verdict = ""
		}
		for range 2 {
			if err != nil || verdict != tooLong {
				break
			}
			// Where others have the processor, its time counts for more: the shortest run is the nearest to the truth.
			var again result
			if again, err = a.run(binary, dir); again.CPU < r.CPU {
				r, verdict = again, again.verdict(a)
			}
		}
		if err != nil {
			return fmt.Errorf("%s: %w", a.name, err)
		}
		if verdict != "" {
			fell++
		}
		fmt.Println(r.row(a, verdict))
	}
	if fell > 0 {
		return fmt.Errorf("%d succeeded", fell)
	}
	return nil
}

// chosen are the attacks that are asked for, in their order.
func (o options) chosen() (list []attack) {
	for _, a := range attacks {
		if strings.Contains(a.name, o.only) {
			list = append(list, a)
		}
	}
	r := rand.New(rand.NewPCG(o.seed, 0))
	for o.sample > 0 && len(list) > o.sample {
		i := r.IntN(len(list))
		list = slices.Delete(list, i, i+1)
	}
	return list
}

// A result is what wslint took for an attack, and what it said.
type result struct {
	workload.Cost
	code   int
	output string
}

// run makes the project of an attack and runs wslint in it.
func (a attack) run(binary, dir string) (r result, err error) {
	project, err := workload.Make(dir, a.name)
	defer os.RemoveAll(project)
	if err != nil {
		return r, err
	}
	args := a.args
	if args == nil {
		args = []string{"check", "."}
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	r.Cost, r.code, r.output, err = workload.Run(ctx, project, binary, args...)
	return r, err
}

// tooLong is a verdict.
const tooLong = "too long"

// verdict says by what an attack succeeded; "" when it did not.
func (r result) verdict(a attack) string {
	most := mostTime
	if a.refused != "" {
		most = refusedTime
	}
	switch {
	case r.code < 0 || r.code > 3:
		return fmt.Sprintf("ended by itself or a signal: %d", r.code)
	case strings.Contains(r.output, "goroutine "):
		return "it crashed"
	case a.refused != "" && !strings.Contains(r.output, a.refused):
		return "not refused"
	case r.Memory > mostMemory:
		return "too much memory"
	case r.CPU > most:
		return tooLong
	}
	return ""
}

func (r result) row(a attack, verdict string) string {
	said := ""
	if a.refused != "" {
		lines := strings.Split(r.output, "\n")
		if i := slices.IndexFunc(lines, func(l string) bool { return strings.Contains(l, a.refused) }); i >= 0 {
			said = "refused: " + a.refused
		}
	}
	if verdict != "" {
		said = "**" + verdict + "** " + said
	}
	return fmt.Sprintf("| %s | %d MB | %.1fs | %d | %s |", a.name, r.Memory>>20, r.CPU.Seconds(), r.code, said)
}
