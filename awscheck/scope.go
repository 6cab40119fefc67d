package awscheck

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
)

// A Scope says what to read, and how carefully.
type Scope struct {
	Regions      []string // all enabled ones when empty
	Accounts     []string // by assuming RoleName in each; the caller's own when empty
	Organization bool     // all active accounts of the organisation
	RoleName     string
	ExternalID   string
	Aggregator   string   // read what this aggregator of AWS Config knows from there; "" for none
	Filters      []Filter // load balancers to read; all when empty
	// Sessions picks those whose application needs all requests of a client at one server, none when empty: only their target groups are
	// asked whether they see to that, and how many targets they have. Checked are the paths of declared WebSockets: where a health check
	// asks for one, the health of the targets is read.
	Sessions []Filter
	Checked  []CheckedPath

	// Rate and Burst limit the calls for each account, region and version of the API.
	Rate  float64
	Burst int
	// Concurrency is how many regions are read at a time, Workers how many calls run in each.
	Concurrency, Workers int

	RegionTimeout  time.Duration // for one account and region
	AttemptTimeout time.Duration // for one answer
	Attempts       int           // for one call
	MaxBackoff     time.Duration
	Progress       *Progress        // nil when nobody looks
	Now            func() time.Time // nil for the real time
}

// complete fills in what is not said.
func (s Scope) complete() Scope {
	s.RoleName = cmp.Or(s.RoleName, "wslint-audit")
	s.Rate, s.Burst = cmp.Or(s.Rate, 8), cmp.Or(s.Burst, 30)
	s.Concurrency, s.Workers = cmp.Or(s.Concurrency, 32), cmp.Or(s.Workers, 8)
	s.RegionTimeout, s.AttemptTimeout = cmp.Or(s.RegionTimeout, 15*time.Minute), cmp.Or(s.AttemptTimeout, 15*time.Second)
	s.Attempts, s.MaxBackoff = cmp.Or(s.Attempts, 8), cmp.Or(s.MaxBackoff, 10*time.Second)
	if s.Progress == nil {
		s.Progress = &Progress{}
	}
	if s.Now == nil {
		s.Now = time.Now
	}
	return s
}

// A Filter picks load balancers: by name, by ARN, or by a tag.
type Filter struct {
	Name     string // with * and ?, or a whole ARN
	Key, Tag string // Tag is "" for any value
}

// A CheckedPath is a path that a load balancer carries WebSockets under.
type CheckedPath struct {
	Filter
	Path string
}

// ParseFilter reads NAME, an ARN, tag:KEY or tag:KEY=VALUE.
func ParseFilter(s string) (Filter, error) {
	tag, isTag := strings.CutPrefix(s, "tag:")
	key, value, _ := strings.Cut(tag, "=")
	switch {
	case isTag && key == "":
		return Filter{}, fmt.Errorf("%q lacks the tag's key: write it like tag:team=chat", s)
	case isTag:
		return Filter{Key: key, Tag: value}, nil
	case s == "":
		return Filter{}, fmt.Errorf("an empty name picks no load balancer")
	}
	return Filter{Name: s}, nil
}

// byTag reports whether tags have to be read.
func byTag(filters []Filter) bool {
	for _, f := range filters {
		if f.Key != "" {
			return true
		}
	}
	return false
}

// picks reports whether one of the filters picks the load balancer.
func picks(filters []Filter, name, arn string, tags map[string]string) bool {
	for _, f := range filters {
		v, tagged := tags[f.Key]
		switch {
		case f.Key != "":
			if tagged && (f.Tag == "" || f.Tag == v) {
				return true
			}
		case strings.HasPrefix(f.Name, "arn:"):
			if f.Name == arn {
				return true
			}
		case glob(f.Name, name):
			return true
		}
	}
	return len(filters) == 0
}

func (f Filter) String() string {
	switch {
	case f.Key == "":
		return f.Name
	case f.Tag == "":
		return "tag:" + f.Key
	}
	return "tag:" + f.Key + "=" + f.Tag
}

// Unmatched are the filters that pick none of the load balancers: a name may be misspelt.
func (s *Snapshot) Unmatched(filters []Filter) (none []Filter) {
	for _, f := range filters {
		if !slices.ContainsFunc(s.LoadBalancers, func(lb LoadBalancer) bool { return picks([]Filter{f}, lb.Name, lb.Pos.File, lb.Tags) }) {
			none = append(none, f)
		}
	}
	return none
}

// Pick keeps the load balancers that the filters pick.
func (s *Snapshot) Pick(filters []Filter) {
	var kept []LoadBalancer
	for _, lb := range s.LoadBalancers {
		if picks(filters, lb.Name, lb.Pos.File, lb.Tags) {
			kept = append(kept, lb)
		}
	}
	s.LoadBalancers = kept
}
