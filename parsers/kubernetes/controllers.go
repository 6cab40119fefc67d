package kubernetes

import (
	"slices"
	"strings"

	"github.com/wslint/wslint/parsers"
	"github.com/wslint/wslint/parsers/infra"
)

// images are those that controllers run as, by the controller: kubernetes/ingress-nginx and nginx/kubernetes-ingress,
// their manifests and charts, and the names that they had before.
var images = map[string][]string{
	ingressNginx: {"ingress-nginx/controller", "ingress-nginx/controller-chroot",
		"kubernetes-ingress-controller/nginx-ingress-controller", "google_containers/nginx-ingress-controller"},
	nginxIngress: {"nginx/nginx-ingress", "nginxinc/nginx-ingress", "nginx-ic/nginx-plus-ingress",
		"nginxcontrib/nginx-ingress"},
}

// runs reports whether the Pods of a workload run a controller.
func (w workload) runs(controller string) bool {
	return slices.ContainsFunc(w.containers(), func(c infra.Value) bool {
		name, _, _ := strings.Cut(c.Get("image").Text, "@")
		if i := strings.LastIndexByte(name, ':'); i > strings.LastIndexByte(name, '/') {
			name = name[:i]
		}
		return slices.ContainsFunc(images[controller], func(image string) bool {
			return name == image || strings.HasSuffix(name, "/"+image)
		})
	})
}

// isController reports whether a Service without its Pods among the files leads to ingress-nginx: by the labels that
// its chart and its manifests select it by.
func isController(service *Object) bool {
	by := service.Get("spec", "selector")
	return by.Get("app.kubernetes.io/name").Text == ingressNginx &&
		by.Get("app.kubernetes.io/component").Text == "controller"
}

// machine is how the nginx of a controller is reached: by the Services that lead to it. Where these may lead to several
// controllers of one kind, nobody knows which of them reads an Ingress.
func (w *ingressWriter) machine() *parsers.Machine {
	c := w.s.cluster
	n := c.network(w.ingresses[0])
	if w.c.Name == nginxFabric {
		if service := w.s.fabricService(w.ingresses[0]); service != nil {
			c.before(n, service, func(name string) string { return "" })
		}
		return &parsers.Machine{Name: w.c.Name, Network: n}
	}
	if services, runs, sure := w.fronts(n.Of); sure {
		for _, service := range services {
			c.before(n, service, w.portNamed(runs))
		}
	}
	return &parsers.Machine{Name: w.c.Name, Network: n}
}

// fronts are the Services of a cluster that lead to the controller, and the workloads that run it; sure is false where
// they may lead to several controllers of one kind.
func (w *ingressWriter) fronts(cluster string) (services []*Object, runs []workload, sure bool) {
	c := w.s.cluster
	for _, x := range c.workloads {
		if x.runs(w.c.Name) && c.of(x.Object) == cluster {
			runs = append(runs, x)
		}
	}
	charts := 0
	for _, s := range c.services {
		leads := slices.ContainsFunc(runs, func(x workload) bool { return x.Place() == s.Place() && leadsTo(s, x.labels) })
		if c.of(s) != cluster || !leads && (w.c.Name != ingressNginx || len(runs) > 0 || !isController(s)) {
			continue
		}
		services = append(services, s)
		if s.Label != "" && !strings.HasSuffix(s.Label, ".internal.annotations") {
			charts++ // the values of several environments, perhaps
		}
	}
	sure = len(runs) <= 1 && charts <= 1 && !slices.ContainsFunc(services, func(s *Object) bool {
		return !sameFields(s.Get("spec", "selector"), services[0].Get("spec", "selector"))
	})
	return services, runs, sure
}

// portNamed says which port of the configuration that is written here a named port of the controller's Pods is: it
// listens on 80 and 443 by the names http and https, whatever numbers a flag gives these.
func (w *ingressWriter) portNamed(runs []workload) func(name string) string {
	return func(name string) string {
		switch name {
		case "http":
			return "80"
		case "https":
			return "443"
		}
		for _, x := range runs {
			if p := x.port(name); p != "" {
				return p
			}
		}
		return ""
	}
}

// sameFields reports whether two maps of texts say the same.
func sameFields(a, b infra.Value) bool {
	return len(a.Fields) == len(b.Fields) && !slices.ContainsFunc(a.Fields, func(f infra.Field) bool {
		return b.Get(f.Key).Text != f.Value.Text
	})
}
