package conf

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/internal/lazyregexp"
	"github.com/wslint/wslint/parsers"
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

// OldestCommon is the oldest nginx in wide use: where no version is declared, nginx is that or a later one.
var OldestCommon = Version{Major: 1, Minor: 22, Patch: 1, Assumed: true}

// The versions with which something that is predicted changes.
var (
	JoinedHeaders   = Version{Major: 1, Minor: 23}           // header lines of one name are joined
	HTTP2Directive  = Version{Major: 1, Minor: 25, Patch: 1} // http2 is a directive, and ssl none any more
	LastDefaultTLS  = Version{Major: 1, Minor: 27}           // up to 1.26.3, only the default server's ssl_protocols count
	StrictHost      = Version{Major: 1, Minor: 29, Patch: 4} // Host headers are refused that RFC 3986 refuses
	HostForCGI      = Version{Major: 1, Minor: 29, Patch: 5} // uwsgi and scgi get the Host that nginx read
	HTTP11Upstream  = Version{Major: 1, Minor: 29, Patch: 7} // HTTP/1.1 and no Connection header by default
	TLSOfEachServer = Version{Major: 1, Minor: 30, Patch: 6} // ssl_protocols of every server count
	OneHost         = Version{Major: 1, Minor: 31, Patch: 4} // of several Host lines the last is sent, and never none
)

// Changes are those versions, from old to new.
var Changes = []Version{JoinedHeaders, HTTP2Directive, LastDefaultTLS, StrictHost, HostForCGI, HTTP11Upstream,
	TLSOfEachServer, OneHost}

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

// AtLeast reports whether v is w or later.
func (v Version) AtLeast(w Version) bool {
	switch {
	case v.Major != w.Major:
		return v.Major > w.Major
	case v.Minor != w.Minor:
		return v.Minor > w.Minor
	}
	return v.Patch >= w.Patch
}

func (v Version) String() string { return fmt.Sprintf("%d.%d.%d", v.Major, v.Minor, v.Patch) }

// IsZero reports whether no version is set.
func (v Version) IsZero() bool { return v == Version{} }

// lastPatches are the newest patches of lines of versions, where it makes a difference which one runs: what an image
// called nginx:1.29 has (CHANGES, as of November 2026).
var lastPatches = map[[2]int]int{
	{1, 17}: 10, {1, 19}: 10, {1, 20}: 2, {1, 21}: 6, {1, 22}: 1, {1, 23}: 4, {1, 25}: 5, {1, 26}: 3, {1, 27}: 5,
	{1, 29}: 8, {1, 30}: 6, {1, 31}: 4,
}

// ParseTag reads the version of an image's tag, "1.31" or "1.31.4": of a line of versions the newest one.
func ParseTag(s string) (Version, error) {
	v, err := ParseVersion(s)
	if err == nil && v.Flavour == "" && strings.Count(s, ".") == 1 {
		v.Patch = lastPatches[[2]int{v.Major, v.Minor}]
	}
	return v, err
}

var (
	// banner is what nginx -v and nginx -V print first.
	banner = lazyregexp.New(`(?m)^(?:nginx|Tengine|Angie) version: ([A-Za-z][\w-]*/\d+(?:\.\d+)+)(?: ` +
		`\(nginx-plus-(r\d+))?`)
	// marker is a comment that tells the version: "# nginx/1.24.0".
	marker = lazyregexp.New(`(?i)^#+\s*(?:[\w ]{1,24}:\s*)?nginx/(\d+\.\d+(?:\.\d+)?)\s*(?:$|[(,;])`)
)

// saidBefore is the version that nginx -V told before the dump whose header is at an offset; from is where what belongs
// to the dump before ends.
func saidBefore(name string, src []byte, from, header int) (v parsers.Version) {
	all := banner.FindAllSubmatchIndex(src[from:header], -1)
	if len(all) == 0 {
		return v
	}
	m := all[len(all)-1]
	at := hop.Pos{File: name, Line: bytes.Count(src[:from+m[0]], []byte("\n")) + 1}
	said := string(src[from+m[2] : from+m[3]])
	if m[4] >= 0 {
		said = string(src[from+m[4] : from+m[5]])
	}
	known, err := ParseVersion(said)
	if err != nil {
		return v
	}
	return parsers.Version{Number: known.Usual(), Says: "nginx -V", Pos: at}
}

// maxMarked is in how many of the first lines a comment may tell the version.
const maxMarked = 20

// marked is the version that a comment at the beginning of a file tells.
func marked(f *File) (v parsers.Version) {
	n := 0
	for l := range bytes.Lines(f.Src) {
		l = bytes.TrimSpace(l)
		if n++; n > maxMarked || len(l) > 0 && l[0] != '#' {
			return v
		}
		if m := marker.FindSubmatch(l); m != nil {
			at := f.Origin.Pos(hop.Pos{File: f.Name, Line: n})
			return parsers.Version{Number: string(m[1]), Says: "a comment", Pos: at}
		}
	}
	return v
}
