package lint

import (
	"fmt"
	"strings"
	"time"

	"github.com/wslint/wslint/catalog"
	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/internal/spelling"
)

// A traffic is what somebody says that idle connections carry, and what the kernel does to them: the same for all
// paths, but for those that have a keepalive or an application of their own.
type traffic struct {
	ping   *Keepalive // of the command line, which replaces every declared one; nil when none is given
	usual  *Keepalive // of the configuration file; nil when none is declared
	kernel *hop.Kernel
}

// declared reports whether somebody says that an application has WebSockets.
func (t traffic) declared() bool { return t.ping != nil || t.usual != nil }

// keepalive puts what is declared beside the hops on a path, the kernel and the pings: of the command line, else its
// own, else those of all.
func (t traffic) keepalive(p *hop.Path, own *Keepalive) {
	k := t.ping
	if k == nil {
		k = own
	}
	if k == nil {
		k = t.usual
	}
	p.Pings, p.Kernel = k.Pings(), t.kernel
	p.NoPings = k != nil && k.None
}

// app puts what is known of the declared application on a path. What it sends counts only where no keepalive is
// declared.
func (t traffic) app(p *hop.Path, d Declared) {
	if d.App == "" {
		at, ok := catalog.AppAt(p.Request.Target)
		if !ok || len(p.Pings) > 0 || p.NoPings {
			return
		}
		d.App, d.AppPos = at.Name, d.Pos // nobody says otherwise
	}
	declared := len(p.Pings) > 0 || p.NoPings
	a, ok := catalog.FindApp(d.App)
	if !ok {
		p.Application = &hop.App{Name: d.App, Pos: d.AppPos}
		if !declared {
			p.Pings = []hop.Ping{
				{Every: hop.Unknown[time.Duration]("ping of "+d.App, d.AppPos, appUnknown(d.App)), Moves: hop.Either},
			}
		}
		return
	}
	p.Application = a.At(d.AppPos)
	switch {
	case declared:
	case a.Every == 0:
		p.NoPings = true
	default:
		every := hop.Default("keepalive of "+a.Name, a.Every, d.AppPos)
		every.As = hop.Documented
		ping := hop.Ping{Every: every, Moves: a.Moves()}
		if a.Kind == "message" {
			ping.Hidden = hidden(a.From, a.Every)
		}
		p.Pings = []hop.Ping{ping}
	}
}

// NearApps are the applications that may be meant by one that nobody knows: "socket.io or ws".
func NearApps(app string) string {
	if apps := catalog.AppsOf(app); len(apps) > 0 {
		return strings.Join(apps, " or ")
	}
	return spelling.DidYouMean(app, catalog.AppNames())
}

// UnknownApps says of which declared applications nothing is known.
func (c *Config) UnknownApps() (notes []hop.Note) {
	for _, d := range c.Paths {
		if _, known := catalog.FindApp(d.App); d.App != "" && !known {
			notes = append(notes, hop.Note{Pos: d.AppPos, Text: appUnknown(d.App)})
		}
	}
	return notes
}

func appUnknown(app string) string {
	did := ""
	if s := NearApps(app); s != "" {
		did = "; did you mean " + s + "?"
	}
	return fmt.Sprintf(
		"unknown application %q: what it sends on an idle connection is not known; declare keepalive, or one that wslint "+
			"apps lists%s",
		app,
		did,
	)
}
