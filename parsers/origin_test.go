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
		m := o.Edit(e)
		if got := apply(outer, m); got != want || m.File != "web.yaml" {
			t.Errorf("%+v in %s:\n%s\nwant\n%s", m, m.File, got, want)
		}
	}
}
