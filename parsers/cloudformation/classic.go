package cloudformation

import (
	"github.com/wslint/wslint/awscheck"
	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers/document"
	"github.com/wslint/wslint/parsers/infra"
)

// classicKeys are the properties of a Classic ELB that awscheck knows as attributes: the property, what is in it,
// awscheck's key.
var classicKeys = [...]struct{ property, field, key string }{
	{"ConnectionSettings", "IdleTimeout", "ConnectionSettings.IdleTimeout"},
	{"ConnectionDrainingPolicy", "Enabled", "ConnectionDraining.Enabled"},
	{"ConnectionDrainingPolicy", "Timeout", "ConnectionDraining.Timeout"},
}

// classic reads an AWS::ElasticLoadBalancing::LoadBalancer.
func (e *evaluator) classic(r resource) {
	instances, _ := e.get(r, "Instances").List()
	b := infra.Balancer{
		Object: r.Object, Names: r.names(), Name: e.get(r, "LoadBalancerName"), Kind: infra.Text(string(awscheck.Classic),
			r.Pos),
		Attributes: e.classicAttributes(r), Instances: len(instances),
	}
	listeners, why := e.get(r, "Listeners").List()
	if why != "" {
		b.ListenersUnknown = "its listeners are not known: " + why
	}
	proxied := e.proxied(r)
	for _, l := range listeners {
		port := l.Get("InstancePort")
		b.Ports = append(b.Ports, infra.ClassicListener{
			Pos: l.Pos, Protocol: l.Get("Protocol"), Port: l.Get("LoadBalancerPort"),
			InstanceProtocol: l.Get("InstanceProtocol"),
			InstancePort:     port, ProxyProtocol: proxied(port.Text),
		})
	}
	e.out.Resources.Balancers = append(e.out.Resources.Balancers, b)
}

func (e *evaluator) classicAttributes(r resource) awscheck.Attributes {
	a := awscheck.Attributes{Pos: r.Pos, Values: map[string]hop.Setting[string]{}}
	name := func(key string) (property, field string) {
		for _, k := range classicKeys {
			if k.key == key {
				return k.property, k.field
			}
		}
		return key, key
	}
	for _, k := range classicKeys {
		if v := e.get(r, k.property).Get(k.field); v.Kind != infra.Null {
			a.Values[k.key] = v.Setting(k.property + "." + k.field)
		}
	}
	a.Missing = func(key string) hop.Setting[string] {
		property, field := name(key)
		s := hop.Setting[string]{Name: property + "." + field, Pos: r.Pos}
		add := func(v string) []hop.Edit {
			one := document.Fields{{Key: field, Value: document.Number(v)}}
			if in := r.props.Get(property); in != nil {
				return in.AddFields(one)
			}
			return r.add(document.Fields{{Key: property, Value: one}})
		}
		if add("0") != nil {
			s.Set = add
		}
		return s
	}
	return a
}

// proxied says for a port of the instances whether a policy has it get the PROXY protocol.
func (e *evaluator) proxied(r resource) func(port string) infra.Value {
	policies, why := e.get(r, "Policies").List()
	return func(port string) infra.Value {
		if why != "" {
			return infra.NotKnown(why, r.Pos)
		}
		for _, p := range policies {
			ports, _ := p.Get("InstancePorts").List()
			for _, one := range ports {
				if p.Get("PolicyType").Is("ProxyProtocolPolicyType") && one.Is(port) {
					return infra.Text("true", p.Pos)
				}
			}
		}
		return infra.Value{Pos: r.Pos}
	}
}
