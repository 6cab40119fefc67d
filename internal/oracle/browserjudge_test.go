//go:build unix

package oracle

import (
	"cmp"
	"net/http"
	"net/textproto"
	"slices"
	"strings"
	"testing"

	"github.com/wslint/wslint/lint"
)

// judge holds what was seen against the table.
func (l *browserLab) judge(t *testing.T, browser string, major int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, c := range browserCases {
		if c.page == "h2" && l.tunnel == "" {
			continue
		}
		want := c.chrome
		heard, ofFirefox, _ := strings.Cut(c.heard, "; ")
		if browser == "firefox" {
			want, heard = cmp.Or(c.firefox, c.chrome), cmp.Or(ofFirefox, heard)
		}
		if got, ran := l.results[c.name]; !ran || !slices.Contains(strings.Split(want, "|"), got) {
			t.Errorf("%s: the page saw %q, want %q", c.name, got, want)
		}
		if got := l.heard[c.name]; heard != "" && got != heard {
			t.Errorf("%s: the server saw %q, want %q", c.name, got, heard)
		}
	}
	if l.heard["target"] != "" {
		t.Error("a redirect was followed")
	}
	l.judgeHandshakes(t, browser, major)
}

// judgeHandshakes holds what the browser sent against lint's form of it, and says who got credentials.
func (l *browserLab) judgeHandshakes(t *testing.T, browser string, major int) {
	for name, want := range map[string]bool{
		"credentials in the URL": false, "page's credentials, before a log-in": false, "page's credentials": true,
	} {
		if r := l.sent[name]; r == nil || (r.Header.Get("Authorization") != "") != want {
			t.Errorf("%s: sent: %t, want %t", name, !want, want)
		}
	}
	if r := l.sent["a page over HTTP/2 of HAProxy"]; l.tunnel != "" {
		if r == nil || r.Header.Get("X-Version") != "2.0" || r.Header.Get("X-Key") != "" {
			t.Errorf("over HTTP/2, HAProxy saw %v", r)
		}
	}
	form := browser
	switch {
	case browser == "firefox" && major < 140:
		form = "firefox-115"
	case browser == "firefox" && major < 148:
		t.Logf("Firefox %d is between the two forms of the handshake that are known", major)
		return
	}
	r := l.sent["handshake with subprotocols"]
	if r == nil {
		t.Fatal("no handshake was seen")
	}
	h := lint.Handshake{URL: "ws" + strings.TrimPrefix(l.base, "http"), Browser: form, Subprotocols: []string{"a", "b"}}
	q, err := h.Request()
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Host", r.Host)
	for name := range q.Header {
		want, _ := q.Lines(name)
		if got := r.Header.Values(name); !ofOne(name) && !slices.Equal(got, want) {
			t.Errorf("the browser sends %s %q, and lint says %q", name, got, want)
		}
	}
	for name := range r.Header {
		if _, known := q.Header[textproto.CanonicalMIMEHeaderKey(name)]; !known {
			t.Errorf("the browser sends %s, and lint does not", name)
		}
	}
	if r.Method != http.MethodGet || r.Proto != "HTTP/1.1" {
		t.Errorf("the handshake is %s %s", r.Method, r.Proto)
	}
}

// ofOne reports whether a header differs from one browser of a kind to the next.
func ofOne(name string) bool {
	return name == "User-Agent" || name == "Sec-Websocket-Key" || name == "Cookie" || name == "Accept-Language"
}
