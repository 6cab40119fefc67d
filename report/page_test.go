package report

import (
	"bytes"
	"strings"
	"testing"

	"github.com/wslint/wslint/codes"
	"github.com/wslint/wslint/rules"
)

func TestPage(t *testing.T) {
	var b bytes.Buffer
	if err := Page(&b, "# A title\n\nOne\ntwo **three** [four](five.md).\n\n## Less\n- a\n  b\n- c\n\n1. d\n\n"+
		"| x | y |\n|---|---|\n| 1 | `2` |\n\n```nginx\na {\n\n\tb;\n}\n```\nend \x1b[0m", Options{}); err != nil {
		t.Fatal(err)
	}
	want := `A title
=======

One two three four (five.md).

Less
----

  - a b
  - c

  1. d

  x  y
  1  ` + "`2`" + `

    a {

        b;
    }

end �[0m
`
	if b.String() != want {
		t.Errorf("got\n%s\nwant\n%s", b.String(), want)
	}
}

// TestPagesFit: every page that explain prints fits a terminal; code may not be broken, so that its lines are short
// already.
func TestPagesFit(t *testing.T) {
	pages := map[string]string{}
	for _, c := range codes.All {
		pages[c.Number()] = c.Page()
	}
	for _, r := range rules.All {
		pages[r.Name], _ = rules.Page(r.Name)
	}
	for name, text := range pages {
		var b bytes.Buffer
		if err := Page(&b, text, Options{}); err != nil {
			t.Fatal(err)
		}
		for l := range strings.Lines(b.String()) {
			isCode := strings.HasPrefix(l, "    ")
			if textWidth(strings.TrimRight(l, "\n")) > usual && !isCode {
				t.Errorf("%s: wider than %d: %s", name, usual, l)
			}
		}
	}
}

func TestCodes(t *testing.T) {
	var b bytes.Buffer
	if err := Codes(&b, codes.All); err != nil {
		t.Fatal(err)
	}
	for l := range strings.Lines(b.String()) {
		if textWidth(strings.TrimRight(l, "\n")) > usual {
			t.Errorf("wider than %d: %s", usual, l)
		}
	}
}
