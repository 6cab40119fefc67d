package kubernetes

import (
	"fmt"
	"net"
	"strings"
	"testing"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers/infra"
)

// edgeGateway is a Gateway of a class with settings of the class and of its own, and a route with further fields of
// its rule.
func edgeGateway(kind, ofClass, own, listener, rule string) string {
	config := func(name, spec string) string {
		if spec == "" {
			return ""
		}
		return "---\napiVersion: gateway.k8s.aws/v1\nkind: LoadBalancerConfiguration\nmetadata: {name: " + name +
			"}\nspec: {" + spec + "}\n"
	}
	ref := func(name string) string {
		return "{group: gateway.k8s.aws, kind: LoadBalancerConfiguration, name: " + name + "}"
	}
	route := "HTTPRoute"
	if kind == "nlb" {
		route = "TCPRoute"
	}
	return "apiVersion: gateway.networking.k8s.io/v1\nkind: GatewayClass\nmetadata: {name: aws}\nspec: {controllerName: " +
		"gateway.k8s.aws/" + kind + ", parametersRef: " + ref("class") + "}\n---\n" +
		"apiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\nmetadata: {name: edge}\nspec:\n  gatewayClassName: aws\n" +
		"  infrastructure: {parametersRef: " + ref("own") + "}\n  listeners: [{name: web, " + listener + "}]\n---\n" +
		"apiVersion: gateway.networking.k8s.io/v1\nkind: " + route + "\nmetadata: {name: chat}\nspec:\n" +
		"  parentRefs: [{name: edge}]\n  rules: [{" + rule + "backendRefs: [{name: chat, port: 80}]}]\n" +
		config("class", ofClass) + config("own", own)
}

// TestAWSGateways: what the AWS Load Balancer Controller makes of Gateways: the timer of the load balancer, and what
// becomes of a handshake for /ws.
func TestAWSGateways(t *testing.T) {
	idle := func(s string) string {
		return `loadBalancerAttributes: [{key: idle_timeout.timeout_seconds, value: "` + s + `"}]`
	}
	const https, http = "port: 443, protocol: HTTPS", "port: 80, protocol: HTTP"
	target := func(spec string) string {
		return "---\napiVersion: gateway.k8s.aws/v1\nkind: TargetGroupConfiguration\nmetadata: {name: t}\nspec:\n" +
			"  targetReference: {name: chat}\n" + spec
	}
	forRoute := func(name string) string {
		return "[{routeIdentifier: {kind: HTTPRoute, name: " + name + "}, targetGroupProps: {protocolVersion: HTTP2}}]\n"
	}
	const byConfig = "filters: [{type: ExtensionRef, extensionRef: {group: gateway.k8s.aws, kind: " +
		"ListenerRuleConfiguration, name: r}}], "
	const logIn = "actions: [{type: authenticate-oidc, authenticateOIDCConfig: {issuer: x}}]"
	ruled := func(spec string) string {
		return "---\napiVersion: gateway.k8s.aws/v1\nkind: ListenerRuleConfiguration\nmetadata: {name: r}\nspec: {" + spec +
			"}\n"
	}
	for _, c := range []struct{ name, yaml, want string }{
		{"defaults", edgeGateway("alb", "", "", https, ""), "1m0s on"},
		{"its own", edgeGateway("alb", "", idle("90"), https, ""), "1m30s on"},
		{"the class counts more", edgeGateway("alb", idle("120"), idle("90"), https, ""), "2m0s on"},
		{"unless it says not to", edgeGateway("alb", "mergingMode: prefer-gateway, "+idle("120"), idle("90"), https, ""),
			"1m30s on"},
		{"another path", edgeGateway("alb", "", "", https, "matches: [{path: {value: /chat}}], "), " 404"},
		{"below a prefix", edgeGateway("alb", "", "", https, "matches: [{path: {value: /}}], "), "1m0s on"},
		{"a redirect", edgeGateway("alb", "", "", http, "filters: [{type: RequestRedirect, requestRedirect: "+
			"{scheme: https, statusCode: 301}}], "), " 301"},
		{"a filter of the controller's", edgeGateway("alb", "", "", https, "filters: [{type: ExtensionRef}], "),
			"1m0s unknown"},
		{"settings of its rule that are not here", edgeGateway("alb", "", "", https, byConfig), "1m0s unknown"},
		{"a fixed response", edgeGateway("alb", "", "", https, byConfig) + ruled("actions: [{type: fixed-response, "+
			"fixedResponseConfig: {statusCode: 418}}]"), " 418"},
		{"a log-in", edgeGateway("alb", "", "", https, byConfig) + ruled(logIn), "1m0s unknown"},
		{"a log-in that may fail", edgeGateway("alb", "", "", https, byConfig) + ruled(strings.Replace(logIn, "{issuer",
			"{onUnauthenticatedRequest: allow, issuer", 1)), "1m0s on"},
		{"no log-in without TLS", edgeGateway("alb", "", "", http, byConfig) + ruled(logIn), "1m0s on"},
		{"a token", edgeGateway("alb", "", "", https, byConfig) + ruled("actions: [{type: jwt-validation}, {type: forward}]"),
			" 401"},
		{"from elsewhere", edgeGateway("alb", "", "", https, byConfig) + ruled("conditions: [{field: source-ip, "+
			"sourceIPConfig: {values: [198.51.100.0/24]}}]"), "1m0s unknown"},
		{"from elsewhere, for another match", edgeGateway("alb", "", "", https, byConfig) + ruled("conditions: [{field: "+
			"source-ip, sourceIPConfig: {values: [198.51.100.0/24]}, matchIndexes: [1]}]"), "1m0s on"},
		{"HTTP/2 to the targets",
			edgeGateway("alb", "", "", https, "") + target("  defaultConfiguration: {protocolVersion: HTTP2}\n"), " 464"},
		{"of another route", edgeGateway("alb", "", "", https, "") + target("  routeConfigurations: "+forRoute("x")),
			"1m0s on"},
		{"of this route", edgeGateway("alb", "", "", https, "") + target("  defaultConfiguration: "+
			"{protocolVersion: HTTP1}\n  routeConfigurations: "+forRoute("chat")), " 464"},
		{"a network load balancer", edgeGateway("nlb", "", "", "port: 443, protocol: TCP", ""), "5m50s on"},
		{"its listener", edgeGateway("nlb", "", `listenerConfigurations: [{protocolPort: "TCP:443", listenerAttributes: `+
			`[{key: tcp.idle_timeout.seconds, value: "600"}]}]`, "port: 443, protocol: TCP", ""), "10m0s on"},
		{"another listener", edgeGateway("nlb", "", `listenerConfigurations: [{protocolPort: "TLS:443", listenerAttributes: `+
			`[{key: tcp.idle_timeout.seconds, value: "600"}]}]`, "port: 443, protocol: TCP", ""), "5m50s on"},
	} {
		r := readText(t, c.yaml)
		if len(r.Sources) != 1 {
			t.Errorf("%s: %d sources", c.name, len(r.Sources))
			continue
		}
		lb, ok := r.Sources[0].Source.(*infra.Source)
		if !ok {
			t.Fatalf("%s: %T", c.name, r.Sources[0].Source)
		}
		if got := outcomeAt(lb); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

// outcomeAt is what becomes of a handshake for /ws at the first listener.
func outcomeAt(lb *infra.Source) (s string) {
	l := lb.Listeners[0]
	q := hop.Request{Method: "GET", Host: "chat.test", Target: "/ws", TLS: l.Protocol == "HTTPS",
		Addr: net.JoinHostPort(lb.Name, fmt.Sprint(l.Port)), Proto: hop.Written("HTTP", "1.1", hop.Pos{}),
		Header: map[string][]hop.Setting[string]{}}
	for _, h := range [][2]string{{"Upgrade", "websocket"}, {"Connection", "Upgrade"}, {"Host", "chat.test"}} {
		q.Header[h[0]] = []hop.Setting[string]{hop.Written(h[0], h[1], hop.Pos{})}
	}
	h := lb.Serve(q)[0].Hop
	for _, timer := range h.Idle {
		d, _ := timer.Get()
		s = d.String()
	}
	switch a, known := h.Answer.Get(); {
	case !known:
		return s + " unknown"
	case a.Kind == hop.PassedOn:
		return s + " on"
	default:
		return strings.TrimSpace(s) + fmt.Sprintf(" %d", a.Status)
	}
}
