package terraform

import (
	"github.com/wslint/wslint/awscheck"
	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers/infra"
)

// edgeSchema is the schema of what stands before load balancers.
func edgeSchema(typ string) *schema {
	headers := &schema{attributes: []string{"header_behavior"}, blocks: map[string]*schema{
		"headers": {attributes: []string{"items"}},
	}}
	queries := &schema{attributes: []string{"query_string_behavior"}}
	switch typ {
	case "aws_cloudfront_distribution":
		behavior := &schema{
			attributes: []string{
				"path_pattern", "target_origin_id", "viewer_protocol_policy", "origin_request_policy_id", "cache_policy_id",
			},
			blocks: map[string]*schema{"forwarded_values": {attributes: []string{"headers", "query_string"}}},
		}
		return &schema{attributes: []string{"enabled", "domain_name"}, blocks: map[string]*schema{
			"default_cache_behavior": behavior, "ordered_cache_behavior": behavior,
			"origin": {
				attributes: []string{"origin_id", "domain_name"},
				blocks: map[string]*schema{"custom_origin_config": {
					attributes: []string{"origin_protocol_policy", "http_port", "https_port"},
				}},
			},
		}}
	case "aws_cloudfront_origin_request_policy":
		return &schema{
			attributes: []string{"name"},
			blocks:     map[string]*schema{"headers_config": headers, "query_strings_config": queries},
		}
	case "aws_cloudfront_cache_policy":
		return &schema{attributes: []string{"name"}, blocks: map[string]*schema{
			"parameters_in_cache_key_and_forwarded_to_origin": {
				blocks: map[string]*schema{"headers_config": headers, "query_strings_config": queries},
			},
		}}
	case "aws_apigatewayv2_api":
		return &schema{attributes: []string{"name", "protocol_type"}}
	case "aws_globalaccelerator_accelerator":
		return &schema{attributes: []string{"name", "enabled"}}
	}
	return &schema{
		attributes: []string{"accelerator_arn", "protocol"},
		blocks:     map[string]*schema{"port_range": {attributes: []string{"from_port", "to_port"}}},
	}
}

// edge adds what stands before load balancers.
func (i instance) edge(out *infra.Resources) {
	switch i.typ {
	case "aws_cloudfront_distribution":
		if !i.args.Get("enabled").Is("false") {
			out.Distributions = append(out.Distributions, i.distribution())
		}
	case "aws_cloudfront_origin_request_policy":
		out.Policies = append(out.Policies, i.policy(i.args))
	case "aws_cloudfront_cache_policy":
		out.Policies = append(out.Policies, i.policy(onlyBlock(i.args, "parameters_in_cache_key_and_forwarded_to_origin")))
	case "aws_apigatewayv2_api":
		out.APIs = append(out.APIs, infra.API{
			Object: i.Object, Names: []string{i.name}, Name: i.args.Get("name"), Protocol: i.args.Get("protocol_type"),
		})
	case "aws_globalaccelerator_accelerator":
		out.Accelerators = append(
			out.Accelerators,
			infra.Accelerator{Object: i.Object, Names: []string{i.name}, Name: i.args.Get("name")},
		)
	case "aws_globalaccelerator_listener":
		l := infra.AcceleratorListener{
			Object: i.Object, Accelerator: i.args.Get("accelerator_arn"), Protocol: i.args.Get("protocol"),
		}
		ranges, _ := i.args.Get("port_range").List()
		for _, r := range ranges {
			l.Ports = append(l.Ports, [2]infra.Value{r.Get("from_port"), r.Get("to_port")})
		}
		out.AcceleratorListeners = append(out.AcceleratorListeners, l)
	}
}

func (i instance) distribution() infra.Distribution {
	d := infra.Distribution{
		Object: i.Object, Names: []string{i.name}, Origins: map[string]infra.Origin{},
		Default: behavior(onlyBlock(i.args, "default_cache_behavior")),
	}
	ordered, why := i.args.Get("ordered_cache_behavior").List()
	d.Unread = why
	for _, b := range ordered {
		d.Ordered = append(d.Ordered, behavior(b))
	}
	origins, _ := i.args.Get("origin").List()
	for _, o := range origins {
		custom := onlyBlock(o, "custom_origin_config")
		d.Origins[o.Get("origin_id").Text] = infra.Origin{
			Domain: o.Get("domain_name"), Custom: custom, Protocol: custom.Get("origin_protocol_policy"),
			HTTPPort: custom.Get("http_port"), HTTPSPort: custom.Get("https_port"),
		}
	}
	return d
}

func behavior(v infra.Value) infra.Behavior {
	legacy := onlyBlock(v, "forwarded_values")
	b := infra.Behavior{
		Pos: v.Pos, Pattern: v.Get("path_pattern"), Viewer: v.Get("viewer_protocol_policy"),
		Origin: v.Get("target_origin_id"),
		Policy: v.Get("origin_request_policy_id"), Cache: v.Get("cache_policy_id"),
		Headers: legacy.Get("headers"), Query: legacy.Get("query_string"), Legacy: legacy.Kind != infra.Null,
	}
	if v.Add != nil && b.Policy.Kind == infra.Null {
		b.Add = func(id string) []hop.Edit { return v.Add(id, "origin_request_policy_id") }
	}
	if v.Kind == infra.Unknown {
		b.Pattern = v
	}
	return b
}

func (i instance) policy(in infra.Value) infra.Policy {
	headers := onlyBlock(in, "headers_config")
	return infra.Policy{
		Object: i.Object, Behavior: headers.Get("header_behavior"), Headers: onlyBlock(headers, "headers").Get("items"),
		Query: onlyBlock(in, "query_strings_config").Get("query_string_behavior"),
	}
}

// managedPolicies are data sources of policies by the attribute that a policy of AWS is called by.
var managedPolicies = []string{"data.aws_cloudfront_origin_request_policy", "data.aws_cloudfront_cache_policy"}

// managedPolicy is the id of a policy of AWS that a data source names; "" for others.
func (s *scope) managedPolicy(typ, name string) string {
	for _, b := range s.def.data {
		a := b.attribute("name")
		if "data."+b.Labels[0] != typ || b.Labels[1] != name || a == nil {
			continue
		}
		if v := s.plain(s.evaluate(a.Expr, nil), a.Expr.Range()); v.Kind == infra.Scalar {
			return awscheck.ManagedPolicy(v.Text)
		}
	}
	return ""
}
