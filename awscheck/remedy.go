package awscheck

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// KeepSessions is what keeps a client at one target: for a target group the command of the AWS CLI, for a Classic ELB another kind of load
// balancer; "" for other resources.
func (s *Snapshot) KeepSessions(arn string) string {
	_, region, _, resource := arnParts(arn)
	if _, classic := s.classicNamed(arn); classic {
		return "what helps: a Network or Application Load Balancer, whose target groups can be sticky: TCP and SSL listeners of a Classic ELB cannot"
	}
	if !strings.HasPrefix(resource, "targetgroup/") {
		return ""
	}
	kind := "lb_cookie"
	for _, g := range s.doc.TargetGroups {
		if g.TargetGroupArn == arn && slices.ContainsFunc(g.LoadBalancerArns, func(lb string) bool { return strings.Contains(lb, ":loadbalancer/net/") }) {
			kind = "source_ip"
		}
	}
	return fmt.Sprintf("aws elbv2 modify-target-group-attributes --region %s --target-group-arn %s --attributes Key=%s,Value=true Key=stickiness.type,Value=%s", region, arn, KeySticky, kind)
}

// GiveTime is the command of the AWS CLI that gives connections five minutes when their target goes; "" for other resources than target
// groups and Classic ELBs.
func (s *Snapshot) GiveTime(arn string) string {
	_, region, _, resource := arnParts(arn)
	if lb, classic := s.classicNamed(arn); classic {
		return fmt.Sprintf(`aws elb modify-load-balancer-attributes --region %s --load-balancer-name %s --load-balancer-attributes '{"ConnectionDraining":{"Enabled":true,"Timeout":300}}'`, lb.Region, lb.Name)
	}
	if !strings.HasPrefix(resource, "targetgroup/") {
		return ""
	}
	return fmt.Sprintf("aws elbv2 modify-target-group-attributes --region %s --target-group-arn %s --attributes Key=%s,Value=300", region, arn, keyDrain)
}

// classicNamed is the Classic ELB that has the ARN.
func (s *Snapshot) classicNamed(arn string) (*LoadBalancer, bool) {
	i := slices.IndexFunc(s.LoadBalancers, func(lb LoadBalancer) bool { return lb.Kind == Classic && lb.Pos.File == arn })
	if i < 0 {
		return nil, false
	}
	return &s.LoadBalancers[i], true
}

// Remedy is the command of the AWS CLI that sets the idle timeout of a resource; "" when it has none that can be set to that.
func (s *Snapshot) Remedy(arn string, to time.Duration) string {
	seconds := int(to.Seconds())
	for i := range s.LoadBalancers {
		lb := &s.LoadBalancers[i]
		switch {
		case lb.Pos.File == arn && lb.Kind == Application && to <= mostIdle:
			return fmt.Sprintf("aws elbv2 modify-load-balancer-attributes --region %s --load-balancer-arn %s --attributes Key=%s,Value=%d", lb.Region, arn, keyIdle, seconds)
		case lb.Pos.File == arn && lb.Kind == Classic && to <= mostIdle:
			return fmt.Sprintf(`aws elb modify-load-balancer-attributes --region %s --load-balancer-name %s --load-balancer-attributes '{"ConnectionSettings":{"IdleTimeout":%d}}'`, lb.Region, lb.Name, seconds)
		}
		for _, l := range lb.Listeners {
			if l.Pos.File == arn && lb.Kind == Network && l.Protocol == "TCP" && to <= mostTCPIdle {
				return fmt.Sprintf("aws elbv2 modify-listener-attributes --region %s --listener-arn %s --attributes Key=%s,Value=%d", lb.Region, arn, keyTCPIdle, seconds)
			}
		}
	}
	return ""
}
