package kubernetes

import (
	"cmp"
	"slices"

	"github.com/wslint/wslint/parsers/infra"
)

// An index finds the objects of a set that others mean, without looking at all of them: a cluster has thousands. Each
// list is in the order of the files.
type index struct {
	kinds   map[string][]*Object
	names   map[objectKey][]*Object
	parents map[objectKey][]*Object // the routes that mean a Gateway
	targets map[objectKey][]*Object // the policies for an object, which are of its namespace
	masters map[objectKey][]*Object // the masters of mergeable Ingresses, by their cluster and host
}

// An objectKey is how objects mean another one.
type objectKey struct{ kind, namespace, name string }

// newIndex looks all objects up.
func newIndex(s *set) *index {
	x := &index{
		map[string][]*Object{}, map[objectKey][]*Object{}, map[objectKey][]*Object{}, map[objectKey][]*Object{},
		map[objectKey][]*Object{},
	}
	seen := map[[2]string]bool{}
	for _, o := range s.objects {
		x.kinds[o.Kind] = append(x.kinds[o.Kind], o)
		note(x.names, objectKey{o.Kind, o.Place(), o.Name}, o)
		for _, ref := range targetsOf(o) {
			note(x.targets, objectKey{ref.Get("kind").Text, o.Place(), ref.Get("name").Text}, o)
		}
		switch cluster := s.cluster.of(o); {
		case o.IsIngress():
			if o.Partial == "" && o.Annotation(mergeableType).Text == "master" {
				note(x.masters, objectKey{cluster, "", hostOf(o)}, o)
			}
		case o.Group == gatewayGroup && o.isShown() && !seen[[2]string{cluster, o.String()}]:
			seen[[2]string{cluster, o.String()}] = true // of two with one name, which are of two environments, the first one
			refs, _ := o.Get("spec", "parentRefs").List()
			for _, ref := range refs {
				namespace := cmp.Or(ref.Get("namespace").Text, o.Place())
				note(x.parents, objectKey{cluster, namespace, ref.Get("name").Text}, o)
			}
		}
	}
	return x
}

// note adds an object once.
func note(to map[objectKey][]*Object, at objectKey, o *Object) {
	if list := to[at]; len(list) == 0 || list[len(list)-1] != o {
		to[at] = append(list, o)
	}
}

// targetsOf are what a policy says it is for.
func targetsOf(o *Object) []infra.Value {
	refs, _ := o.Get("spec", "targetRefs").List()
	if one := o.Get("spec", "targetRef"); one.Kind == infra.Map {
		refs = append(slices.Clip(refs), one)
	}
	return refs
}
