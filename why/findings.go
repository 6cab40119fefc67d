package why

import (
	"slices"

	"github.com/wslint/wslint/rules"
)

// findings takes up what the rules find that fits the symptom: none of it is missing, be it as the rule of a suspect
// that the path shows, too.
func (a *Answer) findings(given Given) {
	on := a.onPaths()
	for i := range given.Findings {
		f := &given.Findings[i]
		if !a.about(f) || a.named(f, on) {
			continue
		}
		s := Suspect{
			Name: nameOf(f), Likelihood: Likely, Pos: f.Pos, Path: f.Path, Reason: f.Message, Rule: f.Rule.Name,
			found: true, weight: 10*int(f.Severity) + 5*int(f.Confidence),
		}
		if f.Fix != nil {
			s.Cure = f.Fix.Title
		}
		if f.Rule == rules.UnreadableConfig {
			a.refused(&s, given)
		}
		a.Suspects = append(a.Suspects, s)
	}
}

// refused is what comes of a file that a program refuses: what was looked at is not what is in force.
func (a *Answer) refused(s *Suspect, given Given) {
	s.weight = 100
	if a.Symptom.Status == 0 && a.Symptom.After == 0 && !a.Symptom.AtReload {
		s.Likelihood = Predicted // nothing listens
	}
	s.Name = "configuration"
	if given.Program != nil && given.Program(s.Pos.File) != "" {
		s.Name = given.Program(s.Pos.File)
		s.Reason = s.Name + " does not start with this file, or goes on with the configuration that it had: " + s.Reason
	}
}

// nameOf is what a finding is about.
func nameOf(f *rules.Finding) string {
	for _, h := range f.Stations {
		if h.Pos == f.Pos {
			return h.Name
		}
	}
	switch n := len(f.Stations); {
	case f.Resource != "":
		return f.Resource
	case n > 0:
		return f.Stations[n-1].Name
	}
	return "configuration"
}

// about reports whether what was found may be seen as the symptom.
func (a *Answer) about(f *rules.Finding) bool {
	s := &a.Symptom
	if f.Voids() {
		return s.Code == 0 || s.Code == 1006
	}
	alone := s.Status == 0 && s.After == 0 && !s.AtReload
	switch f.Rule.Seen {
	case rules.NotSent:
		return alone && !s.opened()
	case rules.AppRefuses, rules.ProxyAnswers, rules.ReplyLost, rules.UnderLoad:
		return !s.opened() && (alone || f.Answers(s.Status))
	case rules.Quiet, rules.Aged:
		return s.Status == 0 && !s.AtReload && (s.Code == 0 || s.Code == 1006) && (alone || f.EndsAfter(s.After, s.fits))
	case rules.OnDeploy:
		return s.AtReload || !s.opened() && s.Status != 0 && f.Answers(s.Status)
	}
	return false
}

// A line is one of a file, or the path of a name, of which suspects are found.
type line struct {
	file string
	line int
	path string
}

// onPaths are the suspects that paths show, by their index: at their lines, and on the paths where they are what
// becomes of the handshake.
func (a *Answer) onPaths() map[line][]int {
	on := map[line][]int{}
	for i := range a.Suspects {
		s := &a.Suspects[i]
		if s.on == nil {
			continue
		}
		at := line{file: s.Pos.File, line: s.Pos.Line}
		on[at] = append(on[at], i)
		if s.Value == 0 {
			on[line{path: s.Path}] = append(on[line{path: s.Path}], i)
		}
	}
	return on
}

// named reports whether a suspect is what a rule found: it stands at the place, or is what becomes of the handshake on
// the path. That rule is then the one that judges it.
func (a *Answer) named(f *rules.Finding, on map[line][]int) bool {
	timer := false
	of := on[line{file: f.Pos.File, line: f.Pos.Line}]
	switch f.Rule.Seen {
	case rules.Quiet, rules.Aged, rules.OnDeploy:
		timer = true
	case rules.AppRefuses, rules.ProxyAnswers, rules.ReplyLost:
		of = slices.Concat(of, on[line{path: f.Path}])
	}
	for _, i := range of {
		s := &a.Suspects[i]
		if timer != (s.Value > 0) || s.Rule != "" && s.Rule != f.Rule.Name {
			continue
		}
		s.Rule, s.Likelihood = f.Rule.Name, max(s.Likelihood, Likely)
		if f.Fix != nil && s.Cure == "" {
			s.Cure = f.Fix.Title
		}
		return true
	}
	return false
}
