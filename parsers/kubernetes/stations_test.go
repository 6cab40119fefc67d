package kubernetes

import (
	"strings"
	"testing"

	"github.com/wslint/wslint/hop"
)

// TestStations: what others than nginx make of objects is known by its documented default, or by what is written.
func TestStations(t *testing.T) {
	gateway := "apiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\nmetadata: {name: web}\n" +
		"spec: {gatewayClassName: nginx, listeners: [{name: http, port: 80, protocol: HTTP}]}\n"
	ingress := func(class, annotation string) string {
		return "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  name: web\n  annotations: {" + annotation +
			"}\nspec: {ingressClassName: " + class + ", " +
			"defaultBackend: {service: {name: web, port: {number: 80}}}}\n"
	}
	service := func(annotation string) string {
		return "apiVersion: v1\nkind: Service\nmetadata:\n  name: web\n  annotations: {" + annotation +
			"}\nspec: {type: LoadBalancer}\n"
	}
	envoy := func(rule, more string) string {
		return strings.Replace(gateway, "nginx", "eg", 1) +
			"---\napiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {name: chat}\n" +
			"spec: {parentRefs: [{name: web}], rules: [{" + rule + "}]}\n" + more
	}
	policy := func(kind, target, name string) string {
		return "---\napiVersion: gateway.envoyproxy.io/v1alpha1\nkind: " + kind + "\nmetadata: {name: p}\nspec:\n" +
			"  targetRefs: [{kind: " + target + ", name: " + name + "}]\n  timeout: {http: {streamIdleTimeout: 15m}}\n"
	}
	tunnel := func(length string) string {
		return "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: haproxy}\ndata: {timeout-tunnel: " + length + "}\n"
	}
	backendConfig := func(named string) string {
		json := strings.NewReplacer("default", `"default"`, "ports", `"ports"`, "http", `"http"`, "80", `"80"`,
			": c", `: "c"`, ": d", `: "d"`).Replace(named)
		return "---\napiVersion: v1\nkind: Service\nmetadata: {name: web, annotations: {cloud.google.com/backend-config: '{" +
			json + "}'}}\nspec: {ports: [{name: http, port: 80}]}\n---\napiVersion: cloud.google.com/v1\n" +
			"kind: BackendConfig\nmetadata: {name: c}\nspec: {timeoutSec: 3600}\n"
	}
	maxStream := strings.Replace(policy("BackendTrafficPolicy", "HTTPRoute", "chat"), "streamIdleTimeout: 15m",
		"maxStreamDuration: 2h", 1)
	const gcp = "---\napiVersion: networking.gke.io/v1\nkind: GCPBackendPolicy\nmetadata: {name: p}\n" +
		"spec: {default: {timeoutSec: 600}, targetRef: {group: '', kind: Service, name: web}}\n"
	for _, c := range []struct{ yaml, want string }{
		{gateway, "Gateway default/web 1m0s default"},
		{gateway + "---\napiVersion: gateway.nginx.org/v1alpha1\nkind: ProxySettingsPolicy\nmetadata: {name: p}\nspec:\n" +
			"  targetRefs: [{group: gateway.networking.k8s.io, kind: Gateway, name: web}]\n  timeout: {read: 5m}\n",
			"Gateway default/web 5m0s written"},
		{"apiVersion: gateway.networking.k8s.io/v1\nkind: GatewayClass\nmetadata: {name: nginx}\n" +
			"spec: {controllerName: gateway.envoyproxy.io/gatewayclass-controller}\n---\n" + gateway,
			"Gateway default/web 5m0s default"},
		{envoy("", ""), "Gateway default/web 5m0s default"},
		{envoy("timeouts: {request: 10s}", ""), "Gateway default/web 1h0m0s written"},
		{envoy("timeouts: {request: 2h}", ""), "Gateway default/web 2h0m0s written"},
		{envoy("timeouts: {request: 0s}", ""), "Gateway default/web"},
		{envoy("timeouts: {request: 10s}", policy("ClientTrafficPolicy", "Gateway", "web")),
			"Gateway default/web 15m0s written"},
		{envoy("", policy("BackendTrafficPolicy", "HTTPRoute", "chat")), "Gateway default/web 15m0s written"},
		{envoy("timeouts: {request: 10s}}, {", ""), "Gateway default/web 0s default"},
		{ingress("haproxy", `haproxy-ingress.github.io/timeout-tunnel: "2h"`), "Ingress default/web 2h0m0s written"},
		{ingress("haproxy", `haproxy.org/timeout-server: "50s"`), "Ingress default/web 1h0m0s default"},
		{ingress("haproxy", ""), ""},
		{ingress("haproxy", `haproxy.org/timeout-server: "50s"`) + tunnel("30m"), "Ingress default/web 30m0s written"},
		{ingress("haproxy", `haproxy.org/timeout-server: "50s"`) + tunnel(`"90000"`), "Ingress default/web 1m30s written"},
		{ingress("haproxy", `haproxy-ingress.github.io/timeout-tunnel: "2h"`) + tunnel("30m"),
			"Ingress default/web 2h0m0s written"},
		{ingress("gce", ""), "Ingress default/web ends after 30s"},
		{ingress("gce", "") + backendConfig("default: c"), "Ingress default/web ends after 1h0m0s"},
		{ingress("gce", "") + backendConfig("ports: {http: c}"), "Ingress default/web ends after 1h0m0s"},
		{ingress("gce", "") + backendConfig("ports: {80: c}"), "Ingress default/web ends after 1h0m0s"},
		{ingress("gce", "") + backendConfig("default: d"), "Ingress default/web 0s default"},
		{ingress("contour", "projectcontour.io/num-retries: \"3\""), "Ingress default/web refuses"},
		{ingress("contour", "projectcontour.io/websocket-routes: /ws"), "Ingress default/web 5m0s default"},
		{envoy("", maxStream), "Gateway default/web 5m0s default ends after 2h0m0s"},
		{strings.Replace(envoy("backendRefs: [{name: web, port: 80}]", ""), "eg", "gke-l7-global-external-managed", 1),
			"Gateway default/web 30s default ends after 24h0m0s"},
		{strings.Replace(envoy("backendRefs: [{name: web, port: 80}]", gcp), "eg", "gke-l7-global-external-managed", 1),
			"Gateway default/web 10m0s written ends after 24h0m0s"},
		{ingress("azure-application-gateway", `appgw.ingress.kubernetes.io/ssl-redirect: "true"`),
			"Ingress default/web 30s default"},
		{ingress("azure-application-gateway", `appgw.ingress.kubernetes.io/request-timeout: "300"`),
			"Ingress default/web 5m0s written"},
		{service(`service.beta.kubernetes.io/do-loadbalancer-http-idle-timeout-seconds: "90"`),
			"Service default/web 1m30s written"},
		{service(`load-balancer.hetzner.cloud/http-timeout-idle: 5m`), "Service default/web 5m0s written"},
		{service(""), ""},
	} {
		got := ""
		for _, x := range readText(t, c.yaml).Resources {
			h := x.Source.Serve(hop.Request{Method: "GET", Host: "web", Target: "/"})[0].Hop
			got += h.Name
			for _, timer := range h.Idle {
				d, _ := timer.Get()
				got += " " + d.String()
				if timer.IsWritten() {
					got += " written"
				} else {
					got += " default"
				}
			}
			for _, timer := range h.Life {
				if d, _ := timer.Get(); timer.Starts == hop.Opened {
					got += " ends after " + d.String()
				}
			}
			if a, known := h.Answer.Get(); !known || a.Kind != hop.PassedOn {
				got += " refuses"
			}
		}
		if got != c.want {
			t.Errorf("%s\n%q, want %q", c.yaml, got, c.want)
		}
	}
}
