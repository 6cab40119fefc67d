package hop_test

import (
	"fmt"
	"time"

	"github.com/wslint/wslint/hop"
)

// browser is what Chrome sends to open a WebSocket.
func browser() hop.Request {
	r := hop.Request{
		Method: "GET", Host: "chat.example.com", Target: "/ws", Addr: "chat.example.com:80",
		Proto: hop.Default("the browser's", "1.1", hop.Pos{}), Header: map[string][]hop.Setting[string]{},
	}
	for name, value := range map[string]string{"Host": r.Host, "Upgrade": "websocket", "Connection": "Upgrade",
		"Sec-Websocket-Key": "dGhlIHNhbXBsZSBub25jZQ==", "Sec-Websocket-Version": "13"} {
		r.Header[name] = []hop.Setting[string]{hop.Default(name, value, hop.Pos{})}
	}
	return r
}

// proxy passes a handshake on, and closes what is idle for a minute.
func proxy(r hop.Request) hop.Hop {
	at := hop.Pos{File: "proxy.conf", Line: 3, Col: 1}
	h := hop.Hop{Name: "proxy", Pos: at, Answer: hop.Written("pass", hop.Answer{Kind: hop.PassedOn}, at), Next: r.Clone()}
	h.Idle = []hop.Timer{{Setting: hop.Default("idle", time.Minute, at), Restart: hop.Either}}
	return h
}

// Example sends a handshake through one proxy: what becomes of it, and what ends the connection.
func Example() {
	p := hop.Path{Name: "ws://chat.example.com/ws", Request: browser(), Hops: []hop.Hop{proxy(browser())}}
	fmt.Println("handshake:", p.Handshake().Kind)
	for _, every := range []time.Duration{25 * time.Second, 75 * time.Second} {
		p.Pings = []hop.Ping{{Every: hop.Written("ping", every, hop.Pos{}), Moves: hop.Either}}
		fmt.Printf("a ping every %v:", every)
		for _, c := range p.Cuts() {
			fmt.Printf(" closed by %s at %s after %v", p.Hops[c.Hop].Name, c.Timer.Pos, c.After)
		}
		fmt.Println()
	}
	delete(p.Hops[0].Next.Header, "Upgrade") // as most proxies do
	o := p.Handshake()
	fmt.Printf("without Upgrade: %s (%s)\n", o.Kind, o.Why)
	// Output:
	// handshake: open
	// a ping every 25s:
	// a ping every 1m15s: closed by proxy at proxy.conf:3:1 after 1m0s
	// without Upgrade: refused (the application refuses the handshake: there is no Upgrade header)
}

// ExampleSetting_Get shows that a value is reached only where it is known.
func ExampleSetting_Get() {
	for _, s := range []hop.Setting[time.Duration]{
		hop.Written("timeout", 90*time.Second, hop.Pos{File: "proxy.conf", Line: 7, Col: 3}),
		hop.Unknown[time.Duration]("timeout", hop.Pos{}, "a template decides it"),
	} {
		if length, known := s.Get(); known {
			fmt.Println(s.Name, length, "at", s.Pos)
		} else {
			fmt.Println(s.Name, "is not known:", s.Why())
		}
	}
	// Output:
	// timeout 1m30s at proxy.conf:7:3
	// timeout is not known: a template decides it
}

// ExampleCases asks a question that nothing in a configuration decides: both of its answers are followed.
func ExampleCases() {
	cases := hop.Cases(nil, func(a *hop.Assumptions, h *hop.Hop) {
		*h = proxy(browser())
		if !a.Ask(hop.Question{Key: "login", Yes: "the login service lets it in", No: "the login service turns it away"}) {
			h.Answer = hop.Written("login", hop.Answer{Kind: hop.Answered, Status: 401}, h.Pos)
		}
	})
	for _, c := range cases {
		a, _ := c.Hop.Answer.Get()
		fmt.Println(c.When[0].Text+":", a.Kind)
	}
	// Output:
	// the login service lets it in: passedOn
	// the login service turns it away: status
}
