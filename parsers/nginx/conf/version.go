package conf

import (
	"fmt"
	"strconv"
	"strings"
)

// A Version is an nginx version: defaults and behaviour differ (law NV3).
type Version struct {
	Major, Minor, Patch int
	Assumed             bool // nobody declared it
	// Flavour is what is made of that nginx, "angie", in lower case, and Release its own version, "1.10"; both are "" for
	// nginx itself.
	Flavour, Release string
	// Taken says that the flavour or its release is not known, and which nginx is taken in its place.
	Taken string
}

// OldestCommon is what counts when no version is declared: the oldest nginx in wide use, whose defaults are the least
// kind.
var OldestCommon = Version{Major: 1, Minor: 22, Patch: 1, Assumed: true}

// ParseVersion reads "1.28", "1.28.0" or "nginx/1.28.0". A missing patch number is 0, so "1.28" means 1.28.0. It also
// reads the versions of other flavours, "openresty/1.27.1.2", "angie/1.10", "tengine/3.1", "freenginx/1.27.1", "R33":
// the result is the nginx that they are built on.
func ParseVersion(s string) (Version, error) {
	if v, ok := parseFlavour(s); ok {
		return v, nil
	}
	number, _, _ := strings.Cut(strings.TrimPrefix(s, "nginx/"), " (")
	if v, ok := numbers(number); ok && strings.Count(number, ".") < 3 && strings.Contains(number, ".") {
		return v, nil
	}
	return Version{}, fmt.Errorf("nginx version %q: want something like 1.28 or 1.28.0", s)
}

// numbers reads up to four numbers with dots between them, of which the first three count.
func numbers(s string) (v Version, ok bool) {
	parts := strings.Split(s, ".")
	if len(parts) > 4 {
		return Version{}, false
	}
	var n [4]int
	for i, p := range parts {
		x, err := strconv.Atoi(p)
		if err != nil || x < 0 {
			return Version{}, false
		}
		n[i] = x
	}
	return Version{Major: n[0], Minor: n[1], Patch: n[2]}, true
}

// AtLeast reports whether v is major.minor.patch or later.
func (v Version) AtLeast(major, minor, patch int) bool {
	switch {
	case v.Major != major:
		return v.Major > major
	case v.Minor != minor:
		return v.Minor > minor
	}
	return v.Patch >= patch
}

func (v Version) String() string { return fmt.Sprintf("%d.%d.%d", v.Major, v.Minor, v.Patch) }

// IsZero reports whether no version is set.
func (v Version) IsZero() bool { return v == Version{} }
