package catalog

import (
	"cmp"
	"slices"
	"time"
)

const (
	second = time.Second
	hour   = time.Hour
	// undocumented is why a timer is not known that the vendor says nothing of.
	undocumented = "its idle timeout is not documented: declare what you measured"
)

// Hops are all known kinds of hops, sorted by name. A source names the vendor's page or the code that says so;
// "measured" and "reported" say that only others do.
var Hops = slices.SortedFunc(slices.Values(slices.Concat(aws, clouds, proxies)), func(a, b Hop) int {
	return cmp.Compare(a.Name, b.Name)
})
