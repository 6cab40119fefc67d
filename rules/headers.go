package rules

import (
	"slices"
	"strings"

	"github.com/wslint/wslint/hop"
)

// toApplication reports whether every hop passes the handshake on.
func toApplication(p *hop.Path) bool {
	return len(p.Hops) > 0 && p.Admitted()
}

// tunnels reports whether a connection may open on p: what is unknown is at most what the application gets to see.
func tunnels(p *hop.Path) bool {
	switch p.Handshake().Kind {
	case hop.Open, hop.Depends:
		return true
	case hop.OutcomeUnknown:
		return toApplication(p)
	}
	return false
}

// loses finds the hop that passes the handshake on without a token that it got in the named header: nil when there is
// none or when that cannot be known.
func loses(p *hop.Path, name, token string) *hop.Hop {
	for i := range p.Hops {
		h := &p.Hops[i]
		if !hop.Is(h.Answer, hop.Answer{}) || !has(p.Got(i), name, token) {
			return nil
		}
		if sends, why := h.Next.Has(name, token); why == "" && !sends {
			return h
		}
	}
	return nil
}

// lostBefore reports whether a token in the named header surely does not arrive at h, a hop of p.
func lostBefore(p *hop.Path, h *hop.Hop, name, token string) bool {
	for i := range p.Hops {
		if &p.Hops[i] == h {
			_, why := p.Got(i).Lines(name)
			return why == "" && !has(p.Got(i), name, token)
		}
	}
	return false
}

func has(r hop.Request, name, token string) bool {
	got, _ := r.Has(name, token)
	return got
}

// dropped are the lines of outer levels that would have sent the token in the named header, and that h discards.
func dropped(h *hop.Hop, name, token string) []hop.NotInherited {
	var list []hop.NotInherited
	for _, d := range h.NotInherited {
		if v, known := d.Outer.Get(); known && d.Header == name && slices.Contains(hop.Tokens([]string{v}), token) {
			list = append(list, d)
		}
	}
	return list
}

// writtenLine is the line that somebody wrote for a header h sends: also one that sends nothing.
func writtenLine(h *hop.Hop, name string) (line hop.Setting[string], found bool) {
	for _, l := range h.Next.Header[name] {
		if l.IsWritten() && !l.Pos.IsZero() {
			return l, true
		}
	}
	line, found = h.EmptyHeaders[name]
	return line, found
}

// asWritten says what a written line sends: `proxy_set_header Connection sends "close"`.
func asWritten(line hop.Setting[string]) string {
	v, _ := line.Get()
	if v == "" {
		return line.Name + " is empty here, so the header is not sent"
	}
	return line.Name + ` sends "` + v + `"`
}

// forward is the fix that makes h pass headers on; nil when the source cannot be edited. What else the handshake
// needs of the same place is part of it.
func forward(h *hop.Hop, names ...string) *Fix {
	if hop.Is(h.Next.Proto, "1.0") && !slices.Contains(names, "Proto") {
		names = append(names, "Proto")
	}
	if h.PassOn == nil {
		return nil
	}
	edits, same := h.PassOn(names...)
	if len(edits) == 0 {
		return nil
	}
	var words []string
	for _, n := range names {
		if n == "Proto" {
			n = "HTTP/1.1"
		}
		words = append(words, n)
	}
	return &Fix{Title: "forward " + list(words), Safe: same, Edits: edits}
}

// list is "a", "a and b", "a, b and c".
func list(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " and " + words[last]
}
