package nginx

import (
	"testing"

	"github.com/wslint/wslint/hop"
)

// TestCauses: what a mismatch of the connection is put down to.
func TestCauses(t *testing.T) {
	for _, c := range []struct {
		listen     string
		tls, proxy bool
		want       hop.Cause
	}{
		{"80", false, false, hop.NoCause}, {"80", false, true, hop.PROXYHeader}, {"80", true, false, hop.WrongScheme},
		{"80 proxy_protocol", false, false, hop.PROXYHeader}, {"80 proxy_protocol", false, true, hop.NoCause},
		{"80 http2", false, false, hop.HTTP2Only}, {"80 ssl", false, false, hop.WrongScheme},
	} {
		q := handshake("/ws")
		q.TLS, q.ProxyProtocol = c.tls, c.proxy
		h := compileText(t, "events { } http { server { listen "+c.listen+"; ssl_certificate a; ssl_certificate_key a; "+
			"location /ws { "+opens+" } } }").Serve(q)[0].Hop
		a, known := h.Answer.Get()
		if !known || a.Cause != c.want || (a.Kind == hop.PassedOn) != (c.want == hop.NoCause) {
			t.Errorf("listen %s, TLS %t, PROXY %t: %+v", c.listen, c.tls, c.proxy, h.Answer)
		}
	}
}
