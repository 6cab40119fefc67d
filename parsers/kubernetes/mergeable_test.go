package kubernetes

import (
	"strings"
	"testing"
)

// TestMergeable: what F5's controller drops from a master and a minion, and what it refuses as one
// (nginx/kubernetes-ingress, internal/configs/annotations.go and internal/k8s/validation.go).
func TestMergeable(t *testing.T) {
	one := func(kind, annotation, spec string) string {
		return "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  name: chat\n  annotations:\n" +
			"    nginx.org/mergeable-ingress-type: " + kind + "\n    " + annotation +
			"\nspec:\n  ingressClassName: nginx\n" + spec
	}
	const host = "  rules:\n  - host: chat.test\n"
	paths := rule(prefixed("/ws"))
	for _, c := range []struct{ yaml, want string }{
		{one("master", "nginx.org/websocket-services: chat", host), "websocket-services not read"},
		{one("master", "nginx.org/proxy-read-timeout: 1h", host), ""},
		{one("master", "nginx.org/server-snippets: gzip off;", host), ""},
		{one("master", "nginx.org/rewrites: x", host), "rewrites not read"},
		{one("minion", "nginx.org/websocket-services: chat", paths), ""},
		{one("minion", "nginx.org/ssl-redirect: \"false\"", paths), "ssl-redirect not read"},
		{one("minion", "nginx.org/server-snippets: gzip off;", paths), "server-snippets not read"},
		{one("minion", "nginx.org/redirect-to-https: \"true\"", paths), "redirect-to-https not read"},
		{one("minion", "nginx.org/location-snippets: gzip off;", paths), ""},
		{one("main", "nginx.org/location-snippets: gzip off;", paths), "mergeable-ingress-type refused"},
		{one("master", "nginx.org/hsts: \"true\"", paths), "mergeable-ingress-type refused"},
		{one("minion", "nginx.org/keepalive: \"1\"", host), "mergeable-ingress-type refused"},
		{one("minion", "nginx.org/keepalive: \"1\"", "  tls: [{secretName: x}]\n"+paths), "mergeable-ingress-type refused"},
	} {
		if got := found(readText(t, c.yaml)); got != c.want {
			t.Errorf("%s\n%s\nwant %s", c.yaml, got, c.want)
		}
	}
}

// TestRedirectOfF5: an Ingress with a certificate redirects ws:// unless an annotation says no, the new prefix first.
func TestRedirectOfF5(t *testing.T) {
	const now, former = "    nginx.org/ssl-redirect: ", "    ingress.kubernetes.io/ssl-redirect: "
	for annotations, want := range map[string]bool{
		"": true, now + "\"false\"\n": false, now + "\"F\"\n": false, now + "\"true\"\n": true,
		former + "\"false\"\n": false, former + "\"true\"\n": true, former + "\"no\"\n": true,
		former + "\"false\"\n" + now + "\"true\"\n": true, former + "\"true\"\n" + now + "\"false\"\n": false,
	} {
		src, _ := written(t, f5(annotations)+"  tls: [{hosts: [chat.test], secretName: x}]\n")
		if got := strings.Contains(src, "if ($scheme = http)"); got != want {
			t.Errorf("%q: it redirects: %v, want %v", annotations, got, want)
		}
	}
}

// TestVirtualServerRoutes: which ones a VirtualServer takes in.
func TestVirtualServerRoutes(t *testing.T) {
	for _, c := range []struct {
		yaml string
		want int
	}{
		{virtualRoute("/ws", ""), 1},
		{virtualRoute("/", ""), 1},
		{virtualRoute("/other", ""), 0},
		{virtualRoute("=/ws/room", ""), 0},
	} {
		if got := len(readText(t, c.yaml).Sources); got != c.want {
			t.Errorf("%s\n%d sources, want %d", c.yaml, got, c.want)
		}
	}
}
