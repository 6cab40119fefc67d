package haproxy

import (
	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers/haproxy/conf"
)

// atLeast answers whether the HAProxy is of a version or a later one. Where nobody declares a version, both are
// followed, from the first place on that it makes a difference to, unless words of the configuration say that it must
// be: older ones refuse them.
func (r *run) atLeast(v conf.Version, pos hop.Pos) bool {
	if declared := r.c.Version; !declared.IsZero() {
		return declared.AtLeast(v)
	}
	if r.c.Least.AtLeast(v) {
		return true
	}
	var later []string
	for _, change := range conf.Changes {
		if change.AtLeast(v) {
			later = append(later, change.String())
		}
	}
	q := hop.IsOneOf("the version of HAProxy for "+r.c.File.Name, "HAProxy", pos, later...)
	q.Yes, q.No = "HAProxy is "+v.String()+" or later", "HAProxy is older than "+v.String()
	return r.w.Ask(q)
}
