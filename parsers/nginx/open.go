package nginx

import (
	"net/netip"
	"path"
	"slices"
	"strings"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers/nginx/conf"
)

// choice is a value that the client chooses: what earlier answers leave of it, else guess, which is unknown or was
// made up. about names it for questions; guess holds where that is "".
func (r *run) choice(about string, guess text) text {
	if about == "" {
		return guess
	}
	if v, only := r.w.Value(about); only {
		return known(v)
	}
	if guess.why == "" && !r.w.Allows(about, guess.s) {
		guess = unknownText("what " + about + " is depends on the client")
	}
	guess.of = about
	return guess
}

// asks answers a question about a value that the client chooses. What was made up for it is tried first, or that it
// is not sent.
func (r *run) asks(v text, q hop.Question) bool {
	// What is not known is most likely not sent.
	guess := v.chosen()
	q.First = q.Test != nil && q.Test(guess) || q.Test == nil && slices.Contains(q.In, guess)
	q.Added = r.request.Added(q.About)
	q.Beyond = q.About == "client certificate" && slices.Contains(q.In, verified)
	return r.w.Ask(q)
}

// verified is the value of $ssl_client_verify for a certificate that is accepted.
const verified = "SUCCESS"

// hasCertificate answers whether the client has a certificate that is accepted.
func (r *run) hasCertificate(pos hop.Pos) bool {
	q := hop.IsOneOf(r.request.ClientCertificate(), "$ssl_client_verify", pos, verified)
	q.Yes, q.No = "the client has an accepted certificate", "the client has no accepted certificate"
	return !r.request.Whole && r.asks(unknownText("whether the client has a certificate is not known"), q)
}

// decides answers a question about no value: key says what is asked, why that nothing here says it.
func (r *run) decides(key, yes, no, why string, pos hop.Pos) bool {
	return r.w.Ask(hop.Question{Key: key, Yes: yes, No: no, Why: why, Pos: pos})
}

// decidesIf answers the condition of an if that hangs on something else than a value of the client's.
func (r *run) decidesIf(d *conf.Directive, why string) bool {
	said := "if (" + strings.Join(conditionWords(d), " ") + ")"
	return r.decides(said+" at "+d.Pos().String(), said+" holds", said+" does not hold", why, d.Pos())
}

// What a path of the file system names, for questions about it; "" for nothing.
const (
	plainFile = "a file"
	directory = "a directory"
)

// decidesFile answers a file test: "-f", "-d", "-e" or "-x". Tests of one path know of each other.
func (r *run) decidesFile(op, file string, pos hop.Pos) bool {
	is := []string{plainFile, directory}
	if dir := strings.TrimRight(file, "/"); dir != file && dir != "" {
		if op == "-f" {
			return false // a slash at the end of a path asks for a directory
		}
		op, file = "-d", dir
	}
	if r.absent[file] || r.inNothing(file) {
		return false
	}
	if r.w.Has("file " + file + "/") {
		return op != "-f" // something in it was taken to be there
	}
	switch op {
	case "-f":
		is = is[:1]
	case "-d":
		is = is[1:]
	}
	q := hop.IsOneOf("file "+file, file, pos, is...)
	q.Yes, q.No = file+" exists", file+" does not exist"
	if op == "-d" {
		q.Yes, q.No = file+" is a directory", file+" is no directory"
	}
	return r.w.Ask(q)
}

// inNothing reports whether one of the folders that a path leads through was taken not to be one.
func (r *run) inNothing(file string) bool {
	for dir := path.Dir(file); len(dir) > 1; dir = path.Dir(dir) {
		if !r.w.Allows("file "+dir, directory) {
			return true
		}
	}
	return false
}

// decidesAddress answers whether the client's address is one that consecutive rules of one kind name.
func (r *run) decidesAddress(rules []string, pos hop.Pos) bool {
	var networks []netip.Prefix
	for _, rule := range rules {
		if n, ok := network(rule); ok {
			networks = append(networks, n)
		}
	}
	return r.w.Ask(hop.IsIn(r.addressOf(), "the client's address", pos, networks...))
}

// maxResults is how many results of a table are asked for one by one.
const maxResults = 8

// askTable is the entry that a map has for what something else chooses: each result is asked for, the default last.
// many says that there are too many of them.
func (r *run) askTable(d *definition, source text) (entry *conf.Directive, groups []string, re *pattern, many bool) {
	results := d.table.results()
	if len(results) > maxResults {
		return nil, nil, nil, true
	}
	for _, entries := range results {
		if !r.asks(source, tableQuestion(d, source, entries)) {
			continue
		}
		if !source.unknown() {
			if entry, groups, re, _ := d.table.find(source.s); slices.Contains(entries, entry) {
				return entry, groups, re, false
			}
		}
		for _, m := range d.table.regex {
			if slices.Contains(entries, m.d) && m.re.groups > 0 {
				r.captures, r.capturesWhy = nil, "what $1 is hangs on "+d.d.Arg(0)
			}
		}
		return entries[0], nil, nil, false
	}
	return d.table.byDefault, nil, nil, false
}

// tableQuestion asks whether one of the entries of a map is the one for a value.
func tableQuestion(d *definition, source text, entries []*conf.Directive) hop.Question {
	name := nameOf(source.of, d.d.Arg(0))
	var names, exact []string
	for _, e := range entries {
		names = append(names, e.Name.Value)
		key, isExact := strings.CutPrefix(e.Name.Value, source.before)
		key, fits := strings.CutSuffix(key, source.after)
		if isExact && fits && d.table.exact[e.Name.Value] == e && strings.ToUpper(key) == strings.ToLower(key) {
			exact = append(exact, key)
		}
	}
	if len(exact) == len(entries) {
		return hop.IsOneOf(source.of, name, entries[0].Pos(), exact...)
	}
	test := func(value string) bool {
		e, _, _, _ := d.table.find(source.before + value + source.after)
		return e != nil && slices.Contains(entries, e)
	}
	q := hop.Matches(source.of, name, strings.Join(names, " or "), entries[0].Pos(), test)
	q.Key += " in the map at " + d.d.Pos().String()
	return q
}

// asksPattern answers whether a value that something else chooses matches, with what stands around it. What it
// captures is known only of what was made up for it.
func (r *run) asksPattern(v text, variable, op string, re *pattern, pos hop.Pos) bool {
	test := func(value string) bool {
		groups, why := re.match(v.before + value + v.after)
		return why == "" && groups != nil
	}
	said := op + " " + re.source
	if v.before+v.after != "" {
		said += ` in "` + v.before + "…" + v.after + `"`
	}
	matches := r.asks(v, hop.Matches(v.of, nameOf(v.of, variable), said, pos, test))
	switch groups, why := re.match(v.s); {
	case !matches:
		r.captures, r.capturesWhy = nil, ""
	case v.unknown() || why != "" || groups == nil:
		r.captures, r.capturesWhy = nil, "what "+variable+" holds depends on the client"
	default:
		r.setCaptures(groups, re)
	}
	return matches
}
