package lint

import (
	"fmt"
	"strings"
	"testing"
)

// filledLater is a configuration of HAProxy of which tests make templates. The timeout in its line 5 is too short for a
// ping every 75 s.
const filledLater = `global
  maxconn 4000
defaults
  mode http
  timeout client 30s
  timeout server 30s
  timeout connect 5s
frontend web
  bind *:80
  acl is_ws hdr(Upgrade) -i websocket
  use_backend ws if is_ws
  default_backend app
backend app
  server a 10.0.0.1:80
backend ws
  server b 10.0.0.2:80
`

// TestHaproxyTemplates: what a template of an haproxy.cfg leaves open is told where it decides, and the rest is judged
// as it is written: a listener of which nobody knows the address is one all the same.
func TestHaproxyTemplates(t *testing.T) {
	const judged = "1 endpoint, idle-timeout-below-ping 5"
	later := func(place, what string) string {
		return fmt.Sprintf("%s the file is a template: %s is filled in later", place, what)
	}
	for _, tc := range []struct{ name, line, instead, want string }{
		{"a port", "bind *:80", "bind *:{{ port }}", judged},
		{"a port of a Go template, which is no parameter", "bind *:80", `bind *:{{ env "ssl" }}`, judged},
		{"an address and a port", "bind *:80", "bind __ADDR__:__PORT__", judged},
		{"a port between at signs", "bind *:80", "bind *:@PORT@", judged},
		{"a port between percent signs", "bind *:80", "bind *:%%PORT%%", judged},
		{"a port of a shell", "bind *:80", "bind *:${PORT}", judged},
		{"a port of the environment", "bind *:80", `bind "*:${PORT}"`, judged},
		{"an address of Ruby", "bind *:80", "bind <%= a ? b : c %>:80", judged},
		{"all of a bind", "bind *:80", "bind {{ bind }}", judged},
		{"a loop", "bind *:80", "{% for b in binds %}\n  bind {{ b }}\n  {% endfor %}", judged},
		{"a loop in a line", "bind *:80", "{% for b in binds %}bind {{ b }}{% endfor %}", judged},
		{"a loop of Ruby", "bind *:80", "<% ports.each do |p| -%>\n  bind *:<%= p %>\n  <% end -%>", judged},
		{"one of two binds", "bind *:80", "{{ if .TLS }}bind *:443 ssl crt /x{{ else }}bind *:80{{ end }}", judged},
		{"a file", "bind *:80", "bind unix@/run/{{ name }}.sock", judged},
		{"a block in an address", "bind *:80", "bind {{ if .IP }}{{ .IP }}{{ else }}*{{ end }}:{{ .Port }}",
			judged},
		{"nothing but the listeners", "bind *:80", "{{ binds }}",
			"1 endpoint, 8:1 the template's line 9 decides about timeout client, " + later("9:3", "{{ binds }}")},
		{"a parameter", "bind *:80", "bind *:80 {{ tls }}", judged + ", " + later("9:13", "{{ tls }}")},
		{"an address of a frontend", "frontend web\n  bind *:80", "frontend web {{ addr }}",
			"0 endpoints, " + later("8:14", "{{ addr }}")},

		{"a name", "frontend web", "frontend __NAME__", judged},
		{"a backend's name", "ws", "{{ x }}-ws", judged},
		{"a backend that is called otherwise", "use_backend ws", "use_backend {{ x }}", judged + ", 11:3 when {{ x }} is " +
			"not ws: what becomes of the handshake ws://localhost/ is unknown: the file is a template: {{ x }} is filled in " +
			"later"},
		{"a default that may be another one", "default_backend app", "default_backend __WS__", judged},
		{"no other way", "  use_backend ws if is_ws\n  default_backend app", "  default_backend __WS__",
			"1 endpoint, idle-timeout-below-ping 5, 11:3 when __WS__ is not app and __WS__ is not ws: what becomes of the " +
				"handshake ws://localhost/ is unknown: the file is a template: __WS__ is filled in later"},
		{"a default in a condition", "  use_backend ws if is_ws\n  default_backend app", "{% if x is defined %}\n" +
			"  default_backend ws\n{% endif %}", judged},
		{"more defaults than are followed", "  use_backend ws if is_ws\n  default_backend app\n",
			strings.Repeat("  {% if x %}\n  default_backend ws\n  {% endif %}\n", 9), judged +
				", 8:1 when the template's condition x does not hold: what becomes of the handshake ws://localhost/ is unknown: " +
				"the template's line 11 decides"},
		{"a condition", "if is_ws", "{{ cond }}", judged},
		{"a whole rule", "use_backend ws if is_ws", "{% if x %}\n  use_backend ws if is_ws\n  {% endif %}", judged},

		{"a mode", "mode http", "mode {{ mode }}", judged},
		{"a mode of a frontend", "bind *:80", "bind *:80\n  mode __MODE__", judged},
		{"a server's address", "server b 10.0.0.2:80", "server b {{ ip }}:{{ port }} check", judged},
		{"a server's parameters", "server b 10.0.0.2:80", "server b 10.0.0.2:80 {{ more }}",
			judged + ", " + later("16:24", "{{ more }}")},
		{"a server for each", "server b 10.0.0.2:80", "{% for h in hosts %}\n  server {{ h }} {{ h }}:80\n  {% endfor %}",
			judged},
		{"nothing but servers", "  server b 10.0.0.2:80", "  timeout tunnel 30s\n  {{ servers }}",
			"1 endpoint, idle-timeout-below-ping 16, " + later("17:3", "{{ servers }}")},

		{"a timeout", "timeout client 30s", "timeout client __T1__", "1 endpoint, " + later("5:3", "__T1__")},
		{"a timeout tunnel", "\nbackend ws", "\nbackend ws\n  timeout tunnel {{ t }}",
			"1 endpoint, " + later("16:3", "{{ t }}")},
		{"which timeout", "timeout server 30s", "timeout {{ which }} 30s",
			"1 endpoint, 15:1 the template's line 6 decides about timeout tunnel"},
		{"more of a backend", "\nbackend ws", "\nbackend ws\n  {{ extra }}",
			"1 endpoint, 15:1 the template's line 16 decides about timeout tunnel, " + later("16:3", "{{ extra }}")},
		{"more of the configuration", "defaults\n", "defaults\n  {{ extra }}\n",
			"1 endpoint, " + later("4:3", "{{ extra }}") + ", 16:1 the template's line 4 decides about timeout tunnel"},
		{"a condition in parentheses", "\nbackend ws", "\nbackend ws\n{% if a %}\n{% if(b) %}\n{% endif %}\n" +
			"  timeout tunnel 1h\n{% endif %}", judged},
		{"a condition behind a tab", "\nbackend ws", "\nbackend ws\n{{if\t.X}}\n  timeout tunnel 1h\n{{end}}",
			judged},
		{"a condition of Terraform", "\nbackend ws", "\nbackend ws\n%{ if x ~}\n  timeout tunnel 1h\n%{ endif ~}",
			judged},
		{"an assignment of several lines", "defaults\n", "{% set x = {\n'a': 1\n} %}\ndefaults\n",
			"1 endpoint, idle-timeout-below-ping 8"},
		{"blanks", "\nbackend ws", "\nbackend ws\n  {{- \"\" }}\n  {# {{ x }} #}", judged},
		{"a comment", "\nbackend ws", "\nbackend ws\n  {{- /* timeout tunnel\n  1h */ -}}\n  # {{ x }}", judged},

		{"all of it", filledLater, "{{ if .Enabled }}\n" + filledLater + "{{ end }}\n",
			"1 endpoint, idle-timeout-below-ping 6"},
		{"sections for each", "frontend web", "{{ range .Sites }}\nfrontend web", "1 endpoint, idle-timeout-below-ping 5"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			text := strings.ReplaceAll(filledLater, tc.line, tc.instead)
			if text == filledLater {
				t.Fatalf("%q is not in it", tc.line)
			}
			r := checked(t, map[string]string{"haproxy.cfg": text}, pingEvery75)
			got := []string{fmt.Sprintf("%d endpoint", r.Endpoints)}
			if r.Endpoints == 0 {
				got[0] += "s"
			}
			for _, f := range r.Findings {
				got = append(got, fmt.Sprintf("%s %d", f.Rule.Name, f.Pos.Line))
			}
			for _, n := range r.Unknown {
				got = append(got, fmt.Sprintf("%d:%d %s", n.Pos.Line, n.Pos.Col, n.Text))
			}
			if got := strings.Join(got, ", "); got != tc.want {
				t.Errorf("%s\nwant\n%s", got, tc.want)
			}
		})
	}
}

// TestNoHaproxyTemplates: what looks like a piece of a tag makes no template of a file, nor does a value in a comment:
// HAProxy's refusals are told.
func TestNoHaproxyTemplates(t *testing.T) {
	for _, line := range []string{
		`log-format '{"conn":{"fe":%fc,"q":{"b":%bq}}}'`, `log-format "{%hr} <%b> %{+Q}r"`, "# {{ ansible_managed }}",
		"maxconn 9 # {% and <%", "# made by <%= name %>",
	} {
		text := strings.Replace(filledLater, "mode http", "mode http\n  "+line+"\n  frobnicate", 1)
		r := checked(t, map[string]string{"haproxy.cfg": text}, pingEvery75)
		if len(r.Findings) != 1 || r.Findings[0].Rule.Name != "unreadable-config" || r.Findings[0].Pos.Line != 6 {
			t.Errorf("%s: %v", line, r.Findings)
		}
	}
}

// TestHaproxyTemplatesFound: templates are found by the names that they have.
func TestHaproxyTemplatesFound(t *testing.T) {
	files := map[string]string{"notes.j2": filledLater, "haproxy.md": filledLater, "haproxy.yml.j2": filledLater}
	for _, name := range []string{"templates/haproxy.cfg.j2", "lb.cfg.erb", "haproxy.conf.tmpl", "edge.cfg.template",
		"haproxy.ctmpl"} {
		files[name] = strings.Replace(filledLater, "*:80", "*:{{ port }}", 1)
	}
	if r := checked(t, files, pingEvery75); r.Files != 5 || r.Endpoints != 5 || len(r.Findings) != 5 {
		t.Errorf("%d files, %d endpoints, %d findings", r.Files, r.Endpoints, len(r.Findings))
	}
}
