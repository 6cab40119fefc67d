package kubernetes

import (
	"fmt"
	"strings"
	"testing"

	"github.com/wslint/wslint/parsers"
)

// TestUnfilled: what another tool fills is unknown, whatever the key; what stands literally is judged.
func TestUnfilled(t *testing.T) {
	for _, x := range []string{
		"${TIMEOUT}", "${READ_TIMEOUT:=3600}", "${T:-3600}", "${T}s", "$TIMEOUT", "$(TIMEOUT)", "{{timeout}}", "{{ .x }}",
		"<%= x %>", "__X__", "@@X@@", "@x.y@", "#{X}#", "#{X}", "%%X%%",
	} {
		for _, key := range []string{"proxy-read-timeout", "ssl-redirect", "proxy-body-size", "backend-protocol"} {
			r := readText(t, ingress(notes+key+": \""+x+"\"\n", rule(prefixed("/ws")))+
				config("  keep-alive: \""+x+"\"\n  use-http2: \""+x+"\"\n"))
			if got := found(r); got != "" {
				t.Errorf("%s: %s: %s", key, x, got)
			}
		}
		r := readText(t, ingress(notes+"proxy-read-timeout: \""+x+"\"\n"+notes+"proxy-send-timeout: 60s\n", ""))
		if got := found(r); !strings.HasPrefix(got, "proxy-send-timeout timer dropped") {
			t.Errorf("beside %s: %s", x, got)
		}
	}
	for text, want := range map[string]bool{
		"$host": false, "${request_uri}": false, "/$1": false, "${TARGET}": true, "https://${host}/auth": false,
	} {
		if got := (&Key{Type: Text}).unfilled(text); got != want {
			t.Errorf("%s: %t", text, got)
		}
	}
}

// TestUnfilledPairs: the same within lists of attributes, each by itself.
func TestUnfilledPairs(t *testing.T) {
	for text, want := range map[string]string{
		"idle_timeout.timeout_seconds=${IDLE}":               "idle_timeout.timeout_seconds=? ",
		"idle_timeout.timeout_seconds=${IDLE:=60,000}":       "idle_timeout.timeout_seconds=? ",
		"idle_timeout.timeout_seconds=60,${MORE}":            "all unknown",
		"${ATTRIBUTES:=a=1}":                                 "all unknown",
		"__KEY__=1":                                          "all unknown",
		"idle_timeout.timeout_seconds=60,a=@@X@@":            "a=? idle_timeout.timeout_seconds=60 ",
		"idle_timeout.timeout_seconds=60,access_logs.x=$A/b": "access_logs.x=? idle_timeout.timeout_seconds=60 ",
	} {
		yaml := ingress("    "+alb+"load-balancer-attributes: \""+text+"\"\n", rule(prefixed("/ws")))
		r := readText(t, strings.Replace(yaml, "ClassName: nginx", "ClassName: alb", 1))
		if got := found(r); got != "" {
			t.Errorf("%s: %s", text, got)
		}
		m, _ := Parse("a.yaml", []byte(yaml))
		newSet(m.Objects)
		a, _ := attributes(m.Objects[0], alb+"load-balancer-attributes")
		got := ""
		for _, name := range sortedNames(a.Values) {
			v, known := a.Values[name].Get()
			if !known {
				v = "?"
			}
			got += fmt.Sprintf("%s=%s ", name, v)
		}
		if a.Unknown != "" {
			got = "all unknown"
		}
		if got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
}

// TestTruthWords: readers of YAML 1.1 take bare words for truth values. A chart puts them in quotes, the API refuses
// them.
func TestTruthWords(t *testing.T) {
	for _, word := range []string{"off", "no", "Off", "NO", "false"} {
		r, err := readAll([]parsers.Found{{Name: "values.yaml", Src: []byte(
			"controller:\n  config:\n    proxy-read-timeout: \"60\"\n    use-http2: " + word + "\n")}}, parsers.Options{})
		if got := found(r); err != nil || got != "" {
			t.Errorf("%s in values: %s %v", word, got, err)
		}
		fix := ", write false"
		if word == "false" {
			fix = ""
		}
		if got := found(readText(t, config("  use-http2: "+word+"\n"))); got != "use-http2 not a text"+fix {
			t.Errorf("%s: %s", word, got)
		}
		if got := found(readText(t, config("  use-http2: \""+word+"\"\n"))); word != "false" && word != "NO" &&
			!strings.HasPrefix(got, "use-http2 dropped") {
			t.Errorf("%q: %s", word, got)
		}
	}
}

// TestConfigNames: whose ConfigMap it is by its name, where no label says it.
func TestConfigNames(t *testing.T) {
	for name, want := range map[string]string{
		"edge-ingress-nginx-controller": ingressNginx, "rke2-ingress-nginx-controller": ingressNginx,
		"nginx-load-balancer-microk8s-conf": ingressNginx, "nginx-configuration": ingressNginx,
		"x-nginx-ingress": nginxIngress, "ingress-nginx-tcp": "", "chat-nginx-config": "", "app": "",
	} {
		for data, reads := range map[string]bool{"proxy-read-timeout: 60s": true, "colour: red": false} {
			m, err := Parse("c.yaml", []byte("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: "+name+"}\ndata:\n  "+data+"\n"))
			if err != nil {
				t.Fatal(err)
			}
			got := ""
			if c := newSet(m.Objects).configures(m.Objects[0]); c != nil {
				got = c.Name
			}
			_, exact := configNamed(name)
			if want := map[bool]string{true: want}[reads || exact]; got != want {
				t.Errorf("%s with %s: %q, want %q", name, data, got, want)
			}
		}
	}
}

// TestSnippetErrors: an error in lines of the controller's ConfigMap is one at its line, as in an annotation.
func TestSnippetErrors(t *testing.T) {
	for _, snippet := range []string{
		"server-snippet: |\n    gzip on\n", "server-snippet: \"gzip on\"\n", "server-snippet: |\n    }\n",
		"http-snippet: |\n    map $host $x {\n", "http-snippet: |\n    gzip on\n", "main-snippet: |\n    foo {\n",
		"main-snippet: |\n    worker_priority 1\n", "location-snippet: |\n    gzip on\n", "location-snippet: |\n    }\n",
		"http-snippet: |\n    }\n",
	} {
		yaml := "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ingress-nginx-controller}\ndata:\n  " + snippet +
			"---\n" + ingress("", rule(prefixed("/ws")))
		r := readText(t, yaml)
		if len(r.Problems) == 0 {
			t.Errorf("%s: no problem", snippet)
			continue
		}
		for _, p := range r.Problems {
			if p.Pos.File != "chat.yaml" || p.Pos.Line < 5 || p.Pos.Line > 6 {
				t.Errorf("%s: %s: %s", snippet, p.Pos, p.Text)
			}
		}
	}
}

// TestReplaced: an Ingress that a replacement of kustomize writes into is listed, at its name.
func TestReplaced(t *testing.T) {
	files := map[string]string{
		"kustomization.yaml": "resources: [ing.yaml]\nreplacements:\n" +
			"- source: {kind: ConfigMap, name: x, fieldPath: data.h}\n" +
			"  targets:\n  - select: {kind: Ingress}\n    fieldPaths: [spec.rules.0.host]\n",
		"ing.yaml": ingress("", rule(prefixed("/ws"))),
	}
	var found []parsers.Found
	for name, src := range files {
		found = append(found, parsers.Found{Name: name, Src: []byte(src)})
	}
	r, err := readAll(found, parsers.Options{})
	if err != nil || len(r.Sources) != 0 || len(r.Unknown) != 1 || r.Unknown[0].Pos.File != "ing.yaml" ||
		r.Unknown[0].Text != "what serves Ingress default/chat is not known: "+replaced {
		t.Errorf("%d sources, unknown %+v, %v", len(r.Sources), r.Unknown, err)
	}
}
