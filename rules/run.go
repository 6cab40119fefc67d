package rules

import (
	"iter"

	"github.com/wslint/wslint/hop"
)

// Run applies the rules to the paths and returns their findings, unsorted. What is found on a merely possible path is a warning
// at most. Paths are looked at one by one and not kept: large configurations have many. The same fault at the same place on several paths is one finding: the surest one, with the number of further paths.
func Run(rules []*Rule, paths iter.Seq[*hop.Path]) []Finding {
	type key struct {
		rule *Rule
		pos  hop.Pos
	}
	var list []Finding
	at := map[key]int{}
	for p := range paths {
		for _, r := range rules {
			if r.Check == nil {
				continue
			}
			r.Check(p, func(f Finding) {
				f.Rule, f.Path, f.Confidence, f.Severity = r, p.Name, p.Confidence, r.Severity
				if p.Confidence == hop.Possible {
					f.Severity = min(f.Severity, Warning)
				}
				k := key{r, f.Pos}
				i, seen := at[k]
				switch {
				case !seen:
					at[k] = len(list)
					list = append(list, f)
				case list[i].Path == f.Path:
					// The other browser's form of the same handshake.
				case f.Confidence > list[i].Confidence:
					f.More = list[i].More + 1
					list[i] = f
				default:
					list[i].More++
				}
			})
		}
	}
	return list
}
