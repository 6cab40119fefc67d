// Package redact hides the secrets that stand in configurations: passwords in addresses, Authorization headers,
// tokens,
// keys. What a secret is shows its shape, or the name that it belongs to. What is a variable or a reference is none.
package redact

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/wslint/wslint/internal/lazyregexp"
)

// Mark stands for a secret in messages.
const Mark = "***"

// Text hides what has the shape of a secret in a message.
func Text(s string) string {
	list := spans([]byte(s), map[string]nameKind{})
	if len(list) == 0 {
		return s
	}
	var b strings.Builder
	at := 0
	for _, x := range list {
		b.WriteString(s[at:x.from] + Mark)
		at = x.to
	}
	return b.String() + s[at:]
}

// Secrets are the secrets of some texts. The zero Secrets has none.
type Secrets struct {
	strong *strings.Replacer    // hides those that nothing else is like wherever they stand; nil without any
	same   *strings.Replacer    // does so keeping the length
	weak   map[string]bool      // hidden where they stand as a word
	any    bool                 // there are some
	places map[textPlace][]span // of the texts that were given
}

// A textPlace is where a text is in memory: a text that Find was given is not searched again for Mask.
type textPlace struct {
	first  *byte
	length int
}

func placeOf(text []byte) (p textPlace) {
	if len(text) > 0 {
		p = textPlace{&text[0], len(text)}
	}
	return p
}

const (
	// leastStrong is the length of the shortest secret that is hidden within other words, and leastWeak that of the
	// shortest one that is hidden outside its own place.
	leastStrong, leastWeak = 6, 4
)

// Find gathers the secrets of texts.
func Find(texts ...[]byte) *Secrets {
	s := &Secrets{weak: map[string]bool{}, places: make(map[textPlace][]span, len(texts))}
	all, known := map[string]bool{}, map[string]nameKind{}
	var strong []string
	for _, text := range texts {
		list := spans(text, known)
		s.places[placeOf(text)] = list
		for _, x := range list {
			if s.any = true; x.to-x.from > maxSecret {
				continue
			}
			secret := string(text[x.from:x.to])
			all[secret] = true
			all[strings.ReplaceAll(secret, `\`, "")] = true
			for _, piece := range strings.FieldsFunc(secret, isBetween) {
				if isStrong(piece) {
					all[piece] = true
				}
			}
		}
	}
	for secret := range all {
		switch {
		case len(secret) < leastWeak || ordinary()[strings.ToLower(secret)]:
		case isStrong(secret):
			strong = append(strong, secret)
		default:
			s.weak[secret] = true
		}
	}
	if len(strong) == 0 {
		return s
	}
	slices.SortFunc(strong, func(a, b string) int { return cmp.Or(cmp.Compare(len(b), len(a)), cmp.Compare(a, b)) })
	var marks, masks []string
	for _, secret := range strong {
		marks, masks = append(marks, secret, Mark), append(masks, secret, string(mask([]byte(secret))))
	}
	s.strong, s.same = strings.NewReplacer(marks...), strings.NewReplacer(masks...)
	return s
}

// isStrong reports whether nothing else is like a secret, so that it is hidden wherever it stands.
func isStrong(secret string) bool {
	return len(secret) >= leastStrong && strings.Trim(secret, "abcdefghijklmnopqrstuvwxyz") != ""
}

// isBetween reports whether a character stands between the parts of a secret, as in a cookie or a key of several
// lines.
func isBetween(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune("\"'=;,:$\\", r) }

var plainWord = lazyregexp.New(`[\pL\pN_]{4,}`)

// None reports whether there are no secrets.
func (s *Secrets) None() bool { return !s.any }

// Hide takes secrets out of a message: those that are known, and what has the shape of one.
func (s *Secrets) Hide(text string) string {
	if s == nil || !s.any {
		return text
	}
	text = Text(text)
	if s.strong != nil {
		text = s.strong.Replace(text)
	}
	if len(s.weak) == 0 {
		return text
	}
	return plainWord.ReplaceAllStringFunc(text, func(w string) string {
		if s.weak[w] {
			return Mark
		}
		return w
	})
}

// Mask hides the secrets of a file: every character becomes another one of as many bytes, so that places stay where
// they are. A text that Find was given must not have been changed since.
func (s *Secrets) Mask(src []byte) []byte {
	masked := src
	var list []span
	found := false
	if s != nil {
		list, found = s.places[placeOf(src)]
	}
	if !found {
		list = spans(src, map[string]nameKind{})
	}
	if len(list) > 0 {
		masked = slices.Clone(src)
		for _, x := range list {
			copy(masked[x.from:x.to], mask(src[x.from:x.to]))
		}
	}
	if s != nil && s.same != nil {
		return []byte(s.same.Replace(string(masked)))
	}
	return masked
}

// mask is a text of the same length that says nothing.
func mask(secret []byte) []byte {
	out := make([]byte, 0, len(secret))
	for len(secret) > 0 {
		r, size := utf8.DecodeRune(secret)
		if r == '\n' || r == '\r' {
			out = append(out, byte(r))
		} else {
			out = append(out, masks[size]...)
		}
		secret = secret[size:]
	}
	return out
}

// masks stand for characters of one to four bytes.
var masks = [...]string{1: "*", 2: "¤", 3: "※", 4: "🔒"}
