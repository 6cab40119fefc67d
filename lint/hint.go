package lint

import (
	"fmt"
	"net"
	"net/url"
	"slices"
	"strings"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/internal/spelling"
)

// A Hint says why a URL was probably not the one that was meant, and what to write instead.
type Hint struct {
	Text string
	// URLs are what to trace instead.
	URLs []string
	// TLS says that TLS may end in front of what was read: the path is then to be declared with what ends it.
	TLS bool
}

// maxHints is how many URLs a hint names.
const maxHints = 3

// A nearby is the sources around a URL that may lead past them.
type nearby []hop.Source

// hint looks at the first hop of a trace: nothing may listen on the port, or no server may have the name.
func (n nearby) hint(h Handshake, q hop.Request) *Hint {
	u, err := url.Parse(h.URL)
	if err != nil || len(n) == 0 {
		return nil
	}
	s := n.first(q)
	if s == nil {
		return n.otherPort(u, q)
	}
	return n.otherHost(u, q, s)
}

// first is the source that a handshake arrives at: of those that listen there, the first that has something for its
// host, else the first; nil for none.
func (n nearby) first(q hop.Request) hop.Source {
	listening := slices.DeleteFunc(slices.Clone(n), func(s hop.Source) bool { return listener(nil, q, nearby{s}) == nil })
	if len(listening) == 0 {
		return nil
	}
	if len(listening) > 1 {
		for _, s := range listening {
			if (nearby{s}).has(q) {
				return s
			}
		}
	}
	return listening[0]
}

// has reports whether the sources have something for the host of a handshake: it gets elsewhere than a host that
// surely is nowhere, or an endpoint has it.
func (n nearby) has(q hop.Request) bool {
	ours := func(u *url.URL) bool { return strings.EqualFold(u.Hostname(), q.Host) }
	return slices.ContainsFunc(n, func(s hop.Source) bool {
		return firstHop(s, q).Pos != firstHop(s, forHost(q, "nowhere.invalid")).Pos
	}) || slices.ContainsFunc(n.endpointURLs(), ours)
}

// usualPorts are those that configurations listen on, beside the ports of their endpoints.
var usualPorts = []string{"80", "443", "8080", "8443", "8000", "3000"}

// otherPort names the ports on which something listens.
func (n nearby) otherPort(u *url.URL, q hop.Request) *Hint {
	host, asked, _ := net.SplitHostPort(q.Addr)
	ports := slices.Clone(usualPorts)
	for _, e := range n.endpointURLs() {
		if p := e.Port(); p != "" && !slices.Contains(ports, p) {
			ports = append(ports, p)
		}
	}
	x := &Hint{Text: fmt.Sprintf("nothing in these files listens on port %s", asked)}
	for _, port := range ports {
		for _, tls := range []bool{q.TLS, !q.TLS} {
			other := q.Clone()
			other.Addr, other.TLS = net.JoinHostPort(host, port), tls
			s := listener(nil, other, n)
			if s == nil || len(x.URLs) == maxHints {
				continue
			}
			if a, known := firstHop(s, other).Answer.Get(); known && a.Kind == hop.Closed {
				continue // TLS to a plain port
			}
			x.URLs = append(x.URLs, withPort(u, port, tls))
			x.TLS = x.TLS || q.TLS && !tls
			break
		}
	}
	return x
}

func withPort(u *url.URL, port string, tls bool) string {
	other := *u
	usual := "80"
	if other.Scheme = "ws"; tls {
		other.Scheme, usual = "wss", "443"
	}
	if other.Host = u.Hostname(); port != usual {
		other.Host = net.JoinHostPort(u.Hostname(), port)
	}
	return other.String()
}

// otherHost names the hosts that are known, where nothing was written for the one that was asked for. A host that
// surely is nowhere tells: it gets to the same place.
func (n nearby) otherHost(u *url.URL, q hop.Request, s hop.Source) *Hint {
	host := strings.ToLower(u.Hostname())
	var names []string
	for _, e := range n.endpointURLs() {
		if name := e.Hostname(); name == host || name == "localhost" {
			return nil // localhost stands for any
		} else if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	at := firstHop(s, q)
	if len(names) == 0 || net.ParseIP(host) != nil || firstHop(s, forHost(q, "nowhere.invalid")).Pos != at.Pos {
		return nil
	}
	x := &Hint{Text: fmt.Sprintf("no host name in these files matches %s", host)}
	if near := spelling.Suggest(host, names); near != "" {
		x.Text += "; did you mean " + near + "?"
		names = []string{near}
	}
	for _, name := range names[:min(len(names), maxHints)] {
		other := *u
		if other.Host = name; u.Port() != "" {
			other.Host = net.JoinHostPort(name, u.Port())
		}
		// A name that leads to the same place would be no help.
		if firstHop(s, forHost(q, name)).Pos != at.Pos {
			x.URLs = append(x.URLs, other.String())
		}
	}
	if len(x.URLs) == 0 {
		return nil
	}
	return x
}

// firstHop is what a source makes of a handshake in the case that comes first.
func firstHop(s hop.Source, q hop.Request) *hop.Hop { return s.Serve(q)[0].Hop }

// forHost is a request for another host.
func forHost(q hop.Request, host string) hop.Request {
	r := q.Clone()
	r.Host = host
	set(&r, "Host", host)
	if _, port, err := net.SplitHostPort(q.Addr); err == nil {
		r.Addr = net.JoinHostPort(host, port)
		if v, why := q.Lines("Host"); why == "" && len(v) == 1 && strings.HasSuffix(v[0], ":"+port) {
			set(&r, "Host", host+":"+port)
		}
	}
	return r
}

// endpointURLs are the places in the sources that look like endpoints.
func (n nearby) endpointURLs() (list []*url.URL) {
	for _, s := range n {
		for _, e := range s.Endpoints() {
			if u, err := url.Parse(e.Name); err == nil && u.Hostname() != "" {
				list = append(list, u)
			}
		}
	}
	return list
}
