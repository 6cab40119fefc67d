package kubernetes

import (
	"cmp"
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
	party   party
	// others have the same name of a group, and are perhaps of the same cluster.
	others []*Object
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
	for _, o := range s.index.kinds["IngressClass"] {
		if o.Name == name {
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
	for _, o := range s.index.kinds["IngressClassParams"] {
		if o.Name == name && name != "" {
			return o
		}
	}
	return nil
}

// albGroups are the load balancers that Ingresses come to, their members by order, then by name. A group is one in
// each cluster: those of different environments are not of one.
func (s *set) albGroups() (list []*albGroup) {
	at := map[string][]*albGroup{}
	for _, o := range s.index.kinds["Ingress"] {
		if !o.IsIngress() || !o.isShown() {
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
		i := slices.IndexFunc(at[name], func(g *albGroup) bool { return name != "" && !g.party.isApart(o) })
		if i < 0 {
			i = len(at[name])
			g := &albGroup{name: name, params: params}
			at[name], list = append(at[name], g), append(list, g)
		}
		g := at[name][i]
		g.members = append(g.members, o)
		g.party.add(o)
	}
	for _, g := range list {
		if parts := at[g.name]; g.name != "" {
			for _, other := range parts[:min(len(parts), mostVariants)] {
				if g != other {
					g.others = append(g.others, other.members...)
				}
			}
			g.others = slices.DeleteFunc(g.others, g.party.isApart)
		}
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
		s.addAWS(r, b.build(), g.members, "ingress")
		r.Misfits = append(r.Misfits, b.misfits...)
	}
	for _, o := range s.objects {
		if out, ok := s.awsGateway(o); ok {
			s.addAWS(r, out, []*Object{o}, "gateway")
			continue
		}
		if o.Is(gatewayGroup, "Gateway") && o.isShown() {
			if o = s.fabricService(o); o == nil {
				continue
			}
		}
		if out, misfits, ok := s.service(o); ok {
			s.addAWS(r, out, []*Object{o}, "service")
			r.Misfits = append(r.Misfits, misfits...)
		}
	}
}

// addAWS adds load balancers to a reading. Paths can call them by the objects that they are made of, kind is what they
// put before these.
func (s *set) addAWS(r *parsers.Reading, resources infra.Resources, of []*Object, kind string) {
	built := infra.Build(resources)
	r.Unknown, r.Debug = append(r.Unknown, built.Unknown...), append(r.Debug, built.Debug...)
	var files []string
	for _, o := range of {
		for _, file := range append([]string{o.Pos.File}, o.made...) {
			if !slices.Contains(files, file) {
				files = append(files, file)
			}
		}
	}
	for _, x := range built.Sources {
		m := &parsers.Machine{Name: x.Address, Network: s.cluster.network(of[0])}
		r.Sources = append(r.Sources, parsers.Source{Source: x, Name: files[0], Files: files, Machine: m})
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
		Object: infra.Object{Address: address, Pos: b.first.Pos, Maybe: b.maybe()},
		Kind:   infra.Text("application", b.first.Pos),
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
// members that say different things stop the controller, where they are of one cluster; where nobody knows whether
// they are, nobody knows what holds.
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
				if b.contradicted(o, s, was, by[name]) && !beside(o, by[name]) {
					all.Values[name] = b.elsewhere(s, by[name])
				}
				continue
			}
			all.Values[name], by[name] = s, o
		}
	}
	for _, o := range b.others {
		theirs, _ := attributes(o, key)
		for _, name := range sortedNames(theirs.Values) {
			if _, set := all.Values[name]; !set {
				s := theirs.Values[name]
				s.Pos = b.first.Pos
				all.Values[name] = b.elsewhere(s, o)
			}
		}
	}
	for name, v := range overrides {
		all.Values[name] = v.Setting(name)
	}
	return all
}

// elsewhere is an attribute that another Ingress of the name of the group sets, which nobody knows to be of the same
// cluster.
func (b *albBuilder) elsewhere(s hop.Setting[string], by *Object) hop.Setting[string] {
	why := fmt.Sprintf("%s (%s) of group %s sets it, too, if it is of the same cluster", by, by.source(), b.name)
	return hop.Unknown[string](s.Name, s.Pos, why)
}

// maybe is why it is not known whether the load balancer is there as it stands; "" where it is.
func (b *albBuilder) maybe() (why string) {
	for _, o := range b.members {
		why = cmp.Or(why, o.maybe())
	}
	return why
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

// contradicted notes an attribute for which two members of a group have different values, and reports whether they
// have.
func (b *albBuilder) contradicted(o *Object, s, was hop.Setting[string], by *Object) bool {
	value, _ := s.Get()
	other, _ := was.Get()
	if value == other {
		return false
	}
	b.misfits = append(b.misfits, hop.Misfit{
		Setting: s, Fault: hop.BreaksObject, Of: o.String(), By: awsController, Held: !beside(o, by),
		Why: fmt.Sprintf("%s of the same group has %s: %sthe controller stops bringing the whole group up to date", by,
			cmp.Or(other, "nothing"), ifOneCluster(o, by)),
	})
	return true
}

// ifOneCluster is what a statement about two objects of one group hangs on, as a clause before it.
func ifOneCluster(o, by *Object) string {
	if beside(o, by) {
		return ""
	}
	return fmt.Sprintf("if that of %s is of the same cluster, ", by.source())
}
