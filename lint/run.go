package lint

import (
	"cmp"
	"slices"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/rules"
)

// Check lints everything that the input names. An error means that the input or the configuration file is unusable; what is wrong
// with an nginx configuration is in the result.
func Check(in Input) (*Result, error) {
	r, err := newRun(in)
	if err != nil {
		return nil, err
	}
	r.judge()
	return r.result, r.filter()
}

// judge finds the paths and applies the rules to them.
func (r *run) judge() {
	declared := r.declaredPaths()
	r.result.Endpoints = len(r.in.Config.Paths)
	for _, p := range declared {
		if p.Browser == Browsers[0] {
			r.result.Declared = append(r.result.Declared, p)
		}
	}
	paths := func(yield func(*hop.Path) bool) {
		for _, p := range declared {
			if r.unknowns(p); !yield(p) {
				return
			}
		}
		for _, s := range r.sources {
			if r.elsewhere(s) {
				continue
			}
			endpoints := slices.DeleteFunc(s.Endpoints(), func(e hop.Endpoint) bool { return !e.Pos.IsZero() && covered(declared, e.Pos) })
			r.result.Endpoints += len(endpoints)
			if r.in.Changed != nil {
				r.judged.endpoints[s] = len(endpoints)
			}
			for paths := range inOrder(len(endpoints), func(i int) []*hop.Path { return r.endpoint(s, endpoints[i]) }) {
				for _, p := range paths {
					if r.unknowns(p); !yield(p) {
						return
					}
				}
			}
		}
	}
	whole := func(yield func(*hop.Path) bool) {
		for p := range paths {
			if r.broken(p) {
				continue
			}
			r.result.First = cmp.Or(r.result.First, p.Name)
			r.result.Unpinged = r.result.Unpinged || len(p.Pings) == 0 && !p.NoPings
			if r.looks(p); !yield(p) {
				return
			}
		}
	}
	r.result.Findings = append(r.result.Findings, rules.Run(r.in.Rules, whole)...)
	r.result.sort()
}

// broken reports whether p goes through a file at which nginx stops: a missing semicolon makes it say what nobody meant.
func (r *run) broken(p *hop.Path) bool {
	return slices.ContainsFunc(p.Hops, func(h hop.Hop) bool {
		return slices.ContainsFunc(r.result.Findings, func(f rules.Finding) bool { return f.Rule == rules.UnreadableConfig && f.Pos.File == h.Pos.File })
	})
}

// endpoint is the paths of a place that nobody declared. The handshake stays within its source: that another configuration of the
// same repository listens on the address it is passed on to proves nothing.
func (r *run) endpoint(s hop.Source, e hop.Endpoint) []*hop.Path {
	var paths []*hop.Path
	browsers := Browsers
	if e.Alike {
		browsers = browsers[:1]
	}
	for _, browser := range browsers {
		p := best(e.Requests, func(q hop.Request) *hop.Path {
			q = dress(q, browser)
			return &hop.Path{
				Name: e.Name, Pos: e.Pos, Browser: browser, Request: q, Hops: join(s, q, nil),
				Confidence: r.sureness(s, e.Confidence), Why: e.Why,
			}
		})
		if p != nil {
			r.keepalive(p, nil)
			paths = append(paths, p)
		}
	}
	return paths
}

// keepalive puts what is declared beside the hops on a path, the kernel and the pings: of the command line, else its own, else those of all.
func (r *run) keepalive(p *hop.Path, own *Keepalive) {
	k := r.in.Ping
	if k == nil {
		k = own
	}
	if k == nil {
		k = r.in.Config.Keepalive
	}
	p.Pings, p.Kernel = k.pings(), r.kernel
	p.NoPings = k != nil && k.None
}

// unknowns lists what could not be concluded about a path. Doubles go when the result is sorted.
func (r *run) unknowns(p *hop.Path) {
	note := func(pos hop.Pos, why string) {
		if pos.IsZero() {
			pos = p.Pos
		}
		r.unknown(pos, why)
	}
	if o := p.Handshake(); o.Kind == hop.OutcomeUnknown {
		pos := p.Pos
		if o.By < len(p.Hops) {
			pos = p.Hops[o.By].Answer.Pos
		} else if len(p.Hops) > 0 {
			pos = p.Last().Pos
		}
		note(pos, "what becomes of the handshake "+p.Name+" is unknown: "+o.Why)
		return
	}
	for _, t := range p.UnknownTimers() {
		if why := t.Why(); why != "" {
			note(t.Pos, why)
		}
	}
	for _, h := range p.Hops {
		if _, known := h.Cache.Get(); h.Cache.Name != "" && !known {
			note(h.Cache.Pos, "whether "+h.Cache.Name+" answers the handshake is unknown: "+h.Cache.Why())
		}
		for _, l := range h.Limits {
			if _, known := l.Get(); !known {
				note(l.Pos, "how many connections "+l.Name+" allows is unknown: "+l.Why())
			}
		}
		for _, t := range h.Life {
			if _, known := t.Get(); !known && t.Starts == hop.Reloaded {
				note(t.Pos, t.Why())
			}
		}
	}
	if u := p.Last().Upstream; u != nil && u.Why != "" && p.InSession() {
		note(u.Pos, "whether all requests of a client reach one server of "+u.Name+" is unknown: "+u.Why)
	}
}

// sort puts everything in the order of files, lines and columns, so that two runs print the same.
func (r *Result) sort() {
	slices.SortStableFunc(r.Findings, func(a, b rules.Finding) int {
		return cmp.Or(comparePos(a.Pos, b.Pos), cmp.Compare(a.Rule.Name, b.Rule.Name), cmp.Compare(a.Message, b.Message))
	})
	slices.SortStableFunc(r.Unknown, compareNotes)
	r.Unknown = slices.Compact(r.Unknown)
	slices.SortStableFunc(r.Debug, compareNotes)
	r.Debug = slices.Compact(r.Debug)
	slices.SortStableFunc(r.NotRead, compareNotes)
	r.NotRead = slices.Compact(r.NotRead)
	slices.SortStableFunc(r.Read, func(a, b FileRead) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Format, b.Format)) })
	r.Read = slices.Compact(r.Read)
}

func compareNotes(a, b hop.Note) int {
	return cmp.Or(comparePos(a.Pos, b.Pos), cmp.Compare(a.Text, b.Text))
}

func comparePos(a, b hop.Pos) int {
	return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Col, b.Col), cmp.Compare(a.EndCol, b.EndCol))
}
