package haproxy

import (
	"fmt"
	"strings"
	"testing"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers"
	"github.com/wslint/wslint/parsers/haproxy/conf"
)

// many is a configuration with n frontends, hosts and backends.
func many(n int) *Config {
	var b strings.Builder
	b.WriteString("defaults\n mode http\n timeout client 1m\n timeout server 1m\n timeout connect 5s\n")
	for i := range n {
		fmt.Fprintf(&b, "frontend f%d\n bind 127.0.0.1:%d\n use_backend b%[1]d if { path_beg /ws }\n", i, 1000+i)
	}
	b.WriteString("frontend web\n bind :80\n bind :443\n")
	for i := range n {
		fmt.Fprintf(&b, " use_backend b%d if { hdr(host) -i s%[1]d.example.com }\n", i)
	}
	for i := range n {
		fmt.Fprintf(&b, "backend b%d\n server s 127.0.0.1:9\n", i)
	}
	return Parse(&parsers.File{Name: "a", Src: []byte(b.String())}, Options{})
}

// TestGrowth: ten times as many backends take about ten times as many allocations, and not many each.
func TestGrowth(t *testing.T) {
	if testing.Short() {
		t.Skip("counts for a second")
	}
	each := func(n int) float64 {
		return testing.AllocsPerRun(1, func() {
			c := many(n)
			for _, e := range c.Everywhere() {
				for _, q := range e.Requests {
					c.Serve(q)
				}
			}
		}) / float64(n)
	}
	few, more := each(100), each(1000)
	if more > 1.3*few || few > 1500 {
		t.Errorf("%.0f and %.0f allocations a backend", few, more)
	}
}

// TestCandidates: listeners that are looked up by their port are those that a look at each of them finds.
func TestCandidates(t *testing.T) {
	const text = "frontend a\n bind :80\n bind 127.0.0.1:80\n bind [::1]:80\n bind [::]:81 v4v6\n bind :82\n" +
		" bind 10.0.0.1:83 ssl\n bind 10.0.0.2:81-82\n bind unix@/run/x\nfrontend b\n bind :82\n bind *:83\n"
	c := Parse(&parsers.File{Name: "a", Src: []byte(text)}, Options{})
	found := 0
	for _, host := range []string{"127.0.0.1", "[::1]", "10.0.0.1", "10.0.0.2", "localhost", "a.example.com", "[::2]"} {
		for port := 79; port < 85; port++ {
			addr := fmt.Sprintf("%s:%d", host, port)
			quick := c.candidates(addr)
			slow := (&Config{Config: c.Config, ranges: []*conf.Listener{{Last: 1 << 16}}}).candidates(addr)
			found += len(quick)
			if fmt.Sprint(quick) != fmt.Sprint(slow) {
				t.Errorf("%s: %v, not %v", addr, quick, slow)
			}
		}
	}
	if found == 0 || !c.Listens(hop.Request{Addr: "unix:/run/x"}) {
		t.Error("nothing listens")
	}
}
