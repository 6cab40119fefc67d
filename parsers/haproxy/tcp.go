package haproxy

import (
	"strings"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers/haproxy/conf"
)

// tcpRules runs the tcp-request rules of the frontend for one level: connection, session or content.
func (r *run) tcpRules(level string) {
	for _, rl := range r.fe.Rules("tcp-request", level) {
		if r.done {
			return
		}
		if stop := r.tcpRule(rl); stop {
			return
		}
	}
}

// tcpRule runs one rule; stop says that the rest of its list does not count.
func (r *run) tcpRule(rl conf.Rule) (stop bool) {
	args, cond := rl.Condition(2)
	if len(args) == 0 {
		return false
	}
	action := args[0].Value
	switch {
	case strings.HasPrefix(action, "track-sc"), strings.HasPrefix(action, "sc-"), strings.HasPrefix(action, "sc_"),
		strings.HasPrefix(action, "set-dst"), action == "capture", action == "set-mark", action == "set-tos",
		action == "set-nice",
		action == "set-log-level", action == "set-priority-class", action == "set-priority-offset", action == "do-resolve":
		return false
	case !r.holds(rl, cond):
		return false
	}
	name, pos := strings.Join(conf.Values(rl.Line.Words[:3]), " "), rl.Line.Pos()
	switch {
	case action == "accept":
		return true
	case action == "reject":
		r.close(r.denial(rl), name, pos)
	case action == "silent-drop":
		r.hang(r.denial(rl), name, pos)
	case action == "expect-proxy":
		if !r.req.ProxyProtocol {
			r.close(hop.PROXYHeader, "expect-proxy and no PROXY header", pos)
		}
		r.l = r.l.WithProxy()
		r.client, r.of = r.req.Announced.Addr().Unmap(), r.req.AnnouncedAddress()
	case strings.HasPrefix(action, "set-var"), strings.HasPrefix(action, "unset-var"):
		r.setVar(args)
	case action == "set-src":
		r.setSource(args)
	case strings.HasPrefix(action, "lua."):
		r.script(name, pos)
	default:
		r.unknown(name, pos, "what "+name+" does is not known here")
	}
	return r.done
}
