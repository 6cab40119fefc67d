// Package codes knows the WebSocket close codes: every code and every range of the IANA registry, with a page for
// each. Like a rule's page, a code's page lies beside what it is about.
package codes

import (
	"embed"
	"fmt"
	"strconv"
	"strings"
	"unicode"
)

//go:embed *.md
var pages embed.FS

// Wire says whether a code may stand in a close frame.
type Wire uint8

const (
	Sent     Wire = iota // either end may send it
	ByClient             // only a client may
	ByServer             // only a server may
	Never                // programming interfaces report it; no frame holds it
)

func (w Wire) String() string {
	return [...]string{"yes", "yes, by clients", "yes, by servers", "never"}[w]
}

// A Code is one registered close code, or a range of codes that share a meaning.
type Code struct {
	First, Last int // equal for a single code
	Name        string
	// Aliases are what libraries call it.
	Aliases []string
	Wire    Wire
	Summary string // one line, lower case, no full stop: what it usually means in the infrastructure
}

// All lists the codes and ranges without gaps from 0 to 65535, single codes before the range that holds them.
// Sources: the IANA WebSocket Close Code Number Registry of November 2026, RFC 6455 sections 7.4.1 and 7.4.2.
var All = []Code{
	{0, 999, "Not Used", nil, Never, "not a close code; an HTTP status, perhaps"},
	{
		1000,
		1000,
		"Normal Closure",
		[]string{"close normal", "normal"},
		Sent,
		"somebody called close(): look in the application",
	},
	{1001, 1001, "Going Away", []string{"close going away"}, Sent, "the page was closed, or the server is shutting down"},
	{
		1002,
		1002,
		"Protocol Error",
		[]string{"close protocol error"},
		Sent,
		"broken framing: a middlebox changes bytes, or two libraries disagree",
	},
	{
		1003,
		1003,
		"Unsupported Data",
		[]string{"close unsupported", "unsupported"},
		Sent,
		"text sent to an end that accepts only binary, or the reverse",
	},
	{1004, 1004, "Reserved", nil, Never, "has no meaning yet"},
	{
		1005,
		1005,
		"No Status Received",
		[]string{"no status rcvd", "close no status", "no status"},
		Never,
		"a close frame came without a code",
	},
	{
		1006,
		1006,
		"Abnormal Closure",
		[]string{"close abnormal", "abnormal"},
		Never,
		"no close frame: failed handshake, idle timeout, reload or crash",
	},
	{
		1007,
		1007,
		"Invalid Frame Payload Data",
		[]string{"invalid payload", "invalid frame payload", "invalid data"},
		Sent,
		"text that is not UTF-8",
	},
	{1008, 1008, "Policy Violation", nil, Sent, "the application refuses: a token, an origin, a rate limit"},
	{
		1009,
		1009,
		"Message Too Big",
		[]string{"close too large", "too big", "message too large"},
		Sent,
		"a message above a limit of the library or the gateway",
	},
	{
		1010,
		1010,
		"Mandatory Extension",
		[]string{"mandatory ext.", "missing extension"},
		ByClient,
		"the server did not agree to an extension that the client needs",
	},
	{
		1011,
		1011,
		"Internal Error",
		[]string{"server error", "internal server error", "unexpected condition"},
		Sent,
		"an exception in the server, or its ping was not answered",
	},
	{
		1012,
		1012,
		"Service Restart",
		[]string{"restart"},
		Sent,
		"a deployment closes in order: reconnect after a random delay",
	},
	{1013, 1013, "Try Again Later", []string{"overload"}, Sent, "the server is overloaded: reconnect later"},
	{1014, 1014, "Bad Gateway", nil, ByServer, "a gateway got an invalid answer from the server behind it"},
	{
		1015,
		1015,
		"TLS Handshake",
		[]string{"tls handshake failed", "tls handshake fail", "tls"},
		Never,
		"the TLS handshake failed; browsers report 1006 instead",
	},
	{
		1016,
		2999,
		"Reserved for the Protocol",
		[]string{"unassigned"},
		Never,
		"not assigned yet; browsers deliver it all the same",
	},
	{3000, 3000, "Unauthorized", nil, Sent, "the application requires a login"},
	{3003, 3003, "Forbidden", nil, Sent, "the application knows who it is, and does not allow it"},
	{3008, 3008, "Timeout", nil, Sent, "the application waited too long for the other end"},
	{
		3000,
		3999,
		"Registered by Libraries",
		[]string{"libraries", "frameworks"},
		Sent,
		"a library's own: its documentation says what it means",
	},
	{4000, 4999, "Private Use", []string{"private", "application"}, Sent, "the application's own: search its source"},
	{
		5000,
		65535,
		"Outside the Registry",
		[]string{"undefined"},
		Never,
		"not allowed, though browsers deliver it: the number itself is a bug",
	},
}

// Number writes the code, or the range: "1006", "4000-4999".
func (c Code) Number() string {
	if c.First == c.Last {
		return strconv.Itoa(c.First)
	}
	return fmt.Sprintf("%d-%d", c.First, c.Last)
}

// Page returns the page of a code, in Markdown.
func (c Code) Page() string {
	b, err := pages.ReadFile(c.Number() + ".md")
	if err != nil {
		panic(err) // a test reads them all
	}
	return string(b)
}

// Find returns what word means: a number, a range ("4000-4999"), or the name of a code, in whatever spelling:
// "Abnormal Closure", "abnormal-closure", "CLOSE_ABNORMAL".
func Find(word string) (c Code, ok bool) {
	if n, err := strconv.ParseUint(word, 10, 16); err == nil {
		for _, c := range All {
			if c.First <= int(n) && int(n) <= c.Last {
				return c, true
			}
		}
	}
	want := plain(word)
	for _, c := range All {
		if want == "" {
			break
		}
		for _, name := range append([]string{c.Number(), c.Name}, c.Aliases...) {
			if plain(name) == want {
				return c, true
			}
		}
	}
	return Code{}, false
}

// Words are what Find understands, for suggestions: numbers, and names in the spelling of a command line.
func Words() []string {
	var words []string
	for _, c := range All {
		words = append(words, c.Number(), strings.ReplaceAll(strings.ToLower(c.Name), " ", "-"))
	}
	return words
}

// plain leaves letters and digits.
func plain(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, s)
}
