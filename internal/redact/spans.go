package redact

import (
	"bytes"
	"cmp"
	"slices"
	"strings"

	"github.com/wslint/wslint/internal/lazyregexp"
)

// A shape is a secret that shows by itself what it is.
type shape struct {
	// triggers are texts in small letters of which one is a part of it, or stands beside it: they are looked for first.
	triggers []string
	// re finds it on the line; its group is what is hidden.
	re *lazyregexp.Regexp
}

var anywhere = []shape{
	// The password of an address.
	{[]string{"@"}, lazyregexp.New(`[A-Za-z][A-Za-z0-9+.-]*://[^/\s:@"'$]*:([^/\s"'$][^@\s"']*)@`)},
	{[]string{"@"}, lazyregexp.New(`(?:^|[\s"'=(,;])[\w.%+-]+:([^\s:@/"'$;,(){}]+)@[A-Za-z][\w-]*(?:\.[\w-]+|:\d)`)},
	// Credentials of HTTP.
	{
		[]string{"basic"},
		lazyregexp.New(`\b(?i:basic)\s+([A-Za-z0-9+/]{8,}={1,2}|[A-Za-z0-9+/]*[0-9][A-Za-z0-9+/]{7,})`),
	},
	{[]string{"bearer"}, lazyregexp.New(`\b(?i:bearer)\s+([A-Za-z0-9._~+/-]*[0-9._][A-Za-z0-9._~+/-]{5,}=*)`)},
	{[]string{"signature="}, lazyregexp.New(`\bSignature=([0-9a-fA-F]{32,})`)},
	// HAProxy's own.
	{[]string{"stats"}, lazyregexp.New(`\bstats\s+auth\s+(?:[^\s:"']*:)((?:\\.|[^\s\\"'])+)`)},
	{
		[]string{"password"},
		lazyregexp.New(`\b(?:user|login|account)\s+\S+\s+(?:insecure-)?password\s+["']?((?:\\.|[^\s\\"'])+)`),
	},
	{[]string{`\r\n`}, lazyregexp.New(`\b(?i:auth)(?:\\ |[ \t])+((?:[^\s\\"']|\\[^rn\s])+)\\r\\n`)},
	// Hashes of passwords.
	{
		[]string{"$apr1$", "$1$", "$2$", "$2a$", "$2b$", "$2x$", "$2y$", "$5$", "$6$", "$7$", "$y$", "$argon2", "$scrypt$"},
		lazyregexp.New(`(\$(?:apr1|1|2[abxy]?|5|6|7|y|argon2\w*|scrypt)\$[./A-Za-z0-9$=,+-]{8,})`),
	},
	{
		[]string{"{plain}", "{sha", "{ssha", "{md5}", "{smd5}", "{crypt}"},
		lazyregexp.New(`\{(?i:plain|sha|ssha|md5|smd5|crypt|sha256|ssha256|sha512|ssha512)\}(\S+)`),
	},
	// Those of well known services.
	{[]string{"akia", "asia", "aroa", "aida"}, lazyregexp.New(`\b((?:AKIA|ASIA|AROA|AIDA)[A-Z0-9]{12,})\b`)},
	{
		[]string{
			"ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "glpat-", "glptt-", "xox", "sk_live_", "rk_live_", "sk_test_",
			"npm_", "pypi-", "dop_v1_", "hvs.",
		},
		lazyregexp.New(
			`\b((?:gh[pousr]_|github_pat_|glpat-|glptt-|xox[abeprs]-|sk_live_|rk_live_|sk_test_|npm_|pypi-|` +
				`dop_v1_|hvs\.)[\w-]{10,})`,
		),
	},
	{
		[]string{"aiza", "sg.", "eyj"},
		lazyregexp.New(`\b(AIza[\w-]{30,}|SG\.[\w-]{10,}\.[\w-]{10,}|eyJ[\w-]{5,}\.[\w-]{5,}\.[\w-]*)`),
	},
	{[]string{"hooks.slack.com"}, lazyregexp.New(`hooks\.slack\.com/services/([\w/-]+)`)},
	// nginx's links, whose secret stands among variables.
	{[]string{"secure_link_"}, lazyregexp.New(`\bsecure_link_(?:md5|hmac_message)\s+["']?([^"';]+)`)},
}

// around is how far from a trigger a shape is looked for, on its line.
const around = 2000

var (
	assigned = lazyregexp.New(`^\\?["']?[ \t]*(=>|:=|!?[=~]=?\*?|:)[ \t]*`)
	asksFor  = lazyregexp.New(`[\w.-]\((?:\w+\.)*$`)
	realm    = lazyregexp.New(`^auth_basic\s+["']([^"'\n]*)`)
	prompts  = lazyregexp.New(`(?i)\bpass\w*\W+(\S+)|\w+\s*[:/]\s*(\S+)`)
)

// setsHeader are how the words end that stand before the name of a header or parameter that is set, and setsVariable
// are those before that of a variable.
var (
	setsHeader = []string{
		"set_header", "add_header", "add_trailer", "_param", "set-header", "add-header", "replace-header", "replace-value",
		"setHeader", "hdr_add",
	}
	setsVariable = []string{"set", "env", "setenv", "presetenv", "export", "perl_set", "auth_jwt"}
)

// setBy is the word before a name, which a quote may begin; "" where none stands apart from it.
func setBy(before []byte) string {
	if n := len(before); n > 0 && (before[n-1] == '"' || before[n-1] == '\'') {
		before = before[:n-1]
	}
	const blanks = " \t\n\f\r"
	word := bytes.TrimRight(before, blanks)
	if len(word) == len(before) {
		return ""
	}
	return string(word[bytes.LastIndexAny(word, blanks+";{")+1:])
}

// spans finds the secrets in a text, in their order; none touches another. known are the names that were met.
func spans(text []byte, known map[string]nameKind) []span {
	f := finder{text: text, known: known}
	there := f.names()
	if there == nil { // as in most texts
		return merged(f.found)
	}
	i := shapeTriggers
	for _, x := range anywhere {
		for _, trigger := range x.triggers {
			f.shape(there[i], trigger, x.re)
			i++
		}
	}
	f.keys(there[keyTrigger])
	f.maps(there[mapTrigger])
	f.variables(there[variableTrigger])
	f.realms(there[realmTrigger])
	return merged(f.found)
}

// each calls see for the places of a trigger, whatever its letters: in is from the first to the last.
func each(text []byte, in span, trigger string, see func(at int) (end int)) {
	for at := in.from; at < in.to; {
		i := index(text[at:in.to], trigger)
		if i < 0 {
			return
		}
		at = max(see(at+i), at+i+len(trigger))
	}
}

// shape hides what has one shape, in the lines where a trigger stands.
func (f *finder) shape(in span, trigger string, re *lazyregexp.Regexp) {
	each(f.text, in, trigger, func(at int) int {
		from, to := max(at-around, 0), min(at+around, len(f.text))
		from += bytes.LastIndexByte(f.text[from:at], '\n') + 1
		if n := bytes.IndexByte(f.text[at:to], '\n'); n >= 0 {
			to = at + n
		}
		for _, m := range re.FindAllSubmatchIndex(f.text[from:to], -1) {
			if !bytes.HasSuffix(f.text[from:from+m[2]], []byte("mailto:")) {
				f.value(span{from + m[2], from + m[3]}, true)
			}
		}
		return to
	})
}

// keys hides private keys.
func (f *finder) keys(in span) {
	each(f.text, in, inKey, func(at int) int {
		from := at + len(inKey)
		if string(f.text[at:from]) != "PRIVATE KEY-----" {
			return from
		}
		end := bytes.Index(f.text[from:], []byte("-----END"))
		if end < 0 {
			end = len(f.text) - from
		}
		if bytes.Contains(f.text[max(at-30, 0):at], []byte("-----BEGIN")) {
			f.value(span{from, from + end}, true)
		}
		return from + end
	})
}

// realms hides the credentials that a prompt of nginx gives away.
func (f *finder) realms(in span) {
	each(f.text, in, inRealm, func(at int) int {
		m := realm.FindSubmatchIndex(f.text[at:min(at+around, len(f.text))])
		if m == nil {
			return at
		}
		for _, n := range prompts.FindAllSubmatchIndex(f.text[at+m[2]:at+m[3]], -1) {
			g := 2
			if n[g] < 0 {
				g = 4
			}
			f.value(span{at + m[2] + n[g], at + m[2] + n[g+1]}, true)
		}
		return at
	})
}

// names looks at the words that may be names of secrets, and returns from where to where each trigger stands in the
// text; nil where none does.
func (f *finder) names() (there []span) {
	text, p := f.text, triggers()
	stands := func(s piece, at int) {
		if there == nil {
			there = make([]span, p.triggers)
		}
		if there[s.i].to == 0 {
			there[s.i].from = at
		}
		there[s.i].to = at + len(s.text)
	}
	for _, s := range p.short {
		if first := index(text, s.text); first >= 0 {
			stands(s, first)
			there[s.i].to = len(text)
		}
	}
	behind := 0 // the last name
	for at := p.next(text, 0); at < len(text); at = p.next(text, at+1) {
		hinted := false
		for _, s := range p.by[small(text[at])] {
			switch {
			case s.i >= p.triggers && (hinted || at < behind) || !hasPrefix(text[at:], s.text):
			case s.i < p.triggers:
				stands(s, at)
			default:
				hinted = true
			}
		}
		if hinted {
			behind = f.name(at)
		}
	}
	return there
}

// name looks at the name that a place is in, and returns where it ends.
func (f *finder) name(at int) (end int) {
	from, to := at, at
	for from > 0 && inName[f.text[from-1]] {
		from--
	}
	for to < len(f.text) && inName[f.text[to]] {
		to++
	}
	end = to
	if to-from > maxName {
		return end
	}
	for to > from && strings.IndexByte(".-", f.text[to-1]) >= 0 {
		to--
	}
	if f.looked++; f.looked > maxLooked {
		f.found = append(f.found, span{from, len(f.text)})
		return len(f.text)
	}
	f.named(from, to)
	return end
}

const (
	// maxName is how long a name may be.
	maxName = 200
	// maxLooked is how many names of a text are looked at: what follows is hidden as a whole.
	maxLooked = 50_000
	// maxSecret is the length of the longest secret that is looked for elsewhere.
	maxSecret = 16 << 10
)

// inName are the characters of names.
var inName = func() (set [256]bool) {
	for _, c := range []byte("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-$") {
		set[c] = true
	}
	return set
}()

// merged sorts spans and puts those together that touch.
func merged(list []span) (out []span) {
	slices.SortFunc(list, func(a, b span) int { return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(a.to, b.to)) })
	for _, s := range list {
		if n := len(out); n > 0 && s.from <= out[n-1].to {
			out[n-1].to = max(out[n-1].to, s.to)
			continue
		}
		out = append(out, s)
	}
	return out
}

// A finder gathers the secrets of a text.
type finder struct {
	called map[string]bool // what the text calls something; nil until somebody asks
	text   []byte
	found  []span
	// looked counts the names that may be of secrets.
	looked int
	known  map[string]nameKind // names that were met
}

// A nameKind says what a name is one of: of a secret, or as that of a header.
type nameKind struct{ secret, header bool }

func (f *finder) value(v span, quoted bool) {
	f.found = append(f.found, literals(f.text, v, quoted)...)
}

// word takes the next word for a secret and returns where it ends.
func (f *finder) word(at int, stops string) (end int) {
	w, ok := wordAt(f.text, at, stops)
	if !ok {
		return at
	}
	f.value(w.span, w.quoted)
	return w.end
}

// statement is what stands before an offset in its line and statement.
func (f *finder) statement(at int) []byte {
	start := max(at-200, 0)
	before := f.text[start:at]
	return before[bytes.LastIndexAny(before, "\n;{}")+1:]
}

// lineStart is what stands before an offset in its line, as far as 200 bytes.
func (f *finder) lineStart(at int) []byte {
	before := f.text[max(at-200, 0):at]
	return before[bytes.LastIndexByte(before, '\n')+1:]
}

// named looks at a name for the value that belongs to it.
func (f *finder) named(from, to int) {
	kind, known := f.known[string(f.text[from:to])]
	if !known {
		name := string(f.text[from:to])
		kind = nameKind{isSecret(name), isSecretHeader(name)}
		f.known[name] = kind
	}
	if !kind.header {
		return
	}
	name := string(f.text[from:to])
	if f.pair(from, to) {
		return
	}
	before, secret, header := f.statement(from), kind.secret, false
	asked, variable := strings.CutPrefix(name, "$")
	if variable {
		for _, prefix := range []string{"http_", "arg_", "cookie_", "sent_http_"} {
			if rest, ok := strings.CutPrefix(asked, prefix); ok && name != "$http_cookie" {
				header = isSecretHeader(rest)
			}
		}
	}
	by := setBy(before)
	switch {
	case slices.ContainsFunc(setsHeader, func(end string) bool { return strings.HasSuffix(by, end) }):
		if isSecretHeader(name) {
			f.word(f.quoteEnd(to), " \t;{}")
		}
		return
	case slices.Contains(setsVariable, by) && !assigned.Match(f.text[to:]):
		if secret {
			f.word(to, " \t;{}")
		}
		return
	case len(before) > 0 && strings.IndexByte("(.", before[len(before)-1]) >= 0 && asksFor.Match(before):
		if isSecretHeader(name) {
			f.asked(to)
		}
		return
	}
	if m := assigned.FindSubmatchIndex(f.text[to:]); m != nil {
		sep := string(f.text[to+m[2] : to+m[3]])
		// A header in a text: "X-Auth-Token: …", "Cookie: …".
		header = header || sep == ":" && name[0] >= 'A' && name[0] <= 'Z' && isSecretHeader(name) &&
			(strings.Contains(name, "-") || name == "Cookie")
		if secret || header {
			f.assigned(from, to+m[1], sep, m[3] < m[1] || header)
		}
		return
	}
	if secret && len(bytes.TrimSpace(before)) == 0 {
		f.word(to, ";{}")
	}
}

// quoteEnd passes over the quote that ends a name.
func (f *finder) quoteEnd(at int) int {
	if at < len(f.text) && (f.text[at] == '"' || f.text[at] == '\'') {
		return at + 1
	}
	return at
}

// matching are words that say how HAProxy compares.
var matching = lazyregexp.New(
	`^(?:-\w+|str|beg|end|sub|reg|dir|dom|len|found|bool|int|ip|bin|[|&]{2}|or|and|if|unless|!?\{|\}|)$`,
)

// saysNothing is how a sentence about an expression goes on that quotes nothing of what it is compared with, and quotes
// how one does that quotes texts; each with what follows.
var (
	saysNothing = lazyregexp.New(
		`^ (?:is(?: not)? (?:there|empty)|holds|does not hold|` +
			`is(?: not)? as long as (?:(?:above|at least|below|at most) )?\d+)(?:$|[,:;)"\n]| \(| and )`,
	)
	quotes = lazyregexp.New(
		`^ (?:is|is not|begins with|does not begin with|ends in|does not end in|contains|does not contain|` +
			`has the part|does not have the part) ("[^"\n]*"(?: or "[^"\n]*")*)(?:$|[,:;)\n]| \(| and )`,
	)
	oneQuoted = lazyregexp.New(`"[^"\n]*"`)
)

// sentence hides what a sentence about an expression, as traces and findings have them, says of what it is compared
// with; ok is false where it is none.
func (f *finder) sentence(at int) (ok bool) {
	rest := f.text[at:]
	if saysNothing.Match(rest) {
		return true
	}
	m := quotes.FindSubmatchIndex(rest)
	if m == nil {
		return false
	}
	for _, q := range oneQuoted.FindAllIndex(rest[m[2]:m[3]], -1) {
		f.value(span{at + m[2] + q[0] + 1, at + m[2] + q[1] - 1}, true)
	}
	return true
}

// asked hides what an expression is compared with or set to: hdr(authorization) -m str …, set-var(txn.token) str(…).
func (f *finder) asked(at int) {
	for at < len(f.text) && f.text[at] != ' ' && f.text[at] != '\n' {
		at++
	}
	if f.sentence(at) {
		return
	}
	for {
		w, ok := wordAt(f.text, at, " \t")
		if !ok || string(f.text[w.from:w.to]) == "}" {
			return
		}
		at = w.end
		text := string(f.text[w.from:w.to])
		if inner, is := strings.CutPrefix(text, "str("); is {
			f.value(span{w.from + 4, w.from + 4 + len(strings.TrimSuffix(inner, ")"))}, true)
			return
		}
		if !w.quoted && (matching.MatchString(text) || strings.Contains(text, "(")) {
			continue
		}
		f.value(w.span, w.quoted)
	}
}
