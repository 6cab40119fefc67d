package haproxy_test

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers"
	"github.com/wslint/wslint/parsers/haproxy"
)

var branched = flag.Int("branched", 400, "how many random templates TestBranches makes up")

// TestBranches: where a template's conditions decide which lines and sections are there, each case is what comes of the
// template once all conditions are defined. What is not asked makes no difference.
func TestBranches(t *testing.T) {
	held := 0
	for seed := range uint64(*branched) {
		r := rand.New(rand.NewPCG(seed, 1))
		src := branchedTemplate(r)
		open := parseDefined(src, nil)
		if len(open.Problems) > 0 {
			t.Fatalf("%s\n%v", src, open.Problems)
		}
		q := hop.Request{
			Method: "GET", Host: []string{"a.test", "b.test"}[r.IntN(2)], Addr: "127.0.0.1:80",
			Target: []string{"/ws", "/x", "/"}[r.IntN(3)], Proto: hop.Written("HTTP version", "1.1", hop.Pos{}),
			Header: map[string][]hop.Setting[string]{},
		}
		for _, line := range []string{
			"Host: " + q.Host, "Upgrade: websocket", "Connection: Upgrade", "Sec-Websocket-Key: x",
		} {
			name, v, _ := strings.Cut(line, ": ")
			q.Header[name] = []hop.Setting[string]{hop.Written(name, v, hop.Pos{})}
		}
		cases := open.Serve(q)
		if cases[0].Rest != "" {
			continue // not all cases are followed
		}
		held++
		for taken := range 1 << conditions {
			define := map[string]string{}
			for i := range conditions {
				define[fmt.Sprint("v", i)] = []string{"", "1"}[taken>>i&1]
			}
			var got, want []string
			for _, k := range cases {
				if !slices.ContainsFunc(k.When, func(c hop.Condition) bool {
					name, ours := strings.CutPrefix(c.Key, "template ")
					return ours && (define[name] == "1") != c.Holds
				}) {
					got = append(got, branchText(k))
				}
			}
			for _, k := range parseDefined(src, define).Serve(q) {
				want = append(want, branchText(k))
			}
			slices.Sort(got)
			slices.Sort(want)
			if !slices.Equal(slices.Compact(got), slices.Compact(want)) {
				t.Fatalf("seed %d, %v, %s %s of\n%s\ngot\n%s\nwant\n%s", seed, define, q.Host, q.Target, src,
					strings.Join(got, "\n"), strings.Join(want, "\n"))
			}
		}
	}
	if held < *branched/2 {
		t.Errorf("only %d of %d templates were held against what comes of them", held, *branched)
	}
}

func parseDefined(src string, define map[string]string) *haproxy.Config {
	return haproxy.Parse(&parsers.File{Name: "haproxy.cfg.j2", Src: []byte(src)}, haproxy.Options{Define: define})
}

// conditions is how many conditions a random template has.
const conditions = 4

// branchText is what is predicted in one case. What is asked of clients beside that hangs on what is asked first.
func branchText(k hop.Case) string {
	var b strings.Builder
	a, known := k.Hop.Answer.Get()
	if a.Cause.Denies() {
		a.Cause = hop.Denied // what a template leaves open keeps a denial from being one of every handshake
	}
	fmt.Fprint(&b, k.Hop.Name, a, known, k.Hop.Next.Target)
	for _, timer := range k.Hop.Idle {
		d, known := timer.Setting.Get()
		fmt.Fprint(&b, " ", timer.Setting.Name, d, known)
	}
	for _, name := range []string{"Upgrade", "Connection", "Host", "Origin"} {
		lines, why := k.Hop.Next.Lines(name)
		fmt.Fprint(&b, " ", name, lines, why)
	}
	return b.String()
}

// branchedTemplate is a configuration in which chance has put conditions around sections and lines.
func branchedTemplate(r *rand.Rand) string {
	perhaps := func(text string) string {
		if r.IntN(3) > 0 {
			return text
		}
		v := fmt.Sprint("v", r.IntN(conditions))
		switch r.IntN(4) {
		case 0:
			return "{% if not " + v + " %}\n" + text + "{% endif %}\n"
		case 1:
			return "{% if " + v + " %}\n" + text + "{% else %}\n option tcpka\n{% endif %}\n"
		case 2:
			return "{% if " + v + " %}\n{% elif v0 %}\n" + text + "{% endif %}\n"
		}
		return "{% if " + v + " %}\n" + text + "{% endif %}\n"
	}
	one := func(list ...string) string { return list[r.IntN(len(list))] }
	var b strings.Builder
	b.WriteString("defaults\n mode http\n timeout client 50s\n timeout server 50s\n" +
		perhaps(one("", " timeout tunnel 1h\n", " timeout tunnel 5s\n")))
	b.WriteString("frontend f\n bind :80\n")
	for i := range 2 { // a condition without its ACL is refused
		acl := func() string {
			return fmt.Sprintf(" acl a%d %s\n", i, one("path /ws", "path_beg /", "hdr(host) -i a.test", "src 10.0.0.1"))
		}
		b.WriteString(acl() + perhaps(acl()))
	}
	for range r.IntN(4) {
		cond := one("", "", " if a0", " if !a1", " unless a0", " if { path /ws }", " if a0 or a1", " if a0 !a1")
		b.WriteString(perhaps(" http-request " + one("deny", "set-header Host b.test", "del-header Upgrade",
			"set-path /ws", "set-header Origin x", "return status 200") + cond + "\n"))
	}
	for range r.IntN(4) {
		b.WriteString(perhaps(" use_backend b" + one("0", "1", "2") +
			one("", " if a0", " if { hdr(host) b.test }", " unless a1") + "\n"))
	}
	for range 1 + r.IntN(2) {
		b.WriteString(perhaps(" default_backend b" + one("0", "1") + "\n"))
	}
	for i := range 3 {
		fmt.Fprintf(&b, "backend b%d\n", i)
		for range r.IntN(3) {
			b.WriteString(perhaps(one(" timeout tunnel 9s\n", " timeout server 8s\n",
				" http-request deny if { path /x }\n", " http-request set-header Host c.test\n", " http-response deny\n")))
		}
		fmt.Fprintf(&b, " server s 127.0.0.1:%d\n", 1000+i)
		b.WriteString(perhaps(fmt.Sprintf(" server t 127.0.0.1:%d\n", 2000+i)))
	}
	return b.String()
}
