package check

import (
	"slices"
	"strings"
)

// algorithms are those of balance in 2.6.
var algorithms = []string{
	"roundrobin", "static-rr", "first", "leastconn", "source", "random", "uri", "url_param", "hash", "hdr", "rdp-cookie",
}

// balance takes the algorithm of a balance line and its arguments.
func (k *checker) balance() {
	if !k.more() {
		k.stop()
		return
	}
	w := k.word()
	name, arg, has := strings.Cut(w, "(")
	arg, after, closed := strings.Cut(arg, ")")
	plain := slices.Contains(algorithms, w) && name != "hdr"
	switch {
	case name == "hdr" && has && (arg == "" || !closed):
		k.fail("balance hdr requires an http header field name.")
	case name == "random" && has && !closed:
		k.fail("balance random : missing closing parenthesis.")
	case name == "random" && has && arg != "" && prefixNumber(arg) < 1:
		k.fail("balance random : number of draws must be at least 1.")
	case name == "rdp-cookie" && has && closed && arg == "" && after == "":
		k.fail("balance rdp-cookie : missing cookie name.")
	case !plain && (!has || name != "hdr" && name != "rdp-cookie") && !strings.HasPrefix(name, "random") &&
		w != "sticky" && w != "none":
		k.unknownWord(algorithms, "balance only supports '%s' (got '%s')", strings.Join(algorithms, "', '"), w)
	}
	if k.done {
		return
	}
	k.at++
	switch name {
	case "uri":
		k.elements(readElements(strings.Fields("{ len=<atol:1> depth=<atol:1> whole path-only }")), false)
	case "url_param":
		k.elements(readElements(strings.Fields("<word> [check_post ...]")), false)
	case "hdr":
		k.elements(readElements(strings.Fields("[use_domain_only]")), false)
	case "hash":
		what := "<word>"
		if k.p != nil && k.p.Backend() {
			what = "<sample>"
		}
		k.elements(readElements([]string{what}), false)
	default:
		k.stop()
	}
}
