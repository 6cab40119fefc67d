package awscheck

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/wslint/wslint/awscheck/records"
	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/internal/parallel"
)

// New makes the model of what was read: here the defaults come in.
func New(d records.Document) *Snapshot {
	ours := d.Wslint > 0
	s := &Snapshot{Taken: d.Taken, Coverage: slices.Clone(d.Coverage), doc: d}
	d = s.withoutEmpty(d)
	made := make([]*TargetGroup, len(d.TargetGroups))
	parallel.Each(len(made), 100, func(i int) { made[i] = groupOf(&d.TargetGroups[i]) })
	groups := make(map[string]*TargetGroup, len(made))
	for i, g := range made {
		groups[d.TargetGroups[i].TargetGroupArn] = g
	}
	rules := map[string][]*records.Rule{}
	for i := range d.Rules {
		of := listenerOf(d.Rules[i].RuleArn)
		rules[of] = append(rules[of], &d.Rules[i])
	}
	listeners := make(map[string][]*records.Listener, len(d.LoadBalancers))
	for i := range d.Listeners {
		l := &d.Listeners[i]
		of := balancerOf(l)
		listeners[of] = append(listeners[of], l)
	}
	all := entriesOf(d)
	s.LoadBalancers = make([]LoadBalancer, len(all))
	parallel.Each(len(all), 100, func(i int) {
		x := &all[i]
		if x.classic != nil {
			s.LoadBalancers[i] = classicFrom(x.classic)
			return
		}
		own := make([]Listener, len(listeners[x.arn]))
		for k, l := range listeners[x.arn] {
			own[k] = listenerFrom(l, rules[l.ListenerArn], groups, ours)
		}
		s.LoadBalancers[i] = balancerFrom(x.v2, own, ours)
	})
	if ours {
		s.coverMisread()
	}
	slices.SortStableFunc(s.Coverage, byPlace)
	return s
}

// An entry is a load balancer of either version of the API.
type entry struct {
	arn     string
	v2      *records.Balancer
	classic *records.Classic
}

// entriesOf lists the load balancers of a document by their ARNs.
func entriesOf(d records.Document) []entry {
	list := make([]entry, 0, len(d.LoadBalancers)+len(d.LoadBalancerDescriptions))
	for i := range d.LoadBalancers {
		b := &d.LoadBalancers[i]
		list = append(list, entry{arn: b.LoadBalancerArn, v2: b})
	}
	for _, c := range d.LoadBalancerDescriptions {
		if c.Account == "" && c.SourceSecurityGroup != nil && len(c.SourceSecurityGroup.OwnerAlias) == 12 {
			c.Account = c.SourceSecurityGroup.OwnerAlias
		}
		if part := strings.Split(c.DNSName, "."); c.Region == "" && len(part) > 4 && part[2] == "elb" {
			c.Region = part[1]
		}
		list = append(list, entry{arn: c.ARN(), classic: &c})
	}
	slices.SortStableFunc(list, func(a, b entry) int { return cmp.Compare(a.arn, b.arn) })
	return list
}

// withoutEmpty takes the entries out that name nothing, as null and {} in a list: what they were is not known, so
// nothing may
// call them clean.
func (s *Snapshot) withoutEmpty(d records.Document) records.Document {
	whole := func(list string, entries, left int) {
		if entries == left {
			return
		}
		c := s.coverage("", "")
		c.Status, c.Listed = records.Partial, c.Listed+entries-left
		c.Faults = append(c.Faults, records.Fault{
			Class: records.ClassMisread, API: list, Count: entries - left, Message: "an entry is empty or names nothing",
		})
	}
	n := len(d.LoadBalancers)
	d.LoadBalancers = without(d.LoadBalancers, func(b records.Balancer) bool { return b.LoadBalancerArn == "" })
	whole("LoadBalancers", n, len(d.LoadBalancers))
	n = len(d.LoadBalancerDescriptions)
	d.LoadBalancerDescriptions = without(
		d.LoadBalancerDescriptions,
		func(c records.Classic) bool { return c.LoadBalancerName == "" },
	)
	whole("LoadBalancerDescriptions", n, len(d.LoadBalancerDescriptions))
	n = len(d.Listeners)
	d.Listeners = without(d.Listeners, func(l records.Listener) bool {
		return l.ListenerArn == "" && l.LoadBalancerArn == ""
	})
	whole("Listeners", n, len(d.Listeners))
	n = len(d.Rules)
	d.Rules = without(d.Rules, func(r records.Rule) bool { return r.RuleArn == "" })
	whole("Rules", n, len(d.Rules))
	n = len(d.TargetGroups)
	d.TargetGroups = without(d.TargetGroups, func(g records.Group) bool { return g.TargetGroupArn == "" })
	whole("TargetGroups", n, len(d.TargetGroups))
	return d
}

// without is a list without some of its entries; it is the same list where there are none of these.
func without[T any](list []T, out func(T) bool) []T {
	if !slices.ContainsFunc(list, out) {
		return list
	}
	return slices.DeleteFunc(slices.Clone(list), out)
}

// byPlace orders coverage by account and region.
func byPlace(a, b records.Coverage) int {
	return cmp.Or(cmp.Compare(a.Account, b.Account), cmp.Compare(a.Region, b.Region))
}

// An arn is arn:PARTITION:elasticloadbalancing:REGION:ACCOUNT:RESOURCE.
func arnParts(arn string) (partition, region, account, resource string) {
	p := strings.SplitN(arn, ":", 6)
	if len(p) < 6 {
		return "", "", "", arn
	}
	return p[1], p[3], p[4], p[5]
}

// listenerOf is the listener that a rule belongs to: their ARNs differ in the kind and in the last part.
func listenerOf(rule string) string {
	listener := strings.Replace(rule, ":listener-rule/", ":listener/", 1)
	if i := strings.LastIndexByte(listener, '/'); i >= 0 {
		return listener[:i]
	}
	return ""
}

func balancerOf(l *records.Listener) string {
	if l.LoadBalancerArn != "" {
		return l.LoadBalancerArn
	}
	lb := strings.Replace(l.ListenerArn, ":listener/", ":loadbalancer/", 1)
	if i := strings.LastIndexByte(lb, '/'); i >= 0 {
		return lb[:i]
	}
	return ""
}

// attributes are nil in a file that does not hold them.
func attributes(list []records.Attribute, u records.Missing, pos hop.Pos) Attributes {
	a := Attributes{Pos: pos, Unknown: u["attributes"]}
	if len(list) > 0 {
		a.Values = make(map[string]hop.Setting[string], len(list))
	}
	for _, x := range list {
		a.Values[x.Key] = hop.Written(x.Key, string(x.Value), pos)
	}
	if list == nil && a.Unknown == "" {
		a.Unknown = "the attributes were not read"
	}
	return a
}

// balancerFrom is the model of an ALB, NLB or GWLB. A file of ours says what is missing; of others, what is not there
// was not read.
func balancerFrom(b *records.Balancer, listeners []Listener, ours bool) LoadBalancer {
	_, region, account, resource := arnParts(b.LoadBalancerArn)
	lb := LoadBalancer{
		Kind: Kind(b.Type), Name: b.LoadBalancerName, DNSName: b.DNSName, Account: account, Region: region,
		Tags: b.Tags, Pos: hop.Pos{File: b.LoadBalancerArn}, Listeners: listeners, ListenersUnknown: b.Unread["listeners"],
	}
	// loadbalancer/app/NAME/ID
	part := strings.Split(resource, "/")
	if lb.Kind == "" && len(part) == 4 {
		lb.Kind = map[string]Kind{"app": Application, "net": Network, "gwy": Gateway}[part[1]]
	}
	if lb.Name == "" && len(part) == 4 {
		lb.Name = part[2]
	}
	if len(listeners) == 0 && lb.ListenersUnknown == "" && !ours {
		lb.ListenersUnknown = "the listeners were not read"
	}
	lb.lacking = len(b.Unread) > 0
	if lb.Kind == Application {
		a := attributes(b.Attributes, b.Unread, lb.Pos)
		if lb.Apply(a); a.Unknown == "" {
			lb.misread = whys(lb.Idle, lb.PreserveHost, lb.DropInvalid, lb.Desync, lb.Forwarded)
		}
	}
	return lb
}

func listenerFrom(l *records.Listener, rules []*records.Rule, groups map[string]*TargetGroup, ours bool) Listener {
	pos := hop.Pos{File: l.ListenerArn}
	out := Listener{
		Pos:          pos,
		Protocol:     l.Protocol,
		Port:         int(l.Port),
		Default:      actions(l.DefaultActions, groups),
		RulesUnknown: l.Unread["rules"],
	}
	if l.MutualAuthentication != nil {
		out.ClientCerts = l.MutualAuthentication.Mode
	}
	if len(l.AlpnPolicy) > 0 {
		out.ALPN = l.AlpnPolicy[0]
	}
	a := attributes(l.Attributes, l.Unread, pos)
	if out.Apply(a); a.Unknown == "" {
		out.misread = whys(out.Idle)
	}
	out.lacking = len(l.Unread) > 0
	if application := strings.Contains(l.ListenerArn, ":listener/app/"); len(rules) == 0 && application &&
		out.RulesUnknown == "" &&
		!ours {
		// An answer about rules holds the default one at least.
		out.RulesUnknown = "they were not read"
	}
	for _, r := range rules {
		if r.IsDefault || r.Priority == "default" {
			continue
		}
		out.Rules = append(out.Rules, ruleFrom(r, groups))
	}
	slices.SortStableFunc(out.Rules, func(a, b Rule) int {
		x, _ := strconv.Atoi(a.Priority)
		y, _ := strconv.Atoi(b.Priority)
		return cmp.Compare(x, y)
	})
	return out
}

// unasked is why something is missing that costs a call of its own.
const unasked = "it was not read: a path of .wslint.yaml that ends here, or --lb with --app, has it read"

func groupOf(g *records.Group) *TargetGroup {
	_, _, _, resource := arnParts(g.TargetGroupArn)
	out := &TargetGroup{
		Pos: hop.Pos{File: g.TargetGroupArn}, Name: g.TargetGroupName, Protocol: g.Protocol, Version: g.ProtocolVersion,
		Type: g.TargetType, Port: int(g.Port), ControlPort: int(g.TargetControlPort),
	}
	if out.Name == "" {
		out.Name = nameIn(resource)
	}
	a := attributes(g.Attributes, g.Unread, out.Pos)
	if g.Attributes == nil && g.Unread["attributes"] == "" {
		a.Unknown = unasked
	}
	if out.Apply(a); a.Unknown == "" {
		out.misread = whys(out.Drain, out.ProxyProtocol, out.DrainCuts, out.Sticky, out.Keeps, out.PreserveClient)
	}
	out.lacking = len(g.Unread) > 0
	out.HealthPath = g.HealthCheckPath
	if g.Matcher != nil {
		out.Matcher = g.Matcher.HttpCode
	}
	for _, h := range g.Health {
		out.Health = append(out.Health, Health(h.TargetHealth))
	}
	if g.Health == nil {
		out.HealthUnknown = cmp.Or(g.Unread["health"], unasked)
	}
	return out
}

// nameIn is the name in targetgroup/NAME/ID.
func nameIn(resource string) string {
	if part := strings.Split(resource, "/"); len(part) > 1 {
		return part[1]
	}
	return resource
}

func classicFrom(c *records.Classic) LoadBalancer {
	pos := hop.Pos{File: c.ARN()}
	lb := LoadBalancer{
		Kind:      Classic,
		Name:      c.LoadBalancerName,
		DNSName:   c.DNSName,
		Account:   c.Account,
		Region:    c.Region,
		Tags:      c.Tags,
		Pos:       pos,
		Instances: len(c.Instances),
	}
	lb.lacking = len(c.Unread) > 0
	a := classicAttributes(c, pos)
	if lb.Apply(a); a.Unknown == "" {
		lb.misread = whys(lb.Idle, lb.Drain)
	}
	for _, d := range c.ListenerDescriptions {
		l := d.Listener
		lb.Listeners = append(lb.Listeners, Listener{
			Pos: pos, Protocol: strings.ToUpper(l.Protocol), Port: int(l.LoadBalancerPort),
			InstanceProtocol: strings.ToUpper(
				l.InstanceProtocol,
			), InstancePort: int(l.InstancePort), Certificate: l.SSLCertificateId, ProxyProtocol: proxyOf(c, l.InstancePort,
				pos),
		})
	}
	return lb
}

// classicAttributes are those of a Classic ELB, which the API has as a structure.
func classicAttributes(c *records.Classic, pos hop.Pos) Attributes {
	a := Attributes{Pos: pos, Unknown: c.Unread["attributes"]}
	if c.LoadBalancerAttributes == nil {
		a.Unknown = cmp.Or(a.Unknown, "the attributes were not read")
		return a
	}
	values := map[string]string{}
	add := func(key string, v *records.Bare) {
		if v != nil {
			values[key] = string(*v)
		}
	}
	if s := c.LoadBalancerAttributes.ConnectionSettings; s != nil {
		add(keyClassicIdle, s.IdleTimeout)
	}
	if d := c.LoadBalancerAttributes.ConnectionDraining; d != nil {
		add(keyClassicDraining, d.Enabled)
		add(keyClassicDrainTime, d.Timeout)
	}
	return Answered(values, pos)
}

// proxyOf reports whether the policies of a port on the instances have it get the PROXY protocol.
func proxyOf(c *records.Classic, port records.Int, pos hop.Pos) hop.Setting[bool] {
	const name = "ProxyProtocolPolicyType"
	for _, b := range c.BackendServerDescriptions {
		if b.InstancePort != port || len(b.PolicyNames) == 0 {
			continue
		}
		if c.Policies == nil {
			why := cmp.Or(c.Unread["policies"], "the policies were not read")
			return hop.Unknown[bool](name, pos, "whether the PROXY protocol is on is not known: "+why)
		}
		on := slices.ContainsFunc(c.Policies, func(p records.Policy) bool {
			return p.PolicyTypeName == name && slices.Contains(b.PolicyNames, p.PolicyName)
		})
		return hop.Written(name, on, pos)
	}
	return hop.Default(name, false, pos)
}
