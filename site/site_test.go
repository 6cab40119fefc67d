package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/wslint/wslint/internal/chromium"
	"github.com/wslint/wslint/internal/truth"
	"github.com/wslint/wslint/rules"
)

// built is the whole site, whose links were checked when it was built.
func built(t *testing.T) string {
	if testing.Short() {
		t.Skip("-short: building the site takes seconds")
	}
	if _, err := exec.LookPath("hugo"); err != nil {
		truth.Missing(t, "HUGO", err.Error())
	}
	dir := t.TempDir()
	if err := build(dir); err != nil {
		t.Fatal(err)
	}
	return dir
}

// TestSite builds the site, and looks at it in a real browser.
func TestSite(t *testing.T) {
	dir := built(t)
	t.Run("pages", func(t *testing.T) { expected(t, dir) })
	s := httptest.NewServer(http.FileServer(http.Dir(dir)))
	defer s.Close()
	b := chromium.Start(t)
	b.Show(1280, 900, false)
	b.Open(s.URL + "/")
	t.Run("search", func(t *testing.T) { search(t, b, s.URL) })
	t.Run("widths", func(t *testing.T) { widths(t, b, s.URL) })
	if said := b.Said(); said != "" {
		t.Errorf("the pages said %s", said)
	}
}

// expected: what people search for is there and says what it has to.
func expected(t *testing.T, dir string) {
	want := map[string]string{
		"settings/proxy_read_timeout": "Closes an idle WebSocket",
		"settings/timeout-tunnel":     "timeout tunnel (HAProxy)",
		"symptoms/60-seconds":         "../../hops/aws-alb/",
		"symptoms/1006":               "../../codes/1006/",
		"symptoms/502":                "<span class=m>502</span> nginx.conf",
		"symptoms/all-at-once":        "reload",
		"hops/cloudflare":             "<a href=https://developers.cloudflare.com/network/websockets>",
		"apps/socket.io":              "sends a message every 25s",
		"codes/1006":                  "Abnormal Closure",
		"docs/configuration":          "../../docs/ignoring/",
		"docs/installation":           "checksums.txt",
		"rules/path-join":             "<div class=file>.wslint.yaml",
		"":                            "nginx closes idle connections after 60s",
	}
	for _, r := range rules.All { // the playground leads there
		want["rules/"+r.Name] += ""
	}
	for at, text := range want {
		page, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(at), "index.html"))
		if err != nil || !strings.Contains(strings.ReplaceAll(string(page), `"`, ""), text) {
			t.Errorf("/%s/ does not have %q: %v", at, text, err)
		}
	}
}

// search: by the keyboard alone, from the first letter to the page.
func search(t *testing.T, b *chromium.Browser, base string) {
	for words, first := range map[string]string{
		"proxy_read_timeout":  "/settings/proxy_read_timeout/",
		"1006":                "/codes/1006/",
		"after 60 seconds":    "/symptoms/60-seconds/",
		"elastic beanstalk":   "/docs/beanstalk/",
		"alb":                 "/hops/aws-alb/",
		"header-inheritance":  "/rules/header-inheritance-lost/",
		"forbidden handshake": "/symptoms/403/",
	} {
		b.Open(base + "/")
		b.Eval("document.getElementById('search').focus()", nil)
		b.Type(words)
		b.Wait("document.querySelector('#found a')")
		var links []string
		b.Eval("[...document.querySelectorAll('#found a')].map(a => new URL(a.href).pathname)", &links)
		if links[0] != first {
			t.Errorf("%q finds %v, want %s first", words, links, first)
			continue
		}
		b.Key("ArrowDown", 40)
		b.Key("Enter", 13)
		b.Wait(fmt.Sprintf("location.pathname === %q", first))
	}
	b.Open(base + "/")
	b.Eval("document.getElementById('search').focus()", nil)
	b.Type("zzzz")
	b.Wait("document.querySelector('#found .none')")
	b.Key("Escape", 27)
	b.Wait("document.getElementById('found').hidden")
}

// widths: nothing but code and tables is scrolled sideways. With WSLINT_PICTURES, pictures are written to that folder.
func widths(t *testing.T, b *chromium.Browser, base string) {
	dir := os.Getenv("WSLINT_PICTURES")
	for _, at := range []string{
		"/", "/symptoms/", "/symptoms/60-seconds/", "/rules/", "/rules/idle-timeout-below-ping/", "/docs/hops/",
		"/docs/configuration/", "/settings/", "/codes/1006/", "/docs/", "/docs/json/", "/404.html",
	} {
		for _, width := range []int{390, 1280} {
			for _, dark := range []bool{false, true}[:1+min(len(dir), 1)] { // colours have no width
				b.Show(width, 900, dark)
				b.Open(base + at)
				var wide int
				if b.Eval("document.documentElement.scrollWidth", &wide); wide > width {
					t.Errorf("%s is %d wide on a screen of %d", at, wide, width)
				}
				if dir != "" {
					name := strings.Trim(strings.ReplaceAll(at, "/", "-"), "-")
					b.Picture(filepath.Join(dir, fmt.Sprintf("site-%s-%d-%v.png", name, width, dark)))
				}
			}
		}
	}
}
