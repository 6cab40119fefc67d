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
