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
}

// OldestCommon is what counts when no version is declared: the oldest nginx in wide use, whose defaults are the least
// kind.
var OldestCommon = Version{Major: 1, Minor: 22, Patch: 1, Assumed: true}

// ParseVersion reads "1.28", "1.28.0" or "nginx/1.28.0". A missing patch number is 0, so "1.28" means 1.28.0.
func ParseVersion(s string) (Version, error) {
	parts := strings.Split(strings.TrimPrefix(s, "nginx/"), ".")
	if len(parts) < 2 || len(parts) > 3 {
		return Version{}, fmt.Errorf("nginx version %q: want something like 1.28 or 1.28.0", s)
	}
	var n [3]int
	for i, p := range parts {
		v, err := strconv.Atoi(p)
		if err != nil || v < 0 {
			return Version{}, fmt.Errorf("nginx version %q: want something like 1.28 or 1.28.0", s)
		}
		n[i] = v
	}
	return Version{Major: n[0], Minor: n[1], Patch: n[2]}, nil
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
