package lint

import (
	"cmp"
	"net"
	"net/url"
	"slices"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/rules"
)

// Check lints everything that the input names. An error means that the input or the configuration file is unusable;
// what is wrong with an nginx configuration is in the result.
func Check(in Input) (*Result, error) {
	r, err := newRun(in)
	if err != nil {
		return nil, err
	}
	r.judge()
	err = r.filter()
	r.hideSecrets()
	return r.result, err
}

// judge finds the paths and applies the rules to them.
func (r *run) judge() {
	declared := r.declaredPaths()
	r.result.Endpoints = len(r.in.Config.Paths)
	for _, cases := range declared {
		if cases[0].Browser == Browsers[0] {
			r.result.Declared = append(r.result.Declared, cases[0])
		}
	}
	places := r.discover(declared)
	if r.result.Proxied = places.proxied; r.result.Audit == nil {
		r.result.Next = places.next(r.in.Args)
	}
	paths := func(yield func([]*hop.Path) bool) {
		for _, cases := range declared {
			if r.unknowns(cases); !yield(cases) {
				return
			}
		}
		for _, at := range places.found {
			s, endpoints := at.source, at.endpoints
			r.result.Endpoints += places.count(endpoints)
			if r.in.Changed != nil {
				r.judged.endpoints[s] = len(endpoints)
			}
			for paths := range inOrder(len(endpoints), func(i int) [][]*hop.Path { return r.endpoint(s, endpoints[i]) }) {
				for _, cases := range paths {
					r.unknowns(cases)
					if balancerIn(s) != nil {
						passAll(cases)
					}
					if !yield(cases) {
						return
					}
				}
			}
		}
	}
	whole := func(yield func([]*hop.Path) bool) {
		for cases := range paths {
			cases = slices.DeleteFunc(slices.Clone(cases), r.broken)
			if len(cases) == 0 {
				continue
			}
			r.result.First = cmp.Or(r.result.First, cases[0].Name)
			r.result.Unpinged = r.result.Unpinged || len(cases[0].Pings) == 0 && !cases[0].NoPings
			if r.looks(cases[0]); !yield(cases) {
				return
			}
		}
	}
	r.result.Findings = append(r.result.Findings, places.oncePerServer(rules.Run(r.in.Rules, whole))...)
	r.result.sort()
}

// broken reports whether p goes through a file at which nginx stops: a missing semicolon makes it say what nobody
// meant.
func (r *run) broken(p *hop.Path) bool {
	return slices.ContainsFunc(p.Hops, func(h hop.Hop) bool {
		return slices.ContainsFunc(
			r.result.Findings,
			func(f rules.Finding) bool { return f.Rule == rules.UnreadableConfig && f.Pos.File == h.Pos.File },
		)
	})
}

// endpoint is the paths of a place that nobody declared, the cases of each browser's. The handshake stays within its
// source: that another configuration of the same repository listens on the address it is passed on to proves nothing.
func (r *run) endpoint(s hop.Source, e hop.Endpoint) [][]*hop.Path {
	if lb := balancerIn(s); lb != nil {
		return r.listener(s, lb, e)
	}
	var paths [][]*hop.Path
	browsers := Browsers
	if e.Alike {
		browsers = browsers[:1]
	}
	for _, browser := range browsers {
		serve := func(q hop.Request) []*hop.Path {
			q = dress(q, browser)
			p := hop.Path{
				Name:       e.Name,
				Pos:        e.Pos,
				Browser:    browser,
				Request:    q,
				Confidence: r.sureness(s, e.Confidence),
				Why:        e.Why,
			}
			return cases(p, join(s, q, nil))
		}
		found := best(e.Requests, serve)
		if q, ok := meantForTLS(s, found); ok {
			found = best([]hop.Request{found[0].Request, q}, serve)
		}
		for _, p := range found {
			r.keepalive(p, nil)
			r.app(p, Declared{Pos: e.Pos})
		}
		if len(found) > 0 {
			paths = append(paths, found)
		}
	}
	return paths
}

// meantForTLS is the handshake that a redirect to https says to make instead, where the source takes it.
func meantForTLS(s hop.Source, cases []*hop.Path) (q hop.Request, ok bool) {
	if len(cases) == 0 || len(cases[0].Hops) == 0 || !cases[0].TurnedAway() {
		return q, false
	}
	a, _ := cases[0].Last().Answer.Get()
	u, err := url.Parse(a.Location)
	if err != nil || u.Scheme != "https" || u.Hostname() == "" {
		return q, false
	}
	q = cases[0].Request.Clone()
	port := cmp.Or(u.Port(), "443")
	host, _, err := net.SplitHostPort(q.Addr)
	if err != nil {
		return q, false
	}
	q.Host, q.TLS, q.Target, q.Addr = u.Hostname(), true, u.RequestURI(), net.JoinHostPort(host, port)
	set(&q, "Host", authority(q.Host, port, "443"))
	delete(q.Header, "Origin")
	return q, s.Listens(q)
}

// keepalive puts what is declared beside the hops on a path, the kernel and the pings: of the command line, else its
// own, else those of all.
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

// unknowns lists what could not be concluded about the cases of a path, and in which. Duplicates go when the result
// is sorted.
func (r *run) unknowns(cases []*hop.Path) {
	var notes []hop.Note
	in := map[hop.Note][]*hop.Path{}
	for _, p := range cases {
		unknownsOf(p, func(pos hop.Pos, why string) {
			if pos.IsZero() {
				pos = p.Pos
			}
			n := hop.Note{Pos: pos, Text: why}
			if in[n] == nil {
				notes = append(notes, n)
			}
			if !slices.Contains(in[n], p) {
				in[n] = append(in[n], p)
			}
		})
	}
	for _, n := range notes {
		if when := rules.When(in[n], cases); when != "" {
			n.Text = when + ": " + n.Text
		}
		r.unknown(n.Pos, n.Text)
	}
	if p := cases[0]; p.Rest != "" {
		r.unknown(p.Pos, p.Name+": "+p.Rest)
	}
}

// unknownsOf finds what could not be concluded about one case.
func unknownsOf(p *hop.Path, note func(pos hop.Pos, why string)) {
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
	slices.SortStableFunc(
		r.Read,
		func(a, b FileRead) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Format, b.Format)) },
	)
	r.Read = slices.Compact(r.Read)
}

func compareNotes(a, b hop.Note) int {
	return cmp.Or(comparePos(a.Pos, b.Pos), cmp.Compare(a.Text, b.Text))
}

func comparePos(a, b hop.Pos) int {
	return cmp.Or(
		cmp.Compare(a.File, b.File),
		cmp.Compare(a.Line, b.Line),
		cmp.Compare(a.Col, b.Col),
		cmp.Compare(a.EndCol, b.EndCol),
	)
}
