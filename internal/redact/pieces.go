package redact

import (
	"bytes"
	"sync"
)

// pieces are texts that are looked for together. Which three bytes can begin none of them is a look-up, and a text of
// megabytes is read once, not once for each.
type pieces struct {
	starts [1 << 15]bool // whether three bytes, five bits of each, begin one
	by     [256][]string // by their first byte
	short  []string      // those of fewer bytes, which are looked for one by one
}

func newPieces(texts ...string) *pieces {
	p := &pieces{}
	for _, s := range texts {
		if len(s) < 3 {
			p.short = append(p.short, s)
			continue
		}
		p.by[s[0]] = append(p.by[s[0]], s)
		p.starts[with(with(with(0, s[0]), s[1]), s[2])] = true
	}
	return p
}

// with are five bits of each of the last three bytes, of which one is the last: letters differ in these.
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

// at reports whether a piece begins at an offset.
func (p *pieces) at(text []byte, at int) bool {
	for _, s := range p.by[text[at]] {
		if bytes.HasPrefix(text[at:], []byte(s)) {
			return true
		}
	}
	return false
}

// in returns those that are in a text.
func (p *pieces) in(text []byte) map[string]bool {
	found := map[string]bool{}
	for _, s := range p.short {
		found[s] = bytes.Contains(text, []byte(s))
	}
	for at := p.next(text, 0); at < len(text); at = p.next(text, at+1) {
		for _, s := range p.by[text[at]] {
			if bytes.HasPrefix(text[at:], []byte(s)) && !found[s] {
				found[s] = true
			}
		}
	}
	return found
}

// What stands in small letters where something is hidden that is no shape.
const (
	inKey, inMap, inVariable, inRealm = "private key-----", "map", "variable", "auth_basic"
)

// triggers are those of all shapes, and what else a text is searched for.
var triggers = sync.OnceValue(func() *pieces {
	list := []string{inKey, inMap, inVariable, inRealm}
	for _, x := range anywhere {
		list = append(list, x.triggers...)
	}
	return newPieces(list...)
})

// hints are what names of secrets are made of.
var hints = sync.OnceValue(func() *pieces {
	return newPieces("auth", "access", "apikey", "bearer", "cred", "cookie", "connection", "hmac", "hash", "jwt",
		"jsessionid", "key", "pass", "pwd", "psk", "phpsessid", "secret", "session", "sid", "signature", "sas", "shared",
		"token", "verify", "webhook")
})
