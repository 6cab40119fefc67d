package kubernetes

import (
	"fmt"

	"github.com/wslint/wslint/parsers"
	"github.com/wslint/wslint/parsers/infra"
)

// byIngress is why nobody knows a setting of which only the controller's ConfigMap or values are here.
const byIngress = "an Ingress that is not among these files decides it"

// alone judges the settings of controllers of which no Ingress is among the files: what any of their Ingresses is like
// that says nothing else. done are the settings that Ingresses were judged with.
func (s *set) alone(r *parsers.Reading, done map[*Object]bool) {
	for _, name := range []string{ingressNginx, nginxIngress} {
		for i, config := range s.configs[name] {
			if done[config] || i == mostVariants || !setsSomething(ControllerNamed(name), config) {
				continue
			}
			w := s.writer(ControllerNamed(name), []*Object{anyIngress(config)}, config)
			if name == ingressNginx {
				w.writeIngressNginx()
			} else {
				w.writeNginxIngress()
			}
			s.add(r, []*ingressWriter{w}, fmt.Sprintf("nginx.conf of %s for any Ingress, %d", name, i+1))
		}
	}
}

// setsSomething reports whether the settings of a controller hold one that does something to a WebSocket.
func setsSomething(c *Controller, config *Object) bool {
	for _, f := range config.Get("data").Fields {
		k := c.Key(f.Key, "ConfigMap")
		if f.Value.Kind == infra.Scalar && k != nil && (k.Does != "" || k.Type == Script) {
			return true
		}
	}
	return false
}

// anyIngress stands for the Ingresses of a controller whose settings alone are here. It passes on everything, and says
// nothing that its settings do not say.
func anyIngress(config *Object) *Object {
	at := config.Pos
	text := func(s string) infra.Value { return infra.Text(s, at) }
	backend := mapOf(at, "service", mapOf(at, "name", text(someService), "port", mapOf(at, "number", text("80"))))
	path := mapOf(at, "path", text("/"), "pathType", text("Prefix"), "backend", backend)
	paths := infra.Value{Kind: infra.List, Pos: at, Items: []infra.Value{path}}
	rule := mapOf(at, "host", infra.NotKnown(byIngress, at), "http", mapOf(at, "paths", paths))
	rules := infra.Value{Kind: infra.List, Pos: at, Items: []infra.Value{rule}}
	return &Object{
		Group: "networking.k8s.io", Kind: "Ingress", Label: config.String(), Pos: at, First: config.First, Last: config.Last,
		Value: mapOf(at, "metadata", mapOf(at, "annotations", mapOf(at, "nginx.org/websocket-services", text(someService))),
			"spec", mapOf(at, "rules", rules)),
		Namespace: config.Namespace, Name: config.Name, config: config, Partial: byIngress,
	}
}
