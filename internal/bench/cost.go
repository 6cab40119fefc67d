package main

import (
	"context"
	"fmt"
	"slices"

	"github.com/wslint/wslint/internal/workload"
)

// once runs a command once. Exit code 1 of wslint means findings.
func once(name string, args []string, dir string) (workload.Cost, error) {
	c, code, out, err := workload.Run(context.Background(), dir, name, args...)
	if err == nil && code != 0 && code != 1 {
		err = fmt.Errorf("%s %v: exit code %d\n%.500s", name, args, code, out)
	}
	return c, err
}

// A result is what all runs took, in pairs.
type result struct {
	wslint, beside []workload.Cost
}

func (r result) row(s shape) string {
	text := fmt.Sprintf("| %s | %s |", s.name, middle(r.wslint))
	if s.beside == nobody {
		return text + " | | | | | |"
	}
	faster := make([]float64, len(r.wslint))
	memory := make([]float64, len(r.wslint))
	for i, w := range r.wslint {
		b := r.beside[i]
		faster[i] = b.CPU.Seconds() / max(w.CPU.Seconds(), 1e-6)
		memory[i] = float64(w.Memory) / float64(max(b.Memory, 1))
	}
	return fmt.Sprintf("%s %s | %s | %.2f | %.2f |", text, s.beside, middle(r.beside), median(faster), median(memory))
}

// failed is the row of a shape that could not be measured; why, the error says.
func (s shape) failed() string {
	return fmt.Sprintf("| %s | failed | | | %s | | | | | |", s.name, s.beside)
}

// middle are three cells: the medians of the time that passed, of the processor's, and of the memory.
func middle(runs []workload.Cost) string {
	var elapsed, cpu, memory []float64
	for _, c := range runs {
		elapsed, cpu = append(elapsed, c.Elapsed.Seconds()), append(cpu, c.CPU.Seconds())
		memory = append(memory, float64(c.Memory)/(1<<20))
	}
	return fmt.Sprintf("%s | %s | %.0f MB", seconds(median(elapsed)), seconds(median(cpu)), median(memory))
}

func seconds(s float64) string {
	if s < 1 {
		return fmt.Sprintf("%.1f ms", s*1000)
	}
	return fmt.Sprintf("%.2f s", s)
}

func median(list []float64) float64 {
	list = slices.Clone(list)
	slices.Sort(list)
	n := len(list)
	return (list[(n-1)/2] + list[n/2]) / 2
}
