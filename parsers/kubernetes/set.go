package kubernetes

import (
	"cmp"
	"strings"

	"github.com/wslint/wslint/parsers/infra"
)

// A set is all objects of a run: they belong together.
type set struct {
	from     string // what carries them, where that is no manifest
	objects  []*Object
	classes  map[string]string // the controllers of IngressClasses, by their names
	snippets allowance
	// classControllers is what classes say of their controllers, by their kind and name: "GatewayClass nginx".
	classControllers map[string]string
	configs          map[string][]*Object // ConfigMaps of controllers, by the controller
	services         map[string]*Object   // by namespace/name
	cluster          *cluster
	index            *index
	canaries         map[canaryKey][]place // made when somebody asks for one
}

// An allowance is whether ingress-nginx takes snippets from annotations.
type allowance uint8

const (
	notSaid    allowance = iota // its configuration is not among the files
	notAllowed                  // it is, and says nothing of them, or false
	allowed
)

// newSet looks up what single objects say of all others.
func newSet(objects []*Object) *set {
	s := &set{
		objects: objects, classes: map[string]string{}, configs: map[string][]*Object{}, services: map[string]*Object{},
		classControllers: map[string]string{}, cluster: newCluster(objects),
	}
	for _, o := range objects {
		if o.Kind == "IngressClass" {
			s.classes[o.Name] = classes[o.Get("spec", "controller").Text]
		}
		if o.Kind == "IngressClass" || o.Kind == "GatewayClass" {
			by := cmp.Or(o.Get("spec", "controller").Text, o.Get("spec", "controllerName").Text)
			s.classControllers[o.Kind+" "+o.Name] = by
		}
		if o.Kind == "Service" && o.Group == "" {
			s.services[o.Place()+"/"+o.Name] = o
		}
	}
	for _, o := range objects {
		c := s.configures(o)
		o.arrives(c)
		if c == nil {
			continue
		}
		if s.configs[c.Name] = append(s.configs[c.Name], o); c.Name != ingressNginx {
			continue
		}
		if v := o.entry("allow-snippet-annotations"); v.Text == "true" || v.Kind == infra.Unknown || o.Partial != "" {
			s.snippets = allowed
		} else if s.snippets == notSaid {
			s.snippets = notAllowed
		}
	}
	for name, list := range s.configs {
		s.configs[name] = layered(list)
	}
	s.index = newIndex(s)
	return s
}

// configNames are the names that ConfigMaps of controllers have in their own manifests and charts.
var configNames = map[string]string{
	"ingress-nginx-controller": ingressNginx, "nginx-configuration": ingressNginx,
	"nginx-load-balancer-conf": ingressNginx, "nginx-ingress-controller": ingressNginx,
	"nginx-config": nginxIngress, "nginx-ingress": nginxIngress,
}

// configNamed is the controller whose ConfigMap has such a name, and whether it is the very name: those of charts have
// that of the release before it, and distributions have names of their own ("nginx-load-balancer-microk8s-conf").
func configNamed(name string) (controller string, exact bool) {
	if c := configNames[name]; c != "" {
		return c, true
	}
	if strings.HasPrefix(name, "nginx-load-balancer-") && strings.HasSuffix(name, "-conf") {
		return ingressNginx, false
	}
	for known, c := range configNames {
		if strings.Contains(known, "ingress") && strings.HasSuffix(name, "-"+known) {
			return c, false
		}
	}
	return "", false
}

// configures is the controller whose settings an object holds: by the name that it has in the controller's own
// manifests, or by its label, and by keys that the controller knows. It is nil for other objects.
func (s *set) configures(o *Object) *Controller {
	if o.Kind != "ConfigMap" {
		return nil
	}
	if o.of != "" {
		return ControllerNamed(o.of)
	}
	name, exact := configNamed(o.Name)
	if !exact && o.Get("metadata", "labels", "app.kubernetes.io/name").Text == "ingress-nginx" &&
		!strings.Contains(o.Name, "tcp") && !strings.Contains(o.Name, "udp") && !strings.Contains(o.Name, "headers") {
		name, exact = ingressNginx, true
	}
	c := ControllerNamed(name)
	if c == nil {
		return nil
	}
	for _, f := range o.Get("data").Fields {
		known := c.Key(strings.ToLower(f.Key), "ConfigMap") != nil
		exact = exact || known
		if strings.Contains(f.Key, ".") || strings.Contains(f.Value.Text, "\n") && !known {
			return nil // files: it is the application's
		}
	}
	if !exact {
		return nil
	}
	return c
}

// entry is a value of a ConfigMap, whose keys match in any case.
func (o *Object) entry(key string) infra.Value {
	data := o.Get("data")
	if data.Kind == infra.Unknown {
		return data
	}
	for _, f := range data.Fields {
		if strings.EqualFold(f.Key, key) {
			return f.Value
		}
	}
	if !o.isShown() || data.More != "" {
		return infra.NotKnown(o.Partial, o.Pos)
	}
	return infra.Value{Pos: o.Pos}
}
