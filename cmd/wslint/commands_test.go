//go:build unix

package main

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/wslint/wslint/report"
)

// TestNamesAreNoCommands: whatever files, hosts and locations are called, no line of a report on standard output is a
// command to a runner, and all of it is UTF-8 without control characters.
func TestNamesAreNoCommands(t *testing.T) {
	const location = "location /%s { proxy_pass http://127.0.0.1:9; proxy_set_header Upgrade $http_upgrade; }\n"
	for _, name := range []string{
		"::error::x", "::error file=a::x", "##vso[task.setvariable variable=a]x", "##[error]x", "##teamcity[x]",
		"a\n::error::x",
		"a\r::error::x", "\x1b[31mred", "\x1b]0;title\x07", "\xff\xfe", "\u202eevil", "a\u2028::error::x", "%0A::error::x",
	} {
		untrusted(t, map[string]string{
			"nginx.conf": "events {}\nhttp { include \"sites/*.conf\"; }\n",
			"sites/" + name + ".conf": "server { listen 80; server_name \"" + name + "\";\n" +
				fmt.Sprintf(location, "ws") + "location \"/" + name + "\" { proxy_pass http://127.0.0.1:9; " +
				"proxy_set_header Upgrade $http_upgrade; }\n# " + name + "\n}\n",
		})
		see := func(command, output string) {
			if command == "baseline file" || strings.Contains(command, "--diff") {
				return // a file, and a patch that has to hold the bytes as they are
			}
			if !utf8.ValidString(output) {
				t.Errorf("%q: wslint %s prints no UTF-8", name, command)
			}
			for line := range strings.Lines(output) {
				own := strings.Contains(command, "github") && strings.HasPrefix(line, "::")
				text := strings.TrimPrefix(strings.TrimSpace(line), "::: ") // the arrow of further places
				if own {
					text = "" // its properties hold names, escaped as GitHub has it
				}
				switch {
				case strings.HasPrefix(text, "::") && !own, strings.Contains(text, "##vso["), strings.Contains(text, "##["),
					strings.Contains(text, "##teamcity["), strings.ContainsAny(strings.TrimRight(line, "\r\n"), "\x1b\x07\r"):
					t.Errorf("%q: wslint %s prints %q", name, command, line)
				}
			}
		}
		for _, f := range report.Formats {
			_, stdout, stderr := runMain("", "check", "--verbose", "--format", f.Name, ".")
			see("check --format "+f.Name, stdout+stderr)
		}
		for _, args := range [][]string{
			{"trace", "ws://localhost/ws", "."}, {"trace", "--effective", "ws://localhost/ws", "."},
			{"trace", "--format", "svg", "ws://localhost/ws", "."}, {"trace", "--format", "json", "ws://localhost/ws", "."},
			{"why", "--code", "1006", "."}, {"baseline", "."},
		} {
			_, stdout, stderr := runMain("", args...)
			see(strings.Join(args, " "), stdout+stderr)
		}
	}
}
