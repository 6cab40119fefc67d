package nginx

import (
	"maps"
	"net/netip"
	"strings"

	"github.com/wslint/wslint/parsers/nginx/conf"

	"github.com/wslint/wslint/hop"
)

// A permit is what one access check says: nothing, yes, or a status.
type permit struct {
	status int // 0: declined, 200: allowed, else refused
	name   string
	d      *conf.Directive
	cause  hop.Cause
}

// access runs allow and deny, auth_basic and auth_request in nginx's order and combines them as satisfy says. Measured: law A1.
func (r *run) access() {
	any := false
	if d, why := r.at.scalar("satisfy"); d != nil && why == "" {
		any = d.Arg(0) == "any"
	}
	var refused *permit
	for _, check := range []func() permit{r.addressRules, r.basicAuth, r.authRequest} {
		p := check()
		switch {
		case r.done:
			return
		case p.status == 0:
		case p.status == 200 && any:
			return
		case p.status == 200:
		case any && (p.status == 401 || p.status == 403):
			if refused == nil || refused.status != 401 {
				refused = &p
			}
		default:
			r.cause = p.cause
			r.special(p.status, p.name, p.d.Pos())
			return
		}
	}
	if refused != nil {
		r.cause = refused.cause
		r.special(refused.status, refused.name, refused.d.Pos())
	}
}

// addressRules are allow and deny: the first that matches decides.
func (r *run) addressRules() permit {
	rules, _, why := r.at.array("allow", "deny")
	if len(rules) == 0 {
		return permit{}
	}
	for i, d := range rules {
		matches, unsure := r.matchesAddress(d.Arg(0))
		switch {
		case doubt(d) != "":
			matches = r.decides("allow "+d.Pos().String(), d.Name.Value+" "+d.Arg(0)+" applies", d.Name.Value+" "+d.Arg(0)+" does not apply ("+why+")", d.Pos())
		case unsure != "":
			if i > 0 && rules[i-1].Is(d.Name.Value) && doubt(rules[i-1]) == "" {
				continue // asked together with the one before
			}
			matches = r.decidesAddress(alike(rules[i:]), d.Pos())
		}
		if matches {
			if d.Is("allow") {
				return permit{status: 200, name: "allow", d: d}
			}
			return permit{403, "deny " + d.Arg(0), d, hop.Denied}
		}
	}
	return permit{}
}

func (r *run) matchesAddress(rule string) (matches bool, why string) {
	if rule == "all" {
		return true, ""
	}
	if l := r.socket; l != nil && strings.HasPrefix(l.addr, "unix:") {
		return rule == "unix:", ""
	}
	a := r.client()
	if !a.IsValid() {
		return false, "allow and deny decide by the client's address, which is not known"
	}
	return inNetwork(a, rule), ""
}

// alike are the addresses of the rules that list begins with, as far as they are of one kind.
func alike(list []*conf.Directive) (rules []string) {
	for _, d := range list {
		if !d.Is(list[0].Name.Value) || doubt(d) != "" || d.Arg(0) == "all" {
			break
		}
		rules = append(rules, d.Arg(0))
	}
	return rules
}

// inNetwork reports whether a rule of allow or deny names an address.
func inNetwork(a netip.Addr, rule string) bool {
	if !strings.Contains(rule, "/") {
		b, err := netip.ParseAddr(rule)
		return err == nil && a.Unmap() == b.Unmap()
	}
	net, err := netip.ParsePrefix(rule)
	return err == nil && net.Masked().Contains(a.Unmap())
}

// basicAuth is auth_basic: a browser's script cannot send credentials of its own with a handshake.
func (r *run) basicAuth() permit {
	d, why := r.at.scalar("auth_basic")
	file, _ := r.at.scalar("auth_basic_user_file")
	if d == nil || file == nil {
		if why != "" && r.decides("auth_basic", "auth_basic is on", "auth_basic is off", r.at.pos()) {
			r.unknown("auth_basic", why)
		}
		return permit{}
	}
	realm := r.word(d.Args[0])
	switch {
	case realm.unknown():
		if !r.decides("auth_basic "+d.Pos().String(), "auth_basic is on", "auth_basic is off ("+realm.why+")", d.Pos()) {
			return permit{}
		}
	case realm.s == "off":
		return permit{}
	}
	if r.w.Ask(hop.Question{
		Key: "credentials for " + file.Arg(0), Yes: "auth_basic lets it in", No: "it has no credentials for auth_basic", Pos: d.Pos(), Beyond: true,
	}) {
		return permit{status: 200, name: "auth_basic", d: d}
	}
	return permit{401, "auth_basic", d, hop.Credentials}
}

// maxSubrequests bounds the depth of subrequests in subrequests.
const maxSubrequests = 5

// authRequest is auth_request: another request of nginx's own decides. 2xx lets pass, 401 and 403 refuse, anything else is 500.
func (r *run) authRequest() permit {
	d, why := r.at.scalar("auth_request")
	if d == nil || why != "" || d.Arg(0) == "off" {
		return permit{}
	}
	if d.Args[0].Template || r.depth >= maxSubrequests {
		r.unknown("auth_request", "auth_request decides")
		return permit{}
	}
	sub := r.ask(d)
	answer, known := sub.out.Answer.Get()
	if known && answer.Kind == hop.PassedOn && sub.errStatus != 0 && !perhapsUpgrade(sub.out.Next) {
		// The status of an error page outlives the answer of its service.
		answer.Kind, answer.Status = hop.Answered, sub.errStatus
	}
	switch {
	case !known:
		r.unknown("auth_request "+d.Arg(0), sub.out.Answer.Why())
	case answer.Kind == hop.Closed:
		r.finish(answer, "auth_request "+d.Arg(0), d.Pos())
	case answer.Kind == hop.PassedOn:
		decides := "the service that auth_request " + d.Arg(0) + " asks decides"
		if ok, _ := sub.out.Next.IsUpgrade(); ok {
			decides += ", and it is asked with the handshake's own Upgrade header: if it answers 101, nginx drops the client"
		}
		if r.decides("auth_request "+d.Pos().String(), "auth_request "+d.Arg(0)+" lets it in", "auth_request "+d.Arg(0)+" turns it away ("+decides+")", d.Pos()) {
			return permit{status: 200, name: "auth_request", d: d}
		}
		r.cause = hop.Denied
		r.finish(hop.Answer{Kind: hop.Answered}, "auth_request "+d.Arg(0), d.Pos())
	case answer.Status >= 200 && answer.Status < 300:
		return permit{status: 200, name: "auth_request", d: d}
	case answer.Status == 401 || answer.Status == 403:
		return permit{answer.Status, "auth_request " + d.Arg(0), d, answer.Cause}
	case answer.Status == 0:
		r.unknown("auth_request "+d.Arg(0), "the file system decides about "+d.Arg(0))
	default:
		return permit{status: 500, name: "auth_request " + d.Arg(0), d: d}
	}
	return permit{}
}

// subrequestTo is a request of nginx's own, with the headers of the client's. Variables are shared, captures are not.
func (r *run) subrequestTo(path string) *run {
	sub := r.c.newRun(r.w, r.request, r.socket, r.server)
	sub.request.Method = "GET"
	sub.host, sub.hostPort, sub.proto, sub.depth, sub.realIP = r.host, r.hostPort, r.proto, r.depth+1, r.realIP
	sub.set, sub.maps = r.set, r.maps
	sub.path, sub.internal, sub.isSub = path, true, true
	return sub
}

// mirrors are requests of nginx's own whose answers nobody waits for; but one that is answered 101 ends the client's. Measured:
// law A1.
func (r *run) mirrors() {
	list, _, _ := r.at.array("mirror")
	for _, d := range list {
		if d.Arg(0) == "off" || r.depth >= maxSubrequests {
			continue
		}
		sub := r.subrequestTo(d.Arg(0))
		sub.request.Method, sub.args = r.request.Method, r.args
		// It runs when the client's request has been passed on.
		sub.set, sub.maps = maps.Clone(r.set), maps.Clone(r.maps)
		sub.phases()
		r.asked(d, sub)
		a, known := sub.out.Answer.Get()
		if known && a.Kind == hop.Closed {
			r.finish(a, "mirror "+d.Arg(0), d.Pos()) // 444 ends the client's request too
			return
		}
		if known && a.Kind == hop.PassedOn && perhapsUpgrade(sub.out.Next) {
			why := "mirror " + d.Arg(0) + " asks with the handshake's own Upgrade header: if that is answered 101, nginx drops the client"
			r.out.Reply.Instead = append(r.out.Reply.Instead, hop.Unknown[hop.Answer]("mirror "+d.Arg(0), d.Pos(), why))
		}
	}
}

// ask makes the subrequest that a directive names. What it sends is noted.
func (r *run) ask(d *conf.Directive) *run {
	sub := r.subrequestTo(d.Arg(0)) // a ? in it is no query
	sub.phases()
	r.asked(d, sub)
	return sub
}

// asked notes what a subrequest sends to another server.
func (r *run) asked(d *conf.Directive, sub *run) {
	if hop.Is(sub.out.Answer, hop.Answer{}) {
		by := hop.Written(d.Name.Value+" "+d.Arg(0), d.Arg(0), d.Pos())
		q := hop.Subrequest{By: by, Next: sub.out.Next, Pos: sub.out.Pos}
		if l := sub.block(); insertable(l) {
			clear := sub.headerEdits(l)
			q.Clear = func() []hop.Edit {
				edits, _ := clear([]string{"Upgrade", "Connection"}, map[string]string{"Upgrade": `""`, "Connection": `""`})
				return joinInserts(edits)
			}
		}
		r.out.Subrequests = append(r.out.Subrequests, q)
	}
}

// perhapsUpgrade reports whether some server may answer the request 101.
func perhapsUpgrade(q hop.Request) bool {
	return (&hop.Path{Request: q}).Handshake().Kind != hop.Refused
}

// invalidReferer is $invalid_referer: a handshake of a browser carries no Referer.
func (r *run) invalidReferer() text {
	valid, _, why := r.at.array("valid_referers")
	if len(valid) == 0 || why != "" {
		return text{why: why}
	}
	sent := r.header("referer")
	if sent.unknown() {
		return sent
	}
	if sent.s != "" {
		return unknownText("valid_referers decides about the Referer")
	}
	for _, d := range valid {
		for _, a := range d.Args {
			if a.Value == "none" {
				return known("")
			}
		}
	}
	return known("1")
}
