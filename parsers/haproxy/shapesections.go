package haproxy

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/wslint/wslint/parsers"
	"github.com/wslint/wslint/parsers/haproxy/conf"
)

// A sectionShape is what the shapes of ways hold of a section.
type sectionShape struct {
	text int
	ok   bool // nothing in it goes by the host
	path bool // something goes by the path
}

// A frontShape is what they hold of a frontend, and its routes.
type frontShape struct {
	sectionShape
	proxy     *conf.Proxy
	alike     []int       // numbers of its listeners: those with one fare alike, but for 0
	byDefault *conf.Proxy // nil for none
	routes    []routeShape
	at        map[*conf.Line]int
	byHost    map[string][]int // the routes that only one of these hosts takes
	open      []int            // the others
}

// A routeShape is a use_backend line.
type routeShape struct {
	text   int // but for its hosts, its backend and the numbers in its path
	hosts  []string
	path   string      // what the text leaves out of its path
	exact  bool        // something else in its condition goes by the path
	to     *conf.Proxy // nil where a map says that
	mapped *hostMap
}

// A hostMap is one that hosts choose their backend by.
type hostMap struct {
	list      *conf.List
	otherwise string
}

// section is the shape of a backend or of a section of defaults.
func (x *shapes) section(p *conf.Proxy) *sectionShape {
	s := x.backs[p]
	if s == nil {
		s = &sectionShape{ok: true}
		x.backs[p] = s
		key := x.key
		x.key = nil
		x.lines(p, s)
		s.text = x.number(x.key)
		x.key = key
	}
	return s
}

// word adds a word to the text of a shape.
func (x *shapes) word(w string) {
	x.add(len(w))
	x.key = append(x.key, w...)
}

// lines writes the lines of a section, those of its defaults by the section alone.
func (x *shapes) lines(p *conf.Proxy, s *sectionShape) {
	if p.Base != nil {
		base := x.section(p.Base)
		s.ok, s.path = s.ok && base.ok, s.path || base.path
		x.add(x.number([]byte(p.Base.Pos().String())))
	}
	x.add(flag(p.Fragment))
	s.ok = s.ok && p.Head.Maybe == ""
	named := aclReadings(p)
	for _, l := range p.Lines {
		s.ok = s.ok && l.Maybe == "" && !slices.ContainsFunc(l.Words, func(w conf.Word) bool { return w.Why != "" })
		switch word := l.Arg(0); {
		case word == "use_backend" || word == "bind" || word == "default_backend":
			continue
		case word == "acl" && named[l.Arg(1)] != reading{}:
			continue // it is part of the shapes of the routes that ask for it, and of the lines below
		case word == "server":
			x.server(p, l)
			continue
		}
		r := x.lineReading(l, named)
		s.ok, s.path = s.ok && !r.host, s.path || r.path
		x.add(flag(l.No) + 2*flag(l.Reset))
		for _, w := range l.Words {
			x.word(w.Value)
			if name := strings.TrimLeft(w.Value, "!"); named[name] != (reading{}) {
				x.acl(p.ACLs[name])
			}
		}
		x.add(-1)
	}
}

// acl writes what the lines of an ACL compare.
func (x *shapes) acl(lines []*conf.Line) {
	for _, l := range lines {
		x.add(-5)
		for _, w := range l.Rest(2) {
			x.word(w.Value)
		}
	}
}

// aclReadings are what the ACLs of a section go by, by their name.
func aclReadings(p *conf.Proxy) map[string]reading {
	named := map[string]reading{}
	for name, lines := range p.ACLs {
		for _, l := range lines {
			r := readingOf(l.Rest(2))
			named[name] = reading{r.host || named[name].host, r.path || named[name].path}
		}
	}
	return named
}

// lineReading is what a line goes by, with what the ACLs that it names do.
func (x *shapes) lineReading(l *conf.Line, named map[string]reading) (r reading) {
	if decidesNothing(l) {
		return r
	}
	for i, w := range l.Words {
		of := named[strings.TrimLeft(w.Value, "!")]
		r = reading{r.host || of.host, r.path || of.path}.and(w.Value)
		if w.Value == "redirect" {
			// To https it leads to what else listens.
			r = reading{r.host || l.Arg(i+1) != "scheme" || x.several, true}
		}
	}
	return r
}

// server writes a server, without its name where nothing goes by that, and with no more of an address that nobody here
// knows than that it is another one.
func (x *shapes) server(p *conf.Proxy, l *conf.Line) {
	for i, w := range l.Words {
		switch {
		case i == 1 && !x.servers:
		case i == 2 && x.elsewhere(w.Value):
			same := func(s *conf.Server) bool { return s.Line.Arg(2) == w.Value }
			x.add(-3, slices.IndexFunc(p.Servers, same))
			x.word(w.Value[strings.LastIndexByte(w.Value, ':'):])
		default:
			x.word(w.Value)
		}
	}
	x.add(-1)
}

// elsewhere reports an address of another machine, which no listener has.
func (x *shapes) elsewhere(addr string) bool {
	ap, err := netip.ParseAddrPort(addr)
	return err == nil && ap.Addr().Is4() && ap.Addr().IsPrivate() && !x.c.Binds(addr)
}

// A reading says what something goes by.
type reading struct{ host, path bool }

// and adds what a word may go by.
func (r reading) and(word string) reading {
	word = strings.ToLower(word)
	has := func(s string) bool { return strings.Contains(word, s) }
	return reading{
		r.host || has("host") || has("sni") || has("base") || has("origin") || has("referer"),
		r.path || has("path") || has("url") || has("uri") || has("query"),
	}
}

// readingOf is what words may go by.
func readingOf(words []conf.Word) (r reading) {
	for _, w := range words {
		r = r.and(w.Value)
	}
	return r
}

// decidesNothing reports a line with words of the request that decide nothing about a handshake, or no more than which
// of several servers of one kind it gets to.
func decidesNothing(l *conf.Line) bool {
	switch l.Arg(0) {
	case "capture", "log", "log-format", "log-format-sd", "error-log-format", "log-tag", "description", "option",
		"http-check", "tcp-check", "balance", "hash-type", "stick-table":
		return true
	case "http-request", "http-response":
		return harmless(l.Arg(1)) || passesHost(l)
	}
	return false
}

// passesHost reports a header with the Host as it is, whose name says so: what reads it goes by the host then, too.
func passesHost(l *conf.Line) bool {
	name, value := strings.ToLower(l.Arg(2)), strings.ToLower(l.Arg(3))
	return l.Is("http-request", "set-header") && len(l.Words) == 4 && name != "host" && strings.Contains(name, "host") &&
		(value == "%[hdr(host)]" || value == "%[req.hdr(host)]")
}

// front is the shape of a frontend.
func (x *shapes) front(p *conf.Proxy) *frontShape {
	f := x.fronts[p]
	if f != nil {
		return f
	}
	f = &frontShape{proxy: p, at: map[*conf.Line]int{}, byHost: map[string][]int{}}
	f.ok = true
	x.fronts[p] = f
	x.key = x.key[:0]
	x.word(p.Kind)
	x.lines(p, &f.sectionShape)
	for _, b := range p.Binds {
		begin, n := len(x.key), 0
		if x.bind(p, b) {
			n = x.number(x.key[begin:])
		}
		f.alike = append(f.alike, n)
	}
	f.text = x.number(x.key)
	if l, maybe := p.Setting("default_backend"); maybe != "" {
		f.ok = false
	} else if l != nil {
		f.byDefault = x.c.Find(l.Arg(1))
		f.ok = f.ok && f.byDefault != nil
	}
	f.routes = make([]routeShape, 0, len(p.Routes.List))
	for i, route := range p.Routes.List {
		r, ok := x.route(p, route)
		if f.ok = f.ok && ok; !f.ok {
			return f
		}
		f.routes, f.at[route.Line] = append(f.routes, r), i
		if len(r.hosts) == 0 {
			f.open = append(f.open, i)
		}
		for _, h := range r.hosts {
			f.byHost[h] = append(f.byHost[h], i)
		}
	}
	return f
}

// bind writes a listener, by its port alone where that is a usual one; ok is false where that is one of its own.
func (x *shapes) bind(p *conf.Proxy, b *conf.Listener) (ok bool) {
	if found := x.c.candidates(addressOf(b)); len(found) != 1 || found[0] != b || b.First != b.Last || b.Unknown != "" ||
		strings.Contains(b.Line.Arg(1), ",") || x.frontends {
		x.add(-4, x.number([]byte(p.Pos().String())))
		return false
	}
	host, port := b.Line.Arg(1), b.First
	if i := strings.LastIndexByte(host, ':'); i >= 0 {
		host = host[:i]
	}
	if x.word(host); port > 1024 {
		port = 1024 // any that browsers do not take by themselves
	}
	x.add(port)
	for _, w := range b.Line.Words[2:] {
		x.word(w.Value)
	}
	x.add(-1)
	return true
}

// route is the shape of a use_backend line; ok is false where it may take hosts that it does not name one by one.
func (x *shapes) route(p *conf.Proxy, route conf.ConditionalRule) (r routeShape, ok bool) {
	if route.Rule.Proxy != p || route.Line.Maybe != "" || len(route.Args) != 1 ||
		slices.ContainsFunc(route.Line.Words, func(w conf.Word) bool { return w.Why != "" }) {
		return r, false
	}
	name := route.Args[0].Value
	if r.to = x.c.Find(name); r.to == nil {
		if r.mapped = x.mapped(name); r.mapped == nil {
			return r, false
		}
	}
	x.key = x.key[:0]
	if r.mapped != nil {
		x.word(name)
	}
	if route.Cond != nil && !x.condition(route.Cond, &r) {
		return r, false
	}
	r.text = x.number(x.key)
	return r, r.mapped == nil || len(r.hosts) == 0
}

// condition writes a condition, and notes the hosts and the path that it asks for.
func (x *shapes) condition(c *conf.Condition, r *routeShape) (ok bool) {
	suites, missing := c.Terms()
	x.add(flag(c.Unless), len(suites))
	plain := !missing && !c.Unless && len(suites) == 1
	for _, suite := range suites {
		x.add(-1)
		for _, t := range suite {
			tests := c.Proxy.Tests(t.Name.Value)
			if t.Inline != nil {
				tests = []conf.Test{*t.Inline}
			}
			if x.add(flag(t.Negated)); len(tests) == 0 {
				x.word(t.Name.Value) // one that HAProxy brings along
				continue
			}
			if len(tests) > 1 || tests[0].Why != "" || tests[0].Never() ||
				!x.test(tests[0].ACL, plain && !t.Negated, r) {
				return false
			}
		}
	}
	return !missing
}

// test writes a test. In a condition of one alternative, it may be the one for the host or the path.
func (x *shapes) test(a conf.ACL, must bool, r *routeShape) (ok bool) {
	x.word(a.Expr.Text)
	x.word(string(a.Method))
	x.add(flag(a.Fold))
	exact := must && len(a.Files) == 0 && len(a.Patterns) > 0 && !a.Expr.Bad
	reads := reading{}.and(a.Expr.Text)
	switch {
	case exact && asksForHost(a.Expr) && isWhole(a) && len(r.hosts) == 0:
		r.hosts = conf.Values(a.Patterns)
		x.add(len(r.hosts))
		sorted := slices.Sorted(slices.Values(r.hosts))
		return len(slices.Compact(sorted)) == len(r.hosts) && !slices.ContainsFunc(r.hosts, notHostName)
	case exact && isBeginning(a) && r.path == "":
		r.path = a.Patterns[0].Value
		x.word(withoutNumbers(r.path))
		return true
	case reads.host:
		return false
	}
	r.exact = r.exact || reads.path
	for _, words := range [][]conf.Word{a.Files, a.Patterns} {
		for _, w := range words {
			x.word(w.Value)
		}
	}
	return true
}

func notHostName(s string) bool { return !parsers.IsHostName(s) }

// isWhole reports a test that compares all of a name that a browser connects to, its port aside.
func isWhole(a conf.ACL) bool {
	return (a.Method == "" || a.Method == "str") && onlyName(a.Expr.Convs)
}

// onlyName reports converters that make no other name of one in small letters.
func onlyName(list []conf.Call) bool {
	return !slices.ContainsFunc(list, func(c conf.Call) bool {
		return c.Name != "lower" && (c.Name != "field" || !slices.Equal(c.Args, []string{"1", ":"}))
	})
}

// isBeginning reports a test for one plain path, or for what it begins with.
func isBeginning(a conf.ACL) bool {
	return a.Expr.Fetch.Name == "path" && len(a.Expr.Convs) == 0 && len(a.Patterns) == 1 && isPath(a.Patterns[0].Value) &&
		(a.Method == "beg" || a.Method == "str" || a.Method == "")
}

// isPath reports a plain path.
func isPath(s string) bool {
	return len(s) > 1 && len(s) < parsers.LongName && s[0] == '/' &&
		strings.Trim(s, "/abcdefghijklmnopqrstuvwxyz0123456789_-") == ""
}

// withoutNumbers takes the digits out of a path, but for those of a version: what applications are found by are words
// and "/api/v4".
func withoutNumbers(path string) string {
	var b strings.Builder
	version := false
	for i := range len(path) {
		switch {
		case !isDigit(path[i]):
		case i > 0 && isDigit(path[i-1]):
			if !version {
				continue
			}
		default:
			if version = strings.HasSuffix(path[:i], "/v"); !version {
				b.WriteByte('#')
				continue
			}
		}
		b.WriteByte(path[i])
	}
	return b.String()
}

func isDigit(b byte) bool { return '0' <= b && b <= '9' }

// mapped reads "%[req.hdr(host),lower,map(FILE,DEFAULT)]"; nil for anything else.
func (x *shapes) mapped(name string) *hostMap {
	inner, begins := strings.CutPrefix(name, "%[")
	inner, ends := strings.CutSuffix(inner, "]")
	e := conf.ParseExpr(inner)
	n := len(e.Convs)
	if !begins || !ends || e.Bad || n == 0 || !asksForHost(e) || !onlyName(e.Convs[:n-1]) {
		return nil
	}
	last := e.Convs[n-1]
	list := x.c.List(last.Arg(0))
	if last.Name != "map" && last.Name != "map_str" || list == nil ||
		slices.ContainsFunc(list.Entries(""), func(e conf.Entry) bool { return !parsers.IsHostName(e.Key) }) {
		return nil
	}
	return &hostMap{list, last.Arg(1)}
}
