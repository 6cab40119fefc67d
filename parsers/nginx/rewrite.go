package nginx

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers/nginx/conf"
)

// script runs the rewrite directives of a level in the order of the text. Those inside a true if belong to the same
// sequence.
func (r *run) script(l *scope, loc *location) {
	r.sequence(l.script, loc, &scriptState{quote: true})
}

// isScript reports whether directives of that name run in the order of the text: those of the rewrite module, and
// third-party setters.
func isScript(name string) bool {
	switch name {
	case "set", "rewrite", "return", "if", "break":
		return true
	}
	return strings.HasPrefix(name, "set_")
}

type scriptState struct {
	quote bool // captures of an escaped URI are escaped again
}

// sequence returns false when the sequence has ended: a return, a break or the last flag of a rewrite.
func (r *run) sequence(items []*conf.Directive, loc *location, st *scriptState) (goOn bool) {
	for _, d := range items {
		if len(d.When) > 0 && (r.passesOver(d) || !r.has(d)) {
			continue
		}
		switch d.Name.Value {
		case "set", "rewrite", "return", "if", "break":
		default:
			if strings.HasPrefix(d.Name.Value, "set_") && len(d.Args) > 0 && strings.HasPrefix(d.Arg(0), "$") {
				// set_by_lua, set_random and other third-party setters.
				v := unknownText(d.Name.Value + " decides the value of " + d.Arg(0))
				v.of = fmt.Sprintf("%s as %s sets it at %s", d.Arg(0), d.Name.Value, d.Pos())
				r.setVariable(variableSet(d), v)
			}
			continue
		}
		if why := r.whyUnknown(d); why != "" && !r.templated(d, why) {
			continue
		}
		if r.done || !r.statement(d, loc, st) {
			return false
		}
	}
	return !r.done
}

// passesOver reports whether a statement that a template may leave out does nothing to the request where it is there,
// so that nobody has to know: a rewrite of other paths, an if that is sure not to hold.
func (r *run) passesOver(d *conf.Directive) bool {
	if len(r.captures) > 0 || r.capturesWhy != "" || r.whyUnknown(d) != "" {
		return false
	}
	switch {
	case d.Is("rewrite") && len(d.Args) > 1:
		groups, why := r.c.pattern(d.Arg(0), false).match(r.path)
		return groups == nil && why == ""
	case d.Is("if"):
		if w := conditionWords(d); len(w) != 3 || !slices.Contains(asSent, w[0]) {
			return false // it may ask, which is dear to find out for each of many
		}
		passes := false
		asks := r.asking(func(probe *run) {
			holds, why := probe.condition(d)
			passes = !holds && why == "" && len(probe.captures) == 0
		})
		return passes && !asks
	}
	return false
}

// asSent are variables that mostly hold what is known of the request.
var asSent = []string{"$host", "$http_host", "$scheme", "$https", "$server_port", "$uri", "$request_uri",
	"$document_uri", "$request_method", "$http_upgrade", "$http_connection"}

// templated deals with a statement that a template touches; it returns false when the statement is to be passed over.
func (r *run) templated(d *conf.Directive, why string) bool {
	switch {
	case d.Is("set") && !perhaps(d):
		return true // only its value is unknown
	case d.Is("return") && !perhaps(d) && len(d.Args) > 1 && !d.Args[0].Template:
		return true
	case d.Is("set"):
		r.setVariable(variableSet(d), unknownText(why))
		return false
	case perhaps(d) && d.Is("if") && len(d.Block) == 0:
		return false
	}
	r.unknown(d.Name.Value, why)
	return true
}

// statement runs one directive and reports whether the sequence goes on.
func (r *run) statement(d *conf.Directive, loc *location, st *scriptState) (goOn bool) {
	switch d.Name.Value {
	case "set":
		r.assign(d, st)
		return true
	case "break":
		if r.uriChanged {
			r.validLocation, r.uriChanged = false, false
		}
		return false
	case "return":
		r.returns(d)
		return false
	case "rewrite":
		return r.rewrites(d, st)
	}
	if r.putOffIf(d, loc, st) {
		return true
	}
	if !r.holds(d) || r.done {
		return !r.done
	}
	r.mark(mark{kind: ifHolds, d: d})
	if block := loc.blocks[d]; block != nil && block.up.kind == locationScope {
		r.enter(loc, block)
	}
	return r.sequence(d.Block, loc, st)
}

// holds decides the condition of an if.
func (r *run) holds(d *conf.Directive) bool {
	holds, why := r.condition(d)
	if why != "" {
		return r.decidesIf(d, why)
	}
	return holds
}

// putOffIf puts an if off that only sets variables, where its condition is open: it is asked for once somebody reads
// one of them.
func (r *run) putOffIf(d *conf.Directive, loc *location, st *scriptState) bool {
	if r.later == maxLater || !r.onlySets(d, loc) ||
		!r.putOff(conditionWords(d)...) && !r.asking(func(r *run) { r.holds(d) }) {
		return false
	}
	r.later++
	before, inside := r.frozen(), r.frozen()
	for _, s := range d.Block {
		at := inside.frozen()
		inside.setVariable(variableSet(s), text{later: &deferred{func(now *run) text {
			return at.under(now).expandQuoted(s.Arg(1), st.quote)
		}}})
	}
	for _, s := range d.Block {
		name := variableSet(s)
		value := inside.set[name]
		r.setVariable(name, text{later: &deferred{func(now *run) text {
			outside := before.under(now)
			if outside.holds(d) {
				return now.settled(value)
			}
			return outside.variable(name)
		}}})
	}
	return true
}

// onlySets reports whether an if does nothing but set variables that nothing else reads than values, wherever it
// holds.
func (r *run) onlySets(d *conf.Directive, loc *location) bool {
	if block := loc.blocks[d]; block != nil && block.up.kind == locationScope &&
		(r.at != loc.scope || r.one(loc.scope, "try_files") != nil) {
		return false // where it holds, it takes the place of the location
	}
	if w := conditionWords(d); len(w) == 3 && strings.Contains(w[1], "~") &&
		r.c.pattern(w[2], strings.HasSuffix(w[1], "*")).groups > 0 {
		return false // what it captures is read elsewhere
	}
	return len(d.Block) > 0 && !slices.ContainsFunc(d.Block, func(s *conf.Directive) bool {
		return !s.Is("set") || len(s.Args) != 2 || r.whyUnknown(s) != "" || variableSet(s) == "args" ||
			variableSet(s) == "limit_rate"
	})
}

// variableSet is the name of the variable that a set gives a value.
func variableSet(d *conf.Directive) string { return strings.ToLower(strings.TrimPrefix(d.Arg(0), "$")) }

func (r *run) assign(d *conf.Directive, st *scriptState) {
	if len(d.Args) != 2 {
		return
	}
	name := variableSet(d)
	if d.Args[1].Template {
		r.setVariable(name, unknownText("a template sets the value of "+d.Arg(0)))
		return
	}
	v := r.expandLater(d.Arg(1), st.quote)
	if name == "args" {
		v = r.settled(v)
		if v.unknown() {
			r.unknown("set $args", v.why)
			return
		}
		r.args, r.unparsedValid, r.ownArgs = v.s, false, r.ownArgs || !keepsArgs(d.Arg(1))
		return
	}
	if name == "limit_rate" {
		r.setRate(d, v)
		return
	}
	r.setVariable(name, v)
}

// setRate is `set $limit_rate`, which takes the place of limit_rate; what is no size changes nothing.
func (r *run) setRate(d *conf.Directive, v text) {
	v = r.settled(v)
	size, ok := conf.ParseSize(v.s)
	switch {
	case v.unknown():
		r.rate = hop.Unknown[int64]("set $limit_rate", d.Pos(), v.why)
	case ok:
		r.rate = hop.Written("set $limit_rate", size, d.Pos())
		r.setVariable("limit_rate", known(strconv.FormatInt(size, 10)))
	}
}

// returns is the return directive: 444 closes, a status from 400 without a text goes through error_page.
func (r *run) returns(d *conf.Directive) {
	if len(d.Args) == 0 {
		return
	}
	name := "return " + d.Arg(0)
	r.cause = hop.FromReturn
	status, err := strconv.Atoi(d.Arg(0))
	if err != nil {
		to := r.word(d.Args[0])
		r.redirect(302, "return", d.Pos(), to.s)
		return
	}
	switch {
	case status == 301 || status == 302 || status == 303 || status == 307 || status == 308:
		to := text{}
		if len(d.Args) > 1 {
			to = r.word(d.Args[1])
		}
		r.redirect(status, name, d.Pos(), to.s)
	case status < 400 || len(d.Args) > 1:
		if status == 444 {
			r.special(444, name, d.Pos())
			return
		}
		r.send(status, name, d.Pos())
	default:
		r.special(status, name, d.Pos())
	}
}

// rewrites is the rewrite directive.
func (r *run) rewrites(d *conf.Directive, st *scriptState) (goOn bool) {
	if len(d.Args) < 2 {
		return true
	}
	re := r.c.pattern(d.Arg(0), false)
	groups, why := re.match(r.path)
	if why != "" {
		r.unknown("rewrite", why)
		return false
	}
	if groups == nil {
		r.captures, r.capturesWhy = nil, ""
		r.capturedBy = hop.Note{Pos: d.Pos(), Text: "a rewrite that does not match"}
		return true
	}
	r.setCaptures(groups, re)
	r.located = nil
	to, flag := d.Arg(1), d.Arg(2)
	keepArgs := !strings.HasSuffix(to, "?")
	to = strings.TrimSuffix(to, "?")
	status := 0
	if strings.HasPrefix(to, "http://") || strings.HasPrefix(to, "https://") || strings.HasPrefix(to, "$scheme") {
		status = 302
	}
	switch flag {
	case "redirect":
		status = 302
	case "permanent":
		status = 301
	}
	if status != 0 {
		location := r.expandQuoted(to, true)
		location.s = unescapeRedirect(location.s)
		if keepArgs && r.args != "" {
			location.s += joint(to) + r.args
		}
		r.cause = hop.FromReturn
		r.redirect(status, "rewrite", d.Pos(), location.s)
		return false
	}
	if !r.replace(to, keepArgs, d.Pos()) {
		return false
	}
	r.mark(mark{kind: rewritten, d: d, path: r.path})
	st.quote = false
	r.internal, r.unparsedValid = true, false
	if flag == "break" {
		r.validLocation, r.uriChanged = false, false
		return false
	}
	r.uriChanged = true
	return flag != "last"
}

func joint(replacement string) string {
	if strings.Contains(replacement, "?") {
		return "&"
	}
	return "?"
}

// replace puts the replacement in the place of path and arguments; a ? written in it, not one that a variable holds,
// begins new arguments.
func (r *run) replace(to string, keepArgs bool, pos hop.Pos) bool {
	path, args, hasArgs := strings.Cut(to, "?")
	newPath := r.expandQuoted(path, false)
	if newPath.unknown() {
		r.unknown("rewrite", newPath.why)
		return false
	}
	if hasArgs {
		a := r.expandQuoted(strings.ReplaceAll(args, "?", ""), true)
		if a.unknown() {
			r.unknown("rewrite", a.why)
			return false
		}
		if keepArgs && r.args != "" {
			a.s += "&" + r.args
		}
		r.args = a.s
	} else if !keepArgs {
		if r.args != "" {
			r.dropsQuery = pos
		}
		r.args = ""
	}
	if !keepArgs {
		r.ownArgs = r.ownArgs || !keepsArgs(args)
	}
	if newPath.s == "" {
		r.special(500, "rewrite to an empty URI", pos)
		return false
	}
	r.path = newPath.s
	return true
}
