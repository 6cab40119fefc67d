package conf

import "testing"

// TestFlavours: the versions of what is made of nginx, as they are declared and as the programs print them.
func TestFlavours(t *testing.T) {
	for _, c := range []struct{ s, nginx, usual, name, taken string }{
		{"1.28", "1.28.0", "1.28.0", "1.28.0", ""},
		{"nginx/1.18.0 (Ubuntu)", "1.18.0", "1.18.0", "1.18.0", ""},
		{"openresty/1.27.1.2", "1.27.1", "openresty/1.27.1.2", "OpenResty 1.27.1.2 (nginx 1.27.1)", ""},
		{"1.21.4.3", "1.21.4", "openresty/1.21.4.3", "OpenResty 1.21.4.3 (nginx 1.21.4)", ""},
		{"angie/1.10", "1.27.5", "angie/1.10", "Angie 1.10 (nginx 1.27.5)", ""},
		{"Angie/1.10.3", "1.27.5", "angie/1.10.3", "Angie 1.10.3 (nginx 1.27.5)", ""},
		{"angie/1.12.1", "1.31.2", "angie/1.12.1", "Angie 1.12.1 (nginx 1.31.2)", ""},
		{"angie/1.40", "1.31.2", "angie/1.40", "Angie 1.40 (nginx 1.31.2)",
			"Angie 1.40 is not known here: taken as nginx 1.31.2"},
		{"Tengine/3.1.0", "1.24.0", "tengine/3.1.0", "Tengine 3.1.0 (nginx 1.24.0)", ""},
		{"tengine/2.3.4", "1.18.0", "tengine/2.3.4", "Tengine 2.3.4 (nginx 1.18.0)", ""},
		{"tengine/0.9", "1.0.15", "tengine/0.9", "Tengine 0.9 (nginx 1.0.15)",
			"Tengine 0.9 is not known here: taken as nginx 1.0.15"},
		{"freenginx/1.29", "1.27.1", "freenginx/1.29", "freenginx 1.29 (nginx 1.27.1)",
			"freenginx 1.29 is not known here: taken as nginx 1.27.1"},
		{"R33", "1.27.2", "R33", "NGINX Plus R33 (nginx 1.27.2)", ""},
		{"nginx/1.27.2 (nginx-plus-r33-p1)", "1.27.2", "R33", "NGINX Plus R33 (nginx 1.27.2)", ""},
		{"nginx-plus-r36", "1.29.3", "R36", "NGINX Plus R36 (nginx 1.29.3)", ""},
		{"plus/R31", "1.25.3", "R31", "NGINX Plus R31 (nginx 1.25.3)", ""},
		{"R99", "1.29.8", "R99", "NGINX Plus R99 (nginx 1.29.8)", "NGINX Plus R99 is not known here: taken as nginx 1.29.8"},
		{"webserver/1.25.3", "1.25.3", "webserver/1.25.3", "1.25.3",
			"unknown flavour webserver/1.25.3: taken as nginx 1.25.3"},
		{"webserver/x", "1.22.1", "webserver/1.22.1", "1.22.1", "unknown flavour webserver/x: taken as nginx 1.22.1"},
	} {
		v, err := ParseVersion(c.s)
		if err != nil || v.String() != c.nginx || v.Usual() != c.usual || v.Name() != c.name || v.Taken != c.taken {
			t.Errorf("%s: %s, %s, %s, %q, %v", c.s, v, v.Usual(), v.Name(), v.Taken, err)
		}
		again, err := ParseVersion(v.Usual())
		if err != nil || again.String() != v.String() || again.Usual() != v.Usual() {
			t.Errorf("%s: its usual form %s is read as %s", c.s, v.Usual(), again)
		}
	}
	for _, s := range []string{"", "new", "1", "angie/x", "1.2.3.4.5", "-1.2", "R", "nginx/x"} {
		if v, err := ParseVersion(s); err == nil {
			t.Errorf("%q is read as %s", s, v)
		}
	}
}
