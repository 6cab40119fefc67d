package nginx

import (
	"slices"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers/nginx/conf"
)

// oldTLS ends the run where ssl_protocols leaves none that browsers speak: TLS 1.2 and 1.3. The connection is closed
// while TLS is set up. Measured: law X1.
func (r *run) oldTLS(at *scope) bool {
	d := r.onlyOldTLS(at)
	if d != nil {
		r.finish(hop.Answer{Kind: hop.Closed}, "ssl_protocols without TLSv1.2 and TLSv1.3", d.Pos())
	}
	return d != nil
}

// oldTLSOf is onlyOldTLS of a server that is not the default one; nil of none.
func (r *run) oldTLSOf(s *server) *conf.Directive {
	if s == nil {
		return nil
	}
	return r.onlyOldTLS(s.scope)
}

// onlyOldTLS is the ssl_protocols in force that leaves none that browsers speak; nil when it leaves one. What is not
// known is most likely the default, or one that suits.
func (r *run) onlyOldTLS(at *scope) *conf.Directive {
	in := r.find(at, "ssl_protocols", false)
	if in.d == nil || in.why != "" || browsersSpeak(in.d) {
		return nil
	}
	return in.d
}

// browsersSpeak reports whether an ssl_protocols leaves a version that browsers speak, or may.
func browsersSpeak(d *conf.Directive) bool {
	return slices.ContainsFunc(d.Args, func(w conf.Word) bool {
		return w.Template || w.Value == "TLSv1.2" || w.Value == "TLSv1.3"
	})
}
