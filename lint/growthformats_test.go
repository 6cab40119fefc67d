package lint_test

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/wslint/wslint/lint"
	"github.com/wslint/wslint/rules"
)

// TestGrowthOfFormats: four times as many objects of one file take about four times as much memory, all in all. What
// looked at each file or object again for each of them took up to sixteen times as much.
func TestGrowthOfFormats(t *testing.T) {
	if testing.Short() {
		t.Skip("counts for seconds")
	}
	const ingress = "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n" +
		"  name: NAME\n  annotations:\n    NOTE\n" +
		"spec:\n  ingressClassName: nginx\n  rules:\n  - host: h@.example.com\n    http:\n      paths:\n" +
		"      - path: PATH\n        pathType: Prefix\n        backend:\n          service:\n" +
		"            name: s@\n            port:\n" +
		"              number: 80\n---\n"
	of := func(name, path, note string) string {
		return strings.NewReplacer("NAME", name, "PATH", path, "NOTE", note).Replace(ingress)
	}
	const site = "server { listen 80; server_name s@.example.com;\nrewrite ^/old@ /new last;\n" +
		"location /ws { proxy_pass http://127.0.0.1:3000; } }\n"
	for _, c := range []struct{ name, file, head, entry, further string }{
		{"servers with a condition each", "nginx.conf.j2", "events {}\nhttp {\n",
			"{% if v@ %}\n" + site + "{% endif %}\n", ""},
		{"servers that a template names", "nginx.conf.j2", "events {}\nhttp {\n", "{% if v@ %}\n" +
			strings.Replace(site, "s@.example.com", "{{ n@ }}", 1) + "{% endif %}\n", ""},
		{"rewrites with a condition each", "nginx.conf.j2", "events {}\nhttp {\nserver {\nlisten 80;\n",
			"{% if v@ %}\nrewrite ^/x@ /ws/x@ last;\nlocation /ws/x@ { proxy_pass http://127.0.0.1:3000;\n" +
				"proxy_set_header Upgrade $http_upgrade; }\n{% endif %}\n", ""},
		{"backends with a condition each", "haproxy.cfg.j2", "defaults\n mode http\nfrontend f\n bind :80\n",
			"{% if v@ %}\n use_backend b@ if { hdr(host) s@.example.com }\n{% endif %}\n",
			"{% if v@ %}\nbackend b@\n server s 127.0.0.1:9\n timeout tunnel 1h\n{% endif %}\n"},
		{"cloud-init in Terraform", "main.tf", "", "resource \"aws_instance\" \"i@\" {\n  user_data = <<-EOF\n" +
			"    #cloud-config\n    write_files:\n    - path: /etc/nginx/nginx.conf\n      content: |\n" +
			"        events {}\n        http {\n          server {\n            listen 80;\n" +
			"            location /ws { proxy_pass http://127.0.0.1:3000; }\n" +
			"          }\n        }\n  EOF\n}\n", ""},
		{"canaries", "all.yaml", "", of("a@", "/ws", "x: y") + of("c@", "/ws",
			`nginx.ingress.kubernetes.io/canary: "true"`), ""},
		{"Gateways", "all.yaml", "",
			"apiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\nmetadata:\n  name: g@\nspec:\n" +
				"  gatewayClassName: nginx\n  listeners:\n  - name: http\n    port: 80\n    protocol: HTTP\n---\n" +
				"apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata:\n  name: r@\nspec:\n  parentRefs:\n" +
				"  - name: g@\n  rules:\n  - matches:\n    - path:\n        type: PathPrefix\n        value: /ws\n" +
				"    backendRefs:\n    - name: s@\n      port: 80\n---\n", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			each := func(n int) float64 {
				var text strings.Builder
				text.WriteString(c.head)
				for _, entry := range []string{c.entry, c.further} {
					for i := range n {
						text.WriteString(strings.ReplaceAll(entry, "@", fmt.Sprint(i)))
					}
				}
				text.WriteString(strings.Repeat("}\n", strings.Count(c.head, "{\n"))) // of nginx
				file := filepath.Join(t.TempDir(), c.file)
				if err := os.WriteFile(file, []byte(text.String()), 0o600); err != nil {
					t.Fatal(err)
				}
				var before, after runtime.MemStats
				runtime.ReadMemStats(&before)
				r, err := lint.Check(lint.Input{Args: []string{file}, Rules: rules.All})
				if err != nil || r.Endpoints < n {
					t.Fatalf("%d endpoints of %d: %v", r.Endpoints, n, err)
				}
				runtime.ReadMemStats(&after)
				return float64(after.TotalAlloc-before.TotalAlloc) / float64(n)
			}
			each(10) // what is made once
			few, more := each(100), each(400)
			t.Logf("%.0f and %.0f bytes each", few, more)
			if more > 1.5*few {
				t.Errorf("%.0f and %.0f bytes each", few, more)
			}
		})
	}
}
