package kubernetes

import (
	"strings"
	"testing"
)

// TestTwice: of two Ingresses with one host and path nobody knows which one serves it, canaries excepted.
func TestTwice(t *testing.T) {
	ingress := func(name, host, path, more string) string {
		return "---\napiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  name: " + name +
			"\n  annotations: {" + more + "}\nspec:\n  ingressClassName: nginx\n  rules:\n  - host: " + host +
			"\n    http:\n      paths: [{path: " + path +
			", pathType: Prefix, backend: {service: {name: x, port: {number: 80}}}}]\n"
	}
	const canary = `nginx.ingress.kubernetes.io/canary: "true"`
	for name, c := range map[string]struct {
		text string
		want bool
	}{
		"the same":      {ingress("a", "h", "/", "") + ingress("b", "h", "/", ""), true},
		"another path":  {ingress("a", "h", "/", "") + ingress("b", "h", "/b", ""), false},
		"another host":  {ingress("a", "h", "/", "") + ingress("b", "i", "/", ""), false},
		"any host":      {ingress("a", `""`, "/", "") + ingress("b", `""`, "/", ""), false},
		"a canary":      {ingress("a", "h", "/", "") + ingress("b", "h", "/", canary), false},
		"the same name": {ingress("a", "h", "/", "") + ingress("a", "h", "/", ""), false},
	} {
		notes := newSet(made(t, map[string]string{"i.yaml": c.text})).twice()
		if (len(notes) == 1) != c.want || c.want && (notes[0].Pos.Line < 20 ||
			!strings.HasPrefix(notes[0].Text, "which Ingress serves h/ is not known: Ingress default/a (")) {
			t.Errorf("%s: %v", name, notes)
		}
	}
}
