package spelling_test

import (
	"testing"

	"github.com/wslint/wslint/internal/spelling"
)

func TestSuggest(t *testing.T) {
	words := []string{"check", "trace", "explain", "rules", "version"}
	for in, want := range map[string]string{"chek": "check", "chekc": "check", "CHECK": "check", "rule": "rules",
		"lint": "", "verson": "version", "": "", "x": ""} {
		if got := spelling.Suggest(in, words); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
	names := []string{"idle-timeout-below-ping", "ping-does-not-count", "1006"}
	for in, want := range map[string]string{"idle-timout": "idle-timeout-below-ping", "ping": "ping-does-not-count",
		"below": "idle-timeout-below-ping", "100": "", "other": ""} {
		if got := spelling.Complete(in, names); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}

func TestOneSlip(t *testing.T) {
	for _, near := range [][2]string{{"proxy_pass", "proxy_pas"}, {"proxy_pass", "porxy_pass"},
		{"proxy_pass", "prozy_pass"}, {"listen", "listenn"}, {"a", ""}} {
		if !spelling.OneSlip(near[0], near[1]) || !spelling.OneSlip(near[1], near[0]) {
			t.Errorf("%q and %q are one slip apart", near[0], near[1])
		}
	}
	for _, far := range [][2]string{{"listen", "listen"}, {"listen", "lsitenn"}, {"abcd", "badc"}, {"", "ab"}} {
		if spelling.OneSlip(far[0], far[1]) {
			t.Errorf("%q and %q are not one slip apart", far[0], far[1])
		}
	}
}
