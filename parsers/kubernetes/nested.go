package kubernetes

import (
	"regexp"
	"strings"

	"github.com/wslint/wslint/parsers"
	"github.com/wslint/wslint/parsers/infra"
)

// nginxText are lines that only nginx's configuration has.
var nginxText = regexp.MustCompile(
	`(?m)^[ \t]*(?:server|location\s[^;{]+|upstream\s+\S+|http|events|map\s+\$\S+\s+\$\S+)\s*\{|` +
		`^[ \t]*proxy_(?:pass|set_header|read_timeout)\s`,
)

// isNginx reports whether an entry of a ConfigMap or a Secret is nginx's configuration, by its name and what is in it.
func isNginx(key, text string) bool {
	return (strings.HasSuffix(key, ".conf") || strings.Contains(key, "nginx") || !strings.Contains(key, ".")) &&
		nginxText.MatchString(text) && !strings.HasPrefix(text, "#!")
}

// nested are the nginx configurations that an object holds as files: those of a ConfigMap or a Secret.
func nested(o *Object) (list []parsers.Nested) {
	if o.Kind != "ConfigMap" && o.Kind != "Secret" || o.of != "" {
		return nil
	}
	for _, section := range []string{"data", "stringData"} {
		for _, f := range o.Get(section).Fields {
			if x, ok := embedded(f.Key, f.Value); ok && (section == "stringData" || o.Kind == "ConfigMap") {
				x.Name = f.Value.Pos.File + ": " + o.String() + ", " + f.Key
				list = append(list, x)
			}
		}
	}
	return list
}

// embedded is the text of a value as nginx's configuration.
func embedded(key string, v infra.Value) (x parsers.Nested, ok bool) {
	if v.Kind != infra.Scalar || v.Lines == nil || !isNginx(key, v.Text) {
		return x, false
	}
	return parsers.Nested{Format: "nginx", Found: parsers.Found{Src: []byte(v.Text), Origin: v.Lines()}}, true
}
