package why

import (
	"fmt"
	"slices"

	"github.com/wslint/wslint/codes"
	"github.com/wslint/wslint/hop"
)

// general adds what no table of hops says: the layers of 1006, codes that no hop sends, statuses that nobody knows.
func (a *Answer) general(paths []*hop.Path) {
	s := &a.Symptom
	code, _ := codes.Find(fmt.Sprint(s.Code))
	switch {
	case s.Status != 0:
		if _, known := causes[s.Status]; !known && len(a.Suspects) == 0 {
			a.note("No proxy that is known answers a handshake with %d, so the application does: its log knows why.", s.Status)
		}
		a.note(
			"In a browser every such answer shows as close code 1006; DevTools (Network, WS) and curl show the status: " +
				"wslint explain 1006.",
		)
	case s.Code != 0 && s.Code != 1006:
		a.note("%d (%s): %s.", s.Code, code.Name, code.Summary)
		if len(a.Suspects) == 0 || s.Code == 1009 {
			a.note(
				"Proxies send no close frames, so that %d comes from the application, or from a gateway that speaks WebSocket "+
					"itself: wslint explain %d.",
				s.Code,
				s.Code,
			)
		}
	case s.AtReload:
		a.reload()
	case s.After == 0:
		a.layers(len(paths) > 0)
	}
	if s.After != 0 && s.Status == 0 {
		a.silent(paths)
	}
}

func (a *Answer) note(format string, args ...any) {
	a.Notes = append(a.Notes, fmt.Sprintf(format, args...))
}

func (a *Answer) reload() {
	a.add(
		Suspect{
			Name:       application,
			Likelihood: Likely,
			weight:     40,
			Reason:     "was stopped by the deploy: the kernel closes its sockets, and no close frame is sent",
			Cure: "close with 1001 or 1012 on SIGTERM, before the grace period ends, and let clients reconnect after a " +
				"random delay",
		},
	)
	a.add(
		Suspect{
			Name:       "load balancer",
			Likelihood: Possible,
			weight:     30,
			Reason:     "ends connections when their target is deregistered or turns unhealthy",
			Cure:       "make the deregistration delay longer than the server's grace period",
		},
	)
	a.note(
		"nginx without worker_shutdown_timeout, and HAProxy without hard-stop-after, keep connections over a reload; " +
			"a restart ends them.",
	)
}

// layers is what 1006 alone can mean.
func (a *Answer) layers(given bool) {
	l := Likely
	if given {
		l = Possible
	}
	a.add(
		Suspect{
			Name:       "handshake",
			Likelihood: l,
			weight:     9,
			Reason:     "it never opened: any answer but a valid 101 is 1006, a redirect or a 400 as well",
			Cure:       "look up the status in DevTools (Network, WS) or with curl: wslint why --status 400",
		},
	)
	a.add(
		Suspect{
			Name:       "idle timer",
			Likelihood: l,
			weight:     8,
			Reason:     "it opened, and idle connections end at the same age: the smallest timer on the way fires",
			Cure:       "measure the age: wslint why --after 60s",
		},
	)
	a.add(
		Suspect{
			Name:       "reload or deploy",
			Likelihood: l,
			weight:     7,
			Reason:     "all connections end in the same second: a reload, a deploy, a crash",
			Cure:       "wslint why --at-reload",
		},
	)
	a.add(
		Suspect{
			Name:       "client",
			Likelihood: Possible,
			weight:     6,
			Reason:     "single connections end at any age: a laptop sleeps, a phone changes networks",
			Cure:       "reconnect after a random delay",
		},
	)
	a.note("1006 says only that no close frame came: wslint explain 1006.")
}

// silent concludes an answer about an age.
func (a *Answer) silent(paths []*hop.Path) {
	s := &a.Symptom
	if len(a.Suspects) == 0 {
		none := "lasts " + hop.FormatDuration(s.After)
		if len(a.Cleared) > 0 {
			none = "fires after " + hop.FormatDuration(s.After)
		}
		a.note(
			"No known timer here %s. A hop with a setting of its own can: give its configuration, or declare the path in "+
				".wslint.yaml. "+
				"Ages that vary point to the client and its network, and to hops that drop connections silently.",
			none,
		)
		if c := a.shorter; c.Value > 0 {
			a.note(
				"They vary as well where an idle timer counts from the last message: %s of %s fires after %s if that came %s "+
					"after the connection opened.",
				c.Setting,
				c.Name,
				hop.FormatDuration(s.After),
				hop.FormatDuration(s.After-c.Value),
			)
		}
		return
	}
	if !s.AtReload && slices.ContainsFunc(a.Suspects, func(s Suspect) bool { return s.Value > 0 }) {
		a.note(
			"A ping from the server every 25s keeps every longer idle timer from firing; raising one timeout only moves " +
				"the cut to the next hop.",
		)
	}
	said := func(p *hop.Path) bool { return p.NoPings || len(p.Pings) > 0 }
	if len(s.Pings) == 0 && !s.NoPings && !slices.ContainsFunc(paths, said) {
		a.note(
			"Tell wslint whether the application pings (--ping 25s or --ping none) to narrow this down.",
		)
	}
}
