package lint

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/internal/lazyregexp"
	"github.com/wslint/wslint/internal/spelling"
	"github.com/wslint/wslint/parsers"
	"github.com/wslint/wslint/rules"
)

// An ignore hides findings: a comment, or an entry of the configuration file.
type ignore struct {
	rules  []string
	reason string
	until  time.Time // its last day; zero when it holds for ever
	pos    hop.Pos   // of the comment or entry
	covers func(pos hop.Pos) bool
	// calls reports whether an entry is about the path or the resource of a finding; nil for comments.
	calls func(f rules.Finding) bool
	// included says of the files met so far whether all that includes them is covered; nil when it does not reach
	// into included files.
	included map[string]bool
	// seen reports whether this run looked at what it covers: without that nobody can say that it is of no use.
	seen bool
	used map[string]bool // the rules of which it hid a finding
	// cut returns the edits that take a rule out of it, or all of it; nil when it cannot be edited.
	cut func(rules []string) []hop.Edit
}

// ignoreMark begins the comments that are meant for wslint.
const ignoreMark = "wslint:"

var (
	ignoreComment = lazyregexp.New(`^(?:[#;/]+|/\*+)\s*wslint:(\S*)[ \t]*(.*?)\s*(?:\*+/)?$`)
	// namesFirst parts a list of names from what follows it.
	namesFirst = lazyregexp.New(`(?s)^\s*((?:[^\s,]*,[ \t]*)*[^\s,]*)(.*)$`)
	untilDate  = lazyregexp.New(`\s*\[?\buntil=([^\s\]]*)\]?`)
)

// ignoresOf reads the ignore comments of a text. What is wrong with one is a finding, and it hides nothing.
func ignoresOf(t parsers.Text, known []string) (list []*ignore, bad []rules.Finding) {
	if !bytes.Contains(t.Src, []byte(ignoreMark)) {
		return nil, nil
	}
	l := newLines(t)
	for _, c := range t.Comments {
		text := string(t.Src[c.Start:c.End])
		if c.Says != "" {
			text = "# " + c.Says
		}
		m := ignoreComment.FindStringSubmatch(text)
		if m == nil || m[1] == "" && !strings.HasPrefix(m[2], "ignore") {
			continue
		}
		i, err := l.ignore(c, m[1], m[2], known)
		if err != nil {
			bad = append(bad, rules.Finding{Pos: l.pos(c), Message: err.Error()})
			continue
		}
		list = append(list, i)
	}
	return list, bad
}

// ignore reads one ignore comment: the word behind "wslint:" and what follows it.
func (l lines) ignore(c parsers.Comment, word, text string, known []string) (*ignore, error) {
	if word != "ignore" && word != "ignore-file" {
		did := ""
		if word == "" {
			did = " with a space before ignore: write it like wslint:ignore zero-timeout reason"
		} else if s := spelling.Suggest(word, []string{"ignore", "ignore-file"}); s != "" {
			did = ": did you mean wslint:" + s + "?"
		}
		return nil, fmt.Errorf("unknown ignore comment wslint:%s%s", word, did)
	}
	i := &ignore{pos: l.pos(c), used: map[string]bool{}, seen: true}
	if word == "ignore" {
		i.included = map[string]bool{}
	}
	if m := untilDate.FindStringSubmatchIndex(text); m != nil {
		var err error
		if i.until, err = parseUntil(text[m[2]:m[3]]); err != nil {
			return nil, err
		}
		text = text[:m[0]] + text[m[1]:]
	}
	m := namesFirst.FindStringSubmatch(text)
	i.reason = strings.TrimSpace(strings.TrimLeft(m[2], " \t-:–—"))
	for _, name := range strings.Split(m[1], ",") {
		name = strings.TrimSpace(name)
		if err := knownRule(name, known); err != nil {
			return nil, err
		}
		i.rules = append(i.rules, name)
	}
	if i.reason == "" {
		return nil, fmt.Errorf(
			"ignore comment for %s gives no reason: add one after the rule name",
			strings.Join(i.rules, ", "),
		)
	}
	file, block := l.text.File, l.scope(c)
	i.covers = func(pos hop.Pos) bool {
		return pos.File == file && (word == "ignore-file" || pos.Line >= block.First && pos.Line <= block.Last)
	}
	if l.text.Editable && c.Says == "" {
		i.cut = func(rules []string) []hop.Edit { return l.cut(c, rules, len(i.rules)) }
	}
	return i, nil
}

func parseUntil(s string) (time.Time, error) {
	t, err := parseDay(s)
	if err != nil {
		return t, fmt.Errorf("until=%s is no date: write it like until=2027-01-31", s)
	}
	return t, nil
}

func parseDay(s string) (time.Time, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return t, fmt.Errorf("%q is no date: write it like 2027-01-31", s)
	}
	return t, nil
}

func knownRule(name string, known []string) error {
	switch {
	case name == "":
		return errors.New("ignore comment names no rule: write it like wslint:ignore zero-timeout reason")
	case slices.Contains(known, name):
		return nil
	}
	did := "wslint rules lists all"
	if s := spelling.DidYouMean(name, known); s != "" {
		did = "did you mean " + s + "?"
	}
	return fmt.Errorf("unknown rule %q: %s", name, did)
}

// expired reports whether its last day is over.
func (i *ignore) expired(now time.Time) bool {
	return !i.until.IsZero() && !now.IsZero() && now.After(i.until.AddDate(0, 0, 1))
}

// plainText finds comments in a file of which nothing else is known: lines that begin with #, and ignore comments
// behind a # that a blank precedes.
func plainText(file string, src []byte) parsers.Text {
	t := parsers.Text{File: file, Src: src, Editable: true}
	at := 0
	for line := range bytes.Lines(src) {
		end := at + len(bytes.TrimRight(line, "\r\n"))
		if text := bytes.TrimLeft(line, " \t"); bytes.HasPrefix(text, []byte("#")) {
			t.Comments = append(t.Comments, parsers.Comment{Start: at + len(line) - len(text), End: end})
			at += len(line)
			continue
		}
		for i := bytes.Index(line, []byte(ignoreMark)) - 1; i >= 0; i-- {
			if line[i] == '#' && (i == 0 || line[i-1] == ' ' || line[i-1] == '\t') {
				t.Comments = append(t.Comments, parsers.Comment{Start: at + i, End: end})
				break
			}
			if line[i] != ' ' && line[i] != '\t' && line[i] != '#' {
				break
			}
		}
		at += len(line)
	}
	return t
}

// ignores are all of a run.
type ignores struct {
	files *fileSet
	list  []*ignore
}

// hide reports whether an ignore hides the finding: by its place, by one of its notes, or by its path.
func (s ignores) hide(f rules.Finding, now time.Time) (hidden bool) {
	for _, i := range s.list {
		if i.expired(now) || !slices.Contains(i.rules, f.Rule.Name) {
			continue
		}
		if i.calls != nil && i.calls(f) || s.reaches(i, f.Pos) ||
			slices.ContainsFunc(f.Notes, func(n hop.Note) bool { return s.reaches(i, n.Pos) }) {
			hidden = true
			i.used[f.Rule.Name] = true
		}
	}
	return hidden
}

// reaches reports whether an ignore covers a place, or every directive that includes its file: a file that is
// included elsewhere too is not only what stands in the block of the comment.
func (s ignores) reaches(i *ignore, pos hop.Pos) bool {
	if i.covers(pos) {
		return true
	}
	if i.included == nil {
		return false
	}
	at := s.files.included()[pos.File]
	if len(at) == 0 {
		return false
	}
	all, known := i.included[pos.File]
	if !known {
		i.included[pos.File] = false // for files that include each other
		all = !slices.ContainsFunc(at, func(by hop.Pos) bool { return !s.reaches(i, by) })
		i.included[pos.File] = all
	}
	return all
}
