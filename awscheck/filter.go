package awscheck

import (
	"fmt"
	"slices"
	"strings"
)

// A Filter picks load balancers: by name, by ARN, or by a tag.
type Filter struct {
	Name     string // with * and ?, or a whole ARN
	Key, Tag string // Tag is "" for any value
}

// Wants is what to read of load balancers beyond what all answers hang on, because it costs calls of its own.
type Wants struct {
	// Sessions picks those whose application needs all requests of a client at one server, none when empty: only their
	// target groups are asked whether they see to that, and how many targets they have.
	Sessions []Filter
	// Checked are the paths of declared WebSockets: where a health check asks for one, the health of the targets is read.
	Checked []CheckedPath
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

// ByTag reports whether tags have to be read.
func ByTag(filters []Filter) bool {
	for _, f := range filters {
		if f.Key != "" {
			return true
		}
	}
	return false
}

// Picks reports whether one of the filters picks the load balancer.
func Picks(filters []Filter, name, arn string, tags map[string]string) bool {
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
		if !slices.ContainsFunc(
			s.LoadBalancers,
			func(lb LoadBalancer) bool { return Picks([]Filter{f}, lb.Name, lb.Pos.File, lb.Tags) },
		) {
			none = append(none, f)
		}
	}
	return none
}

// Pick keeps the load balancers that the filters pick.
func (s *Snapshot) Pick(filters []Filter) {
	if len(filters) == 0 {
		return
	}
	var kept []LoadBalancer
	for _, lb := range s.LoadBalancers {
		if Picks(filters, lb.Name, lb.Pos.File, lb.Tags) {
			kept = append(kept, lb)
		}
	}
	s.LoadBalancers = kept
}
