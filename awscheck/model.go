// Package awscheck is what AWS load balancers do to a WebSocket: an Application, Network or Classic Load Balancer as
// plain values, and Serve, which answers a handshake as it would. Defaults live here once, for live accounts,
// Terraform, CloudFormation and Kubernetes. Package live reads an account into the records that a Snapshot is made
// of; this package opens no connection.
//
// Facts and their sources: the pages of AWS named at each of them, read in November 2026.
package awscheck

import (
	"fmt"
	"slices"
	"time"

	"github.com/wslint/wslint/hop"
)

// Kind is the type of a load balancer, as the API calls it. Unknown kinds are kept as they are.
type Kind string

// The kinds that can be predicted.
const (
	Application Kind = "application"
	Network     Kind = "network"
	Gateway     Kind = "gateway" // carries packets for inspection; no client connects to it
	Classic     Kind = "classic" // the API's version 1, which has no name for it
)

// short is the kind as paths in .wslint.yaml name it: alb/prod-web.
func (k Kind) short() string {
	switch k {
	case Application:
		return "alb"
	case Network:
		return "nlb"
	case Gateway:
		return "gwlb"
	case Classic:
		return "clb"
	}
	return string(k)
}

// A LoadBalancer is one load balancer. Of a live one every Pos is an ARN without a line; the ARN of a Classic ELB,
// which the API does not use, is the one that IAM has for it.
type LoadBalancer struct {
	Kind            Kind
	Name            string
	Label           string // what the file that describes it calls it, for reports: "aws_lb.web"; "" of a live one
	DNSName         string
	Account, Region string // "" when they are not known
	Tags            map[string]string
	Pos             hop.Pos

	Idle         hop.Setting[time.Duration] // of an ALB or Classic ELB
	PreserveHost hop.Setting[bool]          // ALB: leave the Host header alone
	// ALB: remove headers whose name has other characters than letters, digits and hyphens
	DropInvalid hop.Setting[bool]
	Desync      hop.Setting[string]        // ALB: monitor, defensive or strictest
	Forwarded   hop.Setting[string]        // ALB: X-Forwarded-For: append, preserve or remove
	WAF         hop.Setting[bool]          // a web ACL looks at handshakes; unknown when that was not read
	Drain       hop.Setting[time.Duration] // Classic: connection draining, 0 when it is off; without a Name where none is
	Instances   int                        // Classic: how many are registered

	Listeners []Listener
	// ListenersUnknown says why there may be listeners beyond those in Listeners; "" when all are there.
	ListenersUnknown string

	misfits     []hop.Misfit
	ineffective []hop.Ineffective
	misread     []string // why attributes that were read are not known
	lacking     bool     // something of it was to be read and was not
}

// FailsUnseen reports whether handshakes that the load balancer spoils look to everybody as if it had passed them on:
// the HTTP listeners of a Classic ELB drop Upgrade, and the application gets a plain request.
func (lb *LoadBalancer) FailsUnseen() bool { return lb.Kind == Classic }

// Alike reports whether the handshakes of all browsers fare alike: no rule asks for a header, in which they differ.
func (lb *LoadBalancer) Alike() bool {
	return !slices.ContainsFunc(lb.Listeners, func(l Listener) bool {
		return slices.ContainsFunc(l.Rules, func(r Rule) bool {
			return slices.ContainsFunc(r.Conditions, func(c Condition) bool {
				return !slices.Contains([]string{"path-pattern", "host-header", "source-ip", "query-string"}, c.Field)
			})
		})
	})
}

// title names a load balancer for reports.
func (lb *LoadBalancer) title() string {
	if lb.Label != "" {
		return lb.Label
	}
	s := lb.Kind.short() + "/" + lb.Name
	switch {
	case lb.Account != "" && lb.Region != "":
		return fmt.Sprintf("%s (%s, account %s)", s, lb.Region, lb.Account)
	case lb.Region != "":
		return fmt.Sprintf("%s (%s)", s, lb.Region)
	}
	return s
}

// A Listener is a port of a load balancer.
type Listener struct {
	Pos hop.Pos
	// HTTP, HTTPS, TCP, TLS, UDP, TCP_UDP, QUIC; of a Classic ELB HTTP, HTTPS, TCP, SSL; others are unknown
	Protocol     string
	Port         int
	ALPN         string                     // NLB, TLS: HTTP1Only, HTTP2Only, HTTP2Optional, HTTP2Preferred, None
	ClientCerts  string                     // of TLS: "verify" asks clients for a certificate and checks it; "" is off
	Idle         hop.Setting[time.Duration] // NLB
	Default      []Action                   // ALB and NLB: when no rule matches
	Rules        []Rule                     // ALB: by priority, the first one first; without the default
	RulesUnknown string                     // why there may be rules beyond those in Rules; "" when all are there

	InstanceProtocol string // Classic: how it speaks to its instances
	InstancePort     int    // Classic
	Behind           string // Classic: what connections go on to, "host:port", where it is no instance; "" for these
	Certificate      string // Classic: of HTTPS and SSL listeners

	misread       []string // as of a LoadBalancer
	lacking       bool
	ProxyProtocol hop.Setting[bool] // Classic: it sends PROXY protocol version 1 to that port
	misfits       []hop.Misfit
}

// A Rule of a listener applies when all its conditions do.
type Rule struct {
	Pos        hop.Pos
	Priority   string
	Conditions []Condition
	Actions    []Action
	Transforms []Transform
	// Named says that a path of its conditions is called like those of WebSockets.
	Named bool
}

// A Condition applies when one of its values does.
type Condition struct {
	// host-header, path-pattern, http-header, http-request-method, query-string, source-ip; others are unknown
	Field   string
	Header  string // the name of the header, with http-header
	Values  []string
	Regex   []string // with host-header, path-pattern and http-header, instead of Values
	Query   []Pair   // with query-string
	Unknown string   // why the values cannot be known; "" when they are
}

// A Pair is a parameter of a query string; Key is "" for any.
type Pair struct{ Key, Value string }

// An Action is one step of what a rule does.
type Action struct {
	// forward, redirect, fixed-response, authenticate-oidc, authenticate-cognito, jwt-validation; others are unknown
	Type string
	// Order is the step's place: the last one answers.
	Order  int
	Groups []Weighted // forward
	Sticky bool       // forward: a client stays with its group
	// Keeps is for how long it does; its Name is "" where that is not known.
	Keeps             hop.Setting[time.Duration]
	Redirect          Redirect // redirect
	Status            int      // fixed-response; 0 when it is not known
	OnUnauthenticated string   // authenticate-*: authenticate, allow or deny; "" is authenticate
	Unknown           string   // why it is not known what the action does; "" when it is
}

// A Redirect is where a redirect leads; an empty part stays what it was. #{host} and the like stand for the request's
// own.
type Redirect struct {
	Status                            int
	Protocol, Host, Port, Path, Query string
	Unknown                           string // why a part is not known; "" when all are
}

// Weighted is a target group and its share of the requests.
type Weighted struct {
	Group  *TargetGroup // nil when nothing is known of it
	Name   string       // of the group, for messages
	Why    string       // why nothing is known of it; "" when it was not read
	Weight int
}

// A Transform rewrites the request before it is passed on.
type Transform struct {
	Type    string // host-header-rewrite or url-rewrite; others are unknown
	Regex   string
	Replace string
}

// A TargetGroup is where a load balancer passes requests and connections on to.
type TargetGroup struct {
	Pos         hop.Pos
	Name        string
	Protocol    string // HTTP, HTTPS, TCP, TLS, …
	Version     string // ALB: HTTP1, HTTP2, GRPC; "" is HTTP1
	Type        string // instance, ip, lambda, alb
	Port        int    // of the targets, unless one is registered with another; 0 when there is none
	ControlPort int    // of the target optimizer; 0 when it is off
	Unknown     string // why it is not known what kind of group it is; "" when it is

	ProxyProtocol  hop.Setting[bool]          // NLB: it sends PROXY protocol version 2
	PreserveClient hop.Setting[bool]          // NLB: targets see the client's address
	Drain          hop.Setting[time.Duration] // deregistration_delay.timeout_seconds
	DrainCuts      hop.Setting[bool]          // NLB: connections end with the delay
	Sticky         hop.Setting[bool]          // a client stays with its target
	Keeps          hop.Setting[time.Duration] // for as long as the cookie lives; its Name is "" without one

	HealthPath    string // what HTTP health checks ask for; "" for others
	Matcher       string // the statuses that they take for health: "200-299"
	Health        []Health
	HealthUnknown string // why the targets' health is not known; "" when it is

	misfits []hop.Misfit
	misread []string // as of a LoadBalancer
	lacking bool
}

// Health is what the health checks say of one target.
type Health struct {
	State       string // healthy, unhealthy, initial, draining, unused, …
	Reason      string // "Target.ResponseCodeMismatch"
	Description string // "Health checks failed with these codes: [426]"
}
