package kubernetes

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers"
	"github.com/wslint/wslint/parsers/infra"
)

// nginxFabric is NGINX Gateway Fabric, which makes nginx of Gateways.
const nginxFabric = "nginx-gateway-fabric"

// fabricGroup is the group of its policies and filters.
const fabricGroup = "gateway.nginx.org"

// A fabricRule is a path of a server of a Gateway, with all matches that have it, in the order of the routes.
type fabricRule struct {
	place
	matches []fabricMatch
}

// A fabricMatch is one match and the rule that it is of.
type fabricMatch struct {
	routeMatch
	route *Object
	rule  infra.Value
}

// A fabricServer is one host at one listener.
type fabricServer struct {
	host     string
	listener infra.Value
	rules    []*fabricRule
}

// fabricServers are the servers of a Gateway.
func (s *set) fabricServers(gateway *Object) (list []*fabricServer) {
	for _, a := range s.attachedTo(gateway) {
		rules, _ := a.route.Get("spec", "rules").List()
		for _, host := range a.hosts {
			i := slices.IndexFunc(list, func(x *fabricServer) bool {
				return x.host == host && x.listener.Get("port").Text == a.listener.Get("port").Text
			})
			if i < 0 {
				i, list = len(list), append(list, &fabricServer{host: host, listener: a.listener})
			}
			for _, rule := range rules {
				for _, m := range matchesOf(rule) {
					list[i].add(gateway, fabricMatch{m, a.route, rule})
				}
			}
		}
	}
	return list
}

// add adds a match to the path that it has. One with more conditions is asked for first.
func (x *fabricServer) add(gateway *Object, m fabricMatch) {
	i := slices.IndexFunc(x.rules, func(r *fabricRule) bool { return r.path == m.path && r.pathType == m.pathType })
	if i < 0 {
		at := m.pos
		at.EndCol = 0
		p := place{of: m.route, head: gateway, host: x.host, path: m.path, pathType: m.pathType, pos: m.pos, hostPos: at}
		i, x.rules = len(x.rules), append(x.rules, &fabricRule{place: p})
	}
	r := x.rules[i]
	r.matches = append(r.matches, m)
	slices.SortStableFunc(r.matches, func(a, b fabricMatch) int { return len(b.conditions) - len(a.conditions) })
	if i := slices.IndexFunc(r.matches, func(m fabricMatch) bool { return len(m.conditions) == 0 }); i >= 0 {
		r.matches = r.matches[:i+1] // it takes whatever is left
	}
}

// gatewayPlaces are the paths of a Gateway.
func (s *set) gatewayPlaces(gateway *Object) (list []place) {
	for _, x := range s.fabricServers(gateway) {
		for _, r := range x.rules {
			list = append(list, r.place)
		}
	}
	return list
}

// writeFabric writes what NGINX Gateway Fabric makes of a Gateway: nginx/nginx-gateway-fabric at e55bfe339 (v2.6.7),
// internal/controller/nginx/config: base_http_config_template.go, servers.go and servers_template.go.
func (w *ingressWriter) writeFabric() {
	gateway := w.ingresses[0]
	all := &parsers.Maker{At: gateway.Pos}
	line := func(format string, args ...any) { w.out.line(all, format, args...) }
	line("events {")
	line("}")
	line("http {")
	line("map $http_host $gw_api_compliant_host {")
	line("'' $host;")
	line("default $http_host;")
	line("}")
	line("map $http_upgrade $connection_keepalive {")
	line("default upgrade;")
	line("'' '';")
	line("}")
	client := []string{"keepAlive", "timeout", "server"}
	if v := w.s.policy(fabricGroup, "ClientSettingsPolicy", []*Object{gateway}, client...); v.Text != "" {
		w.out.line(&parsers.Maker{At: v.Pos}, "keepalive_timeout %s;", v.Text)
	}
	servers := w.s.fabricServers(gateway)
	for _, x := range servers {
		for _, r := range x.rules {
			w.paths[spot(r.pos)] = r.place
			w.at[spot(r.pos)] = r.of
			for i, m := range r.matches {
				w.backends(r, m, i)
			}
		}
	}
	for _, x := range servers {
		w.fabricServer(x, gateway)
	}
	ports := map[string]bool{}
	for _, x := range servers {
		if port := x.listener.Get("port").Text; x.host != "" && !ports[port] {
			ports[port] = true
			line("server {")
			line("listen %s%s default_server;", port, w.fabricListen(x.listener, gateway))
			line("return 404;")
			line("}")
		}
	}
	line("}")
}

// fabricListen is what follows a port: TLS, and the PROXY protocol where an NginxProxy asks for it.
func (w *ingressWriter) fabricListen(listener infra.Value, gateway *Object) (more string) {
	if listener.Get("protocol").Text == "HTTPS" {
		more = " ssl"
	}
	if w.s.nginxProxy(gateway).Get("rewriteClientIP").Get("mode").Text == "ProxyProtocol" {
		more += " proxy_protocol"
	}
	return more
}

// nginxProxy is the spec of the NginxProxy of a Gateway, else of its class.
func (s *set) nginxProxy(gateway *Object) infra.Value {
	class := gateway.Get("spec", "gatewayClassName").Text
	refs := []infra.Value{gateway.Get("spec", "infrastructure", "parametersRef")}
	for _, c := range s.index.kinds["GatewayClass"] {
		if c.Name == class {
			refs = append(refs, c.Get("spec", "parametersRef"))
		}
	}
	for _, o := range s.index.kinds["NginxProxy"] {
		if o.Group == fabricGroup && slices.ContainsFunc(refs, func(r infra.Value) bool {
			return r.Get("kind").Text == o.Kind && r.Get("name").Text == o.Name
		}) {
			return o.Get("spec")
		}
	}
	return infra.Value{}
}

// target is what requests of a match are passed on to.
func (w *ingressWriter) target(r *fabricRule, i int) string { return w.chosen[targetKey(r, i)] }

func targetKey(r *fabricRule, i int) hop.Pos {
	at := spot(r.pos)
	at.EndCol = -1 - i
	return at
}

// backends writes the servers of a match, and what chooses among several.
func (w *ingressWriter) backends(r *fabricRule, m fabricMatch, i int) {
	refs, _ := m.rule.Get("backendRefs").List()
	by := &parsers.Maker{At: m.pos}
	type weighed struct {
		name   string
		weight int
	}
	var list []weighed
	total := 0
	for _, ref := range refs {
		namespace := cmp.Or(ref.Get("namespace").Text, m.route.Place())
		service, port := ref.Get("name").Text, ref.Get("port").Text
		weight := 1
		if v := ref.Get("weight"); v.Kind == infra.Scalar {
			weight, _ = strconv.Atoi(v.Text)
		}
		if service == "" || weight <= 0 {
			continue
		}
		name := strings.Join([]string{namespace, service, port}, "_")
		if !w.upstreams[name] {
			w.upstreams[name] = true
			w.out.line(by, "upstream %s {", name)
			w.out.line(by, "server %s;", w.address(namespace, service, port))
			w.out.line(by, "}")
		}
		list, total = append(list, weighed{name, weight}), total+weight
	}
	switch len(list) {
	case 0:
		return
	case 1:
		w.chosen[targetKey(r, i)] = list[0].name
		return
	}
	variable := fmt.Sprintf("$group_%d", len(w.chosen))
	w.out.line(by, "split_clients $request_id %s {", variable)
	for _, x := range list[:len(list)-1] {
		w.out.line(by, "%.2f%% %s;", float64(x.weight)*100/float64(total), x.name)
	}
	w.out.line(by, "* %s;", list[len(list)-1].name)
	w.out.line(by, "}")
	w.chosen[targetKey(r, i)] = variable
}

// fabricServer writes one server.
func (w *ingressWriter) fabricServer(x *fabricServer, gateway *Object) {
	if len(x.rules) == 0 {
		return
	}
	m := &parsers.Maker{At: x.rules[0].pos}
	forks := map[*fabricRule]*fork{}
	for _, r := range x.rules {
		if len(r.matches) == 1 && len(r.matches[0].conditions) == 0 {
			continue
		}
		forks[r] = w.fabricFork(r)
		w.writeMaps(forks[r])
	}
	w.out.line(m, "server {")
	more := w.fabricListen(x.listener, gateway)
	if x.host == "" {
		more += " default_server"
	}
	w.out.line(m, "listen %s%s;", x.listener.Get("port").Text, more)
	w.out.line(m, "server_name %s;", cmp.Or(x.host, "_"))
	root := false
	for _, r := range x.rules {
		root = root || r.path == "/"
		heads := x.heads(r)
		f := forks[r]
		for _, head := range heads {
			if f == nil {
				w.fabricLocation(r, 0, head, false)
			} else {
				w.writeFork(f, head)
			}
		}
		for i := range r.matches {
			if f != nil {
				w.fabricLocation(r, i, f.matches[i].shares[0].path, true)
			}
		}
		if f != nil && len(f.matches) > len(r.matches) {
			w.out.line(m, "location %s {", f.matches[len(r.matches)].shares[0].path)
			w.out.line(m, "internal;")
			w.out.line(m, "return 404;")
			w.out.line(m, "}")
		}
	}
	if !root {
		w.out.line(m, "location = / {")
		w.out.line(m, "return 404;")
		w.out.line(m, "}")
	}
	w.out.line(m, "}")
}

// heads are the names of the locations of a path: a prefix without a slash at its end is one for what is below it, and
// one for itself, unless other rules have these.
func (x *fabricServer) heads(r *fabricRule) (list []string) {
	has := func(path, kind string) bool {
		return slices.ContainsFunc(x.rules, func(r *fabricRule) bool { return r.path == path && r.pathType == kind })
	}
	switch {
	case r.pathType == "Exact":
		return []string{"= " + quotedPath(r.path)}
	case r.pathType == "RegularExpression":
		return []string{`~ "^` + strings.ReplaceAll(r.path, `"`, `\"`) + `"`}
	case strings.HasSuffix(r.path, "/"):
		return []string{quotedPath(r.path)}
	}
	if !has(r.path+"/", "PathPrefix") {
		list = append(list, quotedPath(r.path+"/"))
	}
	if !has(r.path, "Exact") {
		list = append(list, "= "+quotedPath(r.path))
	}
	return list
}

// fabricFork is what chooses among the matches of a path; where none fits the answer is 404.
func (w *ingressWriter) fabricFork(r *fabricRule) *fork {
	f := &fork{of: r.place, n: w.forks}
	w.forks++
	for i, m := range r.matches {
		one := share{place: r.place, path: fmt.Sprintf("/_ngf-internal-%d-match%d", f.n, i)}
		one.passes = w.target(r, i)
		f.matches = append(f.matches, forkBranch{m.conditions, []share{one}})
		if len(m.conditions) == 0 {
			return f // whatever is not taken yet
		}
	}
	none := share{place: r.place, path: fmt.Sprintf("/_ngf-internal-%d-none", f.n)}
	f.matches = append(f.matches, forkBranch{nil, []share{none}})
	return f
}

// routeIntends says by which policy a route shows that it is for connections that stay open; "" where none does.
func (w *ingressWriter) routeIntends(route *Object) string {
	targets := []*Object{route, w.ingresses[0]}
	for _, which := range []string{"read", "send"} {
		if w.s.policy(fabricGroup, "ProxySettingsPolicy", targets, "timeout", which).Kind == infra.Scalar {
			return "sets timeout." + which
		}
	}
	return ""
}

// fabricService is the Service that the controller makes of a Gateway, with the annotations that its infrastructure
// lists and the ports of its listeners (internal/controller/provisioner/objects.go); nil for one within the cluster.
func (s *set) fabricService(gateway *Object) *Object {
	pos := gateway.Pos
	service := s.nginxProxy(gateway).Get("kubernetes").Get("service")
	kind := cmp.Or(service.Get("type").Text, "LoadBalancer")
	if s.makerOf(gateway) != nginxFabric || kind != "LoadBalancer" {
		return nil
	}
	ports := infra.Value{Kind: infra.List, Pos: pos}
	listeners, _ := gateway.Get("spec", "listeners").List()
	for _, l := range listeners {
		ports.Items = append(ports.Items, mapOf(l.Pos, "name", l.Get("name"), "port", l.Get("port")))
	}
	spec := []any{"type", infra.Text(kind, pos), "ports", ports}
	if class := service.Get("loadBalancerClass"); class.Kind == infra.Scalar {
		spec = append(spec, "loadBalancerClass", class)
	}
	notes := gateway.Get("spec", "infrastructure", "annotations")
	return &Object{
		Kind: "Service", Namespace: gateway.Place(), Name: gateway.Name, Label: "Service of " + gateway.String(), Pos: pos,
		First: gateway.First, Last: gateway.Last,
		Value: mapOf(pos, "metadata", mapOf(pos, "annotations", notes), "spec", mapOf(pos, spec...)),
	}
}

// unreadTimeouts are the timeouts of rules, which the controller accepts and ignores: the condition UnsupportedField
// says so (internal/controller/state/graph/httproute.go, checkForUnsupportedHTTPFields).
func (s *set) unreadTimeouts(gateway *Object) (list []hop.Misfit) {
	seen := map[hop.Pos]bool{}
	for _, a := range s.attachedTo(gateway) {
		rules, _ := a.route.Get("spec", "rules").List()
		for _, rule := range rules {
			for _, f := range rule.Get("timeouts").Fields {
				if v := f.Value; v.Kind == infra.Scalar && !seen[v.Pos] {
					seen[v.Pos] = true
					list = append(list, hop.Misfit{
						Setting: hop.Written("timeouts."+f.Key, v.Text, f.At), Of: a.route.String(),
						Fault: hop.NotRead, By: nginxFabric,
						Why: "it ignores the field and says UnsupportedField: " +
							"a ProxySettingsPolicy has its timeouts",
					})
				}
			}
		}
	}
	return list
}
