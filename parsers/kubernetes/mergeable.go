package kubernetes

import (
	"slices"
	"strings"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers/infra"
)

// Ingresses of F5's controller may be of one host together: a master with the settings of the server, and minions with
// the paths (nginx/kubernetes-ingress, internal/configs/annotations.go: masterDenylist, minionDenylist,
// minionInheritanceList; internal/k8s/validation.go: validateMasterSpec, validateMinionSpec).

// mergeableType is the annotation that says which of both an Ingress is.
const mergeableType = "nginx.org/mergeable-ingress-type"

// deniedTo are the annotations, without their prefixes, that the controller drops from each of them.
var deniedTo = map[string][]string{
	"master": {"rewrites", "ssl-services", "grpc-services", "websocket-services", "sticky-cookie-services",
		"health-checks", "health-checks-mandatory", "health-checks-mandatory-queue", "use-cluster-ip"},
	"minion": {"proxy-hide-headers", "proxy-pass-headers", "redirect-to-https", "ssl-redirect", "http-redirect-code",
		"hsts", "hsts-max-age", "hsts-include-subdomains", "server-tokens", "listen-ports", "listen-ports-ssl",
		"server-snippets", "ssl-ciphers", "ssl-prefer-server-ciphers", "app-root"},
}

// inherited are those that a minion has from its master where it says nothing itself.
var inherited = []string{"proxy-connect-timeout", "proxy-read-timeout", "proxy-send-timeout", "client-max-body-size",
	"proxy-buffering", "proxy-buffers", "proxy-buffer-size", "proxy-busy-buffers-size", "proxy-max-temp-file-size",
	"upstream-zone-size", "location-snippets", "lb-method", "keepalive", "max-fails", "max-conns", "fail-timeout",
	"limit-req-rate", "limit-req-key", "limit-req-zone-size", "limit-req-delay", "limit-req-no-delay", "limit-req-burst",
	"limit-req-dry-run", "limit-req-log-level", "limit-req-reject-code", "limit-req-scale"}

// masterOf is the master of a minion: the one for its host; nil where none is among the files, or several are.
func (s *set) masterOf(o *Object) *Object {
	if o.Annotation(mergeableType).Text != "minion" {
		return nil
	}
	masters := s.index.masters[objectKey{s.cluster.of(o), "", hostOf(o)}]
	if len(masters) != 1 {
		return nil
	}
	return masters[0]
}

// hostOf is the host of the first rule.
func hostOf(o *Object) string {
	rules, _ := o.Get("spec", "rules").List()
	if len(rules) == 0 {
		return ""
	}
	return rules[0].Get("host").Text
}

// annotation is the value that F5's controller reads for an Ingress: a minion has some from its master, and neither has
// what is denied to it.
func (w *ingressWriter) annotation(o *Object, name string) infra.Value {
	v := o.Annotation(w.c.Prefixes[0] + name)
	if w.c.Name != nginxIngress {
		return v
	}
	kind := o.Annotation(mergeableType).Text
	switch {
	case slices.Contains(deniedTo[kind], name):
		return infra.Value{Pos: o.Pos}
	case v.Kind == infra.Null && kind == "minion" && slices.Contains(inherited, name):
		if m := w.s.masterOf(o); m != nil {
			return m.Annotation(w.c.Prefixes[0] + name)
		}
	}
	return v
}

// mergeMisfits finds annotations that the controller drops from a master or a minion, and an Ingress that can be
// neither. drops says that the annotation is judged by this alone.
func mergeMisfits(o *Object, c *Controller, name string, m hop.Misfit) (list []hop.Misfit, drops bool) {
	kind := o.Annotation(mergeableType)
	if c.Name != nginxIngress || !o.IsIngress() || kind.Kind != infra.Scalar {
		return nil, false
	}
	if slices.Contains(deniedTo[kind.Text], name) {
		other := map[string]string{"master": "its minions", "minion": "its master"}[kind.Text]
		m.Fault, m.Why = hop.NotRead, "the controller drops it from a "+kind.Text+": it belongs on "+other
		return []hop.Misfit{m}, true
	}
	if why := unfitFor(o, kind.Text); name == "mergeable-ingress-type" && o.Partial == "" && why != "" {
		m.Fault, m.Why, m.Pos = hop.BreaksObject, why, kind.Pos
		return []hop.Misfit{m}, true
	}
	return nil, false
}

// unfitFor says why an Ingress can be no master or no minion; "" where it can.
func unfitFor(o *Object, kind string) string {
	rules, why := o.Get("spec", "rules").List()
	if why != "" {
		return ""
	}
	paths := 0
	for _, r := range rules {
		list, _ := r.Get("http").Get("paths").List()
		paths += len(list)
	}
	tls, _ := o.Get("spec", "tls").List()
	switch {
	case kind != "master" && kind != "minion":
	case len(rules) != 1:
		return "a " + kind + " has one rule"
	case kind == "master" && paths > 0:
		return "a master has a host and no paths: these are its minions'"
	case kind == "minion" && len(tls) > 0:
		return "a minion has no tls: that is its master's"
	case kind == "minion" && paths == 0:
		return "a minion has at least one path"
	}
	return ""
}

// hasFields reports whether a map of texts has all that another one has.
func hasFields(v, wanted infra.Value) bool {
	return !slices.ContainsFunc(wanted.Fields, func(f infra.Field) bool {
		got := v.Get(f.Key)
		return f.Value.Kind != infra.Scalar || got.Kind != infra.Scalar || got.Text != f.Value.Text
	})
}

// named reports whether a list of names with commas has one.
func named(list, name string) bool {
	return slices.ContainsFunc(strings.Split(list, ","), func(s string) bool { return strings.TrimSpace(s) == name })
}
