package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/wslint/wslint/catalog"
	"github.com/wslint/wslint/hop"
)

// HopPages prints all that is known of hops.
func HopPages(w io.Writer, list []catalog.Hop) error {
	t := &ladder{columns: usual}
	for _, h := range list {
		t.head(h.Name, h.Aliases, h.What)
		for _, fact := range facts(h) {
			t.wrap("  ", "  ", "", fact)
		}
		t.foot("", h.Source, h.Date())
	}
	_, err := w.Write(t.buf.Bytes())
	return err
}

// trafficText says what restarts the idle timeout of a hop.
func trafficText(h catalog.Hop) string {
	return [...]string{
		catalog.Bytes: "bytes either way", catalog.Packets: "packets, TCP keepalive too",
		catalog.OriginBytes: "bytes from the origin to the client",
		catalog.EachWay:     "bytes, each direction by itself",
	}[h.Counts]
}

// origin says where the idle timeout of a hop comes from.
func origin(h catalog.Hop) string {
	parts := []string{orDash(h.Key)}
	switch {
	case h.Fixed:
		parts[0] = "not configurable"
	case h.Key == "":
		parts[0] = "default"
	}
	if r := rangeText(h); r != "-" && !h.Fixed {
		parts = append(parts, r)
	}
	if h.Guess {
		parts = append(parts, "not published, but measured or reported")
	}
	return strings.Join(parts, ", ")
}

// AppPages prints all that is known of applications.
func AppPages(w io.Writer, list []catalog.App) error {
	t := &ladder{columns: usual}
	for _, a := range list {
		t.head(a.Name, a.Aliases, a.What)
		for _, fact := range appFacts(a) {
			t.wrap("  ", "  ", "", fact)
		}
		t.foot(a.Note, a.Source, catalog.AsOf)
	}
	_, err := w.Write(t.buf.Bytes())
	return err
}

// appFacts are what an application does to an idle connection, a sentence each.
func appFacts(a catalog.App) (list []string) {
	say := func(is bool, format string, args ...any) {
		if is {
			list = append(list, fmt.Sprintf(format, args...))
		}
	}
	say(a.Every == 0, "sends nothing on an idle connection")
	if a.Every > 0 {
		say(true, "the %s sends a %s every %s", a.From.Names()[0], a.Kind, hop.FormatDuration(a.Every))
	}
	say(a.Timeout > 0, "closes the connection if one is unanswered for %s", hop.FormatDuration(a.Timeout))
	say(a.SelfIdle > 0, "closes idle connections itself after %s", hop.FormatDuration(a.SelfIdle))
	say(a.Life > 0, "ends every connection after %s, active or idle", hop.FormatDuration(a.Life))
	say(a.Code != 0, "close code: %d", a.Code)
	say(a.Sticky != "", "all requests of a client have to reach the same server: %s", a.Sticky)
	return list
}

// AppPage is what is known of one application, in Markdown.
func AppPage(a catalog.App) string {
	var s strings.Builder
	fmt.Fprintf(&s, "# %s\n\n%s.", a.Name, a.What)
	if len(a.Aliases) > 0 {
		fmt.Fprintf(&s, " Also `%s`.", strings.Join(a.Aliases, "`, `"))
	}
	for _, fact := range appFacts(a) {
		fmt.Fprintf(&s, " %s%s.", strings.ToUpper(fact[:1]), fact[1:])
	}
	if a.Note != "" {
		fmt.Fprintf(&s, " %s%s.", strings.ToUpper(a.Note[:1]), a.Note[1:])
	}
	fmt.Fprintf(&s, "\n\nSource: %s (%s).\n", a.Source, catalog.AsOf)
	return s.String()
}

func (t *ladder) head(name string, aliases []string, what string) {
	if t.buf.Len() > 0 {
		t.buf.WriteByte('\n')
	}
	also := ""
	if len(aliases) > 0 {
		also = ", also " + strings.Join(aliases, ", ")
	}
	t.wrap("", "  ", "", name+also+": "+what)
}

func (t *ladder) foot(note, source, date string) {
	if note != "" {
		t.wrap("  ", "  ", "", note)
	}
	t.wrap("  source: ", "    ", "", source+" ("+date+")")
}
