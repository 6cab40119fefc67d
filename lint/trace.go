package lint

import (
	"fmt"
	"slices"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/rules"
)

// Trace follows one handshake: through the hops of the declared path with its URL, else through everything that the
// input names. Of its cases the one that gets furthest comes first. What is wrong with files that it does not go
// through is in the result; there are no cases when it would go through one of them, or through what is not complete.
func Trace(in Input, h Handshake) ([]*hop.Path, *Result, error) {
	q, err := h.Request()
	if err != nil {
		return nil, nil, err
	}
	// Other declared paths are no part of it.
	c := Config{}
	declared, isDeclared := in.Config.Declares(h.URL)
	if in.Config != nil {
		c = *in.Config
		c.Paths = nil
	}
	if isDeclared {
		c.Paths, in.OnlyDeclared = []Declared{declared}, true
	}
	in.Config = &c
	r, err := newRun(in)
	if err != nil {
		return nil, nil, err
	}
	r.result.sort()
	r.dropFaulty()
	if r.incomplete || len(r.sources) == 0 && len(r.result.Findings) > 0 {
		r.hideSecrets()
		return nil, r.result, nil
	}
	if isDeclared {
		if len(h.Headers) > 0 {
			declared.Headers = h.Headers
		}
		if len(h.Subprotocols) > 0 {
			declared.Subprotocols = h.Subprotocols
		}
		cases := r.declared.follow(declared, r.declared.legs(declared), h.Browser)
		if r.faulty(cases) {
			r.hideSecrets()
			return nil, r.result, nil
		}
		if cases != nil {
			return r.traced(cases), r.result, nil
		}
	}
	if len(r.sources) == 0 {
		if r.hideSecrets(); len(r.result.Unknown) > 0 {
			n := r.result.Unknown[0]
			return nil, nil, fmt.Errorf("what serves %s could not be determined: %s: %s", h.URL, n.Pos, n.Text)
		}
		return nil, nil, fmt.Errorf("nothing that is given or declared serves %s", h.URL)
	}
	if s, _ := r.published(q); s == nil {
		r.result.Hint = nearby(r.sources).hint(h, q)
	}
	return r.traced(r.finder.trace(h, q)), r.result, nil
}

// dropFaulty leaves the sources without a fault to follow handshakes through.
func (r *run) dropFaulty() {
	r.sources = slices.DeleteFunc(slices.Clone(r.sources), func(s hop.Source) bool {
		return slices.ContainsFunc(r.reads[s], r.hasFault)
	})
}

// faulty reports whether a handshake goes through a file with a fault.
func (r *run) faulty(cases []*hop.Path) bool {
	return slices.ContainsFunc(cases, func(p *hop.Path) bool {
		return slices.ContainsFunc(p.Hops, func(h hop.Hop) bool { return r.hasFault(h.Pos.File) })
	})
}

// hasFault reports whether a program would refuse to start with a file.
func (r *run) hasFault(file string) bool {
	return slices.ContainsFunc(r.problems, func(f rules.Finding) bool { return f.Pos.File == file })
}

// traced puts what could not be concluded about the cases into the result.
func (r *run) traced(cases []*hop.Path) []*hop.Path {
	r.judge.unknowns(cases)
	r.result.sort()
	r.hideSecrets(cases)
	return cases
}

// Declares returns the declared path with this very URL.
func (c *Config) Declares(url string) (d Declared, ok bool) {
	if c == nil {
		return d, false
	}
	i := slices.IndexFunc(c.Paths, func(d Declared) bool { return d.URL == url })
	if i < 0 {
		return d, false
	}
	return c.Paths[i], true
}

// trace starts at the source that listens where the URL leads, and where several machines do, at the one with a
// server for its host. Without one it starts at the first, which says what becomes of a connection to a port that
// nothing listens on.
func (f *finder) trace(h Handshake, q hop.Request) []*hop.Path {
	first, q := f.published(q)
	if first == nil {
		first = nearby(f.sources).first(q)
	}
	if first == nil {
		first = f.sources[0]
	}
	first, q = f.entered(first, q)
	found := best([]hop.Request{q}, func(q hop.Request) []*hop.Path {
		p := hop.Path{Name: h.URL, Browser: h.Browser, Request: q, Confidence: hop.Declared, Why: "asked for"}
		return cases(p, around{known: f.sources, machines: f.machines}.join(first, q))
	})
	for _, p := range found {
		f.traffic.keepalive(p, nil)
	}
	return found
}
