package nginx

import (
	"fmt"
	"maps"
	"net/textproto"
	"slices"
	"strconv"
	"strings"

	"github.com/wslint/wslint/internal/lazyregexp"
	"github.com/wslint/wslint/parsers/nginx/conf"

	"github.com/wslint/wslint/hop"
)

var placeholder = lazyregexp.New(`\$\{[^}]*\}|\$[A-Z_][A-Z0-9_]*|\{\{.*?\}\}|\{%.*?%\}|<%.*?%>`)

// templateAddress is an address whose unknown parts are replaced by a name: enough to know its form.
func templateAddress(value string, h *conf.Handler) string {
	value = placeholder.ReplaceAllString(value, "template")
	if !strings.Contains(value, "://") && h.Pass == "proxy_pass" {
		value = "http://" + value
	}
	return value
}

// capturing is a value with $1 to $9.
var capturing = lazyregexp.New(`\$[1-9]`)

// proxyRequest fills in the request that proxy_pass sends. The order is nginx's: request line, the headers set here,
// then those of the client that nothing here replaces.
func (r *run) proxyRequest(d *conf.Directive, t target) {
	next := &r.out.Next
	next.Proto = r.httpVersion()
	if method := get(r, r.at, conf.ProxyMethod); !method.IsDefault() {
		v := r.valueOf(method)
		if v.unknown() {
			r.unknown(method.Name, v.why)
			return
		}
		next.Method = v.s
	}
	if body := get(r, r.at, conf.ProxySetBody); !body.IsDefault() {
		next.HasBody = true
		r.body = r.valueOf(body)
	}
	if r.validLocation && t.uri != "" && (!t.variable || d.Args[0].Template) && len(r.path) < len(r.passLocationName()) {
		// Measured: 500, or the worker dies.
		r.unknown(
			"proxy_pass",
			"the file that try_files found has a shorter path than the location, which nginx does not bear",
		)
		return
	}
	next.Target = r.upstreamTarget(d, t)
	r.headers(next)
}

// valueOf evaluates the value of a directive with variables.
func (r *run) valueOf(s hop.Setting[conf.Word]) text {
	w, known := s.Get()
	if !known {
		return unknownText(s.Why())
	}
	return r.word(w)
}

// httpVersion is proxy_http_version: 1.0 by default before 1.29.7, 1.1 since. Measured: law H1.
func (r *run) httpVersion() hop.Setting[string] {
	s := settable(r, r.at, conf.ProxyHTTPVersion)
	if v := r.c.tree.Version; s.IsDefault() && v.Says != "" && !v.Declared {
		r.out.Basis = "nginx " + v.String()
	}
	return s
}

// upstreamTarget is the request target sent upstream. Measured: law L1, nginx.md 2.3.
func (r *run) upstreamTarget(d *conf.Directive, t target) string {
	literal := !t.variable || d.Args[0].Template
	switch {
	case !literal && t.uri != "":
		return t.uri
	case t.uri == "" && r.unparsedValid:
		return r.request.Target
	}
	path := r.path
	if r.validLocation && t.uri != "" {
		path = path[min(len(r.passLocationName()), len(path)):]
	}
	if r.quoted || r.internal {
		path = escape(path, escapeURI)
	}
	if r.validLocation {
		path = t.uri + path
	}
	if r.args != "" {
		path += "?" + r.args
	}
	return path
}

// passLocationName is the part of the path that a URI in proxy_pass replaces.
func (r *run) passLocationName() string {
	if r.loc.re != nil || r.loc.modifier == "@" || r.loc.scope.kind != locationScope {
		return ""
	}
	return r.loc.name
}

// headerNames are canonical names of headers, few enough to walk through.
type headerNames []string

func (n headerNames) has(name string) bool { return slices.Contains(n, name) }

func (n *headerNames) add(name string) {
	if !n.has(name) {
		*n = append(*n, name)
	}
}

// headers computes the header lines sent upstream.
func (r *run) headers(next *hop.Request) {
	sent, at, hidden := r.list(r.at, conf.ProxySetHeader)
	if hidden != "" && namesKnown(sent, at) {
		hidden = ""
	}
	lines := make(map[string][]hop.Setting[string], len(sent)+len(r.request.Header))
	named := make(headerNames, 0, len(sent)+8)
	if slices.ContainsFunc(sent, func(d *conf.Directive) bool { return capturing.MatchString(d.Arg(1)) }) {
		// nginx goes through the values once for their lengths: a regex of a map in one of them has then replaced $1 for
		// all.
		for _, d := range sent {
			r.headerLine(d)
		}
	}
	for _, d := range sent {
		if len(d.Args) != 2 {
			continue
		}
		name := textproto.CanonicalMIMEHeaderKey(d.Arg(0))
		named.add(name)
		s, present := r.headerLine(d)
		if present {
			name, s = asRead(name, s)
			lines[name] = append(lines[name], s)
		} else {
			if r.out.EmptyHeaders == nil {
				r.out.EmptyHeaders = map[string]hop.Setting[string]{}
			}
			r.out.EmptyHeaders[name] = s
		}
	}
	r.hostLine(lines, named)
	r.defaults(lines, &named, hidden, at)
	pass, ok := need(r, r.at, conf.HandlerOf("proxy_pass").PassRequestHeaders)
	if ok && pass {
		for name, got := range r.request.Header {
			valid, why := r.validHeader(name)
			switch {
			case why != "" && len(got) > 0:
				lines[name] = append(lines[name], hop.Unknown[string](name, got[0].Pos, why))
			case !valid:
			case !named.has(name):
				lines[name] = got
			case len(got) > 0 && !plainName(name, r.underscores()):
				// nginx looks it up among the names that are set with the hash of a part of it. Measured: law Q1.
				lines[name] = append(lines[name], hop.Unknown[string](name, got[0].Pos,
					"an invalid header that proxy_set_header names too may be sent all the same"))
			}
		}
	}
	for name, l := range lines {
		if len(l) == 0 {
			delete(lines, name)
		}
	}
	if ok && !pass {
		next.Rest = ""
		named.add("Authorization")
	}
	// Whatever else the client sends, a header that is named here and has no line does not arrive.
	for _, name := range named {
		if len(lines[name]) == 0 && (next.Rest != "" || name == "Authorization") {
			lines[name] = []hop.Setting[string]{}
		}
	}
	next.Header = lines
	r.discarded(at)
}

// namesKnown reports whether templates touch only the values of a level's headers: then all others are sent as ever.
func namesKnown(sent []*conf.Directive, at *scope) bool {
	sure := false
	for _, d := range sent {
		if len(d.Args) > 0 && d.Args[0].Template {
			return false
		}
		sure = sure || !perhaps(d)
	}
	return sure && at.unknown == ""
}

// validHeader reports whether nginx takes notice of a header of the client's: names of letters, digits and hyphens,
// others only where the server says so; why says why that cannot be known. Measured: law Q1.
func (r *run) validHeader(name string) (valid bool, why string) {
	if plainName(name, false) {
		return true, ""
	}
	under, ignore := get(r, r.server.scope, conf.UnderscoresInHeaders), get(r, r.server.scope, conf.IgnoreInvalidHeaders)
	if _, known := under.Get(); !known {
		return false, under.Why()
	}
	ignored, known := ignore.Get()
	return plainName(name, r.underscores()) || known && !ignored, ignore.Why()
}

// underscores reports whether the server allows them in the names of headers.
func (r *run) underscores() bool {
	return hop.Is(get(r, r.server.scope, conf.UnderscoresInHeaders), true)
}

// plainName reports whether a header's name holds nothing but letters, digits, hyphens and, where they are allowed,
// underscores.
func plainName(name string, underscores bool) bool {
	for i := range len(name) {
		if c := name[i]; c != '-' && !(c == '_' && underscores) && !isAlnum(c) {
			return false
		}
	}
	return true
}

// headerLine evaluates one proxy_set_header; an empty value is not sent.
func (r *run) headerLine(d *conf.Directive) (s hop.Setting[string], present bool) {
	name := "proxy_set_header " + d.Arg(0)
	if open := r.openIn(d); open != "" {
		return hop.Unknown[string](name, d.Pos(), "the template's condition "+open+" decides about "+d.Arg(0)), true
	}
	before := len(r.mapNotes)
	v := r.word(d.Args[1])
	if why := r.whyUnknown(d); why != "" && perhaps(d) {
		v = unknownText(why)
	}
	if v.unknown() && r.upgrades(d, v) {
		v = known(upgradeTokens[textproto.CanonicalMIMEHeaderKey(d.Arg(0))])
	}
	if v.unknown() {
		return hop.Unknown[string](name, d.Pos(), v.why), true
	}
	for i := before; i < len(r.mapNotes); i++ {
		if r.out.Mapped == nil {
			r.out.Mapped = map[string]hop.Note{}
		}
		r.out.Mapped[textproto.CanonicalMIMEHeaderKey(d.Arg(0))] = r.mapNotes[i]
		r.mapNotes[i].Text += fmt.Sprintf(" for %s", name)
	}
	s = hop.Written(name, v.s, d.Pos())
	s.Set, s.Remove = setArgument(d, 1), removeDirective(d)
	return s, v.s != ""
}

// upgradeTokens are what the two headers of a handshake have to say.
var upgradeTokens = map[string]string{"Upgrade": "websocket", "Connection": "upgrade"}

// upgrades answers whether a variable that nothing here defines, as in a file that another one includes, is what the
// handshake needs.
func (r *run) upgrades(d *conf.Directive, v text) bool {
	token := upgradeTokens[textproto.CanonicalMIMEHeaderKey(d.Arg(0))]
	if token == "" || !strings.HasPrefix(v.of, "$") || v.before+v.after != "" {
		return false
	}
	q := hop.IsOneOf(v.of, nameOf(v.of, d.Arg(1)), d.Pos(), token)
	q.First = true
	return r.w.Ask(q)
}

// asRead is a header line as its receiver reads it: the name ends at the first colon, though nginx knows it by all of
// it, and blanks around the value are none of it.
func asRead(name string, s hop.Setting[string]) (string, hop.Setting[string]) {
	short, rest, colon := strings.Cut(name, ":")
	v, known := s.Get()
	read := strings.Trim(v, " \t")
	if colon {
		read = strings.Trim(rest+": "+v, " \t")
	}
	if known && read != v {
		set, remove := s.Set, s.Remove
		s = hop.Written(s.Name, read, s.Pos)
		s.Set, s.Remove = set, remove
	}
	return short, s
}

// hostLine applies what differs between versions about Host: from 1.31.4 of several lines the last is sent, and an
// empty value sends the default. Measured: law H2, Q1.
func (r *run) hostLine(lines map[string][]hop.Setting[string], named headerNames) {
	none := len(lines["Host"]) == 0 && hop.Is(r.out.Next.Proto, "1.1")
	if !named.has("Host") || len(lines["Host"]) < 2 && !none || !r.atLeast(conf.OneHost) {
		return
	}
	if l := lines["Host"]; len(l) > 1 {
		lines["Host"] = l[len(l)-1:]
	}
	if none {
		lines["Host"] = []hop.Setting[string]{hop.Default("Host", r.proxyHost.s, r.at.block().pos())}
	}
}

// defaults adds the headers that nginx sets when nothing else does, and drops the client's own hop-by-hop headers.
func (r *run) defaults(lines map[string][]hop.Setting[string], named *headerNames, hidden string, at *scope) {
	pos := r.at.block().pos()
	for _, name := range []string{"Upgrade", "Connection", "Host"} {
		if named.has(name) {
			continue
		}
		named.add(name)
		if hidden != "" && !(name == "Host" && r.setsNoHost(at, hidden, *named)) {
			lines[name] = []hop.Setting[string]{hop.Unknown[string](name, pos, hidden)}
			continue
		}
		switch {
		case name == "Host":
			lines[name] = append(lines[name], hop.Default("Host", r.proxyHost.s, pos))
		case name == "Connection" && !r.atLeast(conf.HTTP11Upstream):
			lines[name] = append(lines[name], hop.Default("Connection", "close", pos))
		}
	}
	r.bodyLength(lines, *named, pos)
	for _, name := range []string{"Te", "Keep-Alive", "Expect", "Content-Length", "Transfer-Encoding"} {
		named.add(name)
	}
}

// setsNoHost answers whether the unread files of a level that sets the headers of a handshake itself leave Host as it
// is. Where they are to set those headers, too, nothing is known without them.
func (r *run) setsNoHost(at *scope, hidden string, named headerNames) bool {
	sets := named.has("Upgrade") && named.has("Connection") && len(r.sent(at)) > 0
	return sets && hidden == at.unknown && r.spared(at.unread, deed{"sets Host", "set Host"}, true)
}

// bodyLength adds the Content-Length: of what proxy_set_body gives, else the client's.
func (r *run) bodyLength(lines map[string][]hop.Setting[string], named headerNames, pos hop.Pos) {
	const name = "Content-Length"
	if named.has(name) {
		return
	}
	set, body := get(r, r.at, conf.ProxySetBody), get(r, r.at, conf.ProxyPassRequestBody)
	pass, known := body.Get()
	switch {
	case !set.IsDefault() && !r.body.unknown():
		lines[name] = []hop.Setting[string]{hop.Default(name, strconv.Itoa(len(r.body.s)), pos)}
	case !set.IsDefault():
		lines[name] = []hop.Setting[string]{hop.Unknown[string](name, set.Pos, r.body.why)}
	case len(r.request.Header[name]) == 0:
	case !known:
		lines[name] = []hop.Setting[string]{hop.Unknown[string](name, body.Pos, body.Why())}
	case pass:
		lines[name] = r.request.Header[name]
	}
}

// besides evaluates a header line that is not sent: no variable gets its value by that, and nothing is asked for it.
func (r *run) besides(d *conf.Directive) hop.Setting[string] {
	other := *r
	other.out = new(hop.Hop)
	other.w, other.set, other.maps, other.memo = r.w.Further(), maps.Clone(
		r.set,
	), maps.Clone(
		r.maps,
	), map[*deferred]text{}
	s, _ := other.headerLine(d)
	if other.w.Asked() {
		return hop.Unknown[string](s.Name, d.Pos(), "the value of "+s.Name+" hangs on the client")
	}
	return s
}

// discarded notes the headers that levels further out set and the level in force replaces as a whole. Measured: law
// I1.
func (r *run) discarded(at *scope) {
	if at == nil {
		return
	}
	own := r.sent(at)
	if len(own) == 0 {
		return
	}
	seen := map[string]bool{}
	for l := at.up; l != nil; l = l.up {
		outer := r.sent(l)
		for _, d := range outer {
			name := textproto.CanonicalMIMEHeaderKey(d.Arg(0))
			if seen[name] || len(d.Args) != 2 {
				continue
			}
			set := false
			for _, o := range own {
				set = set || textproto.CanonicalMIMEHeaderKey(o.Arg(0)) == name
			}
			if set {
				continue
			}
			seen[name] = true
			s := r.besides(d)
			r.out.NotInherited = append(r.out.NotInherited, hop.NotInherited{Header: name, Outer: s, By: own[0].Pos()})
		}
		if len(outer) > 0 {
			return // levels further out have no effect on this one either way
		}
	}
}

// usedMap notes which entry of a map a value came from.
func (r *run) usedMap(d *definition, entry *conf.Directive) {
	value := entry.Arg(0)
	r.mapNotes = append(r.mapNotes, hop.Note{Pos: entry.Pos(),
		Text: fmt.Sprintf("map of %s gives %q", d.d.Arg(1), value)})
}
