package awscheck

import (
	"slices"

	"github.com/wslint/wslint/awscheck/records"
)

// Misread lists what was read of the load balancer and is nothing that AWS documents, "idle_timeout.timeout_seconds
// is "sixty", …": it is not known, and no audit may say that nothing is found there.
func (lb *LoadBalancer) Misread() []string {
	list := slices.Clone(lb.misread)
	for _, g := range lb.groups() {
		list = append(list, g.misread...)
	}
	for _, l := range lb.Listeners {
		list = append(list, l.misread...)
	}
	return list
}

// Lacking reports whether something of the load balancer was to be read and was not: the coverage says so.
func (lb *LoadBalancer) Lacking() bool {
	return lb.lacking || slices.ContainsFunc(lb.Listeners, func(l Listener) bool { return l.lacking }) ||
		slices.ContainsFunc(lb.groups(), func(g *TargetGroup) bool { return g.lacking })
}

// Gap says what of the load balancer is needed and not known, because it was not read or not understood; "" when
// nothing is.
func (lb *LoadBalancer) Gap() string {
	var list []string
	switch lb.Kind {
	case Application, Classic:
		list = whys(lb.Idle)
	case Network:
		for _, l := range lb.Listeners {
			list = append(list, whys(l.Idle)...)
		}
	}
	list = append(append(list, lb.Misread()...), lb.ListenersUnknown)
	return list[0]
}

// groups are the target groups that the load balancer passes on to, each once.
func (lb *LoadBalancer) groups() (list []*TargetGroup) {
	for _, l := range lb.Listeners {
		for _, a := range l.actions() {
			for _, w := range a.Groups {
				if w.Group != nil && !slices.Contains(list, w.Group) {
					list = append(list, w.Group)
				}
			}
		}
	}
	return list
}

// actions are those of all rules, the default ones first.
func (l *Listener) actions() []Action {
	actions := slices.Clone(l.Default)
	for _, r := range l.Rules {
		actions = append(actions, r.Actions...)
	}
	return actions
}

// whys are the reasons of those settings that are not known.
func whys(settings ...interface{ Why() string }) (list []string) {
	for _, s := range settings {
		if why := s.Why(); why != "" {
			list = append(list, why)
		}
	}
	return list
}

// coverMisread takes the load balancers of which something was not understood out of those that were read.
func (s *Snapshot) coverMisread() {
	for i := range s.LoadBalancers {
		lb := &s.LoadBalancers[i]
		misread := lb.Misread()
		if len(misread) == 0 {
			continue
		}
		c := s.coverage(lb.Account, lb.Region)
		if !lb.Lacking() && c.Read > 0 {
			c.Read--
		}
		if c.Status == records.Complete {
			c.Status = records.Partial
		}
		for _, why := range misread {
			c.Faults = append(
				c.Faults,
				records.Fault{Class: records.ClassMisread, API: lb.Kind.short() + "/" + lb.Name, Count: 1, Message: why},
			)
		}
	}
}

// coverage is that of an account and region; one of which nothing is said is made.
func (s *Snapshot) coverage(account, region string) *records.Coverage {
	i := slices.IndexFunc(s.Coverage, func(c records.Coverage) bool { return c.Account == account && c.Region == region })
	if i < 0 {
		i = len(s.Coverage)
		s.Coverage = append(s.Coverage, records.Coverage{Account: account, Region: region, Status: records.Complete})
	}
	return &s.Coverage[i]
}
