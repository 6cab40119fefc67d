package catalog

import (
	"slices"
	"strings"
	"time"

	"github.com/wslint/wslint/hop"
)

// An App is what a library or server does by default on a quiet connection. The zero duration means that there is no
// such thing.
type App struct {
	Name    string
	Aliases []string
	// Paths are where its clients connect to unless they are told otherwise; a path below one is its, too.
	Paths []string
	What  string
	Every time.Duration // between two keepalives; 0 when none is sent
	From  hop.Side      // who sends it
	Kind  string        // ping, pong or message; "" when none is sent
	// Answered says that the other end answers a message at once, so that bytes move both ways. A ping always is
	// answered.
	Answered bool
	Timeout  time.Duration // after which an unanswered keepalive ends the connection
	SelfIdle time.Duration // the application closes a connection that is quiet for so long
	Life     time.Duration // the application closes every connection after so long
	Code     int           // the close code it does that with; 0 when that is not known
	// Sticky says why all requests of a client have to reach the same server; "" when they need not.
	Sticky string
	Note   string
	Source string
}

// FindApp returns the application of a name or alias.
func FindApp(name string) (App, bool) {
	for _, a := range Apps {
		if a.Name == name || slices.Contains(a.Aliases, name) {
			return a, true
		}
	}
	return App{}, false
}

// AppAt returns the application whose clients connect to a path by default.
func AppAt(path string) (App, bool) {
	path, _, _ = strings.Cut(strings.ToLower(path), "?")
	for _, a := range Apps {
		for _, p := range a.Paths {
			if i := strings.Index(path, p); i >= 0 && (len(path) == i+len(p) || path[i+len(p)] == '/') {
				return a, true
			}
		}
	}
	return App{}, false
}

// AppNames lists all names and aliases, sorted.
func AppNames() []string {
	var names []string
	for _, a := range Apps {
		names = append(append(names, a.Name), a.Aliases...)
	}
	slices.Sort(names)
	return names
}

// Moves says whose bytes move when the application sends its keepalive.
func (a App) Moves() hop.Side {
	if a.Kind == "ping" || a.Answered {
		return hop.Either
	}
	return a.From
}

// At is the application as a path that names it at pos sees it.
func (a App) At(pos hop.Pos) *hop.App {
	app := &hop.App{Name: a.Name, Pos: pos, Sticky: a.Sticky}
	timer := func(name string, d time.Duration, restart hop.Side) []hop.Timer {
		if d == 0 {
			return nil
		}
		s := hop.Default(name, d, pos)
		s.As = hop.Documented
		return []hop.Timer{{Setting: s, Restart: restart, Code: a.Code}}
	}
	app.Idle = timer("idle timeout", a.SelfIdle, hop.Either)
	app.Life = timer("maximum duration of a connection", a.Life, 0)
	return app
}
