package oracle

import "syscall"

// endsWithParent makes sure that no nginx outlives a test binary that is killed.
func endsWithParent() *syscall.SysProcAttr { return &syscall.SysProcAttr{Pdeathsig: syscall.SIGTERM} }
