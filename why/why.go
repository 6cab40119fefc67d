// Package why leads from a symptom back to suspects: from the age at which connections end, the close code or the
// HTTP status to the hops that can do that, on the paths that are given and among those that are known.
package why

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/wslint/wslint/catalog"
	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/rules"
)

// A Symptom is what an operator saw. Zero fields were not seen.
type Symptom struct {
	After  time.Duration // how old connections are when they end; with AtReload, the time since the reload
	Code   int           // the close code
	Status int           // the HTTP status of the handshake
	// AtReload says that all connections end together, at a reload or a deploy.
	AtReload bool
	App      *catalog.App // nil when it was not named
	// Pings are what is sent on a quiet connection, NoPings that nothing is; neither when that was not said.
	Pings   []hop.Ping
	NoPings bool
}

// Likelihood orders suspects.
type Likelihood uint8

const (
	Possible  Likelihood = iota // it can, under a condition that the reason names
	Likely                      // what is known of it fits
	Predicted                   // it does, on a path that was given
)

func (l Likelihood) String() string { return [...]string{"possible", "likely", "predicted"}[l] }

// A Suspect is one thing that can cause the symptom.
type Suspect struct {
	Name       string // of the hop: "aws-alb", "nginx location /ws"; "application", "client"
	Likelihood Likelihood
	Pos        hop.Pos       // where it is written, or could be; zero for what is only known
	Setting    string        // "proxy_read_timeout"; "" when there is none
	Value      time.Duration // of the timer; 0 when it is none
	Path       string        // the path it is on; "" for what is only known
	// in which cases, as the beginning of a sentence: "when $cookie_beta is set"; "" for all that are let in
	When   string
	Gates  []string // what lets those in for whom it is so, as clauses: "auth_request /gate lets it in"
	Reason string   // whole clauses: what it does, after how long, under which condition
	Cure   string   // imperative, lower case; "" when the reason says it
	Rule   string   // the rule that judges it; "" when none does
	Source string   // what the knowledge rests on; "" for configurations
	// Elsewhere says that it answers so on a path that nobody said is the WebSocket's.
	Elsewhere bool

	on     *hop.Path // the case it was found in; nil for what is only known
	found  bool      // by a rule, in what was given
	weight int       // within one likelihood, the more the likelier
}

// Given reports whether s is in what was given, and can do it there.
func (s Suspect) Given() bool { return (s.Path != "" || s.found) && s.Likelihood >= Likely }

// ahead puts what was given before what is only known.
func (s Suspect) ahead() int {
	if s.Given() {
		return 1
	}
	return 0
}

// A Timer that was given and does not fit is worth a line: people raise one and wonder.
type Cleared struct {
	Name    string
	Pos     hop.Pos
	Setting string
	Value   time.Duration
	Reason  string
}

// An Answer is all that follows from a symptom.
type Answer struct {
	Symptom  Symptom
	Suspects []Suspect // the likeliest first
	Cleared  []Cleared
	Notes    []string // what else to know, in whole sentences
	// Unknown is what could not be concluded about the paths that were given: any of it may be the cause.
	Unknown []hop.Note
	// Unexplained says what was looked at where nothing of it explains the symptom, and Next is the command to try then;
	// both "" where something does, or nothing was looked at.
	Unexplained, Next string

	cases   []*hop.Path         // of the path that is looked at
	at      map[spot][]int      // the suspects at a place, by their index
	seen    map[int][]*hop.Path // of the suspects taken up on it, by their index: the cases in which they were found
	shorter Cleared             // the least idle timer that nothing keeps from firing and that is shorter than the age
}

// A Given is what an operator has of the way of the WebSockets: the zero Given is nothing.
type Given struct {
	Paths [][]*hop.Path // each in all its cases
	// Elsewhere are handshakes for other paths that a proxy answers itself in one of the cases, each in all of them, and
	// More is how many further places answer so.
	Elsewhere [][]*hop.Path
	More      int
	Findings  []rules.Finding // whatever the rules find, of any symptom
	Unknown   []hop.Note      // what could not be concluded about the paths
	Files     []string        // the files that were named; none where the paths come from declarations alone
	URL       string          // the only one that was looked at; "" for all
	// Program names the program that reads a file: "nginx"; "" where it is none that starts with it. nil for all files.
	Program func(file string) string
}

// Find looks for suspects in what is given and among what is known. It prefers to say too much: what is given may not
// be all there is.
func Find(s Symptom, given Given) Answer {
	a := Answer{Symptom: s, Unknown: given.Unknown}
	for _, cases := range given.Paths {
		a.cases, a.seen = cases, map[int][]*hop.Path{}
		for _, p := range cases {
			a.onPath(p)
		}
		a.conditions()
	}
	a.findings(given)
	a.elsewhere(given)
	paths := slices.Concat(given.Paths...)
	a.known(paths)
	if s.Status != 0 {
		a.statuses(paths)
	}
	a.general(paths)
	if slices.ContainsFunc(a.Suspects, func(s Suspect) bool { return s.Likelihood == Predicted }) {
		for i := range a.Suspects {
			if s := &a.Suspects[i]; s.Likelihood == Likely && s.on == nil && !s.found {
				s.Likelihood = Possible // what is given explains it already
			}
		}
	}
	slices.SortStableFunc(a.Suspects, func(x, y Suspect) int {
		return cmp.Or(cmp.Compare(y.Likelihood, x.Likelihood), y.ahead()-x.ahead(), cmp.Compare(y.weight, x.weight))
	})
	a.unexplained(given)
	return a
}

// add takes a suspect up once: several paths share hops. What is predicted where WebSockets are unlikely is so only if
// there are any.
func (a *Answer) add(s Suspect) {
	if s.on != nil && s.on.Confidence == hop.Unlikely && s.Likelihood == Predicted {
		s.Likelihood, s.Reason = Likely, "if WebSockets pass here: "+s.Reason
	}
	at := spot{s.Pos, s.Setting, s.Value}
	for _, i := range a.at[at] {
		o := &a.Suspects[i]
		if !s.Pos.IsZero() && s.Setting != "" || o.Name == s.Name && (s.Setting != "" || o.Reason == s.Reason) {
			if a.seen[i] != nil && s.on != nil && !slices.Contains(a.seen[i], s.on) {
				a.seen[i] = append(a.seen[i], s.on)
			}
			return
		}
	}
	if s.on != nil {
		a.seen[len(a.Suspects)] = []*hop.Path{s.on}
	}
	if a.at == nil {
		a.at = map[spot][]int{}
	}
	a.at[at] = append(a.at[at], len(a.Suspects))
	a.Suspects = append(a.Suspects, s)
}

// A spot is where a suspect stands, and the timer that it is.
type spot struct {
	pos     hop.Pos
	setting string
	value   time.Duration
}

// when says in which of the cases that are let in something is so; "" when it is so in all of them.
func when(found, cases []*hop.Path) string {
	others := slices.DeleteFunc(
		slices.Clone(cases),
		func(p *hop.Path) bool { return p.TurnedAway() || slices.Contains(found, p) },
	)
	var texts []string
	for _, c := range found[0].Apart(others) {
		texts = append(texts, c.Text)
	}
	if len(texts) == 0 {
		return ""
	}
	return "when " + strings.Join(texts, " and ")
}

// conditions says of the suspects of a path in which of its cases they were found. What needs a condition is the less
// likely.
func (a *Answer) conditions() {
	for i, found := range a.seen {
		s := &a.Suspects[i]
		if s.When = when(found, a.cases); s.When != "" {
			s.weight -= 15
		}
		for _, g := range found[0].Gates(a.cases) {
			if !slices.ContainsFunc(found, func(p *hop.Path) bool { same, _ := p.Takes(g); return !same }) &&
				!found[0].TurnedAway() {
				s.Gates = append(s.Gates, g.Text)
			}
		}
	}
}

func (a *Answer) clear(c Cleared) {
	if !slices.Contains(a.Cleared, c) {
		a.Cleared = append(a.Cleared, c)
	}
}

// fits compares a measured age with the length of a timer. Ages are rounded by people and delayed by machines: an
// idle timer starts with the last byte, so that a connection is older than the timer rather than younger.
func fits(after, length time.Duration) (fit, exact bool) {
	early := after - length
	exact = -time.Second <= early && early <= time.Second
	return exact || -max(time.Second, length/50) <= early && early <= max(3*time.Second, length/20), exact
}

// ParseAge reads how old connections get, with its unit.
func ParseAge(s string) (time.Duration, error) {
	d, err := hop.ParseDuration(s)
	switch {
	case err != nil:
		return 0, err
	case d <= 0:
		return 0, fmt.Errorf("%s is no age: it is more than 0", s)
	case d > 100*24*time.Hour:
		return 0, fmt.Errorf("%s is longer than 100 days: is the unit right?", s)
	}
	return d, nil
}
