package redact

import (
	"bytes"
	"math/rand"
	"strings"
	"testing"
)

// TestIndex: a text is found where it is found in small letters.
func TestIndex(t *testing.T) {
	random := rand.New(rand.NewSource(1))
	text, lower := make([]byte, 40), make([]byte, 40)
	for range 20_000 {
		for i := range text {
			text[i] = "abAB@\x80"[random.Intn(6)]
			lower[i] = "abab@\x80"[strings.IndexByte("abAB@\x80", text[i])]
		}
		of := string(lower[random.Intn(30):][:1+random.Intn(5)])
		if got, want := index(text, of), bytes.Index(lower, []byte(of)); got != want {
			t.Fatalf("%q in %q: %d, want %d", of, text, got, want)
		}
	}
}

// TestEveryLine: what shows itself is hidden on the first line, the last, and those between, in whatever letters.
func TestEveryLine(t *testing.T) {
	for line, secret := range map[string]string{
		"proxy_pass http://u:Ab1xyz9q@h;": "Ab1xyz9q", "Basic YWxhZGRpbjEyMw==": "YWxhZGRpbjEyMw==",
		"bAsIc YWxhZGRpbjEyMw==": "YWxhZGRpbjEyMw==",
	} {
		text := strings.Repeat(line+"\n", 3) + strings.Repeat("x", 50)
		if got := string(Find([]byte(text)).Mask([]byte(text))); strings.Contains(got, secret) {
			t.Errorf("shown: %q", got)
		}
		list := spans([]byte(text), map[string]nameKind{})
		if len(list) != 3 {
			t.Errorf("%q: %v", text, list)
		}
	}
}
