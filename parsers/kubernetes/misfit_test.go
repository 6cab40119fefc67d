package kubernetes

import (
	"fmt"
	"strings"
	"testing"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers"
)

// faults names the faults of misfits in tests.
var faults = map[hop.Fault]string{
	hop.NotText: "not a text", hop.TimerDropped: "timer dropped", hop.Dropped: "dropped", hop.NotRead: "not read",
	hop.BreaksObject: "refused", hop.SnippetOff: "snippet",
}

// found is the misfits of a reading: "proxy-read-timeout dropped, 60s stays, write 3600".
func found(r parsers.Reading) string {
	var list []string
	for _, m := range r.Misfits {
		s := m.Name + " " + faults[m.Fault]
		if m.InForce != "" {
			s += ", " + m.InForce + " stays"
		}
		if m.Value != "" {
			s += ", write " + m.Value
		}
		if m.Meant != "" {
			s += ", meant " + m.Meant
		}
		list = append(list, s)
	}
	return strings.Join(list, "; ")
}

// TestAnnotations: value in, what is in force out, for each way of reading that the controllers have. The facts are
// those of kubernetes/ingress-nginx, internal/ingress/annotations (parser/main_test.go, proxy/main_test.go), and of
// nginx/kubernetes-ingress, internal/k8s/validation_test.go.
func TestAnnotations(t *testing.T) {
	for annotation, want := range map[string]string{
		`nginx.ingress.kubernetes.io/proxy-read-timeout: "3600"`:  "",
		`nginx.ingress.kubernetes.io/proxy-read-timeout: "060"`:   "",
		`nginx.ingress.kubernetes.io/proxy-read-timeout: "3600s"`: "proxy-read-timeout timer dropped, 60s stays, write 3600",
		`nginx.ingress.kubernetes.io/proxy-read-timeout: 1d`:      "proxy-read-timeout timer dropped, 60s stays, write 86400",
		`nginx.ingress.kubernetes.io/proxy-read-timeout: 1h30m`:   "proxy-read-timeout timer dropped, 60s stays, write 5400",
		`nginx.ingress.kubernetes.io/proxy-send-timeout: " 90"`:   "proxy-send-timeout timer dropped, 60s stays, write 90",
		`nginx.ingress.kubernetes.io/proxy-read-timeout: "-1"`:    "proxy-read-timeout refused",
		`nginx.ingress.kubernetes.io/proxy-send-timeout: "-60"`:   "proxy-send-timeout refused",
		`nginx.ingress.kubernetes.io/proxy-read-timeout: never`:   "proxy-read-timeout timer dropped, 60s stays",
		`nginx.ingress.kubernetes.io/proxy-connect-timeout: 10s`:  "proxy-connect-timeout dropped, 5s stays, write 10",
		`nginx.ingress.kubernetes.io/proxy-read-timeout: 3600`:    "proxy-read-timeout not a text",
		`nginx.ingress.kubernetes.io/ssl-redirect: true`:          "ssl-redirect not a text",
		`nginx.ingress.kubernetes.io/ssl-redirect: "off"`:         "ssl-redirect dropped, true stays, write false",
		`nginx.ingress.kubernetes.io/ssl-redirect: "F"`:           "",
		`nginx.ingress.kubernetes.io/proxy-buffering: "true"`:     "proxy-buffering dropped, write on",
		`nginx.ingress.kubernetes.io/proxy-http-version: "2"`:     "proxy-http-version dropped, 1.1 stays",
		`nginx.ingress.kubernetes.io/backend-protocol: "https"`:   "",
		`nginx.ingress.kubernetes.io/backend-protocol: "WSS"`:     "backend-protocol dropped, HTTP stays",
		`nginx.ingress.kubernetes.io/affinity: ip`:                "affinity dropped",
		`nginx.ingress.kubernetes.io/load-balance: least_conn`:    "load-balance refused",
		`nginx.ingress.kubernetes.io/limit-connections: "many"`:   "limit-connections refused",
		`nginx.ingress.kubernetes.io/proxy-body-size: 8 M`:        "",
		`nginx.ingress.kubernetes.io/proxy-body-size: 8mb`:        "proxy-body-size dropped",
		`nginx.ingress.kubernetes.io/websocket-services: chat`:    "websocket-services not read",
		`nginx.ingress.kubernetes.io/worker-shutdown-timeout: 1h`: "worker-shutdown-timeout not read",
		`nginx.ingress.kubernetes.io/proxy-timeout: "60"`:         "proxy-timeout not read, meant proxy-read-timeout",
		`nginx.ingress.kubernetes.io/proxy-read-timout: "60"`:     "proxy-read-timout not read, meant proxy-read-timeout",
		`nginx.ingress.kubernetes.io/session-cookie-name: route`:  "",
		`nginx.ingress.kubernetes.io/session-cookie-hash: sha1`:   "session-cookie-hash not read, meant session-cookie-name",
		`nginx.ingress.kubernetes.io/canary-weight: "10"`:         "",
		`cert-manager.io/issuer: x`:                               "",
		`ingress.kubernetes.io/proxy-read-timeout: "60"`: "ingress.kubernetes.io/proxy-read-timeout not read, meant " +
			"nginx.ingress.kubernetes.io/proxy-read-timeout",
		`nginx.org/proxy-read-timeout: 1h`:      "",
		`nginx.org/proxy-read-timeout: "90"`:    "",
		`nginx.org/proxy-read-timeout: 90sec`:   "proxy-read-timeout refused",
		`nginx.org/keepalive: "many"`:           "keepalive refused",
		`nginx.org/server-snippet: x`:           "server-snippet not read, meant server-snippets",
		`nginx.com/sticky-cookie-services: "s"`: "",
		`nginx.com/websocket-services: chat`: "nginx.com/websocket-services not read, meant " +
			"nginx.org/websocket-services",
		`nginx.org/slow-start: 10s`: "nginx.org/slow-start not read, meant " +
			"nginx.com/slow-start",
		`nginx.org/websocket-services: chat`:                           "",
		`nginx.org/websocket-services: chats`:                          "websocket-services refused",
		`nginx.org/websocket-services: "chat, chat"`:                   "websocket-services refused",
		`nginx.ingress.kubernetes.io/proxy-read-timeout: "${T:-60}"`:   "",
		`nginx.ingress.kubernetes.io/proxy-read-timeout: "${timeout}"`: "",
		`nginx.org/auth-url: http://auth`:                              "auth-url not read",
		`alb.ingress.kubernetes.io/target-type:`:                       "",
	} {
		yaml := "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  name: chat\n  annotations:\n    " +
			annotation + "\nspec:\n  ingressClassName: nginx\n" + rule(prefixed("/"))
		if got := found(readText(t, yaml)); got != want {
			t.Errorf("%s: %s\nwant %s", annotation, got, want)
		}
	}
}

// TestConfigMaps: the same for the ConfigMap of the controller, and for values of its chart.
func TestConfigMaps(t *testing.T) {
	for _, c := range []struct{ name, file, yaml, want string }{
		{"a unit", "c.yaml", config("  proxy-read-timeout: 1h\n"),
			"proxy-read-timeout timer dropped, 60s stays, write 3600"},
		{"a negative number", "c.yaml", config("  proxy-connect-timeout: \"-1\"\n"), "proxy-connect-timeout refused"},
		{"any case", "c.yaml", config("  Proxy-Read-Timeout: \"3600\"\n"), ""},
		{"underscores", "c.yaml", config("  proxy_read_timeout: \"3600\"\n"),
			"proxy_read_timeout not read, meant proxy-read-timeout"},
		{"a number", "c.yaml", config("  keep-alive: 75\n"), "keep-alive not a text"},
		{"a snippet that is not allowed", "c.yaml", ingress(notes+"configuration-snippet: x\n", rule(prefixed("/"))) +
			config("  keep-alive: \"75\"\n"), "configuration-snippet snippet"},
		{"an allowed one", "c.yaml", ingress(notes+"configuration-snippet: |\n      gzip off;\n", rule(prefixed("/"))) +
			config("  allow-snippet-annotations: \"true\"\n"), ""},
		{"another ConfigMap", "c.yaml",
			"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: app}\ndata:\n  port: 80\n", ""},
		{"values", "values.yaml", "controller:\n  config:\n    proxy-read-timeout: 3600\n    proxy-send-timeout: 1h\n",
			"proxy-send-timeout timer dropped, 60s stays, write 3600"},
		{"values of a chart in a chart", "values-prod.yaml",
			"web:\n  ingress:\n    enabled: true\n    annotations:\n      " + notes[4:] + "proxy-read-timeout: 1h\n",
			"proxy-read-timeout timer dropped, 60s stays, write 3600"},
	} {
		r, err := readAll([]parsers.Found{{Name: c.file, Src: []byte(c.yaml)}}, parsers.Options{})
		if got := found(r); err != nil || got != c.want {
			t.Errorf("%s: %s, %v\nwant %s", c.name, got, err, c.want)
		}
	}
}

// TestReaders: who does not read an object at all.
func TestReaders(t *testing.T) {
	class := func(controller string) string {
		return "---\napiVersion: networking.k8s.io/v1\nkind: IngressClass\nmetadata: {name: nginx}\nspec: {controller: " +
			controller + "}\n"
	}
	for _, c := range []struct{ yaml, want string }{
		{"apiVersion: v1\nkind: Service\nmetadata:\n  name: chat\n  annotations:\n" + notes + "proxy-read-timeout: \"60\"\n",
			"proxy-read-timeout not read"},
		{f5("    nginx.org/websocket-services: chat\n") + class("k8s.io/ingress-nginx"),
			"server-tokens not read; websocket-services not read"},
		{f5("    nginx.org/websocket-services: chat\n") + class("nginx.org/ingress-controller"), ""},
		{ingress(notes+"proxy-read-timeout: \"60\"\n", rule(prefixed("/"))) + class("nginx.org/ingress-controller"),
			"enable-access-log not read; proxy-read-timeout not read"},
	} {
		if got := found(readText(t, c.yaml)); got != c.want {
			t.Errorf("%s\n%s\nwant %s", c.yaml, got, c.want)
		}
	}
}

// TestBothFamilies: an Ingress with annotations of both controllers is that of the one which the objects show, and of
// nobody knows whom where they show neither or both.
func TestBothFamilies(t *testing.T) {
	both := f5(notes + "proxy-read-timeout: \"90\"\n    nginx.org/websocket-services: chat\n")
	workload := "---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: edge}\nspec:\n  template:\n" +
		"    spec: {containers: [{name: c, image: nginx/nginx-ingress:5.0}]}\n"
	class := "---\napiVersion: networking.k8s.io/v1\nkind: IngressClass\nmetadata: {name: other}\n" +
		"spec: {controller: k8s.io/ingress-nginx}\n"
	for _, c := range []struct{ more, want string }{
		{"", ""}, {config("  keep-alive: \"75\"\n"), ingressNginx}, {f5Config("  proxy-read-timeout: 2m\n"), nginxIngress},
		{workload, nginxIngress}, {class, ingressNginx}, {class + workload, ""},
	} {
		r := readText(t, both+c.more)
		got, open := "", 0
		for _, s := range r.Sources {
			got = s.Source.(*proxy).w.c.Name
		}
		for _, n := range r.Unknown {
			if strings.Contains(n.Text, "which controller serves Ingress default/chat") && n.Pos.Line == 4 {
				open++
			}
		}
		if got != c.want || (open == 1) != (c.want == "") {
			t.Errorf("%s: %q, %d notes, want %q", c.more, got, open, c.want)
		}
		for _, m := range r.Misfits {
			t.Errorf("%s: %+v", c.more, m)
		}
	}
	r := readText(t, f5(notes+"proxy-read-timeout: 90s\n"))
	if len(r.Misfits) != 1 || !r.Misfits[0].Held {
		t.Errorf("%+v", r.Misfits)
	}
}

// TestCanaries: what ingress-nginx ignores on a canary, and how it reads what is for canaries.
func TestCanaries(t *testing.T) {
	for annotation, want := range map[string]string{
		`canary-weight: "10"`:         "",
		`canary-weight: 10%`:          "canary-weight dropped, 0 stays",
		`canary-weight-total: many`:   "canary-weight-total dropped, 100 stays",
		`canary-by-header: X-Canary`:  "",
		`proxy-read-timeout: "3600"`:  "proxy-read-timeout not read",
		`proxy-read-timeout: 1h`:      "proxy-read-timeout not read",
		`backend-protocol: HTTPS`:     "backend-protocol not read",
		`affinity: cookie`:            "",
		`session-cookie-name: route`:  "",
		`upstream-hash-by: $arg_room`: "",
		`service-upstream: "true"`:    "",
		`websocket-services: chat`:    "websocket-services not read",
	} {
		r := readText(t, ingress(notes+"canary: \"true\"\n"+notes+annotation+"\n", rule(prefixed("/ws"))))
		if got := found(r); got != want || len(r.Sources) > 0 {
			t.Errorf("%s: %s, %d sources\nwant %s", annotation, got, len(r.Sources), want)
		}
	}
	r := readText(t, ingress(notes+"canary: yes\n", rule(prefixed("/ws"))))
	if got := found(r); !strings.HasPrefix(got, "canary ") || len(r.Sources) != 1 {
		t.Errorf("%s, %d sources: it is no canary", got, len(r.Sources))
	}
}

// TestTemplates: what is literal in a template of Helm is judged at its line, and nothing else is.
func TestTemplates(t *testing.T) {
	const src = "{{- if .Values.ingress.enabled }}\napiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n" +
		"  name: {{ include \"chat.fullname\" . }}\n  annotations:\n" +
		"    nginx.ingress.kubernetes.io/proxy-read-timeout: 1h\n" +
		"    nginx.ingress.kubernetes.io/proxy-send-timeout: {{ .Values.timeout }}\n" +
		"    {{- with .Values.ingress.annotations }}\n    {{- toYaml . | nindent 4 }}\n    {{- end }}\nspec:\n" +
		"  rules:\n  {{- range .Values.hosts }}\n  - host: {{ . | quote }}\n  {{- end }}\n{{- end }}\n"
	r := readText(t, src)
	if got, want := found(r), "proxy-read-timeout timer dropped, 60s stays, write 3600"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if len(r.Misfits) == 0 || r.Misfits[0].Pos.Line != 7 || r.Misfits[0].Pos.Col != 53 {
		t.Errorf("%+v", r.Misfits)
	}
	if len(r.Problems)+len(r.Sources)+len(r.Unknown) > 0 {
		t.Errorf("problems %+v, sources %d, unknown %+v", r.Problems, len(r.Sources), r.Unknown)
	}
}

// TestFixes: what a fix writes of the nginx configuration is an annotation.
func TestFixes(t *testing.T) {
	for _, c := range []struct{ name, before, after string }{
		{"a new annotation", "metadata:\n  name: chat\n  annotations:\n    x: y\n",
			"metadata:\n  name: chat\n  annotations:\n    nginx.ingress.kubernetes.io/proxy-read-timeout: \"160\"\n    x: y\n"},
		{"the first one", "metadata:\n  name: chat\n",
			"metadata:\n  annotations:\n    nginx.ingress.kubernetes.io/proxy-read-timeout: \"160\"\n  name: chat\n"},
		{"one that is there", "metadata:\n  annotations:\n    nginx.ingress.kubernetes.io/proxy-read-timeout: 60s\n",
			"metadata:\n  annotations:\n    nginx.ingress.kubernetes.io/proxy-read-timeout: \"160\"\n"},
	} {
		const kind = "apiVersion: networking.k8s.io/v1\nkind: Ingress\n"
		rest := "spec:\n  ingressClassName: nginx\n" + rule(prefixed("/ws"))
		class := "---\napiVersion: networking.k8s.io/v1\nkind: IngressClass\nmetadata: {name: nginx}\n" +
			"spec: {controller: k8s.io/ingress-nginx}\n"
		yaml := kind + c.before + rest + class
		src, p := written(t, yaml)
		at := strings.Index(src, "proxy_read_timeout ") + len("proxy_read_timeout ")
		origin := p.w.out.origin()
		edits, ok := origin.Edits(hop.Edit{Start: at, End: at + len("60s"), New: "160s"})
		got := yaml
		for _, e := range edits {
			got = got[:e.Start] + e.New + got[e.End:]
		}
		if want := kind + c.after + rest + class; !ok || got != want {
			t.Errorf("%s: %s\nwant\n%s", c.name, got, want)
		}
	}
}

// TestNames: hops are called by the Ingress, timers by the annotation, and paths by the Ingress's name.
func TestNames(t *testing.T) {
	r := readText(t, ingress(notes+"proxy-read-timeout: \"90\"\n", rule(prefixed("/ws"))))
	var names []string
	for _, x := range r.Resources {
		names = append(names, fmt.Sprint(x.Name, x.Other, x.Kinds, x.Host))
	}
	const want = "chat[default/chat Ingress default/chat] [ingress k8s]chat.test"
	if got := strings.Join(names, ";"); got != want {
		t.Errorf("resources %s, want %s", got, want)
	}
	endpoints := r.Sources[0].Endpoints()
	if len(endpoints) != 1 || endpoints[0].Confidence != hop.Likely || !strings.HasSuffix(endpoints[0].Name, "/ws") {
		t.Fatalf("%+v", endpoints)
	}
	h := r.Sources[0].Serve(endpoints[0].Requests[0])[0].Hop
	if h.Name != "Ingress default/chat" {
		t.Errorf("the hop is called %s", h.Name)
	}
}

// TestGroups: Ingresses of a directory are one nginx, and two for one path are of two environments.
func TestGroups(t *testing.T) {
	file := func(name, object, path string) parsers.Found {
		yaml := strings.Replace(ingress(notes+"proxy-read-timeout: \"90\"\n", rule(prefixed(path))), "name: chat\n",
			"name: "+object+"\n", 1)
		return parsers.Found{Name: name, Src: []byte(yaml)}
	}
	for _, c := range []struct {
		files []parsers.Found
		want  int
	}{
		{[]parsers.Found{file("a/x.yaml", "x", "/x"), file("a/y.yaml", "y", "/y")}, 1},
		{[]parsers.Found{file("a/x.yaml", "x", "/x"), file("b/y.yaml", "y", "/y")}, 2},
		{[]parsers.Found{file("a/x.yaml", "x", "/x"), file("a/y.yaml", "y", "/x")}, 2},
		{[]parsers.Found{file("a/x.yaml", "x", "/x"), file("a/y.yaml", "x", "/y")}, 2},
	} {
		r, err := readAll(c.files, parsers.Options{})
		if err != nil || len(r.Sources) != c.want {
			t.Errorf("%s, %s: %d, %v, want %d", c.files[0].Name, c.files[1].Name, len(r.Sources), err, c.want)
		}
	}
}
