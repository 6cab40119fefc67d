package nginx

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers/nginx/conf"
)

// maxUnreadNamed is how many includes of a level a condition names.
const maxUnreadNamed = 2

// unreadOn are the includes of a level that could not be read, where nothing else about it is unknown: a file with an
// error keeps nginx from starting, and what a template expands to is more than a file.
func unreadOn(items []*conf.Directive) (list []*conf.Directive) {
	for _, d := range items {
		switch {
		case d.Unknown == "" && !d.Name.Template:
		case d.Is("include") && d.Cut == nil && !d.Name.Template:
			list = append(list, d)
		default:
			return nil
		}
	}
	return list
}

// A deed is something that an unread file may do, as a clause for people: {"handles /ws", "handle /ws"}.
type deed struct{ does, do string }

// spared answers whether none of some unread files does something; false where that cannot be asked. A guess is a deed
// that is as likely as not. Of a configuration that is looked at as it is written, nothing unread does anything.
func (r *run) spared(unread []*conf.Directive, by deed, guess bool) bool {
	switch {
	case len(unread) == 0:
		return false
	case r == nil:
		return true
	}
	first := unread[0]
	q := hop.Question{
		Key: "unread files at " + first.Pos().String() + ": " + by.do, Pos: first.Pos(), First: true, Guess: guess,
		Why: first.Unknown,
	}
	switch who := unreadNames(unread); {
	case len(who) == 1:
		q.Yes, q.No = who[0]+" does not "+by.do, who[0]+" "+by.does
	case len(who) <= maxUnreadNamed:
		q.Yes = "neither " + strings.Join(who, " nor ") + " " + by.does
		q.No = strings.Join(who, " or ") + " " + by.does
	default:
		q.Yes = fmt.Sprintf("none of %d unread includes %s", len(who), by.does)
		q.No = fmt.Sprintf("one of %d unread includes %s", len(who), by.does)
	}
	return r.w.Ask(q)
}

// unreadNames are what the files are called: by the last part of a path, since the place tells all of it.
func unreadNames(includes []*conf.Directive) (names []string) {
	for _, d := range includes {
		name := d.Arg(0)
		switch {
		case d.Hidden():
			name = "a file that could not be read"
		case !strings.ContainsAny(name, "*?["):
			name = path.Base(name)
		}
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// mayHold reports whether the unread files of a level can hold the directive: nginx takes it there.
func (l *scope) mayHold(name string) bool {
	specs := conf.Specs(name)
	if len(specs) == 0 {
		return true // another module's
	}
	return len(conf.SpecsIn(name, l.context())) > 0
}

// context is where the directives of the level stand. Stream has the kinds of http.
func (l *scope) context() conf.Context {
	switch l.kind {
	case mainScope:
		return conf.InMain
	case httpScope:
		return conf.InHTTP | conf.InStream
	case serverScope:
		return conf.InServer | conf.InStreamServer
	case locationScope:
		return conf.InLocation
	case ifScope:
		return conf.InLocationIf | conf.InServerIf
	}
	return conf.InLimitExcept
}

// unreadDecides takes back what became of a request that only reached its place because no unread file was taken to
// lead it elsewhere: a configuration whose own locations turn it away most likely has one for it in that file.
func (r *run) unreadDecides() {
	if len(r.sparedBy) == 0 {
		return
	}
	a, known := r.out.Answer.Get()
	why := r.sparedBy[0].Unknown
	if known && a.Kind != hop.PassedOn && !a.Cause.Denies() && a.Cause != hop.Credentials ||
		!known && r.out.Answer.Why() == why { // its error page may be there, too
		r.out.Answer = hop.Unknown[hop.Answer]("location", r.server.scope.pos(), why)
	}
}
