package nginx

import (
	"testing"

	"github.com/wslint/wslint/parsers/nginx/conf"
)

// TestSniffs: only what reads a header in which browsers differ makes their handshakes fare differently.
func TestSniffs(t *testing.T) {
	const site = "server { location /ws { proxy_pass http://127.0.0.1:1; proxy_set_header Upgrade $http_upgrade; " +
		"proxy_set_header Connection "
	for src, want := range map[string]bool{
		site + "upgrade; proxy_set_header Host $http_host; proxy_set_header X-Forwarded-For $http_x_forwarded_for; } " +
			"}": false,
		site + "$http_connection; } }":                                                true,
		site + "upgrade; if ($http_user_agent ~ Firefox) { return 403; } } }":         true,
		site + `"${http_connection}"; } }`:                                            true,
		"map $http_connection $c { default close; } " + site + "$c; } }":              true,
		"map $host $c { default upgrade; 'a' $http_connection; } " + site + "$c; } }": true,
		"map $http_upgrade $c { default upgrade; '' close; } " + site + "$c; } }":     false,
		"log_format l $http_user_agent; " + site + "upgrade; } }":                     false,
		site + "upgrade; add_header Upgrade websocket always; } }":                    true,
		site + "upgrade; add_header Sec-WebSocket-Protocol mqtt always; } }":          true,
		site + "upgrade; add_header X-Frame-Options DENY always; } }":                 false,
		site + "upgrade; early_hints 1; } }":                                          true,
		site + "upgrade; if ($msie) { return 403; } } }":                              true,
	} {
		tree, err := conf.Parse("a", []byte(src))
		if err != nil {
			t.Fatal(err)
		}
		if got := Compile(tree, conf.Version{}).sniffs; got != want {
			t.Errorf("%s: %v", src, got)
		}
	}
}
