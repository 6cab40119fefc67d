package nginx

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/wslint/wslint/parsers/nginx/conf"

	"github.com/wslint/wslint/hop"
)

// expand evaluates a value with variables.
func (r *run) expand(value string) text { return r.expandQuoted(value, false) }

// expandQuoted evaluates a value; with quote, captures of an escaped URI are escaped again, as rewrite does for
// redirects and set.
func (r *run) expandQuoted(value string, quote bool) text {
	if !conf.HasVariable(value) {
		return known(value)
	}
	t := known("")
	for _, p := range conf.Parts(value) {
		if p.Variable == "" {
			t = t.plus(known(p.Lit))
			continue
		}
		if p.Variable[0] >= '1' && p.Variable[0] <= '9' && len(p.Variable) == 1 {
			t = t.plus(r.capture(int(p.Variable[0]-'0'), quote))
			continue
		}
		t = t.plus(r.variable(p.Variable))
	}
	return t
}

// word evaluates an argument; one that a template hides is unknown.
func (r *run) word(w conf.Word) text {
	if w.Template {
		return unknownText("a template sets \"" + w.Value + "\"")
	}
	return r.expand(w.Value)
}

func (r *run) capture(n int, quote bool) text {
	if r.capturesWhy != "" {
		return unknownText(r.capturesWhy)
	}
	if n >= len(r.captures) {
		return known("")
	}
	if quote && (r.quoted || r.plusInURI) {
		return known(escape(r.captures[n], escapeArgs))
	}
	return known(r.captures[n])
}

// setCaptures records what a regex matched: $1 to $9 and its named groups.
func (r *run) setCaptures(groups []string, re *pattern) {
	r.captures, r.capturesWhy = groups, ""
	for name, n := range re.names {
		if n < len(groups) {
			r.setVariable(strings.ToLower(name), known(groups[n]))
		}
	}
}

// variable is the value of $name; name is lower-case.
func (r *run) variable(name string) text {
	if v, ok := r.set[name]; ok {
		return r.settled(v)
	}
	variables, builtin := r.c.variables, r.builtin
	if r.stream != nil {
		variables, builtin = r.c.stream, r.streamVariable
	}
	if d := variables[name]; d != nil {
		return r.defined(name, d)
	}
	if v, ok := builtin(name); ok {
		return v
	}
	if r.stream != nil {
		return r.choice("$"+name, unknownText("nothing here says what $"+name+" is"))
	}
	for _, family := range []string{"upstream_http_", "upstream_cookie_", "upstream_trailer_", "sent_http_",
		"sent_trailer_", "trailer_"} {
		if strings.HasPrefix(name, family) {
			return known("") // nothing has been answered when the request goes out
		}
	}
	switch {
	case strings.HasPrefix(name, "http_"):
		return r.header(name[len("http_"):])
	case strings.HasPrefix(name, "cookie_"):
		return r.cookie(name[len("cookie_"):])
	case strings.HasPrefix(name, "arg_"):
		return r.argument(name[len("arg_"):])
	}
	if r.c.setSomewhere[name] {
		return known("") // set elsewhere only: empty here
	}
	return r.choice("$"+name, unknownText("nothing here says what $"+name+" is"))
}

// maxMaps is how many variables nginx evaluates for one: then it says "cycle while evaluating variable".
const maxMaps = 254

// defined evaluates a map; other definitions are unknown. A map is evaluated once a request unless it is volatile,
// and a regex in it replaces $1 to $9 at that moment.
func (r *run) defined(name string, d *definition) text {
	if d.why != "" {
		return r.choice("$"+name, unknownText(d.why))
	}
	if v := r.maps[name]; v != nil {
		return *v
	}
	if slices.Contains(r.inMap, name) {
		return unknownText("the map of $" + name + " refers to itself")
	}
	if len(r.inMap) == maxMaps {
		return unknownText(fmt.Sprintf("more than %d maps hang on each other", maxMaps))
	}
	r.inMap = append(r.inMap, name)
	defer func() { r.inMap = r.inMap[:len(r.inMap)-1] }()
	v := r.evaluate(d)
	if d.table == nil || !d.table.volatile {
		r.maps[name] = &v
	}
	return v
}

func (r *run) evaluate(d *definition) text {
	switch d.kind {
	case "geo":
		return r.geoValue(d.d)
	case "split_clients":
		return r.splitValue(d.d)
	}
	return r.lookUp(d)
}

func (r *run) lookUp(d *definition) text {
	source := r.word(d.d.Args[0])
	if v, same := d.table.onlyValue(); same && (source.unknown() || source.of != "") {
		return known(v)
	} else if source.unknown() && source.of == "" {
		return source
	}
	entry, groups, re, why := d.table.find(source.s)
	if source.of != "" {
		many := false
		entry, groups, re, many = r.askTable(d, source)
		if why = d.table.unknown; many {
			return r.choice(d.d.Arg(1), unknownText("what the map gives "+d.d.Arg(1)+" hangs on "+d.d.Arg(0)))
		}
	}
	switch {
	case why != "":
		return unknownText(why)
	case entry == nil:
		r.mapNotes = append(
			r.mapNotes,
			hop.Note{Pos: d.d.Pos(), Text: fmt.Sprintf("map of %s has no entry for %q and no default", d.d.Arg(1), source.s)},
		)
		return known("")
	}
	if groups != nil {
		r.setCaptures(groups, re)
		r.capturedBy = hop.Note{Pos: entry.Pos(), Text: "the map of " + d.d.Arg(1)}
	}
	r.usedMap(d, entry)
	return r.word(entry.Args[0])
}

// onlyValue returns the one value that every entry of the table yields, if that is so and none holds a variable.
func (t *mapTable) onlyValue() (value string, same bool) {
	if t.unknown != "" || t.byDefault == nil || conf.HasVariable(t.byDefault.Arg(0)) {
		return "", false
	}
	value = t.byDefault.Arg(0)
	for _, m := range []map[string]*conf.Directive{t.exact, t.head, t.tail} {
		for _, d := range m {
			if d.Arg(0) != value {
				return "", false
			}
		}
	}
	for _, re := range t.regex {
		if re.d.Arg(0) != value {
			return "", false
		}
	}
	return value, true
}

// builtin evaluates the variables of nginx's own modules that are known before the request is passed on.
func (r *run) builtin(name string) (text, bool) {
	if v, ok := r.ofRequest(name); ok {
		return known(v), true
	}
	switch name {
	case "host":
		about := r.request.About("Host")
		if about != "" {
			about = "name in the Host header"
		}
		return r.choice(about, known(r.hostVariable())), true
	case "remote_addr":
		return r.clientAddr(), true
	case "ssl_client_verify":
		if r.socket == nil || r.socket.ssl == nil || !r.request.TLS {
			return known(""), true
		}
		switch mode, ok := get(r, r.server.scope, conf.SSLVerifyClient).Get(); {
		case ok && mode == "off":
			return known("NONE"), true
		case ok && r.request.Whole:
			return known("NONE"), true
		}
		return r.choice(
			r.request.ClientCertificate(),
			unknownText("whether the client has a certificate is not known"),
		), true
	case "realip_remote_addr":
		return r.peerAddr(), true
	case "proxy_protocol_addr":
		switch a := r.request.Announced.Addr(); {
		case !r.request.ProxyProtocol || r.socket.proxyProtocol == nil:
			return known(""), true
		case a.IsValid():
			return known(a.Unmap().String()), true
		}
		return r.choice(r.request.AnnouncedAddress(), unknownText("the address in the PROXY header is not known")), true
	case "remote_port", "realip_remote_port":
		if p := r.request.Client; p.IsValid() && p.Port() != 0 {
			return known(strconv.Itoa(int(p.Port()))), true
		}
		return unknownText("the client's port is not known"), true
	case "proxy_add_x_forwarded_for":
		addr, sent := r.clientAddr(), r.header("x_forwarded_for")
		if lines, _ := r.headerLines("X-Forwarded-For"); len(lines) == 0 && !sent.unknown() {
			return addr, true
		}
		return sent.plus(known(", ")).plus(addr), true
	case "realpath_root":
		return r.realRoot(), true
	case "document_root":
		return r.documentRoot(), true
	case "request_filename":
		if file, ok := r.inRoot(r.path); ok {
			return file, true
		}
		return known(""), true
	case "fastcgi_script_name", "fastcgi_path_info":
		return r.fastcgiName(name), true
	case "invalid_referer":
		return r.invalidReferer(), true
	case "secure_link":
		return r.secureLink(), true
	case "nginx_version":
		if r.c.version.Assumed {
			return unknownText(whichVersion), true
		}
		return known(r.c.version.String()), true
	case "proxy_host":
		return r.proxyHost, true
	case "proxy_port":
		return r.proxyPort, true
	case "server_addr":
		if l := r.socket; l != nil && hop.IsUnix(l.addr) {
			return known(l.addr), true
		}
		if l := r.socket; l != nil && !strings.HasPrefix(l.addr, "*") {
			return known(l.addr[:strings.LastIndexByte(l.addr, ':')]), true
		}
		return unknownText("the server's address is not known"), true
	}
	return text{}, false
}

// fastcgiName is $fastcgi_script_name or $fastcgi_path_info: fastcgi_split_path_info divides the path into the two,
// and a directory gets the index.
func (r *run) fastcgiName(name string) text {
	script, info := r.path, ""
	split, index := get(r, r.at, conf.FastCGISplitPathInfo), get(r, r.at, conf.FastCGIIndex)
	switch pattern, known := split.Get(); {
	case !known:
		return unknownText(split.Why())
	case !split.IsDefault():
		groups, why := r.c.pattern(pattern.Value, false).match(r.path)
		if why != "" {
			return unknownText(why)
		}
		if len(groups) > 2 {
			script, info = groups[1], groups[2]
		}
	}
	if file, known := index.Get(); !known {
		return unknownText(index.Why())
	} else if strings.HasSuffix(script, "/") {
		script += file.Value
	}
	if name == "fastcgi_path_info" {
		return known(info)
	}
	return known(script)
}

// ofRequest evaluates the variables that the request line, the Host and the connection decide.
func (r *run) ofRequest(name string) (string, bool) {
	switch name {
	case "args", "query_string":
		return r.args, true
	case "is_args":
		if r.args != "" {
			return "?", true
		}
		return "", true
	case "uri", "document_uri":
		return r.path, true
	case "request_uri":
		return r.request.Target, true
	case "request_method":
		return r.request.Method, true
	case "request":
		return r.request.Method + " " + r.request.Target + " HTTP/" + r.proto, true
	case "server_protocol":
		return "HTTP/" + r.proto, true
	case "scheme":
		if r.request.TLS {
			return "https", true
		}
		return "http", true
	case "https":
		if r.request.TLS {
			return "on", true
		}
		return "", true
	case "ssl_server_name", "ssl_preread_server_name":
		if r.request.TLS {
			return r.request.Host, true
		}
		return "", true
	case "server_name":
		return r.serverName(), true
	case "server_port":
		if l := r.socket; l != nil {
			if hop.IsUnix(l.addr) {
				return "", true
			}
			return portOf(l.addr), true
		}
	case "content_length",
		"content_type",
		"remote_user",
		"http2",
		"http3",
		"request_body",
		"request_body_file",
		"sent_http_upgrade",
		"proxy_protocol_port",
		"slice_range",
		"request_completion",
		"upstream_status",
		"upstream_addr",
		"upstream_response_time",
		"upstream_cache_status",
		"ssl_client_cert",
		"ssl_client_s_dn",
		"ssl_client_i_dn",
		"ssl_client_serial",
		"ssl_client_fingerprint",
		"ssl_client_raw_cert",
		"ssl_client_escaped_cert",
		"proxy_internal_body_length",
		"proxy_internal_chunked",
		"gzip_ratio",
		"uid_got":
		return "", true
	case "limit_rate":
		return "0", true
	case "connection", "connection_requests":
		return "1", true // numbers, whatever they are
	case "pipe":
		return ".", true
	}
	return "", false
}

// hostVariable is $host: the name of the request line or the Host header, else the first server_name.
func (r *run) hostVariable() string {
	if r.host != "" {
		return r.host
	}
	return r.serverName()
}

// serverName is the first name of the server; the dot of ".example.com" is not part of it.
func (r *run) serverName() string {
	if len(r.server.names) == 0 {
		return ""
	}
	n := r.server.names[0]
	if n.re != nil {
		return n.text
	}
	return strings.TrimPrefix(n.text, ".")
}

// clientAddr is $remote_addr, which the real_ip directives may change.
func (r *run) clientAddr() text {
	switch a := r.client(); {
	case a.IsValid():
		return known(a.String())
	case r.onUnix() && !r.behind:
		return known("unix:")
	}
	return r.choice(r.addressOf(), unknownText("the client's address is not known"))
}

// peerAddr is the address of the other end of the connection.
func (r *run) peerAddr() text {
	switch a := r.request.Client.Addr().Unmap(); {
	case r.onUnix():
		return known("unix:")
	case a.IsValid():
		return known(a.String())
	}
	return r.choice(r.request.ClientAddress(), unknownText("the client's address is not known"))
}

// onUnix reports whether the request arrived on a unix socket, whose clients have no address.
func (r *run) onUnix() bool { return r.socket != nil && hop.IsUnix(r.socket.addr) }
