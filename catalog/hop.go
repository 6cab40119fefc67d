// Package catalog is what is known of hops and applications without their configurations: documented defaults of load
// balancers, networks, proxies and libraries, each with its source. hops.go and apps.go are the data; everything else
// follows from them.
package catalog

import (
	"cmp"
	"fmt"
	"net/netip"
	"slices"
	"time"

	"github.com/wslint/wslint/hop"
)

// AsOf is the month in which the data was last held against its sources.
const AsOf = "2026-11"

// A Hop is a kind of thing that a connection passes. The zero duration means that there is no such timer.
type Hop struct {
	Name      string
	Aliases   []string
	What      string // in the vendor's words
	Carries   Carries
	Idle      time.Duration // closes a quiet connection
	Varies    string        // why Idle is not known without the hop's configuration; "" when it is
	Min       time.Duration // the least and the most that Idle can be set to; 0 when that is not known
	Max       time.Duration
	Fixed     bool          // nobody can change Idle
	Life      time.Duration // ends every connection, active or idle
	MaxLife   time.Duration // the most that Life can be set to; 0 when it cannot be set or that is not known
	Reload    time.Duration // ends every connection this long after a reload; -1 at once
	ReloadKey string        // the setting that Reload comes from
	Counts    Counts
	Expiry    hop.Expiry
	Code      int    // the close code it sends when a timer fires; 0 when it sends none
	Key       string // the setting that Idle, or else Life, comes from; "" when it has no name
	// Read is what through can name to have wslint read what is set, "a snapshot or its code"; "" when there is no such
	// thing.
	Read  string
	Guess bool // the vendor does not publish the value: others measured it
	// Needs is what has to be set for it to pass WebSockets on; "" when nothing has.
	Needs string
	// Never says who says that it passes no WebSocket on, and how; "" when it does.
	Never  string
	Unsaid bool // the vendor says nothing of WebSockets
	// Frame and Message are the most bytes that it takes in a frame and in a message; 0 when it does not look at them. It
	// closes with 1009 for more.
	Frame, Message int
	Note           string
	Source         string
	AsOf           string // the month in which the source was read; "" is the table's
}

// Date is the month in which the source was read.
func (h Hop) Date() string { return cmp.Or(h.AsOf, AsOf) }

// Carries says what a hop passes on.
type Carries uint8

const (
	Requests Carries = iota // HTTP: adds X-Forwarded-* as it likes, may end TLS, never sends a PROXY header
	Mixed                   // HTTP, and may be told to send a PROXY header
	Streams                 // TCP: may end TLS, may send a PROXY header
	Wire                    // packets as they are
)

// Counts says what restarts a hop's idle timer.
type Counts uint8

const (
	Bytes       Counts = iota // payload in either direction
	Packets                   // packets, TCP keepalive too
	OriginBytes               // payload from the origin to the client only
	EachWay                   // payload, each direction by itself: it closes when one of them is quiet
)

func (c Counts) String() string {
	return [...]string{"bytes", "packets", "origin bytes", "bytes each way"}[c]
}

// programs are hops that people run by themselves, each with a configuration of its own.
var programs = []string{"apache", "caddy", "envoy", "haproxy", "iis-arr", "istio", "nginx", "traefik"}

// IsProgram reports whether a hop is a program with a configuration of its own, and no service of which there are
// several with names.
func (h Hop) IsProgram() bool { return slices.Contains(programs, h.Name) }

// FindHop returns the hop of a name or alias.
func FindHop(name string) (Hop, bool) {
	for _, h := range Hops {
		if h.Name == name || slices.Contains(h.Aliases, name) {
			return h, true
		}
	}
	return Hop{}, false
}

// HopNames lists all names and aliases, sorted.
func HopNames() []string {
	var names []string
	for _, h := range Hops {
		names = append(append(names, h.Name), h.Aliases...)
	}
	slices.Sort(names)
	return names
}

// A Station is a known hop at its place on a declared path. It implements hop.Source.
type Station struct {
	Hop
	Said string  // as the path names it: "alb/prod-web"
	Pos  hop.Pos // where the path names it
	// IdleAt and LifeAt are where somebody wrote another value than the documented one; zero for the documented one.
	IdleAt, LifeAt hop.Pos
	// Restart is whose traffic restarts the idle timer where somebody wrote that; 0 for what Counts says.
	Restart hop.Side
}

// Listens is true: that the handshake arrives here is declared.
func (s Station) Listens(hop.Request) bool { return true }

// Endpoints is empty: a hop that only a path names is no endpoint by itself.
func (s Station) Endpoints() []hop.Endpoint { return nil }

// Serve passes the handshake on. What it adds to the headers is unknown; what the browser sends is assumed to come
// through.
func (s Station) Serve(r hop.Request) []hop.Case { return hop.Only(s.passOn(r)) }

func (s Station) passOn(r hop.Request) hop.Hop {
	h := hop.Hop{
		Name: s.Said, Pos: s.Pos, Answer: hop.Default(s.Name, hop.Answer{}, s.Pos), Next: s.next(r),
		Notes: []hop.Note{{Pos: s.Pos, Text: s.summary()}},
	}
	if s.Never != "" {
		// Which status that is no vendor says.
		h.Answer = hop.Default(s.What, hop.Answer{Kind: hop.Answered, Cause: hop.CannotTunnel}, s.Pos)
		h.Assumes = fmt.Sprintf("%s (as of %s: wslint hops %s)", s.Never, s.Date(), s.Name)
		return h
	}
	h.Idle = s.idle()
	if len(h.Idle) > 0 && h.Idle[0].As == hop.Documented {
		h.Assumes = s.assumes()
	}
	if s.Life > 0 {
		h.Life = append(h.Life, hop.Timer{Setting: s.lifetime(), Starts: hop.Opened, Code: s.Code, Most: s.MaxLife})
	}
	if s.Reload != 0 {
		h.Life = append(
			h.Life,
			hop.Timer{Setting: s.setting(s.ReloadKey, max(s.Reload, 0), hop.Pos{}, hop.Documented), Starts: hop.Reloaded},
		)
	}
	return h
}

// idle is the timers that end a quiet connection: one, or one for each direction.
func (s Station) idle() []hop.Timer {
	t := hop.Timer{Restart: hop.Either, Expiry: s.Expiry, Code: s.Code, Most: s.Max}
	switch s.Counts {
	case Packets:
		t.Counts = hop.Packets
	case OriginBytes:
		t.Restart = hop.Server
	}
	t.Restart = cmp.Or(s.Restart, t.Restart)
	name := "idle timeout"
	if s.Key != "" {
		name = s.Key
	}
	switch {
	case s.Idle > 0:
		t.Setting = s.setting(name, s.Idle, s.IdleAt, s.as())
	case s.Varies != "":
		t.Setting = hop.Unknown[time.Duration](name, s.Pos, s.Said+": "+s.Varies)
	default:
		return nil
	}
	if s.Counts != EachWay || s.Restart != 0 {
		return []hop.Timer{t}
	}
	back := t
	t.Restart, back.Restart = hop.Client, hop.Server
	return []hop.Timer{t, back}
}

func (s Station) as() string {
	switch {
	case s.Guess:
		return hop.Unpublished
	case s.Fixed:
		return hop.Fixed
	}
	return hop.Documented
}

func (s Station) lifetime() hop.Setting[time.Duration] {
	name, as := "maximum duration of a connection", hop.Fixed
	if s.Key != "" && s.Idle == 0 {
		name, as = s.Key, hop.Documented
	}
	return s.setting(name, s.Life, s.LifeAt, as)
}

// setting is a value as it was written at a place, else as it is documented.
func (s Station) setting(name string, d time.Duration, at hop.Pos, as string) hop.Setting[time.Duration] {
	if !at.IsZero() {
		return hop.Written(name, d, at)
	}
	v := hop.Default(name, d, s.Pos)
	v.As = as
	return v
}

// next is r as it leaves. Under which address and, unless packets pass as they are, whether with TLS it arrives at
// the next hop depends on the operator's network.
func (s Station) next(r hop.Request) hop.Request {
	r = r.Clone()
	if s.Carries == Wire {
		return r
	}
	r.Addr = ""
	why := "what " + s.Said + " adds to the headers is unknown"
	r.Announced, r.AnnouncedAs = r.Client, r.ClientAddress()
	r.Client, r.Rest = netip.AddrPort{}, why
	for _, name := range Forwarded {
		if _, sent := r.Header[name]; !sent {
			r.Header[name] = []hop.Setting[string]{hop.Unknown[string](name, hop.Pos{}, why)}
		}
	}
	return r
}

// Forwarded are the headers that proxies add to what they pass on.
var Forwarded = []string{
	"X-Forwarded-For",
	"X-Forwarded-Host",
	"X-Forwarded-Port",
	"X-Forwarded-Proto",
	"X-Real-Ip",
	"Forwarded",
}

// Forms lists how r, which left this hop, may arrive at the next one, the likeliest form first.
func (s Station) Forms(r hop.Request) []hop.Request {
	if s.Carries == Wire {
		return []hop.Request{r}
	}
	var forms []hop.Request
	for _, proxy := range []bool{false, true} {
		for _, tls := range []bool{false, true} {
			if proxy && s.Carries == Requests {
				continue
			}
			f := r
			f.TLS, f.ProxyProtocol = tls, proxy
			forms = append(forms, f)
		}
	}
	return forms
}

// assumes says where the value can come from that somebody may have set in the place of the documented one.
func (s Station) assumes() string {
	idle, read := hop.FormatDuration(s.Idle), ""
	if s.Read != "" {
		read = "name " + s.Read + " in through, or "
	}
	return fmt.Sprintf(
		"%s was not read, %s is only the default: %sdeclare it in hops: {%[1]s: {idle: %[2]s}}",
		s.Said,
		idle,
		read,
	)
}

// summary is what is known of the hop in one sentence.
func (s Station) summary() string {
	what := s.What
	if what == "" {
		what = "declared in hops"
	}
	for _, more := range []string{s.Never, s.needs(), s.unsaid(), s.Note} {
		if more != "" {
			what += ": " + more
		}
	}
	if s.Source != "" {
		what += fmt.Sprintf(" (as of %s: wslint hops %s)", s.Date(), s.Name)
	}
	return what
}

func (h Hop) needs() string {
	if h.Needs == "" {
		return ""
	}
	return "passes WebSockets on only with " + h.Needs
}

func (h Hop) unsaid() string {
	if !h.Unsaid {
		return ""
	}
	return "its vendor says nothing of WebSockets"
}
