package check

import (
	"net/netip"
	"slices"
	"strconv"
	"strings"
)

// families are the prefixes of addresses; those that 2.6 lacks or is seldom built with are true.
var families = map[string]bool{
	"unix": false, "uxdg": false, "uxst": false, "abns": false, "ip": false, "ipv4": false, "ipv6": false, "tcp4": false,
	"tcp6": false,
	"tcp":  false, "udp4": false, "udp6": false, "udp": false, "fd": false, "sockpair": false, "ring": false,
	"quic4": true, "quic6": true, "quic": true, "quic+ip": true, "rhttp": true, "rev": true, "abnsz": true, "mptcp": true,
	"mptcp4": true, "mptcp6": true,
}

// badAddress is what is wrong with an address in its place: bind, server, connect, source, range, log, dns. Names are
// not resolved.
func badAddress(w, place string) string {
	if strings.Contains(w, "$") {
		return ""
	}
	if place == "bind" {
		for a := range strings.SplitSeq(w, ",") {
			if a == "" {
				break
			}
			if bad := badOneAddress(a, place); bad != "" {
				return bad
			}
		}
		return ""
	}
	return badOneAddress(w, place)
}

func badOneAddress(w, place string) string {
	a := strings.TrimPrefix(strings.TrimPrefix(w, "stream+"), "dgram+")
	family := ""
	if prefix, rest, ok := strings.Cut(a, "@"); ok {
		special, isKnown := families[prefix]
		switch {
		case !isKnown:
			return "invalid address: '" + a + "'"
		case special:
			return ""
		}
		family, a = prefix, rest
	}
	switch {
	case slices.Contains([]string{"unix", "uxdg", "uxst", "abns", "ring", "sockpair", "fd"}, family) ||
		strings.HasPrefix(a, "/"):
		return ""
	case a == "stdout" || a == "stderr":
		return ""
	}
	i := strings.LastIndexAny(a, "]:")
	if i < 0 || a[i] == ']' {
		if place == "bind" || place == "connect" {
			return "missing port specification in '" + w + "'"
		}
		return badHost(strings.Trim(a, "[]"), w, place)
	}
	if bad := badPort(a[i+1:], w, place); bad != "" {
		return bad
	}
	return badHost(strings.Trim(a[:i], "[]"), w, place)
}

// badHost refuses what is neither an address nor a name. Servers' names are looked up later, and need not be found.
func badHost(host, w, place string) string {
	if host == "" || host == "*" {
		return ""
	}
	if _, err := netip.ParseAddr(host); err == nil {
		return ""
	}
	if strings.ContainsAny(host, "@ /,;!\"'()<>{}|") || place != "server" && strings.ContainsAny(host, ":*") ||
		strings.Contains(host, "..") {
		return "invalid address: '" + host + "' in '" + w + "'"
	}
	return ""
}

// badPort is what is wrong with the port of an address. 2.6 ignores what follows the digits.
func badPort(port, w, place string) string {
	mandatory := place == "bind" || place == "connect"
	switch {
	case port == "":
		if mandatory {
			return "missing port specification in '" + w + "'"
		}
		return ""
	case port[0] == '+' || port[0] == '-':
		if place != "server" {
			return "port offset not permitted here in '" + w + "'"
		}
		return ""
	case port[0] < '0' || port[0] > '9':
		return "invalid character '" + port[:1] + "' in port number '" + port + "' in '" + w + "'"
	}
	low, high, isRange := strings.Cut(port, "-")
	if isRange && place != "bind" && place != "range" {
		return "port range not permitted here in '" + w + "'"
	}
	if !isRange {
		high = low
	}
	least := int64(0)
	if mandatory {
		least = 1
	}
	first, last := prefixNumber(low), prefixNumber(high)
	if first < least || first > 65535 || last < least || last > 65535 {
		return "invalid port '" + port + "' in '" + w + "'"
	}
	if first > last {
		return "invalid port range '" + port + "'"
	}
	return ""
}

// badNetwork reports whether a word is neither an address nor a network; names are not resolved.
func badNetwork(w string) bool {
	host, bits, masked := strings.Cut(w, "/")
	if strings.Contains(host, ":") {
		ip, err := netip.ParseAddr(host)
		n, err2 := strconv.Atoi(bits)
		return err != nil || !ip.Is6() || masked && (err2 != nil || n < 0 || n > 128)
	}
	if masked && strings.Contains(bits, ".") {
		if _, err := netip.ParseAddr(bits); err != nil {
			return true
		}
	} else if n, err := strconv.Atoi(bits); masked && (err != nil || n < 0 || n > 32) {
		return true
	}
	if strings.Trim(host, "0123456789.") != "" {
		return strings.Trim(strings.ToLower(host), "abcdefghijklmnopqrstuvwxyz0123456789.-_") != ""
	}
	for part := range strings.SplitSeq(host, ".") {
		if n, err := strconv.Atoi(part); err != nil || n > 255 {
			return true
		}
	}
	return strings.Count(host, ".") > 3
}
