package kubernetes

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/wslint/wslint/awscheck"
	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers"
	"github.com/wslint/wslint/parsers/infra"
)

// awsController makes load balancers of AWS of Ingresses and Services.
const awsController = "aws-load-balancer-controller"

// alb is the prefix of its annotations on Ingresses.
const alb = "alb.ingress.kubernetes.io/"

// An albGroup is the Ingresses that one Application Load Balancer is made of.
type albGroup struct {
	name    string // of the group; "" for an Ingress of its own
	members []*Object
	params  *Object // IngressClassParams; nil where none count
}

// ofALB reports whether the AWS Load Balancer Controller reads an Ingress, and with which parameters of its class
// (pkg/ingress/group_loader.go): unlike others it asks the annotation first, and takes no parameters then. Without a
// class only its own annotations speak for it.
func (s *set) ofALB(o *Object) (params *Object, is bool) {
	if v := o.Annotation("kubernetes.io/ingress.class"); v.Kind == infra.Scalar {
		return nil, v.Text == "alb"
	}
	name := o.Get("spec", "ingressClassName")
	switch by := s.classes[name.Text]; {
	case name.Kind == infra.Scalar && by == awsController:
		return s.paramsOf(name.Text), true
	case name.Kind == infra.Scalar && by == "" && s.class(name.Text) == nil && name.Text == "alb":
		return nil, true
	case name.Kind != infra.Null:
		return nil, false
	}
	owner, _ := s.owner(o)
	return nil, owner == awsController
}

// ofAnother finds annotations of a controller on an Ingress that surely another one reads: an ALB is made of it, or
// none is. foreign says that the controller does not read it, whether or not that is worth telling.
func (s *set) ofAnother(o *Object, c *Controller, a infra.Field) (list []hop.Misfit, foreign bool) {
	if !o.IsIngress() || o.Partial != "" {
		return nil, false
	}
	by := o.Annotation("kubernetes.io/ingress.class")
	name := by.Text
	if by.Kind != infra.Scalar {
		name = o.Get("spec", "ingressClassName").Text
	}
	_, isALB := s.ofALB(o)
	sure := name != "" && (isALB || s.classes[name] != "" || name == "nginx")
	if !sure || (c.Name == awsController) == isALB {
		return nil, false
	}
	suffix, _ := c.Suffix(a.Key)
	k := c.Key(suffix, "Ingress")
	if a.Value.Kind != infra.Scalar || k == nil || k.Does == "" && k.Type != Pairs {
		return nil, true // it has nothing to do with WebSockets
	}
	m := s.misfitOf(o, c, a.Key, a)
	m.Fault, m.Pos = hop.NotRead, a.At
	m.Why = fmt.Sprintf("its class %s is of another controller", name)
	return []hop.Misfit{m}, true
}

// class is the IngressClass of a name; nil where it is not among the files.
func (s *set) class(name string) *Object {
	for _, o := range s.objects {
		if o.Kind == "IngressClass" && o.Name == name {
			return o
		}
	}
	return nil
}

// paramsOf are the parameters that an IngressClass names; nil where they are not among the files.
func (s *set) paramsOf(class string) *Object {
	c := s.class(class)
	if c == nil {
		return nil
	}
	name := c.Get("spec", "parameters", "name").Text
	for _, o := range s.objects {
		if o.Kind == "IngressClassParams" && o.Name == name && name != "" {
			return o
		}
	}
	return nil
}

// albGroups are the load balancers that Ingresses come to, their members by order, then by name.
func (s *set) albGroups() (list []*albGroup) {
	for _, o := range s.objects {
		if !o.IsIngress() || o.Partial != "" {
			continue
		}
		params, is := s.ofALB(o)
		if !is {
			continue
		}
		name := o.Annotation(alb + "group.name").Text
		if params != nil {
			name = cmp.Or(params.Get("spec", "group", "name").Text, name)
		}
		i := slices.IndexFunc(list, func(g *albGroup) bool { return name != "" && g.name == name })
		if i < 0 {
			i, list = len(list), append(list, &albGroup{name: name, params: params})
		}
		list[i].members = append(list[i].members, o)
	}
	for _, g := range list {
		slices.SortStableFunc(g.members, func(a, b *Object) int {
			return cmp.Or(cmp.Compare(order(a), order(b)), strings.Compare(a.Place()+"/"+a.Name, b.Place()+"/"+b.Name))
		})
	}
	return list
}

func order(o *Object) int {
	n, _ := strconv.Atoi(o.Annotation(alb + "group.order").Text)
	return n
}

// loadBalancers adds what Ingresses and Services come to on AWS.
func (s *set) loadBalancers(r *parsers.Reading) {
	for _, g := range s.albGroups() {
		b := &albBuilder{set: s, albGroup: g, first: g.members[0]}
		addAWS(r, b.build(), g.members, "ingress")
		r.Misfits = append(r.Misfits, b.misfits...)
	}
	for _, o := range s.objects {
		if out, misfits, ok := s.service(o); ok {
			addAWS(r, out, []*Object{o}, "service")
			r.Misfits = append(r.Misfits, misfits...)
		}
	}
}

// addAWS adds load balancers to a reading. Paths can call them by the objects that they are made of, kind is what they
// put before these.
func addAWS(r *parsers.Reading, resources infra.Resources, of []*Object, kind string) {
	built := infra.Build(resources)
	r.Unknown, r.Debug = append(r.Unknown, built.Unknown...), append(r.Debug, built.Debug...)
	var files []string
	for _, o := range of {
		if !slices.Contains(files, o.Pos.File) {
			files = append(files, o.Pos.File)
		}
	}
	for _, x := range built.Sources {
		r.Sources = append(r.Sources, parsers.Source{Source: x, Name: files[0], Files: files})
		r.Resources = append(r.Resources, parsers.Resource{
			Source: x, ID: files[0] + "#" + x.Address, Name: x.Name, Other: x.Names, File: x.Pos.File,
			Kinds: append(slices.Clone(awscheck.PathKinds(x.Kind)), kind, prefix),
		})
	}
}

// An albBuilder makes the load balancer of a group.
type albBuilder struct {
	*albGroup
	set     *set
	first   *Object
	out     infra.Resources
	misfits []hop.Misfit
	groups  map[string]bool // target groups that are there
}

func (b *albBuilder) build() infra.Resources {
	b.groups = map[string]bool{}
	address := b.first.String()
	if len(b.members) > 1 {
		address = "IngressGroup " + b.name
	}
	lb := infra.Balancer{
		Object: infra.Object{Address: address, Pos: b.first.Pos}, Kind: infra.Text("application", b.first.Pos),
	}
	lb.Name = infra.Text(b.first.Place()+"/"+b.first.Name, b.first.Pos)
	for _, o := range b.members {
		lb.Names = append(lb.Names, o.Place()+"/"+o.Name, o.Name, o.String())
		if n := o.Annotation(alb + "load-balancer-name"); n.Kind == infra.Scalar {
			lb.Names = append(lb.Names, n.Text)
		}
	}
	lb.Attributes = b.attributes()
	b.out.Balancers = append(b.out.Balancers, lb)
	ports := b.ports()
	redirect := b.redirect()
	for _, p := range ports {
		b.listener(address, p, redirect)
	}
	return b.out
}

// attributes are those of the load balancer: of all members together, those of the class's parameters over them. Two
// members that say different things stop the controller.
func (b *albBuilder) attributes() awscheck.Attributes {
	key := alb + "load-balancer-attributes"
	holder := b.first
	for _, o := range b.members {
		if o.Annotation(key).Kind == infra.Scalar {
			holder = o
			break
		}
	}
	all, _ := attributes(holder, key)
	overrides := map[string]infra.Value{}
	if b.params != nil {
		overrides = listed(b.params.Get("spec", "loadBalancerAttributes"))
	}
	by := map[string]*Object{}
	for name := range all.Values {
		by[name] = holder
	}
	for _, o := range b.members {
		own, _ := attributes(o, key)
		all.Unknown = cmp.Or(all.Unknown, own.Unknown)
		for _, name := range sortedNames(own.Values) {
			s := own.Values[name]
			if v, set := overrides[name]; set {
				b.overridden(o, s, v.Text)
				continue
			}
			if was, twice := all.Values[name]; twice && by[name] != o {
				b.contradicted(o, s, was, by[name])
				continue
			}
			all.Values[name], by[name] = s, o
		}
	}
	for name, v := range overrides {
		all.Values[name] = v.Setting(name)
	}
	return all
}

func sortedNames(m map[string]hop.Setting[string]) []string {
	var list []string
	for name := range m {
		list = append(list, name)
	}
	slices.Sort(list)
	return list
}

// overridden notes an attribute of an annotation in whose place the class's parameters have another value.
func (b *albBuilder) overridden(o *Object, s hop.Setting[string], inForce string) {
	value, _ := s.Get()
	if value == inForce {
		return
	}
	b.misfits = append(b.misfits, hop.Misfit{
		Setting: s, Fault: hop.Dropped, Of: o.String(), By: awsController, InForce: inForce,
		Why: fmt.Sprintf("IngressClassParams %s sets it, and counts more than annotations", b.params.Name),
	})
}

// contradicted notes an attribute for which two members of a group have different values.
func (b *albBuilder) contradicted(o *Object, s, was hop.Setting[string], by *Object) {
	value, _ := s.Get()
	other, _ := was.Get()
	if value == other {
		return
	}
	b.misfits = append(b.misfits, hop.Misfit{
		Setting: s, Fault: hop.BreaksObject, Of: o.String(), By: awsController,
		Why: fmt.Sprintf("%s of the same group has %s: the controller stops bringing the whole group up to date", by,
			cmp.Or(other, "nothing")),
	})
}

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
		if v.Kind == infra.Scalar && json.Unmarshal([]byte(v.Text), &asked) != nil {
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
