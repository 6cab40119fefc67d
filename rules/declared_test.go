package rules_test

import (
	"fmt"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/internal/oracle"
	"github.com/wslint/wslint/internal/truth"
	"github.com/wslint/wslint/lint"
	"github.com/wslint/wslint/rules"
)

// A told is how much is declared of a path: its address, and what it goes through in front of the proxy.
type told struct{ name, hops, front string }

// tellings are from the least that is declared to the most; each has to find what the first one finds.
var tellings = []told{
	{"nothing", "", "undeclared"},
	{"the address", "", ""},
	{"the proxy", "", "none"},
	{"an ALB", "", "alb/web"},
	{"an NLB", "", "nlb"},
	{"Cloudflare", "", "cloudflare"},
	{"a hop of one's own", "hops:\n  front: {idle: 1d}\n", "front"},
}

// excepted are the rules whose findings may go when something is declared in front of the proxy, because then it is
// another program that connects to it.
var excepted = map[string][]string{
	// Its address is not the one of the machine that a URL with localhost names.
	"access-rule-blocks-handshake": {"an ALB", "an NLB", "Cloudflare", "a hop of one's own"},
	// These may be set to send a PROXY header.
	"proxy-protocol-mismatch": {"an NLB", "a hop of one's own"},
	// It sends handshakes over HTTP/1.1, as far as is known.
	"http2-handshake-misrouted": {"an ALB", "an NLB", "Cloudflare", "a hop of one's own"},
	// Which port of several it sends handshakes to is not known: it is taken to be one that has a handler.
	"handler-cannot-upgrade": {"an ALB", "an NLB", "Cloudflare", "a hop of one's own"},
}

// turned is the rule whose error says that no handshake gets to where it was found to have another fault, because what
// is declared in front sends no PROXY header.
const turned = "proxy-protocol-mismatch"

// TestDeclaringMoreFindsNoLess lints configurations with the address of one path declared, and then with more and more
// of what is in front of the proxy: what is found with less is found with more, at the same place and as severe.
func TestDeclaringMoreFindsNoLess(t *testing.T) {
	found := 0
	for name, files := range configurations(t) {
		main := "nginx.conf"
		if files[main] == "" {
			main = "haproxy.cfg"
		}
		for _, address := range addresses(t, files, main) {
			var first map[string]rules.Severity
			for _, x := range tellings {
				own, got := x.findings(t, files, main, address)
				if found += len(own); x == tellings[0] {
					first = own
					continue
				}
				for f, severity := range first {
					now, still := got[f]
					rule, _, _ := strings.Cut(f, " ")
					if slices.Contains(excepted[rule], x.name) && (rule != "handler-cannot-upgrade" || severalPorts(files)) ||
						turnedAway(got) {
						continue
					}
					if !still {
						t.Errorf("%s: %s: %s, with %s declared it is not found", name, address, f, x.name)
					} else if now < severity {
						t.Errorf("%s: %s: %s, with %s declared it is %s", name, address, f, x.name, now)
					}
				}
				if x == tellings[1] {
					first = own
				}
			}
		}
	}
	t.Logf("%d findings", found)
	if found < 100 {
		t.Error("there is little to lose")
	}
}

func turnedAway(found map[string]rules.Severity) bool {
	for f, severity := range found {
		if strings.HasPrefix(f, turned+" ") && severity == rules.Error {
			return true
		}
	}
	return false
}

func severalPorts(files map[string]string) bool {
	n := 0
	for _, text := range files {
		n += strings.Count(text, "listen ") + strings.Count(text, "bind ")
	}
	return n > 1
}

// configurations are those of the incidents and of the rules' pages, by name and file, of which one nginx or HAProxy
// is all.
func configurations(t *testing.T) map[string]map[string]string {
	t.Helper()
	all := map[string]map[string]string{}
	incidents, err := truth.Incidents()
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range incidents {
		files := map[string]string{}
		var names []string
		for _, pattern := range []string{"*.conf", "*.cfg", "*/*.conf"} {
			matches, _ := filepath.Glob(filepath.Join(i.Dir, pattern))
			names = append(names, matches...)
		}
		for _, name := range names {
			rel, _ := filepath.Rel(i.Dir, name)
			if strings.HasPrefix(rel, "fixed/") {
				continue
			}
			text, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			files[rel] = string(text)
		}
		if files["nginx.conf"] != "" || files["haproxy.cfg"] != "" {
			all[i.Name] = files
		}
	}
	for _, c := range oracle.Cases(t, "../testdata/truth") {
		if c.Probe.URL != "ws://chat.test/ws" || testing.Short() && len(all)%4 > 0 {
			continue
		}
		text := "server {\nlisten 80;\nserver_name chat.test;\n" + c.Conf + "}\n"
		if strings.Contains(c.Conf, "server {") {
			text = strings.ReplaceAll(c.Conf, "server {", "server { server_name chat.test;")
		}
		all["truth, "+c.Name] = map[string]string{
			"nginx.conf": "events {}\nhttp {\n" + text + "}\n",
			"upgrade.conf": "proxy_http_version 1.1;\n" +
				"proxy_set_header Upgrade $http_upgrade;\nproxy_set_header Connection upgrade;\n",
		}
	}
	for _, p := range readPages(t) {
		for _, e := range p.examples {
			if e.main == "nginx.conf" || e.main == "haproxy.cfg" {
				files := maps.Clone(e.files)
				delete(files, lint.ConfigName)
				all[p.rule.Name+", "+e.name] = files
			}
		}
	}
	return all
}

// addresses are those at which WebSockets seem to enter.
func addresses(t *testing.T, files map[string]string, main string) (list []string) {
	t.Helper()
	dir := writeFiles(t, files)
	ping, err := lint.ParseKeepalive(nil, "75s", "", "")
	if err != nil {
		t.Fatal(err)
	}
	result, err := lint.Check(lint.Input{Args: []string{filepath.Join(dir, main)}, Rules: rules.All, Ping: ping})
	if err != nil {
		return nil
	}
	for _, f := range result.Findings {
		if u, err := url.Parse(f.Path); err == nil && f.Path != "" && u.Hostname() != "" && !slices.Contains(list, f.Path) {
			list = append(list, f.Path)
		}
	}
	slices.Sort(list)
	return list[:min(len(list), 2)]
}

// findings are those of the path, by rule and place; named are all places that they name.
func (x told) findings(
	t *testing.T,
	files map[string]string,
	main, address string,
) (own, named map[string]rules.Severity) {
	t.Helper()
	text := x.hops + "keepalive: {every: 75s, from: server}\n"
	if x.front != "undeclared" {
		text += fmt.Sprintf("paths:\n  - url: %q\n", address)
	}
	kind, _, _ := strings.Cut(main, ".")
	switch x.front {
	case "", "undeclared":
	case "none":
		text += fmt.Sprintf("    through: [%s: %s]\n", kind, main)
	default:
		text += fmt.Sprintf("    through: [%s, %s: %s]\n", x.front, kind, main)
	}
	all := maps.Clone(files)
	all[lint.ConfigName] = text
	dir := writeFiles(t, all)
	config, err := lint.ReadConfig(filepath.Join(dir, lint.ConfigName))
	if err != nil {
		t.Fatalf("%s: %v", address, err)
	}
	result, err := lint.Check(lint.Input{Args: []string{filepath.Join(dir, main)}, Rules: rules.All, Config: config})
	if err != nil {
		t.Fatalf("%s: %v", address, err)
	}
	own, named = map[string]rules.Severity{}, map[string]rules.Severity{}
	for _, f := range result.Findings {
		if f.Path != address {
			continue
		}
		// A place that a finding names beside its own counts, too: of several timers that are too short it is about one.
		for i, n := range append([]hop.Note{{Pos: f.Pos}}, f.Notes...) {
			if n.Pos.IsZero() || strings.HasSuffix(n.Pos.File, lint.ConfigName) {
				continue
			}
			at := fmt.Sprintf("%s at %s:%d", f.Rule.Name, strings.TrimPrefix(n.Pos.File, dir+"/"), n.Pos.Line)
			if named[at] = max(named[at], f.Severity); i == 0 {
				own[at] = max(own[at], f.Severity)
			}
		}
	}
	return own, named
}
