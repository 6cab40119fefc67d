package infra

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/wslint/wslint/awscheck"
	"github.com/wslint/wslint/hop"
)

// An Option is an option setting of Elastic Beanstalk.
type Option struct {
	Namespace, Name string
	Value           Value
	At              Value // the name as it is written
}

// An Environment is an environment of Elastic Beanstalk, which makes a load balancer of its options
// (developer guide, "General options for all environments").
type Environment struct {
	Object
	Names   []string
	Name    Value
	Options []Option // those that count more come later
	// ByAPI says that what is described makes the environment itself, by the API: a load balancer without a type is then
	// a Classic one. Where it only comes along with the application, whoever made the environment has chosen.
	ByAPI          bool
	OptionsUnknown string // why there may be other options
	// Add returns the edits that write an option that is missing; nil where nothing can be written.
	Add func(namespace, name, value string) []hop.Edit
}

// mostOptions is how many options of an environment are followed: far more than one has.
const mostOptions = 2000

// The namespaces of load balancers.
const (
	nsEnvironment = "aws:elasticbeanstalk:environment"
	nsProcess     = "aws:elasticbeanstalk:environment:process:"
	nsClassic     = "aws:elb:"
	nsPolicies    = "aws:elb:policies"
	nsListener    = "aws:elb:listener"
	nsV2          = "aws:elbv2:"
	nsBalancer    = "aws:elbv2:loadbalancer"
	nsV2Listener  = "aws:elbv2:listener:"
	nsRule        = "aws:elbv2:listenerrule:"
)

// Get is the value of an option; the zero value at the environment's place when nobody sets it.
func (e *Environment) Get(namespace, name string) Value {
	for i := len(e.Options) - 1; i >= 0; i-- {
		if o := e.Options[i]; o.Namespace == namespace && o.Name == name && o.Value.Kind != Null {
			return o.Value
		}
	}
	return Value{Pos: e.Pos}
}

// kind is which load balancer the environment has: why says why that is not known, and what is likely then.
func (e *Environment) kind() (kind Value, why string) {
	if kind := e.Get(nsEnvironment, "LoadBalancerType"); kind.Kind != Null {
		return kind, ""
	}
	if e.ByAPI {
		return Text(string(awscheck.Classic), e.Pos), e.OptionsUnknown
	}
	kind = Text(string(awscheck.Application), e.Pos)
	if slices.ContainsFunc(e.Options, func(o Option) bool { return strings.HasPrefix(o.Namespace, nsClassic) }) {
		kind = Text(string(awscheck.Classic), e.Pos)
	}
	if slices.ContainsFunc(e.Options, func(o Option) bool { return strings.HasPrefix(o.Namespace, nsV2) }) {
		kind = Text(string(awscheck.Application), e.Pos)
	}
	return kind, "LoadBalancerType is not set: the console and the EB CLI make an Application Load Balancer, " +
		"the API a Classic one, whose HTTP listeners pass no WebSocket on"
}

// AddTo adds the load balancer of the environment; unknown says of one that is not described here who describes it.
func (e *Environment) AddTo(out *Resources) (unknown []hop.Note) {
	if len(e.Options) > mostOptions {
		e.Options = e.Options[:mostOptions]
		e.OptionsUnknown = fmt.Sprintf("more than %d options are set, and what follows is not read", mostOptions)
	}
	absent := Absent{Object: e.Object, Names: e.Names, Name: e.Name}
	switch {
	case e.Get(nsEnvironment, "EnvironmentType").Is("SingleInstance"):
		absent.Why = "it is a single instance, which has no load balancer"
		absent.Misfits = e.idleOptions("a single instance has no load balancer", "")
		out.Absent = append(out.Absent, absent)
		return nil
	case e.Get(nsEnvironment, "LoadBalancerIsShared").Is("true"):
		absent.Why = "it uses a shared load balancer, whose timeouts are set where that is made"
		const instead = "set the idle timeout where the shared load balancer is made"
		absent.Misfits = e.idleOptions("Elastic Beanstalk does not change a shared load balancer", instead)
		if out.Absent = append(out.Absent, absent); len(absent.Misfits) > 0 {
			return nil
		}
		return []hop.Note{{Pos: e.Pos, Text: e.Address + ": " + absent.Why}}
	}
	kind, why := e.kind()
	b := Balancer{Object: e.Object, Names: e.Names, Name: e.Name, Kind: kind, Misfits: e.misspelt(kind)}
	if b.Maybe = cmp.Or(b.Maybe, why); why != "" && !e.ByAPI {
		unknown = append(
			unknown,
			hop.Note{Pos: e.Pos, Text: "which load balancer " + e.Address + " has is not known: " + why},
		)
	}
	if kind.Is(string(awscheck.Classic)) {
		b.Attributes = e.attributes(options(classicOptions, balancerOptions, why))
		b.Ports = e.classicPorts()
		out.Balancers = append(out.Balancers, b)
		return unknown
	}
	b.Attributes = e.attributes(options(balancerOptions, classicOptions, why))
	out.Balancers = append(out.Balancers, b)
	e.listeners(out, kind)
	return unknown
}

// An option of Beanstalk and the attribute of the API that it sets. Default is what Beanstalk sets where nobody does
// and AWS has another default.
type optionKey struct{ namespace, name, key, fallback string }

var (
	balancerOptions = []optionKey{{nsBalancer, "IdleTimeout", "idle_timeout.timeout_seconds", ""}}
	classicOptions  = []optionKey{
		{nsPolicies, "ConnectionSettingIdleTimeout", "ConnectionSettings.IdleTimeout", ""},
		{nsPolicies, "ConnectionDrainingEnabled", "ConnectionDraining.Enabled", ""},
		{nsPolicies, "ConnectionDrainingTimeout", "ConnectionDraining.Timeout", "20"},
	}
	processOptions = []optionKey{
		{"", "DeregistrationDelay", "deregistration_delay.timeout_seconds", "20"},
		{"", "StickinessEnabled", "stickiness.enabled", ""},
	}
)

// options are those of the load balancer's own type, and those of the other one, which are ignored; these count only
// where the type is certain.
func options(own, others []optionKey, why string) []optionKey {
	if why != "" {
		return own
	}
	return slices.Concat(own, others)
}

// mostSeconds is the longest idle timeout that Beanstalk takes, though an Application Load Balancer takes more.
const mostSeconds = 3600

// attributes are options as the API knows them.
func (e *Environment) attributes(list []optionKey) awscheck.Attributes {
	a := awscheck.Attributes{
		Pos: e.Pos, Values: map[string]hop.Setting[string]{}, Refused: map[string]string{}, Dropped: true,
	}
	for _, o := range list {
		switch v := e.Get(o.namespace, o.name); {
		case v.Kind != Null:
			a.Values[o.key] = v.Setting(o.name)
			if n, err := strconv.Atoi(v.Text); err == nil && n > mostSeconds && strings.Contains(o.name, "IdleTimeout") {
				a.Refused[o.key] = fmt.Sprintf("Elastic Beanstalk takes 1 to %d seconds", mostSeconds)
			}
		case e.OptionsUnknown != "":
			a.Values[o.key] = hop.Unknown[string](o.name, e.Pos, e.OptionsUnknown)
		case o.fallback != "":
			a.Values[o.key] = hop.Default(o.name, o.fallback, e.Pos)
		}
	}
	a.Missing = func(key string) hop.Setting[string] {
		s := hop.Setting[string]{Name: key, Pos: e.Pos}
		i := slices.IndexFunc(list, func(o optionKey) bool { return o.key == key })
		if i < 0 {
			return s
		}
		s.Name = list[i].name
		if e.Add != nil && e.Add(list[i].namespace, list[i].name, "0") != nil {
			s.Set = func(v string) []hop.Edit { return e.Add(list[i].namespace, list[i].name, v) }
		}
		return s
	}
	return a
}

// suffixes are what follows a prefix in the namespaces that are used: the ports of listeners, the names of processes.
func (e *Environment) suffixes(prefix string) (list []string) {
	for _, o := range e.Options {
		if s, ok := strings.CutPrefix(o.Namespace, prefix); ok && !slices.Contains(list, s) {
			list = append(list, s)
		}
	}
	return list
}

// placeOf is where a namespace is first used; the environment's where it is not.
func (e *Environment) placeOf(namespace string) hop.Pos {
	for _, o := range e.Options {
		if o.Namespace == namespace {
			return o.Value.Pos
		}
	}
	return e.Pos
}

// classicPorts are the listeners of a Classic ELB: one on port 80 that can be switched off, and those that are named.
func (e *Environment) classicPorts() (ports []ClassicListener) {
	port := func(namespace, number string) {
		if e.Get(namespace, "ListenerEnabled").Is("false") {
			return
		}
		pos := e.placeOf(namespace)
		l := ClassicListener{
			Pos: pos, Port: Text(number, pos), Protocol: e.Get(namespace, "ListenerProtocol"),
			InstancePort:     e.Get(namespace, "InstancePort"),
			InstanceProtocol: e.Get(namespace, "InstanceProtocol"),
		}
		if l.InstancePort.Kind == Null {
			l.InstancePort = Text("80", pos)
		}
		ports = append(ports, l)
	}
	named := e.suffixes(nsListener + ":")
	if slices.Contains(named, "80") {
		port(nsListener+":80", "80")
	} else if old := e.Get(nsListener, "LoadBalancerHTTPPort"); old.Kind == Null || old.Is("80") {
		port(nsListener, "80")
	}
	for _, number := range named {
		if number != "80" {
			port(nsListener+":"+number, number)
		}
	}
	return ports
}

// listeners adds the listeners, rules and processes of an Application or Network Load Balancer.
func (e *Environment) listeners(out *Resources, kind Value) {
	protocol := "HTTP"
	if kind.Is(string(awscheck.Network)) {
		protocol = "TCP"
	}
	processes := e.suffixes(nsProcess)
	if !slices.Contains(processes, "default") {
		processes = append(processes, "default")
	}
	for _, p := range processes {
		out.Groups = append(out.Groups, e.process(p, protocol))
	}
	named := e.suffixes(nsV2Listener)
	if !slices.Contains(named, "default") {
		named = append(named, "default")
	}
	for _, name := range named {
		namespace, port := nsV2Listener+name, name
		if name == "default" {
			port = "80"
		}
		if e.Get(namespace, "ListenerEnabled").Is("false") {
			continue
		}
		pos := e.placeOf(namespace)
		l := Listener{
			Object:   Object{Address: e.Address + " " + namespace, Pos: pos, Maybe: ""},
			Balancer: Value{Kind: Ref, Of: e.Address}, Port: Text(port, pos), Protocol: e.Get(namespace, "Protocol"),
			Attributes: awscheck.Attributes{
				Pos:     pos,
				Missing: func(key string) hop.Setting[string] { return hop.Setting[string]{Name: key, Pos: pos} },
			},
		}
		if l.Protocol.Kind == Null {
			l.Protocol = Text(protocol, pos)
		}
		l.Default = []Action{e.forward(e.Get(namespace, "DefaultProcess"), pos)}
		out.Listeners = append(out.Listeners, l)
		out.Rules = append(out.Rules, e.rules(l, e.Get(namespace, "Rules"))...)
	}
}

// forward passes on to a process.
func (e *Environment) forward(process Value, pos hop.Pos) Action {
	name := "default"
	if process.Kind == Scalar {
		name = process.Text
	}
	group := Value{Kind: Ref, Of: e.Address + " " + nsProcess + name}
	if process.Kind == Unknown || process.Kind == Ref {
		group = NotKnown(process.Why, process.Pos)
	}
	return Action{Pos: pos, Type: Text("forward", pos), Groups: []Weighted{{Group: group}}}
}

// rules are the rules of a listener: names, with commas between them.
func (e *Environment) rules(l Listener, names Value) (list []Rule) {
	if names.Kind == Unknown {
		return []Rule{
			{
				Object:   Object{Address: l.Address + " Rules", Pos: names.Pos, Maybe: names.Why},
				Listener: Value{Kind: Ref, Of: l.Address},
			},
		}
	}
	for name := range strings.SplitSeq(names.Text, ",") {
		if name = strings.TrimSpace(name); name == "" {
			continue
		}
		namespace := nsRule + name
		pos := e.placeOf(namespace)
		r := Rule{
			Object: Object{Address: l.Address + " " + namespace, Pos: pos}, Listener: Value{Kind: Ref, Of: l.Address},
			Priority: e.Get(namespace, "Priority"), Actions: []Action{e.forward(e.Get(namespace, "Process"), pos)},
		}
		for _, c := range [...][2]string{{"host-header", "HostHeaders"}, {"path-pattern", "PathPatterns"}} {
			if v := e.Get(namespace, c[1]); v.Kind != Null {
				r.Conditions = append(r.Conditions, Condition{Field: Text(c[0], v.Pos), Values: parts(v)})
			}
		}
		list = append(list, r)
	}
	return list
}

// parts is a text with commas as a list.
func parts(v Value) Value {
	if v.Kind != Scalar {
		return v
	}
	list := Value{Kind: List, Pos: v.Pos}
	for s := range strings.SplitSeq(v.Text, ",") {
		list.Items = append(list.Items, Text(strings.TrimSpace(s), v.Pos))
	}
	return list
}

// process is the target group of a process.
func (e *Environment) process(name, protocol string) Group {
	namespace := nsProcess + name
	options := slices.Clone(processOptions)
	for i := range options {
		options[i].namespace = namespace
	}
	g := Group{
		Object: Object{Address: e.Address + " " + namespace, Pos: e.placeOf(namespace)}, Name: Text(name, e.Pos),
		Protocol: e.Get(
			namespace,
			"Protocol",
		), Port: e.Get(namespace, "Port"), HealthPath: e.Get(namespace, "HealthCheckPath"),
		Matcher: e.Get(namespace, "MatcherHTTPCode"), Attributes: e.attributes(options),
	}
	if g.Protocol.Kind == Null {
		g.Protocol = Text(protocol, g.Pos)
	}
	if g.Port.Kind == Null {
		g.Port = Text("80", g.Pos)
	}
	return g
}
