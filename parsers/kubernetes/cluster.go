package kubernetes

import (
	"cmp"
	"path/filepath"
	"slices"

	"github.com/wslint/wslint/parsers"
	"github.com/wslint/wslint/parsers/infra"
)

// A cluster is what objects say of who reaches whom: Services by their names, and the Pods that these select.
type cluster struct {
	// workloads are what makes Pods, services are the Services of core Kubernetes.
	workloads []workload
	services  []*Object
	// unsure are further ones of which not everything is known.
	unsure []*Object
	// behind are the Services of each cluster, as those meet them who know their names.
	behind map[string][]parsers.Service
	// parted says that an object stands among the files more than once: each directory is then a cluster of its own.
	parted bool
}

// A workload makes Pods, or is one.
type workload struct {
	*Object
	labels, spec infra.Value // of its Pods
}

// inCluster is the network on which names with a namespace mean something; a bare name does within its namespace.
const inCluster = "cluster"

// joined are the kinds of further objects that others mean by their names.
var joined = []string{"ConfigMap", "Gateway", "HTTPRoute", "VirtualServer", "VirtualServerRoute"}

// newCluster looks up who reaches whom.
func newCluster(objects []*Object) *cluster {
	c := &cluster{}
	seen := map[string]bool{}
	for _, o := range objects {
		w, makesPods := workloadOf(o)
		isService := o.Is("", "Service")
		if isService && o.Partial != "" {
			c.unsure = append(c.unsure, o)
		}
		if o.Partial != "" || !makesPods && !isService && !o.IsIngress() && !slices.Contains(joined, o.Kind) {
			continue
		}
		c.parted = c.parted || seen[o.String()]
		seen[o.String()] = true
		switch {
		case makesPods:
			c.workloads = append(c.workloads, w)
		case isService:
			c.services = append(c.services, o)
		}
	}
	return c
}

// workloadOf is an object as what makes Pods; ok is false for others.
func workloadOf(o *Object) (w workload, ok bool) {
	switch o.Kind {
	case "Pod":
		return workload{o, o.Get("metadata", "labels"), o.Get("spec")}, o.Group == ""
	case "Deployment", "StatefulSet", "DaemonSet", "ReplicaSet":
		t := o.Get("spec", "template")
		return workload{o, t.Get("metadata").Get("labels"), t.Get("spec")}, o.Group == "apps" || o.Group == "extensions"
	}
	return w, false
}

// containers are those of the Pods.
func (w workload) containers() []infra.Value {
	list, _ := w.spec.Get("containers").List()
	return list
}

// port is the number of a port of the Pods that has a name; "" where none has it.
func (w workload) port(name string) string {
	for _, c := range w.containers() {
		ports, _ := c.Get("ports").List()
		for _, p := range ports {
			if p.Get("name").Text == name && name != "" {
				return p.Get("containerPort").Text
			}
		}
	}
	return ""
}

// of names the cluster that an object is applied to.
func (c *cluster) of(o *Object) string {
	if c.parted {
		return "cluster of " + cmp.Or(o.overlay, filepath.Dir(o.Pos.File))
	}
	return inCluster
}

// network is what an object of a namespace reaches by names; nobody reaches it by one.
func (c *cluster) network(o *Object) *parsers.Network {
	of := c.of(o)
	return &parsers.Network{Of: of, Networks: []string{inCluster, inNamespace(o)}, Beyond: c.beyond(of)}
}

// beyond are the Services of a cluster. The Pods that they select say which number a named port has.
func (c *cluster) beyond(of string) []parsers.Service {
	if list, known := c.behind[of]; known {
		return list
	}
	var n parsers.Network
	for _, s := range c.services {
		if c.of(s) != of {
			continue
		}
		c.before(&n, s, func(name string) (number string) {
			for _, w := range c.workloads {
				if c.of(w.Object) != of || w.Place() != s.Place() || !leadsTo(s, w.labels) {
					continue
				}
				at := w.port(name)
				if number != "" && at != number {
					return ""
				}
				number = at
			}
			return number
		})
	}
	for _, s := range c.unsure {
		if c.of(s) == of {
			n.Services = append(n.Services, byNames(s, nil)...)
		}
	}
	if c.behind == nil {
		c.behind = map[string][]parsers.Service{}
	}
	c.behind[of] = n.Services
	return n.Services
}

func inNamespace(o *Object) string { return "namespace " + o.Place() }

// leadsTo reports whether a Service leads to what has these labels.
func leadsTo(service *Object, labels infra.Value) bool {
	wanted := service.Get("spec", "selector")
	return len(wanted.Fields) > 0 && hasFields(labels, wanted)
}

// before puts a Service before what a network reaches; number is that of a named port there.
func (c *cluster) before(n *parsers.Network, service *Object, number func(name string) string) {
	ports := map[string]string{}
	list, _ := service.Get("spec", "ports").List()
	for _, p := range list {
		to := p.Get("targetPort")
		at := to.Text
		switch {
		case p.Is("UDP") || to.Kind == infra.Unknown || p.Get("port").Kind != infra.Scalar:
			continue
		case to.Kind != infra.Scalar:
			at = p.Get("port").Text
		case !digits(to.Text):
			at = number(to.Text)
		}
		ports[p.Get("port").Text] = at
	}
	n.Services = append(n.Services, byNames(service, ports)...)
}

// byNames is a Service by the names that it has everywhere, and by the one that it has in its namespace.
func byNames(service *Object, ports map[string]string) []parsers.Service {
	full := service.Name + "." + service.Place()
	names := []string{full + ".svc.cluster.local", full + ".svc", full, service.String()}
	return []parsers.Service{
		{Names: names, Network: inCluster, Ports: ports},
		{Names: []string{service.Name}, Network: inNamespace(service), Ports: ports},
	}
}

// reached is the network of a workload's Pods: what they reach, and the Services that select them.
func (c *cluster) reached(w workload) *parsers.Network {
	n := c.network(w.Object)
	for _, s := range c.services {
		if s.Place() == w.Place() && c.of(s) == c.of(w.Object) && leadsTo(s, w.labels) {
			c.before(n, s, w.port)
		}
	}
	return n
}
