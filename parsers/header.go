package parsers

import "strings"

// IsOwnHeader reports whether a header is nobody's but the application's: no hop decides anything by it, unless its
// configuration names it.
func IsOwnHeader(name string) bool {
	name = strings.ToLower(name)
	return strings.HasPrefix(name, "x-") && name != "x-real-ip" && !strings.HasPrefix(name, "x-forwarded") &&
		!strings.HasPrefix(name, "x-accel")
}
