package nginx_test

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/internal/truth"
	"github.com/wslint/wslint/lint"
	"github.com/wslint/wslint/parsers/nginx"
	"github.com/wslint/wslint/parsers/nginx/conf"
	"github.com/wslint/wslint/rules"
)

// A recorded file is what nginx 1.22.1 answered to a handshake for each location of one configuration.
type recorded struct {
	Path    string
	Flags   []string
	Context string
	Results []record
}

type record struct {
	Loc, Host, URI, Status, Location string
	Port                             []int
	Upstream                         *struct {
		URI                     string
		Host, Origin, Why, Conn []string
	}
}

// explained says which limit of the records a difference comes from; "" when none does.
func explained(rec record, h hop.Hop) string {
	handler := h.Answer.Name
	lines, _ := h.Next.Lines("Host")
	switch {
	case len(lines) > 1 && rec.Upstream != nil && len(rec.Upstream.Host) == 1 &&
		slices.Contains(lines, rec.Upstream.Host[0]):
		return "two Host lines are sent, as nginx does, and the recorder's application shows one"
	case strings.Contains(h.Next.Target, "%%"):
		return "a template sets the target, and the recorder put some value"
	case handler == "grpc_pass" && rec.Status == "502":
		return "the recorder's application does not speak gRPC"
	}
	return ""
}

// TestHandshakeRecords holds predictions against what a real nginx answered for the locations of 181 real
// configurations. On a handshake that opened there, declared as a path, no rule may find an error.
func TestHandshakeRecords(t *testing.T) {
	corpus := truth.Corpus(t)
	f, err := os.Open(filepath.Join(corpus, "handshake.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	root := labRoot(t)
	count := map[string]int{}
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var file recorded
		if err := json.Unmarshal(lines.Bytes(), &file); err != nil {
			t.Fatal(err)
		}
		l := newLab(t, corpus, file, root)
		for _, rec := range file.Results {
			h, o := l.serve(rec)
			diff := compareRecord(rec, h, o)
			errors := judge(h, rec)
			why := explained(rec, h)
			switch {
			case rec.Status == "101" && len(errors) > 0 && why == "":
				t.Errorf("%s %s: the handshake opens, but %q", file.Path, rec.Loc, errors)
			case rec.Status != "101" && len(errors) == 0:
				count["silent"]++
			}
			place := file.Path + " " + rec.Loc + " " + rec.URI
			switch {
			case len(diff) == 0 && o.Kind == hop.OutcomeUnknown:
				count["unknown"]++
				t.Logf("unknown: %s: %s", place, o.Why)
			case len(diff) == 0:
				count["agree"]++
			case why != "":
				count["explained"]++
				t.Logf("%s: %s", place, why)
			default:
				count["disagree"]++
				t.Errorf("%s on %v%v: %s", place, rec.Host, rec.Port, strings.Join(diff, "; "))
			}
		}
	}
	t.Logf(
		"%d agree, %d unknown, %d explained, %d disagree; of those that do not open, %d raise no finding",
		count["agree"],
		count["unknown"],
		count["explained"],
		count["disagree"],
		count["silent"],
	)
	if sum := count["agree"] + count["unknown"]; sum < 900 || count["unknown"] > 20 {
		t.Errorf("%d of %d are unknown", count["unknown"], sum)
	}
}

// labApp is where the recorder's application listened.
const labApp = "127.0.0.1:18082"

// labRoot is the file system of the recorder's machine: nothing but what Debian's nginx brings.
func labRoot(t *testing.T) string {
	t.Helper()
	root := t.TempDir()
	for _, name := range []string{"usr/share/nginx/html/index.html", "var/www/html/index.nginx-debian.html"} {
		name = filepath.Join(root, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(name), 0o777), os.WriteFile(name, nil, 0o666)); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

// A lab makes the changes that the recorder made before it ran a configuration.
type lab struct {
	tree         *nginx.Tree
	dropIncludes bool
	upstreams    map[string]bool
	config       *nginx.Config
}

// newLab reads a file as the recorder gave it to nginx.
func newLab(t *testing.T, corpus string, file recorded, root string) *lab {
	t.Helper()
	trees, err := nginx.Read(
		[]string{filepath.Join(corpus, file.Path)},
		nil,
		nginx.Options{Context: file.Context, Root: root},
	)
	if err != nil || len(trees) != 1 {
		t.Fatalf("%s: %d trees, %v", file.Path, len(trees), err)
	}
	l := &lab{tree: trees[0], dropIncludes: slices.Contains(file.Flags, "include-dropped"), upstreams: map[string]bool{}}
	if slices.Contains(file.Flags, "proxy_pass-added") {
		l.tree.Main.Block = append(l.tree.Main.Block, directive("proxy_pass", "http://"+labApp))
	}
	l.learn(l.tree.Main.Block)
	l.tree.Main.Block = l.change(l.tree.Main.Block)
	l.wrap(slices.Contains(file.Flags, "wrapped-in-location"))
	l.define("lab_app", directive("default", labApp))
	return l
}

func directive(name string, args ...string) *conf.Directive {
	d := conf.Block(name, nil)
	d.HasBlock = false
	for _, a := range args {
		d.Args = append(d.Args, conf.Word{Value: a})
	}
	return d
}

func within(block []*conf.Directive, name string, args ...string) []*conf.Directive {
	d := directive(name, args...)
	d.HasBlock, d.Block = true, block
	return []*conf.Directive{d}
}

// wrap makes a complete configuration of a fragment.
func (l *lab) wrap(inLocation bool) {
	block := l.tree.Main.Block
	switch {
	case l.tree.Context == "location", inLocation:
		block = within(within(block, "location", "/"), "server")
	case l.tree.Context == "server":
		block = within(block, "server")
	}
	if l.tree.Context != "main" {
		l.tree.Context = "main"
		block = within(block, "http")
	}
	l.tree.Main.Block = block
}

// define adds a map and compiles the configuration.
func (l *lab) define(variable string, entries ...*conf.Directive) {
	for _, d := range l.tree.Main.Block {
		if d.Is("http") {
			d.Block = append(within(entries, "map", "$http_upgrade", "$"+variable), d.Block...)
		}
	}
	l.config = nginx.Compile(l.tree, nginx.Version{Major: 1, Minor: 22, Patch: 1})
}

var undefined = regexp.MustCompile(`^nothing here says what \$(\w+) is$`)

// serve predicts what becomes of the recorded handshake. Variables that nothing defines get the maps that the
// recorder gave them.
func (l *lab) serve(rec record) (hop.Hop, hop.Outcome) {
	for {
		h, o := serveRecord(l.config, rec)
		m := undefined.FindStringSubmatch(o.Why)
		switch {
		case m == nil:
			return h, o
		case strings.Contains(m[1], "upgrade") || strings.Contains(m[1], "connection"):
			l.define(m[1], directive("default", "upgrade"), directive("", "close"))
		default:
			l.define(m[1], directive("default", "x"))
		}
	}
}

func (l *lab) learn(block []*conf.Directive) {
	for _, d := range block {
		if d.Is("upstream") {
			l.upstreams[d.Arg(0)] = true
		}
		l.learn(d.Block)
	}
}

var address = regexp.MustCompile(`^(?:https?|\$\w+)://(unix:[^:]*:?|(?:[^/$?]|\$\w+)+)(.*)$`)

// change returns the block without TLS, http2, allow and deny, with every upstream at the recorder's application.
func (l *lab) change(block []*conf.Directive) []*conf.Directive {
	var kept []*conf.Directive
	for _, d := range block {
		switch name := d.Name.Value; {
		case name == "allow",
			name == "deny",
			name == "ssl",
			name == "http2",
			strings.HasPrefix(name, "ssl_"),
			name == "include" && d.Unknown != "",
			l.dropIncludes && d.Via != nil:
			continue
		case name == "listen":
			l.listen(d)
		case name == "proxy_pass":
			if m := address.FindStringSubmatch(d.Arg(0)); m != nil {
				host := labApp
				switch {
				case l.upstreams[m[1]]:
					host = m[1]
				case strings.Contains(m[1], "$"):
					host = "$lab_app"
				}
				d.Args[0].Value = "http://" + host + m[2]
			}
		case name == "upstream":
			for _, s := range d.Block {
				if s.Is("server") && len(s.Args) > 0 {
					s.Args[0].Value = labApp
				}
			}
		}
		if d.HasBlock {
			d.Block = l.change(d.Block)
		}
		kept = append(kept, d)
	}
	return kept
}

func (l *lab) listen(d *conf.Directive) {
	d.Args = slices.DeleteFunc(d.Args, func(w conf.Word) bool {
		return slices.Contains([]string{"ssl", "http2", "quic", "proxy_protocol"}, w.Value)
	})
	if len(d.Args) > 0 && d.Args[0].Template {
		// %%interface%%:%%port%%, for which the recorder put some values.
		_, port, _ := strings.Cut(d.Arg(0), ":")
		if strings.Contains(port, "%") {
			port = "8080"
		}
		d.Args[0] = conf.Word{Value: port, File: d.Args[0].File}
	}
}

// handshakeOf is what the recorder sent.
func handshakeOf(rec record) hop.Request {
	handshake := lint.Handshake{
		URL: fmt.Sprintf("ws://127.0.0.1:%d/", rec.Port[0]), Browser: "chrome",
		Headers: []lint.Header{{Name: "Host", Value: rec.Host}, {Name: "Origin", Value: "http://" + rec.Host}},
	}
	q, err := handshake.Request()
	if err != nil {
		panic(err)
	}
	q.Host, q.Target = rec.Host, rec.URI
	q.Addr = fmt.Sprintf("%s:%d", rec.Host, rec.Port[0])
	return q
}

// serveRecord predicts what becomes of the recorded handshake.
func serveRecord(c *nginx.Config, rec record) (h hop.Hop, o hop.Outcome) {
	q := handshakeOf(rec)
	// Who records is in no cookie jar and has no password.
	q.Whole = true
	for i, k := range c.Serve(q) {
		if slices.ContainsFunc(k.When, func(c hop.Condition) bool { return c.Beyond && c.Holds }) {
			continue
		}
		p := hop.Path{Browser: "chrome", Request: q, Hops: []hop.Hop{*k.Hop}}
		if x := p.Handshake(); i == 0 || len(compareRecord(rec, h, o)) > 0 {
			h, o = *k.Hop, x
		}
	}
	return h, o
}

// judge applies the rules to the recorded handshake as if it were a declared path, and returns the errors.
func judge(h hop.Hop, rec record) (errors []string) {
	p := &hop.Path{
		Name:       rec.URI,
		Browser:    "chrome",
		Request:    handshakeOf(rec),
		Hops:       []hop.Hop{h},
		Confidence: hop.Declared,
	}
	for _, f := range rules.Run(rules.All, slices.Values([][]*hop.Path{{p}})) {
		if f.Severity == rules.Error || f.Rule.Name == "http-1.0-to-backend" {
			errors = append(errors, f.Rule.Name+": "+f.Message)
		}
	}
	return errors
}

// compareRecord lists what was predicted otherwise than it was recorded; what is unknown differs from nothing.
func compareRecord(rec record, h hop.Hop, o hop.Outcome) (diff []string) {
	differ := func(what string, predicted, got any) {
		diff = append(diff, fmt.Sprintf("%s: predicted %v, recorded %v", what, predicted, got))
	}
	want := hop.AnsweredByProxy
	switch {
	case rec.Status == "101":
		want = hop.Open
	case rec.Status == "400" && rec.Upstream != nil:
		want = hop.Refused
		if slices.Equal(rec.Upstream.Why, []string{"http-version:HTTP/1.0"}) {
			want = hop.Depends
		}
	}
	if o.Kind == hop.OutcomeUnknown && o.By < 1 {
		return nil
	}
	if o.Kind != want && o.Kind != hop.OutcomeUnknown {
		differ("outcome", fmt.Sprint(o.Kind, " ", o.Status, " ", o.Why), rec.Status)
		return diff
	}
	if o.Kind == hop.AnsweredByProxy {
		if fmt.Sprint(o.Status) != rec.Status && o.Status != 0 {
			differ("status", fmt.Sprint(o.Status, " ", o.Why), rec.Status)
		}
		if a, _ := h.Answer.Get(); a.Location != "" && !sameLocation(a.Location, rec.Location) {
			differ("Location", a.Location, rec.Location)
		}
		return diff
	}
	if rec.Upstream == nil {
		differ("upstream", "a request", "none")
		return diff
	}
	if h.Next.Target != rec.Upstream.URI {
		differ("target", h.Next.Target, rec.Upstream.URI)
	}
	for _, line := range []struct {
		name string
		got  []string
	}{{"Host", rec.Upstream.Host}, {"Origin", rec.Upstream.Origin}, {"Connection", rec.Upstream.Conn}} {
		if v, why := h.Next.Lines(line.name); why == "" && !slices.Equal(v, line.got) {
			differ(line.name, v, line.got)
		}
	}
	for _, why := range rec.Upstream.Why {
		if got := faults(h.Next)[why[:strings.IndexByte(why+":", ':')]]; got != why && o.Kind != hop.OutcomeUnknown {
			differ("fault", got, why)
		}
	}
	return diff
}

// maxLocation is the length that the recorder cut a Location to.
const maxLocation = 120

// sameLocation compares a Location with the recorded one, which has the recorder's port where nginx puts its own.
func sameLocation(predicted, got string) bool {
	if strings.HasPrefix(predicted, "/") && strings.HasPrefix(got, "http://") {
		got = got[strings.IndexByte(got[len("http://"):]+"/", '/')+len("http://"):]
	}
	return predicted == got || len(got) >= maxLocation && strings.HasPrefix(predicted, got)
}

// faults are what the recorder's application finds wrong with a request, in its words.
func faults(q hop.Request) map[string]string {
	list := map[string]string{}
	if hop.Is(q.Proto, "1.0") {
		list["http-version"] = "http-version:HTTP/1.0"
	}
	for name, key := range map[string]string{"Upgrade": "upgrade", "Connection": "connection"} {
		if v, why := q.Lines(name); why == "" && len(v) == 0 {
			list[key] = key + ":absent"
		} else if why == "" {
			list[key] = key + ":" + strings.Join(v, ", ")
		}
	}
	if v, why := q.Lines("Sec-Websocket-Key"); why == "" && len(v) == 0 {
		list["no-key"] = "no-key"
	}
	return list
}
