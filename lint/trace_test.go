package lint

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestTraceUndetermined: where nobody knows what serves a URL, no trace says that nothing does.
func TestTraceUndetermined(t *testing.T) {
	file := filepath.Join(t.TempDir(), "ingress.yaml")
	yaml := "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  name: chat\n  annotations:\n" +
		"    nginx.ingress.kubernetes.io/proxy-read-timeout: \"90\"\n    nginx.org/websocket-services: chat\nspec:\n" +
		"  ingressClassName: nginx\n  rules:\n  - host: chat.test\n    http:\n      paths:\n" +
		"      - {path: /ws, pathType: Prefix, backend: {service: {name: chat, port: {number: 80}}}}\n"
	if err := os.WriteFile(file, []byte(yaml), 0o600); err != nil {
		t.Fatal(err)
	}
	_, _, err := Trace(Input{Args: []string{file}}, Handshake{URL: "wss://chat.test/ws"})
	if err == nil || !strings.Contains(err.Error(), "could not be determined: "+file+":4:9: which controller serves") {
		t.Error(err)
	}
}
