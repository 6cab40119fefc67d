package why

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/wslint/wslint/catalog"
	"github.com/wslint/wslint/hop"
)

// often orders hops that fit equally well by how often they are what it was: the number of public reports read for
// the catalogue of
// 2026. What is not listed counts 1.
var often = map[string]int{
	"aws-alb": 12, "nginx": 11, "ingress-nginx": 10, "aws-nlb-tcp": 8, "cloudflare": 8, "haproxy": 7, "aws-clb": 6,
	"heroku":         6,
	"aws-cloudfront": 5, "gcp-global-alb": 5, "gcp-classic-alb": 5, "azure-lb": 4, "azure-appgw": 4, "aws-nat-gateway": 4,
	"aws-apigateway-websocket": 4, "envoy": 4, "azure-frontdoor": 3, "apache": 3, "gcp-cloud-run": 3,
	"aws-eni-nitro-v6": 3,
}

// further are timers that a symptom often turns out to be: other uses of a known program, or its packaged
// configuration.
var further = []catalog.Hop{
	{
		Name:   "nginx stream",
		What:   "nginx, stream proxy",
		Idle:   10 * time.Minute,
		Key:    "proxy_timeout",
		Source: "measured with nginx 1.22 to 1.31",
	},
	{
		Name:   "haproxy",
		What:   "HAProxy, as Debian and Ubuntu configure it",
		Idle:   50 * time.Second,
		Key:    "timeout client and timeout server, without a timeout tunnel",
		Source: "/etc/haproxy/haproxy.cfg of the package; measured with HAProxy 2.6",
	},
}

// known looks for the symptom among documented defaults.
func (a *Answer) known(paths []*hop.Path) {
	s := &a.Symptom
	if s.Status != 0 {
		return
	}
	a.tooBig(paths)
	if s.After == 0 && !s.AtReload {
		return
	}
	complete := declared(paths)
	if !complete {
		for _, h := range slices.Concat(catalog.Hops, further) {
			if !a.given(paths, h.Name) {
				a.knownHop(h)
			}
		}
	}
	switch {
	case s.App != nil:
		a.app(*s.App, Likely)
	case !complete:
		for _, app := range catalog.Apps {
			a.app(app, Possible)
		}
	}
}

// tooBig suspects hops that look at frames of a close code for a message that is too big.
func (a *Answer) tooBig(paths []*hop.Path) {
	for _, h := range catalog.Hops {
		on := slices.ContainsFunc(paths, func(p *hop.Path) bool {
			return slices.ContainsFunc(p.Hops, func(x hop.Hop) bool {
				kind, _, _ := strings.Cut(x.Name, "/")
				found, ok := catalog.FindHop(kind)
				return ok && found.Name == h.Name
			})
		})
		if a.Symptom.Code != 1009 || h.Frame == 0 || declared(paths) && !on {
			continue
		}
		a.add(Suspect{
			Name: h.Name, Likelihood: Likely, Source: h.Source, weight: 10,
			Reason: fmt.Sprintf("%s takes frames of %d KiB and messages of %d KiB at most", h.What, h.Frame>>10, h.Message>>10),
			Cure:   "send smaller messages, or split them over several frames",
		})
	}
}

// declared reports whether all hops are known: somebody declared the path.
func declared(paths []*hop.Path) bool {
	return len(paths) > 0 && !slices.ContainsFunc(paths, func(p *hop.Path) bool { return p.Confidence != hop.Declared })
}

// given reports whether the configuration of such a hop was given: its default then says nothing.
func (a *Answer) given(paths []*hop.Path, name string) bool {
	program, _, _ := strings.Cut(name, " ")
	return slices.ContainsFunc(paths, func(p *hop.Path) bool {
		return slices.ContainsFunc(
			p.Hops,
			func(h hop.Hop) bool { return strings.HasPrefix(strings.ToLower(h.Name), program+" ") },
		)
	})
}

func (a *Answer) knownHop(h catalog.Hop) {
	s := &a.Symptom
	base := Suspect{Name: h.Name, Likelihood: Likely, Source: h.Source, weight: 10 * max(1, often[h.Name])}
	if h.Never != "" {
		return // nothing that passes it has ever been a WebSocket
	}
	if h.Code != 0 && s.Code != 0 && h.Code != s.Code || h.Code == 0 && s.Code != 0 && s.Code != 1006 {
		return
	}
	if h.Reload != 0 {
		a.knownReload(h, base)
	}
	if s.AtReload {
		return
	}
	if fit, exact := fits(s.After, h.Life); h.Life > 0 && fit {
		l := base
		l.Value, l.Setting = h.Life, h.Key
		if h.Idle != 0 {
			l.Setting = ""
		}
		l.Reason = fmt.Sprintf(
			"%s ends every connection after %s, active or idle: no ping helps%s",
			h.What,
			hop.FormatDuration(h.Life),
			unless(h, h.MaxLife > 0),
		)
		l.weight += bonus(exact)
		a.add(l)
	}
	fit, exact := fits(s.After, h.Idle)
	if h.Idle == 0 || !fit {
		return
	}
	if every, kept := a.kept(h); kept {
		a.clear(
			Cleared{
				Name:    h.Name,
				Setting: h.Key,
				Value:   h.Idle,
				Reason: fmt.Sprintf(
					"would fire after %s, but a ping every %s keeps it from that",
					hop.FormatDuration(h.Idle),
					hop.FormatDuration(every),
				),
			},
		)
		return
	}
	i := base
	i.Value, i.Setting = h.Idle, h.Key
	how, then := "closes", ""
	if h.Expiry != hop.FIN {
		how, then = "drops its state of", "; both ends notice when they next send"
	}
	i.Reason = fmt.Sprintf(
		"%s %s a connection after %s without %s%s%s",
		h.What,
		how,
		hop.FormatDuration(h.Idle),
		counted(h.Counts),
		unless(h, !h.Fixed),
		then,
	)
	if h.Guess {
		i.Reason += "; the vendor publishes no value"
		i.weight -= 5
	}
	i.weight += bonus(exact)
	a.add(i)
}

func (a *Answer) knownReload(h catalog.Hop, base Suspect) {
	s := &a.Symptom
	after := max(h.Reload, 0)
	fit, _ := fits(s.After, after)
	if s.After != 0 && !fit || s.After == 0 && !s.AtReload {
		return
	}
	base.Value, base.Likelihood = after, Likely
	when := "at once"
	if after > 0 {
		when = "after " + hop.FormatDuration(after)
	}
	base.Reason = fmt.Sprintf("a reload of %s ends every connection %s, active or idle", h.What, when)
	base.Cure = "let clients reconnect after a random delay, and reload less often"
	if !s.AtReload {
		base.Likelihood = Possible
		base.Reason += ": if all of them end together"
	}
	a.add(base)
}

func bonus(exact bool) int {
	if exact {
		return 3
	}
	return 0
}

func counted(c catalog.Counts) string {
	return [...]string{catalog.Bytes: "bytes either way", catalog.Packets: "a packet (TCP keepalive counts)",
		catalog.OriginBytes: "bytes from the server", catalog.EachWay: "bytes in one of the directions"}[c]
}

func unless(h catalog.Hop, can bool) string {
	switch {
	case can && h.Key != "":
		return fmt.Sprintf(", unless %s says otherwise", h.Key)
	case h.Fixed:
		return ", not configurable"
	}
	return ""
}

// kept reports whether the pings keep the hop's idle timer from firing.
func (a *Answer) kept(h catalog.Hop) (every time.Duration, ok bool) {
	for _, p := range a.Symptom.Pings {
		d, known := p.Every.Get()
		if known && d < h.Idle && counts(p, h.Counts) {
			return d, true
		}
	}
	return 0, false
}

func counts(p hop.Ping, c catalog.Counts) bool {
	switch c {
	case catalog.OriginBytes:
		return p.Sends == hop.Bytes && p.Moves&hop.Server != 0
	case catalog.EachWay:
		return p.Sends == hop.Bytes && p.Moves == hop.Either
	case catalog.Packets:
		return true
	}
	return p.Sends == hop.Bytes
}

// app suspects the application itself.
func (a *Answer) app(app catalog.App, l Likelihood) {
	s := &a.Symptom
	if s.AtReload {
		return
	}
	base := Suspect{Name: app.Name, Likelihood: l, Source: app.Source, weight: 5}
	is := func(d time.Duration, code int) bool {
		fit, _ := fits(s.After, d)
		return d > 0 && fit && (s.Code == 0 || code == 0 || code == s.Code)
	}
	if is(app.SelfIdle, app.Code) {
		i := base
		i.Value, i.Setting = app.SelfIdle, "idle timeout"
		i.Reason = fmt.Sprintf(
			"%s itself closes a connection that is idle for %s%s",
			app.What,
			hop.FormatDuration(app.SelfIdle),
			withCode(app.Code),
		)
		i.weight += 5
		a.add(i)
	}
	if is(app.Life, 0) {
		i := base
		i.Value = app.Life
		i.Reason = fmt.Sprintf("%s ends every connection after %s, active or idle", app.What, hop.FormatDuration(app.Life))
		a.add(i)
	}
	if app.Timeout > 0 && is(app.Every+app.Timeout, 0) {
		i := base
		i.Value, i.Setting = app.Every+app.Timeout, "unanswered ping"
		i.Reason = fmt.Sprintf(
			"%s pings after %s and gives up %s later, when no answer came: the other end sleeps, or a hop swallows what is sent",
			app.What,
			hop.FormatDuration(app.Every),
			hop.FormatDuration(app.Timeout),
		)
		i.weight -= 3
		a.add(i)
	}
}

func withCode(code int) string {
	if code == 0 {
		return ""
	}
	return fmt.Sprintf(", with close code %d", code)
}
