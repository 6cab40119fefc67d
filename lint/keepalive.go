package lint

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/internal/lazyregexp"
)

// A Keepalive is what an application declares that it sends on an idle connection.
type Keepalive struct {
	Name    string        // how it was declared: "--ping" or "keepalive"
	Pos     hop.Pos       // where; zero for a flag
	Every   time.Duration // 0 when None
	From    hop.Side      // who sends it
	Kind    string        // ping, pong, message, data or tcp
	Timeout time.Duration // after which an unanswered ping ends the connection; 0 when not declared
	None    bool          // declared: nothing is sent
}

// keepaliveKinds: ping and pong are frames of the protocol, which browsers cannot send; a message is what a timer of
// the application sends, in a browser a JavaScript timer; data is whatever comes so often for sure; tcp is the
// keepalive of the operating system.
var keepaliveKinds = []string{"ping", "pong", "data", "message", "tcp"}

// hiddenTab is how often a browser lets the timers of a hidden tab run.
const hiddenTab = time.Minute

// longestPing is where a ping stops being one: a day without a sign of life outlasts every proxy.
const longestPing = 24 * time.Hour

// shortestPing keeps a typing error ("25us") from counting as a keepalive.
const shortestPing = 10 * time.Millisecond

// durationPattern is how people write a duration.
const durationPattern = `^([0-9]+d|([0-9]+(\.[0-9]+)?(ms|s|m|h))+)$`

var durationForm = lazyregexp.New(durationPattern)

// written reads a duration as people write it.
func written(s string) (time.Duration, error) {
	d, err := hop.ParseDuration(s)
	if err == nil && d > 0 && !durationForm.MatchString(s) {
		err = fmt.Errorf("%q is not a duration: write it like 25s, 1m30s or 500ms", s)
	}
	return d, err
}

// parseDuration reads an interval with its unit.
func parseDuration(s string) (time.Duration, error) {
	d, err := written(s)
	switch {
	case err != nil:
		return 0, err
	case d <= 0:
		return 0, fmt.Errorf("%s must be greater than 0; write none if nothing is sent", s)
	case d < shortestPing:
		return 0, fmt.Errorf("%s is shorter than %v: is the unit right?", s, shortestPing)
	case d > longestPing:
		return 0, fmt.Errorf("%s is longer than a day: is the unit right?", s)
	}
	return d, nil
}

// ParseKeepalive reads the flags --ping, --ping-from and --ping-kind; each is "" when it is not given. They replace
// what base, which may be nil, declares; without --ping its interval stays.
func ParseKeepalive(base *Keepalive, every, from, kind string) (*Keepalive, error) {
	if every == "" && from == "" && kind == "" {
		return nil, nil
	}
	k := Keepalive{From: hop.Server, Kind: "ping"}
	switch {
	case every != "":
	case base == nil:
		return nil, fmt.Errorf("--ping-from and --ping-kind say more about a ping: add --ping, like --ping 25s")
	default:
		k = *base
	}
	if every == "none" {
		return &Keepalive{Name: "--ping", None: true}, nil
	}
	k.Name, k.Pos = "--ping", hop.Pos{}
	var err error
	if every != "" {
		if k.Every, err = parseDuration(every); err != nil {
			return nil, fmt.Errorf("--ping %s: %w", every, err)
		}
	}
	if from != "" {
		if k.From, err = parseSide(from); err != nil {
			return nil, fmt.Errorf("--ping-from: %w", err)
		}
	}
	if kind != "" {
		if k.Kind, err = parseKind(kind); err != nil {
			return nil, fmt.Errorf("--ping-kind: %w", err)
		}
	}
	return &k, nil
}

func parseSide(s string) (hop.Side, error) {
	switch s {
	case "server":
		return hop.Server, nil
	case "client":
		return hop.Client, nil
	}
	return 0, fmt.Errorf("%q is neither server nor client", s)
}

func parseKind(s string) (string, error) {
	if !slices.Contains(keepaliveKinds, s) {
		return "", fmt.Errorf("%q is none of %s", s, strings.Join(keepaliveKinds, ", "))
	}
	return s, nil
}

// Pings are the traffic that k means; none for a nil k.
func (k *Keepalive) Pings() []hop.Ping {
	if k == nil || k.None {
		return nil
	}
	p := hop.Ping{Every: hop.Written(k.Name, k.Every, k.Pos), Moves: k.From}
	switch k.Kind {
	case "ping":
		// Only a ping frame makes the other end answer: RFC 6455 section 5.5.2.
		p.Moves = hop.Either
	case "message":
		p.Hidden = hidden(k.From, k.Every)
	case "tcp":
		p.Sends = hop.Packets
	}
	return []hop.Ping{p}
}

// hidden is the interval of a message in a hidden tab; 0 when that makes no difference.
func hidden(from hop.Side, every time.Duration) time.Duration {
	if from != hop.Client || every >= hiddenTab {
		return 0
	}
	return hiddenTab
}
