package haproxy_test

import (
	"strings"
	"testing"

	"github.com/wslint/wslint/internal/oracle"
)

// held are the words of a configuration that decide about a handshake or a tunnel, as this package reads them: each
// is held against HAProxy by at least one case.
var held = []string{
	// timers
	"timeout tunnel", "timeout client ", "timeout server ", "timeout http-request", "timeout http-keep-alive",
	"timeout client-fin",
	"timeout server-fin", "timeout queue", "timeout tarpit", "timeout check", "hard-stop-after", "set-timeout tunnel",
	"set-timeout server",
	"independent-streams", "timeout tunnel 0", "defaults d\n", "from d",
	// the choice of a listener, a backend, a server
	"bind *:81,*:82", "bind 127.0.0.1", "bind :80", "accept-proxy", "expect-proxy", " ssl crt", "verify required",
	"verify optional", "bind *:80 proto h2",
	"use_backend b if", "use_backend b unless", "use_backend %[", "default_backend", "use-server b if",
	"use-server b unless", "dispatch",
	"backup", "allbackups", "disabled", "weight 0", "default-server", "server-template", "balance leastconn", "mode tcp",
	"monitor-uri", "monitor fail",
	"acl ", " or ", " || ", "!{", "hdr(", "hdr_dom(", "hdr_beg(", "hdr_end(", "hdr_reg(", "hdr_sub(", "hdr_ip(",
	"hdr_cnt(", "hdr_val(", "path_beg", "path_end",
	"path_sub", "path_dir", "path_reg", "path_len", "url_beg", "url_reg", "url_param(", "urlp(", "query", "base", "baseq",
	"pathq", "method", "src", "dst",
	"dst_port", "ssl_fc", "ssl_fc_sni", "req.ssl_sni", "req_ssl_hello_type", "ssl_c_used", "cook(", "var(", "nbsrv(",
	"srv_is_up(", "fe_conn", "be_conn(",
	"sc_http_req_rate", "-m found", "-m beg", "-m end", "-m sub", "-m reg", "-m dom", "-m dir", "-m len", "-m str", " -i ",
	",lower", ",upper", ",field(", ",word(", ",regsub(", ",host_only", ",url_dec", ",ltrim(", ",rtrim(", ",length",
	",bytes(", ",add(", ",mod(", ",iif(",
	// rules on the request
	"http-request allow", "http-request deny", "http-request tarpit", "http-request reject", "http-request silent-drop",
	"http-request return",
	"http-request auth", "http-request redirect", "redirect scheme", "redirect location", "redirect prefix", "drop-query",
	"append-slash", "ignore-empty",
	"http-request set-header", "http-request add-header", "http-request del-header", "http-request replace-header",
	"http-request replace-value",
	"http-request set-path", "http-request replace-path ", "http-request set-pathq", "http-request replace-pathq",
	"http-request set-query",
	"http-request set-uri", "http-request replace-uri", "http-request set-method", "http-request set-src", "set-var(",
	"set-var-fmt(", "unset-var(",
	"http-request capture", "http-request cache-use", "http-request track-sc0", "http-request wait-for-handshake",
	"http-request use-service",
	"tcp-request connection accept", "tcp-request connection reject", "tcp-request session accept",
	"tcp-request session reject",
	"tcp-request content accept", "tcp-request content reject",
	// headers by options, and how servers are spoken to
	"option forwardfor", "forwardfor except", "forwardfor if-none", "forwardfor header", "option originalto",
	"unique-id-header", "http-send-name-header",
	"option httpclose", "option http-server-close", "no option", "send-proxy", "send-proxy-v2", "no-send-proxy", "no-ssl",
	"proto h2", "proto h1", "ws h1", "alpn h2",
	// rules on the answer
	"http-response allow", "http-response deny", "http-response return", "http-response redirect",
	"http-response silent-drop",
	"http-response set-status", "http-response set-header", "http-response add-header", "http-response del-header",
	"http-response replace-header",
	"http-response replace-value", "http-response set-var", "http-response cache-store", "http-response wait-for-body",
	"http-after-response",
	"tcp-response content accept", "tcp-response content reject", "tcp-response content close",
	"tcp-response content silent-drop",
}

// TestTruthCoversAll: what this package reads is in the truth cases, or in those of TestAffinity.
func TestTruthCoversAll(t *testing.T) {
	var text strings.Builder
	for _, c := range oracle.Cases(t, "../../testdata/truth-haproxy") {
		text.WriteString(c.Conf)
	}
	for _, a := range affinities {
		text.WriteString(a.backend + "\n")
	}
	for _, word := range held {
		if !strings.Contains(text.String(), word) {
			t.Errorf("no case has %q", word)
		}
	}
}
