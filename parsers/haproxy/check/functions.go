package check

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/wslint/wslint/parsers/haproxy/conf"
)

// function takes the rest of a line that a table leaves to code.
func (k *checker) function(name string) {
	switch name {
	case "acl":
		k.aclLine()
	case "action":
		k.action(map[string]byte{"http-request": 'q', "http-response": 's', "http-after-response": 'a'}[k.words[0].Value])
	case "stats-rule":
		k.action('q')
	case "tcp-request", "tcp-response":
		k.tcp()
	case "bind":
		k.bindLine()
	case "server", "server-template":
		k.serverLine(name)
	case "default-server":
		k.options(tables()["server"])
	case "option", "stats", "filter", "timeout", "http-check", "tcp-check", "capture", "compression", "email-alert":
		k.sub(name)
	case "of-backends", "of-frontends":
		// In other sections HAProxy passes the line over.
		without := map[string]string{"of-backends": "frontend", "of-frontends": "backend"}[name]
		if k.p != nil && k.p.Kind == without {
			k.stop()
		}
	case "log":
		k.log()
	case "ssl-options":
		for first := true; !k.done && (first || k.more()); first = false {
			k.lookup(tables()[name], "option")
		}
	case "retry-on":
		k.retryOn()
	case "stick-table":
		k.stickTable()
	case "reply":
		k.reply()
	case "redirect":
		k.redirect()
	case "stick":
		k.stick()
	case "balance":
		k.balance()
	case "int-or-expr":
		if _, err := strconv.ParseInt(k.word(), 0, 64); err == nil {
			k.at++
		} else if k.more() { // nothing is 0
			k.expression()
		}
	case "table":
		k.table()
	default:
		panic("keywords.txt: no function " + name)
	}
}

// retryOn takes the words of a retry-on line; which statuses there are differs between versions.
func (k *checker) retryOn() {
	k.element(element{form: ofKind, name: "word"})
	k.at = 1
	for ; k.more(); k.at++ {
		w := k.word()
		if _, err := strconv.Atoi(w); err != nil && !slices.Contains(retries, w) {
			k.unknownWord(retries, "'retry-on': unknown keyword '%s'", w)
		}
	}
}

// retries are the words of retry-on that are no statuses.
var retries = []string{
	"none", "conn-failure", "empty-response", "junk-response", "response-timeout", "0rtt-rejected", "all-retryable-errors",
}

// log takes where logs go, of which facility and from which level on.
func (k *checker) log() {
	switch {
	case k.l.No || k.l.Reset:
		k.stop()
		return
	case k.word() == "global":
		k.at++
		return
	}
	k.element(element{form: ofKind, name: "word"})
	where := readElements(
		[]string{"[len", "<atol:80:65535>]", "[format", logFormats + "]", "[sample", "<word>]", "[profile", "<word>]"},
	)
	for before := -1; before != k.at && !k.done; {
		before = k.at
		for _, e := range where {
			k.element(e)
		}
	}
	for i, words := range [][]string{facilities, levels, levels} {
		switch w := k.word(); {
		case slices.Contains(words, w):
			k.at++
		case i == 0 && k.more():
			k.unknownWord(words, "unknown log facility '%s'", w)
		case i == 0:
			k.fail("'log' expects a facility behind the address")
		case k.more():
			k.unknownWord(words, "unknown log level '%s'", w)
		}
	}
}

// logFormats are those of every version.
const logFormats = "rfc3164|rfc5424|priority|short|timed|iso|raw|local"

// facilities and levels are those of syslog, which every version has.
var (
	facilities = []string{
		"kern", "user", "mail", "daemon", "auth", "syslog", "lpr", "news", "uucp", "cron", "auth2", "ftp", "ntp", "audit",
		"alert", "cron2", "local0", "local1", "local2", "local3", "local4", "local5", "local6", "local7",
	}
	levels = []string{"emerg", "alert", "crit", "err", "warning", "notice", "info", "debug"}
)

// sub takes a keyword of another table.
func (k *checker) sub(name string) {
	t := tables()[name]
	if kw := t.find(k.word()); kw != nil && !kw.other && k.p != nil && kw.where != "-" &&
		!strings.Contains(kw.where, place(k.p)) {
		k.fail("'%s %s' not allowed in '%s' section", k.words[0].Value, k.word(), k.p.Kind)
		return
	}
	if name == "option" && (k.l.No || k.l.Reset) && slices.Contains(neverNegated, k.word()) {
		k.fail("negation/default is not supported for option '%s'", k.word())
		return
	}
	k.lookup(t, subNames[name])
}

// subNames are what the keywords of other tables are called.
var subNames = map[string]string{
	"option":     "option",
	"stats":      "stats parameter",
	"timeout":    "timeout",
	"filter":     "filter",
	"http-check": "part of http-check",
	"tcp-check":  "part of tcp-check",
}

// neverNegated are the options that "no" cannot be put before.
var neverNegated = []string{
	"httplog", "tcplog", "httpslog", "tcpka", "httpchk", "ssl-hello-chk", "smtpchk", "pgsql-check", "redis-check",
	"mysql-check", "ldap-check",
	"spop-check", "tcp-check", "external-check", "forwardfor", "originalto", "http-restrict-req-hdr-names",
}

// aclLine takes the name and the expression of an acl line.
func (k *checker) aclLine() {
	if !k.more() {
		k.fail("'acl' : missing fetch method")
		return
	}
	switch name := k.word(); {
	case strings.EqualFold(name, "or"):
		k.fail("acl name '%s' will never match. 'or' is used to express a logical disjunction within a condition.", name)
	case badName(name) != "":
		k.fail("character '%s' is not permitted in acl name '%s'.", badName(name), name)
	}
	k.at++
	switch {
	case !k.open:
		k.acl(len(k.words))
	case k.at < len(k.words):
		k.aclFetch()
		k.stop()
	default:
		k.stop()
	}
}

// badName is the first character that no name may have, "" without one.
func badName(s string) string {
	for _, r := range s {
		if r > 127 || !isIDChar(byte(r)) || r == '+' {
			return string(r)
		}
	}
	return ""
}

// bindLine takes the addresses and the options of a bind line.
func (k *checker) bindLine() {
	if !k.more() {
		k.fail("'%s' expects {<path>|[addr1]:port1[-end1]}{,[addr]:port[-end]}... as arguments.", k.words[0].Value)
		return
	}
	if strings.Contains(k.word(), "quic") {
		k.stop()
		return
	}
	k.kind(element{name: "address", bounds: []string{"bind"}})
	k.options(tables()["bind"])
}

// options takes the options of a bind or a server line.
func (k *checker) options(t table) {
	for k.more() {
		k.lookup(t, "keyword of '"+strings.Join(conf.Values(k.words[:min(2, len(k.words))]), " ")+"':")
	}
}

// serverLine takes a server or server-template line.
func (k *checker) serverLine(name string) {
	least := map[string]int{"server": 3, "server-template": 4}[name]
	if len(k.words) < least && !k.open {
		k.at = len(k.words)
		k.fail(
			"'%s' expects %s<addr>[:<port>] as arguments.",
			name,
			map[string]string{"server": "<name> and ", "server-template": "<prefix> <nb | range> "}[name],
		)
		return
	}
	if !k.more() {
		return
	}
	if c := badName(k.word()); c != "" {
		k.fail("character '%s' is not permitted in %s name '%s'.", c, name, k.word())
		return
	}
	k.at++
	if name == "server-template" && k.more() {
		low, high, isRange := strings.Cut(k.word(), "-")
		if isRange && prefixNumber(high) < prefixNumber(low) || !isRange && prefixNumber(low) < 1 {
			k.fail("Wrong server-template number or range arg '%s'.", k.word())
			return
		}
		k.at++
	}
	if k.more() {
		k.kind(element{name: "address", bounds: []string{"server"}})
	}
	k.options(tables()["server"])
}

// tcp takes what follows tcp-request or tcp-response.
func (k *checker) tcp() {
	request := k.words[0].Value == "tcp-request"
	level := k.word()
	k.at++
	switch {
	case level == "inspect-delay" && k.p != nil && place(k.p) != "D":
		k.elements(readElements([]string{"<time>", "..."}), false)
	case level == "content":
		k.action(map[bool]byte{true: 't', false: 'r'}[request])
	case request && (level == "connection" || level == "session"):
		if k.p != nil && k.p.Kind == "backend" {
			k.at--
			k.fail("tcp-request %s is not allowed because backend %s is not a frontend", level, k.p.Name)
			return
		}
		k.action(map[string]byte{"connection": 'c', "session": 'e'}[level])
	case k.p != nil && place(k.p) == "D" && slices.Contains([]string{"inspect-delay", "content", "connection", "session"},
		level):
		k.at--
		k.fail("%s %s is not allowed in anonymous 'defaults' sections", k.words[0].Value, level)
	default:
		k.at--
		k.unknownWord(
			[]string{"inspect-delay", "content", "connection", "session"},
			"'%s' expects 'inspect-delay', 'connection', 'session' or 'content' (got '%s')",
			k.words[0].Value,
			level,
		)
	}
}

// action takes a rule: its action and its condition.
func (k *checker) action(set byte) {
	if k.p != nil && place(k.p) == "D" {
		k.fail("'%s' not allowed in anonymous 'defaults' section.", k.words[0].Value)
		return
	}
	t, name := tables()["action"], k.word()
	kw := t.find(name)
	switch {
	case kw != nil && kw.other:
		k.other(name)
		return
	case kw == nil || strings.IndexByte(kw.where, set) < 0:
		k.unknownWord(
			t.names(string(set)),
			"unknown action '%s' of '%s'",
			name,
			strings.Join(conf.Values(k.words[:k.at]), " "),
		)
		return
	case strings.IndexByte(kw.later, set) >= 0:
		k.other(k.words[0].Value + " " + name)
		return
	case t[name] == nil && badActionName(name) != "":
		k.fail("'%s' : %s", k.title(), badActionName(name))
		return
	case name == "set-timeout" && k.p != nil && k.p.Kind == "frontend":
		if k.at++; k.word() == "server" || k.word() == "tunnel" {
			k.fail("'http-request set-timeout' : proxy '%s' has no backend capability", k.p.Name)
		}
		k.stop() // other timeouts are of newer versions
		return
	}
	k.at++
	k.elements(kw.args, true)
}

// badActionName is what is wrong with an action that has arguments in its name.
func badActionName(name string) string {
	stem, args, has := strings.Cut(name, "(")
	switch {
	case strings.HasPrefix(stem, "track-sc"):
		if n, err := strconv.Atoi(stem[8:]); has || err != nil || n < 0 {
			return "invalid track-sc number in '" + name + "'"
		}
		return ""
	case strings.HasPrefix(stem, "sc-"):
		if has && !strings.HasSuffix(args, ")") {
			return "invalid stick table track ID in '" + name + "'"
		}
		return ""
	case strings.HasPrefix(name, "add-acl"),
		strings.HasPrefix(name, "del-acl"),
		strings.HasPrefix(name, "set-map"),
		strings.HasPrefix(name, "del-map"):
		return "" // whatever follows is the name of a file
	case !has || !strings.HasSuffix(args, ")"):
		return fmt.Sprintf("invalid or incomplete action '%s'. Expects '%s(...)'", name, stem)
	case stem == "set-var" || stem == "set-var-fmt" || stem == "unset-var":
		v, _, _ := strings.Cut(strings.TrimSuffix(args, ")"), ",")
		return badVariable(v)
	case stem != "do-resolve":
		return "unknown action '" + name + "'"
	}
	return ""
}
