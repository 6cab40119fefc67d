package hop

import (
	"net/netip"
	"slices"
	"strings"
)

// A Question is something that a configuration asks and nothing here answers.
type Question struct {
	// About names the value that is asked for, where the client chooses it: "cookie sid", "argument token", "header
	// Origin", "client address". Questions about one value know of each other: what is taken to be "a" is not "b". ""
	// for a question about no value.
	About string
	// Key says what is asked. A question about no value is asked again only in the very place, or about the very file:
	// its key has that in it.
	Key string
	// In lists the values for which the answer is yes; nil where Test says that. A value that is not sent counts as "".
	In []string
	// Test says what the answer is for a value; nil where In says that, and for questions about no value.
	Test func(value string) bool
	// Yes and No are clauses for people: "$cookie_sid is empty", "$cookie_sid is not empty".
	Yes, No string
	// Why says why nothing decides it, as a clause; "" where that goes without saying: it is up to the client.
	Why string
	Pos Pos
	// Beyond says that no script in a browser can make the answer yes.
	Beyond bool
	// Added says that no browser sends the value, a header: unless it is empty, something in front added it.
	Added bool
	// NoGate says that the answer does not hang on who the client is, but on how a browser sends handshakes, or on which
	// version of a proxy runs: that the handshake is turned away for one of the answers is a fault and no gate.
	NoGate bool
	// Rare says that the answer is hardly ever yes: what is found only then is worth a look, and takes nothing from what
	// is found otherwise.
	Rare bool
	// Guess says that nothing speaks for the answer that is tried first.
	Guess bool
	// First is the answer that is tried first: that for the value that was made up, or the usual one.
	First bool

	within []netip.Prefix // the networks of IsIn
}

// IsOneOf asks whether a value of the client's is one of values; name is what the operator calls it: "$cookie_sid".
func IsOneOf(about, name string, pos Pos, values ...string) Question {
	list := slices.Clone(values)
	slices.Sort(list)
	list = slices.Compact(list)
	said := make([]string, len(list))
	for i, v := range list {
		if said[i] = `"` + v + `"`; v == "" {
			said[i] = "empty"
		}
	}
	is := strings.Join(said, " or ")
	return Question{
		About: about, Key: about + " is " + is, In: list, Yes: name + " is " + is, No: name + " is " + negated(said),
		Pos: pos,
	}
}

// AtLeast asks whether the program that a configuration is for is of a version or a later one: of which one, nobody
// says. changes are all versions with which something changes, from old to new, so that answers about one follow from
// those about others. That it is older is tried first: most that run are.
func AtLeast(program, configuration, version string, changes []string) Question {
	from := slices.Index(changes, version)
	if from < 0 {
		panic("not among the versions with which something changes: " + version)
	}
	q := IsOneOf("the version of "+program+" for "+configuration, program, Pos{}, changes[from:]...)
	q.Yes, q.No = program+" is "+version+" or later", program+" is older than "+version
	q.NoGate = true
	return q
}

func negated(said []string) string {
	if len(said) == 1 {
		return "not " + said[0]
	}
	return "neither " + strings.Join(said, " nor ")
}

// Matches asks whether a value of the client's passes a test; name and test are in the operator's words:
// "$http_origin", "~ ^https://".
func Matches(about, name, test string, pos Pos, passes func(value string) bool) Question {
	return Question{
		About: about, Key: about + " matches " + test, Test: passes, Yes: name + " matches " + test, No: name +
			" does not match " + test, Pos: pos,
	}
}

// IsIn asks whether an address lies in one of several networks; name is in the operator's words: "src".
func IsIn(about, name string, pos Pos, networks ...netip.Prefix) Question {
	var said []string
	var list []netip.Prefix
	for _, n := range networks {
		n = n.Masked()
		list = append(list, n)
		if n.IsSingleIP() {
			said = append(said, n.Addr().String())
		} else {
			said = append(said, n.String())
		}
	}
	slices.Sort(said)
	in := "in " + strings.Join(slices.Compact(said), " or ")
	return Question{
		About: about, Key: about + " is " + in, Yes: name + " is " + in, No: name + " is not " + in, Pos: pos, within: list,
		Test: func(value string) bool {
			a, err := netip.ParseAddr(value)
			return err == nil && slices.ContainsFunc(list, func(n netip.Prefix) bool { return n.Contains(a.Unmap()) })
		},
	}
}

// answer is what the question yields for a value.
func (q *Question) answer(value string) bool {
	if q.Test != nil {
		return q.Test(value)
	}
	return slices.Contains(q.In, value)
}

// Taken is the condition that an answer to the question makes.
func (q Question) Taken(holds bool) Condition {
	c := Condition{Key: q.Key, Holds: holds, Text: q.No, Pos: q.Pos, Why: q.Why, Guess: q.Guess, Beyond: q.Beyond,
		NoGate: q.NoGate, asked: &q}
	if holds {
		c.Text = q.Yes
	}
	return c
}

// Assumptions are how everything that nothing here decides is taken in one evaluation of a request.
type Assumptions struct {
	given []Condition
	plan  []bool // how to answer, in the order of asking
	made  []Condition
	about map[string]*knowledge
	// answers are those given and made by their keys, where there are many.
	answers map[string]bool
	// tired says that too much was asked: the answers since then are none.
	tired bool
}

func newAssumptions(given []Condition, plan []bool) *Assumptions {
	a := &Assumptions{given: given, plan: plan}
	for i := range given {
		a.learn(given[i].question(), given[i].Holds)
	}
	return a
}

// Ask answers a question. One that was asked before, here or further up the way, is answered as it was then; one that
// follows from earlier answers about the same value is answered so and makes no condition.
func (a *Assumptions) Ask(q Question) bool {
	if a.tired = a.tired || len(a.made) == maxQuestions; a.tired {
		return q.First
	}
	if holds, asked := a.answered(q.Key); asked {
		return holds
	}
	if f := a.about[q.About]; f != nil && q.About != "" {
		if holds, follows := f.answer(&q); follows {
			return holds
		}
	}
	holds := q.First
	if n := len(a.made); n < len(a.plan) {
		holds = a.plan[n]
	}
	c := q.Taken(holds)
	a.made = append(a.made, c)
	if a.answers != nil {
		a.answers[q.Key] = holds
	}
	a.learn(c.asked, holds)
	return holds
}

// manyAnswers is from how many answers on they are looked up by their keys.
const manyAnswers = 32

// answered is how a question was answered; asked is false where it was not asked.
func (a *Assumptions) answered(key string) (holds, asked bool) {
	if len(a.given)+len(a.made) < manyAnswers {
		for _, list := range [][]Condition{a.given, a.made} {
			if i := slices.IndexFunc(list, func(c Condition) bool { return c.Key == key }); i >= 0 {
				return list[i].Holds, true
			}
		}
		return false, false
	}
	if a.answers == nil {
		a.answers = map[string]bool{}
		for _, c := range slices.Backward(slices.Concat(a.given, a.made)) {
			a.answers[c.Key] = c.Holds
		}
	}
	holds, asked = a.answers[key]
	return holds, asked
}

// Answered reports whether the very question was asked before, here or further up the way.
func (a *Assumptions) Answered(q Question) bool {
	_, asked := a.answered(q.Key)
	return asked
}

// Further begins another evaluation in the same case: what was answered is known, and Asked speaks of what is asked
// from here on.
func (a *Assumptions) Further() *Assumptions {
	return newAssumptions(slices.Concat(a.given, a.made), nil)
}

// Asked reports whether anything had to be assumed in this evaluation.
func (a *Assumptions) Asked() bool { return len(a.made) > 0 }

// Value is a value of the client's, where earlier answers leave only one.
func (a *Assumptions) Value(about string) (value string, known bool) {
	if f := a.about[about]; f != nil && f.limited && len(f.only) == 1 {
		return f.only[0], true
	}
	return "", false
}

// Allows reports whether a value of the client's may still be this one, after what was answered.
func (a *Assumptions) Allows(about, value string) bool {
	f := a.about[about]
	return f == nil || f.allows(value)
}

// Has reports whether some value was answered to be other than empty, of those whose name begins so: "file /srv/".
func (a *Assumptions) Has(prefix string) bool {
	for about, f := range a.about {
		if strings.HasPrefix(about, prefix) && !f.allows("") {
			return true
		}
	}
	return false
}

// learn notes what an answer says of a value.
func (a *Assumptions) learn(q *Question, holds bool) {
	if q.About == "" {
		return
	}
	f := a.about[q.About]
	if a.about == nil {
		a.about = map[string]*knowledge{}
	}
	if f == nil {
		f = &knowledge{}
		a.about[q.About] = f
	}
	if holds && q.Test == nil && !f.limited {
		f.limited, f.only = true, slices.Clone(q.In)
		f.only = slices.DeleteFunc(f.only, func(v string) bool { return !f.passes(v) })
	}
	f.answers = append(f.answers, given{q, holds})
	f.only = slices.DeleteFunc(f.only, func(v string) bool { return q.answer(v) != holds })
}

// knowledge is what the answers say of one value of the client's.
type knowledge struct {
	limited bool     // it is one of only
	only    []string // those that all answers allow
	answers []given
}

type given struct {
	q     *Question
	holds bool
}

// passes reports whether all answers so far are those for value.
func (f *knowledge) passes(value string) bool {
	return !slices.ContainsFunc(f.answers, func(k given) bool { return k.q.answer(value) != k.holds })
}

func (f *knowledge) allows(value string) bool {
	return f.passes(value) && (!f.limited || slices.Contains(f.only, value))
}

// answer is what follows for a question from what is known.
func (f *knowledge) answer(q *Question) (holds, follows bool) {
	switch {
	case f.limited && len(f.only) > 0:
		holds = q.answer(f.only[0])
		return holds, !slices.ContainsFunc(f.only[1:], func(v string) bool { return q.answer(v) != holds })
	case !f.limited && q.Test == nil:
		return false, !slices.ContainsFunc(q.In, f.passes)
	case q.within != nil:
		return f.within(q.within)
	}
	return false, false
}

// within is what follows for the question whether an address lies in one of several networks from what was answered
// about others.
func (f *knowledge) within(networks []netip.Prefix) (holds, follows bool) {
	// covered reports whether each of a lies in one of b.
	covered := func(a, b []netip.Prefix) bool {
		return !slices.ContainsFunc(a, func(n netip.Prefix) bool {
			return !slices.ContainsFunc(b, func(m netip.Prefix) bool { return m.Bits() <= n.Bits() && m.Contains(n.Addr()) })
		})
	}
	apart := func(a, b []netip.Prefix) bool {
		return !slices.ContainsFunc(a, func(n netip.Prefix) bool { return slices.ContainsFunc(b, n.Overlaps) })
	}
	for _, k := range f.answers {
		switch {
		case k.q.within == nil:
		case k.holds && covered(k.q.within, networks):
			return true, true
		case k.holds && apart(k.q.within, networks), !k.holds && covered(networks, k.q.within):
			return false, true
		}
	}
	return false, false
}
