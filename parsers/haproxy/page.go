package haproxy

import (
	"path"
	"slices"
	"strings"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers/haproxy/conf"
)

// page is what the configuration puts in the place of HAProxy's own answer of a status: the sections are asked in
// order, and in each the last line that concerns the status. A line of nil leaves the answer as it is; why says that
// it is not known. Measured.
func page(code int, sections ...*conf.Proxy) (l *conf.Line, answer hop.Answer, why string) {
	for _, p := range sections {
		for _, level := range p.Levels() {
			for _, x := range slices.Backward(level.Pages) {
				if a, ok := linePage(x, code); ok {
					if x.Maybe != "" {
						why = x.Maybe + " decides"
					}
					return x, a, why
				}
			}
		}
	}
	return nil, answer, ""
}

// linePage is what the line puts in the place of a status; ok says that it concerns it.
func linePage(l *conf.Line, code int) (a hop.Answer, ok bool) {
	same := l.Arg(1) == itoa(code)
	switch l.Arg(0) {
	case "errorloc", "errorloc302":
		return hop.Answer{Kind: hop.Answered, Status: 302, Location: l.Arg(2)}, same
	case "errorloc303":
		return hop.Answer{Kind: hop.Answered, Status: 303, Location: l.Arg(2)}, same
	case "errorfile":
		return fileAnswer(l.Arg(2), code), same
	case "errorfiles":
		codes := l.Rest(2)
		return hop.Answer{
				Kind: hop.Answered,
			}, len(codes) == 0 ||
				slices.ContainsFunc(codes, func(w conf.Word) bool { return w.Value == itoa(code) })
	case "http-error":
		words := l.Rest(1)
		a, _ = ownPage(words, code)
		return a, statusOf(words, 0) == code
	}
	return a, false
}

// ownPage is the answer that a deny, tarpit, return or http-error brings along; own is false where it is HAProxy's
// page of the status instead. Measured.
func ownPage(args []conf.Word, code int) (a hop.Answer, own bool) {
	a, own = hop.Answer{Kind: hop.Answered, Status: code}, args[0].Value == "return"
	for i, w := range args {
		switch w.Value {
		case "file", "lf-file", "string", "lf-string", "hdr":
			return a, true
		case "errorfile":
			if i+1 < len(args) {
				return fileAnswer(args[i+1].Value, code), true
			}
		case "errorfiles":
			return hop.Answer{Kind: hop.Answered}, true
		case "default-errorfiles":
			own = false
		}
	}
	return a, own
}

// fileAnswer is what a file answers in the place of a status: without a status where that is not known. Whoever names
// a file after a status means that status, as HAProxy's own errors/503.http does; an empty file closes the
// connection. Measured.
func fileAnswer(name string, code int) hop.Answer {
	switch {
	case name == "/dev/null":
		return hop.Answer{Kind: hop.Closed}
	case strings.HasPrefix(path.Base(name), itoa(code)):
		return hop.Answer{Kind: hop.Answered, Status: code}
	}
	return hop.Answer{Kind: hop.Answered}
}
