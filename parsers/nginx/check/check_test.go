package check

import (
	"testing"

	"github.com/wslint/wslint/parsers/nginx/conf"
)

// TestSilence holds check against what it cannot know: the same faults behind a template, a missing include, or in a
// fragment.
func TestSilence(t *testing.T) {
	for name, src := range map[string]string{
		"unknown variable in a fragment":   `server { location / { proxy_set_header Connection $connection_upgrade; } }`,
		"unknown zone in a fragment":       `server { limit_req zone=one; access_log a main; }`,
		"unknown variable, include unread": `events { } http { include maps/*.conf; server { return 200 $x; } }`,
		"unknown zone, include unread":     `events { } http { server { limit_req zone=one; } include zones.conf; }`,
		"upstream with an unread include":  `upstream a { include servers.conf; }`,
		"upstream of another module":       `upstream a { state /a; }`,
		"events in an unread include":      `worker_processes 1; user a; include a; http { }`,
		"events nowhere, but a part":       `http { server { return 200 $x; } }`,
		"directive of a later nginx":       `http { server { location / { tunnel_pass a b c; } } }`,
		"directive of another module":      `server { location / { more_set_headers; lua_x { proxy_pass; } } }`,
		"variable of another module":       `events { } http { server { set_by_lua_file $x a; return 200 $x; } }`,
		"variable by the module's name":    `events { } http { server { nchan_pubsub; return 200 $nchan_channel_id; } }`,
		"variable of a loaded module": `load_module a/ngx_http_foo_module.so; events { } http { server { ` +
			`return 200 $foo_bar; } }`,
		"variable of a block": `events { } http { geoip2 /a { $here source=$remote_addr country; } ` +
			`server { return 200 $here; } }`,
		"variable of perl":           `events { } http { perl_set $x a; server { return 200 $x; } }`,
		"capture of server_name":     `events { } http { server { server_name ~^(?P<x>.+)$; return 200 $x; } }`,
		"a log format of a fragment": `server { access_log /a main; }`,
		"parameters of a later nginx": `upstream a { zone a 1m; server b resolve; server c service=d drain ` +
			`slow_start=1; }`,
		"stream or http, who knows": `server { listen 1 udp; proxy_timeout 1; }`,
		"rtmp": `rtmp { server { listen 1; application a { allow publish all; live on; ` +
			`proxy_pass; } } }`,
		"types of another module": `events { } http { server { location / { brotli_types a; gzip_types *; } } }`,
		"NGINX Plus": `events { } http { limit_req_zone $a zone=b:1m rate=1r/s sync; ` +
			`keyval $remote_addr $a zone=z; }`,
		"a third-party sticky":     `upstream a { sticky; server b; }`,
		"the substitutions filter": `server { location / { subs_filter a b; subs_filter_types text/css; } }`,
		"HTTP/3 of a patch":        `server { http3_max_requests 1; http3_recv_timeout 1; }`,
		"limits of a module":       `events { } http { limit_zone a $host 1m; server { limit_conn a 1; } }`,
		"patterns": `server { location ~ ^[[:a]b:]c { } location ~ ^[]a]+(?i:b)$ { } ` +
			`location ~ (?ix)*( { } }`,
		"names too short to guess":            `server { location / { api write=on; } }`,
		"a module's name near one of nginx's": `http { geoip2_proxy 127.0.0.1; }`,
	} {
		tree, err := conf.Parse("nginx.conf", []byte(src))
		if tree == nil {
			t.Fatalf("%s: %v", name, err)
		}
		for _, p := range faults(tree, conf.Version{}) {
			t.Errorf("%s: %s", name, p.Text)
		}
	}
}

// TestVersion holds check against what depends on the version that the configuration is for.
func TestVersion(t *testing.T) {
	const src = `server { location / { proxy_http_version 2; } }`
	for _, c := range []struct {
		version conf.Version
		faults  int
	}{{conf.Version{}, 0}, {conf.Version{Major: 1, Minor: 29, Patch: 3}, 1}, {conf.Version{Major: 1, Minor: 29, Patch: 4},
		0}} {
		tree, _ := conf.Parse("a", []byte(src))
		if got := faults(tree, c.version); len(got) != c.faults {
			t.Errorf("nginx %s: %v", c.version, got)
		}
	}
}

// TestSemicolon shows how a missing semicolon looks: nginx takes the next directive for arguments.
func TestSemicolon(t *testing.T) {
	for src, want := range map[string]string{
		"location / {\nproxy_http_version 1.1\nproxy_set_header A b;\n}": `invalid number of arguments in ` +
			`"proxy_http_version" directive`,
		"location / {\nproxy_http_version 1.1\nlocation /a { }\n}": `directive "proxy_http_version" is not ` +
			`terminated by ";"`,
		"server {\nlisten 80\nserver_name a;\nlocation / { }\n}": `invalid parameter "server_name"`,
	} {
		tree, _ := conf.Parse("a", []byte(src))
		got := faults(tree, conf.Version{})
		if len(got) != 1 || got[0].Text != want || got[0].Pos.Line != 2 || len(got[0].Notes) != 1 ||
			got[0].Notes[0].Text != "is the ; missing at the end of line 2? (nginx names line 3)" {
			t.Errorf("%q: %+v", src, got)
		}
	}
}
