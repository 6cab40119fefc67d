package awstest

import (
	"net/http"
	"strconv"
	"strings"
)

// balancing answers both versions of the load balancers' API.
func (w *World) balancing(rw http.ResponseWriter, r *Request, region *Region) {
	name := strings.TrimSuffix(r.Action, " (classic)")
	var result Any
	var missing string
	switch {
	case strings.HasPrefix(name, "Describe") && name != r.Action:
		result, missing = w.classic(r, region, name)
	case strings.HasPrefix(name, "Describe"):
		result, missing = w.v2(r, region)
	case name != r.Action:
		result = createClassic(r, region, name)
	default:
		result = w.create(r, region)
	}
	switch {
	case missing != "":
		Fail(rw, r, http.StatusBadRequest, missing, "it does not exist")
	case result == nil:
		Fail(rw, r, http.StatusBadRequest, "InvalidAction", "the double does not know "+r.Action)
	default:
		answerXML(rw, name, result)
	}
}

// page cuts a list as the API does: at PageSize, which is 400 at most, with the place to go on as the marker.
func (w *World) page(r *Request, key string, all []any) Any {
	size, _ := strconv.Atoi(r.Params.Get("PageSize"))
	most := w.PageSize
	if most == 0 {
		most = 400
	}
	if size == 0 || size > most {
		size = most
	}
	at, _ := strconv.Atoi(r.Params.Get("Marker"))
	at = min(at, len(all))
	end := min(at+size, len(all))
	out := Any{key: all[at:end]}
	if end < len(all) {
		out["NextMarker"] = strconv.Itoa(end)
	}
	return out
}

func pairs(m map[string]string) []any {
	list := []any{}
	for _, k := range sorted(m) {
		list = append(list, Any{"Key": k, "Value": m[k]})
	}
	return list
}

// with is a copy of fields and more.
func with(fields Any, more ...any) Any {
	out := Any{}
	for k, v := range fields {
		out[k] = v
	}
	for i := 0; i < len(more); i += 2 {
		out[more[i].(string)] = more[i+1]
	}
	return out
}

// fields are what the list of load balancers says of one.
func (b *Balancer) fields(region string) Any {
	return Any{"LoadBalancerArn": b.ARN, "LoadBalancerName": b.Name, "Type": b.Type, "Scheme": "internet-facing",
		"DNSName": b.Name + "-1." + region + ".elb.amazonaws.com", "CreatedTime": "2024-05-06T07:08:09.000Z",
		"State": Any{"Code": "active"}}
}

func (l *Listener) fields(b *Balancer) Any {
	return with(l.Fields, "ListenerArn", l.ARN, "LoadBalancerArn", b.ARN)
}

// rules are those of a listener; the default one is the last.
func (l *Listener) rules() []any {
	list := []any{}
	of := strings.Replace(l.ARN, ":listener/", ":listener-rule/", 1)
	for i, rule := range l.Rules {
		list = append(list, with(rule, "RuleArn", of+"/"+strconv.Itoa(i+1)))
	}
	return append(
		list,
		Any{"RuleArn": of + "/default", "Priority": "default", "IsDefault": true, "Actions": l.Fields["DefaultActions"]},
	)
}

func (w *World) v2(r *Request, region *Region) (Any, string) {
	switch r.Action {
	case "DescribeLoadBalancers":
		list := []any{}
		for _, b := range region.Balancers {
			list = append(list, b.fields(r.Region))
		}
		return w.page(r, "LoadBalancers", list), ""
	case "DescribeTargetGroups":
		list := []any{}
		for _, g := range region.Groups {
			list = append(list, with(g.Fields, "TargetGroupArn", g.ARN))
		}
		return w.page(r, "TargetGroups", list), ""
	case "DescribeTargetGroupAttributes":
		for _, g := range region.Groups {
			if g.ARN == r.Params.Get("TargetGroupArn") {
				return Any{"Attributes": pairs(g.Attributes)}, ""
			}
		}
		return nil, "TargetGroupNotFound"
	case "DescribeTargetHealth":
		for _, g := range region.Groups {
			if g.ARN == r.Params.Get("TargetGroupArn") {
				return Any{"TargetHealthDescriptions": g.health()}, ""
			}
		}
		return nil, "TargetGroupNotFound"
	case "DescribeTags":
		return region.tags(r)
	}
	return w.details(r, region)
}

func (g *Group) health() []any {
	list := []any{}
	for i, t := range g.Targets {
		state, status, _ := strings.Cut(t, " ")
		health := Any{"State": state}
		if status != "" {
			health["Reason"], health["Description"] = "Target.ResponseCodeMismatch", "Health checks failed with these codes: ["+
				status+"]"
		}
		list = append(list, Any{"Target": Any{"Id": "10.0.0." + strconv.Itoa(i+1), "Port": 8080}, "TargetHealth": health})
	}
	return list
}

// details answers about one load balancer or one listener.
func (w *World) details(r *Request, region *Region) (Any, string) {
	for _, b := range region.Balancers {
		if b.ARN == r.Params.Get("LoadBalancerArn") {
			switch r.Action {
			case "DescribeLoadBalancerAttributes":
				return Any{"Attributes": pairs(b.Attributes)}, ""
			case "DescribeListeners":
				list := []any{}
				for _, l := range b.Listeners {
					list = append(list, l.fields(b))
				}
				return w.page(r, "Listeners", list), ""
			}
		}
		for _, l := range b.Listeners {
			if l.ARN != r.Params.Get("ListenerArn") {
				continue
			}
			switch r.Action {
			case "DescribeListenerAttributes":
				return Any{"Attributes": pairs(l.Attributes)}, ""
			case "DescribeRules":
				return w.page(r, "Rules", l.rules()), ""
			}
		}
	}
	if strings.Contains(r.Action, "Listener") && r.Params.Get("ListenerArn") != "" || r.Action == "DescribeRules" {
		return nil, "ListenerNotFound"
	}
	return nil, "LoadBalancerNotFound"
}

func (region *Region) tags(r *Request) (Any, string) {
	list := []any{}
	for i := 1; ; i++ {
		arn := r.Params.Get("ResourceArns.member." + strconv.Itoa(i))
		if arn == "" {
			return Any{"TagDescriptions": list}, ""
		}
		found := false
		for _, b := range region.Balancers {
			if b.ARN == arn {
				list, found = append(list, Any{"ResourceArn": arn, "Tags": pairs(b.Tags)}), true
			}
		}
		if !found || i > 20 {
			return nil, "LoadBalancerNotFound"
		}
	}
}

func (w *World) classic(r *Request, region *Region, action string) (Any, string) {
	if action == "DescribeLoadBalancers" {
		list := []any{}
		for _, c := range region.Classic {
			list = append(list, with(c.Fields, "LoadBalancerName", c.Name))
		}
		return w.page(r, "LoadBalancerDescriptions", list), ""
	}
	if action == "DescribeTags" {
		list := []any{}
		for _, c := range region.Classic {
			list = append(list, Any{"LoadBalancerName": c.Name, "Tags": pairs(c.Tags)})
		}
		return Any{"TagDescriptions": list}, ""
	}
	for _, c := range region.Classic {
		if c.Name != r.Params.Get("LoadBalancerName") {
			continue
		}
		switch action {
		case "DescribeLoadBalancerAttributes":
			return Any{"LoadBalancerAttributes": c.Attributes}, ""
		case "DescribeLoadBalancerPolicies":
			list := []any{}
			for _, p := range c.Policies {
				list = append(list, p)
			}
			return Any{"PolicyDescriptions": list}, ""
		}
	}
	return nil, "LoadBalancerNotFound"
}
