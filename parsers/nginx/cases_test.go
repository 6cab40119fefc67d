package nginx

import (
	"fmt"
	"strings"
	"testing"

	"github.com/wslint/wslint/hop"
)

const opens = "proxy_pass http://127.0.0.1:9; proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; " +
	"proxy_set_header Connection upgrade; "

// openCases serves a handshake of which nobody knows what cookies, address and origin it has, at a location with some
// lines.
func openCases(t testing.TB, lines string) []hop.Case {
	t.Helper()
	q := handshake("/ws")
	for _, name := range []string{"Cookie", "Authorization", "Origin"} {
		q.Header[name] = []hop.Setting[string]{hop.Unknown[string](name, hop.Pos{}, "what the browser sends is open")}
	}
	return compileText(
		t,
		"events { } http { server { listen 80; root /srv; location /ws { "+lines+" "+opens+
			" } location = /gate { proxy_pass http://127.0.0.1:7; } } }",
	).Serve(q)
}

// said is how the cases of a handshake look: what becomes of it, and when.
func said(cases []hop.Case) string {
	var list []string
	for _, k := range cases {
		a, known := k.Hop.Answer.Get()
		what := fmt.Sprint(a.Status)
		switch {
		case !known:
			what = "unknown"
		case a.Kind == hop.PassedOn:
			what = "on"
		case a.Kind == hop.Closed:
			what = "closed"
		}
		var when []string
		for _, c := range k.When {
			when = append(when, c.Text)
		}
		list = append(list, what+" if "+strings.Join(when, " and "))
	}
	return strings.Join(list, "; ")
}

// TestConditions shows which conditions each gate makes, and that they are asked for once, by what they mean, when
// somebody wants to know.
func TestConditions(t *testing.T) {
	for lines, want := range map[string]string{
		``:                                    "on if ",
		`if ($cookie_a = x) { return 403; }`:  `on if $cookie_a is not "x"; 403 if $cookie_a is "x"`,
		`if ($cookie_a != x) { return 403; }`: `on if $cookie_a is "x"; 403 if $cookie_a is not "x"`,
		`if ($cookie_a = x) { return 403; } if ($cookie_a != x) { return 402; }`: `402 if $cookie_a is not "x"; ` +
			`403 if $cookie_a is "x"`,
		`if ($cookie_a = x) { return 403; } if ($cookie_a = y) { return 402; }`: `on if $cookie_a is not "x" and ` +
			`$cookie_a is not "y"; 403 if $cookie_a is "x"; 402 if $cookie_a is not "x" and $cookie_a is "y"`,
		`if ($cookie_a = "") { return 401; } if ($cookie_a) { set $b 1; }`: `on if $cookie_a is not empty; ` +
			`401 if $cookie_a is empty`,
		`set $b $cookie_a; if ($b = x) { return 403; }`: `on if $cookie_a is not "x"; ` +
			`403 if $cookie_a is "x"`,
		`if ($cookie_a) { set $b 1; } if ($cookie_c) { set $b 2; }`: `on if `,
		`set $b ""; if ($cookie_a) { set $b 1; } if ($b) { return 403; }`: `on if $cookie_a is not set; ` +
			`403 if $cookie_a is set`,
		`set $b "p-$cookie_a"; if ($b = p-x) { return 403; }`: `on if $cookie_a is not "x"; ` +
			`403 if $cookie_a is "x"`,
		`set $b "p-$cookie_a"; if ($b = x) { return 403; }`: `on if `,
		`if ($cookie_a ~ ^x) { return 403; } if ($cookie_a = xy) { return 402; }`: `on if $cookie_a does not match ~ ^x; ` +
			`403 if $cookie_a matches ~ ^x`,
		`if (-f $document_root/m) { return 503; } if (!-e /srv/m) { return 402; }`: `on if /srv/m does not exist and ` +
			`/srv/m exists; 402 if /srv/m does not exist and /srv/m does not exist; 503 if /srv/m exists`,
		`auth_request /gate;`: `on if auth_request /gate lets it in; 0 if auth_request /gate turns it away`,
		`allow 10.0.0.0/8; deny all;`: `on if the client's address is in 10.0.0.0/8; 403 if the client's ` +
			`address is not in 10.0.0.0/8`,
		`access_by_lua_block { ngx.exit(403) }`: `on if access_by_lua_block lets it in; 0 if access_by_lua_block ` +
			`turns it away`,
		`set $b ""; access_by_lua_block { ngx.var.b = 1 } if ($b) { return 403; }`: `on if `,
		`modsecurity on;`:                            `on if modsecurity lets it in; 0 if modsecurity turns it away`,
		`modsecurity off; auth_jwt off;`:             `on if `,
		`auth_jwt realm;`:                            `on if auth_jwt lets it in; 0 if auth_jwt turns it away`,
		`vod_base_url x; something_nobody_knows on;`: `on if `,
		`content_by_lua_block { ngx.say(1) }`:        `on if `, // proxy_pass is the last one, and counts
		`if ($geoip_country_code = CN) { return 403; } if ($geoip_country_code = RU) { ` +
			`return 402; }`: `on if $geoip_country_code is not "CN" and $geoip_country_code is not "RU"; ` +
			`403 if $geoip_country_code is "CN"; ` +
			`402 if $geoip_country_code is not "CN" and $geoip_country_code is "RU"`,
	} {
		if got := said(openCases(t, lines)); got != want {
			t.Errorf("%s\n got %s\nwant %s", lines, got, want)
		}
	}
}

// TestSplits: of a string that nobody knows each part of split_clients is a case; what no part takes is empty.
func TestSplits(t *testing.T) {
	for parts, want := range map[string]string{
		"10% a; * b;": `403 if split_clients gives something else than a for $part; 402 if split_clients gives a for $part ` +
			`(10%)`,
		"100% b; * a;": `403 if `,
		"0% a; * b;":   `403 if `,
		"50% a;": `on if split_clients gives something else than a for $part; 402 if split_clients gives a for $part ` +
			`(50%)`,
	} {
		c := compileText(t, "events { } http { split_clients $request_id $part { "+parts+" } server { listen 80; "+
			`location /ws { if ($part = a) { return 402; } if ($part = b) { return 403; } `+opens+"} } }")
		if got := said(c.Serve(handshake("/ws"))); got != want {
			t.Errorf("%s\n got %s\nwant %s", parts, got, want)
		}
	}
}

// BenchmarkConditions serves a handshake at a location with thirty conditions that have nothing to do with each other.
func BenchmarkConditions(b *testing.B) {
	repeat := func(line string) string {
		var all strings.Builder
		for i := range 30 {
			all.WriteString(strings.ReplaceAll(line, "%", fmt.Sprint(i)) + " ")
		}
		return all.String()
	}
	for name, lines := range map[string]string{
		"gates":    repeat("if ($cookie_c% = x) { return 403; }"),
		"nothing":  repeat("if ($cookie_c%) { set $v% 1; }"),
		"together": `set $t ""; ` + repeat(`if ($cookie_c%) { set $t "${t}%"; }`) + "if ($t = x) { return 403; }",
		"chained": `set $t ""; ` + repeat(`if ($t != $cookie_c%) { set $t "${t}1"; } set $t "${t}-";`) +
			"if ($t = x) { return 403; }",
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				openCases(b, lines)
			}
		})
	}
}
