package rules_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/rules"
)

func sortedNames(files map[string]string) []string { return slices.Sorted(maps.Keys(files)) }

// apply makes the edits of all fixes. A fix that touches what an earlier one has changed otherwise is left out, and
// ok is false.
func apply(files map[string]string, findings []rules.Finding) (fixed map[string]string, ok bool) {
	var edits []hop.Edit
	ok = true
	for _, f := range findings {
		if f.Fix == nil {
			continue
		}
		if slices.ContainsFunc(f.Fix.Edits, func(e hop.Edit) bool {
			return slices.ContainsFunc(
				edits,
				func(o hop.Edit) bool { return o != e && o.File == e.File && e.Start <= o.End && o.Start <= e.End },
			)
		}) {
			ok = false
			continue
		}
		for _, e := range f.Fix.Edits {
			if !slices.Contains(edits, e) {
				edits = append(edits, e)
			}
		}
	}
	slices.SortStableFunc(edits, func(a, b hop.Edit) int { return b.Start - a.Start })
	fixed = maps.Clone(files)
	for _, e := range edits {
		text := fixed[e.File]
		fixed[e.File] = text[:e.Start] + e.New + text[e.End:]
	}
	return fixed, ok
}

// unified is the difference between two texts in the usual form, with one line of context.
func unified(name, a, b string) string {
	if a == b {
		return ""
	}
	before, after := strings.Split(strings.TrimSuffix(a, "\n"), "\n"), strings.Split(strings.TrimSuffix(b, "\n"), "\n")
	// common[i][j] is the length of the longest common subsequence of before[i:] and after[j:].
	common := make([][]int, len(before)+1)
	for i := range common {
		common[i] = make([]int, len(after)+1)
	}
	for i := len(before) - 1; i >= 0; i-- {
		for j := len(after) - 1; j >= 0; j-- {
			if before[i] == after[j] {
				common[i][j] = common[i+1][j+1] + 1
			} else {
				common[i][j] = max(common[i+1][j], common[i][j+1])
			}
		}
	}
	var lines []string
	for i, j := 0, 0; i < len(before) || j < len(after); {
		switch {
		case i < len(before) && j < len(after) && before[i] == after[j]:
			lines = append(lines, " "+before[i])
			i, j = i+1, j+1
		case j == len(after) || i < len(before) && common[i+1][j] >= common[i][j+1]:
			lines = append(lines, "-"+before[i])
			i++
		default:
			lines = append(lines, "+"+after[j])
			j++
		}
	}
	return fmt.Sprintf("--- %s\n+++ %s\n", name, name) + hunks(lines)
}

// hunks leaves out the lines that stay, but for one before and behind each change.
func hunks(lines []string) string {
	near := func(i int) bool {
		return slices.ContainsFunc(lines[max(0, i-1):min(len(lines), i+2)], func(l string) bool { return l[0] != ' ' })
	}
	var b strings.Builder
	i, old, new := 0, 1, 1
	for i < len(lines) {
		if !near(i) {
			i, old, new = i+1, old+1, new+1
			continue
		}
		oldStart, newStart := old, new
		var hunk strings.Builder
		for ; i < len(lines) && near(i); i++ {
			hunk.WriteString(lines[i] + "\n")
			if lines[i][0] != '+' {
				old++
			}
			if lines[i][0] != '-' {
				new++
			}
		}
		fmt.Fprintf(&b, "@@ -%d,%d +%d,%d @@\n%s", oldStart, old-oldStart, newStart, new-newStart, hunk.String())
	}
	return b.String()
}
