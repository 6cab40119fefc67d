package conf

import (
	"strings"
	"testing"
)

func TestTemplates(t *testing.T) {
	const out = "a template expands here"
	for _, c := range []struct{ name, file, src, want string }{
		{"envsubst", "a.conf", "listen ${PORT};", `1:1 "listen" 1:8 "${PORT}" (template)`},
		{"nginx variable", "a.conf", "set $x ${host}$HOST;", `1:1 "set" 1:5 "$x" 1:8 "${host}$HOST"`},
		{"dollar in a template", "a.conf.template", "proxy_pass http://$BACKEND;",
			`1:1 "proxy_pass" 1:12 "http://$BACKEND" (template)`},
		{"default value", "a.conf", "listen ${PORT:-80 ssl}; a;", `1:1 "listen" 1:8 "${PORT:-80 ssl}" (template)|1:25 "a"`},
		{"DOLLAR", "a.conf", "a ${DOLLAR}host;", `1:1 "a" 1:3 "$host"`},
		{"envsubst statement", "a.conf", "server {\n  ${EXTRA}\n  a b;\n}", `1:1 "server" {}|  2:3 "${EXTRA}": ` + out +
			`|  3:3 "a" 3:5 "b"`},
		{"value", "a.conf", "listen {{ port }} {{ flags | default('a;b') }};",
			`1:1 "listen" 1:8 "{{ port }}" (template) 1:19 "{{ flags | default('a;b') }}" (template)`},
		{"value in quotes", "a.conf", `a "{{ x["y"] }}" b;`, `1:1 "a" 1:3 "{{ x[\"y\"] }}" (template) 1:18 "b"`},
		{"statement", "a.conf", "a {\n{{ x }}\nb;\n{{- include \"y\" . | nindent 2 }}\n}", `1:1 "a" {}|  2:1 "{{ x }}": ` +
			out + `|  3:1 "b"|  4:1 "{{- include \"y\" . | nindent 2 }}": ` + out},
		{"if", "a.conf", "{% if x %}\na {\n b;\n}\n{% else %}\nc;\n{% endif %}\nd;",
			`2:1 "a" {} maybe|  3:2 "b" maybe|6:1 "c" maybe|8:1 "d"`},
		{"Go if", "a.conf", "{{- if .x }} a; {{ end -}}\nd;", `1:14 "a" maybe|2:1 "d"`},
		{"ERB", "a.erb", "<% x.each do |y| -%>\na <%= y %>;\n<% end -%>\n<%# c %>b;",
			`2:1 "a" 2:3 "<%= y %>" (template) maybe|4:9 "b"`},
		{"EJS", "a.ejs", "<% if (x) { %>\na;\n<% } else { %>\nb;\n<% } %>c;", `2:1 "a" maybe|4:1 "b" maybe|5:8 "c"`},
		{"Mustache", "a.conf", "{{#x}}\na;\n{{/x}}\nb {{{ c }}};", `2:1 "a" maybe|4:1 "b" 4:3 "{{{ c }}}" (template)`},
		{"if in a statement", "a.conf", "listen 80{% if x %} ssl{% endif %}; b;",
			`1:1 "listen" 1:8 "80{% if x %} ssl{% endif %}" (template)|1:37 "b"`},
		{"semicolons in branches", "a.conf", "a {{ if x }}b;{{ else }}c;{{ end }}\nd;", `1:1 "a" 1:3 "{{ if x }}b;{{ ` +
			`else }}c;{{ end }" (template)|1:1 "a": a template may end this statement early|2:1 "d"`},
		{"a value may hold a semicolon", "a.conf", "a {{ b }}\nproxy_read_timeout 5s;",
			`1:1 "a" 1:3 "{{ b }}" (template) 2:1 "proxy_read_timeout" 2:20 "5s"|1:1 "a": a template may end this ` +
				`statement early`},
		{"templated name", "a.conf", "{{ p }}_pass x;",
			`1:1 "{{ p }}_pass" 1:14 "x": a template makes the name of this directive`},
		{"ansible_managed", "a.conf", "# {{ ansible_managed }}\n{{ ansible_managed | comment }}\na;", `3:1 "a"`},
		{"comments", "a.conf", "{# a;\n b #}\n{{/* don't */}}\n{% set x = 1 %}\na;", `5:1 "a"`},
		{"block in a comment", "a.conf", "#{% if x %}\na;\n#{% endif %}\nb;", `2:1 "a" maybe|4:1 "b"`},
		{"lines inside of a tag", "a.conf", "a {{ b\n\n}} c;\nd;", `1:1 "a" 1:3 "{{ b\n\n}}" (template) 3:4 "c"|4:1 "d"`},
		{"crossing blocks", "a.conf", "{{ if x }}\nserver { a;\n{{ else }}\nserver { b;\n{{ end }}\n}}",
			`1:1 "": a template whose blocks do not fit those of nginx`},
		{"broken", "a.conf", "a {{ b }};\n}", `1:1 "": a template that is no valid configuration before it is expanded`},
		{"unclosed if", "a.conf", "{{ if x }}\na;", `1:1 "": a template whose blocks do not fit those of nginx`},
		{"percent", "a.conf", "listen %%port%%; root /%PATH%/x; b /%E4%B8%AD;",
			`1:1 "listen" 1:8 "%%port%%" (template)|1:18 "root" 1:23 "/%PATH%/x" (template)|1:34 "b" 1:36 "/%E4%B8%AD"`},
		{"at, angle, underscore", "a.conf", "a @HOST@ http://<your-host>:80 __PORT__ @named (?<name>x) \"<b>\";",
			`1:1 "a" 1:3 "@HOST@" (template) 1:10 "http://<your-host>:80" (template) 1:32 "__PORT__" (template) 1:41 ` +
				`"@named" 1:48 "(?<name>x)" 1:59 "<b>"`},
		{"Terraform", "a.tftpl", "%{ if x ~}\na ${b};\n%{ endif ~}", `2:1 "a" 2:3 "${b}" (template) maybe`},
	} {
		if got := describeAs(c.file, c.src, nil); got != c.want {
			t.Errorf("%s:\n got  %s\n want %s", c.name, got, c.want)
		}
	}
}

func describeAs(name, src string, define map[string]string) string {
	top, _, err := parseFile(&File{Name: name, Src: []byte(src)}, define)
	if err != nil {
		return err.Error()
	}
	var b strings.Builder
	describeBlock(&b, top, "")
	return strings.ReplaceAll(strings.TrimSuffix(b.String(), "\n"), "\n", "|")
}

func TestDefine(t *testing.T) {
	define := map[string]string{"PORT": "80", "EMPTY": "", "backend": "b:1", "SP": "a b"}
	for _, c := range []struct{ src, want string }{
		{"listen ${PORT};", `1:1 "listen" 1:8 "80"`},
		{"a \"x\\\"$PORT\" http://$backend/${backend};", `1:1 "a" 1:3 "x\"80" 1:14 "http://b:1/b:1"`},
		{"a $PORTS ${PORT:-1};", `1:1 "a" 1:3 "$PORTS" 1:10 "80"`},
		{"a ${PORT}${OTHER};", `1:1 "a" 1:3 "${PORT}${OTHER}" (template)`},
		{"a ${SP};", `1:1 "a" 1:3 "a b"`},
		{"${EMPTY}\nb;", `2:1 "b"`},
		{"${SP}\nb;", `1:1 "${SP}": a template expands here|2:1 "b"`},
	} {
		if got := describeAs("a.conf", c.src, define); got != c.want {
			t.Errorf("%s:\n got  %s\n want %s", c.src, got, c.want)
		}
	}
}

// TestNoTemplate holds what looks like template syntax and is none: it is not masked, and its errors are errors.
func TestNoTemplate(t *testing.T) {
	for _, src := range []string{
		`location ~ "^/a{2,3}$" { x y; }`,
		`log_format j '{"a":{"b":{"c":"$d"}}}';`,
		`return 200 '{{"a": 1}}';`,
		`return 200 '{{ "a" : {"b": 1}}}';`,
		"server {# comment\n a; #}\n}",
		"content_by_lua_block { local t = {{1, 2}, {3, 4}} } a b;",
		"rewrite ^/(?<x>a)(?P<y>b)$ /$1 break;",
		"return 200 /%20%E4%B8%AD%25;",
		"try_files $uri @app; location @app { a @app; }",
		"proxy_pass http://${host}$request_uri;",
	} {
		if tmpl := maskTemplate("a.conf", src, nil); tmpl.masked != src || len(tmpl.marks)+len(tmpl.blocks) > 0 ||
			tmpl.markup ||
			tmpl.broken {
			t.Errorf("%s: %+v", src, tmpl)
		}
	}
	for _, c := range []struct{ src, want string }{
		{"location / {{ return 204; }}", `a.conf:1:13: unexpected "{"`},
		{"listen ${PORT};\n}", `a.conf:2:1: unexpected "}"`},
		{"server { listen @PORT@;", `a.conf:1:24: unexpected end of file, expecting "}"`},
	} {
		if got := describeAs("a.conf", c.src, nil); got != c.want {
			t.Errorf("%s: %s, want %s", c.src, got, c.want)
		}
	}
}
