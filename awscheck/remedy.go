package awscheck

import (
	"fmt"
	"time"
)

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
