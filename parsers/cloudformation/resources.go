package cloudformation

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/wslint/wslint/awscheck"
	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/internal/lazyregexp"
	"github.com/wslint/wslint/parsers/document"
	"github.com/wslint/wslint/parsers/infra"
)

// A resource is one resource of the template that exists, or may.
type resource struct {
	infra.Object
	node  *document.Node // with Type, Properties and so on
	props *document.Node // nil when there are none
}

// resources reads the load balancers and what hangs on them.
func (e *evaluator) resources() {
	var all []resource
	e.each(e.root.Get("Resources"), func(name string, p document.Pair) {
		r := resource{Object: infra.Object{Address: name, Pos: p.Key.Pos()}, node: p.Value, props: p.Value.Get("Properties")}
		if c := p.Value.Get("Condition"); c != nil {
			v := e.condition(c.Value)
			switch {
			case v.why != "":
				r.Maybe = fmt.Sprintf("whether the condition %s holds is not known: %s", c.Value, v.why)
			case !v.holds:
				return
			}
		}
		if name, _ := function(r.props); name != "" {
			if strings.Contains(p.Value.Text("Type"), "::ElasticLoadBalancing") {
				text := name + " of " + r.Address + " is made when the stack is, so its properties are not known"
				e.out.Unknown = append(e.out.Unknown, hop.Note{Pos: r.Pos, Text: text})
			}
			return
		}
		all = append(all, r)
		e.resource(r, p.Value.Text("Type"))
	})
	e.environments(all)
}

// each calls do with the resources, those of Fn::ForEach one by one.
func (e *evaluator) each(n *document.Node, do func(name string, p document.Pair)) {
	if n == nil {
		return
	}
	for _, p := range n.Pairs {
		if !strings.HasPrefix(p.Key.Value, loopKey) {
			if p.Value.Kind == document.Mapping {
				do(e.looped(p.Key.Value), p)
			}
			continue
		}
		e.forEach(p, do)
	}
}

// forEach evaluates Fn::ForEach::NAME: [identifier, list, body].
func (e *evaluator) forEach(p document.Pair, do func(name string, p document.Pair)) {
	list := args(p.Value)
	if len(list) != 3 {
		return
	}
	items, why := e.value(list[1]).List()
	if why != "" {
		e.out.Unknown = append(
			e.out.Unknown,
			hop.Note{Pos: p.Key.Pos(), Text: "what " + p.Key.Value + " makes is not known: " + why},
		)
		return
	}
	outer := e.loop
	for _, item := range items {
		e.loop = map[string]infra.Value{list[0].Value: item}
		for k, v := range outer {
			e.loop[k] = v
		}
		e.each(list[2], do)
	}
	e.loop = outer
}

var loopVariable = lazyregexp.New(`[$&]\{([A-Za-z0-9]+)\}`)

// looped is a name with the identifiers of the surrounding Fn::ForEach filled in; &{} leaves out what no name may
// have.
func (e *evaluator) looped(name string) string {
	return loopVariable.ReplaceAllStringFunc(name, func(s string) string {
		v, ok := e.loop[s[2:len(s)-1]]
		if !ok {
			return s
		}
		if s[0] == '&' {
			return regexp.MustCompile(`[^A-Za-z0-9]`).ReplaceAllString(v.Text, "")
		}
		return v.Text
	})
}

// resource reads one resource by its type.
func (e *evaluator) resource(r resource, typ string) {
	out := &e.out.Resources
	switch typ {
	case "AWS::ElasticLoadBalancingV2::LoadBalancer":
		out.Balancers = append(out.Balancers, infra.Balancer{
			Object: r.Object, Names: r.names(), Name: e.get(r, "Name"), Kind: e.get(r, "Type"),
			Attributes: e.attributes(r, "LoadBalancerAttributes"),
		})
	case "AWS::ElasticLoadBalancing::LoadBalancer":
		e.classic(r)
	case "AWS::ElasticLoadBalancingV2::Listener":
		alpn, _ := e.get(r, "AlpnPolicy").List()
		l := infra.Listener{
			Object: r.Object, Balancer: e.get(r, "LoadBalancerArn"), Protocol: e.get(r, "Protocol"), Port: e.get(r, "Port"),
			ClientCerts: e.get(r, "MutualAuthentication").Get("Mode"), Default: actions(e.get(r, "DefaultActions")),
			Attributes: e.attributes(r, "ListenerAttributes"),
		}
		if len(alpn) > 0 {
			l.ALPN = alpn[0]
		}
		out.Listeners = append(out.Listeners, l)
	case "AWS::ElasticLoadBalancingV2::ListenerRule":
		out.Rules = append(out.Rules, e.rule(r))
	case "AWS::ElasticLoadBalancingV2::TargetGroup":
		targets, _ := e.get(r, "Targets").List()
		out.Groups = append(out.Groups, infra.Group{
			Object: r.Object, Name: e.get(r, "Name"), Protocol: e.get(r, "Protocol"), Version: e.get(r, "ProtocolVersion"),
			Type: e.get(r, "TargetType"), Port: e.get(r, "Port"), ControlPort: e.get(r, "TargetControlPort"),
			HealthPath: e.get(r, "HealthCheckPath"), Matcher: e.get(r, "Matcher").Get("HttpCode"),
			Attributes: e.attributes(r, "TargetGroupAttributes"), Targets: len(targets),
		})
	default:
		e.edge(r, typ)
	}
}

// get is the value of a property.
func (e *evaluator) get(r resource, name string) infra.Value {
	if v := e.value(r.props.Get(name)); v.Kind != infra.Null || !v.Pos.IsZero() {
		return v
	}
	return infra.Value{Pos: r.Pos}
}

// names are what paths may call a resource beside its logical id: what the CDK calls it.
func (r resource) names() []string {
	names := []string{r.Address}
	if cdk := r.node.Get("Metadata").Text("aws:cdk:path"); cdk != "" {
		names = append(names, cdk, strings.TrimSuffix(cdk, "/Resource"))
	}
	return names
}

// attributes reads a list of keys and values. An entry that a condition decides makes its key unknown, and a list of
// which nothing is known all of them.
func (e *evaluator) attributes(r resource, property string) awscheck.Attributes {
	a := awscheck.Attributes{Pos: r.Pos, Values: map[string]hop.Setting[string]{}}
	list := r.props.Get(property)
	switch name, arg := function(list); {
	case name == "Fn::If":
		chosen := e.branches(arg)
		if len(chosen) > 1 {
			e.either(&a, chosen, e.value(list).Why)
			return a
		}
		list = chosen[0]
	case name != "":
		a.Unknown = e.value(list).Why
		return a
	}
	a.Missing = missing(r, property, list)
	if list == nil {
		return a
	}
	for i, entry := range list.Items {
		known := len(a.Values)
		e.attribute(&a, entry)
		if key := entry.Text("Key"); len(a.Values) > known && key != "" {
			s := a.Values[key]
			if list.RemoveItem(i) != nil {
				s.Remove = func() []hop.Edit { return list.RemoveItem(i) }
			}
			a.Values[key] = s
		}
	}
	a.Key = func(key string) (hop.Pos, func(to string) []hop.Edit) {
		for _, entry := range list.Items {
			if n := entry.Get("Key"); n != nil && n.Value == key {
				return n.Pos(), n.Replace
			}
		}
		return a.Values[key].Pos, func(string) []hop.Edit { return nil }
	}
	return a
}

// either makes unknown what one of two lists says: which of them holds is not known.
func (e *evaluator) either(a *awscheck.Attributes, lists []*document.Node, why string) {
	a.Missing = func(key string) hop.Setting[string] { return hop.Setting[string]{Name: key, Pos: a.Pos} }
	for _, list := range lists {
		if name, _ := function(list); name != "" && e.value(list).Kind != infra.Null {
			a.Unknown = why
			return
		}
		if list == nil {
			continue
		}
		for _, entry := range list.Items {
			if key := e.value(entry).Get("Key"); key.Kind == infra.Scalar {
				a.Values[key.Text] = hop.Unknown[string](key.Text, entry.Pos(), why)
			}
		}
	}
}

// branches are the values that a Fn::If may have: one when its condition is known.
func (e *evaluator) branches(arg *document.Node) []*document.Node {
	list := args(arg)
	if len(list) != 3 {
		return []*document.Node{nil}
	}
	switch v := e.condition(list[0].Value); {
	case v.why != "":
		return list[1:]
	case v.holds:
		return list[1:2]
	}
	return list[2:]
}

// attribute reads one entry of a list of attributes.
func (e *evaluator) attribute(a *awscheck.Attributes, entry *document.Node) {
	if name, arg := function(entry); name == "Fn::If" {
		chosen := e.branches(arg)
		for _, n := range chosen {
			if len(chosen) == 1 {
				e.attribute(a, n)
			} else if key := e.value(n.Get("Key")); key.Kind == infra.Scalar {
				a.Values[key.Text] = hop.Unknown[string](key.Text, n.Pos(), e.value(entry).Why)
			}
		}
		return
	}
	v := e.value(entry)
	key, value := v.Get("Key"), v.Get("Value")
	switch {
	case key.Kind == infra.Scalar && value.Kind != infra.Null:
		a.Values[key.Text] = value.Setting(key.Text)
	case v.Kind == infra.Unknown || key.Kind == infra.Unknown:
		a.Unknown = v.Why + key.Why
	}
}

// missing tells where an attribute that is not written could be, and how.
func missing(r resource, property string, list *document.Node) func(key string) hop.Setting[string] {
	return func(key string) hop.Setting[string] {
		s := hop.Setting[string]{Name: key, Pos: r.Pos}
		add := func(v string) []hop.Edit {
			entry := document.Fields{{Key: "Key", Value: key}, {Key: "Value", Value: v}}
			if list != nil && list.Kind == document.Sequence {
				return list.AddItem(entry)
			}
			return r.add(document.Fields{{Key: property, Value: []document.Fields{entry}}})
		}
		if add("0") != nil {
			s.Set = add
		}
		return s
	}
}

// add returns the edit that adds properties.
func (r resource) add(fields document.Fields) []hop.Edit {
	if r.props == nil {
		return r.node.AddFields(document.Fields{{Key: "Properties", Value: fields}})
	}
	return r.props.AddFields(fields)
}
