package nginx

import (
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/wslint/wslint/hop"
)

// TestAlikeRegexesAreNotCompiled: of many locations whose expressions are told apart by how they begin, none is
// compiled to find out that no other one takes its path. An expression takes 8 kB when it is.
func TestAlikeRegexesAreNotCompiled(t *testing.T) {
	const n = 500
	var b strings.Builder
	b.WriteString("events { } http { server { listen 80;\n")
	for i := range n {
		fmt.Fprintf(&b, "location ~ ^/app%d/[a-z]+/(ws|socket)$ { proxy_pass http://127.0.0.1:3000; "+
			"proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection upgrade; }\n", i)
	}
	b.WriteString("} }")
	c := compileText(t, b.String())
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, _, more := c.Distinct(func(*hop.Endpoint) string { return "" })
	runtime.ReadMemStats(&after)
	if each := (after.TotalAlloc - before.TotalAlloc) / n; each > 8<<10 || more < n-2 {
		t.Errorf("%d bytes for each of %d, of which %d are left out", each, n, more)
	} else {
		t.Logf("%d bytes each, %d left out", each, more)
	}
}
