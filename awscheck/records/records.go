// Package records is what was read of AWS accounts, as it was read: resources in the names that the load balancers'
// API has for them, how much of each account was read and what was not. It is what a snapshot file holds; package
// awscheck makes its model of it.
package records

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// A Document is what a snapshot holds. Its names are those that the API and `aws elbv2 describe-…` have, so that one
// reader understands both, and AWS Config, which has the same names in other cases.
type Document struct {
	// version of the format; 0 when another program wrote it
	Wslint                   int        `json:",omitzero"`
	Taken                    time.Time  `json:",omitzero"`
	Scope                    Scope      `json:",omitzero"`
	Coverage                 []Coverage `json:",omitzero"`
	LoadBalancers            []Balancer `json:",omitzero"`
	LoadBalancerDescriptions []Classic  `json:",omitzero"`
	Listeners                []Listener `json:",omitzero"`
	Rules                    []Rule     `json:",omitzero"`
	TargetGroups             []Group    `json:",omitzero"`
	// of an answer that holds nothing else; see LoadBalancerArn and the like
	Attributes               []Attribute        `json:",omitzero"`
	LoadBalancerArn          string             `json:",omitzero"` // whose attributes they are
	ListenerArn              string             `json:",omitzero"`
	TargetGroupArn           string             `json:",omitzero"`
	LoadBalancerName         string             `json:",omitzero"`
	TargetHealthDescriptions []Health           `json:",omitzero"` // of the target group TargetGroupArn
	LoadBalancerAttributes   *ClassicAttributes `json:",omitzero"` // of the Classic ELB named LoadBalancerName
}

// A Scope is what was asked for, where that was not everything.
type Scope struct {
	Regions    []string `json:",omitzero"` // nil for all that are enabled
	Filters    []string `json:",omitzero"` // what load balancers were picked by; nil for all
	Aggregator string   `json:",omitzero"` // of AWS Config; "" when the load balancers' own API was asked
}

// Version counts the incompatible changes of the snapshot format.
const Version = 1

// An Attribute is one of a resource's attributes.
type Attribute struct {
	Key   string
	Value Scalar
}

// Missing says why parts of a resource were not read: "attributes", "listeners", "rules", "policies", "health".
type Missing map[string]string

// A Balancer is an ALB, NLB or GWLB.
type Balancer struct {
	LoadBalancerArn  string
	LoadBalancerName string            `json:",omitzero"`
	DNSName          string            `json:",omitzero"`
	Type             string            `json:",omitzero"`
	Attributes       []Attribute       `json:",omitzero"` // nil when they were not read
	Tags             map[string]string `json:",omitzero"`
	Captured         string            `json:",omitzero"` // when AWS Config saw it
	Unread           Missing           `json:",omitzero"`
}

func (b Balancer) ID() string { return b.LoadBalancerArn }

// A Listener is a port of a Balancer.
type Listener struct {
	ListenerArn     string
	LoadBalancerArn string      `json:",omitzero"`
	Protocol        string      `json:",omitzero"`
	Port            Int         `json:",omitzero"`
	AlpnPolicy      []string    `json:",omitzero"`
	DefaultActions  []Action    `json:",omitzero"`
	Attributes      []Attribute `json:",omitzero"`
	Unread          Missing     `json:",omitzero"`

	MutualAuthentication *Mutual `json:",omitzero"`
}

func (l Listener) ID() string { return l.ListenerArn }

// Mutual is the mutual TLS of a listener.
type Mutual struct{ Mode string }

// A Rule is one of a listener.
type Rule struct {
	RuleArn    string
	Priority   string      `json:",omitzero"`
	IsDefault  bool        `json:",omitzero"`
	Conditions []Condition `json:",omitzero"`
	Actions    []Action    `json:",omitzero"`
	Transforms []Transform `json:",omitzero"`
}

func (r Rule) ID() string { return r.RuleArn }

// A Condition of a rule; the API has old and new places for its values.
type Condition struct {
	Field                   string   `json:",omitzero"`
	Values                  []string `json:",omitzero"`
	RegexValues             []string `json:",omitzero"`
	HostHeaderConfig        *Values  `json:",omitzero"`
	PathPatternConfig       *Values  `json:",omitzero"`
	HttpHeaderConfig        *Values  `json:",omitzero"`
	HttpRequestMethodConfig *Values  `json:",omitzero"`
	SourceIpConfig          *Values  `json:",omitzero"`
	QueryStringConfig       *Query   `json:",omitzero"`
}

// Values of a condition.
type Values struct {
	HttpHeaderName string   `json:",omitzero"`
	Values         []string `json:",omitzero"`
	RegexValues    []string `json:",omitzero"`
}

// Query are the parameters that a condition asks for.
type Query struct {
	Values []struct {
		Key   string `json:",omitzero"`
		Value string `json:",omitzero"`
	}
}

// An Action of a listener or rule.
type Action struct {
	Type                      string         `json:",omitzero"`
	Order                     int            `json:",omitzero"`
	TargetGroupArn            string         `json:",omitzero"`
	ForwardConfig             *Forward       `json:",omitzero"`
	RedirectConfig            *Redirect      `json:",omitzero"`
	FixedResponseConfig       *FixedResponse `json:",omitzero"`
	AuthenticateOidcConfig    *Auth          `json:",omitzero"`
	AuthenticateCognitoConfig *Auth          `json:",omitzero"`
}

// Auth is all that is kept of the configurations of log-ins: the rest names clients and endpoints that no report
// needs.
type Auth struct {
	OnUnauthenticatedRequest string `json:",omitzero"`
}

// A Forward names target groups and their weights.
type Forward struct {
	TargetGroups                []Weight
	TargetGroupStickinessConfig *Stickiness `json:",omitzero"`
}

// Stickiness of a Forward keeps a client at one of its groups.
type Stickiness struct {
	Enabled         bool
	DurationSeconds int `json:",omitzero"`
}

// A Weight is a target group and its share; nil is 1.
type Weight struct {
	TargetGroupArn string
	Weight         *int `json:",omitzero"`
}

// A Redirect is where an action sends the client.
type Redirect struct {
	StatusCode string `json:",omitzero"`
	Protocol   string `json:",omitzero"`
	Host       string `json:",omitzero"`
	Port       string `json:",omitzero"`
	Path       string `json:",omitzero"`
	Query      string `json:",omitzero"`
}

// A FixedResponse is what an action answers.
type FixedResponse struct{ StatusCode string }

// A Transform rewrites a request.
type Transform struct {
	Type                    string
	HostHeaderRewriteConfig *Rewrites `json:",omitzero"`
	UrlRewriteConfig        *Rewrites `json:",omitzero"`
}

// Rewrites of a transform.
type Rewrites struct {
	Rewrites []struct{ Regex, Replace string }
}

// A Group is a target group.
type Group struct {
	TargetGroupArn    string
	TargetGroupName   string      `json:",omitzero"`
	Protocol          string      `json:",omitzero"`
	ProtocolVersion   string      `json:",omitzero"`
	TargetType        string      `json:",omitzero"`
	Port              Int         `json:",omitzero"`
	TargetControlPort Int         `json:",omitzero"`
	LoadBalancerArns  []string    `json:",omitzero"`
	HealthCheckPath   string      `json:",omitzero"`
	Matcher           *Matcher    `json:",omitzero"`
	Attributes        []Attribute `json:",omitzero"` // nil when they were not read
	Health            []Health    `json:",omitzero"` // nil when it was not read
	Unread            Missing     `json:",omitzero"`
}

func (g Group) ID() string { return g.TargetGroupArn }

// A Matcher is what health checks take for health.
type Matcher struct {
	HttpCode string `json:",omitzero"`
}

// Health is that of one target.
type Health struct{ TargetHealth State }

// A State is what health checks say of a target.
type State struct {
	State       string
	Reason      string `json:",omitzero"`
	Description string `json:",omitzero"`
}

// A Classic is a Classic ELB: the API's version 1 has no ARNs, so account and region are kept with it.
type Classic struct {
	LoadBalancerName          string
	DNSName                   string `json:",omitzero"`
	Account                   string `json:",omitzero"`
	Region                    string `json:",omitzero"`
	Partition                 string `json:",omitzero"`
	Captured                  string `json:",omitzero"`
	ListenerDescriptions      []struct{ Listener ClassicListener }
	BackendServerDescriptions []Backend          `json:",omitzero"`
	Instances                 []Instance         `json:",omitzero"`
	SourceSecurityGroup       *Owner             `json:",omitzero"`
	Policies                  []Policy           `json:"ReadPolicies,omitzero"` // nil when they were not read
	LoadBalancerAttributes    *ClassicAttributes `json:",omitzero"`
	Tags                      map[string]string  `json:",omitzero"`
	Unread                    Missing            `json:",omitzero"`
}

// ID is its name: within an account and region nothing else has it.
func (c Classic) ID() string { return c.LoadBalancerName }

// A ClassicListener is a port of a Classic ELB.
type ClassicListener struct {
	Protocol         string
	LoadBalancerPort Int
	InstanceProtocol string `json:",omitzero"`
	InstancePort     Int
	SSLCertificateId string `json:",omitzero"`
}

// A Backend names the policies of a port on the instances of a Classic ELB.
type Backend struct {
	InstancePort Int
	PolicyNames  []string
}

// An Instance is registered with a Classic ELB.
type Instance struct{ InstanceId string }

// An Owner is that of a security group.
type Owner struct{ OwnerAlias string }

// A Policy of a Classic ELB.
type Policy struct{ PolicyName, PolicyTypeName string }

// ClassicAttributes are those of a Classic ELB.
type ClassicAttributes struct {
	ConnectionSettings *struct{ IdleTimeout *Bare } `json:",omitzero"`
	ConnectionDraining *Draining                    `json:",omitzero"`
}

// Draining is the connection draining of a Classic ELB.
type Draining struct {
	Enabled *Bare
	Timeout *Bare `json:",omitzero"`
}

// A Scalar is a value as it was written, whatever it was written as: "60" is 60, in quotes or without, and "sixty"
// stays what it is.
type Scalar string

// UnmarshalJSON reads texts, numbers, truth values and null. 60.0, which AWS Config writes, is 60.
func (s *Scalar) UnmarshalJSON(b []byte) error {
	text := string(b)
	switch {
	case text == "null":
		return nil
	case text[0] == '"' && len(text) > 1 && strings.IndexByte(text, '\\') < 0 && utf8.ValidString(text):
		*s = Scalar(text[1 : len(text)-1])
		return nil
	case text[0] == '"':
		return json.Unmarshal(b, (*string)(s))
	case text[0] == '{' || text[0] == '[':
		return fmt.Errorf("%s is not a single value", text)
	}
	if f, err := strconv.ParseFloat(text, 64); err == nil && f == math.Trunc(f) && math.Abs(f) < 1<<53 {
		text = strconv.FormatFloat(f, 'f', 0, 64)
	}
	*s = Scalar(text)
	return nil
}

// A Bare is a Scalar that is written without quotes where it is a number or a truth value.
type Bare string

// UnmarshalJSON reads what Scalar reads.
func (v *Bare) UnmarshalJSON(b []byte) error { return (*Scalar)(v).UnmarshalJSON(b) }

// MarshalJSON writes 60 and true, and "sixty".
func (v Bare) MarshalJSON() ([]byte, error) {
	if _, err := strconv.ParseUint(string(v), 10, 64); err == nil && (v == "0" || v[0] != '0') || v == "true" ||
		v == "false" {
		return []byte(v), nil
	}
	return json.Marshal(string(v))
}

// An Int is a number that some writers put in quotes, or leave null.
type Int int

// UnmarshalJSON reads 80, "80" and null.
func (n *Int) UnmarshalJSON(b []byte) error {
	s := string(b)
	if s == "null" || s == `""` {
		return nil
	}
	if unquoted, err := strconv.Unquote(s); err == nil {
		s = unquoted
	}
	v, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return fmt.Errorf("%s is not a number", s)
	}
	*n = Int(v)
	return nil
}

// ByKey are attributes by their keys.
func ByKey(list []Attribute) map[string]string {
	m := make(map[string]string, len(list))
	for _, a := range list {
		m[a.Key] = string(a.Value)
	}
	return m
}

// ARN is the one that IAM has for a Classic ELB.
func (c Classic) ARN() string {
	return "arn:" + cmp.Or(
		c.Partition,
		"aws",
	) + ":elasticloadbalancing:" + c.Region + ":" + c.Account + ":loadbalancer/" + c.LoadBalancerName
}
