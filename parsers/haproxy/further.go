package haproxy

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers/haproxy/conf"
)

// Several ways may lead to one backend: frontends, listeners of one of them, lines of use_backend, alternatives of a
// condition. The rules and timeouts of one way need not be those of another, so that each is an endpoint of its own
// where handshakes fare otherwise on it than on those before.

// mostFurther is how many further ways from one frontend to one backend are looked at: more are machine-made, and each
// is followed past all the others.
const mostFurther = 32

// further knows how handshakes fare on the ways to each backend that were found.
type further struct {
	c      *Config
	shapes *shapes // nil where none are looked for
	to     map[*conf.Proxy]*faring
	known  map[string]bool // whether a way fares otherwise, by the shapes of those before and of itself
}

// A faring is how handshakes fare on the ways to one backend.
type faring struct {
	ways   []*entry            // those that are endpoints
	shapes []byte              // theirs; nil where one has none
	fares  map[string]bool     // nil as long as nobody needs them
	tried  map[*conf.Proxy]int // further ways, by their frontend
}

func newFurther(c *Config, x *shapes) *further {
	return &further{c, x, map[*conf.Proxy]*faring{}, map[string]bool{}}
}

// first takes down the way on which the first endpoints of a backend were found, if there were some.
func (f *further) first(e *entry, found bool) {
	if found {
		f.to[e.to] = &faring{ways: []*entry{e}, shapes: f.shape(e), tried: map[*conf.Proxy]int{}}
	}
}

// otherwise reports whether handshakes fare otherwise on a further way to a backend than on those before, and takes it
// down then.
func (f *further) otherwise(e *entry) bool {
	to := f.to[e.to]
	if to.tried[e.from]++; to.tried[e.from] > mostFurther {
		return false
	}
	shape, key := f.shape(e), ""
	if shape != nil && to.shapes != nil {
		// Lines of one frontend are the same ones, those of two that read alike are not.
		same := slices.IndexFunc(to.ways, func(w *entry) bool { return w.from == e.from })
		key = fmt.Sprint(string(to.shapes), "\x00", same, "\x00", string(shape))
		if differs, known := f.known[key]; known && !differs {
			return false
		}
	}
	if to.fares == nil {
		to.fares = map[string]bool{}
		for _, w := range to.ways {
			maps.Copy(to.fares, f.fares(w))
		}
	}
	fares := f.fares(e)
	differs := false
	for how := range fares {
		differs = differs || !to.fares[how]
	}
	if key != "" {
		f.known[key] = differs
	}
	if differs {
		to.ways = append(to.ways, e)
		maps.Copy(to.fares, fares)
		if to.shapes = nil; key != "" {
			to.shapes = []byte(key)
		}
	}
	return differs
}

// shape is that of a way; nil where it has none.
func (f *further) shape(e *entry) []byte {
	if f.shapes == nil || f.shapes.known == nil {
		return nil
	}
	if _, ok := f.shapes.write(e, false, false); !ok {
		return nil
	}
	return slices.Clone(f.shapes.key)
}

// fares is how handshakes fare on a way.
func (f *further) fares(e *entry) map[string]bool {
	list := map[string]bool{}
	for _, x := range f.c.endpointsOf(e, false, false) {
		list[f.c.fare(x.Requests[0])] = true // those of one endpoint fare alike
	}
	return list
}

// apart makes endpoints of one whose handshakes fare otherwise at one listener than at another.
func (c *Config) apart(x hop.Endpoint) (list []hop.Endpoint) {
	if len(x.Requests) == 1 {
		return []hop.Endpoint{x}
	}
	var fares []string
	for _, q := range x.Requests {
		fare := c.fare(q)
		i := slices.Index(fares, fare)
		if i < 0 {
			i = len(fares)
			fares = append(fares, fare)
			other := x
			other.Name, other.Requests = nameOf(q), nil
			list = append(list, other)
		}
		list[i].Requests = append(list[i].Requests, q)
	}
	return list
}

// fare is what is said of a handshake that the host and the path in it do not change: where it gets, with what of it,
// and when the connection is closed, in each case in which it is not turned away.
func (c *Config) fare(q hop.Request) string {
	var cases []string
	for _, k := range c.Serve(q) {
		if a, known := k.Hop.Answer.Get(); known && a.Kind != hop.PassedOn {
			continue
		}
		if s := fareIn(k.Hop); !slices.Contains(cases, s) {
			cases = append(cases, s)
		}
	}
	slices.Sort(cases)
	return strings.Join(cases, "\n")
}

// fareIn is how a handshake fares in one case.
func fareIn(h *hop.Hop) string {
	var b strings.Builder
	_, known := h.Answer.Get()
	fmt.Fprint(&b, h.Pos, known, h.Answer.Why(), inShort(h.OverHTTP1))
	for _, list := range [][]hop.Timer{h.Idle, h.Life} {
		for _, t := range list {
			fmt.Fprint(&b, inShort(t.Setting), t.Restart, t.Counts, t.Starts, t.Lazy)
		}
		b.WriteByte(';')
	}
	for _, z := range h.Zero {
		b.WriteString(inShort(z))
	}
	for _, l := range h.Limits {
		b.WriteString(inShort(l.Setting))
	}
	for _, x := range h.Ineffective {
		fmt.Fprint(&b, x.Pos)
	}
	for _, x := range h.Reply.Hidden {
		b.WriteString(inShort(x))
	}
	for _, x := range h.Reply.Instead {
		b.WriteString(inShort(x))
	}
	for _, name := range slices.Sorted(maps.Keys(h.Reply.Added)) {
		for _, x := range h.Reply.Added[name] {
			fmt.Fprint(&b, name, x.Pos)
		}
	}
	if !known {
		return b.String()
	}
	n := &h.Next
	fmt.Fprint(&b, n.Method, n.TLS, n.ProxyProtocol, inShort(n.Proto))
	for _, name := range slices.Sorted(maps.Keys(n.Header)) {
		asks := name == "Upgrade" || name == "Connection" || strings.HasPrefix(name, "Sec-Websocket-")
		for _, l := range n.Header[name] {
			switch {
			case asks:
				fmt.Fprint(&b, name, inShort(l))
			case !l.Pos.IsZero() && (name == "Host" || name == "Origin" || name == "X-Forwarded-Host"):
				fmt.Fprint(&b, name, l.Pos)
			}
		}
	}
	return b.String()
}

// inShort is a setting in short: where it is written, its value, or why that is not known.
func inShort[T any](s hop.Setting[T]) string {
	v, known := s.Get()
	if s.IsDefault() {
		s.Pos = hop.Pos{} // the same at every place
	}
	return fmt.Sprint(s.Name, s.Pos, v, known, s.Why(), ";")
}
