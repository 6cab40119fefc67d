package haproxy

import (
	"cmp"
	"net/textproto"
	"slices"
	"strings"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers"
	"github.com/wslint/wslint/parsers/haproxy/conf"
)

// reply notes what becomes of the 101: the rules of the backend, then those of the frontend. Measured.
func (r *run) reply() {
	r.answering = true
	r.tcpResponse()
	if !r.http {
		return
	}
	for _, kind := range []string{"http-response", "http-after-response"} {
		for _, p := range r.sections() {
			r.answerRules(kind, p.Rules(kind))
		}
	}
}

// answerRules runs one list of rules on the 101.
func (r *run) answerRules(kind string, list []conf.Rule) {
	allowed := "" // why an earlier rule may have ended the list
	for _, rl := range list {
		args, cond := rl.Condition(1)
		if len(args) == 0 || harmless(args[0].Value) {
			continue
		}
		maybe, holds := r.answerCondition(rl, cond)
		maybe = cmp.Or(maybe, allowed)
		switch {
		case !holds:
		case args[0].Value == "allow" && maybe != "":
			allowed = maybe
		case r.httpResponse(rl, kind, args, maybe):
			return
		}
	}
}

// tcpResponse runs the rules on the bytes that come back. Measured: they act as soon as the connection stands, before
// any answer.
func (r *run) tcpResponse() {
	why := ""
	for _, rl := range r.be.Rules("tcp-response", "content") {
		args, cond := rl.Condition(2)
		if len(args) == 0 || !slices.Contains([]string{"accept", "reject", "silent-drop", "close"}, args[0].Value) {
			continue // they set variables and the like
		}
		name, pos := "tcp-response content "+args[0].Value, rl.Line.Pos()
		switch action := args[0].Value; {
		case cond != nil || rl.Line.Maybe != "":
			if why = "a condition on the bytes that come back decides whether " + name + " counts"; action != "accept" {
				r.instead(name, pos, hop.Answer{}, why)
			}
		case action == "accept":
			return
		case why != "":
			r.instead(name, pos, hop.Answer{}, why)
		case action == "reject":
			r.close(hop.Denied, name, pos)
		case action == "close" && r.http:
			r.status(502, hop.Denied, name, pos)
		case action == "close":
			r.close(hop.Denied, name, pos)
		default:
			r.hang(hop.Denied, name, pos)
		}
	}
}

// instead notes what the client gets in place of the 101; maybe says why that is not certain.
func (r *run) instead(name string, pos hop.Pos, a hop.Answer, maybe string) {
	s := hop.Written(name, a, pos)
	if maybe != "" {
		s = hop.Unknown[hop.Answer](name, pos, maybe)
	}
	r.out.Reply.Instead = append(r.out.Reply.Instead, s)
}

// answerCondition evaluates the condition of a rule on the 101; maybe says why whether it holds is not known.
func (r *run) answerCondition(rl conf.Rule, c *conf.Condition) (maybe string, holds bool) {
	if rl.Line.Maybe != "" {
		return rl.Line.Maybe + " decides", true
	}
	if c == nil {
		return "", true
	}
	suites := r.literals(c, rl.Line)
	if is, known := settled(suites); known {
		return "", is != c.Unless
	}
	return "", r.settle(c, suites)
}

// httpResponse runs one action on the 101; stop says that the rest of the list does not count.
func (r *run) httpResponse(rl conf.Rule, kind string, args []conf.Word, maybe string) (stop bool) {
	action, pos := args[0].Value, rl.Line.Pos()
	name := kind + " " + action
	answer := hop.Answer{Kind: hop.Answered, Cause: hop.Denied}
	switch {
	case action == "allow":
		return true
	case action == "deny" || action == "return":
		answer, maybe = r.replyPage(args, maybe)
	case action == "redirect":
		a, _, ok := r.redirection(args[1:])
		if !ok {
			return false
		}
		answer = a
		answer.Cause = hop.FromReturn
	case action == "silent-drop":
		answer.Kind = hop.Hangs
	case action == "set-status" && len(args) > 1:
		answer.Status, answer.Cause = statusOf(
			[]conf.Word{{Word: parsers.Word{Value: "status"}}, args[1]},
			502,
		), hop.FromReturn
		if answer.Status == 101 {
			return false
		}
	case strings.HasSuffix(action, "-header") || action == "replace-value":
		if len(args) > 1 {
			r.responseHeader(action, name, args, rl, maybe)
		}
		return false
	case action == "set-timeout":
		r.setTimeout(rl, args, maybe)
		return false
	case strings.HasPrefix(action, "set-var"), strings.HasPrefix(action, "unset-var"):
		r.setVarMaybe(args, maybe)
		return false
	default:
		maybe = "what " + name + " does is not known here"
	}
	r.instead(name, pos, answer, maybe)
	return maybe == "" && action != "set-status"
}

// replyPage is what a deny or return puts in the place of the 101; maybe says why that is not certain.
func (r *run) replyPage(args []conf.Word, maybe string) (hop.Answer, string) {
	a := hop.Answer{Kind: hop.Answered, Status: statusOf(args[1:], 502), Cause: hop.Denied}
	if args[0].Value == "return" {
		a.Status, a.Cause = statusOf(args[1:], 200), hop.FromReturn
	}
	instead, own := ownPage(args, a.Status)
	if !own {
		l, page, why := page(a.Status, r.sections()...)
		if l != nil {
			instead = page
		}
		maybe = cmp.Or(maybe, why)
	}
	instead.Cause = a.Cause
	return instead, maybe
}

// responseHeader runs an action on the headers of the 101. HAProxy writes a Sec-WebSocket-Accept of its own where it
// is missing, so deleting it does no harm.
func (r *run) responseHeader(action, name string, args []conf.Word, rl conf.Rule, maybe string) {
	header, pos := textproto.CanonicalMIMEHeaderKey(args[1].Value), rl.Line.Pos()
	label := name + " " + args[1].Value
	value := text{why: maybe}
	if maybe == "" && len(args) > 2 {
		value = r.format(args[2])
	}
	hide := func() {
		s := hop.Written(label, header, pos)
		if maybe != "" {
			s = hop.Unknown[string](label, pos, maybe)
		}
		r.out.Reply.Hidden = append(r.out.Reply.Hidden, s)
		if maybe == "" {
			// What an earlier rule has added goes too.
			delete(r.out.Reply.Added, header)
		}
	}
	switch {
	case slices.ContainsFunc(args, func(w conf.Word) bool { return w.Value == "-m" }):
		r.hideMatching(args, label, pos, maybe)
	case !slices.Contains(decisive, header) && (header != "Content-Security-Policy" || !r.forPage()):
	case action == "del-header":
		if header != "Sec-Websocket-Accept" {
			hide()
		}
	case action == "add-header":
		r.addReply(header, label, value, pos)
	case action == "set-header":
		hide()
		r.addReply(header, label, value, pos)
	default:
		r.out.Reply.Hidden = append(
			r.out.Reply.Hidden,
			hop.Unknown[string](label, pos, "what "+label+" leaves of it is not known here"),
		)
	}
}

// forPage reports whether the request asks for a page: no handshake is without Upgrade.
func (r *run) forPage() bool {
	lines, why := r.req.Lines("Upgrade")
	return why == "" && len(lines) == 0
}

// decisive are the headers that browsers look at in a 101.
var decisive = []string{
	"Upgrade",
	"Connection",
	"Sec-Websocket-Accept",
	"Sec-Websocket-Protocol",
	"Sec-Websocket-Extensions",
}

// hideMatching applies del-header with a matching method to the headers that make a 101.
func (r *run) hideMatching(args []conf.Word, label string, pos hop.Pos, maybe string) {
	m := conf.Method("str")
	for i, w := range args {
		if w.Value == "-m" && i+1 < len(args) {
			m = conf.Method(args[i+1].Value)
		}
	}
	for _, header := range []string{"Upgrade", "Connection", "Sec-Websocket-Protocol"} {
		ok, why := r.matchText(m, m != "reg", strings.ToLower(header), args[1].Value)
		switch {
		case why != "" || ok && maybe != "":
			r.out.Reply.Hidden = append(r.out.Reply.Hidden, hop.Unknown[string](label, pos, why+maybe))
		case ok:
			r.out.Reply.Hidden = append(r.out.Reply.Hidden, hop.Written(label, header, pos))
		}
	}
}

func (r *run) addReply(header, label string, value text, pos hop.Pos) {
	s := hop.Written(label, value.s, pos)
	if value.unknown() {
		s = hop.Unknown[string](label, pos, value.why)
	}
	if header == "Connection" {
		trimmed := trimConnection([]hop.Setting[string]{s})
		if len(trimmed) == 0 {
			return
		}
		s = trimmed[0]
	}
	if r.out.Reply.Added == nil {
		r.out.Reply.Added = map[string][]hop.Setting[string]{}
	}
	r.out.Reply.Added[header] = append(r.out.Reply.Added[header], s)
}
