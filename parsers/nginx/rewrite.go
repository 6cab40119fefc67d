package nginx

import (
	"strconv"
	"strings"

	"github.com/wslint/wslint/parsers/nginx/conf"

	"github.com/wslint/wslint/hop"
)

// script runs the rewrite directives of a level in the order of the text. Those inside a true if belong to the same sequence.
func (r *run) script(l *scope, loc *location) {
	r.sequence(l.script, loc, &scriptState{quote: true})
}

// isScript reports whether directives of that name run in the order of the text: those of the rewrite module, and third-party setters.
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
		switch d.Name.Value {
		case "set", "rewrite", "return", "if", "break":
		default:
			if strings.HasPrefix(d.Name.Value, "set_") && len(d.Args) > 0 && strings.HasPrefix(d.Arg(0), "$") {
				// set_by_lua, set_random and other third-party setters.
				r.set[strings.ToLower(d.Arg(0)[1:])] = unknownText(d.Name.Value + " decides the value of " + d.Arg(0))
			}
			continue
		}
		if why := doubt(d); why != "" && !r.templated(d, why) {
			continue
		}
		if r.done || !r.statement(d, loc, st) {
			return false
		}
	}
	return !r.done
}

// templated deals with a statement that a template touches; it returns false when the statement is to be passed over.
func (r *run) templated(d *conf.Directive, why string) bool {
	switch {
	case d.Is("set") && !d.Maybe:
		return true // only its value is unknown
	case d.Is("return") && !d.Maybe && len(d.Args) > 1 && !d.Args[0].Template:
		return true
	case d.Is("set"):
		r.set[strings.ToLower(strings.TrimPrefix(d.Arg(0), "$"))] = unknownText(why)
		return false
	case d.Maybe && d.Is("if") && len(d.Block) == 0:
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
	holds, why := r.condition(d)
	if why != "" {
		holds = r.decidesIf(d, why)
	}
	if r.done || !holds {
		return !r.done
	}
	if block := loc.blocks[d]; block != nil && block.up.kind == locationScope {
		r.enter(loc, block)
	}
	return r.sequence(d.Block, loc, st)
}

func (r *run) assign(d *conf.Directive, st *scriptState) {
	if len(d.Args) != 2 {
		return
	}
	name := strings.ToLower(strings.TrimPrefix(d.Arg(0), "$"))
	v := r.expandQuoted(d.Arg(1), st.quote)
	if d.Args[1].Template {
		v = unknownText("a template decides the value of " + d.Arg(0))
	}
	if name == "args" {
		if v.unknown() {
			r.unknown("set $args", v.why)
			return
		}
		r.args, r.unparsedValid = v.s, false
		return
	}
	r.set[name] = v
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
		r.captures, r.capturesLost = nil, ""
		return true
	}
	r.setCaptures(groups, re)
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
		r.redirect(status, "rewrite", d.Pos(), location.s)
		return false
	}
	if !r.replace(to, keepArgs, d.Pos()) {
		return false
	}
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

// replace puts the replacement in the place of path and arguments; a ? written in it, not one that a variable holds, begins new
// arguments.
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
	if newPath.s == "" {
		r.special(500, "rewrite to an empty URI", pos)
		return false
	}
	r.path = newPath.s
	return true
}

// condition evaluates an if; why is not empty when that cannot be done.
func (r *run) condition(d *conf.Directive) (holds bool, why string) {
	words := conditionWords(d)
	switch {
	case len(words) == 0:
		return false, "the condition cannot be read"
	case strings.HasPrefix(words[0], "$") && len(words) == 1:
		v := r.expand(words[0])
		if v.of != "" {
			q := hop.IsOneOf(v.of, words[0], d.Pos(), "", "0")
			q.Yes, q.No = words[0]+" is not set", words[0]+" is set"
			return !r.asks(v, q), ""
		}
		return v.s != "" && v.s != "0", v.why
	case strings.HasPrefix(words[0], "$") && len(words) == 3:
		return r.compare(words[0], words[1], words[2], d.Pos())
	case len(words) == 2:
		path := r.expand(words[1])
		if path.unknown() {
			return false, path.why
		}
		op := strings.TrimPrefix(words[0], "!")
		exists, why := r.fileTest(op, path.s)
		return exists != strings.HasPrefix(words[0], "!"), why
	}
	return false, "the condition cannot be read"
}

func (r *run) compare(variable, op, operand string, pos hop.Pos) (holds bool, why string) {
	v := r.expand(variable)
	switch op {
	case "=", "!=":
		want := r.expand(operand)
		if v.of != "" && !want.unknown() && want.of == "" {
			return r.asks(v, hop.IsOneOf(v.of, variable, pos, want.s)) == (op == "="), ""
		}
		return (v.s == want.s) == (op == "="), v.plus(want).why
	case "~", "~*", "!~", "!~*":
		if v.of != "" {
			re := r.c.pattern(operand, strings.HasSuffix(op, "*"))
			if re.err != "" {
				return false, re.err
			}
			return r.asksPattern(v, variable, strings.TrimPrefix(op, "!"), re, pos) != strings.HasPrefix(op, "!"), ""
		}
		if v.unknown() {
			r.captures, r.capturesLost = nil, v.why
			return false, v.why
		}
		re := r.c.pattern(operand, strings.HasSuffix(op, "*"))
		groups, why := re.match(v.s)
		if groups == nil {
			r.captures, r.capturesLost = nil, why
		} else {
			r.setCaptures(groups, re)
		}
		return (groups != nil) != strings.HasPrefix(op, "!"), why
	}
	return false, "the condition cannot be read"
}

// conditionWords strips the parentheses off an if's arguments.
func conditionWords(d *conf.Directive) []string {
	var words []string
	for _, a := range d.Args {
		words = append(words, a.Value)
	}
	if len(words) == 0 || !strings.HasPrefix(words[0], "(") {
		return nil
	}
	words[0] = words[0][1:]
	last := len(words) - 1
	words[last] = strings.TrimSuffix(words[last], ")")
	if words[last] == "" && last > 0 && d.Args[last].Value == ")" {
		words = words[:last]
	}
	if words[0] == "" {
		words = words[1:]
	}
	return words
}
