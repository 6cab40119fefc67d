package haproxy

import (
	"net/netip"
	"net/textproto"
	"slices"
	"strconv"
	"strings"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers"
	"github.com/wslint/wslint/parsers/haproxy/conf"
	"github.com/wslint/wslint/parsers/templates"
)

// httpPhases runs the http-request rules of a section, then its statistics page, then its redirects.
func (r *run) httpPhases(p *conf.Proxy) {
	for next := p.Requests.For(0, r.plainText); len(next) > 0 && !r.done; {
		i := next[0]
		next = next[1:]
		rl := p.Requests.List[i]
		if len(rl.Args) == 0 || harmless(rl.Args[0].Value) || r.setsOwn(rl) || !r.holds(rl.Rule, rl.Cond) {
			continue
		}
		if rl.Args[0].Value == "allow" {
			break
		}
		r.httpRequest(rl.Rule, rl.Args)
		next = p.Requests.For(i+1, r.plainText) // it may have changed what the others ask for
	}
	if !r.done {
		r.statistics(p)
	}
	for _, rl := range p.Rules("redirect") {
		if r.done {
			return
		}
		if args, cond := rl.Condition(1); r.holds(rl, cond) {
			r.redirect(rl, args)
		}
	}
}

// setsOwn leaves open what a header of the application's own is where a condition of the configuration's own decides
// whether it is set: that need not be asked.
func (r *run) setsOwn(rl conf.ConditionalRule) bool {
	l := rl.Line
	open := func(b templates.Branch) bool { return !r.w.Answered(b.Question(l.Pos())) }
	if action := rl.Args[0].Value; action != "set-header" && action != "add-header" || rl.Cond != nil ||
		len(rl.Args) < 2 || rl.Args[1].Why != "" || !parsers.IsOwnHeader(rl.Args[1].Value) ||
		!slices.ContainsFunc(l.When, open) || !r.mayCount(l) {
		return false
	}
	label := "http-request " + rl.Args[0].Value + " " + rl.Args[1].Value
	r.headers[textproto.CanonicalMIMEHeaderKey(rl.Args[1].Value)] = []hop.Setting[string]{
		hop.Unknown[string](label, l.Pos(), l.Maybe+" decides about "+rl.Args[1].Value),
	}
	return true
}

// harmless are actions without an effect on a handshake.
func harmless(action string) bool {
	for _, prefix := range []string{
		"track-sc", "sc-", "sc_", "cache-store", "set-log-level", "set-mark", "set-tos", "set-nice", "set-dst", "capture",
		"cache-use",
		"disable-l7-retry", "set-priority", "strict-mode", "wait-for-", "add-acl", "del-acl", "set-map", "del-map",
		"do-resolve",
		"set-bandwidth-limit", "set-fc-", "set-bc-", "send-spoe-group",
	} {
		if strings.HasPrefix(action, prefix) {
			return true
		}
	}
	return false
}

// hang is the answer of silent-drop: the connection is forgotten without telling the client.
func (r *run) hang(cause hop.Cause, name string, pos hop.Pos) {
	r.finish(hop.Answer{Kind: hop.Hangs, Cause: cause}, name, pos)
}

// httpRequest runs one action. Measured.
func (r *run) httpRequest(rl conf.Rule, args []conf.Word) {
	action, pos := args[0].Value, rl.Line.Pos()
	name := "http-request " + action
	switch action {
	case "deny", "tarpit":
		code := map[string]int{"deny": 403, "tarpit": 500}[action]
		r.answer(args, statusOf(args[1:], code), r.denial(rl), name, pos)
	case "return":
		r.answer(args, statusOf(args[1:], 200), hop.FromReturn, name, pos)
	case "auth":
		r.refuse(401, hop.Credentials, name, pos)
	case "reject":
		r.close(r.denial(rl), name, pos)
	case "silent-drop":
		r.hang(r.denial(rl), name, pos)
	case "redirect":
		r.redirect(rl, args[1:])
	case "set-header", "add-header", "del-header", "replace-header", "replace-value":
		r.requestHeader(action, name, args, pos)
	case "set-path", "set-pathq", "set-query", "set-uri", "replace-path", "replace-pathq", "replace-uri":
		r.setTarget(rl, action, args)
	case "set-method":
		if v := r.formatArg(args, 1); v.unknown() {
			r.unknown(name, pos, v.why)
		} else {
			r.method = v.s
		}
	case "set-src":
		r.setSource(args)
	case "early-hint":
		if len(r.out.Reply.Early) == 0 { // a rule that follows adds to the same 103
			r.out.Reply.Early = append(r.out.Reply.Early, hop.Written(name, 103, pos))
		}
	case "set-timeout":
		r.setTimeout(rl, args, "")
	default:
		switch {
		case strings.HasPrefix(action, "set-var"), strings.HasPrefix(action, "unset-var"):
			r.setVar(args)
		case strings.HasPrefix(action, "lua."):
			r.script(name, pos)
		case action == "use-service":
			r.finish(hop.Answer{Kind: hop.Answered, Cause: hop.FromReturn}, name, pos)
		default:
			r.unknown(name, pos, "what "+name+" does is not known here")
		}
	}
}

// script runs an action of a script, which may answer itself and may set variables. That it changes nothing else is
// assumed.
func (r *run) script(name string, pos hop.Pos) {
	if !r.decides(name+" at "+pos.String(), name+" lets it in", name+" turns it away", "", pos) {
		r.finish(hop.Answer{Kind: hop.Answered, Cause: hop.Denied}, name, pos)
		return
	}
	r.scripted = name
	r.note(pos, "that "+name+" leaves the handshake as it is is assumed")
}

// statusOf finds the status that a deny, tarpit or return names.
func statusOf(args []conf.Word, byDefault int) int {
	for i, w := range args {
		if (w.Value == "status" || w.Value == "deny_status") && i+1 < len(args) {
			if n, err := strconv.Atoi(args[i+1].Value); err == nil {
				return n
			}
		}
	}
	return byDefault
}

func (r *run) formatArg(args []conf.Word, i int) text {
	if i >= len(args) {
		return unknownText("an argument of " + args[0].Value + " is missing")
	}
	return r.format(args[i])
}

// statistics answers requests for the page of statistics, by 200 or 401.
func (r *run) statistics(p *conf.Proxy) {
	uri, maybe := p.Setting("stats", "uri")
	on, _ := p.Setting("stats", "enable")
	if on == nil && uri == nil && maybe == "" {
		return
	}
	prefix := "/haproxy?stats"
	pos := p.Pos()
	if uri != nil {
		prefix, pos = uri.Arg(2), uri.Pos()
	}
	if strings.HasPrefix(r.target, prefix) {
		r.finish(hop.Answer{Kind: hop.Answered, Cause: hop.FromReturn}, "the page of statistics", pos)
	}
}

// setVar remembers a variable. Its name stands in the action: "set-var(txn.host)".
func (r *run) setVar(args []conf.Word) {
	c, _, _ := conf.CutCall(args[0].Value)
	switch {
	case strings.HasPrefix(c.Name, "unset"):
		delete(r.vars, c.Arg(0))
	case len(args) < 2:
	case args[1].Why != "":
		r.vars[c.Arg(0)] = unknownSample(args[1].Why)
	case strings.HasSuffix(c.Name, "-fmt"):
		r.vars[c.Arg(0)] = r.format(args[1]).sample()
	case len(c.Args) > 1:
		r.vars[c.Arg(0)] = unknownSample("whether the variable " + c.Arg(0) + " is set is not known here")
	default:
		s := r.eval(conf.ParseExpr(args[1].Value))
		if s.why == "" && len(s.values) > 1 {
			s = texts(s.values[len(s.values)-1])
		}
		if s.why != "" || len(s.values) > 0 {
			r.vars[c.Arg(0)] = s
		}
	}
}

// setVarMaybe is setVar where maybe says why it may not happen; "" when it does.
func (r *run) setVarMaybe(args []conf.Word, maybe string) {
	if maybe == "" {
		r.setVar(args)
		return
	}
	c, _, _ := conf.CutCall(args[0].Value)
	r.vars[c.Arg(0)] = unknownSample(maybe)
}

// setSource replaces the client's address.
func (r *run) setSource(args []conf.Word) {
	s := unknownSample("what is set as the client's address is not known")
	if len(args) > 1 {
		s = r.eval(conf.ParseExpr(args[1].Value)).then(addresses)
	}
	if s.why == "" && s.about == "" && len(s.values) == 0 {
		return // measured: the address stays
	}
	r.client, r.sourceSet = netip.Addr{}, &s
	if s.why == "" && len(s.values) > 0 {
		r.client, _ = netip.ParseAddr(s.values[len(s.values)-1])
	}
}

// redirect answers with a redirect.
func (r *run) redirect(rl conf.Rule, args []conf.Word) {
	if a, kind, ok := r.redirection(args); ok {
		r.finish(a, "redirect "+kind, rl.Line.Pos())
	}
}

// redirection is the answer of a redirect: "scheme https", "location /x" or "prefix https://h"; ok is false for one
// that ignores being empty and is. Measured.
func (r *run) redirection(args []conf.Word) (a hop.Answer, kind string, ok bool) {
	code, to := 302, known("")
	var dropQuery, appendSlash bool
	for i := 0; i < len(args); i++ {
		switch w := args[i].Value; w {
		case "location", "prefix", "scheme":
			kind, to = w, r.formatArg(args, i+1)
			i++
		case "code":
			if i++; i < len(args) {
				if n, err := strconv.Atoi(args[i].Value); err == nil {
					code = n
				}
			}
		case "drop-query":
			dropQuery = true
		case "append-slash":
			appendSlash = true
		case "ignore-empty":
			if !to.unknown() && to.s == "" {
				return a, kind, false
			}
		case "set-cookie", "clear-cookie":
			i++
		}
	}
	a = hop.Answer{Kind: hop.Answered, Status: code, Cause: hop.FromReturn}
	rest := r.target
	if path, _, ok := strings.Cut(rest, "?"); dropQuery && (ok || appendSlash) {
		rest = path
		if appendSlash && !strings.HasSuffix(rest, "/") {
			rest += "/"
		}
	}
	switch host := r.header("Host"); {
	case to.unknown():
	case kind == "location":
		a.Location = to.s
	case kind == "prefix" && to.s == "/":
		a.Location = rest
	case kind == "prefix":
		a.Location = to.s + rest
	case kind == "scheme" && host.why == "" && len(host.values) == 1:
		a.Location = to.s + "://" + host.values[0] + rest
	}
	return a, kind, true
}
