package awscheck

import (
	"strconv"
	"strings"
	"time"

	"github.com/wslint/wslint/awscheck/records"
	"github.com/wslint/wslint/hop"
)

func ruleFrom(r *records.Rule, groups map[string]*TargetGroup) Rule {
	out := Rule{Pos: hop.Pos{File: r.RuleArn}, Priority: r.Priority, Actions: actions(r.Actions, groups)}
	for _, c := range r.Conditions {
		out.Conditions = append(out.Conditions, conditionFrom(c))
	}
	for _, t := range r.Transforms {
		rewrites := t.UrlRewriteConfig
		if t.HostHeaderRewriteConfig != nil {
			rewrites = t.HostHeaderRewriteConfig
		}
		if rewrites == nil {
			out.Transforms = append(out.Transforms, Transform{Type: t.Type})
			continue
		}
		for _, w := range rewrites.Rewrites {
			out.Transforms = append(out.Transforms, Transform{Type: t.Type, Regex: w.Regex, Replace: w.Replace})
		}
	}
	return out
}

// conditionFrom takes the values from wherever they are: the API has old and new places for them, and fills both.
func conditionFrom(c records.Condition) Condition {
	out := Condition{Field: c.Field, Values: c.Values, Regex: c.RegexValues}
	for _, v := range []*records.Values{c.HostHeaderConfig, c.PathPatternConfig, c.HttpHeaderConfig,
		c.HttpRequestMethodConfig, c.SourceIpConfig} {
		if v == nil {
			continue
		}
		if len(v.Values) > 0 {
			out.Values = v.Values
		}
		if len(v.RegexValues) > 0 {
			out.Regex = v.RegexValues
		}
		if v.HttpHeaderName != "" {
			out.Header = v.HttpHeaderName
		}
	}
	if c.QueryStringConfig != nil {
		for _, p := range c.QueryStringConfig.Values {
			out.Query = append(out.Query, Pair{p.Key, p.Value})
		}
	}
	if len(out.Values)+len(out.Regex)+len(out.Query) == 0 {
		out.Unknown = "the condition on " + c.Field + " has no values that are understood"
	}
	return out
}

func actions(list []records.Action, groups map[string]*TargetGroup) []Action {
	var out []Action
	for _, a := range list {
		out = append(out, actionFrom(a, groups))
	}
	return out
}

func actionFrom(a records.Action, groups map[string]*TargetGroup) Action {
	out := Action{Type: a.Type, Order: a.Order}
	weighted := func(arn string, weight int) {
		_, _, _, resource := arnParts(arn)
		w := Weighted{Group: groups[arn], Name: nameIn(resource), Weight: weight}
		out.Groups = append(out.Groups, w)
	}
	switch {
	case a.ForwardConfig != nil && len(a.ForwardConfig.TargetGroups) > 0:
		if s := a.ForwardConfig.TargetGroupStickinessConfig; s != nil && s.Enabled {
			out.Sticky = true
			if s.DurationSeconds > 0 {
				const name = "DurationSeconds of TargetGroupStickinessConfig"
				out.Keeps = hop.Written(name, time.Duration(s.DurationSeconds)*time.Second, hop.Pos{})
			}
		}
		for _, g := range a.ForwardConfig.TargetGroups {
			weight := 1
			if g.Weight != nil {
				weight = *g.Weight
			}
			weighted(g.TargetGroupArn, weight)
		}
	case a.TargetGroupArn != "":
		weighted(a.TargetGroupArn, 1)
	}
	if r := a.RedirectConfig; r != nil {
		status, _ := strconv.Atoi(strings.TrimPrefix(r.StatusCode, "HTTP_"))
		out.Redirect = Redirect{
			Status:   status,
			Protocol: r.Protocol,
			Host:     r.Host,
			Port:     r.Port,
			Path:     r.Path,
			Query:    r.Query,
		}
	}
	if f := a.FixedResponseConfig; f != nil {
		out.Status, _ = strconv.Atoi(f.StatusCode)
	}
	for _, auth := range []*records.Auth{a.AuthenticateOidcConfig, a.AuthenticateCognitoConfig} {
		if auth != nil {
			out.OnUnauthenticated = auth.OnUnauthenticatedRequest
		}
	}
	return out
}
