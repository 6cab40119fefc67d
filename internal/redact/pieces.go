package redact

import (
	"bytes"
	"sync"
)

// pieces are texts in small letters that are looked for together, whatever the letters. Which three bytes can begin
// none of them is a look-up, and a text of megabytes is read once, not once for each.
type pieces struct {
	starts   [1 << 15]bool // whether three bytes, five bits of each, begin one
	by       [256][]piece  // by their first byte
	short    []piece       // those of fewer bytes, which are looked for one by one
	triggers int           // how many of them, the first ones, are no hints
}

// A piece is one of them, which of them it is.
type piece struct {
	text string
	i    int
}

func newPieces(texts ...string) *pieces {
	p := &pieces{}
	for i, s := range texts {
		if len(s) < 3 {
			p.short = append(p.short, piece{s, i})
			continue
		}
		p.by[s[0]] = append(p.by[s[0]], piece{s, i})
		p.starts[with(with(with(0, s[0]), s[1]), s[2])] = true
	}
	return p
}

// with are five bits of each of the last three bytes, of which one is the last: letters differ in these, and not from
// their small ones.
func with(bits uint16, last byte) uint16 { return (bits<<5 | uint16(last&31)) & (1<<15 - 1) }

// next is the first offset from one on at which a piece may begin that is not short; the length of the text where there
// is none.
func (p *pieces) next(text []byte, from int) int {
	if from+2 < len(text) {
		bits := with(with(0, text[from]), text[from+1])
		for i, c := range text[from+2:] {
			if bits = with(bits, c); p.starts[bits] {
				return from + i
			}
		}
	}
	return len(text)
}

// small is a letter of ASCII as a small one: others may be longer than their small ones.
func small(c byte) byte {
	if c-'A' < 26 {
		c += 'a' - 'A'
	}
	return c
}

// hasPrefix reports whether a text begins with one in small letters, whatever its own.
func hasPrefix(text []byte, lower string) bool {
	if len(text) < len(lower) {
		return false
	}
	for i := range len(lower) {
		if small(text[i]) != lower[i] {
			return false
		}
	}
	return true
}

// index is the first place of a text in small letters in another one, whatever its letters. It goes on by as many bytes
// as the last one looked at is away from the end of what is looked for.
func index(text []byte, lower string) int {
	last := len(lower) - 1
	if last == 0 && lower[0] < 'a' { // no letter
		return bytes.IndexByte(text, lower[0])
	}
	var step [256]uint8
	for i := range step {
		step[i] = uint8(len(lower))
	}
	for i := range last {
		step[lower[i]] = uint8(last - i)
	}
	for at := last; at < len(text); {
		c := small(text[at])
		if c == lower[last] && hasPrefix(text[at-last:], lower) {
			return at - last
		}
		at += int(step[c])
	}
	return -1
}

// What stands in small letters where something is hidden that is no shape.
const (
	inKey, inMap, inVariable, inRealm = "private key-----", "map", "variable", "auth_basic"
)

// The first triggers.
const (
	keyTrigger = iota
	mapTrigger
	variableTrigger
	realmTrigger
	shapeTriggers // those of the shapes, in their order
)

// triggers are those of all shapes, and what else a text is searched for; behind them are hints.
var triggers = sync.OnceValue(func() *pieces {
	list := []string{inKey, inMap, inVariable, inRealm}
	for _, x := range anywhere {
		list = append(list, x.triggers...)
	}
	p := newPieces(append(list, hints...)...)
	p.triggers = len(list)
	return p
})

// hints are what names of secrets are made of.
var hints = []string{
	"auth", "access", "apikey", "bearer", "cred", "cookie", "connection", "hmac", "hash", "jwt",
	"jsessionid", "key", "pass", "pwd", "psk", "phpsessid", "secret", "session", "sid", "signature", "sas", "shared",
	"token", "verify", "webhook",
}
