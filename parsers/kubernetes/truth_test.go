package kubernetes

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/internal/oracle"
	"github.com/wslint/wslint/parsers"
	"github.com/wslint/wslint/parsers/nginx"
)

// ingress is an Ingress with annotations and what follows "spec:".
func ingress(annotations, spec string) string {
	return "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  name: chat\n  annotations:\n" +
		"    nginx.ingress.kubernetes.io/enable-access-log: \"true\"\n" + annotations +
		"spec:\n  ingressClassName: nginx\n" + spec
}

// rule is a host with paths that all lead to one service.
func rule(paths ...string) string {
	s := "  rules:\n  - host: chat.test\n    http:\n      paths:\n"
	for _, p := range paths {
		s += p + "        backend: {service: {name: chat, port: {number: 3000}}}\n"
	}
	return s
}

func prefixed(path string) string { return "      - path: " + path + "\n        pathType: Prefix\n" }

const notes = "    nginx.ingress.kubernetes.io/"

// config is the controller's ConfigMap.
func config(data string) string {
	return "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: ingress-nginx-controller}\ndata:\n" + data
}

// cases of the truth: what is applied to a cluster, and what a browser then sees.
var truths = []struct {
	name, yaml, url string
	want            string        // "open", or "answered 404"
	cut             time.Duration // when a quiet tunnel is cut, before timers are shortened; 0: it is not watched
}{
	{"defaults", ingress("", rule(prefixed("/ws"))), "ws://chat.test/ws", "open", 60 * time.Second},
	{"below a prefix", ingress("", rule(prefixed("/ws"))), "ws://chat.test/ws/room", "open", 0},
	{"beside a prefix", ingress("", rule(prefixed("/ws"))), "ws://chat.test/wsx", "answered 404", 0},
	{"another host", ingress("", rule(prefixed("/ws"))), "ws://other.test/ws", "answered 404", 0},
	{"a longer timeout", ingress(notes+"proxy-read-timeout: \"90\"\n", rule(prefixed("/"))), "ws://chat.test/x", "open",
		90 * time.Second},
	{"a timeout with a unit keeps 60s", ingress(notes+"proxy-read-timeout: 90s\n", rule(prefixed("/"))),
		"ws://chat.test/x", "open", 60 * time.Second},
	{"the ConfigMap's timeout", ingress("", rule(prefixed("/"))) + config("  proxy-read-timeout: \"120\"\n"),
		"ws://chat.test/x", "open", 120 * time.Second},
	{"an annotation above the ConfigMap",
		ingress(notes+"proxy-read-timeout: \"90\"\n", rule(prefixed("/"))) + config("  proxy-read-timeout: \"120\"\n"),
		"ws://chat.test/x", "open", 90 * time.Second},
	{"a bad annotation above the ConfigMap",
		ingress(notes+"proxy-read-timeout: 1m\n", rule(prefixed("/"))) + config("  proxy-read-timeout: \"120\"\n"),
		"ws://chat.test/x", "open", 120 * time.Second},
	{"a bad entry of the ConfigMap", ingress("", rule(prefixed("/"))) + config("  proxy-read-timeout: 2m\n"),
		"ws://chat.test/x", "open", 60 * time.Second},
	{"Connection by annotation", ingress(notes+"connection-proxy-header: keep-alive\n", rule(prefixed("/"))),
		"ws://chat.test/x", "answered 400", 0},
	{"HTTP/1.0", ingress(notes+"proxy-http-version: \"1.0\"\n", rule(prefixed("/"))), "ws://chat.test/x", "", 0},
	{"redirect to https with a certificate",
		ingress("", "  tls:\n  - hosts: [chat.test]\n    secretName: x\n"+rule(prefixed("/"))), "ws://chat.test/x",
		"answered 308", 0},
	{"TLS with a certificate",
		ingress("", "  tls:\n  - hosts: [chat.test]\n    secretName: x\n"+rule(prefixed("/"))), "wss://chat.test/x",
		"open", 0},
	{"no redirect without one", ingress("", rule(prefixed("/"))), "ws://chat.test/x", "open", 0},
	{"a redirect that is forced", ingress(notes+"force-ssl-redirect: \"true\"\n", rule(prefixed("/"))),
		"ws://chat.test/x", "answered 308", 0},
	{"a redirect switched off", ingress(notes+"ssl-redirect: \"false\"\n",
		"  tls:\n  - hosts: [chat.test]\n    secretName: x\n"+rule(prefixed("/"))), "ws://chat.test/x", "open", 0},
	{"rewrite-target", ingress(notes+"rewrite-target: /$2\n"+notes+"use-regex: \"true\"\n",
		rule("      - path: /shell(/|$)(.*)\n        pathType: ImplementationSpecific\n")), "ws://chat.test/shell/ws",
		"open", 0},
	{"rewrite-target, beside it", ingress(notes+"rewrite-target: /$2\n"+notes+"use-regex: \"true\"\n",
		rule("      - path: /shell(/|$)(.*)\n        pathType: ImplementationSpecific\n")), "ws://chat.test/shellws",
		"answered 404", 0},
	{"a regular expression takes a Prefix path of the same host",
		ingress(notes+"use-regex: \"true\"\n", rule(prefixed("/ws"))), "ws://chat.test/WSx", "open", 0},
	{"a longer regular expression of another Ingress takes it first",
		ingress(notes+"proxy-read-timeout: \"90\"\n", rule(prefixed("/ws"))) + "---\n" + strings.Replace(ingress(
			notes+"rewrite-target: /$1\n", rule("      - path: /(.*)\n        pathType: ImplementationSpecific\n")),
			"name: chat\n", "name: web\n", 1), "ws://chat.test/ws", "open", 60 * time.Second},
	{"Exact", ingress("", rule("      - path: /ws\n        pathType: Exact\n")), "ws://chat.test/ws/", "answered 404", 0},
	{"a permanent redirect", ingress(notes+"permanent-redirect: https://new.test/\n", rule(prefixed("/"))),
		"ws://chat.test/x", "answered 301", 0},
	{"GRPC", ingress(notes+"backend-protocol: grpc\n", rule(prefixed("/"))), "ws://chat.test/x", "", 0},
	{"a made-up protocol is HTTP", ingress(notes+"backend-protocol: WS\n", rule(prefixed("/"))), "ws://chat.test/x",
		"open", 0},
	{"addresses", ingress(notes+"whitelist-source-range: 10.0.0.0/8\n", rule(prefixed("/"))), "ws://chat.test/x",
		"answered 403", 0},
	{"affinity", ingress(notes+"affinity: cookie\n", rule(prefixed("/"))), "ws://chat.test/x", "open", 0},
	{"a default backend", ingress("", "  defaultBackend: {service: {name: chat, port: {number: 3000}}}\n"),
		"ws://any.test/x", "open", 60 * time.Second},
	{"a snippet for Upgrade adds lines", ingress(notes+"configuration-snippet: |\n      proxy_set_header X-Room 1;\n",
		rule(prefixed("/"))), "ws://chat.test/x", "open", 0},
	{"a canary by weight", canary(notes + "canary-weight: \"100\"\n" + notes + "proxy-read-timeout: \"90\"\n"),
		"ws://chat.test/ws", "open", 60 * time.Second},
	{"a canary by a header that is not sent", canary(notes + "canary-by-header: x-canary\n"), "ws://chat.test/ws", "open",
		60 * time.Second},
	{"a canary by a cookie", canary(notes + "canary-by-cookie: canary\n"), "ws://chat.test/ws", "open", 0},
	{"F5: no Upgrade without websocket-services", f5(""), "ws://chat.test/ws", "answered 400", 0},
	{"F5: websocket-services", f5("    nginx.org/websocket-services: \"other, chat\"\n"), "ws://chat.test/ws", "open",
		60 * time.Second},
	{"F5: Connection of the keepalive", f5("    nginx.org/keepalive: \"32\"\n"), "ws://chat.test/ws", "answered 400", 0},
	{"F5: a timeout with a unit",
		f5("    nginx.org/websocket-services: chat\n    nginx.org/proxy-read-timeout: 1m30s\n"), "ws://chat.test/ws", "open",
		90 * time.Second},
	{"F5: the ConfigMap's timeout",
		f5("    nginx.org/websocket-services: chat\n") + f5Config("  proxy-read-timeout: 2m\n"), "ws://chat.test/ws", "open",
		120 * time.Second},
	{"F5: a Prefix path is a prefix of the text", f5("    nginx.org/websocket-services: chat\n"), "ws://chat.test/wsx",
		"open", 0},
	{"F5: VirtualServer", virtual(""), "ws://chat.test/ws", "open", 60 * time.Second},
	{"F5: VirtualServer's timeout", virtual("    read-timeout: 90s\n"), "ws://chat.test/ws", "open", 90 * time.Second},
	{"F5: VirtualServer, beside its routes", virtual(""), "ws://chat.test/x", "answered 404", 0},
	{"F5: VirtualServerRoute", virtualRoute("/ws", ""), "ws://chat.test/ws/room", "open", 60 * time.Second},
	{"F5: VirtualServerRoute's timeout", virtualRoute("/ws", "    read-timeout: 90s\n"), "ws://chat.test/ws/room",
		"open", 90 * time.Second},
	{"F5: matches", forked("matches: [{conditions: [{header: x-none, value: v2}], action: " +
		"{return: {code: 418, body: x}}}]\n    action: {pass: app}"), "ws://chat.test/ws", "open", 60 * time.Second},
	{"F5: a match that holds", forked("matches: [{conditions: [{argument: v, value: \"2\"}], action: " +
		"{return: {code: 403, body: x}}}]\n    action: {pass: app}"), "ws://chat.test/ws?v=2", "answered 403", 0},
	{"F5: a negative match", forked("matches: [{conditions: [{argument: v, value: \"!2\"}], action: " +
		"{return: {code: 403, body: x}}}]\n    action: {pass: app}"), "ws://chat.test/ws?v=2", "open", 0},
	{"F5: splits",
		forked("splits: [{weight: 100, action: {pass: app}}, {weight: 0, action: {return: {code: 404, body: x}}}]"),
		"ws://chat.test/ws", "open", 60 * time.Second},
	{"F5: a minion", merged("", "    nginx.org/websocket-services: chat\n"), "ws://chat.test/ws", "open",
		60 * time.Second},
	{"F5: a minion has timeouts of its master", merged("    nginx.org/proxy-read-timeout: 2m\n",
		"    nginx.org/websocket-services: chat\n"), "ws://chat.test/ws", "open", 120 * time.Second},
	{"F5: its own counts more", merged("    nginx.org/proxy-read-timeout: 2m\n",
		"    nginx.org/websocket-services: chat\n    nginx.org/proxy-read-timeout: 90s\n"), "ws://chat.test/ws", "open",
		90 * time.Second},
	{"F5: websocket-services of the master are dropped", merged("    nginx.org/websocket-services: chat\n", ""),
		"ws://chat.test/ws", "answered 400", 0},
	{"F5: server-snippets of the master", merged("    nginx.org/server-snippets: return 403;\n",
		"    nginx.org/websocket-services: chat\n"), "ws://chat.test/ws", "answered 403", 0},
	{"F5: server-snippets of a minion are dropped", merged("", "    nginx.org/websocket-services: chat\n"+
		"    nginx.org/server-snippets: return 403;\n"), "ws://chat.test/ws", "open", 0},
	{"NGF: defaults", gateway("", ""), "ws://chat.test/ws", "open", 60 * time.Second},
	{"NGF: below a prefix", gateway("", ""), "ws://chat.test/ws/room", "open", 0},
	{"NGF: beside a prefix", gateway("", ""), "ws://chat.test/wsx", "answered 404", 0},
	{"NGF: another host", gateway("", ""), "ws://other.test/ws", "answered 404", 0},
	{"NGF: a route without hostnames", strings.Replace(gateway("", ""), "  hostnames: [chat.test]\n", "", 1),
		"ws://any.test/ws", "open", 60 * time.Second},
	{"NGF: a policy's timeout", gateway("", "") + proxySettings("Gateway, name: edge", "90s"), "ws://chat.test/ws", "open",
		90 * time.Second},
	{"NGF: that of a route counts more", gateway("", "") + proxySettings("Gateway, name: edge", "90s") +
		proxySettings("HTTPRoute, name: chat", "2m"), "ws://chat.test/ws", "open", 120 * time.Second},
	{"NGF: timeouts of the route are ignored", gateway("", "    timeouts: {request: 10s}\n"), "ws://chat.test/ws", "open",
		60 * time.Second},
	{"NGF: a header that is not sent", gateway("      headers: [{name: x-room, value: \"1\"}]\n", ""),
		"ws://chat.test/ws", "", 0},
	{"NGF: a parameter", gateway("      queryParams: [{name: v, value: \"2\"}]\n", ""), "ws://chat.test/ws?v=2",
		"open", 0},
	{"NGF: another parameter", gateway("      queryParams: [{name: v, value: \"2\"}]\n", ""), "ws://chat.test/ws?v=3",
		"answered 404", 0},
	{"NGF: one path twice", gateway("    - path: {type: PathPrefix, value: /ws}\n      method: POST\n"+
		"    - path: {type: PathPrefix, value: /ws}\n", ""), "ws://chat.test/ws", "open", 60 * time.Second},
	{"NGF: a redirect", gateway("", "    filters: [{type: RequestRedirect, requestRedirect: {scheme: https}}]\n"),
		"ws://chat.test/ws", "answered 302", 0},
	{"NGF: a rewrite", gateway("", "    filters: [{type: URLRewrite, urlRewrite: "+
		"{path: {type: ReplacePrefixMatch, replacePrefixMatch: /app}}}]\n"), "ws://chat.test/ws/room", "open", 0},
	{"NGF: Upgrade taken out", gateway("", "    filters: [{type: RequestHeaderModifier, requestHeaderModifier: "+
		"{remove: [Upgrade]}}]\n"), "ws://chat.test/ws", "answered 400", 0},
	{"server-snippet of the ConfigMap", ingress("", rule(prefixed("/"))) + config(
		"  server-snippet: |\n    location = /ws { return 403; }\n"), "ws://chat.test/ws", "answered 403", 0},
}

// canary is an Ingress and a canary of it with annotations.
func canary(annotations string) string {
	other := strings.ReplaceAll(ingress(notes+"canary: \"true\"\n"+annotations, rule(prefixed("/ws"))), "chat,", "beta,")
	return ingress("", rule(prefixed("/ws"))) + "---\n" + strings.Replace(other, "name: chat\n", "name: beta\n", 1)
}

// f5 is an Ingress for F5's controller.
func f5(annotations string) string {
	return "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  name: chat\n  annotations:\n" +
		"    nginx.org/server-tokens: \"off\"\n" + annotations + "spec:\n  ingressClassName: nginx\n" + rule(prefixed("/ws"))
}

// virtual is a VirtualServer with fields of its upstream.
func virtual(fields string) string {
	return "apiVersion: k8s.nginx.org/v1\nkind: VirtualServer\nmetadata: {name: chat}\nspec:\n  host: chat.test\n" +
		"  upstreams:\n  - name: app\n    service: chat\n    port: 3000\n" + fields +
		"  routes:\n  - path: /ws\n    action: {pass: app}\n  - path: =/once\n    action: {return: {code: 200, body: x}}\n"
}

// virtualRoute is a VirtualServer that gives /ws to a VirtualServerRoute with one path.
func virtualRoute(path, fields string) string {
	return "apiVersion: k8s.nginx.org/v1\nkind: VirtualServer\nmetadata: {name: chat}\nspec:\n  host: chat.test\n" +
		"  routes:\n  - path: " + path + "\n    route: rooms/chat\n---\n" +
		"apiVersion: k8s.nginx.org/v1\nkind: VirtualServerRoute\nmetadata: {name: chat, namespace: rooms}\n" +
		"spec:\n  host: chat.test\n  upstreams:\n  - name: app\n    service: chat\n    port: 3000\n" + fields +
		"  subroutes:\n  - path: /ws/room\n    action: {pass: app}\n"
}

// forked is a VirtualServer with one route of several actions.
func forked(route string) string {
	return "apiVersion: k8s.nginx.org/v1\nkind: VirtualServer\nmetadata: {name: chat}\nspec:\n  host: chat.test\n" +
		"  upstreams:\n  - {name: app, service: chat, port: 3000}\n  routes:\n  - path: /ws\n    " + route + "\n"
}

// merged is a master and a minion with annotations.
func merged(master, minion string) string {
	one := func(name, annotations, spec string) string {
		return "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  name: " + name + "\n  annotations:\n" +
			"    nginx.org/mergeable-ingress-type: " + name + "\n" + annotations +
			"spec:\n  ingressClassName: nginx\n" + spec
	}
	return one("master", master, "  rules:\n  - host: chat.test\n") + "---\n" +
		one("minion", minion, rule(prefixed("/ws")))
}

// gateway is a Gateway of NGINX Gateway Fabric and a route with further fields of its match and its rule.
func gateway(match, rule string) string {
	return "apiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\nmetadata: {name: edge}\nspec:\n" +
		"  gatewayClassName: nginx\n  listeners: [{name: http, port: 80, protocol: HTTP}]\n---\n" +
		"apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {name: chat}\nspec:\n" +
		"  parentRefs: [{name: edge}]\n  hostnames: [chat.test]\n  rules:\n  - matches:\n" +
		"    - path: {type: PathPrefix, value: /ws}\n" + match + rule + "    backendRefs: [{name: chat, port: 3000}]\n"
}

// proxySettings is a policy with a read timeout.
func proxySettings(target, read string) string {
	return "---\napiVersion: gateway.nginx.org/v1alpha1\nkind: ProxySettingsPolicy\nmetadata: {name: p}\nspec:\n" +
		"  targetRefs: [{group: gateway.networking.k8s.io, kind: " + target + "}]\n  timeout: {read: " + read + "}\n"
}

func f5Config(data string) string {
	return "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: nginx-config}\ndata:\n" + data
}

// written is the configuration that ingress-nginx makes of a text, and the proxy that serves it.
func written(t *testing.T, yaml string) (src string, p *proxy) {
	t.Helper()
	r := readText(t, yaml)
	for _, f := range r.Files {
		if f.Origin != nil {
			src = string(f.Src)
		}
	}
	if len(r.Problems) > 0 || len(r.Sources) != 1 {
		t.Fatalf("%d sources, problems %+v", len(r.Sources), r.Problems)
	}
	return src, r.Sources[0].Source.(*proxy)
}

// readText reads one text of objects.
func readText(t *testing.T, yaml string) parsers.Reading {
	t.Helper()
	r, err := readAll([]parsers.Found{{Name: "chat.yaml", Src: []byte(yaml)}}, parsers.Options{ReadFile: os.ReadFile})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestTruth has a real nginx run what was written for ingress-nginx, with a real WebSocket through it: what was
// predicted is what is seen, and what the controller's documentation and code say.
func TestTruth(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: no long runs against real proxies")
	}
	const shorten = 30
	for _, n := range oracle.Find(t) {
		for _, c := range truths {
			t.Run(n.Version+"/"+c.name, func(t *testing.T) {
				t.Parallel()
				src, p := written(t, c.yaml)
				probe := oracle.Probe{URL: c.url}
				if c.cut > 0 {
					probe.Watch = c.cut/shorten + 2*time.Second
				}
				path := n.Hold(t, map[string]string{"nginx.conf": src}, oracle.Options{Shorten: shorten}, probe, readNginx)
				if got := outcome(path.Handshake()); c.want != "" && got != c.want {
					t.Errorf("predicted %s, want %s", got, c.want)
				}
				if c.cut > 0 {
					idle(t, p, c.url, c.cut)
				}
			})
		}
	}
}

// readNginx is what a main file is to a version of nginx.
func readNginx(main, version string) (hop.Source, error) {
	r, err := nginx.Reader().Read([]parsers.Found{{Name: main}}, parsers.Options{Version: version})
	if err != nil || len(r.Sources) != 1 || len(r.Problems) > 0 {
		return nil, fmt.Errorf("%d sources, problems %v: %w", len(r.Sources), r.Problems, err)
	}
	return r.Sources[0].Source, nil
}

// idle holds the idle timer that a proxy serves with against the one that is meant.
func idle(t *testing.T, p *proxy, url string, want time.Duration) {
	t.Helper()
	for _, e := range p.Everywhere() {
		q := e.Requests[0].Clone()
		q.Proto = hop.Written("HTTP", "1.1", hop.Pos{})
		for _, l := range [][2]string{
			{"Upgrade", "websocket"}, {"Connection", "Upgrade"}, {"Sec-Websocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="},
			{"Sec-Websocket-Version", "13"},
		} {
			q.Header[l[0]] = []hop.Setting[string]{hop.Written(l[0], l[1], hop.Pos{})}
		}
		h := p.Serve(q)[0].Hop
		for _, timer := range h.Idle {
			if got, known := timer.Get(); known && strings.ReplaceAll(timer.Name, "_", "-") == "proxy-read-timeout" {
				if got != want {
					t.Errorf("%s is cut after %s, want %s", url, got, want)
				}
				return
			}
		}
	}
	t.Errorf("%s: no endpoint has a timer called proxy-read-timeout", url)
}

func outcome(o hop.Outcome) string {
	switch o.Kind {
	case hop.Open:
		return "open"
	case hop.Refused:
		return "answered 400"
	}
	return fmt.Sprintf("answered %d", o.Status)
}
