package conf

import (
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"
)

// Buffers are a number of buffers and the size of each in bytes.
type Buffers struct{ Number, Size int64 }

// Checked reports whether Value reads more than words that are all right.
func (s *Spec) Checked() bool { return s.Kind != "-" && s.Kind != "once" }

// Value reads the value of d as its kind in the table says, which decides the type: flag bool; msec, sec and times
// time.Duration; size, off and num int64; bufs Buffers; enum a string in lower case; auto, net, once, vsize and - the
// first argument as a Word, the zero Word where there is none; mask nil. problem is what nginx says of a value that
// it cannot read, and arg the argument that it says it of. A word that a later version brought is wrong only for an
// earlier one, not for the zero Version.
func (s *Spec) Value(d *Directive, v Version) (value any, arg int, problem string) {
	text, fine := d.Arg(0), true
	switch s.Kind {
	case "flag":
		on := strings.EqualFold(text, "on")
		if !on && !strings.EqualFold(text, "off") {
			return nil, 0, fmt.Sprintf(`invalid value "%s" in "%s" directive, it must be "on" or "off"`, text, d.Name.Value)
		}
		return on, 0, ""
	case "msec":
		value, fine = ParseTime(text)
	case "sec":
		value, fine = ParseSeconds(text)
	case "times":
		value, fine = ParseTime(text)
		if _, ok := ParseSeconds(d.Arg(1)); fine && len(d.Args) == 2 && !ok {
			return nil, 1, invalidValue(d)
		}
	case "size":
		value, fine = ParseSize(text)
	case "off":
		value, fine = ParseOffset(text)
	case "num":
		return s.number(d)
	case "auto":
		if text == "auto" {
			return firstWord(d), 0, ""
		}
		if _, fine = ParseNumber(text); !fine {
			return nil, 0, invalidValue(d)
		}
		value = firstWord(d)
	case "net":
		if !isNetwork(text) {
			return nil, 0, fmt.Sprintf(`invalid parameter "%s"`, text)
		}
		value = firstWord(d)
	case "bufs":
		return buffers(d)
	case "enum", "mask":
		return s.words(d, v)
	case "vsize":
		if !HasVariable(text) {
			_, fine = ParseSize(text)
		}
		value = firstWord(d)
	default:
		value = firstWord(d)
	}
	if !fine {
		return nil, 0, invalidValue(d)
	}
	return value, 0, ""
}

func firstWord(d *Directive) Word {
	if len(d.Args) == 0 {
		return Word{}
	}
	return d.Args[0]
}

// isNetwork reports whether allow and deny take s.
func isNetwork(s string) bool {
	if s == "all" || s == "unix:" {
		return true
	}
	host, bits, masked := strings.Cut(s, "/")
	a, err := netip.ParseAddr(host)
	if err != nil || a.Zone() != "" {
		return false
	}
	if !masked {
		return true
	}
	n, ok := ParseNumber(bits)
	return ok && int(n) <= a.BitLen()
}

// invalidValue is how nginx refuses a value that a slot cannot read.
func invalidValue(d *Directive) string {
	return fmt.Sprintf("%q directive invalid value", d.Name.Value)
}

// number reads a number, and holds it to its bounds.
func (s *Spec) number(d *Directive) (value any, arg int, problem string) {
	n, ok := ParseNumber(d.Arg(0))
	if !ok {
		return nil, 0, fmt.Sprintf("%q directive invalid number", d.Name.Value)
	}
	if len(s.Words) == 0 {
		return n, 0, ""
	}
	low, high, _ := strings.Cut(s.Words[0], "-")
	from, _ := strconv.ParseInt(low, 10, 64)
	to, _ := strconv.ParseInt(high, 10, 64)
	if n < from || n > to {
		return nil, 0, fmt.Sprintf("value must be between %d and %d", from, to)
	}
	return n, 0, ""
}

// buffers reads a number of buffers and their size.
func buffers(d *Directive) (value any, arg int, problem string) {
	number, ok := ParseNumber(d.Arg(0))
	if !ok || number == 0 {
		return nil, 0, invalidValue(d)
	}
	size, ok := ParseSize(d.Arg(1))
	if !ok || size == 0 {
		return nil, 1, invalidValue(d)
	}
	return Buffers{number, size}, 0, ""
}

// words reads words out of a list.
func (s *Spec) words(d *Directive, v Version) (value any, arg int, problem string) {
	for i, a := range d.Args {
		if !s.has(a.Value, v) {
			return nil, i, fmt.Sprintf(`invalid value "%s"`, a.Value)
		}
	}
	if s.Kind == "mask" {
		return nil, 0, ""
	}
	return strings.ToLower(d.Arg(0)), 0, ""
}

// Newest is the word of d, of those in the spec's list, that only later versions take, and the first that does; zero
// where all take all.
func (s *Spec) Newest(d *Directive) (word string, since Version) {
	for _, w := range s.Words {
		name, from, later := strings.Cut(w, "@")
		if !later {
			continue
		}
		if v, _ := ParseVersion(from); v.AtLeast(since) && slices.ContainsFunc(d.Args, func(a Word) bool {
			return strings.EqualFold(a.Value, name)
		}) {
			word, since = name, v
		}
	}
	return word, since
}

// has reports whether a word is one of the spec's in version v.
func (s *Spec) has(value string, v Version) bool {
	for _, w := range s.Words {
		word, from, later := strings.Cut(w, "@")
		if !strings.EqualFold(value, word) {
			continue
		}
		if !later {
			return true
		}
		since, err := ParseVersion(from)
		return err != nil || v.IsZero() || v.AtLeast(since)
	}
	return false
}
