package lint_test

import (
	"fmt"
	"strings"

	"github.com/wslint/wslint/lint"
	"github.com/wslint/wslint/rules"
)

// A configuration comes from standard input, and what is wrong with it for the WebSockets it carries comes out.
func ExampleCheck() {
	result, err := lint.Check(lint.Input{
		Args:  []string{"-"},
		Rules: rules.All,
		Stdin: strings.NewReader(`
events {}
http {
    server {
        listen 80;
        location /ws/ {
            proxy_pass http://app:3000;
            proxy_set_header Upgrade $http_upgrade;
            proxy_set_header Connection "upgrade";
        }
    }
}
`),
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, f := range result.Findings {
		fmt.Printf("%s[%s] in line %d\n", f.Severity, f.Rule.Name, f.Pos.Line)
	}
	// Output:
	// warning[http-1.0-to-backend] in line 6
	// warning[idle-timeout-without-ping] in line 6
}

// ExampleParseConfig reads what .wslint.yaml declares: the path of a WebSocket, and how often the application pings.
func ExampleParseConfig() {
	c, err := lint.ParseConfig(".wslint.yaml", []byte(`
keepalive: {every: 25s}
paths:
  - url: wss://chat.example.com/ws
    through: [alb/prod-web, nginx: deploy/nginx.conf]
`))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("every", c.Keepalive.Every)
	for _, e := range c.Paths[0].Through {
		fmt.Println("through", e)
	}
	// Output:
	// every 25s
	// through alb/prod-web
	// through nginx: deploy/nginx.conf
}

// An error of the file has its place.
func ExampleParseConfig_error() {
	_, err := lint.ParseConfig(".wslint.yaml", []byte("keepalive: {every: 25}\n"))
	fmt.Println(err)
	// Output: .wslint.yaml:1:20: every: 25 has no unit, add a unit: 25s, or 25ms if milliseconds are meant
}
