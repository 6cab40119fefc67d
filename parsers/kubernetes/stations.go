package kubernetes

import (
	"cmp"
	"strconv"
	"strings"
	"time"

	"github.com/wslint/wslint/catalog"
	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers"
	"github.com/wslint/wslint/parsers/infra"
)

// A product is what somebody else than nginx makes of an object: a hop of the catalogue.
type product struct {
	hop string // its name there
	// class is that of an Ingress or a Gateway, controller what spec.controller or spec.controllerName of such a class
	// begins with, prefix that of its annotations; "" where there is none.
	class, controller, prefix string
	// idle is the annotation that sets its idle timeout, and unit what one of it is: 0 for a text with a unit of its own.
	idle string
	unit time.Duration
	// without is what the controller sets where nobody wrote one; 0 for the documented one of the hop.
	without time.Duration
}

// products are those of Ingresses, then those of Gateways, then those of Services. Sources: the controllers' sources
// and documentation, haproxy-ingress 465a51ce, haproxytech fc120676, contour 31c4bb38, envoy gateway d32f2829,
// nginx-gateway-fabric e55bfe339, Azure/application-gateway-kubernetes-ingress f42103da
// (pkg/appgw/backendhttpsettings.go); the public documentation of the others.
var products = map[string][]product{
	"Ingress": {
		{hop: "haproxy-ingress", controller: "haproxy-ingress.github.io/", prefix: "haproxy-ingress.github.io/",
			idle: "haproxy-ingress.github.io/timeout-tunnel"},
		{hop: "haproxytech-ingress", controller: "haproxy.org/", prefix: "haproxy.org/"},
		{hop: "traefik", class: "traefik", controller: "traefik.io/", prefix: "traefik.ingress.kubernetes.io/"},
		{hop: "contour", class: "contour", controller: "projectcontour.io/", prefix: "projectcontour.io/"},
		{hop: "istio", class: "istio", controller: "istio.io/"},
		{hop: "gcp-classic-alb", class: "gce", controller: "k8s.io/ingress-gce"},
		{hop: "azure-appgw", class: "azure-application-gateway", controller: "azure/application-gateway",
			prefix: "appgw.ingress.kubernetes.io/", idle: "appgw.ingress.kubernetes.io/request-timeout", unit: time.Second,
			without: 30 * time.Second},
	},
	"Gateway": {
		{hop: "nginx-gateway-fabric", class: "nginx", controller: "gateway.nginx.org/"},
		{hop: "envoy-gateway", class: "eg", controller: "gateway.envoyproxy.io/"},
		{hop: "contour", class: "contour", controller: "projectcontour.io/"},
		{hop: "istio", class: "istio", controller: "istio.io/"},
		{hop: "traefik", class: "traefik", controller: "traefik.io/"},
		{hop: "gcp-global-alb", class: "gke-l7-global-external-managed", controller: "networking.gke.io/"},
	},
	"Service": {
		{hop: "digitalocean-lb", prefix: "service.beta.kubernetes.io/do-loadbalancer-",
			idle: "service.beta.kubernetes.io/do-loadbalancer-http-idle-timeout-seconds", unit: time.Second},
		{hop: "hetzner-lb", prefix: "load-balancer.hetzner.cloud/", idle: "load-balancer.hetzner.cloud/http-timeout-idle"},
	},
}

// productOf is what somebody else than nginx makes of an object; ok is false where nobody is known to.
func (s *set) productOf(o *Object) (p product, ok bool) {
	if o.Kind == "Service" && o.Get("spec", "type").Text != "LoadBalancer" {
		return p, false
	}
	class := cmp.Or(class(o), o.Get("spec", "gatewayClassName").Text)
	controller := s.classControllers[o.Kind+"Class "+class]
	for _, p := range products[o.Kind] {
		switch {
		case controller != "":
			if p.controller != "" && strings.HasPrefix(controller, p.controller) {
				return p, true
			}
		case p.class != "" && p.class == class, p.prefix != "" && o.hasPrefix(p.prefix):
			return p, true
		}
	}
	return p, false
}

// hasPrefix reports whether an object has an annotation with a prefix.
func (o *Object) hasPrefix(prefix string) bool {
	for _, a := range o.Annotations() {
		if strings.HasPrefix(a.Key, prefix) {
			return true
		}
	}
	return false
}

// stations adds the objects that others than nginx make a proxy of: hops with documented defaults, and the timeout
// that an annotation sets.
func (s *set) stations(r *parsers.Reading) {
	limits := s.limiter()
	for _, o := range s.objects {
		p, ok := s.productOf(o)
		if !ok || !o.isShown() || s.makerOf(o) != "" && len(s.places(o)) > 0 {
			continue
		}
		known, ok := catalog.FindHop(p.hop)
		if !ok {
			continue
		}
		x := catalog.Station{Hop: known, Said: o.String(), Pos: o.Pos}
		x.Idle = cmp.Or(p.without, x.Idle)
		if o.Annotation(p.idle).Kind == infra.Unknown && p.idle != "" {
			continue
		}
		if idle, at, ok := s.idleOf(o, p); ok {
			x.Idle, x.IdleAt, x.Varies = idle, at, ""
		} else if !at.IsZero() {
			x.Idle, x.Varies = 0, "its routes have different timeouts"
		}
		limits.limit(&x, o)
		kind := strings.ToLower(o.Kind)
		r.Resources = append(r.Resources, parsers.Resource{
			Source: x, ID: cmp.Or(o.overlay, o.Pos.File) + "#" + o.String(), Name: o.Name, Kinds: []string{kind, prefix},
			File:  o.Pos.File,
			Other: []string{o.Place() + "/" + o.Name, o.String()},
		})
	}
}

// idleOf is the idle timeout that somebody wrote for what is made of an object, and where. With a place and without ok
// there are several.
func (s *set) idleOf(o *Object, p product) (idle time.Duration, at hop.Pos, ok bool) {
	if p.hop == "nginx-gateway-fabric" {
		return s.ofPolicy(o)
	}
	if p.hop == "envoy-gateway" {
		return s.ofEnvoy(o)
	}
	v := o.Annotation(p.idle)
	if p.idle == "" || v.Kind != infra.Scalar {
		return 0, at, false
	}
	if p.unit == 0 {
		idle, err := hop.ParseDuration(v.Text)
		return idle, v.Pos, err == nil
	}
	n, err := strconv.Atoi(v.Text)
	return time.Duration(n) * p.unit, v.Pos, err == nil && n > 0
}

// ofPolicy is the read timeout that a ProxySettingsPolicy of NGINX Gateway Fabric sets for a Gateway.
func (s *set) ofPolicy(o *Object) (idle time.Duration, at hop.Pos, ok bool) {
	for _, p := range s.index.targets[objectKey{"Gateway", o.Place(), o.Name}] {
		read := p.Get("spec", "timeout", "read")
		if p.Is(fabricGroup, "ProxySettingsPolicy") && read.Kind == infra.Scalar {
			idle, err := hop.ParseDuration(read.Text)
			return idle, read.Pos, err == nil
		}
	}
	return 0, at, false
}

// envoyGroup is the group of Envoy Gateway's policies.
const envoyGroup = "gateway.envoyproxy.io"

// ofEnvoy is the idle timeout of streams that is written for the routes of a Gateway: their BackendTrafficPolicy's,
// else the ClientTrafficPolicy's of the Gateway, else with timeouts.request one hour, or that where it is longer, and
// none where that is 0s
// (envoyproxy/gateway at d32f28294, internal/xds/translator/route.go, idleTimeout). timeouts.request itself ends no
// connection that was upgraded: Envoy counts it from the end of the request (RouteAction.timeout).
func (s *set) ofEnvoy(gateway *Object) (idle time.Duration, at hop.Pos, ok bool) {
	keys := []string{"timeout", "http", "streamIdleTimeout"}
	var found []infra.Value
	attached := s.attachedTo(gateway)
	for _, a := range attached {
		rules, _ := a.route.Get("spec", "rules").List()
		for _, rule := range rules {
			v := s.policy(envoyGroup, "BackendTrafficPolicy", []*Object{a.route, gateway}, keys...)
			if v.Kind == infra.Null {
				v = s.policy(envoyGroup, "ClientTrafficPolicy", []*Object{gateway}, keys...)
			}
			if request := rule.Get("timeouts").Get("request"); v.Kind == infra.Null && request.Kind == infra.Scalar {
				v = request
				if d, err := hop.ParseDuration(v.Text); err == nil && d > 0 {
					v.Text = max(d, time.Hour).String()
				}
			}
			found = append(found, v)
		}
	}
	if len(attached) == 0 {
		found = append(found, s.policy(envoyGroup, "ClientTrafficPolicy", []*Object{gateway}, keys...))
	}
	for i, v := range found {
		d, err := hop.ParseDuration(v.Text)
		if v.Kind != infra.Scalar {
			d, err = 5*time.Minute, nil
		}
		switch {
		case err != nil || i > 0 && d != idle:
			return 0, gateway.Pos, false
		case v.Kind == infra.Scalar:
			at, ok = v.Pos, true
		}
		idle = d
	}
	return idle, at, ok
}
