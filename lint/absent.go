package lint

import (
	"strings"

	"github.com/wslint/wslint/awscheck"
	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers"
	"github.com/wslint/wslint/rules"
)

// missing is what it means that a declared path goes through a hop of a name that was not found: a finding where it
// is sure that there is none, since a rename must not leave the path unguarded without a word; else what is not
// known. The path is not judged either way.
func missing(d Declared, e Element, name string, a parsers.Absence) (found []rules.Finding, unknown []hop.Note) {
	if !a.Sure {
		return nil, []hop.Note{{Pos: e.Pos, Text: "the path " + d.URL + " is not checked: " + name + ": " + a.Why}}
	}
	return []rules.Finding{{
		Rule: rules.PathHopMissing, Severity: rules.PathHopMissing.Severity, Confidence: hop.Declared, Path: d.URL,
		Pos:     e.Pos,
		Message: "there is no load balancer " + name + ": nothing guards this path",
		Notes:   []hop.Note{{Text: a.Why}},
	}}, nil
}

// absent takes out the declared paths through load balancers that an audit did not find. One whose timeouts somebody
// declared needs none.
func (r *run) absent(s *awscheck.Snapshot, a Audit) {
	names := map[string][]string{}
	for i := range s.LoadBalancers {
		lb := &s.LoadBalancers[i]
		for _, kind := range awscheck.PathKinds(lb.Kind) {
			names[kind] = append(names[kind], lb.Name)
		}
	}
	var kept []Declared
	for _, d := range r.in.Config.Paths {
		if e, gone := r.firstAbsent(d); gone {
			absence := s.Absent(e.Kind, a.Filters)
			kind, name, _ := strings.Cut(e.Kind, "/")
			if meant := parsers.Suggest(name, names[kind]); meant != "" && absence.Sure {
				absence.Why += ": did you mean " + kind + "/" + meant + "?"
			}
			found, unknown := missing(d, e, e.Kind, absence)
			r.result.Findings, r.result.Unknown = append(r.result.Findings, found...), append(r.result.Unknown, unknown...)
			r.result.Incomplete = r.result.Incomplete || absence.Failed && !a.AllowPartial
			continue
		}
		kept = append(kept, d)
	}
	r.in.Config.Paths = kept
}

// firstAbsent is the first hop of a path that is a load balancer of AWS and was not found.
func (r *run) firstAbsent(d Declared) (e Element, gone bool) {
	for _, e := range d.Through {
		if s, _ := r.in.Config.station(e); e.isAWS() && r.step(e) == nil && s.IdleAt.IsZero() {
			return e, true
		}
	}
	return e, false
}
