package cloudformation

import (
	"cmp"

	"github.com/wslint/wslint/awscheck"
	"github.com/wslint/wslint/parsers/infra"
)

// actions reads the actions of a listener or a rule.
func actions(v infra.Value) []infra.Action {
	items, why := v.List()
	if why != "" {
		return []infra.Action{{Pos: v.Pos, Unknown: why}}
	}
	var out []infra.Action
	for _, i := range items {
		out = append(out, action(i))
	}
	return out
}

func action(v infra.Value) infra.Action {
	a := infra.Action{
		Pos:    v.Pos,
		Type:   v.Get("Type"),
		Order:  v.Get("Order"),
		Status: v.Get("FixedResponseConfig").Get("StatusCode"),
	}
	if v.Kind == infra.Unknown {
		a.Unknown = v.Why
	}
	forward := v.Get("ForwardConfig")
	groups, why := forward.Get("TargetGroups").List()
	for _, g := range groups {
		a.Groups = append(a.Groups, infra.Weighted{Group: g.Get("TargetGroupArn"), Weight: g.Get("Weight")})
	}
	a.Sticky = forward.Get("TargetGroupStickinessConfig").Get("Enabled")
	if one := v.Get("TargetGroupArn"); len(groups) == 0 && one.Kind != infra.Null {
		a.Groups = []infra.Weighted{{Group: one}}
	} else if why != "" {
		a.Unknown = cmp.Or(a.Unknown, why)
	}
	r := v.Get("RedirectConfig")
	a.Redirect = infra.Redirect{
		Status: r.Get(
			"StatusCode",
		), Protocol: r.Get("Protocol"), Host: r.Get("Host"), Port: r.Get("Port"), Path: r.Get("Path"),
		Query: r.Get("Query"),
	}
	for _, config := range []string{"AuthenticateOidcConfig", "AuthenticateCognitoConfig"} {
		if auth := v.Get(config); auth.Kind != infra.Null {
			a.OnUnauthenticated = auth.Get("OnUnauthenticatedRequest")
		}
	}
	return a
}

// rule reads an AWS::ElasticLoadBalancingV2::ListenerRule.
func (e *evaluator) rule(r resource) infra.Rule {
	out := infra.Rule{
		Object: r.Object, Listener: e.get(r, "ListenerArn"), Priority: e.get(r, "Priority"),
		Actions: actions(e.get(r, "Actions")),
	}
	conditions, why := e.get(r, "Conditions").List()
	out.Unknown = why
	for _, c := range conditions {
		out.Conditions = append(out.Conditions, condition(c))
	}
	transforms, why := e.get(r, "Transforms").List()
	out.Unknown = cmp.Or(out.Unknown, why)
	for _, t := range transforms {
		out.Transforms = append(out.Transforms, transform(t)...)
	}
	return out
}

// condition takes the values from either of the places that there are for them.
func condition(v infra.Value) infra.Condition {
	c := infra.Condition{Field: v.Get("Field"), Values: v.Get("Values"), Regex: v.Get("RegexValues")}
	for _, config := range []string{"HostHeaderConfig", "PathPatternConfig", "HttpHeaderConfig",
		"HttpRequestMethodConfig", "SourceIpConfig"} {
		in := v.Get(config)
		if in.Kind == infra.Null {
			continue
		}
		c.Values, c.Regex, c.Header = in.Get("Values"), in.Get("RegexValues"), in.Get("HttpHeaderName")
	}
	if v.Kind == infra.Unknown {
		c.Field = v
	}
	pairs, _ := v.Get("QueryStringConfig").Get("Values").List()
	for _, p := range pairs {
		c.Query = append(c.Query, infra.Query{Key: p.Get("Key"), Value: p.Get("Value")})
	}
	return c
}

func transform(v infra.Value) []awscheck.Transform {
	kind := v.Get("Type").Text
	rewrites := v.Get("UrlRewriteConfig").Get("Rewrites")
	if rewrites.Kind == infra.Null {
		rewrites = v.Get("HostHeaderRewriteConfig").Get("Rewrites")
	}
	items, _ := rewrites.List()
	if len(items) == 0 {
		return []awscheck.Transform{{Type: kind}}
	}
	var out []awscheck.Transform
	for _, r := range items {
		out = append(out, awscheck.Transform{Type: kind, Regex: r.Get("Regex").Text, Replace: r.Get("Replace").Text})
	}
	return out
}
