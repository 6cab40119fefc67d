package settings

import (
	"strings"
	"testing"
)

// TestAll: every section has names, a program and a text, and no name stands twice.
func TestAll(t *testing.T) {
	seen := map[string]bool{}
	list := All()
	if len(list) < 30 {
		t.Errorf("%d settings", len(list))
	}
	for _, s := range list {
		if s.Of != "nginx" && s.Of != "HAProxy" && s.Of != "Linux" || s.Text == "" || strings.Contains(s.Text, "\n## ") {
			t.Errorf("%+v", s)
		}
		for _, n := range s.Names {
			if n == "" || seen[n] {
				t.Errorf("%q stands twice", n)
			}
			seen[n] = true
		}
	}
}

func TestFind(t *testing.T) {
	for name, want := range map[string]string{
		"proxy_read_timeout": "nginx", "Timeout Tunnel": "HAProxy", "scgi_read_timeout": "nginx",
		"net.ipv4.ip_local_port_range": "Linux", "nope": "",
	} {
		if s, ok := Find(name); ok != (want != "") || s.Of != want {
			t.Errorf("%s: %+v, %v", name, s, ok)
		}
	}
}
