package kubernetes

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers"
	"github.com/wslint/wslint/parsers/infra"
)

// virtualPlaces are the routes of a VirtualServer, and those of the VirtualServerRoutes that it gives paths to
// (nginx/kubernetes-ingress, internal/configs/virtualserver.go, GenerateVirtualServerConfig).
func (s *set) virtualPlaces(o *Object) (list []place) {
	host := o.Get("spec", "host")
	if host.Kind != infra.Scalar && host.Kind != infra.Unknown {
		return nil
	}
	routes, _ := o.Get("spec", "routes").List()
	for _, r := range routes {
		path := r.Get("path")
		if path.Kind != infra.Scalar || path.Text == "" {
			continue
		}
		if r.Get("route").Kind == infra.Null && r.Get("routeSelector").Kind == infra.Null {
			list = append(list, virtualPlace(o, o, r, host, r.Get("location-snippets")))
			continue
		}
		for _, v := range s.routesOf(o, r) {
			if !below(v, path.Text) || v.Get("spec", "host").Text != host.Text {
				continue // the controller leaves out one that does not fit
			}
			subroutes, _ := v.Get("spec", "subroutes").List()
			for _, sub := range subroutes {
				snippets := sub.Get("location-snippets")
				if snippets.Text == "" {
					snippets = r.Get("location-snippets")
				}
				list = append(list, virtualPlace(v, o, sub, host, snippets))
			}
		}
	}
	return list
}

// routesOf are the VirtualServerRoutes that a route names or selects, as far as they are among the files.
func (s *set) routesOf(o *Object, r infra.Value) (list []*Object) {
	namespace, name, named := strings.Cut(r.Get("route").Text, "/")
	if !named {
		namespace, name = o.Place(), namespace
	}
	labels := r.Get("routeSelector").Get("matchLabels")
	const kind = "VirtualServerRoute"
	candidates := s.index.names[objectKey{kind, namespace, name}]
	if len(labels.Fields) > 0 {
		candidates = s.index.kinds[kind]
	}
	for _, v := range candidates {
		if v.Group != "k8s.nginx.org" || !v.isShown() || s.cluster.of(v) != s.cluster.of(o) {
			continue
		}
		isNamed := name != "" && v.Name == name && v.Place() == namespace
		if isNamed || len(labels.Fields) > 0 && hasFields(v.Get("metadata", "labels"), labels) {
			list = append(list, v)
		}
	}
	return list
}

// below reports whether all subroutes of a VirtualServerRoute are below the path that it is given: a regular expression
// or an exact path has just one, itself.
func below(v *Object, path string) bool {
	subroutes, _ := v.Get("spec", "subroutes").List()
	for _, r := range subroutes {
		if at := r.Get("path").Text; at != path && (strings.ContainsAny(path[:1], "~=") || !strings.HasPrefix(at, path)) {
			return false
		}
	}
	return len(subroutes) > 0
}

// virtualPlace is one route of an object, within the server of a VirtualServer.
func virtualPlace(o, server *Object, r, host infra.Value, snippets infra.Value) place {
	at, path := host.Pos, r.Get("path")
	at.EndCol = 0
	p := place{of: o, head: server, host: host.Text, path: path.Text, pathType: "Prefix", pos: path.Pos, hostPos: at,
		snippets: snippets, route: r, anyHost: host.Kind == infra.Unknown}
	p.act(r.Get("action"))
	return p
}

// act makes a place do what an action says: it passes to an upstream of its object, or answers by itself.
func (p *place) act(action infra.Value) {
	p.action = action
	p.service = cmp.Or(action.Get("pass").Text, action.Get("proxy").Get("upstream").Text)
	upstreams, _ := p.of.Get("spec", "upstreams").List()
	for _, u := range upstreams {
		if u.Get("name").Text == p.service && p.service != "" {
			p.upstream, p.port = u, u.Get("port").Text
		}
	}
}

// A share is one of several places that requests of a path go to.
type share struct {
	place
	path   string // of the internal location
	passes string // what it passes requests on to, where that is no service of the place
	weight string // of a split; "" for the only one
}

// A fork is what the routes with conditions, or with weights, do with a path.
type fork struct {
	of      place
	n       int          // among those of the configuration
	matches []forkBranch // in their order, then what holds else
}

// A forkBranch is what is done where conditions hold.
type forkBranch struct {
	conditions []condition
	shares     []share
}

// A condition is that a variable has a value, or fits a pattern that begins with ~; negative is that it does not.
type condition struct {
	variable, value string
	negative        bool
	pos             hop.Pos
}

// fork is that of a place; nil where it has one action.
func (w *ingressWriter) fork(p place) *fork {
	matches, _ := p.route.Get("matches").List()
	splits, _ := p.route.Get("splits").List()
	if len(matches) == 0 && len(splits) == 0 {
		return nil
	}
	f := &fork{of: p, n: w.forks}
	w.forks++
	for i, m := range matches {
		f.matches = append(f.matches, forkBranch{conditionsOf(m), f.shares(m, fmt.Sprintf("match_%d", i))})
	}
	f.matches = append(f.matches, forkBranch{nil, f.shares(p.route, "default")})
	return f
}

// shares are the places that a route or a match sends requests to.
func (f *fork) shares(r infra.Value, name string) (list []share) {
	splits, _ := r.Get("splits").List()
	if len(splits) == 0 {
		splits = []infra.Value{r}
	}
	for i, x := range splits {
		one := share{place: f.of, weight: x.Get("weight").Text}
		one.path = fmt.Sprintf("/internal_location_%d_%s", f.n, name)
		if len(splits) > 1 {
			one.path += fmt.Sprintf("_split_%d", i)
		}
		one.service, one.port, one.upstream = "", "", infra.Value{}
		one.act(x.Get("action"))
		list = append(list, one)
	}
	return list
}

// writeMaps writes what chooses among the places of a fork, in the controller's form: a map for each condition, one for
// all of them, and a block of weights.
func (w *ingressWriter) writeMaps(f *fork) {
	m := &parsers.Maker{At: f.of.pos}
	line := func(format string, args ...any) { w.out.line(m, format, args...) }
	var source string
	var results []string
	for i, b := range f.matches {
		result := b.shares[0].path
		if len(b.shares) > 1 {
			result = fmt.Sprintf("$splits_%d_%d", f.n, i)
			line("split_clients $request_id %s {", result)
			for _, s := range b.shares {
				if s.weight != "0" {
					line("%s%% %s;", s.weight, s.path)
				}
			}
			line("}")
		}
		results = append(results, result)
		for j, c := range b.conditions {
			success := "1"
			if j+1 < len(b.conditions) {
				success = fmt.Sprintf("$matches_%d_match_%d_cond_%d", f.n, i, j+1)
			}
			then, otherwise := success, "0"
			if c.negative {
				then, otherwise = otherwise, then
			}
			by := &parsers.Maker{At: c.pos}
			w.out.line(by, "map %s $matches_%d_match_%d_cond_%d {", c.variable, f.n, i, j)
			w.out.line(by, "%s %s;", quoted(c.value), then)
			w.out.line(by, "default %s;", otherwise)
			w.out.line(by, "}")
		}
		if i+1 < len(f.matches) {
			source += fmt.Sprintf("$matches_%d_match_%d_cond_0", f.n, i)
		}
	}
	line("map %s $fork_%d {", quoted(source), f.n)
	for i, r := range results {
		if i+1 == len(results) {
			line("default %s;", r)
		} else {
			line("~^%s1 %s;", strings.Repeat("0", i), r)
		}
	}
	line("}")
}

// conditionsOf are those of a match.
func conditionsOf(match infra.Value) (all []condition) {
	list, _ := match.Get("conditions").List()
	for _, c := range list {
		v := c.Get("value")
		value, negative := strings.CutPrefix(v.Text, "!")
		all = append(all, condition{conditionOn(c), value, negative, v.Pos})
	}
	return all
}

// headerVariable is nginx's variable of a header.
func headerVariable(name string) string {
	return "$http_" + strings.ToLower(strings.ReplaceAll(name, "-", "_"))
}

// conditionOn is the variable that a condition of a match asks for.
func conditionOn(c infra.Value) string {
	switch {
	case c.Get("header").Kind == infra.Scalar:
		return headerVariable(c.Get("header").Text)
	case c.Get("cookie").Kind == infra.Scalar:
		return "$cookie_" + c.Get("cookie").Text
	case c.Get("argument").Kind == infra.Scalar:
		return "$arg_" + c.Get("argument").Text
	}
	return c.Get("variable").Text
}

// passing is what the last of the places passes requests on to; "" where none does.
func (w *ingressWriter) passing(f *fork) (to string) {
	for _, b := range f.matches {
		for _, s := range b.shares {
			switch {
			case s.passes != "":
				to = s.passes
			case s.service != "":
				to = w.upstreamName(s.place)
			}
		}
	}
	return to
}

// writeFork writes the location of a path with a fork, which leads to others within nginx.
func (w *ingressWriter) writeFork(f *fork, head string) {
	m := &parsers.Maker{At: f.of.pos}
	w.out.line(m, "location %s {", head)
	w.out.line(m, "rewrite ^ $fork_%d last;", f.n)
	if to := w.passing(f); to != "" {
		// Never reached: it shows that the path passes requests on.
		w.out.line(m, "proxy_pass http://%s;", to)
	}
	w.out.line(m, "}")
}

// upstreamOf is the name of the servers of an upstream of a VirtualServer or a VirtualServerRoute: they are its own.
func upstreamOf(p place) string {
	return strings.Join([]string{"vs", p.of.Place(), p.of.Name, p.service}, "_")
}

// serviceReference is the namespace and the name of a Service that an upstream names: "chat", "web/chat".
func serviceReference(p place) (namespace, name string) {
	name = p.upstream.Get("service").Text
	if ns, rest, ok := strings.Cut(name, "/"); ok {
		return ns, rest
	}
	return p.of.Place(), name
}

// virtualTimeout is a timeout of an upstream, else what the ConfigMap says.
func (w *ingressWriter) virtualTimeout(p place, which, key, directive string) {
	s := w.global(key)
	field := which + "-timeout"
	if v := p.upstream.Get(field); v.Kind == infra.Scalar {
		s = setting{text: v.Text, pos: v.Pos, value: v}
	}
	m := w.made(p, s, directive, key)
	m.Write = func(text string) []hop.Edit {
		value, ok := strings.CutPrefix(strings.TrimSuffix(text, ";"), directive+" ")
		switch v := p.upstream.Get(field); {
		case !ok:
			return nil
		case v.Kind == infra.Scalar && v.Set != nil:
			return v.Set(value)
		case v.Kind == infra.Null && p.upstream.Add != nil:
			return p.upstream.Add(value, field)
		}
		return nil
	}
	w.out.line(m, "%s %s;", directive, s.text)
}
