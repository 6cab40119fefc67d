package report

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/lint"
	"github.com/wslint/wslint/rules"
)

// Next is what the last lines of a report may propose.
type Next struct {
	Paths string // the PATHs of the command line as they were typed; "" for none
	Fix   bool   // files were read that --fix can change, and it was not asked for
}

// A Run says when and how a result came to be.
type Run struct {
	At      time.Time
	Host    string
	Command string // the command line
}

// next ends a report with the versions that were judged and, where steps may be proposed, the one that follows.
func (t *text) next(r *lint.Result, o Options) {
	if o.Next == nil && r.Extent == nil {
		return
	}
	var lines []string
	switch {
	case o.Next == nil:
	case len(r.Findings) > 0:
		lines = append(fixable(r.Findings, o.Next), "details: wslint explain "+explained(r.Findings).Name)
	case !r.Incomplete && r.Extent == nil:
		lines = notFound(r, o.Next)
	}
	for _, l := range append(versions(r), lines...) {
		t.wrapped("", "    ", "", clean(l))
	}
}

// proxied lists, where nothing looks like an endpoint, the places that pass requests on, and the command to go on
// with.
func (t *text) proxied(r *lint.Result) {
	found := slices.ContainsFunc(r.Findings, func(f rules.Finding) bool { return f.Severity > rules.Info })
	if r.Endpoints > 0 || found || r.Next == "" {
		return
	}
	var proxied []hop.Note
	for _, e := range r.Proxied {
		proxied = append(proxied, hop.Note{Pos: e.Pos, Text: "proxies " + e.Name})
	}
	t.linef("")
	t.notes("if WebSockets enter at one of these, check the address that the browser connects to:", proxied, false)
	t.linef("  %s", clean(r.Next))
}

// fixable says how many findings --fix can fix.
func fixable(findings []rules.Finding, n *Next) []string {
	safe, all := 0, 0
	for _, f := range findings {
		if f.Fix != nil && len(f.Fix.Edits) > 0 {
			all++
			if f.Fix.Safe {
				safe++
			}
		}
	}
	switch {
	case !n.Fix || all == 0:
		return nil
	case safe == all:
		return []string{fmt.Sprintf("fixable: %d with --fix (preview: --diff)", all)}
	case safe == 0:
		return []string{fmt.Sprintf("fixable: %d with --fix --unsafe-fixes (preview: --diff --unsafe-fixes)", all)}
	}
	return []string{fmt.Sprintf("fixable: %d with --fix, %d with --fix --unsafe-fixes (preview: --diff)", safe, all)}
}

// explained is the rule whose page helps most: that of the first of the worst findings.
func explained(findings []rules.Finding) *rules.Rule {
	return slices.MaxFunc(findings, func(a, b rules.Finding) int { return cmp.Compare(a.Severity, b.Severity) }).Rule
}

// notFound says what was looked at where there are no findings, what was not, and what to try next.
func notFound(r *lint.Result, n *Next) []string {
	if r.Endpoints == 0 && r.Next != "" {
		return nil // that is next
	}
	if r.Endpoints == 0 {
		return []string{
			"next: wslint trace wss://HOST/PATH" + spaced(n.Paths) + " follows the handshake of one URL",
			"      wslint init writes a .wslint.yaml, where the URLs of your WebSockets are declared",
		}
	}
	lines := []string{"checked: the handshake and the timeouts of each endpoint in these files"}
	var not []string
	if r.Unpinged {
		not = append(not, "idle timeouts above 5m (tell wslint about pings: --ping 25s or --ping none)")
	}
	if len(r.Declared) == 0 {
		not = append(not, "load balancers and CDNs in front (declare them: wslint init)")
	}
	if len(r.Unknown) > 0 {
		not = append(not, "what is listed above")
	}
	if len(not) > 0 {
		lines = append(lines, "not checked: "+strings.Join(not, "; "))
	}
	if strings.Contains(r.First, "://") { // and no resource
		lines = append(lines, "next: wslint trace "+shellWord(r.First)+spaced(n.Paths))
	}
	return lines
}

// ShellWords are words as a shell takes them.
func ShellWords(words []string) string {
	quoted := make([]string, len(words))
	for i, w := range words {
		quoted[i] = shellWord(w)
	}
	return strings.Join(quoted, " ")
}

// shellWord is a word as a shell takes it.
func shellWord(s string) string {
	if strings.IndexFunc(s, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' ||
			strings.ContainsRune("-._~/:@%+,=", r))
	}) < 0 && s != "" {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

// Hint prints below a trace what to write where another URL was probably meant; paths are the PATHs of the command
// line.
func Hint(w io.Writer, r *lint.Result, url string, paths []string, o Options) error {
	h := r.Hint
	if h == nil {
		return nil
	}
	t := &ladder{painter: painter(o.Color), columns: o.lineWidth()}
	t.buf.WriteByte('\n')
	t.wrap("", "  ", yellow, clean(h.Text))
	command := func(url string) { t.command("wslint trace " + shellWord(url) + spaced(ShellWords(paths))) }
	if !h.TLS {
		for _, u := range h.URLs {
			command(u)
		}
	} else {
		t.wrap("", "  ", "", "If TLS ends in front (a load balancer, a CDN), trace what it sends:")
		for _, u := range h.URLs {
			command(u)
		}
		element := "nginx: nginx.conf"
		if len(r.Read) > 0 {
			element = r.Read[0].Format + ": " + cmp.Or(strings.Join(paths[:min(len(paths), 1)], ""), r.Read[0].Name)
		}
		t.wrap("", "  ", "", "or declare it in .wslint.yaml, for check as well:")
		t.command("paths:")
		t.command("  - url: " + url)
		t.command("    through: [alb, " + element + "]")
	}
	_, err := w.Write(t.buf.Bytes())
	return err
}

func spaced(s string) string {
	if s == "" {
		return ""
	}
	return " " + s
}

// command prints a line that is to be copied: it is not broken.
func (t *ladder) command(line string) { t.buf.WriteString("  " + clean(line) + "\n") }

// Reload is how to test files that were changed, and to bring the change into force: a command for each program.
func Reload(r *lint.Result, changed []string) (commands []string) {
	for _, f := range r.Read {
		if !slices.Contains(changed, f.Name) {
			continue
		}
		command := map[string]string{
			"nginx":   "nginx -t && nginx -s reload",
			"haproxy": "haproxy -c -f " + shellWord(f.Name) + " && systemctl reload haproxy",
			"sysctl":  "sysctl --system",
		}[f.Format]
		if command != "" && !slices.Contains(commands, command) {
			commands = append(commands, command)
		}
	}
	return commands
}
