package lint

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/goccy/go-yaml/ast"

	"github.com/wslint/wslint/catalog"
	"github.com/wslint/wslint/hop"
)

// A DeclaredHop is one that the configuration file adds, or of which it knows more than is documented.
type DeclaredHop struct {
	Name   string // "corporate-proxy", "alb", "alb/prod-web"
	Pos    hop.Pos
	Idle   time.Duration // 0 when none is declared
	IdleAt hop.Pos
	NoIdle bool // declared: a quiet connection is not closed
	Life   time.Duration
	LifeAt hop.Pos
	// Counts and Restart are nil when nothing is declared about them.
	Counts  *catalog.Counts
	Restart hop.Side
}

// longestTimer is where the length of a hop's timer is more likely a typing error.
const longestTimer = 30 * 24 * time.Hour

func (f *yamlFile) hops(n ast.Node) (list []DeclaredHop, err error) {
	err = f.pairs(n, "hops", func(key ast.Node, name string, value ast.Node) error {
		if name == "" {
			return f.errorf(key, "a hop has no name")
		}
		if other := (&Config{Hops: list}).declaredHop(name); other != nil {
			return f.errorf(key, "%s is another name of %s, which hops has already", name, other.Name)
		}
		h, err := f.declaredHop(key, name, value)
		list = append(list, h)
		return err
	})
	return list, err
}

func (f *yamlFile) declaredHop(key ast.Node, name string, n ast.Node) (DeclaredHop, error) {
	h := DeclaredHop{Name: name, Pos: f.pos(key)}
	base, isKnown := kindOf(name)
	err := f.mapping(n, "hop "+name, map[string]func(key, value ast.Node) error{
		"idle": func(_, v ast.Node) error {
			h.IdleAt = f.pos(v)
			if s, err := f.text(v, "idle"); err == nil && s == "none" {
				h.NoIdle = true
				if isKnown && (base.Fixed || base.Max > 0 && base.Max <= longestTimer) {
					return f.errorf(v, "idle: %s always has an idle timeout%s", base.What, mostly(base))
				}
				return nil
			}
			if err := scalar(f, v, "idle", &h.Idle, parseTimer); err != nil {
				return err
			}
			if why := outOfRange(base, h.Idle); isKnown && why != "" {
				return f.errorf(v, "idle: %s", why)
			}
			return nil
		},
		"life": func(_, v ast.Node) error {
			h.LifeAt = f.pos(v)
			return scalar(f, v, "life", &h.Life, parseTimer)
		},
		"counts":  func(_, v ast.Node) error { return scalar(f, v, "counts", &h.Counts, parseCounts) },
		"restart": func(_, v ast.Node) error { return scalar(f, v, "restart", &h.Restart, parseRestart) },
	})
	switch {
	case err != nil:
	case isKnown || h.Idle > 0 || h.NoIdle || h.Life > 0:
	default:
		err = f.errorf(
			key,
			"hop %s lacks idle: after how much silence does it close a connection? (none: it does not)",
			name,
		)
	}
	return h, err
}

// parseTimer reads the length of a hop's timer with its unit.
func parseTimer(s string) (time.Duration, error) {
	d, err := written(s)
	switch {
	case err != nil:
		return 0, err
	case d < time.Second:
		return 0, fmt.Errorf("%s is shorter than 1s: is the unit right?", s)
	case d > longestTimer:
		return 0, fmt.Errorf("%s is longer than 30 days: is the unit right?", s)
	}
	return d, nil
}

// outOfRange says why a known hop cannot have this idle timeout; "" when it can.
func outOfRange(h catalog.Hop, idle time.Duration) string {
	switch {
	case h.Fixed && idle != h.Idle:
		return fmt.Sprintf("%s has a fixed idle timeout of %s", h.What, hop.FormatDuration(h.Idle))
	case h.Min > 0 && idle < h.Min:
		return fmt.Sprintf("%s takes %s at least", h.What, hop.FormatDuration(h.Min))
	case h.Max > 0 && idle > h.Max:
		return fmt.Sprintf("%s takes %s at most", h.What, hop.FormatDuration(h.Max))
	}
	return ""
}

// mostly says how long the idle timeout of a hop that cannot go without one is at most.
func mostly(h catalog.Hop) string {
	if h.Fixed {
		return " of " + hop.FormatDuration(h.Idle)
	}
	return ", " + hop.FormatDuration(h.Max) + " at most"
}

func parseCounts(s string) (*catalog.Counts, error) {
	for _, c := range []catalog.Counts{catalog.Bytes, catalog.Packets} {
		if c.String() == s {
			return &c, nil
		}
	}
	return nil, fmt.Errorf("%q is neither bytes nor packets (TCP keepalive counts too)", s)
}

func parseRestart(s string) (hop.Side, error) {
	if s == "either" {
		return hop.Either, nil
	}
	side, err := parseSide(s)
	if err != nil {
		return 0, fmt.Errorf("%q is none of server, client, either", s)
	}
	return side, nil
}

// kindOf is the known hop that a name means: "alb", "aws-alb", "alb/prod-web".
func kindOf(name string) (catalog.Hop, bool) {
	kind, _, _ := strings.Cut(name, "/")
	return catalog.FindHop(kind)
}

// station is the hop that a path names; ok is false when nobody knows it. What the file says of the very name
// outweighs what it says of its kind, which outweighs what is documented.
func (c *Config) station(e Element) (s catalog.Station, ok bool) {
	s.Hop, ok = kindOf(e.Kind)
	s.Said, s.Pos = e.Kind, e.Pos
	kind, _, named := strings.Cut(e.Kind, "/")
	for _, name := range []string{kind, e.Kind} {
		if name == kind && named && !ok {
			continue // "team/proxy" has nothing to do with a hop called team
		}
		if h := c.declaredHop(name); h != nil {
			h.apply(&s)
			ok = true
		}
	}
	return s, ok
}

// declaredHop finds what the file says of a name; the aliases of a known hop are one name.
func (c *Config) declaredHop(name string) *DeclaredHop {
	i := slices.IndexFunc(c.Hops, func(h DeclaredHop) bool {
		if h.Name == name {
			return true
		}
		a, aKnown := catalog.FindHop(h.Name)
		b, bKnown := catalog.FindHop(name)
		return aKnown && bKnown && a.Name == b.Name
	})
	if i < 0 {
		return nil
	}
	return &c.Hops[i]
}

func (h *DeclaredHop) apply(s *catalog.Station) {
	if s.Name == "" {
		// Nothing is known of it but what is declared: it may do with a handshake what anything may do.
		s.Hop = catalog.Hop{Name: h.Name, Carries: catalog.Streams}
	}
	if h.Idle > 0 || h.NoIdle {
		s.Idle, s.IdleAt, s.Varies = h.Idle, h.IdleAt, ""
	}
	if h.Life > 0 {
		s.Life, s.LifeAt = h.Life, h.LifeAt
	}
	if h.Counts != nil {
		s.Counts = *h.Counts
	}
	if h.Restart != 0 {
		s.Restart = h.Restart
	}
}

// hopNames are all names that a path can use.
func (c *Config) hopNames() []string {
	names := catalog.HopNames()
	for _, h := range c.Hops {
		names = append(names, h.Name)
	}
	for _, format := range fileFormats() {
		names = append(names, format+": FILE")
	}
	return names
}
