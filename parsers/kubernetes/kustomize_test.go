package kubernetes

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers"
	"github.com/wslint/wslint/parsers/document"
	"github.com/wslint/wslint/parsers/infra"
)

// made are the objects of a tree of files, as kustomizations make them, in the order of the files.
func made(t *testing.T, tree map[string]string) []*Object {
	t.Helper()
	dir := t.TempDir()
	given := map[string]*Manifest{}
	g := &gathering{
		o: parsers.Options{ReadFile: os.ReadFile, Stat: os.Stat}, r: &parsers.Reading{}, texts: map[string]*document.File{},
		read: map[string]*Manifest{},
	}
	for name, text := range tree {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for name := range tree {
		f := parsers.Found{Name: filepath.Join(dir, name), Top: dir}
		head, err := os.ReadFile(f.Name)
		if err != nil {
			t.Fatal(err)
		}
		if sniff(f, head).Claim != parsers.Yes {
			continue
		}
		m, err := g.found(f)
		if err != nil {
			t.Fatal(err)
		}
		if m != nil {
			given[f.Name] = m
		}
	}
	k := &kustomizer{manifest: g.manifest, used: map[string]bool{}, busy: map[string]bool{}}
	return k.all(given)
}

// ofTest is what a test reads of objects: each annotation and each entry of data with its place.
func ofTest(list []*Object) string {
	var lines []string
	add := func(o *Object, f infra.Field) {
		at := fmt.Sprintf("%s:%d", filepath.Base(f.Value.Pos.File), f.Value.Pos.Line)
		text := f.Value.Text
		if f.Value.Kind == infra.Unknown {
			text = "?"
		}
		lines = append(lines, fmt.Sprintf("%s %s=%s %s", o, f.Key, text, at))
	}
	for _, o := range list {
		if o.Partial != "" && o.Label == "" {
			lines = append(lines, o.String()+" partial: "+o.Partial)
		}
		for _, f := range o.Annotations() {
			add(o, f)
		}
		for _, f := range o.Get("data").Fields {
			add(o, f)
		}
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

// TestKustomize: what kustomizations change is what counts, at the line that changes it; a base that one of them uses
// does not count by itself.
func TestKustomize(t *testing.T) {
	const ingress = "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  name: chat\n  annotations:\n" +
		"    a: \"1\"\n    b: \"2\"\n"
	const head = "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  name: "
	for name, c := range map[string]struct {
		tree map[string]string
		want string
	}{
		"no kustomization": {nil, "Ingress default/chat a=1 base.yaml:6\nIngress default/chat b=2 base.yaml:7"},
		"patches, in a file": {
			map[string]string{
				"kustomization.yaml": "resources: [base.yaml]\npatches:\n- path: patch.yaml\n",
				"patch.yaml":         head + "chat\n  annotations:\n    a: \"3\"\n",
			}, "Ingress default/chat a=3 patch.yaml:6\nIngress default/chat b=2 base.yaml:7",
		},
		"patches, written beside": {
			map[string]string{"kustomization.yml": "resources: [base.yaml]\npatches:\n- patch: |\n    " +
				strings.ReplaceAll(head, "\n", "\n    ") + "chat\n      annotations: {a: \"3\", b: null}\n"},
			"Ingress default/chat a=3 kustomization.yml:8",
		},
		"a patch in quotes": {
			map[string]string{"kustomization.yaml": "resources: [base.yaml]\npatchesJson6902:\n" +
				"- target: {kind: Ingress, name: chat}\n" +
				"  patch: '[{\"op\": \"remove\", \"path\": \"/metadata/annotations/a\"}]'\n"},
			"Ingress default/chat b=2 base.yaml:7",
		},
		"a patch for another": {
			map[string]string{
				"kustomization.yaml": "resources: [base.yaml]\npatchesStrategicMerge: [patch.yaml]\n",
				"patch.yaml":         head + "other\n  annotations:\n    a: \"3\"\n",
			}, "Ingress default/chat a=1 base.yaml:6\nIngress default/chat b=2 base.yaml:7",
		},
		"a target by a pattern": {
			map[string]string{"kustomization.yaml": "resources: [base.yaml]\npatches:\n- target: {kind: Ingress, name: c.*}\n" +
				"  patch: |\n    - op: add\n      path: /metadata/annotations/x~1y\n      value: \"3\"\n" +
				"- target: {kind: Ingress, name: ha}\n  patch: |\n    - op: remove\n      path: /metadata/annotations/a\n"},
			"Ingress default/chat a=1 base.yaml:6\nIngress default/chat b=2 base.yaml:7\n" +
				"Ingress default/chat x/y=3 kustomization.yaml:7",
		},
		"commonAnnotations win, names are changed": {
			map[string]string{"kustomization.yaml": "resources: [base.yaml]\nnamespace: web\nnamePrefix: my-\n" +
				"commonAnnotations:\n  a: \"4\"\n"},
			"Ingress web/my-chat a=4 kustomization.yaml:5\nIngress web/my-chat b=2 base.yaml:7",
		},
		"two overlays": {
			map[string]string{
				"base/i.yaml":             strings.Replace(ingress, "chat", "two", 1),
				"base/kustomization.yaml": "resources: [i.yaml]\ncommonAnnotations: {c: \"5\"}\n",
				"x/kustomization.yaml":    "resources: [../base]\ncommonAnnotations: {a: \"6\"}\n",
				"y/kustomization.yaml":    "bases: [../base]\npatches: [{path: p.yaml}]\n",
				"y/p.yaml":                "$patch: delete\n" + head + "two\n",
				"base.yaml":               "",
			},
			"Ingress default/two a=6 kustomization.yaml:2\nIngress default/two b=2 i.yaml:7\n" +
				"Ingress default/two c=5 kustomization.yaml:2",
		},
		"a component": {
			map[string]string{
				"kustomization.yaml":   "resources: [base.yaml]\ncomponents: [c]\n",
				"c/kustomization.yaml": "kind: Component\npatches:\n- path: p.yaml\n",
				"c/p.yaml":             head + "chat\n  annotations:\n    a: \"7\"\n",
			}, "Ingress default/chat a=7 p.yaml:6\nIngress default/chat b=2 base.yaml:7",
		},
		"a patch that is not here": {
			map[string]string{"kustomization.yaml": "resources: [base.yaml]\npatches: [{path: none.yaml}]\n"},
			"Ingress default/chat a=1 base.yaml:6\nIngress default/chat b=2 base.yaml:7\n" +
				"Ingress default/chat partial: a patch of kustomize that is not read may change it",
		},
		"a patch that moves": {
			map[string]string{"kustomization.yaml": "resources: [base.yaml]\npatches:\n- target: {kind: Ingress}\n" +
				"  patch: |\n    - {op: move, from: /metadata/annotations/a, path: /metadata/annotations/c}\n"},
			"Ingress default/chat a=1 base.yaml:6\nIngress default/chat b=2 base.yaml:7\n" +
				"Ingress default/chat partial: a patch of kustomize moves or copies something in it",
		},
		"replacements": {
			map[string]string{"kustomization.yaml": "resources: [base.yaml]\nreplacements:\n- targets:\n" +
				"  - select: {kind: Ingress}\n"},
			"Ingress default/chat a=1 base.yaml:6\nIngress default/chat b=2 base.yaml:7\n" +
				"Ingress default/chat partial: a replacement of kustomize may set it",
		},
		"generators": {
			map[string]string{
				"kustomization.yaml": "resources: [cm.yaml]\nconfigMapGenerator:\n- name: new\n  literals:\n  - k=v=w\n" +
					"  - q=\"x\"\n  files: [a/app.conf, b.conf=c]\n- name: old\n  behavior: merge\n  literals: [n=2]\n",
				"cm.yaml":   "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: old}\ndata:\n  m: \"1\"\n  n: \"1\"\n",
				"base.yaml": "",
			},
			"ConfigMap default/new app.conf=? kustomization.yaml:7\nConfigMap default/new b.conf=? kustomization.yaml:7\n" +
				"ConfigMap default/new k=v=w kustomization.yaml:5\nConfigMap default/new q=x kustomization.yaml:6\n" +
				"ConfigMap default/old m=1 cm.yaml:5\nConfigMap default/old n=2 kustomization.yaml:10",
		},
		"a chart": {
			map[string]string{
				"kustomization.yaml": "helmCharts:\n- name: chat\n  valuesFile: v.yaml\n  valuesInline:\n    ingress:\n" +
					"      annotations:\n        a: \"1\"\n",
				"v.yaml":    "ingress:\n  annotations:\n    a: \"0\"\n    b: \"0\"\n",
				"base.yaml": "",
			},
			"ingress.annotations of chat a=1 kustomization.yaml:7\ningress.annotations of chat b=0 v.yaml:4",
		},
		"one that uses itself": {
			map[string]string{
				"kustomization.yaml":   "resources: [base.yaml, m]\nnamespace: x\n",
				"m/kustomization.yaml": "resources: [../m]\nnamespace: y\n",
			}, "Ingress x/chat a=1 base.yaml:6\nIngress x/chat b=2 base.yaml:7",
		},
	} {
		t.Run(name, func(t *testing.T) {
			tree := map[string]string{"base.yaml": ingress}
			for name, text := range c.tree {
				tree[name] = text
			}
			if tree["base.yaml"] == "" {
				delete(tree, "base.yaml")
			}
			if got := ofTest(made(t, tree)); got != c.want {
				t.Errorf("got\n%s\nnot\n%s", got, c.want)
			}
		})
	}
}

// TestPatchedLists: a patch replaces the rules of an Ingress and merges the ports of a Service.
func TestPatchedLists(t *testing.T) {
	object := func(text string) infra.Value {
		f, err := document.Parse("x.yaml", []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		return value(f.Docs[0])
	}
	v := patched(
		object("spec:\n  ports: [{port: 80, name: web}, {port: 443, name: tls}]\n  rules: [{host: a}, {host: b}]\n"+
			"  x: {y: z}"),
		object("spec:\n  ports: [{port: 80, targetPort: 8080}, {port: 90}]\n  rules: [{host: c}]\n"+
			"  x: {$patch: replace, n: m}"),
	).Get("spec")
	ports, rules := v.Get("ports").Items, v.Get("rules").Items
	if len(ports) != 3 || ports[0].Get("name").Text != "web" || ports[0].Get("targetPort").Text != "8080" ||
		len(rules) != 1 || v.Get("x").Get("y").Kind != infra.Null || v.Get("x").Get("n").Text != "m" {
		t.Errorf("%+v", v)
	}
	list := object("l: [a, b]")
	for _, c := range []struct{ op, want string }{
		{"{op: add, path: /l/1, value: c}", "a c b"}, {"{op: add, path: /l/-, value: c}", "a b c"},
		{"{op: replace, path: /l/0, value: c}", "c b"}, {"{op: remove, path: /l/0}", "b"},
		{"{op: add, path: /l/7, value: c}", "a b"}, {"{op: replace, path: /m/n, value: c}", "a b"},
	} {
		out, why := operated(list, object(c.op))
		var got []string
		for _, i := range out.Get("l").Items {
			got = append(got, i.Text)
		}
		if strings.Join(got, " ") != c.want || why != "" {
			t.Errorf("%s: %v %s", c.op, got, why)
		}
	}
}

// TestGeneratedEdits: literals are edited as they stand in the list.
func TestGeneratedEdits(t *testing.T) {
	text := "configMapGenerator:\n- name: a\n  literals:\n  - \"k=1\"\n"
	list := made(t, map[string]string{"kustomization.yaml": text})
	f := list[0].Get("data").Fields[0]
	for want, edits := range map[string][]hop.Edit{"k=2": f.Value.Set("2"), "l=1": f.Rename("l")} {
		e := edits[0]
		if got := text[:e.Start] + e.New + text[e.End:]; got != strings.Replace(text, "k=1", want, 1) {
			t.Error(got)
		}
	}
}
