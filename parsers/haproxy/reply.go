package haproxy

import (
	"net/textproto"
	"slices"
	"strings"

	"github.com/wslint/wslint/hop"
)

// answerCondition evaluates the condition of a rule on the 101. One that looks at the answer is not known, and says so.
func (r *run) answerCondition(rl rule, c *condition) (maybe string, holds bool) {
	if rl.l.maybe != "" {
		return rl.l.maybe + " decides", true
	}
	if c == nil {
		return "", true
	}
	suites, _ := c.terms()
	if len(suites) == 1 && len(suites[0]) == 1 && suites[0][0].inline != nil {
		// { status N } is common and decidable: the answer is a 101.
		words := values(suites[0][0].inline)
		if len(words) > 1 && words[0] == "status" && !strings.HasPrefix(words[1], "-") {
			if is := parseACL(suites[0][0].inline).compare(number(101), "int"); is.why == "" {
				return "", (is.is != suites[0][0].negated) != c.unless
			}
		}
	}
	return "a condition on the answer decides whether " + strings.Join(values(rl.l.words[:2]), " ") + " counts", true
}

// httpResponse runs one action on the 101; stop says that the rest of the list does not count.
func (r *run) httpResponse(rl rule, kind string, args []Word, maybe string) (stop bool) {
	action, pos, out := args[0].Value, rl.l.pos(), &r.out.Reply
	name := kind + " " + action
	instead := func(a hop.Answer) {
		if maybe != "" {
			out.Instead = append(out.Instead, hop.Unknown[hop.Answer](name, pos, maybe))
		} else {
			out.Instead = append(out.Instead, hop.Written(name, a, pos))
		}
	}
	switch action {
	case "allow":
		return maybe == ""
	case "deny":
		instead(hop.Answer{Kind: hop.Answered, Status: statusOf(args[1:], 502)})
	case "return":
		instead(hop.Answer{Kind: hop.Answered, Status: statusOf(args[1:], 200)})
	case "redirect", "silent-drop", "set-status":
		instead(hop.Answer{Kind: hop.Answered, Status: setStatus(args)})
	case "del-header", "set-header", "add-header", "replace-header", "replace-value":
		if len(args) > 1 {
			r.responseHeader(action, name, args, rl, maybe)
		}
	default:
		maybe = "what " + name + " does is not known here"
		instead(hop.Answer{})
	}
	return false
}

// setStatus is the status that set-status writes; a 101 with another status opens nothing.
func setStatus(args []Word) int {
	if args[0].Value == "redirect" {
		return 302
	}
	return statusOf([]Word{{Value: "status"}, args[min(1, len(args)-1)]}, 502)
}

// responseHeader runs an action on the headers of the 101. HAProxy writes a Sec-WebSocket-Accept of its own where it is missing, so
// deleting it does no harm.
func (r *run) responseHeader(action, name string, args []Word, rl rule, maybe string) {
	header, pos := textproto.CanonicalMIMEHeaderKey(args[1].Value), rl.l.pos()
	label := name + " " + args[1].Value
	value := text{why: maybe}
	if maybe == "" && len(args) > 2 {
		value = r.responseFormat(args[2])
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
	case slices.ContainsFunc(args, func(w Word) bool { return w.Value == "-m" }):
		r.hideMatching(args, label, pos, maybe)
	case !slices.Contains(decisive, header):
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
		r.out.Reply.Hidden = append(r.out.Reply.Hidden, hop.Unknown[string](label, pos, "what "+label+" leaves of it is not known here"))
	}
}

// decisive are the headers that browsers look at in a 101.
var decisive = []string{"Upgrade", "Connection", "Sec-Websocket-Accept", "Sec-Websocket-Protocol", "Sec-Websocket-Extensions"}

// hideMatching applies del-header with a matching method to the headers that make a 101.
func (r *run) hideMatching(args []Word, label string, pos hop.Pos, maybe string) {
	m := method("str")
	for i, w := range args {
		if w.Value == "-m" && i+1 < len(args) {
			m = method(args[i+1].Value)
		}
	}
	for _, header := range []string{"Upgrade", "Connection", "Sec-Websocket-Protocol"} {
		ok, why := matchText(m, m != "reg", strings.ToLower(header), args[1].Value)
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

// responseFormat evaluates a format on the way back, where the request's headers are gone.
func (r *run) responseFormat(w Word) text {
	if strings.Contains(w.Value, "%") {
		return unknownText("the value of " + w.Value + " is not known here")
	}
	return wordText(w)
}
