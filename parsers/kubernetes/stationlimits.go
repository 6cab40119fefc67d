package kubernetes

import (
	"cmp"
	"encoding/json"
	"strconv"
	"time"

	"github.com/wslint/wslint/catalog"
	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers/infra"
)

// A limiter is what objects beside their own say of how long connections of stations live.
type limiter struct {
	*set
	configs  map[string]*Object   // the BackendConfigs of GKE, by namespace/name
	tunnels  map[string][]*Object // the ConfigMaps with a timeout-tunnel, by their clusters
	upgrades bool                 // Contour has a Gateway: then its listeners let WebSockets through
}

func (s *set) limiter() *limiter {
	l := &limiter{set: s, configs: map[string]*Object{}, tunnels: map[string][]*Object{}}
	for _, o := range s.objects {
		switch {
		case o.Is("cloud.google.com", "BackendConfig"):
			l.configs[o.Place()+"/"+o.Name] = o
		case o.Is("", "ConfigMap") && o.isShown() && o.Get("data", "timeout-tunnel").Kind == infra.Scalar:
			l.tunnels[s.cluster.of(o)] = append(l.tunnels[s.cluster.of(o)], o)
		case o.Is(gatewayGroup, "Gateway"):
			l.upgrades = l.upgrades || s.controllerOf(o) == "contour"
		}
	}
	return l
}

// limit puts into a station what objects beside its own say of how long connections live. Sources, as of November
// 2026: kubernetes/ingress-gce acbcf5d6 (pkg/annotations/service.go, pkg/backendconfig), networking.gke.io/v1
// (googlecloudplatform.github.io/gke-gateway-api), contour 31c4bb38 (internal/annotation, internal/dag), envoy
// gateway d32f2829 (internal/xds/translator/route.go), haproxy-ingress 465a51ce and haproxytech fc120676 (their
// documentation of keys).
func (s *limiter) limit(x *catalog.Station, o *Object) {
	switch x.Name {
	case "gcp-classic-alb":
		x.Key = "BackendConfig.spec.timeoutSec"
		var found []infra.Value
		for _, p := range places(o) {
			found = append(found, s.backendConfig(o, p))
		}
		put(&x.Life, &x.LifeAt, x, found, 30*time.Second, wholeSeconds)
	case "gcp-global-alb":
		x.Key = "GCPBackendPolicy.spec.default.timeoutSec"
		var found []infra.Value
		for _, service := range s.backendsOf(o) {
			found = append(found, s.policy("networking.gke.io", "GCPBackendPolicy", []*Object{service}, "default", "timeoutSec"))
		}
		put(&x.Idle, &x.IdleAt, x, found, x.Idle, wholeSeconds)
	case "haproxy-ingress", "haproxytech-ingress":
		if x.IdleAt.IsZero() {
			put(&x.Idle, &x.IdleAt, x, []infra.Value{s.tunnel(o)}, x.Idle, ofHAProxy)
		}
	case "envoy-gateway":
		var found []infra.Value
		for _, a := range s.attachedTo(o) {
			v := s.policy(envoyGroup, "BackendTrafficPolicy", []*Object{a.route, o}, "timeout", "http", "maxStreamDuration")
			found = append(found, v)
		}
		put(&x.Life, &x.LifeAt, x, found, 0, hop.ParseDuration)
	case "contour":
		named := o.Annotation("projectcontour.io/websocket-routes")
		if o.IsIngress() && named.Kind == infra.Null && !s.upgrades {
			x.What = "Contour without websocket-routes"
			x.Never = "Contour upgrades no path of an Ingress that projectcontour.io/websocket-routes does not name"
		}
	}
}

// put is a limit that values say, of which the null ones leave the default. Where they differ, nobody knows which of
// them a connection meets, and the limit is left out.
func put(limit *time.Duration, at *hop.Pos, x *catalog.Station, found []infra.Value, without time.Duration,
	read func(string) (time.Duration, error)) {
	for i, v := range found {
		d, err := without, error(nil)
		if v.Kind == infra.Scalar {
			d, err = read(v.Text)
		}
		if err != nil || v.Kind == infra.Unknown || i > 0 && d != *limit {
			*limit, *at = 0, hop.Pos{}
			x.Varies = cmp.Or(x.Varies, v.Why, "its routes have different timeouts")
			return
		}
		if *limit = d; v.Kind == infra.Scalar {
			*at = v.Pos
		}
	}
}

// wholeSeconds reads a whole number of seconds.
func wholeSeconds(text string) (time.Duration, error) {
	n, err := strconv.Atoi(text)
	return time.Duration(n) * time.Second, err
}

// ofHAProxy reads a time as HAProxy does: a bare number is milliseconds.
func ofHAProxy(text string) (time.Duration, error) {
	if digits(text) {
		text += "ms"
	}
	return hop.ParseDuration(text)
}

// backendConfig is the timeout that a BackendConfig sets for the service of a path: that of the port counts more than
// the default one.
func (s *limiter) backendConfig(ingress *Object, p place) infra.Value {
	service := s.services[ingress.Place()+"/"+p.service]
	if service == nil {
		return infra.Value{}
	}
	v := service.Annotation("cloud.google.com/backend-config")
	if v.Kind == infra.Null {
		v = service.Annotation("beta.cloud.google.com/backend-config")
	}
	var named struct {
		Default string            `json:"default"`
		Ports   map[string]string `json:"ports"`
	}
	if v.Kind != infra.Scalar {
		return v
	}
	if json.Unmarshal([]byte(v.Text), &named) != nil {
		return infra.NotKnown("its backend-config is no JSON", v.Pos)
	}
	number := s.portOf(service, p.port, v.Pos).Text
	name := cmp.Or(named.Ports[p.port], named.Ports[number], named.Ports[portName(service, number)], named.Default)
	if o := s.configs[service.Place()+"/"+name]; o != nil {
		return o.Get("spec", "timeoutSec")
	}
	return infra.NotKnown("BackendConfig "+name+" is not among the files", v.Pos)
}

// portName is the name of a port of a Service by its number; "" where it has none.
func portName(service *Object, number string) string {
	list, _ := service.Get("spec", "ports").List()
	for _, x := range list {
		if x.Get("port").Text == number {
			return x.Get("name").Text
		}
	}
	return ""
}

// backendsOf are the Services that the routes of a Gateway lead to, each once, whether they are among the files or not.
func (s *set) backendsOf(gateway *Object) (list []*Object) {
	seen := map[string]bool{}
	for _, a := range s.attachedTo(gateway) {
		rules, _ := a.route.Get("spec", "rules").List()
		for _, rule := range rules {
			refs, _ := rule.Get("backendRefs").List()
			for _, r := range refs {
				o := &Object{
					Kind: "Service", Namespace: cmp.Or(r.Get("namespace").Text, a.route.Place()), Name: r.Get("name").Text,
					Pos: a.route.Pos, overlay: a.route.overlay,
				}
				if !seen[o.String()] {
					seen[o.String()] = true
					list = append(list, o)
				}
			}
		}
	}
	return list
}

// tunnel is timeout-tunnel of the ConfigMap that has one; null where none has.
func (s *limiter) tunnel(o *Object) infra.Value {
	switch list := s.tunnels[s.cluster.of(o)]; len(list) {
	case 0:
		return infra.Value{}
	case 1:
		return list[0].Get("data", "timeout-tunnel")
	}
	return infra.NotKnown("several ConfigMaps have a timeout-tunnel", o.Pos)
}
