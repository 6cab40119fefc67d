package terraform

import "github.com/hashicorp/hcl/v2"

// A schema is what is read of a resource or of a block in one.
type schema struct {
	attributes []string
	blocks     map[string]*schema
	// documents are the attributes that hold texts of YAML.
	documents []string
	// own says that keys of its maps have places, and that its lines may be taken out.
	own        bool
	native, of *hcl.BodySchema // as hcl wants it, in native syntax and in JSON, once it was asked for
}

// valuesSchema is that of conditions with a list of values.
func valuesSchema(more ...string) *schema {
	return &schema{attributes: append([]string{"values", "regex_values"}, more...)}
}

func actionSchema() *schema {
	login := &schema{attributes: []string{"on_unauthenticated_request"}}
	return &schema{
		attributes: []string{"type", "order", "target_group_arn"},
		blocks: map[string]*schema{
			"forward": {blocks: map[string]*schema{
				"target_group": {
					attributes: []string{"arn", "weight"},
				}, "stickiness": {attributes: []string{"enabled", "duration"}},
			}},
			"redirect":          {attributes: []string{"host", "path", "port", "protocol", "query", "status_code"}},
			"fixed_response":    {attributes: []string{"content_type", "message_body", "status_code"}},
			"authenticate_oidc": login, "authenticate_cognito": login,
		},
	}
}

// schemaOf is the schema of a type of resource, without its alias; nil for one that is not read.
func schemaOf(typ string) *schema {
	rewrite := &schema{blocks: map[string]*schema{"rewrite": {attributes: []string{"regex", "replace"}}}}
	switch typ {
	case "aws_lb":
		s := &schema{
			attributes: []string{"name", "load_balancer_type", "internal", "enable_http2", "enable_cross_zone_load_balancing"},
		}
		return s.with(balancerArguments)
	case "aws_elb":
		s := &schema{
			attributes: []string{"name", "instances", "cross_zone_load_balancing"},
			blocks: map[string]*schema{
				"listener": {
					attributes: []string{"lb_port", "lb_protocol", "instance_port", "instance_protocol", "ssl_certificate_id"},
				},
			},
		}
		return s.with(classicArguments)
	case "aws_lb_listener":
		s := &schema{
			attributes: []string{"load_balancer_arn", "port", "protocol", "alpn_policy", "ssl_policy", "certificate_arn"},
			blocks: map[string]*schema{
				"default_action":        actionSchema(),
				"mutual_authentication": {attributes: []string{"mode"}},
			},
		}
		return s.with(listenerArguments)
	case "aws_lb_listener_rule":
		return &schema{
			attributes: []string{"listener_arn", "priority"},
			blocks: map[string]*schema{
				"action": actionSchema(),
				"condition": {attributes: []string{"field", "values"}, blocks: map[string]*schema{
					"host_header": valuesSchema(), "path_pattern": valuesSchema(), "http_header": valuesSchema("http_header_name"),
					"http_request_method": valuesSchema(), "source_ip": valuesSchema(),
					"query_string": {attributes: []string{"key", "value"}},
				}},
				"transform": {attributes: []string{"type"}, blocks: map[string]*schema{
					"url_rewrite_config": rewrite, "host_header_rewrite_config": rewrite,
				}},
			},
		}
	case "aws_lb_target_group":
		s := &schema{
			attributes: []string{"name", "port", "protocol", "protocol_version", "target_type", "target_control_port"},
			blocks: map[string]*schema{
				"stickiness": {
					attributes: []string{"enabled", "type", "cookie_duration"},
				}, "health_check": {attributes: []string{"path", "matcher"}},
			},
		}
		return s.with(groupArguments)
	case "aws_lb_target_group_attachment":
		return &schema{attributes: []string{"target_group_arn", "target_id", "port"}}
	case "aws_elastic_beanstalk_environment", "aws_elastic_beanstalk_configuration_template":
		return &schema{
			attributes: []string{"name", "template_name", "tier"},
			blocks:     map[string]*schema{"setting": {attributes: []string{"namespace", "name", "value", "resource"}}},
		}
	case "aws_cloudfront_distribution", "aws_cloudfront_origin_request_policy", "aws_cloudfront_cache_policy",
		"aws_apigatewayv2_api", "aws_globalaccelerator_accelerator", "aws_globalaccelerator_listener":
		return edgeSchema(typ)
	case "aws_proxy_protocol_policy":
		return &schema{attributes: []string{"load_balancer", "instance_ports"}}
	}
	return objectSchema(typ)
}

// with adds the arguments that set attributes of the API.
func (s *schema) with(arguments []argument) *schema {
	for _, a := range arguments {
		s.attributes = append(s.attributes, a.name)
	}
	return s
}

// hcl is the schema as hcl wants it.
func (s *schema) hcl(native bool) *hcl.BodySchema {
	if native {
		if s.native == nil {
			s.native = s.body(true)
		}
		return s.native
	}
	if s.of == nil {
		s.of = s.body(false)
	}
	return s.of
}

// body makes it: in native syntax a block may as well be written as an argument, as Terraform 0.11 had it.
func (s *schema) body(native bool) *hcl.BodySchema {
	out := &hcl.BodySchema{}
	for _, name := range s.attributes {
		out.Attributes = append(out.Attributes, hcl.AttributeSchema{Name: name})
	}
	for name := range s.blocks {
		out.Blocks = append(out.Blocks, hcl.BlockHeaderSchema{Type: name})
		if native {
			out.Attributes = append(out.Attributes, hcl.AttributeSchema{Name: name})
		}
	}
	if len(s.blocks) > 0 {
		out.Blocks = append(out.Blocks, hcl.BlockHeaderSchema{Type: "dynamic", LabelNames: []string{"type"}})
	}
	return out
}

// schema is that of a type of resource, made once.
func (r *reader) schema(typ string) *schema {
	s, seen := r.schemas[typ]
	if !seen {
		s = schemaOf(typ)
		r.schemas[typ] = s
	}
	return s
}
