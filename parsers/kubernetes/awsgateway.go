package kubernetes

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/wslint/wslint/awscheck"
	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers/infra"
)

// What the AWS Load Balancer Controller makes of a Gateway (kubernetes-sigs/aws-load-balancer-controller at 225f44568,
// v3.5, pkg/gateway): a load balancer with the listeners of the Gateway, a rule for each match and host of its routes,
// a target group for each backend. LoadBalancerConfiguration and TargetGroupConfiguration hold the settings.

// awsGroup is the group of these.
const awsGroup = "gateway.k8s.aws"

// awsGateways are the kinds of load balancers by the controller of a GatewayClass.
var awsGateways = map[string]awscheck.Kind{
	awsGroup + "/alb": awscheck.Application, awsGroup + "/nlb": awscheck.Network,
}

// A gatewayBuilder makes the load balancer of a Gateway.
type gatewayBuilder struct {
	set     *set
	gateway *Object
	kind    awscheck.Kind
	out     infra.Resources
	groups  map[string]bool
}

// awsGateway is the load balancer of a Gateway; ok is false where none is made of it on AWS.
func (s *set) awsGateway(gateway *Object) (out infra.Resources, ok bool) {
	kind := awsGateways[s.classControllers["GatewayClass "+gateway.Get("spec", "gatewayClassName").Text]]
	if !gateway.Is(gatewayGroup, "Gateway") || !gateway.isShown() || kind == "" {
		return out, false
	}
	b := &gatewayBuilder{set: s, gateway: gateway, kind: kind, groups: map[string]bool{}}
	b.out.Balancers = append(b.out.Balancers, infra.Balancer{
		Object: infra.Object{Address: gateway.String(), Pos: gateway.Pos, Maybe: gateway.maybe()},
		Kind:   infra.Text(string(kind), gateway.Pos),
		Name:   infra.Text(gateway.Place()+"/"+gateway.Name, gateway.Pos), Names: []string{gateway.Name, gateway.String()},
		Attributes: b.attributes(func(v infra.Value) infra.Value { return v.Get("loadBalancerAttributes") }),
	})
	listeners, _ := gateway.Get("spec", "listeners").List()
	for _, l := range listeners {
		b.listener(l)
	}
	return b.out, true
}

// configurations are the specs of the LoadBalancerConfigurations of a Gateway, the one that counts more first: that of
// the class, unless its mergingMode says prefer-gateway.
func (b *gatewayBuilder) configurations() []infra.Value {
	ofClass, ofGateway := infra.Value{}, infra.Value{}
	class := b.gateway.Get("spec", "gatewayClassName").Text
	for _, o := range b.set.objects {
		if o.Kind == "GatewayClass" && o.Name == class {
			ofClass = b.configuration(o.Get("spec", "parametersRef"), "")
		}
	}
	ofGateway = b.configuration(b.gateway.Get("spec", "infrastructure", "parametersRef"), b.gateway.Place())
	if ofClass.Get("mergingMode").Text == "prefer-gateway" {
		return []infra.Value{ofGateway, ofClass}
	}
	return []infra.Value{ofClass, ofGateway}
}

func (b *gatewayBuilder) configuration(ref infra.Value, namespace string) infra.Value {
	for _, o := range b.set.objects {
		if o.Is(awsGroup, "LoadBalancerConfiguration") && ref.Get("kind").Text == o.Kind && ref.Get("name").Text == o.Name &&
			o.Place() == cmp.Or(ref.Get("namespace").Text, namespace, o.Place()) {
			return o.Get("spec")
		}
	}
	return infra.Value{}
}

// attributes are those that configurations list somewhere; of a key that two of them have the first one counts.
func (b *gatewayBuilder) attributes(list func(spec infra.Value) infra.Value) awscheck.Attributes {
	a := awscheck.Attributes{Pos: b.gateway.Pos, Values: map[string]hop.Setting[string]{}}
	for _, spec := range b.configurations() {
		addListed(&a, list(spec))
	}
	return a
}

// addListed adds the attributes of a list of keys and values that are not there yet.
func addListed(a *awscheck.Attributes, v infra.Value) {
	if v.Kind == infra.Unknown {
		a.Unknown = v.Why
	}
	for key, value := range listed(v) {
		if _, has := a.Values[key]; !has {
			a.Values[key] = value.Setting(key)
		}
	}
}

// listener makes one listener of the Gateway with the rules of the routes at it.
func (b *gatewayBuilder) listener(l infra.Value) {
	protocol, port := l.Get("protocol").Text, l.Get("port").Text
	address := fmt.Sprintf("%s, %s:%s", b.gateway, protocol, port)
	x := infra.Listener{
		Object: infra.Object{Address: address, Pos: l.Pos}, Balancer: ref(b.gateway.String()), Protocol: l.Get("protocol"),
		Port: l.Get("port"),
	}
	x.Attributes = b.attributes(func(spec infra.Value) infra.Value {
		all, _ := spec.Get("listenerConfigurations").List()
		for _, c := range all {
			if strings.EqualFold(c.Get("protocolPort").Text, protocol+":"+port) {
				if x.ALPN.Kind == infra.Null {
					x.ALPN = firstOf(c.Get("alpnPolicy"))
				}
				return c.Get("listenerAttributes")
			}
		}
		return infra.Value{}
	})
	if b.kind == awscheck.Application {
		x.Default = []infra.Action{{Type: infra.Text("fixed-response", l.Pos), Status: infra.Text("404", l.Pos)}}
		b.rules(address, l)
	} else {
		for _, r := range b.set.routesAt(b.gateway, l, "TCPRoute", "TLSRoute") {
			rules, _ := r.Get("spec", "rules").List()
			for _, rule := range rules[:min(1, len(rules))] {
				x.Default = b.forward(r, rule)
			}
		}
	}
	b.out.Listeners = append(b.out.Listeners, x)
}

// firstOf is a value, or the first one of a list.
func firstOf(v infra.Value) infra.Value {
	if items, _ := v.List(); v.Kind == infra.List && len(items) > 0 {
		return items[0]
	}
	return v
}

// A gatewayRule is one host and match of a route.
type gatewayRule struct {
	routeMatch
	host  string
	route *Object
	rule  infra.Value
	match int // the number of its match in the rule
}

// before orders rules as the controller asks them: hosts, the ones without a wildcard and the longer ones first, then
// exact paths, then longer ones, then a method, then headers and parameters (routeutils/route_rule_precedence.go).
func (x gatewayRule) before(y gatewayRule) int {
	exact := func(r gatewayRule) int { return map[string]int{"Exact": 2, "RegularExpression": 1}[r.pathType] }
	wild := func(r gatewayRule) int {
		switch {
		case r.host == "":
			return 2
		case strings.HasPrefix(r.host, "*"):
			return 1
		}
		return 0
	}
	return cmp.Or(wild(x)-wild(y), len(y.host)-len(x.host), exact(y)-exact(x), len(y.path)-len(x.path),
		len(y.conditions)-len(x.conditions))
}

// rules makes the rules of an HTTP or HTTPS listener.
func (b *gatewayBuilder) rules(listener string, l infra.Value) {
	var list []gatewayRule
	for _, a := range b.set.attachedTo(b.gateway) {
		if a.listener.Pos != l.Pos {
			continue
		}
		rules, _ := a.route.Get("spec", "rules").List()
		for _, host := range a.hosts {
			for _, rule := range rules {
				for i, m := range matchesOf(rule) {
					list = append(list, gatewayRule{m, host, a.route, rule, i})
				}
			}
		}
	}
	slices.SortStableFunc(list, gatewayRule.before)
	for i, x := range list {
		r := infra.Rule{
			Object:   infra.Object{Address: fmt.Sprintf("%s, rule %d", listener, i+1), Pos: x.pos},
			Listener: ref(listener), Priority: infra.Text(strconv.Itoa(i+1), x.pos), Actions: b.actions(&x),
		}
		text := func(s ...string) (v infra.Value) {
			v.Kind, v.Pos = infra.List, x.pos
			for _, one := range s {
				v.Items = append(v.Items, infra.Text(one, x.pos))
			}
			return v
		}
		if x.host != "" {
			host := infra.Condition{Field: infra.Text("host-header", x.pos), Values: text(x.host)}
			r.Conditions = append(r.Conditions, host)
		}
		path := infra.Condition{Field: infra.Text("path-pattern", x.pos)}
		if x.pathType == "RegularExpression" {
			path.Regex = text(x.path)
		} else {
			path.Values = text(patterns(place{path: x.path, pathType: strings.TrimPrefix(x.pathType, "Path")})...)
		}
		r.Conditions = append(r.Conditions, path)
		for _, c := range x.conditions {
			r.Conditions = append(r.Conditions, gatewayCondition(c, text))
		}
		spec, why := b.ruleConfiguration(&x)
		r.Unknown, r.Conditions = why, append(r.Conditions, asked(spec, strconv.Itoa(x.match))...)
		r.Actions = configured(spec, l.Get("protocol").Text == "HTTPS", r.Actions)
		b.out.Rules = append(b.out.Rules, r)
	}
}

// gatewayCondition is what a match asks for beside the path.
func gatewayCondition(c condition, text func(...string) infra.Value) infra.Condition {
	value, regex := strings.CutPrefix(c.value, "~")
	x := infra.Condition{Values: text(value)}
	if regex {
		x = infra.Condition{Regex: text(value)}
	}
	kind, name := "http-request-method", ""
	switch {
	case strings.HasPrefix(c.variable, "$http_"):
		kind, name = "http-header", strings.ReplaceAll(strings.TrimPrefix(c.variable, "$http_"), "_", "-")
		x.Header = infra.Text(name, c.pos)
	case strings.HasPrefix(c.variable, "$arg_"):
		kind, name = "query-string", strings.TrimPrefix(c.variable, "$arg_")
		x = infra.Condition{Query: []infra.Query{{Key: infra.Text(name, c.pos), Value: infra.Text(value, c.pos)}}}
	}
	x.Field = infra.Text(kind, c.pos)
	return x
}

// actions are what becomes of requests of a rule: redirected, or forwarded to its backends.
func (b *gatewayBuilder) actions(x *gatewayRule) []infra.Action {
	filters, _ := x.rule.Get("filters").List()
	for _, f := range filters {
		if f.Get("type").Text != "RequestRedirect" {
			continue
		}
		to := f.Get("requestRedirect")
		scheme, path := to.Get("scheme"), to.Get("path").Get("replaceFullPath")
		if scheme.Kind == infra.Scalar {
			scheme.Text = strings.ToUpper(scheme.Text)
		}
		return []infra.Action{{Pos: f.Pos, Type: infra.Text("redirect", f.Pos), Redirect: infra.Redirect{
			Status: infra.Text("HTTP_"+cmp.Or(to.Get("statusCode").Text, "302"), f.Pos), Protocol: scheme,
			Host: to.Get("hostname"), Port: to.Get("port"), Path: path,
		}}}
	}
	return b.forward(x.route, x.rule)
}

// forward is the action that passes requests or connections on to the backends of a rule.
func (b *gatewayBuilder) forward(route *Object, rule infra.Value) []infra.Action {
	a := infra.Action{Pos: rule.Pos, Type: infra.Text("forward", rule.Pos)}
	refs, _ := rule.Get("backendRefs").List()
	for _, r := range refs {
		address := b.group(route, r)
		a.Groups = append(a.Groups, infra.Weighted{Group: ref(address), Weight: r.Get("weight")})
	}
	if len(refs) == 0 {
		return []infra.Action{{Type: infra.Text("fixed-response", rule.Pos), Status: infra.Text("503", rule.Pos)}}
	}
	return []infra.Action{a}
}

// group adds the target group of a backend, and returns its address.
func (b *gatewayBuilder) group(route *Object, backend infra.Value) string {
	namespace, service := cmp.Or(backend.Get("namespace").Text, route.Place()), backend.Get("name").Text
	port := backend.Get("port").Text
	address := "target group of Service " + namespace + "/" + service + ":" + port
	if b.groups[address] {
		return address
	}
	b.groups[address] = true
	g := infra.Group{Object: infra.Object{Address: address, Pos: backend.Pos},
		Name: infra.Text("Service "+namespace+"/"+service, backend.Pos), Port: backend.Get("port")}
	g.Attributes = awscheck.Attributes{Pos: backend.Pos, Values: map[string]hop.Setting[string]{}}
	g.Protocol = infra.Text("HTTP", backend.Pos)
	if b.kind == awscheck.Network {
		g.Protocol = infra.Text("TCP", backend.Pos)
	}
	for _, c := range b.targetConfigurations(namespace, service, route) {
		addListed(&g.Attributes, c.Get("targetGroupAttributes"))
		for key, to := range map[string]*infra.Value{"protocol": &g.Protocol, "protocolVersion": &g.Version,
			"targetType": &g.Type, "targetControlPort": &g.ControlPort} {
			if v := c.Get(key); v.Kind == infra.Scalar && (to.Kind == infra.Null || to.Pos == backend.Pos) {
				*to = v
			}
		}
	}
	b.out.Groups = append(b.out.Groups, g)
	return address
}

// targetConfigurations are what TargetGroupConfigurations say of a Service, the one that counts most first: for the
// route, then for all.
func (b *gatewayBuilder) targetConfigurations(namespace, service string, route *Object) (list []infra.Value) {
	for _, o := range b.set.objects {
		target := o.Get("spec", "targetReference")
		if !o.Is(awsGroup, "TargetGroupConfiguration") || o.Place() != namespace || target.Get("name").Text != service ||
			cmp.Or(target.Get("kind").Text, "Service") != "Service" {
			continue
		}
		routes, _ := o.Get("spec", "routeConfigurations").List()
		for _, r := range routes {
			id := r.Get("routeIdentifier")
			if id.Get("kind").Text == route.Kind && (id.Get("name").Kind == infra.Null || id.Get("name").Text == route.Name) &&
				(id.Get("namespace").Kind == infra.Null || id.Get("namespace").Text == route.Place()) {
				list = append(list, r.Get("targetGroupProps"))
			}
		}
		list = append(list, o.Get("spec", "defaultConfiguration"))
	}
	return list
}
