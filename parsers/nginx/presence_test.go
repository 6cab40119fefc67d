package nginx

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/wslint/wslint/hop"
)

// TestTemplateConditions: the cases of a template are what comes of it when its conditions are defined.
func TestTemplateConditions(t *testing.T) {
	const upgrade = "proxy_http_version 1.1;\nproxy_set_header Upgrade $http_upgrade;\n" +
		"proxy_set_header Connection upgrade;\n"
	site := func(inServer, inLocation string) string {
		return "events {}\nhttp {\nserver {\nlisten 80;\n" + inServer + "\nlocation /ws {\n" + inLocation + "\n}\n}\n}\n"
	}
	pass := "proxy_pass http://127.0.0.1:9;\n"
	for name, src := range map[string]string{
		"headers":           site("", pass+"{% if x %}\n"+upgrade+"{% endif %}"),
		"either header":     site("", pass+"{% if x %}\n"+upgrade+"{% else %}\nproxy_http_version 1.1;\n{% endif %}"),
		"inherited headers": site(upgrade, pass+"{% if x %}\nproxy_set_header Host $host;\n{% endif %}"),
		"an own header beside one that is not there": site(upgrade+"{% if x %}\nset $z 1;\n{% endif %}",
			pass+"{% if x %}\nproxy_set_header Host a;\n{% endif %}\n{% if y %}\nproxy_set_header X-Foo b;\n{% endif %}"),
		"timeout": site("", upgrade+pass+
			"{{ if .x }}\nproxy_read_timeout 5s;\n{{ else }}\nproxy_read_timeout 1h;\n{{ end }}"),
		"not": site("", upgrade+pass+"<% unless @x -%>\nproxy_read_timeout 5s;\n<% end -%>"),
		"twice": site("{% if x %}\n"+upgrade+"{% endif %}",
			pass+"{% if not x %}\nproxy_read_timeout 5s;\n{% endif %}"),
		"handler": site("", upgrade+"{% if x %}\nproxy_pass http://127.0.0.1:1;\n{% else %}\nreturn 404;\n"+
			"{% endif %}"),
		"script":           site("{% if x %}\nreturn 301 https://$host$request_uri;\n{% endif %}", upgrade+pass),
		"if in a template": site("", "{% if x %}\nif ($http_upgrade = \"\") { return 400; }\n{% endif %}\n"+upgrade+pass),
		"location": site("{% if x %}\nlocation /ws/ {\nreturn 403;\n}\nlocation = /ws {\nreturn 402;\n}\n"+
			"{% endif %}", upgrade+pass),
		"regex location": site("{% if x %}\nlocation ~ ws$ {\nreturn 403;\n}\n{% endif %}", upgrade+pass),
		"gate":           site("", "{% if x %}\ndeny all;\n{% endif %}\n"+upgrade+pass),
		"satisfy": site("",
			"{% if x %}\nsatisfy any;\n{% endif %}\nallow all;\nauth_basic a;\nauth_basic_user_file /p;\n"+upgrade+pass),
		"error_page": site("{% if x %}\nerror_page 403 = @app;\n{% endif %}\nlocation @app {\n"+upgrade+pass+"}",
			"deny all;"),
		"named location": site("{% if x %}\nlocation @app {\n"+upgrade+pass+"}\n{% endif %}",
			"error_page 403 = @app;\ndeny all;"),
		"server": "events {}\nhttp {\n{% if x %}\nserver {\nlisten 80;\nreturn 404;\n}\n{% endif %}\n" +
			"server {\nlisten 80;\nserver_name b;\nreturn 403;\n}\n}\n",
		"the only server": "events {}\nhttp {\n{% if x %}\nserver {\nlisten 80;\nreturn 404;\n}\n{% endif %}\n}\n",
		"server_name": "events {}\nhttp {\nserver {\nlisten 80;\nreturn 403;\n}\nserver {\nlisten 80;\n{% if x %}\n" +
			"server_name a.test;\n{% else %}\nserver_name b.test;\n{% endif %}\nreturn 404;\n}\n}\n",
		"listen": "events {}\nhttp {\nserver {\n{% if x %}\nlisten 80;\n{% else %}\nlisten 81;\n{% endif %}\n" +
			"return 403;\n}\n}\n",
		"listen for another": "events {}\nhttp {\nserver {\nlisten 80;\nreturn 401;\n}\nserver {\n{% if x %}\n" +
			"listen 80 default_server;\n{% endif %}\nlisten 81;\nreturn 403;\n}\n}\n",
		"proxy_protocol": "events {}\nhttp {\nserver {\n{% if x %}\nlisten 80 proxy_protocol;\n{% else %}\n" +
			"listen 80;\n{% endif %}\nreturn 403;\n}\n}\n",
		"stream": "events {}\nstream {\nserver {\nlisten 80;\nproxy_pass 127.0.0.1:1;\n{% if x %}\n" +
			"proxy_timeout 5s;\n{% endif %}\n}\n}\n",
		"limit_except": site("", "{% if x %}\nlimit_except POST {\ndeny all;\n}\n{% endif %}\n"+upgrade+pass),
	} {
		t.Run(name, func(t *testing.T) {
			open := templateCases(t, src, nil)
			for _, holds := range []bool{true, false} {
				value := map[bool]string{true: "1", false: ""}[holds]
				var got []string
				for _, k := range open {
					fits := !slices.ContainsFunc(k.When, func(c hop.Condition) bool {
						return isOfTemplate(c) && c.Key != "template y" && c.Holds != holds
					})
					if fits {
						got = append(got, caseText(k))
					}
				}
				var want []string
				for _, k := range templateCases(t, src, map[string]string{"x": value}) {
					want = append(want, caseText(k))
				}
				slices.Sort(got)
				slices.Sort(want)
				if !slices.Equal(slices.Compact(got), want) {
					t.Errorf("x is %q:\ngot\n%s\nwant\n%s", value, strings.Join(got, "\n"), strings.Join(want, "\n"))
				}
			}
		})
	}
}

func isOfTemplate(c hop.Condition) bool { return strings.HasPrefix(c.Key, "template ") }

func templateCases(t *testing.T, src string, define map[string]string) []hop.Case {
	t.Helper()
	cases, refused := templateCasesOf(t, src, handshake("/ws"), define)
	if refused {
		t.Fatal(src + "\nis refused")
	}
	return cases
}

// templateCasesOf are the cases of one request; refused says that nginx does not start with the configuration.
func templateCasesOf(
	t *testing.T, src string, q hop.Request, define map[string]string,
) (cases []hop.Case, refused bool) {
	t.Helper()
	name := filepath.Join(t.TempDir(), "nginx.conf.j2")
	if err := os.WriteFile(name, []byte(src), 0o600); err != nil {
		t.Fatal(err)
	}
	trees, err := Read([]string{name}, nil, Options{Define: define})
	if err != nil || len(trees) != 1 {
		t.Fatalf("%s: %v %v", src, err, trees)
	}
	return Compile(trees[0], measured).Serve(q), len(trees[0].Problems) > 0
}

// caseText is what is predicted in one case, with its conditions but those of templates.
func caseText(k hop.Case) string {
	text, _ := describe(handshake("/ws"), *k.Hop)
	for _, c := range k.When {
		if !isOfTemplate(c) {
			text += " when " + c.Text
		}
	}
	return text
}
