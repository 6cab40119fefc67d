package oracle

import (
	"crypto/tls"
	"fmt"
	"net/netip"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/wslint/wslint/hop"
)

// A Case is one section of a file in testdata/truth or testdata/truth-haproxy: a configuration whose comments
// beginning with #! say what is sent to it. Nothing says what comes of it: that a real proxy does.
//
//	-- H2 $http_connection in Firefox --
//	#! browser firefox
//	location / { proxy_pass http://app:3000; … }
type Case struct {
	Name     string
	Conf     string
	Options  Options
	Probe    Probe
	Unknown  bool   // the prediction is to be unknown
	Outcome  string // "open", "answered 404": what both are to be; "" for whatever the proxy does
	Min, Max string // versions that it applies to
	// Each are all the cases of the probe when nothing is known of who sends it, and what comes of each: the conditions
	// are made true.
	Each []Stated
	// When are conditions that hold in the lab, in the words of hop.Condition: "nbsrv(b) is not below 1".
	When []string
}

// A Stated is one case that a truth case states: "#! case answered 401 when auth_request /gate turns it away".
type Stated struct {
	Outcome string // "open", "answered 401", as Case.Outcome
	When    string // the conditions that tell the case apart, with " and " between two; "" for the only case
}

// Cases reads all files of a directory.
func Cases(t testing.TB, dir string) []Case {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.txtar"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no cases in %s: %v", dir, err)
	}
	var all []Case
	names := map[string]bool{}
	for _, file := range files {
		archive, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, section := range archive.Files {
			c, err := NewCase(section.Name, string(section.Data))
			if err != nil {
				t.Fatalf("%s: %s: %v", file, section.Name, err)
			}
			if names[c.Name] {
				t.Fatalf("%s: there are two cases called %q", file, c.Name)
			}
			names[c.Name] = true
			all = append(all, c)
		}
	}
	return all
}

// NewCase reads one section.
func NewCase(name, conf string) (c Case, err error) {
	c = Case{Name: name, Conf: conf}
	c.Options.Apps, c.Options.Static = map[string]App{}, map[string]string{}
	c.Probe.URL, c.Probe.Header = "ws://chat.test/ws", map[string][]string{}
	for line := range strings.Lines(conf) {
		text, ok := strings.CutPrefix(line, "#!")
		if !ok {
			continue
		}
		key, value, _ := strings.Cut(strings.TrimSpace(text), " ")
		if err := c.option(key, strings.TrimSpace(value)); err != nil {
			return c, fmt.Errorf("#! %s: %w", key, err)
		}
	}
	return c, nil
}

func (c *Case) option(key, value string) (err error) {
	switch key {
	case "url":
		c.Probe.URL = value
	case "addr":
		c.Probe.Addr = value
	case "browser":
		c.Probe.Browser = value
	case "header": // "X: " sends an empty one
		name, v, _ := strings.Cut(value, ":")
		c.Probe.Header[name] = append(c.Probe.Header[name], longText(strings.TrimPrefix(v, " ")))
	case "without":
		c.Probe.Header[value] = nil
	case "protocols":
		c.Probe.Protocols = strings.Fields(value)
	case "method":
		c.Probe.Method = value
	case "proto":
		c.Probe.Proto = value
	case "proxy":
		c.Probe.PROXY = true
	case "alpn":
		c.Probe.ALPN = strings.Fields(value)
	case "client":
		c.Probe.Client, err = parseTalk(value)
	case "server":
		c.Probe.Server, err = parseTalk(value)
	case "watch":
		c.Probe.Watch, err = time.ParseDuration(value)
	case "patience":
		c.Probe.Patience, err = time.ParseDuration(value)
	case "reload":
		c.Probe.Reload, c.Options.Master = true, true
	case "shorten":
		c.Options.Shorten, err = strconv.ParseFloat(value, 64)
	case "file": // "/lists/a.lst 10.0.0.0/8 | 192.168.0.0/16": lines behind the name
		name, text, ok := strings.Cut(value, " ")
		if c.Options.Static[name] = "x"; ok {
			c.Options.Static[name] = strings.ReplaceAll(text, " | ", "\n") + "\n"
		}
	case "unread": // "opt/site.conf gzip on;"
		name, text, _ := strings.Cut(value, " ")
		if c.Options.Unread == nil {
			c.Options.Unread = map[string]string{}
		}
		c.Options.Unread[name] = text
	case "blind":
		c.Probe.Blind = true
	case "fact": // "cookie sid = abc"
		about, v, _ := strings.Cut(value, " =")
		c.Probe.Facts = append(c.Probe.Facts, [2]string{about, strings.TrimPrefix(v, " ")})
	case "hints":
		c.Probe.Hints = true
	case "checks":
		c.Options.Checks = true
	case "app":
		err = c.app(value)
	case "expect":
		c.Outcome = value
	case "case":
		outcome, when, _ := strings.Cut(value, " when ")
		c.Each = append(c.Each, Stated{outcome, when})
	case "when":
		c.When = append(c.When, value)
	case "unknown":
		c.Unknown = true
	case "since":
		c.Min = value
	case "before":
		c.Max = value
	default:
		err = fmt.Errorf("no such option")
	}
	return err
}

// longText expands "aaa*4000" to that many bytes.
func longText(s string) string {
	text, times, ok := strings.Cut(s, "*")
	if n, err := strconv.Atoi(times); ok && err == nil && text != "" {
		return strings.Repeat(text, n)
	}
	return s
}

// app reads "auth:80 status 204" and the like.
func (c *Case) app(value string) error {
	f := strings.Fields(value)
	var app App
	for i := 1; i < len(f); i++ {
		next := func() string {
			if i++; i < len(f) {
				return f[i]
			}
			return ""
		}
		var err error
		switch f[i] {
		case "status":
			app.Status, err = strconv.Atoi(next())
		case "dead":
			app.Kind = Dead
		case "silent":
			app.Kind = Silent
		case "slams":
			app.Kind = Slams
		case "gate":
			app.Gate = true
		case "plain":
			app.PlainOnly = true
		case "tls":
			app.TLS = &tls.Config{}
		case "proxy":
			app.PROXYHeader = true
		case "noprotocol":
			app.NoProtocol = true
		case "delay":
			app.Delay, err = time.ParseDuration(next())
		default:
			err = fmt.Errorf("%q says nothing about an application", f[i])
		}
		if err != nil {
			return err
		}
	}
	c.Options.Apps[f[0]] = app
	return nil
}

// parseTalk reads "pings 400ms nopong".
func parseTalk(value string) (talk Talk, err error) {
	f := strings.Fields(value)
	for i := 0; i < len(f) && err == nil; i++ {
		switch f[i] {
		case "nopong":
			talk.NoPong = true
		case "echo":
			talk.Echo = true
		case "pings", "data":
			var d time.Duration
			if i+1 < len(f) {
				d, err = time.ParseDuration(f[i+1])
			}
			if f[i] == "pings" {
				talk.Pings = d
			} else {
				talk.Data = d
			}
			i++
		default:
			err = fmt.Errorf("%q is no talk", f[i])
		}
	}
	return talk, err
}

// Paths predicts what becomes of a probe in every case that nothing in the configuration decides, through as many
// servers of it as the probe passes.
func (l *Lab) Paths(source hop.Source, p Probe) ([]*hop.Path, error) {
	q, err := l.Request(p)
	if err != nil {
		return nil, err
	}
	return follow(source, q, hop.Path{Name: p.URL, Browser: p.Browser, Request: q, Pings: pings(p)})
}

// Blind predicts every case of a probe of which nobody knows what it sends of what a client could choose: its cookies,
// its address, its credentials, and whether the origin is the one that it has here.
func (l *Lab) Blind(source hop.Source, p Probe) ([]*hop.Path, error) {
	paths, _, err := l.blind(source, p)
	return paths, err
}

func (l *Lab) blind(source hop.Source, p Probe) (paths []*hop.Path, whole hop.Request, err error) {
	if whole, err = l.Request(p); err != nil {
		return nil, whole, err
	}
	q := whole.Clone()
	q.Whole, q.Client = false, netip.AddrPort{}
	for _, name := range []string{"Cookie", "Authorization"} {
		if lines, _ := whole.Lines(name); len(strings.Join(lines, "")) > 200 {
			continue // its length is what the case is about
		}
		q.Header[name] = []hop.Setting[string]{hop.Unknown[string](name, hop.Pos{}, "what the browser sends is open")}
	}
	for _, name := range []string{"Origin", "User-Agent", "Referer"} {
		for i := range q.Header[name] {
			q.Header[name] = slices.Clone(q.Header[name])
			q.Header[name][i].As = hop.Assumed
		}
	}
	paths, err = follow(source, q, hop.Path{Name: p.URL, Browser: p.Browser, Request: q, Pings: pings(p)})
	return paths, whole, err
}

// OpenPaths are the cases of Blind without those whose conditions the probe does not meet, so that one of them must be
// what is observed.
func (l *Lab) OpenPaths(source hop.Source, p Probe) ([]*hop.Path, error) {
	paths, whole, err := l.blind(source, p)
	return slices.DeleteFunc(paths, func(path *hop.Path) bool {
		return slices.ContainsFunc(path.When, func(c hop.Condition) bool {
			value, known := chosen(whole, c.About())
			return known && !c.Fits(c.About(), value)
		})
	}), err
}

// chosen is what a request says of a value that clients choose.
func chosen(q hop.Request, about string) (value string, known bool) {
	kind, name, _ := strings.Cut(about, " ")
	switch {
	case about == q.ClientAddress():
		return q.Client.Addr().String(), true
	case about == q.ClientCertificate():
		return "NONE", true
	case kind == "cookie":
		lines, _ := q.Lines("Cookie")
		for _, c := range strings.Split(strings.Join(lines, ";"), ";") {
			if k, v, _ := strings.Cut(strings.TrimSpace(c), "="); strings.EqualFold(k, name) {
				return v, true
			}
		}
		return "", true
	case kind == "argument":
		_, query, _ := strings.Cut(q.Target, "?")
		for _, a := range strings.Split(query, "&") {
			if k, v, found := strings.Cut(a, "="); found && strings.EqualFold(k, name) {
				return v, true
			}
		}
		return "", true
	case kind == "header" && !strings.Contains(name, " "):
		lines, _ := q.Lines(name)
		return strings.Join(lines, ", "), true
	}
	return "", false
}

// follow serves r, which p has brought as far as it is.
func follow(source hop.Source, r hop.Request, p hop.Path) (paths []*hop.Path, err error) {
	for _, k := range source.Serve(r) {
		q := p
		q.Hops, q.When = append(slices.Clip(p.Hops), *k.Hop), slices.Concat(p.When, k.When)
		onward := hop.Is(k.Hop.Answer, hop.Answer{}) && source.Listens(k.Hop.Next)
		if onward && len(q.Hops) > hop.LongestWay {
			q.Hops, onward = hop.Looped(q.Hops), false
		}
		if !onward {
			paths = append(paths, &q)
			continue
		}
		next := k.Hop.Next
		next.When, next.Sender = q.When, k.Hop.Name
		further, err := follow(source, next, q)
		if err != nil {
			return nil, err
		}
		paths = append(paths, further...)
	}
	return paths, nil
}

// Holding keeps the cases in which the clauses of #! when hold. Each has to be asked for in one of them.
func (l *Lab) Holding(c Case, paths []*hop.Path) ([]*hop.Path, error) {
	for _, clause := range c.When {
		var held *hop.Condition
		for _, p := range paths {
			if i := slices.IndexFunc(p.When, func(w hop.Condition) bool {
				return strings.ReplaceAll(w.Text, filepath.Join(l.dir, "root"), "") == clause
			}); i >= 0 {
				held = &p.When[i]
			}
		}
		if held == nil {
			return nil, fmt.Errorf("nothing asks whether %s", clause)
		}
		paths = slices.DeleteFunc(slices.Clone(paths), func(p *hop.Path) bool {
			same, asked := p.Takes(*held)
			return asked && !same
		})
	}
	return paths, nil
}

// Fits is the case that agrees best with what was observed, and the outcome that was predicted: that of all cases,
// unknown where they differ.
func Fits(cases []*hop.Path, o Observed) (best *hop.Path, want hop.Outcome) {
	least := 0
	for _, p := range cases {
		diffs, _ := Compare(p, o)
		if best == nil || len(diffs) < least {
			best, least = p, len(diffs)
		}
	}
	want = best.Handshake()
	for _, p := range cases {
		if x := p.Handshake(); x.Kind != want.Kind || x.Status != want.Status {
			return best, hop.Outcome{By: want.By, Why: "it depends: " + p.When[len(p.When)-1].Text}
		}
	}
	return best, want
}

// pings is what moves on the tunnel of a probe. A ping is answered unless the other end keeps silent.
func pings(p Probe) []hop.Ping {
	var list []hop.Ping
	add := func(from, to hop.Side, mine, others Talk) {
		if mine.Pings > 0 {
			moves := from
			if !others.NoPong {
				moves |= to
			}
			list = append(list, hop.Ping{Every: hop.Written("ping", mine.Pings, hop.Pos{}), Moves: moves})
		}
		if mine.Data > 0 {
			list = append(list, hop.Ping{Every: hop.Written("data", mine.Data, hop.Pos{}), Moves: from})
		}
	}
	add(hop.Client, hop.Server, p.Client, p.Server)
	add(hop.Server, hop.Client, p.Server, p.Client)
	return list
}
