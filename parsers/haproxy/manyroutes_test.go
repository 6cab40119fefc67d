package haproxy

import (
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers"
)

// TestManyRoutes: what it takes to look at a backend does not grow with the routes and ACLs of the others.
func TestManyRoutes(t *testing.T) {
	for _, routes := range []string{
		" use_backend b@ if { path_beg /app@/ws }\n " +
			"use_backend c@ if { hdr(host) -i s@.example.com } { path_beg /ws }\n",
		" use_backend b@ if { hdr(host) -i one.example.com } { path_beg /app@/ws }\n " +
			"use_backend c@ if { path_beg /x@/ws }\n",
		" acl ws hdr(upgrade) -i websocket\n use_backend b@ if ws { path_beg /b@/ }\n " +
			"use_backend c@ if ws { path_beg /c@/ }\n",
		" acl host hdr(host) -i s@.example.com\n",
	} {
		each := func(n int) uint64 {
			var b strings.Builder
			b.WriteString("defaults\n mode http\nfrontend web\n bind :80\n")
			for i := range n {
				b.WriteString(strings.ReplaceAll(routes, "@", fmt.Sprint(i)))
			}
			for i := range n {
				fmt.Fprintf(&b, "backend b%d\n server s 10.0.0.1:9\nbackend c%[1]d\n server s 10.0.0.1:9\n", i)
			}
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			c := Parse(&parsers.File{Name: "a", Src: []byte(b.String())}, Options{})
			list, _, _ := c.Distinct(func(*hop.Endpoint) string { return "" })
			for _, e := range list {
				for _, q := range e.Requests {
					c.Serve(q)
				}
			}
			runtime.ReadMemStats(&after)
			return (after.TotalAlloc - before.TotalAlloc) / uint64(n)
		}
		if few, more := each(100), each(1000); more > 2*few {
			t.Errorf("%d and %d bytes a backend for %s", few, more, routes)
		}
	}
}
