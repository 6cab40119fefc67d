package kubernetes

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// A sourced is how the source of a controller reads one key: a line of testdata/keys.
type sourced struct {
	on, name, how string
	// fate is what becomes of a value that cannot be read, value what holds without one, since the versions that read
	// it; "-" for what is not known, or hangs on something else.
	fate, value, since string
}

// sourcedOf reads how the source of a controller reads its keys.
func sourcedOf(t *testing.T, file string) (list []sourced) {
	t.Helper()
	src, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(src)) {
		if w := strings.Fields(line); !strings.HasPrefix(line, "#") {
			w = append(w, "-", "-", "-")
			list = append(list, sourced{w[0], w[1], w[2], w[3], w[4], w[5]})
		}
	}
	return list
}

// tablesOfSource are the tables by the files in testdata/keys.
func tablesOfSource() map[string]*Controller {
	all := map[string]*Controller{}
	for _, c := range Controllers() {
		all[c.Name] = c
	}
	for name, c := range serviceKeys() {
		all["services-"+name] = c
	}
	return all
}

// TestKeysOfSource holds the tables of keys against how the sources of the controllers read them, which is in
// testdata/keys: none is missing, none is made up, and each is read as such. What cannot be read is then found, and
// what can is not.
func TestKeysOfSource(t *testing.T) {
	for file, c := range tablesOfSource() {
		t.Run(file, func(t *testing.T) {
			read := map[string]bool{}
			for _, s := range sourcedOf(t, filepath.Join("testdata", "keys", file+".txt")) {
				read[s.on+" "+s.name] = true
				k := c.Key(s.name, s.on)
				if k == nil || k.Instead != "" {
					t.Errorf("%s of %s is not in the table", s.name, s.on)
					continue
				}
				s.hold(t, k)
				s.holdValues(t, k, c, file)
			}
			for _, k := range c.Keys {
				for _, on := range k.On {
					glob := file == ingressNginx && strings.HasSuffix(k.Name, "*")
					if !read[on+" "+k.Name] && k.Instead == "" && !glob {
						t.Errorf("%s of %s is in the table, and nothing reads it", k.Name, on)
					}
				}
			}
		})
	}
}

// typesOf are the types in the tables for how a source reads a value.
var typesOf = map[string]Type{
	"int": Int, "int32": Int, "int64": Int, "uint64": Int, "bool": Bool, "time": Time, "size": Size, "offset": Size,
	"names": Names, "pairs": Pairs, "json": JSON, "enum": Enum, "word": Word, "lines": Script, "list": List,
}

// hold holds what the table says of a key against its source.
func (s sourced) hold(t *testing.T, k *Key) {
	t.Helper()
	how, allowed, _ := strings.Cut(s.how, ":")
	want := typesOf[how]
	if (want != k.Type) && (want != "" || k.Type == Int || k.Type == Bool) {
		t.Errorf("%s of %s is read as %s, and in the table as %s", s.name, s.on, s.how, k.Type)
	}
	if allowed != "" && allowed != k.Allowed {
		t.Errorf("%s of %s: %s are allowed, and in the table %s", s.name, s.on, allowed, k.Allowed)
	}
	// What does nothing to a WebSocket and is passed over is nothing to tell.
	silent := s.fate == string(Kept) && k.Bad == None && k.Does == ""
	if s.fate != "-" && s.fate != string(k.Bad) && !silent {
		t.Errorf("%s of %s: a bad value is %s, and in the table %s", s.name, s.on, s.fate, k.Bad)
	}
	if s.value != "-" && s.value != k.Default {
		t.Errorf("%s of %s: %s holds without it, and in the table %q", s.name, s.on, s.value, k.Default)
	}
	first, end, _ := strings.Cut(s.since, "..")
	if s.since != "-" && (first != k.Since || end != k.Until) {
		t.Errorf("%s of %s is read in %s, and in the table from %q until %q", s.name, s.on, s.since, k.Since, k.Until)
	}
}

// valuesOf are values that a source that reads so can read, and such that it cannot, by the functions that it has them
// read by.
var valuesOf = map[string]struct{ good, bad []string }{
	"int":    {[]string{"7", "+7", "007"}, []string{"seven", "7s", " 7", "7.0"}},
	"int32":  {[]string{"7", "007"}, []string{"seven", "7s", " 7", "7.0"}},
	"int64":  {[]string{"7", "-1"}, []string{"seven", "7s", "1h"}},
	"uint64": {[]string{"7", "0"}, []string{"seven", "-1", "7s"}},
	"bool":   {[]string{"true", "False", "1", "t"}, []string{"yes", "on", "tRUE"}},
	"time":   {[]string{"60s", "1h30m", "1h 30m", "90", "500ms"}, []string{"60sec", "1.5h", "1m1h", " ", "-1"}},
	"size":   {[]string{"8k", "16M", "512", " 8k "}, []string{"8kb", "1g", "8 k", "k"}},
	"offset": {[]string{"8k", "1G", "0"}, []string{"8kb", "1t", "1.5g"}},
	"pairs":  {[]string{"a=b", "a=b, c=d", "a="}, []string{"a", "=b", "a=b,c"}},
	"json":   {nil, []string{"seven", "{'a': 1}", "[{"}},
	"names":  {[]string{"chat"}, []string{"seven", "chat,seven", " chat", "chat,"}},
}

// holdValues: a value that the controller reads is no misfit, one that it cannot read is what its source makes of it.
func (s sourced) holdValues(t *testing.T, k *Key, c *Controller, file string) {
	t.Helper()
	how, allowed, _ := strings.Cut(s.how, ":")
	v := valuesOf[how]
	good, bad := v.good, v.bad
	switch {
	case how == "enum" || how == "word":
		good, bad = strings.Split(allowed, "|"), []string{"seven"}
	case k.Type == OnOff:
		good, bad = []string{"on"}, []string{"seven"}
	case k.Type == Size && k.Allowed == "":
		good, bad = []string{"8k"}, []string{"seven"}
	case k.Type == Int && k.Allowed != "" && how != "uint64":
		good = []string{"7"}
	}
	if s.name == "mergeable-ingress-type" {
		good = []string{"minion"} // a master leads to nothing
	}
	name := strings.ReplaceAll(s.name, "*", "TCP-443")
	at := func(value string) string {
		list := strings.Split(found(readText(t, s.written(c, file, name, value))), "; ")
		list = slices.DeleteFunc(list, func(m string) bool { return !strings.Contains(m, name+" ") })
		return strings.Join(list, "; ")
	}
	for _, value := range good {
		if got := at(value); got != "" {
			t.Errorf("%s: %q of %s: %s", s.name, value, s.on, got)
		}
	}
	want := map[Bad]string{Kept: "dropped", Refused: "refused", Stops: "refused"}[k.Bad]
	for _, value := range bad {
		if got := at(value); want == "" && got != "" || want != "" && !strings.Contains(got, want) {
			t.Errorf("%s: %q of %s: %q, want %s", s.name, value, s.on, got, want)
		}
		if got := at(value); want == "dropped" && s.value != "-" && !strings.Contains(got, ", "+s.value) {
			t.Errorf("%s: %q of %s: %q, and %s holds", s.name, value, s.on, got, s.value)
		}
	}
}

// written is an object with the key and a value.
func (s sourced) written(c *Controller, file, name, value string) string {
	line := name + ": '" + strings.ReplaceAll(value, "'", "''") + "'\n"
	prefix := c.Prefixes[0]
	if slices.Contains(c.Alone, name) {
		prefix = c.Prefixes[1]
	}
	switch {
	case s.on == "ConfigMap" && file == nginxIngress:
		return "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: nginx-config}\ndata:\n  " + line
	case s.on == "ConfigMap":
		return strings.TrimPrefix(config("  "+line), "---\n")
	case s.on == "classic":
		return loadBalancer("", strings.TrimSuffix(line, "\n"))
	case file == "services-"+cloudProvider:
		return loadBalancer("", "type: nlb", strings.TrimSuffix(line, "\n"))
	case s.on == "network":
		return loadBalancer("  loadBalancerClass: service.k8s.aws/nlb\n", strings.TrimSuffix(line, "\n"))
	case s.on == "Service":
		return "apiVersion: v1\nkind: Service\nmetadata:\n  name: chat\n  annotations:\n    " + prefix + line
	case file == awsController:
		return albIngress("chat", strings.TrimSuffix(line, "\n"))
	case file == nginxIngress:
		return f5("    " + prefix + line)
	case name == "canary":
		return ingress(notes+line, "")
	}
	return ingress(notes+line, rule(prefixed("/")))
}
