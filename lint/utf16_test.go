package lint

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/text/encoding/unicode"

	"github.com/wslint/wslint/rules"
)

// TestUTF16: a file that PowerShell wrote is told as that, since what nginx and HAProxy say of it leads nowhere.
func TestUTF16(t *testing.T) {
	for name, text := range map[string]string{
		"nginx.conf":  "events {}\nhttp { server { listen 80; } }\n",
		"haproxy.cfg": "frontend web\n  bind :80\n",
	} {
		for _, order := range []unicode.Endianness{unicode.LittleEndian, unicode.BigEndian} {
			src, err := unicode.UTF16(order, unicode.UseBOM).NewEncoder().String(text)
			if err != nil {
				t.Fatal(err)
			}
			file := filepath.Join(t.TempDir(), name)
			if err := os.WriteFile(file, []byte(src), 0o600); err != nil {
				t.Fatal(err)
			}
			result, err := Check(Input{Args: []string{file}, Rules: rules.All})
			if err != nil {
				t.Fatal(err)
			}
			if len(result.Findings) == 0 || !strings.Contains(result.Findings[0].Notes[0].Text, "UTF-16") {
				t.Errorf("%s: %v", name, result.Findings)
			}
		}
	}
}
