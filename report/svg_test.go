package report

import (
	"bytes"
	"encoding/xml"
	"io"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/wslint/wslint/hop"
)

// ladderPaths are the shapes that a ladder can have.
func ladderPaths() map[string]*hop.Path {
	timer := func(name string, d time.Duration) hop.Timer {
		return hop.Timer{Setting: hop.Written(name, d, hop.Pos{File: "a.conf", Line: 7}), Restart: hop.Either}
	}
	paths := map[string]*hop.Path{}

	one := tracePath()
	paths["one"] = one

	four := tracePath()
	down := timer("idle, only what the origin sends counts", 10*time.Minute)
	down.Restart = hop.Server
	cdn := hop.Hop{
		Name:   "cloudfront",
		Pos:    hop.Pos{File: ".wslint.yaml", Line: 3},
		Answer: hop.Default("cloudfront", hop.Answer{}, hop.Pos{}),
		Next:   four.Request,
		Idle:   []hop.Timer{down},
	}
	alb := hop.Hop{
		Name: "alb/prod-web",
		Pos: hop.Pos{
			File: "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/prod-web/50dc6c495c0c9188",
		},
		Answer: hop.Default(
			"alb",
			hop.Answer{},
			hop.Pos{},
		),
		Next: four.Request,
		Idle: []hop.Timer{timer("idle_timeout.timeout_seconds", time.Minute)},
		Life: []hop.Timer{timer("maximum duration of a connection, not configurable", 2*time.Hour)},
	}
	last := four.Hops[0]
	last.Idle = []hop.Timer{
		timer("proxy_read_timeout", 24*time.Hour),
		{Setting: hop.Unknown[time.Duration]("proxy_timeout", hop.Pos{}, "$x is unknown")},
	}
	four.Hops = []hop.Hop{cdn, alb, four.Hops[0], last}
	four.Pings = []hop.Ping{{Every: hop.Written("--ping", 25*time.Second, hop.Pos{}), Moves: hop.Client}}
	paths["four"] = four

	unknown := tracePath()
	unknown.Hops[0].Answer = hop.Unknown[hop.Answer](
		"set_by_lua",
		hop.Pos{File: "nginx.conf", Line: 9},
		"Lua sets the value of $backend",
	)
	paths["unknown"] = unknown

	refused := tracePath()
	delete(refused.Hops[0].Next.Header, "Upgrade")
	paths["refused"] = refused

	redirect := tracePath()
	redirect.Name = `ws://a/<script>&"x'` + "\x1b[31m\u202e\ufffe"
	redirect.Hops[0].Answer = hop.Written(
		"return 301",
		hop.Answer{Kind: hop.Answered, Status: 301, Location: "https://<b>/"},
		hop.Pos{File: "nginx.conf", Line: 4},
	)
	paths["redirect"] = redirect

	bare := tracePath()
	bare.Hops[0].Idle, bare.Hops[0].Life, bare.NoPings = nil, nil, true
	paths["bare"] = bare

	app := tracePath()
	app.Application = &hop.App{
		Name: "jetty10",
		Pos:  hop.Pos{File: ".wslint.yaml", Line: 4},
		Idle: []hop.Timer{timer("idle timeout", 30*time.Second)},
		Life: []hop.Timer{timer("life", day)},
	}
	app.Application.Idle[0].Code = 1001
	paths["app"] = app

	zero := tracePath()
	zero.Hops[0].Idle = []hop.Timer{timer("proxy_timeout", 0), timer("proxy_read_timeout", 10000*24*time.Hour)}
	paths["zero"] = zero
	return paths
}

// TestLadders: every ladder fits 80 columns, whatever is on it.
func TestLadders(t *testing.T) {
	for name, p := range ladderPaths() {
		for _, color := range []bool{false, true} {
			var b bytes.Buffer
			if err := Trace(&b, []*hop.Path{p}, Options{Color: color}); err != nil {
				t.Fatal(err)
			}
			text := regexp.MustCompile("\x1b\\[[0-9;]*m").ReplaceAllString(b.String(), "")
			for l := range strings.Lines(text) {
				l = strings.TrimRight(l, "\n")
				if textWidth(l) > usual && strings.Contains(strings.TrimSpace(l), " ") {
					t.Errorf("%s: wider than %d: %s", name, usual, l)
				}
			}
		}
	}
	var b bytes.Buffer
	Trace(&b, []*hop.Path{ladderPaths()["four"]}, Options{})
	golden(t, "trace-four.txt", b.String())
	b.Reset()
	Trace(&b, []*hop.Path{ladderPaths()["app"]}, Options{})
	if !strings.Contains(b.String(), "X 30s <- first") || !strings.Contains(b.String(), "the browser sees 1001") {
		t.Errorf("the application's own timer is not the first:\n%s", b.String())
	}
}

// TestSVG: the drawings are XML, have a title and a description, load nothing and run nothing.
func TestSVG(t *testing.T) {
	for name, p := range ladderPaths() {
		var b bytes.Buffer
		if err := TraceSVG(&b, p); err != nil {
			t.Fatal(err)
		}
		svg := b.String()
		for _, want := range []string{`role="img"`, "<title id=", "<desc id=", "prefers-color-scheme:dark",
			`viewBox="0 0 840 `} {
			if !strings.Contains(svg, want) {
				t.Errorf("%s lacks %s", name, want)
			}
		}
		for _, bad := range []string{"<script", "href", "url(", "@import", "\x1b", "\u202e", "\ufffe"} {
			if strings.Contains(svg, bad) {
				t.Errorf("%s has %q in it", name, bad)
			}
		}
		d := xml.NewDecoder(&b)
		for {
			_, err := d.Token()
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
		}
	}
	var b bytes.Buffer
	TraceSVG(&b, ladderPaths()["four"])
	golden(t, "trace-four.svg", b.String())
}

func TestAxis(t *testing.T) {
	for _, tc := range []struct {
		lengths []time.Duration
		want    string
	}{
		{nil, "10s 60s 10m"},
		{[]time.Duration{time.Minute}, "10s 60s 10m"},
		{[]time.Duration{10 * time.Second}, "1s 10s 60s"},
		{[]time.Duration{25 * time.Second, 24 * time.Hour}, "10s 60s 10m 1h 6h 24h"},
		{[]time.Duration{300 * time.Millisecond, time.Minute}, "100ms 1s 10s 60s"},
		{[]time.Duration{0, 0}, "1ms 10ms 100ms"},
		{[]time.Duration{1 << 62}, "1000d 10000d 100000d"},
	} {
		a := newAxis(tc.lengths)
		var got []string
		for _, tick := range a.ticks {
			got = append(got, hop.FormatDuration(tick))
		}
		if s := strings.Join(got, " "); s != tc.want {
			t.Errorf("%v: got %s, want %s", tc.lengths, s, tc.want)
		}
		if a.at(0) != 0 || a.at(1<<62) > 1 || a.at(a.ticks[1]) <= 0 {
			t.Errorf("%v: %g, %g, %g", tc.lengths, a.at(0), a.at(a.ticks[1]), a.at(1<<62))
		}
	}
}
