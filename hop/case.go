package hop

import (
	"fmt"
	"slices"
)

// A Case is what a source makes of a handshake when the conditions that nothing here decides turn out one way.
type Case struct {
	Hop  *Hop
	When []Condition // in the order in which they were met; none: whatever happens elsewhere
	// Rest says why there are further cases than those that a source lists; "" when there are none.
	Rest string

	way []Hop // Hop itself: a hop is large, and most ways are no longer
}

// Way is the hop as the beginning of a way. It is the one of the case, no copy, so it has one way to go on.
func (k *Case) Way() []Hop {
	if k.way == nil {
		return []Hop{*k.Hop}
	}
	return k.way
}

// A Condition is one thing that a configuration leaves open, and how it is taken: "auth_request /auth lets it in".
// Whether it is a gate, one side of which only turns clients away, is not written down anywhere: it follows from the
// cases (Gates).
type Condition struct {
	// Key says what is asked: conditions with one key are one question, on whatever line and at whatever hop.
	Key   string
	Holds bool   // how it is taken
	Text  string // a clause for people, for the way in which it is taken: "$cookie_sid is empty"
	Pos   Pos    // where it is asked
	// Why says why nothing decides it, as a clause; "" where that goes without saying.
	Why string
	// Guess says that it is as likely to be the other way: what is found only because of it is worth a look, no more.
	Guess bool
	// NoGate says that it is not up to who the client is: no side of the condition is a gate.
	NoGate bool
	// Beyond says that no script in a browser can make it hold: it takes HTTP credentials or a client certificate.
	Beyond bool

	asked *Question // nil for one that nobody asked for
}

func (c *Condition) question() *Question {
	if c.asked == nil {
		return new(Question)
	}
	return c.asked
}

// Fits reports whether the condition is taken as it is for a client that chose this value: "cookie sid", "a". It is
// true of conditions about something else.
func (c *Condition) Fits(about, value string) bool {
	return c.question().About == "" || c.question().About != about || c.question().answer(value) == c.Holds
}

// Foreign reports whether the condition takes something in front that adds a header, of which nothing says that it is
// there.
func (c *Condition) Foreign() bool { return c.question().Added && c.question().answer("") != c.Holds }

// About names the value that the condition is about; "" where it is about none.
func (c *Condition) About() string { return c.question().About }

// Values lists what the value is compared with, where it is compared with whole values.
func (c *Condition) Values() []string { return c.question().In }

const (
	// maxEvaluations bounds the work for one request at one source. Conditions that end a request cost one evaluation
	// each; those that do not double the number of cases, and many of them reach the bound.
	maxEvaluations = 256
	// maxCases is how many cases are kept of those.
	maxCases = 64
	// maxQuestions is how many questions are answered in one evaluation, and maxAnswers in all of them.
	maxQuestions = 512
	maxAnswers   = 1 << 12
)

// Cases evaluates a request in every case: eval fills in the hop, asks what it does not know, and is run again, with
// another hop, for the other answer.
// given are conditions that were taken further up the way. The cases that pass the request on come first, then those
// of which that is not known, each in about the order of how many conditions are taken otherwise than in the first
// evaluation. Of more than 64 cases, the first are kept, and all of them say so in Rest. Nothing is merged: two cases
// may be equal but for their conditions.
func Cases(given []Condition, eval func(a *Assumptions, h *Hop)) []Case {
	cases := make([]Case, 0, 1) // most requests have one
	plans := [][]bool{nil}
	admitted := 0 // as many as are kept: no further one could take the place of any of them
	answers := 0
	for ; len(plans) > 0 && len(cases) < maxEvaluations && admitted < maxCases && answers < maxAnswers; plans = plans[1:] {
		plan := plans[0]
		a := newAssumptions(given, plan)
		way := make([]Hop, 1)
		eval(a, &way[0])
		cases = append(cases, Case{Hop: &way[0], When: a.made, way: way})
		answers += len(a.made)
		if a.tired {
			return undecided(cases[len(cases)-1].Hop)
		}
		if cases[len(cases)-1].Hop.distance() == 0 {
			admitted++
		}
		last := len(a.made) - 1
		if last >= len(plan) && cases[len(cases)-1].Hop.distance() == 2 {
			// What turned it away was asked last: the other answer may let it in.
			plans = slices.Insert(plans, 1, a.other(last))
			last--
		}
		for i := len(plan); i <= last && len(cases)+len(plans) <= maxEvaluations; i++ {
			plans = append(plans, a.other(i)) // one more than can be followed, to know that the bound is reached
		}
	}
	slices.SortStableFunc(cases, func(a, b Case) int { return a.Hop.distance() - b.Hop.distance() })
	if len(plans) == 0 && len(cases) <= maxCases {
		return cases
	}
	cases = cases[:min(len(cases), maxCases)]
	for i := range cases {
		cases[i].Rest = fmt.Sprintf(
			"%s asks so many questions that only the first %d cases are followed",
			cases[0].Hop.Name,
			len(cases),
		)
	}
	return cases
}

// undecided is the one case of a request about which too much is asked: nothing is known of it.
func undecided(h *Hop) []Case {
	why := fmt.Sprintf("%s asks more than %d questions about one request", h.Name, maxQuestions)
	return Only(Hop{Name: h.Name, Pos: h.Pos, Answer: Unknown[Answer]("answer", h.Pos, why)})
}

// other is a plan that answers the i-th question otherwise, and those before it as they were answered.
func (a *Assumptions) other(i int) []bool {
	plan := make([]bool, i+1)
	for j := range plan {
		plan[j] = a.made[j].Holds
	}
	plan[i] = !plan[i]
	return plan
}

// Only is the one case of a source that asks nothing.
func Only(h Hop) []Case {
	way := []Hop{h}
	return []Case{{Hop: &way[0], way: way}}
}

// distance orders cases: the request is passed on, nobody knows, it is not.
func (h *Hop) distance() int {
	switch a, known := h.Answer.Get(); {
	case known && a.Kind == PassedOn:
		return 0
	case !known:
		return 1
	}
	return 2
}
