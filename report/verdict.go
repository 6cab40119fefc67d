package report

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/wslint/wslint/hop"
)

// verdict comes first: who is woken at night reads the first lines.
func (t *ladder) verdict(cases []*hop.Path, o hop.Outcome) {
	p := cases[0]
	t.wrap("", "", bold, clean(p.Name))
	head, s := outcomeHead(p, o)
	t.wrap("handshake  ", "           ", s, head)
	if o.Why != "" {
		t.wrap("           ", "           ", "", clean(o.Why))
	}
	for i, c := range p.Deciding(cases) {
		lead := "when       "
		if i > 0 {
			lead = "           "
		}
		text := c.Text
		if !c.Pos.IsZero() {
			text += " (" + place(c.Pos) + ")"
		}
		if c.Why != "" {
			text += ": " + c.Why
		}
		t.wrap(lead, "           ", "", clean(text))
	}
	idle, s := idleHead(p, o)
	t.wrap("idle       ", "           ", s, idle)
	t.buf.WriteByte('\n')
}

// maxOthers is how many other cases are printed.
const maxOthers = 20

// others says of every other case in one line when it is so and what comes of it.
func (t *ladder) others(cases []*hop.Path) {
	if len(cases) == 1 {
		return
	}
	t.wrap("", "", bold, "other cases")
	printed := map[string]bool{}
	for _, p := range cases[1:] {
		head, s := shortOutcome(p)
		line := clean(otherwise(p, cases)) + ": " + head
		if printed[line] {
			continue
		}
		if len(printed) == maxOthers {
			t.wrap("  ", "    ", "", "and more")
			break
		}
		printed[line] = true
		t.wrap("  ", "    ", s, line)
	}
	if cases[0].Rest != "" {
		t.wrap("  ", "    ", "", clean(cases[0].Rest))
	}
	t.buf.WriteByte('\n')
}

// otherwise says when the handshake fares as on p and not as on the first of the cases, without what both have in
// common.
func otherwise(p *hop.Path, cases []*hop.Path) string {
	head, _ := shortOutcome(p)
	conditions := p.Apart(slices.DeleteFunc(slices.Clone(cases), func(q *hop.Path) bool {
		h, _ := shortOutcome(q)
		return q == p || q != cases[0] && h == head
	}))
	var texts []string
	for _, c := range conditions {
		if same, _ := cases[0].Takes(c); !same {
			texts = append(texts, c.Text)
		}
	}
	return "when " + strings.Join(texts, " and ")
}

// shortOutcome is what becomes of the handshake and of a quiet connection, in one line.
func shortOutcome(p *hop.Path) (string, style) {
	o := p.Handshake()
	_, s := outcomeHead(p, o)
	decided := func() string {
		if o.By >= len(p.Hops) {
			return clean(o.Why)
		}
		a := p.Hops[o.By].Answer
		return fmt.Sprintf("%s, %s", clean(a.Name), clean(place(a.Pos)))
	}
	switch o.Kind {
	case hop.Open, hop.Depends:
		head := "succeeds"
		if addr := p.Final().Addr; addr != "" {
			head += ", proxied to " + clean(addr)
		}
		if o.Kind == hop.Depends {
			head = "depends on the application's server (" + clean(o.Why) + ")"
		}
		if cuts := p.Cuts(); len(cuts) > 0 && !cuts[0].Race {
			timer := cuts[0].Timer
			head += fmt.Sprintf(
				"; idle: closed after %s (%s, %s)",
				hop.FormatDuration(cuts[0].After),
				clean(timer.Name),
				clean(place(timer.Pos)),
			)
		}
		return head, s
	case hop.AnsweredByProxy:
		return fmt.Sprintf("answered %s by %s (%s)", status(o), hopName(p, o.By), decided()), s
	case hop.ClosedByProxy:
		return fmt.Sprintf("closed without an answer by %s (%s)", hopName(p, o.By), decided()), s
	case hop.HangsForever:
		return fmt.Sprintf("hangs: no answer comes from %s (%s)", hopName(p, o.By), decided()), s
	}
	return o.Kind.String() + ": " + clean(o.Why), s
}

func outcomeHead(p *hop.Path, o hop.Outcome) (string, style) {
	after := ""
	if o.After > 0 {
		after = ", after " + hop.FormatDuration(o.After)
	}
	switch o.Kind {
	case hop.Open:
		return "succeeds: the application gets a valid handshake and its 101 comes back", green
	case hop.Depends:
		return "depends on the application's server", yellow
	case hop.Refused:
		return "refused", red
	case hop.AnsweredByProxy:
		if allPass(p) {
			return fmt.Sprintf("answered %s by %s in place of the application's 101%s", status(o), hopName(p, o.By), after), red
		}
		return fmt.Sprintf("answered %s by %s, never reaches the application%s", status(o), hopName(p, o.By), after), red
	case hop.ClosedByProxy:
		return "closed without an answer by " + hopName(p, o.By) + after, red
	case hop.HangsForever:
		return "hangs: no answer comes from " + hopName(p, o.By), red
	}
	return "unknown", yellow
}

func hopName(p *hop.Path, i int) string {
	if i >= len(p.Hops) {
		return "the application"
	}
	return clean(p.Hops[i].Name)
}

// idleHead says when a connection ends on which only the declared pings move.
func idleHead(p *hop.Path, o hop.Outcome) (string, style) {
	if o.Kind == hop.OutcomeUnknown && !allPass(p) {
		return "unknown, as whether the handshake succeeds is", yellow
	}
	if !opens(p, o) {
		return "no connection to keep open", ""
	}
	with := "without pings"
	if len(p.Pings) > 0 {
		with = "with " + pingText(p.Pings)
	}
	cuts, unsure := p.Cuts(), p.UnknownTimers()
	if len(cuts) == 0 {
		if len(unsure) > 0 {
			return "unknown: " + clean(unknownWhy(unsure[0])), yellow
		}
		return "stays open " + with, green
	}
	c := cuts[0]
	by := fmt.Sprintf("by %s (%s, %s)", hopName(p, c.Hop), clean(c.Timer.String()), clean(place(c.Timer.Pos)))
	sees := "the browser sees 1006"
	if c.Timer.Code != 0 {
		sees = fmt.Sprintf("the browser sees %d", c.Timer.Code)
	}
	switch {
	case c.Race:
		return fmt.Sprintf(
			"closed sooner or later %s %s: ping and timeout are due at the same moment; %s",
			with,
			by,
			sees,
		), red
	case len(unsure) > 0:
		return fmt.Sprintf("closed after %s at the latest, %s, %s; %s", hop.FormatDuration(c.After), with, by, sees), red
	}
	return fmt.Sprintf("closed after %s %s, %s; %s", hop.FormatDuration(c.After), with, by, sees), red
}

func unknownWhy(t hop.Timer) string {
	if why := t.Why(); why != "" {
		return why
	}
	return "the interval of the pings is not known"
}

func pingText(pings []hop.Ping) string {
	var parts []string
	for _, p := range pings {
		s := "a ping of unknown interval"
		if d, known := p.Every.Get(); known {
			s = "a ping every " + hop.FormatDuration(d)
			if p.Sends == hop.Packets {
				s = "TCP keepalive every " + hop.FormatDuration(d)
			}
		}
		if names := p.Moves.Names(); len(names) == 1 {
			s += " from the " + names[0] + " only"
		}
		parts = append(parts, s)
	}
	return strings.Join(parts, " and ")
}

func place(p hop.Pos) string {
	switch {
	case p.IsZero():
		return "nowhere written"
	case p.Line == 0:
		return p.File
	}
	return fmt.Sprintf("%s:%d", p.File, p.Line)
}

// status is the status of an answer, which may be one of several.
func status(o hop.Outcome) string { return statusText(o.Status) }

func statusText(status int) string {
	if status == 0 {
		return "with one of several statuses"
	}
	return strconv.Itoa(status)
}
