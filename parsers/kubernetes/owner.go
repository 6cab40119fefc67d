package kubernetes

import (
	"slices"
	"strings"

	"github.com/wslint/wslint/parsers/infra"
)

// The controllers that make nginx of Ingresses.
const (
	ingressNginx = "ingress-nginx" // the community's
	nginxIngress = "nginx-ingress" // F5's
)

// classes are the controllers by what spec.controller of an IngressClass says.
var classes = map[string]string{
	"k8s.io/ingress-nginx":         ingressNginx,
	"nginx.org/ingress-controller": nginxIngress,
	"ingress.k8s.aws/alb":          awsController,
	"eks.amazonaws.com/alb":        awsController,
}

// class is the class that an Ingress names; "" where it names none, or nobody knows which.
func class(o *Object) string {
	if v := o.Get("spec", "ingressClassName"); v.Kind == infra.Scalar {
		return v.Text
	}
	if v := o.Annotation("kubernetes.io/ingress.class"); v.Kind == infra.Scalar {
		return v.Text
	}
	return ""
}

// owner is the name of the controller that makes a proxy of an Ingress, and whether that is sure: by an IngressClass
// among the objects, else by the only family of annotations that it has. A class named nginx may be of either; without
// any annotation it is taken for that of ingress-nginx: idle connections end after the same time.
func (s *set) owner(o *Object) (name string, sure bool) {
	c := class(o)
	if by := s.classes[c]; c != "" && by != "" {
		return by, true
	}
	found := families(o)
	if found[ingressNginx] && found[nginxIngress] {
		switch s.here(ingressNginx) {
		case s.here(nginxIngress):
			return "", false
		case true:
			delete(found, nginxIngress)
		default:
			delete(found, ingressNginx)
		}
	}
	if len(found) == 1 && (c == "" || strings.Contains(c, "nginx")) {
		for name := range found {
			return name, false
		}
	}
	if len(found) == 0 && c == "nginx" {
		return ingressNginx, false
	}
	return "", false
}

// families are the controllers that the annotations of an Ingress are for.
func families(o *Object) map[string]bool {
	found := map[string]bool{}
	for _, a := range o.Annotations() {
		for _, c := range Controllers() {
			if _, ok := c.Suffix(a.Key); ok && c.has("Ingress") {
				found[c.Name] = true
			}
		}
	}
	return found
}

// here reports whether the objects show that a controller is in use: its settings, a class of it, or its Pods.
func (s *set) here(controller string) bool {
	for _, by := range s.classes {
		if by == controller {
			return true
		}
	}
	return len(s.configs[controller]) > 0 ||
		slices.ContainsFunc(s.cluster.workloads, func(w workload) bool { return w.runs(controller) })
}

// ofBoth reports whether an Ingress has annotations of both controllers that make nginx, and nothing tells which of
// them serves it.
func (s *set) ofBoth(o *Object) bool {
	if c := class(o); !o.IsIngress() || c != "" && !strings.Contains(c, "nginx") {
		return false
	}
	found := families(o)
	by, _ := s.owner(o)
	return found[ingressNginx] && found[nginxIngress] && by == ""
}

// has reports whether a controller reads anything from a kind of object.
func (c *Controller) has(on string) bool {
	for i := range c.Keys {
		for _, k := range c.Keys[i].On {
			if k == on {
				return true
			}
		}
	}
	return false
}
