package parsers_test

import (
	"fmt"
	"github.com/wslint/wslint/internal/spelling"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers"
	"github.com/wslint/wslint/parsers/haproxy"
	"github.com/wslint/wslint/parsers/nginx"
)

// Example gives a file to the reader that is sure of it. What it makes of the file serves handshakes, whatever the
// format was.
func Example() {
	file := parsers.Found{Name: "proxy.conf", Src: []byte(`
defaults
  mode http
listen chat
  bind :80
  timeout client 30s
  timeout server 30s
  server app 10.0.0.1:3000
`)}
	for _, r := range []parsers.Reader{nginx.Reader(), haproxy.Reader()} {
		if r.Sniff(file, file.Src).Claim != parsers.Yes {
			fmt.Println(r.Name, "does not want it")
			continue
		}
		reading, err := r.Read([]parsers.Found{file}, parsers.Options{})
		if err != nil {
			fmt.Println(err)
			return
		}
		request := hop.Request{Method: "GET", Addr: "127.0.0.1:80", Target: "/ws", Proto: hop.Default("", "1.1", hop.Pos{})}
		for _, s := range reading.Sources {
			h := s.Serve(request)[0].Hop
			fmt.Println(r.Name, "reads it:", h.Name, "passes it on to", h.Next.Addr)
			for _, t := range h.Idle {
				length, _ := t.Get()
				fmt.Printf("closes after %v without traffic: %s at %s\n", length, t.Name, t.Pos)
			}
		}
	}
	// Output:
	// nginx does not want it
	// haproxy reads it: haproxy listen chat passes it on to 10.0.0.1:3000
	// closes after 30s without traffic: timeout client at proxy.conf:6:3
}

// ExampleDidYouMean is what the messages of all readers say of a misspelt word.
func ExampleDidYouMean() {
	fmt.Println(spelling.DidYouMean("proxy_raed_timeout", []string{"proxy_pass", "proxy_read_timeout"}))
	// Output: proxy_read_timeout
}
