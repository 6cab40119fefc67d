package awscheck

import (
	"strconv"
	"strings"
	"time"
)

// A Remedy is how one setting of AWS is changed, in the words of everything that can hold it. In its texts {value}
// stands for the value; Command has {region} too, and {arn}, {name} or {port} of the resource, and so has Kubernetes
// {port}.
type Remedy struct {
	// Key is the attribute, as the API and Attributes call it; what is no attribute has the name of the API's field.
	Key string
	// Of is what it is set on, and Kind the kind of load balancer that this belongs to.
	Of   Part
	Kind Kind
	// Command is of the AWS command line, "" where one command does not do it; Terraform, CloudFormation and Kubernetes
	// are what to write there.
	Command                               string
	Terraform, CloudFormation, Kubernetes Line
}

// A Part is what a setting is set on.
type Part uint8

// The parts of a load balancer.
const (
	OfBalancer Part = iota
	OfListener
	OfGroup
)

// A Line sets a value in one language.
type Line struct {
	On  string // the kind of object: "aws_lb", "AWS::ElasticLoadBalancingV2::LoadBalancer", "Ingress"
	Set string // "idle_timeout = {value}"
}

// The keys of remedies that are no attributes.
const (
	KeyClassicProtocol = "Protocol"           // of a Classic ELB's listener
	KeyClassicDrain    = "ConnectionDraining" // of a Classic ELB: switched on, with a time
	KeyMatcher         = "Matcher"            // of a target group's health check
	KeyVersion         = "ProtocolVersion"    // of a target group
	KeyOptimizer       = "TargetControlPort"  // of a target group
	keyStickyType      = "stickiness.type"
	KeyStickyCookie    = "stickiness.lb_cookie.duration_seconds"
	KeyStickyAppCookie = "stickiness.app_cookie.duration_seconds"
)

const (
	v2Balancer = "AWS::ElasticLoadBalancingV2::LoadBalancer"
	v2Listener = "AWS::ElasticLoadBalancingV2::Listener"
	v2Group    = "AWS::ElasticLoadBalancingV2::TargetGroup"
	v1Balancer = "AWS::ElasticLoadBalancing::LoadBalancer"
	ingress    = "alb.ingress.kubernetes.io/"
	service    = "service.beta.kubernetes.io/aws-load-balancer-"
)

// remedies are all that wslint advises to change. The names are those of hashicorp/aws 6, of the resource types of
// CloudFormation, of the AWS Load Balancer Controller 2 and, for Classic ELBs, of cloud-provider-aws; docs/aws.md
// names the sources.
var remedies = []Remedy{
	{
		Key: keyIdle, Of: OfBalancer, Kind: Application,
		Command: "aws elbv2 modify-load-balancer-attributes --region {region} --load-balancer-arn {arn} " +
			"--attributes Key=" + keyIdle + ",Value={value}",
		Terraform:      Line{"aws_lb", "idle_timeout = {value}"},
		CloudFormation: attribute(v2Balancer, "LoadBalancerAttributes", keyIdle),
		Kubernetes:     Line{"Ingress", ingress + "load-balancer-attributes: " + keyIdle + "={value}"},
	},
	{
		Key: keyTCPIdle, Of: OfListener, Kind: Network,
		Command: "aws elbv2 modify-listener-attributes --region {region} --listener-arn {arn} --attributes Key=" +
			keyTCPIdle + ",Value={value}",
		Terraform:      Line{"aws_lb_listener", "tcp_idle_timeout_seconds = {value}"},
		CloudFormation: attribute(v2Listener, "ListenerAttributes", keyTCPIdle),
		Kubernetes:     Line{"Service", service + "listener-attributes.TCP-{port}: " + keyTCPIdle + "={value}"},
	},
	{
		Key: keyClassicIdle, Of: OfBalancer, Kind: Classic,
		Command: `aws elb modify-load-balancer-attributes --region {region} --load-balancer-name {name} ` +
			`--load-balancer-attributes '{"ConnectionSettings":{"IdleTimeout":{value}}}'`,
		Terraform:      Line{"aws_elb", "idle_timeout = {value}"},
		CloudFormation: Line{v1Balancer, "ConnectionSettings: {IdleTimeout: {value}}"},
		Kubernetes:     Line{"Service", service + `connection-idle-timeout: "{value}"`},
	},
	{
		Key: KeyClassicDrain, Of: OfBalancer, Kind: Classic,
		Command: `aws elb modify-load-balancer-attributes --region {region} --load-balancer-name {name} ` +
			`--load-balancer-attributes '{"ConnectionDraining":{"Enabled":true,"Timeout":{value}}}'`,
		Terraform:      Line{"aws_elb", "connection_draining = true, connection_draining_timeout = {value}"},
		CloudFormation: Line{v1Balancer, "ConnectionDrainingPolicy: {Enabled: true, Timeout: {value}}"},
		Kubernetes: Line{
			"Service",
			service + `connection-draining-enabled: "true", ` + service + `connection-draining-timeout: "{value}"`,
		},
	},
	{
		// The listener has to be made again: its protocol cannot be changed.
		Key: KeyClassicProtocol, Of: OfListener, Kind: Classic,
		Command: "aws elb delete-load-balancer-listeners --region {region} --load-balancer-name {name} " +
			"--load-balancer-ports {port} && " +
			"aws elb create-load-balancer-listeners --region {region} --load-balancer-name {name} --listeners {value}",
		Terraform: Line{
			"aws_elb",
			`listener { lb_protocol = "tcp", instance_protocol = "tcp" }, or "ssl" with a certificate`,
		},
		CloudFormation: Line{v1Balancer, "Listeners: Protocol: TCP, InstanceProtocol: TCP, or SSL with a certificate"},
		Kubernetes:     Line{"Service", service + "backend-protocol: tcp"},
	},
	ofGroup(KeyDrain, Network, "deregistration_delay = {value}", KeyDrain+"={value}"),
	ofGroup(KeyDrain, Application, "deregistration_delay = {value}", KeyDrain+"={value}"),
	ofGroup(keyProxy, Network, "proxy_protocol_v2 = {value}", keyProxy+"={value}"),
	ofGroup(
		KeySticky,
		Application,
		`stickiness { enabled = {value}, type = "lb_cookie" }`,
		KeySticky+"={value}",
		keyStickyType+"=lb_cookie",
	),
	ofGroup(
		KeySticky,
		Network,
		`stickiness { enabled = {value}, type = "source_ip" }`,
		KeySticky+"={value}",
		keyStickyType+"=source_ip",
	),
	ofGroup(KeyStickyCookie, Application, "stickiness { cookie_duration = {value} }", KeyStickyCookie+"={value}"),
	ofGroup(KeyStickyAppCookie, Application, "stickiness { cookie_duration = {value} }", KeyStickyAppCookie+"={value}"),
	{
		Key: KeyMatcher, Of: OfGroup, Kind: Application,
		Command: "aws elbv2 modify-target-group --region {region} --target-group-arn {arn} " +
			"--matcher HttpCode='{value}'",
		Terraform:      Line{"aws_lb_target_group", `health_check { matcher = "{value}" }`},
		CloudFormation: Line{v2Group, `Matcher: {HttpCode: "{value}"}`},
		Kubernetes:     Line{"Ingress", ingress + "success-codes: '{value}'"},
	},
	{
		// A group keeps its protocol version and its control port: it takes a new one, which no single command makes.
		Key: KeyVersion, Of: OfGroup, Kind: Application,
		Terraform:      Line{"aws_lb_target_group", `protocol_version = "{value}"`},
		CloudFormation: Line{v2Group, "ProtocolVersion: {value}"},
		Kubernetes:     Line{"Ingress", ingress + "backend-protocol-version: {value}"},
	},
	{
		Key: KeyOptimizer, Of: OfGroup, Kind: Application,
		Terraform:      Line{"aws_lb_target_group", "target_control_port = null"},
		CloudFormation: Line{v2Group, "TargetControlPort: !Ref AWS::NoValue"},
		Kubernetes:     Line{"Ingress", "no annotation " + ingress + "target-control-port.*"},
	},
}

// attribute is how CloudFormation writes an attribute.
func attribute(on, list string, keys ...string) Line {
	for i, k := range keys {
		key, value, given := strings.Cut(k, "=")
		if !given {
			value = "{value}"
		}
		keys[i] = "{Key: " + key + `, Value: "` + value + `"}`
	}
	return Line{on, list + ": [" + strings.Join(keys, ", ") + "]"}
}

// ofGroup is a remedy of a target group: what Terraform has for it, and the attributes, of which the value may be
// given.
func ofGroup(key string, kind Kind, terraform string, attributes ...string) Remedy {
	var pairs []string
	for _, a := range attributes {
		k, v, _ := strings.Cut(a, "=")
		pairs = append(pairs, "Key="+k+",Value="+v)
	}
	k8s := Line{"Ingress", ingress + "target-group-attributes: "}
	if kind == Network {
		k8s = Line{"Service", service + "target-group-attributes: "}
	}
	k8s.Set += strings.Join(attributes, ",")
	return Remedy{
		Key: key, Of: OfGroup, Kind: kind,
		Command: "aws elbv2 modify-target-group-attributes --region {region} --target-group-arn {arn} --attributes " +
			strings.Join(pairs, " "),
		Terraform: Line{
			"aws_lb_target_group",
			terraform,
		}, CloudFormation: attribute(v2Group, "TargetGroupAttributes", attributes...), Kubernetes: k8s,
	}
}

// Words are the remedy in full, for a value and a resource: of names to what stands for them in the texts.
func (r Remedy) Words(value string, of map[string]string) (list []string) {
	pairs := []string{"{value}", value}
	for name, text := range of {
		pairs = append(pairs, "{"+name+"}", text)
	}
	fill := strings.NewReplacer(pairs...)
	if r.Command != "" {
		list = append(list, fill.Replace(r.Command))
	}
	for _, in := range []struct {
		what string
		Line
	}{{"Terraform", r.Terraform}, {"CloudFormation", r.CloudFormation}, {"Kubernetes", r.Kubernetes}} {
		list = append(list, "in "+in.what+", "+in.On+": "+fill.Replace(in.Set))
	}
	return list
}

// RemedyFor is how a setting of a kind of load balancer is changed; ok is false when wslint knows no way.
func RemedyFor(key string, kind Kind) (r Remedy, ok bool) {
	for _, r := range remedies {
		if r.Key == key && r.Kind == kind {
			return r, true
		}
	}
	return Remedy{}, false
}

// IdleRemedy is how the idle timeout of what stands at an ARN is set; ok is false for what has none that can be set
// to that.
func (s *Snapshot) IdleRemedy(arn string, to time.Duration) (words []string, ok bool) {
	at := s.At(arn)
	key, most := "", mostIdle
	switch {
	case at.Balancer == nil, at.Group != nil:
	case at.Listener != nil && at.Listener.Protocol == "TCP":
		key, most = keyTCPIdle, mostTCPIdle
	case at.Listener != nil:
	case at.Balancer.Kind == Application:
		key = keyIdle
	case at.Balancer.Kind == Classic:
		key = keyClassicIdle
	}
	r, ok := RemedyFor(key, at.kind())
	if !ok || to > most {
		return nil, false
	}
	return r.Words(strconv.Itoa(int(to.Seconds())), at.names()), true
}

// Remedy is how another setting of what stands at an ARN is changed; ok is false when wslint knows no way.
func (s *Snapshot) Remedy(arn, key, value string) (words []string, ok bool) {
	at := s.At(arn)
	r, ok := RemedyFor(key, at.kind())
	if !ok {
		return nil, false
	}
	return r.Words(value, at.names()), true
}

// ListenerRemedy is how a listener of a Classic ELB, which has no ARN of its own, is made again.
func (r Resource) ListenerRemedy(l Listener, value string) []string {
	remedy, ok := RemedyFor(KeyClassicProtocol, Classic)
	if !ok {
		return nil
	}
	names := r.names()
	names["port"] = strconv.Itoa(l.Port)
	return remedy.Words(value, names)
}

// A Resource is what stands at an ARN: a load balancer, or one of its listeners or target groups.
type Resource struct {
	Balancer *LoadBalancer // nil when there is nothing at the ARN
	Listener *Listener     // nil when it is another part
	Group    *TargetGroup  // nil when it is another part
}

func (r Resource) kind() Kind {
	if r.Balancer == nil {
		return ""
	}
	return r.Balancer.Kind
}

// names are what stands for the resource in the texts of a remedy.
func (r Resource) names() map[string]string {
	names := map[string]string{"region": r.Balancer.Region, "arn": r.Balancer.Pos.File, "name": r.Balancer.Name}
	switch {
	case r.Listener != nil:
		names["arn"], names["port"] = r.Listener.Pos.File, strconv.Itoa(r.Listener.Port)
	case r.Group != nil:
		names["arn"], names["name"] = r.Group.Pos.File, r.Group.Name
	}
	return names
}

// At finds what stands at an ARN. The listeners of a Classic ELB have none of their own.
func (s *Snapshot) At(arn string) (r Resource) {
	if s.byARN == nil {
		s.byARN = map[string]int{}
		for i := range s.LoadBalancers {
			s.LoadBalancers[i].parts(func(arn string, _ Resource) { s.byARN[arn] = i })
		}
	}
	if i, ok := s.byARN[arn]; ok {
		s.LoadBalancers[i].parts(func(name string, x Resource) {
			if name == arn {
				r = x
			}
		})
	}
	return r
}

// parts calls see for what has an ARN, the load balancer itself last.
func (lb *LoadBalancer) parts(see func(arn string, r Resource)) {
	for i := range lb.Listeners {
		l := &lb.Listeners[i]
		for _, a := range l.actions() {
			for _, w := range a.Groups {
				if w.Group != nil {
					see(w.Group.Pos.File, Resource{Balancer: lb, Group: w.Group})
				}
			}
		}
		see(l.Pos.File, Resource{Balancer: lb, Listener: l})
	}
	see(lb.Pos.File, Resource{Balancer: lb})
}
