package awscheck

import (
	"fmt"
	"slices"
	"strings"

	"github.com/wslint/wslint/awscheck/records"
	"github.com/wslint/wslint/hop"
)

// The lists in which a load balancer would be.
const (
	ListV2      = "DescribeLoadBalancers"
	ListClassic = "DescribeLoadBalancers (classic)"
)

// Absent says what it means that the snapshot holds no load balancer of that name, "alb/prod-web" or an ARN. That it
// does not exist is sure where the lists in which it would be were read in full, and neither filters, which are those
// of the command, nor the scope of the snapshot leave it out.
func (s *Snapshot) Absent(name string, filters []Filter) hop.Absence {
	w := wanted(name)
	scope := s.doc.Scope
	switch {
	case s.doc.Wslint == 0:
		return hop.Absence{
			Why:    "it is not in the file, and what the file leaves out of the account is not known",
			Failed: true,
		}
	case !w.pickedBy(filters), !w.pickedBy(filtersOf(scope.Filters)):
		return hop.Absence{Why: "--lb leaves it out"}
	case len(scope.Regions) > 0 && (w.region == "" || !slices.Contains(scope.Regions, w.region)):
		return hop.Absence{Why: "--region leaves out regions that it may be in"}
	case scope.Aggregator != "":
		return hop.Absence{
			Why: "the aggregator " + scope.Aggregator + " of AWS Config does not have it, and knows only what is recorded",
		}
	case w.account != "" &&
		!slices.ContainsFunc(s.Coverage, func(c records.Coverage) bool { return c.Account == w.account }):
		return hop.Absence{Why: "account " + w.account + " was not asked for"}
	}
	for _, c := range s.Coverage {
		if why := w.maybeIn(c); why != "" {
			return hop.Absence{Why: why, Failed: true}
		}
	}
	if len(s.Coverage) == 0 {
		return hop.Absence{Why: "nothing was read", Failed: true}
	}
	return hop.Absence{Sure: true, Why: s.Summary()}
}

// filtersOf reads the filters that a snapshot was taken with.
func filtersOf(texts []string) (list []Filter) {
	for _, t := range texts {
		if f, err := ParseFilter(t); err == nil {
			list = append(list, f)
		}
	}
	return list
}

// A want is a load balancer that a path names.
type want struct {
	name, arn, account, region string // "" where the name does not say so
	list                       string // in which it would be; "" for either
}

func wanted(name string) want {
	kind, plain, hasKind := strings.Cut(name, "/")
	switch {
	case strings.HasPrefix(name, "arn:"):
	case !hasKind:
		return want{name: name} // of whatever kind
	case slices.Contains(kinds[Classic], kind):
		return want{name: plain, list: ListClassic}
	default:
		return want{name: plain, list: ListV2}
	}
	_, region, account, resource := arnParts(name)
	w := want{name: nameIn(resource), arn: name, account: account, region: region, list: ListClassic}
	if part := strings.Split(resource, "/"); len(part) == 4 {
		w.name, w.list = part[2], ListV2
	}
	return w
}

// pickedBy reports whether filters would pick it if it were there. What tags it would have nobody knows.
func (w want) pickedBy(filters []Filter) bool {
	for _, f := range filters {
		_, _, _, resource := arnParts(f.Name)
		switch {
		case f.Key != "":
		case strings.HasPrefix(f.Name, "arn:"):
			if part := strings.Split(resource, "/"); f.Name == w.arn || w.arn == "" && slices.Contains(part, w.name) {
				return true
			}
		case glob(f.Name, w.name):
			return true
		}
	}
	return len(filters) == 0
}

// maybeIn says why it may be in an account and region and not be seen; "" when it is not there.
func (w want) maybeIn(c records.Coverage) string {
	if w.account != "" && c.Account != "" && c.Account != w.account || c.Status == records.Skipped {
		return ""
	}
	if _, listed := regionOf(c); listed && w.region != "" && c.Region != w.region {
		return ""
	}
	for _, f := range c.Faults {
		other := f.API == ListV2 && w.list == ListClassic || f.API == ListClassic && w.list == ListV2
		lists := strings.HasPrefix(f.API, "DescribeLoadBalancers")
		if lists && !other || c.Status == records.Unread && !lists {
			return fmt.Sprintf("it may be in %s, which was not read: %s", placeOf(c), f)
		}
	}
	return ""
}

// regionOf is the region of a coverage; listed is false for one of a whole account.
func regionOf(c records.Coverage) (region string, listed bool) {
	return c.Region, c.Region != "" && !strings.Contains(c.Region, " ")
}

func placeOf(c records.Coverage) string {
	switch {
	case c.Account == "":
		return "some account"
	case c.Region == "":
		return "account " + c.Account
	}
	return "account " + c.Account + ", " + c.Region
}
