package haproxy

import (
	"testing"

	"github.com/wslint/wslint/parsers"
)

// TestSniffs: only what reads a header in which browsers differ, or writes what they take differently, makes their
// handshakes fare differently.
func TestSniffs(t *testing.T) {
	for line, want := range map[string]bool{
		"use_backend b if { hdr(host) -i a }":                                         false,
		"acl ws hdr(Upgrade) -i WebSocket":                                            false,
		"acl ws hdr(Connection) -i upgrade":                                           true,
		"acl old hdr_sub(User-Agent) Firefox/115":                                     true,
		"use_backend %[req.hdr(host),lower,map(hosts.map,b)]":                         false,
		"use_backend %[req.hdr(host)]-%[req.hdr(accept-language)]":                    true,
		"http-request set-var(txn.all) req.hdrs":                                      true,
		"http-request deny if { hdr_cnt() gt 9 }":                                     true,
		"http-request set-header X-Forwarded-Proto https":                             false,
		"http-request set-header Connection upgrade":                                  true,
		"http-request del-header Sec-WebSocket-Extensions":                            true,
		"http-request del-header x- -m beg":                                           true,
		"http-request early-hint Link \"</a>\"":                                       true,
		"http-response set-header Upgrade websocket":                                  true,
		"http-response set-header Strict-Transport-Security max-age=1":                false,
		"log-format %[req.hdr(user-agent)]":                                           false,
		"stick on req.hdr(x-client-ip) table t":                                       false,
		"http-request set-header X-Agent %[req.hdr(user-agent)]":                      true,
		"http-request capture req.hdr(User-Agent) len 64":                             true,
		"http-request set-path %[path,regsub(hdr,x)] if { req.hdr(host),lower -m x }": true,
	} {
		c := Parse(&parsers.File{Name: "a", Src: []byte("frontend f\n bind :80\n " + line + "\n")}, Options{})
		if got := sniffs(c.Config); got != want {
			t.Errorf("%s: %v", line, got)
		}
	}
}
