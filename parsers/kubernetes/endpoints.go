package kubernetes

import (
	"cmp"
	"slices"
	"strings"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers/infra"
	"github.com/wslint/wslint/parsers/nginx"
)

// Endpoints are the paths of Ingresses that show the intention to carry WebSockets: a timeout, whatever its value, a
// snippet that speaks of Upgrade, or a path or a service with a name that is known for them.
func (p *proxy) Endpoints() (list []hop.Endpoint) {
	named := map[*Object]bool{} // those with a path that says so itself
	all := p.Everywhere()
	for i := range all {
		e := &all[i]
		e.Confidence, e.Why = hop.Possible, "passes requests on"
		x := p.w.placeAt(e.Pos)
		switch {
		case x == nil || x.of.config != nil:
			continue
		case p.w.lists(*x, "websocket-services"):
			e.Confidence, e.Why = hop.Likely, "is among websocket-services"
		case nginx.KnownPath(x.path):
			e.Confidence, e.Why = hop.Likely, "a path for WebSockets"
		case nginx.SpeaksOfWebSockets(x.path) || nginx.SpeaksOfWebSockets(x.service):
			e.Confidence, e.Why = hop.Likely, "is named like a WebSocket"
		default:
			continue
		}
		named[x.of] = true
		list = append(list, *e)
	}
	for _, e := range all {
		x := p.w.placeAt(e.Pos)
		if x == nil || named[x.of] || x.of.config != nil {
			continue
		}
		if why := p.w.intends(x.of); why != "" {
			e.Confidence, e.Why = hop.Likely, why
			if p.w.c.Name == nginxIngress && x.of.IsIngress() {
				e.Confidence = hop.Possible // an Ingress for WebSockets names its services there
			}
			list = append(list, e)
		}
	}
	found := map[hop.Pos]int{}
	for i := range all {
		found[spot(all[i].Pos)] = i
	}
	return append(list, p.misled(found)...)
}

// Everywhere are all paths of Ingresses, each once: of a Prefix path, the location of the path itself.
func (p *proxy) Everywhere() (list []hop.Endpoint) {
	at := map[hop.Pos]int{}
	for _, e := range p.Config.Everywhere() {
		e.Any = p.w.ingresses[0].config != nil
		i, again := at[spot(e.Pos)]
		switch {
		case !again:
			at[spot(e.Pos)] = len(list)
			list = append(list, e)
		case list[i].Name == e.Name+"/":
			list[i] = e
		}
	}
	return append(list, p.lost(at)...)
}

// lost are the paths that requests do not get to: regular expressions of another Ingress for the host take them first.
// Somebody who wrote one opens WebSockets there all the same. found says where the others are.
func (p *proxy) lost(found map[hop.Pos]int) (list []hop.Endpoint) {
	for _, x := range p.missing(found) {
		if x.service == "" || p.w.speaksOther(x) {
			continue
		}
		if e, ok := p.entered(x); ok {
			list = append(list, e)
		}
	}
	return list
}

// shadowed is the path that is written for a request which another one of its host, a regular expression, takes first
// and sends to another service; ok is false where there is none. at is what takes it.
func (p *proxy) shadowed(at hop.Pos, target string) (s hop.ShadowedPlace, ok bool) {
	x := p.w.placeAt(at)
	if x == nil || !x.of.IsIngress() || !isPattern(x.path) {
		return s, false
	}
	path, _, _ := strings.Cut(target, "?")
	for _, y := range p.literal[x.host+" "+strings.TrimSuffix(path, "/")] {
		if y.service == x.service && y.of.Place() == x.of.Place() {
			continue
		}
		if slices.ContainsFunc([]string{"", someService}, func(s string) bool { return s == x.service || s == y.service }) {
			return s, false
		}
		s = hop.ShadowedPlace{Name: y.of.String(), Pos: y.pos, To: "service " + y.service, Instead: "service " + x.service}
		if y.of == x.of {
			s.Name = "its path " + y.path
		}
		return s, true
	}
	return s, false
}

// literals are the paths without a pattern by their hosts and what they are without a slash at their end.
func (w *ingressWriter) literals() map[string][]place {
	all := map[string][]place{}
	for _, x := range w.paths {
		if !isPattern(x.path) {
			key := x.host + " " + strings.TrimSuffix(x.path, "/")
			all[key] = append(all[key], x)
		}
	}
	for _, list := range all {
		slices.SortFunc(list, inOrder)
	}
	return all
}

// inOrder compares paths by where they are written.
func inOrder(a, b place) int {
	return cmp.Or(
		strings.Compare(a.pos.File, b.pos.File), cmp.Compare(a.pos.Line, b.pos.Line), cmp.Compare(a.pos.Col, b.pos.Col),
	)
}

// isPattern reports whether a path has what only regular expressions have.
func isPattern(path string) bool { return strings.ContainsAny(path, `()[]{}*+?^$|\`) }

// misled are the paths that are called like those of WebSockets and spoken to in a protocol that has none.
func (p *proxy) misled(found map[hop.Pos]int) (list []hop.Endpoint) {
	for _, x := range p.missing(found) {
		if !p.w.speaksOther(x) || !nginx.KnownPath(x.path) && !nginx.SpeaksOfWebSockets(x.path) {
			continue
		}
		if e, ok := p.entered(x); ok {
			e.Confidence, e.Why = hop.Likely, "is named like a WebSocket"
			list = append(list, e)
		}
	}
	return list
}

// missing are the paths without a pattern that are not among those found, in the order of their places.
func (p *proxy) missing(found map[hop.Pos]int) (list []place) {
	for pos, x := range p.w.paths {
		if _, is := found[pos]; !is && !isPattern(x.path) && x.of.config == nil {
			list = append(list, x)
		}
	}
	slices.SortFunc(list, inOrder)
	return list
}

// entered is a path at the server of its host.
func (p *proxy) entered(x place) (e hop.Endpoint, ok bool) {
	servers := map[hop.Pos]bool{}
	for _, y := range p.w.paths {
		if y.host == x.host {
			servers[spot(y.hostPos)] = true
		}
	}
	e, ok = p.Config.Entered(func(at hop.Pos) bool { return servers[spot(at)] }, x.path)
	e.Pos = x.pos
	return e, ok
}

// speaksOther reports whether the controller speaks another protocol than HTTP/1 to the service of a path.
func (w *ingressWriter) speaksOther(x place) bool {
	if w.c.Name == nginxIngress {
		return w.lists(x, "grpc-services") || x.upstream.Get("type").Is("grpc")
	}
	protocol := strings.ToUpper(w.setting(x.of, "backend-protocol").text)
	return w.c.Name == ingressNginx && strings.Contains(protocol, "G") // GRPC, GRPCS, FCGI
}

// placeAt is the path of an Ingress that a hop or an endpoint is at; nil where there is none.
func (w *ingressWriter) placeAt(pos hop.Pos) *place {
	if p, ok := w.paths[spot(pos)]; ok {
		return &p
	}
	return nil
}

// spot is where a place begins: directives with several words reach further than what they are made of.
func spot(pos hop.Pos) hop.Pos {
	pos.EndCol = 0
	return pos
}

// intends says by which annotation an Ingress shows that it is for connections that stay open; "" where none does.
func (w *ingressWriter) intends(o *Object) string {
	if w.c.Name == nginxFabric {
		return w.routeIntends(o)
	}
	for _, key := range []string{"proxy-read-timeout", "proxy-send-timeout"} {
		if o.writes(w.c.Prefixes[0] + key) {
			return "sets " + key
		}
	}
	for _, key := range []string{"configuration-snippet", "server-snippet", "location-snippets", "server-snippets"} {
		if v := o.Annotation(w.c.Prefixes[0] + key); strings.Contains(strings.ToLower(v.Text), "upgrade") {
			return "has a snippet for Upgrade"
		}
	}
	for _, p := range w.paths {
		if p.of != o || o.IsIngress() {
			continue
		}
		if p.upstream.Get("read-timeout").Kind == infra.Scalar || p.upstream.Get("send-timeout").Kind == infra.Scalar {
			return "sets a timeout"
		}
	}
	for _, a := range o.Annotations() {
		if name, ok := w.c.Suffix(a.Key); ok && strings.Contains(name, "websocket") {
			return "has an annotation for WebSockets"
		}
	}
	return ""
}
