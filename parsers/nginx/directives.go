package nginx

import (
	_ "embed"
	"strconv"
	"strings"
	"sync"
)

// A context is a set of places where a directive may stand.
type context uint32

const (
	InMain context = 1 << iota
	InEvents
	InHTTP
	InServer
	InServerIf
	InLocation
	InLocationIf
	InLimitExcept
	InUpstream
	InStream
	InStreamServer
	InStreamUpstream
	InMail
	InMailServer

	Anywhere = 1<<iota - 1
	OfStream = InStream | InStreamServer | InStreamUpstream
	OfHTTP   = InHTTP | InServer | InServerIf | InLocation | InLocationIf | InLimitExcept | InUpstream
)

// A spec is what nginx wants of a directive in some contexts.
type spec struct {
	in    context
	args  uint16 // bit n: n arguments are fine
	more  int    // so are this many and more; -1: no
	block bool
	kind  string   // of its value, see directives.txt
	words []string // of the kinds enum and mask
	// vars tells the arguments in which nginx looks for variables: "1", "2+", "last"; "" for none.
	vars  string
	since Version // the first version that knows it, when later than 1.22.1
}

// fits reports whether n arguments are as many as the directive takes.
func (s *spec) fits(n int) bool {
	return n < 16 && s.args&(1<<n) != 0 || s.more >= 0 && n >= s.more
}

// once reports whether the directive may stand only once on a level.
func (s *spec) once() bool { return s.kind != "-" && s.kind != "mask" }

//go:embed directives.txt
var directiveTable string

// knownDirectives holds the specs of nginx's own directives by name. It reads the table when first asked, once.
var knownDirectives = sync.OnceValue(func() map[string][]*spec {
	m := make(map[string][]*spec, 700)
	for line := range strings.Lines(directiveTable) {
		if f := strings.Fields(line); len(f) >= 4 && f[0] != "#" {
			m[f[0]] = append(m[f[0]], readSpec(f[1:]))
		}
	}
	return m
})

// readSpec reads the columns of the table behind the name.
func readSpec(f []string) *spec {
	s := &spec{more: -1}
	for c := range strings.SplitSeq(f[0], ",") {
		s.in |= contextNamed(c)
	}
	args, block := strings.CutSuffix(f[1], "{}")
	s.block = block
	for a := range strings.SplitSeq(args, "|") {
		if from, more := strings.CutSuffix(a, "+"); more {
			s.more, _ = strconv.Atoi(from)
		} else if n, err := strconv.Atoi(a); err == nil {
			s.args |= 1 << n
		}
	}
	kind, words, _ := strings.Cut(f[2], ":")
	s.kind = kind
	if words != "" {
		s.words = strings.Split(words, "|")
	}
	for _, x := range f[3:] {
		if v, ok := strings.CutPrefix(x, "$"); ok {
			s.vars = v
		} else if v, ok := strings.CutPrefix(x, "since="); ok {
			s.since, _ = ParseVersion(v)
		}
	}
	return s
}

// contextNamed is the context that the table calls name.
func contextNamed(name string) context {
	for i, n := range []string{
		"main", "events", "http", "server", "server-if", "location", "location-if", "limit_except", "upstream", "stream",
		"stream-server", "stream-upstream", "mail", "mail-server",
	} {
		if n == name {
			return 1 << i
		}
	}
	return 0
}

// inside is the context inside the block of the directive name when that stands in one of the contexts in; 0 when the block
// holds no directives but data (map, geo, types).
func inside(name string, in context) context {
	var c context
	add := func(outer, inner context) {
		if in&outer != 0 {
			c |= inner
		}
	}
	switch name {
	case "events":
		return InEvents
	case "http":
		return InHTTP
	case "stream":
		return InStream
	case "mail":
		return InMail
	case "location":
		return InLocation
	case "limit_except":
		return InLimitExcept
	case "server":
		add(InHTTP, InServer)
		add(InStream, InStreamServer)
		add(InMail, InMailServer)
	case "upstream":
		add(InHTTP, InUpstream)
		add(InStream, InStreamUpstream)
	case "if":
		add(InServer, InServerIf)
		add(InLocation, InLocationIf)
	}
	return c
}

// specsIn returns the specs of name that hold in one of the contexts c.
func specsIn(name string, c context) []*spec {
	var found []*spec
	for _, s := range knownDirectives()[name] {
		if s.in&c != 0 {
			found = append(found, s)
		}
	}
	return found
}
