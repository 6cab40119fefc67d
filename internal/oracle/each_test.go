package oracle_test

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/internal/oracle"
)

// runEach predicts all cases of a truth case when nothing is known of who sends the handshake, brings each about, and
// returns what was predicted otherwise than observed, and which cases are stated and not there, or there and not
// stated.
func runEach(t *testing.T, c oracle.Case, lab *oracle.Lab, server *oracle.Server, version string) (diffs []string) {
	t.Helper()
	src, err := openSource(lab, version)
	if err != nil {
		t.Fatal(err)
	}
	ran, left := server.RunCases(t, src, c.Probe, 2*len(c.Each)+10)
	for why := range left {
		diffs = append(diffs, "a case was not run: "+why)
	}
	root := filepath.Join(filepath.Dir(lab.Conf), "root")
	stated := slices.Clone(c.Each)
	for _, r := range ran {
		var when []string
		for _, w := range r.Case.When {
			when = append(when, strings.ReplaceAll(w.Text, root, ""))
		}
		s := oracle.Stated{Outcome: "unknown", When: strings.Join(when, " and ")}
		if !r.Unknown {
			s.Outcome = outcomeOf(r.Seen)
		}
		if i := slices.Index(stated, s); i >= 0 {
			stated = slices.Delete(stated, i, i+1)
		} else {
			diffs = append(diffs, fmt.Sprintf("this one is not stated: #! case %s when %s", s.Outcome, s.When))
		}
		for _, d := range r.Diffs {
			diffs = append(diffs, fmt.Sprintf("when %s: %s", s.When, d))
		}
	}
	for _, s := range stated {
		diffs = append(diffs, fmt.Sprintf("no case is %s when %s", s.Outcome, s.When))
	}
	return diffs
}

// outcomeOf is what was observed in the words of truth cases: "open", "answered 404".
func outcomeOf(seen oracle.Observed) string {
	observed := seen.Kind.String()
	if seen.Kind == hop.AnsweredByProxy {
		observed += fmt.Sprintf(" %d", seen.Status)
	}
	return observed
}
