package main

import (
	"syscall"
	"time"
)

// reserved is how much of the heap may lie in huge pages, in bytes. It is most of what there is before garbage is
// collected first.
const reserved = 56 << 20

// hugePages has the kernel back the heap with pages of 2 MB where it does so on request, as Debian's and Ubuntu's do:
// pages of 4 KB are handed out one by one, each at the price of a fault, which in a virtual machine is a third of a
// larger run. The address space is taken as a slice that nobody keeps: no page of it is touched, and the collection
// that it brings about, or the first, gives it to what the run needs next.
func hugePages() {
	_ = syscall.Madvise(make([]byte, reserved), syscall.MADV_HUGEPAGE) // without them all goes on as ever
}

// dear is what a page costs where even a small run is better off with huge ones, though it has to collect garbage for
// them: beneath some hypervisors it is 12 µs, elsewhere one or two.
const dear = 5 * time.Microsecond

// pagesAreDear reports whether the first touch of a page takes that long here.
func pagesAreDear() bool {
	const pages, size = 16, 4096
	fresh := make([]byte, pages*size)
	start := time.Now()
	for i := 0; i < len(fresh); i += size {
		fresh[i] = 1
	}
	return time.Since(start) > pages*dear
}
