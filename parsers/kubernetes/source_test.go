package kubernetes

import (
	"bufio"
	"os"
	"strings"
	"testing"
)

// TestKeysOfSource holds the table of ingress-nginx against how its source reads each setting, which is in
// testdata/ingress-nginx.txt: none is missing, none is made up, and numbers and truth values are read as such. What
// cannot be read of these is then found, and what can is not.
func TestKeysOfSource(t *testing.T) {
	f, err := os.Open("testdata/ingress-nginx.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	c := ControllerNamed(ingressNginx)
	read := map[string]bool{}
	for lines := bufio.NewScanner(f); lines.Scan(); {
		if strings.HasPrefix(lines.Text(), "#") {
			continue
		}
		words := strings.Fields(lines.Text())
		on, name, how := words[0], words[1], words[2]
		read[on+" "+name] = true
		k := c.Key(name, on)
		if k == nil || k.Instead != "" {
			t.Errorf("%s of %s is not in the table", name, on)
			continue
		}
		isInt := strings.HasPrefix(how, "int") || strings.HasPrefix(how, "uint")
		if isInt != (k.Type == Int) || strings.HasPrefix(how, "bool") != (k.Type == Bool) {
			t.Errorf("%s of %s is read as %s, and in the table as %s", name, on, how, k.Type)
		}
		holdValues(t, k, on, name)
	}
	for _, k := range c.Keys {
		for _, on := range k.On {
			if !read[on+" "+k.Name] && k.Instead == "" && !strings.HasSuffix(k.Name, "*") {
				t.Errorf("%s of %s is in the table, and nothing reads it", k.Name, on)
			}
		}
	}
}

// holdValues: a value that the controller reads is no misfit, one that it cannot read is what the table says of it.
func holdValues(t *testing.T, k *Key, on, name string) {
	t.Helper()
	good, bad := map[Type]string{Int: "7", Bool: "true", OnOff: "on", Size: "8k"}[k.Type], "seven"
	if good == "" {
		return
	}
	at := func(value string) string {
		if on == "ConfigMap" {
			return found(readText(t, strings.TrimPrefix(config("  "+name+": \""+value+"\"\n"), "---\n")))
		}
		if name == "canary" {
			return found(readText(t, ingress(notes+name+": \""+value+"\"\n", "")))
		}
		return found(readText(t, ingress(notes+name+": \""+value+"\"\n", rule(prefixed("/")))))
	}
	if got := at(good); got != "" && k.Allowed == "" {
		t.Errorf("%s: %q of %s: %s", name, good, on, got)
	}
	want := map[Bad]string{Kept: "dropped", Refused: "refused"}[k.Bad]
	if got := at(bad); want == "" && got != "" || want != "" && !strings.Contains(got, want) {
		t.Errorf("%s: %q of %s: %q, want %s", name, bad, on, got, want)
	}
}
