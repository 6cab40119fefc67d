package nginx

import (
	"slices"
	"strings"

	"github.com/wslint/wslint/parsers/nginx/conf"
)

// A location is one location block, or the server itself as nginx sees it when no location matches.
type location struct {
	scope    *scope
	modifier string // "", "=", "^~", "~", "~*" or "@" for a named one
	name     string // what the modifier applies to
	re       *pattern
	redirect bool // nginx answers 301 to the name without its final slash
	inner    locations
	// blocks are the scopes of the if and limit_except blocks inside, by directive.
	blocks map[*conf.Directive]*scope
}

// locations are those of one level, in the order of the text.
type locations struct {
	static  []*location
	regex   []*location
	named   []*location       // only of a server
	unknown string            // why there may be others
	unread  []*conf.Directive // the includes that may bring others in, where nothing else may

	index   map[string][]*location // static by name, where there are many
	maxName int                    // length of the longest name in index

	begun *beginnings // of regex, where there are many
}

func newLocation(d *conf.Directive, modifier, name string, up *scope) *location {
	loc := &location{modifier: modifier, name: name}
	if named := d.Args; len(named) > 0 && named[len(named)-1].Template && !strings.HasPrefix(loc.name, "/") &&
		slices.Contains([]string{"", "=", "^~"}, loc.modifier) {
		loc.name = "/" + loc.name // whatever the template makes of it: a path
	}
	loc.scope = newScope(locationScope, d, d.Block, up)
	loc.scope.loc = loc
	if loc.modifier == "~" || loc.modifier == "~*" {
		loc.re = compilePattern(loc.name, loc.modifier == "~*", d.File())
	}
	passes := false
	for _, it := range d.Block {
		passes = passes || conf.HandlerOf(it.Name.Value) != nil
		kind := ifScope
		switch it.Name.Value {
		case "if":
		case "limit_except":
			kind = limitExceptScope
		default:
			continue
		}
		if loc.blocks == nil {
			loc.blocks = map[*conf.Directive]*scope{}
		}
		loc.blocks[it] = newScope(kind, it, it.Block, loc.scope)
	}
	loc.redirect = loc.redirects(passes)
	loc.inner = newLocations(loc.scope)
	return loc
}

func newLocations(l *scope) locations {
	ls := locations{}
	if l.kind == serverScope {
		ls.unknown = l.unknown
		ls.unread = l.unread
	}
	for _, d := range l.items {
		if !d.Is("location") || !d.HasBlock {
			continue
		}
		for _, name := range locationNames(d) {
			loc := newLocation(d, name[0], name[1], l)
			switch loc.modifier {
			case "~", "~*":
				ls.regex = append(ls.regex, loc)
			case "@":
				ls.named = append(ls.named, loc)
			default:
				ls.static = append(ls.static, loc)
			}
		}
		if why := asWritten.whyUnknown(d); why != "" {
			ls.unknown, ls.unread = why, nil
		}
	}
	ls.addIndex()
	return ls
}

// locationNames reads the arguments of a location, as modifiers and names: the modifier may stand apart or be glued to
// the name. Angie takes several names, each with a modifier of its own.
func locationNames(d *conf.Directive) (names [][2]string) {
	if len(d.Args) == 2 && slices.Contains(modifiers, d.Arg(0)) {
		return [][2]string{{d.Arg(0), d.Arg(1)}}
	}
	for _, a := range d.Args {
		i := slices.IndexFunc(modifiers, func(m string) bool { return strings.HasPrefix(a.Value, m) })
		switch {
		case i >= 0:
			names = append(names, [2]string{modifiers[i], a.Value[len(modifiers[i]):]})
		case strings.HasPrefix(a.Value, "@"):
			names = append(names, [2]string{"@", a.Value})
		default:
			names = append(names, [2]string{"", a.Value})
		}
	}
	return names
}

// modifiers stand before the name of a location.
var modifiers = []string{"=", "^~", "~*", "~"}

// redirects reports whether a request for the name without its slash is redirected. In nginx only a handler that
// passes requests on makes that so; Angie's auto_redirect says it for any.
func (loc *location) redirects(passes bool) bool {
	if !strings.HasSuffix(loc.name, "/") {
		return false
	}
	for l := loc.scope; l != nil; l = l.up {
		if d := l.one("auto_redirect"); d != nil {
			return d.Arg(0) == "on" || d.Arg(0) == "default" && passes
		}
	}
	return passes
}

// redirects reports whether a location that redirects has in this case what makes it do so.
func (r *run) redirects(loc *location) bool {
	return r == nil || !loc.scope.open || loc.redirects(slices.ContainsFunc(loc.scope.items, func(d *conf.Directive) bool {
		return conf.HandlerOf(d.Name.Value) != nil && r.has(d)
	}))
}

// String is the location as an operator would write it: "location ~ ^/ws".
func (loc *location) String() string {
	switch loc.modifier {
	case "", "@":
		return "location " + loc.name
	}
	return "location " + loc.modifier + " " + loc.name
}

// A choice is the result of choosing a location.
type choice struct {
	loc      *location
	redirect bool     // answer 301: the location is that of the name with a slash
	captures []string // of the regex that decided
	re       *pattern
	why      string // why the choice cannot be known
}

// find chooses the location for a decoded path as nginx does: exact name, longest prefix, then regexes in the order
// of the text unless the prefix forbids them, nested locations before those around them. Measured: law L1.
func (ls *locations) find(r *run, path string) choice {
	found, exact := ls.prefix(r, path)
	// What an unread file at server level holds is unlikely to divert a path that a location of its own was written for.
	divertible := ls.unknown != "" && (found.loc == nil || found.loc.name == "/" && !exact)
	if divertible && len(ls.unread) == 0 {
		return choice{why: ls.unknown}
	}
	if exact || found.redirect {
		return found
	}
	noRegex := false
	if found.loc != nil {
		noRegex = found.loc.modifier == "^~"
		inner := found.loc.inner.find(r, path)
		if inner.why != "" || inner.redirect || inner.re != nil || inner.loc != nil && inner.loc.modifier == "=" {
			return inner
		}
		if inner.loc != nil {
			found, divertible = inner, false
		}
	}
	if divertible {
		divertible = noRegex || !slices.ContainsFunc(ls.fitting(path), func(loc *location) bool {
			groups, why := loc.re.match(path)
			return (groups != nil || why != "") && r.has(loc.scope.d)
		})
	}
	if divertible && !ls.spares(r, found.loc, path) {
		return choice{why: ls.unknown}
	}
	if noRegex {
		return found
	}
	for _, loc := range ls.fitting(path) {
		groups, why := loc.matches(r, path)
		switch {
		case groups == nil && why == "" || !r.has(loc.scope.d): // which of the others are there makes no difference
			continue
		case why != "":
			return choice{why: why}
		}
		hit := choice{loc: loc, captures: groups, re: loc.re}
		inner := loc.inner.find(r, path)
		switch {
		case inner.why != "":
			return inner
		case inner.re != nil:
			return inner
		case inner.loc != nil:
			// A redirect inside a regex location is not made: nginx takes the location itself.
			hit.loc = inner.loc
		}
		return hit
	}
	return found
}

// matches is what the pattern of a location captures of a path, where a request is served; else nothing but whether it
// matches.
func (loc *location) matches(r *run, path string) (groups []string, why string) {
	if r != asWritten {
		return loc.re.match(path)
	}
	takes, why := loc.re.takes(path)
	if takes {
		groups = []string{}
	}
	return groups, why
}

// spares answers whether the unread files of the server have no place for a path that only the location for all paths
// takes here. That nothing here takes it says that they have one.
func (ls *locations) spares(r *run, all *location, path string) bool {
	if all == nil || !r.spared(ls.unread, deed{"handles " + path, "handle " + path}, false) {
		return false
	}
	if r != nil {
		r.sparedBy = ls.unread
	}
	return true
}

// exactly is the exact location beside a prefix of the same name, else the prefix: nginx keeps both in one node.
func (ls *locations) exactly(r *run, prefix *location) *location {
	for _, loc := range ls.static {
		if loc.modifier == "=" && loc.name == prefix.name && r.has(loc.scope.d) {
			return loc
		}
	}
	return prefix
}

// prefix looks among exact and prefix locations of one level.
func (ls *locations) prefix(r *run, path string) (found choice, exact bool) {
	for _, loc := range ls.called(path) {
		if loc.name == path && loc.modifier == "=" && r.has(loc.scope.d) {
			return choice{loc: loc}, true
		}
	}
	if found.loc = ls.longest(r, path); found.loc != nil && found.loc.name == path {
		return found, false
	}
	for _, loc := range ls.called(path + "/") {
		if loc.redirect && len(loc.name) == len(path)+1 && strings.HasPrefix(loc.name, path) && r.has(loc.scope.d) &&
			r.redirects(loc) {
			return choice{loc: ls.exactly(r, loc), redirect: true}, false
		}
	}
	return found, false
}

// called are candidates for the locations of a name: all where there is no index.
func (ls *locations) called(name string) []*location {
	if ls.index == nil {
		return ls.static
	}
	return ls.index[name]
}

// longest is the prefix location with the longest name that the path begins with.
func (ls *locations) longest(r *run, path string) (found *location) {
	if ls.index == nil {
		for below := len(path) + 1; below > 0; {
			n := -1
			for _, loc := range ls.static {
				if len(loc.name) > n && len(loc.name) < below && loc.modifier != "=" && strings.HasPrefix(path, loc.name) {
					n = len(loc.name)
				}
			}
			if below = n; n < 0 {
				break
			}
			if found := r.firstOf(ls.static, path[:n]); found != nil {
				return found
			}
		}
		return nil
	}
	for n := min(len(path), ls.maxName); n >= 0; n-- {
		if found := r.firstOf(ls.index[path[:n]], path[:n]); found != nil {
			return found
		}
	}
	return nil
}

// firstOf is the first prefix location of that name that is there.
func (r *run) firstOf(list []*location, name string) *location {
	for _, loc := range list {
		if loc.modifier != "=" && loc.name == name && r.has(loc.scope.d) {
			return loc
		}
	}
	return nil
}

// addIndex makes an index of the static locations, and of the others, where there are many.
func (ls *locations) addIndex() {
	if len(ls.regex) > indexAbove {
		ls.begun = newBeginnings(ls.regex)
	}
	if len(ls.static) <= indexAbove {
		return
	}
	ls.index = make(map[string][]*location, len(ls.static))
	for _, loc := range ls.static {
		ls.index[loc.name] = append(ls.index[loc.name], loc)
		ls.maxName = max(ls.maxName, len(loc.name))
	}
}
