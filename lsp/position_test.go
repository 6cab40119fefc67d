package lsp

import (
	"testing"
	"unicode/utf8"

	"github.com/wslint/wslint/hop"
)

// TestPositions: an offset at the start of a character comes back from its position, in either encoding.
func TestPositions(t *testing.T) {
	for _, src := range []string{
		"", "a", "\n", "a\nb", "a\r\nb\r\n", "a\rb\r", "\r\r\n\n", "\ufeffa\nb", "é漢🦄\tx\n🦄é",
		"bad \xff\xfe bytes\n\xc3", "\u2028is no end\n",
	} {
		for _, enc := range []encoding{inBytes, inUTF16} {
			text := newText([]byte(src), enc)
			for at := text.skip; at <= len(src); at++ {
				// Within \r\n the end of the line is before both.
				within := at > 0 && at < len(src) &&
					(!utf8.RuneStart(src[at]) && utf8.ValidString(src) || src[at-1] == '\r' && src[at] == '\n')
				if back := text.offset(text.position(at)); back != at && !within {
					t.Errorf("%q, %s: %d is %v is %d", src, enc, at, text.position(at), back)
				}
			}
		}
	}
}

func TestPosition(t *testing.T) {
	const src = "\ufeffé🦄x\r\n\ty\rz"
	for _, c := range []struct {
		offset int
		enc    encoding
		want   position
	}{
		{0, inUTF16, position{0, 0}}, {3, inUTF16, position{0, 0}}, {5, inUTF16, position{0, 1}},
		{9, inUTF16, position{0, 3}},
		// within the unicorn: its start
		{5, inBytes, position{0, 2}}, {9, inBytes, position{0, 6}}, {7, inUTF16, position{0, 1}},
		{10, inUTF16, position{0, 4}}, {12, inUTF16, position{1, 0}}, {13, inUTF16, position{1, 1}},
		{15, inUTF16, position{2, 0}},
		{16, inUTF16, position{2, 1}}, {99, inUTF16, position{2, 1}}, {-1, inUTF16, position{0, 0}},
	} {
		if got := newText([]byte(src), c.enc).position(c.offset); got != c.want {
			t.Errorf("%d in %s: %v, not %v", c.offset, c.enc, got, c.want)
		}
	}
	text := newText([]byte(src), inUTF16)
	for p, want := range map[position]int{
		{0, 2}: 5, {0, 99}: 10, {1, 99}: 14, {9, 0}: 16, {-1, 3}: 3, {0, -1}: 3,
	} {
		if got := text.offset(p); got != want {
			t.Errorf("%v: %d, not %d", p, got, want)
		}
	}
}

// TestPlace: places of wslint's count bytes from 1 in lines that only \n ends.
func TestPlace(t *testing.T) {
	text := newText([]byte("\ta🦄 b  \r\n\nc\rd"), inUTF16)
	for _, c := range []struct {
		pos  hop.Pos
		want span
	}{
		{hop.Pos{Line: 1, Col: 2, EndCol: 7}, span{position{0, 1}, position{0, 4}}},
		{hop.Pos{Line: 1, Col: 3, EndCol: 3}, span{position{0, 2}, position{0, 4}}}, // nothing becomes a character
		{hop.Pos{Line: 1}, span{position{0, 1}, position{0, 8}}},
		{hop.Pos{}, span{position{0, 1}, position{0, 8}}},
		{hop.Pos{Line: 2, Col: 1, EndCol: 2}, span{position{1, 0}, position{1, 0}}},
		{hop.Pos{Line: 3, Col: 3, EndCol: 4}, span{position{3, 0}, position{3, 1}}},
		{hop.Pos{Line: 3, Col: 50, EndCol: 60}, span{position{3, 1}, position{3, 1}}},
		{hop.Pos{Line: 9, Col: 1, EndCol: 2}, span{position{3, 1}, position{3, 1}}},
	} {
		if got := text.span(text.place(c.pos)); got != c.want {
			t.Errorf("%+v: %v, not %v", c.pos, got, c.want)
		}
	}
}

func TestURIs(t *testing.T) {
	for uri, want := range map[string]string{
		"file:///etc/nginx/nginx.conf": "/etc/nginx/nginx.conf", "file:///a%20b/%C3%BC%25%23%3F.conf": "/a b/ü%#?.conf",
		"file:///a b/ü.conf": "/a b/ü.conf",
		"FILE:///a":          "/a", "file://localhost/a": "/a", "file:///a/../b//c": "/b/c", "file:/a": "/a",
		"file://host/a": "", "untitled:a": "", "git:/a": "", "a": "", "": "", "file:a": "", "file:///%zz": "",
		"file:///a%00b": "", "file:": "",
	} {
		got, ok := pathOf(uri)
		if got != want || ok != (want != "") {
			t.Errorf("%s: %q, %v", uri, got, ok)
		}
		if back, _ := pathOf(uriOf(want)); ok && back != want {
			t.Errorf("%s: %s is %s", want, uriOf(want), back)
		}
	}
}

// TestReplace: changes come in the order of one message, and places outside of the text are its nearest ones.
func TestReplace(t *testing.T) {
	text := newText([]byte("gone"), inUTF16)
	at := func(a, b, c, d int) *span { return &span{position{a, b}, position{c, d}} }
	for _, step := range []struct {
		at        *span
		text, now string
	}{
		{nil, "a🦄\r\nb", "a🦄\r\nb"},
		{at(9, 9, 1<<31-1, 1<<31-1), "c", "a🦄\r\nbc"},
		{at(0, 3, 1, 1), "", "a🦄c"},
		{at(0, 2, 0, 4), "é", "aé"},  // from within the unicorn
		{at(0, 1, 0, 0), "-", "a-é"}, // it ends before it starts
		{at(-1, -1, 0, -5), "^", "^a-é"},
		{at(0, 1, 0, 99), "", "^"},
	} {
		if text = text.replace(contentEvent{step.at, step.text}); string(text.src) != step.now {
			t.Fatalf("%v: %q, not %q", step.at, text.src, step.now)
		}
	}
}
