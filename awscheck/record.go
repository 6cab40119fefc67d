package awscheck

import (
	"fmt"
	"strconv"
	"time"
)

// A document is what a snapshot holds. Its names are those that the API and `aws elbv2 describe-…` have, so that one reader
// understands both, and AWS Config, which has the same names in other cases.
type document struct {
	Wslint                   int               `json:",omitzero"` // version of the format; 0 when another program wrote it
	Taken                    time.Time         `json:",omitzero"`
	Coverage                 []Coverage        `json:",omitzero"`
	LoadBalancers            []balancerRecord  `json:",omitzero"`
	LoadBalancerDescriptions []classicRecord   `json:",omitzero"`
	Listeners                []listenerRecord  `json:",omitzero"`
	Rules                    []ruleRecord      `json:",omitzero"`
	TargetGroups             []groupRecord     `json:",omitzero"`
	Attributes               []attributeRecord `json:",omitzero"` // of an answer that holds nothing else; see LoadBalancerArn and the like
	LoadBalancerArn          string            `json:",omitzero"` // whose attributes they are
	ListenerArn              string            `json:",omitzero"`
	TargetGroupArn           string            `json:",omitzero"`
	LoadBalancerName         string            `json:",omitzero"`
	TargetHealthDescriptions []healthRecord    `json:",omitzero"` // of the target group TargetGroupArn
	LoadBalancerAttributes   *classicAttrs     `json:",omitzero"` // of the Classic ELB named LoadBalancerName
}

// version counts the incompatible changes of the snapshot format.
const version = 1

type attributeRecord struct{ Key, Value string }

// unread says why parts of a resource were not read: "attributes", "listeners", "rules".
type unread map[string]string

type balancerRecord struct {
	LoadBalancerArn  string
	LoadBalancerName string            `json:",omitzero"`
	DNSName          string            `json:",omitzero"`
	Type             string            `json:",omitzero"`
	Attributes       []attributeRecord `json:",omitzero"` // nil when they were not read
	Tags             map[string]string `json:",omitzero"`
	Captured         string            `json:",omitzero"` // when AWS Config saw it
	Unread           unread            `json:",omitzero"`
}

func (b balancerRecord) id() string { return b.LoadBalancerArn }

type listenerRecord struct {
	ListenerArn     string
	LoadBalancerArn string            `json:",omitzero"`
	Protocol        string            `json:",omitzero"`
	Port            flexInt           `json:",omitzero"`
	AlpnPolicy      []string          `json:",omitzero"`
	DefaultActions  []actionRecord    `json:",omitzero"`
	Attributes      []attributeRecord `json:",omitzero"`
	Unread          unread            `json:",omitzero"`

	MutualAuthentication *mutualRecord `json:",omitzero"`
}

func (l listenerRecord) id() string { return l.ListenerArn }

type mutualRecord struct{ Mode string }

type ruleRecord struct {
	RuleArn    string
	Priority   string            `json:",omitzero"`
	IsDefault  bool              `json:",omitzero"`
	Conditions []conditionRecord `json:",omitzero"`
	Actions    []actionRecord    `json:",omitzero"`
	Transforms []transformRecord `json:",omitzero"`
}

func (r ruleRecord) id() string { return r.RuleArn }

type conditionRecord struct {
	Field                   string        `json:",omitzero"`
	Values                  []string      `json:",omitzero"`
	RegexValues             []string      `json:",omitzero"`
	HostHeaderConfig        *valuesRecord `json:",omitzero"`
	PathPatternConfig       *valuesRecord `json:",omitzero"`
	HttpHeaderConfig        *valuesRecord `json:",omitzero"`
	HttpRequestMethodConfig *valuesRecord `json:",omitzero"`
	SourceIpConfig          *valuesRecord `json:",omitzero"`
	QueryStringConfig       *queryRecord  `json:",omitzero"`
}

type valuesRecord struct {
	HttpHeaderName string   `json:",omitzero"`
	Values         []string `json:",omitzero"`
	RegexValues    []string `json:",omitzero"`
}

type queryRecord struct {
	Values []struct {
		Key   string `json:",omitzero"`
		Value string `json:",omitzero"`
	}
}

type actionRecord struct {
	Type                      string          `json:",omitzero"`
	Order                     int             `json:",omitzero"`
	TargetGroupArn            string          `json:",omitzero"`
	ForwardConfig             *forwardRecord  `json:",omitzero"`
	RedirectConfig            *redirectRecord `json:",omitzero"`
	FixedResponseConfig       *fixedRecord    `json:",omitzero"`
	AuthenticateOidcConfig    *authRecord     `json:",omitzero"`
	AuthenticateCognitoConfig *authRecord     `json:",omitzero"`
}

// Of the configurations of log-ins only this is kept: the others name clients and endpoints that no report needs.
type authRecord struct {
	OnUnauthenticatedRequest string `json:",omitzero"`
}

type forwardRecord struct {
	TargetGroups                []weightRecord
	TargetGroupStickinessConfig *stickyRecord `json:",omitzero"`
}

type stickyRecord struct{ Enabled bool }

type weightRecord struct {
	TargetGroupArn string
	Weight         *int `json:",omitzero"`
}

type redirectRecord struct {
	StatusCode string `json:",omitzero"`
	Protocol   string `json:",omitzero"`
	Host       string `json:",omitzero"`
	Port       string `json:",omitzero"`
	Path       string `json:",omitzero"`
	Query      string `json:",omitzero"`
}

type fixedRecord struct{ StatusCode string }

type transformRecord struct {
	Type                    string
	HostHeaderRewriteConfig *rewritesRecord `json:",omitzero"`
	UrlRewriteConfig        *rewritesRecord `json:",omitzero"`
}

type rewritesRecord struct {
	Rewrites []struct{ Regex, Replace string }
}

type groupRecord struct {
	TargetGroupArn    string
	TargetGroupName   string            `json:",omitzero"`
	Protocol          string            `json:",omitzero"`
	ProtocolVersion   string            `json:",omitzero"`
	TargetType        string            `json:",omitzero"`
	Port              flexInt           `json:",omitzero"`
	TargetControlPort flexInt           `json:",omitzero"`
	LoadBalancerArns  []string          `json:",omitzero"`
	HealthCheckPath   string            `json:",omitzero"`
	Matcher           *matcherRecord    `json:",omitzero"`
	Attributes        []attributeRecord `json:",omitzero"` // nil when they were not read
	Health            []healthRecord    `json:",omitzero"` // nil when it was not read
	Unread            unread            `json:",omitzero"`
}

func (g groupRecord) id() string { return g.TargetGroupArn }

type matcherRecord struct {
	HttpCode string `json:",omitzero"`
}

type healthRecord struct{ TargetHealth stateRecord }

type stateRecord struct {
	State       string
	Reason      string `json:",omitzero"`
	Description string `json:",omitzero"`
}

// A classicRecord is a Classic ELB: the API's version 1 has no ARNs, so account and region are kept with it.
type classicRecord struct {
	LoadBalancerName          string
	DNSName                   string `json:",omitzero"`
	Account                   string `json:",omitzero"`
	Region                    string `json:",omitzero"`
	Partition                 string `json:",omitzero"`
	Captured                  string `json:",omitzero"`
	ListenerDescriptions      []struct{ Listener classicListener }
	BackendServerDescriptions []backendRecord   `json:",omitzero"`
	Instances                 []instanceRecord  `json:",omitzero"`
	SourceSecurityGroup       *ownerRecord      `json:",omitzero"`
	Policies                  []classicPolicy   `json:"ReadPolicies,omitzero"` // nil when they were not read
	LoadBalancerAttributes    *classicAttrs     `json:",omitzero"`
	Tags                      map[string]string `json:",omitzero"`
	Unread                    unread            `json:",omitzero"`
}

func (c classicRecord) id() string { return c.LoadBalancerName }

type classicListener struct {
	Protocol         string
	LoadBalancerPort flexInt
	InstanceProtocol string `json:",omitzero"`
	InstancePort     flexInt
}

type backendRecord struct {
	InstancePort flexInt
	PolicyNames  []string
}

type instanceRecord struct{ InstanceId string }

type ownerRecord struct{ OwnerAlias string }

type classicPolicy struct{ PolicyName, PolicyTypeName string }

type classicAttrs struct {
	ConnectionSettings *struct{ IdleTimeout flexInt } `json:",omitzero"`
	ConnectionDraining *drainingRecord                `json:",omitzero"`
}

type drainingRecord struct {
	Enabled bool
	Timeout flexInt `json:",omitzero"`
}

// A flexInt is a number that some writers put in quotes, or leave null.
type flexInt int

// UnmarshalJSON reads 80, "80" and null.
func (n *flexInt) UnmarshalJSON(b []byte) error {
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
	*n = flexInt(v)
	return nil
}

func values(list []attributeRecord) map[string]string {
	m := make(map[string]string, len(list))
	for _, a := range list {
		m[a.Key] = a.Value
	}
	return m
}
