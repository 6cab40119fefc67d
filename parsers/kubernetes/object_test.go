package kubernetes

import (
	"fmt"
	"strings"
	"testing"

	"github.com/wslint/wslint/parsers"
	"github.com/wslint/wslint/parsers/infra"
)

// TestObjects: the objects of every form of text, and an annotation of each with its place.
func TestObjects(t *testing.T) {
	const key = "nginx.ingress.kubernetes.io/proxy-read-timeout"
	for _, c := range []struct{ name, src, want string }{
		{"documents", "kind: Service\napiVersion: v1\nmetadata: {name: a, namespace: x}\n---\n# nothing\n---\n" +
			"apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  name: b\n  annotations:\n    " + key +
			": \"60\"\n",
			"Service x/a 1-3; Ingress default/b 7-12 60 at 12:53-57"},
		{"list", "apiVersion: v1\nitems:\n- apiVersion: networking.k8s.io/v1\n  kind: Ingress\n  metadata:\n" +
			"    annotations:\n      " + key + ": 60\n    name: b\n    namespace: x\nkind: List\n",
			"Ingress x/b 3-9 60 bare at 7:55-57"},
		{"json", `{"apiVersion":"v1","kind":"List","items":[{"apiVersion":"networking.k8s.io/v1","kind":"Ingress",` +
			`"metadata":{"name":"b","annotations":{"` + key + `":"60"}}}]}`, "Ingress default/b 1-1 60 at 1:184-188"},
		{"template", "{{- if .Values.on }}\napiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n" +
			"  name: {{ include \"x.name\" . }}-chat\n  annotations:\n    {{- with .Values.a }}\n" +
			"    {{- toYaml . | nindent 4 }}\n" +
			"    {{- end }}\n    " + key + ": {{ .Values.t | quote }}\n    x: 1d\n{{- end }}\n",
			"Ingress default/(of a template) 2-11 unknown: a template sets it; x 1d"},
		{"a template within a line", "apiVersion: v1\nkind: Ingress\nmetadata:\n  name: a{{/* one\ntwo */}}\n" +
			"  annotations: {{ {\"a: b\": 1} }}\n", "Ingress default/a 1-6"},
		{"no object", "a: 1\nkind: x\n", ""},
	} {
		m, err := Parse("f", []byte(c.src))
		if err != nil || m.File == nil {
			t.Errorf("%s: %+v, %v", c.name, m, err)
			continue
		}
		var got []string
		for _, o := range m.Objects {
			s := fmt.Sprintf("%s %d-%d", o, o.First, o.Last)
			for _, a := range o.Annotations() {
				v := a.Value
				if v.Kind == infra.Unknown {
					s += " unknown: " + v.Why
					continue
				}
				if a.Key != key {
					s += fmt.Sprintf("; %s %s", a.Key, v.Text)
					continue
				}
				s += " " + v.Text
				if v.Bare {
					s += " bare"
				}
				s += fmt.Sprintf(" at %d:%d-%d", v.Pos.Line, v.Pos.Col, v.Pos.EndCol)
			}
			got = append(got, s)
		}
		if g := strings.Join(got, "; "); g != c.want {
			t.Errorf("%s: %s\nwant %s", c.name, g, c.want)
		}
	}
}

// TestByteOrderMark: kubectl reads over it (sigs.k8s.io/yaml), and a fix leaves it where it is.
func TestByteOrderMark(t *testing.T) {
	const bom = "\ufeff"
	for _, yaml := range []string{
		config("  proxy-read-timeout: \"60s\"\n"), strings.TrimPrefix(config("  proxy-read-timeout: \"60s\"\n"), "---\n"),
		`{apiVersion: v1, kind: ConfigMap, metadata: {name: ingress-nginx-controller},` +
			` data: {proxy-read-timeout: "60s"}}` + "\n",
		`{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "ingress-nginx-controller"},` +
			` "data": {"proxy-read-timeout": "60s"}}`,
	} {
		if v := sniff(parsers.Found{Name: "a.yaml", Top: "."}, []byte(bom+yaml)); v.Claim != parsers.Yes {
			t.Errorf("%s: %+v", yaml, v)
		}
		m := readText(t, bom+yaml).Misfits
		if len(m) != 1 {
			t.Fatalf("%s: %+v", yaml, m)
		}
		got := bom + yaml
		for _, e := range m[0].Set("60") {
			got = got[:e.Start] + e.New + got[e.End:]
		}
		if want := bom + strings.Replace(yaml, "60s", "60", 1); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
