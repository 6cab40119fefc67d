package check

import (
	"slices"
	"strings"

	"github.com/wslint/wslint/parsers/haproxy/conf"
)

// reply takes the answer that deny, tarpit, return or http-error describes.
func (k *checker) reply() {
	var payload, ctype, status, text string
	statusAt := k.at
	for k.more() && !k.atCondition() {
		w := k.word()
		switch w {
		case "status", "deny_status":
			if w == "deny_status" && !slices.Contains([]string{"deny", "tarpit"}, k.words[k.at-1].Value) {
				return
			}
			k.at++
			statusAt = k.at
			if status = k.word(); status != "" {
				k.element(element{form: ofKind, name: "atol", bounds: []string{"200", "599"}})
				continue
			}
		case "content-type":
			k.at++
			ctype = w
		case "errorfiles", "errorfile", "file", "string", "lf-file", "lf-string", "default-errorfiles":
			if payload != "" {
				k.fail("'%s' : unexpected '%s' argument, '%s' already defined", k.title(), w, payload)
				return
			}
			if k.at++; w == "default-errorfiles" {
				payload = w
				continue
			}
			if payload, text = w, k.word(); w == "errorfiles" && text != "" {
				k.refer("http-errors", text)
			}
		case "hdr":
			k.at++
			k.element(element{form: ofKind, name: "word"})
			k.element(element{form: ofKind, name: "fmt"})
			continue
		default:
			return
		}
		k.element(element{form: ofKind, name: "word"})
	}
	if k.open || k.done {
		k.done = k.done || k.open
		return
	}
	legacy := payload == "" && k.words[0].Value != "http-error" && !slices.ContainsFunc(k.words, func(w conf.Word) bool { return w.Value == "return" })
	k.replyFits(payload, ctype, status, text, statusAt, legacy)
}

// replyFits checks that the parts of an answer go together; a denial without any has the page of its status.
func (k *checker) replyFits(payload, ctype, status, text string, statusAt int, legacy bool) {
	at := k.at
	k.at = min(statusAt, len(k.words)-1)
	switch {
	case (payload == "default-errorfiles" || payload == "errorfiles" || legacy) && status != "" && !slices.Contains(errorStatuses, int(prefixNumber(status))):
		if legacy && slices.ContainsFunc(k.words, func(w conf.Word) bool { return w.Value == "hdr" || w.Value == "status" }) {
			break
		}
		k.fail("'%s' : status code '%s' not handled by default", k.title(), status)
	case strings.HasPrefix(payload, "lf-") && ctype == "":
		k.fail("'%s' : a content type must be defined with a log-format payload", k.title())
	case payload == "string" && ctype == "" && text != "":
		k.fail("'%s' : a content type must be defined when non-empty payload is configured", k.title())
	case (payload == "string" && text != "" || strings.HasPrefix(payload, "lf-")) && (status == "204" || status == "304"):
		k.fail("'%s' : No body expected for %s responses", k.title(), status)
	case payload == "lf-string":
		k.format(text)
	}
	k.at = at
}

// redirect takes where a redirect leads.
func (k *checker) redirect() {
	list := readElements([]string{"{", "location=<fmt>", "prefix=<fmt>", "scheme=<fmt>", "code=<word>", "set-cookie=<word>", "clear-cookie=<word>", "drop-query", "append-slash", "ignore-empty", "}", "need=location|prefix|scheme"})
	if k.words[0].Value == "redirect" {
		// The old form takes its word as it is; newer versions evaluate it.
		list[0].options[0].args, list[0].options[1].args, list[0].options[2].args = readElements([]string{"<word>"}), readElements([]string{"<word>"}), readElements([]string{"<word>"})
	}
	k.element(list[0])
	for i, w := range k.words {
		if w.Value == "code" && i+1 < len(k.words) && !k.done && !slices.Contains([]int64{301, 302, 303, 307, 308}, prefixNumber(k.words[i+1].Value)) {
			k.at = i + 1
			k.fail("'%s' : unsupported HTTP code '%s' (must be one of 301, 302, 303, 307 or 308)", k.title(), k.word())
		}
		if w.Value == "if" || w.Value == "unless" {
			break
		}
	}
	k.element(list[1])
	if k.words[0].Value == "http-response" && !k.done && !slices.ContainsFunc(k.words, func(w conf.Word) bool { return w.Value == "location" }) {
		k.fail("'%s' : response only supports redirect type 'location'", k.title())
	}
	k.condition(false)
}

// stick takes what a stick line stores or matches. In a frontend HAProxy passes it over.
func (k *checker) stick() {
	if k.p != nil && !k.p.Backend() {
		k.stop()
		return
	}
	k.where = "j"
	if k.word() == "store-response" {
		k.where = "o"
	}
	k.element(readElement("on|match|store|store-request|store-response"))
	if k.done {
		return
	}
	k.expression(true)
	k.table()
	k.condition(false)
}

// table takes the stick table of a rule, which is that of the proxy where none is named.
func (k *checker) table() {
	name := ""
	if k.word() == "table" {
		k.at++
		if name = k.word(); name == "" && k.p != nil && k.p.Kind != "defaults" {
			k.fail("'%s' : missing table name", k.title())
		}
	}
	if k.at < len(k.words) || !k.open {
		k.refer("table", name)
	}
	if name != "" {
		k.at++
	}
}

// stickTypes and stickData are what a stick table is keyed by and what it stores; the latter say how many arguments they need.
var (
	stickTypes = []string{"ip", "ipv4", "ipv6", "integer", "string", "binary"}
	stickData  = map[string]int{
		"server_id": 0, "server_key": 0, "gpt": 1, "gpt0": 0, "gpc": 1, "gpc0": 0, "gpc1": 0, "gpc_rate": 2, "gpc0_rate": 1, "gpc1_rate": 1,
		"conn_cnt": 0, "conn_rate": 1, "conn_cur": 0, "sess_cnt": 0, "sess_rate": 1, "http_req_cnt": 0, "http_req_rate": 1, "http_err_cnt": 0,
		"http_err_rate": 1, "http_fail_cnt": 0, "http_fail_rate": 1, "bytes_in_cnt": 0, "bytes_in_rate": 1, "bytes_out_cnt": 0, "bytes_out_rate": 1,
	}
)

// stickTable takes the description of a stick table.
func (k *checker) stickTable() {
	for k.more() {
		w := k.word()
		k.at++
		switch w {
		case "type":
			k.stickType()
		case "size":
			k.element(readElement("<size>"))
		case "expire":
			k.element(readElement("<time>"))
		case "peers":
			k.element(readElement("<section:peers>"))
		case "srvkey":
			k.element(readElement("name|addr"))
		case "nopurge":
		case "store":
			k.stickStore()
		case "brates-factor", "recv-only", "write-to":
			k.stop()
		default:
			k.at--
			k.unknownWord([]string{"type", "size", "expire", "nopurge", "peers", "srvkey", "store"}, "stick-table: unknown argument '%s'.", w)
		}
	}
	for _, w := range []string{"size", "type"} {
		if !k.done && !slices.ContainsFunc(k.words, func(x conf.Word) bool { return x.Value == w }) {
			k.fail("stick-table: missing %s.", w)
		}
	}
}

func (k *checker) stickType() {
	w := k.word()
	if !slices.Contains(stickTypes, w) {
		k.unknownWord(stickTypes, "stick-table: unknown type '%s'.", w)
		return
	}
	k.at++
	if k.word() == "len" && (w == "string" || w == "binary") {
		k.at++
		k.element(readElement("<atol:1>"))
	}
}

// stickStore takes "gpc0,http_req_rate(10s)".
func (k *checker) stickStore() {
	for _, d := range splitTop(k.word()) {
		name, args, has := strings.Cut(d, "(")
		n, isKnown := stickData[name]
		given := 0
		if has {
			given = len(strings.Split(args, ","))
		}
		var names []string
		for s := range stickData {
			names = append(names, s)
		}
		slices.Sort(names)
		switch {
		case k.done:
		case !isKnown && strings.Contains(name, "glitch"):
			k.stop()
		case !isKnown:
			k.failNear(name, names, "stick-table: unknown store option '%s'.", name)
		case has && !strings.HasSuffix(args, ")"):
			k.fail("stick-table: missing closing parenthesis after store option '%s'.", name)
		case given < n:
			k.fail("stick-table: missing argument to store option '%s'.", name)
		case n == 0 && has:
			k.fail("stick-table: unexpected argument to store option '%s'.", name)
		case strings.HasSuffix(name, "_rate") && badTime(lastArg(args), nil) != "":
			k.fail("stick-table: error when processing store option '%s'.", name)
		}
	}
	k.at++
}

// splitTop cuts at commas outside of parentheses.
func splitTop(s string) []string {
	var list []string
	depth, from := 0, 0
	for i := range len(s) {
		switch s[i] {
		case '(':
			depth++
		case ')':
			depth--
		case ',':
			if depth <= 0 {
				list = append(list, s[from:i])
				from = i + 1
			}
		}
	}
	if from < len(s) {
		list = append(list, s[from:])
	}
	return list
}

// lastArg is the last of "1,10s)".
func lastArg(args string) string {
	args = strings.TrimSuffix(args, ")")
	return args[strings.LastIndexByte(args, ',')+1:]
}
