package audit

import (
	"fmt"
	"time"

	"github.com/wslint/wslint/awscheck"
	"github.com/wslint/wslint/rules"
)

// fiveMinutes is what connections to a target that goes are given, in seconds: AWS's own default for a target group.
const fiveMinutes = "300"

// aDay is AWS's own default for how long the cookie of a sticky target group lives, in seconds.
const aDay = "86400"

// Remedy is what changes the setting that a finding about a live resource is about: the command, and what to write
// where the resource is kept as code. wslint runs none of it: it never writes to AWS.
func (i *inventory) Remedy(f *rules.Finding) []string {
	s := i.snapshot
	at := s.At(f.Pos.File)
	if at.Balancer == nil {
		return nil // it is about a file
	}
	set := func(key, value string) []string {
		words, _ := s.Remedy(f.Pos.File, key, value)
		return words
	}
	switch f.Rule {
	case rules.IdleTimeoutBelowPing, rules.IdleTimeoutWithoutPing, rules.KeepaliveMargin:
		words, _ := s.IdleRemedy(f.Pos.File, enough(f))
		return words
	case rules.DrainClosesAtOnce:
		if at.Group == nil {
			return set(awscheck.KeyClassicDrain, fiveMinutes)
		}
		return set(awscheck.KeyDrain, fiveMinutes)
	case rules.NoSessionAffinity:
		if at.Group == nil {
			return spread(at)
		}
		if on, _ := at.Group.Sticky.Get(); on {
			return set(at.Group.Keeps.Name, aDay)
		}
		return set(awscheck.KeySticky, "true")
	case rules.HealthCheckOnWebSocketPath:
		if n := len(f.Stations); n > 0 && f.Stations[n-1].Failing != nil {
			c := f.Stations[n-1].Failing
			return set(awscheck.KeyMatcher, c.Wants+","+c.Got)
		}
	case rules.HandlerCannotUpgrade:
		return otherGroup(at, set)
	case rules.UpgradeNotForwarded:
		return classicHTTP(at)
	}
	return nil
}

// enough is an idle timeout that suits what a finding is about: twice the ping and ten seconds, or an hour where
// nothing pings.
func enough(f *rules.Finding) time.Duration {
	if f.Trace != nil {
		for _, p := range f.Trace.Pings {
			if every, known := p.Every.Get(); known {
				return 2*every + 10*time.Second
			}
		}
	}
	return time.Hour
}

// spread is what keeps a session together where it is not a target group that spreads it.
func spread(at awscheck.Resource) []string {
	if at.Balancer.Kind == awscheck.Classic {
		return []string{
			"a Network or Application Load Balancer keeps them together, with sticky target groups: TCP and SSL listeners of " +
				"a Classic ELB cannot",
		}
	}
	return []string{"switch TargetGroupStickinessConfig on in the forward action, for longer than a session lasts " +
		"(DurationSeconds), and stickiness in its target groups"}
}

// otherGroup is what helps against a target group that opens no WebSocket: a group keeps what it was made as.
func otherGroup(at awscheck.Resource, set func(key, value string) []string) []string {
	switch g := at.Group; {
	case g == nil:
		return nil
	case g.Type == "lambda":
		return []string{
			"forward the path to a target group of instances or IP addresses: a Lambda function cannot hold a WebSocket",
		}
	case g.ControlPort != 0:
		return append(
			[]string{"forward the path to a target group without a control port: it cannot be taken away from this one"},
			set(awscheck.KeyOptimizer, "")...)
	default:
		return append(
			[]string{"forward the path to a target group with protocol version HTTP1: this one keeps its own"},
			set(awscheck.KeyVersion, "HTTP1")...)
	}
}

// classicHTTP is what helps against the HTTP listeners of a Classic ELB: to make them again for TCP or SSL.
func classicHTTP(at awscheck.Resource) (list []string) {
	if at.Balancer.Kind != awscheck.Classic {
		return nil
	}
	list = []string{"a TCP or SSL listener passes everything on, and so does an Application Load Balancer"}
	for _, l := range at.Balancer.Listeners {
		outer, inner := "TCP", "TCP"
		switch l.Protocol {
		case "HTTP":
		case "HTTPS":
			outer = "SSL"
		default:
			continue
		}
		if l.InstanceProtocol == "HTTPS" {
			inner = "SSL"
		}
		value := fmt.Sprintf(
			"Protocol=%s,LoadBalancerPort=%d,InstanceProtocol=%s,InstancePort=%d",
			outer,
			l.Port,
			inner,
			l.InstancePort,
		)
		if l.Certificate != "" {
			value += ",SSLCertificateId=" + l.Certificate
		}
		words := at.ListenerRemedy(l, value)
		if len(list) > 1 {
			words = words[:1] // what to write in code is the same for each
		}
		list = append(list, words...)
	}
	return list
}
