// Package terraform reads Terraform and OpenTofu: configurations, plans and states. It evaluates what the files
// decide; what a plan, an account or a person decides is unknown, with the reason. Nothing is downloaded and nothing
// is run.
//
// The arguments and their defaults: hashicorp/terraform-provider-aws, internal/service/elbv2 and elb, up to 6.27
// (December 2025).
package terraform

import (
	"cmp"
	"strings"

	"github.com/wslint/wslint/awscheck"
	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers/infra"
)

// An instance is one instance of a resource, with its arguments by the provider's names: blocks are lists of maps.
type instance struct {
	infra.Object
	typ  string // "aws_lb"; aliases are replaced
	name string // "web" of aws_lb.web
	args infra.Value
	// add returns the edits that write an argument that is missing; nil where nothing can be written.
	add func(argument, value string) []hop.Edit
	// addBlock returns the edits that write a block with texts for arguments; nil where nothing can be written.
	addBlock func(name string, arguments [][2]string) []hop.Edit
	// addTo returns the edits that write lines into a block of the resource; nil where nothing can be written.
	addTo func(block string, lines ...string) []hop.Edit
	// last is the last line of the resource, where that is known.
	last int
	// texts are the texts of YAML that the arguments hold which take them.
	texts []carried
}

// aliases are other names of the same resources.
var aliases = map[string]string{
	"aws_alb": "aws_lb", "aws_alb_listener": "aws_lb_listener", "aws_alb_listener_rule": "aws_lb_listener_rule",
	"aws_alb_target_group": "aws_lb_target_group", "aws_alb_target_group_attachment": "aws_lb_target_group_attachment",
	"aws_alb_listener_certificate": "aws_lb_listener_certificate",
}

// canonical is a type without its alias.
func canonical(typ string) string { return cmp.Or(aliases[typ], typ) }

// An argument of the provider and the attribute of the API that it sets.
type argument struct{ name, key string }

// The arguments that matter to a WebSocket. Where stickiness is written is a block of its own.
var (
	balancerArguments = []argument{
		{"idle_timeout", "idle_timeout.timeout_seconds"},
		{"client_keep_alive", "client_keep_alive.seconds"},
		{"preserve_host_header", "routing.http.preserve_host_header.enabled"},
		{"drop_invalid_header_fields", "routing.http.drop_invalid_header_fields.enabled"},
		{"desync_mitigation_mode", "routing.http.desync_mitigation_mode"},
		{"xff_header_processing_mode", "routing.http.xff_header_processing.mode"},
	}
	classicArguments = []argument{
		{"idle_timeout", "ConnectionSettings.IdleTimeout"},
		{"connection_draining", "ConnectionDraining.Enabled"},
		{"connection_draining_timeout", "ConnectionDraining.Timeout"},
	}
	listenerArguments = []argument{{"tcp_idle_timeout_seconds", "tcp.idle_timeout.seconds"}}
	groupArguments    = []argument{
		{"proxy_protocol_v2", "proxy_protocol_v2.enabled"},
		{"preserve_client_ip", "preserve_client_ip.enabled"},
		{"deregistration_delay", "deregistration_delay.timeout_seconds"},
		{"connection_termination", "deregistration_delay.connection_termination.enabled"},
	}
)

// attributes are the arguments of an instance as the API knows them.
func (i instance) attributes(list []argument) awscheck.Attributes {
	a := awscheck.Attributes{Pos: i.Pos, Values: map[string]hop.Setting[string]{}, Dropped: true}
	names := map[string]string{}
	for _, arg := range list {
		names[arg.key] = arg.name
		if v := i.args.Get(arg.name); v.Kind != infra.Null {
			if v.Default && i.add != nil && i.add(arg.name, "0") != nil {
				v.Set = func(text string) []hop.Edit { return i.add(arg.name, text) }
			}
			a.Values[arg.key] = v.Setting(arg.name)
		}
	}
	a.Missing = func(key string) hop.Setting[string] {
		name := cmp.Or(names[key], key)
		s := hop.Setting[string]{Name: name, Pos: i.Pos}
		switch null := i.args.Get(name); {
		case null.Set != nil:
			s.Set = null.Set // a variable's default is null
		case i.add != nil && names[key] != "" && i.add(name, "0") != nil:
			s.Set = func(v string) []hop.Edit { return i.add(name, v) }
		}
		return s
	}
	return a
}

// resources sorts instances into load balancers and what hangs on them, and says of some that they are described
// elsewhere.
func resources(list []instance) (out infra.Resources, unknown []hop.Note) {
	templates := map[string][]infra.Option{}
	for _, i := range list {
		if i.typ == "aws_elastic_beanstalk_configuration_template" {
			templates[i.Address], _ = i.settings()
		}
	}
	proxied := map[string][]infra.Value{} // the policies of each Classic ELB
	for _, i := range list {
		if i.typ == "aws_proxy_protocol_policy" {
			of := i.args.Get("load_balancer").Of
			proxied[of] = append(proxied[of], i.args)
		}
	}
	for _, i := range list {
		switch i.typ {
		case "aws_lb":
			out.Balancers = append(out.Balancers, infra.Balancer{
				Object: i.Object, Names: []string{i.name}, Name: i.args.Get("name"), Kind: i.args.Get("load_balancer_type"),
				Attributes: i.attributes(balancerArguments),
			})
		case "aws_elastic_beanstalk_environment":
			e := i.environment(templates)
			if !i.args.Get("tier").Is("Worker") {
				unknown = append(unknown, e.AddTo(&out)...)
			}
		case "aws_elb":
			out.Balancers = append(out.Balancers, i.classic(proxied[i.Address]))
		case "aws_lb_listener":
			out.Listeners = append(out.Listeners, i.listener())
		case "aws_lb_listener_rule":
			out.Rules = append(out.Rules, i.rule())
		case "aws_lb_target_group":
			out.Groups = append(out.Groups, i.group())
		case "aws_lb_target_group_attachment":
			out.Targets = append(out.Targets, infra.Target{Object: i.Object, Group: i.args.Get("target_group_arn")})
		default:
			i.edge(&out)
		}
	}
	return out, unknown
}

// settings are the options of an environment or a template; why says why there may be others.
func (i instance) settings() (list []infra.Option, why string) {
	blocks, why := i.args.Get("setting").List()
	for _, b := range blocks {
		namespace, name := b.Get("namespace"), b.Get("name")
		if namespace.Kind != infra.Scalar || name.Kind != infra.Scalar {
			why = cmp.Or(why, namespace.Why, name.Why)
			continue
		}
		value := b.Get("value")
		value.Remove = b.Remove
		list = append(list, infra.Option{Namespace: namespace.Text, Name: name.Text, Value: value, At: name})
	}
	return list, why
}

// environment is an aws_elastic_beanstalk_environment: its settings count more than those of its template.
func (i instance) environment(templates map[string][]infra.Option) *infra.Environment {
	e := &infra.Environment{Object: i.Object, Names: []string{i.name}, Name: i.args.Get("name"), ByAPI: true}
	if t := i.args.Get("template_name"); t.Kind == infra.Ref {
		e.Options = append(e.Options, templates[t.Of]...)
	} else if t.Kind != infra.Null {
		e.OptionsUnknown = "a configuration template that is not in these files may set it"
	}
	own, why := i.settings()
	e.Options, e.OptionsUnknown = append(e.Options, own...), cmp.Or(why, e.OptionsUnknown)
	e.Add = func(namespace, name, value string) []hop.Edit {
		if i.addBlock == nil {
			return nil
		}
		return i.addBlock("setting", [][2]string{{"namespace", namespace}, {"name", name}, {"value", value}})
	}
	return e
}

// classic is an aws_elb; policies are the aws_proxy_protocol_policy of it.
func (i instance) classic(policies []infra.Value) infra.Balancer {
	instances, _ := i.args.Get("instances").List()
	b := infra.Balancer{
		Object: i.Object, Names: []string{i.name}, Name: i.args.Get("name"), Kind: infra.Text(string(awscheck.Classic),
			i.Pos),
		Attributes: i.attributes(classicArguments), Instances: len(instances),
	}
	listeners, why := i.args.Get("listener").List()
	if why != "" {
		b.ListenersUnknown = why
	}
	for _, l := range listeners {
		port := l.Get("instance_port")
		b.Ports = append(b.Ports, infra.ClassicListener{
			Pos: l.Pos, Protocol: l.Get("lb_protocol"), Port: l.Get("lb_port"), InstanceProtocol: l.Get("instance_protocol"),
			InstancePort: port, ProxyProtocol: proxied(policies, port.Text),
		})
	}
	return b
}

// proxied says whether a policy has a port of the instances get the PROXY protocol.
func proxied(policies []infra.Value, port string) infra.Value {
	for _, p := range policies {
		ports, why := p.Get("instance_ports").List()
		if why != "" {
			return infra.NotKnown(why, p.Pos)
		}
		for _, one := range ports {
			if one.Is(port) {
				return infra.Text("true", one.Pos)
			}
		}
	}
	return infra.Value{}
}

func (i instance) listener() infra.Listener {
	l := infra.Listener{
		Object: i.Object, Balancer: i.args.Get("load_balancer_arn"), Protocol: i.args.Get("protocol"),
		Port: i.args.Get("port"),
		ALPN: i.args.Get("alpn_policy"), ClientCerts: onlyBlock(i.args, "mutual_authentication").Get("mode"),
		Default: actions(i.args.Get("default_action")), Attributes: i.attributes(listenerArguments),
	}
	return l
}

// onlyBlock is the only block of a name.
func onlyBlock(v infra.Value, name string) infra.Value {
	in := v.Get(name)
	list, why := in.List()
	switch {
	case why != "":
		return infra.NotKnown(why, in.Pos)
	case len(list) == 0:
		return infra.Value{Pos: in.Pos}
	}
	return list[0]
}

// actions reads the blocks of a listener or a rule. Their order is that of the file unless order is given.
func actions(v infra.Value) []infra.Action {
	list, why := v.List()
	if why != "" {
		return []infra.Action{{Pos: v.Pos, Unknown: why}}
	}
	var out []infra.Action
	for _, in := range list {
		out = append(out, action(in))
	}
	return out
}

// action reads one block. Of the blocks in it only that of the action's own type counts: the provider drops the
// others.
func action(v infra.Value) infra.Action {
	a := infra.Action{Pos: v.Pos, Type: v.Get("type"), Order: v.Get("order")}
	if v.Kind == infra.Unknown {
		a.Unknown = v.Why
	}
	forward := onlyBlock(v, "forward")
	groups, why := forward.Get("target_group").List()
	a.Unknown = cmp.Or(a.Unknown, why)
	for _, g := range groups {
		a.Groups = append(a.Groups, infra.Weighted{Group: g.Get("arn"), Weight: g.Get("weight")})
	}
	a.Sticky = onlyBlock(forward, "stickiness").Get("enabled")
	if one := v.Get("target_group_arn"); len(groups) == 0 && one.Kind != infra.Null {
		a.Groups = []infra.Weighted{{Group: one}}
	}
	r := onlyBlock(v, "redirect")
	a.Redirect = infra.Redirect{
		Status: r.Get(
			"status_code",
		), Protocol: r.Get("protocol"), Host: r.Get("host"), Port: r.Get("port"), Path: r.Get("path"),
		Query: r.Get("query"),
	}
	a.Status = onlyBlock(v, "fixed_response").Get("status_code")
	a.Ignored = dropped(v, a.Type)
	for _, name := range []string{"authenticate_oidc", "authenticate_cognito"} {
		if auth := onlyBlock(v, name); auth.Kind != infra.Null {
			a.OnUnauthenticated = auth.Get("on_unauthenticated_request")
		}
	}
	return a
}

// dropped are the blocks of an action that are of another type than itself.
func dropped(action, typ infra.Value) (list []hop.Misfit) {
	if typ.Kind != infra.Scalar {
		return nil
	}
	for _, name := range []string{"redirect", "fixed_response"} {
		block := onlyBlock(action, name)
		if block.Kind != infra.Map || typ.Is(strings.ReplaceAll(name, "_", "-")) {
			continue
		}
		s := hop.Written(name, "", block.Pos)
		s.Remove = block.Remove
		list = append(list, hop.Misfit{Setting: s, Why: "the provider drops it: the type of the action is " + typ.Text})
	}
	return list
}

func (i instance) rule() infra.Rule {
	out := infra.Rule{
		Object:   i.Object,
		Listener: i.args.Get("listener_arn"),
		Priority: i.args.Get("priority"),
		Actions:  actions(i.args.Get("action")),
	}
	conditions, why := i.args.Get("condition").List()
	out.Unknown = why
	for _, c := range conditions {
		out.Conditions = append(out.Conditions, condition(c)...)
	}
	transforms, why := i.args.Get("transform").List()
	out.Unknown = cmp.Or(out.Unknown, why)
	for _, t := range transforms {
		out.Transforms = append(out.Transforms, transform(t)...)
	}
	return out
}

// conditionBlocks are the blocks of a condition and the fields of the API.
var conditionBlocks = []argument{
	{"host_header", "host-header"}, {"path_pattern", "path-pattern"}, {"http_header", "http-header"},
	{"http_request_method", "http-request-method"}, {"query_string", "query-string"}, {"source_ip", "source-ip"},
}

// condition reads one block: what is in it, or field and values, as versions 1 and 2 of the provider have it.
func condition(v infra.Value) (list []infra.Condition) {
	if v.Kind == infra.Unknown {
		return []infra.Condition{{Field: v}}
	}
	for _, b := range conditionBlocks {
		blocks, why := v.Get(b.name).List()
		if why != "" {
			list = append(list, infra.Condition{Field: infra.NotKnown(why, v.Pos)})
			continue
		}
		if len(blocks) == 0 {
			continue
		}
		c := infra.Condition{Field: infra.Text(b.key, v.Pos)}
		for _, in := range blocks {
			if b.key == "query-string" {
				c.Query = append(c.Query, infra.Query{Key: in.Get("key"), Value: in.Get("value")})
				continue
			}
			c.Values, c.Regex, c.Header = in.Get("values"), in.Get("regex_values"), in.Get("http_header_name")
		}
		list = append(list, c)
	}
	if field := v.Get("field"); len(list) == 0 && field.Kind != infra.Null {
		list = append(list, infra.Condition{Field: field, Values: v.Get("values")})
	}
	return list
}

func transform(v infra.Value) []awscheck.Transform {
	kind := v.Get("type").Text
	config := onlyBlock(v, "url_rewrite_config")
	if config.Kind == infra.Null {
		config = onlyBlock(v, "host_header_rewrite_config")
	}
	rewrites, _ := config.Get("rewrite").List()
	if len(rewrites) == 0 {
		return []awscheck.Transform{{Type: kind}}
	}
	var out []awscheck.Transform
	for _, r := range rewrites {
		out = append(out, awscheck.Transform{Type: kind, Regex: r.Get("regex").Text, Replace: r.Get("replace").Text})
	}
	return out
}

func (i instance) group() infra.Group {
	a := i.attributes(groupArguments)
	const key = "stickiness.enabled"
	missing := a.Missing
	sticky := i.args.Get("stickiness")
	switch list, why := sticky.List(); {
	case why != "":
		a.Values[key] = hop.Unknown[string]("stickiness", sticky.Pos, why)
	case len(list) > 0 && list[0].Get("enabled").Kind == infra.Null:
		// The provider's schema has true for the default of a block that is there.
		a.Values[key] = hop.Written("stickiness", "true", list[0].Pos)
	case len(list) > 0:
		a.Values[key] = list[0].Get("enabled").Setting("stickiness.enabled")
	}
	a.Missing = func(k string) hop.Setting[string] {
		if k == key {
			return hop.Setting[string]{Name: "stickiness", Pos: i.Pos}
		}
		return missing(k)
	}
	health := onlyBlock(i.args, "health_check")
	return infra.Group{
		Object: i.Object, Name: i.args.Get("name"), Protocol: i.args.Get("protocol"), Version: i.args.Get("protocol_version"),
		Type: i.args.Get("target_type"), Port: i.args.Get("port"), ControlPort: i.args.Get("target_control_port"),
		HealthPath: health.Get("path"), Matcher: health.Get("matcher"), Attributes: a,
	}
}
