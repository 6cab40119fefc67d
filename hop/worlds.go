package hop

import (
	"maps"
	"slices"
	"strings"
	"time"
)

// A World is one set of assumptions about conditions that cannot be known: each is taken once as false and once as true, and what
// comes out the same in every world is known all the same.
type World struct {
	plan []bool // how to decide, in the order of asking
	made []decision
}

type decision struct {
	key  any
	took bool
	why  string
}

// Choose decides an open condition; the same key is decided the same way throughout a world.
func (w *World) Choose(key any, why string) bool {
	for _, d := range w.made {
		if d.key == key {
			return d.took
		}
	}
	took := false
	if n := len(w.made); n < len(w.plan) {
		took = w.plan[n]
	}
	w.made = append(w.made, decision{key, took, why})
	return took
}

// next returns the world after w in which the last condition taken as false is true; nil when all have been tried.
func (w *World) next() *World {
	for i := len(w.made) - 1; i >= 0; i-- {
		if !w.made[i].took {
			plan := make([]bool, i+1)
			for j := range i {
				plan[j] = w.made[j].took
			}
			plan[i] = true
			return &World{plan: plan}
		}
	}
	return nil
}

// maxWorlds bounds the work; a request that hangs on more open conditions is unknown.
const maxWorlds = 64

// InAllWorlds evaluates in every world and merges what came out.
func InAllWorlds(eval func(w *World) Hop) Hop {
	w := &World{}
	out := eval(w)
	whys := reasons(nil, w)
	for n := 1; ; n++ {
		if w = w.next(); w == nil {
			return out
		}
		if n == maxWorlds {
			out.Answer = Unknown[Answer]("the answer", out.Pos, "too much of it is unknown: "+strings.Join(whys, "; "))
			return out
		}
		other := eval(w)
		whys = reasons(whys, w)
		merge(&out, &other, strings.Join(whys, "; "))
	}
}

func reasons(whys []string, w *World) []string {
	for _, d := range w.made {
		if !slices.Contains(whys, d.why) {
			whys = append(whys, d.why)
		}
	}
	return whys
}

// merge makes what differs between a and b unknown in a.
func merge(a, b *Hop, why string) {
	av, aok := a.Answer.Get()
	bv, bok := b.Answer.Get()
	switch {
	case !aok:
		return
	case !bok:
		a.Answer = b.Answer
		return
	case av.Kind != bv.Kind:
		a.Answer = Unknown[Answer](a.Answer.Name, a.Answer.Pos, why)
		return
	case av.Status != bv.Status:
		av.Status, av.Location, av.Cause = 0, "", sameCause(av, bv)
		a.Answer = Written(a.Answer.Name, av, a.Answer.Pos)
	case av.Location != bv.Location:
		av.Location, av.Cause = "", sameCause(av, bv)
		a.Answer = Written(a.Answer.Name, av, a.Answer.Pos)
	case av.Cause != bv.Cause:
		av.Cause = NoCause
		a.Answer = Written(a.Answer.Name, av, a.Answer.Pos)
	}
	if av.Kind != PassedOn {
		return
	}
	if a.Next.TLS != b.Next.TLS || a.Next.Target != b.Next.Target || a.Next.Method != b.Next.Method || a.Next.ProxyProtocol != b.Next.ProxyProtocol {
		a.Answer = Unknown[Answer](a.Answer.Name, a.Answer.Pos, why)
		return
	}
	mergeRequest(&a.Next, &b.Next, why)
	mergeTimers(a, b, why)
	if a.Upstream == nil || b.Upstream == nil || a.Upstream.Pos != b.Upstream.Pos || a.Upstream.Sticky != b.Upstream.Sticky {
		a.Upstream = nil
	}
	// A limit that only counts in some worlds may limit nothing.
	a.Limits = slices.DeleteFunc(a.Limits, func(l Limit) bool {
		return !slices.ContainsFunc(b.Limits, func(m Limit) bool { return l.Name == m.Name && l.Pos == m.Pos })
	})
	if !sameReply(a.Reply, b.Reply) {
		a.Reply = Reply{Instead: []Setting[Answer]{Unknown[Answer]("the 101", a.Pos, why)}}
	}
}

// sameCause is what a and b are both caused by.
func sameCause(a, b Answer) Cause {
	if a.Cause != b.Cause {
		return NoCause
	}
	return a.Cause
}

// mergeTimers makes the idle timers unknown that the worlds do not agree on.
func mergeTimers(a, b *Hop, why string) {
	same := len(a.Idle) == len(b.Idle)
	for i := 0; same && i < len(a.Idle); i++ {
		x, ok := a.Idle[i].Get()
		same = a.Idle[i].Restart == b.Idle[i].Restart && (!ok || Is(b.Idle[i].Setting, x))
	}
	if same {
		return
	}
	pos, name := a.Pos, "the idle timeout"
	if list := append(slices.Clone(a.Idle), b.Idle...); len(list) > 0 {
		pos, name = list[0].Pos, list[0].Name
	}
	a.Idle = []Timer{{Setting: Unknown[time.Duration](name, pos, why), Restart: Either, Counts: Bytes, Starts: Opened}}
}

func mergeRequest(a, b *Request, why string) {
	if a.Addr != b.Addr {
		a.Addr = ""
	}
	if x, ok := a.Proto.Get(); ok && !Is(b.Proto, x) {
		a.Proto = Unknown[string](a.Proto.Name, a.Proto.Pos, why)
	}
	names := slices.Sorted(maps.Keys(a.Header))
	for n := range b.Header {
		if _, both := a.Header[n]; !both {
			names = append(names, n)
		}
	}
	for _, n := range names {
		if !sameLines(a.Header[n], b.Header[n]) {
			pos := a.Proto.Pos
			if l := append(a.Header[n], b.Header[n]...); len(l) > 0 {
				pos = l[0].Pos
			}
			a.Header[n] = []Setting[string]{Unknown[string](Spelling(n), pos, why)}
		}
	}
}

func sameLines(a, b []Setting[string]) bool {
	return slices.EqualFunc(a, b, func(x, y Setting[string]) bool {
		xv, xok := x.Get()
		yv, yok := y.Get()
		return xok == yok && xv == yv
	})
}

func sameReply(a, b Reply) bool {
	instead := slices.EqualFunc(a.Instead, b.Instead, func(x, y Setting[Answer]) bool {
		xv, xok := x.Get()
		yv, yok := y.Get()
		return xok == yok && xv == yv
	})
	return instead && sameLines(a.Hidden, b.Hidden) && maps.EqualFunc(a.Added, b.Added, sameLines)
}

// Chose reports whether any condition had to be decided in w.
func (w *World) Chose() bool { return len(w.made) > 0 }
