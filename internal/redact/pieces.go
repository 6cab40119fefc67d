package redact

import (
	"bytes"
	"sync"
)

// pieces are texts that are looked for together. What two bytes can begin none of them is a look-up, and a text of
// megabytes is read once, not once for each.
type pieces struct {
	starts [1 << 16]bool // whether two bytes begin one
	by     [256][]string // by their first byte
}

func newPieces(texts ...string) *pieces {
	p := &pieces{}
	for _, s := range texts {
		p.by[s[0]] = append(p.by[s[0]], s)
		if len(s) > 1 {
			p.starts[int(s[0])<<8|int(s[1])] = true
			continue
		}
		for second := range 256 {
			p.starts[int(s[0])<<8|second] = true
		}
	}
	return p
}

// may reports whether a piece may begin with the byte at an offset and the next one, if there is one.
func (p *pieces) may(text []byte, at int) bool {
	return at+1 >= len(text) || p.starts[int(text[at])<<8|int(text[at+1])]
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
	for at := range text {
		if !p.may(text, at) {
			continue
		}
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
