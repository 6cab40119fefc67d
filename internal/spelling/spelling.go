// Package spelling finds what a misspelt word was meant to be, and the texts that a pattern with wildcards stands for.
package spelling

import (
	"slices"
	"strings"
)

// Suggest returns the candidate that word was probably meant to be, "" when none is near.
func Suggest(word string, candidates []string) string {
	best, least := "", max(1, len(word)/3)+1
	for _, c := range candidates {
		if d := distance(strings.ToLower(word), strings.ToLower(c)); d < least {
			best, least = c, d
		}
	}
	return best
}

// Complete returns the candidate that begins with almost the word, else one that has the word in it; "" when there is
// none, or the word is too short.
func Complete(word string, candidates []string) string {
	if len(word) < 4 {
		return ""
	}
	word = strings.ToLower(word)
	best, least := "", len(word)/4+1
	for _, c := range candidates {
		for n := max(1, len(word)-1); n <= min(len(c), len(word)+1); n++ {
			if d := distance(word, strings.ToLower(c[:n])); d < least {
				best, least = c, d
			}
		}
	}
	if best != "" {
		return best
	}
	if i := slices.IndexFunc(candidates,
		func(c string) bool { return strings.Contains(strings.ToLower(c), word) }); i >= 0 {
		return candidates[i]
	}
	return ""
}

// OneSlip reports whether one letter too many, one too few, one wrong, or two neighbours exchanged make b of a.
func OneSlip(a, b string) bool {
	return -1 <= len(a)-len(b) && len(a)-len(b) <= 1 && distance(a, b) == 1
}

// distance counts the insertions, deletions, replacements and swaps of neighbours that turn a into b.
func distance(a, b string) int {
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}

// mostNear is how many candidates Near returns.
const mostNear = 5

// Near returns the candidates that word was probably meant to be, best first: the one that a slip or two makes of it,
// else all that have it in them, else the one that begins almost like it; nil when none is near.
func Near(word string, candidates []string) []string {
	slip, typed := Suggest(word, candidates), strings.ToLower(word)
	if slip != "" && distance(typed, strings.ToLower(slip)) <= 2 {
		return []string{slip}
	}
	var within []string
	for _, c := range candidates {
		if len(typed) >= 3 && strings.Contains(strings.ToLower(c), typed) && len(within) < mostNear {
			within = append(within, c)
		}
	}
	if len(within) > 0 {
		return within
	}
	for _, s := range []string{slip, Complete(word, candidates)} {
		if s != "" {
			return []string{s}
		}
	}
	return nil
}

// DidYouMean is Near in one phrase: "a", "a or b", "a, b or c"; "" when nothing is near.
func DidYouMean(word string, candidates []string) string {
	near := Near(word, candidates)
	last := len(near) - 1
	if last < 1 {
		return strings.Join(near, "")
	}
	return strings.Join(near[:last], ", ") + " or " + near[last]
}
