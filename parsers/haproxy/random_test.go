package haproxy_test

import (
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/wslint/wslint/internal/oracle"
)

var (
	randomCases = flag.Int("random", 40, "how many random configurations TestRandom makes up")
	randomSeed  = flag.Uint64("seed", 1, "where TestRandom begins")
)

// TestRandom holds predictions against HAProxy for configurations that chance puts together. A failure names its seed.
// A case that disagrees while many others run is run again alone: a busy machine delays what is timed. It is a
// disagreement when it disagrees there, too, and such cases are counted.
func TestRandom(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: no long runs against real proxies")
	}
	for _, h := range oracle.FindHAProxies(t) {
		t.Run(h.Version, func(t *testing.T) { randomOn(t, h) })
	}
}

// randomOn holds predictions against one HAProxy.
func randomOn(t *testing.T, h oracle.HAProxy) {
	var ran, differ, unknown atomic.Int32
	var mu sync.Mutex
	again := map[uint64][]string{} // what differed, by seed
	t.Run("cases", func(t *testing.T) {
		for i := range *randomCases {
			seed := *randomSeed + uint64(i)
			t.Run(fmt.Sprint(seed), func(t *testing.T) {
				t.Parallel()
				diffs, isUnknown := runRandom(t, h, seed)
				ran.Add(1)
				if len(diffs) > 0 {
					mu.Lock()
					again[seed] = diffs
					mu.Unlock()
				}
				if isUnknown {
					unknown.Add(1)
				}
			})
		}
	})
	for _, seed := range slices.Sorted(maps.Keys(again)) {
		t.Run(fmt.Sprintf("alone/%d", seed), func(t *testing.T) {
			diffs, _ := runRandom(t, h, seed)
			if len(diffs) == 0 {
				t.Logf("only among others: %s", again[seed])
				return
			}
			differ.Add(1)
			for _, d := range diffs {
				t.Error(d)
			}
		})
	}
	once := len(again) - int(differ.Load())
	t.Logf(
		"%d cases: %d disagreements, %d more that went away when they ran alone, %d unknown",
		ran.Load(),
		differ.Load(),
		once,
		unknown.Load(),
	)
	if most := 2 + int(ran.Load())/50; once > most {
		t.Errorf("%d cases disagreed only among others, which is too many to be the machine: %d at most", once, most)
	}
	if int(ran.Load()) < *randomCases && flag.Lookup("test.run").Value.String() == "" {
		t.Errorf("%d cases ran, want %d", ran.Load(), *randomCases)
	}
}

// runRandom returns what was predicted otherwise than observed for the configuration of a seed, and whether the
// outcome was predicted to be unknown.
func runRandom(t *testing.T, h oracle.HAProxy, seed uint64) (diffs []string, unknown bool) {
	t.Helper()
	c, err := oracle.NewCase(t.Name(), fuzzSeed(seed))
	if err != nil {
		t.Fatal(err)
	}
	diffs, _, unknown = truthCase{Case: c, any: true}.run(t, h)
	return diffs, unknown
}

// A generator makes up configurations; with gates, much in them hangs on what only the client knows.
type generator struct {
	*rand.Rand
	gates bool
}

func (g *generator) one(list ...string) string { return list[g.IntN(len(list))] }

func (g *generator) often(percent int) bool { return g.IntN(100) < percent }

// config is a whole configuration, the probe in its comments.
func (g *generator) config() string {
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	line(
		"#! url ws://%s%s",
		g.one("chat.test", "www.chat.test", "CHAT.test", "other.example"),
		g.one("/ws", "/ws/room?x=1", "/socket.io/?EIO=4", "/a/ws", "/"),
	)
	line("#! browser %s", g.one("chrome", "firefox", "firefox-115"))
	if g.often(50) {
		line("#! watch %v", 4*time.Second)
		if g.often(50) {
			line("#! %s %s 1300ms", g.one("client", "server"), g.one("data", "pings"))
		}
	}
	if g.often(20) {
		line("#! protocols chat v2")
	}
	if g.often(20) {
		line("#! header X-Forwarded-For: 1.2.3.4, 10.0.0.1")
	}
	if g.gates {
		g.facts(line)
	}
	line("defaults\n  mode http\n  timeout connect 1s")
	g.settings(line, 70)
	line("frontend f\n  bind *:80")
	g.settings(line, 20)
	g.acls(line)
	if g.gates {
		line("  http-request set-var(txn.c) req.cook(sid)%s\n  http-request set-var(txn.ip) src", g.one("", " if a"))
	}
	for range g.IntN(4) {
		line("  %s%s", g.request(false), g.condition(true))
	}
	for range g.IntN(3) {
		line("  use_backend %s%s", g.one("one", "two", "three"), g.condition(true))
	}
	if g.often(85) {
		line("  default_backend %s", g.one("one", "two", "three"))
	}
	for i, name := range []string{"one", "two", "three"} {
		line("backend %s", name)
		g.settings(line, 25)
		g.acls(line)
		for range g.IntN(3) {
			line("  %s%s", g.request(true), g.condition(true))
		}
		if g.often(30) {
			line("  %s", g.response())
		}
		if g.often(20) {
			line("  server inner 127.0.0.1:8081")
		} else {
			line("  server s%d app%d:80", i, i)
		}
	}
	line("listen inner\n  bind 127.0.0.1:8081")
	g.settings(line, 25)
	line("  server last last:80")
	return b.String()
}

// settings writes timeouts and options, each with a chance.
func (g *generator) settings(line func(string, ...any), percent int) {
	for _, name := range []string{"client", "server", "tunnel"} {
		if g.often(percent / (1 + 2*map[bool]int{true: 1}[name == "tunnel"])) {
			line("  timeout %s %s", name, g.one("1500ms", "2s", "2500", "3s", "9s", "1m"))
		}
	}
	for _, o := range []string{"forwardfor", "forwardfor if-none", "forwardfor except 127.0.0.0/8", "httpclose",
		"http-server-close", "independent-streams"} {
		if g.often(percent / 8) {
			line("  option %s", o)
		}
	}
}

func (g *generator) acls(line func(string, ...any)) {
	for range 3 {
		line("  acl %s %s", g.one("a", "b", "c"), g.test())
	}
	// Every name is defined.
	line("  acl a path /never\n  acl b hdr(host) -i never.test\n  acl c src 10.0.0.0/8")
}

// facts writes what a client holds, and what the prediction is told of it.
func (g *generator) facts(line func(string, ...any)) {
	line(
		"#! blind\n#! fact client address = 127.0.0.1\n#! fact argument token =\n#! fact header Referer =\n" +
			"#! fact nbsrv(one) = 1",
	)
	sid, beta := g.one("", "abc", "v2.x"), g.one("", "", "1", "0")
	var held []string
	for _, c := range [][2]string{{"sid", sid}, {"beta", beta}} {
		line("#! fact cookie %s = %s", c[0], c[1])
		if c[1] != "" {
			held = append(held, c[0]+"="+c[1])
		}
	}
	if len(held) > 0 {
		line("#! header Cookie: %s", strings.Join(held, "; "))
	}
}

// gate is a test of what only the client knows.
func (g *generator) gate() string {
	return g.one(
		"src 127.0.0.0/8",
		"src 10.0.0.0/8 192.168.0.0/16",
		"src 127.0.0.1 10/8",
		"req.cook(sid) -m found",
		"cook(sid) abc",
		"cook(sid) -m beg v2.",
		"cook(beta) 1 2",
		"cook(beta) -m int ge 1",
		"cook(sid),length gt 3",
		"cook(sid),upper -m str ABC",
		"cook_val(beta) gt 0",
		"url_param(token) -m found",
		"urlp(token) secret",
		"nbsrv(one) lt 1",
		"nbsrv(one) ge 1",
		"hdr(Referer) -m found",
		"hdr(Referer) -m beg http",
		"var(txn.c) -m found",
		"var(txn.c) -m str abc",
		"var(txn.ip) -m ip 127.0.0.1",
		"req.cook(sid) -i ABC",
		"cook(sid) -m reg ^[a-c]+$",
		"cook(sid),field(1,.) v2",
	)
}

func (g *generator) test() string {
	if g.gates && g.often(50) {
		return g.gate()
	}
	return g.one(
		"path /ws",
		"path_beg /ws",
		"path_beg -i /WS /socket.io",
		"path_end ws",
		"path_sub ket",
		"path_dir ws",
		"path_reg ^/ws(/|$)",
		"path_len 3",
		"hdr(host) chat.test",
		"hdr(host) -i chat.test",
		"hdr_beg(host) -i www.",
		"hdr_end(host) .test",
		"hdr_dom(host) chat",
		"hdr_reg(host) ^[a-z.]+$",
		"req.hdr(host),lower -m end chat.test",
		"hdr(Upgrade) -i WebSocket",
		"hdr(Connection) -i upgrade",
		"hdr(Connection) -m sub grade",
		"hdr_cnt(Host) gt 1",
		"hdr(X-Forwarded-For) 10.0.0.1",
		"req.fhdr(X-Forwarded-For) -m found",
		"hdr(X-Forwarded-For,-1) 10.0.0.1",
		"url_param(EIO) 4",
		"query -m found",
		"method GET POST",
		"src 127.0.0.1",
		"dst_port ge 1",
		"ssl_fc",
		"always_true",
		"url_beg /",
		"base_sub test/",
		"hdr(Sec-WebSocket-Version) 13",
		"req.hdr(Origin) -m beg http://chat",
		"path,field(2,/) ws",
		"hdr_beg(host),lower chat",
	)
}

func (g *generator) condition(may bool) string {
	if may && g.often(30) {
		return ""
	}
	var terms []string
	for i := range 1 + g.IntN(3) {
		if i > 0 && g.often(30) {
			terms = append(terms, g.one("or", "||"))
		}
		t := g.one("a", "b", "c", "{ "+g.test()+" }", "METH_GET", "HTTP")
		terms = append(terms, g.one("", "", "!")+t)
	}
	return " " + g.one("if", "if", "unless") + " " + strings.Join(terms, " ")
}

func (g *generator) request(backend bool) string {
	if backend && g.often(10) {
		return "http-request set-timeout " + g.one("tunnel 2s", "server 2s")
	}
	return "http-request " + g.one(
		"set-header Host inner.test",
		"set-header X-Forwarded-Proto https",
		"set-header X-Forwarded-Host %[req.hdr(host)]",
		"add-header X-Forwarded-For %[src]",
		"del-header X-Forwarded-For",
		"del-header Origin",
		"del-header Upgrade",
		"set-header Connection upgrade",
		"set-header X-P %[path]",
		"set-path /new%[path]",
		"replace-path ^/ws(.*)$ /socket\\1",
		"set-query y=2",
		"set-pathq /p?q",
		"replace-header Origin http:(.*) https:\\1",
		"replace-value X-Forwarded-For 10.* internal",
		"set-var(txn.v) path",
		"set-header X-V %[var(txn.v)]",
		"deny",
		"deny deny_status 429",
		"redirect scheme https",
		"redirect location /login?to=%[path]",
		"redirect prefix https://www.chat.test code 301",
		"return status 404",
		"set-header X-Host %[req.hdr(host),lower,field(1,.)]",
		"allow",
	)
}

func (g *generator) response() string {
	return g.one("http-response ", "http-after-response ") + g.one(
		"set-header X-Frame-Options DENY",
		"del-header Server",
		"del-header Sec-WebSocket-Accept",
		"add-header Connection upgrade",
		"del-header Sec-WebSocket-Protocol",
		"set-header Upgrade websocket",
		"del-header Upgrade",
	)
}

func fuzzSeed(seed uint64) string {
	return (&generator{rand.New(rand.NewPCG(seed, 7)), seed%2 == 1}).config()
}
