package haproxy

import (
	"path"
	"slices"
	"strings"

	"github.com/wslint/wslint/hop"
)

// page is what the configuration puts in the place of HAProxy's own answer of a status: the sections are asked in order, and in each
// the last line that concerns the status. A line of nil leaves the answer as it is; why says that it is not known. Measured.
func page(code int, sections ...*proxy) (l *line, answer hop.Answer, why string) {
	for _, p := range sections {
		for _, level := range p.levels() {
			for _, x := range slices.Backward(level.lines) {
				if a, why, ok := x.page(code); ok {
					if x.maybe != "" {
						why = x.maybe + " decides"
					}
					return x, a, why
				}
			}
		}
	}
	return nil, answer, ""
}

// page is what the line puts in the place of a status; ok says that it concerns it.
func (l *line) page(code int) (a hop.Answer, why string, ok bool) {
	same := hop.Answer{Kind: hop.Answered, Status: code}
	status, keyword := itoa(code), l.arg(0)
	switch keyword {
	case "errorloc", "errorloc302", "errorloc303":
		a = hop.Answer{Kind: hop.Answered, Status: 302, Location: l.arg(2)}
		if keyword == "errorloc303" {
			a.Status = 303
		}
		return a, "", l.arg(1) == status
	case "errorfile":
		return same, fileStatus(l.arg(2), status), l.arg(1) == status
	case "errorfiles":
		if codes := l.rest(2); len(codes) == 0 || slices.ContainsFunc(codes, func(w Word) bool { return w.Value == status }) {
			return same, "which status the pages of errorfiles " + l.arg(1) + " have is not known", true
		}
	case "http-error":
		if words := l.rest(1); statusOf(words, 0) == code {
			for i, w := range words {
				if w.Value == "errorfile" && i+1 < len(words) {
					return same, fileStatus(words[i+1].Value, status), true
				}
			}
			return same, "", true
		}
	}
	return a, "", false
}

// ownPage reports whether a deny, tarpit or return brings its answer along, rather than HAProxy's page of the status; why says that
// the status of what it brings is not known. Measured.
func ownPage(args []Word) (own bool, why string) {
	own = args[0].Value == "return"
	for i, w := range args {
		switch w.Value {
		case "file", "lf-file", "string", "lf-string", "hdr":
			return true, ""
		case "errorfile":
			if i+1 < len(args) {
				return true, fileStatus(args[i+1].Value, itoa(statusOf(args, 200)))
			}
		case "errorfiles":
			return true, "which status the pages of errorfiles have is not known"
		case "default-errorfiles":
			own = false
		}
	}
	return own, ""
}

// fileStatus says why the status in a file of errorfile is not known. Whoever names a file after a status means that status, as
// HAProxy's own errors/503.http does.
func fileStatus(name, status string) string {
	if strings.HasPrefix(path.Base(name), status) {
		return ""
	}
	return "which status " + name + " answers with is not known"
}
