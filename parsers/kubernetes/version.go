package kubernetes

import (
	"cmp"
	"path/filepath"
	"strings"

	"github.com/wslint/wslint/internal/lazyregexp"
	"github.com/wslint/wslint/parsers"
	"github.com/wslint/wslint/parsers/container"
	"github.com/wslint/wslint/parsers/document"
	"github.com/wslint/wslint/parsers/infra"
)

// podSpecs are where kinds of objects have the specification of their pods.
var podSpecs = map[string][]string{
	"Pod": {"spec"}, "Deployment": {"spec", "template", "spec"}, "DaemonSet": {"spec", "template", "spec"},
	"StatefulSet": {"spec", "template", "spec"}, "ReplicaSet": {"spec", "template", "spec"},
	"Job": {"spec", "template", "spec"}, "CronJob": {"spec", "jobTemplate", "spec", "template", "spec"},
}

// runsAs is the version of the nginx that reads the files in an object: what the image of the container tells that
// mounts it. It is zero where nothing tells it, or several tell different ones.
func (s *set) runsAs(o *Object, values *charts) (v parsers.Version) {
	if o.Kind == chartText {
		return values.imageOf(o)
	}
	name := source(o.Get("metadata", "name"))
	for _, w := range s.objects {
		at := podSpecs[w.Kind]
		if at == nil || name == "" || w.Place() != o.Place() || !nearby(w, o, name) {
			continue
		}
		for _, ref := range mounting(w.Get(at...), o.Kind, name) {
			text := values.filled(source(ref), w.Pos.File)
			found := container.Find(text, ref.Pos).Version
			switch {
			case found.Number == "", v.Number != "" && v.Number != found.Number:
				return parsers.Version{}
			case v.Number == "":
				v = found
			}
		}
	}
	return v
}

// source is a scalar, or what a template makes one of.
func source(v infra.Value) string { return cmp.Or(v.Text, strings.Trim(v.Template, `"'`)) }

// nearby reports whether a name means the same to both: what a template makes of it may differ from chart to chart.
func nearby(w, o *Object, name string) bool {
	return !strings.Contains(name, "{{") || filepath.Dir(w.Pos.File) == filepath.Dir(o.Pos.File)
}

// mounting are the images of the containers of a pod that mount an object.
func mounting(pod infra.Value, kind, name string) (images []infra.Value) {
	volumes := map[string]bool{}
	for _, x := range pod.Get("volumes").Items {
		of := source(x.Get("configMap").Get("name"))
		if kind == "Secret" {
			of = source(x.Get("secret").Get("secretName"))
		}
		if of == name {
			volumes[x.Get("name").Text] = true
		}
	}
	for _, x := range pod.Get("containers").Items {
		for _, m := range x.Get("volumeMounts").Items {
			if volumes[m.Get("name").Text] {
				images = append(images, x.Get("image"))
				break
			}
		}
	}
	return images
}

// charts reads values of charts.
type charts struct {
	read   func(name string) ([]byte, error)
	shows  func(name string) bool
	values map[string]*document.Node // by the file; nil of one that is none
}

// file is what a file of values says; nil where there is none.
func (c *charts) file(name string) *document.Node {
	if n, known := c.values[name]; known {
		return n
	}
	c.values[name] = nil
	if c.read == nil || c.shows != nil && !c.shows(name) {
		return nil
	}
	if src, err := c.read(name); err == nil {
		if m, err := Parse(name, src); err == nil && m.File != nil && len(m.File.Docs) > 0 {
			c.values[name] = m.File.Docs[0]
		}
	}
	return c.values[name]
}

// imageOf is the version that image: says in the values which hold the object.
func (c *charts) imageOf(o *Object) (v parsers.Version) {
	image := c.file(o.Pos.File).Get("image")
	name, tag := image.Get("repository"), image.Get("tag")
	if name == nil || tag == nil {
		return v
	}
	return container.Find(name.Value+":"+tag.Value, tag.Pos()).Version
}

// ofValues is a value of a chart in a template, with what leaves it as it is where it is set.
var ofValues = lazyregexp.New(`\{\{-?\s*\.Values\.([\w.]+)\s*(?:\|\s*(?:default\b[^|}]*|quote|toString)\s*)*-?\}\}`)

// maxUp is how many directories above a template the values of its chart may be.
const maxUp = 3

// filled is a text of a template with the values of its chart in their places.
func (c *charts) filled(text, file string) string {
	if !strings.Contains(text, "{{") {
		return text
	}
	var values *document.Node
	dir := filepath.Dir(file)
	for range maxUp {
		if values = c.file(filepath.Join(dir, "values.yaml")); values != nil {
			break
		}
		dir = filepath.Join(dir, "..")
	}
	return ofValues.ReplaceAllStringFunc(text, func(s string) string {
		n := values
		for key := range strings.SplitSeq(ofValues.FindStringSubmatch(s)[1], ".") {
			n = n.Get(key)
		}
		if n == nil || n.Kind != document.Scalar || n.Value == "" {
			return s
		}
		return n.Value
	})
}
