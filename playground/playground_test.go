package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/wslint/wslint/internal/chromium"
)

// A site is the playground on the loopback, with what was asked of it.
type site struct {
	*httptest.Server
	mu    sync.Mutex
	asked []string
}

func (s *site) requests() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.asked)
}

// newSite builds the playground and serves it.
func newSite(t *testing.T) *site {
	dir := t.TempDir()
	if err := Build(dir); err != nil {
		t.Fatal(err)
	}
	size, err := os.Stat(filepath.Join(dir, "wslint.wasm"))
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("wslint.wasm has %.1f MB", float64(size.Size())/1e6)
	if size.Size() > 32e6 {
		t.Errorf("wslint.wasm has %d bytes: what came into its reach?", size.Size())
	}
	s := &site{}
	files := Handler(dir)
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		s.asked = append(s.asked, r.Method+" "+r.URL.String())
		s.mu.Unlock()
		files.ServeHTTP(w, r)
	}))
	t.Cleanup(s.Close)
	return s
}

// status waits for the line above the results.
func status(b *chromium.Browser, text string) {
	b.Wait(fmt.Sprintf("document.getElementById('status').textContent === %q", text))
}

func text(b *chromium.Browser, id string) (s string) {
	b.Eval(fmt.Sprintf("document.getElementById(%q).innerText", id), &s)
	return s
}

func click(b *chromium.Browser, expression string) { b.Eval(expression+".click()", nil) }

const faulty = "2 errors, 1 warning in 2 files, 2 endpoints"

// TestPlayground uses the page as people do, in a real browser.
func TestPlayground(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: a browser and a build take seconds")
	}
	s := newSite(t)
	b := chromium.Start(t)
	b.Show(1280, 900, false)
	began := time.Now()
	b.Open(s.URL + "/")
	status(b, faulty)
	t.Logf("loaded and answered in %v", time.Since(began).Round(time.Millisecond))
	inTime(t, "loading", time.Since(began), 2*time.Second)
	loaded := s.requests()

	t.Run("findings", func(t *testing.T) { findings(t, b) })
	t.Run("path and why", func(t *testing.T) { views(t, b) })
	t.Run("fixes", func(t *testing.T) { fixes(t, b) })
	t.Run("files", func(t *testing.T) { fileTabs(t, b) })
	t.Run("examples", func(t *testing.T) { examples(t, b) })
	t.Run("names", func(t *testing.T) { names(t, b) })
	t.Run("keystrokes", func(t *testing.T) { keystrokes(t, b) })
	if after := s.requests(); len(after) != len(loaded) {
		t.Errorf("the page asked the server after it was loaded: %v", after[len(loaded):])
	}
	t.Run("link", func(t *testing.T) { link(t, b, s) })
	t.Run("phone", func(t *testing.T) { phone(t, b) })
	t.Run("nothing leaves", func(t *testing.T) {
		for _, r := range s.requests() {
			if !strings.HasPrefix(r, "GET /") || strings.Contains(r, "?") {
				t.Errorf("the page sent %s", r)
			}
		}
		other := httptest.NewServer(http.NotFoundHandler())
		defer other.Close()
		var outcome string
		b.Eval(fmt.Sprintf("fetch(%q, {mode: 'no-cors'}).then(() => 'sent', () => 'refused')", other.URL), &outcome)
		if outcome != "refused" {
			t.Errorf("the policy of the page lets it send to another origin: %s", outcome)
		}
	})
}

// inTime holds what something took against what it may take where WSLINT_TIMED is 1: on a machine with nothing else to
// do. One that runs all tests is ten times slower.
func inTime(t *testing.T, what string, took, most time.Duration) {
	t.Helper()
	if os.Getenv("WSLINT_TIMED") == "1" && took > most {
		t.Errorf("%s took %v, and may take %v", what, took, most)
	}
}

// findings: what the README shows of the example, each with the line and a link to the rule's page.
func findings(t *testing.T, b *chromium.Browser) {
	shown := text(b, "findings")
	for _, want := range []string{
		"nginx closes idle connections after 60s (default proxy_read_timeout), but pings come only every 75s",
		"conf.d/chat.conf:10", "10 |     location /ws {", "+         proxy_read_timeout 160s;",
		"set proxy_read_timeout to 160s", "header-inheritance-lost", "Judged as nginx 1.22.1 or later",
	} {
		if !strings.Contains(shown, want) {
			t.Errorf("the findings do not show %q:\n%s", want, shown)
		}
	}
	var marks []string
	b.Eval("[...document.querySelectorAll('.editor:not([hidden]) .gutter [title]:not([title=\"\"])')]"+
		".map(d => d.textContent + ' ' + d.title)", &marks)
	if want := []string{"10 error", "16 error"}; !slices.Equal(marks, want) {
		t.Errorf("the gutter marks %q, want %q", marks, want)
	}
	// A place leads to the text: the mark of the first finding is then what is selected.
	click(b, "document.querySelector('.finding .place')")
	var selected string
	b.Eval("(a => a.value.slice(a.selectionStart, a.selectionEnd))(document.activeElement)", &selected)
	if selected != "location /ws" {
		t.Errorf("the place selects %q", selected)
	}
}

// views: the path and the suspects, reached by the keyboard alone.
func views(t *testing.T, b *chromium.Browser) {
	b.Eval("document.getElementById('tab-findings').focus()", nil)
	b.Key("ArrowRight", 39)
	b.Wait("document.getElementById('ladder').textContent.includes('closed after 60s with a ping every 75s')")
	b.Wait("document.getElementById('picture').complete && document.getElementById('picture').naturalWidth > 0")
	b.Eval("(e => { e.value = 'ws://chat.example.com:8080/rooms/ws'; e.dispatchEvent(new Event('change')) })"+
		"(document.getElementById('endpoint'))", nil)
	b.Wait("document.getElementById('ladder').textContent.includes('handshake  refused')")
	b.Key("ArrowRight", 39)
	b.Wait("document.getElementById('suspects').textContent.includes('nginx location /ws: proxy_read_timeout')")
	b.Eval("(e => { e.value = 'seldom'; e.dispatchEvent(new Event('input')) })(document.getElementById('symptom'))", nil)
	b.Wait("document.getElementById('suspects').textContent.startsWith('seldom: not an age')")
	b.Eval("(e => { e.value = '60s 1006'; e.dispatchEvent(new Event('input')) })(document.getElementById('symptom'))", nil)
	b.Eval("document.getElementById('tab-why').focus()", nil)
	b.Key("Home", 36)
	b.Wait("!document.getElementById('findings').hidden")
}

// fixes: one alone, all that is left, and undo, which brings the text back.
func fixes(t *testing.T, b *chromium.Browser) {
	click(b, "[...document.querySelectorAll('.finding .fix button')].find(x => x.textContent === 'Apply fix')")
	status(b, "1 error, 1 warning in 2 files, 2 endpoints")
	area := "document.querySelector('.editor:not([hidden]) textarea')"
	var changed string
	if b.Eval(area+".value", &changed); !strings.Contains(changed, "        proxy_read_timeout 160s;\n    }") {
		t.Errorf("the text after the fix:\n%s", changed)
	}
	b.Eval(area+".focus(); document.execCommand('undo')", nil)
	status(b, faulty)
	for range 6 { // one after the other; a handshake that is cured shows what follows
		var left bool
		if b.Eval("document.querySelector('.finding .fix button') !== null", &left); !left {
			break
		}
		click(b, "document.querySelector('.finding .fix button')")
		b.Wait("!busy && !waiting")
	}
	status(b, "Nothing found in 2 files, 2 endpoints")
	b.Eval("(e => { e.value = '0'; e.dispatchEvent(new Event('change')) })(document.getElementById('example'))", nil)
	status(b, faulty)
}

// fileTabs: files are added, renamed and removed, and declarations change the answer.
func fileTabs(t *testing.T, b *chromium.Browser) {
	set := func(id, value string) {
		b.Eval(fmt.Sprintf("(e => { e.value = %q; e.dispatchEvent(new Event('input')) })(document.getElementById(%q))",
			value, id), nil)
	}
	set("ping", "25s")
	status(b, "1 error, 1 warning in 2 files, 2 endpoints")
	set("ping", "25")
	status(b, "No answer")
	set("ping", "")
	status(b, faulty)
	b.Eval("globalThis.prompt = () => 'docs/haproxy.cfg'", nil)
	click(b, "document.getElementById('add')")
	b.Type("defaults\n  mode http\n  timeout client 10s\n  timeout server 10s\nfrontend f\n  bind :8443\n" +
		"  default_backend ws\nbackend ws\n  server s 127.0.0.1:9 check\n")
	b.Wait("document.getElementById('status').textContent.includes('in 3 files')")
	b.Eval("globalThis.prompt = () => '../../etc/passwd'; globalThis.alert = (text) => { globalThis.told = text }", nil)
	click(b, "document.getElementById('rename')")
	b.Wait("globalThis.told")
	click(b, "document.getElementById('remove')")
	status(b, faulty)
	var programs []string
	b.Eval("[...document.querySelectorAll('#versions input')].map(i => i.dataset.program)", &programs)
	if !slices.Contains(programs, "nginx") || !slices.Contains(programs, "haproxy") {
		t.Errorf("versions can be said of %v", programs)
	}
	b.Eval("(e => { e.value = '1.31.0'; e.dispatchEvent(new Event('input')) })"+
		"(document.querySelector('[data-program=nginx]'))", nil)
	b.Wait("document.getElementById('findings').innerText.includes('Judged as nginx 1.31.0')")
	b.Eval("(e => { e.value = ''; e.dispatchEvent(new Event('input')) })"+
		"(document.querySelector('[data-program=nginx]'))", nil)
	b.Wait("document.getElementById('findings').innerText.includes('Judged as nginx 1.22.1 or later')")
}

// examples: each has something to show, from files of every format.
func examples(t *testing.T, b *chromium.Browser) {
	var n int
	if b.Eval("document.getElementById('example').options.length", &n); n < 12 {
		t.Errorf("%d examples", n-1)
	}
	for i := n - 2; i >= 0; i-- {
		b.Eval(fmt.Sprintf("document.getElementById('example').value = '%d'; "+
			"document.getElementById('example').dispatchEvent(new Event('change'))", i), nil)
		b.Wait("!busy && !waiting && document.getElementById('status').textContent !== ''")
		var shown int
		if b.Eval("document.querySelectorAll('.finding').length", &shown); shown == 0 {
			t.Errorf("example %d shows nothing: %s", i, text(b, "findings"))
		}
	}
	status(b, faulty)
}

// names: whatever can be used has a name for screen readers, and the answer is told to them.
func names(t *testing.T, b *chromium.Browser) {
	var tree struct {
		Nodes []struct {
			Ignored    bool
			Role, Name struct{ Value any }
		}
	}
	if err := json.Unmarshal(b.Do("Accessibility.getFullAXTree", nil), &tree); err != nil {
		t.Fatal(err)
	}
	named := 0
	for _, n := range tree.Nodes {
		role := fmt.Sprint(n.Role.Value)
		if n.Ignored || !slices.Contains([]string{"button", "textbox", "combobox", "tab", "link", "image", "status"}, role) {
			continue
		}
		if role == "status" {
			named++
			continue
		}
		if name, _ := n.Name.Value.(string); strings.TrimSpace(name) == "" {
			t.Errorf("a %s has no name", role)
		}
		named++
	}
	if named < 25 {
		t.Errorf("%d controls have a name: too few", named)
	}
}

// long is a configuration of about 300 lines with the faults of the example.
func long() string {
	var s strings.Builder
	s.WriteString("events {}\nhttp {\n    proxy_http_version 1.1;\n")
	for i := range 40 {
		fmt.Fprintf(&s, `    server {
        listen 80;
        server_name app%d.example.com;
        location /ws {
            proxy_set_header Upgrade $http_upgrade;
            proxy_pass http://127.0.0.1:9%03d;
        }
    }
`, i, i)
	}
	return s.String() + "}\n"
}

// keystrokes measures how long the answer takes after a key in a file of 300 lines.
func keystrokes(t *testing.T, b *chromium.Browser) {
	b.Eval(fmt.Sprintf(`restore({files: [{name: "nginx.conf", text: %q}]})`, long()), nil)
	b.Wait("document.getElementById('status').textContent.includes('40 endpoints')")
	var times []float64
	b.Eval(`(async () => {
	const area = document.querySelector(".editor:not([hidden]) textarea");
	const times = [];
	for (let i = 0; i < 20; i++) {
		const seen = new Promise((done) => new MutationObserver((_, o) => { o.disconnect(); done(); })
			.observe(document.getElementById("findings"), { childList: true }));
		const began = performance.now();
		area.setRangeText("#", 0, 0, "end");
		area.dispatchEvent(new Event("input"));
		await seen;
		times.push(performance.now() - began);
		await new Promise((done) => setTimeout(done, 30));
	}
	return times;
})()`, &times)
	t.Logf("the first three answers took %.0f ms", times[:3])
	slices.Sort(times[10:])
	late := times[10:]
	t.Logf("after ten: median %.0f ms, slowest %.0f ms", late[len(late)/2], late[len(late)-1])
	inTime(t, "an answer", time.Duration(late[len(late)/2]*float64(time.Millisecond)), 100*time.Millisecond)
}

// link: the link carries everything, a damaged one is told, and what a link carries is text and never part of the page.
func link(t *testing.T, b *chromium.Browser, s *site) {
	hostile := `<img src=x onerror="globalThis.attacked = 1">`
	b.Eval(fmt.Sprintf(`restore({files: [{name: "nginx.conf", text: "events {}\nhttp {\n  %s\n}\n"},
		{name: %q, text: "keepalive: {every: 1x}"}], ping: "30s", url: "wss://a.example.com/ws", symptom: "1006"})`,
		strings.ReplaceAll(hostile, `"`, `\"`)+";", hostile), nil)
	var hash string
	b.Eval("toLink()", &hash)
	if len(hash) < 50 || !strings.HasPrefix(hash, "#1") {
		t.Fatalf("the link is %q", hash)
	}
	b.Open("about:blank")
	b.Open(s.URL + "/" + hash)
	b.Wait("document.getElementById('status').textContent.includes('in 1 file')")
	for expression, want := range map[string]string{
		"document.getElementById('ping').value":   "30s",
		"document.getElementById('url').value":    "wss://a.example.com/ws",
		"document.querySelectorAll('img').length": "1",
		"files[1].name":               hostile,
		"String(globalThis.attacked)": "undefined",
	} {
		var got any
		if b.Eval(expression, &got); fmt.Sprint(got) != want {
			t.Errorf("%s is %v, want %s", expression, got, want)
		}
	}
	b.Open("about:blank")
	b.Open(s.URL + "/#1AAAA")
	b.Wait("document.getElementById('problem').textContent.startsWith('This link is damaged')")
	b.Wait("document.getElementById('findings').childElementCount > 0") // the page works all the same
	if said := b.Said(); strings.Contains(said, "Error") {
		t.Errorf("the page said %s", said)
	}
}

// phone: on a narrow screen nothing has to be scrolled sideways but code. With WSLINT_PICTURES, pictures of the page
// are written to that folder.
func phone(t *testing.T, b *chromium.Browser) {
	dir := os.Getenv("WSLINT_PICTURES")
	for _, width := range []int{360, 390, 1280} {
		for _, dark := range []bool{false, true}[:1+min(len(dir), 1)] { // colours have no width
			b.Show(width, 900, dark)
			for _, view := range []string{"findings", "path", "why"} {
				click(b, fmt.Sprintf("document.getElementById('tab-%s')", view))
				var wide int
				if b.Eval("document.documentElement.scrollWidth", &wide); wide > width {
					t.Errorf("at %d, %s is %d wide", width, view, wide)
				}
				if dir != "" {
					b.Wait("!busy && !waiting")
					b.Picture(filepath.Join(dir, fmt.Sprintf("playground-%s-%d-%v.png", view, width, dark)))
				}
			}
		}
	}
}
