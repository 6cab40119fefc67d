package live

import "syscall"

// What the system calls the ends of connections: Winsock has numbers of its own.
const (
	refused       = syscall.Errno(10061) // WSAECONNREFUSED
	resetByPeer   = syscall.Errno(10054) // WSAECONNRESET
	hostNotThere  = syscall.Errno(10065) // WSAEHOSTUNREACH
	netNotThere   = syscall.Errno(10051) // WSAENETUNREACH
	writtenToDead = syscall.Errno(10053) // WSAECONNABORTED
)
