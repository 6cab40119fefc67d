package rules

import (
	"cmp"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/wslint/wslint/hop"
)

// maxHeadline is how many characters a headline has at most, as far as that is in the hands of a rule: names and
// values come from configurations.
const maxHeadline = 100

// headline says what the named hop does: "nginx location /ws closes …". A name for which there is no room is cut to
// its first word, "nginx" or "alb/prod-web": the place that every report shows says the rest.
func headline(name, format string, args ...any) string {
	rest := fmt.Sprintf(format, args...)
	if utf8.RuneCountInString(name)+1+utf8.RuneCountInString(rest) > maxHeadline {
		name = brief(name)
	}
	return name + " " + rest
}

// brief is the first word of a hop's name: "nginx" of "nginx location /ws".
func brief(name string) string {
	first, _, _ := strings.Cut(name, " ")
	if first == "the" {
		return name // "the application"
	}
	return first
}

// because ends a headline with its reason. One for which there is no room becomes a note.
func because(message, reason string) (string, []hop.Note) {
	reason = strings.TrimPrefix(reason, "the ")
	switch {
	case reason == "":
		return message, nil
	case utf8.RuneCountInString(message)+2+utf8.RuneCountInString(reason) > maxHeadline:
		return message, note("%s", reason)
	}
	return message + ": " + reason, nil
}

// note is a note of its own, on no other place.
func note(format string, args ...any) []hop.Note {
	return []hop.Note{{Text: fmt.Sprintf(format, args...)}}
}

// unlessSet is the note about a fragment of a configuration: what is missing there may be set around it.
func unlessSet(h *hop.Hop, setting string) []hop.Note {
	if h.Around == nil {
		return nil
	}
	return note("this holds unless %s sets %s", h.Around.Block, setting)
}

// remedy is the note that says what to change where no fix can.
func remedy(format string, args ...any) []hop.Note { return note("to fix this: "+format, args...) }

// origin says where a value comes from, for parentheses: "default proxy_read_timeout".
func origin[T any](s hop.Setting[T]) string {
	if !s.IsDefault() {
		return s.Name
	}
	switch as := cmp.Or(s.As, "default"); as {
	case hop.Fixed:
		return "not configurable"
	case hop.Unpublished:
		return "usual value, not published"
	case hop.Documented:
		return "default " + s.Name
	default:
		return as + " " + s.Name
	}
}

// from is the note that says where a length of time comes from.
func from(s hop.Setting[time.Duration]) hop.Note {
	length, _ := s.Get()
	what := "the " + origin(s)
	switch {
	case !s.IsDefault():
		what = "set by " + s.Name
	case s.As == hop.Fixed:
		what = origin(s)
	}
	return hop.Note{Text: hop.FormatDuration(length) + " is " + what}
}

// turnsAway says that a hop answers the handshake itself, and why.
func turnsAway(h *hop.Hop, a hop.Answer, reason string) (string, []hop.Note) {
	does := fmt.Sprintf("answers the handshake with %d", a.Status)
	switch {
	case a.Kind == hop.Closed:
		does = "closes the connection without an answer"
	case a.Kind == hop.Hangs:
		does = "never answers the handshake"
	case a.Status == 0:
		does = "answers the handshake itself"
	}
	message, notes := because(headline(h.Name, "%s", does), reason)
	if len(notes) > 0 { // perhaps there is room without the whole name
		if short, rest := because(brief(h.Name)+" "+does, reason); len(rest) == 0 {
			return short, nil
		}
	}
	return message, notes
}

// What the client gets when a handshake fails. Measured: laws B1, H1.
const (
	// reports1006 is all that a script in the browser sees of a failed handshake.
	reports1006 = "the browser reports 1006"
	// refuses is what servers do with a handshake that lacks one of its two headers.
	refuses = "WebSocket servers refuse that with 400, 404 or 426, and the browser reports 1006"
	// refusesOrigin is what servers do with an Origin that does not fit the Host. Measured: law Q2.
	refusesOrigin = "servers that compare Origin with Host answer 403, and the browser reports 1006"
)
