package nginx

import (
	"slices"
	"strings"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers/nginx/conf"
)

// boundaries are the versions with which something that is predicted changes, as questions name them.
var boundaries = func() (list []string) {
	for _, v := range conf.Changes {
		list = append(list, v.String())
	}
	return list
}()

// whichVersion says why nobody knows which version runs.
const whichVersion = "no nginx version is declared or found: --nginx-version or targets says it"

// atLeast answers whether the nginx is of a version or a later one. Where nobody says which one it is, both are
// followed, from the first place on that it makes a difference to, unless words of the configuration decide it: other
// versions refuse them.
func (r *run) atLeast(v conf.Version) bool {
	if r.c.version.AtLeast(v) || !r.c.version.Assumed {
		return r.c.version.AtLeast(v)
	}
	if r.isSub && v == conf.HTTP11Upstream && !r.setsUpgrade() {
		return false // in what HTTP a subrequest goes out matters to nobody where it cannot be a handshake
	}
	if before := r.c.tree.Before; !before.IsZero() && v.AtLeast(before) {
		return false
	}
	q, among := r.c.ages()[v]
	if !among {
		panic("not among the versions with which something changes: " + v.String())
	}
	return r.w.Ask(q)
}

// agesOf are the questions whether the nginx of a configuration is of each version or a later one.
func agesOf(configuration string) map[conf.Version]hop.Question {
	ages := make(map[conf.Version]hop.Question, len(conf.Changes))
	for i, v := range conf.Changes {
		q := hop.AtLeast("nginx", configuration, boundaries[i], boundaries)
		q.Why = whichVersion
		ages[v] = q
	}
	return ages
}

// setsUpgrade reports whether proxy_set_header may send the request on with an Upgrade header.
func (r *run) setsUpgrade() bool {
	sent, _, hidden := r.list(r.at, conf.ProxySetHeader)
	return hidden != "" || slices.ContainsFunc(sent, func(d *conf.Directive) bool {
		return strings.EqualFold(d.Arg(0), "Upgrade")
	})
}

// byDefault is the value of a directive that nobody wrote, which may differ between versions.
func byDefault[T any](r *run, l *scope, k conf.Scalar[T]) T {
	return k.Default(*l.version, func(v conf.Version) bool { return r != nil && r.atLeast(v) })
}
