package kubernetes

import (
	"cmp"
	"slices"
	"strings"
	"sync"

	"github.com/wslint/wslint/awscheck"
	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers/infra"
)

// cloudProvider makes load balancers of AWS of Services: the cloud controller manager, and the code that was in
// Kubernetes before it.
const cloudProvider = "cloud-provider-aws"

// elb is what the annotations of Services for AWS begin with.
const elb = "service.beta.kubernetes.io/aws-load-balancer-"

// A maker is who makes a load balancer of a Service, and of which kind.
type maker struct {
	name string // awsController or cloudProvider; "" for nobody of AWS
	kind awscheck.Kind
	// unsure says on what it hangs that it is another one; "" where nothing does. What is so for both is certain.
	unsure string
}

// makerOfService decides who makes the load balancer of a Service: its class first, then the annotation for the type
// (aws-load-balancer-controller pkg/service/service_utils.go, cloud-provider-aws pkg/providers/v1). ok is false for
// Services without one, and for those that say nothing of AWS.
func makerOfService(o *Object) (m maker, ok bool) {
	says := slices.ContainsFunc(o.Annotations(), func(a infra.Field) bool { return strings.HasPrefix(a.Key, elb) })
	class := o.Get("spec", "loadBalancerClass")
	switch {
	case class.Kind == infra.Scalar && (class.Text == "service.k8s.aws/nlb" || class.Text == "eks.amazonaws.com/nlb"):
		return maker{awsController, awscheck.Network, ""}, true
	case class.Kind == infra.Scalar || class.Kind == infra.Unknown || !says:
		return m, false
	}
	kind, target := o.Annotation(elb+"type"), o.Annotation(elb+"nlb-target-type").Text
	hook := "the webhook of aws-load-balancer-controller takes over new Services where it runs"
	switch {
	case kind.Kind == infra.Unknown:
		return m, false
	case kind.Text == "nlb-ip", kind.Text == "external" && (target == "ip" || target == "instance"):
		return maker{awsController, awscheck.Network, ""}, true
	case kind.Text == "external":
		return maker{}, true
	case kind.Text == "nlb":
		return maker{cloudProvider, awscheck.Network, hook}, true
	}
	return maker{cloudProvider, awscheck.Classic, hook}, true
}

// serviceKeys are the tables of the annotations behind elb, by who reads them, on kinds of load balancers.
var serviceKeys = sync.OnceValue(func() map[string]*Controller {
	by := map[string]*Controller{}
	for _, c := range readTables("services") {
		by[c.Name] = c
	}
	return by
})

// key is an annotation behind elb as it is read for the load balancer; nil where nobody reads it.
func (m maker) key(name string) *Key {
	if c := serviceKeys()[m.name]; c != nil {
		return c.Key(name, string(m.kind))
	}
	return nil
}

// service is the load balancer of a Service on AWS, and what its annotations say in vain; ok is false where it has none
// there.
func (s *set) service(o *Object) (out infra.Resources, misfits []hop.Misfit, ok bool) {
	if !o.Is("", "Service") && (o.Kind != "Service" || o.Label == "") {
		return out, nil, false
	}
	kind := o.Get("spec", "type")
	if kind.Kind == infra.Scalar && kind.Text != "LoadBalancer" || kind.Kind == infra.Null && o.Label == "" {
		return out, nil, false
	}
	m, ok := makerOfService(o)
	if !ok {
		return out, nil, false
	}
	for _, a := range o.Annotations() {
		if name, found := strings.CutPrefix(a.Key, elb); found && a.Value.Kind == infra.Scalar {
			misfits = append(misfits, s.serviceMisfit(o, m, name, a)...)
		}
	}
	if !o.isShown() || m.name == "" {
		return out, misfits, true
	}
	b := infra.Balancer{
		Object: infra.Object{Address: o.String(), Pos: o.Pos, Maybe: cmp.Or(m.unsure, o.maybe())},
		Name:   infra.Text(o.Place()+"/"+o.Name, o.Pos), Names: []string{o.Name, o.String()},
		Kind: infra.Text(string(m.kind), o.Pos), Attributes: awscheck.Attributes{Pos: o.Pos},
	}
	if name := o.Annotation(elb + "name"); name.Kind == infra.Scalar {
		b.Names = append(b.Names, name.Text)
	}
	ports, why := o.Get("spec", "ports").List()
	b.ListenersUnknown = why
	for _, p := range ports {
		switch {
		case p.Get("protocol").Is("UDP"):
		case m.kind == awscheck.Classic:
			b.Ports = append(b.Ports, classicPort(o, m, p))
		default:
			servicePort(&out, o, m, p)
		}
	}
	if m.kind == awscheck.Classic {
		b.Attributes, b.Nodes = classicAttributes(o), true
		b.Asked = strings.HasPrefix(strings.ToLower(o.Annotation(elb+"backend-protocol").Text), "http")
	} else if m.name == awsController {
		b.Attributes, _ = attributes(o, elb+"attributes")
	}
	out.Balancers = append(out.Balancers, b)
	return out, misfits, true
}

// serviceMisfit is what is wrong with one annotation of a Service.
func (s *set) serviceMisfit(o *Object, m maker, name string, a infra.Field) []hop.Misfit {
	x := hop.Misfit{Setting: hop.Written("aws-load-balancer-"+name, a.Value.Text, a.Value.Pos), Of: o.String(), By: m.name}
	x.Set, x.Remove = a.Value.Set, a.Value.Remove
	by := m.name
	if by == "" {
		by = awsController
	}
	if a.Value.Bare && !o.quotes {
		x.By = by
		return []hop.Misfit{notText(x, a.Value)}
	}
	k, other := m.key(name), maker{awsController, awscheck.Network, ""}.key(name)
	inVain := k == nil && (m.unsure == "" || other == nil)
	switch {
	case m.name == "" && name == "type":
		x.Fault, x.By, x.Pos = hop.Dropped, awsController, a.Value.Pos
		x.Why = `"external" needs aws-load-balancer-nlb-target-type "ip" or "instance": nobody makes a load balancer of it`
		return []hop.Misfit{x}
	case m.name == "":
		return nil
	case inVain:
		x.Fault, x.Pos, x.By = hop.NotRead, a.At, by
		x.Why, x.Meant = s.instead(m, name)
		if x.Meant != "" && a.Rename != nil && o.Annotation(elb+x.Meant).Kind == infra.Null {
			to := elb + x.Meant
			x.Rename = func() []hop.Edit { return a.Rename(to) }
		}
		if x.Meant != "" {
			x.Meant = "aws-load-balancer-" + x.Meant
		}
		return []hop.Misfit{x}
	case strings.HasPrefix(name, "listener-attributes.") && m.name == awsController:
		if list := s.listenerMisfit(o, m, name, x, a); list != nil {
			return list
		}
	}
	if k == nil || a.Value.Kind == infra.Unknown {
		return nil
	}
	return m.valueMisfit(x, k, other, a.Value.Text)
}

// valueMisfit is what is wrong with a value. What another one would read, who may be it, is certainly wrong only where
// that one cannot read it, too.
func (m maker) valueMisfit(x hop.Misfit, k, other *Key, value string) []hop.Misfit {
	if k.goesOn(value) || m.unsure != "" && other != nil && other.goesOn(value) {
		return nil
	}
	_, why := k.Takes(value)
	x.Fault, x.Value = hop.BreaksObject, meant(k, value)
	x.Why = why + stopped
	return []hop.Misfit{x}
}

// goesOn reports whether a controller goes on with a value, be it that it passes over it.
func (k *Key) goesOn(value string) bool {
	ok, _ := k.Takes(value)
	return ok || k.Bad != Stops || value == ""
}

// instead says why nobody reads an annotation, and which one is perhaps meant.
func (s *set) instead(m maker, name string) (why, meant string) {
	switch {
	case name == "connection-idle-timeout" && m.name == awsController:
		return "a Network Load Balancer has the timeout at its listeners: tcp.idle_timeout.seconds in " +
			"aws-load-balancer-listener-attributes.TCP-PORT", ""
	case name == "connection-idle-timeout":
		return "it is of Classic Load Balancers: the idle timeout of a Network Load Balancer is 350s, and of the cloud " +
			"provider nothing changes it", ""
	case maker{awsController, awscheck.Network, ""}.key(name) != nil:
		return awsController + " reads it, of Services with loadBalancerClass service.k8s.aws/nlb", ""
	case maker{cloudProvider, awscheck.Classic, ""}.key(name) != nil,
		maker{cloudProvider, awscheck.Network, ""}.key(name) != nil:
		return cloudProvider + " reads it, for a load balancer of another kind", ""
	}
	return "", serviceKeys()[m.name].Near(name, string(m.kind))
}

// listenerMisfit finds attributes for a listener that the Service has not: with a certificate it is called TLS-443.
func (s *set) listenerMisfit(o *Object, m maker, name string, x hop.Misfit, a infra.Field) []hop.Misfit {
	of := strings.TrimPrefix(name, "listener-attributes.")
	ports, why := o.Get("spec", "ports").List()
	if why != "" || o.Partial != "" || len(ports) == 0 {
		return nil
	}
	var names []string
	for _, p := range ports {
		names = append(names, listenerName(o, m, p))
	}
	if slices.Contains(names, of) || strings.HasPrefix(of, "UDP-") || strings.Contains(of, "QUIC") ||
		strings.HasPrefix(of, "TCP_UDP-") {
		return nil
	}
	x.Fault, x.Pos = hop.NotRead, a.At
	x.Why = "the listeners of this Service are " + strings.Join(names, ", ")
	return []hop.Misfit{x}
}

// listenerName is what the controller calls the listener of a port, TCP-80: with a certificate that is for the port its
// protocol is TLS.
func listenerName(o *Object, m maker, p infra.Value) string {
	protocol := "TCP"
	if tls(o, m, p) {
		protocol = "TLS"
	}
	return protocol + "-" + p.Get("port").Text
}

// tls reports whether the listener of a port has a certificate: all ports have where none are named. A star means all
// of them to the cloud provider alone.
func tls(o *Object, m maker, p infra.Value) bool {
	if o.Annotation(elb+"ssl-cert").Kind == infra.Null {
		return false
	}
	named := o.Annotation(elb + "ssl-ports")
	if named.Kind != infra.Scalar || named.Text == "*" && m.name == cloudProvider {
		return true
	}
	for part := range strings.SplitSeq(named.Text, ",") {
		if part = strings.TrimSpace(part); part == p.Get("port").Text || part == p.Get("name").Text && part != "" {
			return true
		}
	}
	return false
}

// servicePort makes a listener of a Network Load Balancer and its target group.
func servicePort(out *infra.Resources, o *Object, m maker, p infra.Value) {
	port := p.Get("port")
	name := listenerName(o, m, p)
	protocol, _, _ := strings.Cut(name, "-")
	l := infra.Listener{Object: infra.Object{Address: o.String() + ", " + name, Pos: p.Pos}, Balancer: ref(o.String()),
		Protocol: infra.Text(protocol, port.Pos), Port: port, ALPN: o.Annotation(elb + "alpn-policy")}
	g := infra.Group{Object: infra.Object{Address: l.Address + ", targets", Pos: p.Pos}, Port: port,
		Name: infra.Text(o.String(), p.Pos), Protocol: infra.Text("TCP", p.Pos), Type: o.Annotation(elb + "nlb-target-type")}
	if o.Annotation(elb+"backend-protocol").Text == "ssl" && protocol == "TLS" {
		g.Protocol = infra.Text("TLS", p.Pos)
	}
	l.Attributes = awscheck.Attributes{Pos: p.Pos}
	if m.name == awsController {
		l.Attributes, _ = attributes(o, elb+"listener-attributes."+name)
		g.Attributes, _ = attributes(o, elb+"target-group-attributes")
		if v := o.Annotation(elb + "proxy-protocol"); v.Text == "*" {
			g.Attributes.Values["proxy_protocol_v2.enabled"] = hop.Written("proxy_protocol_v2.enabled", "true", v.Pos)
		}
	} else if v := o.Annotation(elb + "target-group-attributes"); v.Kind == infra.Scalar {
		g.Attributes, _ = attributes(o, elb+"target-group-attributes")
	}
	l.Default = []infra.Action{{Pos: p.Pos, Type: infra.Text("forward", p.Pos),
		Groups: []infra.Weighted{{Group: ref(g.Address)}}}}
	out.Groups, out.Listeners = append(out.Groups, g), append(out.Listeners, l)
}

// classicPort makes a port of a Classic ELB (cloud-provider-aws pkg/providers/v1/aws.go, buildListener): without a
// certificate it is HTTP only where the annotation says so, with one ssl to tcp unless that says http or https.
func classicPort(o *Object, m maker, p infra.Value) infra.ClassicListener {
	backend := strings.ToLower(o.Annotation(elb + "backend-protocol").Text)
	front, behind := "TCP", "TCP"
	switch {
	case tls(o, m, p) && backend == "http":
		front, behind = "HTTPS", "HTTP"
	case tls(o, m, p) && backend == "https":
		front, behind = "HTTPS", "HTTPS"
	case tls(o, m, p):
		front, behind = "SSL", strings.ToUpper(cmp.Or(backend, "tcp"))
	case backend == "http":
		front, behind = "HTTP", "HTTP"
	}
	l := infra.ClassicListener{Pos: p.Pos, Protocol: infra.Text(front, p.Pos), InstanceProtocol: infra.Text(behind, p.Pos),
		Port: p.Get("port"), InstancePort: p.Get("nodePort"), Service: o.String() + ":" + p.Get("port").Text}
	if v := o.Annotation(elb + "backend-protocol"); strings.HasPrefix(front, "HTTP") {
		l.Pos = v.Pos // it is what makes the listener one that passes no WebSocket on
	}
	if v := o.Annotation(elb + "proxy-protocol"); v.Text == "*" {
		l.ProxyProtocol = infra.Text("true", v.Pos)
	}
	return l
}

// classicAttributes are those of a Classic ELB: the cloud provider writes an idle timeout of 60 where none is given.
func classicAttributes(o *Object) awscheck.Attributes {
	a := awscheck.Attributes{Pos: o.Pos, Values: map[string]hop.Setting[string]{}}
	keys := map[string]string{"ConnectionSettings.IdleTimeout": "connection-idle-timeout",
		"ConnectionDraining.Enabled": "connection-draining-enabled",
		"ConnectionDraining.Timeout": "connection-draining-timeout"}
	for key, name := range keys {
		if v := o.Annotation(elb + name); v.Kind != infra.Null {
			a.Values[key] = v.Setting("aws-load-balancer-" + name)
		}
	}
	a.Missing = func(key string) hop.Setting[string] {
		s := hop.Setting[string]{Name: "aws-load-balancer-" + keys[key], Pos: o.Pos}
		if add := o.Value.Add; add != nil && keys[key] != "" && add("1", "metadata", "annotations", elb+keys[key]) != nil {
			s.Set = func(to string) []hop.Edit { return add(to, "metadata", "annotations", elb+keys[key]) }
		}
		return s
	}
	return a
}
