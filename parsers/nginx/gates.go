package nginx

import (
	"fmt"
	"net/textproto"
	"strings"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers/nginx/conf"
)

// modules runs what third-party modules do before the access checks: firewalls and scripts of the rewrite phase. What
// nobody knows is noted.
func (r *run) modules() {
	var names []string
	var first *conf.Directive
	for _, d := range r.thirdParty() {
		switch name := d.Name.Value; kindOf(name) {
		case assumed:
			if names = append(names, shownName(d)); first == nil {
				first = d
			}
		case changes:
			r.changesHeaders(d)
		case firewall:
			if !r.letsIn(d) {
				r.turnAway(name, d.Pos(), hop.Denied)
			}
		case script:
			r.lua(d)
			if !r.done && !strings.HasPrefix(name, "access") && refuses(d) && !r.letsIn(d) {
				r.turnAway(name, d.Pos(), hop.Denied)
			}
		}
		if r.done {
			return
		}
	}
	if first != nil {
		list := strings.Join(names, ", ")
		r.out.Notes = append(
			r.out.Notes,
			hop.Note{Pos: first.Pos(), Text: list + ": of a module that is not nginx's, taken to leave handshakes alone"},
		)
	}
}

// moduleGate is the access check of third-party modules: the first that turns a request away.
func (r *run) moduleGate() permit {
	allowed := permit{}
	for _, d := range r.thirdParty() {
		name := d.Name.Value
		switch kind := kindOf(name); {
		case kind == gate, kind == script && strings.HasPrefix(name, "access") && refuses(d):
		default:
			continue
		}
		if !r.letsIn(d) {
			return permit{status: turnedAway, name: name, pos: d.Pos(), cause: hop.Denied}
		}
		allowed = permit{status: 200, name: name, pos: d.Pos()}
	}
	return allowed
}

// letsIn answers whether a module lets the request in.
func (r *run) letsIn(d *conf.Directive) bool {
	name := d.Name.Value
	return r.decides(name+" at "+d.Pos().String(), name+" lets it in", name+" turns it away", "", d.Pos())
}

// turnAway answers 401 or 403, which only who turns it away knows; it is asked for where an error page tells the two
// apart.
func (r *run) turnAway(name string, pos hop.Pos, cause hop.Cause) {
	r.cause = cause
	for _, status := range []int{401, 403} {
		if page, _, why := r.errorPageFor(status); page != nil || why != "" {
			status = 403
			if r.decides("status of "+name+" at "+pos.String(), name+" answers 401", name+" answers 403", "", pos) {
				status = 401
			}
			r.special(status, name, pos)
			return
		}
	}
	r.finish(hop.Answer{Kind: hop.Answered}, name, pos)
}

// refuses reports whether a script can turn a request away, as far as its text shows it.
func refuses(d *conf.Directive) bool {
	code := luaCode(d)
	return code == "" || luaRefuses.MatchString(code)
}

// lua notes what a script does to variables and headers.
func (r *run) lua(d *conf.Directive) {
	code := luaCode(d)
	if luaLeads.MatchString(code) {
		r.unknown(d.Name.Value, "Lua may lead the request elsewhere")
		return
	}
	for _, m := range luaSets.FindAllStringSubmatch(code, -1) {
		v := unknownText("Lua sets the value of $" + m[1])
		v.of = fmt.Sprintf("$%s as %s sets it at %s", m[1], d.Name.Value, d.Pos())
		r.setVariable(strings.ToLower(m[1]), v)
	}
	for _, m := range luaHeaders.FindAllStringSubmatch(code, -1) {
		r.changeHeader(m[1], d.Pos(), "Lua sets what it says")
	}
}

// changesHeaders notes what the module for more headers does: to the request, or to every answer and so to a 101.
func (r *run) changesHeaders(d *conf.Directive) {
	input := strings.HasSuffix(d.Name.Value, "input_headers")
	for _, a := range d.Args {
		name, _, _ := strings.Cut(a.Value, ":")
		name = textproto.CanonicalMIMEHeaderKey(strings.TrimSpace(name))
		switch {
		case strings.HasPrefix(name, "-"):
		case input:
			r.changeHeader(name, d.Pos(), d.Name.Value+" decides what it says")
		case name == "Upgrade" || name == "Connection" || strings.HasPrefix(name, "Sec-Websocket"):
			r.instead(hop.Unknown[hop.Answer](d.Name.Value, d.Pos(), d.Name.Value+" changes "+hop.Spelling(name)+" of the 101"))
		}
	}
}

// changeHeader makes a header of the request unknown.
func (r *run) changeHeader(name string, pos hop.Pos, why string) {
	name = textproto.CanonicalMIMEHeaderKey(name)
	r.request = r.request.Clone()
	if r.request.Header == nil {
		r.request.Header = map[string][]hop.Setting[string]{}
	}
	r.request.Header[name] = []hop.Setting[string]{hop.Unknown[string](name, pos, why)}
}

// rateLimit is limit_req: nobody knows how many requests came before this one.
func (r *run) rateLimit() {
	list, _, _ := r.list(r.at, conf.LimitReq)
	if len(list) == 0 {
		return
	}
	dry, ok := need(r, r.at, conf.LimitReqDryRun)
	status, known := get(r, r.at, conf.LimitReqStatus).Get()
	if !ok || dry {
		return
	}
	for _, d := range list {
		if r.decides("limit_req at "+d.Pos().String(), "limit_req refuses it", "limit_req lets it in", "", d.Pos()) {
			r.cause = hop.Denied
			if !known {
				r.finish(hop.Answer{Kind: hop.Answered}, d.Name.Value, d.Pos())
				return
			}
			r.special(int(status), d.Name.Value, d.Pos())
			return
		}
	}
}
