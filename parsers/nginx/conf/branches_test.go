package conf

import (
	"strings"
	"testing"
)

// branchesOf shows when each directive of a template is there.
func branchesOf(t *testing.T, src string, define map[string]string) string {
	t.Helper()
	top, _, err := parseFile(&File{Name: "nginx.conf.j2", Src: []byte(src)}, define)
	if err != nil {
		t.Fatalf("%s: %v", src, err)
	}
	var list []string
	for _, d := range top {
		s := d.Name.Value
		for _, b := range d.When {
			if s += " if "; !b.Holds {
				s += "not "
			}
			s += "[" + b.Condition + "]"
		}
		if d.Maybe && len(d.When) == 0 {
			s += " perhaps"
		}
		list = append(list, s)
	}
	return strings.Join(list, ", ")
}

func TestBranches(t *testing.T) {
	for src, want := range map[string]string{
		"{% if x %}\na 1;\n{% else %}\nb 1;\n{% endif %}\nc 1;": "a if [x], b if not [x], c",
		"{% if x %}\na 1;\n{% elif y %}\nb 1;\n{% else %}\nc 1;\n{% endif %}": "a if [x], b if not [x] if [y], c " +
			"if not [x] if not [y]",
		"{% if not x %}\na 1;\n{% if y %}\nb 1;\n{% endif %}\n{% endif %}":           "a if not [x], b if not [x] if [y]",
		"{% if x != 'a' %}\na 1;\n{% endif %}\n{% if x == 'a' %}\nb 1;\n{% endif %}": "a if not [x == 'a'], b if [x == 'a']",
		"{% if x is not defined %}\na 1;\n{% endif %}":                               "a if not [x is defined]",
		"{% unless x %}\na 1;\n{% endunless %}":                                      "a if not [x]",
		"{{ if not .X }}\na 1;\n{{ else }}\nb 1;\n{{ end }}":                         "a if not [.X], b if [.X]",
		"{{ if eq .X \"b\" }}\na 1;\n{{ else if ne .Y \"c\" }}\nb 1;\n{{ end }}": "a if [eq .X \"b\"], b if not [eq " +
			".X \"b\"] if not [eq .Y \"c\"]",
		"{{- with .X }}\na 1;\n{{- end }}":           "a if [.X]",
		"{{#x}}\na 1;\n{{/x}}\n{{^x}}\nb 1;\n{{/x}}": "a if [x], b if not [x]",
		"<% if @x -%>\na 1;\n<% elsif @y -%>\nb 1;\n<% end -%>": "a if [@x], b if not " +
			"[@x] if [@y]",
		"<% unless @x -%>\na 1;\n<% end -%>": "a if not [@x]",
		"<% if (x) { %>\na 1;\n<% } else if (!y) { %>\nb 1;\n<% } else { %>\nc 1;\n<% } %>": "a if [x], b if not [x] if " +
			"not [y], c if not [x] if [y]",
		"{% for x in y %}\na 1;\n{% endfor %}":                          "a if [for x in y]",
		"{% for x in y %}\n{% if z %}\na 1;\n{% endif %}\n{% endfor %}": "a if [for x in y] if [z]",
		"{% for x in y %}\na 1;\n{% else %}\nb 1;\n{% endfor %}":        "a if [for x in y], b if not [for x in y]",
		"{{#each x}}\na 1;\n{{/each}}":                                  "a if [#each x]",
		"<% @x.each do |y| -%>\na 1;\n<% end -%>":                       "a if [@x.each do |y|]",
		"<% x.forEach(function(y) { %>\na 1;\n<% }) %>":                 "a if [x.forEach(function(y)]",
		"{% macro m(x) %}\na 1;\n{% endmacro %}":                        "a perhaps",
		"{{ range .X }}\na 1;\n{{ end }}":                               "a if [range .X]",
		"{% block x %}\na 1;\n{% endblock %}":                           "a",
		"{% block x %}\n{% if y %}\na 1;\n{% endif %}\n{% endblock %}":  "a if [y]",
	} {
		if got := branchesOf(t, src, nil); got != want {
			t.Errorf("%q: %s, want %s", src, got, want)
		}
	}
	for value, want := range map[string]string{"true": "a, c", "": "b, c", "false": "b, c"} {
		src := "{% if x %}\na 1;\n{% else %}\nb 1;\n{% endif %}\nc 1;"
		if got := branchesOf(t, src, map[string]string{"x": value}); got != want {
			t.Errorf("--define x=%s: %s, want %s", value, got, want)
		}
	}
}
