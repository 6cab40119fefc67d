package conf

import (
	"fmt"
	"strconv"

	"github.com/wslint/wslint/internal/lazyregexp"
)

// A Version is that of an HAProxy. Patch releases make no difference to what is predicted.
type Version struct{ Major, Minor int }

// Oldest is the oldest version that was measured: what HAProxy is taken for where nobody declares one, and nothing
// else speaks against it.
var Oldest = Version{2, 6}

// Changes are the versions with which something that is predicted changes, and the oldest one. Measured: laws HV; 2.9
// is from HAProxy's own list of changes.
var Changes = []Version{Oldest, {2, 9}, {3, 0}, {3, 2}, {3, 4}}

// versionForm is how people write versions: "3.2", "v3.2.26", "2.6.12-1+deb12u4", "haproxy/3.2".
var versionForm = lazyregexp.New(`^(?:haproxy[/ ])?v?(\d{1,3})\.(\d{1,3})(?:\.\d+)?(?:[-+~].*)?$`)

// ParseVersion reads a version.
func ParseVersion(s string) (Version, error) {
	m := versionForm.FindStringSubmatch(s)
	if m == nil {
		return Version{}, fmt.Errorf("HAProxy version %q: want something like 3.2 or 3.2.26", s)
	}
	major, _ := strconv.Atoi(m[1])
	minor, _ := strconv.Atoi(m[2])
	return Version{major, minor}, nil
}

// AtLeast reports whether v is w or later.
func (v Version) AtLeast(w Version) bool {
	return v.Major > w.Major || v.Major == w.Major && v.Minor >= w.Minor
}

// IsZero reports whether no version is declared.
func (v Version) IsZero() bool { return v == Version{} }

func (v Version) String() string { return fmt.Sprintf("%d.%d", v.Major, v.Minor) }
