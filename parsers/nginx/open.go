package nginx

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers/nginx/conf"
)

// choice is a value that the client chooses: what earlier answers leave of it, else guess, which is unknown or was made up. about names
// it for questions; guess holds where that is "".
func (r *run) choice(about string, guess text) text {
	if about == "" {
		return guess
	}
	if v, known := r.w.Value(about); known {
		return text{s: v}
	}
	if guess.why == "" && !r.w.Allows(about, guess.s) {
		guess = unknownText("what " + about + " is depends on the client")
	}
	guess.of = about
	return guess
}

// asks answers a question about a value that the client chooses. What was made up for it is tried first, or that it is not sent.
func (r *run) asks(v text, q hop.Question) bool {
	// What is not known is most likely not sent.
	q.First = q.Test != nil && q.Test(v.s) || q.Test == nil && slices.Contains(q.In, v.s)
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

// decidesFile answers whether a file exists.
func (r *run) decidesFile(file string, pos hop.Pos) bool {
	return r.decides("file "+file, file+" exists", file+" does not exist", "", pos)
}

// decidesAddress answers whether the client's address is one that consecutive rules of one kind name.
func (r *run) decidesAddress(rules []string, pos hop.Pos) bool {
	var networks []netip.Prefix
	for _, rule := range rules {
		if n, ok := network(rule); ok {
			networks = append(networks, n)
		}
	}
	return r.w.Ask(hop.IsIn(r.request.ClientAddress(), "the client's address", pos, networks...))
}

// askTable is the value that a map gives for what the client chooses: each result of its entries is asked for, the default last.
func (r *run) askTable(d *definition, source text) (entry *conf.Directive, groups []string, re *pattern, why string) {
	entryOf := func(value string) string {
		e, _, _, _ := d.table.find(value)
		if e == nil {
			return ""
		}
		return e.Pos().String()
	}
	for _, e := range d.table.entries {
		if e == d.table.byDefault {
			continue
		}
		// Entries with one value are one answer.
		first := slices.IndexFunc(d.table.entries, func(o *conf.Directive) bool { return o != d.table.byDefault && o.Arg(0) == e.Arg(0) })
		if d.table.entries[first] != e {
			continue
		}
		keys := map[string]bool{}
		var names []string
		for _, o := range d.table.entries {
			if o != d.table.byDefault && o.Arg(0) == e.Arg(0) {
				keys[o.Pos().String()] = true
				names = append(names, o.Name.Value)
			}
		}
		what := d.d.Arg(0) + " matches " + strings.Join(names, " or ")
		q := hop.Question{
			About: source.of, Key: source.of + " gives " + d.d.Arg(1) + " " + e.Arg(0) + " at " + d.d.Pos().String(), Pos: e.Pos(),
			Test: func(value string) bool { return keys[entryOf(value)] },
			Yes:  what, No: d.d.Arg(0) + " does not match " + strings.Join(names, " or "),
		}
		if r.asks(source, q) {
			if !source.unknown() && q.Test(source.s) {
				return d.table.find(source.s)
			}
			if len(names) == 1 {
				if _, isExact := d.table.exact[strings.ToLower(names[0])]; !isExact {
					r.captures, r.capturesLost = nil, "what $1 is depends on "+d.d.Arg(0)
				}
			}
			return e, nil, nil, ""
		}
	}
	return d.table.byDefault, nil, nil, d.table.hidden
}

// asksPattern answers whether a value that the client chooses matches. What it captures is known only of what was made up for it.
func (r *run) asksPattern(v text, variable, op string, re *pattern, pos hop.Pos) bool {
	test := func(value string) bool {
		groups, why := re.match(value)
		return why == "" && groups != nil
	}
	matches := r.asks(v, hop.Matches(v.of, variable, op+" "+re.source, pos, test))
	switch groups, why := re.match(v.s); {
	case !matches:
		r.captures, r.capturesLost = nil, ""
	case v.unknown() || why != "" || groups == nil:
		r.captures, r.capturesLost = nil, "what "+variable+" holds depends on the client"
	default:
		r.setCaptures(groups, re)
	}
	return matches
}
