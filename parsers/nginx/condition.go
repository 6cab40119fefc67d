package nginx

import (
	"cmp"
	"strings"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers/nginx/conf"
)

// condition evaluates an if; why is not empty when that cannot be done.
func (r *run) condition(d *conf.Directive) (holds bool, why string) {
	words := conditionWords(d)
	switch {
	case len(words) == 0:
		return false, "the condition cannot be read"
	case strings.HasPrefix(words[0], "$") && len(words) == 1:
		if isQuery(words[0]) {
			return r.hasQuery(d.Pos()), ""
		}
		v := r.expand(words[0])
		if v.of != "" && v.before+v.after == "" {
			name := nameOf(v.of, words[0])
			q := hop.IsOneOf(v.of, name, d.Pos(), "", "0")
			q.Yes, q.No = name+" is not set", name+" is set"
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
		exists, why := r.fileTest(op, words[1], path.s)
		if why != "" {
			exists = r.decidesFile(op, path.s, d.Pos())
		}
		return exists != strings.HasPrefix(words[0], "!"), ""
	}
	return false, "the condition cannot be read"
}

func (r *run) compare(variable, op, operand string, pos hop.Pos) (holds bool, why string) {
	v := r.expand(variable)
	switch op {
	case "=", "!=":
		equal, why := r.equal(v, r.expand(operand), variable, pos)
		return equal == (op == "="), why
	case "~", "~*", "!~", "!~*":
		re := r.c.pattern(operand, strings.HasSuffix(op, "*"))
		r.capturedBy = hop.Note{Pos: pos, Text: "an if with a pattern"}
		negated := strings.HasPrefix(op, "!")
		switch {
		case re.fault() != "":
			r.captures, r.capturesWhy = nil, re.fault()
			return false, re.fault()
		case v.of != "":
			return r.asksPattern(v, variable, strings.TrimPrefix(op, "!"), re, pos) != negated, ""
		case v.unknown():
			r.captures, r.capturesWhy = nil, v.why
			return false, v.why
		}
		groups, why := re.match(v.s)
		if groups == nil {
			r.captures, r.capturesWhy = nil, why
		} else {
			r.setCaptures(groups, re)
		}
		return (groups != nil) != negated, why
	}
	return false, "the condition cannot be read"
}

// equal compares two texts; why says why that cannot be done.
func (r *run) equal(v, want text, variable string, pos hop.Pos) (equal bool, why string) {
	if v.literal() && want.of != "" {
		v, want = want, v
	}
	switch {
	case want.literal() && want.s == "" && isQuery(variable):
		return !r.hasQuery(pos), ""
	case v.of != "" && want.literal():
		rest, ok := strings.CutPrefix(want.s, v.before)
		value, fits := strings.CutSuffix(rest, v.after)
		return ok && fits && r.asks(v, hop.IsOneOf(v.of, nameOf(v.of, variable), pos, value)), ""
	case v.of != "" && v == want:
		return true, ""
	case v.literal() && want.literal():
		return v.s == want.s, ""
	}
	return false, cmp.Or(v.why, want.why, "two values are compared that the client chooses")
}

// isQuery reports whether a variable is the query of the request.
func isQuery(variable string) bool {
	return variable == "$args" || variable == "$query_string" || variable == "$is_args"
}

// hasQuery answers whether the request has a query, which is open where the URL that is declared shows none.
func (r *run) hasQuery(pos hop.Pos) bool {
	if r.args != "" || r.ownArgs || r.request.Whole {
		return r.args != ""
	}
	q := hop.Question{Key: queryKey, Yes: "the URL has a query", No: "the URL has no query", Pos: pos}
	sent := r.w.Ask(q)
	r.noQuery = !sent
	return sent
}

// queryKey is the question whether the client's URL has a query.
const queryKey = "query"

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
