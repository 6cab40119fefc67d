package report

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/wslint/wslint/hop"
)

// verdict comes first: who is woken at night reads the first lines.
func (t *ladder) verdict(p *hop.Path, o hop.Outcome) {
	t.wrap("", "", bold, clean(p.Name))
	head, s := outcomeHead(p, o)
	t.wrap("handshake  ", "           ", s, head)
	if o.Why != "" {
		t.wrap("           ", "           ", "", clean(o.Why))
	}
	quiet, s := quietHead(p, o)
	t.wrap("quiet      ", "           ", s, quiet)
	t.buf.WriteByte('\n')
}

func outcomeHead(p *hop.Path, o hop.Outcome) (string, style) {
	after := ""
	if o.After > 0 {
		after = ", after " + hop.FormatDuration(o.After)
	}
	switch o.Kind {
	case hop.Open:
		return "opens: the application gets a valid handshake and its 101 comes back", green
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

// quietHead says when a connection ends on which only the declared pings move.
func quietHead(p *hop.Path, o hop.Outcome) (string, style) {
	if o.Kind == hop.OutcomeUnknown && !allPass(p) {
		return "unknown, as whether it opens is", yellow
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
		return fmt.Sprintf("ends sooner or later %s %s: ping and timeout are due at the same moment; %s", with, by, sees), red
	case len(unsure) > 0:
		return fmt.Sprintf("ends after %s at the latest, %s, %s; %s", hop.FormatDuration(c.After), with, by, sees), red
	}
	return fmt.Sprintf("ends after %s %s, closed %s; %s", hop.FormatDuration(c.After), with, by, sees), red
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
