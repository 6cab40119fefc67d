package nginx

import (
	"slices"
	"strings"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers/nginx/conf"
)

// viaErrorPage adds the named locations that forward Upgrade and that a location gets to by a status that somebody
// returns for that: `if ($http_upgrade = websocket) { return 418; }` with `error_page 418 = @ws`.
func (e *endpoints) viaErrorPage(loc *location) {
	pages, _, _ := asWritten.list(loc.scope, conf.ErrorPage)
	for _, d := range pages {
		n := len(d.Args)
		if n < 2 || e.all {
			return
		}
		i := slices.IndexFunc(e.s.locations().named, func(l *location) bool { return l.name == d.Arg(n-1) })
		if i < 0 {
			continue
		}
		named := e.s.locations().named[i]
		forwards, _ := e.forwards(named.scope)
		if h := named.scope.handler; !forwards || h == nil || carrier(h) == nil || e.has(named.scope.pos()) ||
			!e.returnsTo(loc, d) {
			continue
		}
		if target, ok := e.sample(loc); ok {
			e.shown = []*conf.Directive{named.scope.d, named.scope.handler, e.upgradeLine(named.scope), d}
			e.add(named.scope.pos(), target, hop.Likely, "forwards Upgrade, and an if leads there by error_page")
			e.shown = nil
		}
	}
}

// returnsTo reports whether an if of a location or of its server that asks for Upgrade returns a status of an
// error_page.
func (e *endpoints) returnsTo(loc *location, page *conf.Directive) bool {
	returns := func(blocks map[*conf.Directive]*scope) bool {
		for d, l := range blocks {
			asks := slices.ContainsFunc(d.Args, func(w conf.Word) bool {
				return strings.Contains(strings.ToLower(w.Value), "upgrade")
			})
			back := l.one("return")
			if asks && back != nil && slices.ContainsFunc(page.Args[:len(page.Args)-1], func(w conf.Word) bool {
				return w.Value == back.Arg(0)
			}) {
				return true
			}
		}
		return false
	}
	return returns(loc.blocks) || returns(e.s.null().blocks)
}
