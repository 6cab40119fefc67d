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
	legacy := payload == "" && k.words[0].Value != "http-error" &&
		!slices.ContainsFunc(k.words, func(w conf.Word) bool { return w.Value == "return" })
	k.replyFits(payload, ctype, status, text, statusAt, legacy)
}

// replyFits checks that the parts of an answer go together; a denial without any has the page of its status.
func (k *checker) replyFits(payload, ctype, status, text string, statusAt int, legacy bool) {
	at := k.at
	k.at = min(statusAt, len(k.words)-1)
	switch {
	case (payload == "default-errorfiles" || payload == "errorfiles" || legacy) && status != "" &&
		!slices.Contains(errorStatuses, int(prefixNumber(status))):
		if legacy &&
			slices.ContainsFunc(k.words, func(w conf.Word) bool { return w.Value == "hdr" || w.Value == "status" }) {
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
	list := readElements(
		[]string{
			"{",
			"location=<fmt>",
			"prefix=<fmt>",
			"scheme=<fmt>",
			"code=<word>",
			"set-cookie=<word>",
			"clear-cookie=<word>",
			"drop-query",
			"append-slash",
			"ignore-empty",
			"}",
			"need=location|prefix|scheme",
		},
	)
	if k.words[0].Value == "redirect" {
		// The old form takes its word as it is; newer versions evaluate it.
		list[0].options[0].args, list[0].options[1].args, list[0].options[2].args = readElements(
			[]string{"<word>"},
		), readElements(
			[]string{"<word>"},
		), readElements(
			[]string{"<word>"},
		)
	}
	k.element(list[0])
	for i, w := range k.words {
		if w.Value == "code" && i+1 < len(k.words) && !k.done &&
			!slices.Contains([]int64{301, 302, 303, 307, 308}, prefixNumber(k.words[i+1].Value)) {
			k.at = i + 1
			k.fail("'%s' : unsupported HTTP code '%s' (must be one of 301, 302, 303, 307 or 308)", k.title(), k.word())
		}
		if w.Value == "if" || w.Value == "unless" {
			break
		}
	}
	k.element(list[1])
	if k.words[0].Value == "http-response" && !k.done &&
		!slices.ContainsFunc(k.words, func(w conf.Word) bool { return w.Value == "location" }) {
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
	k.element(readElement("on|match|store|store-request|store-response"))
	if k.done {
		return
	}
	k.expression()
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
