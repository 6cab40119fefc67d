package awstest

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// What a new load balancer, listener or target group has, as AWS documents it and as real answers show it.
var (
	newALB = map[string]string{
		"access_logs.s3.enabled": "false", "access_logs.s3.bucket": "", "access_logs.s3.prefix": "",
		"connection_logs.s3.enabled": "false", "connection_logs.s3.bucket": "",
		"connection_logs.s3.prefix": "", "health_check_logs.s3.enabled": "false", "health_check_logs.s3.bucket": "",
		"health_check_logs.s3.prefix":  "",
		"idle_timeout.timeout_seconds": "60", "client_keep_alive.seconds": "3600", "deletion_protection.enabled": "false",
		"load_balancing.cross_zone.enabled": "true",
		"routing.http2.enabled":             "true", "routing.http.drop_invalid_header_fields.enabled": "false",
		"routing.http.xff_client_port.enabled":      "false",
		"routing.http.preserve_host_header.enabled": "false", "routing.http.xff_header_processing.mode": "append",
		"routing.http.desync_mitigation_mode": "defensive",
		"waf.fail_open.enabled":               "false", "routing.http.x_amzn_tls_version_and_cipher_suite.enabled": "false",
		"zonal_shift.config.enabled": "false",
	}
	newNLB = map[string]string{
		"access_logs.s3.enabled": "false", "access_logs.s3.bucket": "", "access_logs.s3.prefix": "",
		"deletion_protection.enabled": "false", "load_balancing.cross_zone.enabled": "false",
		"dns_record.client_routing_policy": "any_availability_zone", "zonal_shift.config.enabled": "false",
		"secondary_ips.auto_assigned.per_subnet": "0",
	}
	newGroup = map[string]string{
		"deregistration_delay.timeout_seconds": "300",
		"stickiness.enabled":                   "false",
		"proxy_protocol_v2.enabled":            "false",
	}
)

// tree turns the parameters of a call into what they stand for: "Actions.member.1.Type" is the Type of the first of
// the Actions.
func tree(params url.Values) Any {
	root := Any{}
	for _, name := range sorted(params) {
		at := root
		part := strings.Split(name, ".")
		for _, p := range part[:len(part)-1] {
			if _, ok := at[p].(Any); !ok {
				at[p] = Any{}
			}
			at = at[p].(Any)
		}
		at[part[len(part)-1]] = params.Get(name)
	}
	return members(root).(Any)
}

// members makes lists of what has members.
func members(v any) any {
	m, ok := v.(Any)
	if !ok {
		return v
	}
	if numbered, ok := m["member"].(Any); ok {
		list := []any{}
		for i := 1; numbered[strconv.Itoa(i)] != nil; i++ {
			list = append(list, members(numbered[strconv.Itoa(i)]))
		}
		return list
	}
	for k := range m {
		m[k] = members(m[k])
	}
	return m
}

// values are the Keys and Values of a list.
func values(list any) map[string]string {
	out := map[string]string{}
	l, _ := list.([]any)
	for _, e := range l {
		pair, _ := e.(Any)
		k, _ := pair["Key"].(string)
		out[k], _ = pair["Value"].(string)
	}
	return out
}

// create answers the calls of version 2 that change something, as far as tests need them; nil is for all others.
// Nothing else may be asked meanwhile.
func (w *World) create(r *Request, region *Region) Any {
	in := tree(r.Params)
	text := func(key string) string { s, _ := in[key].(string); return s }
	switch r.Action {
	case "CreateLoadBalancer":
		b := &Balancer{Name: text("Name"), Type: "application", Attributes: maps.Clone(newALB), Tags: values(in["Tags"])}
		short := "app"
		if text("Type") == "network" {
			b.Type, short, b.Attributes = "network", "net", maps.Clone(newNLB)
		}
		b.ARN = w.arn(r.Account, r.Region, fmt.Sprintf("loadbalancer/%s/%s/%016x", short, b.Name, len(region.Balancers)+1))
		region.Balancers = append(region.Balancers, b)
		return Any{"LoadBalancers": []any{b.fields(r.Region)}}
	case "CreateTargetGroup":
		g := &Group{
			ARN:        w.arn(r.Account, r.Region, fmt.Sprintf("targetgroup/%s/%016x", text("Name"), len(region.Groups)+1)),
			Attributes: maps.Clone(newGroup),
			Fields:     Any{"TargetGroupName": text("Name"), "TargetType": text("TargetType")},
		}
		for _, key := range []string{"Protocol", "Port", "VpcId", "ProtocolVersion", "HealthCheckPath"} {
			if text(key) != "" {
				g.Fields[key] = text(key)
			}
		}
		if protocol := text("Protocol"); strings.HasPrefix(protocol, "HTTP") && text("ProtocolVersion") == "" {
			g.Fields["ProtocolVersion"] = "HTTP1"
		}
		region.Groups = append(region.Groups, g)
		return Any{"TargetGroups": []any{with(g.Fields, "TargetGroupArn", g.ARN)}}
	case "ModifyLoadBalancerAttributes":
		for _, b := range region.Balancers {
			if b.ARN == text("LoadBalancerArn") {
				maps.Copy(b.Attributes, values(in["Attributes"]))
				return Any{"Attributes": pairs(b.Attributes)}
			}
		}
	case "CreateListener":
		for _, b := range region.Balancers {
			if b.ARN == text("LoadBalancerArn") {
				return Any{"Listeners": []any{b.listen(in, region).fields(b)}}
			}
		}
	}
	return createUnder(r, region, in)
}

// createUnder is create for what hangs on a target group or a listener.
func createUnder(r *Request, region *Region, in Any) Any {
	for _, g := range region.Groups {
		switch {
		case g.ARN != in["TargetGroupArn"]:
		case r.Action == "ModifyTargetGroupAttributes":
			maps.Copy(g.Attributes, values(in["Attributes"]))
			return Any{"Attributes": pairs(g.Attributes)}
		case r.Action == "RegisterTargets":
			targets, _ := in["Targets"].([]any)
			for range targets {
				g.Targets = append(g.Targets, "healthy")
			}
			return Any{}
		}
	}
	for _, b := range region.Balancers {
		for _, l := range b.Listeners {
			switch {
			case l.ARN != in["ListenerArn"]:
			case r.Action == "ModifyListenerAttributes":
				maps.Copy(l.Attributes, values(in["Attributes"]))
				return Any{"Attributes": pairs(l.Attributes)}
			case r.Action == "CreateRule":
				b.link(in["Actions"], region)
				l.Rules = append(
					l.Rules,
					Any{"Priority": in["Priority"], "Conditions": in["Conditions"], "Actions": in["Actions"]},
				)
				return Any{"Rules": l.rules()}
			}
		}
	}
	return nil
}

// listen adds a listener.
func (b *Balancer) listen(in Any, region *Region) *Listener {
	l := &Listener{
		ARN:        strings.Replace(b.ARN, ":loadbalancer/", ":listener/", 1) + fmt.Sprintf("/%016x", len(b.Listeners)+1),
		Attributes: map[string]string{},
		Fields:     Any{"Port": in["Port"], "Protocol": in["Protocol"], "DefaultActions": in["DefaultActions"]},
	}
	if in["Protocol"] == "TCP" {
		l.Attributes["tcp.idle_timeout.seconds"] = "350"
	}
	b.Listeners = append(b.Listeners, l)
	b.link(in["DefaultActions"], region)
	return l
}

// link notes on target groups who forwards to them. AWS allows no second load balancer.
func (b *Balancer) link(actions any, region *Region) {
	list, _ := actions.([]any)
	for _, a := range list {
		arns := []any{a.(Any)["TargetGroupArn"]}
		if forward, ok := a.(Any)["ForwardConfig"].(Any); ok {
			weighted, _ := forward["TargetGroups"].([]any)
			for _, w := range weighted {
				arns = append(arns, w.(Any)["TargetGroupArn"])
			}
		}
		for _, g := range region.Groups {
			if slices.Contains(arns, any(g.ARN)) {
				g.Fields["LoadBalancerArns"] = []any{b.ARN}
			}
		}
	}
}

// createClassic is create for version 1.
func createClassic(r *Request, region *Region, action string) Any {
	in := tree(r.Params)
	name, _ := in["LoadBalancerName"].(string)
	switch action {
	case "CreateLoadBalancer":
		c := &Classic{
			Name:   name,
			Tags:   values(in["Tags"]),
			Fields: Any{"DNSName": name + "." + r.Region + ".elb.amazonaws.com"},
			Attributes: Any{
				"ConnectionSettings": Any{"IdleTimeout": "60"},
				"ConnectionDraining": Any{"Enabled": "false", "Timeout": "300"},
			},
		}
		descriptions := []any{}
		listeners, _ := in["Listeners"].([]any)
		for _, l := range listeners {
			descriptions = append(descriptions, Any{"Listener": l})
		}
		c.Fields["ListenerDescriptions"] = descriptions
		region.Classic = append(region.Classic, c)
		return Any{"DNSName": c.Fields["DNSName"]}
	case "ModifyLoadBalancerAttributes":
		for _, c := range region.Classic {
			if c.Name == name {
				changed, _ := in["LoadBalancerAttributes"].(Any)
				maps.Copy(c.Attributes, changed)
				return Any{"LoadBalancerName": name, "LoadBalancerAttributes": c.Attributes}
			}
		}
	}
	return nil
}

// subnets is the default network of every account and region.
func subnets(rw http.ResponseWriter, r *Request) {
	fmt.Fprintf(
		rw,
		"<DescribeSubnetsResponse><subnetSet><item><subnetId>subnet-1</subnetId><vpcId>vpc-1</"+
			"vpcId><availabilityZone>%sa</availabilityZone></item>"+
			"<item><subnetId>subnet-2</subnetId><vpcId>vpc-1</vpcId><availabilityZone>%[1]sb</availabilityZone></item></"+
			"subnetSet></DescribeSubnetsResponse>",
		r.Region,
	)
}
