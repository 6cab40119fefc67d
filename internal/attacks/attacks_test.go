package main

import (
	"os/exec"
	"path/filepath"
	"testing"
)

// TestAttacks: some of the attacks, none of which succeeds; CI runs others as well. It runs the command, whose
// processes are small: what a process holds when it starts another one counts as that one's memory.
func TestAttacks(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a minute")
	}
	binary := filepath.Join(t.TempDir(), "attacks")
	if out, err := exec.Command("go", "build", "-o", binary, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	cmd := exec.Command(binary, "-untimed", "-sample", "8")
	cmd.Dir = filepath.Join("..", "..")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}
