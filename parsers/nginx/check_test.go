package nginx

import (
	"strings"
	"testing"
	"time"
)

// TestParseTime is laws.md, U1: every form was held against the timer that a real nginx armed.
func TestParseTime(t *testing.T) {
	const day = 24 * time.Hour
	for s, want := range map[string]time.Duration{
		"60": time.Minute, "60s": time.Minute, "0": 0, "1m": time.Minute, "1m30": 90 * time.Second, "1h 30": 3630 * time.Second,
		"1h30m": 90 * time.Minute, "60000": 60000 * time.Second, "500ms": 500 * time.Millisecond, "1s500ms": 1500 * time.Millisecond,
		"60 ": time.Minute, "1 30": 31 * time.Second, " 60": time.Minute, "1d": day, "30d": 30 * day, "1w": 7 * day,
		"1w 2d 3h 4m 5s 6ms": 9*day + 3*time.Hour + 4*time.Minute + 5*time.Second + 6*time.Millisecond,
		"1h 30m":             90 * time.Minute, "007": 7 * time.Second, "1ms": time.Millisecond, "1m ": time.Minute, "1ms 1": 1001 * time.Millisecond,
	} {
		if got, ok := parseTime(s); !ok || got != want {
			t.Errorf("parseTime(%q) = %v, %v; want %v", s, got, ok, want)
		}
	}
	const refused = "60 s| 60s|60sec|1min|1.5s|-1|+60s|off||$var|0x3c|6e1|30s1m|1m1m|1ms1s|1y|1M|s|m| |1H|60S|99999999999999999999|" +
		"9223372036854775807|1s 1s|1 30s|x"
	for s := range strings.SplitSeq(refused, "|") {
		if got, ok := parseTime(s); ok {
			t.Errorf("parseTime(%q) = %v, want none", s, got)
		}
	}
}

func TestParseSeconds(t *testing.T) {
	const day = 24 * time.Hour
	for s, want := range map[string]time.Duration{
		"10": 10 * time.Second, "1y": 365 * day, "1M": 30 * day, "1y1M1w": 402 * day, "1d 12h": 36 * time.Hour, "1000y": 1<<63 - 1,
	} {
		if got, ok := parseSeconds(s); !ok || got != want {
			t.Errorf("parseSeconds(%q) = %v, %v; want %v", s, got, ok, want)
		}
	}
	for s := range strings.SplitSeq("1ms|1y1y|1M1y|1m1h||off|10sec", "|") {
		if got, ok := parseSeconds(s); ok {
			t.Errorf("parseSeconds(%q) = %v, want none", s, got)
		}
	}
}

func TestParseSize(t *testing.T) {
	for s, want := range map[string]int64{"0": 0, "1024": 1024, "8k": 8192, "8K": 8192, "1m": 1 << 20, "2M": 2 << 20} {
		if got, ok := parseSize(s); !ok || got != want {
			t.Errorf("parseSize(%q) = %v, %v; want %v", s, got, ok, want)
		}
	}
	for s := range strings.SplitSeq("|k|1g|-1|1kb|10mb|1.5m|$x|9223372036854775807k", "|") {
		if got, ok := parseSize(s); ok {
			t.Errorf("parseSize(%q) = %v, want none", s, got)
		}
	}
	if got, ok := parseOffset("2G"); !ok || got != 2<<30 {
		t.Errorf("parseOffset(2G) = %v, %v", got, ok)
	}
}

// TestSilence holds check against what it cannot know: the same faults behind a template, a missing include, or in a fragment.
func TestSilence(t *testing.T) {
	for name, src := range map[string]string{
		"unknown variable in a fragment":      `server { location / { proxy_set_header Connection $connection_upgrade; } }`,
		"unknown zone in a fragment":          `server { limit_req zone=one; access_log a main; }`,
		"unknown variable, include unread":    `events { } http { include maps/*.conf; server { return 200 $x; } }`,
		"unknown zone, include unread":        `events { } http { server { limit_req zone=one; } include zones.conf; }`,
		"upstream with an unread include":     `upstream a { include servers.conf; }`,
		"upstream of another module":          `upstream a { state /a; }`,
		"events in an unread include":         `worker_processes 1; user a; include a; http { }`,
		"events nowhere, but a part":          `http { server { return 200 $x; } }`,
		"directive of a later nginx":          `http { server { location / { tunnel_pass a b c; } } }`,
		"directive of another module":         `server { location / { more_set_headers; lua_x { proxy_pass; } } }`,
		"variable of another module":          `events { } http { server { set_by_lua_file $x a; return 200 $x; } }`,
		"variable by the module's name":       `events { } http { server { nchan_pubsub; return 200 $nchan_channel_id; } }`,
		"variable of a loaded module":         `load_module a/ngx_http_foo_module.so; events { } http { server { return 200 $foo_bar; } }`,
		"variable of a block":                 `events { } http { geoip2 /a { $here source=$remote_addr country; } server { return 200 $here; } }`,
		"variable of perl":                    `events { } http { perl_set $x a; server { return 200 $x; } }`,
		"capture of server_name":              `events { } http { server { server_name ~^(?P<x>.+)$; return 200 $x; } }`,
		"a log format of a fragment":          `server { access_log /a main; }`,
		"parameters of a later nginx":         `upstream a { zone a 1m; server b resolve; server c service=d drain slow_start=1; }`,
		"stream or http, who knows":           `server { listen 1 udp; proxy_timeout 1; }`,
		"rtmp":                                `rtmp { server { listen 1; application a { allow publish all; live on; proxy_pass; } } }`,
		"types of another module":             `events { } http { server { location / { brotli_types a; gzip_types *; } } }`,
		"NGINX Plus":                          `events { } http { limit_req_zone $a zone=b:1m rate=1r/s sync; keyval $remote_addr $a zone=z; }`,
		"a third-party sticky":                `upstream a { sticky; server b; }`,
		"the substitutions filter":            `server { location / { subs_filter a b; subs_filter_types text/css; } }`,
		"HTTP/3 of a patch":                   `server { http3_max_requests 1; http3_recv_timeout 1; }`,
		"limits of a module":                  `events { } http { limit_zone a $host 1m; server { limit_conn a 1; } }`,
		"patterns":                            `server { location ~ ^[[:a]b:]c { } location ~ ^[]a]+(?i:b)$ { } location ~ (?ix)*( { } }`,
		"names too short to guess":            `server { location / { api write=on; } }`,
		"a module's name near one of nginx's": `http { geoip2_proxy 127.0.0.1; }`,
	} {
		tree, err := parseTree("nginx.conf", src)
		if tree == nil {
			t.Fatalf("%s: %v", name, err)
		}
		for _, p := range faults(tree, Version{}) {
			t.Errorf("%s: %s", name, p.Text)
		}
	}
}

// TestVersion holds check against what depends on the version that the configuration is for.
func TestVersion(t *testing.T) {
	const src = `server { location / { proxy_http_version 2; } }`
	for _, c := range []struct {
		version Version
		faults  int
	}{{Version{}, 0}, {Version{Major: 1, Minor: 29, Patch: 3}, 1}, {Version{Major: 1, Minor: 29, Patch: 4}, 0}} {
		tree, _ := parseTree("a", src)
		if got := faults(tree, c.version); len(got) != c.faults {
			t.Errorf("nginx %s: %v", c.version, got)
		}
	}
}

// TestSemicolon shows how a missing semicolon looks: nginx takes the next directive for arguments.
func TestSemicolon(t *testing.T) {
	for src, want := range map[string]string{
		"location / {\nproxy_http_version 1.1\nproxy_set_header A b;\n}": `invalid number of arguments in "proxy_http_version" directive`,
		"location / {\nproxy_http_version 1.1\nlocation /a { }\n}":       `directive "proxy_http_version" is not terminated by ";"`,
		"server {\nlisten 80\nserver_name a;\nlocation / { }\n}":         `invalid parameter "server_name"`,
	} {
		tree, _ := parseTree("a", src)
		got := faults(tree, Version{})
		if len(got) != 1 || got[0].Text != want || got[0].Pos.Line != 2 || len(got[0].Notes) != 1 ||
			got[0].Notes[0].Text != "is the ; missing at the end of line 2?" {
			t.Errorf("%q: %+v", src, got)
		}
	}
}

// TestTable holds the tables to their form: a slip in them would be silent.
func TestTable(t *testing.T) {
	directives := knownDirectives()
	if len(directives) < 600 {
		t.Errorf("only %d directives", len(directives))
	}
	kinds := " - once flag msec sec size off vsize num bufs enum mask "
	for name, specs := range directives {
		for _, s := range specs {
			if s.in == 0 || s.args == 0 && s.more < 0 || !strings.Contains(kinds, " "+s.kind+" ") {
				t.Errorf("%s: %+v", name, s)
			}
			if (s.kind == "enum" || s.kind == "mask") != (len(s.words) > 0) && s.kind != "num" {
				t.Errorf("%s: kind %s with words %v", name, s.kind, s.words)
			}
		}
	}
	for _, set := range []string{"http", "stream", "other", "fixed"} {
		if knownVariables()[set] == nil {
			t.Errorf("no %s variables", set)
		}
	}
}
