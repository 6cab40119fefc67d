package nginx

import (
	"slices"
	"strings"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers/nginx/conf"
)

// One server may have thousands of locations that a program wrote: they differ in their names. Of those whose blocks
// say the same, one is judged: where nothing is to be said of it, nothing is of the others, as long as nothing but the
// choice of the location looks at the path. That choice is made for each of them.

// An alikeLocations judges one of each kind of the locations of a server.
type alikeLocations struct {
	x     *pathShaper
	judge hop.Judge
	names map[string]int   // how many locations with prefixes have a name, in lower case and without its last slash
	clean map[string]bool  // by the shape: nothing is to be said of those that have it
	left  map[hop.Pos]bool // the places of those that were left out for that
}

// A pathShaper writes the shapes of locations. It knows what hangs on the path of a request.
type pathShaper struct {
	shaper
	onPath map[string]bool // variables, beside nginx's own
}

// newPathShaper is nil where what stands around all servers looks at paths.
func newPathShaper(c *Config) *pathShaper {
	x := &pathShaper{*newShaper(c), map[string]bool{}}
	if c.fragmentary() || c.main.unknown != "" || c.main.open {
		return nil
	}
	for again := true; again; {
		again = false
		for name, def := range c.variables {
			if !x.onPath[name] && def.d != nil && x.looks(def.d) {
				x.onPath[name], again = true, true
			}
		}
	}
	return x
}

// looks reports whether a directive has a variable that hangs on the path.
func (x *pathShaper) looks(d *conf.Directive) bool {
	return x.hangs(d.Name.Value) || slices.ContainsFunc(d.Args, func(w conf.Word) bool { return x.hangs(w.Value) }) ||
		slices.ContainsFunc(d.Block, x.looks)
}

// hangs reports whether a word has a variable that hangs on the path.
func (x *pathShaper) hangs(word string) bool {
	return hasVariable(word, func(name string) bool { return holdsPath(name) || x.onPath[name] })
}

// hasVariable reports whether a word has a variable of some kind; names are given in lower case.
func hasVariable(word string, is func(name string) bool) bool {
	for {
		i := strings.IndexByte(word, '$')
		if i < 0 {
			return false
		}
		word = strings.TrimPrefix(word[i+1:], "{")
		n := 0
		for n < len(word) && conf.IsNameByte(word[n]) {
			n++
		}
		if is(strings.ToLower(word[:n])) {
			return true
		}
		word = word[n:]
	}
}

// holdsPath reports whether a variable of nginx's own, or a capture, hangs on the path or the query.
func holdsPath(name string) bool {
	switch name {
	case "uri", "document_uri", "request_uri", "request", "request_length", "args", "query_string", "is_args",
		"request_filename", "document_root", "realpath_root", "fastcgi_script_name", "fastcgi_path_info":
		return true
	}
	return strings.HasPrefix(name, "arg_") || strings.HasPrefix(name, "secure_link") ||
		name != "" && name[0] >= '0' && name[0] <= '9'
}

// indifferent reports whether a directive does the same for every path.
func (x *pathShaper) indifferent(d *conf.Directive) bool {
	switch name := d.Name.Value; name {
	case "rewrite", "secure_link_secret", "client_header_buffer_size", "large_client_header_buffers":
		return false
	case "access_log", "log_format", "error_log", "proxy_cache_key", "proxy_cookie_path":
		return true
	case "proxy_set_header", "add_header": // one that nobody looks at may hold the path
		own := strings.ToLower(d.Arg(0))
		if strings.HasPrefix(own, "x-") && !strings.HasPrefix(own, "x-forwarded") {
			return true
		}
	}
	return !x.hangs(d.Name.Value) && !slices.ContainsFunc(d.Args, func(w conf.Word) bool { return x.hangs(w.Value) }) &&
		!slices.ContainsFunc(d.Block, func(inner *conf.Directive) bool { return !x.indifferent(inner) })
}

// around reports whether a level outside of locations, and those around it, leave the locations in it alone.
func (x *pathShaper) around(l *scope) bool {
	for ; l != nil; l = l.up {
		if l.unknown != "" || l.open || len(l.thirdParty) > 0 {
			return false
		}
		for _, d := range l.items {
			switch d.Name.Value {
			case "location":
				if !asTheyAre(d) {
					return false
				}
			case "server", "upstream", "http", "stream", "map", "geo", "split_clients":
			default:
				if !x.indifferent(d) {
					return false
				}
			}
		}
	}
	return true
}

// asTheyAre reports whether a directive is there and its words are what they seem to be.
func asTheyAre(d *conf.Directive) bool {
	return d.Unknown == "" && !d.Maybe && d.Text == "" &&
		!slices.ContainsFunc(d.Args, func(w conf.Word) bool { return w.Template })
}

// hasMany reports whether a server has so many locations that it pays to look for those that are alike.
func (s *server) hasMany() bool {
	return len(s.locations().static)+len(s.locations().regex) >= worthShapes
}

// locations are those of a server that may be alike; nil where something else looks at the path.
func (x *pathShaper) locations(s *server, judge hop.Judge, left map[hop.Pos]bool) *alikeLocations {
	ls := s.locations()
	if x == nil || ls.unknown != "" || !x.around(s.scope) {
		return nil
	}
	names := make(map[string]int, len(ls.static))
	for _, loc := range ls.static {
		names[bareName(loc.name)]++
	}
	return &alikeLocations{x: x, judge: judge, names: names, clean: map[string]bool{}, left: left}
}

func bareName(name string) string { return strings.ToLower(strings.TrimSuffix(name, "/")) }

// shape is what decides how a handshake for target fares in a location, but for the name of that; "" where something
// looks at the name.
func (a *alikeLocations) shape(e *endpoints, loc *location, from *scope, target string, c hop.Confidence, why string) (
	shape string) {
	if a == nil || from != loc.scope || !e.straight || loc.name == "/" || loc.scope.up != e.s.scope ||
		len(loc.inner.static)+len(loc.inner.regex) > 0 || len(loc.scope.thirdParty) > 0 ||
		!loc.scope.handler.Is("proxy_pass") || !isPlainTarget(target) || a.shadows(e, loc, target) {
		return ""
	}
	if loc.re != nil && len(loc.re.names) > 0 {
		return "" // they are variables
	}
	x := a.x
	x.key = x.key[:0]
	x.word(loc.modifier)
	x.word(why)
	x.mark(byte(c))
	tellingParts(target, x.word)
	if strings.HasSuffix(loc.name, "/") {
		x.mark('/')
	} else if e.replacesName(loc, loc.scope.handler) {
		return ""
	}
	if !x.block(loc.scope.d.Block) {
		return ""
	}
	return string(x.key)
}

// shadows reports whether a location has others beside it that seem to be written for the same path.
func (a *alikeLocations) shadows(e *endpoints, loc *location, target string) bool {
	if loc.re == nil {
		return a.names[bareName(target)] > 1
	}
	if found, _ := e.s.locations().prefix(asWritten, target); found.loc != nil && found.loc.name != "/" ||
		a.names[bareName(target)] > 0 {
		return true
	}
	return slices.ContainsFunc(e.s.locations().fitting(target), func(other *location) bool {
		if other == loc {
			return false // not even compiled: of many that are alike, few need be
		}
		groups, why := other.re.match(target)
		return groups != nil || why != ""
	})
}

// block writes the directives of a block of a location.
func (x *pathShaper) block(items []*conf.Directive) bool {
	for _, d := range items {
		if !asTheyAre(d) || !x.indifferent(d) {
			return false
		}
		x.word(d.Name.Value)
		for _, a := range d.Args {
			if !d.Is("proxy_pass") || !x.upstream(a.Value) && !x.address(a.Value) {
				x.word(a.Value)
			}
		}
		if !d.HasBlock {
			x.mark(';')
			continue
		}
		x.mark('{')
		if !x.block(d.Block) {
			return false
		}
		x.mark('}')
	}
	return true
}

// isPlainTarget reports whether a request target is a path that is taken as it is, and no long one.
func isPlainTarget(target string) bool {
	for i := range len(target) {
		c := target[i]
		double := c == '/' && i > 0 && target[i-1] == '/'
		if !isAlnum(c) && strings.IndexByte("-_/", c) < 0 && (c != '.' || target[i-1] == '/') || double {
			return false
		}
	}
	return len(target) < 512
}

// tellingParts gives the parts of a path by which somebody tells applications apart to write, and "" for the others.
func tellingParts(path string, write func(string)) {
	for part := range strings.SplitSeq(path, "/") {
		if !isTelling(strings.ToLower(part)) {
			part = ""
		}
		write(part)
	}
}

// isTelling reports whether a part of a path may say what application is behind it.
func isTelling(part string) bool {
	switch part {
	case "api", "connection", "hub", "kernels", "live", "notifications", "socket", "terminals":
		return true
	}
	begins := func(s string) bool { return strings.HasPrefix(part, s) }
	return slices.ContainsFunc([]string{"cable", "engine.io", "signalr", "sockjs", "socket.io", "websocket"}, begins) ||
		len(part) > 1 && part[0] == 'v' && part[1] >= '0' && part[1] <= '9'
}

// leavesOut reports whether nothing is to be said of a location of a shape, and notes its place then.
func (a *alikeLocations) leavesOut(shape string, loc *location) bool {
	if shape == "" || !a.clean[shape] {
		return false
	}
	a.left[loc.scope.pos()] = true
	return true
}

// model has one of the locations of a shape judged, for all of them.
func (a *alikeLocations) model(shape string, e hop.Endpoint) {
	if shape == "" {
		return
	}
	if _, known := a.clean[shape]; known {
		return
	}
	asked := false
	if more := e.Otherwise; more != nil { // paths that others may have otherwise
		e.Otherwise = func() []hop.Request { asked = true; return more() }
	}
	a.clean[shape] = a.judge(&e) == "" && !asked
}
