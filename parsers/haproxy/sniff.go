package haproxy

import (
	"slices"
	"strings"

	"github.com/wslint/wslint/parsers/haproxy/conf"
)

// sharedHeaders are headers of which browsers send the same, or none.
var sharedHeaders = []string{
	"upgrade", "host", "origin", "x-", "cookie", "authorization", "referer", "forwarded", "via", "sec-websocket-key",
	"sec-websocket-protocol", "range", "if-", "cf-", "true-client-ip",
}

// sniffs reports whether something reads what differs between browsers' handshakes, any other header, or changes what
// Chromium and Firefox take differently: then the handshakes of all of them have to be followed.
func sniffs(c *conf.Config) bool {
	for _, s := range c.Sections {
		if slices.ContainsFunc(s.Lines, lineSniffs) {
			return true
		}
	}
	return false
}

func lineSniffs(l *conf.Line) bool {
	first := l.Arg(0)
	if first == "log-format" || first == "log-format-sd" || first == "error-log-format" {
		return false
	}
	rule := strings.HasPrefix(first, "http-") || strings.HasPrefix(first, "req") || strings.HasPrefix(first, "rsp")
	for _, w := range l.Words[1:] {
		if rule && changesHandshake(w.Value) || len(w.Value) > 3 && readsHeader(w.Value) {
			return true
		}
	}
	return false
}

// changesHandshake reports whether a word of an http-request or http-response line is a header that handshakes have
// and browsers differ in, or an action on which they do: one of the lines of a del-header -m may be any.
func changesHandshake(word string) bool {
	switch word[:min(len(word), 1)] {
	case "-":
		return word == "-m"
	case "c", "C", "u", "U", "a", "A", "s", "S", "e", "E", "p", "P":
	default:
		return false
	}
	name := strings.ToLower(word)
	for _, prefix := range []string{"connection", "upgrade", "user-agent", "accept", "sec-", "early-hint", "cache-control",
		"pragma"} {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return false
}

// readsHeader reports whether an expression, alone or in a format, reads a header in which browsers differ.
func readsHeader(word string) bool {
	for {
		at := strings.Index(word, "hdr")
		if at < 0 {
			return false
		}
		word = word[at+len("hdr"):]
		end := strings.IndexAny(word, "(),]")
		if end < 0 || word[end] != '(' || strings.HasPrefix(word, "s") || strings.HasPrefix(word, "_names") {
			return true // all of them
		}
		word = strings.ToLower(word[end+1:])
		if !slices.ContainsFunc(sharedHeaders, func(h string) bool { return strings.HasPrefix(word, h) }) {
			return true
		}
	}
}
