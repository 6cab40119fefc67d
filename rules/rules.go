// Package rules judges predictions. A rule is a value: two files (NAME.go and NAME.md) and one line in All. Rules
// know paths of hops, never a file format.
package rules

import (
	"github.com/wslint/wslint/hop"
)

// A Rule is one fault that it can find on a path.
type Rule struct {
	Name     string // kebab-case, names the fault, reads well after "ignore": idle-timeout-below-ping
	Summary  string // one line, lower case, no full stop
	Severity Severity
	Seen     Symptom // what the user sees of the fault
	// Needs reports whether there is on a path what the rule judges by: a declared keepalive, a number of clients.
	// Without that it has not looked, and nobody can say that it finds nothing. nil when it needs no more than a path.
	Needs func(p *hop.Path) bool
	// Anyway says that what it finds is so whatever the connections are: it is then no less a fault where WebSockets are
	// unlikely.
	Anyway bool
	// Check reports the fault on one path; nil for rules that lint itself judges (unreadable-config), and for those that
	// need none.
	Check func(p *hop.Path, report func(Finding))
	// Misfit reports the fault of a setting that was found apart from any path; nil for rules that judge paths.
	Misfit func(m *hop.Misfit, report func(Finding))
}

// A Symptom is what the user sees of a fault, and when. It orders docs/rules.md.
type Symptom string

const (
	CannotBeRead Symptom = "Before any connection: what is written cannot be used"
	NotSent      Symptom = "Before the handshake: the browser sends none"
	AppRefuses   Symptom = "At the handshake: the application refuses it (400, 403, 404, 426 …)"
	ProxyAnswers Symptom = "At the handshake: a proxy answers itself (a redirect, 401, 403, 404, 5xx) or closes"
	ReplyLost    Symptom = "At the handshake: the 101 does not reach the browser, or not intact"
	Quiet        Symptom = "After seconds or minutes without traffic"
	Aged         Symptom = "At a certain age, active or idle"
	OnDeploy     Symptom = "On a deploy or reload"
	UnderLoad    Symptom = "Under load"
)

// Symptoms lists them in the order in which a connection meets them.
func Symptoms() []Symptom {
	return []Symptom{CannotBeRead, NotSent, AppRefuses, ProxyAnswers, ReplyLost, Quiet, Aged, OnDeploy, UnderLoad}
}

// Severity is how bad a finding is.
type Severity uint8

const (
	Info Severity = iota
	Warning
	Error
)

func (s Severity) String() string { return [...]string{"info", "warning", "error"}[s] }

func pinged(p *hop.Path) bool   { return len(p.Pings) > 0 }
func unpinged(p *hop.Path) bool { return len(p.Pings) == 0 }
func declared(p *hop.Path) bool { return p.Confidence == hop.Declared }
func crowded(p *hop.Path) bool  { return p.Clients > 0 }
func hasPage(p *hop.Path) bool  { return p.Page != nil }
func onKernel(p *hop.Path) bool { return p.Kernel != nil }

// A Finding is one fault at one place.
type Finding struct {
	Rule       *Rule
	Severity   Severity // effective; Check leaves it to Run
	Confidence hop.Confidence
	Held       bool   // Check: part of what the finding rests on is only assumed, so it is a warning at most
	Path       string // name of the path it was found on
	// Trace is that path, for reports to draw; nil for what is found while reading. Where there are very many findings
	// those behind the first few hundred have one without hops.
	Trace *hop.Path
	// Stations are the hops of that path in short, of every finding.
	Stations []Station
	Pos      hop.Pos // the place to change
	// Resource is the address of the resource of infrastructure code that it is about, "aws_lb.web"; "" where there is
	// none. Check leaves it to others.
	Resource string
	// Message is the headline: who does what after how long, in at most about 100 characters. Notes say everything else:
	// other places first, then what comes of it and what to do.
	Message string
	Notes   []hop.Note
	Fix     *Fix
	More    int // further paths on which the same fault was found at the same place

	// When are the conditions that the message begins with: it is so in some of the cases in which the handshake is let
	// in. Gates are those that let it in.
	When, Gates []hop.Condition
}

// A Station is what is kept of a hop on the path of a finding.
type Station struct {
	Name     string
	Pos      hop.Pos
	CatchAll bool             // as in hop.Hop
	Failing  *hop.HealthCheck // as in hop.Hop
}

func stations(p *hop.Path) []Station {
	list := make([]Station, 0, len(p.Hops))
	for i := range p.Hops {
		h := &p.Hops[i]
		list = append(list, Station{h.Name, h.Pos, h.CatchAll, h.Failing})
	}
	return list
}

// A Fix is a set of edits of one baseline that cures a finding.
type Fix struct {
	Title string // imperative, lower case: "set proxy_read_timeout to 160s"
	Safe  bool   // applying it cannot change anything but the fault
	Edits []hop.Edit
}
