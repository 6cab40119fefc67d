package live

import (
	"context"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	elb "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancing"
	"github.com/wslint/wslint/awscheck"
	"github.com/wslint/wslint/awscheck/records"
)

// readClassic reads Classic ELBs: their listeners come with the list.
func (u *unit) readClassic() {
	const api = "DescribeLoadBalancers (classic)"
	classic, v := list[records.Classic](u, api, func(ctx context.Context, marker *string) (any, *string, error) {
		out, err := u.v1.DescribeLoadBalancers(
			ctx,
			&elb.DescribeLoadBalancersInput{Marker: marker, PageSize: aws.Int32(pageSize)},
		)
		if err != nil {
			return nil, nil, err
		}
		return out.LoadBalancerDescriptions, out.NextMarker, nil
	})
	for i := range classic {
		classic[i].Account, classic[i].Region, classic[i].Partition = u.account, u.region, u.partition
	}
	if awscheck.ByTag(u.scope.Filters) {
		u.classicTags(classic)
	}
	classic = slices.DeleteFunc(classic, func(c records.Classic) bool {
		return !awscheck.Picks(u.scope.Filters, c.LoadBalancerName, c.ARN(), c.Tags)
	})
	u.mu.Lock()
	if v.ok() {
		u.lists++
	}
	u.listed += len(classic)
	u.mu.Unlock()
	u.scope.Progress.LoadBalancers.Add(int64(len(classic)))
	deleted := make([]bool, len(classic))
	u.each(len(classic), func(i int) { deleted[i] = u.classic(&classic[i]) })
	u.mu.Lock()
	defer u.mu.Unlock()
	for i, c := range classic {
		switch {
		case deleted[i]:
			u.listed--
			continue
		case len(c.Unread) == 0:
			u.read++
		}
		u.doc.LoadBalancerDescriptions = append(u.doc.LoadBalancerDescriptions, c)
	}
}

// classic reads one Classic ELB; deleted says that it is there no more.
func (u *unit) classic(c *records.Classic) (deleted bool) {
	c.Unread = records.Missing{}
	out, v := call(
		u,
		"DescribeLoadBalancerAttributes (classic)",
		func(ctx context.Context) (*elb.DescribeLoadBalancerAttributesOutput, error) {
			return u.v1.DescribeLoadBalancerAttributes(
				ctx,
				&elb.DescribeLoadBalancerAttributesInput{LoadBalancerName: &c.LoadBalancerName},
			)
		},
	)
	switch {
	case v.gone:
		return true
	case v.why != "":
		c.Unread["attributes"] = v.why
	default:
		attrs, err := convert[records.ClassicAttributes](out.LoadBalancerAttributes)
		if c.LoadBalancerAttributes = &attrs; err != nil {
			c.LoadBalancerAttributes, c.Unread["attributes"] = nil, err.Error()
		}
	}
	if !slices.ContainsFunc(c.BackendServerDescriptions, func(b records.Backend) bool { return len(b.PolicyNames) > 0 }) {
		return false
	}
	policies, v := call(
		u,
		"DescribeLoadBalancerPolicies (classic)",
		func(ctx context.Context) (*elb.DescribeLoadBalancerPoliciesOutput, error) {
			return u.v1.DescribeLoadBalancerPolicies(
				ctx,
				&elb.DescribeLoadBalancerPoliciesInput{LoadBalancerName: &c.LoadBalancerName},
			)
		},
	)
	if !v.ok() {
		c.Unread["policies"] = v.why
		return v.gone
	}
	c.Policies = []records.Policy{}
	for _, p := range policies.PolicyDescriptions {
		c.Policies = append(
			c.Policies,
			records.Policy{PolicyName: aws.ToString(p.PolicyName), PolicyTypeName: aws.ToString(p.PolicyTypeName)},
		)
	}
	return false
}

// classicTags reads the tags that filters ask for.
func (u *unit) classicTags(classic []records.Classic) {
	at := map[string]*records.Classic{}
	var names []string
	for i := range classic {
		at[classic[i].LoadBalancerName] = &classic[i]
		names = append(names, classic[i].LoadBalancerName)
	}
	inChunks(names, func(some []string) bool {
		out, v := call(u, "DescribeTags (classic)", func(ctx context.Context) (*elb.DescribeTagsOutput, error) {
			return u.v1.DescribeTags(ctx, &elb.DescribeTagsInput{LoadBalancerNames: some})
		})
		if !v.ok() {
			return v.gone
		}
		for _, d := range out.TagDescriptions {
			if c := at[aws.ToString(d.LoadBalancerName)]; c != nil {
				c.Tags = map[string]string{}
				for _, t := range d.Tags {
					c.Tags[aws.ToString(t.Key)] = aws.ToString(t.Value)
				}
			}
		}
		return false
	})
}
