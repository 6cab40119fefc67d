package haproxy_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers/haproxy"
)

// TestErrorFiles: a page of HAProxy's own that a file replaces. Measured by hand with HAProxy 2.6.12, as the lab
// leaves files out.
func TestErrorFiles(t *testing.T) {
	for line, want := range map[string]hop.Answer{
		"errorfile 403 /etc/haproxy/errors/403.http":               {Kind: hop.Answered, Status: 403},
		"errorfile 403 /dev/null":                                  {Kind: hop.Closed},
		"errorfile 403 maintenance.http":                           {Kind: hop.Answered},
		"errorfile 403 maintenance.http\n  errorloc 403 http://x/": {Kind: hop.Answered, Status: 302, Location: "http://x/"},
		"errorfile 503 maintenance.http":                           {Kind: hop.Answered, Status: 403},
		"errorfiles own":                                           {Kind: hop.Answered},
		"errorfiles own 503":                                       {Kind: hop.Answered, Status: 403},
		"http-error status 403 errorfile own.http":                 {Kind: hop.Answered},
		"http-error status 403 content-type a/b string x":          {Kind: hop.Answered, Status: 403},
	} {
		name := filepath.Join(t.TempDir(), "haproxy.cfg")
		conf := "defaults\n  mode http\n  " + line + "\nhttp-errors own\n  errorfile 503 x.http\nlisten a\n  bind :80\n" +
			"  http-request deny\n"
		if err := os.WriteFile(name, []byte(conf), 0o644); err != nil {
			t.Fatal(err)
		}
		c, err := haproxy.Read(name, haproxy.Options{})
		if err != nil {
			t.Fatal(err)
		}
		want.Cause = hop.DeniesHandshakes
		if h := c.Serve(hop.Request{Method: "GET", Target: "/", Addr: "127.0.0.1:80",
			Proto: hop.Default("HTTP", "1.1", hop.Pos{})})[0].Hop; !hop.Is(
			h.Answer,
			want,
		) {
			a, known := h.Answer.Get()
			t.Errorf("%s: %+v (known %v), want %+v", line, a, known, want)
		}
	}
}
