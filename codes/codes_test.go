package codes

import (
	"fmt"
	"strings"
	"testing"
)

// TestPages: every code has a page whose head agrees with the table, and no page is without a code.
func TestPages(t *testing.T) {
	for _, c := range All {
		page := c.Page()
		head := fmt.Sprintf("# %s %s\n\n**On the wire:** %s.", c.Number(), c.Name, c.Wire)
		if !strings.HasPrefix(page, head) {
			t.Errorf("%s begins with\n%.120s\nwant\n%s", c.Number(), page, head)
		}
		if !strings.Contains(page, "**Who makes it:** ") {
			t.Errorf("%s does not say who makes it", c.Number())
		}
	}
	if files, err := pages.ReadDir("."); err != nil || len(files) != len(All) {
		t.Errorf("%d pages for %d codes, %v", len(files), len(All), err)
	}
}

// TestEveryNumber: each number has one meaning, and only those up to 65535 are numbers of codes.
func TestEveryNumber(t *testing.T) {
	for n := range 65536 {
		if c, ok := Find(fmt.Sprint(n)); !ok || n < c.First || n > c.Last {
			t.Fatalf("%d: %+v, %v", n, c, ok)
		}
	}
}

func TestFind(t *testing.T) {
	for word, want := range map[string]string{
		"1006": "1006", "1016": "1016-2999", "2999": "1016-2999", "3000": "3000", "3001": "3000-3999", "3999": "3000-3999", "4000": "4000-4999",
		"4000-4999": "4000-4999", "0": "0-999", "999": "0-999", "5000": "5000-65535", "65535": "5000-65535",
		"abnormal-closure": "1006", "Abnormal Closure": "1006", "CLOSE_ABNORMAL": "1006", "AbnormalClosure": "1006", "going_away": "1001",
		"Mandatory Ext.": "1010", "No Status Rcvd": "1005", "bad gateway": "1014", "timeout": "3008", "TLS handshake": "1015",
		"65536": "", "-1": "", "": "", "-": "", "1e3": "", "1006.md": "", "abnormal": "1006", "nope": "",
	} {
		c, ok := Find(word)
		if ok != (want != "") || ok && c.Number() != want {
			t.Errorf("%q: got %s, %v, want %s", word, c.Number(), ok, want)
		}
	}
}
