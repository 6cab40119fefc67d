package kubernetes

import (
	"cmp"
	"fmt"
	"path/filepath"

	"github.com/wslint/wslint/hop"
)

// twice are paths of a host that two Ingresses of ingress-nginx have, of one directory or kustomization. Its webhook
// refuses the one that comes later ("host … and path … is already defined in ingress …"), in whatever namespace;
// without the webhook the older one serves the path. Canaries are meant to.
func (s *set) twice() (notes []hop.Note) {
	first := map[string]*Object{}
	said := map[[2]*Object]bool{}
	for _, o := range s.objects {
		if !o.IsIngress() || o.Partial != "" || s.makerOf(o) != ingressNginx ||
			o.Annotation("nginx.ingress.kubernetes.io/canary").Text == "true" {
			continue
		}
		for _, p := range places(o) {
			if p.host == "" {
				continue
			}
			key := fmt.Sprint(cmp.Or(o.overlay, filepath.Dir(o.Pos.File)), "\x00", p.host, p.path, "\x00", p.pathType)
			by := first[key]
			if by == nil {
				first[key] = o
				continue
			}
			if by.String() != o.String() && !said[[2]*Object{by, o}] {
				said[[2]*Object{by, o}] = true
				text := fmt.Sprintf("which Ingress serves %s%s is not known: %s (%s:%d) and %s both have it, and the admission "+
					"webhook refuses the later one", p.host, p.path, by, by.Pos.File, by.Pos.Line, o)
				notes = append(notes, hop.Note{Pos: p.pos, Text: text})
			}
		}
	}
	return notes
}
