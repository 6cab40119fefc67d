//go:build !windows

package live

import "syscall"

// What the system calls the ends of connections.
const (
	refused       = syscall.ECONNREFUSED
	resetByPeer   = syscall.ECONNRESET
	hostNotThere  = syscall.EHOSTUNREACH
	netNotThere   = syscall.ENETUNREACH
	writtenToDead = syscall.EPIPE
)
