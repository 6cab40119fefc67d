package nginx

import (
	"fmt"
	"maps"

	"github.com/wslint/wslint/parsers/nginx/conf"

	"github.com/wslint/wslint/hop"
)

// relay returns what the client gets when the application answers with a status, or does not answer: 502, after a
// wait 504. Error pages may replace both, the former with proxy_intercept_errors only; the status of an error page
// outlives its answer.
func (r *run) relay(h *conf.Handler, d *conf.Directive) func(status int) hop.Setting[hop.Answer] {
	at := r.afterwards(h)
	return func(status int) hop.Setting[hop.Answer] {
		name := fmt.Sprintf("the answer %d from behind", status)
		page, _, why := at.errorPageFor(status)
		if status > 0 && h.InterceptErrors != "" {
			intercepts := get(at, at.at, h.InterceptErrors)
			if on, known := intercepts.Get(); !known && (page != nil || why != "") {
				return hop.Unknown[hop.Answer](name, d.Pos(), intercepts.Why())
			} else if !on {
				page, why = nil, ""
			}
		}
		if why != "" {
			return hop.Unknown[hop.Answer](name, d.Pos(), why)
		}
		if status > 0 && page == nil {
			if at.errStatus != 0 {
				status = at.errStatus
			}
			return hop.Written(name, hop.Answer{Kind: hop.Answered, Status: wire(status)}, d.Pos())
		}
		switch status {
		case hop.Closes, hop.Refuses:
			name, status = "no answer from behind", 502
		case hop.Silent:
			name, status = "no answer from behind in time", 504
		}
		shown := *at
		shown.done, shown.out, shown.w, shown.memo = false, new(hop.Hop), at.w.Further(), map[*deferred]text{}
		shown.set, shown.setShared, shown.maps = maps.Clone(at.set), false, maps.Clone(at.maps)
		shown.special(status, name, d.Pos())
		a, known := shown.out.Answer.Get()
		if !known || a.Kind == hop.PassedOn || shown.w.Asked() {
			return hop.Unknown[hop.Answer](name, d.Pos(), fmt.Sprintf("the error page for %d decides", status))
		}
		return hop.Written(name, a, d.Pos())
	}
}

// afterwards is the run as it is now, for what is asked of it when it has ended: itself, a copy only where something
// is still to be evaluated that may replace captures.
func (r *run) afterwards(h *conf.Handler) *run {
	for l := r.at; l != nil && h.CacheBypass != ""; l = l.up {
		if l.one(string(h.CacheBypass)) != nil {
			c := *r
			return &c
		}
	}
	return r
}
