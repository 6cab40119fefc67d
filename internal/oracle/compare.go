package oracle

import (
	"fmt"
	"maps"
	"net/textproto"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/wslint/wslint/hop"
)

// A cut predicted at T is right when it is observed later than T-early and not later than T+late: nginx fires up to
// 300 ms early (law T4), and the machine may be busy: Observed.Stalled comes on top.
const (
	early = 350 * time.Millisecond
	late  = time.Second
)

// longestWait is less than any probe waits for an answer.
const longestWait = 10 * time.Second

// Compare lists what was observed otherwise than p predicts, one line a field, and counts what p leaves unknown.
func Compare(p *hop.Path, o Observed) (diffs []string, skipped int) {
	c := &comparison{}
	if o.Err != nil {
		return []string{o.Err.Error()}, 0
	}
	want := p.Handshake()
	if want.Kind == hop.Refused && o.Kind == hop.ClosedByProxy && perhapsInstead(p) {
		return nil, 1 // a mirror was quicker
	}
	c.outcome(p, want, o)
	if passedOn(p) && !(o.Kind == hop.ClosedByProxy && perhapsInstead(p)) {
		c.request(p.Final(), o)
	}
	if o.Status == 101 {
		c.reply(p, o)
	}
	if o.Opened() && (want.Kind == hop.Open || want.Kind == hop.Depends) && o.Watched > 0 {
		c.cut(p, o)
	}
	return c.diffs, c.skipped
}

type comparison struct {
	diffs   []string
	skipped int
}

func (c *comparison) differ(field string, predicted, observed any) {
	c.diffs = append(c.diffs, fmt.Sprintf("%s: predicted %v, observed %v", field, predicted, observed))
}

func (c *comparison) outcome(p *hop.Path, want hop.Outcome, o Observed) {
	observed := o.Kind.String()
	if o.Status != 0 {
		observed += fmt.Sprintf(" %d", o.Status)
	}
	if o.Why != "" {
		observed += " (" + o.Why + ")"
	}
	switch {
	case want.Kind == hop.OutcomeUnknown:
		c.skipped++
		return
	case want.Kind == hop.AnsweredByProxy && o.Kind == hop.Refused && (want.Status == o.Status || want.Status == 0) &&
		!passedOn(p):
		// What was refused is a request of nginx's own, such as a mirror's.
	case want.After >= longestWait && o.Kind == hop.HangsForever:
		c.skipped++ // nobody waited so long
	case want.Kind != o.Kind:
		c.differ("outcome", want.Kind.String()+" ("+want.Why+")", observed)
		return
	case want.Kind == hop.AnsweredByProxy && want.Status == 0:
		c.skipped++ // a file decides which
	case want.Kind == hop.AnsweredByProxy && want.Status != o.Status:
		c.differ("status", want.Status, observed)
	}
	// nginx rewrites the Location of an answer from behind.
	if want.Kind == hop.AnsweredByProxy && want.By == 0 {
		a, _ := p.Hops[want.By].Answer.Get()
		if a.Location != "" && a.Location != o.Location && a.Location != withoutOrigin(o.Location) {
			c.differ("Location", a.Location, o.Location)
		}
	}
}

// withoutOrigin is the path and the rest of a URL: nginx puts scheme, name and port before a path.
func withoutOrigin(location string) string {
	_, rest, ok := strings.Cut(location, "://")
	if i := strings.IndexByte(rest, '/'); ok && i >= 0 {
		return rest[i:]
	}
	return location
}

// perhapsInstead reports whether p leaves open that the client gets something else than the application's answer.
func perhapsInstead(p *hop.Path) bool {
	return slices.ContainsFunc(p.Hops, func(h hop.Hop) bool {
		return slices.ContainsFunc(
			h.Reply.Instead,
			func(a hop.Setting[hop.Answer]) bool { _, known := a.Get(); return !known },
		)
	})
}

// passedOn reports whether p predicts that the application receives the handshake.
func passedOn(p *hop.Path) bool {
	return !slices.ContainsFunc(p.Hops, func(h hop.Hop) bool {
		a, known := h.Answer.Get()
		return !known || a.Kind != hop.PassedOn
	})
}

// request holds the predicted final request against what the application received.
func (c *comparison) request(want hop.Request, o Observed) {
	if want.ProxyProtocol && (o.Got == nil || o.Got.PROXY == "") {
		c.skipped++ // the application took the PROXY header for something else
		return
	}
	if hop.Is(want.Proto, "2") || o.Got == nil && o.Kind == hop.HangsForever {
		c.skipped++ // the lab's applications speak neither HTTP/2 nor FastCGI
		return
	}
	if o.Got == nil {
		// A timer may end the attempt before the request is out.
		if o.Kind != hop.AnsweredByProxy || o.Status != 502 && o.Status != 504 {
			c.differ("application", "a request", "none")
		}
		return
	}
	got := o.Got
	for _, a := range o.Arrivals {
		// Subrequests arrive too, in any order.
		if a.Addr == want.Addr && a.Target == want.Target && (got.Addr != want.Addr || got.Target != want.Target) {
			got = a
		}
	}
	if strings.ContainsAny(want.Target, "\r\n") {
		c.skipped++ // what arrives cannot be cut into its parts
		return
	}
	if got.Wire == "http" {
		c.field("method", want.Method, got.Method)
		c.field("target", want.Target, got.Target)
		if proto, known := want.Proto.Get(); known {
			c.field("protocol", proto, got.Proto)
		} else {
			c.skipped++
		}
	}
	if want.Addr != "" && (strings.HasPrefix(want.Addr, "127.0.0.1:") || strings.HasPrefix(want.Addr, "unix:")) {
		c.field("application", want.Addr, got.Addr)
	}
	c.field("TLS", strconv.FormatBool(want.TLS), strconv.FormatBool(got.TLS))
	for _, name := range headerNames(want, got) {
		lines, why := want.Lines(name)
		if why != "" {
			c.skipped++
			continue
		}
		if observed := values(got.Lines, name); !slices.Equal(lines, observed) {
			c.differ(hop.Spelling(name), fmt.Sprintf("%q", lines), fmt.Sprintf("%q", observed))
		}
	}
}

// headerNames are the canonical names of all headers that were predicted or observed.
func headerNames(want hop.Request, got *Arrival) []string {
	names := slices.Collect(maps.Keys(want.Header))
	for _, l := range got.Lines {
		names = append(names, textproto.CanonicalMIMEHeaderKey(l.Name))
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// reply holds what the hops are said to do to the headers of a 101 against the one that the client got.
func (c *comparison) reply(p *hop.Path, o Observed) {
	for _, h := range p.Hops {
		for _, hidden := range h.Reply.Hidden {
			name, known := hidden.Get()
			if v := values(o.Answer, name); known && len(v) > 0 && !addedAfter(p, name) {
				c.differ(hop.Spelling(name)+" of the 101", "hidden", fmt.Sprintf("%q", v))
			}
		}
		for name, added := range h.Reply.Added {
			for _, a := range added {
				if v, known := a.Get(); known && v != "" && !slices.Contains(values(o.Answer, name), v) {
					c.differ(hop.Spelling(name)+" of the 101", strconv.Quote(v), fmt.Sprintf("%q", values(o.Answer, name)))
				}
			}
		}
	}
}

func addedAfter(p *hop.Path, name string) bool {
	return slices.ContainsFunc(p.Hops, func(h hop.Hop) bool { return len(h.Reply.Added[name]) > 0 })
}

func (c *comparison) field(name, predicted, observed string) {
	if predicted != observed {
		c.differ(name, predicted, observed)
	}
}

// cut holds the predicted end of the tunnel against the observed one. A prediction of a time that lies behind the end
// of the observation says nothing but that the tunnel is still open by then.
func (c *comparison) cut(p *hop.Path, o Observed) {
	if len(p.UnknownTimers()) > 0 {
		c.skipped++
		return
	}
	cuts := p.Cuts()
	for i := range cuts {
		cuts[i].After -= o.ReloadedAt
	}
	if o.Reloaded {
		at, predicted, known := reloadCut(p)
		if !known {
			c.skipped++
			return
		}
		if predicted && (len(cuts) == 0 || at < cuts[0].After) {
			cuts = append([]hop.Cut{{After: at}}, cuts...)
		}
	}
	observed := "still open after " + o.Watched.Round(time.Millisecond).String()
	if o.End.Cut {
		observed = "cut after " + o.End.After.Round(time.Millisecond).String()
	}
	switch {
	case len(cuts) > 0 && cuts[0].Race:
		// After how many rounds it ends is chance.
		if o.End.Cut && o.End.After <= cuts[0].After-early {
			c.differ("cut", "not before "+cuts[0].After.String(), observed)
		}
	case len(cuts) == 0 && o.End.Cut:
		c.differ("cut", "never", observed)
	case len(cuts) == 0:
	case !o.End.Cut && o.Watched > cuts[0].After+late,
		o.End.Cut && (o.End.After <= cuts[0].After-early || o.End.After > cuts[0].After+late+o.Stalled):
		c.differ("cut", "after "+cuts[0].After.String(), observed)
	}
}

// reloadCut is the time from a reload to the cut that p predicts for it.
func reloadCut(p *hop.Path) (at time.Duration, predicted, known bool) {
	for _, h := range p.Hops {
		for _, t := range h.Life {
			if t.Starts != hop.Reloaded {
				continue
			}
			length, known := t.Get()
			if !known {
				return 0, false, false
			}
			if !predicted || length < at {
				at, predicted = length, true
			}
		}
	}
	return at, predicted, true
}
