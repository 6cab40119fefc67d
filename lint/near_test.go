package lint_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"github.com/wslint/wslint/lint"
	"github.com/wslint/wslint/rules"
)

// randomServices writes services that may share a snippet, lead to each other over sockets, loopback or the network of
// a compose file, and ignore findings.
func randomServices(r *rand.Rand, write func(name, text string)) (names []string) {
	pick := func(list ...string) string { return list[r.IntN(len(list))] }
	write("shared/ws.conf", pick("proxy_http_version 1.1;\n", "proxy_read_timeout 30s;\n", "proxy_http_version 1.0;\n"))
	kinds := []string{"8080"}
	for _, kind := range []string{"unix:/run/%d.sock", "127.0.0.1:300%d", "ignore", "shared", "compose", "pod"} {
		if r.IntN(3) == 0 {
			kinds = append(kinds, kind)
		}
	}
	for i := range 6 {
		to := pick("http://10.0.0.9:300%d", "http://unix:/run/%d.sock", "http://127.0.0.1:300%d")
		to = fmt.Sprintf(to, r.IntN(6))
		listen, more, kind := "8080", "", pick(kinds...)
		switch kind {
		case "shared":
			more = "include ../shared/ws.conf;"
		case "ignore":
			more = "# wslint:ignore " + pick("upgrade-not-forwarded", "idle-timeout-without-ping") + " -- known\n"
		case "compose", "pod":
			to = fmt.Sprintf(pick("http://web%d:8080", "http://10.0.0.9:300%d"), (i+1)%6)
		default:
			if listen = kind; kind != "8080" {
				listen = fmt.Sprintf(kind, i)
			}
		}
		name := fmt.Sprintf("s%d/nginx.conf", i)
		names = append(names, name)
		write(name, fmt.Sprintf("events {}\nhttp {\n  server {\n    listen %s;\n    %s\n    location /ws {\n"+
			"      proxy_pass %s;\n      %s\n    }\n  }\n}\n", listen, more, to,
			pick("", "proxy_set_header Upgrade $http_upgrade;", "proxy_set_header Upgrade $http_upgrade;\n"+
				"      proxy_set_header Connection upgrade; proxy_http_version 1.1;", "proxy_read_timeout 5s")))
		if kind == "pod" {
			write(fmt.Sprintf("s%d/pod.yaml", i), fmt.Sprintf(`apiVersion: v1
kind: ConfigMap
metadata: {name: conf%[1]d}
data:
  nginx.conf: |
    events {}
    http {
      server {
        listen 8080;
        location / {
          proxy_pass %[2]s;
          %[3]s
        }
      }
    }
---
apiVersion: v1
kind: Service
metadata: {name: web%[1]d}
spec:
  selector: {app: web%[1]d}
  ports: [{port: 8080}]
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web%[1]d}
spec:
  template:
    metadata: {labels: {app: web%[1]d}}
    spec:
      containers:
        - name: nginx
          image: nginx:1.28
          volumeMounts: [{name: conf, mountPath: /etc/nginx}]
      volumes: [{name: conf, configMap: {name: conf%[1]d}}]
`, i, to, pick("", "proxy_read_timeout 5s;", "proxy_set_header Upgrade $http_upgrade;")))
			names = append(names, fmt.Sprintf("s%d/pod.yaml", i))
		}
		if kind == "compose" {
			write(fmt.Sprintf("s%d/compose.yaml", i), fmt.Sprintf("services:\n  web%d:\n    image: nginx:1.28\n"+
				"    volumes: [./nginx.conf:/etc/nginx/nginx.conf:ro]\n  web%d:\n    image: nginx:1.28\n"+
				"    volumes: [../s%d/nginx.conf:/etc/nginx/nginx.conf:ro]\n", i, (i+1)%6, (i+1)%6))
		}
	}
	return append(names, "shared/ws.conf")
}

// TestNear: what changed files concern is the same where the rest is not followed.
func TestNear(t *testing.T) {
	runs, found, left := 300, 0, 0
	if testing.Short() {
		runs = 100
	}
	for seed := range runs {
		r := rand.New(rand.NewPCG(uint64(seed), 7))
		t.Chdir(t.TempDir())
		names := randomServices(r, func(name, text string) {
			if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		})
		changed := []string{names[r.IntN(len(names))]}
		check := func(all bool) (string, []string) {
			c, err := lint.NewChanged(changed)
			if err != nil {
				t.Fatal(err)
			}
			res, err := lint.Check(lint.Input{Args: []string{"."}, Rules: rules.All, Changed: c, EachServer: all})
			if err != nil {
				t.Fatal(err)
			}
			first := res.First
			res.First, res.Unpinged = "", false // of a run that finds nothing, and a hook says no more then
			return first, append(told(res, rules.NoRoutes), fmt.Sprint(res.Files, res.Ignored, res.Concerned, res.Gone,
				c.NotRead()))
		}
		first, got := check(false)
		all, want := check(true)
		if !reflect.DeepEqual(got, want) {
			t.Fatalf("seed %d, %s:\n%q\ninstead of\n%q", seed, changed, got, want)
		}
		if found += len(want) - 2; first != all {
			left++
		}
	}
	if found == 0 || left < runs/10 {
		t.Errorf("%d found, only %d runs left something out", found, left)
	}
}
