package haproxy

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers"
)

// alikeConfig is a configuration of 100 backends of one text, in which @ is the number of each.
func alikeConfig(front, route, backend string) *Config {
	var b strings.Builder
	b.WriteString("global\n maxconn 100\ndefaults\n mode http\n timeout connect 5s\n timeout client 60s\n" +
		" timeout server 60s\nfrontend web\n bind :8080\n " + front + "\n")
	for i := range 100 {
		b.WriteString(strings.ReplaceAll(" "+route+"\n", "@", fmt.Sprint(i)))
	}
	for i := range 100 {
		b.WriteString(strings.ReplaceAll("backend b@\n "+backend+"\n", "@", fmt.Sprint(i)))
	}
	return Parse(&parsers.File{Name: "haproxy.cfg", Src: []byte(b.String())}, Options{})
}

// TestDistinct tells ways that differ in names and addresses alone from others.
func TestDistinct(t *testing.T) {
	const (
		host   = "use_backend b@ if { hdr(host) -i s@.example.com }"
		tunnel = "timeout tunnel 1h\n server a 10.0.0.@:80"
		path   = "acl h@ hdr(host) -i s@.example.com\n acl p@ path_beg /app@/\n use_backend b@ if h@ p@"
	)
	for _, x := range []struct {
		front, route, backend string
		alike                 bool
	}{
		{"", host, tunnel, true},
		{"", host, "server a 10.0.0.@:80", true},
		{"", host, tunnel + " maxconn @", false},
		{"", host, "timeout tunnel @h\n server a 10.0.0.1:80", false},
		{"", host, "timeout tunnel 1h\n server a 127.0.0.1:80@", false},
		{"", host, "timeout tunnel 1h\n server a 127.0.0.@:80", false},
		{"", host, "timeout tunnel 1h\n server s@ 10.0.0.1:80", true},
		{"", host, "timeout tunnel 1h\n server s@ 10.0.0.1:80\n use-server s7 if { path_beg /x }", false},
		{"", host, tunnel + "\n http-request deny if { hdr(host) -m beg s1 }", false},
		{"", host, tunnel + "\n http-request deny if { path_beg /admin }", true},
		{"", host, tunnel + "\n http-request set-path /x", true},
		{"", path, tunnel, true},
		{"", path, tunnel + "\n http-request set-path %[path,lower]", false},
		{"http-request deny if { path_beg /app7/ }", path, tunnel, false},
		{"stats uri /app7/", path, tunnel, false},
		{"use_backend b0 if { path_beg /app }", path, tunnel, false},
		{"use_backend b0 if { src 10.0.0.0/8 }", host, tunnel, true},
		{"use_backend b0 if { hdr(host) -m beg s1 }", host, tunnel, false},
		{"use_backend b0 unless { hdr(host) -m found }", host, tunnel, false},
		{"http-request deny if { hdr(host) -m beg s1 }", host, tunnel, false},
		{"http-request deny if { req.hdr(origin) -m beg https://s1 }", host, tunnel, false},
		{"use_backend b0 if { hdr(origin) -m beg https://s1 }", host, tunnel, false},
		{"acl bad req.hdr(Host) -m beg s1\n http-request deny if bad", host, tunnel, false},
		{"http-request set-header X-Forwarded-Host %[req.hdr(host)]", host, tunnel, true},
		{"http-request set-header Host %[req.hdr(host),lower]", host, tunnel, false},
		{"http-request redirect prefix https://www.example.com if { path / }", host, tunnel, false},
		{"http-request redirect scheme https if { path_beg /old }", host, tunnel, true},
		{"capture request header Host len 20", host, tunnel, true},
		{"", strings.Replace(host, "s@.", "S@.", 1), tunnel, false},
		{"", strings.Replace(host, "hdr(host)", "hdr_beg(host)", 1), tunnel, false},
		{"", strings.Replace(host, "s@.example.com", "s@", 1), tunnel, false},
		{"", strings.Replace(host, "if", "unless", 1), tunnel, false},
		{"", host + " { src 10.0.0.@ }", tunnel, false},
	} {
		c := alikeConfig(x.front, x.route, x.backend)
		nothing := func(*hop.Endpoint) string { return "" }
		list, rest, more := c.Distinct(nothing)
		others, spared := rest(nothing), more
		for _, e := range others {
			if len(e.Requests) == 0 {
				spared++
			}
		}
		all := len(c.Endpoints())
		if len(list)+more != all {
			t.Errorf("%v: %d endpoints and %d more of %d", x, len(list), more, all)
		}
		if everywhere := places(c.Everywhere()); all == 0 && !slices.Equal(places(others), everywhere) {
			t.Errorf("%v: the others are at\n%v\nof\n%v", x, places(others), everywhere)
		}
		if alike := spared > 50; alike != x.alike {
			t.Errorf("%v: %d are alike", x, spared)
		}
		something := func(*hop.Endpoint) string { return "something" }
		list, rest, more = c.Distinct(something)
		others = rest(something)
		twins := byThemselves(t, list) + byThemselves(t, others)
		if !reflect.DeepEqual(list, c.Endpoints()) || more != 0 {
			t.Errorf("%v: endpoints of which there is something to say are others", x)
		}
		if all == 0 && !reflect.DeepEqual(others, c.Everywhere()) {
			t.Errorf("%v: places of which there is something to say are others", x)
		}
		if alike := twins > 50; alike != x.alike {
			t.Errorf("%v: %d are twins", x, twins)
		}
	}
}

// byThemselves puts each twin by itself in its place, and counts them.
func byThemselves(t *testing.T, list []hop.Endpoint) (twins int) {
	for i, e := range list {
		if e.Twin == nil {
			continue
		}
		twins++
		list[i] = e.Twin.Itself()
		move := e.Twin.Move()
		name, ok := move.Name(e.Twin.Of.Name)
		pos, there := move.Pos(e.Twin.Of.Pos)
		if x := list[i]; !ok || !there || name != x.Name || pos != x.Pos || e.Name != name || e.Pos != pos {
			t.Errorf("%s at %v is carried over to %s at %v: %v %v", x.Name, x.Pos, name, pos, ok, there)
		}
	}
	return twins
}

// places are the names and places of endpoints.
func places(list []hop.Endpoint) (all []string) {
	for _, e := range list {
		all = append(all, fmt.Sprint(e.Name, e.Pos, e.Server, e.Forwards))
	}
	return all
}
