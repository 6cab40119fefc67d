package nginx

import (
	"cmp"
	"slices"
	"strings"

	"github.com/wslint/wslint/parsers/nginx/conf"
)

// A serverName is one name of a server_name directive.
type serverName struct {
	text   string
	re     *pattern
	hidden *hiddenName // where a template hides it
	d      *conf.Directive
}

// A hiddenName is what a name that a template hides begins and ends with all the same, in lower case.
type hiddenName struct{ head, tail string }

func (n *serverName) templated() bool { return n.hidden != nil }

func parseServerName(w conf.Word) serverName {
	n := serverName{text: w.Value}
	if strings.HasPrefix(n.text, "~") && !w.Template {
		n.re = compilePattern(n.text[1:], true, w.File)
		return n
	}
	n.text = strings.ToLower(n.text)
	if w.Template {
		n.hidden = &hiddenName{}
		n.hidden.head, n.hidden.tail = aroundPlaceholders(n.text)
	}
	return n
}

// aroundPlaceholders is what stands before the first and behind the last placeholder of a name in lower case:
// ".example.com" of "${sub}.example.com". Where the name is a pattern or has a wildcard on a side, that side is empty.
func aroundPlaceholders(text string) (head, tail string) {
	if strings.HasPrefix(text, "~") {
		return "", ""
	}
	other := func(c rune) bool { return c != '-' && c != '.' && !(c < 0x80 && isAlnum(byte(c))) }
	if first := strings.IndexFunc(text, other); first > 0 && text[0] != '.' {
		head = text[:first]
	}
	last := strings.LastIndexFunc(text, other)
	if last >= 0 && text[last] != '$' && !strings.HasSuffix(text, ".*") {
		tail = text[last+1:]
	}
	if i := strings.LastIndexByte(text, '$'); i >= 0 && last == i { // $name without braces
		tail = strings.TrimLeft(text[i+1:], "abcdefghijklmnopqrstuvwxyz0123456789")
	}
	return head, tail
}

// mayBe reports whether a name that a template hides can be that of host. A pattern gives way to what names without
// one say, which found tells.
func (n *serverName) mayBe(host string, found bool) bool {
	if strings.HasPrefix(n.text, "~") {
		return !found
	}
	head, tail := n.hidden.head, n.hidden.tail
	return len(host) >= len(head)+len(tail) && strings.HasPrefix(host, head) && strings.HasSuffix(host, tail)
}

// A nameTable finds the server of a host name among those of one listener.
type nameTable struct {
	exact     map[string]*server
	head      map[string]*server // "*.example.com" under ".example.com"
	tail      map[string]*server // "www.example.*" under "www.example."
	taken     map[string]bool    // further exact names that count for conflicts
	regex     []regexServer
	templated []templatedServer
	// asWritten are those names as the template has them: whatever they are, a request to one leads to its server.
	asWritten map[string]*server
	// byDefault takes what no name matches.
	byDefault *server
}

type regexServer struct {
	re *pattern
	s  *server
}

// A templatedServer is a server by a name of its that a template hides.
type templatedServer struct {
	name serverName
	s    *server
}

func newNameTable(r *run, servers []*server, byDefault *server) nameTable {
	names := 0
	for _, s := range servers {
		names += len(s.names)
	}
	t := nameTable{byDefault: byDefault, exact: make(map[string]*server, names), head: map[string]*server{},
		tail: map[string]*server{}, taken: map[string]bool{}}
	for _, s := range servers {
		has := func(n serverName) bool { return r.has(n.d) }
		if !slices.ContainsFunc(s.names, has) {
			t.add("", s)
		}
		for _, n := range s.names {
			switch {
			case !has(n):
			case n.templated():
				t.templated = append(t.templated, templatedServer{n, s})
				if t.asWritten == nil {
					t.asWritten = map[string]*server{}
				}
				if t.asWritten[n.text] == nil {
					t.asWritten[n.text] = s
				}
			case n.re != nil:
				t.regex = append(t.regex, regexServer{n.re, s})
			default:
				t.add(n.text, s)
			}
		}
	}
	return t
}

// add enters a name as ngx_hash_add_key does. Of two servers with one name the first keeps it: nginx ignores the
// other name as conflicting, also ".x" behind "x" or "*.x", and then as a whole.
func (t *nameTable) add(name string, s *server) {
	switch {
	case strings.HasPrefix(name, "*."):
		if t.head[name[1:]] == nil {
			t.head[name[1:]] = s
		}
	case strings.HasPrefix(name, "."):
		if t.exact[name[1:]] != nil || t.taken[name[1:]] {
			return
		}
		if t.head[name] == nil {
			t.exact[name[1:]], t.head[name] = s, s
		} else {
			t.taken[name[1:]] = true
		}
	case strings.HasSuffix(name, ".*"):
		if t.tail[name[:len(name)-1]] == nil {
			t.tail[name[:len(name)-1]] = s
		}
	case t.exact[name] == nil && !t.taken[name]:
		t.exact[name] = s
	}
}

// find returns the server that a host name belongs to, nil when no name matches; host is lower-case and without a
// port. One that was made up as an example is none of those that a template hides.
func (t *nameTable) find(host string, madeUp bool) (s *server, captures []string, re *pattern, why string) {
	if s := t.asWritten[host]; s != nil {
		return s, nil, nil, ""
	}
	s, captures, re, why = t.written(host)
	if t.exact[host] != nil || madeUp {
		return s, captures, re, why
	}
	// A templated name may match too. That changes nothing where the request comes to its server anyway.
	for _, other := range t.templated {
		if other.name.mayBe(host, s != nil && captures == nil) && (other.s != cmp.Or(s, t.byDefault) || captures != nil) {
			return nil, nil, nil, "a template sets a server_name"
		}
	}
	return s, captures, re, why
}

// mayHide reports whether a name that a template hides can be that of host.
func (t *nameTable) mayHide(host string) bool {
	return slices.ContainsFunc(t.templated, func(other templatedServer) bool { return other.name.mayBe(host, false) })
}

// written finds the server among the names that are known. Exact names come before the longest *.x, that before the
// longest x.*, that before regexes in the order of the text.
func (t *nameTable) written(host string) (s *server, captures []string, re *pattern, why string) {
	if s := t.exact[host]; s != nil {
		return s, nil, nil, ""
	}
	for i := 1; i < len(host); i++ {
		if host[i] == '.' {
			if s := t.head[host[i:]]; s != nil {
				return s, nil, nil, ""
			}
		}
	}
	for i := len(host) - 1; i > 0; i-- {
		if host[i] == '.' {
			if s := t.tail[host[:i+1]]; s != nil {
				return s, nil, nil, ""
			}
		}
	}
	for _, r := range t.regex {
		groups, why := r.re.match(host)
		if why != "" {
			return nil, nil, nil, why
		}
		if groups != nil {
			return r.s, groups, r.re, ""
		}
	}
	return nil, nil, nil, ""
}

// mayListen reports whether a server of which a template sets where it listens may take requests for host on the
// socket, where none of the names that are known to be there matches: by a name of its own, or as the default server.
func (c *Config) mayListen(l *socket, host string) bool {
	hidden := c.socketAt["?"]
	if hidden == nil || hidden == l || len(hidden.servers) == 0 || l.defaultServer == nil {
		return false
	}
	if s, _, _, why := hidden.names.find(host, false); s != nil || why != "" || hidden.names.mayHide(host) {
		return true
	}
	says := func(s *server, addr string) bool {
		return slices.ContainsFunc(s.listens, func(ls listen) bool { return ls.addr == addr && ls.byDefault })
	}
	return slices.ContainsFunc(hidden.servers, func(s *server) bool {
		return says(s, "?") || !says(l.defaultServer, l.addr) &&
			slices.Index(c.servers, s) < slices.Index(c.servers, l.defaultServer)
	})
}

// hostName reads a Host header as ngx_http_validate_host does: lower case, without port and final dot; ok is false
// when nginx answers 400. Since 1.29.4 nginx is strict about it; before, nearly anything went.
func hostName(header string, strict bool) (name string, port int, ok bool) {
	host, rest := header, ""
	if strings.HasPrefix(header, "[") {
		end := strings.IndexByte(header, ']')
		if end < 0 && strict {
			return "", 0, false
		}
		host, rest = header[:end+1], header[end+1:]
	} else if i := strings.IndexByte(header, ':'); i >= 0 {
		host, rest = header[:i], header[i:]
	}
	if strict {
		if port, ok = hostPort(rest); !ok {
			return "", 0, false
		}
	}
	checked := host
	if !strict {
		checked = header
	}
	for i := range len(checked) {
		c := checked[i]
		literal := strings.HasPrefix(checked, "[") && strings.IndexByte("[]:", c) >= 0
		switch {
		case c == '.' && i > 0 && checked[i-1] == '.', c == '/', c <= ' ', c == 0x7f:
			return "", 0, false
		case strict && !isAlnum(c) && !literal && strings.IndexByte("-._~!$&'()*+,;=%", c) < 0:
			return "", 0, false
		}
	}
	host = strings.TrimSuffix(strings.ToLower(host), ".")
	return host, port, host != ""
}

// hostPort reads what follows the name in a Host header.
func hostPort(rest string) (port int, ok bool) {
	if rest == "" {
		return 0, true
	}
	if rest[0] != ':' || strings.Trim(rest[1:], "0123456789") != "" {
		return 0, false
	}
	for _, c := range rest[1:] {
		if port = port*10 + int(c-'0'); port > 65535 {
			return 0, false
		}
	}
	return port, true
}
