package kubernetes

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers"
)

// A canary Ingress of ingress-nginx has no servers of its own: where another Ingress has the same host and path, some
// requests for that go to the canary's service (kubernetes/ingress-nginx, internal/ingress/controller/controller.go,
// mergeAlternativeBackends; rootfs/etc/nginx/lua/balancer.lua, route_to_alternative_balancer).

// isCanary reports whether an Ingress is a canary of ingress-nginx.
func (s *set) isCanary(o *Object) bool {
	if !o.IsIngress() || s.makerOf(o) != ingressNginx {
		return false
	}
	v := o.Annotation(ControllerNamed(ingressNginx).Prefixes[0] + "canary")
	is, err := strconv.ParseBool(v.Text)
	return err == nil && is
}

// A canaryKey is what a canary shares with the path that it is one of.
type canaryKey struct{ cluster, host, path, pathType string }

func (s *set) canaryKey(p place) canaryKey {
	return canaryKey{s.cluster.of(p.of), p.host, p.path, p.pathType}
}

// canariesOf gathers the paths of all canaries.
func (s *set) canariesOf() map[canaryKey][]place {
	found := map[canaryKey][]place{}
	for _, o := range s.objects {
		if o.Partial != "" || !s.isCanary(o) {
			continue
		}
		for _, x := range places(o) {
			if x.service != "" {
				found[s.canaryKey(x)] = append(found[s.canaryKey(x)], x)
			}
		}
	}
	return found
}

// canaryOf is the path of the canary for a path of another Ingress; ok is false where there is none, or where several
// are: the controller takes one, and nobody knows which.
func (s *set) canaryOf(p place) (found place, ok bool) {
	if s.canaries == nil {
		s.canaries = s.canariesOf()
	}
	for _, x := range s.canaries[s.canaryKey(p)] {
		if x.of == p.of {
			continue
		}
		if ok {
			return place{}, false
		}
		found, ok = x, true
	}
	return found, ok
}

// canaryReads are the annotations that count on a canary; the others are those of the Ingress that it belongs to
// (docs/user-guide/nginx-configuration/annotations.md, "Canary").
func canaryReads(name string) bool {
	own := []string{"canary", "load-balance", "affinity", "affinity-mode", "affinity-canary-behavior"}
	return slices.Contains(own, name) || strings.HasPrefix(name, "canary-") ||
		strings.HasPrefix(name, "upstream-hash-by") ||
		strings.HasPrefix(name, "session-cookie-")
}

// canaryMisfit finds annotations that ingress-nginx ignores on a canary, of those that mean something to a WebSocket.
func (s *set) canaryMisfit(o *Object, c *Controller, name string, m hop.Misfit) (list []hop.Misfit, ignored bool) {
	k := c.Key(name, "Ingress")
	if c.Name != ingressNginx || k == nil || k.Does == "" || k.Instead != "" || canaryReads(name) || !s.isCanary(o) {
		return nil, false
	}
	m.Fault, m.Why = hop.NotRead, "it is a canary, which has this from the Ingress of the same host and path"
	return []hop.Misfit{m}, true
}

// canaries writes what chooses between the servers of a path and those of its canary: the header first, then the
// cookie, then the weight. It notes the variable for the path.
func (w *ingressWriter) canaries(list []place) {
	for _, p := range list {
		x, ok := w.s.canaryOf(p)
		if !ok {
			continue
		}
		w.upstream(x)
		n, next := len(w.chosen), ""
		name := func(by string) string { return fmt.Sprintf("$canary_%s_%d", by, n) }
		main, other := w.upstreamName(p), w.upstreamName(x)
		weight := w.setting(x.of, "canary-weight")
		w.out.line(madeBy(weight, x), "split_clients $request_id %s {", name("weight"))
		if share := w.share(x.of, weight); share > 0 {
			w.out.line(madeBy(weight, x), "%s%% %s;", strconv.FormatFloat(share, 'f', -1, 64), other)
		}
		w.out.line(madeBy(weight, x), "* %s;", main)
		w.out.line(madeBy(weight, x), "}")
		next = name("weight")
		if c := w.setting(x.of, "canary-by-cookie"); c.text != "" {
			w.choice(madeBy(c, x), "$cookie_"+c.text, name("cookie"), []string{"always", other, "never", main}, next)
			next = name("cookie")
		}
		if h := w.setting(x.of, "canary-by-header"); h.text != "" {
			entries := []string{"always", other, "never", main}
			if v := w.setting(x.of, "canary-by-header-value"); v.text != "" {
				entries = []string{quoted(v.text), other}
			} else if v := w.setting(x.of, "canary-by-header-pattern"); v.text != "" {
				entries = []string{quoted("~" + v.text), other}
			}
			w.choice(madeBy(h, x), headerVariable(h.text), name("header"), entries, next)
			next = name("header")
		}
		w.chosen[spot(p.pos)] = next
	}
}

// sayCanary says of conditions on a weight what they mean: nobody knows the variables that are written here.
func sayCanary(when []hop.Condition) []hop.Condition {
	when = slices.Clone(when)
	for i := range when {
		if c := &when[i]; strings.HasPrefix(c.Key, "split_clients $canary_weight_") {
			if c.Text = "the canary's weight does not take it"; c.Holds {
				c.Text = "the canary's weight takes it"
			}
		}
	}
	return when
}

// choice writes a map of values to servers.
func (w *ingressWriter) choice(m *parsers.Maker, from, to string, entries []string, otherwise string) {
	w.out.line(m, "map %s %s {", from, to)
	for i := 0; i < len(entries); i += 2 {
		w.out.line(m, "%s %s;", entries[i], entries[i+1])
	}
	w.out.line(m, "default %s;", otherwise)
	w.out.line(m, "}")
}

// share is the percentage of requests that a weight means. A total below 100 counts as 100.
func (w *ingressWriter) share(o *Object, weight setting) float64 {
	n, err := strconv.Atoi(weight.text)
	total, wrong := strconv.Atoi(w.setting(o, "canary-weight-total").text)
	if wrong != nil || total < 100 {
		total = 100
	}
	if err != nil || n <= 0 {
		return 0
	}
	hundredths := min(n, total) * 10000 / total
	return float64(max(hundredths, 1)) / 100
}

// madeBy is what lines are made of that a setting of a canary decides.
func madeBy(s setting, p place) *parsers.Maker {
	if s.pos.IsZero() {
		return &parsers.Maker{At: p.pos}
	}
	return &parsers.Maker{At: s.pos}
}
