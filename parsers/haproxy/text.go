package haproxy

import (
	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers"
	"github.com/wslint/wslint/parsers/haproxy/conf"
)

// A text is a string that may be unknown: why is then not empty.
type text struct {
	s   string
	why string
}

func known(s string) text       { return text{s: s} }
func (t text) unknown() bool    { return t.why != "" }
func unknownText(w string) text { return text{why: w} }
func (t text) plus(u text) text {
	switch {
	case t.unknown():
		return t
	case u.unknown():
		return u
	}
	if len(t.s)+len(u.s) > parsers.MaxValue {
		return unknownText(parsers.TooLong)
	}
	return text{s: t.s + u.s}
}

// wordText is the value of a word, unknown if an environment variable is in it.
func wordText(w conf.Word) text { return text{s: w.Value, why: w.Why} }

// A truth is the value of a condition.
type truth struct {
	is  bool
	why string // why it is not known; "" when it is
	// ask decides where why is not empty, or where what is known was made up; nil for what nobody can ask.
	ask *hop.Question
	// not says that it holds when the answer to ask is no.
	not bool
}

func sure(is bool) truth { return truth{is: is} }

func unknownTruth(why string) truth { return truth{why: why} }

// open reports whether something else decides.
func (t truth) open() bool { return t.why != "" || t.ask != nil }
