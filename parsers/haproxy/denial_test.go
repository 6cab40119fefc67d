package haproxy_test

import (
	"testing"

	"github.com/wslint/wslint/hop"
)

// TestDenial: a rule denies handshakes where it holds for each that asks for the same path, whoever sends it and to
// whatever name.
func TestDenial(t *testing.T) {
	for lines, want := range map[string]bool{
		"http-request deny": true,
		"http-request deny if { hdr(upgrade) -m found }":                                   true,
		"http-request tarpit if { req.hdr(Connection) -i upgrade } { method GET }":         true,
		"http-request deny if METH_GET { path_beg /ws }":                                   true,
		"http-request silent-drop unless { req.ver 2.0 }":                                  true,
		"tcp-request content reject if { hdr(upgrade) -m found }":                          true,
		"acl up hdr(upgrade) -i websocket\n http-request deny if up or { hdr(host) -i b }": true,
		"http-request deny if { hdr(host) -i a.example }":                                  false,
		"http-request deny if { hdr(upgrade) -m found } { hdr(host) -i a.example }":        false,
		"http-request deny unless { path_beg /chat }":                                      false,
		"http-request deny if !{ path_beg /chat }":                                         false,
		"http-request deny unless { hdr(host) -i b }":                                      false,
		"http-request deny unless { hdr(sec-websocket-protocol) -m found }":                false,
		"http-request allow if { path_beg /chat }\n http-request deny":                     false,
	} {
		h := serveOne("frontend f\n mode http\n bind :80\n "+lines+"\n default_backend ws\nbackend ws\n mode http\n"+
			" server s 10.0.0.1:80\n", func(q *hop.Request) { q.Target = "/ws" })
		a, _ := h.Answer.Get()
		if got := a.Cause == hop.DeniesHandshakes; got != want {
			t.Errorf("%s: %+v, want %v", lines, a, want)
		}
	}
}
