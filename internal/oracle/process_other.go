//go:build !linux

package oracle

import (
	"os/exec"
	"syscall"
)

func endsWithParent() *syscall.SysProcAttr { return nil }

// Offline runs a command and returns what it prints. On Linux it does so without any network.
func Offline(name string, args ...string) ([]byte, error) {
	return exec.Command(name, args...).CombinedOutput()
}
