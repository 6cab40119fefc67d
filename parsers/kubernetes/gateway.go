package kubernetes

import (
	"cmp"
	"slices"
	"strings"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers/infra"
)

// gatewayGroup is the group of Gateways and their routes.
const gatewayGroup = "gateway.networking.k8s.io"

// An attached route is an HTTPRoute at one listener of a Gateway, with the hosts that both have in common.
type attached struct {
	route    *Object
	listener infra.Value
	hosts    []string
}

// attachedTo are the HTTPRoutes of a Gateway by its listeners, in the order of the files.
func (s *set) attachedTo(gateway *Object) (list []attached) {
	listeners, _ := gateway.Get("spec", "listeners").List()
	for _, l := range listeners {
		if p := l.Get("protocol").Text; p != "HTTP" && p != "HTTPS" {
			continue
		}
		for _, r := range s.routesAt(gateway, l, "HTTPRoute") {
			if hosts, ok := commonHosts(r, l.Get("hostname").Text); ok {
				list = append(list, attached{r, l, hosts})
			}
		}
	}
	return list
}

// routesAt are the routes of some kinds that refer to a listener of a Gateway; of two with one name, which are of two
// environments, the first one.
func (s *set) routesAt(gateway *Object, listener infra.Value, kinds ...string) (list []*Object) {
	for _, r := range s.index.parents[objectKey{s.cluster.of(gateway), gateway.Place(), gateway.Name}] {
		refs, _ := r.Get("spec", "parentRefs").List()
		refers := func(ref infra.Value) bool { return refers(ref, r, gateway, listener) }
		if slices.Contains(kinds, r.Kind) && slices.ContainsFunc(refs, refers) {
			list = append(list, r)
		}
	}
	return list
}

// refers reports whether a parent reference of a route means a listener of a Gateway.
func refers(ref infra.Value, route, gateway *Object, listener infra.Value) bool {
	namespace := cmp.Or(ref.Get("namespace").Text, route.Place())
	name, port := ref.Get("sectionName"), ref.Get("port")
	return cmp.Or(ref.Get("kind").Text, "Gateway") == "Gateway" && ref.Get("name").Text == gateway.Name &&
		namespace == gateway.Place() &&
		(name.Kind != infra.Scalar || name.Text == listener.Get("name").Text) &&
		(port.Kind != infra.Scalar || port.Text == listener.Get("port").Text)
}

// commonHosts are the hosts of a route that a listener with a hostname takes, "" for all; ok is false where it takes
// none of them.
func commonHosts(route *Object, of string) (hosts []string, ok bool) {
	names, _ := route.Get("spec", "hostnames").List()
	if len(names) == 0 {
		return []string{of}, true
	}
	for _, n := range names {
		switch host := n.Text; {
		case of == "" || host == of || covers(of, host):
			hosts = append(hosts, host)
		case covers(host, of):
			hosts = append(hosts, of)
		}
	}
	return hosts, len(hosts) > 0
}

// covers reports whether a wildcard takes a host, or another wildcard.
func covers(wildcard, host string) bool {
	rest, ok := strings.CutPrefix(wildcard, "*")
	return ok && strings.HasSuffix(host, rest)
}

// controllerOf is the controller of a Gateway by its class among the files; the class name stands for that of the
// products that have one of their own.
func (s *set) controllerOf(gateway *Object) string {
	p, ok := s.productOf(gateway)
	if !ok {
		return s.classControllers["GatewayClass "+gateway.Get("spec", "gatewayClassName").Text]
	}
	return p.hop
}

// A routeMatch is one match of a rule: a path, and what else the request has to be like.
type routeMatch struct {
	path, pathType string
	pos            hop.Pos
	conditions     []condition
}

// matchesOf are the matches of a rule; a rule without any takes everything.
func matchesOf(rule infra.Value) (list []routeMatch) {
	matches, _ := rule.Get("matches").List()
	if len(matches) == 0 {
		return []routeMatch{{path: "/", pathType: "PathPrefix", pos: rule.Pos}}
	}
	for _, m := range matches {
		v := m.Get("path").Get("value")
		r := routeMatch{path: cmp.Or(v.Text, "/"), pathType: cmp.Or(m.Get("path").Get("type").Text, "PathPrefix"), pos: v.Pos}
		if v.Kind != infra.Scalar {
			r.pos = m.Pos
		}
		if method := m.Get("method"); method.Kind == infra.Scalar {
			r.conditions = append(r.conditions, condition{"$request_method", method.Text, false, method.Pos})
		}
		headers, _ := m.Get("headers").List()
		for _, h := range headers {
			r.conditions = append(r.conditions, conditionFor(headerVariable(h.Get("name").Text), h))
		}
		params, _ := m.Get("queryParams").List()
		for _, q := range params {
			r.conditions = append(r.conditions, conditionFor("$arg_"+q.Get("name").Text, q))
		}
		list = append(list, r)
	}
	return list
}

// conditionFor is the condition that a header or a parameter has a value, or fits an expression.
func conditionFor(variable string, v infra.Value) condition {
	c := condition{variable: variable, value: v.Get("value").Text, pos: v.Get("value").Pos}
	if v.Get("type").Text == "RegularExpression" {
		c.value = "~" + c.value
	}
	return c
}

// policy is the value at the end of keys of a policy of a kind for an object: that of a route counts more than that of
// its Gateway.
func (s *set) policy(group, kind string, targets []*Object, keys ...string) (v infra.Value) {
	for _, target := range targets {
		for _, p := range s.index.targets[objectKey{target.Kind, target.Place(), target.Name}] {
			if !p.Is(group, kind) || s.cluster.of(p) != s.cluster.of(target) {
				continue
			}
			if v := p.Get(append([]string{"spec"}, keys...)...); v.Kind != infra.Null {
				return v
			}
		}
	}
	return v
}
