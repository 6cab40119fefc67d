package kubernetes

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/wslint/wslint/parsers"
	"github.com/wslint/wslint/parsers/infra"
)

// TestStages holds which names of files say that objects are of different environments.
func TestStages(t *testing.T) {
	for _, c := range []struct {
		a, b  string
		apart bool
	}{
		{"dev/k.yaml", "prod/k.yaml", true}, {"k8s/ingress-staging.yaml", "k8s/ingress-production.yaml", true},
		{"chat/dev/k.yaml", "web/development/k.yaml", false}, {"clusters/blue/k.yaml", "clusters/green/k.yaml", true},
		{"overlays/us/k.yaml", "overlays/eu/k.yaml", true}, {"apps/chat/k.yaml", "apps/web/k.yaml", false},
		{"eu-west-1/k.yaml", "us-east-1/k.yaml", true}, {"prod/k.yaml", "web/k.yaml", false},
		{"non-prod/k.yaml", "prod/k.yaml", true}, {"values-dev.yaml", "values-dev2.yaml", false},
	} {
		if got := stageOf(c.a).isApart(stageOf(c.b)); got != c.apart {
			t.Errorf("%s and %s: apart %v, want %v", c.a, c.b, got, c.apart)
		}
	}
}

// TestGroupsOfStages holds that Ingresses of one group's name are one load balancer in one cluster only.
func TestGroupsOfStages(t *testing.T) {
	const idle = "load-balancer-attributes: idle_timeout.timeout_seconds="
	ingress := func(name, seconds string) string {
		if seconds == "" {
			return albIngress(name, "group.name: g")
		}
		return albIngress(name, "group.name: g", idle+seconds)
	}
	for _, c := range []struct {
		name  string
		files map[string]string
		idles string // of the load balancers; "?" for one that is not known
		said  string
	}{
		{"environments", map[string]string{"dev/k.yaml": ingress("a", "300"), "prod/k.yaml": ingress("b", "600")},
			"300 600", ""},
		{"one name", map[string]string{"a/k.yaml": ingress("a", "300"), "b/k.yaml": ingress("a", "600")},
			"300 600", ""},
		{"of one mind", map[string]string{"chat/k.yaml": ingress("a", "300"), "web/k.yaml": ingress("b", "300")}, "300", ""},
		{"one says it", map[string]string{"chat/k.yaml": ingress("a", "300"), "web/k.yaml": ingress("b", "")}, "300", ""},
		{"perhaps one cluster", map[string]string{"chat/k.yaml": ingress("a", "300"), "web/k.yaml": ingress("b", "600")},
			"?", "idle_timeout.timeout_seconds, perhaps"},
		{"between two", map[string]string{
			"dev/k.yaml": ingress("a", "300"), "prod/k.yaml": ingress("b", "600"), "web/k.yaml": ingress("c", "")},
			"300 600", ""},
		{"perhaps of one", map[string]string{"dev/a.yaml": ingress("a", ""), "prod/b.yaml": ingress("b", ""),
			"web/k.yaml": ingress("c", "600")}, "600 ?", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			var objects []*Object
			for _, file := range slices.Sorted(maps.Keys(c.files)) {
				m, err := Parse(file, []byte(c.files[file]))
				if err != nil {
					t.Fatal(err)
				}
				objects = append(objects, m.Objects...)
			}
			var r parsers.Reading
			Add(&r, "", objects, parsers.Options{})
			var idles, said []string
			for _, s := range r.Sources {
				d, known := s.Source.(*infra.Source).Idle.Get()
				text := fmt.Sprint(d.Seconds())
				if !known {
					text = "?"
				}
				idles = append(idles, text)
			}
			for _, m := range r.Misfits {
				text := m.Name
				if m.Held {
					text += ", perhaps"
				}
				said = append(said, text)
			}
			if got := strings.Join(idles, " "); got != c.idles {
				t.Errorf("idle timeouts %s, want %s", got, c.idles)
			}
			if got := strings.Join(said, "; "); got != c.said {
				t.Errorf("said %q, want %q", got, c.said)
			}
		})
	}
}
