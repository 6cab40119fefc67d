package nginx

import (
	"fmt"
	"slices"
	"strings"

	"github.com/wslint/wslint/parsers/nginx/conf"

	"github.com/wslint/wslint/hop"
)

// A mark is what a run notes of a step when it takes it: enough to tell the step later. Most are never told.
type mark struct {
	kind stepKind
	d    *conf.Directive // what makes the step; nil for a choice
	loc  *location       // the one that was chosen
	path string          // what was chosen for, or what became of the request
}

type stepKind uint8

const (
	serverChosen stepKind = iota
	locationChosen
	namedChosen
	ifHolds
	rewritten
	fileFound
	fallsBack
	errorPageUsed
	indexUsed
	limited
	listensThere
	nameMatches
)

// mark notes a step.
func (r *run) mark(m mark) {
	if r.trail == nil {
		r.trail = make([]mark, 0, 4) // a server and a location, and room for a fallback
	}
	r.trail = append(r.trail, m)
}

// steps tells the steps that the run has taken.
func (r *run) steps() (list []hop.Step) {
	for _, m := range r.trail {
		if s, ok := r.step(m); ok {
			list = append(list, s)
		}
	}
	return list
}

// step tells one step; ok is false for one that goes without saying.
func (r *run) step(m mark) (s hop.Step, ok bool) {
	switch m.kind {
	case serverChosen:
		return r.serverStep()
	case locationChosen:
		s.Pos, s.Text = r.locationStep(m)
	case namedChosen:
		s.Pos, s.Text = m.loc.scope.pos(), "takes "+m.loc.String()
	default:
		s.Pos, s.Text, s.Turns = m.d.Pos(), m.does(), m.turns()
		_, sent := r.request.Header["Referer"]
		if m.kind == ifHolds && !sent && strings.Contains(strings.ToLower(written(m.d)), "referer") {
			s.Text, s.Turns = s.Text+": browsers send no Referer with a handshake", true
		}
	}
	return s, !s.Pos.IsZero()
}

// turns reports whether the step leads elsewhere than what was asked for.
func (m mark) turns() bool {
	switch m.kind {
	case rewritten, fallsBack, errorPageUsed, indexUsed:
		return true
	case ifHolds:
		return slices.ContainsFunc(m.d.Block, func(d *conf.Directive) bool { return conf.HandlerOf(d.Name.Value) != nil })
	}
	return false
}

// does is a clause for what a directive does to the request.
func (m mark) does() string {
	switch m.kind {
	case ifHolds:
		return "if " + written(m.d) + " holds"
	case rewritten:
		if m.d.Arg(2) == "break" {
			return "rewrite makes it " + m.path + " and stays in the location"
		}
		return "rewrite makes it " + m.path
	case fileFound:
		return "try_files finds " + m.path
	case fallsBack:
		return "try_files finds no file and goes on with " + m.path
	case errorPageUsed:
		return "error_page goes on with " + m.path
	case indexUsed:
		return "index makes it " + m.path
	case listensThere:
		if m.path != "" {
			return "begins with this stream server: it is the default of " + m.path
		}
		return "takes this stream server: it listens there"
	case nameMatches:
		return "takes this stream server: its server_name matches " + m.path
	}
	return "limit_except does not permit the method"
}

// written is what a directive says behind its name.
func written(d *conf.Directive) string {
	words := make([]string, len(d.Args))
	for i, a := range d.Args {
		words[i] = a.Value
	}
	return strings.Join(words, " ")
}

// serverStep says why the request comes to its server.
func (r *run) serverStep() (s hop.Step, ok bool) {
	d := r.server.scope.d
	if d == nil || r.socket == nil {
		return s, false // made up around a fragment
	}
	s.Pos = d.Pos()
	there := r.socket.addr
	if there == "?" || r.request.Addr == "" {
		there = "its address"
	}
	if len(r.socket.servers) == 1 && !r.socket.others {
		s.Text = fmt.Sprintf("takes this server: it is the only one on %s%s", there, r.moreSpecific())
		return s, true
	}
	if name, found := r.matchingName(); found {
		s.Pos = name.d.Pos()
		s.Text = fmt.Sprintf("takes this server: its server_name %s matches %s", name.text, r.host)
		return s, true
	}
	why := "the first one there takes it"
	for _, l := range r.server.listens {
		if l.byDefault && l.addr == r.socket.addr {
			s.Pos, why = l.d.Pos(), "the default_server takes it"
		}
	}
	host := r.host
	if host == "" {
		host = "the request"
	}
	s.Text, s.Turns = fmt.Sprintf("no server_name on %s matches %s: %s%s", there, host, why, r.moreSpecific()), true
	return s, true
}

// matchingName is the name of the server that the host of the request matches.
func (r *run) matchingName() (n serverName, found bool) {
	if s, _, re, why := r.socket.names.find(r.host, r.madeUpHost()); s != r.server || why != "" {
		return n, false
	} else if re != nil {
		i := slices.IndexFunc(s.names, func(n serverName) bool { return n.re == re })
		return s.names[max(i, 0)], i >= 0
	}
	for _, n := range r.server.names {
		if n.d == nil || n.re != nil {
			continue
		}
		star, tail := strings.TrimPrefix(n.text, "*"), strings.TrimSuffix(n.text, "*")
		if n.text == r.host || n.text == "."+r.host ||
			strings.HasPrefix(star, ".") && strings.HasSuffix(r.host, star) ||
			tail != n.text && strings.HasPrefix(r.host, tail) {
			return n, true
		}
	}
	return n, false
}

// moreSpecific says that another address of the same port loses against that of the socket.
func (r *run) moreSpecific() string {
	i := strings.LastIndexByte(r.socket.addr, ':')
	if i < 0 || strings.HasPrefix(r.socket.addr, "unix:") {
		return ""
	}
	for _, wild := range []string{"*", "[::]"} {
		if other := wild + r.socket.addr[i:]; other != r.socket.addr && r.c.socketAt[other] != nil &&
			strings.HasPrefix(wild, "[") == strings.HasPrefix(r.socket.addr, "[") {
			return ", which comes before " + other
		}
	}
	return ""
}

// mostBeaten is how many locations a step names that also match.
const mostBeaten = 3

// locationStep says which location is chosen for a path, why, and which others match it, too.
func (r *run) locationStep(m mark) (hop.Pos, string) {
	if m.loc == r.server.null() {
		return m.loc.scope.pos(), fmt.Sprintf("no location matches %s", m.path)
	}
	why := "the longest prefix"
	switch m.loc.modifier {
	case "=":
		why = "the very path"
	case "~", "~*":
		why = "the first regex that matches"
	}
	if m.loc.redirect && m.loc.name == m.path+"/" {
		why = "the same path with a slash"
	}
	text := fmt.Sprintf("takes %s for %s: %s", m.loc, m.path, why)
	if beaten := r.beaten(m); len(beaten) > 0 {
		text += ", ahead of " + strings.Join(beaten, ", ")
	}
	return m.loc.scope.pos(), text
}

// beaten are the locations that match the path of a choice and were not chosen.
func (r *run) beaten(m mark) (names []string) {
	var around []*location
	for l := m.loc.scope; l != nil && l.kind == locationScope; l = l.up {
		around = append(around, l.loc)
	}
	var look func(ls *locations)
	look = func(ls *locations) {
		for _, list := range [][]*location{ls.static, ls.regex} {
			for _, loc := range list {
				matches := strings.HasPrefix(m.path, loc.name)
				switch {
				case loc.re != nil:
					groups, why := loc.re.match(m.path)
					matches = groups != nil && why == ""
				case loc.modifier == "=":
					matches = loc.name == m.path
				}
				if matches && !slices.Contains(around, loc) {
					names = append(names, loc.String())
				}
				if matches {
					look(&loc.inner)
				}
			}
		}
	}
	look(r.server.locations())
	if len(names) > mostBeaten {
		names = append(names[:mostBeaten], fmt.Sprintf("%d more", len(names)-mostBeaten))
	}
	return names
}

// turned is the last step before the answer that leads elsewhere than what was asked for; ok is false when none does.
func (r *run) turned() (s hop.Step, ok bool) {
	for _, m := range slices.Backward(r.trail) {
		if m.turns() {
			return r.step(m)
		}
	}
	return s, false
}
