package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/wslint/wslint/catalog"
	"github.com/wslint/wslint/hop"
)

const hopsHead = `# Known hops

What wslint knows of load balancers, CDNs, proxies and networks without their configuration. A declared path names
them ("through: [cloudfront, alb/web, nginx: deploy/nginx.conf]"); "hops:" in ".wslint.yaml" says what yours is set to.
A value that is only a default makes a warning, one that nobody can change an error. This page is the output of
"wslint hops --format markdown"; "wslint hops NAME" shows one of them.

WebSockets: *if* says that only a setting lets them through, which stands below. Idle: without traffic for so long it
closes the connection; \* is not published by the vendor, ? is not documented or set elsewhere, and then not checked.
Life: it ends every connection after so long, active or idle. Counts: what restarts the idle timer.

| hop | WebSockets | idle | range | life | counts | setting |
|---|---|---|---|---|---|---|
`

// HopsMarkdown prints what is known of hops as a page of the documentation.
func HopsMarkdown(w io.Writer, list []catalog.Hop) error {
	var s strings.Builder
	s.WriteString(strings.ReplaceAll(hopsHead, `"`, "`"))
	for _, h := range list {
		fmt.Fprintf(&s, "| [%s](#%[1]s) | %s | %s | %s | %s | %s | %s |\n", h.Name, passes(h),
			strings.ReplaceAll(idleText(h), "*", `\*`), rangeText(h), dash(h.Life), countsText(h), orDash(ticked(h.Key)))
	}
	for _, h := range list {
		fmt.Fprintf(&s, "\n## %s\n\n%s.", h.Name, h.What)
		if len(h.Aliases) > 0 {
			fmt.Fprintf(&s, " Also `%s`.", strings.Join(h.Aliases, "`, `"))
		}
		for _, more := range facts(h) {
			fmt.Fprintf(&s, " %s%s.", strings.ToUpper(more[:1]), more[1:])
		}
		fmt.Fprintf(&s, "\n\nSource: %s (%s).\n", h.Source, h.Date())
	}
	_, err := io.WriteString(w, s.String())
	return err
}

func ticked(s string) string {
	if s == "" {
		return ""
	}
	return "`" + s + "`"
}

// facts are what a hop does to a WebSocket, a sentence each.
func facts(h catalog.Hop) (list []string) {
	say := func(is bool, format string, args ...any) {
		if is {
			list = append(list, fmt.Sprintf(format, args...))
		}
	}
	say(h.Never != "", "passes no WebSocket on: %s", h.Never)
	say(h.Needs != "", "passes WebSockets on only with %s", h.Needs)
	say(h.Unsaid, "its vendor says nothing of WebSockets")
	say(h.Varies != "", "idle timeout: %s", h.Varies)
	say(h.Varies == "" && h.Idle == 0 && h.Life == 0, "closes no idle connection")
	if h.Varies == "" && h.Idle > 0 {
		how := "closes"
		if h.Expiry != hop.FIN {
			how = "silently drops"
		}
		say(true, "%s idle connections after %s (%s)", how, hop.FormatDuration(h.Idle), origin(h))
		say(true, "what counts as traffic: %s", trafficText(h))
	}
	if h.Life > 0 {
		say(true, "ends every connection after %s, active or idle", hop.FormatDuration(h.Life))
	}
	say(h.Reload < 0, "ends every connection at a reload")
	if h.Reload > 0 {
		say(true, "ends every connection %s after a reload", hop.FormatDuration(h.Reload))
	}
	say(h.Code != 0, "close code: %d", h.Code)
	const sizes = "takes frames of %d KiB and messages of %d KiB at most: closes with 1009 for more"
	say(h.Frame != 0, sizes, h.Frame>>10, h.Message>>10)
	say(h.Note != "", "%s", h.Note)
	return list
}
