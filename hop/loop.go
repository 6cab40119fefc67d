package hop

import (
	"fmt"
	"slices"
)

// LongestWay is how many hops a way has at most: one that goes on is cut there.
const LongestWay = 16

// Looped cuts a way that has passed that many hops and goes on, and says what becomes of it. Where it has come to one
// place again and again, and its path does not get shorter, it never ends: proxies run out of connections, and which
// of them gives up first decides what the client sees. The way then is one round. Measured: 500, 502, 504 or 400,
// never a 101; a connection that is closed where all only pass bytes on.
func Looped(hops []Hop) []Hop {
	last := len(hops) - 1
	same := func(i int) bool { return i >= 0 && hops[i].Pos == hops[last].Pos }
	round := 1
	for round < last && !same(last-round) {
		round++
	}
	shorter := same(last-round) && len(hops[last].Next.Target) < len(hops[last-round].Next.Target)
	if !same(last-round) || !same(last-2*round) || shorter {
		h := &hops[last]
		h.Answer = Unknown[Answer](h.Answer.Name, h.Pos,
			fmt.Sprintf("the handshake is proxied %d times, and %s proxies it again", LongestWay, h.Name))
		return hops
	}
	inside := func(h Hop) bool {
		return slices.ContainsFunc(hops[last-round:last], func(x Hop) bool { return x.Pos == h.Pos })
	}
	first := slices.IndexFunc(hops, inside)
	hops = hops[:first+round]
	a := Answer{Kind: Closed, Cause: InCircles}
	if slices.ContainsFunc(hops[first:], func(h Hop) bool { return h.Relay != nil }) {
		a.Kind = Answered
	}
	end := &hops[len(hops)-1]
	end.Answer = Written("a proxy loop back to "+hops[first].Name, a, end.Answer.Pos)
	return hops
}
