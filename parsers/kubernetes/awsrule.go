package kubernetes

import (
	"slices"

	"github.com/wslint/wslint/parsers/infra"
)

// ruleConfiguration is the spec of the ListenerRuleConfiguration that a filter of a rule names; why says that it is not
// known what a filter does. Redirects are actions of their own.
func (b *gatewayBuilder) ruleConfiguration(x *gatewayRule) (spec infra.Value, why string) {
	filters, _ := x.rule.Get("filters").List()
	for _, f := range filters {
		kind, to := f.Get("type").Text, f.Get("extensionRef")
		named := kind == "ExtensionRef" && to.Get("group").Text == awsGroup &&
			to.Get("kind").Text == "ListenerRuleConfiguration"
		i := -1
		if named {
			i = slices.IndexFunc(b.set.objects, func(o *Object) bool {
				return o.Is(awsGroup, "ListenerRuleConfiguration") && o.Name == to.Get("name").Text &&
					o.Place() == x.route.Place() && b.set.cluster.of(o) == b.set.cluster.of(x.route)
			})
		}
		switch {
		case kind == "RequestRedirect":
		case !named:
			why = "a filter of type " + kind + " changes what the rule does"
		case i < 0:
			why = "ListenerRuleConfiguration " + to.Get("name").Text + ", which changes the rule, is not among the files"
		case b.set.objects[i].Partial != "":
			why = b.set.objects[i].Partial
		default:
			spec = b.set.objects[i].Get("spec")
		}
	}
	return spec, why
}

// configured are the actions of a rule with those of its ListenerRuleConfiguration: who somebody is, is asked by
// listeners of HTTPS alone; a fixed response stands in the place of all others
// (pkg/gateway/model/model_build_listener.go, pkg/gateway/routeutils/route_rule_action.go).
func configured(spec infra.Value, https bool, actions []infra.Action) []infra.Action {
	list, _ := spec.Get("actions").List()
	var before, instead []infra.Action
	for _, v := range list {
		kind := v.Get("type")
		a := infra.Action{Pos: kind.Pos, Type: kind}
		switch kind.Text {
		case "authenticate-oidc", "authenticate-cognito", "jwt-validation":
			for _, config := range []string{"authenticateOIDCConfig", "authenticateCognitoConfig"} {
				if on := v.Get(config).Get("onUnauthenticatedRequest"); on.Kind != infra.Null {
					a.OnUnauthenticated = on
				}
			}
			if len(before) == 0 && https {
				a.Order = infra.Text("1", kind.Pos)
				before = append(before, a)
			}
		case "fixed-response":
			a.Status = v.Get("fixedResponseConfig").Get("statusCode")
			instead = []infra.Action{a}
		case "forward":
			if len(actions) == 1 && actions[0].Type.Text == "forward" {
				actions[0].Sticky = v.Get("forwardConfig").Get("targetGroupStickinessConfig").Get("enabled")
			}
		}
	}
	if len(instead) > 0 {
		actions = instead
	}
	for i := range actions {
		actions[i].Order = infra.Text("2", actions[i].Pos)
	}
	return append(before, actions...)
}

// asked are the conditions of a ListenerRuleConfiguration on where requests come from, of the match with a number.
func asked(spec infra.Value, match string) (list []infra.Condition) {
	conditions, _ := spec.Get("conditions").List()
	for _, c := range conditions {
		indexes := c.Get("matchIndexes")
		all, _ := indexes.List()
		of := indexes.Kind == infra.Null || slices.ContainsFunc(all, func(v infra.Value) bool { return v.Text == match })
		if c.Get("field").Text == "source-ip" && of {
			list = append(list, infra.Condition{Field: c.Get("field"), Values: c.Get("sourceIPConfig").Get("values")})
		}
	}
	return list
}
