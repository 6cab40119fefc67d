package kubernetes

import (
	"cmp"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers"
	"github.com/wslint/wslint/parsers/infra"
)

// A place is one path of an Ingress, or what takes the paths that no other one takes.
type place struct {
	of       *Object
	host     string
	path     string
	pathType string  // "Prefix", "Exact", "ImplementationSpecific"
	pos      hop.Pos // of the path
	hostPos  hop.Pos // of the host, or of the rule without one
	service  string
	port     string
	// anyHost says that the host is not known: it is as if it were every one.
	anyHost bool
	// head is the object that the settings of the server are of, where that is another one.
	head *Object
	// upstream, route, action and snippets are those of a VirtualServer or a VirtualServerRoute.
	upstream, route, action, snippets infra.Value
}

// server is the object that the settings of the server are of.
func (p *place) server() *Object {
	if p.head != nil {
		return p.head
	}
	return p.of
}

// A group is Ingresses that one controller may well serve together: those of a directory, or of standard input.
type group struct {
	ingresses []*Object
	taken     map[string]bool // the names and paths of these
}

// groups are the Ingresses of a controller by their directories. Two of one name, or for one path, are not meant
// together: they are of two environments. left are the last ones, by directory, of more than mostVariants.
func (s *set) groups(controller string) (list []*group, left map[string]hop.Pos) {
	of := map[string][]*group{}
	left = map[string]hop.Pos{}
	for _, o := range s.objects {
		if !o.isShown() || s.makerOf(o) != controller || len(s.places(o)) == 0 {
			continue
		}
		if controller == nginxFabric {
			list = append(list, &group{ingresses: []*Object{o}}) // it runs an nginx for each Gateway
			continue
		}
		if _, open := s.undecided(o, controller); open {
			continue
		}
		claims := []string{o.String(), o.Pos.String()} // the copies of one resource of Terraform are at one place
		for _, p := range s.places(o) {
			claims = append(claims, p.host+" "+p.pathType+" "+p.path)
		}
		dir := cmp.Or(o.overlay, filepath.Dir(o.Pos.File))
		i := slices.IndexFunc(of[dir], func(g *group) bool {
			return !slices.ContainsFunc(claims, func(c string) bool { return g.taken[c] })
		})
		switch {
		case i < 0 && len(of[dir]) == mostVariants:
			left[dir] = o.Pos
			continue
		case i < 0:
			i = len(of[dir])
			g := &group{taken: map[string]bool{}}
			of[dir], list = append(of[dir], g), append(list, g)
		}
		g := of[dir][i]
		g.ingresses = append(g.ingresses, o)
		for _, c := range claims {
			g.taken[c] = true
		}
	}
	return list, left
}

// mostVariants is how many Ingresses for one path, or of one name, a directory may have: each is an nginx of its own.
const mostVariants = 50

// makerOf is the name of the controller that makes nginx of an object; "" where none is known to.
func (s *set) makerOf(o *Object) string {
	switch {
	case o.IsIngress():
		name, _ := s.owner(o)
		return name
	case o.Is("k8s.nginx.org", "VirtualServer"):
		return nginxIngress
	case o.Is(gatewayGroup, "Gateway") && s.controllerOf(o) == nginxFabric:
		return nginxFabric
	}
	return ""
}

// places are the paths that an object gives to the proxy that is made of it.
func (s *set) places(o *Object) []place {
	switch o.Kind {
	case "VirtualServer":
		return s.virtualPlaces(o)
	case "Gateway":
		return s.gatewayPlaces(o)
	}
	if s.isCanary(o) {
		return nil
	}
	list := places(o)
	if master := s.masterOf(o); master != nil {
		for i := range list {
			list[i].head = master
		}
	}
	return list
}

// places are the paths of an Ingress, in the order of the file, in either of the two forms that backends have had.
func places(o *Object) (list []place) {
	rules, _ := o.Get("spec", "rules").List()
	for _, r := range rules {
		host := r.Get("host")
		at := host.Pos
		if host.Kind != infra.Scalar {
			// Of one that is not known the paths are those of any: no other host has them.
			at, host.Text = r.Pos, ""
		}
		at.EndCol = 0
		paths, _ := r.Get("http").Get("paths").List()
		for _, p := range paths {
			path := p.Get("path")
			if path.Kind == infra.Unknown && !o.drawn || p.Kind == infra.Unknown {
				continue
			}
			x := place{of: o, host: host.Text, path: path.Text, pathType: p.Get("pathType").Text, pos: path.Pos, hostPos: at}
			x.anyHost = host.Kind == infra.Unknown
			if path.Kind != infra.Scalar {
				x.path, x.pos = "/", p.Pos
			}
			x.pathType = cmp.Or(x.pathType, "ImplementationSpecific")
			x.path = cmp.Or(x.path, "/")
			x.service, x.port = backend(p.Get("backend"))
			list = append(list, x)
		}
	}
	if d := o.Get("spec", "defaultBackend"); d.Kind == infra.Map {
		x := place{of: o, path: "/", pathType: "Prefix", pos: d.Pos, hostPos: o.Pos}
		x.service, x.port = backend(d)
		if len(rules) == 0 {
			list = append(list, x)
		}
	}
	return list
}

// backend is the service and the port that a path leads to.
func backend(v infra.Value) (service, port string) {
	if v.Get("serviceName").Kind == infra.Scalar {
		return v.Get("serviceName").Text, v.Get("servicePort").Text
	}
	b := v.Get("service")
	return b.Get("name").Text, cmp.Or(b.Get("port").Get("number").Text, b.Get("port").Get("name").Text)
}

// hasTLS reports whether an Ingress names a certificate for a host. One without hosts is taken to fit.
func hasTLS(o *Object, host string) bool {
	list, _ := o.Get("spec", "tls").List()
	return slices.ContainsFunc(list, func(t infra.Value) bool {
		hosts, why := t.Get("hosts").List()
		return len(hosts) == 0 || why != "" ||
			slices.ContainsFunc(hosts, func(h infra.Value) bool { return strings.EqualFold(h.Text, host) })
	})
}

// annotate returns the edits that give an Ingress an annotation.
func (o *Object) annotate(key, value string) []hop.Edit {
	switch v := o.Annotation(key); {
	case v.Kind == infra.Scalar && v.Set != nil:
		return v.Set(value)
	case v.Kind != infra.Null || o.Value.Add == nil:
		return nil
	}
	return o.Value.Add(value, "metadata", "annotations", key)
}

// A setting is a value that is in force for an Ingress, and where it comes from.
type setting struct {
	text string
	// pos is where it is written; zero for the built-in value.
	pos     hop.Pos
	unknown string
	value   infra.Value
}

// setting is what holds of a key for an Ingress: its annotation, else the ConfigMap's entry, else the built-in value.
// What the controller cannot read is as if it were not there.
func (w *ingressWriter) setting(o *Object, name string) setting {
	k := w.c.Key(name, "Ingress")
	if k != nil {
		v := w.annotation(o, name)
		if v.Kind == infra.Unknown && (k.Type == Int || k.Type == Time) {
			return w.open(name, v)
		}
		if v.Kind == infra.Scalar {
			if ok, _ := k.Takes(v.Text); ok && strings.TrimSpace(v.Text) != "" {
				return setting{text: strings.TrimSpace(v.Text), pos: v.Pos, value: v}
			}
		}
	}
	return w.global(name)
}

// global is what holds of a key for all Ingresses: the ConfigMap's entry, else the built-in value.
func (w *ingressWriter) global(name string) (s setting) {
	k := w.c.Key(name, "ConfigMap")
	if k == nil {
		if k = w.c.Key(name, "Ingress"); k != nil {
			s.text = k.Default
		}
		return s
	}
	s.text = k.Default
	if w.config == nil {
		return s
	}
	v := w.config.entry(name)
	if w.ingresses[0].config != nil && w.c.reads(name, "Ingress") && v.Kind != infra.Scalar {
		v = infra.NotKnown(byIngress, w.config.Pos)
	}
	switch {
	case v.Kind == infra.Unknown && v.Why != w.config.Partial && (k.Type == Int || k.Type == Time):
		return w.open(name, v)
	case v.Kind == infra.Unknown:
		s.unknown = v.Why
	case v.Kind == infra.Scalar:
		if ok, _ := k.Takes(v.Text); ok {
			return setting{text: strings.TrimSpace(v.Text), pos: v.Pos, value: v}
		}
	}
	return s
}

// isOn reports whether a truth value holds.
func (s setting) isOn() bool {
	switch s.text {
	case "1", "t", "T", "TRUE", "true", "True":
		return true
	}
	return false
}

// An ingressWriter writes the nginx configuration that a controller makes of Ingresses.
type ingressWriter struct {
	s         *set
	c         *Controller
	ingresses []*Object
	parts     []*Object // all that it is made of
	config    *Object   // its ConfigMap; nil where that is not among the files
	out       *text
	// defaults are the places of lines that hold a built-in value, with the name of its directive before them.
	defaults map[string]bool
	// at is the Ingress of each place that a hop may have, paths the path at it.
	at        map[hop.Pos]*Object
	paths     map[hop.Pos]place
	upstreams map[string]bool
	// why says of settings that are not known why, by their keys and places.
	why    map[string]string
	chosen map[hop.Pos]string // the variables that choose the servers of a path with a canary
	// vague says that nobody knows what is in front of it: whether that sends PROXY headers as the settings ask for.
	vague bool
	forks int // how many paths lead to several places
	// resolve, where it is not nil, says where the servers of an upstream are: in tests they run on this machine.
	resolve func(service, port string) string
}

// made is what a line is made of that a setting of an Ingress decides. What is edited of it becomes an annotation.
func (w *ingressWriter) made(p place, s setting, directive, key string) *parsers.Maker {
	at := s.pos
	if at.IsZero() {
		at = p.pos
		w.defaults[directive+at.String()] = true
	}
	return &parsers.Maker{At: at, Write: w.rewrite(p.of, directive, key)}
}

// rewrite returns what makes an annotation of an edited line of a directive with one value, which may have a unit.
func (w *ingressWriter) rewrite(o *Object, directive, key string) func(text string) []hop.Edit {
	return func(text string) []hop.Edit {
		value, ok := strings.CutPrefix(strings.TrimSuffix(text, ";"), directive+" ")
		if !ok || strings.Contains(value, ";") {
			return nil
		}
		if k := w.c.Key(key, "Ingress"); k != nil && k.Type == Int {
			n, ok := seconds(strings.TrimSpace(value))
			if !ok {
				return nil
			}
			value = fmt.Sprint(n)
		}
		if in := w.global(key).value; o.config != nil && in.Set != nil {
			return in.Set(strings.TrimSpace(value))
		}
		return o.annotate(w.c.Prefixes[0]+key, strings.TrimSpace(value))
	}
}
