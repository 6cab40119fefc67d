//go:build !unix

package oracle

import "syscall"

// softStop stands for a signal that there is not; HAProxy does not run there either.
const softStop = syscall.SIGTERM
