package main

import "syscall"

// reserved is how much of the heap may lie in huge pages, in bytes. Together with what is alive once every package is
// ready it stays below where garbage is collected first, and it fits behind that in the first arena of Go's heap.
const reserved = 56 << 20

// hugePages has the kernel back the heap with pages of 2 MB where it does so on request, as Debian's and Ubuntu's do:
// pages of 4 KB are handed out one by one, each at the price of a fault, which in a virtual machine is a third of a
// larger run. The address space is taken as a slice that nobody keeps: no page of it is touched, and the first
// collection gives it to what the run needs next. A run that never collects pays for nothing.
func hugePages() {
	_ = syscall.Madvise(make([]byte, reserved), syscall.MADV_HUGEPAGE) // without them all goes on as ever
}
