package nginx

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"net/netip"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers/nginx/conf"
)

// A sample shows that the value of a directive changes a prediction: each of the values stands in the place of %s in
// turn. What a template makes unknown must then not look like one of them.
type sample struct {
	config string
	values string // with a bar between two
	target string // "" for /ws
	tls    bool
	header string // one line of the handshake: "A_b: c"
}

const (
	upgrades = "proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection upgrade; "
	passes   = "proxy_pass http://127.0.0.1:9; " + upgrades
	places   = "location = /no { return 403; } location = /ok { return 200 a; } location = /again { return 404; } " +
		"location = /mirrored { " + passes + "} "
	zones = "limit_conn_zone $remote_addr zone=z:1m; proxy_cache_path /c keys_zone=zone:1m; uwsgi_cache_path /c " +
		"keys_zone=zone:1m; scgi_cache_path /c keys_zone=zone:1m; "
)

func inHTTP(lines, values string) sample {
	return sample{
		config: "events { } http { " + zones + lines + " server { listen 80; " + places + "location /ws { " + passes +
			"} } }",
		values: values,
	}
}

func inServer(lines, values string) sample {
	return sample{
		config: "events { } http { " + zones + "server { listen 80; " + lines + " " + places + "location /ws { " + passes +
			"} } }",
		values: values,
	}
}

func inLocation(lines, values string) sample { return alone(passes+lines, values) }

// alone is a location without a handler but those in lines.
func alone(lines, values string) sample {
	return sample{
		config: "events { } http { " + zones + "server { listen 80; " + places + "location /ws { " + lines + " } } }",
		values: values,
	}
}

func inStream(lines, values string) sample {
	return sample{
		config: "events { } stream { server { listen 80; proxy_pass 127.0.0.1:9; " + lines + " } }",
		values: values,
	}
}

func (s sample) asks(target string) sample { s.target = target; return s }
func (s sample) with(header string) sample { s.header = header; return s }
func (s sample) secure() sample {
	s.tls, s.config = true, strings.ReplaceAll(
		s.config,
		"listen 80;",
		"listen 80 ssl; ssl_certificate c; ssl_certificate_key k; ssl_client_certificate a;",
	)
	return s
}

// harmlessValues are directives whose value, as far as a template may have it, changes nothing that is predicted.
var harmlessValues = map[string]string{
	"proxy_connect_timeout": "only 0 ends a handshake, and nobody means it", "uwsgi_connect_timeout": "the same",
	"scgi_connect_timeout":    "the same",
	"proxy_ssl_name":          "only whether and where it is written counts",
	"fastcgi_connect_timeout": "the same", "grpc_connect_timeout": "the same", "memcached_connect_timeout": "the same",
	"tunnel_connect_timeout": "the same",
	"fastcgi_read_timeout":   "FastCGI opens no tunnel", "grpc_read_timeout": "nor does gRPC",
	"memcached_read_timeout": "nor memcached", "tunnel_read_timeout": "tunnel_pass wants a CONNECT",
	"fastcgi_buffer_size": "no tunnel", "grpc_buffer_size": "no tunnel", "memcached_buffer_size": "no tunnel",
	"tunnel_buffer_size":           "no tunnel",
	"fastcgi_pass_request_headers": "no tunnel", "fastcgi_cache": "no tunnel", "fastcgi_cache_bypass": "no tunnel",
	"fastcgi_hide_header": "no tunnel",
	"fastcgi_pass_header": "no tunnel", "fastcgi_param": "no tunnel", "fastcgi_intercept_errors": "no tunnel",
	"grpc_intercept_errors": "no tunnel",
	"grpc_hide_header":      "no tunnel", "grpc_pass_header": "no tunnel",
	"proxy_pass": "the form of the rest of the address counts", "uwsgi_pass": "the same", "scgi_pass": "the same",
	"fastcgi_pass": "no tunnel",
	"grpc_pass":    "no tunnel", "memcached_pass": "no tunnel", "tunnel_pass": "no tunnel",
	"secure_link": "what $secure_link is is open whatever they say", "secure_link_secret": "the same",
	"limit_req":  "whether it lets a request in is open whatever its zone",
	"proxy_bind": "it makes the number of addresses unknown whatever its value",
}

// samples has one for each of the directives that the evaluator reads.
func samples() map[string]sample {
	all := map[string]sample{
		"client_header_buffer_size": inHTTP(
			"client_header_buffer_size %s; connection_pool_size 256; large_client_header_buffers 1 256;",
			"64|1k",
		).with("A: " + strings.Repeat("b", 252)),
		"ignore_invalid_headers": inHTTP("ignore_invalid_headers %s;", "on|off").with("A_b: c"),
		"large_client_header_buffers": inHTTP(
			"connection_pool_size 256; client_header_buffer_size 64; large_client_header_buffers 1 %s;",
			"256|8k",
		).with("A: " + strings.Repeat("b", 252)),
		"merge_slashes":          inHTTP("merge_slashes %s;", "on|off").asks("//ws"),
		"underscores_in_headers": inHTTP("underscores_in_headers %s;", "on|off").with("A_b: c"),
		"index":                  inHTTP("index %s;", "/ok|/again").asks("/"),

		"keepalive_timeout":    inServer("keepalive_timeout %s;", "75s|0"),
		"ssl":                  inServer("ssl_certificate c.pem; ssl_certificate_key k.pem; ssl %s;", "on|off"),
		"ssl_reject_handshake": inServer("ssl_reject_handshake %s;", "on|off").secure(),
		"ssl_verify_client":    inServer("ssl_verify_client %s;", "on|off").secure(),

		"auth_basic":           inLocation("auth_basic %s; auth_basic_user_file /p;", "off|realm"),
		"auth_basic_user_file": inLocation("auth_basic realm; %s", "|auth_basic_user_file /p;"),
		"auth_request":         inLocation("auth_request %s;", "off|/no"),
		"real_ip_header": inLocation(
			"set_real_ip_from 127.0.0.1; real_ip_header %s; deny 10.0.0.1;",
			"X-Real-IP|X-Other",
		).with("X-Real-Ip: 10.0.0.1"),
		"real_ip_recursive": inLocation(
			"set_real_ip_from 127.0.0.1; set_real_ip_from 10.0.0.2; real_ip_recursive %s; deny 10.0.0.1;",
			"on|off",
		).with("X-Real-Ip: 10.0.0.1, 10.0.0.2"),
		"set_real_ip_from": inLocation(
			"set_real_ip_from %s; deny 10.0.0.1;",
			"127.0.0.1|127.0.0.2",
		).with("X-Real-Ip: 10.0.0.1"),
		"satisfy":        inLocation("satisfy %s; allow all; auth_request /no;", "any|all"),
		"allow deny":     inLocation("deny %s;", "all|10.0.0.1"),
		"valid_referers": inLocation("valid_referers %s; if ($invalid_referer) { return 403; }", "none|a.test"),
		"autoindex":      alone("root TMP; autoindex %s;", "on|off").asks("/ws/"),
		"fastcgi_index": inLocation(
			"fastcgi_index %s; proxy_set_header A $fastcgi_script_name;",
			"a|b",
		).asks("/ws/"),
		"fastcgi_split_path_info": inLocation(
			"fastcgi_split_path_info %s; proxy_set_header A $fastcgi_script_name;",
			"^(/ws)(.*)$|^(/w)(.*)$",
		),
		"internal": inLocation("%s", "|internal;"),
		"limit_req_dry_run": inHTTP(
			"limit_req_zone $host zone=r:1m rate=1r/s; limit_req zone=r; limit_req_dry_run %s;",
			"on|off",
		),
		"limit_req_status": inHTTP(
			"limit_req_zone $host zone=r:1m rate=1r/s; limit_req zone=r; limit_req_status %s;",
			"429|503",
		),
		"limit_conn":       inLocation("limit_conn z %s;", "1|2"),
		"limit_rate":       inLocation("limit_rate %s;", "0|10"),
		"limit_rate_after": inLocation("limit_rate 10; limit_rate_after %s;", "0|1k"),
		"error_page":       inLocation("error_page 403 %s; deny all;", "/ok|/again"),
		"recursive_error_pages": inServer(
			"recursive_error_pages %s; error_page 403 /again; error_page 404 =200 /ok;",
			"on|off",
		).asks("/no"),
		"ssi":             inLocation("ssi %s; ssi_types *;", "on|off"),
		"ssi_types":       inLocation("ssi on; ssi_types %s;", "*|text/css"),
		"early_hints":     inLocation("early_hints %s;", "1|0"),
		"proxy_buffering": inLocation("proxy_buffering %s;", "on|off"),
		"add_header":      inLocation("add_header %s 1 always;", "Upgrade|X-A"),
		"mirror":          inLocation("mirror %s;", "off|/mirrored"),
		"resolver":        alone(upgrades+"set $h a.test; proxy_pass http://$h; %s", "|resolver 127.0.0.1;"),

		"proxy_http_version":         alone(strings.Replace(passes, "1.1", "%s", 1), "1.0|1.1"),
		"proxy_method":               inLocation("proxy_method %s;", "GET|POST"),
		"proxy_pass_request_body":    inLocation("proxy_pass_request_body %s;", "on|off").with("Content-Length: 3"),
		"proxy_set_body":             inLocation("proxy_set_body %s;", "a|ab"),
		"proxy_ssl_server_name":      alone(upgrades+"proxy_pass https://a.test; proxy_ssl_server_name %s;", "on|off"),
		"proxy_set_header":           inLocation("proxy_set_header A %s;", "a|b"),
		"proxy_read_timeout":         inLocation("proxy_read_timeout %s;", "1m|1h"),
		"proxy_buffer_size":          inLocation("proxy_buffer_size %s;", "64|4k"),
		"proxy_intercept_errors":     inLocation("proxy_intercept_errors %s; error_page 400 =200 /ok;", "on|off"),
		"proxy_pass_request_headers": inLocation("proxy_pass_request_headers %s;", "on|off"),
		"proxy_cache":                inLocation("proxy_cache %s;", "off|zone"),
		"proxy_cache_bypass":         inLocation("proxy_cache zone; proxy_cache_bypass %s;", "0|1"),
		"proxy_hide_header":          inLocation("proxy_hide_header %s;", "Upgrade|A"),
		"proxy_pass_header": inLocation(
			"proxy_hide_header Sec-WebSocket-Accept; proxy_pass_header %s;",
			"A|Sec-WebSocket-Accept",
		),

		"worker_connections": {
			config: strings.Replace(inHTTP("", "").config, "events { }", "events { worker_connections %s; }", 1),
			values: "512|100",
		},
		"worker_shutdown_timeout": {config: "worker_shutdown_timeout %s; " + inHTTP("", "").config, values: "1m|1h"},
		"proxy_protocol":          inStream("proxy_protocol %s;", "on|off"),
		"proxy_ssl":               inStream("proxy_ssl %s;", "on|off"),
		"proxy_timeout":           inStream("proxy_timeout %s;", "1m|1h"),
		"ssl_preread": {
			config: "events { } stream { map $ssl_preread_protocol $to { TLSv1.3 a; default b; } " +
				"upstream a { server 127.0.0.1:9; } upstream b { server 127.0.0.1:8; } " +
				"server { listen 80; ssl_preread %s; proxy_pass $to; } }",
			values: "on|off", tls: true,
		},
	}
	for _, m := range []string{"uwsgi", "scgi"} {
		pass := m + "_pass 127.0.0.1:9; "
		all[m+"_read_timeout"] = alone(pass+m+"_read_timeout %s;", "1m|1h")
		all[m+"_buffer_size"] = alone(pass+m+"_buffer_size %s;", "64|4k")
		all[m+"_intercept_errors"] = alone(pass+m+"_intercept_errors %s; error_page 400 =200 /ok;", "on|off")
		all[m+"_pass_request_headers"] = alone(pass+m+"_pass_request_headers %s;", "on|off")
		all[m+"_cache"] = alone(pass+m+"_cache %s;", "off|zone")
		all[m+"_cache_bypass"] = alone(pass+m+"_cache zone; "+m+"_cache_bypass %s;", "0|1")
		all[m+"_hide_header"] = alone(pass+m+"_hide_header %s;", "Upgrade|A")
		all[m+"_pass_header"] = alone(
			pass+m+"_hide_header Sec-WebSocket-Accept; "+m+"_pass_header %s;",
			"A|Sec-WebSocket-Accept",
		)
		all[m+"_param"] = alone(pass+m+"_param %s b;", "HTTP_UPGRADE|HTTP_A")
	}
	return all
}

// handles lists the directives that conf has a handle of, from its source.
func handles(t *testing.T) []string {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), "conf/handles.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for _, d := range f.Decls {
		g, ok := d.(*ast.GenDecl)
		if !ok || g.Tok != token.CONST {
			continue
		}
		for _, s := range g.Specs {
			name, err := strconv.Unquote(s.(*ast.ValueSpec).Values[0].(*ast.BasicLit).Value)
			if err != nil {
				t.Fatal(err)
			}
			list = append(list, name)
		}
	}
	for _, h := range conf.Handlers() {
		v := reflect.ValueOf(h)
		for i := range v.NumField() {
			list = append(list, v.Field(i).String())
		}
	}
	slices.Sort(list)
	return slices.DeleteFunc(slices.Compact(list), func(s string) bool { return s == "" })
}

// serve says what is predicted with a value in the place of the sample's, in every case; unknown is what cannot be
// known of that, and the conditions.
func (s sample) serve(t *testing.T, value string) (predicted string, unknown []string) {
	t.Helper()
	dir := t.TempDir()
	text := strings.ReplaceAll(strings.Replace(s.config, "%s", value, 1), "TMP", filepath.Join(dir, "ws"))
	if err := os.MkdirAll(filepath.Join(dir, "ws", "ws"), 0o700); err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(dir, "nginx.conf")
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	trees, err := Read([]string{name}, nil, Options{Root: "/"})
	if err != nil || len(trees) != 1 || len(trees[0].Problems) > 0 {
		t.Fatalf("%s: %v %v", text, err, trees[0].Problems)
	}
	q := hop.Request{
		Method: "GET", Host: "a.test", Target: cmp.Or(s.target, "/ws"), TLS: s.tls, Addr: "127.0.0.1:80", HasBody: false,
		Client: netip.MustParseAddrPort("127.0.0.1:50000"), Proto: hop.Written("HTTP version", "1.1", hop.Pos{}),
		Header: map[string][]hop.Setting[string]{}, Whole: true,
	}
	for _, line := range []string{"Host: a.test", "Upgrade: websocket", "Connection: Upgrade", "Sec-Websocket-Key: x",
		"Sec-Websocket-Version: 13", s.header} {
		if name, v, ok := strings.Cut(line, ": "); ok {
			q.Header[name] = []hop.Setting[string]{hop.Written(name, v, hop.Pos{})}
		}
	}
	for _, k := range Compile(trees[0], measured).Serve(q) {
		more, why := describe(q, *k.Hop)
		for _, c := range k.When {
			more += "when " + c.Text + "; "
			why = append(why, "when "+c.Text)
		}
		predicted, unknown = predicted+more, append(unknown, why...)
	}
	return predicted, unknown
}

// describe puts what is predicted into words.
func describe(q hop.Request, h hop.Hop) (predicted string, unknown []string) {
	var b strings.Builder
	say := func(name string, value any, known bool, why string) {
		if !known {
			unknown = append(unknown, name+": "+why)
		}
		fmt.Fprintf(&b, "%s %v %v; ", name, value, known)
	}
	p := &hop.Path{Request: q, Hops: []hop.Hop{h}}
	o := p.Handshake()
	statusKnown := o.Kind != hop.AnsweredByProxy || o.Status != 0
	say("handshake", fmt.Sprint(o.Kind, o.Status), o.Kind != hop.OutcomeUnknown && statusKnown, o.Why)
	for _, timer := range slices.Concat(h.Idle, h.Life) {
		v, known := timer.Get()
		say(timer.Name, v, known, timer.Why())
	}
	for _, l := range h.Limits {
		v, known := l.Get()
		say(l.Name, v, known, l.Why())
	}
	for _, s := range []hop.Setting[string]{h.Cache} {
		v, known := s.Get()
		say("cache", v, known || s.Name == "", s.Why())
	}
	held, known := h.HoldsHead.Get()
	say("holds a head back", held, known || h.HoldsHead.Name == "", h.HoldsHead.Why())
	v, known := h.Capacity.Get()
	say("capacity", v, known || h.Capacity.Name == "", h.Capacity.Why())
	sni, known := h.SNI.Get()
	say("SNI", sni, known || h.SNI.Name == "", h.SNI.Why())
	keep, known := h.ClientKeepAlive.Get()
	say("client keep-alive", keep, known || !hop.Is(h.Answer, hop.Answer{}), "nothing is said of it")
	if !hop.Is(h.Answer, hop.Answer{}) {
		return b.String(), unknown
	}
	fmt.Fprintf(&b, "to %s %v %s %s; ", h.Next.Addr, h.Next.TLS, h.Next.Method, h.Next.Target)
	if h.Relay != nil {
		a, known := h.Relay(400).Get()
		say("a status from behind", a.Status, known, h.Relay(400).Why())
	}
	for _, name := range slices.Sorted(maps.Keys(h.Next.Header)) {
		for _, l := range h.Next.Header[name] {
			v, known := l.Get()
			say(name, v, known, l.Why())
		}
	}
	return b.String(), unknown
}

// TestTemplateIsNeverSilent puts a template in the place of every value that the evaluator reads: where its literal
// values change what is predicted, something has to be unknown.
func TestTemplateIsNeverSilent(t *testing.T) {
	all := samples()
	for _, name := range handles(t) {
		s, ok := all[name]
		if harmlessValues[name] != "" {
			continue
		}
		if !ok {
			t.Errorf("%s is read and has no sample", name)
			continue
		}
		t.Run(name, func(t *testing.T) {
			before := map[string]bool{}
			var asked []string
			for v := range strings.SplitSeq(s.values, "|") {
				predicted, conditions := s.serve(t, v)
				before[predicted] = true
				asked = append(asked, conditions...)
			}
			if len(before) < 2 {
				t.Errorf("its values change nothing: %v", before)
			}
			template := "${V}"
			if _, v, _ := strings.Cut(s.values, "|"); strings.HasSuffix(v, ";") {
				template = "{% if v %}" + v + "{% endif %}" // whether it is there is the question
			}
			predicted, unknown := s.serve(t, template)
			unknown = slices.DeleteFunc(
				unknown,
				func(why string) bool { return strings.HasPrefix(why, "when ") && slices.Contains(asked, why) },
			)
			if len(unknown) == 0 {
				t.Errorf("nothing is unknown: %s", predicted)
			}
		})
	}
}

// TestEveryHandlerBehindUnread: a handler that has not all directives of another is served like any other where a file
// that may hold them could not be read.
func TestEveryHandlerBehindUnread(t *testing.T) {
	for _, h := range conf.Handlers() {
		for _, unread := range []string{"include ${FILE};", "{% include 'more' %}", ""} {
			s := alone("%s "+h.Pass+" 127.0.0.1:1;", unread)
			if strings.HasPrefix(h.Pass, "proxy") {
				s = alone("%s "+h.Pass+" http://127.0.0.1:1;", unread)
			}
			if predicted, _ := s.serve(t, unread); !strings.Contains(predicted, "handshake") {
				t.Errorf("%s with %q: %q", h.Pass, unread, predicted)
			}
		}
	}
}
