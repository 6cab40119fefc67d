package oracle_test

import (
	"fmt"
	"slices"
	"strings"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/internal/oracle"
	"github.com/wslint/wslint/parsers/nginx"
	"github.com/wslint/wslint/parsers/nginx/conf"
)

// undeclaredDiffs is what was predicted otherwise than observed where nobody tells which nginx runs: of the cases whose
// conditions the one that runs meets, one has to be what happened.
func undeclaredDiffs(lab *oracle.Lab, version string, p oracle.Probe, seen oracle.Observed) ([]string, error) {
	src, err := readSource(lab, "")
	if err != nil {
		return nil, fmt.Errorf("with no version declared: %w", err)
	}
	paths, err := lab.Paths(src, p)
	if err != nil {
		return nil, err
	}
	v, err := nginx.ParseVersion(version)
	if err != nil {
		return nil, err
	}
	as := ""
	for _, change := range conf.Changes {
		if v.AtLeast(change) {
			as = change.String()
		}
	}
	var fitting []*hop.Path
	for _, path := range paths {
		if !slices.ContainsFunc(path.When, func(c hop.Condition) bool {
			return strings.HasPrefix(c.About(), "the version of nginx") && !c.Fits(c.About(), as)
		}) {
			fitting = append(fitting, path)
		}
	}
	if len(fitting) == 0 {
		return []string{"with no version declared, there is no case of nginx " + version}, nil
	}
	best, _ := oracle.Fits(fitting, seen)
	found, _ := oracle.Compare(best, seen)
	for i, d := range found {
		found[i] = "with no version declared: " + d
	}
	return found, nil
}
