package live

import (
	"context"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	elbv2 "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	"github.com/wslint/wslint/awscheck"
	"github.com/wslint/wslint/awscheck/records"
)

// pageSize is the largest page of the API.
const pageSize = 400

// tagsAtOnce is how many resources DescribeTags takes.
const tagsAtOnce = 20

// readV2 reads ALBs and NLBs.
func (u *unit) readV2() {
	balancers, v := list[records.Balancer](
		u,
		"DescribeLoadBalancers",
		func(ctx context.Context, marker *string) (any, *string, error) {
			out, err := u.v2.DescribeLoadBalancers(
				ctx,
				&elbv2.DescribeLoadBalancersInput{Marker: marker, PageSize: aws.Int32(pageSize)},
			)
			if err != nil {
				return nil, nil, err
			}
			return out.LoadBalancers, out.NextMarker, nil
		},
	)
	if v.ok() {
		u.mu.Lock()
		u.lists++
		u.mu.Unlock()
	}
	if awscheck.ByTag(u.scope.Filters) {
		u.tags(balancers)
	}
	balancers = slices.DeleteFunc(balancers, func(b records.Balancer) bool {
		return !awscheck.Picks(u.scope.Filters, b.LoadBalancerName, b.LoadBalancerArn, b.Tags)
	})
	u.details(balancers)
}

// details reads what hangs on the load balancers.
func (u *unit) details(balancers []records.Balancer) {
	if len(balancers) == 0 {
		return
	}
	u.mu.Lock()
	u.listed += len(balancers)
	u.mu.Unlock()
	u.scope.Progress.LoadBalancers.Add(int64(len(balancers)))
	lacking, groupsRead := u.groups(balancers)
	parts := make([]records.Document, len(balancers))
	u.each(len(balancers), func(i int) {
		d, whole, gone := u.balancer(balancers[i])
		u.mu.Lock()
		defer u.mu.Unlock()
		switch {
		case gone:
			u.listed--
			return
		case whole && groupsRead && !lacking[balancers[i].LoadBalancerArn]:
			u.read++
		}
		parts[i] = d
	})
	u.mu.Lock()
	defer u.mu.Unlock()
	for _, d := range parts {
		u.doc.Add(d)
	}
}

// balancer reads one load balancer: whole says that nothing is missing, gone that it was deleted meanwhile.
func (u *unit) balancer(b records.Balancer) (d records.Document, whole, gone bool) {
	b.Unread = records.Missing{}
	if awscheck.Kind(b.Type) == awscheck.Application {
		// Of an NLB none of these attributes concerns a WebSocket.
		out, v := call(
			u,
			"DescribeLoadBalancerAttributes",
			func(ctx context.Context) (*elbv2.DescribeLoadBalancerAttributesOutput, error) {
				return u.v2.DescribeLoadBalancerAttributes(
					ctx,
					&elbv2.DescribeLoadBalancerAttributesInput{LoadBalancerArn: &b.LoadBalancerArn},
				)
			},
		)
		if v.gone {
			return d, false, true
		}
		b.Attributes = attributesOf(b.Unread, v, func() any { return out.Attributes })
	}
	if awscheck.Kind(b.Type) != awscheck.Gateway {
		v := u.listeners(&d, b)
		if v.gone {
			return d, false, true
		}
		if v.why != "" {
			b.Unread["listeners"] = v.why
		}
	}
	d.LoadBalancers = []records.Balancer{b}
	missing := slices.ContainsFunc(d.Listeners, func(l records.Listener) bool { return len(l.Unread) > 0 })
	return d, len(b.Unread) == 0 && !missing, false
}

// listeners reads the listeners of a load balancer and what hangs on them.
func (u *unit) listeners(d *records.Document, b records.Balancer) verdict {
	listeners, v := list[records.Listener](
		u,
		"DescribeListeners",
		func(ctx context.Context, marker *string) (any, *string, error) {
			out, err := u.v2.DescribeListeners(
				ctx,
				&elbv2.DescribeListenersInput{LoadBalancerArn: &b.LoadBalancerArn, Marker: marker, PageSize: aws.Int32(pageSize)},
			)
			if err != nil {
				return nil, nil, err
			}
			return out.Listeners, out.NextMarker, nil
		},
	)
	for _, l := range listeners {
		l.Unread = records.Missing{}
		var gone bool
		switch {
		case awscheck.Kind(b.Type) == awscheck.Application:
			gone = u.rules(d, &l)
		case l.Protocol == "TCP":
			gone = u.listenerAttributes(&l)
		}
		if !gone {
			d.Listeners = append(d.Listeners, l)
		}
	}
	return v
}

// rules reads the rules of an ALB's listener.
func (u *unit) rules(d *records.Document, l *records.Listener) (gone bool) {
	rules, v := list[records.Rule](u, "DescribeRules", func(ctx context.Context, marker *string) (any, *string, error) {
		out, err := u.v2.DescribeRules(
			ctx,
			&elbv2.DescribeRulesInput{ListenerArn: &l.ListenerArn, Marker: marker, PageSize: aws.Int32(pageSize)},
		)
		if err != nil {
			return nil, nil, err
		}
		return out.Rules, out.NextMarker, nil
	})
	if v.why != "" {
		l.Unread["rules"] = v.why
	}
	// The default rule is the listener's default action once more.
	d.Rules = append(d.Rules, slices.DeleteFunc(rules, func(r records.Rule) bool { return r.IsDefault })...)
	return v.gone
}

// listenerAttributes reads the idle timeout of an NLB's TCP listener. Of its TLS listeners it is fixed.
func (u *unit) listenerAttributes(l *records.Listener) (gone bool) {
	out, v := call(
		u,
		"DescribeListenerAttributes",
		func(ctx context.Context) (*elbv2.DescribeListenerAttributesOutput, error) {
			return u.v2.DescribeListenerAttributes(ctx, &elbv2.DescribeListenerAttributesInput{ListenerArn: &l.ListenerArn})
		},
	)
	l.Attributes = attributesOf(l.Unread, v, func() any { return out.Attributes })
	return v.gone
}

// attributesOf turns an answer into records, or notes why there is none. An empty list is not nil: all defaults hold.
func attributesOf(u records.Missing, v verdict, from func() any) []records.Attribute {
	if !v.ok() {
		u["attributes"] = v.why
		return nil
	}
	list, err := convert[[]records.Attribute](from())
	if err != nil {
		u["attributes"] = err.Error()
		return nil
	}
	if list == nil {
		list = []records.Attribute{}
	}
	return list
}

// groups reads the target groups in one sweep, and of each what an answer hangs on. lacking are the load balancers of
// whose groups something is missing; whole is false when groups may be missing altogether.
func (u *unit) groups(balancers []records.Balancer) (lacking map[string]bool, whole bool) {
	if !slices.ContainsFunc(
		balancers,
		func(b records.Balancer) bool { return awscheck.Kind(b.Type) != awscheck.Gateway },
	) {
		return nil, true
	}
	of := map[string]records.Balancer{}
	for _, b := range balancers {
		of[b.LoadBalancerArn] = b
	}
	groups, v := list[records.Group](
		u,
		"DescribeTargetGroups",
		func(ctx context.Context, marker *string) (any, *string, error) {
			out, err := u.v2.DescribeTargetGroups(
				ctx,
				&elbv2.DescribeTargetGroupsInput{Marker: marker, PageSize: aws.Int32(pageSize)},
			)
			if err != nil {
				return nil, nil, err
			}
			return out.TargetGroups, out.NextMarker, nil
		},
	)
	groups = slices.DeleteFunc(groups, func(g records.Group) bool {
		return !slices.ContainsFunc(g.LoadBalancerArns, func(arn string) bool { return of[arn].LoadBalancerArn != "" })
	})
	lacking = map[string]bool{}
	u.each(len(groups), func(i int) {
		ok := u.group(&groups[i], of)
		u.mu.Lock()
		defer u.mu.Unlock()
		for _, arn := range groups[i].LoadBalancerArns {
			lacking[arn] = lacking[arn] || !ok
		}
	})
	u.mu.Lock()
	defer u.mu.Unlock()
	u.doc.TargetGroups = append(u.doc.TargetGroups, groups...)
	return lacking, v.ok()
}

// group reads what matters of one target group, a call each: behind NLBs the attributes, because whether it speaks
// the PROXY protocol decides every handshake; where sessions need it the attributes, and the targets unless the group
// is sticky; and the targets where a health check asks for the path of a WebSocket. It reports whether nothing is
// missing.
func (u *unit) group(g *records.Group, of map[string]records.Balancer) bool {
	network, sessions, checked := false, false, false
	path, _, _ := strings.Cut(g.HealthCheckPath, "?")
	for _, arn := range g.LoadBalancerArns {
		b, ok := of[arn]
		if !ok {
			continue
		}
		is := func(f awscheck.Filter) bool {
			return awscheck.Picks([]awscheck.Filter{f}, b.LoadBalancerName, arn, b.Tags)
		}
		network = network || awscheck.Kind(b.Type) == awscheck.Network
		sessions = sessions || slices.ContainsFunc(u.scope.Sessions, is)
		checked = checked ||
			slices.ContainsFunc(u.scope.Checked, func(c awscheck.CheckedPath) bool { return c.Path == path && is(c.Filter) })
	}
	ok, sticky := true, false
	if network || sessions {
		out, v := call(
			u,
			"DescribeTargetGroupAttributes",
			func(ctx context.Context) (*elbv2.DescribeTargetGroupAttributesOutput, error) {
				return u.v2.DescribeTargetGroupAttributes(
					ctx,
					&elbv2.DescribeTargetGroupAttributesInput{TargetGroupArn: &g.TargetGroupArn},
				)
			},
		)
		g.Unread = records.Missing{}
		g.Attributes = attributesOf(g.Unread, v, func() any { return out.Attributes })
		ok, sticky = v.ok() || v.gone, awscheck.KeepsClients(records.ByKey(g.Attributes))
	}
	if sessions && !sticky || checked {
		ok = u.health(g) && ok
	}
	return ok
}

// health reads what the health checks say of the targets of a group.
func (u *unit) health(g *records.Group) bool {
	out, v := call(u, "DescribeTargetHealth", func(ctx context.Context) (*elbv2.DescribeTargetHealthOutput, error) {
		return u.v2.DescribeTargetHealth(ctx, &elbv2.DescribeTargetHealthInput{TargetGroupArn: &g.TargetGroupArn})
	})
	var err error
	if v.ok() {
		g.Health, err = convert[[]records.Health](out.TargetHealthDescriptions)
	}
	if err != nil || !v.ok() {
		if g.Unread == nil {
			g.Unread = records.Missing{}
		}
		if g.Unread["health"] = v.why; err != nil {
			g.Unread["health"] = err.Error()
		}
		return v.gone
	}
	if g.Health == nil {
		g.Health = []records.Health{}
	}
	return true
}

// tags reads the tags that filters ask for.
func (u *unit) tags(balancers []records.Balancer) {
	at := map[string]*records.Balancer{}
	var arns []string
	for i := range balancers {
		at[balancers[i].LoadBalancerArn] = &balancers[i]
		arns = append(arns, balancers[i].LoadBalancerArn)
	}
	inChunks(arns, func(some []string) bool {
		out, v := call(u, "DescribeTags", func(ctx context.Context) (*elbv2.DescribeTagsOutput, error) {
			return u.v2.DescribeTags(ctx, &elbv2.DescribeTagsInput{ResourceArns: some})
		})
		if !v.ok() {
			return v.gone
		}
		for _, d := range out.TagDescriptions {
			if b := at[aws.ToString(d.ResourceArn)]; b != nil {
				b.Tags = map[string]string{}
				for _, t := range d.Tags {
					b.Tags[aws.ToString(t.Key)] = aws.ToString(t.Value)
				}
			}
		}
		return false
	})
}

// inChunks calls ask with as many names as DescribeTags takes. One that was deleted meanwhile spoils the answer for
// all: they are then asked for one by one.
func inChunks(names []string, ask func(some []string) (gone bool)) {
	for some := range slices.Chunk(names, tagsAtOnce) {
		if gone := ask(some); gone && len(some) > 1 {
			for i := range some {
				ask(some[i : i+1])
			}
		}
	}
}
