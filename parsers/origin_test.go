package parsers_test

import (
	"strings"
	"testing"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers"
)

// TestOrigin holds that what stands at a place of a nested text stands at the mapped place of the outer file, and
// that an edit of the text is the same edit there.
func TestOrigin(t *testing.T) {
	const outer = "data:\n  nginx.conf: |\n    server {\n      listen 80;\n\n      root /;\n    }\n"
	const text = "server {\n  listen 80;\n\n  root /;\n}\n"
	o := &parsers.Origin{File: "web.yaml", Lines: []parsers.OriginLine{
		{Start: 0, Line: 3, Col: 5, Offset: strings.Index(outer, "server")},
		{Start: 9, Line: 4, Col: 5, Offset: strings.Index(outer, "  listen")},
		{Start: 22, Line: 5, Col: 1, Offset: strings.Index(outer, "\n\n") + 1},
		{Start: 23, Line: 6, Col: 5, Offset: strings.Index(outer, "  root")},
		{Start: 33, Line: 7, Col: 5, Offset: strings.Index(outer, "}")},
	}}
	want := hop.Pos{File: "web.yaml", Line: 6, Col: 7, EndCol: 11}
	if got := o.Pos(hop.Pos{File: "nginx.conf", Line: 4, Col: 3, EndCol: 7}); got != want {
		t.Errorf("root stands at %+v, want %+v", got, want)
	}
	end := hop.Pos{File: "web.yaml", Line: 7}
	if got := o.Pos(hop.Pos{File: "nginx.conf", Line: 6, Col: 1}); got != end {
		t.Errorf("the end of the text stands at %+v, want %+v", got, end)
	}
	if got := (*parsers.Origin)(nil).Pos(want); got != want {
		t.Errorf("without an origin %+v became %+v", want, got)
	}
	apply := func(src string, e hop.Edit) string { return src[:e.Start] + e.New + src[e.End:] }
	for _, e := range []hop.Edit{
		{File: "nginx.conf", Start: strings.Index(text, "80"), End: strings.Index(text, "80") + 2, New: "8080"},
		{File: "nginx.conf", Start: strings.Index(text, "  root"), End: strings.Index(text, "  root"), New: "  gzip on;\n"},
		{File: "nginx.conf", Start: strings.Index(text, "  root"), End: strings.Index(text, "}"), New: ""},
		{File: "nginx.conf", Start: strings.Index(text, "80;") + 3, End: strings.Index(text, "80;") + 3, New: "\n  gzip on;"},
	} {
		var indented strings.Builder
		for line := range strings.Lines(apply(text, e)) {
			if line != "\n" {
				indented.WriteString("    ")
			}
			indented.WriteString(line)
		}
		want := "data:\n  nginx.conf: |\n" + indented.String()
		m, ok := o.Edits(e)
		if !ok || len(m) != 1 {
			t.Fatalf("%+v has the edits %+v", e, m)
		}
		if got := apply(outer, m[0]); got != want || m[0].File != "web.yaml" {
			t.Errorf("%+v in %s:\n%s\nwant\n%s", m, m[0].File, got, want)
		}
	}
}

// TestMadeLines: a line that no file holds is at the place of what it is made of, and an edit of it is what that
// makes of the line as it would be.
func TestMadeLines(t *testing.T) {
	const text = "location / {\n  proxy_read_timeout 60s;\n}\n"
	at := hop.Pos{File: "chat.yaml", Line: 7, Col: 5, EndCol: 12}
	var written []string
	made := &parsers.Maker{At: at, Write: func(text string) []hop.Edit {
		written = append(written, text)
		return []hop.Edit{{File: "chat.yaml", Start: 10, End: 12, New: "x"}}
	}}
	o := &parsers.Origin{Src: []byte(text), Lines: []parsers.OriginLine{
		{Start: 0, Made: made}, {Start: 13, Made: made}, {Start: 39, Made: &parsers.Maker{At: at}},
	}}
	if got := o.Pos(hop.Pos{File: "made", Line: 2, Col: 22, EndCol: 25}); got != at {
		t.Errorf("the line stands at %+v, want %+v", got, at)
	}
	sixty := strings.Index(text, "60s")
	for _, c := range []struct {
		edit hop.Edit
		want string
	}{
		{hop.Edit{Start: sixty, End: sixty + 3, New: "90s"}, "proxy_read_timeout 90s;"},
		{hop.Edit{Start: 12, End: 12, New: "\n  gzip on;"}, "location / {\n  gzip on;"},
		{hop.Edit{Start: 13, End: 39, New: ""}, ""},
	} {
		written = nil
		if edits, ok := o.Edits(c.edit); !ok || len(edits) != 1 || len(written) != 1 || written[0] != c.want {
			t.Errorf("%+v: edits %+v, and %q was to be written", c.edit, edits, written)
		}
	}
	for _, e := range []hop.Edit{{Start: 39, End: 40, New: "x"}, {Start: 0, End: 20, New: "x"}} {
		if edits, ok := o.Edits(e); ok {
			t.Errorf("%+v has the edits %+v: nothing can make that line otherwise", e, edits)
		}
	}
}

// TestEdgesOfLines: what ends with its line ends there in the file, whatever the next line is made of, and what is
// inserted behind a blank first line is indented as the text is.
func TestEdgesOfLines(t *testing.T) {
	const outer = "x <<-T\n\n    a;\n    b;\nT\n"
	o := &parsers.Origin{File: "f", Src: []byte("\na;\nb;\nmade;\n"), Lines: []parsers.OriginLine{
		{Start: 0, Line: 2, Col: 1, Offset: 7}, {Start: 1, Line: 3, Col: 5, Offset: 12},
		{Start: 4, Line: 4, Col: 5, Offset: 19}, {Start: 7, Made: &parsers.Maker{}},
	}}
	for _, c := range []struct {
		edit hop.Edit
		want string
	}{
		{hop.Edit{Start: 3, End: 3, New: "\nc;"}, "x <<-T\n\n    a;\n    c;\n    b;\nT\n"},
		{hop.Edit{Start: 3, End: 7, New: "\n"}, "x <<-T\n\n    a;\nT\n"},
		{hop.Edit{Start: 4, End: 8, New: "c;\n"}, ""},
	} {
		edits, ok := o.Edits(c.edit)
		if ok != (c.want != "") {
			t.Errorf("%+v has the edits %+v", c.edit, edits)
		}
		for _, e := range edits {
			if got := outer[:e.Start] + e.New + outer[e.End:]; got != c.want {
				t.Errorf("%+v becomes %q, want %q", c.edit, got, c.want)
			}
		}
	}
}
