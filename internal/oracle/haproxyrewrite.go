package oracle

import (
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// RewriteHAProxy takes an haproxy.cfg into the lab, as Rewrite does for nginx: binds get free ports on loopback,
// servers lead to applications on loopback or back to binds of the same configuration, timers are shortened.
// Everything ends with t.
func RewriteHAProxy(t testing.TB, text string, o Options) (*Lab, error) {
	dir, err := os.MkdirTemp("", "wsh")
	if err != nil {
		return nil, err
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	lab := &Lab{
		Files: map[string]string{}, Main: "haproxy.cfg", Conf: filepath.Join(dir, "conf"), Listeners: map[string]string{},
		Apps: map[string]string{}, dir: dir, stage: &stage{}, checks: o.Checks,
	}
	if o.Behind != nil {
		lab.stage = o.Behind.stage
	}
	if lab.cert, err = labCertificate(); err != nil {
		return nil, err
	}
	h := &haproxyRewriter{rewriter: &rewriter{t: t, lab: lab, o: o}}
	// Servers can lead to any bind: those come first.
	text = h.each(text, h.bind)
	text = h.each(text, h.rest)
	if h.err != nil {
		return nil, h.err
	}
	if !strings.HasSuffix(text, "\n") {
		text += "\n"
	}
	lab.Files[lab.Main] = text
	if err := lab.write(o.Static); err != nil {
		return nil, err
	}
	return lab, os.WriteFile(h.pem(), []byte(lab.cert.certPEM+lab.cert.keyPEM), 0o644)
}

type haproxyRewriter struct {
	*rewriter
	section string
}

func (h *haproxyRewriter) pem() string { return filepath.Join(h.lab.dir, "both.pem") }

// each hands every line's words to f, which changes them in place; nil drops the line. Lines that f leaves alone stay
// as they are written.
func (h *haproxyRewriter) each(text string, f func(words []string) []string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		words := strings.Fields(line)
		if len(words) == 0 || strings.HasPrefix(words[0], "#") {
			b.WriteString(line)
			continue
		}
		if slices.Contains(
			[]string{"global", "defaults", "frontend", "backend", "listen", "userlist", "resolvers", "peers"},
			words[0],
		) {
			h.section = words[0]
		}
		changed := f(slices.Clone(words))
		switch {
		case changed == nil:
			b.WriteString("\n")
		case slices.Equal(changed, words):
			b.WriteString(line)
		default:
			for i := range words {
				if i < len(changed) && changed[i] != words[i] {
					line = strings.Replace(line, words[i], changed[i], 1)
				}
			}
			b.WriteString(line)
		}
	}
	return b.String()
}

// bind gives every address a lab address.
func (h *haproxyRewriter) bind(words []string) []string {
	if words[0] != "bind" || len(words) < 2 {
		return words
	}
	var list []string
	for a := range strings.SplitSeq(words[1], ",") {
		lab, err := h.listener(haproxyAddress(a))
		if err != nil {
			h.err = err
		}
		if !slices.Contains(list, haproxySpelling(lab)) {
			list = append(list, haproxySpelling(lab))
		}
	}
	words[1] = strings.Join(list, ",")
	for i, w := range words {
		if (w == "crt" || w == "ca-file") && i+1 < len(words) {
			words[i+1] = h.pem()
		}
	}
	return words
}

// haproxyAddress is the one spelling of an address in this package: "*:80", "[::]:443", "unix:/run/x".
func haproxyAddress(a string) string {
	prefix, rest, ok := strings.Cut(a, "@")
	if ok {
		a = rest
	}
	if prefix == "unix" && ok || strings.HasPrefix(a, "/") {
		return "unix:" + a
	}
	i := strings.LastIndexByte(a, ':')
	if i < 0 {
		return strings.ToLower(a)
	}
	host, port := strings.Trim(a[:i], "[]"), a[i+1:]
	first, _, _ := strings.Cut(port, "-")
	if host == "::" {
		return "[::]:" + first
	}
	return listenAddress(host + ":" + first)
}

// haproxySpelling is a lab address as HAProxy reads it.
func haproxySpelling(lab string) string {
	if strings.HasPrefix(lab, "unix:") {
		return "unix@" + lab[5:]
	}
	return lab
}

// outside are directives that reach out of the lab.
var outside = []string{
	"user",
	"group",
	"chroot",
	"daemon",
	"pidfile",
	"log",
	"errorfile",
	"stats",
	"lua-load",
	"nbproc",
	"ca-base",
	"crt-base",
}

func (h *haproxyRewriter) rest(words []string) []string {
	switch words[0] {
	case "server", "dispatch", "server-template":
		at := map[string]int{"server": 2, "dispatch": 1, "server-template": 3}[words[0]]
		if len(words) <= at {
			return words
		}
		words[at] = h.server(words[at])
		for i, w := range words {
			if w == "check" && !h.o.Checks {
				words[i] = "no-check" // applications of the lab are up
			}
		}
	case "timeout":
		if len(words) > 2 && words[1] != "connect" {
			words[2] = h.time(words[2])
		}
	case "hard-stop-after":
		words[len(words)-1] = h.time(words[len(words)-1])
	}
	known := false
	for name := range h.o.Static {
		for i, w := range words {
			if strings.Contains(w, name) {
				words[i], known = strings.Replace(w, name, filepath.Join(h.lab.dir, "root", name), 1), true
			}
		}
	}
	if known {
		return words
	}
	if slices.Contains(outside, words[0]) && (h.section == "global" || words[0] == "errorfile" || words[0] == "log") {
		return nil
	}
	return words
}

// server is the lab address for a server's.
func (h *haproxyRewriter) server(a string) string {
	original := haproxyAddress(a)
	if lab := h.own(original); lab != "" {
		return haproxySpelling(lab)
	}
	lab, err := h.application(original)
	if err != nil {
		h.err = err
	}
	return haproxySpelling(lab)
}

// time shortens a time, which is in milliseconds where no unit is written.
func (h *haproxyRewriter) time(s string) string {
	digits := strings.TrimRight(s, "abcdefghijklmnopqrstuvwxyz")
	n, err := strconv.Atoi(digits)
	unit := map[string]time.Duration{
		"": time.Millisecond, "us": time.Microsecond, "ms": time.Millisecond, "s": time.Second, "m": time.Minute,
		"h": time.Hour, "d": 24 * time.Hour,
	}[s[len(digits):]]
	if err != nil || unit == 0 {
		return s
	}
	d := time.Duration(n) * unit
	short := shorten(d, h.o.Shorten)
	h.lab.Longest = max(h.lab.Longest, short)
	if short == d {
		return s
	}
	return strconv.FormatInt(short.Milliseconds(), 10)
}
