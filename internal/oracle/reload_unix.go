//go:build unix

package oracle

import "syscall"

// softStop is what a reload sends to the old process of HAProxy.
const softStop = syscall.SIGUSR1
