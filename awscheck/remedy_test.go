package awscheck

import (
	"strings"
	"testing"
	"time"

	"github.com/wslint/wslint/hop"
)

// TestRemedies: a setting is changed by the same fact in the words of every tool.
func TestRemedies(t *testing.T) {
	const arn = "arn:aws:elasticloadbalancing:eu-west-1:111111111111:"
	g := &TargetGroup{Name: "chat", Pos: hop.Pos{File: arn + "targetgroup/chat/9"}}
	s := &Snapshot{LoadBalancers: []LoadBalancer{
		{
			Kind:   Application,
			Name:   "web",
			Region: "eu-west-1",
			Pos:    hop.Pos{File: arn + "loadbalancer/app/web/1"},
			Listeners: []Listener{
				{
					Protocol: "HTTPS",
					Port:     443,
					Pos:      hop.Pos{File: arn + "listener/app/web/1/2"},
					Rules:    []Rule{{Actions: []Action{{Groups: []Weighted{{Group: g}}}}}},
				},
			},
		},
		{
			Kind:   Network,
			Name:   "edge",
			Region: "eu-west-1",
			Pos:    hop.Pos{File: arn + "loadbalancer/net/edge/1"},
			Listeners: []Listener{
				{Protocol: "TCP", Port: 443, Pos: hop.Pos{File: arn + "listener/net/edge/1/2"}},
				{Protocol: "TLS", Port: 8443, Pos: hop.Pos{File: arn + "listener/net/edge/1/3"}},
			},
		},
		{Kind: Classic, Name: "old", Region: "eu-west-1", Pos: hop.Pos{File: arn + "loadbalancer/old"}},
	}}
	for resource, want := range map[string]string{
		"loadbalancer/app/web/1": `aws elbv2 modify-load-balancer-attributes --region eu-west-1 --load-balancer-arn ` + arn +
			`loadbalancer/app/web/1 --attributes Key=idle_timeout.timeout_seconds,Value=160
in Terraform, aws_lb: idle_timeout = 160
in CloudFormation, AWS::ElasticLoadBalancingV2::LoadBalancer: ` +
			`LoadBalancerAttributes: [{Key: idle_timeout.timeout_seconds, Value: "160"}]
in Kubernetes, Ingress: alb.ingress.kubernetes.io/load-balancer-attributes: idle_timeout.timeout_seconds=160`,
		"listener/net/edge/1/2": `aws elbv2 modify-listener-attributes --region eu-west-1 --listener-arn ` + arn +
			`listener/net/edge/1/2 --attributes Key=tcp.idle_timeout.seconds,Value=160
in Terraform, aws_lb_listener: tcp_idle_timeout_seconds = 160
in CloudFormation, AWS::ElasticLoadBalancingV2::Listener: ` +
			`ListenerAttributes: [{Key: tcp.idle_timeout.seconds, Value: "160"}]
in Kubernetes, Service: ` +
			`service.beta.kubernetes.io/aws-load-balancer-listener-attributes.TCP-443: tcp.idle_timeout.seconds=160`,
		"loadbalancer/old": `aws elb modify-load-balancer-attributes --region eu-west-1 --load-balancer-name old ` +
			`--load-balancer-attributes '{"ConnectionSettings":{"IdleTimeout":160}}'
in Terraform, aws_elb: idle_timeout = 160
in CloudFormation, AWS::ElasticLoadBalancing::LoadBalancer: ConnectionSettings: {IdleTimeout: 160}
in Kubernetes, Service: service.beta.kubernetes.io/aws-load-balancer-connection-idle-timeout: "160"`,
		"listener/net/edge/1/3": "", "loadbalancer/net/edge/1": "", "targetgroup/chat/9": "", "loadbalancer/app/gone/1": "",
	} {
		words, _ := s.IdleRemedy(arn+resource, 160*time.Second)
		if got := strings.Join(words, "\n"); got != want {
			t.Errorf("%s: got\n%s\nwant\n%s", resource, got, want)
		}
	}
	if words, ok := s.IdleRemedy(arn+"loadbalancer/app/web/1", 2*time.Hour); ok {
		t.Errorf("an ALB is set to two hours: %q", words)
	}
	words, _ := s.Remedy(g.Pos.File, KeySticky, "true")
	if got, want := strings.Join(words, "\n"),
		`aws elbv2 modify-target-group-attributes --region eu-west-1 --target-group-arn `+g.Pos.File+
			` --attributes Key=stickiness.enabled,Value=true Key=stickiness.type,Value=lb_cookie
in Terraform, aws_lb_target_group: stickiness { enabled = true, type = "lb_cookie" }
in CloudFormation, AWS::ElasticLoadBalancingV2::TargetGroup: `+
			`TargetGroupAttributes: [{Key: stickiness.enabled, Value: "true"}, {Key: stickiness.type, Value: "lb_cookie"}]
in Kubernetes, Ingress: `+
			`alb.ingress.kubernetes.io/target-group-attributes: stickiness.enabled=true,stickiness.type=lb_cookie`; got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	for _, r := range remedies {
		text := strings.Join(r.Words("1", map[string]string{"region": "r", "arn": "a", "name": "n", "port": "443"}), "\n")
		if strings.ContainsAny(
			strings.NewReplacer("{Key", "", "{HttpCode", "", "{Idle", "", "{Enabled", "", "{\"", "", ":{", "", " { ", "").
				Replace(text),
			"{",
		) {
			t.Errorf("%s of %s leaves something open:\n%s", r.Key, r.Kind, text)
		}
	}
}
