package nginx

import (
	"testing"

	"github.com/wslint/wslint/parsers/nginx/conf"
)

// TestInsert: what is put into a block without a directive of its own looks like what is around it.
func TestInsert(t *testing.T) {
	for src, want := range map[string]string{
		"location / { include x; }\r\n":                "location / { a b; include x; }\r\n",
		"\tlocation / {\r\n\t\tinclude x;\r\n\t}\r\n":  "\tlocation / {\r\n\t\ta b;\r\n\t\tinclude x;\r\n\t}\r\n",
		"  location / { # why\n\n   include x;\n  }\n": "  location / { # why\n   a b;\n\n   include x;\n  }\n",
		"\tlocation / {}\r\n":                          "\tlocation / {\r\n\t\ta b;\r\n\t}\r\n",
		"location / {}":                                "location / {\n    a b;\n}",
		"\tlocation / {\n\t}\n":                        "\tlocation / {\n\t\ta b;\n\t}\n",
	} {
		tree, err := conf.Parse("x", []byte(src))
		if err != nil {
			t.Fatalf("%q: %v", src, err)
		}
		block := tree.Main.Block[0]
		block.Name.File.Editable = true
		got := src
		for _, e := range insert(&scope{d: block}, "a b;") { // without items, as if all came from elsewhere
			got = got[:e.Start] + e.New + got[e.End:]
		}
		if got != want {
			t.Errorf("%q: got %q, want %q", src, got, want)
		}
	}
}
