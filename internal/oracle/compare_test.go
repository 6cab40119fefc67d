package oracle

import (
	"strings"
	"testing"
	"time"

	"github.com/wslint/wslint/hop"
)

// predicted is a path through one nginx that passes everything on and reads for a second.
func predicted(r hop.Request) *hop.Path {
	h := hop.Hop{
		Name: "nginx", Answer: hop.Written("proxy_pass", hop.Answer{}, hop.Pos{}), Next: r.Clone(),
		Idle: []hop.Timer{
			{
				Setting: hop.Written("proxy_read_timeout", time.Second, hop.Pos{}),
				Restart: hop.Either,
				Lazy:    300 * time.Millisecond,
			},
		},
	}
	h.Next.Addr = ""
	return &hop.Path{Request: r, Hops: []hop.Hop{h}}
}

// TestCompare observes one tunnel and compares it with the right prediction and with wrong ones.
func TestCompare(t *testing.T) {
	n := Find(t)[0]
	lab, err := Rewrite(
		t,
		map[string]string{
			"nginx.conf": strings.Replace(ws("proxy_set_header Host $http_host; "), `"upgrade"`, "Upgrade", 1),
		},
		minute,
	)
	if err != nil {
		t.Fatal(err)
	}
	server, err := lab.Start(t, n)
	if err != nil {
		t.Fatal(err)
	}
	probe := Probe{URL: "ws://chat.test/ws", Watch: 3 * lab.Longest}
	request, err := lab.Request(probe)
	if err != nil {
		t.Fatal(err)
	}
	seen := server.Observe(t, probe)
	set := func(p *hop.Path, name string, lines ...hop.Setting[string]) { p.Hops[0].Next.Header[name] = lines }
	for _, c := range []struct {
		name    string
		change  func(p *hop.Path)
		want    []string // beginnings of the differences
		skipped int
	}{
		{"right", func(p *hop.Path) {}, nil, 0},
		{"status", func(p *hop.Path) {
			p.Hops[0].Answer = hop.Written("return", hop.Answer{Kind: hop.Answered, Status: 404}, hop.Pos{})
		}, []string{"outcome: predicted answered (nginx: return), observed open 101"}, 0},
		{"unknown", func(p *hop.Path) { p.Hops[0].Answer = hop.Unknown[hop.Answer]("if", hop.Pos{}, "Lua") }, nil, 1},
		{"header", func(p *hop.Path) { set(p, "Host", hop.Written("Host", "app", hop.Pos{})) },
			[]string{`Host: predicted ["app"], observed ["chat.test"]`}, 0},
		{"header unknown", func(p *hop.Path) { set(p, "Origin", hop.Unknown[string]("Origin", hop.Pos{}, "")) }, nil, 1},
		{"header lost", func(p *hop.Path) { delete(p.Hops[0].Next.Header, "Upgrade") },
			[]string{"outcome: predicted refused", `Upgrade: predicted [], observed ["websocket"]`}, 0},
		{"target and version", func(p *hop.Path) {
			p.Hops[0].Next.Target, p.Hops[0].Next.Proto = "/", hop.Written("version", "1.0", hop.Pos{})
		}, []string{"outcome: predicted depends", "target: predicted /, observed /ws",
			"protocol: predicted 1.0, observed 1.1"}, 0},
		{"cut", func(p *hop.Path) { p.Hops[0].Idle[0].Setting = hop.Written("x", 2*time.Second, hop.Pos{}) },
			[]string{"cut: predicted after 2s, observed cut after "}, 0},
		{"no cut", func(p *hop.Path) { p.Hops[0].Idle = nil }, []string{"cut: predicted never, observed cut after "}, 0},
		{"cut unknown", func(p *hop.Path) { p.Hops[0].Idle[0].Setting = hop.Unknown[time.Duration]("x", hop.Pos{}, "") },
			nil, 1},
	} {
		p := predicted(request)
		c.change(p)
		diffs, skipped := Compare(p, seen)
		same := len(diffs) == len(c.want) && skipped == c.skipped
		for i := 0; same && i < len(diffs); i++ {
			same = strings.HasPrefix(diffs[i], c.want[i])
		}
		if !same {
			t.Errorf(
				"%s: %d skipped, differences\n\t%s\nwant\n\t%s",
				c.name,
				skipped,
				strings.Join(diffs, "\n\t"),
				strings.Join(c.want, "\n\t"),
			)
		}
	}
}
