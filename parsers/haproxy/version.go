package haproxy

import (
	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers/haproxy/conf"
)

// boundaries are the versions with which something that is predicted changes, as questions name them.
var boundaries = func() (list []string) {
	for _, v := range conf.Changes {
		list = append(list, v.String())
	}
	return list
}()

// atLeast answers whether the HAProxy is of a version or a later one. Where nobody declares a version, both are
// followed, from the first place on that it makes a difference to, unless words of the configuration say that it must
// be: older ones refuse them.
func (r *run) atLeast(v conf.Version) bool {
	if declared := r.c.Version; !declared.IsZero() {
		return declared.AtLeast(v)
	}
	if r.c.Least.AtLeast(v) {
		return true
	}
	q := hop.AtLeast("HAProxy", r.c.File.Name, v.String(), boundaries)
	q.Why = "no HAProxy version is declared or found: --haproxy-version or targets says it"
	return r.w.Ask(q)
}
