package lint

import (
	"github.com/wslint/wslint/hop"
)

// Trace follows one handshake through everything that the input names. The path is nil when the result is incomplete or nginx would
// refuse to start: its findings then say why.
func Trace(in Input, h Handshake) (*hop.Path, *Result, error) {
	q, err := h.Request()
	if err != nil {
		return nil, nil, err
	}
	// A trace is of the given configurations and the given URL, not of declared paths.
	c := Config{}
	if in.Config != nil {
		c = *in.Config
		c.Paths = nil
	}
	in.Config = &c
	r, err := newRun(in)
	if err != nil {
		return nil, nil, err
	}
	r.result.sort()
	if r.result.Incomplete || len(r.result.Findings) > 0 {
		return nil, r.result, nil
	}
	return r.trace(h, q), r.result, nil
}

// trace starts at the source that listens where the URL leads. Without one it starts at the first, which says what becomes of a
// connection to a port that nothing listens on.
func (r *run) trace(h Handshake, q hop.Request) *hop.Path {
	first := listener(nil, q, r.sources)
	if first == nil {
		first = r.sources[0]
	}
	p := &hop.Path{Name: h.URL, Browser: h.Browser, Request: q, Hops: join(first, q, r.sources), Confidence: hop.Declared, Why: "asked for"}
	r.keepalive(p, nil)
	return p
}
