package nginx

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/wslint/wslint/parsers/nginx/conf"

	"github.com/wslint/wslint/hop"
)

// A run is one evaluation of one request under one set of assumptions about what cannot be known (see worlds.go). It
// keeps the request's state as nginx does; the names of ngx_http_request_t are given where they differ.
type run struct {
	c        *Config
	w        *hop.Assumptions
	request  hop.Request
	proto    string                // "1.0" or "1.1"
	hosts    []hop.Setting[string] // the Host lines of a request that is refused for having two
	socket   *socket
	server   *server
	stream   *streamServer // instead of a server of http
	host     string        // headers_in.server: the name without port, lower case
	hostPort int           // port: that of the Host header; 0 without

	at      *scope          // loc_conf
	loc     *location       // the location that at is or belongs to
	handler *conf.Directive // content_handler; nil for files

	path, args    string // uri, args
	quoted        bool   // quoted_uri
	ownArgs       bool   // the arguments are none of the client's
	noQuery       bool   // the URL was taken to have no query
	plusInURI     bool
	unparsedValid bool // valid_unparsed_uri: the target can be passed on as it came
	validLocation bool
	addURI        bool // add_uri_to_alias
	internal      bool
	redirected    bool // the URI is that of an internal redirect, not the client's
	uriChanged    bool
	uriChanges    int
	errorPage     bool   // error_page was used
	errorPageWhy  string // why that cannot be known
	errStatus     int
	cause         hop.Cause // of the answer that is being given
	dropsQuery    hop.Pos   // the rewrite that took the query string away
	chosen        *location // the one that the request itself leads to, before any internal redirect
	chosenFor     string    // the path by which it was chosen
	isSub         bool      // r != r->main
	depth         int       // of subrequests

	absent      map[string]bool // files that are taken not to exist
	captures    []string
	capturesWhy string
	located     []string // what the pattern of the location captured; nil once a rewrite captures on purpose
	capturedBy  hop.Note // what else replaced captures since
	set         map[string]text
	setShared   bool               // set is that of another run, too
	memo        map[*deferred]text // what texts came to that were put off
	later       int                // how many were
	maps        map[string]*text
	inMap       []string
	body        text       // what proxy_set_body gives
	realIP      netip.Addr // by the real_ip directives
	realIPWhy   string     // why they leave the client's address unknown
	realIPOf    string     // whose address it then is, for questions; "" for that of who connects
	behind      bool       // they are in force
	proxyHost   text
	proxyPort   text
	mapNotes    []hop.Note
	rate        hop.Setting[int64] // what set gives $limit_rate; its Name is "" where none does
	trail       []mark             // the steps that were taken

	out    *hop.Hop
	unread *hop.Hop // where copies of the run write
	// sparedBy are unread files that were taken not to lead the request elsewhere; none where there are none.
	sparedBy []*conf.Directive
	done     bool
}

// maxURIChanges is NGX_HTTP_MAX_URI_CHANGES and one: the tenth internal redirect is answered 500.
const maxURIChanges = 11

// phases serves the request from the server's rewrite phase on. The order of the steps is nginx's.
func (r *run) phases() {
	r.uriChanges = maxURIChanges
	r.validLocation = true
	r.unparsedValid = true
	r.enter(r.server.null(), r.server.scope)
	r.findRealIP()
	r.serverRewrite()
}

func (r *run) serverRewrite() {
	r.validLocation = true
	if r.script(r.server.scope, r.server.null()); r.done {
		return
	}
	r.locate()
}

// locate chooses locations until no rewrite changes the URI any more, then handles the request in the last one.
func (r *run) locate() {
	for !r.done {
		r.handler = nil
		r.uriChanged = false
		found := r.server.locations().find(r, r.path)
		if found.why != "" {
			r.unknown("location", found.why)
			return
		}
		loc := found.loc
		if loc == nil {
			loc = r.server.null()
		}
		if found.re != nil {
			r.setCaptures(found.captures, found.re)
			r.located, r.capturedBy = found.captures, hop.Note{}
		}
		r.mark(mark{kind: locationChosen, loc: loc, path: r.path})
		if !r.internal {
			r.chosen, r.chosenFor = loc, r.path
		}
		if internal := get(r, loc.scope, conf.Internal); !internal.IsDefault() && !r.internal {
			r.enter(loc, loc.scope)
			if _, ok := need(r, loc.scope, conf.Internal); ok {
				r.cause = hop.FromFiles
				r.special(404, internal.Name, internal.Pos)
			}
			return
		}
		r.enter(loc, loc.scope)
		if found.redirect {
			r.slashRedirect(loc)
			return
		}
		// The directives inside a limit_except are not those of rewriting: where it is in force, nothing is rewritten.
		if loc != r.server.null() && r.at.kind != limitExceptScope {
			if r.script(loc.scope, loc); r.done {
				return
			}
		}
		if !r.uriChanged {
			r.handle()
			return
		}
		if r.uriChanges--; r.uriChanges == 0 {
			r.special(500, "rewrite cycle", loc.scope.pos())
		}
	}
}

// slashRedirect is the 301 to a location that ends in a slash and passes requests on. Measured: law L1.
func (r *run) slashRedirect(loc *location) {
	to := escape(loc.name, escapeURI)
	if r.args != "" {
		to += "?" + r.args
	}
	r.cause = hop.AddsSlash
	r.redirect(301, "the redirect to "+loc.name, loc.scope.pos(), to)
}

// enter makes a block the request's configuration, as ngx_http_update_location_config does.
func (r *run) enter(loc *location, l *scope) {
	r.at, r.loc = l, loc
	if l.kind == locationScope {
		if d := r.one(l, "limit_except"); d != nil && !permits(d, r.request.Method) {
			if perhaps(d) {
				r.unknown(d.Name.Value, r.whyUnknown(d))
			}
			r.at = loc.blocks[d]
			r.mark(mark{kind: limited, d: d})
		}
	}
	if d := r.handlerOf(r.at); d != nil {
		r.handler = d
	} else if r.at.kind == limitExceptScope {
		// Only addresses to pass to are inherited there.
		if d := r.handlerOf(l); d != nil && conf.HandlerOf(d.Name.Value) != nil && !d.Is("memcached_pass") {
			r.handler = d
		}
	}
}

// permits reports whether limit_except leaves the method alone.
func permits(limit *conf.Directive, method string) bool {
	return slices.ContainsFunc(limit.Args, func(a conf.Word) bool {
		return a.Template || strings.EqualFold(a.Value, method) || strings.EqualFold(a.Value, "GET") && method == "HEAD"
	})
}

// answersItself reports whether directives of that name answer a request, without handing it on.
func answersItself(name string) bool {
	switch name {
	case "stub_status", "empty_gif", "flv", "mp4", "api", "perl", "js_content", "hls", "f4f":
		return true
	}
	return false
}

// handle runs the phases behind the choice of a location.
func (r *run) handle() {
	if r.modules(); r.done {
		return
	}
	if !r.isSub {
		r.findRealIP()
		r.rateLimit()
		if !r.done {
			r.access()
		}
	}
	if !r.done {
		r.tryFiles()
	}
	if !r.done && !r.isSub {
		r.mirrors()
	}
	if !r.done {
		r.content()
	}
}

// internalRedirect is ngx_http_internal_redirect: all phases again, with another URI.
func (r *run) internalRedirect(path, args string) {
	if r.uriChanges--; r.uriChanges == 0 {
		r.special(500, "internal redirection cycle", r.at.pos())
		return
	}
	r.path, r.args = path, args
	r.internal, r.redirected, r.unparsedValid = true, true, false
	r.enter(r.server.null(), r.server.scope)
	r.serverRewrite()
}

// named is ngx_http_named_location: a named location inherits from the server, not from the caller.
func (r *run) named(name string, from hop.Pos) {
	if r.uriChanges--; r.uriChanges == 0 {
		r.special(500, "internal redirection cycle", from)
		return
	}
	for _, loc := range r.server.locations().named {
		if loc.name != name || !r.has(loc.scope.d) {
			continue
		}
		if r.path == "" {
			r.special(500, "no URI for "+name, from)
			return
		}
		r.internal, r.handler, r.uriChanged = true, nil, false
		r.mark(mark{kind: namedChosen, loc: loc})
		r.enter(loc, loc.scope)
		if r.at.kind != limitExceptScope {
			r.script(loc.scope, loc)
		}
		if r.done {
			return
		}
		if r.uriChanged {
			if r.uriChanges--; r.uriChanges == 0 {
				r.special(500, "rewrite cycle", loc.scope.pos())
				return
			}
			r.locate()
			return
		}
		r.handle()
		return
	}
	if r.server.scope.unknown != "" {
		r.unknown("location "+name, r.server.scope.unknown)
		return
	}
	r.special(500, "the missing location "+name, from)
}

// client is the client's address as access rules see it.
func (r *run) client() netip.Addr {
	switch {
	case r.realIPWhy != "":
		return netip.Addr{}
	case r.realIP.IsValid():
		return r.realIP
	case r.onUnix():
		return netip.Addr{}
	}
	return r.request.Client.Addr().Unmap()
}
