package cloudformation

import (
	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers/infra"
)

// edge reads what stands before load balancers.
func (e *evaluator) edge(r resource, typ string) {
	out := &e.out.Resources
	switch typ {
	case "AWS::CloudFront::Distribution":
		if config := e.get(r, "DistributionConfig"); !config.Get("Enabled").Is("false") {
			out.Distributions = append(out.Distributions, distribution(r, config))
		}
	case "AWS::CloudFront::OriginRequestPolicy":
		out.Policies = append(out.Policies, policy(r, e.get(r, "OriginRequestPolicyConfig")))
	case "AWS::CloudFront::CachePolicy":
		in := e.get(r, "CachePolicyConfig").Get("ParametersInCacheKeyAndForwardedToOrigin")
		out.Policies = append(out.Policies, policy(r, in))
	case "AWS::ApiGatewayV2::Api":
		out.APIs = append(out.APIs, infra.API{
			Object: r.Object, Names: r.names(), Name: e.get(r, "Name"), Protocol: e.get(r, "ProtocolType"),
		})
	case "AWS::Serverless::WebSocketApi":
		out.APIs = append(out.APIs, infra.API{
			Object: r.Object, Names: r.names(), Name: e.get(r, "Name"), Protocol: infra.Text("WEBSOCKET", r.Pos),
		})
	case "AWS::GlobalAccelerator::Accelerator":
		out.Accelerators = append(
			out.Accelerators,
			infra.Accelerator{Object: r.Object, Names: r.names(), Name: e.get(r, "Name")},
		)
	case "AWS::GlobalAccelerator::Listener":
		l := infra.AcceleratorListener{
			Object: r.Object, Accelerator: e.get(r, "AcceleratorArn"), Protocol: e.get(r, "Protocol"),
		}
		ranges, _ := e.get(r, "PortRanges").List()
		for _, p := range ranges {
			l.Ports = append(l.Ports, [2]infra.Value{p.Get("FromPort"), p.Get("ToPort")})
		}
		out.AcceleratorListeners = append(out.AcceleratorListeners, l)
	}
}

func distribution(r resource, config infra.Value) infra.Distribution {
	d := infra.Distribution{
		Object: r.Object, Names: r.names(), Origins: map[string]infra.Origin{},
		Default: behavior(config.Get("DefaultCacheBehavior")),
	}
	ordered, why := config.Get("CacheBehaviors").List()
	d.Unread = why
	for _, b := range ordered {
		d.Ordered = append(d.Ordered, behavior(b))
	}
	origins, _ := config.Get("Origins").List()
	for _, o := range origins {
		custom := o.Get("CustomOriginConfig")
		d.Origins[o.Get("Id").Text] = infra.Origin{
			Domain: o.Get("DomainName"), Custom: custom, Protocol: custom.Get("OriginProtocolPolicy"),
			HTTPPort: custom.Get("HTTPPort"), HTTPSPort: custom.Get("HTTPSPort"),
		}
	}
	return d
}

func behavior(v infra.Value) infra.Behavior {
	legacy := v.Get("ForwardedValues")
	b := infra.Behavior{
		Pos: v.Pos, Pattern: v.Get("PathPattern"), Viewer: v.Get("ViewerProtocolPolicy"), Origin: v.Get("TargetOriginId"),
		Policy: v.Get("OriginRequestPolicyId"), Cache: v.Get("CachePolicyId"),
		Headers: legacy.Get("Headers"), Query: legacy.Get("QueryString"), Legacy: legacy.Kind != infra.Null,
	}
	if v.Add != nil && b.Policy.Kind == infra.Null {
		b.Add = func(id string) []hop.Edit { return v.Add(id, "OriginRequestPolicyId") }
	}
	if v.Kind == infra.Unknown {
		b.Pattern = v
	}
	return b
}

func policy(r resource, in infra.Value) infra.Policy {
	return infra.Policy{
		Object: r.Object, Behavior: in.Get("HeadersConfig").Get("HeaderBehavior"),
		Headers: in.Get("HeadersConfig").Get("Headers"), Query: in.Get("QueryStringsConfig").Get("QueryStringBehavior"),
	}
}
