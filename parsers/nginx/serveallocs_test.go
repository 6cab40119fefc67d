package nginx

import (
	"runtime"
	"testing"
)

// TestServeAllocates: what one handshake costs at a location like most is a matter of how much is allocated for it.
func TestServeAllocates(t *testing.T) {
	c := compileText(t, `events { } http { map $http_upgrade $connection_upgrade { default upgrade; '' close; }
		server { listen 80; location /ws { proxy_pass http://127.0.0.1:3000; proxy_http_version 1.1;
		proxy_set_header Upgrade $http_upgrade;
		proxy_set_header Connection $connection_upgrade; proxy_read_timeout 1h; }
		} }`)
	q := handshake("/ws")
	c.Serve(q)
	const runs = 100
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for range runs {
		c.Serve(q)
	}
	runtime.ReadMemStats(&after)
	bytes, objects := (after.TotalAlloc-before.TotalAlloc)/runs, (after.Mallocs-before.Mallocs)/runs
	t.Logf("%d bytes, %d objects", bytes, objects)
	if bytes > 9500 || objects > 85 {
		t.Errorf("%d bytes in %d objects", bytes, objects)
	}
}
