package oracle

import (
	"os"
	"os/exec"
	"syscall"
)

// endsWithParent makes sure that no nginx outlives a test binary that is killed.
func endsWithParent() *syscall.SysProcAttr { return &syscall.SysProcAttr{Pdeathsig: syscall.SIGTERM} }

// Offline runs a command without any network and returns what it prints: a check of a configuration looks up the
// names in it, and a test asks nobody outside this machine. Where the system allows no network namespaces the command
// runs as it is.
func Offline(name string, args ...string) ([]byte, error) {
	cmd := exec.Command(name, args...)
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags:  syscall.CLONE_NEWUSER | syscall.CLONE_NEWNET,
		UidMappings: []syscall.SysProcIDMap{{ContainerID: os.Getuid(), HostID: os.Getuid(), Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{ContainerID: os.Getgid(), HostID: os.Getgid(), Size: 1}},
	}
	out, err := cmd.CombinedOutput()
	if cmd.Process == nil {
		return exec.Command(name, args...).CombinedOutput()
	}
	return out, err
}
