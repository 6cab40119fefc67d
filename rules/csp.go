package rules

import (
	"net/url"
	"slices"
	"strings"
)

// A sourceList is the part of a Content-Security-Policy that decides which WebSockets a page may open.
type sourceList struct {
	directive string   // "connect-src" or, where there is none, "default-src"
	sources   []string // as written
}

func (l sourceList) String() string {
	return strings.Join(append([]string{l.directive}, l.sources...), " ")
}

// connectSources are the lists of all policies in one header, one a policy that has any: a comma separates policies,
// and all of them hold. upgrades says that one of them turns ws: into wss:.
func connectSources(header string) (lists []sourceList, upgrades bool) {
	for policy := range strings.SplitSeq(header, ",") {
		found := map[string][]string{}
		for directive := range strings.SplitSeq(policy, ";") {
			words := strings.Fields(directive)
			if len(words) == 0 {
				continue
			}
			name := strings.ToLower(words[0])
			if _, twice := found[name]; !twice { // the first one counts
				found[name] = words[1:]
			}
		}
		_, up := found["upgrade-insecure-requests"]
		upgrades = upgrades || up
		for _, name := range []string{"connect-src", "default-src"} {
			if sources, is := found[name]; is {
				lists = append(lists, sourceList{name, sources})
				break
			}
		}
	}
	return lists, upgrades
}

// allows reports whether a page may open a WebSocket, as Chromium 156 decides it and, wherever it was measured or its
// source says, Firefox 153; what is not understood allows everything.
func (l sourceList) allows(page, socket *url.URL) bool {
	return slices.ContainsFunc(l.sources, func(s string) bool { return sourceAllows(strings.ToLower(s), page, socket) })
}

func sourceAllows(source string, page, socket *url.URL) bool {
	switch {
	case source == "*":
		return true
	case source == "'self'":
		same := portOf(page) == portOf(socket) || page.Port() == "" && socket.Port() == ""
		return same && strings.EqualFold(page.Hostname(), socket.Hostname()) &&
			(page.Scheme == "http" || socket.Scheme == "wss")
	case strings.HasPrefix(source, "'"), strings.ContainsAny(source, `"`):
		return false // a keyword, a nonce or a hash; or a word in the wrong quotes, which is dropped
	case strings.HasSuffix(source, ":") && !strings.Contains(source, "/"):
		return schemeAllows(strings.TrimSuffix(source, ":"), socket)
	}
	scheme, rest, has := strings.Cut(source, "://")
	if !has {
		// Measured: a host without a scheme has that of the page, which is no scheme of a WebSocket.
		return false
	}
	host, path := rest, ""
	if i := strings.IndexByte(rest, '/'); i >= 0 {
		host, path = rest[:i], rest[i:]
	}
	host, port := splitPort(host)
	return schemeAllows(scheme, socket) && hostAllows(host, socket) && portAllows(port, socket) &&
		pathAllows(path, socket)
}

// schemeAllows: `https:` and `http:` allow no WebSocket. Measured. (With a port, ws: allows wss: in Firefox alone.)
func schemeAllows(scheme string, socket *url.URL) bool {
	return scheme == socket.Scheme || scheme == "ws" && socket.Scheme == "wss"
}

func hostAllows(host string, socket *url.URL) bool {
	name := strings.ToLower(socket.Hostname())
	if rest, wild := strings.CutPrefix(host, "*"); wild {
		return rest == "" || strings.HasSuffix(name, rest)
	}
	return strings.Trim(host, "[]") == name
}

// portAllows: none is the default port of the scheme, and 80 is 443 as well.
func portAllows(port string, socket *url.URL) bool {
	return port == "*" || port == portOf(socket) || port == "" && portOf(socket) == defaultPort(socket) ||
		port == "80" && portOf(socket) == "443"
}

// pathAllows: a path that ends in a slash allows what is below it.
func pathAllows(path string, socket *url.URL) bool {
	if plain, err := url.PathUnescape(path); err == nil {
		path = plain
	}
	got := strings.ToLower(socket.Path) // the source is in lower case too: rather too much than too little
	return path == "" || path == got || strings.HasSuffix(path, "/") && strings.HasPrefix(got+"/", path)
}

func splitPort(host string) (name, port string) {
	i := strings.LastIndexByte(host, ':')
	if i < 0 || strings.HasSuffix(host, "]") {
		return host, ""
	}
	return host[:i], host[i+1:]
}

func portOf(u *url.URL) string {
	if p := u.Port(); p != "" {
		return p
	}
	return defaultPort(u)
}

func defaultPort(u *url.URL) string {
	if u.Scheme == "https" || u.Scheme == "wss" {
		return "443"
	}
	return "80"
}
