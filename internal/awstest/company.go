package awstest

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	elbv2 "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"
)

// Company creates load balancers as a company has them, in the regions eu-west-1 and us-east-1 of the account of cfg,
// through the SDK: on a double, and on any other stand-in for AWS. What an audit has to find of each is in the tests
// of cmd/wslint. The names say what there is:
//
//	eu-west-1  alb  web         idle 60, 80 redirects to 443, 443 to one group
//	                raised      idle 3600
//	                chat        idle 120, rules: /ws* to two groups by weight, api.example.com to a third, else 404
//	                sso         idle 60, a log-in (OIDC) in front
//	                functions   idle 60, a Lambda function
//	                grpc        idle 60, a gRPC group, and an HTTP/2 group under /h2
//	                mixed       idle 60, /ws to a group, everything else to a Lambda function
//	                alt         idle 60, HTTPS on 8443
//	                inside      idle 60, HTTP on 8080
//	                sticky      idle 300, a group that keeps a client for 60 s, two targets
//	                hop         idle 60, nothing but a redirect
//	           nlb  edge        TLS 443 to TCP 8080
//	                pass        TCP 443 to TCP 443
//	                pass-raised TCP 443 to TCP 443, idle 6000
//	                odd         TCP 8443 to TCP 8443
//	                proxied     TCP 443 to TCP 8080 with the PROXY protocol
//	                cut         TCP 443 to TCP 443, ends connections at once when a target goes
//	                front       TCP 443 to the ALB web
//	                database    TCP 3306
//	                bastion     TCP 22
//	                names       UDP 53
//	           clb  old-http    HTTP 80 and HTTPS 443 to HTTP, idle 60, drains
//	                old-tcp     TCP 443 to TCP 443, idle 60, drains
//	                old-ssl     SSL 443 to TCP 8080, idle 300, does not drain
//	                old-db      TCP 5432, idle 60
//	us-east-1  alb  web         idle 80
//	           nlb  edge        TLS 443 to TCP 8080
func Company(t testing.TB, cfg aws.Config) {
	t.Helper()
	m := newMaker(t, cfg, "eu-west-1")
	m.companyALBs()
	m.companyNLBs()
	m.companyClassic()
	m = newMaker(t, cfg, "us-east-1")
	m.forwarding("web", "80")
	m.listener(
		m.balancer(types.LoadBalancerTypeEnumNetwork, "edge"),
		types.ProtocolEnumTls,
		443,
		to(m.group("edge", types.ProtocolEnumTcp, 8080)),
	)
}

// forwarding is an ALB that redirects to HTTPS and passes on from there.
func (m *maker) forwarding(name, idle string) (alb, listener *string) {
	alb = m.balancer(types.LoadBalancerTypeEnumApplication, name)
	m.set(alb, "idle_timeout.timeout_seconds", idle)
	m.listener(alb, types.ProtocolEnumHttp, 80, redirect())
	return alb, m.listener(alb, types.ProtocolEnumHttps, 443, to(m.group(name, types.ProtocolEnumHttp, 8080)))
}

func (m *maker) companyALBs() {
	alb := func(name, idle string, protocol types.ProtocolEnum, port int32, actions ...types.Action) *string {
		arn := m.balancer(types.LoadBalancerTypeEnumApplication, name)
		m.set(arn, "idle_timeout.timeout_seconds", idle)
		return m.listener(arn, protocol, port, actions...)
	}
	const https = types.ProtocolEnumHttps
	m.front, _ = m.forwarding("web", "60")
	m.forwarding("raised", "3600")

	chat := alb("chat", "120", https, 443, answer("404"))
	m.rule(
		chat,
		10,
		"path-pattern",
		"/ws*",
		types.Action{
			Type: types.ActionTypeEnumForward,
			ForwardConfig: &types.ForwardActionConfig{TargetGroups: []types.TargetGroupTuple{
				{TargetGroupArn: m.group("chat-a", types.ProtocolEnumHttp, 8080), Weight: aws.Int32(90)},
				{TargetGroupArn: m.group("chat-b", types.ProtocolEnumHttp, 8080), Weight: aws.Int32(10)},
			}},
		},
	)
	m.rule(chat, 20, "host-header", "api.example.com", to(m.group("api", types.ProtocolEnumHttp, 9000)))

	alb(
		"sso",
		"60",
		https,
		443,
		types.Action{
			Type:  types.ActionTypeEnumAuthenticateOidc,
			Order: aws.Int32(1),
			AuthenticateOidcConfig: &types.AuthenticateOidcActionConfig{
				AuthorizationEndpoint: aws.String(
					"https://id.example.com/authorize",
				), TokenEndpoint: aws.String("https://id.example.com/token"),
				UserInfoEndpoint: aws.String(
					"https://id.example.com/user",
				), Issuer: aws.String("https://id.example.com"), ClientId: aws.String("web"), ClientSecret: aws.String("secret"),
			},
		},
		types.Action{
			Type:           types.ActionTypeEnumForward,
			Order:          aws.Int32(2),
			TargetGroupArn: m.group("sso", types.ProtocolEnumHttp, 8080),
		},
	)

	function := m.function("functions")
	alb("functions", "60", https, 443, to(function))
	grpc := alb("grpc", "60", https, 443, to(m.version("grpc", "GRPC")))
	m.rule(grpc, 10, "path-pattern", "/h2", to(m.version("h2", "HTTP2")))
	mixed := alb("mixed", "60", https, 443, to(m.function("mixed-functions")))
	m.rule(mixed, 10, "path-pattern", "/ws", to(m.group("mixed", types.ProtocolEnumHttp, 8080)))

	alb("alt", "60", https, 8443, to(m.group("alt", types.ProtocolEnumHttp, 8080)))
	alb("inside", "60", types.ProtocolEnumHttp, 8080, to(m.group("inside", types.ProtocolEnumHttp, 8080)))
	sticky := m.group("sticky", types.ProtocolEnumHttp, 8080)
	m.setGroup(
		sticky,
		"stickiness.enabled",
		"true",
		"stickiness.type",
		"lb_cookie",
		"stickiness.lb_cookie.duration_seconds",
		"60",
	)
	m.register(sticky, "10.0.0.1", "10.0.0.2")
	alb("sticky", "300", https, 443, to(sticky))
	alb("hop", "60", types.ProtocolEnumHttp, 80, redirect())
}

func (m *maker) companyNLBs() {
	nlb := func(name string, protocol types.ProtocolEnum, port int32, group *string) *string {
		return m.listener(m.balancer(types.LoadBalancerTypeEnumNetwork, name), protocol, port, to(group))
	}
	const tcp = types.ProtocolEnumTcp
	nlb("edge", types.ProtocolEnumTls, 443, m.group("edge", tcp, 8080))
	nlb("pass", tcp, 443, m.group("pass", tcp, 443))
	raised := nlb("pass-raised", tcp, 443, m.group("pass-raised", tcp, 443))
	out, err := m.v2.ModifyListenerAttributes(m.Context(), &elbv2.ModifyListenerAttributesInput{ListenerArn: raised,
		Attributes: []types.ListenerAttribute{{Key: aws.String("tcp.idle_timeout.seconds"), Value: aws.String("6000")}}})
	done(m, out, err)
	nlb("odd", tcp, 8443, m.group("odd", tcp, 8443))
	proxied := m.group("proxied", tcp, 8080)
	m.setGroup(proxied, "proxy_protocol_v2.enabled", "true")
	nlb("proxied", tcp, 443, proxied)
	cut := m.group("cut", tcp, 443)
	m.setGroup(
		cut,
		"deregistration_delay.timeout_seconds",
		"0",
		"deregistration_delay.connection_termination.enabled",
		"true",
	)
	nlb("cut", tcp, 443, cut)
	front := m.target("front", tcp, 443, types.TargetTypeEnumAlb)
	m.register(front, *m.front)
	nlb("front", tcp, 443, front)
	nlb("database", tcp, 3306, m.group("database", tcp, 3306))
	nlb("bastion", tcp, 22, m.group("bastion", tcp, 22))
	nlb("names", types.ProtocolEnumUdp, 53, m.group("names", types.ProtocolEnumUdp, 53))
}

func (m *maker) companyClassic() {
	m.classic("old-http", 60, true, port{"HTTP", 80, "HTTP", 8080}, port{"HTTPS", 443, "HTTP", 8080})
	m.classic("old-tcp", 60, true, port{"TCP", 443, "TCP", 443})
	m.classic("old-ssl", 300, false, port{"SSL", 443, "TCP", 8080})
	m.classic("old-db", 60, true, port{"TCP", 5432, "TCP", 5432})
}
