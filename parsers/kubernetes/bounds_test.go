package kubernetes_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/wslint/wslint/lint"
	"github.com/wslint/wslint/rules"
)

// TestMostPaths: what has more paths than are checked is not clean, and says what the bound is.
func TestMostPaths(t *testing.T) {
	var b strings.Builder
	b.WriteString("apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: a}\nspec:\n" +
		"  ingressClassName: nginx\n  rules:\n  - host: a.example\n    http:\n      paths:\n")
	for i := range 3001 {
		fmt.Fprintf(&b, "      - {path: /p%d, pathType: Exact, backend: {service: {name: s, port: {number: 80}}}}\n", i)
	}
	file := filepath.Join(t.TempDir(), "ingress.yaml")
	if err := os.WriteFile(file, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	result, err := lint.Check(lint.Input{Args: []string{file}, Rules: rules.All})
	if err != nil {
		t.Fatal(err)
	}
	const want = "3001 paths make one configuration here, more than the 3000 that are checked"
	if text := fmt.Sprint(result.Unknown); !strings.Contains(text, want) {
		t.Errorf("got %s", text)
	}
}

// TestMostWork: patches beyond what is done are named, with the bound, and their objects are not judged.
func TestMostWork(t *testing.T) {
	dir := t.TempDir()
	var objects, patches strings.Builder
	for i := range 300 {
		fmt.Fprintf(&objects, "---\napiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: a%d}\n"+
			"spec: {ingressClassName: nginx, rules: [{host: h%d, http: {paths: [{path: /ws, backend: {service: "+
			"{name: s, port: {number: 80}}}}]}}]}\n", i, i)
	}
	patches.WriteString("resources: [objects.yaml]\npatches:\n")
	for i := range 700 {
		fmt.Fprintf(&patches, "- target: {kind: Ingress, labelSelector: a=%d}\n  path: p.yaml\n", i)
	}
	for name, text := range map[string]string{
		"objects.yaml": objects.String(), "kustomization.yaml": patches.String(),
		"p.yaml": "- {op: add, path: /metadata/annotations/x, value: y}\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	result, err := lint.Check(lint.Input{Args: []string{dir}, Rules: rules.All})
	if err != nil {
		t.Fatal(err)
	}
	const want = "not read: 200000 times one was held against an object"
	if text := fmt.Sprint(result.Unknown); strings.Count(text, want) != 1 || result.Endpoints != 0 {
		t.Errorf("got %d endpoints and %s", result.Endpoints, text)
	}
}

// TestManyBranches: of a key that stands very often in a template the first values and the last one are looked at, and
// a line of very many actions is read once.
func TestManyBranches(t *testing.T) {
	var b strings.Builder
	b.WriteString("apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  name: {{ .x }}\n  annotations:\n")
	for i := range 5000 {
		fmt.Fprintf(&b, "    nginx.ingress.kubernetes.io/proxy-read-timeout: \"%ds\"\n", i)
	}
	b.WriteString("    a: b " + strings.Repeat("{{ .x }}", 20000) + "\n")
	file := filepath.Join(t.TempDir(), "ingress.yaml")
	if err := os.WriteFile(file, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	result, err := lint.Check(lint.Input{Args: []string{file}, Rules: rules.All})
	if err != nil {
		t.Fatal(err)
	}
	if len(result.Findings) != 21 {
		t.Errorf("got %d findings", len(result.Findings))
	}
}
