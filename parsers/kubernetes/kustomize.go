package kubernetes

import (
	"cmp"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/internal/lazyregexp"
	"github.com/wslint/wslint/parsers/document"
	"github.com/wslint/wslint/parsers/infra"
)

// kustomizations are the names that kustomize looks for, in its order.
var kustomizations = []string{"kustomization.yaml", "kustomization.yml", "Kustomization"}

// changes are what a kustomization does to the objects of its resources, or makes beside them.
var changes = lazyregexp.New(`(?m)^["']?(?:patches|patchesStrategicMerge|patchesJson6902|commonAnnotations|` +
	`configMapGenerator|components|namespace|namePrefix|nameSuffix|replacements|helmCharts)["']?\s*:`)

func isKustomization(name string) bool { return slices.Contains(kustomizations, filepath.Base(name)) }

// A kustomizer makes the objects that kustomizations make of others.
type kustomizer struct {
	// manifest reads a file once; nil for one that is not here or that nobody can read.
	manifest func(name string) *Manifest
	used     map[string]bool // the files that went into the result that is made, kustomizations included
	busy     map[string]bool
	builds   int
	work     int // patches times the objects that each is held against
	bytes    int // of the files whose inline patches were read
	unknown  []hop.Note
}

// mostBuilds bounds how many kustomizations are built, and deepestBuilds how far they may lead to others.
const mostBuilds, deepestBuilds = 2000, 20

// mostWork bounds how often a patch is held against an object, mostInner the bytes that are read for patches which are
// written beside: each costs as much as its file.
const mostWork, mostInner = 200_000, 64 << 20

// all are the objects of a run: what the kustomizations that no other one uses make, and the objects of files that none
// of them uses.
func (k *kustomizer) all(files map[string]*Manifest) (list []*Object) {
	names := slices.Sorted(maps.Keys(files))
	based := map[string]bool{}
	for _, name := range names {
		if isKustomization(name) {
			k.bases(name, based, 0)
		}
	}
	used := map[string]bool{}
	for _, name := range names {
		if isKustomization(name) && !based[name] {
			k.used = map[string]bool{}
			built := k.build(name, 0)
			made := slices.Sorted(maps.Keys(k.used))
			for _, o := range built {
				o.overlay, o.made = cmp.Or(o.overlay, name), made
				list = append(list, o)
			}
			maps.Copy(used, k.used)
		}
	}
	for _, name := range names {
		if !used[name] {
			list = append(list, files[name].Objects...)
		}
	}
	return list
}

// bases notes the kustomizations that one uses.
func (k *kustomizer) bases(name string, based map[string]bool, depth int) {
	for _, to := range k.resources(name) {
		if isKustomization(to) && !based[to] && depth < deepestBuilds {
			based[to] = true
			k.bases(to, based, depth+1)
		}
	}
}

// root is the mapping of a kustomization; nil without one.
func (k *kustomizer) root(name string) *document.Node {
	if m := k.manifest(name); m != nil && m.File != nil && len(m.File.Docs) > 0 {
		return m.File.Docs[0]
	}
	return nil
}

// resources are the files and kustomizations that one is made of; those of a component come last.
func (k *kustomizer) resources(name string) (list []string) {
	root := k.root(name)
	for _, key := range []string{"resources", "bases", "components"} {
		if n := root.Get(key); n != nil {
			for _, i := range n.Items {
				list = append(list, k.file(name, i.Value))
			}
		}
	}
	return slices.DeleteFunc(list, func(s string) bool { return s == "" })
}

// file is the file that a kustomization means by a name, of a directory the kustomization in it; "" for one of
// another machine, and for those that are not here.
func (k *kustomizer) file(name, to string) string {
	if to == "" || strings.Contains(to, "://") || strings.Contains(to, "?ref=") || filepath.IsAbs(to) {
		return ""
	}
	path := filepath.Join(filepath.Dir(name), to)
	if filepath.Ext(path) != "" && k.manifest(path) != nil {
		return path
	}
	for _, base := range kustomizations {
		if in := filepath.Join(path, base); k.manifest(in) != nil {
			return in
		}
	}
	return ""
}

// build are the objects of a kustomization.
func (k *kustomizer) build(name string, depth int) (list []*Object) {
	root := k.root(name)
	if k.builds++; root == nil || k.busy[name] || depth > deepestBuilds || k.builds > mostBuilds {
		return nil
	}
	k.busy[name], k.used[name] = true, true
	defer delete(k.busy, name)
	var components []string
	for _, from := range k.resources(name) {
		switch {
		case !isKustomization(from):
			k.used[from] = true
			for _, o := range k.manifest(from).Objects {
				copied := *o
				list = append(list, &copied)
			}
		case k.root(from).Text("kind") == "Component":
			components = append(components, from)
		default:
			list = append(list, k.build(from, depth+1)...)
		}
	}
	for _, c := range components {
		k.used[c] = true
		list = append(list, k.build(c, depth+1)...)
		list = k.change(c, k.root(c), list)
	}
	list = k.charts(name, root, k.generated(name, root, list))
	if root.Text("kind") != "Component" {
		list = k.change(name, root, list)
	}
	return list
}

// change does what a kustomization does to objects: patches, then the namespace, annotations, and JSON patches under
// their old key.
func (k *kustomizer) change(name string, root *document.Node, list []*Object) []*Object {
	for _, key := range []string{"patchesStrategicMerge", "patches"} {
		if n := root.Get(key); n != nil {
			for _, i := range n.Items {
				list = k.patch(name, i, list)
			}
		}
	}
	space := root.Text("namespace")
	notes := value(root.Get("commonAnnotations"))
	for _, o := range list {
		if space != "" {
			o.Namespace = space
		}
		if notes.Kind == infra.Map {
			meta := infra.Value{Kind: infra.Map, Pos: notes.Pos, Fields: []infra.Field{{Key: "annotations", Value: notes}}}
			o.Value = patched(o.Value, infra.Value{Kind: infra.Map, Fields: []infra.Field{{Key: "metadata", Value: meta}}})
		}
	}
	if n := root.Get("patchesJson6902"); n != nil {
		for _, i := range n.Items {
			list = k.patch(name, i, list)
		}
	}
	if n := root.Get("replacements"); n != nil {
		k.replace(n, list)
	}
	for _, o := range list {
		if o.Label == "" {
			o.Name = root.Text("namePrefix") + o.Name + root.Text("nameSuffix")
		}
	}
	return list
}

// replaced is why nobody knows what an object is that a replacement writes into.
const replaced = "a replacement of kustomize may set it"

// replace notes of the objects that replacements write into that nobody knows what.
func (k *kustomizer) replace(n *document.Node, list []*Object) {
	for _, r := range n.Items {
		targets := r.Get("targets")
		var selected []func(o *Object) bool
		if targets != nil {
			for _, t := range targets.Items {
				selected = append(selected, selector(t.Get("select")))
			}
		}
		if !k.spend(r, len(list)*max(len(selected), 1), list) {
			return
		}
		for _, o := range list {
			hit := targets == nil
			if !hit {
				for _, selects := range selected {
					hit = hit || selects(o)
				}
			}
			if hit && o.Partial == "" {
				o.Partial = replaced
			}
		}
	}
}

// patch applies one entry of patches, or of the keys that it has come from.
func (k *kustomizer) patch(name string, entry *document.Node, list []*Object) []*Object {
	if !k.spend(entry, len(list), list) {
		return list
	}
	target := entry.Get("target")
	selects := selector(target)
	texts, ok := k.texts(name, entry)
	if sets := target.Text("labelSelector") + target.Text("annotationSelector"); !ok || strings.ContainsAny(sets, "!(") {
		k.notRead(entry, target, list)
		return list
	}
	for _, t := range texts {
		if t.Kind == infra.List {
			for _, o := range list {
				if target != nil && selects(o) {
					o.operate(t)
				}
			}
			continue
		}
		out, p := list[:0:0], NewObject(t)
		for _, o := range list {
			if !(target == nil && p.patches(o) || target != nil && selects(o)) {
				out = append(out, o)
				continue
			}
			if v := patched(o.Value, o.unnamed(t)); v.Kind == infra.Map {
				o.Value = v
				out = append(out, o)
			}
		}
		list = out
	}
	return list
}

// spend counts how often an entry is held against objects; ok is false where that is more often than is done: nobody
// knows then what any of them is like, and the first entry that is left says why.
func (k *kustomizer) spend(entry *document.Node, times int, list []*Object) (ok bool) {
	before := k.work
	if k.work = min(k.work+times, mostWork+1); k.work <= mostWork {
		return true
	}
	if before <= mostWork {
		text := fmt.Sprintf("this patch of kustomize and those after it are not read: "+
			"%d times one was held against an object", mostWork)
		k.unknown = append(k.unknown, hop.Note{Pos: entry.Pos(), Text: text})
	}
	for _, o := range list {
		if o.Partial == "" && o.Label == "" {
			o.Partial = unread
		}
	}
	return false
}

// unread is why nobody knows what an object is that a patch may change which is not read.
const unread = "a patch of kustomize that is not read may change it"

// notRead notes of the objects that a patch may change which is not here that nobody knows how.
func (k *kustomizer) notRead(entry, target *document.Node, list []*Object) {
	matters := false
	for _, o := range list {
		if o.Partial == "" && o.Label == "" && (target == nil || target.Text("kind") == "" || target.Text("kind") == o.Kind) {
			o.Partial = unread
			matters = matters || o.IsIngress() || o.Is("", "Service") || o.Is("k8s.nginx.org", "VirtualServer")
		}
	}
	if matters {
		k.unknown = append(k.unknown, hop.Note{Pos: entry.Pos(), Text: "this patch of kustomize is not read"})
	}
}

// operate applies the operations of a JSON patch.
func (o *Object) operate(ops infra.Value) {
	for _, op := range ops.Items {
		v, why := operated(o.Value, op)
		if o.Value = v; why != "" && o.Partial == "" {
			o.Partial = why
		}
	}
}

// unnamed is a patch without what tells which object it is for.
func (o *Object) unnamed(patch infra.Value) infra.Value {
	patch.Fields = slices.DeleteFunc(slices.Clone(patch.Fields), func(f infra.Field) bool {
		return f.Key == "apiVersion" || f.Key == "kind"
	})
	for i, f := range patch.Fields {
		if f.Key == "metadata" {
			f.Value.Fields = slices.DeleteFunc(slices.Clone(f.Value.Fields), func(f infra.Field) bool {
				return f.Key == "name" || f.Key == "namespace"
			})
			patch.Fields[i] = f
		}
	}
	return patch
}

// texts are the patches of an entry: in a file, or written beside.
func (k *kustomizer) texts(name string, entry *document.Node) (list []infra.Value, ok bool) {
	n, path := entry, ""
	switch {
	case entry.Kind == document.Mapping && entry.Text("path") != "":
		path = entry.Text("path")
	case entry.Kind == document.Mapping:
		n = entry.Get("patch")
	case !strings.ContainsAny(entry.Value, "\n{"):
		path = entry.Value
	}
	if path != "" {
		file := k.file(name, path)
		m := k.manifest(file)
		if m == nil || m.File == nil || m.Template {
			return nil, false
		}
		k.used[file] = true
		for _, d := range m.File.Docs {
			list = append(list, value(d))
		}
		return list, true
	}
	if n == nil || n.Kind != document.Scalar {
		return nil, false
	}
	if k.bytes += len(k.manifest(name).File.Src); k.bytes > mostInner {
		return nil, false
	}
	if f, ok := n.Inner(); ok {
		for _, d := range f.Docs {
			list = append(list, value(d))
		}
		return list, true
	}
	f, err := document.Parse(name, []byte(n.Value))
	if err != nil {
		return nil, false
	}
	for _, d := range f.Docs {
		list = append(list, infra.Placed(value(d), n.Pos()))
	}
	return list, true
}

// patches reports whether a strategic merge patch is for an object: by the kind and the name that both have.
func (p *Object) patches(o *Object) bool {
	return o.Label == "" && p.Kind == o.Kind && p.Name == o.Name && p.Group == o.Group &&
		(p.Namespace == "" || p.Place() == o.Place())
}
