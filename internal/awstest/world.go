// Package awstest stands in for AWS in tests: a double that speaks the protocols of the load balancers' API, STS,
// Organizations, Account and Config over real HTTP connections, and a transport whose every dial ends at the double,
// so that the real SDK runs with its real endpoints, partitions and role chains, and no packet can leave. It takes
// and gives plain values in the API's own names.
package awstest

import (
	"cmp"
	"fmt"
	"sync"
)

// Any is a structure in the names of the API.
type Any = map[string]any

// A World is all that the double knows.
type World struct {
	Accounts map[string]*Account
	Caller   string // the account of the credentials that Config gives
	// PageSize is the largest page, whatever is asked for; 0 for 400.
	PageSize int
	// Partition is "aws" when it is "".
	Partition string
	// Answers replace what the double would say to an action: "DescribeLoadBalancers", "DescribeLoadBalancers (classic)".
	Answers map[string]Any
	// Aggregators of AWS Config: name to the items they hold, as Config delivers them.
	Aggregators map[string][]string
	// Withheld says that queries bring no supplementaryConfiguration, which only BatchGetAggregateResourceConfig then
	// has.
	Withheld bool
	// ConfigPage is how many results a query gives at once; 0 for 2.
	ConfigPage int

	mu    sync.Mutex
	calls map[string]int
	items map[string][]Any // of Aggregators, decoded
}

// An Account is one account with its regions.
type Account struct {
	Regions map[string]*Region
	State   string // of the organisation; "" is ACTIVE
}

// A Region is what one account has in one region.
type Region struct {
	Disabled  bool
	Balancers []*Balancer
	Classic   []*Classic
	Groups    []*Group
}

// A Balancer is an ALB, NLB or GWLB.
type Balancer struct {
	ARN, Name, Type string
	Attributes      map[string]string
	Listeners       []*Listener
	Tags            map[string]string
}

// A Listener of a Balancer; Rules have no default one.
type Listener struct {
	ARN        string
	Fields     Any
	Attributes map[string]string
	Rules      []Any
}

// A Group is a target group. Targets are the states of its targets: "healthy", "draining"; behind a blank the status
// that an unhealthy one gives, "unhealthy 426".
type Group struct {
	ARN        string
	Fields     Any
	Attributes map[string]string
	Targets    []string
}

// A Classic is a Classic ELB.
type Classic struct {
	Name       string
	Fields     Any
	Attributes Any
	Policies   []Any
	Tags       map[string]string
}

// New is a world with one account, which is the caller's.
func New(account string) *World {
	return &World{Accounts: map[string]*Account{account: {Regions: map[string]*Region{}}}, Caller: account}
}

// Region returns a region of an account and makes both if need be.
func (w *World) Region(account, region string) *Region {
	a := w.Accounts[account]
	if a == nil {
		a = &Account{Regions: map[string]*Region{}}
		w.Accounts[account] = a
	}
	if a.Regions[region] == nil {
		a.Regions[region] = &Region{}
	}
	return a.Regions[region]
}

func (w *World) arn(account, region, resource string) string {
	return "arn:" + cmp.Or(w.Partition, "aws") + ":elasticloadbalancing:" + region + ":" + account + ":" + resource
}

// ALB adds an ALB with the given idle timeout ("" for an answer without it), a redirect on port 80 and a listener on
// 443 that forwards to a target group of its own.
func (w *World) ALB(account, region, name, idle string) *Balancer {
	r := w.Region(account, region)
	id := fmt.Sprintf("%016x", len(r.Balancers)+1)
	g := &Group{
		ARN: w.arn(account, region, "targetgroup/"+name+"/"+id),
		Fields: Any{
			"TargetGroupName": name,
			"Protocol":        "HTTP",
			"ProtocolVersion": "HTTP1",
			"TargetType":      "instance",
			"Port":            8080,
		},
		Attributes: map[string]string{"deregistration_delay.timeout_seconds": "300"},
	}
	b := &Balancer{
		ARN:  w.arn(account, region, "loadbalancer/app/"+name+"/"+id),
		Name: name,
		Type: "application",
		Attributes: map[string]string{
			"routing.http2.enabled": "true", "client_keep_alive.seconds": "3600",
			"routing.http.desync_mitigation_mode":             "defensive",
			"routing.http.drop_invalid_header_fields.enabled": "false", "routing.http.preserve_host_header.enabled": "false",
			"routing.http.xff_header_processing.mode": "append",
		},
	}
	if idle != "" {
		b.Attributes["idle_timeout.timeout_seconds"] = idle
	}
	g.Fields["LoadBalancerArns"] = []any{b.ARN}
	listener := func(port int, protocol string, action Any) *Listener {
		return &Listener{
			ARN:    w.arn(account, region, fmt.Sprintf("listener/app/%s/%s/%016x", name, id, port)),
			Fields: Any{"Port": port, "Protocol": protocol, "DefaultActions": []any{action}},
		}
	}
	b.Listeners = []*Listener{
		listener(
			80,
			"HTTP",
			Any{"Type": "redirect", "RedirectConfig": Any{"Protocol": "HTTPS", "Port": "443", "StatusCode": "HTTP_301"}},
		),
		listener(443, "HTTPS", Any{"Type": "forward", "TargetGroupArn": g.ARN}),
	}
	r.Balancers, r.Groups = append(r.Balancers, b), append(r.Groups, g)
	return b
}

// NLB adds an NLB with one listener; idle is its attribute, "" for none.
func (w *World) NLB(account, region, name, protocol, idle string) *Balancer {
	r := w.Region(account, region)
	id := fmt.Sprintf("%016x", len(r.Balancers)+1)
	g := &Group{
		ARN:        w.arn(account, region, "targetgroup/"+name+"/"+id),
		Fields:     Any{"TargetGroupName": name, "Protocol": "TCP", "TargetType": "instance", "Port": 8080},
		Attributes: map[string]string{"proxy_protocol_v2.enabled": "false", "deregistration_delay.timeout_seconds": "300"},
	}
	b := &Balancer{
		ARN:        w.arn(account, region, "loadbalancer/net/"+name+"/"+id),
		Name:       name,
		Type:       "network",
		Attributes: map[string]string{"deletion_protection.enabled": "false"},
	}
	g.Fields["LoadBalancerArns"] = []any{b.ARN}
	l := &Listener{ARN: w.arn(account, region, "listener/net/"+name+"/"+id+"/1"), Attributes: map[string]string{},
		Fields: Any{
			"Port":           443,
			"Protocol":       protocol,
			"DefaultActions": []any{Any{"Type": "forward", "TargetGroupArn": g.ARN}},
		}}
	if idle != "" {
		l.Attributes["tcp.idle_timeout.seconds"] = idle
	}
	b.Listeners = []*Listener{l}
	r.Balancers, r.Groups = append(r.Balancers, b), append(r.Groups, g)
	return b
}

// CLB adds a Classic ELB with one TCP listener.
func (w *World) CLB(account, region, name string, idle int) *Classic {
	r := w.Region(account, region)
	c := &Classic{Name: name, Fields: Any{
		"DNSName": name + "." + region + ".elb.amazonaws.com",
		"ListenerDescriptions": []any{
			Any{"Listener": Any{"Protocol": "TCP", "LoadBalancerPort": 443, "InstanceProtocol": "TCP", "InstancePort": 8080}},
		},
	}, Attributes: Any{"ConnectionSettings": Any{"IdleTimeout": idle}, "ConnectionDraining": Any{"Enabled": true,
		"Timeout": 300}}}
	r.Classic = append(r.Classic, c)
	return c
}

// Fleet is a world of 3,000 load balancers in one account: 450 ALBs, 120 NLBs and 30 Classic ELBs in each of 5
// regions.
func Fleet(account string) *World {
	w := New(account)
	for _, region := range []string{"eu-central-1", "eu-west-1", "ap-south-1", "us-east-1", "us-west-2"} {
		for i := range 450 {
			w.ALB(account, region, fmt.Sprint("alb", i), "60")
		}
		for i := range 120 {
			w.NLB(account, region, fmt.Sprint("nlb", i), "TCP", "350")
		}
		for i := range 30 {
			w.CLB(account, region, fmt.Sprint("clb", i), 60)
		}
	}
	return w
}

// Calls is how often each action was called.
func (w *World) Calls() map[string]int {
	w.mu.Lock()
	defer w.mu.Unlock()
	out := map[string]int{}
	for k, v := range w.calls {
		out[k] = v
	}
	return out
}
