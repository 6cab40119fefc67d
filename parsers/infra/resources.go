package infra

import (
	"github.com/wslint/wslint/awscheck"
	"github.com/wslint/wslint/hop"
)

// Resources are the load balancers of some files and what hangs on them. They name each other by Refs.
type Resources struct {
	Balancers []Balancer
	Listeners []Listener
	Rules     []Rule
	Groups    []Group
	Targets   []Target
	Absent    []Absent

	Distributions        []Distribution
	Policies             []Policy
	APIs                 []API
	Accelerators         []Accelerator
	AcceleratorListeners []AcceleratorListener
}

// An Object is what all resources have in common.
type Object struct {
	Address string // "module.edge.aws_lb.web[0]", "WebLB"
	Pos     hop.Pos
	Maybe   string // why it is not known whether the resource exists; "" when it does
}

// A Balancer is a load balancer. What a value leaves out has AWS's default, unless something else is said.
type Balancer struct {
	Object
	Names            []string // what paths may call it beside its name and address: "web"
	Name             Value
	Kind             Value // application, network, gateway, or classic; missing is application
	Attributes       awscheck.Attributes
	ListenersUnknown string // why there may be listeners beyond those that belong to it; "" when there are none
	Misfits          []hop.Misfit
	// Of a Classic ELB.
	// Nodes says that its instances are the nodes of a cluster: no deployment takes one of them out.
	Nodes bool
	// Asked says that somebody asked for the protocols of its listeners, whatever else is not known of it.
	Asked     bool
	Ports     []ClassicListener
	Instances int
}

// A ClassicListener is a port of a Classic ELB.
type ClassicListener struct {
	Pos                                                           hop.Pos
	Protocol, Port, InstanceProtocol, InstancePort, ProxyProtocol Value
	Service                                                       string // where connections go on to; "" for instances
}

// A Listener is a port of an Application or Network Load Balancer.
type Listener struct {
	Object
	Balancer          Value // a Ref
	Protocol, Port    Value
	ALPN, ClientCerts Value
	Default           []Action
	Attributes        awscheck.Attributes
}

// A Rule of a listener.
type Rule struct {
	Object
	Listener   Value // a Ref
	Priority   Value
	Conditions []Condition
	Actions    []Action
	Transforms []awscheck.Transform
	Unknown    string // why its conditions, actions or transforms are not known; "" when they are
}

// A Condition of a rule.
type Condition struct {
	Field         Value // host-header and so on
	Header        Value
	Values, Regex Value
	Query         []Query
}

// A Query is a parameter that a condition asks for.
type Query struct{ Key, Value Value }

// An Action of a listener or a rule.
type Action struct {
	Pos               hop.Pos
	Type              Value // forward, redirect, fixed-response, authenticate-oidc, authenticate-cognito, jwt-validation
	Order             Value
	Groups            []Weighted
	Sticky            Value
	Redirect          Redirect
	Status            Value // of a fixed response
	OnUnauthenticated Value
	Unknown           string // why it is not known what it does; "" when it is
	Ignored           []hop.Misfit
}

// A Redirect is where an action leads to; what is missing stays as it was.
type Redirect struct{ Status, Protocol, Host, Port, Path, Query Value }

// Weighted is a target group and its share.
type Weighted struct{ Group, Weight Value }

// A Group is a target group.
type Group struct {
	Object
	Name                          Value
	Protocol, Version, Type, Port Value
	ControlPort                   Value
	HealthPath, Matcher           Value
	Attributes                    awscheck.Attributes
	Targets                       int // written with the group itself
}

// A Target is registered with a group.
type Target struct {
	Object
	Group Value // a Ref
}
