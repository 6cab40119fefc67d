package haproxy_test

import (
	"net/http"
	"path/filepath"
	"testing"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/internal/oracle"
	"github.com/wslint/wslint/parsers/haproxy"
)

// TestConstantUpgrade holds where pages are said to be sent as handshakes against what HAProxy makes of a page.
func TestConstantUpgrade(t *testing.T) {
	h := oracle.FindHAProxy(t)
	for _, c := range []struct {
		name, rules string
		constant    bool
	}{
		{"both headers", "http-request set-header Upgrade websocket\nhttp-request set-header Connection upgrade", true},
		{"both headers, in a condition that always holds",
			"http-request set-header Upgrade websocket if METH_GET\nhttp-request set-header Connection Upgrade", true},
		{"Upgrade alone", "http-request set-header Upgrade websocket", false},
		{"Connection alone", "http-request set-header Connection upgrade", false},
		{"for handshakes only", "acl ws hdr(Upgrade) -m found\nhttp-request set-header Upgrade websocket if ws\n" +
			"http-request set-header Connection upgrade if ws", false},
		{"below a path", "acl ws path_beg /ws\nhttp-request set-header Upgrade websocket if ws\nhttp-request set-header " +
			"Connection upgrade if ws", false},
		{"nothing", "http-request set-header X-A b", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			lab, err := oracle.RewriteHAProxy(
				t,
				usualDefaults+"listen l\nbind *:80\n"+c.rules+"\nserver a app:80\n",
				oracle.Options{},
			)
			if err != nil {
				t.Fatal(err)
			}
			config, err := haproxy.Read(filepath.Join(lab.Conf, lab.Main), haproxy.Options{})
			if err != nil {
				t.Fatal(err)
			}
			q, err := lab.Request(oracle.Probe{URL: "ws://chat.test/ws"})
			if err != nil {
				t.Fatal(err)
			}
			cases := config.Serve(q)
			if _, constant := cases[0].Hop.Constant["Upgrade"]; len(cases) != 1 || constant != c.constant ||
				!hop.Is(cases[0].Hop.Answer, hop.Answer{}) {
				t.Errorf("%d cases, the first with a constant Upgrade: %v", len(cases), constant)
			}
			if _, err := lab.StartHAProxy(t, h); err != nil {
				t.Fatal(err)
			}
			page, err := http.NewRequest("GET", "http://"+q.Addr+"/", nil)
			if err != nil {
				t.Fatal(err)
			}
			// The application of the lab insists on the version. One that does not opens a WebSocket for pages without it, too.
			page.Header.Set("Sec-WebSocket-Version", "13")
			resp, err := http.DefaultClient.Do(page)
			if err != nil {
				t.Fatal(err)
			}
			resp.Body.Close()
			if broken := resp.StatusCode == http.StatusBadGateway; broken != c.constant {
				t.Errorf("a page is answered %d", resp.StatusCode)
			}
		})
	}
}
