package kubernetes

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers/infra"
)

// A listenPort is one port of the load balancer.
type listenPort struct {
	protocol string
	port     int
	pos      hop.Pos
}

// ports are those that the members ask for, each once: HTTPS 443 where a certificate is given, else HTTP 80.
func (b *albBuilder) ports() (list []listenPort) {
	for _, o := range b.members {
		v := o.Annotation(alb + "listen-ports")
		var asked []map[string]int
		if v.Kind == infra.Scalar && json.Valid([]byte(v.Text)) && json.Unmarshal([]byte(v.Text), &asked) != nil {
			b.misfits = append(b.misfits, hop.Misfit{
				Setting: hop.Written("listen-ports", v.Text, v.Pos), Fault: hop.BreaksObject, Of: o.String(), By: awsController,
				Why: `it takes JSON like [{"HTTPS": 443}]`,
			})
		}
		if len(asked) == 0 {
			asked = []map[string]int{{"HTTP": 80}}
			if b.certified(o) {
				asked = []map[string]int{{"HTTPS": 443}}
			}
			v.Pos = o.Pos
		}
		for _, a := range asked {
			for protocol, port := range a {
				if !slices.ContainsFunc(list, func(p listenPort) bool { return p.port == port }) {
					list = append(list, listenPort{protocol, port, v.Pos})
				}
			}
		}
	}
	return list
}

// certified reports whether a certificate is given for an Ingress.
func (b *albBuilder) certified(o *Object) bool {
	if o.Annotation(alb+"certificate-arn").Kind != infra.Null || o.Annotation(alb+"create-acm-cert").Text == "true" {
		return true
	}
	return b.params != nil && b.params.Get("spec", "certificateArn").Kind != infra.Null
}

// redirect is the port that every HTTP listener redirects to; "" for none.
func (b *albBuilder) redirect() string {
	if b.params != nil {
		if p := b.params.Get("spec", "sslRedirectPort"); p.Kind == infra.Scalar {
			return p.Text
		}
	}
	for _, o := range b.members {
		if v := o.Annotation(alb + "ssl-redirect"); v.Kind == infra.Scalar {
			return v.Text
		}
	}
	return ""
}

// listener makes one port with the rules of all members (pkg/ingress/model_build_listener_rules.go).
func (b *albBuilder) listener(balancer string, p listenPort, redirect string) {
	address := fmt.Sprintf("%s, %s:%d", balancer, p.protocol, p.port)
	l := infra.Listener{
		Object:   infra.Object{Address: address, Pos: b.first.Pos},
		Balancer: ref(balancer), Protocol: infra.Text(p.protocol, p.pos), Port: infra.Text(strconv.Itoa(p.port), p.pos),
	}
	for _, o := range b.members {
		if a, list := attributes(o, fmt.Sprintf("%slistener-attributes.%s-%d", alb, p.protocol, p.port)); len(list) > 0 {
			l.Attributes = a
		}
	}
	if p.protocol == "HTTP" && redirect != "" {
		l.Default = []infra.Action{{Type: infra.Text("redirect", p.pos), Redirect: infra.Redirect{
			Status: infra.Text("HTTP_301", p.pos), Protocol: infra.Text("HTTPS", p.pos), Port: infra.Text(redirect, p.pos)}}}
		b.out.Listeners = append(b.out.Listeners, l)
		return
	}
	l.Default = []infra.Action{{Type: infra.Text("fixed-response", p.pos), Status: infra.Text("404", p.pos)}}
	priority := 1
	for _, o := range b.members {
		if d := o.Get("spec", "defaultBackend"); d.Kind == infra.Map {
			name, port := backend(d)
			l.Default = b.actions(o, name, port, d.Pos, p.protocol)
		}
		for _, x := range ordered(places(o)) {
			if x.pos == o.Get("spec", "defaultBackend").Pos {
				continue
			}
			b.rule(address, o, x, priority, p.protocol)
			priority++
		}
	}
	b.out.Listeners = append(b.out.Listeners, l)
}

func ref(address string) infra.Value { return infra.Value{Kind: infra.Ref, Of: address} }

// ordered are the paths of an Ingress as the controller asks them: within a rule exact ones, then prefixes by falling
// length, then the others.
func ordered(list []place) []place {
	list = slices.Clone(list)
	rank := map[string]int{"Exact": 0, "Prefix": 1}
	of := func(p place) int {
		if n, ok := rank[p.pathType]; ok {
			return n
		}
		return 2
	}
	slices.SortStableFunc(list, func(a, b place) int {
		switch {
		case a.hostPos != b.hostPos:
			return 0
		case of(a) != of(b):
			return of(a) - of(b)
		case a.pathType == "Prefix":
			return len(b.path) - len(a.path)
		}
		return 0
	})
	return list
}

// rule makes the rule of one path.
func (b *albBuilder) rule(listener string, o *Object, x place, priority int, protocol string) {
	r := infra.Rule{
		Object:   infra.Object{Address: fmt.Sprintf("%s, rule %d", listener, priority), Pos: x.pos},
		Listener: ref(listener), Priority: infra.Text(strconv.Itoa(priority), x.pos),
		Actions: b.actions(o, x.service, x.port, x.pos, protocol),
	}
	texts := func(values ...string) infra.Value {
		v := infra.Value{Kind: infra.List, Pos: x.pos}
		for _, t := range values {
			v.Items = append(v.Items, infra.Text(t, x.pos))
		}
		return v
	}
	if x.host != "" {
		r.Conditions = append(r.Conditions, infra.Condition{Field: infra.Text("host-header", x.pos), Values: texts(x.host)})
	}
	r.Conditions = append(r.Conditions, infra.Condition{Field: infra.Text("path-pattern", x.pos),
		Values: texts(patterns(x)...)})
	changed := o.Annotation(alb+"conditions."+x.service).Kind != infra.Null ||
		o.Annotation(alb+"transforms."+x.service).Kind != infra.Null
	if changed || o.Annotation(alb+"use-regex-path-match").Text == "true" {
		r.Unknown = "annotations of " + o.String() + " change the rule"
	}
	b.out.Rules = append(b.out.Rules, r)
}

// patterns are the patterns of a path: a prefix is itself and all below it, whatever else is written is a pattern
// already.
func patterns(x place) []string {
	switch path := strings.TrimSuffix(x.path, "/"); {
	case x.pathType == "Prefix" && path == "":
		return []string{"/*"}
	case x.pathType == "Prefix":
		return []string{path, path + "/*"}
	}
	return []string{x.path}
}

// actions are what becomes of requests for a service: asked who they are, then forwarded to it.
func (b *albBuilder) actions(o *Object, service, port string, pos hop.Pos, protocol string) (list []infra.Action) {
	if port == "use-annotation" {
		return []infra.Action{{Pos: pos, Unknown: "annotation actions." + service + " says what it does"}}
	}
	svc := b.set.services[o.Place()+"/"+service]
	get := func(key string) infra.Value {
		if svc != nil {
			if v := svc.Annotation(alb + key); v.Kind != infra.Null {
				return v
			}
		}
		return o.Annotation(alb + key)
	}
	if kind := get("auth-type"); protocol == "HTTPS" && kind.Kind == infra.Scalar && kind.Text != "none" {
		a := infra.Action{
			Pos: kind.Pos, Type: infra.Text("authenticate-"+kind.Text, kind.Pos), Order: infra.Text("1", kind.Pos),
			OnUnauthenticated: get("auth-on-unauthenticated-request"),
		}
		if a.OnUnauthenticated.Kind == infra.Null {
			a.OnUnauthenticated = infra.Text("authenticate", kind.Pos)
		}
		list = append(list, a)
	}
	address := "target group of Service " + o.Place() + "/" + service + ":" + port
	if !b.groups[address] {
		b.groups[address] = true
		holder := o
		if svc != nil && svc.Annotation(alb+"target-group-attributes").Kind == infra.Scalar {
			holder = svc
		}
		g := infra.Group{Object: infra.Object{Address: address, Pos: pos}, Protocol: get("backend-protocol"),
			Version: get("backend-protocol-version"), Type: get("target-type")}
		g.Name, g.Port = infra.Text("Service "+o.Place()+"/"+service, pos), b.set.portOf(svc, port, pos)
		if g.Protocol.Kind == infra.Null {
			g.Protocol = infra.Text("HTTP", pos)
		}
		if control := o.Annotation(alb + "target-control-port." + service + "." + port); control.Kind == infra.Scalar {
			g.ControlPort = control
		}
		g.Attributes, _ = attributes(holder, alb+"target-group-attributes")
		b.out.Groups = append(b.out.Groups, g)
	}
	return append(list, infra.Action{Pos: pos, Type: infra.Text("forward", pos), Order: infra.Text("2", pos),
		Groups: []infra.Weighted{{Group: ref(address)}}})
}
