package infra

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/wslint/wslint/awscheck"
	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers"
)

// A Source is a load balancer of a file, as it serves handshakes.
type Source struct {
	*awscheck.LoadBalancer
	Address string
	Names   []string // by which paths may call it: its name, its address, and what stands for it in its file
	Maybe   string   // why it is not known whether it exists; "" when it does

	asked  bool               // somebody asked for the protocols of its listeners
	places map[hop.Pos]string // the addresses of its parts, by the places where they and what they set are written
}

// Built is what resources are together.
type Built struct {
	Sources []*Source
	Unknown []hop.Note // what may be a load balancer that carries WebSockets and cannot be judged, and why
	Debug   []hop.Note // what belongs to load balancers of other files
}

// Build joins resources.
func Build(r Resources) (out Built) {
	b := &builder{
		groups:    map[string]*awscheck.TargetGroup{},
		written:   map[string][]hop.Pos{},
		rules:     map[string][]Rule{},
		listeners: map[string][]Listener{},
	}
	for i := range r.Groups {
		b.groups[r.Groups[i].Address] = group(&r.Groups[i])
		b.written[r.Groups[i].Address] = written(r.Groups[i].Object, r.Groups[i].Attributes)
	}
	for _, t := range r.Targets {
		b.target(t)
	}
	for _, rule := range r.Rules {
		b.rules[rule.Listener.Of] = append(b.rules[rule.Listener.Of], rule)
	}
	known := map[string]bool{}
	for _, lb := range r.Balancers {
		known[lb.Address] = true
	}
	for _, l := range r.Listeners {
		switch {
		case known[l.Balancer.Of]:
			b.listeners[l.Balancer.Of] = append(b.listeners[l.Balancer.Of], l)
		case l.Balancer.Why != "":
			note := hop.Note{
				Pos:  l.Pos,
				Text: fmt.Sprintf("%s belongs to a load balancer that is not in these files: %s", l.Address, l.Balancer.Why),
			}
			if len(l.Attributes.Values) > 0 { // it has a timer of its own
				out.Unknown = append(out.Unknown, note)
			} else {
				out.Debug = append(out.Debug, note)
			}
		}
	}
	for i := range r.Balancers {
		s, why := b.balancer(&r.Balancers[i])
		if why != "" {
			out.Unknown = append(out.Unknown, hop.Note{Pos: r.Balancers[i].Pos, Text: why})
			continue
		}
		out.Sources = append(out.Sources, s)
	}
	return out
}

// A builder holds what is joined.
type builder struct {
	groups    map[string]*awscheck.TargetGroup
	written   map[string][]hop.Pos  // where each of the groups and its attributes are
	places    map[hop.Pos]string    // of the load balancer that is being made
	rules     map[string][]Rule     // by the listener's address
	listeners map[string][]Listener // by the load balancer's address
}

// balancer makes a load balancer; why says that its type is not known.
func (b *builder) balancer(in *Balancer) (s *Source, why string) {
	kind, why := in.Kind.text()
	if why != "" {
		return nil, fmt.Sprintf("the type of %s is not known: %s", in.Address, why)
	}
	name, _ := in.Name.text()
	if name == "" {
		name = in.Address
		if len(in.Names) > 0 {
			name = in.Names[0]
		}
	}
	b.places = map[hop.Pos]string{}
	b.at(in.Address, written(in.Object, in.Attributes)...)
	lb := &awscheck.LoadBalancer{
		Kind: awscheck.Kind(
			cmp.Or(strings.ToLower(kind), string(awscheck.Application)),
		), Name: name, Label: in.Address, Pos: in.Pos,
		ListenersUnknown: in.ListenersUnknown, Instances: in.Instances,
	}
	lb.Apply(in.Attributes)
	if in.Nodes {
		lb.Drain = hop.Setting[time.Duration]{}
	}
	lb.AddMisfits(in.Misfits...)
	for _, m := range in.Misfits {
		b.at(in.Address, m.Pos)
	}
	lb.WAF = hop.Unknown[bool]("WAF", in.Pos, "whether a web ACL is associated is not read from files")
	for _, p := range in.Ports {
		l, why := p.listener()
		lb.ListenersUnknown = cmp.Or(lb.ListenersUnknown, why)
		if why == "" {
			lb.Listeners = append(lb.Listeners, l)
		}
	}
	for _, l := range b.listeners[in.Address] {
		out, why := b.listener(&l)
		lb.ListenersUnknown = cmp.Or(lb.ListenersUnknown, why)
		if why == "" {
			lb.Listeners = append(lb.Listeners, out)
		}
	}
	if len(lb.Listeners) == 0 {
		lb.ListenersUnknown = cmp.Or(lb.ListenersUnknown, "no listener of it is in these files")
	}
	names := slices.Compact(append([]string{name, in.Address}, in.Names...))
	s = &Source{LoadBalancer: lb, Address: in.Address, Names: names, Maybe: in.Maybe, asked: in.Asked, places: b.places}
	return s, ""
}

// at notes where a part of the load balancer is written. A place that several share is that of the first.
func (b *builder) at(address string, places ...hop.Pos) {
	for _, p := range places {
		if _, taken := b.places[p]; !taken && !p.IsZero() {
			b.places[p] = address
		}
	}
}

// written are the places of a resource and of its attributes.
func written(o Object, a awscheck.Attributes) []hop.Pos {
	list := []hop.Pos{o.Pos}
	for key, v := range a.Values {
		list = append(list, v.Pos)
		if a.Key != nil {
			pos, _ := a.Key(key)
			list = append(list, pos)
		}
	}
	return list
}

// ResourceAt is the address of the part of the load balancer that a place belongs to: its own where none does.
func (s *Source) ResourceAt(pos hop.Pos) string { return cmp.Or(s.places[pos], s.Address) }

// port reads a port number; a missing one is 0.
func port(v Value, what string) (n int, why string) {
	s, why := v.text()
	if why != "" {
		return 0, fmt.Sprintf("%s is not known: %s", what, why)
	}
	if s == "" {
		return 0, ""
	}
	f, err := strconv.ParseFloat(s, 64)
	if n = int(f); err != nil || n < 0 || n > 65535 {
		return 0, fmt.Sprintf("%s is %q, which is no port", what, s)
	}
	return n, ""
}

// listener is a port of a Classic ELB; why says that it is not known which.
func (p ClassicListener) listener() (l awscheck.Listener, why string) {
	l.Pos, l.Behind = p.Pos, p.Service
	var whys [4]string
	l.Protocol, whys[0] = p.Protocol.text()
	l.InstanceProtocol, whys[1] = p.InstanceProtocol.text()
	l.Port, whys[2] = port(p.Port, "the port of a listener")
	l.InstancePort, whys[3] = port(p.InstancePort, "the port of the instances")
	if why = cmp.Or(whys[:]...); why != "" {
		return l, why
	}
	l.Protocol = strings.ToUpper(cmp.Or(l.Protocol, "HTTP"))
	// elasticloadbalancing API, Listener.InstanceProtocol: of the same layer as the listener's unless it is given.
	secure := map[string]string{"HTTP": "HTTP", "HTTPS": "HTTP", "TCP": "TCP", "SSL": "TCP"}
	l.InstanceProtocol = strings.ToUpper(cmp.Or(l.InstanceProtocol, secure[l.Protocol]))
	const policy = "ProxyProtocolPolicyType"
	l.ProxyProtocol = hop.Default(policy, false, p.Pos)
	switch on, why := p.ProxyProtocol.text(); {
	case why != "":
		l.ProxyProtocol = hop.Unknown[bool](
			policy,
			p.ProxyProtocol.Pos,
			"whether the PROXY protocol is on is not known: "+why,
		)
	case on != "":
		l.ProxyProtocol = hop.Written(policy, strings.EqualFold(on, "true"), p.ProxyProtocol.Pos)
	}
	return l, ""
}

// listener makes one listener with its rules; why says that it is not known which.
func (b *builder) listener(in *Listener) (l awscheck.Listener, why string) {
	b.at(in.Address, written(in.Object, in.Attributes)...)
	l = awscheck.Listener{Pos: in.Pos, Default: b.actions(in.Default)}
	if in.Maybe != "" {
		return l, fmt.Sprintf("whether %s exists is not known: %s", in.Address, in.Maybe)
	}
	if l.Protocol, why = in.Protocol.text(); why != "" {
		return l, fmt.Sprintf("the protocol of %s is not known: %s", in.Address, why)
	}
	// elasticloadbalancingv2 API: a listener of an ALB is HTTP or HTTPS, and providers write HTTP where nothing is said.
	l.Protocol = strings.ToUpper(cmp.Or(l.Protocol, "HTTP"))
	if l.Port, why = port(in.Port, "the port of "+in.Address); why != "" {
		return l, why
	}
	l.ALPN, _ = in.ALPN.text()
	l.ClientCerts, _ = in.ClientCerts.text()
	l.Apply(in.Attributes)
	rules := slices.Clone(b.rules[in.Address])
	for _, a := range in.Default {
		l.AddMisfits(a.Ignored...)
	}
	for _, r := range rules {
		for _, a := range r.Actions {
			l.AddMisfits(a.Ignored...)
		}
	}
	order := make(map[string]int, len(rules))
	last := 0
	for _, r := range rules {
		priority, why := r.Priority.text()
		n, err := strconv.Atoi(priority)
		switch {
		case r.Maybe != "":
			l.RulesUnknown = cmp.Or(l.RulesUnknown, fmt.Sprintf("whether %s exists is not known: %s", r.Address, r.Maybe))
		case why != "":
			l.RulesUnknown = cmp.Or(l.RulesUnknown, fmt.Sprintf("the priority of %s is not known: %s", r.Address, why))
		case err != nil:
			// The next free priority is given to a rule that names none.
			if last++; last > 1 {
				l.RulesUnknown = cmp.Or(
					l.RulesUnknown,
					fmt.Sprintf("%s and other rules name no priority, so their order is not known", r.Address),
				)
			}
			n = 50_001
		}
		order[r.Address] = n
	}
	slices.SortStableFunc(rules, func(x, y Rule) int { return cmp.Compare(order[x.Address], order[y.Address]) })
	for _, r := range rules {
		l.Rules = append(l.Rules, b.rule(r, order[r.Address]))
	}
	return l, ""
}

func (b *builder) rule(in Rule, priority int) awscheck.Rule {
	b.at(in.Address, in.Pos)
	out := awscheck.Rule{
		Pos:        in.Pos,
		Priority:   strconv.Itoa(priority),
		Actions:    b.actions(in.Actions),
		Transforms: in.Transforms,
	}
	for _, c := range in.Conditions {
		made := c.condition()
		out.Named = out.Named || made.Field == "path-pattern" && slices.ContainsFunc(made.Values, parsers.NamesWebSocket)
		out.Conditions = append(out.Conditions, made)
	}
	if in.Unknown != "" {
		out.Conditions = append(out.Conditions, awscheck.Condition{Unknown: in.Unknown})
	}
	return out
}

func (c Condition) condition() awscheck.Condition {
	var out awscheck.Condition
	var whys [4]string
	out.Field, whys[0] = c.Field.text()
	out.Header, whys[1] = c.Header.text()
	out.Values, whys[2] = c.Values.texts()
	out.Regex, whys[3] = c.Regex.texts()
	out.Unknown = cmp.Or(whys[:]...)
	for _, q := range c.Query {
		key, w := q.Key.text()
		value, v := q.Value.text()
		out.Query = append(out.Query, awscheck.Pair{Key: key, Value: value})
		out.Unknown = cmp.Or(out.Unknown, w, v)
	}
	if out.Unknown == "" && len(out.Values)+len(out.Regex)+len(out.Query) == 0 {
		out.Unknown = "the condition on " + out.Field + " has no values that are understood"
	}
	return out
}

func (b *builder) actions(list []Action) []awscheck.Action {
	var out []awscheck.Action
	for _, a := range list {
		out = append(out, b.action(a))
	}
	return out
}

func (b *builder) action(in Action) awscheck.Action {
	var out awscheck.Action
	var why string
	out.Type, why = in.Type.text()
	out.Unknown = cmp.Or(in.Unknown, why)
	order, _ := in.Order.text()
	out.Order, _ = strconv.Atoi(order)
	for _, g := range in.Groups {
		out.Groups = append(out.Groups, b.weighted(g))
	}
	out.Sticky = in.Sticky.Is("true")
	out.Redirect = in.Redirect.redirect()
	status, _ := in.Status.text()
	out.Status, _ = strconv.Atoi(status)
	if out.OnUnauthenticated, why = in.OnUnauthenticated.text(); why != "" {
		out.Unknown = cmp.Or(out.Unknown, why)
	}
	return out
}

func (b *builder) weighted(in Weighted) awscheck.Weighted {
	w := awscheck.Weighted{Group: b.groups[in.Group.Of], Name: in.Group.Of, Weight: 1}
	switch {
	case w.Group != nil:
		w.Name = w.Group.Name
		b.at(in.Group.Of, b.written[in.Group.Of]...)
	case in.Group.Why != "":
		w.Name, w.Why = "an unknown target group", in.Group.Why
	case w.Name == "":
		w.Name = in.Group.Text
	}
	if s, why := in.Weight.text(); why == "" && s != "" {
		w.Weight, _ = strconv.Atoi(s)
	}
	return w
}

func (r Redirect) redirect() awscheck.Redirect {
	var out awscheck.Redirect
	var whys [5]string
	status, why := r.Status.text()
	if why == "" {
		out.Status, _ = strconv.Atoi(strings.TrimPrefix(status, "HTTP_"))
	}
	out.Protocol, whys[0] = r.Protocol.text()
	out.Host, whys[1] = r.Host.text()
	out.Port, whys[2] = r.Port.text()
	out.Path, whys[3] = r.Path.text()
	out.Query, whys[4] = r.Query.text()
	out.Unknown = cmp.Or(whys[:]...)
	return out
}

// group makes a target group. What decides whether it can carry a WebSocket and is not known makes it unknown.
func group(in *Group) *awscheck.TargetGroup {
	g := &awscheck.TargetGroup{Pos: in.Pos, HealthUnknown: "targets that register themselves are not in these files"}
	var whys [4]string
	g.Name, _ = in.Name.text()
	if g.Name == "" {
		g.Name = in.Address
	}
	g.Protocol, whys[0] = in.Protocol.text()
	g.Version, whys[1] = in.Version.text()
	g.Type, whys[2] = in.Type.text()
	g.ControlPort, whys[3] = port(in.ControlPort, "the port of its target optimizer")
	g.Unknown = cmp.Or(whys[:]...)
	g.Protocol, g.Version, g.Type = strings.ToUpper(g.Protocol), strings.ToUpper(g.Version), cmp.Or(g.Type, "instance")
	g.Port, _ = port(in.Port, "")
	g.Apply(in.Attributes)
	g.HealthPath, _ = in.HealthPath.text()
	g.Matcher, _ = in.Matcher.text()
	for range in.Targets {
		g.Health = append(g.Health, awscheck.Health{State: "healthy"})
	}
	if in.Targets > 1 {
		g.HealthUnknown = ""
	}
	return g
}

// target counts a target: more than one is certain to be more than one, however many register themselves.
func (b *builder) target(t Target) {
	if g := b.groups[t.Group.Of]; g != nil && t.Maybe == "" {
		if g.Health = append(g.Health, awscheck.Health{State: "healthy"}); len(g.Health) > 1 {
			g.HealthUnknown = ""
		}
	}
}
