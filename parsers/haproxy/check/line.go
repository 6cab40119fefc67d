package check

import (
	"fmt"
	"slices"
	"strings"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/internal/spelling"
	"github.com/wslint/wslint/parsers"
	"github.com/wslint/wslint/parsers/haproxy/conf"
)

// A checker reads one line as HAProxy does when it starts, up to the first thing that no HAProxy takes or that cannot
// be known here.
type checker struct {
	c     *configuration
	p     *conf.Proxy // nil outside of proxies
	l     *conf.Line
	words []conf.Word // of the line, up to the first that is not known
	open  bool        // words follow that are not known
	at    int
	rule  bool // a condition may follow
	done  bool
}

// newChecker begins with a line: one is read at a time.
func (c *configuration) newChecker(p *conf.Proxy, l *conf.Line) *checker {
	k := &c.checker
	*k = checker{c: c, p: p, l: l, words: l.Words}
	if i := slices.IndexFunc(l.Words, unknown); i >= 0 {
		k.words, k.open = l.Words[:i], true
	}
	return k
}

// unknown reports whether what a word is depends on the machine.
func unknown(w conf.Word) bool { return w.Why != "" || strings.Contains(w.Value, "${") }

// more reports whether a word follows that is known.
func (k *checker) more() bool { return !k.done && k.at < len(k.words) }

// word is the next word, "" at the end.
func (k *checker) word() string {
	if !k.more() {
		return ""
	}
	return k.words[k.at].Value
}

// stop ends the check: what follows is known to other versions or not at all.
func (k *checker) stop() { k.done = true }

// fail says what is wrong with the present word, or with the line where no word is left.
func (k *checker) fail(format string, args ...any) { k.failNear("", nil, format, args...) }

// failNear is fail with what was probably meant instead of a word.
func (k *checker) failNear(word string, candidates []string, format string, args ...any) {
	if k.done || k.at >= len(k.words) && k.open {
		k.done = true
		return
	}
	k.done = true
	pos := k.l.Pos()
	if k.at < len(k.words) {
		pos = k.words[k.at].Pos()
	}
	p := parsers.Problem{Pos: pos, Text: fmt.Sprintf(format, args...)}
	if meant := nearest(word, candidates); meant != "" {
		p.Notes = []hop.Note{{Pos: pos, Text: "is " + meant + " meant?"}}
	}
	k.c.problems = append(k.c.problems, p)
}

// title is the keyword of the line, with what it is about.
func (k *checker) title() string {
	n := min(k.at, 2)
	return strings.Join(conf.Values(k.words[:max(1, min(n, len(k.words)))]), " ")
}

// unknownWord says that nothing takes the present word, unless another version does.
func (k *checker) unknownWord(candidates []string, format string, args ...any) {
	if elsewhere(k.word()) {
		k.other(k.word())
		return
	}
	k.failNear(k.word(), candidates, format, args...)
}

// elements follows what a table says of the words behind a keyword. Nothing may be left behind them but a condition,
// when conditional.
func (k *checker) elements(list []element, conditional bool) {
	k.rule = k.rule || conditional
	for _, e := range list {
		if k.done {
			return
		}
		k.element(e)
		if e.form == anything {
			return
		}
	}
	if conditional {
		k.condition(false)
	}
	if k.more() {
		if elsewhere(k.word()) {
			k.other(k.word())
			return
		}
		k.fail("'%s' : unexpected argument '%s'", k.title(), k.word())
	}
}

// atCondition reports whether a condition begins here.
func (k *checker) atCondition() bool { return k.word() == "if" || k.word() == "unless" }

func (k *checker) element(e element) {
	switch e.form {
	case ofKind:
		if !k.more() || e.may && k.rule && k.atCondition() {
			if !e.may {
				k.fail("'%s' : an argument is missing", k.title())
			}
			return
		}
		k.kind(e)
	case choice:
		k.choice(e)
	case options:
		for k.more() && k.option(e) {
		}
	case need:
		if !k.done && !slices.ContainsFunc(k.words, func(w conf.Word) bool { return slices.Contains(e.words, w.Value) }) &&
			!k.open {
			k.at = len(k.words)
			k.fail("'%s' expects '%s'", k.title(), strings.Join(e.words, "', '"))
		}
	case condition1, conditionN:
		k.condition(e.form == conditionN)
	case function:
		k.function(e.name)
	case anything:
		k.stop()
	}
}

// choice takes one of several words.
func (k *checker) choice(e element) {
	w := k.word()
	switch {
	case slices.Contains(e.words, w):
		k.at++
	case slices.Contains(e.words, "~"+w):
		if k.title() == "http-request set-timeout" {
			w = "set-timeout " + w
		}
		k.other(w)
	case e.may:
	case !k.more():
		k.fail("'%s' expects '%s'", k.title(), strings.Join(ownWords(e.words), "' or '"))
	default:
		k.unknownWord(
			ownWords(e.words),
			"'%s' expects '%s' (got '%s')",
			k.title(),
			strings.Join(ownWords(e.words), "', '"),
			w,
		)
	}
}

// ownWords are those of a choice that 2.6 takes.
func ownWords(words []string) []string {
	return slices.DeleteFunc(slices.Clone(words), func(w string) bool { return w[0] == '~' })
}

// option takes one option and what follows it; false when the word is none.
func (k *checker) option(e element) bool {
	i := slices.IndexFunc(e.options, func(o option) bool { return strings.TrimPrefix(o.name, "~") == k.word() })
	if i >= 0 && e.options[i].name[0] == '~' {
		k.other(k.words[0].Value + " " + k.word())
		return false
	}
	if i < 0 {
		if !e.may && !k.atCondition() {
			var names []string
			for _, o := range e.options {
				names = append(names, o.name)
			}
			names = ownWords(names)
			k.unknownWord(names, "'%s' only supports '%s' (got '%s')", k.title(), strings.Join(names, "', '"), k.word())
		}
		return false
	}
	k.at++
	for _, a := range e.options[i].args {
		k.element(a)
	}
	return !e.may
}

// lookup takes a keyword of a table and what follows it.
func (k *checker) lookup(t table, what string) {
	w := k.word()
	kw := t.find(w)
	switch {
	case !k.more():
		k.fail("'%s' expects an argument", k.title())
	case kw == nil:
		k.unknownWord(t.names(""), "unknown %s '%s'", what, w)
	case kw.other:
		k.other(w)
	default:
		k.at++
		for _, e := range kw.args {
			k.element(e)
		}
	}
}

// nearest is the candidate that is one slip of the keyboard away from a word, "" when none is.
func nearest(word string, candidates []string) string {
	for _, c := range candidates {
		if len(word) > 2 && spelling.OneSlip(word, c) {
			return c
		}
	}
	return ""
}
