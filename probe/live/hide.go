package live

import (
	"cmp"
	"net/url"
	"slices"
	"strings"

	"github.com/wslint/wslint/internal/redact"
	"github.com/wslint/wslint/probe"
)

// A hider takes secrets out of what is told: those that their shape or name shows, and whatever was sent that only
// this client knows, which error pages like to repeat.
type hider struct{ secrets []string }

// shortest is how long a value is at least that is looked for everywhere: shorter ones are no secrets, and hiding them
// would hide ordinary words.
const shortest = 6

func newHider(t Target) hider {
	var h hider
	add := func(values ...string) {
		for _, v := range values {
			if len(v) >= shortest {
				h.secrets = append(h.secrets, v, url.QueryEscape(v))
			}
		}
	}
	for name, lines := range t.Request.Header {
		for _, l := range lines {
			v, _ := l.Get()
			if shown := name + ": " + v; redact.Text(shown) == shown {
				continue
			}
			add(v)
			for _, part := range strings.FieldsFunc(v, func(r rune) bool { return r == ';' || r == ' ' }) {
				_, value, paired := strings.Cut(part, "=")
				add(part)
				if paired {
					add(value)
				}
			}
		}
	}
	if _, query, has := strings.Cut(t.Request.Target, "?"); has {
		for pair := range strings.SplitSeq(query, "&") {
			if _, value, _ := strings.Cut(pair, "="); redact.Text("?"+pair) != "?"+pair {
				plain, err := url.QueryUnescape(value)
				if err == nil {
					add(plain)
				}
				add(value)
			}
		}
	}
	if t.Proxy != nil && t.Proxy.User != nil {
		password, _ := t.Proxy.User.Password()
		add(password)
	}
	slices.SortFunc(h.secrets, func(a, b string) int { return cmp.Compare(len(b), len(a)) })
	return h
}

// text hides the secrets of one text.
func (h hider) text(s string) string {
	for _, secret := range h.secrets {
		s = strings.ReplaceAll(s, secret, redact.Mark)
	}
	return redact.Text(s)
}

// handshake hides the secrets of all that is told of a handshake.
func (h hider) handshake(x *probe.Handshake) {
	for i := range x.Steps {
		s := &x.Steps[i]
		s.Text, s.Err = h.text(s.Text), h.text(s.Err)
		for j := range s.More {
			s.More[j] = h.text(s.More[j])
		}
	}
	x.Why = h.text(x.Why)
	if x.Answer == nil {
		return
	}
	a := x.Answer
	a.Line = h.text(a.Line)
	for i := range a.Header {
		// The name goes along: it says whether the value is a secret.
		hidden := h.text(a.Header[i].Name + ": " + a.Header[i].Value)
		if _, value, ok := strings.Cut(hidden, ": "); ok {
			a.Header[i].Value = value
		}
	}
	for i := range a.Body {
		a.Body[i] = h.text(a.Body[i])
	}
	for i := range x.Signs {
		x.Signs[i].Value = h.text(x.Signs[i].Value)
	}
}
