//go:build unix

package oracle

import (
	"os"
	"syscall"
)

// reserve takes a free TCP port on 127.0.0.1 and keeps it until release is called. The socket is bound but does not
// listen and has SO_REUSEADDR, as nginx's listeners have: so nginx can listen there while nobody else is given the
// port. There is no moment in which the port is free, so no race, neither at the start nor at a restart.
func reserve() (port int, release func(), err error) {
	syscall.ForkLock.RLock()
	fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM, 0)
	if err == nil {
		syscall.CloseOnExec(fd)
	}
	syscall.ForkLock.RUnlock()
	if err != nil {
		return 0, nil, os.NewSyscallError("socket", err)
	}
	release = func() { syscall.Close(fd) }
	defer func() {
		if err != nil {
			release()
		}
	}()
	// Bound without SO_REUSEADDR first, the kernel chooses a port that nobody holds; set afterwards, it lets nginx in.
	if err = syscall.Bind(fd, &syscall.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}); err != nil {
		return 0, nil, os.NewSyscallError("bind", err)
	}
	if err = syscall.SetsockoptInt(fd, syscall.SOL_SOCKET, syscall.SO_REUSEADDR, 1); err != nil {
		return 0, nil, os.NewSyscallError("setsockopt", err)
	}
	name, err := syscall.Getsockname(fd)
	if err != nil {
		return 0, nil, os.NewSyscallError("getsockname", err)
	}
	return name.(*syscall.SockaddrInet4).Port, release, nil
}
