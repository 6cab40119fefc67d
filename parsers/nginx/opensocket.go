package nginx

import (
	"maps"
	"slices"
	"strings"

	"github.com/wslint/wslint/parsers/nginx/conf"
)

// An openIndex finds the servers behind a socket that may be for a request, where a template sets about them. Which of
// the others are there makes no difference: what takes chat.example.com is the same with and without a server for
// shop.example.com. What is asked in vain costs cases, of which not many are followed. Servers go by their numbers.
type openIndex struct {
	// byName are servers under what their names are or end in: "x.org" of x.org, .x.org and *.x.org; those that have no
	// name, or may have none, under "".
	byName map[string][]int
	// byPattern are those whose names are patterns, or hidden by a template, and written the latter as they stand there.
	byPattern []int
	written   map[string][]int
	// always are those that say something of the socket that others do not.
	always []int
	// claims are those that want to be the default server; without any it is the first that is there.
	claims []int
	// early says that the default server may decide before a name is read.
	early bool
}

func newOpenIndex(l *socket, c *Config) *openIndex {
	x := &openIndex{byName: map[string][]int{}, written: map[string][]int{}}
	flags := []func(ls listen, s *server) bool{
		func(ls listen, s *server) bool { return ls.ssl || ls.d != nil && c.oldSSL(s) },
		func(ls listen, _ *server) bool { return ls.proxyProtocol },
		func(ls listen, _ *server) bool { return ls.http2 },
		func(ls listen, _ *server) bool { return ls.plainToo },
	}
	flags = slices.DeleteFunc(flags, l.sameOfAll)
	for i, s := range l.servers {
		always := s.scope.one("ssl_reject_handshake") != nil ||
			s.unsureSSL && (s.scope.unknown != "" || s.scope.one(string(conf.SSL)) != nil)
		claims := false
		for _, ls := range s.listens {
			if ls.addr == l.addr {
				claims = claims || ls.byDefault
				always = always || ls.unsure || slices.ContainsFunc(flags, func(has func(listen, *server) bool) bool {
					return has(ls, s)
				})
			}
		}
		if claims {
			x.claims = append(x.claims, i)
		}
		if always {
			x.always = append(x.always, i)
		}
		x.addNames(i, s)
		x.early = x.early || s.scope.one(string(conf.MergeSlashes)) != nil || slices.ContainsFunc(
			s.scope.all("ssl_protocols"), func(d *conf.Directive) bool { return !browsersSpeak(d) })
	}
	return x
}

// addNames enters the i-th server by its names.
func (x *openIndex) addNames(i int, s *server) {
	named, pattern := false, false
	for _, n := range s.names {
		named = named || n.d == nil || len(n.d.When) <= len(s.scope.d.When) // no template leaves it out where the server is
		switch {
		case n.templated():
			x.written[n.text] = append(x.written[n.text], i)
			pattern = true
		case n.re != nil || strings.HasSuffix(n.text, ".*"):
			pattern = true
		default:
			base := strings.TrimPrefix(strings.TrimPrefix(n.text, "*"), ".")
			x.byName[base] = append(x.byName[base], i)
		}
	}
	if pattern {
		x.byPattern = append(x.byPattern, i)
	}
	if !named {
		x.byName[""] = append(x.byName[""], i)
	}
}

// sameOfAll reports whether all listens of the socket are such, or none is.
func (l *socket) sameOfAll(so func(listen, *server) bool) bool {
	some, others := false, false
	for _, s := range l.servers {
		for _, ls := range s.listens {
			if ls.addr == l.addr {
				so := so(ls, s)
				some, others = some || so, others || !so
			}
		}
	}
	return !some || !others
}

// concerned are the servers that requests for some hosts may be for, in order.
func (x *openIndex) concerned(servers []*server, hosts []string) []int {
	list := slices.Clone(x.always)
	for _, host := range hosts {
		list = append(list, x.byName[host]...)
		for i := range host {
			if host[i] == '.' {
				list = append(list, x.byName[host[i+1:]]...)
			}
		}
		for _, i := range x.byPattern {
			if slices.ContainsFunc(servers[i].names, func(n serverName) bool { return n.isPatternOf(host) }) {
				list = append(list, i)
			}
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// isPatternOf reports whether a name that is a pattern, or hidden by a template, may be that of host.
func (n *serverName) isPatternOf(host string) bool {
	switch {
	case n.templated():
		return n.mayBe(host, false)
	case n.re != nil:
		groups, why := n.re.match(host)
		return groups != nil || why != ""
	}
	return strings.HasSuffix(n.text, ".*") && strings.HasPrefix(host, n.text[:len(n.text)-1])
}

// inForce is the socket with those servers, addresses and names that are there, as far as that matters to the request;
// nil when nothing listens.
func (l *socket) inForce(r *run) *socket {
	if !l.open {
		return l
	}
	x := l.index
	asked := map[int][]listen{} // where those that were asked for listen: nowhere, if they are not there
	ask := func(i int) []listen {
		if found, again := asked[i]; again {
			return found
		}
		asked[i] = nil
		if s := l.servers[i]; r.has(s.scope.d) {
			for _, ls := range s.listens {
				if ls.addr == l.addr && r.has(ls.d) {
					asked[i] = append(asked[i], ls)
				}
			}
		}
		return asked[i]
	}
	asWritten, hosts := r.hostsAsked()
	settled := func(list []int) *socket {
		for _, i := range list {
			ask(i)
		}
		if there := l.with(asked, r); !x.early && there.decides(r, asWritten, hosts) {
			return there
		}
		return nil
	}
	if written := x.written[asWritten]; len(written) > 0 && !(r.request.TLS && hosts[len(hosts)-1] != asWritten) {
		// The host as the template has it is that of the first server with it, whatever other names are.
		for _, i := range written {
			if len(ask(i)) > 0 && r.isCalled(l.servers[i], asWritten) {
				break
			}
		}
		if there := settled(x.always); there != nil && there.names.asWritten[asWritten] != nil {
			return there
		}
	}
	if there := settled(x.concerned(l.servers, hosts)); there != nil {
		return there
	}
	byDefault := -1
	for _, i := range x.claims {
		if slices.ContainsFunc(ask(i), func(ls listen) bool { return ls.byDefault }) {
			byDefault = i
		}
	}
	for i := 0; byDefault < 0 && i < len(l.servers); i++ {
		if len(ask(i)) > 0 {
			byDefault = i
		}
	}
	if byDefault < 0 {
		return nil
	}
	there := l.with(asked, r)
	there.defaultServer = l.servers[byDefault]
	there.names.byDefault = there.defaultServer
	return there
}

// isCalled reports whether a server has a name that a template hides.
func (r *run) isCalled(s *server, asWritten string) bool {
	return slices.ContainsFunc(s.names, func(n serverName) bool {
		return n.templated() && n.text == asWritten && r.has(n.d)
	})
}

// with is the socket with some of its servers.
func (l *socket) with(asked map[int][]listen, r *run) *socket {
	there := &socket{addr: l.addr, others: len(asked) < len(l.servers)}
	for _, i := range slices.Sorted(maps.Keys(asked)) {
		for _, ls := range asked[i] {
			there.add(l.servers[i], ls, r.c)
		}
	}
	there.names = newNameTable(r, there.servers, there.defaultServer)
	return there
}

// decides reports whether the names of the servers alone say which of them takes a request: whatever the default server
// is, it neither refuses the request nor serves it.
func (l *socket) decides(r *run, asWritten string, hosts []string) bool {
	lines, why := r.request.Lines("Host")
	_, whole := parseTarget(r.request.Target, false)
	if why != "" || len(lines) != 1 || !whole || (l.proxyProtocol != nil) != r.request.ProxyProtocol ||
		(l.ssl != nil) != r.request.TLS || l.unsure != nil || l.ssl == nil && l.http2 != nil {
		return false
	}
	if l.names.asWritten[asWritten] != nil {
		hosts = []string{asWritten}
		if r.request.TLS {
			hosts = append(hosts, strings.ToLower(r.request.Host))
		}
	}
	return !slices.ContainsFunc(hosts, func(host string) bool {
		s, _, _, _ := l.names.find(host, r.madeUpHost())
		return s == nil
	})
}

// hostsAsked are the host of a request as a template may have it, and the names that servers are looked for by, ""
// where nginx takes the Host for none.
func (r *run) hostsAsked() (asWritten string, hosts []string) {
	lines, _ := r.request.Lines("Host")
	if len(lines) == 0 {
		lines = []string{""}
	}
	strict, _, _ := hostName(lines[0], true)
	lax, _, _ := hostName(lines[0], false)
	if hosts = []string{strict, lax}; r.request.TLS {
		hosts = append(hosts, strings.ToLower(r.request.Host))
	}
	return strings.ToLower(lines[0]), hosts
}
