package lint

import (
	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/rules"
)

// missing is what it means that a declared path goes through a hop of a name that was not found: a finding where it
// is sure that there is none, since a rename must not leave the path unguarded without a word; else what is not
// known. The path is not judged either way.
func missing(d Declared, e Element, name string, a hop.Absence) (found []rules.Finding, unknown []hop.Note) {
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
