package main

import (
	"bytes"
	"fmt"
	"os/exec"
	"slices"
	"time"
)

// A cost is what one run of a command took.
type cost struct {
	elapsed, cpu time.Duration
	memory       int64 // at its peak, in bytes
}

// once runs a command once. Exit code 1 of wslint means findings.
func once(name string, args []string, dir string) (cost, error) {
	cmd := exec.Command(name, args...)
	var out bytes.Buffer
	cmd.Dir, cmd.Stderr = dir, &out // what goes to the standard output goes nowhere
	begin := time.Now()
	err := cmd.Run()
	took := time.Since(begin)
	if cmd.ProcessState == nil {
		return cost{}, err
	}
	if code := cmd.ProcessState.ExitCode(); code != 0 && code != 1 {
		return cost{}, fmt.Errorf("%s %v: %w\n%.500s", name, args, err, out.String())
	}
	return cost{
		elapsed: took,
		cpu:     cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(),
		memory:  peak(cmd.ProcessState),
	}, nil
}

// A result is what all runs took, in pairs.
type result struct {
	wslint, beside []cost
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
		faster[i] = b.cpu.Seconds() / max(w.cpu.Seconds(), 1e-6)
		memory[i] = float64(w.memory) / float64(max(b.memory, 1))
	}
	return fmt.Sprintf("%s %s | %s | %.2f | %.2f |", text, s.beside, middle(r.beside), median(faster), median(memory))
}

// middle are three cells: the medians of the time that passed, of the processor's, and of the memory.
func middle(runs []cost) string {
	var elapsed, cpu, memory []float64
	for _, c := range runs {
		elapsed, cpu = append(elapsed, c.elapsed.Seconds()), append(cpu, c.cpu.Seconds())
		memory = append(memory, float64(c.memory)/(1<<20))
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
