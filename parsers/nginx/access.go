package nginx

import (
	"cmp"
	"maps"
	"net/netip"
	"strings"

	"github.com/wslint/wslint/parsers/nginx/conf"

	"github.com/wslint/wslint/hop"
)

// A permit is what one access check says: nothing, yes, or a status.
type permit struct {
	status int // 0: declined, 200: allowed, turnedAway: 401 or 403, else refused
	name   string
	pos    hop.Pos
	cause  hop.Cause
}

// turnedAway stands for a refusal of which only who refuses knows whether it is 401 or 403.
const turnedAway = -1

// access runs allow and deny, auth_basic and auth_request in nginx's order and combines them as satisfy says.
// Measured: law A1.
func (r *run) access() {
	if !r.guarded() {
		return
	}
	satisfy, ok := need(r, r.at, conf.Satisfy)
	if !ok {
		return
	}
	any := satisfy == "any"
	var refused *permit
	for _, check := range []func() permit{r.addressRules, r.basicAuth, r.authRequest, r.moduleGate} {
		p := check()
		switch {
		case r.done:
			return
		case p.status == 0:
		case p.status == 200 && any:
			return
		case p.status == 200:
		case any && (p.status == 401 || p.status == 403 || p.status == turnedAway):
			if refused == nil || refused.status != 401 {
				refused = &p
			}
		default:
			r.refuse(p)
			return
		}
	}
	if refused != nil {
		r.refuse(*refused)
	}
}

// refuse answers with what an access check says.
func (r *run) refuse(p permit) {
	if p.status == turnedAway {
		r.turnAway(p.name, p.pos, p.cause)
		return
	}
	r.cause = p.cause
	r.special(p.status, p.name, p.pos)
}

// guarded reports whether any access check may be in force.
func (r *run) guarded() bool {
	rules, _, _ := r.list(r.at, conf.AccessRules)
	return len(rules) > 0 || len(r.thirdParty()) > 0 || r.says(string(conf.AuthBasic)) || r.says(string(conf.AuthRequest))
}

// says reports whether a directive stands on a level in force. That a missing file may hold one is no reason
// to ask: it may as well hold a deny or a return.
func (r *run) says(name string) bool {
	for l := r.at; l != nil; l = l.up {
		if r.one(l, name) != nil {
			return true
		}
	}
	return false
}

// addressRules are allow and deny: the first that matches decides.
func (r *run) addressRules() permit {
	rules, _, _ := r.list(r.at, conf.AccessRules)
	for i, d := range rules {
		matches, unsure := r.matchesAddress(d.Arg(0))
		switch why := r.whyUnknown(d); {
		case why != "":
			matches = r.decides(
				"allow "+d.Pos().String(),
				d.Name.Value+" "+d.Arg(0)+" applies",
				d.Name.Value+" "+d.Arg(0)+" does not apply",
				why,
				d.Pos(),
			)
		case unsure != "":
			if i > 0 && rules[i-1].Is(d.Name.Value) && r.whyUnknown(rules[i-1]) == "" {
				continue // asked together with the one before
			}
			matches = r.decidesAddress(alike(rules[i:]), d.Pos())
		}
		if matches {
			if d.Is("allow") {
				return permit{status: 200, name: "allow", pos: d.Pos()}
			}
			cause := hop.Denied
			if d.Arg(0) == "all" {
				cause = hop.DeniedToAll
			}
			return permit{403, "deny " + d.Arg(0), d.Pos(), cause}
		}
	}
	return permit{}
}

func (r *run) matchesAddress(rule string) (matches bool, why string) {
	if rule == "all" {
		return true, ""
	}
	a := r.client()
	if r.onUnix() && !r.behind {
		return rule == "unix:", ""
	}
	if !a.IsValid() {
		return false, "allow and deny decide by the client's address, which is not known"
	}
	return inNetwork(a, rule), ""
}

// alike are the addresses of the rules that list begins with, as far as they are of one kind.
func alike(list []*conf.Directive) (rules []string) {
	for _, d := range list {
		if !d.Is(list[0].Name.Value) || whyUnknown(d) != "" || d.Arg(0) == "all" {
			break
		}
		rules = append(rules, d.Arg(0))
	}
	return rules
}

// inNetwork reports whether a rule of allow or deny names an address.
func inNetwork(a netip.Addr, rule string) bool {
	net, ok := network(rule)
	return ok && net.Contains(a.Unmap())
}

// basicAuth is auth_basic: a browser's script cannot send credentials of its own with a handshake.
func (r *run) basicAuth() permit {
	basic, file := get(r, r.at, conf.AuthBasic), get(r, r.at, conf.AuthBasicUserFile)
	if !r.says(basic.Name) || file.IsDefault() {
		return permit{}
	}
	word, known := basic.Get()
	why := basic.Why()
	if known {
		realm := r.word(word)
		if realm.s == "off" && !realm.unknown() {
			return permit{}
		}
		why = realm.why
	}
	if !r.says(file.Name) {
		why = cmp.Or(why, file.Why())
	}
	if why != "" &&
		!r.decides("auth_basic at "+basic.Pos.String(), "auth_basic is on", "auth_basic is off", why, basic.Pos) {
		return permit{}
	}
	_, told := r.request.Header["Authorization"]
	if sent, unsure := r.request.Lines("Authorization"); (r.request.Whole || told) && len(sent) == 0 && unsure == "" {
		return permit{401, basic.Name, basic.Pos, hop.Credentials}
	}
	users := file.Pos.String()
	if w, known := file.Get(); known {
		if name := r.word(w); !name.unknown() {
			users = name.s
		}
	}
	if sent, unsure := r.request.Lines("Authorization"); len(sent) == 1 && unsure == "" {
		switch r.checks(sent[0], users) {
		case proved:
			return permit{status: 200, name: basic.Name, pos: basic.Pos}
		case disproved:
			return permit{401, basic.Name, basic.Pos, hop.Credentials}
		}
	}
	if r.w.Ask(hop.Question{
		Key: "credentials for " + users, Yes: "auth_basic lets it in", No: "it has no credentials for auth_basic",
		Pos: basic.Pos, Beyond: true,
	}) {
		return permit{status: 200, name: basic.Name, pos: basic.Pos}
	}
	return permit{401, basic.Name, basic.Pos, hop.Credentials}
}

// maxSubrequests bounds the depth of subrequests in subrequests.
const maxSubrequests = 5

// authRequest is auth_request: another request of nginx's own decides. 2xx lets pass, 401 and 403 refuse, anything
// else is 500.
func (r *run) authRequest() permit {
	if !r.says(string(conf.AuthRequest)) {
		return permit{}
	}
	word, ok := need(r, r.at, conf.AuthRequest)
	if !ok || word.Value == "off" {
		return permit{}
	}
	if r.depth >= maxSubrequests {
		r.unknown(string(conf.AuthRequest), "auth_request decides")
		return permit{}
	}
	by := get(r, r.at, conf.AuthRequest)
	name := by.Name + " " + word.Value
	sub := r.subrequestTo(word.Value) // a ? in it is no query
	sub.phases()
	r.set, r.setShared = sub.set, sub.setShared
	r.asked(name, by.Pos, sub)
	answer, known := sub.out.Answer.Get()
	if known && answer.Kind == hop.PassedOn && sub.errStatus != 0 && !perhapsUpgrade(sub.out.Next) {
		// The status of an error page outlives the answer of its service.
		answer.Kind, answer.Status = hop.Answered, sub.errStatus
	}
	switch {
	case !known || answer.Kind == hop.PassedOn || answer.Kind == hop.Answered && answer.Status == 0:
		why := sub.out.Answer.Why()
		if ok, _ := sub.out.Next.IsUpgrade(); known && answer.Kind == hop.PassedOn && ok {
			why = "it is asked with the handshake's own Upgrade header: if it answers 101, nginx drops the client"
		}
		// The same service is asked the same again where an error page leads to another location that asks it.
		key := name + " at " + r.server.scope.pos().String() + " " + sub.out.Next.Addr + sub.out.Next.Target
		if r.decides(key, name+" lets it in", name+" turns it away", why, by.Pos) {
			return permit{status: 200, name: by.Name, pos: by.Pos}
		}
		if known && answer.Kind == hop.PassedOn && perhapsUpgrade(sub.out.Next) &&
			r.decides("101 of "+key, "the service that "+name+" asks answers 101",
				"the service that "+name+" asks does not answer 101", "", by.Pos) {
			r.finish(hop.Answer{Kind: hop.Closed}, name, by.Pos)
			return permit{}
		}
		return permit{turnedAway, name, by.Pos, hop.Denied}
	case answer.Kind == hop.Closed:
		r.finish(answer, name, by.Pos)
	case answer.Status >= 200 && answer.Status < 300:
		return permit{status: 200, name: by.Name, pos: by.Pos}
	case answer.Status == 401 || answer.Status == 403:
		return permit{answer.Status, name, by.Pos, answer.Cause}
	default:
		return permit{status: 500, name: name, pos: by.Pos}
	}
	return permit{}
}

// subrequestTo is a request of nginx's own, with the headers of the client's. Variables are shared, captures are not.
func (r *run) subrequestTo(path string) *run {
	sub := r.c.newRun(r.w, r.request, r.socket, r.server, new(hop.Hop))
	sub.request.Method = "GET"
	sub.host, sub.hostPort, sub.proto, sub.depth, sub.realIP = r.host, r.hostPort, r.proto, r.depth+1, r.realIP
	sub.realIPWhy, sub.realIPOf, sub.behind = r.realIPWhy, r.realIPOf, r.behind
	sub.set, sub.setShared, sub.maps, sub.memo = r.set, r.setShared, r.maps, r.memo
	sub.path, sub.internal, sub.isSub, sub.ownArgs = path, true, true, true
	return sub
}

// mirrors are requests of nginx's own whose answers nobody waits for; but one that is answered 101 ends the client's.
// Measured: law A1.
func (r *run) mirrors() {
	list, _, _ := r.list(r.at, conf.Mirror)
	for _, d := range list {
		name := "mirror " + d.Arg(0)
		if why := r.whyUnknown(d); why != "" {
			r.out.Reply.Instead = append(r.out.Reply.Instead, hop.Unknown[hop.Answer](name, d.Pos(), why))
			continue
		}
		if d.Arg(0) == "off" || r.depth >= maxSubrequests {
			continue
		}
		sub := r.subrequestTo(d.Arg(0))
		sub.request.Method, sub.args, sub.ownArgs = r.request.Method, r.args, r.ownArgs
		// It runs when the client's request has been passed on.
		sub.set, sub.setShared, sub.maps = maps.Clone(r.set), false, maps.Clone(r.maps)
		sub.phases()
		r.asked(name, d.Pos(), sub)
		a, known := sub.out.Answer.Get()
		if known && a.Kind == hop.Closed {
			r.finish(a, name, d.Pos()) // 444 ends the client's request too
			return
		}
		if known && a.Kind == hop.PassedOn && perhapsUpgrade(sub.out.Next) {
			why := name + " asks with the handshake's own Upgrade header: if that is answered 101, nginx drops the client"
			r.out.Reply.Instead = append(r.out.Reply.Instead, hop.Unknown[hop.Answer](name, d.Pos(), why))
		}
	}
}

// asked notes what a subrequest sends to another server; name is the directive with the path that it asks for.
func (r *run) asked(name string, pos hop.Pos, sub *run) {
	if !hop.Is(sub.out.Answer, hop.Answer{}) {
		return
	}
	_, path, _ := strings.Cut(name, " ")
	q := hop.Subrequest{By: hop.Written(name, path, pos), Next: sub.out.Next, Pos: sub.out.Pos}
	if l := sub.at.block(); insertable(l) {
		clear := sub.headerEdits(l)
		q.Clear = func() []hop.Edit {
			edits, _ := clear([]string{"Upgrade", "Connection"}, map[string]string{"Upgrade": `""`, "Connection": `""`})
			return joinInserts(edits)
		}
	}
	r.out.Subrequests = append(r.out.Subrequests, q)
}

// perhapsUpgrade reports whether some server may answer the request 101.
func perhapsUpgrade(q hop.Request) bool {
	return (&hop.Path{Request: q}).Handshake().Kind != hop.Refused
}
