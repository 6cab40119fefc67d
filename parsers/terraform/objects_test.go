package terraform

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers"
	"github.com/wslint/wslint/parsers/infra"
	"github.com/wslint/wslint/parsers/kubernetes"
)

// madeBy are the objects that all roots of a configuration make.
func madeBy(c *Configuration) (list []*kubernetes.Object) {
	for _, root := range c.Roots {
		list = append(list, root.Objects...)
	}
	return list
}

// saidOf is a value with its place in a file of dir: `"60" at main.tf:3:7`.
func saidOf(v infra.Value, dir string) string {
	at, err := filepath.Rel(dir, v.Pos.File)
	if err != nil || v.Pos.File == "" {
		at = "?"
	}
	at = fmt.Sprintf("%s:%d:%d", at, v.Pos.Line, v.Pos.Col)
	switch v.Kind {
	case infra.Scalar:
		return fmt.Sprintf("%q at %s", v.Text, at)
	case infra.Unknown, infra.Ref:
		return "unknown at " + at + ": " + v.Why
	}
	return fmt.Sprint("kind ", v.Kind)
}

const key = "nginx.ingress.kubernetes.io/proxy-read-timeout"

// TestAnnotations: an annotation is found by whatever way HCL carries it, where it is written.
func TestAnnotations(t *testing.T) {
	v1 := func(notes, more string) map[string]string {
		return map[string]string{"main.tf": "resource \"kubernetes_ingress_v1\" \"chat\" {\n  metadata {\n" +
			"    name = \"chat\"\n    annotations = " + notes + "\n  }\n}\n" + more}
	}
	manifest := "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  name: chat\n  annotations:\n    " +
		key + ": "
	for name, c := range map[string]struct {
		tree map[string]string
		want string
	}{
		"a map":     {v1("{\n      \""+key+"\" = \"3600s\"\n    }", ""), `"3600s" at main.tf:5:58`},
		"a number":  {v1("{ \""+key+"\" = 90 }", ""), `"90" at main.tf:4:72`},
		"a default": {v1("{ \""+key+"\" = var.t }", "variable \"t\" {\n  default = \"5m\"\n}\n"), `"5m" at main.tf:8:13`},
		"a local": {
			v1("local.notes", "locals {\n  notes = {\n    \""+key+"\" = \"1h\"\n  }\n}\n"), `"1h" at main.tf:9:56`,
		},
		"merged": {v1("merge({ a = \"b\" }, { \""+key+"\" = \"2h\" })", ""), `"2h" at main.tf:4:91`},
		"unknown": {
			v1("{ \""+key+"\" = var.t }", "variable \"t\" {}\n"), "unknown at main.tf:4:19: var.t has no default",
		},
		"a manifest": {map[string]string{"main.tf": `resource "kubernetes_manifest" "chat" {
  manifest = {
    apiVersion = "networking.k8s.io/v1"
    kind       = "Ingress"
    metadata = {
      name        = "chat"
      annotations = { "` + key + `" = 3600 }
    }
  }
}
`}, `"3600" at main.tf:7:74`},
		"a manifest that is decoded": {map[string]string{
			"main.tf": "resource \"kubernetes_manifest\" \"chat\" {\n" +
				"  manifest = yamldecode(file(\"${path.module}/i.yaml\"))\n}\n",
			"i.yaml": manifest + "60s\n",
		}, `"60s" at i.yaml:6:53`},
		"a heredoc": {map[string]string{
			"main.tf": "resource \"kubectl_manifest\" \"chat\" {\n  yaml_body = <<YAML\n" +
				manifest + "\"70s\"\nYAML\n}\n",
		}, `"70s" at main.tf:8:53`},
		"an indented heredoc": {map[string]string{
			"main.tf": "resource \"kubectl_manifest\" \"chat\" {\n  yaml_body = <<-YAML\n    " +
				strings.ReplaceAll(manifest, "\n", "\n    ") + "70s\n  YAML\n}\n",
		}, `"70s" at main.tf:8:57`},
		"a heredoc with a variable": {map[string]string{
			"main.tf": "resource \"kubectl_manifest\" \"chat\" {\n  yaml_body = <<YAML\n" +
				manifest + "\"${var.t}\"\nYAML\n}\n" +
				"variable \"t\" {\n  default = \"80s\"\n}\n",
		}, `"80s" at main.tf:12:13`},
		"a heredoc with more than a variable": {map[string]string{
			"main.tf": "resource \"kubectl_manifest\" \"chat\" {\n  yaml_body = <<YAML\n" +
				manifest + "\"${var.t}s\"\nYAML\n}\n" +
				"variable \"t\" {\n  default = 80\n}\n",
		}, `"80s" at main.tf:8:53`},
		"a heredoc with what nobody knows": {map[string]string{
			"main.tf": "resource \"kubectl_manifest\" \"chat\" {\n  yaml_body = <<YAML\n" +
				manifest + "\"${var.t}\"\nYAML\n}\n" +
				"variable \"t\" {}\n",
		}, "unknown at main.tf:8:53: var.t has no default"},
		"a template file": {map[string]string{
			"main.tf": "resource \"kubectl_manifest\" \"chat\" {\n" +
				"  yaml_body = templatefile(\"${path.module}/i.tpl\", { t = \"9s\" })\n}\n",
			"i.tpl": "# ${t}\n" + manifest + "${t}\n",
		}, `"9s" at main.tf:2:58`},
		"a module": {map[string]string{
			"main.tf":   "module \"chat\" {\n  source = \"./m\"\n  notes  = { \"" + key + "\" = \"7s\" }\n}\n",
			"m/main.tf": v1("var.notes", "variable \"notes\" {\n  type = map(string)\n}\n")["main.tf"],
		}, `"7s" at main.tf:3:65`},
	} {
		t.Run(name, func(t *testing.T) {
			conf, dir := files(t, c.tree)
			objects := madeBy(conf)
			if len(objects) != 1 || !objects[0].IsIngress() || objects[0].String() != "Ingress default/chat" {
				t.Fatalf("%d objects: %v %+v", len(objects), objects, conf.Roots)
			}
			if got := saidOf(objects[0].Annotation(key), dir); got != c.want {
				t.Errorf("%s, not %s", got, c.want)
			}
		})
	}
}

// TestObject: the blocks of the provider are those of the API, and what a reference to another object means is known.
func TestObject(t *testing.T) {
	conf, _ := files(t, map[string]string{"main.tf": `
resource "kubernetes_service" "chat" {
  metadata {
    name = "chat-ws"
  }
  spec {
    type = "LoadBalancer"
    port {
      port        = 443
      target_port = 8080
    }
    port {
      port = 80
    }
  }
}

resource "kubernetes_ingress_v1" "chat" {
  metadata {
    name = var.name
  }
  spec {
    ingress_class_name = "nginx"
    tls {
      hosts = ["chat.example.com"]
    }
    rule {
      host = "chat.example.com"
      http {
        path {
          path      = "/ws"
          path_type = "Exact"
          backend {
            service {
              name = kubernetes_service.chat.metadata.0.name
              port {
                number = 443
              }
            }
          }
        }
      }
    }
  }
}

resource "kubernetes_secret" "files" {
  metadata {
    name = "files"
  }
  data = {
    "my_key" = "x"
  }
}

variable "name" {}
`})
	objects := madeBy(conf)
	if len(objects) != 3 {
		t.Fatalf("%d objects", len(objects))
	}
	service, ingress, secret := objects[0], objects[1], objects[2]
	if ports, _ := service.Get("spec", "ports").List(); len(ports) != 2 || ports[0].Get("targetPort").Text != "8080" ||
		ports[0].Get("port").Text != "443" {
		t.Errorf("ports: %+v", ports)
	}
	rules, _ := ingress.Get("spec", "rules").List()
	hosts, _ := ingress.Get("spec", "tls").Items[0].Get("hosts").List()
	if len(rules) != 1 || len(hosts) != 1 || ingress.Get("spec", "ingressClassName").Text != "nginx" {
		t.Fatalf("spec: %+v", ingress.Get("spec"))
	}
	path := rules[0].Get("http").Get("paths").Items[0]
	backend := path.Get("backend").Get("service")
	if path.Get("path").Text != "/ws" || path.Get("pathType").Text != "Exact" || backend.Get("name").Text != "chat-ws" ||
		backend.Get("port").Get("number").Text != "443" {
		t.Errorf("path: %+v", path)
	}
	if ingress.String() != "Ingress default/kubernetes_ingress_v1.chat" || ingress.First != 18 || ingress.Last != 45 {
		t.Errorf("%s, lines %d to %d", ingress, ingress.First, ingress.Last)
	}
	if secret.Get("stringData", "my_key").Text != "x" {
		t.Errorf("secret: %+v", secret.Value)
	}
}

// TestRelease: of the values of a chart the last one counts, and set counts more than all texts.
func TestRelease(t *testing.T) {
	conf, dir := files(t, map[string]string{
		"main.tf": `resource "helm_release" "nginx" {
  chart = "ingress-nginx"
  values = [
    file("${path.module}/values.yaml"),
    yamlencode({ controller = { config = { "proxy-connect-timeout" = 5 } } }),
    <<-EOT
      controller:
        config:
          proxy-body-size: "8m"
    EOT
    ,
    templatefile("${path.module}/more.tpl", { more = { a = 1 } }),
  ]
  set {
    name  = "controller.config.proxy-send-timeout"
    value = "1h"
  }
  set {
    name  = "controller.service.annotations.service\\.beta\\.kubernetes\\.io/aws-load-balancer-type"
    value = "nlb"
  }
  set {
    name  = "controller.service.annotations.tags"
    value = "a=b,c=d"
  }
}
`,
		"values.yaml": "controller:\n  config:\n    proxy-send-timeout: \"2h\"\n    proxy-read-timeout: \"3h\"\n" +
			"    proxy-body-size: 1m\n",
		"more.tpl": "%{ if more.a == 2 ~}\nx: y\n%{ endif ~}\ncontroller:\n  config:\n    more: ${jsonencode(more)}\n" +
			"    proxy-read-timeout: ${nothing}\n",
	})
	objects := madeBy(conf)
	i := slices.IndexFunc(objects, func(o *kubernetes.Object) bool { return o.Kind == "ConfigMap" })
	j := slices.IndexFunc(objects, func(o *kubernetes.Object) bool { return o.Kind == "Service" })
	if len(objects) != 2 || i < 0 || j < 0 || objects[i].Label != "controller.config of helm_release.nginx" {
		t.Fatalf("objects: %v", objects)
	}
	for name, want := range map[string]string{
		"proxy-send-timeout":    `"1h" at main.tf:16:13`,
		"proxy-connect-timeout": `"5" at main.tf:5:70`,
		"proxy-body-size":       `"8m" at main.tf:9:28`,
		"proxy-read-timeout":    "unknown at more.tpl:7:25: it is not evaluated: There is no variable named",
	} {
		if got := saidOf(objects[i].Get("data", name), dir); !strings.HasPrefix(got, want) {
			t.Errorf("%s: %s, not %s", name, got, want)
		}
	}
	if more := objects[i].Get("data", "more"); more.Get("a").Text != "1" {
		t.Errorf("more: %+v", more)
	}
	service := objects[j]
	if got := service.Annotation("service.beta.kubernetes.io/aws-load-balancer-type"); got.Text != "nlb" {
		t.Errorf("the type is %+v", got)
	}
	if got := saidOf(service.Annotation("tags"), dir); got != "unknown at main.tf:24:13: Helm cuts it at its commas" {
		t.Error("tags:", got)
	}
	// The chart of another controller has other keys below the same name.
	conf, _ = files(t, map[string]string{"main.tf": `resource "helm_release" "x" {
  chart  = "haproxy-ingress"
  values = [yamlencode({ controller = { config = { "ssl-redirect" = "nothing" } } })]
}
`})
	if objects := madeBy(conf); len(objects) != 0 {
		t.Errorf("of another chart: %v", objects)
	}
}

// TestEdits: what is written in HCL is edited as HCL.
func TestEdits(t *testing.T) {
	text := `resource "kubernetes_ingress_v1" "a" {
  metadata {
    name = "a"
    annotations = {
      "x/y" = "1",
      z     = "$${2}"
    }
  }
}

resource "kubernetes_ingress_v1" "b" {
  metadata {
    name = "b"
  }
}

resource "helm_release" "n" {
  set {
    name  = "ingress.annotations.a\\.b/c"
    value = "1"
  }
}
`
	conf, _ := files(t, map[string]string{"main.tf": text})
	objects := madeBy(conf)
	if len(objects) != 3 {
		t.Fatalf("%d objects", len(objects))
	}
	a, b, n := objects[0], objects[1], objects[2]
	for name, c := range map[string]struct {
		edits      []hop.Edit
		from, into string
	}{
		"a value":    {a.Annotation("x/y").Set("60 ${s}"), `"x/y" = "1"`, `"x/y" = "60 $${s}"`},
		"a key":      {a.Annotations()[0].Rename("x/z"), `"x/y" =`, `"x/z" =`},
		"a bare key": {a.Annotations()[1].Rename("x.z"), `z     =`, `"x.z"     =`},
		"a line":     {a.Annotation("x/y").Remove(), "      \"x/y\" = \"1\",\n", ""},
		"an entry": {
			a.Value.Add("5", "metadata", "annotations", "n"), `      "x/y"`, "      \"n\" = \"5\"\n      \"x/y\"",
		},
		"the first entry": {
			b.Value.Add("5", "metadata", "annotations", "n"),
			"    name = \"b\"", "    annotations = {\n      \"n\" = \"5\"\n    }\n\n    name = \"b\"",
		},
		"a key of set": {n.Annotations()[0].Rename("a.b/d"), `a\\.b/c`, `a\\.b/d`},
		"a set": {
			n.Annotation("a.b/c").Remove(),
			"  set {\n    name  = \"ingress.annotations.a\\\\.b/c\"\n    value = \"1\"\n  }\n", "",
		},
	} {
		if len(c.edits) != 1 {
			t.Errorf("%s: %d edits", name, len(c.edits))
			continue
		}
		e := c.edits[0]
		if got, want := text[:e.Start]+e.New+text[e.End:], strings.Replace(text, c.from, c.into, 1); got != want {
			t.Errorf("%s:\n%s", name, got)
		}
	}
}

// TestHeredocLines: nginx configuration in a heredoc stands at the lines of the file, whatever is interpolated beside.
func TestHeredocLines(t *testing.T) {
	conf, _ := files(t, map[string]string{"main.tf": "resource \"kubernetes_config_map\" \"n\" {\n  metadata {\n" +
		"    name = \"n\"\n  }\n  data = {\n    \"a.conf\" = <<-EOT\n      server {\n" +
		"        proxy_pass http://${var.app};\n      }\n    EOT\n  }\n}\nvariable \"app\" {\n  default = \"app\"\n}\n"})
	v := madeBy(conf)[0].Get("data", "a.conf")
	if v.Lines == nil || v.Text != "server {\n  proxy_pass http://app;\n}\n" {
		t.Fatalf("%+v", v)
	}
	o := v.Lines()
	if at := o.Pos(hop.Pos{Line: 1, Col: 3}); at.Line != 7 || at.Col != 9 {
		t.Error("the first line is at", at)
	}
	if at := o.Pos(hop.Pos{Line: 2, Col: 3}); at.Line != 8 {
		t.Error("the second line is at", at)
	}
	if at := o.Pos(hop.Pos{Line: 3, Col: 1}); at.Line != 9 || at.Col != 7 {
		t.Error("the third line is at", at)
	}
}

// TestPlanObjects: a plan holds the same objects.
func TestPlanObjects(t *testing.T) {
	const plan = `{"format_version":"1.2","terraform_version":"1.5.0","planned_values":{"root_module":{"resources":[
{"address":"kubernetes_ingress_v1.chat","mode":"managed","type":"kubernetes_ingress_v1","name":"chat",
"values":{"metadata":[{"name":"chat","annotations":{"` + key + `":"1h"}}]}},
{"address":"helm_release.n","mode":"managed","type":"helm_release","name":"n",
"values":{"chart":"ingress-nginx","values":["controller:\n  config:\n    proxy-send-timeout: 10s\n"]}}]}},
"configuration":{"root_module":{"resources":[{"address":"kubernetes_ingress_v1.chat","mode":"managed",
"type":"kubernetes_ingress_v1","name":"chat","expressions":{"metadata":[{"name":{"constant_value":"chat"},
"annotations":{"constant_value":{"` + key + `":"1h"}}}]}}]}}}`
	p, err := ReadPlan("plan.json", []byte(plan))
	if err != nil || len(p.Objects) != 2 {
		t.Fatal(err, p)
	}
	if got := saidOf(p.Objects[0].Annotation(key), "."); got != `"1h" at plan.json:3:102` {
		t.Error(got)
	}
	if got := saidOf(p.Objects[1].Get("data", "proxy-send-timeout"), "."); got != `"10s" at plan.json:5:45` {
		t.Error(got)
	}
}

// TestCarriers counts what of the objects and the values in the corpus is read.
func TestCarriers(t *testing.T) {
	var counts struct{ ingresses, services, files, charts, parts int }
	for _, repo := range repositoriesOf(t) {
		dirs := map[string]bool{}
		filepath.WalkDir(repo, func(path string, d os.DirEntry, err error) error {
			if err == nil && !d.IsDir() && isConfiguration(d.Name()) {
				dirs[filepath.Dir(path)] = true
			}
			return nil
		})
		var list []string
		for d := range dirs {
			list = append(list, d)
		}
		abs, err := filepath.Abs(repo)
		if err != nil {
			t.Fatal(err)
		}
		conf := Read(list, abs, parsers.Options{ReadFile: os.ReadFile})
		for _, root := range conf.Roots {
			for _, o := range root.Objects {
				switch {
				case o.Label != "":
					counts.parts++
				case o.IsIngress():
					counts.ingresses++
				case o.Kind == "Service":
					counts.services++
				default:
					counts.files++
				}
			}
			for _, n := range append(root.Debug, root.Unknown...) {
				if strings.Contains(n.Text, "values of ") || strings.Contains(n.Text, "makes an object") {
					counts.charts++
					t.Log(n.Pos, n.Text)
				}
			}
		}
	}
	t.Logf("%+v", counts)
	if counts.ingresses < 10 || counts.parts < 8 {
		t.Error("that is too few")
	}
}
