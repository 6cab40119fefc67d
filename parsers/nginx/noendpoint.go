package nginx

import (
	"slices"
	"strings"

	"github.com/wslint/wslint/internal/lazyregexp"
	"github.com/wslint/wslint/parsers/nginx/conf"
)

// ownRequests are directives whose first or last argument is a path that nginx itself asks for.
var ownRequests = []string{
	"add_after_body", "add_before_body", "auth_jwt_key_request", "auth_request", "error_page", "mirror", "post_action",
}

// ownPaths are the paths that a server asks itself for: an access service, a mirror, the page of an error. That of 404
// is as good as a fallback, which clients get to.
func (s *server) ownPaths() map[string]bool {
	paths := map[string]bool{}
	own := func(d *conf.Directive) {
		n := len(d.Args)
		if n == 0 || d.Is("error_page") && slices.ContainsFunc(d.Args, func(w conf.Word) bool { return w.Value == "404" }) {
			return
		}
		paths[plainPath(d.Arg(0))], paths[plainPath(d.Arg(n-1))] = true, true
	}
	var look func(items []*conf.Directive)
	look = func(items []*conf.Directive) {
		for _, d := range items {
			if slices.Contains(ownRequests, d.Name.Value) {
				own(d)
			}
			look(d.Block)
		}
	}
	look(s.scope.items)
	if s.scope.up != nil {
		for _, name := range ownRequests { // most of what stands there are other servers
			for _, d := range s.scope.up.all(name) {
				own(d)
			}
		}
	}
	return paths
}

// plainPath is a path without its query and its last slash.
func plainPath(path string) string {
	path, _, _ = strings.Cut(path, "?")
	return strings.TrimSuffix(path, "/")
}

// holdsFiles matches paths below which there are files, and paths of a file, a check or a document.
var holdsFiles = lazyregexp.New(`(?i)^/(static|assets|media|images?|img|css|js|fonts?|uploads?|\.well-known|` +
	`metrics|health|healthz|favicon\.ico|robots\.txt)(/|$)|\.(php|py|pl|cgi|aspx?|jsp|dll|html?|xml|json|js|css|` +
	`png|jpe?g|gif|svg|ico|woff2?|ttf|pdf|zip|txt)$`)

// noEntrance reports whether a location that shows no intention is surely none for WebSockets: one for files, or one
// that nginx asks itself, which nobody sends a body to.
func (e *endpoints) noEntrance(loc *location) bool {
	name := loc.name
	if loc.re != nil {
		name, _ = sampleOf(loc.re)
	}
	body := loc.scope.one(string(conf.ProxyPassRequestBody))
	return holdsFiles.MatchString(name) || body != nil && body.Arg(0) == "off" || e.asksItself(loc)
}

// asksItself reports whether the server names a location as one that it asks itself for.
func (e *endpoints) asksItself(loc *location) bool {
	if loc.re != nil || loc.name == "/" {
		return false
	}
	if e.own == nil {
		e.own = e.s.ownPaths()
	}
	return e.own[plainPath(loc.name)]
}
