package check

import (
	"slices"
	"strings"

	"github.com/wslint/wslint/parsers/haproxy/conf"
)

// balance takes the algorithm of a balance line.
func (k *checker) balance() {
	if !k.more() {
		return
	}
	w := k.word()
	name, args, has := strings.Cut(w, "(")
	argument := strings.TrimSuffix(args, ")")
	list := ""
	switch {
	case slices.Contains([]string{"roundrobin", "static-rr", "first", "leastconn", "source"}, w):
		k.stop() // what follows counts for nothing
	case strings.HasPrefix(w, "random"):
		if has && argument != "" && (!strings.HasSuffix(args, ")") || badInt(argument, 0, []string{"1"}) != "") {
			k.fail("balance random : number of draws must be at least 1.")
		}
		k.stop()
	case w == "uri":
		list = "{ len=<atol:1> depth=<atol:1> whole path-only }"
	case w == "url_param":
		list = "<word> <check-post?> ..."
	case w == "hash" && k.p != nil && !k.p.Backend():
		k.stop() // the expression is read for backends only
	case w == "hash":
		k.at++
		k.where = "j"
		k.expression(true)
		return
	case name == "hdr" && has:
		if argument == "" || !strings.HasSuffix(args, ")") {
			k.fail("balance hdr requires an http header field name.")
		}
		list = "[use_domain_only]"
	case name == "rdp-cookie":
		if has && (argument == "" || !strings.Contains(args, ")")) {
			k.fail("balance rdp-cookie : missing cookie name.")
		}
		k.stop()
	case slices.Contains([]string{"log-hash", "sticky", "none"}, w):
		k.stop()
	default:
		k.failNear(w, []string{"roundrobin", "static-rr", "first", "leastconn", "source", "random", "uri", "url_param", "hash", "rdp-cookie"},
			"balance only supports 'roundrobin', 'static-rr', 'leastconn', 'source', 'uri', 'url_param', 'hash', 'random', 'hdr(name)' and 'rdp-cookie(name)' options.")
	}
	if !k.done {
		k.at++
		k.elements(readElements(strings.Fields(list)), false)
	}
}

// cookieModes checks that the options of a cookie line go together.
func (k *checker) cookieModes() {
	has := func(names ...string) (n int) {
		for _, name := range names {
			if slices.ContainsFunc(k.words[min(2, len(k.words)):], func(w conf.Word) bool { return w.Value == name }) {
				n++
			}
		}
		return n
	}
	switch {
	case has("rewrite", "indirect") > 1:
		k.fail("cookie 'rewrite' and 'indirect' modes are incompatible.")
	case has("rewrite", "insert", "prefix") > 1:
		k.fail("cookie 'rewrite', 'insert' and 'prefix' modes are incompatible.")
	case has("preserve") > 0 && has("insert", "indirect") == 0:
		k.fail("cookie 'preserve' requires at least 'insert' or 'indirect'.")
	}
}

// capture takes what a capture line is to log.
func (k *checker) capture() {
	switch k.word() {
	case "cookie":
		k.elements(readElements([]string{"cookie", "<word>", "<word>", "<word>"}), false)
	case "request", "response":
		k.elements(readElements([]string{"request|response", "header", "<word>", "len", "<word>"}), false)
	default:
		k.failNear(k.word(), []string{"cookie", "request", "response"}, "'capture' expects 'cookie' or 'request header' or 'response header'.")
	}
}

// compression takes what is compressed how.
func (k *checker) compression() {
	switch w := k.word(); w {
	case "algo":
		k.at++
		if !k.more() {
			k.fail("'compression algo' expects <algorithm>.")
		}
		for k.more() {
			k.element(readElement("identity|gzip|deflate|raw-deflate"))
		}
	case "type":
		k.at++
		if !k.more() {
			k.fail("'compression type' expects <type>.")
		}
		k.stop()
	case "offload":
		k.stop()
	case "direction", "algo-req", "algo-res", "type-req", "type-res", "minsize-req", "minsize-res":
		k.stop()
	default:
		k.failNear(w, []string{"algo", "type", "offload"}, "'compression' expects 'algo', 'type' or 'offload'")
	}
}

// retryOn takes what a retry-on line retries on.
func (k *checker) retryOn() {
	if !k.more() {
		k.fail("'retry-on' needs at least one keyword to specify when to retry")
	}
	if k.word() == "none" && len(k.words) > 2 {
		k.fail("'retry-on' 'none' keyworld only usable alone")
	}
	for k.more() {
		w := k.word()
		if len(w) == 3 && strings.Trim(w, "0123456789") == "" {
			if !slices.Contains([]string{"401", "403", "404", "408", "425", "421", "429", "500", "501", "502", "503", "504"}, w) {
				k.fail("'retry-on': unknown keyword '%s'", w)
			}
			k.at++
			continue
		}
		k.element(readElement("conn-failure|empty-response|response-timeout|0rtt-rejected|junk-response|all-retryable-errors|none|~receive-timeout"))
	}
}

// globalStats takes a stats line of the global section.
func (k *checker) globalStats() {
	switch w := k.word(); w {
	case "socket":
		k.at++
		if !k.more() {
			k.fail("'stats socket' expects an address")
			return
		}
		k.at++
		k.options(tables()["bind"])
	case "timeout":
		k.at++
		k.elements(readElements([]string{"<time>", "..."}), false)
	case "maxconn":
		k.at++
		k.elements(readElements([]string{"<atol:1>", "..."}), false)
	case "bind-process":
		k.stop()
	default:
		k.unknownWord([]string{"socket", "timeout", "maxconn", "bind-process"}, "'stats' only supports 'socket', 'maxconn', 'bind-process' and 'timeout' (got '%s')", w)
	}
}

var (
	facilities = strings.Fields("kern user mail daemon auth syslog lpr news uucp cron auth2 ftp ntp audit alert cron2 local0 local1 local2 local3 local4 local5 local6 local7")
	logFormats = strings.Fields("rfc3164 rfc5424 priority short timed iso raw local")
)

// log takes where logs go.
func (k *checker) log() {
	rest := k.words[k.at:]
	switch {
	case k.l.No:
		if k.more() {
			k.fail("'no log' does not expect arguments")
		}
		return
	case len(rest) == 1 && !k.open && rest[0].Value == "global" && k.p != nil:
		k.at++
		return
	case len(rest) < 2:
		k.at = len(k.words)
		k.fail("'log' expects <address> and <facility> or global as arguments")
		return
	}
	k.kind(element{name: "address", bounds: []string{"log"}})
	for k.more() {
		switch k.word() {
		case "len":
			k.at++
			k.element(readElement("<atol:80:65535>"))
			continue
		case "format":
			k.at++
			if k.more() && !slices.Contains(logFormats, k.word()) {
				k.unknownWord(logFormats, "'log' : unknown log format '%s'", k.word())
			}
			k.at++
			continue
		case "sample", "profile":
			k.stop()
		}
		break
	}
	if !k.done && !slices.Contains(facilities, k.word()) {
		k.failNear(k.word(), facilities, "'log' : unknown log facility '%s'", k.word())
	}
	k.at++
	for range 2 {
		if k.more() && !slices.Contains(logLevels, k.word()) {
			k.failNear(k.word(), logLevels, "'log' : unknown optional log level '%s'", k.word())
		}
		if k.more() {
			k.at++
		}
	}
}

// expectations are the patterns of tcp-check expect and http-check expect.
var expectations = map[string][]string{
	"tcp-check":  {"string", "rstring", "binary", "rbinary", "string-lf", "binary-lf"},
	"http-check": {"string", "rstring", "string-lf", "status", "rstatus"},
}

// expect takes what a check expects.
func (k *checker) expect(name string) {
	found := false
	for k.more() {
		w := strings.TrimLeft(k.word(), "!")
		switch {
		case w == "":
			k.at++
		case w == "hdr" || w == "fhdr" || w == "custom":
			k.stop()
			return
		case slices.Contains(expectations[name], w):
			if found {
				k.fail("'%s expect' : only on pattern expected", name)
				return
			}
			found = true
			k.at++
			k.element(element{form: ofKind, name: map[bool]string{true: "regex", false: "word"}[w[0] == 'r']})
		case slices.Contains([]string{"min-recv", "comment", "on-success", "on-error", "ok-status", "error-status", "tout-status", "status-code"}, w):
			k.at++
			k.element(readElement("<word>"))
		default:
			k.unknownWord(expectations[name], "'%s expect' only supports '%s' (got '%s')", name, strings.Join(expectations[name], "', '"), w)
		}
	}
	if !found {
		k.fail("'%s expect' : pattern not found", name)
	}
}
